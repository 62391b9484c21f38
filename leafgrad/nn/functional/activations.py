"""Activation functions: what bends a model between its linear layers.

`silu` and `gelu` are x times a gate between 0 and 1. The gate is an operation of its own: its value
serves the first derivative, and its history the second, which therefore costs no second rule.
"""

from __future__ import annotations

from collections.abc import Callable
from math import pi, sqrt
from typing import Any

import numpy as np

from leafgrad.blocks import in_blocks
from leafgrad.inplace import write
from leafgrad.node import Out
from leafgrad.ops import selection
from leafgrad.ops.exponential import sigmoid, tanh
from leafgrad.ops.softmax import log_softmax, softmax
from leafgrad.ops.special import erf_of
from leafgrad.recording import like, operand, record
from leafgrad.tensor import Tensor

__all__ = ["elu", "gelu", "leaky_relu", "log_softmax", "relu", "sigmoid", "silu", "softmax", "softplus", "tanh"]


def _applied(function: Callable[..., Tensor], input: Any, inplace: bool, *args: Any) -> Tensor:
    """The function's result, written over the input's own memory if it shall be in place."""
    return write(f"{function.__name__}_", input, function, *args) if inplace else function(input, *args)


def relu(input: Any, inplace: bool = False) -> Tensor:
    """`max(x, 0)`. d = dx where x > 0, else 0 (at 0 too)

    >>> relu(Tensor([-1.0, 2.0]))
    tensor([0., 2.])
    """
    return _applied(selection.relu, input, inplace)


def leaky_relu(input: Any, negative_slope: float = 0.01, inplace: bool = False) -> Tensor:
    """`x` where it is positive, else `negative_slope x`. d = dx, or negative_slope dx

    >>> leaky_relu(Tensor([-1.0, 2.0]), 0.1)
    tensor([-0.1000,  2.0000])
    """
    return _applied(selection.leaky_relu, input, inplace, negative_slope)


def silu(input: Any, inplace: bool = False) -> Tensor:
    """`x sigmoid(x)`. d = s (1 + x (1 - s)) dx

    >>> silu(Tensor([0.0, 1.0]))
    tensor([0.0000, 0.7311])
    """
    return _applied(_silu, input, inplace)


def _silu(input: Any) -> Tensor:
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
    x, a = operand(input, floating=True)
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


def elu(input: Any, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """`x` where it is positive, else `alpha (e^x - 1)`. d = dx, or alpha e^x dx

    >>> elu(Tensor([-1.0, 2.0]))
    tensor([-0.6321,  2.0000])
    """
    return _applied(_elu, input, inplace, alpha)


def _elu(input: Any, alpha: float) -> Tensor:
    x, a = operand(input, floating=True)
    out = Out(np.where(a > 0, a, alpha * np.expm1(np.minimum(a, 0))))
    return record("elu", out, (x, lambda g: g * _elu_slope(like(x, g), like(out, g), alpha)))


def _elu_slope(x: Any, out: Any, alpha: float) -> Any:
    """Its own slope at 0 is 0, as in PyTorch."""
    return np.where(x <= 0, np.where(x < 0, out, 0) + alpha, 1)


def softplus(input: Any, beta: float = 1.0, threshold: float = 20.0) -> Tensor:
    """`log(1 + e^(beta x)) / beta`, without overflow; `x` where `beta x > threshold`.

    d = sigmoid(beta x) dx = (1 - e^(-beta y)) dx

    >>> softplus(Tensor([-1000.0, 0.0, 1000.0]))
    tensor([0.0000e+00, 6.9315e-01, 1.0000e+03])
    """
    x, a = operand(input, floating=True)
    z = a * beta
    linear = z > threshold
    out = Out(np.where(linear, a, log_one_plus_exp(z) / beta))
    return record("softplus", out, (x, lambda g: g * np.where(linear, 1, -np.expm1(like(out, g) * -beta))))


def log_one_plus_exp(z: Any) -> Any:
    """log(1 + e^z) of an array."""
    return np.log1p(np.exp(-np.abs(z))) + np.maximum(z, 0)
