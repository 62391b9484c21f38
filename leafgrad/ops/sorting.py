"""Values in order, and the largest, the smallest or the k-th of them.

NaN is larger than everything. Sorting is always stable: equal elements keep their order. The gradient
of an element goes to where it came from.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from leafgrad.dims import one_dim
from leafgrad.errors import EmptyError, ShapeError
from leafgrad.node import Array
from leafgrad.operands import operand
from leafgrad.ops.extremes import Found
from leafgrad.ops.indexing import taken
from leafgrad.ops.scatter import positions
from leafgrad.ops.shape import reshape, squeeze
from leafgrad.surface import public
from leafgrad.tensor import Tensor, wrap

__all__ = ["argsort", "kthvalue", "msort", "sort", "topk"]


@public()
def sort(input: Any, dim: int = -1, descending: bool = False, stable: bool = False) -> Found:
    """The pair (values, indices) of the elements in order along `dim`. d = dx at the index

    `stable` changes nothing. (`np.sort(t)` is the values.) A RuntimeError for complex numbers.

    >>> sort(Tensor([3.0, 1.0, 2.0]))
    Found(values=tensor([1., 2., 3.]), indices=tensor([1, 2, 0]))
    """
    _, a = operand(input)
    axis = one_dim("sort", dim, a.ndim)
    return _found("sort", input, axis, _order("sort", a, axis, descending))


@public(np.argsort)
def argsort(input: Any, dim: int = -1, descending: bool = False, stable: bool = False) -> Tensor:
    """The indices that put the elements in order along `dim`, without gradient.

    >>> argsort(Tensor([3.0, 1.0, 2.0]), descending=True)
    tensor([0, 2, 1])
    """
    _, a = operand(input)
    return wrap(_order("argsort", a, one_dim("argsort", dim, a.ndim), descending))


@public()
def msort(input: Any) -> Tensor:
    """The elements in ascending order along the first dimension. d = dx at the place it came from

    >>> msort(Tensor([3.0, 1.0, 2.0]))
    tensor([1., 2., 3.])
    """
    return sort(input, 0).values


@public()
def topk(input: Any, k: int, dim: int = -1, largest: bool = True, sorted: bool = True) -> Found:
    """The pair (values, indices) of the `k` largest (or smallest) along `dim`, in order. d = dx at the index

    `sorted=False` changes nothing; of equal elements PyTorch may choose others. A RuntimeError for a `k`
    beyond the size, and for bools.

    >>> topk(Tensor([3.0, 1.0, 2.0]), 2)
    Found(values=tensor([3., 2.]), indices=tensor([0, 2]))
    """
    axis, a, size = _candidates("topk", input, dim)
    n = operator.index(k)
    if not 0 <= n <= size:
        raise ShapeError(f"topk: k must be from 0 to {size}, the size of dim {dim}, got {k}")
    if not operand(input)[1].ndim:
        return _found("topk", input, axis, np.zeros((), np.int64))
    split = size - n if largest else n
    places = np.argpartition(a, split, axis) if 0 < n < size else np.argsort(a, axis)
    some = np.sort(np.take(places, np.arange(split, size) if largest else np.arange(split), axis), axis)
    order = _order("topk", np.take_along_axis(a, some, axis), axis, largest)
    return _found("topk", input, axis, np.take_along_axis(some, order, axis))


@public()
def kthvalue(input: Any, k: int, dim: int = -1, keepdim: bool = False) -> Found:
    """The pair (values, indices) of the `k`-th smallest along `dim`, counted from 1. d = dx at the index

    Of equal elements PyTorch may choose another. A RuntimeError for a `k` beyond the size, and for bools.

    >>> kthvalue(Tensor([3.0, 1.0, 2.0]), 2)
    Found(values=tensor(2.), indices=tensor(2))
    """
    axis, a, size = _candidates("kthvalue", input, dim)
    if not size:
        raise EmptyError(f"kthvalue: dim {dim} has no elements to choose from, in a tensor of shape {a.shape}")
    n = operator.index(k)
    if not 1 <= n <= size:
        raise ShapeError(f"kthvalue: k must be from 1 to {size}, the size of dim {dim}, got {k}")
    if not operand(input)[1].ndim:
        return _found("kthvalue", input, axis, np.zeros((), np.int64))
    place = np.take(np.argpartition(a, n - 1, axis), [n - 1], axis)
    values, indices = _found("kthvalue", input, axis, place)
    return Found(values, indices) if keepdim else Found(squeeze(values, axis), squeeze(indices, axis))


def _candidates(op: str, input: Any, dim: int) -> tuple[int, Array, int]:
    """`dim` from the front, the array with a dimension at least, and how many elements there are to choose from."""
    _, a = operand(input)
    if a.dtype.kind in "bc":
        raise NotImplementedError(f"{op}: not defined for dtype {a.dtype}; convert the tensor first")
    axis = one_dim(op, dim, a.ndim)
    a = np.atleast_1d(a)
    return axis, a, a.shape[axis]


def _order(op: str, a: Array, axis: int, descending: bool) -> Array:
    """The indices that sort along the axis, equal elements in the order they had."""
    if a.dtype.kind == "c":
        raise RuntimeError(f"{op}: complex numbers have no order; sort their abs()")
    if not a.ndim:
        return np.zeros((), np.int64)
    if not descending:
        return np.argsort(a, axis, kind="stable")
    backwards = np.argsort(np.flip(a, axis), axis, kind="stable")
    return a.shape[axis] - 1 - np.flip(backwards, axis)


def _found(op: str, input: Any, axis: int, indices: Array) -> Found:
    """What is found at the indices, none of which is there twice."""
    at = positions(operand(input)[1].shape, axis, indices)
    return Found(taken(op, reshape(input, -1), (at,), unique=True), wrap(indices))
