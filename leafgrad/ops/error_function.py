"""The error function and its relatives, among them the normal distribution.

Source of the float64 coefficients: W. J. Cody, "Rational Chebyshev approximations for the error
function", Mathematics of Computation 23 (1969), as in his CALERF (netlib.org/specfun/erf). Of the
float32 ones: Eigen's float `erf` (also XLA's `ErfImpl32`), one rational function for all x.
"""

from __future__ import annotations

from math import pi, sqrt
from typing import Any

import numpy as np

from leafgrad.node import Array, Out
from leafgrad.operands import operand
from leafgrad.ops.kernels import applied, in_blocks, in_float64, ratio
from leafgrad.recording import like, record
from leafgrad.surface import public
from leafgrad.tensor import Tensor

__all__ = ["erf", "erfc", "erfinv"]

TWO_OVER_ROOT_PI = 2 / sqrt(pi)
ROOT_2 = sqrt(2)
ROOT_2_PI = sqrt(2 * pi)


@public(twin=True)
def erf(input: Any) -> Tensor:
    """The error function, 2/√π ∫ exp(-t²) dt from 0 to x. d = 2/√π exp(-x²) dx

    >>> erf(Tensor([0.0, 1.0]))
    tensor([0.0000, 0.8427])
    """
    x, a = operand(input, floating=True, real=True)
    return record("erf", erf_of(a), (x, lambda g: g * (TWO_OVER_ROOT_PI * np.exp(-np.square(like(x, g))))))


@public(twin=True)
def erfc(input: Any) -> Tensor:
    """`1 - erf(x)`, exact where erf is near 1. d = -2/√π exp(-x²) dx

    >>> erfc(Tensor([0.0, 5.0]))
    tensor([1.0000e+00, 1.5375e-12])
    """
    x, a = operand(input, floating=True, real=True)
    return record("erfc", erfc_of(a), (x, lambda g: g * (-TWO_OVER_ROOT_PI * np.exp(-np.square(like(x, g))))))


@public(method=False)
def erfcx(input: Any) -> Tensor:
    """`exp(x²) erfc(x)`, which decays only as 1/x. d = (2 x erfcx(x) - 2/√π) dx

    >>> erfcx(Tensor([0.0, 100.0]))
    tensor([1.0000, 0.0056])
    """
    x, a = operand(input, floating=True, real=True)
    out = Out(erfcx_of(a))
    return record("erfcx", out, (x, lambda g: g * (2 * like(x, g) * like(out, g) - TWO_OVER_ROOT_PI)))


@public(twin=True)
def erfinv(input: Any) -> Tensor:
    """The inverse of `erf`; NaN beyond ±1. d = √π/2 exp(erfinv(x)²) dx

    >>> erfinv(Tensor([0.0, 0.5, 1.0]))
    tensor([0.0000, 0.4769,    inf])
    """
    x, a = operand(input, floating=True, real=True)
    out = Out(erfinv_of(a))
    return record("erfinv", out, (x, lambda g: g * (np.exp(np.square(like(out, g))) / TWO_OVER_ROOT_PI)))


@public(method=False)
def ndtr(input: Any) -> Tensor:
    """The normal distribution function, erfc(-x/√2) / 2. d = exp(-x²/2) / √(2π) dx

    >>> ndtr(Tensor([0.0, 1.0]))
    tensor([0.5000, 0.8413])
    """
    x, a = operand(input, floating=True, real=True)
    return record("ndtr", ndtr_of(a), (x, lambda g: g * (np.exp(np.square(like(x, g)) / -2) / ROOT_2_PI)))


@public(method=False)
def log_ndtr(input: Any) -> Tensor:
    """`log ndtr(x)`, also where ndtr itself would round to 0. d = √(2/π) / erfcx(-x/√2) dx

    >>> log_ndtr(Tensor([0.0, -100.0]))
    tensor([-6.9315e-01, -5.0055e+03])
    """
    x, a = operand(input, floating=True, real=True)
    return record(
        "log_ndtr",
        log_ndtr_of(a),
        (x, lambda g: g * (2 / ROOT_2_PI / applied(erfcx, like(x, g) / -ROOT_2))),
    )


