"""Powers and roots: ** and its special cases."""

from __future__ import annotations

from typing import Any

import numpy as np

from leafgrad.node import Array, Out
from leafgrad.operands import operand, operands, operands_of_floats
from leafgrad.recording import like, record
from leafgrad.surface import public
from leafgrad.tensor import Tensor, wrap

__all__ = ["float_power", "hypot", "pow", "reciprocal", "rsqrt", "sqrt", "square"]


@public(np.power, operator="pow", twin=True)
def pow(input: Any, exponent: Any) -> Tensor:
    """`input ** exponent`, broadcast. d = y x^(y-1) dx + x^y log(x) dy

    As in PyTorch, the first term is 0 where y is 0, and the second where x is 0 and y ≥ 0; and an
    integer to a negative integer tensor is truncated to 0 (or ±1, of ±1), but to a negative Python
    integer it is a RuntimeError.

    >>> pow(Tensor([1.0, 2.0, 3.0]), 2)
    tensor([1., 4., 9.])
    """
    x, y, a, b = operands(input, exponent)
    kind = (a if hasattr(a, "dtype") else b).dtype.kind
    if kind == "b":
        raise NotImplementedError("pow: is not defined for bools; call .int() first")
    if not hasattr(b, "dtype"):
        if kind in "iu" and not exponent == b >= 0:
            raise RuntimeError(f"pow: integers of {a.dtype} have no power {exponent}; call .float() first")
        return _power_of_number(x, a, b)
    if kind in "iu":
        return wrap(_integer_power(a, b))
    out = Out(a**b)
    return record(
        "pow",
        out,
        (x, lambda g: g * _power_slope(like(x, g), like(y, g))),
        (y, lambda g: g * _exponent_slope(like(x, g), like(y, g), like(out, g))),
    )


def _integer_power(a: Any, n: Array) -> Array:
    """a^n, truncated: of negative powers only those of 1 and -1 are not 0."""
    of_negative = np.where(a == 1, 1, np.where(a == -1, 1 - 2 * (n & 1), 0))
    return np.where(n < 0, of_negative, a ** np.where(n < 0, 0, n)).astype(n.dtype)


def _power_slope(x: Any, y: Any) -> Any:
    return np.where(y == 0, 0, y * x ** np.where(y == 0, 1, y - 1))


def _exponent_slope(x: Any, y: Any, out: Any) -> Any:
    flat = (x == 0) & (np.real(y) >= 0)
    return np.where(flat, 0, out * np.log(np.where(flat, 1, x)))


def _power_of_number(x: Any, a: Array, n: Any) -> Tensor:
    if n == 0:
        return record("pow", a**n, (x, np.zeros_like))
    return record("pow", cubed(a) if n == 3 else a**n, (x, lambda g: g * (n * like(x, g) ** (n - 1))))


def cubed(a: Any) -> Any:
    return a * a * a  # NumPy's general power costs a hundred multiplications


@public(np.float_power, twin=True)
def float_power(input: Any, exponent: Any) -> Tensor:
    """`input ** exponent` in float64 (or complex128), broadcast. d = y x^(y-1) dx + x^y log(x) dy

    >>> float_power(Tensor([2, 3], dtype=int), -1).tolist()
    [0.5, 0.3333333333333333]
    """
    return pow(_in_double(input), _in_double(exponent))


def _in_double(x: Any) -> Any:
    if isinstance(x, complex | np.complexfloating):
        return complex(x)
    if isinstance(x, bool | int | float | np.generic):
        return float(x)
    x = x if isinstance(x, Tensor) else Tensor(x)
    return x.to(np.complex128 if x.dtype.kind == "c" else np.float64)


@public(np.sqrt, twin=True)
def sqrt(input: Any) -> Tensor:
    """The square root. d = dx / (2 √x)

    >>> sqrt(Tensor([4.0, 9.0]))
    tensor([2., 3.])
    """
    x, a = operand(input, floating=True)
    out = Out(np.sqrt(a))
    return record("sqrt", out, (x, lambda g: g / (2 * like(out, g))))


@public(twin=True)
def rsqrt(input: Any) -> Tensor:
    """`1 / √x`. d = -x^(-3/2) / 2 dx

    >>> rsqrt(Tensor([4.0, 0.25]))
    tensor([0.5000, 2.0000])
    """
    x, a = operand(input, floating=True)
    out = Out(1 / np.sqrt(a))
    return record("rsqrt", out, (x, lambda g: -0.5 * g * cubed(like(out, g))))


@public(np.square, twin=True)
def square(input: Any) -> Tensor:
    """`input²`; of bools the integers 0 and 1. d = 2 x dx

    >>> square(Tensor([2.0, -3.0]))
    tensor([4., 9.])
    """
    x, a = operand(input)
    out = np.square(a) if a.dtype.kind != "b" else a.astype(np.int64)
    return record("square", out, (x, lambda g: g * (2 * like(x, g))))


@public(np.reciprocal, twin=True)
def reciprocal(input: Any) -> Tensor:
    """`1 / input`; integers give the default float. d = -dx / x²

    >>> reciprocal(Tensor([2.0, 4.0]))
    tensor([0.5000, 0.2500])
    """
    x, a = operand(input, floating=True)
    out = Out(np.reciprocal(a))
    return record("reciprocal", out, (x, lambda g: -g * like(out, g) * like(out, g)))


@public(np.hypot, twin=True)
def hypot(input: Any, other: Any) -> Tensor:
    """`√(x² + y²)`, without overflow, broadcast. d = (x dx + y dy) / hypot

    A NotImplementedError for integers.

    >>> hypot(Tensor([3.0, 5.0]), Tensor([4.0, 12.0]))
    tensor([ 5., 13.])
    """
    x, y, a, b = operands_of_floats(input, other)
    out = Out(np.hypot(a, b))
    return record(
        "hypot",
        out,
        (x, lambda g: g * (like(x, g) / like(out, g))),
        (y, lambda g: g * (like(y, g) / like(out, g))),
    )
