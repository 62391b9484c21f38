"""The gamma function's logarithm, its derivatives, and the zeta function that they are made of.

Sources: NIST Digital Library of Mathematical Functions (dlmf.nist.gov), by the numbers of its
equations; the coefficients are computed here, from its series.
"""

from __future__ import annotations

from math import factorial, log, pi
from typing import Any

import numpy as np

from leafgrad.node import Array
from leafgrad.operands import floating_operands, operand
from leafgrad.ops.kernels import applied, in_float64, polynomial
from leafgrad.recording import like, record
from leafgrad.surface import public
from leafgrad.tensor import Tensor

__all__ = ["digamma", "lgamma", "mvlgamma", "polygamma"]


@public(twin=True)
def lgamma(input: Any) -> Tensor:
    """`log |Γ(x)|`, infinite at 0, -1, -2... d = digamma(x) dx

    >>> lgamma(Tensor([1.0, 4.0, 0.5]))
    tensor([0.0000, 1.7918, 0.5724])
    """
    x, a = operand(input, floating=True, real=True)
    return record("lgamma", lgamma_of(a), (x, lambda g: g * applied(digamma, like(x, g))))


@public(twin=True)
def digamma(input: Any) -> Tensor:
    """`Γ'(x) / Γ(x)`; at 0 infinite, with the sign of -x, and NaN at -1, -2... d = polygamma(1, x) dx

    >>> digamma(Tensor([1.0, 2.0]))
    tensor([-0.5772,  0.4228])
    """
    x, a = operand(input, floating=True, real=True)
    return record("digamma", digamma_of(a), (x, lambda g: g * applied(_polygamma, 1, like(x, g))))


@public(method=False)
def polygamma(n: int, input: Any) -> Tensor:
    """The n-th derivative of `digamma`. d = polygamma(n + 1, x) dx. A RuntimeError for n < 0.

    >>> polygamma(1, Tensor([1.0, 0.5]))
    tensor([1.6449, 4.9348])
    """
    if n < 0:
        raise RuntimeError(f"polygamma: n counts derivatives and cannot be negative, got {n}")
    return digamma(input) if n == 0 else _polygamma(n, input)


def _polygamma(n: int, input: Any) -> Tensor:
    x, a = operand(input, floating=True, real=True)
    return record("polygamma", polygamma_of(n, a), (x, lambda g: g * applied(_polygamma, n + 1, like(x, g))))


@public(function=False, method="polygamma", twin=True)
def polygamma_method(input: Tensor, n: int) -> Tensor:
    """The n-th derivative of `digamma` at this tensor."""
    return polygamma(n, input)


@public(twin=True)
def mvlgamma(input: Any, p: int) -> Tensor:
    """The logarithm of the gamma function of p dimensions, p (p-1) log(π)/4 + Σ lgamma(x - i/2), i < p.

    d = Σ digamma(x - i/2) dx. A RuntimeError for p < 1.

    >>> mvlgamma(Tensor([2.0]), 2)
    tensor([0.4516])
    """
    if p < 1:
        raise RuntimeError(f"mvlgamma: p must be 1 or more, got {p}")
    x, a = operand(input, floating=True, real=True)
    shifts = [i / 2 for i in range(p)]
    constant = p * (p - 1) / 4 * float(np.log(pi))

    def slope(g: Any) -> Any:
        return g * sum(applied(digamma, like(x, g) - shift) for shift in shifts)

    return record("mvlgamma", constant + sum(lgamma_of(a - shift) for shift in shifts), (x, slope))


@public(method=False)
def zeta(input: Any, other: Any) -> Tensor:
    """Hurwitz's zeta function, `Σ (k + q)^-s` over k ≥ 0, of s = `input` and q = `other`; broadcast.

    Infinite at s = 1 and at q = 0, -1, -2..., NaN for s < 1 and for a fractional s with q < 0.
    d = -s zeta(s + 1, q) dq; by s it is not known (a NotImplementedError), as in PyTorch.

    >>> zeta(2, Tensor([1.0, 2.0]))
    tensor([1.6449, 0.6449])
    """
    s, q, a, b = floating_operands(input, other)

    def by_order(g: Any) -> Any:
        raise NotImplementedError("zeta: the derivative by its first argument is not known; detach() that")

    def by_offset(g: Any) -> Any:
        order = like(s, g)
        return g * (-order * applied(zeta, order + 1, like(q, g)))

    return record("zeta", zeta_of(a, b), (s, by_order), (q, by_offset))


# The values, of arrays in float64. Where several formulas share the work, each is computed for all
# elements, of harmless arguments where it does not hold, and `np.where` chooses.


EULER_GAMMA = 0.5772156649015329


#: The Bernoulli numbers B_2, B_4, ... (DLMF 24.2, table 3)
BERNOULLI = (
    1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510, 43867 / 798, -174611 / 330, 854513 / 138,
    -236364091 / 2730,
)  # fmt: skip


def zeta_of(s: Array, q: Array) -> Array:
    """Hurwitz's zeta function of float arrays."""
    return in_float64(_zeta)(s, q)


