"""Layers that rearrange or resize images: folding, shuffling, upsampling."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from leafgrad.nn import functional as F
from leafgrad.nn.functional.conv import Numbers
from leafgrad.nn.module import Module
from leafgrad.nn.pooling import described
from leafgrad.tensor import Tensor


class Unfold(Module):
    """What each window of (N, C, H, W) or (C, H, W) sees, in a column: (N, C kh kw, L); see `functional.unfold`.

    >>> import leafgrad
    >>> layer = Unfold(2)
    >>> layer
    Unfold(kernel_size=2, dilation=1, padding=0, stride=1)
    >>> layer(leafgrad.ones(3, 6, 4, 4)).shape
    (3, 24, 9)
    """

    def __init__(self, kernel_size: Numbers, dilation: Numbers = 1, padding: Numbers = 0, stride: Numbers = 1) -> None:
        super().__init__()
        self.kernel_size = kernel_size
        self.dilation = dilation
        self.padding = padding
        self.stride = stride

    def forward(self, input: Any) -> Tensor:
        return F.unfold(input, self.kernel_size, self.dilation, self.padding, self.stride)

    def extra_repr(self) -> str:
        return described(self, "kernel_size", "dilation", "padding", "stride")


class Fold(Module):
    """Columns (N, C kh kw, L) added up where their windows stand: (N, C, *output_size); see `functional.fold`.

    >>> import leafgrad
    >>> layer = Fold(4, 2)
    >>> layer
    Fold(output_size=4, kernel_size=2, dilation=1, padding=0, stride=1)
    >>> layer(leafgrad.ones(3, 24, 9)).shape
    (3, 6, 4, 4)
    """

    def __init__(
        self,
        output_size: Numbers,
        kernel_size: Numbers,
        dilation: Numbers = 1,
        padding: Numbers = 0,
        stride: Numbers = 1,
    ) -> None:
        super().__init__()
        self.output_size = output_size
        self.kernel_size = kernel_size
        self.dilation = dilation
        self.padding = padding
        self.stride = stride

    def forward(self, input: Any) -> Tensor:
        return F.fold(input, self.output_size, self.kernel_size, self.dilation, self.padding, self.stride)

    def extra_repr(self) -> str:
        return described(self, "output_size", "kernel_size", "dilation", "padding", "stride")


class PixelShuffle(Module):
    """(*, C r², H, W) to (*, C, H r, W r), where r is the `upscale_factor`; see `functional.pixel_shuffle`.

    >>> import leafgrad
    >>> PixelShuffle(2)(leafgrad.ones(3, 4, 5, 5)).shape
    (3, 1, 10, 10)
    """

    def __init__(self, upscale_factor: int) -> None:
        super().__init__()
        self.upscale_factor = upscale_factor

    def forward(self, input: Any) -> Tensor:
        return F.pixel_shuffle(input, self.upscale_factor)

    def extra_repr(self) -> str:
        return f"upscale_factor={self.upscale_factor}"


class PixelUnshuffle(Module):
    """(*, C, H r, W r) to (*, C r², H, W), where r is the `downscale_factor`; see `functional.pixel_unshuffle`.

    >>> import leafgrad
    >>> PixelUnshuffle(2)(leafgrad.ones(3, 1, 10, 10)).shape
    (3, 4, 5, 5)
    """

    def __init__(self, downscale_factor: int) -> None:
        super().__init__()
        self.downscale_factor = downscale_factor

    def forward(self, input: Any) -> Tensor:
        return F.pixel_unshuffle(input, self.downscale_factor)

    def extra_repr(self) -> str:
        return f"downscale_factor={self.downscale_factor}"


class ChannelShuffle(Module):
    """The channels of (N, C, *) dealt out to `groups`; see `functional.channel_shuffle`.

    >>> import leafgrad
    >>> ChannelShuffle(2)(leafgrad.ones(3, 4, 5, 5)).shape
    (3, 4, 5, 5)
    """

    def __init__(self, groups: int) -> None:
        super().__init__()
        self.groups = groups

    def forward(self, input: Any) -> Tensor:
        return F.channel_shuffle(input, self.groups)

    def extra_repr(self) -> str:
        return f"groups={self.groups}"


class Upsample(Module):
    """Sequences, images or volumes resized to `size` or by `scale_factor`; see `functional.interpolate`.

    >>> import leafgrad
    >>> layer = Upsample(scale_factor=2, mode="bilinear")
    >>> layer
    Upsample(scale_factor=2.0, mode='bilinear')
    >>> layer(leafgrad.ones(3, 6, 4, 4)).shape
    (3, 6, 8, 8)
    """

    def __init__(
        self,
        size: Numbers | None = None,
        scale_factor: float | Sequence[float] | None = None,
        mode: str = "nearest",
        align_corners: bool | None = None,
        recompute_scale_factor: bool | None = None,
    ) -> None:
        super().__init__()
        self.size = size
        self.scale_factor: float | tuple[float, ...] | None
        if isinstance(scale_factor, Sequence):
            self.scale_factor = tuple(float(f) for f in scale_factor)
        else:
            self.scale_factor = float(scale_factor) if scale_factor else None
        self.mode = mode
        self.align_corners = align_corners
        self.recompute_scale_factor = recompute_scale_factor

    def forward(self, input: Any) -> Tensor:
        how = self.mode, self.align_corners, self.recompute_scale_factor
        return F.interpolate(input, self.size, self.scale_factor, *how)

    def extra_repr(self) -> str:
        first = f"size={self.size}" if self.scale_factor is None else f"scale_factor={self.scale_factor}"
        return f"{first}, mode={self.mode!r}"


class UpsamplingNearest2d(Upsample):
    """Images enlarged by repeating pixels; see `functional.interpolate`.

    >>> import leafgrad
    >>> UpsamplingNearest2d(scale_factor=2)(leafgrad.ones(3, 6, 4, 4)).shape
    (3, 6, 8, 8)
    """

    def __init__(self, size: Numbers | None = None, scale_factor: float | Sequence[float] | None = None) -> None:
        super().__init__(size, scale_factor)


class UpsamplingBilinear2d(Upsample):
    """Images resized by bilinear interpolation, corners aligned; see `functional.interpolate`.

    >>> import leafgrad
    >>> UpsamplingBilinear2d(scale_factor=2)(leafgrad.ones(3, 6, 4, 4)).shape
    (3, 6, 8, 8)
    """

    def __init__(self, size: Numbers | None = None, scale_factor: float | Sequence[float] | None = None) -> None:
        super().__init__(size, scale_factor, "bilinear", True)
