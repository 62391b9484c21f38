"""The layers that PyTorch has as functions of its own beside `nn.functional`.

Most are the same functions; here are those whose arguments stand in another order, or that return
more, their statistics; of those only `native_group_norm`'s have a gradient.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

from leafgrad.modes import no_grad
from leafgrad.nn import functional as F
from leafgrad.nn.functional import (
    adaptive_avg_pool1d,
    alpha_dropout,
    avg_pool1d,
    bilinear,
    celu,
    celu_,
    channel_shuffle,
    conv1d,
    conv2d,
    conv3d,
    conv_transpose1d,
    conv_transpose2d,
    conv_transpose3d,
    cosine_similarity,
    dropout,
    feature_alpha_dropout,
    gru,
    gru_cell,
    lstm,
    lstm_cell,
    max_pool1d,
    max_pool1d_with_indices,
    max_pool2d,
    max_pool3d,
    native_channel_shuffle,
    pairwise_distance,
    pixel_shuffle,
    pixel_unshuffle,
    relu_,
    rms_norm,
    rnn_relu,
    rnn_relu_cell,
    rnn_tanh,
    rnn_tanh_cell,
    rrelu,
    rrelu_,
    selu,
    selu_,
    threshold_,
)
from leafgrad.tensor import Tensor

__all__ = [
    "adaptive_avg_pool1d",
    "adaptive_max_pool1d",
    "alpha_dropout",
    "avg_pool1d",
    "batch_norm",
    "bilinear",
    "celu",
    "celu_",
    "channel_shuffle",
    "conv1d",
    "conv2d",
    "conv3d",
    "conv_tbc",
    "conv_transpose1d",
    "conv_transpose2d",
    "conv_transpose3d",
    "cosine_similarity",
    "dropout",
    "embedding",
    "feature_alpha_dropout",
    "grid_sampler",
    "grid_sampler_2d",
    "grid_sampler_3d",
    "group_norm",
    "gru",
    "gru_cell",
    "instance_norm",
    "layer_norm",
    "lstm",
    "lstm_cell",
    "max_pool1d",
    "max_pool1d_with_indices",
    "max_pool2d",
    "max_pool3d",
    "native_batch_norm",
    "native_channel_shuffle",
    "native_group_norm",
    "native_layer_norm",
    "pairwise_distance",
    "pixel_shuffle",
    "pixel_unshuffle",
    "relu_",
    "rms_norm",
    "rnn_relu",
    "rnn_relu_cell",
    "rnn_tanh",
    "rnn_tanh_cell",
    "rrelu",
    "rrelu_",
    "selu",
    "selu_",
    "threshold_",
]


adaptive_max_pool1d = F.adaptive_max_pool1d_with_indices


def conv_tbc(input: Tensor, weight: Tensor, bias: Tensor | None = None, pad: int = 0) -> Tensor:
    """`conv1d` of sequences (T, N, C) with a weight (k, C, O): (T', N, O).

    >>> import leafgrad
    >>> conv_tbc(leafgrad.ones(5, 2, 3), leafgrad.ones(2, 3, 4)).shape
    (4, 2, 4)
    """
    return F.conv1d(input.permute(1, 2, 0), weight.permute(2, 1, 0), bias, padding=pad).permute(2, 0, 1)


def embedding(
    weight: Any, indices: Any, padding_idx: int = -1, scale_grad_by_freq: bool = False, sparse: bool = False
) -> Tensor:
    """`nn.functional.embedding`, the table first; a negative `padding_idx` is none.

    >>> embedding(Tensor([[1.0, 2.0], [3.0, 4.0]]), [1])
    tensor([[3., 4.]])
    """
    padding = None if padding_idx < 0 else padding_idx
    return F.embedding(indices, weight, padding, scale_grad_by_freq=scale_grad_by_freq, sparse=sparse)


def batch_norm(
    input: Any,
    weight: Any,
    bias: Any,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    training: bool,
    momentum: float,
    eps: float,
    cudnn_enabled: bool = False,
) -> Tensor:
    """`nn.functional.batch_norm`, weight and bias first.

    >>> batch_norm(Tensor([[1.0], [3.0]]), None, None, None, None, True, 0.1, 1e-5)
    tensor([[-1.0000],
            [ 1.0000]])
    """
    return F.batch_norm(input, running_mean, running_var, weight, bias, training, momentum, eps)


def instance_norm(
    input: Any,
    weight: Any,
    bias: Any,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    use_input_stats: bool,
    momentum: float,
    eps: float,
    cudnn_enabled: bool = False,
) -> Tensor:
    """`nn.functional.instance_norm`, weight and bias first.

    >>> instance_norm(Tensor([[[1.0, 3.0]]]), None, None, None, None, True, 0.1, 1e-5)
    tensor([[[-1.0000,  1.0000]]])
    """
    return F.instance_norm(input, running_mean, running_var, weight, bias, use_input_stats, momentum, eps)


def layer_norm(
    input: Any,
    normalized_shape: Sequence[int],
    weight: Any = None,
    bias: Any = None,
    eps: float = 1e-5,
    cudnn_enable: bool = True,
) -> Tensor:
    """`nn.functional.layer_norm`.

    >>> layer_norm(Tensor([[1.0, 3.0]]), (2,))
    tensor([[-1.0000,  1.0000]])
    """
    return F.layer_norm(input, normalized_shape, weight, bias, eps)


def group_norm(
    input: Any,
    num_groups: int,
    weight: Any = None,
    bias: Any = None,
    eps: float = 1e-5,
    cudnn_enabled: bool = True,
) -> Tensor:
    """`nn.functional.group_norm`.

    >>> group_norm(Tensor([[1.0, 3.0]]), 1)
    tensor([[-1.0000,  1.0000]])
    """
    return F.group_norm(input, num_groups, weight, bias, eps)


def native_layer_norm(
    input: Tensor, normalized_shape: Sequence[int], weight: Any, bias: Any, eps: float
) -> tuple[Tensor, Tensor, Tensor]:
    """`layer_norm`, and the mean and 1 / √(variance + eps) of each part that it normalised.

    >>> native_layer_norm(Tensor([[1.0, 3.0]]), (2,), None, None, 0.0)[1:]
    (tensor([[2.]]), tensor([[1.]]))
    """
    dims = tuple(range(input.ndim - len(normalized_shape), input.ndim))
    with no_grad():
        mean, root = _statistics(input, dims, eps, True)
    return F.layer_norm(input, normalized_shape, weight, bias, eps), mean, root


def native_group_norm(
    input: Tensor, weight: Any, bias: Any, N: int, C: int, HxW: int, group: int, eps: float
) -> tuple[Tensor, Tensor, Tensor]:
    """`group_norm`, and the mean and 1 / √(variance + eps) of each group, (N, group).

    >>> native_group_norm(Tensor([[[1.0, 3.0]]]), None, None, 1, 1, 2, 1, 0.0)[1:]
    (tensor([[2.]]), tensor([[1.]]))
    """
    parts = input.reshape(N, group, C // group * HxW)
    return (F.group_norm(input, group, weight, bias, eps), *_statistics(parts, (2,), eps, False))


def native_batch_norm(
    input: Tensor,
    weight: Any,
    bias: Any,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    training: bool,
    momentum: float,
    eps: float,
) -> tuple[Tensor, Tensor, Tensor]:
    """`batch_norm`, and the mean and 1 / √(variance + eps) of each channel, (C,), if `training`, else nothing (0,).

    >>> native_batch_norm(Tensor([[1.0], [3.0]]), None, None, None, None, True, 0.1, 1e-5)[1:]
    (tensor([2.]), tensor([1.0000]))
    """
    out = F.batch_norm(input, running_mean, running_var, weight, bias, training, momentum, eps)
    dims = (0, *range(2, input.ndim))
    with no_grad():
        mean, root = _statistics(input, dims, eps, False)
    return (out, mean, root) if training else (out, mean[:0], root[:0])


def _statistics(x: Tensor, dims: tuple[int, ...], eps: float, keepdim: bool) -> tuple[Tensor, Tensor]:
    count = prod(x.shape[d] for d in dims)
    mean = x.mean(dims, keepdim=True)
    root = (((x - mean) ** 2).sum(dims, keepdim=keepdim) / count + eps).rsqrt()
    return mean if keepdim else mean.squeeze(dims), root


def grid_sampler(input: Any, grid: Any, interpolation_mode: int, padding_mode: int, align_corners: bool) -> Tensor:
    """`nn.functional.grid_sample`, the modes by number.

    >>> grid_sampler(Tensor([[[[1.0, 3.0]]]]), Tensor([[[[0.0, 0.0]]]]), 0, 0, True)
    tensor([[[[2.]]]])
    """
    mode = ("bilinear", "nearest", "bicubic")[interpolation_mode]
    return F.grid_sample(input, grid, mode, ("zeros", "border", "reflection")[padding_mode], align_corners)


grid_sampler_2d = grid_sampler_3d = grid_sampler
