"""`print_graph`: the dependency graph of a tensor as text."""

from __future__ import annotations

import sys
from typing import Any, TextIO

from leafgrad.graph.tracing import Entry, trace
from leafgrad.tensor import Tensor


def print_graph(t: Tensor, names: Any = None, file: TextIO | None = None) -> None:
    """Print the graph behind `t`, a line for each operation, in the order in which backward visits.

    Each line has the operation's number, its name, the result's shape and dtype, and the operands
    that need a gradient: an operation by its number, a leaf by its name. `names` is a dict from names to
    tensors, or a module; leaves without a name are called leaf1, leaf2, ...

    >>> import leafgrad
    >>> x = leafgrad.tensor([1.0, 2.0], requires_grad=True)
    >>> w = leafgrad.tensor(3.0, requires_grad=True)
    >>> print_graph((w * x.exp()).sum(), names={"x": x, "w": w})
    1 sum ()   float32 <- 2
    2 mul (2,) float32 <- w, 3
    3 exp (2,) float32 <- x
    w     ()   float32 leaf
    x     (2,) float32 leaf
    """
    visited = trace(t, names)[::-1]
    leaves = [entry for entry in visited if entry.is_leaf]
    operations = [entry for entry in visited if not entry.is_leaf]
    labels = {entry.number: str(i) for i, entry in enumerate(operations, 1)}
    labels |= {entry.number: entry.name or f"leaf{i}" for i, entry in enumerate(leaves, 1)}
    rows = [
        (_heading(labels[entry.number], entry), str(entry.shape), str(entry.dtype), _origin(entry, labels))
        for entry in operations + leaves
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    out = sys.stdout if file is None else file
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        print(*cells, row[3], file=out)


def _heading(label: str, entry: Entry) -> str:
    if entry.is_leaf:
        return label
    return f"{label} {entry.op}" + (f" ({entry.name})" if entry.name else "")


def _origin(entry: Entry, labels: dict[int, str]) -> str:
    if entry.is_leaf:
        return "leaf"
    return "<- " + ", ".join(labels[i] for i in entry.parents) if entry.parents else "freed by backward"
