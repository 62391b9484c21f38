"""Normalisation by statistics over examples, groups or neighbours, and of squares alone.

All are compositions of the operations beside them, but for the step that they share, `standardized`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from math import prod
from typing import Any

import numpy as np

from leafgrad.errors import ShapeError
from leafgrad.modes import no_grad
from leafgrad.nn.functional.averaging import avg_pool1d
from leafgrad.nn.functional.normalization import check_inner, layer_norm
from leafgrad.operands import operand
from leafgrad.ops.convolution import Sizes
from leafgrad.ops.padding import pad
from leafgrad.recording import like, record
from leafgrad.tensor import Tensor

__all__ = ["batch_norm", "group_norm", "instance_norm", "local_response_norm", "rms_norm"]


def in_singles(function: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """The function, which computes float16 in float32, whose squares do not overflow, and gives float16 back."""

    @wraps(function)
    def widened(input: Any, *args: Any, **kwargs: Any) -> Tensor:
        if getattr(input, "dtype", None) != np.float16:
            return function(input, *args, **kwargs)
        x = input if isinstance(input, Tensor) else Tensor(input)
        return function(x.to(np.float32), *args, **kwargs).to(np.float16)

    return widened


@in_singles
def batch_norm(
    input: Any,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Any = None,
    bias: Any = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """`(x - mean) / √(variance + eps) · w + b` for each channel of x (N, C, *), w and b (C,).

    In `training`, mean and variance are those of the channel over all examples, and the running ones
    (C,) move towards them in place, by the share `momentum`, the variance as the unbiased estimate;
    otherwise the running ones are used. Source: Ioffe and Szegedy, "Batch normalization" (2015). A
    ShapeError where shapes do not fit, a ValueError for one value per channel in training.

    >>> batch_norm(Tensor([[1.0], [3.0]]), None, None, training=True)
    tensor([[-1.0000],
            [ 1.0000]])
    """
    x = _floats("batch_norm", input)
    if not x.numel():
        return x.clone()
    if x.ndim < 2:
        raise ShapeError(f"batch_norm: the input must have shape (N, C, *), got {x.shape}")
    channels = x.shape[1]
    given = {"running_mean": running_mean, "running_var": running_var, "weight": weight, "bias": bias}
    _check_channels("batch_norm", channels, given)
    if eps <= 0 and training:
        raise ValueError(f"batch_norm: eps must be positive, got {eps}")
    if not training:
        if running_mean is None or running_var is None:
            raise RuntimeError("batch_norm: expected running_mean and running_var when not training; give both")
        root = _of_channels(running_var + eps, x).rsqrt()
        return _scaled((x - _of_channels(running_mean, x)) * root, weight, bias)
    count = x.shape[0] * prod(x.shape[2:])
    if count == 1:
        raise ValueError(
            f"batch_norm: expected more than 1 value per channel when training, got input size {x.shape}; "
            "give more examples, or call eval()"
        )
    axes = (0, *range(2, x.ndim))
    with no_grad():
        _move(running_mean, lambda: x.detach().mean(axes), momentum)
        _move(running_var, lambda: x.detach().var(axes), momentum)
    return _scaled(standardized(x, axes, eps), weight, bias)


@in_singles
def instance_norm(
    input: Any,
    running_mean: Tensor | None = None,
    running_var: Tensor | None = None,
    weight: Any = None,
    bias: Any = None,
    use_input_stats: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """`(x - mean) / √(variance + eps) · w + b` for each channel of each example of x (N, C, *), w and b (C,).

    Running statistics (C,), if given, move towards the mean of the examples' by the share `momentum`;
    without `use_input_stats` they are used instead, as in `batch_norm`. Source: Ulyanov, Vedaldi and
    Lempitsky, "Instance normalization" (2016). A ShapeError where shapes do not fit, a ValueError for
    one value per channel.

    >>> instance_norm(Tensor([[[1.0, 3.0], [5.0, 5.0]]]))
    tensor([[[-1.0000,  1.0000],
             [ 0.0000,  0.0000]]])
    """
    x = _floats("instance_norm", input)
    if x.ndim < 3:
        raise ShapeError(f"instance_norm: the input must have shape (N, C, *), with at least one place, got {x.shape}")
    if not use_input_stats:
        return batch_norm(x, running_mean, running_var, weight, bias, False, momentum, eps)
    given = {"running_mean": running_mean, "running_var": running_var, "weight": weight, "bias": bias}
    _check_channels("instance_norm", x.shape[1], given)
    if prod(x.shape[2:]) == 1:
        raise ValueError(
            f"instance_norm: expected more than 1 spatial element when training, got input size {x.shape}; "
            "give larger inputs, or call eval()"
        )
    axes = tuple(range(2, x.ndim))
    with no_grad():
        _move(running_mean, lambda: x.detach().mean(axes).mean(0), momentum)
        _move(running_var, lambda: x.detach().var(axes).mean(0), momentum)
    return _scaled(standardized(x, axes, eps), weight, bias)


@in_singles
def group_norm(input: Any, num_groups: int, weight: Any = None, bias: Any = None, eps: float = 1e-5) -> Tensor:
    """`(x - mean) / √(variance + eps) · w + b` for each of `num_groups` groups of channels of x (N, C, *), w, b (C,).

    Source: Wu and He, "Group normalization" (2018). A ShapeError where shapes do not fit or the groups
    do not divide the channels.

    >>> group_norm(Tensor([[1.0, 3.0, 5.0, 5.0]]), 2)
    tensor([[-1.0000,  1.0000,  0.0000,  0.0000]])
    """
    x = _floats("group_norm", input)
    if x.ndim < 2:
        raise ShapeError(f"group_norm: the input must have shape (N, C, *), got {x.shape}")
    n, channels = x.shape[:2]
    if num_groups < 1 or channels % num_groups:
        raise ShapeError(
            f"group_norm: num_groups must be positive and divide the {channels} channels, got {num_groups}"
        )
    _check_channels("group_norm", channels, {"weight": weight, "bias": bias})
    size = channels // num_groups * prod(x.shape[2:])
    if n * size == 1:
        raise ValueError(f"group_norm: expected more than 1 value per group, got input size {x.shape}")
    return _scaled(layer_norm(x.reshape(n * num_groups, size), (size,), eps=eps).reshape(x.shape), weight, bias)


def standardized(x: Tensor, axes: Sizes, eps: float) -> Tensor:
    """z = `(x - mean) / √(variance + eps)` over the axes. dz = (dx - mean(dx) - z mean(dx z)) / √(variance + eps)"""
    x, a = operand(x, real=True)
    z, root = _standardized(a, axes, eps)

    def slope(g: Any) -> Any:
        ours = (z, root) if not isinstance(g, Tensor) else _standardized(like(x, g), axes, eps)
        return (g - _mean(g, axes) - ours[0] * _mean(g * ours[0], axes)) * ours[1]

    return record("standardized", z.copy(), (x, slope))


def _standardized(x: Any, axes: Sizes, eps: float) -> tuple[Any, Any]:
    centred = x - _mean(x, axes)
    root = 1 / np.sqrt(_mean(centred * centred, axes) + eps)
    return centred * root, root


def _mean(x: Any, axes: Sizes) -> Any:
    return np.mean(x, axis=axes, keepdims=True)


def _floats(op: str, input: Any) -> Tensor:
    x = input if isinstance(input, Tensor) else Tensor(input)
    if x.dtype.kind not in "fc":
        raise NotImplementedError(f"{op}: the input must hold floats, got {x.dtype}; call .float()")
    return x


def _check_channels(op: str, channels: int, given: Mapping[str, Any]) -> None:
    for name, value in given.items():
        if name.startswith("running") and getattr(value, "requires_grad", False):
            raise RuntimeError(f"{op}: no gradient goes to {name}; detach() it")
        if value is not None and np.shape(operand(value)[1]) != (channels,):
            raise ShapeError(f"{op}: {name} must have shape ({channels},), got {np.shape(operand(value)[1])}")


def _of_channels(v: Tensor, x: Tensor) -> Tensor:
    """(C,) as (C, 1, ...), to stand beside x (N, C, *)."""
    return v.reshape(-1, *(1,) * (x.ndim - 2))


def _scaled(z: Tensor, weight: Any, bias: Any) -> Tensor:
    """`z w + b` for each channel."""
    if weight is not None:
        z = z * _of_channels(weight, z)
    return z if bias is None else z + _of_channels(bias, z)


def _move(running: Tensor | None, value: Callable[[], Tensor], momentum: float) -> None:
    if running is not None:
        running.mul_(1 - momentum).add_((value() * momentum).to(running.dtype))


# Without a mean


@in_singles
def rms_norm(input: Any, normalized_shape: Sequence[int], weight: Any = None, eps: float | None = None) -> Tensor:
    """`x / √(mean(x²) + eps) · w` over the last dimensions, which are `normalized_shape`.

    `eps` is the dtype's own unless given. Source: Zhang and Sennrich, "Root mean square layer
    normalization" (2019). A ShapeError where the shapes do not fit.

    >>> rms_norm(Tensor([[3.0, 4.0, 0.0, 0.0]]), (4,))
    tensor([[1.2000, 1.6000, 0.0000, 0.0000]])
    """
    x = _floats("rms_norm", input)
    inner = tuple(normalized_shape)
    check_inner("rms_norm", x.shape, inner, {"weight": weight})
    squares = (x * x).mean(tuple(range(-len(inner), 0)), keepdim=True)
    z = x * (squares + (float(np.finfo(x.dtype).eps) if eps is None else eps)).rsqrt()
    return z if weight is None else z * weight


def local_response_norm(input: Any, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> Tensor:
    """`x / (k + alpha mean(x²))^beta`, the mean over `size` neighbouring channels of x (N, C, *), zeros outside.

    Source: Krizhevsky, Sutskever and Hinton, "ImageNet classification" (2012). A ShapeError for an
    input of fewer than three dimensions.

    >>> local_response_norm(Tensor([[[1.0], [2.0]]]), 2, alpha=1.0, beta=1.0)
    tensor([[[0.6667],
             [0.5714]]])
    """
    x = input if isinstance(input, Tensor) else Tensor(input)
    if x.ndim < 3:
        raise ShapeError(f"local_response_norm: the input must have shape (N, C, *), got {x.shape}")
    if size < 1:
        raise ShapeError(f"local_response_norm: size must be positive, got {size}")
    if not x.numel():
        return x
    channels_last = (x * x).reshape(x.shape[0], x.shape[1], -1).transpose(1, 2)
    mean = avg_pool1d(pad(channels_last, (size // 2, (size - 1) // 2)), size, 1)
    return x / (mean.transpose(1, 2).reshape(x.shape) * alpha + k) ** beta
