"""Exponentials, logarithms, and the functions of angles."""

from __future__ import annotations

from typing import Any

import numpy as np

from leafgrad.blocks import in_blocks
from leafgrad.node import Array, Out
from leafgrad.recording import like, operand, record
from leafgrad.surface import public
from leafgrad.tensor import Tensor

__all__ = ["cos", "exp", "expm1", "log", "log1p", "sigmoid", "sin", "tanh"]


@public(np.exp, twin=True)
def exp(input: Any) -> Tensor:
    """`e^x`. d = e^x dx

    >>> exp(Tensor([0.0, 1.0]))
    tensor([1.0000, 2.7183])
    """
    x, a = operand(input, floating=True)
    out = Out(np.exp(a))
    return record("exp", out, (x, lambda g: g * like(out, g)))


@public(np.expm1, twin=True)
def expm1(input: Any) -> Tensor:
    """`e^x - 1`, exact near 0. d = e^x dx

    >>> expm1(Tensor([0.0, 1.0]))
    tensor([0.0000, 1.7183])
    """
    x, a = operand(input, floating=True)
    out = Out(np.expm1(a))
    return record("expm1", out, (x, lambda g: g * (like(out, g) + 1)))


@public(np.log, twin=True)
def log(input: Any) -> Tensor:
    """The natural logarithm. d = dx / x

    >>> log(Tensor([1.0, 2.0]))
    tensor([0.0000, 0.6931])
    """
    x, a = operand(input, floating=True)
    return record("log", np.log(a), (x, lambda g: g / like(x, g)))


@public(np.log1p, twin=True)
def log1p(input: Any) -> Tensor:
    """`log(1 + x)`, exact near 0. d = dx / (1 + x)

    >>> log1p(Tensor([0.0, 1.0]))
    tensor([0.0000, 0.6931])
    """
    x, a = operand(input, floating=True)
    return record("log1p", np.log1p(a), (x, lambda g: g / (like(x, g) + 1)))


@public(np.sin, twin=True)
def sin(input: Any) -> Tensor:
    """The sine of an angle in radians. d = cos(x) dx

    >>> sin(Tensor([0.0, 1.0]))
    tensor([0.0000, 0.8415])
    """
    x, a = operand(input, floating=True)
    return record("sin", np.sin(a), (x, lambda g: g * np.cos(like(x, g))))


@public(np.cos, twin=True)
def cos(input: Any) -> Tensor:
    """The cosine of an angle in radians. d = -sin(x) dx

    >>> cos(Tensor([0.0, 1.0]))
    tensor([1.0000, 0.5403])
    """
    x, a = operand(input, floating=True)
    return record("cos", np.cos(a), (x, lambda g: -g * np.sin(like(x, g))))


@public(np.tanh, twin=True)
def tanh(input: Any) -> Tensor:
    """The hyperbolic tangent. d = (1 - tanh²x) dx

    >>> tanh(Tensor([0.0, 1.0]))
    tensor([0.0000, 0.7616])
    """
    x, a = operand(input, floating=True)
    out = Out(np.tanh(a))
    return record("tanh", out, (x, lambda g: in_blocks(_tanh_slope, g, like(out, g))))


def _tanh_slope(g: Any, t: Any) -> Any:
    return g * (1 - t * t)


@public(twin=True)
def sigmoid(input: Any) -> Tensor:
    """`1 / (1 + e^-x)`. d = s (1 - s) dx

    >>> sigmoid(Tensor([0.0, 100.0, -1000.0]))
    tensor([0.5000, 1.0000, 0.0000])
    """
    x, a = operand(input, floating=True)
    out = Out(in_blocks(logistic, a))
    return record("sigmoid", out, (x, lambda g: in_blocks(_sigmoid_slope, g, like(out, g))))


def _sigmoid_slope(g: Any, s: Any) -> Any:
    return g * (s * (1 - s))


def logistic(a: Array) -> Array:
    """`1 / (1 + e^-a)` of an array: exact to the last digits at both ends, and 0 where `e^-a` overflows."""
    return 1 / (1 + np.exp(-a))
