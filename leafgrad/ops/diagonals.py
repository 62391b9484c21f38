"""Diagonals: seen, taken, summed, filled, and put where there were none.

The diagonal of offset `k` is above the main one for `k > 0`, below it for `k < 0`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from leafgrad.dims import dims_of
from leafgrad.errors import ShapeError
from leafgrad.inplace import view, write
from leafgrad.operands import operand
from leafgrad.ops.assignment import assigned, filling
from leafgrad.ops.conversion import clone
from leafgrad.ops.indexing import scattered
from leafgrad.ops.permuting import permute
from leafgrad.ops.reductions import sum
from leafgrad.ops.shape import reshape
from leafgrad.recording import record
from leafgrad.surface import public
from leafgrad.tensor import Tensor

__all__ = ["diag", "diag_embed", "diagflat", "diagonal", "trace"]


@public(np.diagonal)
def diagonal(input: Any, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Tensor:
    """A view of the diagonal of two dimensions, as the last dimension. d = dx there

    An IndexError for a dimension that does not exist, a RuntimeError where the two are one.

    >>> diagonal(Tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([1., 4.])
    """
    ndim = operand(input)[1].ndim
    first, second = dims_of("diagonal", (dim1, dim2), ndim or 1)
    if (first, second) != (ndim - 2, ndim - 1):
        input = permute(input, *(d for d in range(ndim) if d not in (first, second)), first, second)
    return _of_last_two(input, offset)


def _of_last_two(input: Any, offset: int) -> Tensor:
    """The diagonal of the last two dimensions, which is that of the square at its ends."""
    shape = operand(input)[1].shape
    key = _places(offset, max(0, min(shape[-2] - max(-offset, 0), shape[-1] - max(offset, 0))))
    square = tuple(slice(at[0], at[-1] + 1) if at.size else slice(0) for at in key[1:])

    def seen(a: Any) -> Any:
        if isinstance(a, Tensor):
            return _of_last_two(a, offset)
        return np.einsum("...ii->...i", a[(..., *square)])  # unlike np.diagonal's, this view can be written

    return view("diagonal", input, seen, lambda g: scattered(g, key, shape, unique=True))


def _places(offset: int, n: int) -> tuple[Any, ...]:
    """The key of the `n` elements of the diagonal of the last two dimensions."""
    return (..., np.arange(n) + max(-offset, 0), np.arange(n) + max(offset, 0))


@public()
def diag_embed(input: Any, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Tensor:
    """Zeros with the last dimension of `input` on the diagonal of two new dimensions. d = dx there

    (…, n) gives (…, n + |offset|, n + |offset|), with the new dimensions at `dim1` and `dim2`: an
    IndexError where they cannot be, a RuntimeError where they are one.

    >>> diag_embed(Tensor([1.0, 2.0]))
    tensor([[1., 0.],
            [0., 2.]])
    """
    x, a = operand(input)
    if not a.ndim:
        raise IndexError("diag_embed: a 0-d tensor has no dimension to put on a diagonal; unsqueeze(0) it first")
    first, second = dims_of("diag_embed", (dim1, dim2), a.ndim + 1)
    key, n = _places(offset, a.shape[-1]), a.shape[-1] + abs(offset)
    order = list(range(a.ndim - 1))  # which dimension of (..., n, n) comes to each place of the result
    for place, dim in sorted([(first, a.ndim - 1), (second, a.ndim)]):
        order.insert(place, dim)
    back = tuple(int(d) for d in np.argsort(order))
    out = np.zeros((*a.shape[:-1], n, n), a.dtype)
    out[key] = a
    return record("diag_embed", np.transpose(out, order), (x, lambda g: np.transpose(g, back)[key]))


@public(np.diag)
def diag(input: Any, diagonal: int = 0) -> Tensor:
    """Of a matrix a copy of its diagonal; of a vector the matrix with it there and zeros elsewhere. d = dx there

    A RuntimeError for other than one or two dimensions.

    >>> diag(Tensor([1.0, 2.0]))
    tensor([[1., 0.],
            [0., 2.]])
    """
    shape = operand(input)[1].shape
    if len(shape) not in (1, 2):
        raise ShapeError(f"diag: needs a vector or a matrix, got shape {shape}; use diagonal() or diag_embed()")
    return diag_embed(input, diagonal) if len(shape) == 1 else clone(_of_last_two(input, diagonal))


@public(np.diagflat)
def diagflat(input: Any, offset: int = 0) -> Tensor:
    """The matrix with all elements of `input`, flattened, on its diagonal. d = dx there

    >>> diagflat(Tensor([[1.0], [2.0]]))
    tensor([[1., 0.],
            [0., 2.]])
    """
    return diag_embed(reshape(input, -1), offset)


@public(np.trace)
def trace(input: Any) -> Tensor:
    """The sum of the main diagonal of a matrix; integers give int64. d = Σ dx there

    A RuntimeError for other than two dimensions, and for bools.

    >>> trace(Tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor(5.)
    """
    _, a = operand(input)
    if a.ndim != 2:
        raise ShapeError(f"trace: needs a matrix, got shape {a.shape}; use diagonal(dim1=-2, dim2=-1).sum(-1)")
    if a.dtype.kind == "b":
        raise NotImplementedError("trace: not defined for bools; convert them with .long()")
    return sum(_of_last_two(input, 0))


@public(function=False)
def fill_diagonal_(input: Tensor, fill_value: float, wrap: bool = False) -> Tensor:
    """Write one number over the main diagonal, in which all indices are equal; returns the tensor.

    With `wrap` the diagonal of a tall matrix begins anew after a row left out. A RuntimeError for less
    than two dimensions, or more than two of different sizes.

    >>> import leafgrad
    >>> leafgrad.zeros(2, 2).fill_diagonal_(3)
    tensor([[3., 0.],
            [0., 3.]])
    """
    shape = input.shape
    if len(shape) < 2 or (len(shape) > 2 and len(set(shape)) > 1):
        raise ShapeError(f"fill_diagonal_: needs a matrix, or more dimensions all of one size, got shape {shape}")
    places = np.arange(min(shape))
    key = (places,) * len(shape)
    if wrap and len(shape) == 2:
        key = np.unravel_index(np.arange(0, input.numel(), shape[1] + 1), shape)
    value = filling("fill_diagonal_", fill_value, input.dtype)
    return write("fill_diagonal_", input, lambda old: assigned("fill_diagonal_", old, key, value, unique=True))
