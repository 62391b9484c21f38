"""Reading and writing along one dimension, with an index for each element.

`gather` reads `input[i, index[i, j], k]` for each place of the index (with `dim=1` of three), and the
scatters write there. The index has as many dimensions as the input, and may be smaller in all of
them but `dim`, in which it may be larger too. A 0-d tensor is taken as having one dimension.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from leafgrad.dims import kept_shape, one_dim
from leafgrad.errors import BadIndexError, ShapeError
from leafgrad.node import Array
from leafgrad.operands import check_broadcast, operand
from leafgrad.ops.accumulation import reduced
from leafgrad.ops.assignment import assigned, check_same_dtype, filling
from leafgrad.ops.conversion import clone
from leafgrad.ops.indexing import check_bounds, indices_of, taken
from leafgrad.ops.shape import reshape
from leafgrad.recording import wrap_snapshot
from leafgrad.surface import public
from leafgrad.tensor import Tensor

__all__ = ["gather", "scatter", "scatter_add", "scatter_reduce", "take_along_dim"]


@public()
def gather(input: Any, dim: int, index: Any, *, sparse_grad: bool = False) -> Tensor:
    """The elements along `dim` that the index names, in the shape of the index. d = dx there

    `sparse_grad` is accepted; the gradient is dense all the same. A RuntimeError where the index does
    not fit or is out of range, as negative ones are.

    >>> gather(Tensor([[1.0, 2.0], [3.0, 4.0]]), 1, Tensor([[0, 0], [1, 0]], dtype=int))
    tensor([[1., 1.],
            [4., 3.]])
    """
    at = _positions("gather", operand(input)[1].shape, dim, indices_of("gather", index))
    return taken("gather", reshape(input, -1), (at,))


@public()
def take_along_dim(input: Any, indices: Any, dim: int | None = None) -> Tensor:
    """The elements that the indices name along `dim`; all other dimensions broadcast. d = dx there

    Without `dim`, elements of the flattened tensor. A RuntimeError for indices that are not int64, do
    not fit or are out of range.

    >>> x = Tensor([[1.0, 3.0], [6.0, 5.0]])
    >>> take_along_dim(x, x.argmax(dim=1, keepdim=True), dim=1)
    tensor([[3.],
            [6.]])
    """
    chosen = indices_of("take_along_dim", indices, "int64")
    if dim is None:
        return gather(reshape(input, -1), 0, chosen.reshape(-1))
    shape = operand(input)[1].shape
    if not shape or chosen.ndim != len(shape):
        raise BadIndexError(
            f"take_along_dim: along dim {dim}, input of shape {shape} and indices of {chosen.shape} must have equally "
            "many dimensions, one at least"
        )
    axis = one_dim("take_along_dim", dim, len(shape))
    check_bounds("take_along_dim", chosen, shape[axis], negative=True)
    common = check_broadcast(kept_shape(shape, (axis,)), kept_shape(chosen.shape, (axis,)))
    wide, long = ((*common[:axis], sizes[axis], *common[axis + 1 :]) for sizes in (shape, chosen.shape))
    at = positions(wide, axis, np.broadcast_to(chosen % shape[axis] if chosen.size else chosen, long))
    return taken("take_along_dim", reshape(np.broadcast_to(input, wide), -1), (at,))


@public(twin=True)
def scatter(
    input: Any, dim: int, index: Any, src: Any = None, *, value: Any = None, reduce: str | None = None
) -> Tensor:
    """`input` with `src`, or the number `value`, at the places along `dim` that the index names.

    `src` may be larger than the index, which names the part to take. With `reduce="add"` or `"multiply"`
    it is added to or multiplied with what is there, else the last of those for one element wins, and
    has the gradient. d = dx outside, dsrc inside. A RuntimeError where shapes or dtypes do not fit or an
    index is out of range.

    >>> scatter(Tensor([1.0, 2.0, 3.0]), 0, Tensor([2, 0], dtype=int), Tensor([7.0, 8.0]))
    tensor([8., 2., 7.])
    """
    if (src is None) == (value is None):
        raise TypeError("scatter: give either src or value")
    if reduce not in (None, "add", "multiply"):
        raise RuntimeError(f"scatter: reduce must be 'add' or 'multiply', got {reduce!r}")
    if isinstance(src, bool | int | float | complex):
        src, value = None, src
    if src is None:
        filled = wrap_snapshot(filling("scatter", value, operand(input)[1].dtype))
        src = np.broadcast_to(filled, operand(index)[1].shape)
    together = {None: None, "add": "sum", "multiply": "prod"}[reduce]
    return _scattered("scatter", input, dim, index, src, together)


@public(twin=True)
def scatter_add(input: Any, dim: int, index: Any, src: Any) -> Tensor:
    """`input` with `src` added at the places along `dim` that the index names, as often as it does. d = dx + dsrc

    Shapes and errors as for `scatter`.

    >>> scatter_add(Tensor([1.0, 2.0, 3.0]), 0, Tensor([2, 2], dtype=int), Tensor([7.0, 8.0]))
    tensor([ 1.,  2., 18.])
    """
    return _scattered("scatter_add", input, dim, index, src, "sum")


@public(twin=True)
def scatter_reduce(input: Any, dim: int, index: Any, src: Any, reduce: str, *, include_self: bool = True) -> Tensor:
    """`input` with the "sum", "prod", "mean", "amax" or "amin" of what `src` has for each element.

    With `include_self` the element's own value takes part. The mean of integers is rounded down. d = as
    of the sum, product or mean; the largest or smallest share it evenly. Shapes and errors as for
    `scatter`; a RuntimeError for another `reduce`.

    >>> index = Tensor([2, 2], dtype=int)
    >>> scatter_reduce(Tensor([1.0, 2.0, 3.0]), 0, index, Tensor([7.0, 8.0]), "mean")
    tensor([1., 2., 6.])
    """
    if reduce not in ("sum", "prod", "mean", "amax", "amin"):
        raise RuntimeError(f"scatter_reduce: reduce must be 'sum', 'prod', 'mean', 'amax' or 'amin', got {reduce!r}")
    return _scattered("scatter_reduce", input, dim, index, src, reduce, include_self)


def _scattered(
    op: str, input: Any, dim: int, index: Any, src: Any, reduce: str | None, include_self: bool = True
) -> Tensor:
    """`input` with `src` reduced into it, or without `reduce` assigned, at the places that the index names."""
    shape, given = operand(input)[1].shape, operand(src)[1].shape
    chosen = indices_of(op, index)
    check_same_dtype(op, input, src)
    at = _positions(op, shape, dim, chosen).reshape(-1)
    if not at.size:
        return clone(input)
    wanted = chosen.shape or (1,)
    if len(given or (1,)) != len(wanted) or any(n < m for n, m in zip(given or (1,), wanted, strict=True)):
        raise ShapeError(f"{op}: src of shape {given} must be as large as the index of shape {chosen.shape}")
    if given and given != wanted:
        src = src[tuple(slice(n) for n in wanted)]
    values = reshape(src, -1)
    if reduce is None:
        return reshape(assigned(op, reshape(input, -1), (at,), values, region=at.shape), shape)
    return reduced(op, input, at, values, reduce, include_self)


def _positions(op: str, shape: tuple[int, ...], dim: int, index: Array) -> Array:
    """`positions`; a BadIndexError or ShapeError unless the index fits an input of that shape."""
    axis = one_dim(op, dim, len(shape))
    if not index.size:
        return index
    sizes, given = shape or (1,), index.shape or (1,)
    if len(given) != len(sizes):
        raise ShapeError(f"{op}: an index of shape {index.shape} must have {len(sizes)} dimensions, as the input")
    if any(n > m for d, (n, m) in enumerate(zip(given, sizes, strict=True)) if d != axis):
        raise ShapeError(f"{op}: an index of shape {given} must fit into the input of {shape} but for dim {dim}")
    check_bounds(op, index, sizes[axis])
    return positions(shape, axis, index)


def positions(shape: tuple[int, ...], axis: int, index: Array) -> Array:
    """Which elements of the flattened tensor have the index along the axis, and its own place in other dimensions."""
    if len(shape) < 2:
        return index
    steps = [prod(shape[d + 1 :]) for d in range(len(shape))]
    own: Any = 0
    for d, n in enumerate(index.shape):
        if d != axis:
            own = own + (np.arange(n) * steps[d]).reshape([-1 if e == d else 1 for e in range(index.ndim)])
    return (index if steps[axis] == 1 else index * steps[axis]) + own
