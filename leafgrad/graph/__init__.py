"""Look at a dependency graph: sort it, list it, print it, draw it, keep its values,
explain its backward step by step, and say where the time goes.

Nothing here is needed to compute; `backward` has its own walk. It is for people who want to see, and
so it is imported when somebody first looks.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from leafgrad.graph.drawing import Drawing, draw
    from leafgrad.graph.explaining import Explanation, Step, explain
    from leafgrad.graph.recipes import Recipe, recipe
    from leafgrad.graph.sorting import CycleError, topological_sort
    from leafgrad.graph.text import print_graph
    from leafgrad.graph.tracing import Entry, trace
    from leafgrad.graph.values import keep_values
    from leafgrad.profiler import profile, record_function

__all__ = [
    "CycleError",
    "Drawing",
    "Entry",
    "Explanation",
    "Recipe",
    "Step",
    "draw",
    "explain",
    "keep_values",
    "print_graph",
    "profile",
    "recipe",
    "record_function",
    "topological_sort",
    "trace",
]

_HOMES = {
    "leafgrad.graph.drawing": ("Drawing", "draw"),
    "leafgrad.graph.explaining": ("Explanation", "Step", "explain"),
    "leafgrad.graph.recipes": ("Recipe", "recipe"),
    "leafgrad.graph.sorting": ("CycleError", "topological_sort"),
    "leafgrad.graph.text": ("print_graph",),
    "leafgrad.graph.tracing": ("Entry", "trace"),
    "leafgrad.graph.values": ("keep_values",),
    "leafgrad.profiler": ("profile", "record_function"),
}


def __getattr__(name: str) -> Any:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(home), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
