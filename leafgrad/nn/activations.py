"""Activation functions as modules; the formulas are in `functional/activations.py`."""

from __future__ import annotations

from typing import Any

from leafgrad.nn import functional as F
from leafgrad.nn.module import Module
from leafgrad.tensor import Tensor


class ReLU(Module):
    """`max(x, 0)`.

    >>> ReLU()([-1.0, 2.0])
    tensor([0., 2.])
    """

    def __init__(self, inplace: bool = False) -> None:
        super().__init__()
        self.inplace = inplace

    def forward(self, input: Any) -> Tensor:
        return F.relu(input, self.inplace)

    def extra_repr(self) -> str:
        return "inplace=True" if self.inplace else ""


class LeakyReLU(Module):
    """`x` where it is positive, else `negative_slope x`.

    >>> LeakyReLU(0.1)([-1.0, 2.0])
    tensor([-0.1000,  2.0000])
    """

    def __init__(self, negative_slope: float = 0.01, inplace: bool = False) -> None:
        super().__init__()
        self.negative_slope = negative_slope
        self.inplace = inplace

    def forward(self, input: Any) -> Tensor:
        return F.leaky_relu(input, self.negative_slope, self.inplace)

    def extra_repr(self) -> str:
        return f"negative_slope={self.negative_slope}{', inplace=True' if self.inplace else ''}"


class Tanh(Module):
    """The hyperbolic tangent.

    >>> Tanh()([0.0, 1.0])
    tensor([0.0000, 0.7616])
    """

    def forward(self, input: Any) -> Tensor:
        return F.tanh(input)


class Sigmoid(Module):
    """`1 / (1 + e^-x)`.

    >>> Sigmoid()([0.0, 100.0])
    tensor([0.5000, 1.0000])
    """

    def forward(self, input: Any) -> Tensor:
        return F.sigmoid(input)


class Softmax(Module):
    """`e^x / Σ e^x` along `dim`.

    >>> Softmax(dim=-1)([[0.0, 0.0]])
    tensor([[0.5000, 0.5000]])
    """

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, input: Any) -> Tensor:
        return F.softmax(input, self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class LogSoftmax(Module):
    """`log softmax(x)` along `dim`.

    >>> LogSoftmax(dim=-1)([[0.0, 1000.0]])
    tensor([[-1000.,     0.]])
    """

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, input: Any) -> Tensor:
        return F.log_softmax(input, self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class GELU(Module):
    """`x Φ(x)`, with Φ the normal distribution function, or its "tanh" approximation.

    >>> GELU()([0.0, 1.0])
    tensor([0.0000, 0.8413])
    """

    def __init__(self, approximate: str = "none") -> None:
        super().__init__()
        self.approximate = approximate

    def forward(self, input: Any) -> Tensor:
        return F.gelu(input, self.approximate)

    def extra_repr(self) -> str:
        return f"approximate={self.approximate!r}"


class SiLU(Module):
    """`x sigmoid(x)`.

    >>> SiLU()([0.0, 1.0])
    tensor([0.0000, 0.7311])
    """

    def __init__(self, inplace: bool = False) -> None:
        super().__init__()
        self.inplace = inplace

    def forward(self, input: Any) -> Tensor:
        return F.silu(input, self.inplace)

    def extra_repr(self) -> str:
        return "inplace=True" if self.inplace else ""


class ELU(Module):
    """`x` where it is positive, else `alpha (e^x - 1)`.

    >>> ELU()([-1.0, 2.0])
    tensor([-0.6321,  2.0000])
    """

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        super().__init__()
        self.alpha = alpha
        self.inplace = inplace

    def forward(self, input: Any) -> Tensor:
        return F.elu(input, self.alpha, self.inplace)

    def extra_repr(self) -> str:
        return f"alpha={self.alpha}{', inplace=True' if self.inplace else ''}"


class Softplus(Module):
    """`log(1 + e^(beta x)) / beta`; `x` itself where `beta x > threshold`.

    >>> Softplus()([0.0, 1000.0])
    tensor([6.9315e-01, 1.0000e+03])
    """

    def __init__(self, beta: float = 1.0, threshold: float = 20.0) -> None:
        super().__init__()
        self.beta = beta
        self.threshold = threshold

    def forward(self, input: Any) -> Tensor:
        return F.softplus(input, self.beta, self.threshold)

    def extra_repr(self) -> str:
        return f"beta={self.beta}, threshold={self.threshold}"
