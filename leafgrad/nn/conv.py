"""Convolutional layers: windows that slide over images."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod, sqrt
from typing import Any

from leafgrad.creation import empty
from leafgrad.nn import functional as F
from leafgrad.nn import init
from leafgrad.nn.functional.conv import check_padding, pair
from leafgrad.nn.module import Module
from leafgrad.nn.parameter import Parameter
from leafgrad.tensor import Tensor


class Conv2d(Module):
    """Images (N, in_channels, H, W), or one without N, to (N, out_channels, H', W'); see `functional.conv2d`.

    `weight` has shape (out_channels, in_channels / groups, *kernel_size), `bias` (out_channels,);
    both are drawn uniformly from ±1 / √(in_channels / groups · kernel area). A ValueError for groups
    that do not divide the channels, a NotImplementedError for a `padding_mode` other than "zeros".

    >>> import leafgrad
    >>> layer = Conv2d(1, 6, kernel_size=5, padding=2)
    >>> layer
    Conv2d(1, 6, kernel_size=(5, 5), stride=(1, 1), padding=(2, 2))
    >>> layer(leafgrad.ones(3, 1, 28, 28)).shape
    (3, 6, 28, 28)
    """

    weight: Parameter
    bias: Parameter | None

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | Sequence[int],
        stride: int | Sequence[int] = 1,
        padding: str | int | Sequence[int] = 0,
        dilation: int | Sequence[int] = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        *,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        if groups < 1 or in_channels % groups or out_channels % groups:
            raise ValueError(
                f"Conv2d: groups must be positive and divide in_channels and out_channels, got {groups} "
                f"for {in_channels} and {out_channels}"
            )
        if padding_mode != "zeros":
            raise NotImplementedError(
                f"Conv2d: padding_mode must be 'zeros', got {padding_mode!r}; pad the input first"
            )
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = pair("Conv2d", "kernel_size", kernel_size, 1)
        self.stride = pair("Conv2d", "stride", stride, 1)
        self.padding = padding if isinstance(padding, str) else pair("Conv2d", "padding", padding, 0)
        self.dilation = pair("Conv2d", "dilation", dilation, 1)
        check_padding(padding, self.stride)
        self.groups = groups
        self.padding_mode = padding_mode
        self.weight = Parameter(empty(out_channels, in_channels // groups, *self.kernel_size, dtype=dtype))
        self.register_parameter("bias", Parameter(empty(out_channels, dtype=dtype)) if bias else None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the parameters anew."""
        init.kaiming_uniform_(self.weight, a=sqrt(5))
        if self.bias is not None:
            fan_in = prod(self.weight.shape[1:])
            bound = 1 / sqrt(fan_in) if fan_in else 0.0
            init.uniform_(self.bias, -bound, bound)

    def forward(self, input: Any) -> Tensor:
        return F.conv2d(input, self.weight, self.bias, self.stride, self.padding, self.dilation, self.groups)

    def extra_repr(self) -> str:
        said = [f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}"]
        said += [f"padding={self.padding}"] if self.padding != (0, 0) else []
        said += [f"dilation={self.dilation}"] if self.dilation != (1, 1) else []
        said += [f"groups={self.groups}"] if self.groups != 1 else []
        said += ["bias=False"] if self.bias is None else []
        return ", ".join(said)
