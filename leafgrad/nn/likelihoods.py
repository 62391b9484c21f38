"""Negative log-likelihoods as modules; the formulas are in `functional/likelihoods.py`."""

from __future__ import annotations

from typing import Any

from leafgrad.nn import functional as F
from leafgrad.nn.losses import Loss, WeightedLoss, as_buffer
from leafgrad.tensor import Tensor

__all__ = ["BCELoss", "BCEWithLogitsLoss", "GaussianNLLLoss", "KLDivLoss", "PoissonNLLLoss"]


class BCELoss(WeightedLoss):
    """The cross-entropy of probabilities with targets between 0 and 1.

    >>> BCELoss()(Tensor([0.5]), Tensor([1.0]))
    tensor(0.6931)
    """

    def forward(self, input: Any, target: Any) -> Tensor:
        return F.binary_cross_entropy(input, target, self.weight, reduction=self.reduction)


class BCEWithLogitsLoss(WeightedLoss):
    """The cross-entropy of sigmoid(x) with targets between 0 and 1, exact for any x.

    >>> BCEWithLogitsLoss()(Tensor([-1e4]), Tensor([1.0]))
    tensor(10000.)
    """

    pos_weight: Tensor | None

    def __init__(
        self,
        weight: Any = None,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
        pos_weight: Any = None,
    ) -> None:
        super().__init__(weight, size_average, reduce, reduction)
        self.register_buffer("pos_weight", as_buffer(pos_weight))

    def forward(self, input: Any, target: Any) -> Tensor:
        return F.binary_cross_entropy_with_logits(
            input, target, self.weight, reduction=self.reduction, pos_weight=self.pos_weight
        )


class KLDivLoss(Loss):
    """`y (log y - x)` for log-probabilities x and probabilities y; "batchmean" is their divergence.

    >>> KLDivLoss(reduction="batchmean")(Tensor([[-1.0, -1.0]]), Tensor([[0.5, 0.5]]))
    tensor(0.3069)
    """

    def __init__(
        self,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
        log_target: bool = False,
    ) -> None:
        per_batch = reduction == "batchmean"
        super().__init__(size_average, reduce, "sum" if per_batch else reduction)
        if per_batch and size_average is None and reduce is None:
            self.reduction = reduction
        self.log_target = log_target

    def forward(self, input: Any, target: Any) -> Tensor:
        return F.kl_div(input, target, reduction=self.reduction, log_target=self.log_target)


class PoissonNLLLoss(Loss):
    """`e^x - y x` for counts y of which e^x (or, without `log_input`, x) are expected.

    >>> PoissonNLLLoss(reduction="none")(Tensor([0.0, 1.0]), Tensor([2.0, 2.0]))
    tensor([1.0000, 0.7183])
    """

    def __init__(
        self,
        log_input: bool = True,
        full: bool = False,
        size_average: bool | None = None,
        eps: float = 1e-8,
        reduce: bool | None = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.log_input = log_input
        self.full = full
        self.eps = eps

    def forward(self, log_input: Any, target: Any) -> Tensor:
        return F.poisson_nll_loss(
            log_input, target, log_input=self.log_input, full=self.full, eps=self.eps, reduction=self.reduction
        )


class GaussianNLLLoss(Loss):
    """`(log v + (x - y)² / v) / 2` for targets y if x is expected with variance v.

    >>> GaussianNLLLoss()(Tensor([1.0]), Tensor([3.0]), Tensor([4.0]))
    tensor(1.1931)
    """

    def __init__(self, *, full: bool = False, eps: float = 1e-6, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.full = full
        self.eps = eps

    def forward(self, input: Any, target: Any, var: Any) -> Tensor:
        return F.gaussian_nll_loss(input, target, var, full=self.full, eps=self.eps, reduction=self.reduction)
