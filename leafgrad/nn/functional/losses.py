"""Losses between numbers: how far a prediction is from its target, element by element.

Each loss and its reduction are one operation; the difference is another, whose value serves the first
derivative and whose history the second.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from leafgrad.errors import ShapeError
from leafgrad.nn.functional.reduction import averaged, reduced, reduction_of
from leafgrad.operands import operands, tensor_of
from leafgrad.ops.signs import direction
from leafgrad.recording import like
from leafgrad.tensor import Tensor

__all__ = ["huber_loss", "l1_loss", "mse_loss", "smooth_l1_loss"]


def mse_loss(
    input: Any,
    target: Any,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    weight: Any = None,
) -> Tensor:
    """`(x - y)²`, and its mean or sum. d = 2 (x - y) (dx - dy)

    With a weight of the input's shape, a mean is over the weights.

    >>> mse_loss(Tensor([1.0, 2.0]), Tensor([0.0, 0.0]))
    tensor(2.5000)
    """
    reduction = reduction_of("mse_loss", reduction, size_average, reduce)
    if weight is not None:
        return _weighted("mse_loss", mse_loss, input, target, reduction, weight)
    x, y, d = _difference("mse_loss", input, target)
    return reduced(
        "mse_loss",
        np.square(d.data),
        reduction,
        (x, lambda g: 2 * g * like(d, g)),
        (y, lambda g: -2 * g * like(d, g)),
    )


def l1_loss(
    input: Any,
    target: Any,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    weight: Any = None,
) -> Tensor:
    """`|x - y|`, and its mean or sum. d = sign(x - y) (dx - dy)

    With a weight of the input's shape, a mean is over the weights.

    >>> l1_loss(Tensor([1.0, -2.0]), Tensor([0.0, 0.0]))
    tensor(1.5000)
    """
    reduction = reduction_of("l1_loss", reduction, size_average, reduce)
    if weight is not None:
        return _weighted("l1_loss", l1_loss, input, target, reduction, weight)
    x, y, d = _difference("l1_loss", input, target)
    return reduced(
        "l1_loss",
        np.abs(d.data),
        reduction,
        (x, lambda g: g * direction(like(d, g))),
        (y, lambda g: -g * direction(like(d, g))),
    )


def huber_loss(input: Any, target: Any, reduction: str = "mean", delta: float = 1.0, weight: Any = None) -> Tensor:
    """`(x - y)² / 2` up to a distance of delta, and the tangent beyond. d = clip(x - y, ±delta) (dx - dy)

    A weight of the input's shape multiplies the losses before they are averaged. A RuntimeError unless
    delta > 0. Source: Huber, "Robust estimation of a location parameter" (1964).

    >>> huber_loss(Tensor([0.5, 3.0]), Tensor([0.0, 0.0]), reduction="none")
    tensor([0.1250, 2.5000])
    """
    reduction = reduction_of("huber_loss", reduction)
    if not delta > 0:
        raise RuntimeError(f"huber_loss: delta must be positive, got {delta}")
    if weight is not None:
        losses = _checked_weight("huber_loss", weight, input) * huber_loss(input, target, "none", delta)
        return averaged(losses, reduction)
    return _huber("huber_loss", input, target, reduction, delta, 1.0)


def smooth_l1_loss(
    input: Any,
    target: Any,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    beta: float = 1.0,
) -> Tensor:
    """`huber_loss(delta=beta) / beta`: like `l1_loss`, but round at 0; with beta=0, `l1_loss`.

    A RuntimeError for a negative beta. Source: Girshick, "Fast R-CNN" (2015).

    >>> smooth_l1_loss(Tensor([0.5, 3.0]), Tensor([0.0, 0.0]), reduction="none")
    tensor([0.1250, 2.5000])
    """
    reduction = reduction_of("smooth_l1_loss", reduction, size_average, reduce)
    if not beta >= 0:
        raise RuntimeError(f"smooth_l1_loss: beta must not be negative, got {beta}")
    if beta == 0:
        return l1_loss(input, target, reduction=reduction)
    return _huber("smooth_l1_loss", input, target, reduction, beta, 1 / beta)


def _huber(op: str, input: Any, target: Any, reduction: str, delta: float, scale: float) -> Tensor:
    x, y, d = _difference(op, input, target)
    distance = np.abs(d.data)
    near = np.minimum(distance, delta)
    return reduced(
        op,
        (near * near * 0.5 + (distance - near) * delta) * scale,
        reduction,
        (x, lambda g: g * (np.clip(like(d, g), -delta, delta) * scale)),
        (y, lambda g: g * (np.clip(like(d, g), -delta, delta) * -scale)),
    )


def _difference(op: str, input: Any, target: Any) -> tuple[Any, Any, Tensor]:
    """The two operands, and what separates them."""
    input, target = tensor_of(input), tensor_of(target)
    x, y, a, b = operands(input, target)
    if a.dtype.kind not in ("fc" if op == "l1_loss" else "f"):
        raise NotImplementedError(f"{op}: the input or the target must hold floats, got {a.dtype}; call .float()")
    if np.shape(a) != np.shape(b):
        warnings.warn(
            f"{op}: the target's shape {np.shape(b)} differs from the input's {np.shape(a)} and is broadcast, "
            "which is rarely meant; reshape one of them",
            stacklevel=3,
        )
    return x, y, input - target


def _weighted(
    op: str, loss: Callable[..., Tensor], input: Any, target: Any, reduction: str, weight: Any
) -> Tensor:
    """The losses times their weights, which may want a gradient; a mean is that of the weights."""
    weight = _checked_weight(op, weight, input)
    losses = weight * loss(input, target, reduction="none")
    if reduction != "mean":
        return averaged(losses, reduction)
    mean: Tensor = losses.sum() / weight.sum()
    return mean


def _checked_weight(op: str, weight: Any, input: Any) -> Tensor:
    w, x = tensor_of(weight), tensor_of(input)
    if w.shape != x.shape:
        raise ShapeError(f"{op}: the weight's shape {w.shape} must be the input's, {x.shape}")
    return w
