"""Smooth activations: gates, and exponential and logistic curves.

`silu` and `gelu` are x times a gate between 0 and 1. The gate is an operation of its own: its value
serves the first derivative, and its history the second, which therefore costs no second rule.
"""

from __future__ import annotations

from math import pi, sqrt
from typing import Any

import numpy as np

from leafgrad.blocks import in_blocks
from leafgrad.dims import one_dim
from leafgrad.errors import ShapeError
from leafgrad.inplace import inplace
from leafgrad.nn.functional.rewriting import with_inplace
from leafgrad.node import Out
from leafgrad.operands import floats, operand, tensor_of
from leafgrad.ops.error_function import erf_of
from leafgrad.ops.exponential import sigmoid
from leafgrad.ops.trigonometric import tanh
from leafgrad.recording import like, record
from leafgrad.tensor import Tensor

__all__ = [
    "celu", "celu_", "elu", "elu_", "gelu", "glu", "logsigmoid", "mish", "selu", "selu_", "sigmoid", "silu",
    "softplus", "softsign", "tanh", "tanhshrink",
]


@with_inplace
def silu(input: Any) -> Tensor:
    """`x sigmoid(x)`. d = s (1 + x (1 - s)) dx

    >>> silu(Tensor([0.0, 1.0]))
    tensor([0.0000, 0.7311])
    """
    x, a = operand(input, floating=True)
    gate = sigmoid(x)
    slope = lambda g, x, s: g * (s * (1 + x * (1 - s)))  # noqa: E731
    return record("silu", a * gate.data, (x, lambda g: in_blocks(slope, g, like(x, g), like(gate, g))))


def gelu(input: Any, approximate: str = "none") -> Tensor:
    """`x Φ(x)`, with Φ the normal distribution function. d = (Φ + x Φ') dx

    With `approximate="tanh"`, Φ is `(1 + tanh(√(2/π) (x + 0.044715 x³))) / 2`. Source: Hendrycks and
    Gimpel, "Gaussian error linear units" (2016). A ValueError for another approximation.

    >>> gelu(Tensor([0.0, 1.0]))
    tensor([0.0000, 0.8413])
    """
    if approximate not in _GATES:
        raise ValueError(f"gelu: approximate must be 'none' or 'tanh', got {approximate!r}")
    gate_of, slope = _GATES[approximate]
    x, a = floats("gelu", input)
    gate = gate_of(x)
    return record(
        "gelu",
        a * gate.data,
        (x, lambda g: in_blocks(lambda g, x, p: g * (p + x * slope(x, p)), g, like(x, g), like(gate, g))),
    )


def _normal_cdf(input: Any) -> Tensor:
    x, a = operand(input)
    out = Out(in_blocks(lambda a: (erf_of(a * sqrt(0.5)) + 1) * 0.5, a))
    return record("normal_cdf", out, (x, lambda g: g * _normal_density(like(x, g), like(out, g))))


def _normal_density(x: Any, _: Any) -> Any:
    return np.exp(np.square(x) * -0.5) * (1 / sqrt(2 * pi))


def _tanh_gate(input: Any) -> Tensor:
    x, a = operand(input)
    with np.errstate(over="ignore"):  # x³ is infinite long after the gate is 0 or 1
        out = Out(in_blocks(lambda a: (np.tanh(a * (np.square(a) * (_K * _CUBIC) + _K)) + 1) * 0.5, a))
    return record("gelu_gate", out, (x, lambda g: g * _tanh_gate_slope(like(x, g), like(out, g))))


def _tanh_gate_slope(x: Any, gate: Any) -> Any:
    return gate * (1 - gate) * (np.square(x) * (6 * _K * _CUBIC) + 2 * _K)


_K = sqrt(2 / pi)
_CUBIC = 0.044715
_GATES: dict[str, Any] = {"none": (_normal_cdf, _normal_density), "tanh": (_tanh_gate, _tanh_gate_slope)}


@with_inplace
def mish(input: Any) -> Tensor:
    """`x tanh(softplus(x))`. d = (t + x (1 - t²) sigmoid(x)) dx

    Source: Misra, "Mish: a self regularized non-monotonic activation function" (2020).

    >>> mish(Tensor([0.0, 1.0]))
    tensor([0.0000, 0.8651])
    """
    return tensor_of(input) * softplus(input).tanh()


def glu(input: Any, dim: int = -1) -> Tensor:
    """`a sigmoid(b)`, with a and b the halves of the input along `dim`. d = s da + a s (1 - s) db

    A ShapeError where `dim` is of odd length. Source: Dauphin et al., "Language modeling with gated
    convolutional networks" (2017).

    >>> glu(Tensor([1.0, 2.0, 0.0, 100.0]))
    tensor([0.5000, 2.0000])
    """
    _, a = floats("glu", input)
    if a.ndim == 0 or a.shape[one_dim("glu", dim, a.ndim)] % 2:
        raise ShapeError(f"glu: dimension {dim} of an input of shape {a.shape} must be even, to be halved")
    value, gate = tensor_of(input).chunk(2, dim)
    return value * gate.sigmoid()


