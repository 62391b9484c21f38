"""Elementwise functions beside PyTorch: dtypes, promotion of numbers, special points, sizes of 0 and 1."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch")
from tests.parity.sidebyside import same

INF, NAN = np.inf, np.nan
FLOATS, OTHERS = ["float16", "float32", "float64"], ["uint8", "int8", "int64", "bool"]
POINTS = np.array([0, -0.0, 1, -1, 2, -2.5, 0.5, INF, -INF, NAN, 1e-30, 88, -88, 700, 0.25, -0.75, 1.5])

UNARY = [
    "acos", "acosh", "arcsin", "asinh", "atan", "atanh", "ceil", "cosh", "deg2rad", "erf", "erfc", "erfinv", "exp2", "fix", "floor", "frac",
    "i0", "isneginf", "isposinf", "lgamma", "log10", "log2", "logit", "nan_to_num", "rad2deg", "rsqrt", "signbit", "sinc", "sinh", "tan", "trunc",
]  # fmt: skip
SPECIAL = ["entr", "erfcx", "expit", "i0e", "ndtr", "ndtri", "gammaln"]


@pytest.mark.parametrize("code", [f"m.{op}(x)" for op in UNARY] + [f"m.special.{op}(x)" for op in SPECIAL])
def test_functions_of_one(code: str) -> None:
    for dtype in FLOATS if "special" not in code else FLOATS[1:]:
        same(code, POINTS.astype(dtype), orders=int(dtype == "float64"))
    for dtype in OTHERS:
        same(code, np.array([0, 1, 2, 5]).astype(dtype))
    for shape in ((), (0,), (1, 1)):
        same(code, np.full(shape, 0.3), orders=2)


def test_functions_of_gamma() -> None:  # at the poles PyTorch has what sin(π) leaves over
    points = np.array([0.3, 1, 1.5, 2, 7, 40, -0.4, -2.5, INF, NAN])
    for code in ("m.digamma(x)", "x.polygamma(1)", "m.polygamma(3, x)", "m.special.psi(x)"):
        same(code, points[:8], orders=1)
        same(code, points[8:], grad=False) if "3" not in code else None
    same("m.mvlgamma(x, 3)", points[1:6], orders=1)
    for code in ("m.special.zeta(x, y)", "m.special.zeta(2, y)", "m.special.zeta(x, 3)"):
        same(code, np.array([1, 2, 2.5, 3, 20, 0.5, -1])[:, None], np.array([1, 0.5, 7, 0, -1, -1.5, 300]), grad=False)
    for code in ("m.igamma(x, y)", "m.special.gammaincc(x, y)"):
        same(code, np.array([0, 0.3, 1, 5, 99, 150, -1, INF])[:, None], np.array([0, 0.2, 1, 6, 100, 170, INF, -1]), grad=False)
        same(f"m.igamma(m.tensor(2.5, dtype=x.dtype), x) + {code.replace('x, y', 'm.tensor([0.5], dtype=x.dtype), x')}", np.array([0.3, 2, 9]), orders=2)


BINARY = [
    "m.fmod(x, y)", "m.atan2(x, y)", "m.xlogy(x, y)", "m.special.xlog1py(x, y)", "m.fmax(x, y)", "m.fmin(x, y)", "m.clamp_min(x, y)",
    "m.clamp_max(x, y)", "m.float_power(x, y)", "m.rsub(x, y, alpha=2)", "m.add(x, y, alpha=3)", "m.div(x, y, rounding_mode='trunc')",
    "m.lerp(x, y, 0.3)", "m.lerp(x, y, x)", "m.addcmul(x, y, x, value=2)", "m.isclose(x, y, equal_nan=True)", "m.nextafter(x, y)", "m.hypot(x, y)",
]  # fmt: skip


@pytest.mark.parametrize("code", BINARY)
def test_functions_of_two(code: str) -> None:
    points = np.array([0, -0.0, 1, -1, 2, -2.5, 0.5, INF, -INF, NAN, 3])
    same(code, points[:, None], points)
    same(code, np.zeros((2, 0)), np.ones((1, 1)))
    same(code, np.ones((2, 3)), np.ones(4))


@pytest.mark.parametrize("code", [*BINARY, "m.copysign(x, y)", "m.ldexp(x, y)", "m.isin(x, y)", "m.gcd(x, y)", "x << y", "x >> y", "x & y", "x ** y"])
def test_pairs_of_dtypes(code: str) -> None:
    for a in ["float32", *OTHERS]:
        for b in ["float64", "int64", "uint8"]:
            for other in (np.array([1, 2, 3]), np.array(2)):
                same(code, np.array([3, 1, 2]).astype(a), other.astype(b), grad=False)


NUMBERS = [
    "x + 300", "x - 3", "x * -3", "x > 300", "x == -3", "x // -3", "x & -3", "x | 300", "300 - x", "2 ** x", "x << 9", "x >> 9", "1 << x", "7 >> x",
    "m.add(x, x, alpha=-3)", "m.sub(x, 2, alpha=3)", "m.fmod(x, 2)", "m.copysign(x, -1)", "m.xlogy(x, 300)", "m.xlogy(2, x)", "x % 2.5", "m.isin(x, 1)",
    "m.clamp(x, 1, 2)", "m.clamp(x, max=1.5)", "m.clamp(x, max=400)", "x.pow(300)", "x ** -1", "m.pow(x, -x)", "m.float_power(2, x)", "m.special.zeta(3, x)",
    "m.special.legendre_polynomial_p(x, 3)", "m.special.chebyshev_polynomial_t(0.5, x)", "m.ldexp(m.tensor(1.5), x)",
]  # fmt: skip


@pytest.mark.parametrize("code", NUMBERS)
def test_numbers_in_each_dtype(code: str) -> None:
    for dtype in ("uint8", "int8", "int64"):
        same(code, np.array([1, 5, 100]).astype(dtype), grad=False)


def test_signs() -> None:
    for points in (np.array([0, 1.0, -2]), np.array([True, False]), np.array([3, -1], np.int8)):
        same("m.sign(x)", points, grad=False)
        same("m.sgn(x)", points, grad=False)
    same("m.copysign(x, y)", np.array([0.0, -1, 2])[:, None], np.array([0.0, -0.0, 1, -3]))  # PyTorch's is NaN at infinity
    same("m.heaviside(x, y)", np.array([0.0, -1, 2, NAN])[:, None], np.array([0.5, NAN]), grad=False)


def test_powers_of_integers_to_negative_ones() -> None:
    same("x ** y", np.array([0, 1, -1, 2, -2])[:, None], np.array([-3, -2, 0, 3]), grad=False)
    same("2 ** x", np.array([-2, 0, 3]), grad=False)


def test_parts_of_floats() -> None:
    x = np.array([0, -1, 4, INF, NAN, 5e-324, 0.3])
    same("m.frexp(x)", x, grad=False)
    same("m.frexp(x)[0]", x[[1, 2, 6]], orders=1)
    same("m.ldexp(x, m.tensor([3, 0, 1]))", x[[1, 2, 6]], orders=1)
    same("m.nan_to_num(x, 1, 2, 3)", np.array([NAN, INF, -INF, 7]), orders=1)
    for decimals in (0, 2, -1):
        same(f"m.round(x, decimals={decimals})", np.array([15.0, 0.125, -2.5, 123.456, NAN]))


@pytest.mark.parametrize("eps", ["", ", 0.1", ", 0.0", ", eps=0.9"])
def test_logit_with_eps(eps: str) -> None:
    same(f"m.logit(x{eps})", np.array([0, 1, -1, 2, 0.5, 0.1, 0.9, 0.05]), orders=2 if "0.1" in eps else 1)


@pytest.mark.parametrize("kind", ["hermite_polynomial_h", "hermite_polynomial_he", "laguerre_polynomial_l", "legendre_polynomial_p"] + [f"{s}chebyshev_polynomial_{k}" for s in ("", "shifted_") for k in "tuvw"])
def test_polynomials(kind: str) -> None:
    same(f"m.special.{kind}(x, y)", np.array([-2, -1, -0.3, 0, 0.5, 1, 1.7])[:, None], np.array([-1, 0, 1, 2, 2.7, 7, 12]), grad=False)
