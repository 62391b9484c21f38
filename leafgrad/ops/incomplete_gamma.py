"""The regularised incomplete gamma functions, P(a, x) and Q(a, x) = 1 - P(a, x).

For a < 100 by the power series where x < a + 1 and by Legendre's continued fraction beyond, for large a
by quadrature of the integral. Sources: NIST Digital Library of Mathematical Functions (dlmf.nist.gov), by
the numbers of its equations; the quadrature after Press et al., "Numerical Recipes", 3rd ed., 6.2.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import pi
from typing import Any

import numpy as np

from leafgrad.node import Array
from leafgrad.operands import operands_of_floats
from leafgrad.ops.gamma import NEAR_TWO, STIRLING, lgamma, lgamma_of
from leafgrad.ops.kernels import applied, in_float64, polynomial
from leafgrad.recording import like, record
from leafgrad.surface import public
from leafgrad.tensor import Tensor

__all__ = ["igamma", "igammac"]


@public(twin=True, tensors=2)
def igamma(input: Any, other: Any) -> Tensor:
    """P(a, x) = 1/Γ(a) ∫ e^-t t^(a-1) dt from 0 to x, of a = `input` and x = `other`; broadcast.

    NaN for a negative argument. d = e^-x x^(a-1) / Γ(a) dx; by a it is not known (a
    NotImplementedError), as in PyTorch, and so are integers.

    >>> igamma(Tensor([4.0]), Tensor([3.0, 4.0, 5.0]))
    tensor([0.3528, 0.5665, 0.7350])
    """
    return _regularised("igamma", input, other, lower_of, 1)


@public(twin=True, tensors=2)
def igammac(input: Any, other: Any) -> Tensor:
    """Q(a, x) = 1/Γ(a) ∫ e^-t t^(a-1) dt from x to infinity, of a = `input` and x = `other`; broadcast.

    NaN for a negative argument. d = -e^-x x^(a-1) / Γ(a) dx; by a it is not known (a
    NotImplementedError), as in PyTorch, and so are integers.

    >>> igammac(Tensor([4.0]), Tensor([3.0, 4.0, 5.0]))
    tensor([0.6472, 0.4335, 0.2650])
    """
    return _regularised("igammac", input, other, upper_of, -1)


def _regularised(op: str, input: Any, other: Any, function: Callable[..., Array], sign: int) -> Tensor:
    order, x, a, b = operands_of_floats(input, other)

    def by_order(g: Any) -> Any:
        raise NotImplementedError(f"{op}: the derivative by its first argument is not known; detach() that")

    def by_bound(g: Any) -> Any:
        value, n = like(x, g), like(order, g)
        return g * (sign * np.exp((n - 1) * np.log(value) - value - applied(lgamma, n)))

    return record(op, function(a, b), (order, by_order), (x, by_bound))


@in_float64
def lower_of(a: Array, x: Array) -> Array:
    """P(a, x) of float arrays."""
    lower, upper = _both(a, x)
    return _at_the_edges(np.where(lower < 0, 1 - upper, lower), a, x, 0.0, 1.0)


@in_float64
def upper_of(a: Array, x: Array) -> Array:
    """Q(a, x) of float arrays."""
    lower, upper = _both(a, x)
    return _at_the_edges(np.where(upper < 0, 1 - lower, upper), a, x, 1.0, 0.0)


def _at_the_edges(value: Array, a: Array, x: Array, at_zero: float, at_infinity: float) -> Array:
    value = np.where(x == 0, at_zero, np.where(np.isinf(x), at_infinity, value))
    value = np.where(a == 0, at_infinity, np.where(np.isinf(a), at_zero, value))
    wrong = ~(a >= 0) | ~(x >= 0) | ((a == 0) & (x == 0)) | (np.isinf(a) & np.isinf(x))
    return np.where(wrong, np.nan, value)


def _both(a: Array, x: Array) -> tuple[Array, Array]:
    """P and Q, of which the one that is not known to full precision is -1."""
    fine = (a > 0) & (x > 0) & np.isfinite(a) & np.isfinite(x)
    a, x = np.where(fine, a, 1), np.where(fine, x, 1)
    small, large = np.minimum(a, 100), np.maximum(a, 100)
    within = np.minimum(x, small + 1)
    series = _density(small, within) * _series(small, within)
    fraction = _density(small, np.maximum(x, small + 1)) * _fraction(small, np.maximum(x, small + 1))
    near_zero = _upper_near_zero(np.minimum(a, 1), np.minimum(x, 1))
    tail = _quadrature(large, np.where(a < 100, 100, x))
    below = x < a + 1
    tiny = (a < 1) & (x < 1)
    lower = np.where(a < 100, np.where(below, series, -1), np.where(x > a - 1, -1, tail))
    upper = np.where(a < 100, np.where(below, np.where(tiny, near_zero, -1), fraction), np.where(x > a - 1, tail, -1))
    return lower, upper


def _density(a: Array, x: Array) -> Array:
    """x^a e^-x / Γ(a), from 8 on by Stirling's series, whose large terms cancel before they are rounded."""
    n = np.maximum(a, 8)
    step = (x - n) / n
    inverse = 1 / n
    scale = np.sqrt(n / (2 * pi)) * np.exp(-inverse * polynomial(inverse * inverse, STIRLING))
    exact = np.where(np.abs(step) < 0.5, np.log1p(step) - step, np.log(x / n) - step)
    return np.where(a < 8, np.exp(a * np.log(x) - x - lgamma_of(a)), scale * np.exp(n * exact))