@with_inplace
def elu(input: Any, alpha: float = 1.0) -> Tensor:
    """`x` where it is positive, else `alpha (e^x - 1)`. d = dx, or alpha e^x dx

    Source: Clevert et al., "Fast and accurate deep network learning by exponential linear units" (2015).

    >>> elu(Tensor([-1.0, 2.0]))
    tensor([-0.6321,  2.0000])
    """
    return _exponential_below("elu", input, alpha, 1.0, 1.0)


@with_inplace
def celu(input: Any, alpha: float = 1.0) -> Tensor:
    """`x` where it is positive, else `alpha (e^(x/alpha) - 1)`. d = dx, or e^(x/alpha) dx

    A RuntimeError for alpha = 0. Source: Barron, "Continuously differentiable exponential linear
    units" (2017).

    >>> celu(Tensor([-1.0, 2.0]), 2.0)
    tensor([-0.7869,  2.0000])
    """
    if alpha == 0:
        raise RuntimeError("celu: alpha cannot be 0; use relu, to which celu then tends")
    return _exponential_below("celu", input, alpha, 1.0, 1 / alpha)


@with_inplace
def selu(input: Any) -> Tensor:
    """`1.0507 elu(x, 1.6733)`, which keeps a mean of 0 and a variance of 1. d = 1.0507 d elu

    Source: Klambauer et al., "Self-normalizing neural networks" (2017).

    >>> selu(Tensor([-1.0, 2.0]))
    tensor([-1.1113,  2.1014])
    """
    return _exponential_below("selu", input, SELU_ALPHA, SELU_SCALE, 1.0)


SELU_ALPHA = 1.6732632423543772
SELU_SCALE = 1.0507009873554805


def _exponential_below(op: str, input: Any, alpha: float, scale: float, rate: float) -> Tensor:
    """`scale x` where x is positive, else `scale alpha (e^(rate x) - 1)`.

    d = scale dx, or scale alpha rate e^(rate x) dx
    """
    x, a = floats(op, input)
    depth = scale * alpha
    out = Out(np.where(a > 0, a * scale, np.expm1(np.minimum(a, 0) * rate) * depth))

    def slope(x: Any, y: Any) -> Any:
        """Its own slope at 0 is 0, as in PyTorch."""
        return np.where(x <= 0, (np.where(x < 0, y, 0) + depth) * rate, scale)

    return record(op, out, (x, lambda g: g * slope(like(x, g), like(out, g))))


def softplus(input: Any, beta: float = 1.0, threshold: float = 20.0) -> Tensor:
    """`log(1 + e^(beta x)) / beta`, without overflow; `x` where `beta x > threshold`.

    d = sigmoid(beta x) dx = (1 - e^(-beta y)) dx

    >>> softplus(Tensor([-1000.0, 0.0, 1000.0]))
    tensor([0.0000e+00, 6.9315e-01, 1.0000e+03])
    """
    x, a = floats("softplus", input)
    z = a * beta
    linear = z > threshold
    out = Out(np.where(linear, a, log_one_plus_exp(z) / beta))
    return record("softplus", out, (x, lambda g: g * np.where(linear, 1, -np.expm1(like(out, g) * -beta))))


def log_one_plus_exp(z: Any) -> Any:
    """log(1 + e^z) of an array."""
    return np.log1p(np.exp(-np.abs(z))) + np.maximum(z, 0)


def logsigmoid(input: Any) -> Tensor:
    """`log sigmoid(x)`, exact for any x. d = sigmoid(-x) dx = (1 - e^y) dx

    >>> logsigmoid(Tensor([-1000.0, 0.0]))
    tensor([-1.0000e+03, -6.9315e-01])
    """
    x, a = floats("logsigmoid", input)
    out = Out(-log_one_plus_exp(-a))
    return record("logsigmoid", out, (x, lambda g: g * -np.expm1(like(out, g))))


def softsign(input: Any) -> Tensor:
    """`x / (1 + |x|)`. d = dx / (1 + |x|)²

    >>> softsign(Tensor([-1.0, 3.0]))
    tensor([-0.5000,  0.7500])
    """
    x = tensor_of(input)
    return x / (x.abs() + 1)


def tanhshrink(input: Any) -> Tensor:
    """`x - tanh(x)`. d = tanh²(x) dx

    >>> tanhshrink(Tensor([0.0, 2.0]))
    tensor([0.0000, 1.0360])
    """
    x = tensor_of(input)
    return x - x.tanh()


elu_ = inplace("elu_", elu)
celu_ = inplace("celu_", celu)
selu_ = inplace("selu_", selu)
