"""Convolutional layers: windows that slide over sequences, images and volumes."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod, sqrt
from typing import Any

from leafgrad.errors import ShapeError
from leafgrad.nn import functional as F
from leafgrad.nn import init
from leafgrad.nn.functional.conv import Numbers, check_padding, several
from leafgrad.nn.module import Module
from leafgrad.nn.parameter import Parameter, blank
from leafgrad.tensor import Tensor


class _ConvNd(Module):
    """What both kinds share: sizes, a weight and a bias, and how they are drawn and described."""

    _dims: int
    weight: Parameter
    bias: Parameter | None

    def __init__(
        self,
        transposed: bool,
        in_channels: int,
        out_channels: int,
        kernel_size: Numbers,
        stride: Numbers,
        padding: str | Numbers,
        dilation: Numbers,
        output_padding: Numbers,
        groups: int,
        bias: bool,
        padding_mode: str,
        device: Any,
        dtype: Any,
    ) -> None:
        super().__init__()
        name, n = type(self).__name__, self._dims
        if groups < 1 or in_channels % groups or out_channels % groups:
            raise ValueError(
                f"{name}: groups must be positive and divide in_channels and out_channels, got {groups} "
                f"for {in_channels} and {out_channels}"
            )
        modes = ("zeros",) if transposed else ("zeros", "reflect", "replicate", "circular")
        if padding_mode not in modes:
            raise ValueError(f"{name}: padding_mode must be one of {', '.join(modes)}, got {padding_mode!r}")
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = several(name, "kernel_size", kernel_size, n, 1)
        self.stride = several(name, "stride", stride, n, 1)
        self.padding = padding if isinstance(padding, str) else several(name, "padding", padding, n, 0)
        self.dilation = several(name, "dilation", dilation, n, 1)
        check_padding(name, padding, self.stride)
        self.transposed = transposed
        self.output_padding = several(name, "output_padding", output_padding, n, 0)
        self.groups = groups
        self.padding_mode = padding_mode
        channels = (in_channels, out_channels // groups) if transposed else (out_channels, in_channels // groups)
        self.weight = blank((*channels, *self.kernel_size), device, dtype)
        self.register_parameter("bias", blank((out_channels,), device, dtype) if bias else None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the parameters anew."""
        init.kaiming_uniform_(self.weight, a=sqrt(5))
        if self.bias is not None:
            fan_in = prod(self.weight.shape[1:])
            bound = 1 / sqrt(fan_in) if fan_in else 0.0
            init.uniform_(self.bias, -bound, bound)

    def extra_repr(self) -> str:
        nothing, one = (0,) * self._dims, (1,) * self._dims
        said = [f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}"]
        said += [f"padding={self.padding}"] if self.padding != nothing else []
        said += [f"dilation={self.dilation}"] if self.dilation != one else []
        said += [f"output_padding={self.output_padding}"] if self.output_padding != nothing else []
        said += [f"groups={self.groups}"] if self.groups != 1 else []
        said += ["bias=False"] if self.bias is None else []
        said += [f"padding_mode={self.padding_mode}"] if self.padding_mode != "zeros" else []
        return ", ".join(said)


class _Conv(_ConvNd):
    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Numbers,
        stride: Numbers = 1,
        padding: str | Numbers = 0,
        dilation: Numbers = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        sizes = in_channels, out_channels, kernel_size, stride, padding, dilation
        super().__init__(False, *sizes, 0, groups, bias, padding_mode, device, dtype)

    def forward(self, input: Any) -> Tensor:
        conv = (F.conv1d, F.conv2d, F.conv3d)[self._dims - 1]
        padding: str | Numbers = self.padding
        if self.padding_mode != "zeros":
            input, padding = F.pad(input, self._widths(), self.padding_mode), 0
        return conv(input, self.weight, self.bias, self.stride, padding, self.dilation, self.groups)

    def _widths(self) -> list[int]:
        """The padding as `functional.pad` takes it: before and after, the last dimension first."""
        widths: list[int] = []
        for d in reversed(range(self._dims)):
            total = self.dilation[d] * (self.kernel_size[d] - 1) if self.padding == "same" else 0
            if isinstance(self.padding, str):
                widths += total // 2, total - total // 2
            else:
                widths += self.padding[d], self.padding[d]
        return widths


class _ConvTranspose(_ConvNd):
    padding: tuple[int, ...]

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Numbers,
        stride: Numbers = 1,
        padding: Numbers = 0,
        output_padding: Numbers = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: Numbers = 1,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        sizes = in_channels, out_channels, kernel_size, stride, padding, dilation, output_padding
        super().__init__(True, *sizes, groups, bias, padding_mode, device, dtype)

    def forward(self, input: Any, output_size: Sequence[int] | None = None) -> Tensor:
        conv = (F.conv_transpose1d, F.conv_transpose2d, F.conv_transpose3d)[self._dims - 1]
        more = self.output_padding if output_size is None else self._output_padding(input, output_size)
        return conv(input, self.weight, self.bias, self.stride, self.padding, more, self.groups, self.dilation)

    def _output_padding(self, input: Tensor, output_size: Sequence[int]) -> tuple[int, ...]:
        """What has to be added behind for the size asked for; a ShapeError where that cannot be."""
        n = self._dims
        if len(output_size) not in (n, input.ndim):
            raise ShapeError(
                f"{type(self).__name__}: output_size must have {n} or {input.ndim} numbers, got {tuple(output_size)}"
            )
        wanted = tuple(output_size)[-n:]
        zipped = zip(input.shape[-n:], self.stride, self.padding, self.dilation, self.kernel_size, strict=True)
        least = tuple((m - 1) * s - 2 * p + d * (k - 1) + 1 for m, s, p, d, k in zipped)
        if not all(m <= w <= m + s - 1 for m, w, s in zip(least, wanted, self.stride, strict=True)):
            raise ShapeError(
                f"{type(self).__name__}: for an input {input.shape}, output_size must be from {least} "
                f"to less than a stride {self.stride} more, got {wanted}"
            )
        return tuple(w - m for w, m in zip(wanted, least, strict=True))


