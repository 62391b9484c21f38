"""Losses with a margin as modules; the formulas are in `functional/margin_losses.py` and `class_margins.py`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from leafgrad.errors import ShapeError
from leafgrad.nn import functional as F
from leafgrad.nn.distances import PairwiseDistance
from leafgrad.nn.losses import Loss, WeightedLoss
from leafgrad.tensor import Tensor

__all__ = [
    "CosineEmbeddingLoss",
    "HingeEmbeddingLoss",
    "MarginRankingLoss",
    "MultiLabelMarginLoss",
    "MultiLabelSoftMarginLoss",
    "MultiMarginLoss",
    "SoftMarginLoss",
    "TripletMarginLoss",
    "TripletMarginWithDistanceLoss",
]


class SoftMarginLoss(Loss):
    """`log(1 + e^(-y x))` for y of 1 or -1.

    >>> SoftMarginLoss()(Tensor([0.0]), Tensor([1.0]))
    tensor(0.6931)
    """

    def forward(self, input: Any, target: Any) -> Tensor:
        return F.soft_margin_loss(input, target, reduction=self.reduction)


class _Margin(Loss):
    """The base of those of which PyTorch lets the margin be told first."""

    def __init__(
        self,
        margin: float = 0.0,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.margin = margin


class HingeEmbeddingLoss(_Margin):
    """For a distance x, `x` where y is 1 and `max(margin - x, 0)` where y is -1.

    >>> HingeEmbeddingLoss(reduction="none")(Tensor([0.2, 0.2]), Tensor([1.0, -1.0]))
    tensor([0.2000, 0.8000])
    """

    def __init__(
        self,
        margin: float = 1.0,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(margin, size_average, reduce, reduction)

    def forward(self, input: Any, target: Any) -> Tensor:
        return F.hinge_embedding_loss(input, target, self.margin, reduction=self.reduction)


class MarginRankingLoss(_Margin):
    """`max(margin - y (a - b), 0)`: a should be above b where y is 1, below where y is -1.

    >>> MarginRankingLoss()(Tensor([0.5]), Tensor([0.2]), Tensor([-1.0]))
    tensor(0.3000)
    """

    def forward(self, input1: Any, input2: Any, target: Any) -> Tensor:
        return F.margin_ranking_loss(input1, input2, target, self.margin, reduction=self.reduction)


class CosineEmbeddingLoss(_Margin):
    """With the cosine c of each pair, `1 - c` where y is 1 and `max(c - margin, 0)` where y is -1.

    >>> CosineEmbeddingLoss()(Tensor([[1.0, 0.0]]), Tensor([[3.0, 4.0]]), Tensor([1.0]))
    tensor(0.4000)
    """

    def forward(self, input1: Any, input2: Any, target: Any) -> Tensor:
        return F.cosine_embedding_loss(input1, input2, target, self.margin, reduction=self.reduction)


class TripletMarginLoss(Loss):
    """`max(|a - p| - |a - n| + margin, 0)`: the anchor should be nearer to the positive than to the negative.

    >>> TripletMarginLoss()(Tensor([[0.0, 0.0]]), Tensor([[3.0, 4.0]]), Tensor([[0.0, 2.0]]))
    tensor(4.0000)
    """

    def __init__(
        self,
        margin: float = 1.0,
        p: float = 2.0,
        eps: float = 1e-6,
        swap: bool = False,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        _check_margin("TripletMarginLoss", margin)
        self.margin = margin
        self.p = p
        self.eps = eps
        self.swap = swap

    def forward(self, anchor: Any, positive: Any, negative: Any) -> Tensor:
        return F.triplet_margin_loss(
            anchor, positive, negative, self.margin, self.p, self.eps, self.swap, reduction=self.reduction
        )


class TripletMarginWithDistanceLoss(Loss):
    """`TripletMarginLoss` with another distance than `PairwiseDistance`.

    >>> loss = TripletMarginWithDistanceLoss(distance_function=lambda x, y: (x - y).abs())
    >>> loss(Tensor([0.0]), Tensor([3.0]), Tensor([2.0]))
    tensor(2.)
    """

    def __init__(
        self,
        *,
        distance_function: Callable[[Tensor, Tensor], Tensor] | None = None,
        margin: float = 1.0,
        swap: bool = False,
        reduction: str = "mean",
    ) -> None:
        super().__init__(reduction=reduction)
        _check_margin("TripletMarginWithDistanceLoss", margin)
        self.distance_function = PairwiseDistance() if distance_function is None else distance_function
        self.margin = margin
        self.swap = swap

    def forward(self, anchor: Any, positive: Any, negative: Any) -> Tensor:
        return F.triplet_margin_with_distance_loss(
            anchor,
            positive,
            negative,
            distance_function=self.distance_function,
            margin=self.margin,
            swap=self.swap,
            reduction=self.reduction,
        )


def _check_margin(name: str, margin: float) -> None:
    if not margin > 0:
        raise ValueError(f"{name}: margin must be greater than 0, got {margin}")


class MultiMarginLoss(WeightedLoss):
    """`Σ w[y] max(margin - x[y] + x[i], 0)^p / C` over all classes i but the right one y; p is 1 or 2.

    >>> MultiMarginLoss()(Tensor([[0.1, 0.2, 0.4, 0.8]]), [3])
    tensor(0.3250)
    """

    def __init__(
        self,
        p: int = 1,
        margin: float = 1.0,
        weight: Any = None,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(weight, size_average, reduce, reduction)
        if p not in (1, 2):
            raise ValueError(f"MultiMarginLoss: p must be 1 or 2, got {p}")
        if self.weight is not None and self.weight.ndim != 1:
            raise ShapeError(f"MultiMarginLoss: the weight must have 1 dimension, got shape {self.weight.shape}")
        self.p = p
        self.margin = margin

    def forward(self, input: Any, target: Any) -> Tensor:
        return F.multi_margin_loss(input, target, self.p, self.margin, self.weight, reduction=self.reduction)


class MultiLabelMarginLoss(Loss):
    """`Σ max(1 - x[y] + x[i], 0) / C` over each right class y and each wrong class i.

    >>> MultiLabelMarginLoss()(Tensor([0.1, 0.2, 0.4, 0.8]), [3, 0, -1, 1])
    tensor(0.8500)
    """

    def forward(self, input: Any, target: Any) -> Tensor:
        return F.multilabel_margin_loss(input, target, reduction=self.reduction)


class MultiLabelSoftMarginLoss(WeightedLoss):
    """`BCEWithLogitsLoss`, averaged over the classes before anything else.

    >>> MultiLabelSoftMarginLoss()(Tensor([[0.0, 1000.0]]), Tensor([[1.0, 1.0]]))
    tensor(0.3466)
    """

    def forward(self, input: Any, target: Any) -> Tensor:
        return F.multilabel_soft_margin_loss(input, target, self.weight, reduction=self.reduction)
