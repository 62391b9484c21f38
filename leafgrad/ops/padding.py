"""Margins around a tensor: of a constant, or of its own elements reflected, replicated or taken from the other end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from leafgrad.creation import number
from leafgrad.errors import ShapeError
from leafgrad.node import Array
from leafgrad.operands import operand
from leafgrad.ops.indexing import taken
from leafgrad.recording import record
from leafgrad.surface import public
from leafgrad.tensor import Tensor

__all__ = ["constant_pad_nd", "pad"]

def _around(i: Array, n: int) -> Array:
    """Round and round through what a crop leaves of the n elements."""
    first, end = max(i[0], 0), min(i[-1] + 1, n)
    return first + (i - first) % (end - first)


#: Which of n elements stands at place i, from before 0 to beyond n.
SOURCES: dict[str, Callable[[Array, int], Array]] = {
    "reflect": lambda i, n: n - 1 - np.abs(n - 1 - np.abs(i)),
    "replicate": lambda i, n: np.clip(i, 0, n - 1),
    "circular": _around,
}


@public(method=False)
def pad(input: Any, pad: Sequence[int], mode: str = "constant", value: float | None = None) -> Tensor:
    """A copy with a margin, sized as PyTorch's `F.pad`: `pad` is (left, right, top, bottom, …), from the last
    dimension on; a negative size crops.

    The margin is `value` (0 if None), or with mode "reflect", "replicate" or "circular" the tensor's own elements:
    mirrored at the edge element, that element again, or those of the other end. These pad the last 1, 2 or 3
    dimensions, which one or two others precede. d = dx at each element's place, and at those in the margin that
    repeat it. (`np.pad(t, …)` takes NumPy's form.)

    A RuntimeError where sizes crop more than there is, or a margin needs more elements than there are; a
    NotImplementedError for another mode or number of dimensions.

    >>> pad(Tensor([1.0, 2.0]), (1, 2))
    tensor([0., 1., 2., 0., 0.])
    >>> pad(Tensor([[1.0, 2.0, 3.0]]), (2, 1), "reflect")
    tensor([[3., 2., 1., 2., 3., 2.]])
    """
    if mode == "constant":
        return constant_pad_nd(input, pad, 0 if value is None else value)
    shape = np.shape(input)
    if mode not in SOURCES:
        raise NotImplementedError(f"pad: mode must be 'constant', 'reflect', 'replicate' or 'circular', got {mode!r}")
    if value:
        raise RuntimeError(f"pad: only mode='constant' takes a value, got value={value} with mode={mode!r}")
    padded = len(pad) // 2
    if len(pad) % 2 or padded not in (1, 2, 3) or len(shape) not in (padded + 1, padded + 2):
        raise NotImplementedError(
            f"pad: mode={mode!r} pads the last 1, 2 or 3 dimensions of a tensor with one or two more, "
            f"got {len(pad)} sizes for shape {shape}"
        )
    pairs = _pairs(pad, shape)
    _check_fits(mode, pairs[-padded:], shape)
    tensor = input if isinstance(input, Tensor) else Tensor(input)
    for axis in range(len(shape) - padded, len(shape)):
        before, after = pairs[axis]
        places = np.arange(-before, shape[axis] + after)
        source = SOURCES[mode](places, shape[axis]) if places.size else places
        tensor = taken("pad", tensor, (*(slice(None),) * axis, source))
    return tensor


@public(method=False)
def constant_pad_nd(input: Any, pad: Sequence[int], value: float = 0) -> Tensor:
    """`pad` with a constant, of any number of dimensions. d = dx, the margin left out

    >>> constant_pad_nd(Tensor([1.0, 2.0]), (1, -1), 7)
    tensor([7., 1.])
    """
    x, a = operand(input)
    if len(pad) % 2 or len(pad) > 2 * a.ndim:
        raise RuntimeError(f"pad: needs one pair for each padded dimension, got {len(pad)} sizes for shape {a.shape}")
    pairs = _pairs(pad, a.shape)
    if any(n + min(before, 0) + min(after, 0) < 0 for n, (before, after) in zip(a.shape, pairs, strict=True)):
        raise ShapeError(f"pad: sizes {tuple(pad)} crop more than shape {a.shape} has")
    shape = tuple(n + before + after for n, (before, after) in zip(a.shape, pairs, strict=True))
    kept = tuple(slice(max(-before, 0), n - max(-after, 0)) for n, (before, after) in zip(a.shape, pairs, strict=True))
    inner = tuple(slice(max(before, 0), n - max(after, 0)) for n, (before, after) in zip(shape, pairs, strict=True))
    cropped = [(s.start, n - s.stop) for s, n in zip(kept, a.shape, strict=True)]
    out = np.full(shape, number("pad", value, a.dtype))
    out[inner] = a[kept]
    if any(before or after for before, after in cropped):
        return record("pad", out, (x, lambda g: np.pad(g[inner], cropped)))
    return record("pad", out, (x, lambda g: g[inner]))


def _pairs(pad: Sequence[int], shape: tuple[int, ...]) -> list[tuple[int, int]]:
    """What goes before and after the elements of each dimension."""
    last = [(pad[i], pad[i + 1]) for i in range(len(pad) - 2, -1, -2)]
    return [(0, 0)] * (len(shape) - len(last)) + last


def _check_fits(mode: str, pairs: list[tuple[int, int]], shape: tuple[int, ...]) -> None:
    """A ShapeError where the margin needs more elements than there are, or too little is left."""
    padded = shape[-len(pairs) :]
    sizes = [n + before + after for n, (before, after) in zip(padded, pairs, strict=True)]
    largest = [max(pair) for pair in pairs]
    if mode == "circular":
        left = [n + min(before, 0) + min(after, 0) for n, (before, after) in zip(padded, pairs, strict=True)]
        fits = all(most <= n for most, n in zip(largest, padded, strict=True)) and min(sizes) >= 0
        fits = fits and all(n > 0 or size == 0 for n, size in zip(left, sizes, strict=True))
    else:
        fits = 0 not in shape[-len(pairs) - 1 :] and max(sizes) > 0 <= min(sizes)
        fits = fits and (mode != "reflect" or all(most < n for most, n in zip(largest, padded, strict=True)))
    if not fits:
        raise ShapeError(f"pad: sizes {pairs[::-1]} of the last dimensions do not fit shape {shape} with mode={mode!r}")
