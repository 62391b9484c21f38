"""Elementwise functions: what they refuse, and what the table of ops does not see."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import leafgrad
from leafgrad import Tensor

FLAGS = leafgrad.tensor([True, False])
WHOLE = leafgrad.tensor([1, 2])
REAL = leafgrad.tensor([1.0, 2.0])


UNARY, BINARY = ["abs", "ceil", "floor", "round", "trunc", "frac"], ["remainder", "pow", "floor_divide", "fmod", "gcd"]


@pytest.mark.parametrize("op", UNARY + BINARY)
def test_bools_are_no_numbers(op: str) -> None:
    with pytest.raises(NotImplementedError, match=f"{op}: .*bool"):
        getattr(leafgrad, op)(*[FLAGS] * (1 if op in UNARY else 2))


SIGNED = [lambda: -FLAGS, lambda: +FLAGS, lambda: FLAGS - FLAGS, lambda: REAL - FLAGS, lambda: 1 - FLAGS]


@pytest.mark.parametrize("call", SIGNED)
def test_bools_have_no_sign(call: Any) -> None:
    with pytest.raises(RuntimeError, match="not defined for bools"):
        call()


@pytest.mark.parametrize(
    "op, count",
    [("logaddexp", 2), ("hypot", 2), ("nextafter", 2), ("igamma", 2), ("igammac", 2), ("frac", 1), ("lerp", 3)],
)
def test_functions_of_floats_refuse_integers(op: str, count: int) -> None:
    with pytest.raises(NotImplementedError, match=f"{op}: .*int64"):
        getattr(leafgrad, op)(*[WHOLE] * count)


@pytest.mark.parametrize("op", ["bitwise_and", "bitwise_left_shift", "gcd", "lcm"])
def test_functions_of_integers_refuse_floats(op: str) -> None:
    with pytest.raises(NotImplementedError, match=f"{op}: .*float32"):
        getattr(leafgrad, op)(REAL, REAL)


@pytest.mark.parametrize("op", ["maximum", "atan2", "logical_and", "gcd", "fmin", "heaviside", "logaddexp", "isclose"])
def test_numbers_where_pytorch_wants_tensors(op: str) -> None:
    for operands in [(REAL, 2), (2, REAL)]:
        with pytest.raises(TypeError, match=f"{op}: .* must be a tensor, got 2"):
            getattr(leafgrad, op)(*operands)
    assert np.maximum(REAL, 2).tolist() == [2, 2]  # NumPy's function takes them


@pytest.mark.parametrize("op", ["add", "pow", "remainder", "bitwise_or", "eq", "xlogy"])
def test_two_numbers_are_not_for_tensors(op: str) -> None:
    with pytest.raises(TypeError, match=op):
        getattr(leafgrad, op)(2, 3)


@pytest.mark.parametrize(
    "call, error, message",
    [
        (lambda: leafgrad.add(WHOLE, WHOLE, alpha=1.5), RuntimeError, "alpha=1.5 does not fit a result of int64"),
        (lambda: leafgrad.sub(REAL, REAL, alpha=2j), RuntimeError, "alpha=2j does not fit"),
        (lambda: WHOLE // 0, RuntimeError, "divided by zero"),
        (lambda: leafgrad.div(REAL, 2, rounding_mode="up"), RuntimeError, "rounding_mode must be"),
        (lambda: WHOLE**-1, RuntimeError, "pow: integers of int64 have no power -1"),
        (lambda: leafgrad.tensor([1], dtype="uint8") ** 300, RuntimeError, "pow: integers of uint8 have no power 300"),
        (lambda: leafgrad.addcdiv(REAL, WHOLE, WHOLE), RuntimeError, "both of integers"),
        (lambda: leafgrad.lerp(REAL, REAL.double(), 0.5), RuntimeError, "end is float64 and input float32"),
        (lambda: leafgrad.round(WHOLE, decimals=1), NotImplementedError, "decimals are of floats"),
        (lambda: leafgrad.heaviside(REAL, WHOLE), RuntimeError, "one dtype"),
        (lambda: leafgrad.isclose(REAL, WHOLE), RuntimeError, "one dtype"),
        (lambda: leafgrad.isclose(REAL, REAL, rtol=-1), RuntimeError, "cannot be negative"),
        (lambda: leafgrad.isin(FLAGS, FLAGS), RuntimeError, "isin"),
        (lambda: leafgrad.clamp(leafgrad.tensor([1], dtype="int8"), 0, 300), RuntimeError, "no int8 can be 300"),
        (lambda: leafgrad.frexp(WHOLE), RuntimeError, "frexp"),
        (lambda: leafgrad.polygamma(-1, REAL), RuntimeError, "cannot be negative"),
        (lambda: leafgrad.mvlgamma(REAL, 0), RuntimeError, "p must be 1 or more"),
    ],
)
def test_errors(call: Any, error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize("op", [leafgrad.special.zeta, leafgrad.igamma, leafgrad.igammac])
def test_unknown_derivatives_are_an_error_and_not_zero(op: Any) -> None:
    x, y = leafgrad.tensor([2.5], requires_grad=True), leafgrad.tensor([1.5], requires_grad=True)
    with pytest.raises(NotImplementedError, match="first argument is not known"):
        op(x, y).backward()
    op(x.detach(), y).backward()
    assert y.grad is not None


def test_float_power_computes_in_float64() -> None:
    x = leafgrad.tensor([2.0, 3.0], requires_grad=True)
    y = leafgrad.float_power(x, leafgrad.tensor([3, -1]))
    assert y.dtype == np.float64 and y.tolist() == [8, 1 / 3]
    y.sum().backward()
    assert x.grad is not None and x.grad.dtype == np.float32
    assert leafgrad.float_power(2, WHOLE).tolist() == [2, 4]


def test_polygamma_in_place() -> None:
    x = leafgrad.tensor([1.0, 0.5])
    assert x.polygamma_(1) is x
    np.testing.assert_allclose(x.numpy(), [np.pi**2 / 6, np.pi**2 / 2], rtol=1e-6)


def test_shifts_with_operators() -> None:
    x: Tensor = leafgrad.tensor([1, 3])
    assert (x << 2).tolist() == [4, 12] and (2 << x).tolist() == [4, 16]
    assert (x >> 1).tolist() == [0, 1] and (9 >> x).tolist() == [4, 1]
    x <<= 1
    assert x.tolist() == [2, 6]
    x >>= 2
    assert x.tolist() == [0, 1]
    assert (leafgrad.tensor([1, -1]) << 64).tolist() == [0, 0] and (leafgrad.tensor([1, -1]) >> -1).tolist() == [0, -1]
