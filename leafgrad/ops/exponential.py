"""Exponentials and logarithms, and the sigmoid and logit between them."""

from __future__ import annotations

from collections.abc import Callable
from math import log as log_of
from typing import Any

import numpy as np

from leafgrad.blocks import in_blocks
from leafgrad.node import Array, Out
from leafgrad.operands import floating_operands, operand, operands_of_floats
from leafgrad.recording import like, record
from leafgrad.surface import public
from leafgrad.tensor import Tensor

__all__ = [
    "exp", "exp2", "expm1", "log", "log1p", "log2", "log10", "logaddexp", "logaddexp2", "logit", "sigmoid", "xlogy",
]

LOG_2 = log_of(2)
LOG_10 = log_of(10)


@public(np.exp, twin=True)
def exp(input: Any) -> Tensor:
    """`e^x`. d = e^x dx

    >>> exp(Tensor([0.0, 1.0]))
    tensor([1.0000, 2.7183])
    """
    x, a = operand(input, floating=True)
    out = Out(np.exp(a))
    return record("exp", out, (x, lambda g: g * like(out, g)))


@public(np.exp2, twin=True)
def exp2(input: Any) -> Tensor:
    """`2^x`. d = 2^x log 2 dx

    >>> exp2(Tensor([0.0, 3.0]))
    tensor([1., 8.])
    """
    x, a = operand(input, floating=True)
    out = Out(np.exp2(a))
    return record("exp2", out, (x, lambda g: g * (like(out, g) * LOG_2)))


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


@public(np.log2, twin=True)
def log2(input: Any) -> Tensor:
    """The logarithm to base 2. d = dx / (x log 2)

    >>> log2(Tensor([1.0, 8.0]))
    tensor([0., 3.])
    """
    x, a = operand(input, floating=True)
    return record("log2", np.log2(a), (x, lambda g: g / (like(x, g) * LOG_2)))


@public(np.log10, twin=True)
def log10(input: Any) -> Tensor:
    """The logarithm to base 10. d = dx / (x log 10)

    >>> log10(Tensor([1.0, 100.0]))
    tensor([0.0000, 2.0000])
    """
    x, a = operand(input, floating=True)
    return record("log10", np.log10(a), (x, lambda g: g / (like(x, g) * LOG_10)))


@public(np.log1p, twin=True)
def log1p(input: Any) -> Tensor:
    """`log(1 + x)`, exact near 0. d = dx / (1 + x)

    >>> log1p(Tensor([0.0, 1.0]))
    tensor([0.0000, 0.6931])
    """
    x, a = operand(input, floating=True)
    return record("log1p", np.log1p(a), (x, lambda g: g / (like(x, g) + 1)))


@public(np.logaddexp, tensors=2)
def logaddexp(input: Any, other: Any) -> Tensor:
    """`log(e^x + e^y)`, without overflow, broadcast. d = (e^x dx + e^y dy) / (e^x + e^y)

    A NotImplementedError for integers.

    >>> logaddexp(Tensor([0.0, -1000.0]), Tensor([0.0, -1000.0]))
    tensor([ 6.9315e-01, -9.9931e+02])
    """
    x, y, a, b = operands_of_floats(input, other, "fc")
    return record(
        "logaddexp",
        log_add_exp(a, b),
        (x, lambda g: g / (1 + np.exp(like(y, g) - like(x, g)))),
        (y, lambda g: g / (1 + np.exp(like(x, g) - like(y, g)))),
    )


def log_add_exp(a: Array, b: Array) -> Array:
    """`log(e^a + e^b)` of arrays; of complex numbers the one with the larger real part is taken out."""
    if a.dtype.kind != "c":
        return np.logaddexp(a, b)
    swap = np.real(a) > np.real(b)
    low: Array = np.where(swap, b, a)
    high: Array = np.where(swap, a, b)
    return np.where(np.real(high) == -np.inf, high, np.log1p(np.exp(low - high)) + high)


