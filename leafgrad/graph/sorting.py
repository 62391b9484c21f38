"""Topological order, of any graph that can name a node's children."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Any, TypeVar

N = TypeVar("N", bound=Hashable)

SHOWN = 10  # nodes of a cycle in the text of its error


class CycleError(ValueError):
    """The graph has a cycle; `cycle` lists the nodes on it, each before one that is its child."""

    def __init__(self, cycle: list[Any]) -> None:
        self.cycle = cycle
        names = [str(node) for node in cycle[:SHOWN]]
        if len(cycle) > SHOWN:
            names.append(f"({len(cycle) - SHOWN} more)")
        round_trip = " -> ".join([*names, str(cycle[0])])
        super().__init__(f"topological_sort: the graph has a cycle, so it has no topological order: {round_trip}")


def topological_sort(node: N, get_children: Callable[[N], Iterable[N]]) -> list[N]:
    """All that can be reached from `node`, each after all of its children: `node` comes last.

    A depth-first search on a stack of its own, so that depth is no limit. A `CycleError` (a
    ValueError) that names the nodes of a cycle, if there is one.

    >>> children = {"sum": ["mul"], "mul": ["x", "exp"], "exp": ["x"], "x": []}
    >>> topological_sort("sum", children.__getitem__)
    ['x', 'exp', 'mul', 'sum']
    """
    done: dict[N, bool] = {node: False}  # False while a node's descendants are being visited
    result: list[N] = []
    path = [(node, iter(get_children(node)))]
    while path:
        parent, children = path[-1]
        for child in children:
            if child not in done:
                done[child] = False
                path.append((child, iter(get_children(child))))
                break
            if not done[child]:
                nodes = [each for each, _ in path]
                depths = {each: depth for depth, each in enumerate(nodes)}  # by hash: == of tensors is no bool
                raise CycleError(nodes[depths[child] :])
        else:
            path.pop()
            done[parent] = True
            result.append(parent)
    return result
