"""Resizing images: nearest neighbours, linear and cubic interpolation, along one dimension after the other.

Result i along a dimension of n numbers that becomes m lies at the place (i + ½) n / m - ½ of the old
one, or, with `align_corners`, at i (n - 1) / (m - 1). What differs between the modes is the weights of
the old numbers around that place.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from leafgrad.errors import ShapeError
from leafgrad.nn.functional.averaging import adaptive_avg_pool1d, adaptive_avg_pool2d, adaptive_avg_pool3d
from leafgrad.nn.functional.conv import several
from leafgrad.node import Array
from leafgrad.operands import operand
from leafgrad.ops.convolution import Sizes
from leafgrad.ops.resampling import Taps, resampled
from leafgrad.tensor import Tensor, wrap

__all__ = ["interpolate", "upsample", "upsample_bilinear", "upsample_nearest"]

LINEAR = {"linear": 1, "bilinear": 2, "trilinear": 3}
ALIGNED = (*LINEAR, "bicubic")
MODES = ("nearest", "nearest-exact", "area", *ALIGNED)


def interpolate(
    input: Any,
    size: int | Sequence[int] | None = None,
    scale_factor: float | Sequence[float] | None = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None,
    antialias: bool = False,
) -> Tensor:
    """Sequences (N, C, L), images (N, C, H, W) or volumes (N, C, D, H, W) resized: to `size`, or by `scale_factor`.

    `mode` is "nearest" (as if rounded down), "nearest-exact", "linear" (3-D input), "bilinear" and
    "bicubic" (4-D), "trilinear" (5-D), or "area", which is adaptive average-pooling. `align_corners`
    lets the outermost numbers coincide. The scale that places are computed with is the given factor, or
    with `recompute_scale_factor` that of the sizes. With `antialias` ("bilinear", "bicubic"), the
    weights are as wide as the old image's numbers that fall on one of the new. The weights of "bicubic"
    are those of Keys, "Cubic convolution interpolation for digital image processing" (1981), a = -0.75,
    or -0.5 with `antialias`. A ValueError for arguments that do not go together, a ShapeError for
    shapes that do not fit, a NotImplementedError for a mode that this number of dimensions has not.

    >>> interpolate(Tensor([[[1.0, 2.0]]]), scale_factor=2, mode="linear")
    tensor([[[1.0000, 1.2500, 1.7500, 2.0000]]])
    """
    a = operand(input)[1]
    n = a.ndim - 2
    if mode not in MODES:
        raise NotImplementedError(f"interpolate: mode must be one of {', '.join(MODES)}, got {mode!r}")
    if align_corners is not None and mode not in ALIGNED:
        raise ValueError(f"interpolate: align_corners is for the modes {', '.join(ALIGNED)}, got mode {mode!r}")
    if not 1 <= n <= 3 or n != {**LINEAR, "bicubic": 2}.get(mode, n):
        raise NotImplementedError(f"interpolate: mode {mode!r} is not for an input of {a.ndim} dimensions {a.shape}")
    if antialias and mode not in ("bilinear", "bicubic"):
        raise ValueError(f"interpolate: antialias is for the modes bilinear and bicubic, got mode {mode!r}")
    count, factors = _sizes(a.shape[2:], size, scale_factor, recompute_scale_factor)
    if min(count) < 1 or 0 in a.shape[1:]:
        raise ShapeError(f"interpolate: neither the input {a.shape} (but N) nor the output size {count} may have a 0")
    if mode == "area":
        return (adaptive_avg_pool1d, adaptive_avg_pool2d, adaptive_avg_pool3d)[n - 1](input, count)
    if a.dtype.kind != "f" and not (a.dtype == np.uint8 and (mode.startswith("nearest") or n == 2)):
        raise NotImplementedError(f"interpolate: mode {mode!r} is not for {a.dtype}; call .float()")
    taps = [
        _taps(m, k, factor, mode, bool(align_corners), antialias)
        for m, k, factor in zip(a.shape[2:], count, factors, strict=True)
    ]
    if a.dtype == np.uint8 and not mode.startswith("nearest"):
        return wrap(_of_bytes(a, taps))
    return resampled("interpolate", input if isinstance(input, Tensor) else wrap(a), taps)  # type: ignore[no-any-return]


def _sizes(old: Sizes, size: Any, scale_factor: Any, recompute: bool | None) -> tuple[Sizes, Sequence[float | None]]:
    """The sizes asked for, and the factors that places are computed with; None for that of the sizes."""
    n = len(old)
    if (size is None) == (scale_factor is None):
        raise ValueError(f"interpolate: expected either size or scale_factor, got {size} and {scale_factor}")
    if size is not None:
        if recompute:
            raise ValueError("interpolate: recompute_scale_factor goes with a scale_factor, and got a size")
        if isinstance(size, Sequence) and len(size) != n:
            raise ShapeError(f"interpolate: size must be one number or {n} for spatial dimensions {old}, got {size}")
        return several("interpolate", "size", size, n, 1), (None,) * n
    factors = tuple(scale_factor) if isinstance(scale_factor, Sequence) else (scale_factor,) * n
    if len(factors) != n:
        raise ShapeError(
            f"interpolate: scale_factor must be one number or {n} for spatial dimensions {old}, got {scale_factor}"
        )
    count = tuple(int(np.floor(float(m) * f)) for m, f in zip(old, factors, strict=True))
    return count, (None,) * n if recompute else factors


def _taps(size: int, count: int, factor: float | None, mode: str, aligned: bool, antialias: bool) -> Taps:
    """The weights of one dimension."""
    scale = 1 / factor if factor is not None and factor > 0 else size / count
    if aligned:
        scale = (size - 1) / (count - 1) if count > 1 else 0.0
    i = np.arange(count)
    if mode.startswith("nearest"):
        place = np.floor((i + (0.5 if mode == "nearest-exact" else 0.0)) * scale).astype(np.intp)
        return Taps.rows(size, np.minimum(place, size - 1)[:, None], np.ones(()))
    kernel, reach = (_cubic, 2) if mode == "bicubic" else (_triangle, 1)
    if antialias:
        return _antialiased(size, count, scale, kernel if mode != "bicubic" else _softer_cubic, reach, aligned)
    place = i * scale if aligned else (i + 0.5) * scale - 0.5
    if mode != "bicubic":
        place = np.maximum(place, 0)
    start = np.floor(place).astype(np.intp)
    source = start[:, None] + np.arange(1 - reach, reach + 1)
    weight = kernel(place[:, None] - source)
    return Taps.rows(size, np.clip(source, 0, size - 1), weight)


def _antialiased(
    size: int, count: int, scale: float, kernel: Callable[[Array], Array], reach: int, aligned: bool
) -> Taps:
    """Weights as wide as the numbers that fall on one; those inside the image sum to 1."""
    wide = max(scale, 1.0)
    centre = scale * (np.arange(count) + 0.5)
    start = np.maximum((centre - reach * wide + 0.5).astype(np.intp), 0)
    stop = np.minimum((centre + reach * wide + 0.5).astype(np.intp), size)
    source = start[:, None] + np.arange(np.max(stop - start))
    valid = source < stop[:, None]
    weight = np.where(valid, kernel((source - centre[:, None] + 0.5) / wide), 0)
    return Taps.rows(size, source, weight / weight.sum(axis=1, keepdims=True), valid)


def _of_bytes(a: Array, taps: Sequence[Taps]) -> Array:
    """An image of bytes: the width first, then the height, each rounded, with weights in 16 bits as PyTorch's."""
    for axis, each in reversed(list(enumerate(taps, a.ndim - len(taps)))):
        dense = np.zeros((each.outputs, each.inputs))
        np.add.at(dense, (each.target, each.source), each.weight)
        bits = 0
        while bits < 22 and 0.5 + np.max(dense) * 2 ** (bits + 1) < 2**15:
            bits += 1
        target, source = np.nonzero(dense)
        weight = np.trunc(dense[target, source] * 2**bits + np.copysign(0.5, dense[target, source])).astype(np.int64)
        lines = np.moveaxis(a, axis, -1).astype(np.int64)
        sums = resampled("interpolate", lines, [Taps(each.inputs, each.outputs, target, source, weight)])
        rounded = np.clip((sums + 2 ** (bits - 1)) >> bits, 0, 255)
        a = np.moveaxis(rounded, -1, axis).astype(np.uint8)
    return np.ascontiguousarray(a)


