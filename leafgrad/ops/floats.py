"""Floats as they are stored: mantissas and exponents, neighbours, and what is not a number."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from leafgrad.operands import check_broadcast, operand, operands_of_floats
from leafgrad.ops.arithmetic import mul
from leafgrad.ops.exponential import exp2
from leafgrad.recording import elementwise, like, record
from leafgrad.surface import public
from leafgrad.tensor import Tensor, wrap

__all__ = ["frexp", "ldexp", "nan_to_num", "nextafter"]


class Decomposed(NamedTuple):
    """What `frexp` returns."""

    mantissa: Tensor
    exponent: Tensor


@public(np.frexp)
def frexp(input: Any) -> Decomposed:
    """The mantissa, of size ½ to 1, and the int32 exponent in `input = mantissa * 2**exponent`.

    d mantissa = dx / 2**exponent. A RuntimeError for integers.

    >>> frexp(Tensor([1.0, -6.0]))
    Decomposed(mantissa=tensor([ 0.5000, -0.7500]), exponent=tensor([1, 3], dtype=int32))
    """
    x, a = operand(input)
    if a.dtype.kind != "f":
        raise RuntimeError(f"frexp: is of floats, got {a.dtype}; call .float() first")
    mantissa, exponent = np.frexp(a)
    scale = np.ldexp(np.ones_like(mantissa), -exponent)
    return Decomposed(record("frexp", mantissa, (x, lambda g: g * scale)), wrap(exponent))


@public(np.ldexp, twin=True, tensors=2)
def ldexp(input: Any, other: Any) -> Tensor:
    """`input * 2**other`, broadcast; of a float and an integer exact. d = 2^y dx + x 2^y log 2 dy

    >>> ldexp(Tensor([1.0, 3.0]), Tensor([2, 3], dtype=int))
    tensor([ 4., 24.])
    """
    (x, a), (_, n) = operand(input), operand(other)
    if a.dtype.kind != "f" or n.dtype.kind not in "iu":
        return mul(input, exp2(other))
    check_broadcast(a.shape, n.shape)
    places = n.astype(np.int32)
    return elementwise("ldexp", np.ldexp(a, places), (x, lambda g: np.ldexp(g, places)))


@public(twin=True)
def nan_to_num(
    input: Any, nan: float | None = None, posinf: float | None = None, neginf: float | None = None
) -> Tensor:
    """`input` with numbers for NaN (0) and for the infinities (the largest and the smallest of the dtype).

    d = dx, and 0 where a number was put.

    >>> nan_to_num(Tensor([float("nan"), float("inf"), 1.0]), posinf=9.0)
    tensor([0., 9., 1.])
    """
    x, a = operand(input)
    if a.dtype.kind not in "fc":
        return record("nan_to_num", a.copy())
    limit = float(np.finfo(a.dtype).max)
    high, low = limit if posinf is None else posinf, -limit if neginf is None else neginf
    out = np.nan_to_num(a, nan=nan or 0.0, posinf=high, neginf=low)
    return record("nan_to_num", out, (x, lambda g: np.where(np.isfinite(like(x, g)), g, 0)))


@public(np.nextafter, twin=True, tensors=2)
def nextafter(input: Any, other: Any) -> Tensor:
    """The float next to `input` in the direction of `other`, broadcast. d = dx, and 0 where they are equal

    A NotImplementedError for integers.

    >>> nextafter(Tensor([1.0]), Tensor([2.0])).item() - 1.0
    1.1920928955078125e-07
    """
    x, y, a, b = operands_of_floats(input, other)
    return record(
        "nextafter",
        np.nextafter(a, b),
        (x, lambda g: np.where(like(x, g) == like(y, g), 0, g)),
        (y, np.zeros_like),
    )
