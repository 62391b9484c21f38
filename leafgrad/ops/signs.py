"""Signs: negation, the absolute value, and the sign of one number on another."""

from __future__ import annotations

from typing import Any

import numpy as np

from leafgrad.operands import floating_operands, operand, real_operands
from leafgrad.recording import conjugate, like, record
from leafgrad.surface import public
from leafgrad.tensor import Tensor, wrap

__all__ = [
    "abs", "absolute", "copysign", "heaviside", "neg", "negative", "positive", "sign", "signbit",
]


@public(np.negative, twin=True, names=("__neg__", "negative"))
def neg(input: Any) -> Tensor:
    """`-input`. d = -dx. A RuntimeError for bools, which have `logical_not`.

    >>> neg(Tensor([1.0, -2.0]))
    tensor([-1.,  2.])
    """
    x, a = operand(input)
    if a.dtype.kind == "b":
        raise RuntimeError("neg: is not defined for bools; use ~ or logical_not()")
    return record("neg", -a, (x, lambda g: -g))


negative = neg


@public(np.positive, names=("__pos__",))
def positive(input: Any) -> Tensor:
    """`+input`: the tensor itself. A RuntimeError for bools.

    >>> positive(Tensor([1.0]))
    tensor([1.])
    """
    x: Tensor = input if isinstance(input, Tensor) else Tensor(input)
    if x.dtype.kind == "b":
        raise RuntimeError("positive: is not defined for bools; call .int() first")
    return x


@public(np.absolute, twin=True, names=("__abs__", "absolute"))
def abs(input: Any) -> Tensor:
    """`|input|`. d = sign(x) dx, which is 0 at 0. A NotImplementedError for bools.

    >>> abs(Tensor([1.0, -2.0]))
    tensor([1., 2.])
    """
    x, a = operand(input)
    if a.dtype.kind == "b":
        raise NotImplementedError("abs: is not defined for bools; call .int() first")
    return record("abs", np.abs(a), (x, lambda g: g * direction(like(x, g))))


absolute = abs


def direction(x: Any) -> Any:
    """The derivative of |x|: the sign, its conjugate if complex, and 0 for a NaN, as PyTorch's."""
    return np.where(np.isnan(x), 0, conjugate(np.sign(x)))


@public(twin=True)
def sign(input: Any) -> Tensor:
    """-1, 0 or 1, and 0 for NaN, as in PyTorch; a bool is its own. d = 0.

    A NotImplementedError for complex numbers, which have `sgn`.

    >>> sign(Tensor([3.0, 0.0, -2.0]))
    tensor([ 1.,  0., -1.])
    """
    x, a = operand(input)
    if a.dtype.kind == "c":
        raise NotImplementedError(f"sign: is not defined for {a.dtype}; use sgn()")
    signs = a.copy() if a.dtype.kind == "b" else direction(a)
    return record("sign", signs, (x, np.zeros_like))


@public(np.signbit)
def signbit(input: Any) -> Tensor:
    """Where the sign is negative, that of -0.0 too, without gradient. A NotImplementedError for complex numbers.

    >>> signbit(Tensor([1.0, -0.0, -3.0])).tolist()
    [False, True, True]
    """
    _, a = operand(input)
    if a.dtype.kind == "c":
        raise NotImplementedError(f"signbit: is not defined for {a.dtype}; use .real or .imag")
    return wrap(np.signbit(a) if a.dtype.kind == "f" else a < 0)


@public(np.copysign, twin=True, tensors=1)
def copysign(input: Any, other: Any) -> Tensor:
    """The magnitude of `input` with the sign of `other`, broadcast. d = sign(x) sign(y) dx, 0 at 0

    >>> copysign(Tensor([1.0, -2.0]), -0.0)
    tensor([-1., -2.])
    """
    x, y, a, b = floating_operands(input, other)
    out = np.copysign(a, b)
    turned = np.where(a == 0, 0, np.copysign(1, a) * np.copysign(1, b)).astype(out.dtype)
    return record("copysign", out, (x, lambda g: g * turned), (y, np.zeros_like))


@public(np.heaviside, twin=True, tensors=2)
def heaviside(input: Any, values: Any) -> Tensor:
    """The step: 0 where `input` is negative, 1 where positive, `values` where 0; broadcast.

    It carries no gradient. A RuntimeError where the dtypes differ.

    >>> heaviside(Tensor([-1.5, 0.0, 2.0]), Tensor([0.5]))
    tensor([0.0000, 0.5000, 1.0000])
    """
    step, at_zero = operand(input)[1].dtype, operand(values)[1].dtype
    if step != at_zero:
        raise RuntimeError(f"heaviside: input and values must be of one dtype, got {step} and {at_zero}; use .to()")
    _, _, a, b = real_operands(input, values)
    return wrap(np.where(a == 0, b, a > 0).astype(step))