@public(method=False)
def ndtri(input: Any) -> Tensor:
    """The inverse of `ndtr`, the quantile of the normal distribution. d = √(2π) exp(ndtri(x)²/2) dx

    >>> ndtri(Tensor([0.5, 0.975, 0.0]))
    tensor([0.0000, 1.9600,   -inf])
    """
    x, a = operand(input, floating=True, real=True)
    out = Out(ndtri_of(a))
    return record("ndtri", out, (x, lambda g: g * (ROOT_2_PI * np.exp(np.square(like(out, g)) / 2))))


def erf_of(a: Array) -> Array:
    """erf of a float array, within six units in the last place of its dtype."""
    if a.dtype == np.float16:
        return _erf32(a.astype(np.float32)).astype(np.float16)
    return in_blocks(_erf32 if a.dtype == np.float32 else _erf64, a)


def _erf32(a: Array) -> Array:
    x = np.clip(a, -END32, END32)
    return np.where(x == a, x * ratio(x * x, P32, Q32), np.sign(a))


def _erf64(a: Array) -> Array:
    # erfc is far below the last place of 1 from 6 on, and Cody's formula for 0.46875 to 4 is good
    # enough in between, where erfc is at most 1.6e-8 of erf
    size = np.minimum(np.abs(a), 6.0)
    square = size * size
    far = np.copysign(1 - np.exp(-square) * ratio(size, FAR_P, FAR_Q), a)
    return np.where(size <= NEAR, _erf_near(a), far)


def _erf_near(a: Array) -> Array:
    """erf of what is small; of other numbers anything."""
    return a * ratio(np.minimum(a * a, 0.25), NEAR_P, NEAR_Q)


@in_float64
def erfc_of(a: Array) -> Array:
    """erfc of a float array."""
    tail = _exp_of_minus_square(np.abs(a)) * _erfcx_right(np.abs(a))
    return np.where(np.abs(a) <= NEAR, 1 - _erf_near(a), np.where(a < 0, 2 - tail, tail))


@in_float64
def erfcx_of(a: Array) -> Array:
    """exp(x²) erfc(x) of a float array."""
    tail = _erfcx_right(np.abs(a))
    growth = np.exp(a * a)
    return np.where(np.abs(a) <= NEAR, growth * (1 - _erf_near(a)), np.where(a < 0, 2 * growth - tail, tail))


def _erfcx_right(x: Array) -> Array:
    """exp(x²) erfc(x) for x > NEAR."""
    inverse = 1 / np.maximum(x, 4.0)
    square = inverse * inverse
    beyond = (1 / sqrt(pi) - square * ratio(square, BEYOND_P, BEYOND_Q)) * inverse
    return np.where(x <= 4, ratio(np.minimum(x, 4.0), FAR_P, FAR_Q), beyond)


def _exp_of_minus_square(x: Array) -> Array:
    """exp(-x²), where rounding x² would cost up to ten digits: the first digits of x have an exact square."""
    x = np.minimum(x, 30.0)
    first = np.trunc(x * 16) / 16
    return np.exp(-first * first) * np.exp(-(x - first) * (x + first))


@in_float64
def ndtr_of(a: Array) -> Array:
    """The normal distribution function of a float array."""
    return erfc_of(a / -ROOT_2) / 2


@in_float64
def log_ndtr_of(a: Array) -> Array:
    """The logarithm of the normal distribution function of a float array."""
    left = np.log(erfcx_of(np.maximum(a / -ROOT_2, 0.0)) / 2) - a * a / 2
    return np.where(a < -1, left, np.log1p(-erfc_of(a / ROOT_2) / 2))


@in_float64
def erfinv_of(y: Array) -> Array:
    """The inverse of erf of a float array."""
    near = np.clip(y, -0.5, 0.5)
    far = np.copysign(_erfc_inverse(1 - np.abs(y)), y)
    return np.where(np.abs(y) <= 0.5, _erf_inverse(near), far)