class Conv1d(_Conv):
    """Sequences (N, in_channels, L), or one without N, to (N, out_channels, L'); see `functional.conv1d`.

    `weight` has shape (out_channels, in_channels / groups, *kernel_size), `bias` (out_channels,);
    both are drawn uniformly from ±1 / √(in_channels / groups · kernel length). `padding_mode` says what
    the padding is filled with: "zeros", "reflect", "replicate" or "circular". A ValueError for groups
    that do not divide the channels.

    >>> import leafgrad
    >>> layer = Conv1d(4, 6, 3)
    >>> layer
    Conv1d(4, 6, kernel_size=(3,), stride=(1,))
    >>> layer(leafgrad.ones(3, 4, 10)).shape
    (3, 6, 8)
    """

    _dims = 1


class ConvTranspose1d(_ConvTranspose):
    """Sequences (N, in_channels, L), or one without N, enlarged; see `functional.conv_transpose1d`.

    `weight` has shape (in_channels, out_channels / groups, *kernel_size), `bias` (out_channels,), drawn
    as in Conv1d. Called with an `output_size`, it finds the output_padding that gives it. A ValueError
    for groups that do not divide the channels or a `padding_mode` other than "zeros".

    >>> import leafgrad
    >>> layer = ConvTranspose1d(4, 6, 3, stride=2)
    >>> layer
    ConvTranspose1d(4, 6, kernel_size=(3,), stride=(2,))
    >>> layer(leafgrad.ones(3, 4, 10)).shape
    (3, 6, 21)
    """

    _dims = 1


class Conv2d(_Conv):
    """Images (N, in_channels, H, W), or one without N, to (N, out_channels, H', W'); see `functional.conv2d`.

    `weight` has shape (out_channels, in_channels / groups, *kernel_size), `bias` (out_channels,);
    both are drawn uniformly from ±1 / √(in_channels / groups · kernel area). `padding_mode` says what
    the padding is filled with: "zeros", "reflect", "replicate" or "circular". A ValueError for groups
    that do not divide the channels.

    >>> import leafgrad
    >>> layer = Conv2d(4, 6, 3)
    >>> layer
    Conv2d(4, 6, kernel_size=(3, 3), stride=(1, 1))
    >>> layer(leafgrad.ones(3, 4, 10, 10)).shape
    (3, 6, 8, 8)
    """

    _dims = 2


class ConvTranspose2d(_ConvTranspose):
    """Images (N, in_channels, H, W), or one without N, enlarged; see `functional.conv_transpose2d`.

    `weight` has shape (in_channels, out_channels / groups, *kernel_size), `bias` (out_channels,), drawn
    as in Conv2d. Called with an `output_size`, it finds the output_padding that gives it. A ValueError
    for groups that do not divide the channels or a `padding_mode` other than "zeros".

    >>> import leafgrad
    >>> layer = ConvTranspose2d(4, 6, 3, stride=2)
    >>> layer
    ConvTranspose2d(4, 6, kernel_size=(3, 3), stride=(2, 2))
    >>> layer(leafgrad.ones(3, 4, 10, 10)).shape
    (3, 6, 21, 21)
    """

    _dims = 2


class Conv3d(_Conv):
    """Volumes (N, in_channels, D, H, W), or one without N, to (N, out_channels, D', H', W'); see `functional.conv3d`.

    `weight` has shape (out_channels, in_channels / groups, *kernel_size), `bias` (out_channels,);
    both are drawn uniformly from ±1 / √(in_channels / groups · kernel volume). `padding_mode` says what
    the padding is filled with: "zeros", "reflect", "replicate" or "circular". A ValueError for groups
    that do not divide the channels.

    >>> import leafgrad
    >>> layer = Conv3d(4, 6, 3)
    >>> layer
    Conv3d(4, 6, kernel_size=(3, 3, 3), stride=(1, 1, 1))
    >>> layer(leafgrad.ones(3, 4, 10, 10, 10)).shape
    (3, 6, 8, 8, 8)
    """

    _dims = 3


class ConvTranspose3d(_ConvTranspose):
    """Volumes (N, in_channels, D, H, W), or one without N, enlarged; see `functional.conv_transpose3d`.

    `weight` has shape (in_channels, out_channels / groups, *kernel_size), `bias` (out_channels,), drawn
    as in Conv3d. Called with an `output_size`, it finds the output_padding that gives it. A ValueError
    for groups that do not divide the channels or a `padding_mode` other than "zeros".

    >>> import leafgrad
    >>> layer = ConvTranspose3d(4, 6, 3, stride=2)
    >>> layer
    ConvTranspose3d(4, 6, kernel_size=(3, 3, 3), stride=(2, 2, 2))
    >>> layer(leafgrad.ones(3, 4, 10, 10, 10)).shape
    (3, 6, 21, 21, 21)
    """

    _dims = 3
