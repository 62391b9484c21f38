"""Losses between numbers as modules, and what all losses share; the formulas are in `functional/losses.py`."""

from __future__ import annotations

from typing import Any

from leafgrad.nn import functional as F
from leafgrad.nn.functional.reduction import reduction_of
from leafgrad.nn.module import Module
from leafgrad.tensor import Tensor

__all__ = ["HuberLoss", "L1Loss", "MSELoss", "SmoothL1Loss"]


class Loss(Module):
    """The base: a loss with its reduction. `size_average` and `reduce` are its older names."""

    reduction: str

    def __init__(self, size_average: bool | None = None, reduce: bool | None = None, reduction: str = "mean") -> None:
        super().__init__()
        self.reduction = reduction_of(type(self).__name__, reduction, size_average, reduce)


class WeightedLoss(Loss):
    """The base of losses with a weight, which is a buffer, so that it moves with the module."""

    weight: Tensor | None

    def __init__(
        self,
        weight: Any = None,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.register_buffer("weight", as_buffer(weight))


def as_buffer(weight: Any) -> Tensor | None:
    return weight if weight is None or isinstance(weight, Tensor) else Tensor(weight)


class MSELoss(Loss):
    """The mean of `(x - y)²`, or its sum, or each.

    >>> MSELoss()(Tensor([1.0, 2.0]), Tensor([0.0, 0.0]))
    tensor(2.5000)
    """

    def forward(self, input: Any, target: Any) -> Tensor:
        return F.mse_loss(input, target, reduction=self.reduction)


class L1Loss(Loss):
    """The mean of `|x - y|`, or its sum, or each.

    >>> L1Loss()(Tensor([1.0, 2.0]), Tensor([0.0, 0.0]))
    tensor(1.5000)
    """

    def forward(self, input: Any, target: Any) -> Tensor:
        return F.l1_loss(input, target, reduction=self.reduction)


class SmoothL1Loss(Loss):
    """`L1Loss`, round below a distance of beta.

    >>> SmoothL1Loss(reduction="none")(Tensor([0.5, 3.0]), Tensor([0.0, 0.0]))
    tensor([0.1250, 2.5000])
    """

    def __init__(
        self,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
        beta: float = 1.0,
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.beta = beta

    def forward(self, input: Any, target: Any) -> Tensor:
        return F.smooth_l1_loss(input, target, reduction=self.reduction, beta=self.beta)


class HuberLoss(Loss):
    """`MSELoss / 2` up to a distance of delta, and its tangent beyond. A TypeError for a delta that is no number.

    >>> HuberLoss(reduction="none")(Tensor([0.5, 3.0]), Tensor([0.0, 0.0]))
    tensor([0.1250, 2.5000])
    """

    def __init__(self, reduction: str = "mean", delta: float = 1.0) -> None:
        super().__init__(reduction=reduction)
        if not isinstance(delta, float | int):
            raise TypeError(f"HuberLoss: delta must be a float or an int, got {delta!r}")
        self.delta = delta

    def forward(self, input: Any, target: Any) -> Tensor:
        return F.huber_loss(input, target, self.reduction, self.delta)
