"""Pooling layers: sequences, images and volumes made smaller, and what max-pooling took put back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from leafgrad.nn import functional as F
from leafgrad.nn.functional.conv import Numbers, several
from leafgrad.nn.module import Module
from leafgrad.tensor import Tensor


def described(module: Module, *names: str) -> str:
    """The attributes of these names, as an `extra_repr` says them."""
    return ", ".join(f"{name}={getattr(module, name)}" for name in names)


class _MaxPool(Module):
    _dims: int

    def __init__(
        self,
        kernel_size: Numbers,
        stride: Numbers | None = None,
        padding: Numbers = 0,
        dilation: Numbers = 1,
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
        pool = getattr(F, f"max_pool{self._dims}d")
        sizes = self.kernel_size, self.stride, self.padding, self.dilation
        return pool(input, *sizes, self.ceil_mode, self.return_indices)

    def extra_repr(self) -> str:
        return described(self, "kernel_size", "stride", "padding", "dilation", "ceil_mode")


class MaxPool1d(_MaxPool):
    """The largest number in each window of sequences (N, C, L) or (C, L); see `functional.max_pool1d`.

    The stride is the kernel_size unless said otherwise. With `return_indices`, the result is the
    values and their places in the flattened L.

    >>> import leafgrad
    >>> layer = MaxPool1d(2)
    >>> layer
    MaxPool1d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)
    >>> layer(leafgrad.ones(3, 6, 24)).shape
    (3, 6, 12)
    """

    _dims = 1


class MaxPool2d(_MaxPool):
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

    _dims = 2


class MaxPool3d(_MaxPool):
    """The largest number in each window of volumes (N, C, D, H, W) or (C, D, H, W); see `functional.max_pool3d`.

    The stride is the kernel_size unless said otherwise. With `return_indices`, the result is the
    values and their places in the flattened D · H · W.

    >>> import leafgrad
    >>> layer = MaxPool3d(2)
    >>> layer
    MaxPool3d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)
    >>> layer(leafgrad.ones(3, 6, 8, 8, 8)).shape
    (3, 6, 4, 4, 4)
    """

    _dims = 3


class _MaxUnpool(Module):
    _dims: int

    def __init__(self, kernel_size: Numbers, stride: Numbers | None = None, padding: Numbers = 0) -> None:
        super().__init__()
        name, n = type(self).__name__, self._dims
        self.kernel_size = several(name, "kernel_size", kernel_size, n, 1)
        self.stride = several(name, "stride", kernel_size if stride is None else stride, n, 1)
        self.padding = several(name, "padding", padding, n, 0)

    def forward(self, input: Any, indices: Any, output_size: Sequence[int] | None = None) -> Tensor:
        unpool = getattr(F, f"max_unpool{self._dims}d")
        return unpool(input, indices, self.kernel_size, self.stride, self.padding, output_size)  # type: ignore[no-any-return]

    def extra_repr(self) -> str:
        return described(self, "kernel_size", "stride", "padding")


class MaxUnpool1d(_MaxUnpool):
    """What `MaxPool1d` took, put back at its indices, and zeros elsewhere; see `functional.max_unpool1d`.

    >>> MaxUnpool1d(2)
    MaxUnpool1d(kernel_size=(2,), stride=(2,), padding=(0,))
    """

    _dims = 1


class MaxUnpool2d(_MaxUnpool):
    """What `MaxPool2d` took, put back at its indices, and zeros elsewhere; see `functional.max_unpool2d`.

    >>> MaxUnpool2d(2)
    MaxUnpool2d(kernel_size=(2, 2), stride=(2, 2), padding=(0, 0))
    """

    _dims = 2


class MaxUnpool3d(_MaxUnpool):
    """What `MaxPool3d` took, put back at its indices, and zeros elsewhere; see `functional.max_unpool3d`.

    >>> MaxUnpool3d(2)
    MaxUnpool3d(kernel_size=(2, 2, 2), stride=(2, 2, 2), padding=(0, 0, 0))
    """

    _dims = 3


class _AdaptiveMaxPool(Module):
    _dims: int

    def __init__(self, output_size: Any, return_indices: bool = False) -> None:
        super().__init__()
        self.output_size = output_size
        self.return_indices = return_indices

    def forward(self, input: Any) -> Any:
        return getattr(F, f"adaptive_max_pool{self._dims}d")(input, self.output_size, self.return_indices)

    def extra_repr(self) -> str:
        return f"output_size={self.output_size}"


class AdaptiveMaxPool1d(_AdaptiveMaxPool):
    """The largest numbers in sequences (N, C, L) or (C, L), for a result of `output_size`.

    See `functional.adaptive_max_pool1d`.

    >>> import leafgrad
    >>> AdaptiveMaxPool1d(2)(leafgrad.ones(3, 6, 24)).shape
    (3, 6, 2)
    """

    _dims = 1


class AdaptiveMaxPool2d(_AdaptiveMaxPool):
    """The largest numbers in images (N, C, H, W) or (C, H, W), for a result of `output_size`.

    See `functional.adaptive_max_pool2d`.

    >>> import leafgrad
    >>> AdaptiveMaxPool2d(2)(leafgrad.ones(3, 6, 24, 24)).shape
    (3, 6, 2, 2)
    """

    _dims = 2


class AdaptiveMaxPool3d(_AdaptiveMaxPool):
    """The largest numbers in volumes (N, C, D, H, W) or (C, D, H, W), for a result of `output_size`.

    See `functional.adaptive_max_pool3d`.

    >>> import leafgrad
    >>> AdaptiveMaxPool3d(4)(leafgrad.ones(3, 6, 8, 8, 8)).shape
    (3, 6, 4, 4, 4)
    """

    _dims = 3


class _FractionalMaxPool(Module):
    _dims: int

    def __init__(
        self,
        kernel_size: Numbers,
        output_size: Numbers | None = None,
        output_ratio: float | Sequence[float] | None = None,
        return_indices: bool = False,
        _random_samples: Any = None,
    ) -> None:
        super().__init__()
        name, n = type(self).__name__, self._dims
        if (output_size is None) == (output_ratio is None):
            raise ValueError(
                f"{name}: expected either output_size or output_ratio, got {output_size} and {output_ratio}"
            )
        ratio = output_ratio if output_ratio is None or isinstance(output_ratio, Sequence) else (output_ratio,) * n
        if ratio is not None and not all(0 < r < 1 for r in ratio):
            raise ValueError(f"{name}: output_ratio must be between 0 and 1, got {output_ratio}")
        self.kernel_size = several(name, "kernel_size", kernel_size, n, 1)
        self.return_indices = return_indices
        self.register_buffer("_random_samples", _random_samples)
        self.output_size = None if output_size is None else several(name, "output_size", output_size, n, 1)
        self.output_ratio = None if ratio is None else tuple(ratio)

    def forward(self, input: Any) -> Any:
        pool = getattr(F, f"fractional_max_pool{self._dims}d")
        sizes = self.kernel_size, self.output_size, self.output_ratio
        return pool(input, *sizes, self.return_indices, self._random_samples)


class FractionalMaxPool2d(_FractionalMaxPool):
    """The largest number in each window of images (N, C, H, W) or (C, H, W), the windows at random places.

    See `functional.fractional_max_pool2d`. A ValueError without exactly one of `output_size` and `output_ratio`.

    >>> import leafgrad
    >>> FractionalMaxPool2d(2, output_ratio=0.5)(leafgrad.ones(3, 6, 24, 24)).shape
    (3, 6, 12, 12)
    """

    _dims = 2


class FractionalMaxPool3d(_FractionalMaxPool):
    """The largest number in each window of volumes (N, C, D, H, W) or (C, D, H, W), the windows at random places.

    See `functional.fractional_max_pool3d`. A ValueError without exactly one of `output_size` and `output_ratio`.

    >>> import leafgrad
    >>> FractionalMaxPool3d(2, output_ratio=0.5)(leafgrad.ones(3, 6, 8, 8, 8)).shape
    (3, 6, 4, 4, 4)
    """

    _dims = 3
