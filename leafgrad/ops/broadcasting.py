"""The same elements many times over: expanded without a copy, tiled, repeated, and summed back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from leafgrad.dims import one_dim, sizes
from leafgrad.errors import ShapeError
from leafgrad.inplace import view as as_view
from leafgrad.operands import check_broadcast, operand
from leafgrad.ops.indexing import taken
from leafgrad.ops.reductions import sum
from leafgrad.ops.shape import reshape
from leafgrad.recording import record, unbroadcast
from leafgrad.surface import public
from leafgrad.tensor import Tensor

__all__ = ["broadcast_shapes", "broadcast_tensors", "broadcast_to", "repeat_interleave", "tile"]


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
    return as_view("expand", input, lambda a: np.broadcast_to(a, full), lambda g: unbroadcast(g, before))


@public(function=False)
def expand_as(input: Tensor, other: Tensor) -> Tensor:
    """`expand` to the shape of another tensor.

    >>> expand_as(Tensor([1.0]), Tensor([0.0, 0.0]))
    tensor([1., 1.])
    """
    return expand(input, other.shape)


@public(np.broadcast_to)
def broadcast_to(input: Any, shape: Sequence[int]) -> Tensor:
    """`expand`: a view broadcast to `shape`. d = dx, broadcast. It cannot be written.

    >>> broadcast_to(Tensor([1.0, 2.0]), (2, 2))
    tensor([[1., 2.],
            [1., 2.]])
    """
    return expand(input if isinstance(input, Tensor) else Tensor(input), tuple(shape))


@public(method=False)
def broadcast_tensors(*tensors: Any) -> tuple[Tensor, ...]:
    """Views of the tensors, each broadcast to the shape that all have in common. They cannot be written.

    A ShapeError where there is none.

    >>> [t.shape for t in broadcast_tensors(Tensor([1.0, 2.0]), Tensor([[3.0], [4.0]]))]
    [(2, 2), (2, 2)]
    """
    shape = check_broadcast(*[operand(t)[1].shape for t in tensors])
    return tuple(broadcast_to(t, shape) for t in tensors)


@public(method=False)
def broadcast_shapes(*shapes: Any) -> tuple[int, ...]:
    """The shape that tensors of these shapes broadcast to; an int stands for a shape of one dimension.

    A ShapeError where they do not.

    >>> broadcast_shapes((2, 1), 3)
    (2, 3)
    """
    each = [sizes((shape,)) for shape in shapes]
    if any(n < 0 for shape in each for n in shape):
        raise RuntimeError(f"broadcast_shapes: sizes must not be negative, got {each}")
    return check_broadcast(*each)


@public(function=False)
def sum_to_size(input: Tensor, *size: Any) -> Tensor:
    """The tensor summed over what broadcasting `size` to its shape would repeat. d = dx, summed

    A ShapeError where `size` does not broadcast to the tensor's shape.

    >>> sum_to_size(Tensor([[1.0, 2.0], [3.0, 4.0]]), 1, 2)
    tensor([[4., 6.]])
    """
    shape, wanted = input.shape, sizes(size)
    extra = len(shape) - len(wanted)
    if extra < 0 or any(n not in (1, b) for n, b in zip(wanted, shape[extra:], strict=True)):
        raise ShapeError(f"sum_to_size: size {wanted} does not broadcast to the tensor's shape {shape}")
    if not wanted:
        return sum(input)
    repeated = [i for i, n in enumerate(shape) if i < extra or n != wanted[i - extra]]
    return reshape(sum(input, repeated, keepdim=True), wanted) if repeated else input


@public(function=False)
def repeat(input: Tensor, *repeats: Any) -> Tensor:
    """A copy tiled that many times along each dimension, new leading ones included. d = dx, tiled

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
    """A copy tiled that many times along each of the last (or of all, and new leading) dimensions. d = dx, tiled

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


@public()
def repeat_interleave(
    input: Any, repeats: Any = None, dim: int | None = None, *, output_size: int | None = None
) -> Tensor:
    """A copy with each element along `dim` (or of all, flattened) as often as `repeats`, one number or one for each.

    d = dx, repeated. With only a tensor of numbers, each place in it as often as its number. A RuntimeError where
    the numbers are negative, not integers, or not one for each element, or do not add up to `output_size`.

    >>> repeat_interleave(Tensor([5.0, 6.0]), 2)
    tensor([5., 5., 6., 6.])
    >>> import leafgrad
    >>> repeat_interleave(leafgrad.tensor([1, 0, 2]))
    tensor([0, 2, 2])
    """
    alone = repeats is None
    if not isinstance(repeats, int | np.integer | Tensor | np.ndarray | None):
        raise TypeError(f"repeat_interleave: repeats must be an int or a tensor, got {type(repeats).__name__}")
    times = operand(input if alone else repeats)[1]
    if times.dtype not in (np.int64, np.int32):
        raise NotImplementedError(f"repeat_interleave: repeats must be of int32 or int64, got {times.dtype}")
    if times.ndim > 1 or (alone and times.ndim == 0):
        raise RuntimeError(f"repeat_interleave: repeats must have one dimension, got shape {times.shape}")
    if (times < 0).any():
        raise RuntimeError("repeat_interleave: repeats must not be negative")
    if alone:
        input, dim = Tensor(np.arange(times.size, dtype=times.dtype)), 0
    elif dim is None:
        input, dim = reshape(input, -1), 0
    if np.ndim(input) == 0:
        raise IndexError("repeat_interleave: a 0-d tensor has no dimension to repeat along; leave dim out")
    axis = one_dim("repeat_interleave", dim, np.ndim(input))
    length = np.shape(input)[axis]
    if times.size not in (1, length):
        raise RuntimeError(f"repeat_interleave: {times.size} repeats for {length} elements along dim {dim}")
    chosen = np.repeat(np.arange(length), times)
    if output_size is not None and output_size != len(chosen):
        raise RuntimeError(f"repeat_interleave: the repeats add up to {len(chosen)}, not to output_size={output_size}")
    return taken("repeat_interleave", input, (*(slice(None),) * axis, chosen))
