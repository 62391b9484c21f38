"""Smooth activations as modules; the formulas are in `functional/activations.py`."""

from __future__ import annotations

from typing import Any

from leafgrad.nn import functional as F
from leafgrad.nn.module import Module
from leafgrad.nn.rectifiers import Inplace, Sloped
from leafgrad.tensor import Tensor

__all__ = [
    "CELU", "ELU", "GELU", "GLU", "SELU", "LogSigmoid", "Mish", "SiLU", "Sigmoid", "Softplus", "Softsign", "Tanh",
    "Tanhshrink",
]


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


class LogSigmoid(Module):
    """`log sigmoid(x)`, exact for any x.

    >>> LogSigmoid()([-1000.0, 0.0])
    tensor([-1.0000e+03, -6.9315e-01])
    """

    def forward(self, input: Any) -> Tensor:
        return F.logsigmoid(input)


class Softsign(Module):
    """`x / (1 + |x|)`.

    >>> Softsign()([-1.0, 3.0])
    tensor([-0.5000,  0.7500])
    """

    def forward(self, input: Any) -> Tensor:
        return F.softsign(input)


class Tanhshrink(Module):
    """`x - tanh(x)`.

    >>> Tanhshrink()([0.0, 2.0])
    tensor([0.0000, 1.0360])
    """

    def forward(self, input: Any) -> Tensor:
        return F.tanhshrink(input)


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


class SiLU(Inplace):
    """`x sigmoid(x)`.

    >>> SiLU()([0.0, 1.0])
    tensor([0.0000, 0.7311])
    """

    def forward(self, input: Any) -> Tensor:
        return F.silu(input, self.inplace)


class Mish(Inplace):
    """`x tanh(softplus(x))`.

    >>> Mish()([0.0, 1.0])
    tensor([0.0000, 0.8651])
    """

    def forward(self, input: Any) -> Tensor:
        return F.mish(input, self.inplace)


class GLU(Module):
    """`a sigmoid(b)`, with a and b the halves of the input along `dim`.

    >>> GLU()([1.0, 2.0, 0.0, 100.0])
    tensor([0.5000, 2.0000])
    """

    def __init__(self, dim: int = -1) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, input: Any) -> Tensor:
        return F.glu(input, self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class ELU(Sloped):
    """`x` where it is positive, else `alpha (e^x - 1)`.

    >>> ELU()([-1.0, 2.0])
    tensor([-0.6321,  2.0000])
    """

    options = ("alpha",)

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        super().__init__(inplace)
        self.alpha = alpha

    def forward(self, input: Any) -> Tensor:
        return F.elu(input, self.alpha, self.inplace)


class CELU(Sloped):
    """`x` where it is positive, else `alpha (e^(x/alpha) - 1)`.

    >>> CELU(2.0)([-1.0, 2.0])
    tensor([-0.7869,  2.0000])
    """

    options = ("alpha",)

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        super().__init__(inplace)
        self.alpha = alpha

    def forward(self, input: Any) -> Tensor:
        return F.celu(input, self.alpha, self.inplace)


class SELU(Inplace):
    """`1.0507 elu(x, 1.6733)`, which keeps a mean of 0 and a variance of 1.

    >>> SELU()([-1.0, 2.0])
    tensor([-1.1113,  2.1014])
    """

    def forward(self, input: Any) -> Tensor:
        return F.selu(input, self.inplace)
