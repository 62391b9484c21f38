"""What all losses have in common: `reduction`, which says whether they are averaged, summed or left as they are."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from leafgrad.node import Array, GradFn
from leafgrad.operands import operand
from leafgrad.recording import record
from leafgrad.tensor import Tensor


def reduction_of(op: str, reduction: str, size_average: bool | None = None, reduce: bool | None = None) -> str:
    """The reduction, checked; that which the older arguments mean, with a warning, where they are given."""
    if size_average is not None or reduce is not None:
        averaged, reduced = size_average is not False, reduce is not False
        reduction = "none" if not reduced else "mean" if averaged else "sum"
        warnings.warn(
            f"{op}: size_average and reduce are deprecated; pass reduction={reduction!r}", stacklevel=3
        )
    if reduction not in ("none", "mean", "sum"):
        raise ValueError(f"{op}: reduction must be 'none', 'mean' or 'sum', got {reduction!r}")
    return reduction


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


def averaged(losses: Tensor, reduction: str) -> Tensor:
    """Losses composed of other operations, or their sum or mean."""
    return losses if reduction == "none" else losses.sum() if reduction == "sum" else losses.mean()


def constant(op: str, weight: Any, dtype: np.dtype[Any]) -> Array:
    """A copy of the weights as an array; a RuntimeError if they want a gradient, for they get none."""
    if isinstance(weight, Tensor) and weight.requires_grad:
        raise RuntimeError(f"{op}: weights get no gradient; detach() the one of shape {weight.shape}")
    return operand(weight)[1].astype(dtype)
