"""Losses as modules; the formulas are in `functional/losses.py` and `functional/classification.py`."""

from __future__ import annotations

from typing import Any

from leafgrad.nn import functional as F
from leafgrad.nn.functional.losses import check_reduction
from leafgrad.nn.module import Module
from leafgrad.tensor import Tensor


class _Loss(Module):
    """A loss with its reduction, and weights that are buffers, so that they move with the module."""

    reduction: str

    def __init__(self, reduction: str = "mean", **weights: Any) -> None:
        super().__init__()
        check_reduction(type(self).__name__, reduction)
        self.reduction = reduction
        for name, weight in weights.items():
            self.register_buffer(name, weight if weight is None or isinstance(weight, Tensor) else Tensor(weight))


class MSELoss(_Loss):
    """The mean of `(x - y)²`, or its sum, or each.

    >>> MSELoss()(Tensor([1.0, 2.0]), Tensor([0.0, 0.0]))
    tensor(2.5000)
    """

    def __init__(self, *, reduction: str = "mean") -> None:
        super().__init__(reduction)

    def forward(self, input: Any, target: Any) -> Tensor:
        return F.mse_loss(input, target, reduction=self.reduction)


class L1Loss(_Loss):
    """The mean of `|x - y|`, or its sum, or each.

    >>> L1Loss()(Tensor([1.0, 2.0]), Tensor([0.0, 0.0]))
    tensor(1.5000)
    """

    def __init__(self, *, reduction: str = "mean") -> None:
        super().__init__(reduction)

    def forward(self, input: Any, target: Any) -> Tensor:
        return F.l1_loss(input, target, reduction=self.reduction)


class SmoothL1Loss(_Loss):
    """`L1Loss`, round below a distance of beta.

    >>> SmoothL1Loss(reduction="none")(Tensor([0.5, 3.0]), Tensor([0.0, 0.0]))
    tensor([0.1250, 2.5000])
    """

    def __init__(self, *, reduction: str = "mean", beta: float = 1.0) -> None:
        super().__init__(reduction)
        self.beta = beta

    def forward(self, input: Any, target: Any) -> Tensor:
        return F.smooth_l1_loss(input, target, reduction=self.reduction, beta=self.beta)


class HuberLoss(_Loss):
    """`MSELoss / 2` up to a distance of delta, and its tangent beyond.

    >>> HuberLoss(reduction="none")(Tensor([0.5, 3.0]), Tensor([0.0, 0.0]))
    tensor([0.1250, 2.5000])
    """

    def __init__(self, reduction: str = "mean", delta: float = 1.0) -> None:
        super().__init__(reduction)
        self.delta = delta

    def forward(self, input: Any, target: Any) -> Tensor:
        return F.huber_loss(input, target, self.reduction, self.delta)


class BCELoss(_Loss):
    """The cross-entropy of probabilities with targets between 0 and 1.

    >>> BCELoss()(Tensor([0.5]), Tensor([1.0]))
    tensor(0.6931)
    """

    weight: Tensor | None

    def __init__(self, weight: Any = None, *, reduction: str = "mean") -> None:
        super().__init__(reduction, weight=weight)

    def forward(self, input: Any, target: Any) -> Tensor:
        return F.binary_cross_entropy(input, target, self.weight, reduction=self.reduction)


class BCEWithLogitsLoss(_Loss):
    """The cross-entropy of sigmoid(x) with targets between 0 and 1, exact for any x.

    >>> BCEWithLogitsLoss()(Tensor([-1e4]), Tensor([1.0]))
    tensor(10000.)
    """

    weight: Tensor | None
    pos_weight: Tensor | None

    def __init__(self, weight: Any = None, *, reduction: str = "mean", pos_weight: Any = None) -> None:
        super().__init__(reduction, weight=weight, pos_weight=pos_weight)

    def forward(self, input: Any, target: Any) -> Tensor:
        return F.binary_cross_entropy_with_logits(
            input, target, self.weight, reduction=self.reduction, pos_weight=self.pos_weight
        )


class NLLLoss(_Loss):
    """The negative log-likelihood of class indices, given log-probabilities (N, C, ...) or (C,).

    >>> NLLLoss()(Tensor([[-0.5, -1.0], [-2.0, -0.1]]), [0, 0])
    tensor(1.2500)
    """

    weight: Tensor | None

    def __init__(self, weight: Any = None, *, ignore_index: int = -100, reduction: str = "mean") -> None:
        super().__init__(reduction, weight=weight)
        self.ignore_index = ignore_index

    def forward(self, input: Any, target: Any) -> Tensor:
        return F.nll_loss(input, target, self.weight, ignore_index=self.ignore_index, reduction=self.reduction)


class CrossEntropyLoss(_Loss):
    """The cross-entropy of softmax(x) with class indices or probabilities, for scores (N, C, ...) or (C,).

    >>> CrossEntropyLoss()(Tensor([[0.0, 0.0], [0.0, 1e4]]), [0, 1])
    tensor(0.3466)
    """

    weight: Tensor | None

    def __init__(
        self, weight: Any = None, *, ignore_index: int = -100, reduction: str = "mean", label_smoothing: float = 0.0
    ) -> None:
        super().__init__(reduction, weight=weight)
        self.ignore_index = ignore_index
        self.label_smoothing = label_smoothing

    def forward(self, input: Any, target: Any) -> Tensor:
        return F.cross_entropy(
            input,
            target,
            self.weight,
            ignore_index=self.ignore_index,
            reduction=self.reduction,
            label_smoothing=self.label_smoothing,
        )
