"""Which dtype an operation gives, and its gradients', for all pairs of dtypes and kinds of operands."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch")
from tests.parity.sidebyside import same

DTYPES = ["float16", "float32", "float64", "uint8", "int32", "int64", "bool"]
FLOATS, INTEGERS = DTYPES[:3], DTYPES[3:6]
PAIRS = list(itertools.product(DTYPES, DTYPES))
BINARY = [
    "x + y",
    "x * y",
    "x / y",
    "x == y",
    "x < y",
    "m.maximum(x, y)",
    "m.where(x > 1, x, y)",
    "m.cat([x, y])",
    "m.stack([x, y])",
    "m.logical_and(x, y)",
]


def array(values: Any, dtype: str) -> np.ndarray:
    return np.array(values).astype(dtype)


@pytest.mark.parametrize("code", BINARY)
def test_pairs_of_dtypes(code: str) -> None:
    for a, b in PAIRS:
        same(code, array([3, 1], a), array([1, 2], b))
        if "cat" not in code and "stack" not in code:  # 0-d tensors take part only with a higher category
            same(code, array(3, a), array([1, 2], b))
            same(code, array([3, 1], a), array(2, b))
            same(code, array(3, a), array(2, b))


@pytest.mark.parametrize("code", ["x - y", "x % y", "x // y", "x ** y"])
def test_pairs_without_bools(code: str) -> None:  # PyTorch refuses bools here
    for a, b in PAIRS:
        if "bool" not in (a, b):
            same(code, array([3, 1], a), array([1, 2], b), grad="//" not in code)
            same(code, array([3, 1], a), array(2, b), grad="//" not in code)


NUMBERS = ["2", "2.5", "True", "np.float64(2.5)", "np.float32(2.5)", "np.int64(3)"]


@pytest.mark.parametrize("number", NUMBERS)
def test_numbers_adapt_to_the_tensor(number: str) -> None:
    for dtype, shape, op in itertools.product(DTYPES, [(2,), ()], ["+", "*", "/", "==", "<", ">=", "!="]):
        same(f"x {op} {number}", array(np.full(shape, 1), dtype))
        if not number.startswith("np."):  # np.float64 * torch.Tensor is PyTorch's quarrel with NumPy
            same(f"{number} {op} x", array(np.full(shape, 1), dtype))
    for dtype, op in itertools.product(FLOATS + INTEGERS[1:], ["-", "**", "%"]):
        if number != "True":
            same(f"x {op} {number}", array([3, 1], dtype))


@pytest.mark.parametrize(
    "code", ["x.add_(y)", "x.mul_(y)", "x.div_(y)", "x.copy_(y)", "x.sub_(y, alpha=1)", "x.eq_(y)"]
)
def test_in_place_keeps_the_targets_dtype_or_raises(code: str) -> None:
    for a, b in PAIRS:
        if "sub" in code and "bool" in (a, b):
            continue
        same(code, array([3, 1], a), array([1, 2], b), grad=False)
        same(code, array([3, 1], a), array(2, b), grad=False)


REDUCTIONS = [
    "sum",
    "prod",
    "mean",
    "var",
    "std",
    "max",
    "amax",
    "all",
    "any",
    "argmin",
    "logsumexp",
    "softmax",
    "cumsum",
]


@pytest.mark.parametrize("op", REDUCTIONS)
def test_reductions(op: str) -> None:
    for dtype in DTYPES:
        if (op, dtype) in [("all", "uint8"), ("any", "uint8"), ("argmin", "bool")] or (
            op == "softmax" and dtype not in FLOATS
        ):
            continue  # where PyTorch keeps uint8, or refuses, leafgrad does as for the other dtypes
        same(f"m.{op}(x, 0)", array([[3, 1], [2, 2]], dtype))
        if op not in ("logsumexp", "softmax", "cumsum"):
            same(f"x.{op}()", array([[3, 1], [0, 2]], dtype))
    if op in ("sum", "prod", "mean", "cumsum", "softmax"):
        for dtype, to in itertools.product(DTYPES, ["float32", "float64"]):
            same(f"x.{op}(0, dtype=m.{to})", array([[3, 1], [2, 2]], dtype))
    if op in ("sum", "prod", "cumsum"):
        for dtype, to in itertools.product(DTYPES, ["int64", "int32"]):
            same(f"x.{op}(0, dtype=m.{to})", array([[3, 1], [2, 2]], dtype), grad=False)


UNARY = [
    "abs",
    "sqrt",
    "exp",
    "log1p",
    "sin",
    "tanh",
    "sigmoid",
    "square",
    "reciprocal",
    "floor",
    "round",
    "isnan",
    "sign",
    "neg",
]


@pytest.mark.parametrize("op", UNARY)
def test_functions_of_one(op: str) -> None:
    for dtype in DTYPES[:6]:
        same(f"x.{op}()", array([1, 2], dtype))
        same(f"x.{op}()", array(2, dtype))
        same(f"x.{op}_()", array([1, 2], dtype), grad=False) if op != "isnan" else None


@pytest.mark.parametrize("method", ["half", "float", "double", "short", "int", "long", "bool"])
def test_conversions(method: str) -> None:
    for dtype in DTYPES:
        same(f"x.{method}()", array([3, 0], dtype))
        same(f"x.type_as(m.zeros(1).{method}())", array([3, 0], dtype))


@pytest.mark.parametrize(
    "code",
    [
        "m.tensor(1)", "m.tensor(1.0)", "m.tensor(True)", "m.tensor([1, 2.0])", "m.tensor([])", "m.tensor([1, True])",
        "m.tensor(np.float64(1))", "m.tensor(np.float32(1))", "m.tensor(np.array([1, 2]))", "m.tensor([1, 2], dtype=m.float32)",
        "m.tensor([m.tensor(1.0), m.tensor(2.0)])", "m.tensor([1.5], dtype=m.int64)", "m.as_tensor([1, 2])", "m.as_tensor(np.ones(2))",
        "m.zeros(2, 3)", "m.zeros((2, 3))", "m.zeros(())", "m.zeros(size=(2, 3))", "m.ones(2, dtype=m.int64)", "m.full((2,), 7)",
        "m.full((2,), 7.5)", "m.full((2,), True)", "m.full(size=(2,), fill_value=3)", "m.arange(5)", "m.arange(1, 5, 2)",
        "m.arange(0, 1, 0.1)", "m.arange(5.0)", "m.arange(5, 0, -1)", "m.arange(end=3)", "m.arange(0, 0.3, 0.1)", "m.linspace(0, 1, 5)",
        "m.linspace(1, 0, 3)", "m.linspace(0, 1, 1)", "m.linspace(0, 10, 5, dtype=m.int64)", "m.eye(2, 3)", "m.eye(3, dtype=m.int64)",
        "m.zeros_like(m.ones(2, dtype=m.int64))", "m.full_like(m.ones(2, dtype=m.int64), 3.7)", "m.ones_like(m.ones(2), dtype=m.float64)",
        "m.randn(2, dtype=m.float64) * 0", "m.rand_like(m.ones(2)) * 0", "m.randint(5, (3,)) * 0", "m.randint(high=5, size=(3,)) * 0",
        "m.where(m.tensor([True, False]), 1.0, 2)", "m.tensor([1, 2]) / 2", "m.tensor([1, 2]) / m.tensor([2, 4])",
    ],
)  # fmt: skip
def test_creation(code: str) -> None:
    same(code)
