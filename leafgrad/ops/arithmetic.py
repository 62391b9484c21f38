"""Arithmetic: + - * / // %, and the products and quotients that are added to something."""

from __future__ import annotations

from typing import Any

import numpy as np

from leafgrad.dtypes import rank, result_type
from leafgrad.methods import Methods
from leafgrad.node import Array
from leafgrad.operands import NUMBERS, check_broadcast, in_floats, operand, operands, real_operands
from leafgrad.recording import cast, elementwise, like, record
from leafgrad.surface import public
from leafgrad.tensor import Tensor

__all__ = [
    "add", "addcdiv", "addcmul", "div", "divide", "floor_divide", "fmod", "lerp", "mul", "multiply", "remainder",
    "rsub", "sub", "subtract", "true_divide",
]


def same(g: Any) -> Any:
    """The gradient of a sum in each of its terms."""
    return g


@public(np.add, operator="add", twin=True)
def add(input: Any, other: Any, *, alpha: Any = 1) -> Tensor:
    """`input + alpha * other`, broadcast. d = dx + alpha dy

    A RuntimeError for an alpha that the result's dtype cannot hold.

    >>> add(Tensor([1.0, 2.0]), 10, alpha=2)
    tensor([21., 22.])
    """
    if alpha != 1:
        other = _times_alpha("add", input, other, alpha)
    x, y, a, b = operands(input, other)
    return record("add", a + b, (x, same), (y, same))


@public(np.subtract, operator="sub", twin=True, names=("subtract",))
def sub(input: Any, other: Any, *, alpha: Any = 1) -> Tensor:
    """`input - alpha * other`, broadcast. d = dx - alpha dy

    A RuntimeError for an alpha that the result's dtype cannot hold, and for bools.

    >>> sub(Tensor([1.0, 2.0]), 1)
    tensor([0., 1.])
    """
    if alpha != 1:
        operands(input, other, bools=False)  # raises for a bool, which alpha would make an integer
        other = _times_alpha("sub", input, other, alpha)
    x, y, a, b = operands(input, other, bools=False)
    try:
        out = a - b
    except TypeError:  # NumPy's, of two bools
        raise RuntimeError("sub: is not defined for bools; use ^ or logical_xor()") from None
    return record("sub", out, (x, same), (y, lambda g: -g))


subtract = sub


@public(method=False, tensors=1)
def rsub(input: Any, other: Any, *, alpha: Any = 1) -> Tensor:
    """`other - alpha * input`, broadcast. d = dy - alpha dx. The errors are those of `sub`.

    >>> rsub(Tensor([1.0, 2.0]), 10)
    tensor([9., 8.])
    """
    return sub(other, input, alpha=alpha)


