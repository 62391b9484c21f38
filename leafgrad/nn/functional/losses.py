"""Losses between numbers: how far a prediction is from its target, element by element.

Each loss and its reduction are one operation. Where a derivative needs the difference, or a
sigmoid, that is an operation of its own, whose value serves the first derivative and whose history
the second.
"""

from __future__ import annotations

import warnings
from math import inf
from typing import Any

import numpy as np

from leafgrad.errors import ShapeError
from leafgrad.nn.functional.activations import log_one_plus_exp, softplus
from leafgrad.node import Array, GradFn
from leafgrad.ops.arithmetic import neg, sub
from leafgrad.ops.exponential import sigmoid
from leafgrad.recording import check_broadcast, like, operand, operands, record, wrap_snapshot
from leafgrad.tensor import Tensor

__all__ = [
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "huber_loss",
    "l1_loss",
    "mse_loss",
    "smooth_l1_loss",
]


def check_reduction(op: str, reduction: str) -> None:
    if reduction not in ("none", "mean", "sum"):
        raise ValueError(f"{op}: reduction must be 'none', 'mean' or 'sum', got {reduction!r}")


def reduced(op: str, losses: Array, reduction: str, *parents: tuple[Any, GradFn]) -> Tensor:
    """Record the losses, or their sum or mean. The gradient functions are those of the losses."""
    if reduction == "none":
        return record(op, losses, *parents)
    if reduction == "sum":
        return record(op, np.sum(losses), *parents)
    return mean(op, losses, losses.size, *parents)


def mean(op: str, losses: Array, n: Any, *parents: tuple[Any, GradFn]) -> Tensor:
    """Record the sum of the losses over n. Where n is 0 that is NaN, with a gradient of 0, as in PyTorch."""
    average = np.sum(losses) / n if n else np.sum(losses) * np.nan
    return record(op, average, *[(x, _divided(grad_fn, n or 1)) for x, grad_fn in parents])


def _divided(grad_fn: GradFn, n: Any) -> GradFn:
    return lambda g: grad_fn(g / n)


def mse_loss(input: Any, target: Any, *, reduction: str = "mean") -> Tensor:
    """`(x - y)²`, and its mean or sum. d = 2 (x - y) (dx - dy)

    >>> mse_loss(Tensor([1.0, 2.0]), Tensor([0.0, 0.0]))
    tensor(2.5000)
    """
    x, y, d = _difference("mse_loss", input, target, reduction)
    return reduced(
        "mse_loss",
        np.square(d.data),
        reduction,
        (x, lambda g: 2 * g * like(d, g)),
        (y, lambda g: -2 * g * like(d, g)),
    )


def l1_loss(input: Any, target: Any, *, reduction: str = "mean") -> Tensor:
    """`|x - y|`, and its mean or sum. d = sign(x - y) (dx - dy)

    >>> l1_loss(Tensor([1.0, -2.0]), Tensor([0.0, 0.0]))
    tensor(1.5000)
    """
    x, y, d = _difference("l1_loss", input, target, reduction)
    return reduced(
        "l1_loss",
        np.abs(d.data),
        reduction,
        (x, lambda g: g * np.sign(like(d, g))),
        (y, lambda g: -g * np.sign(like(d, g))),
    )


def huber_loss(input: Any, target: Any, reduction: str = "mean", delta: float = 1.0) -> Tensor:
    """`(x - y)² / 2` up to a distance of delta, and the tangent beyond. d = clip(x - y, ±delta) (dx - dy)

    A ValueError unless delta > 0.

    >>> huber_loss(Tensor([0.5, 3.0]), Tensor([0.0, 0.0]), reduction="none")
    tensor([0.1250, 2.5000])
    """
    if not delta > 0:
        raise ValueError(f"huber_loss: delta must be positive, got {delta}")
    return _huber("huber_loss", input, target, reduction, delta, 1.0)


def smooth_l1_loss(input: Any, target: Any, *, reduction: str = "mean", beta: float = 1.0) -> Tensor:
    """`huber_loss(delta=beta) / beta`: like `l1_loss`, but round at 0; with beta=0, `l1_loss`.

    A ValueError for a negative beta.

    >>> smooth_l1_loss(Tensor([0.5, 3.0]), Tensor([0.0, 0.0]), reduction="none")
    tensor([0.1250, 2.5000])
    """
    if not beta >= 0:
        raise ValueError(f"smooth_l1_loss: beta must not be negative, got {beta}")
    if beta == 0:
        return l1_loss(input, target, reduction=reduction)
    return _huber("smooth_l1_loss", input, target, reduction, beta, 1 / beta)


def _huber(op: str, input: Any, target: Any, reduction: str, delta: float, scale: float) -> Tensor:
    x, y, d = _difference(op, input, target, reduction)
    distance = np.abs(d.data)
    near = np.minimum(distance, delta)
    return reduced(
        op,
        (near * near * 0.5 + (distance - near) * delta) * scale,
        reduction,
        (x, lambda g: g * (np.clip(like(d, g), -delta, delta) * scale)),
        (y, lambda g: g * (np.clip(like(d, g), -delta, delta) * -scale)),
    )


