"""Max-pooling through windows of different sizes: adaptive, and fractional.

What the windows see is gathered by a table of places, shorter windows repeating their last element.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from leafgrad.errors import ShapeError
from leafgrad.nn.functional.conv import Numbers, several
from leafgrad.nn.functional.pooling import check_images, flat, put_back
from leafgrad.node import Array
from leafgrad.operands import operand
from leafgrad.ops.convolution import Sizes
from leafgrad.ops.shape import squeeze, unsqueeze
from leafgrad.random import default_generator
from leafgrad.recording import record
from leafgrad.tensor import wrap

__all__ = [
    "adaptive_max_pool1d",
    "adaptive_max_pool1d_with_indices",
    "adaptive_max_pool2d",
    "adaptive_max_pool2d_with_indices",
    "adaptive_max_pool3d",
    "adaptive_max_pool3d_with_indices",
    "fractional_max_pool2d",
    "fractional_max_pool2d_with_indices",
    "fractional_max_pool3d",
    "fractional_max_pool3d_with_indices",
]


def adaptive_max_pool1d(input: Any, output_size: Numbers, return_indices: bool = False) -> Any:
    """The largest numbers of `output_size` parts of (N, C, L) or (C, L); see `adaptive_max_pool2d`.

    >>> from leafgrad import Tensor
    >>> adaptive_max_pool1d(Tensor([[1.0, 2.0, 5.0, 4.0, 3.0]]), 2)
    tensor([[5., 5.]])
    """
    return _adaptive_max_pool(1, input, output_size, return_indices)


def adaptive_max_pool2d(input: Any, output_size: Any, return_indices: bool = False) -> Any:
    """The largest number in each window of (N, C, H, W) or (C, H, W), so that the result has the `output_size`.

    Window i of H' covers rows ⌊i H / H'⌋ to ⌈(i + 1) H / H'⌉; None in a pair `output_size` keeps that
    size. d = dx at the first of the largest, whose places come too with `return_indices`. A ShapeError
    for what are not images.

    >>> from leafgrad import Tensor
    >>> adaptive_max_pool2d(Tensor([[[1.0, 2.0, 5.0], [4.0, 3.0, 0.0]]]), 1)
    tensor([[[5.]]])
    """
    return _adaptive_max_pool(2, input, output_size, return_indices)


def adaptive_max_pool3d(input: Any, output_size: Any, return_indices: bool = False) -> Any:
    """The largest number in each window of (N, C, D, H, W) or (C, D, H, W); see `adaptive_max_pool2d`.

    >>> from leafgrad import Tensor
    >>> adaptive_max_pool3d(Tensor([[[[1.0, 2.0], [5.0, 4.0]]]]), (1, 2, 1))
    tensor([[[[2.],
              [5.]]]])
    """
    return _adaptive_max_pool(3, input, output_size, return_indices)


adaptive_max_pool1d_with_indices = partial(adaptive_max_pool1d, return_indices=True)
adaptive_max_pool2d_with_indices = partial(adaptive_max_pool2d, return_indices=True)
adaptive_max_pool3d_with_indices = partial(adaptive_max_pool3d, return_indices=True)


def _adaptive_max_pool(n: int, input: Any, output_size: Any, return_indices: bool) -> Any:
    op = f"adaptive_max_pool{n}d"
    shape = operand(input)[1].shape
    check_images(op, shape, n)
    columns = []
    for size, count in zip(shape[-n:], adaptive_size(op, output_size, shape[-n:]), strict=True):
        start, stop = adaptive_windows(size, count)
        widest = np.max(stop - start, initial=1)
        columns.append(np.minimum(start[:, None] + np.arange(widest), stop[:, None] - 1))
    return _gathered_max(op, n, input, columns, return_indices)


def adaptive_size(op: str, output_size: Any, size: Sizes) -> Sizes:
    """The size asked for, with None for what stays."""
    given = tuple(output_size) if isinstance(output_size, Sequence) else (output_size,) * len(size)
    if len(given) != len(size):
        raise ShapeError(f"{op}: output_size must be one number or {len(size)}, got {output_size}")
    return several(op, "output_size", [n if m is None else m for m, n in zip(given, size, strict=True)], len(size), 0)


def adaptive_windows(size: int, count: int) -> tuple[Array, Array]:
    """Where the `count` windows that share a dimension of this size start, and where they stop."""
    i = np.arange(count)
    return i * size // max(count, 1), -(-(i + 1) * size // max(count, 1))


def _gathered_max(op: str, n: int, input: Any, columns: Sequence[Array], return_indices: bool) -> Any:
    """The largest of each window, which sees `columns[d]` (..., count, k) along dimension d.

    The leading dimensions of the columns, if any, are (N, C): each image may have windows of its own.
    """
    x, a = operand(input, real=True)
    if a.ndim == n + 1:
        pooled = _gathered_max(op, n, unsqueeze(input, 0), columns, return_indices)
        return tuple(squeeze(t, 0) for t in pooled) if return_indices else squeeze(pooled, 0)
    shape = a.shape
    table = np.zeros((1,) * (2 * n), np.intp)
    for d, column in enumerate(columns):
        *lead, count, k = column.shape
        spread = [count if i == d else k if i == n + d else 1 for i in range(2 * n)]
        table = table * shape[2 + d] + column.reshape(*lead, *spread)
    counts, widest = table.shape[-2 * n : -n], math.prod(table.shape[-n:])
    table = np.broadcast_to(table.reshape(*table.shape[:-n], widest), (*shape[:2], *counts, widest))
    rows = (*shape[:2], math.prod(counts) * widest)  # sizes, not -1: there may be no images
    seen = np.take_along_axis(a.reshape(*shape[:2], math.prod(shape[2:])), table.reshape(rows), 2).reshape(table.shape)
    which = np.argmax(seen, axis=-1)[..., None]
    if a.dtype.kind == "f" and seen.size:
        nan = np.isnan(seen)
        if nan.any():  # of several, the last
            which = np.where(
                nan.any(-1, keepdims=True), seen.shape[-1] - 1 - np.argmax(nan[..., ::-1], -1)[..., None], which
            )
    places = np.take_along_axis(table, which, -1)[..., 0]
    largest = np.take_along_axis(seen, which, -1)[..., 0]
    out = record(op, largest, (x, lambda g: put_back(g, flat(places, shape), shape, False)))
    return (out, wrap(places.copy())) if return_indices else out


# Fractional


def fractional_max_pool2d(
    input: Any,
    kernel_size: Numbers,
    output_size: Numbers | None = None,
    output_ratio: float | Sequence[float] | None = None,
    return_indices: bool = False,
    _random_samples: Any = None,
) -> Any:
    """The largest number in windows of (N, C, H, W) or (C, H, W) that are `kernel_size` wide and start at random.

    The starts are spread so that the result has the `output_size`, or that share of the input's that
    `output_ratio` says: where u is drawn from [0, 1) for each image and α = (H - kh) / (H' - 1), window
    i starts at ⌊α (i + u)⌋ - ⌊α u⌋ and the last one ends with the image. d = dx at the first of the
    largest. Source: Graham, "Fractional max-pooling" (2014). A ShapeError where the windows do not
    fit, a ValueError without exactly one of `output_size` and `output_ratio`.

    >>> from leafgrad import Tensor
    >>> fractional_max_pool2d(Tensor([[[1.0, 2.0, 5.0], [4.0, 3.0, 0.0]]]), (2, 3), output_size=1)
    tensor([[[5.]]])
    """
    return _fractional_max_pool(2, input, kernel_size, output_size, output_ratio, return_indices, _random_samples)


def fractional_max_pool3d(
    input: Any,
    kernel_size: Numbers,
    output_size: Numbers | None = None,
    output_ratio: float | Sequence[float] | None = None,
    return_indices: bool = False,
    _random_samples: Any = None,
) -> Any:
    """The largest number in windows of (N, C, D, H, W) or (C, D, H, W) that start at random.

    See `fractional_max_pool2d`.

    >>> from leafgrad import Tensor
    >>> fractional_max_pool3d(Tensor([[[[1.0, 2.0], [5.0, 4.0]]]]), (1, 2, 2), output_size=1)
    tensor([[[[5.]]]])
    """
    return _fractional_max_pool(3, input, kernel_size, output_size, output_ratio, return_indices, _random_samples)


fractional_max_pool2d_with_indices = partial(fractional_max_pool2d, return_indices=True)
fractional_max_pool3d_with_indices = partial(fractional_max_pool3d, return_indices=True)


def _fractional_max_pool(
    n: int, input: Any, kernel_size: Any, output_size: Any, output_ratio: Any, return_indices: bool, samples: Any
) -> Any:
    op = f"fractional_max_pool{n}d"
    a = operand(input, real=True)[1]
    check_images(op, a.shape, n)
    size = a.shape[-n:]
    window = several(op, "kernel_size", kernel_size, n, 1)
    if (output_size is None) == (output_ratio is None):
        raise ValueError(f"{op}: expected either output_size or output_ratio, got {output_size} and {output_ratio}")
    if output_ratio is not None:
        ratio = tuple(output_ratio) if isinstance(output_ratio, Sequence) else (output_ratio,) * n
        if not all(0 < r < 1 for r in ratio):
            raise ValueError(f"{op}: output_ratio must be between 0 and 1, got {output_ratio}")
        output_size = [int(m * r) for m, r in zip(size, ratio, strict=True)]
    count = several(op, "output_size", output_size, n, 1)
    if any(c + k - 1 > m for c, k, m in zip(count, window, size, strict=True)):
        raise ShapeError(
            f"{op}: {count} windows of {window} do not fit into an input of shape {a.shape}; "
            "output_size + kernel_size - 1 must be at most its size"
        )
    images = a.shape[:-n] if a.ndim == n + 2 else (1, *a.shape[:-n])
    if samples is None:
        u = default_generator.numpy.random((*images, n)).astype(a.dtype if a.dtype.kind == "f" else np.float32)
    else:
        u = operand(samples)[1][: images[0]]
        if u.shape != (*images, n):
            raise ShapeError(f"{op}: _random_samples must have shape {(*images, n)}, got {u.shape}")
    columns = []
    for d in range(n):
        sample = u[..., d if n == 3 else 1 - d, None]  # as in PyTorch, images' are for the width first
        starts = _fractional_starts(sample, size[d], window[d], count[d])
        columns.append(starts[..., None] + np.arange(window[d]))
    return _gathered_max(op, n, input, columns, return_indices)


def _fractional_starts(u: Array, size: int, window: int, count: int) -> Array:
    """Where the windows of each image start, (N, C, count)."""
    last = np.full((*u.shape[:-1], 1), size - window)
    if count == 1:
        return last
    alpha = u.dtype.type((size - window) / (count - 1))
    starts = ((np.arange(count - 1, dtype=u.dtype) + u) * alpha).astype(np.intp) - (u * alpha).astype(np.intp)
    return np.concatenate((starts, last), axis=-1)
