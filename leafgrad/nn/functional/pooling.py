"""Pooling: each window of an image reduced to one number.

The gradient of a maximum goes to one place, so max-pooling is indexing once the places are known:
forward takes from them, backward adds to them, and so for all higher orders.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from leafgrad.errors import ShapeError
from leafgrad.nn.functional.conv import pair
from leafgrad.node import Array
from leafgrad.ops.convolution import Pair, places
from leafgrad.ops.shape import squeeze, unsqueeze
from leafgrad.recording import operand, record
from leafgrad.tensor import Tensor, wrap

__all__ = ["max_pool2d"]


def max_pool2d(
    input: Any,
    kernel_size: int | Sequence[int],
    stride: int | Sequence[int] | None = None,
    padding: int | Sequence[int] = 0,
    dilation: int | Sequence[int] = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """The largest number in each window of images (N, C, H, W) or (C, H, W): (N, C, H', W').

    H' = ⌊(H + 2 padding - dilation (kernel_size - 1) - 1) / stride⌋ + 1, or rounded up with
    `ceil_mode`, where windows may reach over the edge. The stride is the kernel_size unless said
    otherwise. The gradient goes to the first of equals; with `return_indices`, the places in the
    flattened H · W come as a second tensor. A ShapeError where no window fits, a ValueError for
    padding by more than half a window.

    >>> max_pool2d(Tensor([[[1.0, 2.0, 5.0, 4.0], [3.0, 0.0, 5.0, 6.0]]]), 2)
    tensor([[[3., 6.]]])
    """
    x, a = operand(input)
    if a.ndim == 3:
        pooled = max_pool2d(unsqueeze(input, 0), kernel_size, stride, padding, dilation, ceil_mode, return_indices)
        return tuple(squeeze(t, 0) for t in pooled) if return_indices else squeeze(pooled, 0)
    at = _windows(a.shape, kernel_size, stride, padding, dilation, ceil_mode)
    largest, which = _largest(_padded(a, at), at)
    out = record("max_pool2d", largest, (x, lambda g: _put_back(g, at.flat(which), at)))
    return (out, wrap(at.in_plane(which))) if return_indices else out


class _Windows(NamedTuple):
    """Where the windows are; the padding behind the image includes what `ceil_mode` reaches over."""

    shape: tuple[int, ...]
    window: Pair
    stride: Pair
    before: Pair
    after: Pair
    dilation: Pair
    places: Pair

    def in_plane(self, which: Array) -> Array:
        """The places in the flattened H · W of what stands at the numbered elements of the windows."""
        width = self.shape[3]
        (top, left), (down, across), (far, wide) = self.before, self.stride, self.dilation
        y = np.arange(self.places[0]) * down - top
        x = np.arange(self.places[1]) * across - left
        elements = np.arange(self.window[0])[:, None] * (far * width) + np.arange(self.window[1]) * wide
        found: Array = elements.reshape(-1)[which]
        found += y[:, None] * width + x
        return found

    def flat(self, which: Array) -> Array:
        """The same in all the images, flattened."""
        n, channels, height, width = self.shape
        found = self.in_plane(which)
        found += (np.arange(n * channels) * (height * width)).reshape(n, channels, 1, 1)
        return found.reshape(-1)

    @property
    def apart(self) -> bool:
        """Whether no two windows share a place."""
        reach = zip(self.window, self.dilation, self.stride, strict=True)
        return all((k - 1) * d < s for k, d, s in reach)


def _windows(
    shape: tuple[int, ...], kernel_size: Any, stride: Any, padding: Any, dilation: Any, ceil_mode: bool
) -> _Windows:
    if len(shape) != 4:
        raise ShapeError(f"max_pool2d: the input must have shape (N, C, H, W) or (C, H, W), got {shape}")
    window = pair("max_pool2d", "kernel_size", kernel_size, 1)
    step = window if stride is None else pair("max_pool2d", "stride", stride, 1)
    around, spread = pair("max_pool2d", "padding", padding, 0), pair("max_pool2d", "dilation", dilation, 1)
    after, count = [], []
    for n, k, s, p, d in zip(shape[2:], window, step, around, spread, strict=True):
        reach = d * (k - 1) + 1
        if 2 * p > reach:
            raise ValueError(f"max_pool2d: padding must be at most half the window's {reach}, got {p}")
        room = n + 2 * p - reach
        fitting = (room + (s - 1 if ceil_mode else 0)) // s + 1
        if ceil_mode and (fitting - 1) * s >= n + p:  # the last window must begin in the image, or before it
            fitting -= 1
        if fitting < 1:
            raise ShapeError(
                f"max_pool2d: a window {window} with dilation {spread} does not fit into an input of shape {shape} "
                f"with padding {around}; use a smaller window"
            )
        count.append(fitting)
        after.append(max((fitting - 1) * s + reach - n - p, 0))
    return _Windows(shape, window, step, around, (after[0], after[1]), spread, (count[0], count[1]))


def _padded(a: Array, at: _Windows) -> Array:
    (top, left), (bottom, right) = at.before, at.after
    if not (top or left or bottom or right):
        return a
    return np.pad(a, ((0, 0), (0, 0), (top, bottom), (left, right)), constant_values=_lowest(a.dtype))


def _lowest(dtype: np.dtype[Any]) -> Any:
    return -np.inf if dtype.kind == "f" else np.iinfo(dtype).min


def _largest(x: Array, at: _Windows) -> tuple[Array, Array]:
    """The largest of each window, and the number of the first element of the window that is so large."""
    kind = np.uint8 if at.window[0] * at.window[1] <= 256 else np.intp
    largest = np.full((*x.shape[:2], *at.places), _lowest(x.dtype), x.dtype)
    which = np.zeros(largest.shape, kind)
    for n, (_, _, (rows, columns)) in enumerate(places(at.window, at.places, at.stride, at.dilation)):
        seen = np.ascontiguousarray(x[:, :, rows, columns])
        if n:
            larger: Array = (seen > largest).astype(kind)
            larger *= kind(n)
            np.maximum(which, larger, out=which)  # the numbers rise
        np.maximum(largest, seen, out=largest)
    if x.dtype.kind == "f" and largest.size and not np.isfinite(np.min(largest)):
        return largest, _first_largest(x, at, kind)
    return largest, which


def _first_largest(x: Array, at: _Windows, kind: Any) -> Array:
    """The numbers, where NaN (which is larger than all else) or -inf (which padding must not win) are about."""
    (top, left), (height, width) = at.before, at.shape[2:]
    inside = np.zeros(x.shape[2:], bool)
    inside[top : top + height, left : left + width] = True
    largest = np.full((*x.shape[:2], *at.places), -np.inf, x.dtype)
    which = np.zeros(largest.shape, kind)
    found = np.zeros(at.places, bool)
    for n, (_, _, (rows, columns)) in enumerate(places(at.window, at.places, at.stride, at.dilation)):
        seen, valid = x[:, :, rows, columns], inside[rows, columns]
        better = ((seen > largest) | np.isnan(seen) | ~found) & valid
        largest[better] = seen[better]
        which[better] = n
        found |= valid
    return which


def _put_back(g: Any, flat: Array, at: _Windows) -> Any:
    """Zeros in the shape of the images, with `g` added at the places that the maxima came from."""
    if isinstance(g, Tensor):
        y, b = operand(g)
        shape = b.shape
        return record(
            "max_unpool2d",
            _put_back(b, flat, at),
            (y, lambda h: np.reshape(np.reshape(h, (-1,))[flat], shape)),
        )
    out = np.zeros(at.shape, g.dtype)
    if at.apart:
        out.reshape(-1)[flat] = g.reshape(-1)
    else:
        np.add.at(out.reshape(-1), flat, g.reshape(-1))
    return out
