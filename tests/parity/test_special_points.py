"""Ties, kinks, zeros, infinities and NaNs: where a formula is not enough, the derivatives beside PyTorch."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

pytest.importorskip("torch")
from tests.parity.sidebyside import same

INF, NAN = np.inf, np.nan
POINTS = np.array([0, -0.0, 1, -1, 2, -2.5, 0.5, INF, -INF, NAN, 1e-30, 88, -88, 700])
UNARY = [
    "sqrt", "square", "reciprocal", "exp", "log", "log1p", "expm1", "sin", "cos", "tanh", "sigmoid", "relu", "neg",
    "floor", "ceil", "round", "isnan", "isinf", "isfinite",
]  # fmt: skip


@pytest.mark.parametrize("op", UNARY)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_functions_of_one(op: str, dtype: str) -> None:
    same(f"x.{op}()", POINTS.astype(dtype), orders=2)


def test_sign_and_abs() -> None:  # of NaN, PyTorch's sign is 0 and so is the gradient of its abs: here they are NaN
    for op in ("sign", "abs"):
        same(f"x.{op}()", POINTS[~np.isnan(POINTS)], orders=1)


BINARY = [
    "x + y", "x - y", "x * y", "x / y", "x % y", "x ** y", "m.maximum(x, y)", "m.minimum(x, y)", "m.max(x, y)", "x == y", "x <= y",
    "m.where(x > y, x, y)", "m.clamp(x, min=y)", "m.clamp(x, max=y)",
]  # fmt: skip


@pytest.mark.parametrize("code", BINARY)
def test_functions_of_two(code: str) -> None:
    points = np.array([0, -0.0, 1, -1, 2, -2.5, INF, -INF, NAN, 3])
    same(code, points[:, None], points)


@pytest.mark.parametrize("code", ["m.clamp(x, y, y + 1)", "m.clamp(x, y + 1, y)"])
def test_between_tensors(code: str) -> None:
    same(code, np.array([0, 1, 2, -1, 0.5, INF, -INF])[:, None], np.array([0.0, 1, -1]), orders=2)


@pytest.mark.parametrize("n", ["0", "1", "2", "3", "-1", "0.5", "-0.5", "2.5", "0.0", "inf"])
def test_powers_of_and_to_numbers(n: str) -> None:
    same(f"x ** {n}", np.array([0.0, 1, 2, 0.5, INF, NAN]), orders=3)
    if n not in (
        "2",
        "3",
        "2.5",
        "0",
        "0.0",
        "-1",
        "-0.5",
    ):  # PyTorch rounds log(2) to float32; of 0 ** x it has no second derivative
        same(f"{n} ** x", np.array([0.0, 1, 2, 0.5, -1]), orders=1)


CLAMPS = [
    "m.clamp(x, 0, 1)", "m.clamp(x, 0)", "m.clamp(x, max=1)", "m.clamp(x, 1, 0)", "m.clamp(x, nan, 1)", "m.threshold(x, 0.5, 5)",
    "F.leaky_relu(x, 0.2)", "F.relu(x)", "x.masked_fill(x > 0, -inf)", "m.where(x > 0, x.log(), 0.0)", "m.where(x > 0, x, nan)",
]  # fmt: skip


@pytest.mark.parametrize("code", CLAMPS)
def test_bounds(code: str) -> None:
    same(code, np.array([0, 1, 0.5, -1, 2, INF, -INF, NAN]), orders=2)


ROWS = [
    [0, 2, 3],
    [0, 0, 3],
    [0, 0, 0],
    [2, 3, 4],
    [2, 2, 2],
    [-1, 2, -3],
    [1, 1, 2],
    [NAN, 1, NAN],
    [INF, 1, 2],
    [-INF, 1, 2],
    [-INF, -INF, -INF],
]
REDUCTIONS = [
    "sum",
    "mean",
    "max",
    "min",
    "prod",
    "var",
    "std",
    "logsumexp",
    "softmax",
    "log_softmax",
    "cumsum",
    "argmax",
    "argmin",
]


@pytest.mark.parametrize("op", REDUCTIONS)
def test_reductions(op: str) -> None:
    for row in ROWS:
        x = np.array(row, np.float64)
        same(f"x.{op}(0)", x, orders=2 if np.isfinite(x).all() or op != "prod" else 1)
        if op not in ("logsumexp", "softmax", "log_softmax", "cumsum"):
            same(f"x.{op}()", np.array([row, row], np.float64), orders=1)


@pytest.mark.parametrize("op", ["amax", "amin"])
def test_extremes_share_ties(op: str) -> None:
    for row in ROWS:
        if not np.isnan(row).any():  # PyTorch's gradient is NaN everywhere then: here it goes to the NaNs
            same(f"x.{op}()", np.array([row, row[::-1]], np.float64), orders=2)
            same(f"x.{op}((0, 1), keepdim=True)", np.array([row, row[::-1]], np.float64))


@pytest.mark.parametrize("p", ["0", "1", "2", "3", "0.5", "inf", "-inf", "-1", "2.5", "'fro'", "None"])
def test_norms(p: str) -> None:
    for row in ROWS[:7]:
        same(f"x.norm({p})", np.array(row, np.float64))
        same(f"m.norm(x, {p}, dim=0, keepdim=True)", np.array([row, row[::-1]], np.float64))
    same(f"x.norm({p})", np.array([2.0, -3.0, 4.0]), orders=2 if p not in ("1", "0", "inf", "-inf") else 1)


def test_of_one_or_no_element() -> None:
    for op, shape in itertools.product(["sum", "mean", "prod", "all", "any"], [(0,), (0, 3), (2, 0)]):
        same(f"x.{op}()", np.zeros(shape))
        same(f"x.{op}(0)", np.zeros(shape))
    for op in ("max", "min", "amax", "amin", "argmax", "argmin"):
        for call in ("", "0", "1"):
            same(f"x.{op}({call})", np.zeros((0, 3)))
    for op, how in itertools.product(["var", "std"], ["", "unbiased=False"]):
        same(f"x.{op}({how})", np.ones(1))
        same(f"x.{op}({how})", np.array([1.0, 2.0, 2.0]), orders=3)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("op", ["softmax", "log_softmax", "logsumexp"])
def test_extreme_scores(op: str, dtype: str) -> None:
    for scores in ([1e4, -1e4], [1000, 1000], [88.7, 90], [-INF, 0], [INF, 1], [NAN, 1], [-INF, INF], [-INF, -INF]):
        same(f"x.{op}(0)", np.array(scores, dtype), orders=2 if dtype != "float16" else 1)
