"""Max-pooling: each window reduced to its largest number.

The gradient of a maximum goes to one place, so max-pooling is indexing once the places are known:
forward takes from them, backward adds to them, and so for all higher orders. Max-unpooling is that
backward as an operation of its own. Where windows all have one size they are compared element by
element, in slices; where they differ (`adaptive`, `fractional`), what they see is gathered.
"""

from __future__ import annotations

from functools import partial
from math import prod
from typing import Any

import numpy as np

from leafgrad.errors import ShapeError
from leafgrad.nn.functional.conv import Numbers, several
from leafgrad.node import Array
from leafgrad.operands import operand
from leafgrad.ops.convolution import Sizes
from leafgrad.ops.shape import squeeze, unsqueeze
from leafgrad.ops.windows import Windows, windows
from leafgrad.recording import record
from leafgrad.tensor import Tensor, wrap

__all__ = [
    "max_pool1d",
    "max_pool1d_with_indices",
    "max_pool2d",
    "max_pool2d_with_indices",
    "max_pool3d",
    "max_pool3d_with_indices",
]


def max_pool1d(
    input: Any,
    kernel_size: Numbers,
    stride: Numbers | None = None,
    padding: Numbers = 0,
    dilation: Numbers = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """The largest number in each window of sequences (N, C, L) or (C, L): (N, C, L'); see `max_pool2d`.

    >>> max_pool1d(Tensor([[1.0, 2.0, 5.0, 4.0]]), 2)
    tensor([[2., 5.]])
    """
    return _max_pool(1, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


def max_pool2d(
    input: Any,
    kernel_size: Numbers,
    stride: Numbers | None = None,
    padding: Numbers = 0,
    dilation: Numbers = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """The largest number in each window of images (N, C, H, W) or (C, H, W): (N, C, H', W').

    H' = ⌊(H + 2 padding - dilation (kernel_size - 1) - 1) / stride⌋ + 1, or rounded up with
    `ceil_mode`, where windows may reach over the edge. The stride is the kernel_size unless said
    otherwise. The gradient goes to the first of equals; with `return_indices`, the places in the
    flattened H · W come as a second tensor. A ShapeError where no window fits, or for padding by more
    than half a window.

    >>> max_pool2d(Tensor([[[1.0, 2.0, 5.0, 4.0], [3.0, 0.0, 5.0, 6.0]]]), 2)
    tensor([[[3., 6.]]])
    """
    return _max_pool(2, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


def max_pool3d(
    input: Any,
    kernel_size: Numbers,
    stride: Numbers | None = None,
    padding: Numbers = 0,
    dilation: Numbers = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """The largest number in each window of volumes (N, C, D, H, W) or (C, D, H, W); see `max_pool2d`.

    >>> max_pool3d(Tensor([[[[1.0, 2.0], [5.0, 4.0]]]]), (1, 2, 2))
    tensor([[[[5.]]]])
    """
    return _max_pool(3, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


max_pool1d_with_indices = partial(max_pool1d, return_indices=True)
max_pool2d_with_indices = partial(max_pool2d, return_indices=True)
max_pool3d_with_indices = partial(max_pool3d, return_indices=True)


def _max_pool(
    n: int, input: Any, kernel_size: Any, stride: Any, padding: Any, dilation: Any, ceil_mode: bool, indices: bool
) -> Any:
    """d = dx where the largest of each window stood."""
    op = f"max_pool{n}d"
    x, a = operand(input, real=True)
    check_images(op, a.shape, n)
    if a.ndim == n + 1:
        pooled = _max_pool(n, unsqueeze(input, 0), kernel_size, stride, padding, dilation, ceil_mode, indices)
        return tuple(squeeze(t, 0) for t in pooled) if indices else squeeze(pooled, 0)
    at = pool_windows(op, a.shape[2:], kernel_size, stride, padding, dilation, ceil_mode)
    largest, which = _largest(at.padded(a, _lowest(a.dtype)), at)
    shape = a.shape
    out = record(op, largest, (x, lambda g: put_back(g, flat(_in_plane(which, at), shape), shape, at.apart)))
    return (out, wrap(_in_plane(which, at))) if indices else out


def check_images(op: str, shape: Sizes, n: int) -> None:
    """A ShapeError for what is not (N, C, *size) or (C, *size), or has no places or no channels."""
    sizes = ("L", "H, W", "D, H, W")[n - 1]
    if len(shape) not in (n + 1, n + 2) or 0 in shape[-n - 1 :]:
        raise ShapeError(f"{op}: the input must have shape (N, C, {sizes}) or (C, {sizes}), none but N 0, got {shape}")


def pool_windows(
    op: str, size: Sizes, kernel_size: Any, stride: Any, padding: Any, dilation: Any, ceil_mode: bool
) -> Windows:
    """The windows that pooling moves over dimensions of this size."""
    n = len(size)
    window = several(op, "kernel_size", kernel_size, n, 1)
    step = window if stride is None or stride in ((), []) else several(op, "stride", stride, n, 1)
    around, spread = several(op, "padding", padding, n, 0), several(op, "dilation", dilation, n, 1)
    for p, k, d in zip(around, window, spread, strict=True):
        reach = d * (k - 1) + 1
        if 2 * p > reach:
            raise ShapeError(f"{op}: padding must be at most half the window's {reach}, got {p}")
    return windows(op, size, window, step, around, spread, ceil_mode)


def _lowest(dtype: np.dtype[Any]) -> Any:
    return -np.inf if dtype.kind == "f" else np.iinfo(dtype).min


def _largest(x: Array, at: Windows) -> tuple[Array, Array]:
    """The largest of each window, and the number of the first element of the window that is so large."""
    kind = np.uint8 if prod(at.window) <= 256 else np.intp
    largest = np.full((*x.shape[:2], *at.counts), _lowest(x.dtype), x.dtype)
    which = np.zeros(largest.shape, kind)
    for n, (_, where) in enumerate(at.places()):
        seen = np.ascontiguousarray(x[(slice(None), slice(None), *where)])
        if n:
            larger: Array = (seen > largest).astype(kind)
            larger *= kind(n)
            np.maximum(which, larger, out=which)  # the numbers rise
        np.maximum(largest, seen, out=largest)
    if largest.size and not np.min(largest) > _lowest(x.dtype):  # NaN is not
        return largest, _first_largest(x, at, kind)
    return largest, which


def _first_largest(x: Array, at: Windows, kind: Any) -> Array:
    """The numbers, where NaN (which is larger than all else) or the lowest (which padding must not win) are about."""
    inside = np.zeros(x.shape[2:], bool)
    inside[at.inside()] = True
    largest = np.full((*x.shape[:2], *at.counts), _lowest(x.dtype), x.dtype)
    which = np.zeros(largest.shape, kind)
    found = np.zeros(at.counts, bool)
    for n, (_, where) in enumerate(at.places()):
        seen, valid = x[(slice(None), slice(None), *where)], inside[where]
        better = ((seen > largest) | np.isnan(seen) | ~found) & valid
        largest[better] = seen[better]
        which[better] = n
        found |= valid
    return which


def _in_plane(which: Array, at: Windows) -> Array:
    """The places in one flattened image of what stands at the numbered elements of the windows."""
    elements, starts = np.zeros(1, np.intp), np.zeros((), np.intp)
    width = 1
    for d in reversed(range(len(at.size))):
        elements = np.add.outer(np.arange(at.window[d]) * (at.dilation[d] * width), elements).reshape(-1)
        start = (np.arange(at.counts[d]) * at.stride[d] - at.before[d]) * width
        starts = np.add.outer(start, starts)
        width *= at.size[d]
    found: Array = elements[which]
    found += starts
    return found


def flat(places: Array, shape: Sizes) -> Array:
    """Places in each flattened image, as places in all the images (N, C, *size) flattened."""
    images = np.arange(prod(shape[:2])) * prod(shape[2:])
    return (places + images.reshape(*shape[:2], *(1,) * (len(shape) - 2))).reshape(-1)


def put_back(g: Any, places: Array, shape: Sizes, apart: bool) -> Any:
    """Zeros of this shape with `g` added at flattened places, no two of which are equal if `apart`."""
    if isinstance(g, Tensor):
        y, b = operand(g)
        before = b.shape
        return record(
            "max_unpool",
            put_back(b, places, shape, apart),
            (y, lambda h: np.reshape(np.reshape(h, (-1,))[places], before)),
        )
    out = np.zeros(shape, g.dtype)
    if apart:
        out.reshape(-1)[places] = g.reshape(-1)
    else:
        np.add.at(out.reshape(-1), places, g.reshape(-1))
    return out
