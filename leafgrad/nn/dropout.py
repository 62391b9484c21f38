"""Dropout: noise in training that keeps units from relying on each other."""

from __future__ import annotations

from typing import Any

from leafgrad.nn import functional as F
from leafgrad.nn.functional.linear import check_probability
from leafgrad.nn.module import Module
from leafgrad.tensor import Tensor


class Dropout(Module):
    """While training, each element is zeroed with probability p and the others divided by 1 - p.

    Source: Srivastava et al., "Dropout" (2014). A ValueError for p outside [0, 1].

    >>> import leafgrad
    >>> Dropout(0.5).eval()(leafgrad.ones(3))
    tensor([1., 1., 1.])
    """

    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        super().__init__()
        check_probability(p)
        self.p = p
        self.inplace = inplace

    def forward(self, input: Any) -> Tensor:
        return F.dropout(input, self.p, self.training, self.inplace)

    def extra_repr(self) -> str:
        return f"p={self.p}, inplace={self.inplace}"
