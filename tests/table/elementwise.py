"""Rows of the elementwise functions: angles, signs, rounding, bits, and the special functions.

The values of special functions come from Python's `math`, and else from sums and bisections that
share nothing with the code they test.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tests.table.case import Case, binary, unary


def each(function: Any) -> Any:
    """A function of Python floats, of arrays."""
    return np.vectorize(function, otypes=[float])


def special(op: str, value: Any, domain: str = "any", **more: Any) -> list[Case]:
    """A row of a function that is in `special` only."""
    return [Case(op, lambda m, x: getattr(m.special, op)(x), each(value), ((2, 3),), domain, **more)]


def within(op: str, value: Any, scale: float = 0.3, shift: float = 0.0) -> list[Case]:
    """Rows of a function that is defined between two bounds, of what stays between them when it is changed."""
    call = lambda m, x: getattr(m, op)(x * scale + shift)  # noqa: E731
    return [Case(op, call, lambda a: value(a * scale + shift), shape) for shape in [((2, 3),), ((),)]]


def inverse(function: Any, low: float, high: float) -> Any:
    """Of an increasing function, by bisection."""

    def found(y: float) -> float:
        a, b = low, high
        for _ in range(200):
            a, b = ((a + b) / 2, b) if function((a + b) / 2) < y else (a, (a + b) / 2)
        return a

    return found


def zeta(s: float, q: float) -> float:
    end = q + 300
    return math.fsum((q + k) ** -s for k in range(300)) + end ** (1 - s) / (s - 1) + end**-s / 2 + s * end ** (-s - 1) / 12 - s * (s + 1) * (s + 2) * end ** (-s - 3) / 720


def digamma(x: float) -> float:
    end = x + 300
    return math.log(end) - 1 / (2 * end) - 1 / (12 * end**2) + 1 / (120 * end**4) - math.fsum(1 / (x + k) for k in range(300))


def ndtr(x: float) -> float:
    return math.erfc(-x / math.sqrt(2)) / 2


def bessel(order: int, x: float, sign: int = 1, weight: Any = lambda k: 1) -> float:
    """The power series of I, or with sign -1 that of J; with other weights, the rest of K0 or Y0."""
    return math.fsum(weight(k) * sign**k * (x / 2) ** (2 * k + order) / (math.factorial(k) * math.factorial(k + order)) for k in range(30))


def harmonic(k: int) -> float:
    return math.fsum(1 / j for j in range(1, k + 1))


def y0(x: float) -> float:
    return 2 / math.pi * ((math.log(x / 2) + np.euler_gamma) * bessel(0, x, -1) - bessel(0, x, -1, harmonic))


def y1(x: float) -> float:  # from Wronski's determinant
    return (bessel(1, x, -1) * y0(x) - 2 / (math.pi * x)) / bessel(0, x, -1)


def k0(x: float) -> float:
    return bessel(0, x, 1, harmonic) - (math.log(x / 2) + np.euler_gamma) * bessel(0, x)


def k1(x: float) -> float:
    return (1 / x - bessel(1, x) * k0(x)) / bessel(0, x)


def lower_gamma(a: float, x: float) -> float:
    return math.fsum(x ** (a + k) * math.exp(-x) / math.gamma(a + k + 1) for k in range(60))


ANGLES = [
    *unary("tan", np.tan), *within("asin", np.arcsin), *within("acos", np.arccos), *unary("atan", np.arctan),
    *unary("sinh", np.sinh), *unary("cosh", np.cosh), *unary("asinh", np.arcsinh), *within("atanh", np.arctanh),
    Case("acosh", lambda m, x: m.acosh(x + 1), lambda a: np.arccosh(a + 1), domain="positive"),
    *binary("atan2", np.arctan2), *unary("sinc", np.sinc), *unary("deg2rad", np.deg2rad), *unary("rad2deg", np.rad2deg),
    *binary("hypot", np.hypot),
]  # fmt: skip
EXPONENTIALS = [
    *unary("exp2", np.exp2), *unary("log2", np.log2, "positive"), *unary("log10", np.log10, "positive"),
    *binary("logaddexp", np.logaddexp)[:3], *binary("logaddexp2", np.logaddexp2)[:3],
    *within("logit", lambda a: np.log(a / (1 - a)), 0.2, 0.5),
    Case("logit", lambda m, x: m.logit(x, 0.3), lambda a: (lambda p: np.log(p / (1 - p)))(np.clip(a, 0.3, 0.7)), domain="unit", note="eps"),
    *binary("xlogy", lambda a, b: a * np.log(b), "positive")[:3],
    Case("xlogy", lambda m, x: m.xlogy(2, x), lambda a: 2 * np.log(a), domain="positive", note="number"),
    Case("xlog1py", lambda m, x, y: m.special.xlog1py(x, y), lambda a, b: a * np.log1p(b), ((2, 3), (3,)), "positive"),
    *special("entr", lambda x: -x * math.log(x), "positive"),
]  # fmt: skip
ARITHMETIC = [
    Case("rsub", lambda m, x, y: m.rsub(x, y, alpha=2), lambda a, b: b - 2 * a, ((2, 3), (3,))),
    *binary("fmod", np.fmod, "nonzero")[:3],
    Case("addcmul", lambda m, x, y, z: m.addcmul(x, y, z, value=0.5), lambda a, b, c: a + 0.5 * b * c, ((2, 3), (3,), (2, 1))),
    Case("addcdiv", lambda m, x, y, z: m.addcdiv(x, y, z, value=2), lambda a, b, c: a + 2 * b / c, ((2, 3), (3,), (2, 1)), "nonzero"),
    Case("lerp", lambda m, x, y: m.lerp(x, y, 0.3), lambda a, b: a + 0.3 * (b - a), ((2, 3), (3,))),
    Case("lerp", lambda m, x, y, w: m.lerp(x, y, w), lambda a, b, c: a + c * (b - a), ((2, 3), (3,), (2, 1)), note="tensor"),
    *unary("rsqrt", lambda a: 1 / np.sqrt(a), "positive"),
    *binary("fmax", np.fmax)[:3], *binary("fmin", np.fmin)[:3],
    Case("clamp_min", lambda m, x, y: m.clamp_min(x, y), np.maximum, ((2, 3), (3,))),
    Case("clamp_max", lambda m, x: m.clamp_max(x, 0.4), lambda a: np.minimum(a, 0.4)),
]  # fmt: skip
PARTS = [
    *unary("trunc", np.trunc, smooth=False), *unary("frac", lambda a: a - np.trunc(a)),
    Case("round", lambda m, x: m.round(x, decimals=2), lambda a: np.round(a, 2), smooth=False, note="decimals"),
    *unary("signbit", np.signbit, smooth=False), *binary("copysign", np.copysign, torch=False)[:3],
    *binary("heaviside", np.heaviside, smooth=False, torch=False)[:3],
    Case("frexp", lambda m, x: m.frexp(x)[0], lambda a: np.frexp(a)[0]),
    Case("ldexp", lambda m, x: m.ldexp(x, m.tensor([1, -2, 3])), lambda a: np.ldexp(a, [1, -2, 3]), torch=False),
    Case("ldexp", lambda m, x, y: m.ldexp(x, y), lambda a, b: a * 2.0**b, ((2, 3), (3,)), note="floats"),
    *unary("nan_to_num", np.nan_to_num), Case("nextafter", lambda m, x, y: m.nextafter(x, y), np.nextafter, ((2, 3), (3,))),
    *unary("isposinf", np.isposinf, smooth=False), *unary("isneginf", np.isneginf, smooth=False),
    Case("isin", lambda m, x: m.isin(x, x[0]), lambda a: np.isin(a, a[0]), smooth=False),
    *[
        Case(op, lambda m, x, y, op=op: getattr(m, op)((4 * x).to(m.int64), (4 * y).to(m.int64).abs()), lambda a, b, f=f: f((4 * a).astype(int), np.abs((4 * b).astype(int))), ((2, 3), (3,)), smooth=False, duck=False)
        for op, f in [("gcd", np.gcd), ("lcm", np.lcm), ("bitwise_left_shift", np.left_shift), ("bitwise_right_shift", np.right_shift)]
    ],
]  # fmt: skip
ERRORS = [
    *unary("erfc", each(math.erfc)), *within("erfinv", each(inverse(math.erf, -6, 6))),
    *special("erfcx", lambda x: math.exp(x * x) * math.erfc(x)), *special("ndtr", ndtr),
    *special("log_ndtr", lambda x: math.log(ndtr(x))),
    Case("ndtri", lambda m, x: m.special.ndtri(0.2 * x + 0.5), lambda a: each(inverse(ndtr, -9, 9))(0.2 * a + 0.5)),
]  # fmt: skip
GAMMA = [
    *unary("lgamma", each(math.lgamma), "nonzero"), *unary("digamma", each(digamma), "positive", torch=False),
    *[
        Case("polygamma", lambda m, x, n=n: m.polygamma(n, x), each(lambda x, n=n: (-1) ** (n + 1) * math.factorial(n) * zeta(n + 1, x)), domain="positive", note=f"{n}")
        for n in (1, 2)
    ],
    Case("polygamma", lambda m, x: (x - 2).polygamma(2), each(lambda x: -2 * (zeta(3, x) + (x - 1) ** -3 + (x - 2) ** -3)), domain="unit", note="negative"),
    Case("mvlgamma", lambda m, x: m.mvlgamma(x + 1, 3), each(lambda x: 1.5 * math.log(math.pi) + math.lgamma(x + 1) + math.lgamma(x + 0.5) + math.lgamma(x)), domain="positive"),
    Case("zeta", lambda m, x: m.special.zeta(m.full_like(x, 2.5, requires_grad=False), x), each(lambda x: zeta(2.5, x)), domain="positive", torch=False),
    Case("igamma", lambda m, x: m.igamma(m.full_like(x, 2.5, requires_grad=False), x), each(lambda x: lower_gamma(2.5, x)), domain="positive", duck=False),
    Case("igammac", lambda m, x: m.igammac(m.full_like(x, 2.5, requires_grad=False), x), each(lambda x: 1 - lower_gamma(2.5, x)), domain="positive", duck=False),
]  # fmt: skip
BESSEL = [
    *unary("i0", each(lambda x: bessel(0, x))), *special("i0e", lambda x: math.exp(-abs(x)) * bessel(0, x)),
    *special("i1", lambda x: bessel(1, x)), *special("i1e", lambda x: math.exp(-abs(x)) * bessel(1, x)),
    # PyTorch has no derivatives of the rest
    *special("bessel_j0", lambda x: bessel(0, x, -1), torch=False), *special("bessel_j1", lambda x: bessel(1, x, -1), torch=False),
    *special("bessel_y0", y0, "positive", torch=False), *special("bessel_y1", y1, "positive", torch=False),
    *special("modified_bessel_k0", k0, "positive", torch=False), *special("modified_bessel_k1", k1, "positive", torch=False),
    *special("scaled_modified_bessel_k0", lambda x: math.exp(x) * k0(x), "positive", torch=False),
    *special("scaled_modified_bessel_k1", lambda x: math.exp(x) * k1(x), "positive", torch=False),
    *special("spherical_bessel_j0", lambda x: math.sin(x) / x, torch=False),
]  # fmt: skip

CASES: list[Case] = [*ANGLES, *EXPONENTIALS, *ARITHMETIC, *PARTS, *ERRORS, *GAMMA, *BESSEL]

POLYNOMIALS = [
    "hermite_polynomial_h", "hermite_polynomial_he", "laguerre_polynomial_l", "legendre_polynomial_p",
    *[f"{shifted}chebyshev_polynomial_{kind}" for shifted in ("", "shifted_") for kind in "tuvw"],
]  # fmt: skip
ELSEWHERE: dict[str, str] = {
    **dict.fromkeys([*POLYNOMIALS, "airy_ai"], "ops/test_special.py"),
    **dict.fromkeys(["float_power", "polygamma_"], "ops/test_elementwise.py"),  # float32 does not stay float32
}