@public(np.logaddexp2, tensors=2)
def logaddexp2(input: Any, other: Any) -> Tensor:
    """`log2(2^x + 2^y)`, without overflow, broadcast. d = (2^x dx + 2^y dy) / (2^x + 2^y)

    A NotImplementedError for integers.

    >>> logaddexp2(Tensor([0.0, -1000.0]), Tensor([0.0, -1000.0]))
    tensor([   1., -999.])
    """
    x, y, a, b = operands_of_floats(input, other)
    return record(
        "logaddexp2",
        np.logaddexp2(a, b),
        (x, lambda g: g / (1 + np.exp2(like(y, g) - like(x, g)))),
        (y, lambda g: g / (1 + np.exp2(like(x, g) - like(y, g)))),
    )


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


@public(twin=True)
def logit(input: Any, eps: float | None = None) -> Tensor:
    """`log(x / (1 - x))`, the inverse of the sigmoid; NaN outside 0 to 1. d = dx / (x (1 - x))

    With `eps`, x is first clamped to eps and 1 - eps, and where that changes it the gradient is 0.

    >>> logit(Tensor([0.5, 0.0]), eps=0.1)
    tensor([ 0.0000, -2.1972])
    """
    x, a = operand(input, floating=True, real=True)
    low, high = (0.0, 1.0) if eps is None else (eps, 1.0 - eps)
    beyond = np.nan if eps is None else 0.0
    p = a if eps is None else np.where(a < low, low, np.where(a > high, high, a))

    def slope(g: Any) -> Any:
        value = like(x, g)
        return g * np.where((value < low) | (value > high), beyond, 1 / (value * (1 - value)))

    return record("logit", np.log(p / (1 - p)), (x, slope))


@public(twin=True)
def xlogy(input: Any, other: Any) -> Tensor:
    """`x log y`, and 0 where x is 0, broadcast; NaN where y is. d = log(y) dx + x / y dy

    The gradient of x is 0 where x is 0 and y ≤ 0.

    >>> xlogy(Tensor([0.0, 2.0]), Tensor([0.0, 1.0]))
    tensor([0., 0.])
    """
    return _times_logarithm("xlogy", input, other, np.log, lambda y: y)


@public(method=False)
def xlog1py(input: Any, other: Any) -> Tensor:
    """`x log(1 + y)`, and 0 where x is 0, broadcast; NaN where y is. d = log(1 + y) dx + x / (1 + y) dy

    The gradient of x is 0 where x is 0 and y ≤ -1.

    >>> xlog1py(Tensor([0.0, 2.0]), Tensor([-1.0, 0.0]))
    tensor([0., 0.])
    """
    return _times_logarithm("xlog1py", input, other, np.log1p, lambda y: 1 + y)


def _times_logarithm(op: str, input: Any, other: Any, log: Any, inner: Callable[[Any], Any]) -> Tensor:
    """`x log(inner(y))`, of which `log` is the function of y."""
    x, y, a, b = floating_operands(input, other)
    flat = (a == 0) & ~np.isnan(b)

    def slope(g: Any) -> Any:
        value = like(y, g)
        zero = (like(x, g) == 0) & (inner(value) <= 0)
        return g * np.where(zero, 0, log(np.where(zero, 1, value)))

    return record(
        op,
        np.where(flat, 0, a * log(np.where(flat, 1, b))),
        (x, slope),
        (y, lambda g: g * (like(x, g) / inner(like(y, g)))),
    )


@public(method=False)
def entr(input: Any) -> Tensor:
    """`-x log x`, the entropy: 0 at 0, minus infinity below. d = -(1 + log x) dx

    >>> entr(Tensor([0.0, 1.0, -1.0]))
    tensor([0., -0., -inf])
    """
    x, a = operand(input, floating=True, real=True)
    out = np.where(a > 0, -a * np.log(np.where(a > 0, a, 1)), np.where(a == 0, 0, np.where(a < 0, -np.inf, np.nan)))
    return record("entr", out.astype(a.dtype), (x, lambda g: -g * (1 + np.log(like(x, g)))))
