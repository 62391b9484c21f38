"""Rearranging images: windows into columns and back, channels into places and back."""

from __future__ import annotations

from typing import Any

import numpy as np

from leafgrad.errors import ShapeError
from leafgrad.nn.functional.conv import Numbers, several
from leafgrad.ops.windows import folded, unfolded, windows
from leafgrad.tensor import Tensor

__all__ = ["channel_shuffle", "fold", "native_channel_shuffle", "pixel_shuffle", "pixel_unshuffle", "unfold"]


def unfold(
    input: Any, kernel_size: Numbers, dilation: Numbers = 1, padding: Numbers = 0, stride: Numbers = 1
) -> Tensor:
    """What each window of (N, C, H, W) or (C, H, W) sees, in a column: (N, C kh kw, L), for L windows.

    The numbers are copied once for every window that sees them, so the gradient is `fold`. A
    ShapeError where no window fits.

    >>> unfold(Tensor([[[1.0, 2.0, 3.0]]]), (1, 2))
    tensor([[1., 2.],
            [2., 3.]])
    """
    x = input if isinstance(input, Tensor) else Tensor(input)
    if x.ndim not in (3, 4) or 0 in x.shape[-3:]:
        raise ShapeError(f"unfold: the input must have shape (N, C, H, W) or (C, H, W), none but N 0, got {x.shape}")
    if x.dtype.kind not in "fcb":
        raise NotImplementedError(f"unfold: the input must hold floats, got {x.dtype}; call .float()")
    if x.ndim == 3:
        return unfold(x.unsqueeze(0), kernel_size, dilation, padding, stride).squeeze(0)
    at = windows("unfold", x.shape[2:], *_options("unfold", kernel_size, stride, padding, dilation))
    n, channels = x.shape[:2]
    return unfolded(x, at).reshape(n, channels * _count(at.window), _count(at.counts))  # type: ignore[no-any-return]


def fold(
    input: Any,
    output_size: Numbers,
    kernel_size: Numbers,
    dilation: Numbers = 1,
    padding: Numbers = 0,
    stride: Numbers = 1,
) -> Tensor:
    """Columns (N, C kh kw, L) or (C kh kw, L) added up where their windows stand: (N, C, *output_size).

    It takes `unfold`'s result to its gradient, and its own gradient is `unfold`. A ShapeError where the
    columns are not those of windows in images of the `output_size`.

    >>> fold(Tensor([[1.0, 2.0], [2.0, 3.0]]), (1, 3), (1, 2))
    tensor([[[1., 4., 3.]]])
    """
    x = input if isinstance(input, Tensor) else Tensor(input)
    if x.ndim not in (2, 3) or 0 in x.shape[-2:]:
        raise ShapeError(
            f"fold: the input must have shape (N, C kh kw, L) or (C kh kw, L), none but N 0, got {x.shape}"
        )
    if x.ndim == 2:
        return fold(x.unsqueeze(0), output_size, kernel_size, dilation, padding, stride).squeeze(0)
    size = several("fold", "output_size", output_size, 2, 1)
    at = windows("fold", size, *_options("fold", kernel_size, stride, padding, dilation))
    n, rows, columns = x.shape
    if rows % _count(at.window) or columns != _count(at.counts):
        raise ShapeError(
            f"fold: windows {at.window} in images of size {size} are {_count(at.counts)} columns of a multiple of "
            f"{_count(at.window)}, got an input of shape {x.shape}"
        )
    return folded(x.reshape(n, rows // _count(at.window), *at.window, *at.counts), at)  # type: ignore[no-any-return]


def _options(op: str, kernel_size: Any, stride: Any, padding: Any, dilation: Any) -> tuple[Any, ...]:
    given = ("kernel_size", kernel_size, 1), ("stride", stride, 1), ("padding", padding, 0), ("dilation", dilation, 1)
    return tuple(several(op, name, value, 2, least) for name, value, least in given)


def _count(size: tuple[int, ...]) -> int:
    return size[0] * size[1]


def pixel_shuffle(input: Any, upscale_factor: int) -> Tensor:
    """Channels made places: (*, C r², H, W) to (*, C, H r, W r), where r is the `upscale_factor`.

    Source: Shi et al., "Real-time single image and video super-resolution" (2016). A ShapeError where
    the channels are no multiple of r².

    >>> pixel_shuffle(Tensor([[[1.0]], [[2.0]], [[3.0]], [[4.0]]]), 2)
    tensor([[[1., 2.],
             [3., 4.]]])
    """
    x = input if isinstance(input, Tensor) else Tensor(input)
    r = _factor("pixel_shuffle", "upscale_factor", upscale_factor, x)
    *lead, channels, height, width = x.shape
    if channels % (r * r):
        raise ShapeError(f"pixel_shuffle: the channels must be a multiple of {r}² = {r * r}, got shape {x.shape}")
    n = len(lead)
    apart = x.reshape((*lead, channels // (r * r), r, r, height, width))
    mixed = apart.permute(*range(n), n, n + 3, n + 1, n + 4, n + 2)
    return mixed.reshape((*lead, channels // (r * r), height * r, width * r)).clone()


def pixel_unshuffle(input: Any, downscale_factor: int) -> Tensor:
    """Places made channels: (*, C, H r, W r) to (*, C r², H, W), where r is the `downscale_factor`.

    The inverse of `pixel_shuffle`. A ShapeError where height or width is no multiple of r.

    >>> pixel_unshuffle(Tensor([[[1.0, 2.0], [3.0, 4.0]]]), 2)
    tensor([[[1.]],
    <BLANKLINE>
            [[2.]],
    <BLANKLINE>
            [[3.]],
    <BLANKLINE>
            [[4.]]])
    """
    x = input if isinstance(input, Tensor) else Tensor(input)
    r = _factor("pixel_unshuffle", "downscale_factor", downscale_factor, x)
    *lead, channels, height, width = x.shape
    if height % r or width % r:
        raise ShapeError(f"pixel_unshuffle: height and width must be multiples of {r}, got shape {x.shape}")
    n = len(lead)
    apart = x.reshape((*lead, channels, height // r, r, width // r, r))
    mixed = apart.permute(*range(n), n, n + 2, n + 4, n + 1, n + 3)
    return mixed.reshape((*lead, channels * r * r, height // r, width // r)).clone()


def _factor(op: str, name: str, factor: int, x: Tensor) -> int:
    if x.ndim < 3:
        raise ShapeError(f"{op}: the input must have shape (*, C, H, W), got {x.shape}")
    if factor < 1:
        raise ShapeError(f"{op}: {name} must be positive, got {factor}")
    return int(factor)


def channel_shuffle(input: Any, groups: int) -> Tensor:
    """The channels of (N, C, *) dealt out: those of each of the `groups` now stand C / groups apart.

    Source: Zhang et al., "ShuffleNet" (2018). A ShapeError where the groups do not divide C.

    >>> channel_shuffle(Tensor([[[1.0], [2.0], [3.0], [4.0]]]), 2)
    tensor([[[1.],
             [3.],
             [2.],
             [4.]]])
    """
    x = input if isinstance(input, Tensor) else Tensor(input)
    if x.ndim < 3:
        raise ShapeError(f"channel_shuffle: the input must have shape (N, C, *), got {x.shape}")
    channels = x.shape[1]
    if groups < 1 or channels % groups:
        raise ShapeError(f"channel_shuffle: groups must be positive and divide the {channels} channels, got {groups}")
    order = np.arange(channels).reshape(groups, channels // groups).T.reshape(-1)
    return x[:, order]


native_channel_shuffle = channel_shuffle
