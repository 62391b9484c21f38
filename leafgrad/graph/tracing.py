"""`trace`: the dependency graph of a tensor as a list."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from leafgrad.graph.naming import named_tensors
from leafgrad.graph.recipes import Recipe, recipe
from leafgrad.graph.sorting import topological_sort
from leafgrad.node import Node
from leafgrad.tensor import Tensor


class Entry(NamedTuple):
    """One event of a graph, or one of the leaf tensors where it begins."""

    number: int  # its place in the list
    op: str | None  # None for a leaf
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    is_leaf: bool
    name: str | None  # where the user gave one
    parents: tuple[int, ...]  # the edges: places of what it was computed from, one for each use
    value: Node | Tensor  # the `Node`, or the leaf tensor itself

    @property
    def recipe(self) -> tuple[Recipe | None, ...]:
        """For each of the parents, the rule of its gradient as it is written; None where no source is found."""
        return tuple(recipe(leaf.grad_fn) for leaf in self.value.dependencies)


def trace(t: Tensor, names: Any = None) -> list[Entry]:
    """The graph behind `t` in the order in which it was computed: parents first, `t` last.

    `names` is a module, whose parameters have dotted names, or a dict from names to tensors and
    modules. Read from its end, the list shows the operations in the order in which backward visits them. Operands that
    need no gradient are not part of the graph.

    >>> import leafgrad
    >>> x = leafgrad.tensor([1.0, 2.0], requires_grad=True)
    >>> for entry in trace((x * x.exp()).sum(), names={"x": x}):
    ...     print(entry.number, entry.op, entry.name, entry.shape, entry.parents)
    0 None x (2,) ()
    1 exp None (2,) (0,)
    2 mul None (2,) (0, 1)
    3 sum None () (2,)
    >>> print(*trace(x.exp())[-1].recipe)
    lambda g: g * like(out, g)
    """
    if not isinstance(t, Tensor):
        raise TypeError(f"trace: expected a tensor, got {type(t).__name__}")
    named = {_value(tensor): name for name, tensor in named_tensors(names)}
    entries: list[Entry] = []
    places: dict[Node | Tensor, int] = {}
    for value in _in_order(_value(t)):
        places[value] = len(entries)
        is_leaf = isinstance(value, Tensor)
        entries.append(
            Entry(
                number=len(entries),
                op=None if is_leaf else value.op,
                shape=value.shape,
                dtype=value.dtype,
                is_leaf=is_leaf,
                name=named.get(value),
                parents=tuple(places[parent] for parent in _parents(value)),
                value=value,
            )
        )
    return entries


def _value(t: Tensor) -> Node | Tensor:
    return t.grad_fn or t


def _parents(value: Node | Tensor) -> list[Node | Tensor]:
    return [leaf.value for leaf in value.dependencies] if isinstance(value, Node) else []


def _in_order(root: Node | Tensor) -> Iterable[Any]:
    """The nodes in the order of their recording, each leaf tensor before the first that uses it."""
    reached = topological_sort(root, _parents)
    nodes = sorted((value for value in reached if isinstance(value, Node)), key=lambda node: node.order)
    placed: dict[Node | Tensor, None] = {}
    for node in nodes:
        placed.update(dict.fromkeys(leaf.value for leaf in node.dependencies if isinstance(leaf.value, Tensor)))
        placed[node] = None
    return placed or [root]