@in_float64
def ndtri_of(p: Array) -> Array:
    """The inverse of the normal distribution function of a float array."""
    middle = _erf_inverse(np.clip(2 * p - 1, -0.5, 0.5))
    tail = np.where(p < 0.5, -_erfc_inverse(2 * p), _erfc_inverse(2 * (1 - p)))
    return ROOT_2 * np.where(np.abs(p - 0.5) <= 0.25, middle, tail)


def _erf_inverse(y: Array) -> Array:
    """x with erf(x) = y, for |y| <= 0.5, by Halley's steps from a first guess."""
    x = np.copysign(_guess(np.log1p(-y * y)), y)
    for _ in range(2):
        newton = (_erf64(x) - y) / (TWO_OVER_ROOT_PI * np.exp(-x * x))
        x = x - newton / (1 + x * newton)
    return x


def _erfc_inverse(c: Array) -> Array:
    """x with erfc(x) = c, for c <= 0.5, by Newton's steps on log erfc, whose graph is nearly straight in x²."""
    log = np.log(c)
    x = _guess(log + np.log(2 - c))
    for _ in range(4):
        scaled = np.where(x > NEAR, _erfcx_right(x), 1)
        x = x + (np.log(scaled) - x * x - log) * scaled / TWO_OVER_ROOT_PI
    return np.where(c == 0, np.inf, x)


def _guess(log: Array) -> Array:
    """x with log(1 - erf(x)²) = `log`, to 2e-3.

    Source: S. Winitzki, "A handy approximation for the error function and its inverse" (2008).
    """
    half = 2 / (pi * 0.147) + log / 2
    return np.sqrt(np.sqrt(half * half - log / 0.147) - half)


NEAR = 0.46875

# |x| <= 0.46875: erf(x) = x P(x²) / Q(x²)
NEAR_P = (
    1.85777706184603153e-1,
    3.16112374387056560e0,
    1.13864154151050156e2,
    3.77485237685302021e2,
    3.20937758913846947e3,
)
NEAR_Q = (1.0, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3, 2.84423683343917062e3)

# 0.46875 <= x <= 4: erfc(x) = exp(-x²) P(x) / Q(x)
FAR_P = (
    2.15311535474403846e-8,
    5.64188496988670089e-1,
    8.88314979438837594e0,
    6.61191906371416295e1,
    2.98635138197400131e2,
    8.81952221241769090e2,
    1.71204761263407058e3,
    2.05107837782607147e3,
    1.23033935479799725e3,
)
FAR_Q = (
    1.0,
    1.57449261107098347e1,
    1.17693950891312499e2,
    5.37181101862009858e2,
    1.62138957456669019e3,
    3.29079923573345963e3,
    4.36261909014324716e3,
    3.43936767414372164e3,
    1.23033935480374942e3,
)

# x >= 4: exp(x²) erfc(x) = (1/√π - P(1/x²) / Q(1/x²) / x²) / x
BEYOND_P = (
    1.63153871373020978e-2,
    3.05326634961232344e-1,
    3.60344899949804439e-1,
    1.25781726111229246e-1,
    1.60837851487422766e-2,
    6.58749161529837803e-4,
)
BEYOND_Q = (
    1.0,
    2.56852019228982242e0,
    1.87295284992346725e0,
    5.27905102951428412e-1,
    6.05183413124413191e-2,
    2.33520497626869185e-3,
)

# float32, |x| <= END32, beyond which erf rounds to 1: erf(x) = x P(x²) / Q(x²)
END32 = np.float32(3.7439211627767994)
P32 = (
    0.00022905065861350646,
    0.0034082910107109506,
    0.050955695062380861,
    0.18520832239976145,
    1.128379143519084,
)
Q32 = (
    -1.1791602954361697e-7,
    0.000023547966471313185,
    0.0010179625278914885,
    0.014070470171167667,
    0.11098505178285362,
    0.49746925110067538,
    1.0,
)
