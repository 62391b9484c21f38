"""Normalisation by statistics over examples or groups, with the running ones that evaluation uses."""

from __future__ import annotations

from typing import Any

from leafgrad.creation import ones, zeros
from leafgrad.dtypes import int64
from leafgrad.errors import ShapeError
from leafgrad.nn import functional as F
from leafgrad.nn import init
from leafgrad.nn.module import Module
from leafgrad.nn.parameter import Parameter, blank
from leafgrad.tensor import Tensor


class _Norm(Module):
    """A weight and a bias for each of `num_features` channels, and running statistics."""

    weight: Parameter | None
    bias: Parameter | None
    running_mean: Tensor | None
    running_var: Tensor | None
    num_batches_tracked: Tensor | None
    _accepted: tuple[int, ...]  # numbers of dimensions

    def __init__(
        self,
        num_features: int,
        eps: float,
        momentum: float | None,
        affine: bool,
        track_running_stats: bool,
        device: Any,
        dtype: Any,
        bias: bool,
    ) -> None:
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.affine = affine
        self.track_running_stats = track_running_stats
        for name, wanted in (("weight", affine), ("bias", affine and bias)):
            self.register_parameter(name, blank((num_features,), device, dtype) if wanted else None)
        self.register_buffer(
            "running_mean", zeros(num_features, dtype=dtype, device=device) if track_running_stats else None
        )
        self.register_buffer(
            "running_var", ones(num_features, dtype=dtype, device=device) if track_running_stats else None
        )
        self.register_buffer("num_batches_tracked", zeros((), dtype=int64) if track_running_stats else None)
        self.reset_parameters()

    def reset_running_stats(self) -> None:
        """Set the running mean to zeros, the running variance to ones, and the count to 0."""
        if self.running_mean is not None and self.running_var is not None and self.num_batches_tracked is not None:
            self.running_mean.zero_()
            self.running_var.fill_(1)
            self.num_batches_tracked.zero_()

    def reset_parameters(self) -> None:
        """Set the weight to ones and the bias to zeros, and the running statistics back."""
        self.reset_running_stats()
        if self.weight is not None:
            init.ones_(self.weight)
        if self.bias is not None:
            init.zeros_(self.bias)

    def _check_dimensions(self, input: Tensor) -> None:
        if input.ndim not in self._accepted:
            wanted = " or ".join(f"{n}D" for n in self._accepted)
            raise ShapeError(f"{type(self).__name__}: expected {wanted} input, got shape {input.shape}")

    def extra_repr(self) -> str:
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, affine={self.affine}, "
            f"bias={self.bias is not None}, track_running_stats={self.track_running_stats}"
        )


class _BatchNorm(_Norm):
    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__(num_features, eps, momentum, affine, track_running_stats, device, dtype, bias)

    def forward(self, input: Tensor) -> Tensor:
        self._check_dimensions(input)
        share = 0.0 if self.momentum is None else self.momentum
        if self.training and self.num_batches_tracked is not None:
            self.num_batches_tracked.add_(1)
            if self.momentum is None:  # the mean of all batches so far
                share = 1 / self.num_batches_tracked.item()
        from_batch = self.training or self.running_mean is None
        mean, var = (
            (self.running_mean, self.running_var) if not self.training or self.track_running_stats else (None, None)
        )
        return F.batch_norm(input, mean, var, self.weight, self.bias, from_batch, share, self.eps)


class BatchNorm1d(_BatchNorm):
    """`(x - mean) / √(variance + eps) · weight + bias` for each channel of (N, num_features) or (N, num_features, L).

    Mean and variance are the batch's in training, else the running ones, which training moves by the
    share `momentum` (None: they become the mean over all batches); without `track_running_stats`
    there are none, and the batch's are always used. `weight` and `bias` (num_features,) start as ones
    and zeros; `affine=False` leaves them out. See `functional.batch_norm`. A ShapeError for an input of
    another number of dimensions.

    >>> import leafgrad
    >>> layer = BatchNorm1d(3)
    >>> layer
    BatchNorm1d(3, eps=1e-05, momentum=0.1, affine=True, bias=True, track_running_stats=True)
    >>> layer(leafgrad.ones(2, 3)).shape
    (2, 3)
    """

    _accepted = 2, 3


class BatchNorm2d(_BatchNorm):
    """As `BatchNorm1d`, for images (N, num_features, H, W).

    >>> import leafgrad
    >>> BatchNorm2d(3)(leafgrad.ones(2, 3, 4, 4)).shape
    (2, 3, 4, 4)
    """

    _accepted = (4,)


