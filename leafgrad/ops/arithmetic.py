"""Arithmetic: + - * / // % **, and the signs, roots and powers around them."""

from __future__ import annotations

from typing import Any

import numpy as np

from leafgrad.dtypes import get_default_dtype
from leafgrad.node import Array, Out
from leafgrad.recording import like, operand, operands, record
from leafgrad.surface import public
from leafgrad.tensor import Tensor

__all__ = [
    "abs", "absolute", "add", "ceil", "div", "divide", "floor", "floor_divide", "mul", "multiply", "neg", "negative",
    "positive", "pow", "reciprocal", "remainder", "round", "sign", "sqrt", "square", "sub", "subtract", "true_divide",
]


def same(g: Any) -> Any:
    """The gradient of a sum in each of its terms."""
    return g


@public(np.add, operator="add", twin=True)
def add(input: Any, other: Any, *, alpha: Any = 1) -> Tensor:
    """`input + alpha * other`, broadcast. d = dx + alpha dy

    >>> add(Tensor([1.0, 2.0]), 10, alpha=2)
    tensor([21., 22.])
    """
    x, y, a, b = operands(input, other if alpha == 1 else other * alpha)
    return record("add", a + b, (x, same), (y, same))


@public(np.subtract, operator="sub", twin=True, names=("subtract",))
def sub(input: Any, other: Any, *, alpha: Any = 1) -> Tensor:
    """`input - alpha * other`, broadcast. d = dx - alpha dy

    >>> sub(Tensor([1.0, 2.0]), 1)
    tensor([0., 1.])
    """
    x, y, a, b = operands(input, other if alpha == 1 else other * alpha)
    return record("sub", a - b, (x, same), (y, lambda g: -g))


subtract = sub


@public(np.multiply, operator="mul", twin=True, names=("multiply",))
def mul(input: Any, other: Any) -> Tensor:
    """`input * other`, broadcast. d = y dx + x dy

    >>> mul(Tensor([1.0, 2.0]), Tensor([3.0]))
    tensor([3., 6.])
    """
    x, y, a, b = operands(input, other)
    return record("mul", a * b, (x, lambda g: g * like(y, g)), (y, lambda g: g * like(x, g)))


multiply = mul


@public(np.divide, operator="truediv", twin=True, names=("divide", "true_divide"))
def div(input: Any, other: Any, *, rounding_mode: str | None = None) -> Tensor:
    """`input / other`, broadcast; integers give the default float. d = dx / y - x dy / y²

    `rounding_mode` "trunc" or "floor" rounds the quotient, whose gradient is then zero. A
    RuntimeError for another mode.

    >>> div(Tensor([7.0, -7.0]), 2, rounding_mode="trunc")
    tensor([ 3., -3.])
    """
    if rounding_mode is not None:
        return _rounded_quotient(input, other, rounding_mode)
    x, y, a, b = operands(input, other)
    out = a / b if _floating(a, b) else np.true_divide(a, b, dtype=get_default_dtype())
    return record(
        "div",
        out,
        (x, lambda g: g / like(y, g)),
        (y, lambda g: -g * (like(x, g) / like(y, g)) / like(y, g)),
    )


divide = true_divide = div


def _floating(a: Any, b: Any) -> bool:
    return (a if hasattr(a, "dtype") else b).dtype.kind in "fc"


def _rounded_quotient(input: Any, other: Any, mode: str) -> Tensor:
    if mode == "floor":
        return floor_divide(input, other)
    if mode != "trunc":
        raise RuntimeError(f"div: rounding_mode must be None, 'trunc' or 'floor', got {mode!r}")
    x, y, a, b = operands(input, other)
    _no_integer_by_zero("div", a, b)
    out = np.trunc(a / b) if _floating(a, b) else np.trunc(np.true_divide(a, b)).astype(np.result_type(a, b))
    return record("div", out, (x, np.zeros_like), (y, np.zeros_like))


