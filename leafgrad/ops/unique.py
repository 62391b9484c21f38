"""Elements, or slices along a dimension, each once.

Both functions look for where a run of equal ones begins: `unique_consecutive` in the tensor as it is,
`unique` in the tensor sorted. NaN is equal to nothing.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from leafgrad.dims import one_dim
from leafgrad.errors import BadIndexError, EmptyError
from leafgrad.node import Array
from leafgrad.operands import operand
from leafgrad.recording import record
from leafgrad.surface import public
from leafgrad.tensor import wrap

__all__ = ["unique", "unique_consecutive"]


@public()
def unique(
    input: Any, sorted: bool = True, return_inverse: bool = False, return_counts: bool = False, dim: int | None = None
) -> Any:
    """The different elements in ascending order, or with `dim` the different slices in lexicographic order.

    If asked for, in a tuple with them: for each element of the input (each slice) the index of its like,
    and how many there are of each. `sorted=False` changes nothing. There is no gradient: to ask for one
    is an error.

    >>> import leafgrad
    >>> unique(leafgrad.tensor([3.0, 1.0, 3.0]), return_inverse=True, return_counts=True)
    (tensor([1., 3.]), tensor([1, 0, 1]), tensor([1, 2]))
    """
    rows = _rows("unique", operand(input, real=True)[1], dim)
    order = np.lexsort(rows.T[::-1]) if rows.size else np.arange(0)
    return _runs("unique", input, dim, rows, order, return_inverse, return_counts)


@public()
def unique_consecutive(
    input: Any, return_inverse: bool = False, return_counts: bool = False, dim: int | None = None
) -> Any:
    """The first of each run of equal elements, or with `dim` of each run of equal slices.

    If asked for, in a tuple with them: for each element of the input (each slice) the index of its run,
    and how long each run is. There is no gradient: to ask for one is an error.

    >>> import leafgrad
    >>> unique_consecutive(leafgrad.tensor([3.0, 3.0, 1.0, 3.0]), return_counts=True)
    (tensor([3., 1., 3.]), tensor([2, 1, 1]))
    """
    rows = _rows("unique_consecutive", operand(input, real=True)[1], dim)
    return _runs("unique_consecutive", input, dim, rows, np.arange(len(rows)), return_inverse, return_counts)


def _rows(op: str, a: Array, dim: int | None) -> Array:
    """The elements, or the slices along `dim`, as rows of a matrix."""
    if dim is None:
        return a.reshape(-1, 1)
    axis = one_dim(op, dim, a.ndim)
    if not a.ndim:
        raise BadIndexError(f"{op}: a 0-d tensor has no dim {dim}; leave it out")
    if not a.size and (a.shape[axis] or a.shape.count(0) > 1):
        raise EmptyError(f"{op}: the slices of shape {a.shape} along dim {dim} have no elements to compare")
    slices = np.moveaxis(a, axis, 0)
    return slices.reshape(len(slices), np.prod(slices.shape[1:], dtype=int))


def _runs(
    op: str, input: Any, dim: int | None, rows: Array, order: Array, return_inverse: bool, return_counts: bool
) -> Any:
    """The first of each run of equal rows, taken in this order, and what else was asked for."""
    x, a = operand(input)
    in_order = rows[order]
    begins = np.ones(len(rows), bool)
    begins[1:] = (in_order[1:] != in_order[:-1]).any(1)
    first = order[begins]
    values = a.reshape(-1)[first] if dim is None else np.take(a, first, dim)

    def slope(g: Any) -> Any:
        raise NotImplementedError(f"{op}: has no derivative; detach() its result")

    results = [record(op, values, (x, slope))]
    if return_inverse:
        inverse = np.empty(len(rows), np.int64)
        inverse[order] = np.cumsum(begins) - 1
        results.append(wrap(inverse.reshape(a.shape) if dim is None else inverse))
    if return_counts:
        results.append(wrap(np.diff(np.flatnonzero(begins), append=len(rows))))
    return tuple(results) if len(results) > 1 else results[0]