def _zeta(s: Array, q: Array) -> Array:
    value = _zeta_positive(s, np.where(q > 0, np.minimum(q, 1e300), 1))
    if np.any(q < 0):
        # the sum over all k, which is that over the distances to both sides, less what is left of q
        nearest = np.where(np.isfinite(q), np.round(q), 0)
        after = q - nearest
        left = np.where(after == 0, 1, np.where(after > 0, after, 1 + after))
        right = np.where(after == 0, 1, np.where(after > 0, 1 - after, -after))
        mirrored = _zeta_positive(s, right) - _zeta_positive(s, 1 + np.abs(q))
        below = _zeta_positive(s, left) + (1 - 2 * np.mod(s, 2)) * mirrored
        value = np.where(q < 0, np.where(s == np.floor(s), below, np.nan), value)
    value = np.where((q <= 0) & (q == np.floor(q)), np.inf, value)
    return np.where(s > 1, np.where(np.isnan(q), np.nan, value), np.where(s == 1, np.inf, np.nan))


def _zeta_positive(s: Array, q: Array) -> Array:
    """Euler's and Maclaurin's sum for s > 1, q > 0, of ten terms and twelve corrections (DLMF 25.11.5)."""
    total = q**-s
    for k in range(1, 10):
        total = total + (q + k) ** -s
    end = q + 10
    last = end**-s
    total = total + last * (end / (s - 1) + 0.5)
    factor = last * s / end / 2
    for k, b in enumerate(BERNOULLI, 1):
        total = total + b * factor
        factor = factor * ((s + 2 * k - 1) / end) * ((s + 2 * k) / end) / ((2 * k + 1) * (2 * k + 2))
    return total


def polygamma_of(n: int, a: Array) -> Array:
    """The n-th derivative of digamma of a float array, n > 0: (-1)^(n+1) n! ζ(n + 1, x) (DLMF 25.11.12)."""
    scale = (-1) ** (n + 1) * (float(factorial(n)) if n <= 170 else np.inf)
    order = float(n + 1)
    return in_float64(lambda x: scale * _zeta(order, x))(a)


# log Γ(x) is (x - 1/2) log x - x + log(2π)/2 and 1/x times this, of 1/x², highest power first (DLMF 5.11.1)
STIRLING = tuple(BERNOULLI[k - 1] / (2 * k * (2 * k - 1)) for k in range(8, 0, -1))
# and ψ(x) is log x - 1/2x less 1/x² times this, of 1/x² (DLMF 5.11.2)
STIRLING_SLOPE = tuple(BERNOULLI[k - 1] / (2 * k) for k in range(8, 0, -1))
# log Γ(2 + t) is t times this, of t, for |t| <= 1/2: (1 - γ) t + Σ (-1)^k (ζ(k) - 1) t^k / k (DLMF 5.7.3)
ORDERS = np.arange(28.0, 1, -1)
NEAR_TWO = (*((-1) ** ORDERS / ORDERS * _zeta(ORDERS, np.float64(2))).tolist(), 1 - EULER_GAMMA)


@in_float64
def lgamma_of(a: Array) -> Array:
    """log |Γ| of a float array."""
    size = np.abs(a)
    right = np.where(size < 8, _lgamma_small(np.minimum(size, 8)), _lgamma_large(np.maximum(size, 8)))
    # Γ(-x) Γ(x) = -π / (x sin πx) (DLMF 5.5.3), where the sine needs only the distance to a whole number
    whole = np.where(np.isfinite(a), np.round(a), 0)
    left = np.log(pi / np.abs(np.sin(pi * (a - whole)))) - np.log(size) - right
    return np.where(np.isinf(a), np.inf, np.where(a > 0, right, np.where(a == np.floor(a), np.inf, left)))


def _lgamma_small(x: Array) -> Array:
    """For 0 < x <= 8, by Γ(x + 1) = x Γ(x) from the series around 2."""
    t = x - np.clip(np.round(x), 1, 8)
    t = np.where(x < 0.5, x, t)
    factor = np.where(x < 0.5, 1 / (x * (1 + x)), np.where(x < 1.5, 1 / x, 1))
    for k in range(1, 7):
        factor = factor * np.where(x - t > k + 1, x - k, 1)
    return t * polynomial(t, NEAR_TWO) + np.log(factor)


def _lgamma_large(x: Array) -> Array:
    inverse = 1 / x
    return (x - 0.5) * np.log(x) - x + log(2 * pi) / 2 + inverse * polynomial(inverse * inverse, STIRLING)


@in_float64
def digamma_of(a: Array) -> Array:
    """The digamma function of a float array."""
    x = np.where(a < 0, 1 - a, a)
    total: Any = 0.0
    for _ in range(10):  # up to where the series holds, by ψ(x + 1) = ψ(x) + 1/x
        total = total - np.where(x < 10, 1 / x, 0)
        x = np.where(x < 10, x + 1, x)
    inverse = 1 / x
    total = total + np.log(x) - inverse / 2 - inverse * inverse * polynomial(inverse * inverse, STIRLING_SLOPE)
    # ψ(1 - x) - ψ(x) = π / tan πx (DLMF 5.5.4)
    whole = np.where(np.isfinite(a), np.round(a), 0)
    left = np.where(a == np.floor(a), np.nan, total - pi / np.tan(pi * (a - whole)))
    return np.where(a < 0, left, np.where(a == 0, np.copysign(np.inf, -a), total))