def _series(a: Array, x: Array) -> Array:
    """P(a, x) over the density: Σ x^n / (a (a + 1) ... (a + n)) (DLMF 8.11.4)."""
    term = total = 1 / a
    for n in range(1, 400):
        term = term * (x / (a + n))
        total = total + term
        if not np.any(term > total * 1e-17):
            break
    return total


def _fraction(a: Array, x: Array) -> Array:
    """Q(a, x) over the density: 1 / (x + 1 - a - 1 (1 - a) / (x + 3 - a - ...)) (DLMF 8.9.2), by Lentz."""
    b = x + 1 - a
    c = 1e300
    d = total = 1 / b
    for n in range(1, 1000):
        numerator = -n * (n - a)
        b = b + 2
        d = _not_zero(b + numerator * d)
        c = _not_zero(b + numerator / c)
        d = 1 / d
        total = total * (c * d)
        if not np.any(np.abs(c * d - 1) > 1e-16):
            break
    return total


def _not_zero(x: Array) -> Array:
    return np.where(x == 0, 1e-300, x)


def _upper_near_zero(a: Array, x: Array) -> Array:
    """Q(a, x) for a, x <= 1: the power series of P (DLMF 8.7.1), subtracted from 1 term by term."""
    log_gamma = np.where(a < 0.5, a * polynomial(a, NEAR_TWO) - np.log1p(a), lgamma_of(1 + a))
    log_first = a * np.log(x) - log_gamma
    power = 1.0
    total = 0.0
    for n in range(1, 25):
        power = power * (-x / n)
        total = total + power / (a + n)
    return -np.expm1(log_first) - a * np.exp(log_first) * total


def _quadrature(a: Array, x: Array) -> Array:
    """For a >= 100, the integral of the density from x to where it has vanished: Q, or P left of the top."""
    top = a - 1
    width = np.sqrt(top)
    up = np.maximum(top + 11.5 * width, x + 6 * width)
    down = np.maximum(0, np.minimum(top - 7.5 * width, x - 5 * width))
    length = np.where(x > top, up - x, x - down)
    direction = np.where(x > top, length, -length)
    total = 0.0
    for node, weight in zip(*_gauss_legendre(), strict=True):
        step = (x + direction * node - top) / top
        total = total + weight * np.exp(top * (np.log1p(step) - step))
    inverse = 1 / top
    return total * length * np.exp(-inverse * polynomial(inverse * inverse, STIRLING)) / np.sqrt(2 * pi * top)


@cache
def _gauss_legendre() -> tuple[list[float], list[float]]:
    """Forty nodes in 0 to 1, and their weights."""
    nodes, weights = np.polynomial.legendre.leggauss(40)
    return ((nodes + 1) / 2).tolist(), (weights / 2).tolist()
