"""Dropout as modules, which drop while training only; the formulas are in `functional/dropout.py`."""

from __future__ import annotations

from typing import Any

from leafgrad.nn import functional as F
from leafgrad.nn.functional.dropout import check_probability
from leafgrad.nn.module import Module
from leafgrad.tensor import Tensor

__all__ = ["AlphaDropout", "Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "FeatureAlphaDropout"]


class _Dropout(Module):
    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        super().__init__()
        check_probability(p, type(self).__name__)
        self.p = p
        self.inplace = inplace

    def extra_repr(self) -> str:
        return f"p={self.p}, inplace={self.inplace}"


class Dropout(_Dropout):
    """While training, each element is zeroed with probability p and the others divided by 1 - p.

    A ValueError for p outside [0, 1].

    >>> import leafgrad
    >>> Dropout(0.5).eval()(leafgrad.ones(3))
    tensor([1., 1., 1.])
    """

    def forward(self, input: Any) -> Tensor:
        return F.dropout(input, self.p, self.training, self.inplace)


class Dropout1d(_Dropout):
    """`Dropout` of whole channels of (N, C, L) or (C, L).

    >>> import leafgrad
    >>> Dropout1d(0.5).eval()(leafgrad.ones(1, 3))
    tensor([[1., 1., 1.]])
    """

    def forward(self, input: Any) -> Tensor:
        return F.dropout1d(input, self.p, self.training, self.inplace)


class Dropout2d(_Dropout):
    """`Dropout` of whole channels of (N, C, H, W).

    >>> import leafgrad
    >>> Dropout2d(0.5).eval()(leafgrad.ones(1, 1, 1, 2))
    tensor([[[[1., 1.]]]])
    """

    def forward(self, input: Any) -> Tensor:
        return F.dropout2d(input, self.p, self.training, self.inplace)


class Dropout3d(_Dropout):
    """`Dropout` of whole channels of (N, C, D, H, W) or (C, D, H, W).

    >>> import leafgrad
    >>> Dropout3d(0.5).eval()(leafgrad.ones(1, 1, 1, 2))
    tensor([[[[1., 1.]]]])
    """

    def forward(self, input: Any) -> Tensor:
        return F.dropout3d(input, self.p, self.training, self.inplace)


class AlphaDropout(_Dropout):
    """While training, each element is set to the lower end of SELU with probability p; mean and variance stay.

    >>> import leafgrad
    >>> AlphaDropout(0.5).eval()(leafgrad.ones(3))
    tensor([1., 1., 1.])
    """

    def forward(self, input: Any) -> Tensor:
        return F.alpha_dropout(input, self.p, self.training)


class FeatureAlphaDropout(_Dropout):
    """`AlphaDropout` of whole channels of (N, C, ...).

    >>> import leafgrad
    >>> FeatureAlphaDropout(0.5).eval()(leafgrad.ones(1, 3))
    tensor([[1., 1., 1.]])
    """

    def forward(self, input: Any) -> Tensor:
        return F.feature_alpha_dropout(input, self.p, self.training)
