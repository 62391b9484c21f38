"""Average-pooling layers: sequences, images and volumes made smaller by means."""

from __future__ import annotations

from typing import Any

from leafgrad.nn import functional as F
from leafgrad.nn.functional.conv import Numbers, several
from leafgrad.nn.module import Module
from leafgrad.nn.pooling import described
from leafgrad.tensor import Tensor


class AvgPool1d(Module):
    """The mean of each window of sequences (N, C, L) or (C, L); see `functional.avg_pool1d`.

    >>> import leafgrad
    >>> layer = AvgPool1d(2)
    >>> layer
    AvgPool1d(kernel_size=(2,), stride=(2,), padding=(0,))
    >>> layer(leafgrad.ones(3, 6, 24)).shape
    (3, 6, 12)
    """

    def __init__(
        self,
        kernel_size: Numbers,
        stride: Numbers | None = None,
        padding: Numbers = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        super().__init__()
        self.kernel_size = several("AvgPool1d", "kernel_size", kernel_size, 1, 1)
        self.stride = several("AvgPool1d", "stride", kernel_size if stride is None else stride, 1, 1)
        self.padding = several("AvgPool1d", "padding", padding, 1, 0)
        self.ceil_mode = ceil_mode
        self.count_include_pad = count_include_pad

    def forward(self, input: Any) -> Tensor:
        sizes = self.kernel_size, self.stride, self.padding
        return F.avg_pool1d(input, *sizes, self.ceil_mode, self.count_include_pad)

    def extra_repr(self) -> str:
        return described(self, "kernel_size", "stride", "padding")


class _AvgPool(Module):
    _dims: int

    def __init__(
        self,
        kernel_size: Numbers,
        stride: Numbers | None = None,
        padding: Numbers = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> None:
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride
        self.padding = padding
        self.ceil_mode = ceil_mode
        self.count_include_pad = count_include_pad
        self.divisor_override = divisor_override

    def forward(self, input: Any) -> Tensor:
        pool = F.avg_pool2d if self._dims == 2 else F.avg_pool3d
        sizes = self.kernel_size, self.stride, self.padding
        return pool(input, *sizes, self.ceil_mode, self.count_include_pad, self.divisor_override)

    def extra_repr(self) -> str:
        return described(self, "kernel_size", "stride", "padding")


class AvgPool2d(_AvgPool):
    """The mean of each window of images (N, C, H, W) or (C, H, W); see `functional.avg_pool2d`.

    >>> import leafgrad
    >>> layer = AvgPool2d(2)
    >>> layer
    AvgPool2d(kernel_size=2, stride=2, padding=0)
    >>> layer(leafgrad.ones(3, 6, 24, 24)).shape
    (3, 6, 12, 12)
    """

    _dims = 2


class AvgPool3d(_AvgPool):
    """The mean of each window of volumes (N, C, D, H, W) or (C, D, H, W); see `functional.avg_pool3d`.

    >>> import leafgrad
    >>> layer = AvgPool3d(2)
    >>> layer
    AvgPool3d(kernel_size=2, stride=2, padding=0)
    >>> layer(leafgrad.ones(3, 6, 8, 8, 8)).shape
    (3, 6, 4, 4, 4)
    """

    _dims = 3


class _AdaptiveAvgPool(Module):
    _dims: int

    def __init__(self, output_size: Any) -> None:
        super().__init__()
        self.output_size = output_size

    def forward(self, input: Any) -> Tensor:
        return getattr(F, f"adaptive_avg_pool{self._dims}d")(input, self.output_size)  # type: ignore[no-any-return]

    def extra_repr(self) -> str:
        return f"output_size={self.output_size}"


class AdaptiveAvgPool1d(_AdaptiveAvgPool):
    """The means over sequences (N, C, L) or (C, L), for a result of `output_size`.

    See `functional.adaptive_avg_pool1d`.

    >>> import leafgrad
    >>> AdaptiveAvgPool1d(1)(leafgrad.ones(3, 6, 24)).shape
    (3, 6, 1)
    """

    _dims = 1


class AdaptiveAvgPool2d(_AdaptiveAvgPool):
    """The means over images (N, C, H, W) or (C, H, W), for a result of `output_size`.

    See `functional.adaptive_avg_pool2d`.

    >>> import leafgrad
    >>> AdaptiveAvgPool2d(1)(leafgrad.ones(3, 6, 24, 24)).shape
    (3, 6, 1, 1)
    """

    _dims = 2


class AdaptiveAvgPool3d(_AdaptiveAvgPool):
    """The means over volumes (N, C, D, H, W) or (C, D, H, W), for a result of `output_size`.

    See `functional.adaptive_avg_pool3d`.

    >>> import leafgrad
    >>> AdaptiveAvgPool3d(1)(leafgrad.ones(3, 6, 8, 8, 8)).shape
    (3, 6, 1, 1, 1)
    """

    _dims = 3


class _LPPool(Module):
    _dims: int

    def __init__(
        self, norm_type: float, kernel_size: Numbers, stride: Numbers | None = None, ceil_mode: bool = False
    ) -> None:
        super().__init__()
        self.norm_type = norm_type
        self.kernel_size = kernel_size
        self.stride = stride
        self.ceil_mode = ceil_mode

    def forward(self, input: Any) -> Tensor:
        pool = getattr(F, f"lp_pool{self._dims}d")
        return pool(input, float(self.norm_type), self.kernel_size, self.stride, self.ceil_mode)  # type: ignore[no-any-return]

    def extra_repr(self) -> str:
        return described(self, "norm_type", "kernel_size", "stride", "ceil_mode")


class LPPool1d(_LPPool):
    """`(Σ x^p)^(1/p)` over each window of sequences (N, C, L) or (C, L); see `functional.lp_pool1d`.

    >>> import leafgrad
    >>> LPPool1d(2, 2)(leafgrad.ones(3, 6, 24)).shape
    (3, 6, 12)
    """

    _dims = 1


class LPPool2d(_LPPool):
    """`(Σ x^p)^(1/p)` over each window of images (N, C, H, W) or (C, H, W); see `functional.lp_pool2d`.

    >>> import leafgrad
    >>> LPPool2d(2, 2)(leafgrad.ones(3, 6, 24, 24)).shape
    (3, 6, 12, 12)
    """

    _dims = 2


class LPPool3d(_LPPool):
    """`(Σ x^p)^(1/p)` over each window of volumes (N, C, D, H, W) or (C, D, H, W); see `functional.lp_pool3d`.

    >>> import leafgrad
    >>> LPPool3d(2, 2)(leafgrad.ones(3, 6, 8, 8, 8)).shape
    (3, 6, 4, 4, 4)
    """

    _dims = 3
