"""Softmax and its relatives as modules; the formulas are in `functional/probabilities.py`."""

from __future__ import annotations

from typing import Any

from leafgrad.errors import ShapeError
from leafgrad.nn import functional as F
from leafgrad.nn.module import Module
from leafgrad.operands import operand
from leafgrad.tensor import Tensor

__all__ = ["LogSoftmax", "Softmax", "Softmax2d", "Softmin"]


class _Along(Module):
    """The base of those that work along one dimension; without it, they choose, with a warning."""

    def __init__(self, dim: int | None = None) -> None:
        super().__init__()
        self.dim = dim

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class Softmax(_Along):
    """`e^x / Σ e^x` along `dim`.

    >>> Softmax(dim=-1)([[0.0, 0.0]])
    tensor([[0.5000, 0.5000]])
    """

    def forward(self, input: Any) -> Tensor:
        return F.softmax(input, self.dim, 5)


class LogSoftmax(_Along):
    """`log softmax(x)` along `dim`.

    >>> LogSoftmax(dim=-1)([[0.0, 1000.0]])
    tensor([[-1000.,     0.]])
    """

    def forward(self, input: Any) -> Tensor:
        return F.log_softmax(input, self.dim, 5)


class Softmin(_Along):
    """`softmax(-x)` along `dim`.

    >>> Softmin(dim=-1)([[0.0, 0.0, 1000.0]])
    tensor([[0.5000, 0.5000, 0.0000]])
    """

    def forward(self, input: Any) -> Tensor:
        return F.softmin(input, self.dim, 5)


class Softmax2d(Module):
    """`softmax` over the channels of (N, C, H, W) or (C, H, W); a ShapeError for another number of dimensions.

    >>> Softmax2d()([[[0.0]], [[0.0]]])
    tensor([[[0.5000]],
    <BLANKLINE>
            [[0.5000]]])
    """

    def forward(self, input: Any) -> Tensor:
        shape = operand(input)[1].shape
        if len(shape) not in (3, 4):
            raise ShapeError(f"Softmax2d: expected an input (N, C, H, W) or (C, H, W), got shape {shape}")
        return F.softmax(input, -3)