@public(np.floor_divide, operator="floordiv", twin=True)
def floor_divide(input: Any, other: Any) -> Tensor:
    """`input // other`, rounded towards minus infinity, broadcast. d = 0

    >>> floor_divide(Tensor([7.0, -7.0]), 2)
    tensor([ 3., -4.])
    """
    x, y, a, b = operands(input, other)
    _no_integer_by_zero("floor_divide", a, b)
    return record("floor_divide", a // b, (x, np.zeros_like), (y, np.zeros_like))


def _no_integer_by_zero(op: str, a: Any, b: Any) -> None:
    if not _floating(a, b) and not np.all(b):
        raise RuntimeError(f"{op}: an integer of shape {np.shape(a)} divided by zero; call .float() for inf or nan")


@public(np.remainder, operator="mod", twin=True)
def remainder(input: Any, other: Any) -> Tensor:
    """`input % other`, with the sign of `other`, broadcast. d = dx - floor(x / y) dy

    >>> remainder(Tensor([7.0, -7.0]), 3)
    tensor([1., 2.])
    """
    x, y, a, b = operands(input, other)
    _no_integer_by_zero("remainder", a, b)
    return record(
        "remainder",
        a % b,
        (x, same),
        (y, lambda g: -g * np.floor_divide(like(x, g), like(y, g))),
    )


@public(np.power, operator="pow", twin=True)
def pow(input: Any, exponent: Any) -> Tensor:
    """`input ** exponent`, broadcast. d = y x^(y-1) dx + x^y log(x) dy

    As in PyTorch, the first term is 0 where y is 0, and the second where x is 0 and y ≥ 0. A
    RuntimeError for an integer to a negative integer.

    >>> pow(Tensor([1.0, 2.0, 3.0]), 2)
    tensor([1., 4., 9.])
    """
    x, y, a, b = operands(input, exponent)
    if not hasattr(b, "dtype"):
        return _power_of_number(x, a, b)
    if b.dtype.kind == "i" and a.__class__ is not float and np.any(b < 0):
        raise RuntimeError("pow: integers to negative integer powers are not integers; make one of them a float")
    out = Out(a**b)
    return record(
        "pow",
        out,
        (x, lambda g: g * _power_slope(like(x, g), like(y, g))),
        (y, lambda g: g * _exponent_slope(like(x, g), like(y, g), like(out, g))),
    )


def _power_slope(x: Any, y: Any) -> Any:
    return np.where(y == 0, 0, y * x ** np.where(y == 0, 1, y - 1))


def _exponent_slope(x: Any, y: Any, out: Any) -> Any:
    flat = (x == 0) & (y >= 0)
    return np.where(flat, 0, out * np.log(np.where(flat, 1, x)))


def _power_of_number(x: Any, a: Array, n: Any) -> Tensor:
    if a.dtype.kind in "iu" and n < 0:
        raise RuntimeError(f"pow: integers to the negative power {n} are not integers; call .float() first")
    if n == 0:
        return record("pow", a**n, (x, np.zeros_like))
    return record("pow", cubed(a) if n == 3 else a**n, (x, lambda g: g * (n * like(x, g) ** (n - 1))))


def cubed(a: Any) -> Any:
    return a * a * a  # NumPy's general power costs a hundred multiplications


@public(np.negative, twin=True, names=("__neg__", "negative"))
def neg(input: Any) -> Tensor:
    """`-input`. d = -dx

    >>> neg(Tensor([1.0, -2.0]))
    tensor([-1.,  2.])
    """
    x, a = operand(input)
    return record("neg", -a, (x, lambda g: -g))


negative = neg


@public(np.positive, names=("__pos__",))
def positive(input: Any) -> Tensor:
    """`+input`: the tensor itself.

    >>> positive(Tensor([1.0]))
    tensor([1.])
    """
    return input if isinstance(input, Tensor) else Tensor(input)


@public(np.absolute, twin=True, names=("__abs__", "absolute"))
def abs(input: Any) -> Tensor:
    """`|input|`. d = sign(x) dx, which is 0 at 0

    >>> abs(Tensor([1.0, -2.0]))
    tensor([1., 2.])
    """
    x, a = operand(input)
    return record("abs", np.abs(a), (x, lambda g: g * np.sign(like(x, g))))


absolute = abs


@public(np.sign, twin=True)
def sign(input: Any) -> Tensor:
    """-1, 0 or 1. d = 0

    >>> sign(Tensor([3.0, 0.0, -2.0]))
    tensor([ 1.,  0., -1.])
    """
    x, a = operand(input)
    return record("sign", np.sign(a), (x, np.zeros_like))


@public(np.sqrt, twin=True)
def sqrt(input: Any) -> Tensor:
    """The square root. d = dx / (2 √x)

    >>> sqrt(Tensor([4.0, 9.0]))
    tensor([2., 3.])
    """
    x, a = operand(input, floating=True)
    out = Out(np.sqrt(a))
    return record("sqrt", out, (x, lambda g: g / (2 * like(out, g))))


@public(np.square, twin=True)
def square(input: Any) -> Tensor:
    """`input²`. d = 2 x dx

    >>> square(Tensor([2.0, -3.0]))
    tensor([4., 9.])
    """
    x, a = operand(input)
    return record("square", np.square(a), (x, lambda g: g * (2 * like(x, g))))


@public(np.reciprocal, twin=True)
def reciprocal(input: Any) -> Tensor:
    """`1 / input`; integers give the default float. d = -dx / x²

    >>> reciprocal(Tensor([2.0, 4.0]))
    tensor([0.5000, 0.2500])
    """
    x, a = operand(input, floating=True)
    out = Out(np.reciprocal(a))
    return record("reciprocal", out, (x, lambda g: -g * like(out, g) * like(out, g)))


@public(np.floor, twin=True)
def floor(input: Any) -> Tensor:
    """The largest integer not above. d = 0

    >>> floor(Tensor([1.7, -1.2]))
    tensor([ 1., -2.])
    """
    x, a = operand(input)
    return record("floor", _rounding(np.floor, a), (x, np.zeros_like))


@public(np.ceil, twin=True)
def ceil(input: Any) -> Tensor:
    """The smallest integer not below. d = 0

    >>> ceil(Tensor([1.2, -1.7]))
    tensor([ 2., -1.])
    """
    x, a = operand(input)
    return record("ceil", _rounding(np.ceil, a), (x, np.zeros_like))


@public(np.round, twin=True)
def round(input: Any, *, decimals: int = 0) -> Tensor:
    """The nearest value of that many decimals, ties to even. d = 0

    >>> round(Tensor([0.5, 1.5, 2.4]))
    tensor([0., 2., 2.])
    """
    x, a = operand(input)
    return record("round", np.round(a, decimals), (x, np.zeros_like))


def _rounding(function: Any, a: Array) -> Array:
    """`function(a)`, but integers are whole already and keep their dtype."""
    return function(a) if a.dtype.kind in "fc" else a.copy()
