"""Losses between scores and classes as modules; the formulas are in `functional/classification.py` and `ctc.py`."""

from __future__ import annotations

from math import prod
from typing import Any

from leafgrad.errors import ShapeError
from leafgrad.nn import functional as F
from leafgrad.nn.functional.linear_cross_entropy import LinearCrossEntropyOptions
from leafgrad.nn.linear import Linear
from leafgrad.nn.losses import Loss, WeightedLoss
from leafgrad.tensor import Tensor

__all__ = ["CTCLoss", "CrossEntropyLoss", "LinearCrossEntropyLoss", "LinearCrossEntropyOptions", "NLLLoss"]


class NLLLoss(WeightedLoss):
    """The negative log-likelihood of class indices, given log-probabilities (N, C, ...) or (C,).

    >>> NLLLoss()(Tensor([[-0.5, -1.0], [-2.0, -0.1]]), [0, 0])
    tensor(1.2500)
    """

    def __init__(
        self,
        weight: Any = None,
        size_average: bool | None = None,
        ignore_index: int = -100,
        reduce: bool | None = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(weight, size_average, reduce, reduction)
        self.ignore_index = ignore_index

    def forward(self, input: Any, target: Any) -> Tensor:
        return F.nll_loss(input, target, self.weight, ignore_index=self.ignore_index, reduction=self.reduction)


class CrossEntropyLoss(WeightedLoss):
    """The cross-entropy of softmax(x) with class indices or probabilities, for scores (N, C, ...) or (C,).

    >>> CrossEntropyLoss()(Tensor([[0.0, 0.0], [0.0, 1e4]]), [0, 1])
    tensor(0.3466)
    """

    def __init__(
        self,
        weight: Any = None,
        size_average: bool | None = None,
        ignore_index: int = -100,
        reduce: bool | None = None,
        reduction: str = "mean",
        label_smoothing: float = 0.0,
    ) -> None:
        super().__init__(weight, size_average, reduce, reduction)
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


class LinearCrossEntropyLoss(WeightedLoss):
    """The cross-entropy of what its own `linear` makes of the input (N, in_features) or (in_features,).

    The scores are (num_classes, *out_features) for each. A ShapeError for a weight of other than
    num_classes, a RuntimeError for a label smoothing outside [0, 1].

    >>> import leafgrad
    >>> LinearCrossEntropyLoss(3, 2)(leafgrad.ones(5, 3), leafgrad.zeros(5, dtype=int)).shape
    ()
    """

    def __init__(
        self,
        in_features: int,
        num_classes: int,
        *,
        out_features: tuple[int, ...] = (),
        bias: bool = False,
        device: Any = None,
        dtype: Any = None,
        reduction: str = "mean",
        weight: Any = None,
        ignore_index: int | None = None,
        label_smoothing: float = 0.0,
        options: LinearCrossEntropyOptions | None = None,
    ) -> None:
        super().__init__(weight, reduction=reduction)
        if self.weight is not None and self.weight.shape != (num_classes,):
            raise ShapeError(f"LinearCrossEntropyLoss: the weight must be ({num_classes},), got {self.weight.shape}")
        if not 0 <= label_smoothing <= 1:
            raise RuntimeError(f"LinearCrossEntropyLoss: label_smoothing must be in [0, 1], got {label_smoothing}")
        self.num_classes = num_classes
        self.out_features = out_features
        self.ignore_index = ignore_index
        self.label_smoothing = label_smoothing
        self.linear = Linear(in_features, num_classes * prod(out_features), bias=bias, device=device, dtype=dtype)
        self.options = options

    def forward(self, input: Any, target: Any) -> Tensor:
        scores = (self.num_classes, *self.out_features)
        bias = self.linear.bias
        return F.linear_cross_entropy(
            input,
            self.linear.weight.reshape(*scores, self.linear.in_features),
            target,
            linear_bias=None if bias is None else bias.reshape(scores),
            weight=self.weight,
            reduction=self.reduction,
            ignore_index=self.ignore_index,
            label_smoothing=self.label_smoothing,
            options=self.options,
        )

    def extra_repr(self) -> str:
        return (
            f"in_features={self.linear.in_features}, num_classes={self.num_classes}, "
            f"out_features={self.out_features}, bias={self.linear.bias is not None}, reduction={self.reduction}, "
            f"ignore_index={self.ignore_index}, label_smoothing={self.label_smoothing}, options={self.options}"
        )


class CTCLoss(Loss):
    """`-log p(target)` for sequences of log-probabilities (T, N, C) and of labels without timing.

    >>> import leafgrad
    >>> log_probs = leafgrad.log_softmax(leafgrad.zeros(3, 1, 2), -1)
    >>> CTCLoss()(log_probs, leafgrad.tensor([[1]]), [3], [1])
    tensor(0.2877)
    """

    def __init__(self, blank: int = 0, reduction: str = "mean", zero_infinity: bool = False) -> None:
        super().__init__(reduction=reduction)
        self.blank = blank
        self.zero_infinity = zero_infinity

    def forward(self, log_probs: Any, targets: Any, input_lengths: Any, target_lengths: Any) -> Tensor:
        return F.ctc_loss(
            log_probs, targets, input_lengths, target_lengths, self.blank, self.reduction, self.zero_infinity
        )
