"""Sampling images at places that a grid says: `grid_sample`, and the grid of an affine map.

All is composed of recorded operations, so the gradients of images and grid, of all orders, follow.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np

from leafgrad.errors import ShapeError
from leafgrad.tensor import Tensor, wrap

__all__ = ["affine_grid", "grid_sample"]

MODES = ("bilinear", "nearest", "bicubic")
PADDINGS = ("zeros", "border", "reflection")


def grid_sample(
    input: Any,
    grid: Any,
    mode: str = "bilinear",
    padding_mode: str = "zeros",
    align_corners: bool | None = None,
) -> Tensor:
    """Images (N, C, H, W), or volumes (N, C, D, H, W), at the places of a grid (N, H', W', 2) or (N, D', H', W', 3).

    A place is (x, y) or (x, y, z), from -1 at the first to 1 at the last pixel's outer edge, or, with
    `align_corners`, centre. `mode` "bilinear" weighs the pixels around it, "nearest" takes one of them,
    "bicubic" (images only) weighs four by four. What lies outside is 0, that of the "border", or its
    "reflection", as `padding_mode` says. At a border, the gradient of the grid is 0. A ShapeError where
    the shapes do not fit, a ValueError for an unknown mode.

    >>> grid_sample(Tensor([[[[1.0, 2.0, 3.0]]]]), Tensor([[[[-1.0, 0.0], [0.5, 0.0]]]]), align_corners=True)
    tensor([[[[1.0000, 2.5000]]]])
    """
    if mode not in MODES:
        raise ValueError(f"grid_sample: mode must be one of {', '.join(MODES)}, got {mode!r}")
    if padding_mode not in PADDINGS:
        raise ValueError(f"grid_sample: padding_mode must be one of {', '.join(PADDINGS)}, got {padding_mode!r}")
    x = input if isinstance(input, Tensor) else Tensor(input)
    places = grid if isinstance(grid, Tensor) else Tensor(grid)
    _check(x, places, mode)
    n = x.ndim - 2
    aligned = bool(align_corners)
    size = x.shape[2:]
    # the last coordinate of the grid is that of the first dimension
    at = [_unnormalized(places[..., n - 1 - d], size[d], aligned) for d in range(n)]
    if mode == "bicubic":
        return _bicubic(x, at, padding_mode, aligned)
    at = [_brought_in(p, m, padding_mode, aligned) for p, m in zip(at, size, strict=True)]
    if mode == "nearest":
        return _pixels(x, [np.rint(p.data) for p in at])
    low = [np.floor(p.data) for p in at]
    total: Any = 0
    for corner in product((0, 1), repeat=n):
        weight: Any = 1
        for p, b, up in zip(at, low, corner, strict=True):
            weight = weight * (p - wrap(b) if up else wrap(b + 1) - p)
        total = total + _pixels(x, [b + up for b, up in zip(low, corner, strict=True)]) * weight.unsqueeze(1)
    return total  # type: ignore[no-any-return]


def _check(x: Tensor, grid: Tensor, mode: str) -> None:
    n = x.ndim - 2
    if n not in (2, 3) or grid.ndim != x.ndim:
        raise ShapeError(
            f"grid_sample: expected an input (N, C, H, W) or (N, C, D, H, W) and a grid of as many dimensions, "
            f"got shapes {x.shape} and {grid.shape}"
        )
    if grid.shape[0] != x.shape[0] or grid.shape[-1] != n:
        raise ShapeError(
            f"grid_sample: beside an input of shape {x.shape}, the grid must have shape ({x.shape[0]}, ..., {n}), "
            f"got {grid.shape}"
        )
    if 0 in x.shape[2:]:
        raise ShapeError(f"grid_sample: the input must have pixels, got shape {x.shape}")
    if x.dtype != grid.dtype:
        raise RuntimeError(f"grid_sample: input and grid must have one dtype, got {x.dtype} and {grid.dtype}")
    if x.dtype.kind != "f":
        raise NotImplementedError(f"grid_sample: the input must hold floats, got {x.dtype}; call .float()")
    if mode == "bicubic" and n == 3:
        raise RuntimeError("grid_sample: mode 'bicubic' is for images; use 'bilinear' for volumes")


def _unnormalized(p: Tensor, size: int, aligned: bool) -> Tensor:
    """From [-1, 1] to pixels."""
    return (p + 1) * ((size - 1) / 2) if aligned else ((p + 1) * size - 1) * 0.5


def _brought_in(p: Tensor, size: int, padding_mode: str, aligned: bool) -> Tensor:
    """The places, those outside moved into the image unless outside is zero."""
    if padding_mode == "zeros":
        return p
    if padding_mode == "reflection":
        low, span = (0.0, size - 1.0) if aligned else (-0.5, float(size))
        if span == 0:
            return p * 0
        away = (p - low).abs()
        turns = np.floor(away.data / span)
        rest = away - wrap(turns * span)
        p = (rest + low).where(wrap(turns % 2 == 0), span - rest + low)
    inside = (p.data > 0) & (p.data < size - 1)
    edge = np.where(p.data >= size - 1, p.dtype.type(size - 1), p.dtype.type(0))
    moved: Tensor = p.where(wrap(inside), wrap(edge))
    return moved


def _pixels(x: Tensor, at: Sequence[Any]) -> Tensor:
    """x (N, C, *size) at whole places (N, *count) in each dimension: (N, C, *count), and zeros outside."""
    size = x.shape[2:]
    inside = np.logical_and.reduce([(p >= 0) & (p < m) for p, m in zip(at, size, strict=True)])
    index = [np.where(inside, p, 0).astype(np.intp) for p in at]
    example = np.arange(x.shape[0]).reshape(-1, *(1,) * len(size))
    seen = x[(example, slice(None), *index)].movedim(-1, 1)
    shown: Tensor = seen.where(wrap(inside[:, None]), wrap(np.zeros((), x.dtype)))
    return shown


def _bicubic(x: Tensor, at: Sequence[Tensor], padding_mode: str, aligned: bool) -> Tensor:
    """Four by four pixels, each brought in by itself, weighed by Keys' cubic of a = -0.75."""
    size = x.shape[2:]
    low = [np.floor(p.data) for p in at]
    weights = [[_cubic(p - wrap(b + i)) for i in range(-1, 3)] for p, b in zip(at, low, strict=True)]
    total: Any = 0
    for i, j in product(range(4), repeat=2):
        whole = [
            _brought_in(wrap(b + k - 1), m, padding_mode, aligned).data
            for b, k, m in zip(low, (i, j), size, strict=True)
        ]
        total = total + _pixels(x, [np.rint(p) for p in whole]) * (weights[0][i] * weights[1][j]).unsqueeze(1)
    return total  # type: ignore[no-any-return]


def _cubic(x: Tensor, a: float = -0.75) -> Any:
    x = x.abs()
    near = ((a + 2) * x - (a + 3)) * x * x + 1
    far = ((x - 5) * x + 8) * x * a - 4 * a
    return near.where(wrap(x.data <= 1), far)


def affine_grid(theta: Any, size: Sequence[int], align_corners: bool | None = None) -> Tensor:
    """The grid for `grid_sample` of the affine maps `theta` (N, 2, 3) or (N, 3, 4), for a result of this size.

    `size` is (N, C, H, W) or (N, C, D, H, W). The place of each pixel, x, y, (z) and 1, is multiplied by
    theta: (N, H, W, 2) or (N, D, H, W, 3). Pixels lie in [-1, 1] by their outer edges, or, with
    `align_corners`, centres. A ShapeError where theta and size do not fit.

    >>> affine_grid(Tensor([[[1.0, 0.0, 0.5], [0.0, 1.0, 0.0]]]), (1, 1, 1, 2), align_corners=False)
    tensor([[[[0., 0.],
              [1., 0.]]]])
    """
    maps = theta if isinstance(theta, Tensor) else Tensor(theta)
    n = len(size) - 2
    if maps.dtype.kind != "f":
        raise ValueError(f"affine_grid: theta must hold floats, got {maps.dtype}; call .float()")
    if n not in (2, 3):
        raise NotImplementedError(f"affine_grid: size must be (N, C, H, W) or (N, C, D, H, W), got {tuple(size)}")
    if maps.shape != (size[0], n, n + 1):
        raise ShapeError(
            f"affine_grid: for a size {tuple(size)} theta must have shape {(size[0], n, n + 1)}, got {maps.shape}"
        )
    if min(size) < 1:
        raise ValueError(f"affine_grid: the size must be positive, got {tuple(size)}")
    places = np.ones((*size[2:], n + 1), maps.dtype)
    for d, m in enumerate(size[2:]):
        spread = np.linspace(-1, 1, m) if align_corners and m > 1 else (2 * np.arange(m) + 1) / m - 1
        if align_corners and m == 1:
            spread = np.zeros(1)
        places[..., n - 1 - d] = spread.reshape(-1, *(1,) * (n - 1 - d))
    return (wrap(places.reshape(1, -1, n + 1)) @ maps.transpose(1, 2)).reshape(size[0], *size[2:], n)
