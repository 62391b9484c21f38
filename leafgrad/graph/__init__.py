"""Look at a dependency graph: sort it, list it, print it, keep its values.

Nothing here is needed to compute; `backward` has its own walk. It is for people who want to see.
"""

from leafgrad.graph.sorting import CycleError, topological_sort
from leafgrad.graph.text import print_graph
from leafgrad.graph.tracing import Entry, trace
from leafgrad.graph.values import keep_values

__all__ = ["CycleError", "Entry", "keep_values", "print_graph", "topological_sort", "trace"]