def _times_alpha(op: str, input: Any, other: Any, alpha: Any) -> Any:
    """`alpha * other`, where a result of their dtype can hold alpha."""
    if hasattr(alpha, "item"):
        alpha = alpha.item()
    dtype = result_type(*(x if isinstance(x, NUMBERS) else operand(x)[1] for x in (input, other)))
    if dtype.kind != "b" and (isinstance(alpha, bool) or rank(np.asarray(alpha).dtype) > rank(dtype)):
        raise RuntimeError(f"{op}: alpha={alpha} does not fit a result of {dtype}; convert the tensors first")
    if isinstance(other, NUMBERS):
        return other * alpha
    y, b = operand(other)
    return mul(y if b.dtype == dtype else cast(y, dtype), bool(alpha) if dtype.kind == "b" else alpha)


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
    RuntimeError for another mode, and for an integer that is divided by 0 and rounded.

    >>> div(Tensor([7.0, -7.0]), 2, rounding_mode="trunc")
    tensor([ 3., -3.])
    """
    if rounding_mode is not None:
        return _rounded_quotient(input, other, rounding_mode)
    x, y, a, b = operands(input, other)
    if not _floating(a, b):
        x, y, a, b = operands(in_floats(input), in_floats(other))
    return record(
        "div",
        a / b,
        (x, lambda g: g / like(y, g)),
        (y, lambda g: -g * (like(x, g) / like(y, g)) / like(y, g)),
    )


divide = true_divide = div
Methods.__rdiv__ = Methods.__rtruediv__  # type: ignore[method-assign]


def _floating(a: Any, b: Any) -> bool:
    return (a if hasattr(a, "dtype") else b).dtype.kind in "fc"


def _rounded_quotient(input: Any, other: Any, mode: str) -> Tensor:
    if mode == "floor":
        return floor_divide(input, other)
    if mode != "trunc":
        raise RuntimeError(f"div: rounding_mode must be None, 'trunc' or 'floor', got {mode!r}")
    x, y, a, b = _divisible("div", input, other)
    out = np.trunc(a / b) if _floating(a, b) else (a - np.fmod(a, b)) // b
    return record("div", out, (x, np.zeros_like), (y, np.zeros_like))


def _divisible(op: str, input: Any, other: Any) -> tuple[Any, Any, Array, Array]:
    """`operands` of a division with a whole quotient, which bools have not, nor complex numbers, nor integers by 0."""
    x, y, a, b = real_operands(input, other)
    dtype = (a if hasattr(a, "dtype") else b).dtype
    if dtype.kind == "b":
        raise NotImplementedError(f"{op}: is not defined for bools; call .int() first")
    if dtype.kind in "iu" and np.size(a) and not np.all(b):
        raise RuntimeError(f"{op}: an integer of shape {np.shape(a)} divided by zero; call .float() for inf or nan")
    return x, y, a, b


@public(np.floor_divide, operator="floordiv", twin=True)
def floor_divide(input: Any, other: Any) -> Tensor:
    """`input // other`, rounded towards minus infinity, broadcast. d = 0

    A RuntimeError for an integer divided by 0.

    >>> floor_divide(Tensor([7.0, -7.0]), 2)
    tensor([ 3., -4.])
    """
    x, y, a, b = _divisible("floor_divide", input, other)
    return record("floor_divide", a // b, (x, np.zeros_like), (y, np.zeros_like))


@public(np.remainder, operator="mod", twin=True)
def remainder(input: Any, other: Any) -> Tensor:
    """`input % other`, with the sign of `other`, broadcast. d = dx - floor(x / y) dy

    A RuntimeError for an integer divided by 0.

    >>> remainder(Tensor([7.0, -7.0]), 3)
    tensor([1., 2.])
    """
    x, y, a, b = _divisible("remainder", input, other)
    return record(
        "remainder",
        a % b,
        (x, same),
        (y, lambda g: -g * np.floor_divide(like(x, g), like(y, g))),
    )


@public(np.fmod, twin=True, tensors=1)
def fmod(input: Any, other: Any) -> Tensor:
    """What division leaves over, with the sign of `input`, broadcast. d = dx - trunc(x / y) dy

    A RuntimeError for an integer divided by 0.

    >>> fmod(Tensor([7.0, -7.0]), 3)
    tensor([ 1., -1.])
    """
    x, y, a, b = _divisible("fmod", input, other)
    return record(
        "fmod",
        np.fmod(a, b),
        (x, same),
        (y, lambda g: -g * np.trunc(like(x, g) / like(y, g))),
    )


@public(twin=True)
def addcmul(input: Any, tensor1: Any, tensor2: Any, *, value: Any = 1) -> Tensor:
    """`input + value * tensor1 * tensor2`, broadcast. d = dx + value (t2 dt1 + t1 dt2)

    >>> addcmul(Tensor([1.0, 1.0]), Tensor([2.0, 3.0]), Tensor([5.0]), value=0.1)
    tensor([2.0000, 2.5000])
    """
    return add(input, mul(tensor1, tensor2), alpha=value)


@public(twin=True)
def addcdiv(input: Any, tensor1: Any, tensor2: Any, *, value: Any = 1) -> Tensor:
    """`input + value * tensor1 / tensor2`, broadcast. d = dx + value (dt1 / t2 - t1 dt2 / t2²)

    A RuntimeError where both tensors are of integers, whose quotient has two meanings.

    >>> addcdiv(Tensor([1.0, 1.0]), Tensor([2.0, 3.0]), Tensor([10.0]), value=5)
    tensor([2.0000, 2.5000])
    """
    if not any(operand(t)[1].dtype.kind in "fc" for t in (tensor1, tensor2)):
        raise RuntimeError("addcdiv: tensor1 and tensor2 are both of integers; call .float(), or use div() and add()")
    return add(input, div(tensor1, tensor2), alpha=value)


@public(twin=True)
def lerp(input: Any, end: Any, weight: Any) -> Tensor:
    """`input + weight * (end - input)`, broadcast. d = (1 - w) dx + w dy + (y - x) dw

    A NotImplementedError for integers, a RuntimeError where dtypes differ (but for a 0-d weight).

    >>> lerp(Tensor([1.0, 2.0]), Tensor([3.0, 4.0]), 0.25)
    tensor([1.5000, 2.5000])
    """
    (x, a), (y, b) = operand(input), operand(end)
    w: Any
    w, c = (weight, weight) if isinstance(weight, NUMBERS) else operand(weight)
    if a.dtype.kind not in "fc":
        raise NotImplementedError(f"lerp: is of floats, got {a.dtype}; call .float() first")
    if np.ndim(c) == 0 and hasattr(c, "dtype") and c.dtype != a.dtype:
        w = cast(w, a.dtype)
        c = w.array
    for name, given in ("end", b), ("weight", c):
        if hasattr(given, "dtype") and given.dtype != a.dtype:
            raise RuntimeError(f"lerp: {name} is {given.dtype} and input {a.dtype}; convert one with .to()")
    check_broadcast(a.shape, b.shape, np.shape(c))
    way = b - a
    return elementwise(
        "lerp",
        np.where(np.abs(c) < 0.5, a + c * way, b - way * (1 - c)),  # exact at both ends
        (x, lambda g: g * (1 - like(w, g))),
        (y, lambda g: g * like(w, g)),
        (w, lambda g: g * (like(y, g) - like(x, g))),
    )
