"""The special functions' values far from where the table of ops looks: against `math` and their identities."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import leafgrad
from leafgrad import special
from leafgrad.ops.kernels import BLOCK

RNG = np.random.default_rng(0)


def spread(low: float, high: float, count: int = 200) -> np.ndarray:
    """Numbers of all sizes between two powers of ten."""
    return 10.0 ** RNG.uniform(low, high, count)


EVERYWHERE = np.concatenate([RNG.normal(size=500) * 3, spread(-300, 2), -spread(-8, 1.4)])
POSITIVE = np.concatenate([RNG.uniform(0, 12, 500), spread(-300, 5), 1 + spread(-14, -1, 50)])


def value(function: Any, *arrays: Any) -> np.ndarray:
    return function(*(leafgrad.tensor(np.asarray(a, np.float64)) for a in arrays)).numpy()


@pytest.mark.parametrize(
    "function, reference, points",
    [
        (leafgrad.erf, math.erf, EVERYWHERE),
        (leafgrad.erfc, math.erfc, EVERYWHERE[EVERYWHERE < 26]),
        (leafgrad.lgamma, math.lgamma, POSITIVE),
        (leafgrad.lgamma, math.lgamma, RNG.uniform(-20, 0, 300)),
        (leafgrad.special.ndtr, lambda x: math.erfc(-x / math.sqrt(2)) / 2, EVERYWHERE[EVERYWHERE > -36]),
    ],
)
def test_against_math(function: Any, reference: Callable[[float], float], points: np.ndarray) -> None:
    expected = np.array([reference(x) for x in points])
    np.testing.assert_allclose(value(function, points), expected, rtol=2e-13, atol=1e-14)


def test_inverses() -> None:
    for y in (RNG.uniform(-1, 1, 500), 1 - spread(-15, -1), spread(-300, -1)):
        np.testing.assert_allclose(value(leafgrad.erf, value(leafgrad.erfinv, y)), y, rtol=1e-15)
    tails = spread(-300, 0)
    np.testing.assert_allclose(value(special.ndtr, value(special.ndtri, tails)), tails, rtol=1e-12)
    scores = RNG.normal(size=100) * 5
    np.testing.assert_allclose(value(leafgrad.logit, value(special.expit, scores)), scores, rtol=1e-9)


def test_tails_that_would_underflow() -> None:
    x = np.array([30.0, 1e3, 1e8])
    series = (1 - 1 / (2 * x * x) + 3 / (4 * x**4)) / (x * math.sqrt(math.pi))
    np.testing.assert_allclose(value(special.erfcx, x), series, rtol=1e-8)
    np.testing.assert_allclose(value(special.log_ndtr, -x), -x * x / 2 - np.log(x * math.sqrt(2 * math.pi)), rtol=1e-5)


def test_recurrences_of_gamma() -> None:
    x = np.concatenate([RNG.uniform(0.01, 30, 300), -RNG.uniform(0.05, 0.95, 50) - np.arange(50)])
    np.testing.assert_allclose(value(leafgrad.digamma, x + 1) - value(leafgrad.digamma, x), 1 / x, rtol=1e-9)
    for n in (1, 2, 5):
        here, there = (value(functools.partial(leafgrad.polygamma, n), a) for a in (x, x + 1))
        expected = (-1) ** n * math.factorial(n) * x ** (-n - 1.0)
        assert np.all(np.abs(there - here - expected) <= 1e-12 * np.abs(here))
    s = RNG.uniform(1.1, 40, 300)
    q = RNG.uniform(0.1, 40, 300)
    np.testing.assert_allclose(value(special.zeta, s, q) - value(special.zeta, s, q + 1), q**-s, rtol=1e-9, atol=1e-13)


@pytest.mark.parametrize("a", [1e-3, 0.3, 1.0, 7.5, 60.0, 99.0, 101.0, 1e3, 1e5])
def test_incomplete_gamma(a: float) -> None:
    x = np.maximum(a + np.linspace(-6, 8, 60) * math.sqrt(a), a * 1e-3)
    lower, upper = value(leafgrad.igamma, np.full_like(x, a), x), value(leafgrad.igammac, np.full_like(x, a), x)
    np.testing.assert_allclose(lower + upper, 1, rtol=1e-12)
    # P(a + 1, x) = P(a, x) - x^a e^-x / Γ(a + 1)
    step = np.exp(a * np.log(x) - x - math.lgamma(a + 1))
    np.testing.assert_allclose(lower - value(leafgrad.igamma, np.full_like(x, a + 1), x), step, rtol=1e-7, atol=1e-14)


def test_bessel_functions_where_two_formulas_meet() -> None:
    """Wronski's determinants, on both sides of where the series takes over from the integral."""
    x = np.concatenate([RNG.uniform(0.01, 24.9, 200), RNG.uniform(25.1, 200, 200)])
    j0, j1, y0, y1 = (value(f, x) for f in (special.bessel_j0, special.bessel_j1, special.bessel_y0, special.bessel_y1))
    np.testing.assert_allclose(j1 * y0 - j0 * y1, 2 / (np.pi * x), rtol=1e-11)
    i0, i1 = value(special.i0e, x), value(special.i1e, x)
    k0, k1 = value(special.scaled_modified_bessel_k0, x), value(special.scaled_modified_bessel_k1, x)
    np.testing.assert_allclose(i0 * k1 + i1 * k0, 1 / x, rtol=1e-13)
    for f in (special.bessel_j0, special.bessel_y1, special.i0e, special.scaled_modified_bessel_k0, special.airy_ai):
        for seam in (2.0, 2.1, 25.0):
            near, far = value(f, [seam * (1 - 1e-12), seam * (1 + 1e-12)])
            assert near == pytest.approx(far, rel=1e-10)


