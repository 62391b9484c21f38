"""The cross-entropy of a linear map: the head of a language model and its loss in one call."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Any

from leafgrad.errors import ShapeError
from leafgrad.nn.functional.classification import cross_entropy
from leafgrad.nn.functional.linear import linear
from leafgrad.operands import tensor_of
from leafgrad.tensor import Tensor

__all__ = ["linear_cross_entropy"]


@dataclass(frozen=True)
class LinearCrossEntropyOptions:
    """How PyTorch divides the work of `linear_cross_entropy`; here it is checked, and has no effect.

    >>> LinearCrossEntropyOptions(batch_chunk_size=2).batch_chunk_size
    2
    """

    allow_retain_graph: bool = False
    batch_chunk_size: int | None = None
    chunking_method: str | None = "auto"
    acc_policy: str = "auto"
    acc_dtype: Any = None

    def __post_init__(self) -> None:
        if self.acc_policy not in ("auto", "accurate", "balanced", "compact"):
            raise ValueError(f"LinearCrossEntropyOptions: unknown acc_policy {self.acc_policy!r}")
        if self.batch_chunk_size is not None and not self.batch_chunk_size > 0:
            raise ValueError(f"LinearCrossEntropyOptions: batch_chunk_size {self.batch_chunk_size} must be positive")


def linear_cross_entropy(
    input: Any,
    linear_weight: Any,
    target: Any,
    *,
    linear_bias: Any = None,
    weight: Any = None,
    reduction: str = "mean",
    ignore_index: int | None = None,
    label_smoothing: float = 0.0,
    options: Any = None,
) -> Tensor:
    """`cross_entropy(x Wᵀ + b)` for x of (N, in) or (in,), with a weight (C, in) and a bias (C,).

    A weight (C, d1, ..., in) and a bias (C, d1, ...) give each x the scores (C, d1, ...). d is that of
    `cross_entropy` and `linear`. RuntimeErrors where shapes do not fit, or for an `ignore_index` beside
    probabilities.

    >>> linear_cross_entropy(Tensor([[1.0, 0.0]]), Tensor([[2.0, 1.0], [2.0, 3.0]]), [0])
    tensor(0.6931)
    """
    op = "linear_cross_entropy"
    x, w = tensor_of(input), tensor_of(linear_weight)
    if x.ndim not in (1, 2) or w.ndim < 2 or x.shape[-1] != w.shape[-1]:
        raise ShapeError(
            f"{op}: expected an input (N, in) or (in,) and a linear_weight (C, ..., in), got {x.shape} and {w.shape}"
        )
    *scores, inputs = w.shape
    if x.ndim == 1 and len(scores) > 1:
        raise ShapeError(f"{op}: a linear_weight of shape {w.shape} needs an input (N, {inputs}), got {x.shape}")
    bias = None if linear_bias is None else tensor_of(linear_bias)
    if bias is not None and bias.shape != tuple(scores):
        raise ShapeError(f"{op}: linear_bias must have shape {tuple(scores)} beside {w.shape}, got {bias.shape}")
    shape = (*x.shape[:-1], *scores)
    if ignore_index is not None and tensor_of(target).shape == shape:
        raise RuntimeError(f"{op}: probabilities have no index to ignore; leave out ignore_index={ignore_index}")
    logits = linear(x, w.reshape(prod(scores), inputs), None if bias is None else bias.reshape(-1))
    return cross_entropy(
        logits.reshape(shape),
        target,
        weight,
        ignore_index=-100 if ignore_index is None else ignore_index,
        reduction=reduction,
        label_smoothing=label_smoothing,
    )