class BatchNorm3d(_BatchNorm):
    """As `BatchNorm1d`, for volumes (N, num_features, D, H, W).

    >>> import leafgrad
    >>> BatchNorm3d(3)(leafgrad.ones(2, 3, 4, 4, 4)).shape
    (2, 3, 4, 4, 4)
    """

    _accepted = (5,)


class _InstanceNorm(_Norm):
    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float = 0.1,
        affine: bool = False,
        track_running_stats: bool = False,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__(num_features, eps, momentum, affine, track_running_stats, device, dtype, bias)

    def forward(self, input: Tensor) -> Tensor:
        self._check_dimensions(input)
        single = input.ndim == self._accepted[0]
        x = input.unsqueeze(0) if single else input
        if x.shape[1] != self.num_features and self.affine:
            raise ShapeError(
                f"{type(self).__name__}: expected {self.num_features} channels, got an input of shape {input.shape}"
            )
        from_input = self.training or not self.track_running_stats
        share = 0.0 if self.momentum is None else self.momentum
        options = self.weight, self.bias, from_input, share, self.eps
        out = F.instance_norm(x, self.running_mean, self.running_var, *options)
        return out.squeeze(0) if single else out


class InstanceNorm1d(_InstanceNorm):
    """`(x - mean) / √(variance + eps)` for each channel of each example of (N, num_features, L), or without N.

    With `affine`, times `weight` plus `bias` (num_features,), which start as ones and zeros; with
    `track_running_stats`, evaluation uses running statistics. See `functional.instance_norm`.

    >>> import leafgrad
    >>> layer = InstanceNorm1d(3)
    >>> layer
    InstanceNorm1d(3, eps=1e-05, momentum=0.1, affine=False, bias=False, track_running_stats=False)
    >>> layer(leafgrad.ones(2, 3, 4)).shape
    (2, 3, 4)
    """

    _accepted = 2, 3


class InstanceNorm2d(_InstanceNorm):
    """As `InstanceNorm1d`, for images (N, num_features, H, W), or without N.

    >>> import leafgrad
    >>> InstanceNorm2d(3)(leafgrad.ones(2, 3, 4, 4)).shape
    (2, 3, 4, 4)
    """

    _accepted = 3, 4


class InstanceNorm3d(_InstanceNorm):
    """As `InstanceNorm1d`, for volumes (N, num_features, D, H, W), or without N.

    >>> import leafgrad
    >>> InstanceNorm3d(3)(leafgrad.ones(2, 3, 4, 4, 4)).shape
    (2, 3, 4, 4, 4)
    """

    _accepted = 4, 5


class GroupNorm(Module):
    """`(x - mean) / √(variance + eps) · weight + bias` for each group of the channels of (N, num_channels, *).

    `weight` and `bias` (num_channels,) start as ones and zeros, and are None without `affine` (or, the
    bias alone, without `bias`). See `functional.group_norm`. A ValueError for groups that do not divide
    the channels.

    >>> import leafgrad
    >>> layer = GroupNorm(2, 4)
    >>> layer
    GroupNorm(2, 4, eps=1e-05, affine=True, bias=True)
    >>> layer(leafgrad.ones(3, 4, 5)).shape
    (3, 4, 5)
    """

    weight: Parameter | None
    bias: Parameter | None

    def __init__(
        self,
        num_groups: int,
        num_channels: int,
        eps: float = 1e-5,
        affine: bool = True,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__()
        if num_groups < 1 or num_channels % num_groups:
            raise ValueError(f"GroupNorm: num_groups must divide num_channels, got {num_groups} and {num_channels}")
        self.num_groups = num_groups
        self.num_channels = num_channels
        self.eps = eps
        self.affine = affine
        for name, wanted in (("weight", affine), ("bias", affine and bias)):
            self.register_parameter(name, blank((num_channels,), device, dtype) if wanted else None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Set the weight to ones and the bias to zeros."""
        if self.weight is not None:
            init.ones_(self.weight)
        if self.bias is not None:
            init.zeros_(self.bias)

    def forward(self, input: Any) -> Tensor:
        return F.group_norm(input, self.num_groups, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        return (
            f"{self.num_groups}, {self.num_channels}, eps={self.eps}, affine={self.affine}, "
            f"bias={self.bias is not None}"
        )