def test_airy_solves_its_equation() -> None:
    h = 1e-3
    for x in (-9.3, -3.4, -1.0, 0.0, 2.1, 5.0):
        left, middle, right = value(special.airy_ai, [x - h, x, x + h])
        assert (left - 2 * middle + right) / h**2 == pytest.approx(x * middle, abs=1e-5 * max(1, abs(x)))
    assert value(special.airy_ai, 0) == pytest.approx(3 ** (-2 / 3) / math.gamma(2 / 3), rel=1e-15)


POLYNOMIALS = {  # a weight, and the domain in which it makes them orthogonal
    "legendre_polynomial_p": (lambda x: np.ones_like(x), -1, 1),
    "hermite_polynomial_h": (lambda x: np.exp(-x * x), -12, 12),
    "hermite_polynomial_he": (lambda x: np.exp(-x * x / 2), -15, 15),
    "laguerre_polynomial_l": (lambda x: np.exp(-x), 0, 120),
    "chebyshev_polynomial_t": (lambda x: 1 / np.sqrt(1 - x * x), -1, 1),
    "chebyshev_polynomial_u": (lambda x: np.sqrt(1 - x * x), -1, 1),
    "chebyshev_polynomial_v": (lambda x: np.sqrt((1 + x) / (1 - x)), -1, 1),
    "chebyshev_polynomial_w": (lambda x: np.sqrt((1 - x) / (1 + x)), -1, 1),
}


@pytest.mark.parametrize("name", POLYNOMIALS)
def test_polynomials_are_orthogonal(name: str) -> None:
    weight, low, high = POLYNOMIALS[name]
    u = (np.arange(4000) + 0.5) * np.pi / 4000  # an angle, by which the weights' poles at the ends vanish
    x = low + (high - low) * (1 - np.cos(u)) / 2
    p = [value(getattr(special, name), x, n) for n in (0, 1, 2, 5, 9)]
    products = np.array([[np.sum(a * b * weight(x) * np.sin(u)) for a in p] for b in p])
    size = np.sqrt(np.diag(products))
    np.testing.assert_allclose(products / np.outer(size, size), np.eye(5), atol=1e-5)


SHIFTED = {
    special.chebyshev_polynomial_t: special.shifted_chebyshev_polynomial_t,
    special.chebyshev_polynomial_u: special.shifted_chebyshev_polynomial_u,
    special.chebyshev_polynomial_v: special.shifted_chebyshev_polynomial_v,
    special.chebyshev_polynomial_w: special.shifted_chebyshev_polynomial_w,
}


@pytest.mark.parametrize("plain, shifted", SHIFTED.items())
def test_chebyshev_beyond_the_ends(plain: Any, shifted: Any) -> None:
    x = np.array([-3.0, -1.0, -0.2, 0.9, 1.0, 1.5])
    before, now, after = (value(plain, x, n) for n in (6, 7, 8))
    np.testing.assert_allclose(after, 2 * x * now - before, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(value(shifted, (x + 1) / 2, 7), now, rtol=1e-12, atol=1e-12)
    assert value(plain, x, -1).tolist() == [0] * 6


def test_large_arrays_go_in_blocks() -> None:
    x = RNG.uniform(0.1, 5, (2, BLOCK))[:, ::-1]
    assert np.array_equal(value(leafgrad.lgamma, x)[1, :50], value(leafgrad.lgamma, x[1, :50]))
    s = np.full((2, 1), 2.5)
    assert np.array_equal(value(special.zeta, s, x)[1, :50], value(special.zeta, s[1], x[1, :50]))
