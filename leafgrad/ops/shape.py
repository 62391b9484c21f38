"""The same elements in another shape or order: views where NumPy can, copies where it must."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from leafgrad.dims import dims_of, one_dim, sizes
from leafgrad.errors import ShapeError
from leafgrad.inplace import view as as_view
from leafgrad.recording import operand, record, unbroadcast
from leafgrad.surface import public
from leafgrad.tensor import Tensor

__all__ = [
    "broadcast_to", "expand_dims", "flatten", "flip", "permute", "ravel", "reshape", "roll", "squeeze", "swapaxes",
    "swapdims", "t", "tile", "transpose", "unsqueeze",
]


@public()
def reshape(input: Any, *shape: Any) -> Tensor:
    """The elements in another shape, of which one size may be -1; a view where possible.

    A ShapeError where the number of elements differs.

    >>> reshape(Tensor([1.0, 2.0, 3.0, 4.0]), 2, -1)
    tensor([[1., 2.],
            [3., 4.]])
    """
    before = operand(input)[1].shape
    wanted = _resolved("reshape", before, sizes(shape))
    return as_view("reshape", input, lambda a: np.reshape(a, wanted), lambda g: np.reshape(g, before))


def _resolved(op: str, before: tuple[int, ...], wanted: tuple[int, ...]) -> tuple[int, ...]:
    """The wanted shape, with its -1 replaced by what the number of elements leaves for it."""
    total, known = 1, 1
    for n in before:
        total *= n
    for n in wanted:
        known *= n if n != -1 else 1
    fits = total == known if -1 not in wanted else known > 0 and total % known == 0
    if not fits or wanted.count(-1) > 1 or any(n < -1 for n in wanted):
        raise ShapeError(f"{op}: a tensor of shape {before}, {total} elements, cannot become shape {wanted}")
    return tuple(total // known if n == -1 else n for n in wanted)


@public(function=False)
def view(input: Tensor, *shape: Any) -> Tensor:
    """`reshape` that never copies; a RuntimeError where the layout in memory needs a copy.

    With a dtype instead of sizes, the same bytes read as that dtype (without gradient).

    >>> view(Tensor([1.0, 2.0, 3.0, 4.0]), 2, 2).shape
    (2, 2)
    """
    if len(shape) == 1 and isinstance(shape[0], np.dtype | type):
        return Tensor(input.data.view(shape[0]))
    wanted = _resolved("view", input.shape, sizes(shape))
    memory = input.data
    if memory.size and not np.may_share_memory(np.reshape(memory, wanted), memory):
        raise RuntimeError(
            f"view: shape {input.shape} with strides {memory.strides} cannot be seen as {wanted} without a copy; "
            "use reshape()"
        )
    return reshape(input, wanted)


@public(function=False)
def view_as(input: Tensor, other: Tensor) -> Tensor:
    """`view` in the shape of another tensor."""
    return view(input, other.shape)


@public(function=False)
def reshape_as(input: Tensor, other: Tensor) -> Tensor:
    """`reshape` to the shape of another tensor."""
    return reshape(input, other.shape)


@public()
def flatten(input: Any, start_dim: int = 0, end_dim: int = -1) -> Tensor:
    """The dimensions from `start_dim` to `end_dim` run together into one.

    >>> import leafgrad
    >>> flatten(leafgrad.zeros(2, 3, 4), 1).shape
    (2, 12)
    """
    shape = operand(input)[1].shape
    start, end = one_dim("flatten", start_dim, len(shape)), one_dim("flatten", end_dim, len(shape))
    if start > end:
        raise RuntimeError(f"flatten: start_dim {start_dim} comes after end_dim {end_dim}")
    merged = 1
    for n in shape[start : end + 1]:
        merged *= n
    return reshape(input, (*shape[:start], merged, *shape[end + 1 :]))


@public(np.ravel)
def ravel(input: Any) -> Tensor:
    """All elements in one dimension.

    >>> ravel(Tensor([[1.0], [2.0]]))
    tensor([1., 2.])
    """
    return reshape(input, -1)


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


@public(np.swapaxes, names=("swapaxes", "swapdims"))
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


@public()
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


@public(np.squeeze, twin=False)
def squeeze(input: Any, dim: Any = None) -> Tensor:
    """A view without the dimensions of size 1: all, or those of the named that are of size 1.

    >>> import leafgrad
    >>> squeeze(leafgrad.zeros(1, 3, 1)).shape
    (3,)
    """
    shape = operand(input)[1].shape
    named = range(len(shape)) if dim is None else dims_of("squeeze", dim, len(shape))
    return reshape(input, tuple(n for i, n in enumerate(shape) if n != 1 or i not in named))


@public(np.expand_dims, names=("expand_dims",))
def unsqueeze(input: Any, dim: int) -> Tensor:
    """A view with a new dimension of size 1 at `dim`.

    >>> import leafgrad
    >>> unsqueeze(leafgrad.zeros(3), 0).shape
    (1, 3)
    """
    shape = operand(input)[1].shape
    at = one_dim("unsqueeze", dim, len(shape) + 1)
    return reshape(input, (*shape[:at], 1, *shape[at:]))


expand_dims = unsqueeze


@public(function=False)
def expand(input: Tensor, *size: Any) -> Tensor:
    """A view in which dimensions of size 1 are repeated; -1 keeps a size. It cannot be written.

    >>> import leafgrad
    >>> expand(leafgrad.zeros(3, 1), -1, 4).shape
    (3, 4)
    """
    wanted = sizes(size)
    before = input.shape
    extra = len(wanted) - len(before)
    full = tuple(before[i - extra] if n == -1 and i >= extra else n for i, n in enumerate(wanted))
    fits = extra >= 0 and all(b in (1, n) for b, n in zip(before, full[extra:], strict=True))
    if not fits or any(n < 0 for n in full):
        raise ShapeError(
            f"expand: shape {before} cannot be expanded to {wanted}; "
            "only dimensions of size 1, and new leading ones, can"
        )
    return broadcast_to(input, full)


@public(function=False)
def expand_as(input: Tensor, other: Tensor) -> Tensor:
    """`expand` to the shape of another tensor."""
    return expand(input, other.shape)


@public(np.broadcast_to)
def broadcast_to(input: Any, shape: Sequence[int]) -> Tensor:
    """A view broadcast to `shape`. d = the sum over what was repeated. It cannot be written.

    >>> broadcast_to(Tensor([1.0, 2.0]), (2, 2))
    tensor([[1., 2.],
            [1., 2.]])
    """
    before, wanted = operand(input)[1].shape, sizes((tuple(shape),))
    try:
        return as_view("expand", input, lambda a: np.broadcast_to(a, wanted), lambda g: unbroadcast(g, before))
    except ValueError:
        raise ShapeError(f"broadcast_to: shape {before} cannot be broadcast to {wanted}") from None


@public()
def flip(input: Any, *dims: Any) -> Tensor:
    """A copy with the order along the named dimensions reversed. d = the same of dx

    >>> flip(Tensor([1.0, 2.0, 3.0]), 0)
    tensor([3., 2., 1.])
    """
    x, a = operand(input)
    axes = dims_of("flip", sizes(dims), a.ndim)
    return record("flip", np.copy(np.flip(a, axes)), (x, lambda g: np.flip(g, axes)))


@public(np.roll)
def roll(input: Any, shifts: Any, dims: Any = None) -> Tensor:
    """A copy with the elements moved along `dims` and around the end; without `dims`, when flattened.

    >>> roll(Tensor([1.0, 2.0, 3.0]), 1)
    tensor([3., 1., 2.])
    """
    x, a = operand(input)
    axes = None if dims is None else dims_of("roll", dims, a.ndim)
    if axes is not None and np.size(shifts) != len(axes):
        raise RuntimeError(f"roll: {np.size(shifts)} shifts for {len(axes)} dims; give one for each")
    back = tuple(-n for n in shifts) if isinstance(shifts, Sequence) else -shifts
    return record("roll", np.roll(a, shifts, axes), (x, lambda g: np.roll(g, back, axes)))


@public(function=False)
def repeat(input: Tensor, *repeats: Any) -> Tensor:
    """A copy tiled that many times along each dimension, new leading ones included.

    (`np.repeat(t, n)` repeats each element.)

    >>> repeat(Tensor([1.0, 2.0]), 2, 2)
    tensor([[1., 2., 1., 2.],
            [1., 2., 1., 2.]])
    """
    times = sizes(repeats)
    if len(times) < input.ndim:
        raise RuntimeError(f"repeat: {len(times)} repeats for a tensor of {input.ndim} dimensions; give one for each")
    return _tiled("repeat", input, times)


@public(np.tile)
def tile(input: Any, *dims: Any) -> Tensor:
    """A copy tiled that many times along each of the last (or of all, and new leading) dimensions.

    >>> tile(Tensor([1.0, 2.0]), 2)
    tensor([1., 2., 1., 2.])
    """
    return _tiled("tile", input, sizes(dims))


def _tiled(op: str, input: Any, times: tuple[int, ...]) -> Tensor:
    x, a = operand(input)
    if any(n < 0 for n in times):
        raise RuntimeError(f"{op}: cannot repeat {times} times; the numbers must not be negative")
    ndim = max(len(times), a.ndim)
    times = (1,) * (ndim - len(times)) + times
    shape = (1,) * (ndim - a.ndim) + a.shape
    before = a.shape
    blocks = tuple(n for pair in zip(times, shape, strict=True) for n in pair)
    copies = tuple(range(0, 2 * ndim, 2))
    return record(
        op,
        np.tile(a, times),
        (x, lambda g: np.reshape(np.sum(np.reshape(g, blocks), axis=copies), before)),
    )