def _difference(op: str, input: Any, target: Any, reduction: str) -> tuple[Any, Any, Tensor]:
    """The two operands, and what separates them."""
    check_reduction(op, reduction)
    if not (isinstance(input, Tensor) and input.dtype.kind in "fc"):
        input = wrap_snapshot(operand(input, floating=True)[0])
    x, y, a, b = operands(input, target)
    if np.shape(a) != np.shape(b):
        warnings.warn(
            f"{op}: the target's shape {np.shape(b)} differs from the input's {np.shape(a)} and is broadcast, "
            "which is rarely meant; reshape one of them",
            stacklevel=3,
        )
    return x, y, sub(input, target)


def binary_cross_entropy(input: Any, target: Any, weight: Any = None, *, reduction: str = "mean") -> Tensor:
    """`-(y log p + (1 - y) log(1 - p))` of probabilities p, times a weight; logarithms stop at -100.

    d = (p - y) / max(p (1 - p), 1e-12) dp + (log(1 - p) - log p) dy. A RuntimeError for p outside
    [0, 1], a ShapeError where the shapes differ. On logits, `binary_cross_entropy_with_logits` is
    faster and exact.

    >>> binary_cross_entropy(Tensor([0.5, 0.0]), Tensor([1.0, 1.0]), reduction="none")
    tensor([  0.6931, 100.0000])
    """
    op = "binary_cross_entropy"
    x, y, a, b, w = _probabilities(op, input, target, weight, reduction)
    if not np.all((a >= 0) & (a <= 1)):
        raise RuntimeError(f"{op}: all inputs must be between 0 and 1; use the sigmoid, or {op}_with_logits")
    with np.errstate(divide="ignore"):
        losses = (b - 1) * _bounded(np.log1p(-a)) - b * _bounded(np.log(a))
    return reduced(
        op,
        losses * w,
        reduction,
        (x, lambda g: g * w * (like(x, g) - like(y, g)) / np.maximum(like(x, g) * (1 - like(x, g)), 1e-12)),
        (y, lambda g: g * w * (_bounded(np.log1p(-like(x, g))) - _bounded(np.log(like(x, g))))),
    )


def _bounded(log: Any) -> Any:
    return np.maximum(log, -100)


def binary_cross_entropy_with_logits(
    input: Any, target: Any, weight: Any = None, *, reduction: str = "mean", pos_weight: Any = None
) -> Tensor:
    """`q y log(1 + e^-x) + (1 - y) log(1 + e^x)`: the cross-entropy of sigmoid(x), exact for any x.

    q is `pos_weight`. d = (s (1 - y + q y) - q y) dx + ((q - 1) log(1 + e^-x) - x) dy with
    s = sigmoid(x). A ShapeError where the shapes of input and target differ.

    >>> binary_cross_entropy_with_logits(Tensor([0.0, 1e4]), Tensor([1.0, 0.0]), reduction="none")
    tensor([6.9315e-01, 1.0000e+04])
    """
    op = "binary_cross_entropy_with_logits"
    x, y, a, b, w = _probabilities(op, input, target, weight, reduction)
    q = _weights(op, pos_weight, a)
    s = sigmoid(x)
    positive = 0 if pos_weight is None else softplus(neg(x), threshold=inf)
    return reduced(
        op,
        w * (q * b * log_one_plus_exp(-a) + (1 - b) * log_one_plus_exp(a)),
        reduction,
        (x, lambda g: g * w * (like(s, g) * ((q - 1) * like(y, g) + 1) - q * like(y, g))),
        (y, lambda g: g * w * (like(positive, g) * (q - 1) - like(x, g))),
    )


def _probabilities(
    op: str, input: Any, target: Any, weight: Any, reduction: str
) -> tuple[Any, Any, Array, Array, Array | int]:
    """The two operands, their arrays and the weight's, after PyTorch's checks."""
    check_reduction(op, reduction)
    x, y, a, b = operands(operand(input, floating=True)[0], operand(target)[0])
    if a.shape != b.shape:
        raise ShapeError(f"{op}: the target's shape {b.shape} must be the input's, {a.shape}")
    return x, y, a, b, _weights(op, weight, a)


def _weights(op: str, weight: Any, a: Array) -> Array | int:
    if weight is None:
        return 1
    w = constant(op, weight, a.dtype)
    if check_broadcast(w.shape, a.shape) != a.shape:
        raise ShapeError(f"{op}: a weight of shape {w.shape} does not fit an input of shape {a.shape}")
    return w


def constant(op: str, weight: Any, dtype: np.dtype[Any]) -> Array:
    """A copy of the weights as an array; a RuntimeError if they want a gradient, for they get none."""
    if isinstance(weight, Tensor) and weight.requires_grad:
        raise RuntimeError(f"{op}: weights get no gradient; detach() the one of shape {weight.shape}")
    return operand(weight)[1].astype(dtype)