def _triangle(x: Array) -> Array:
    return np.maximum(1 - np.abs(x), 0)


def _cubic(x: Array, a: float = -0.75) -> Array:
    """Keys' piecewise cubic."""
    x = np.abs(x)
    near = ((a + 2) * x - (a + 3)) * x * x + 1
    far = ((x - 5) * x + 8) * x * a - 4 * a
    return np.where(x <= 1, near, np.where(x < 2, far, 0))


def _softer_cubic(x: Array) -> Array:
    return _cubic(x, -0.5)


def upsample(
    input: Any,
    size: int | Sequence[int] | None = None,
    scale_factor: float | Sequence[float] | None = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
) -> Tensor:
    """`interpolate` under its old name.

    >>> upsample(Tensor([[[1.0, 2.0]]]), scale_factor=2)
    tensor([[[1., 1., 2., 2.]]])
    """
    return interpolate(input, size, scale_factor, mode, align_corners)


def upsample_nearest(
    input: Any, size: int | Sequence[int] | None = None, scale_factor: float | Sequence[float] | None = None
) -> Tensor:
    """`interpolate` with mode "nearest".

    >>> upsample_nearest(Tensor([[[1.0, 2.0]]]), scale_factor=2)
    tensor([[[1., 1., 2., 2.]]])
    """
    return interpolate(input, size, scale_factor)


def upsample_bilinear(
    input: Any, size: int | Sequence[int] | None = None, scale_factor: float | Sequence[float] | None = None
) -> Tensor:
    """`interpolate` with mode "bilinear" and `align_corners`.

    >>> upsample_bilinear(Tensor([[[[1.0, 2.0]]]]), size=(1, 3))
    tensor([[[[1.0000, 1.5000, 2.0000]]]])
    """
    return interpolate(input, size, scale_factor, "bilinear", True)
