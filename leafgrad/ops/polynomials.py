"""Orthogonal polynomials, of a degree n that is truncated to an integer; 0 where it is negative.

They carry no gradient, as in PyTorch. Integers become the default float dtype; the two arguments broadcast.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from leafgrad.node import Array
from leafgrad.operands import floating_operands
from leafgrad.ops.kernels import in_float64
from leafgrad.surface import public
from leafgrad.tensor import Tensor, wrap


def _polynomial(
    name: str, formula: str, values: Callable[[Array, Array], Array], shifted: bool = False
) -> Callable[[Any, Any], Tensor]:
    """The public function of a family: its values are for n >= 0."""

    @in_float64
    def degrees(x: Array, n: Array) -> Array:
        whole = np.trunc(n)
        of_degree = values(2 * x - 1 if shifted else x, np.maximum(whole, 0))
        return np.where(whole < 0, 0, of_degree)

    def polynomial(input: Any, n: Any) -> Tensor:
        _, _, x, degree = floating_operands(input, n)
        return wrap(degrees(x, degree))

    polynomial.__name__ = polynomial.__qualname__ = name
    polynomial.__module__ = __name__
    polynomial.__doc__ = f"""The polynomial of degree n at `input`: {formula}.

    >>> round({name}(Tensor([2.0]), 2).item(), 4)
    {round(degrees(np.array([2.0]), np.array([2.0])).item(), 4)}
    """
    return public(method=False)(polynomial)


# Chebyshev's four kinds in closed form (DLMF 18.5.1 to 18.5.4): of an angle θ with cos θ = x, which becomes
# hyperbolic beyond ±1, where x < -1 is mirrored


def _angles(x: Array) -> tuple[Array, Array]:
    return np.arccos(np.clip(x, -1, 1)), np.arccosh(np.maximum(np.abs(x), 1))


def _parity(n: Array) -> Array:
    return 1 - 2 * np.mod(n, 2)


def _first(x: Array, n: Array) -> Array:
    angle, beyond = _angles(x)
    return np.where(np.abs(x) <= 1, np.cos(n * angle), np.where(x < 0, _parity(n), 1) * np.cosh(n * beyond))


def _second(x: Array, n: Array) -> Array:
    angle, beyond = _angles(x)
    inside = _sine_ratio(np.sin, (n + 1) * angle, angle, np.where(x < 0, _parity(n), 1) * (n + 1))
    outside = np.where(x < 0, _parity(n), 1) * _sine_ratio(np.sinh, (n + 1) * beyond, beyond, n + 1)
    return np.where(np.abs(x) < 1, inside, outside)


def _third(x: Array, n: Array) -> Array:
    angle, beyond = _angles(x)
    inside = np.cos((n + 0.5) * angle) / np.cos(angle / 2)
    right = np.cosh((n + 0.5) * beyond) / np.cosh(beyond / 2)
    left = _parity(n) * _sine_ratio(np.sinh, (n + 0.5) * beyond, beyond / 2, 2 * n + 1)
    return np.where(np.abs(x) < 1, inside, np.where(x < 0, left, right))


def _fourth(x: Array, n: Array) -> Array:
    return _parity(n) * _third(-x, n)


def _sine_ratio(sine: Any, above: Array, below: Array, limit: Array) -> Array:
    """The quotient of two sines, whose limit where both angles vanish is given."""
    flat = sine(below) == 0
    return np.where(flat, limit, sine(above) / np.where(flat, 1, sine(below)))


# Three-term recurrences (DLMF 18.9.1), up to the largest degree that is asked for


def _recurrence(first: Callable[[Array], Array], step: Callable[[int, Array, Array, Array], Array]) -> Any:
    """The polynomials with p_0 = 1, p_1 = first(x) and p_(k+1) = step(k, x, p_k, p_(k-1))."""

    def values(x: Array, n: Array) -> Array:
        before, now = np.ones_like(x), first(x)
        result = np.where(n == 0, before, now)
        for k in range(1, int(np.max(n, initial=0))):
            before, now = now, step(k, x, now, before)
            result = np.where(n > k, now, result)
        return result

    return values


_hermite = _recurrence(lambda x: 2 * x, lambda k, x, p, q: 2 * (x * p - k * q))
_hermite_e = _recurrence(lambda x: x, lambda k, x, p, q: x * p - k * q)
_laguerre = _recurrence(lambda x: 1 - x, lambda k, x, p, q: ((2 * k + 1 - x) * p - k * q) / (k + 1))
_legendre = _recurrence(lambda x: x, lambda k, x, p, q: ((2 * k + 1) * x * p - k * q) / (k + 1))

chebyshev_polynomial_t = _polynomial("chebyshev_polynomial_t", "cos(nθ), where cos θ = x", _first)
chebyshev_polynomial_u = _polynomial("chebyshev_polynomial_u", "sin((n + 1) θ) / sin θ, where cos θ = x", _second)
chebyshev_polynomial_v = _polynomial("chebyshev_polynomial_v", "cos((n + ½) θ) / cos(θ/2), where cos θ = x", _third)
chebyshev_polynomial_w = _polynomial("chebyshev_polynomial_w", "sin((n + ½) θ) / sin(θ/2), where cos θ = x", _fourth)
shifted_chebyshev_polynomial_t = _polynomial("shifted_chebyshev_polynomial_t", "T(2x - 1)", _first, True)
shifted_chebyshev_polynomial_u = _polynomial("shifted_chebyshev_polynomial_u", "U(2x - 1)", _second, True)
shifted_chebyshev_polynomial_v = _polynomial("shifted_chebyshev_polynomial_v", "V(2x - 1)", _third, True)
shifted_chebyshev_polynomial_w = _polynomial("shifted_chebyshev_polynomial_w", "W(2x - 1)", _fourth, True)
hermite_polynomial_h = _polynomial("hermite_polynomial_h", "H(k + 1) = 2x H(k) - 2k H(k - 1)", _hermite)
hermite_polynomial_he = _polynomial("hermite_polynomial_he", "He(k + 1) = x He(k) - k He(k - 1)", _hermite_e)
laguerre_polynomial_l = _polynomial(
    "laguerre_polynomial_l", "(k + 1) L(k + 1) = (2k + 1 - x) L(k) - k L(k - 1)", _laguerre
)
legendre_polynomial_p = _polynomial(
    "legendre_polynomial_p", "(k + 1) P(k + 1) = (2k + 1) x P(k) - k P(k - 1)", _legendre
)
