"""Integers as bits, and their common divisors and multiples: no gradient anywhere.

A NotImplementedError for floats, which have no bits to speak of.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from leafgrad.node import Array
from leafgrad.operands import operand, operands
from leafgrad.surface import public
from leafgrad.tensor import Tensor, wrap

__all__ = [
    "bitwise_and", "bitwise_left_shift", "bitwise_not", "bitwise_or", "bitwise_right_shift", "bitwise_xor", "gcd",
    "lcm",
]


@public(np.bitwise_and, operator="and", twin=True)
def bitwise_and(input: Any, other: Any) -> Tensor:
    """The bits that are set in both, or of bools `and`; broadcast.

    >>> bitwise_and(Tensor([6, 5], dtype=int), 3).tolist()
    [2, 1]
    """
    return wrap(np.bitwise_and(*_bits("bitwise_and", input, other)))


@public(np.bitwise_or, operator="or", twin=True)
def bitwise_or(input: Any, other: Any) -> Tensor:
    """The bits that are set in either, or of bools `or`; broadcast.

    >>> bitwise_or(Tensor([6, 5], dtype=int), 3).tolist()
    [7, 7]
    """
    return wrap(np.bitwise_or(*_bits("bitwise_or", input, other)))


@public(np.bitwise_xor, operator="xor", twin=True)
def bitwise_xor(input: Any, other: Any) -> Tensor:
    """The bits that are set in one only, or of bools where they differ; broadcast.

    >>> bitwise_xor(Tensor([6, 5], dtype=int), 3).tolist()
    [5, 6]
    """
    return wrap(np.bitwise_xor(*_bits("bitwise_xor", input, other)))


@public(np.invert, names=("__invert__",), twin=True)
def bitwise_not(input: Any) -> Tensor:
    """The bits turned over, or the opposite of bools.

    >>> bitwise_not(Tensor([True, False], dtype=bool)).tolist()
    [False, True]
    """
    _, a = operand(input)
    _check_bits("bitwise_not", a, "biu")
    return wrap(np.invert(a))


@public(np.left_shift, operator="lshift", twin=True)
def bitwise_left_shift(input: Any, other: Any) -> Tensor:
    """The bits moved up by so many places, `input * 2**other`; broadcast. All are lost by a shift that is
    negative or not less than the number of bits.

    >>> bitwise_left_shift(Tensor([1, 3], dtype=int), 2).tolist()
    [4, 12]
    """
    a, b = _bits("bitwise_left_shift", input, other, "iu")
    lost = _beyond(a, b)
    return wrap(np.where(lost, 0, np.left_shift(a, np.where(lost, 0, b))))


@public(np.right_shift, operator="rshift", twin=True)
def bitwise_right_shift(input: Any, other: Any) -> Tensor:
    """The bits moved down by so many places, `input // 2**other`; broadcast. Only the sign is left by a shift
    that is negative or not less than the number of bits.

    >>> bitwise_right_shift(Tensor([4, -13], dtype=int), 2).tolist()
    [1, -4]
    """
    a, b = _bits("bitwise_right_shift", input, other, "iu")
    lost = _beyond(a, b)
    return wrap(np.where(lost, 0 - (a < 0).astype(a.dtype), np.right_shift(a, np.where(lost, 0, b))))


def _beyond(a: Array, b: Array) -> Array:
    return (b < 0) | (b >= 8 * a.dtype.itemsize)


@public(np.gcd, twin=True, tensors=2)
def gcd(input: Any, other: Any) -> Tensor:
    """The greatest common divisor, never negative, of 0 and 0 it is 0; broadcast.

    >>> gcd(Tensor([12, -4, 0], dtype=int), Tensor([18], dtype=int)).tolist()
    [6, 2, 18]
    """
    return wrap(np.gcd(*_bits("gcd", input, other, "iu")))


@public(np.lcm, twin=True, tensors=2)
def lcm(input: Any, other: Any) -> Tensor:
    """The least common multiple, never negative; broadcast.

    >>> lcm(Tensor([4, -6, 0], dtype=int), Tensor([6], dtype=int)).tolist()
    [12, 6, 0]
    """
    return wrap(np.lcm(*_bits("lcm", input, other, "iu")))


def _bits(op: str, input: Any, other: Any, kinds: str = "biu") -> tuple[Array, Array]:
    """The arrays of two operands, of one dtype of these kinds."""
    _, _, a, b = operands(input, other)
    dtype = (a if hasattr(a, "dtype") else b).dtype
    _check_bits(op, a if hasattr(a, "dtype") else b, kinds)
    return np.asarray(a, dtype) if isinstance(a, int) else a, np.asarray(b, dtype) if isinstance(b, int) else b


def _check_bits(op: str, a: Array, kinds: str) -> None:
    if a.dtype.kind not in kinds:
        raise NotImplementedError(f"{op}: is of integers, got {a.dtype}; convert with .to() first")
