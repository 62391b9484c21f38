"""Pooling layers: images made smaller."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from leafgrad.nn import functional as F
from leafgrad.nn.module import Module


class MaxPool2d(Module):
    """The largest number in each window of images (N, C, H, W) or (C, H, W); see `functional.max_pool2d`.

    The stride is the kernel_size unless said otherwise. With `return_indices`, the result is the
    values and their places in the flattened H · W.

    >>> import leafgrad
    >>> layer = MaxPool2d(2)
    >>> layer
    MaxPool2d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)
    >>> layer(leafgrad.ones(3, 6, 24, 24)).shape
    (3, 6, 12, 12)
    """

    def __init__(
        self,
        kernel_size: int | Sequence[int],
        stride: int | Sequence[int] | None = None,
        padding: int | Sequence[int] = 0,
        dilation: int | Sequence[int] = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None:
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride
        self.padding = padding
        self.dilation = dilation
        self.return_indices = return_indices
        self.ceil_mode = ceil_mode

    def forward(self, input: Any) -> Any:
        return F.max_pool2d(
            input, self.kernel_size, self.stride, self.padding, self.dilation, self.ceil_mode, self.return_indices
        )

    def extra_repr(self) -> str:
        return (
            f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}, "
            f"dilation={self.dilation}, ceil_mode={self.ceil_mode}"
        )
