"""The same elements in another order: dimensions exchanged, reversed, turned and rolled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from leafgrad.dims import dims_of, one_dim, sizes
from leafgrad.errors import ShapeError
from leafgrad.inplace import relaid
from leafgrad.inplace import view as as_view
from leafgrad.operands import operand
from leafgrad.ops.shape import reshape
from leafgrad.recording import record
from leafgrad.surface import public
from leafgrad.tensor import Tensor

__all__ = [
    "adjoint", "flip", "fliplr", "flipud", "moveaxis", "movedim", "permute", "roll", "rot90", "swapaxes", "swapdims",
    "t", "transpose",
]


@public()
def permute(input: Any, *dims: int) -> Tensor:
    """A view with the dimensions in the given order. A RuntimeError unless each is named once.

    >>> import leafgrad
    >>> permute(leafgrad.zeros(2, 3, 4), 2, 0, 1).shape
    (4, 2, 3)
    """
    ndim, named = operand(input)[1].ndim, sizes(dims)
    if len(named) != ndim:
        raise ShapeError(f"permute: {len(named)} dims were named for a tensor of {ndim} dimensions; name each once")
    order = dims_of("permute", named, ndim)
    back = tuple(int(i) for i in np.argsort(order))
    return as_view("permute", input, lambda a: np.transpose(a, order), lambda g: np.transpose(g, back))


@public(np.swapaxes, names=("swapaxes", "swapdims"), twin=relaid)
def transpose(input: Any, dim0: int, dim1: int) -> Tensor:
    """A view with two dimensions exchanged. (`np.transpose(t)` reverses or permutes them all.)

    >>> transpose(Tensor([[1.0, 2.0]]), 0, 1)
    tensor([[1.],
            [2.]])
    """
    ndim = operand(input)[1].ndim
    first, second = one_dim("transpose", dim0, ndim), one_dim("transpose", dim1, ndim)
    if ndim == 0:
        return reshape(input, ())
    swap = lambda a: np.swapaxes(a, first, second)  # noqa: E731  its own inverse
    return as_view("transpose", input, swap, swap)


swapaxes = swapdims = transpose


@public(np.moveaxis, names=("moveaxis",))
def movedim(input: Any, source: int | Sequence[int], destination: int | Sequence[int]) -> Tensor:
    """A view with each dimension of `source` at its place of `destination`; the others keep their order.

    A RuntimeError unless there are as many of one as of the other, and none is named twice.

    >>> import leafgrad
    >>> movedim(leafgrad.zeros(2, 3, 4), 0, -1).shape
    (3, 4, 2)
    """
    ndim = operand(input)[1].ndim
    if np.size(source) != np.size(destination):
        raise ShapeError(f"movedim: source {source} and destination {destination} must name as many dimensions")
    moved, places = dims_of("movedim", source, ndim), dims_of("movedim", destination, ndim)
    order = [i for i in range(ndim) if i not in moved]
    for place, dim in sorted(zip(places, moved, strict=True)):
        order.insert(place, dim)
    return permute(input, *order)


moveaxis = movedim


@public(twin=relaid)
def t(input: Any) -> Tensor:
    """The transpose of a matrix; a vector as it is. A RuntimeError beyond two dimensions.

    >>> t(Tensor([[1.0, 2.0]])).shape
    (2, 1)
    """
    ndim = operand(input)[1].ndim
    if ndim > 2:
        raise RuntimeError(f"t: expects at most 2 dimensions, got {ndim}; use transpose, permute or mT")
    return reverse_dims(input)


@public(function=False, method="_reversed")
def reverse_dims(input: Any) -> Tensor:
    """`T`: all dimensions in reverse order."""
    return as_view("T", input, np.transpose, np.transpose)


@public(function=False, method="_matrix_transposed")
def matrix_transpose(input: Any) -> Tensor:
    """`mT`: the last two dimensions exchanged."""
    if operand(input)[1].ndim < 2:
        raise RuntimeError(f"mT: needs at least 2 dimensions, got shape {operand(input)[1].shape}")
    return transpose(input, -2, -1)


@public()
def adjoint(input: Tensor) -> Tensor:
    """`mH`: the last two dimensions exchanged, and the complex conjugate of each element, also of a 0-d tensor.

    >>> adjoint(Tensor([[1.0, 2.0]])).shape
    (2, 1)
    """
    if input.ndim == 1:
        raise RuntimeError(f"adjoint: needs at least 2 dimensions, got shape {input.shape}")
    transposed = transpose(input, -2, -1) if input.ndim else reverse_dims(input)
    return np.conj(transposed) if input.dtype.kind == "c" else transposed  # type: ignore[return-value]


@public(function=False, method="_hermitian")
def hermitian(input: Tensor) -> Tensor:
    """`H`: the `adjoint` of a matrix, or of a 0-d tensor."""
    if input.ndim not in (0, 2):
        raise RuntimeError(f"H: needs a matrix, got shape {input.shape}; use mH for a batch of matrices")
    return adjoint(input)


@public()
def flip(input: Any, *dims: Any) -> Tensor:
    """A copy with the order along the named dimensions reversed. d = dx, reversed

    >>> flip(Tensor([1.0, 2.0, 3.0]), 0)
    tensor([3., 2., 1.])
    """
    x, a = operand(input)
    axes = dims_of("flip", sizes(dims), a.ndim)
    return record("flip", np.copy(np.flip(a, axes)), (x, lambda g: np.flip(g, axes)))


@public(np.fliplr)
def fliplr(input: Any) -> Tensor:
    """A copy with the columns, dimension 1, in reverse order. A RuntimeError for less than 2 dimensions.

    >>> fliplr(Tensor([[1.0, 2.0]]))
    tensor([[2., 1.]])
    """
    if operand(input)[1].ndim < 2:
        raise RuntimeError(f"fliplr: needs at least 2 dimensions, got shape {operand(input)[1].shape}; use flip")
    return flip(input, 1)


@public(np.flipud)
def flipud(input: Any) -> Tensor:
    """A copy with the rows, dimension 0, in reverse order. A RuntimeError for a 0-d tensor.

    >>> flipud(Tensor([[1.0], [2.0]]))
    tensor([[2.],
            [1.]])
    """
    if operand(input)[1].ndim < 1:
        raise RuntimeError("flipud: needs at least 1 dimension, got a 0-d tensor; unsqueeze(0) it first")
    return flip(input, 0)


@public(np.rot90)
def rot90(input: Any, k: int = 1, dims: Sequence[int] = (0, 1)) -> Tensor:
    """A copy turned `k` quarter turns, from the first of two `dims` towards the second. d = dx turned as far

    A RuntimeError unless two different dimensions are named.

    >>> rot90(Tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([[2., 4.],
            [1., 3.]])
    """
    x, a = operand(input)
    if len(dims) != 2 or a.ndim < 2:
        raise RuntimeError(f"rot90: needs two dims of a tensor of at least 2, got dims={dims} and shape {a.shape}")
    first, second = dims_of("rot90", tuple(dims), a.ndim)
    plane = (first, second)
    return record("rot90", np.copy(np.rot90(a, k, plane)), (x, lambda g: np.rot90(g, -k, plane)))


@public(np.roll)
def roll(input: Any, shifts: Any, dims: Any = None) -> Tensor:
    """A copy with the elements moved along `dims` and around the end; without `dims`, when flattened.

    d = dx, moved as far. A RuntimeError unless there is one shift for each dimension.

    >>> roll(Tensor([1.0, 2.0, 3.0]), 1)
    tensor([3., 1., 2.])
    """
    x, a = operand(input)
    named = () if dims is None else dims if isinstance(dims, Sequence) else (dims,)
    axes = tuple(one_dim("roll", d, a.ndim) for d in named) or None
    forth = tuple(shifts) if isinstance(shifts, Sequence) else (shifts,)
    if len(forth) != len(axes or (None,)):
        raise RuntimeError(f"roll: {len(forth)} shifts for dims={dims}; give one for each dimension")
    back = tuple(-n for n in forth)
    return record("roll", np.roll(a, forth, axes), (x, lambda g: np.roll(g, back, axes)))
