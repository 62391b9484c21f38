"""The values of Bessel's and Airy's functions, for float arrays.

Small arguments by quadrature of the integral: it takes few nodes, because what is integrated is
periodic or vanishes as exp(-u²) does. Large ones by Hankel's series. Source of the formulas: NIST
Digital Library of Mathematical Functions (dlmf.nist.gov), by the numbers of its equations.
"""

from __future__ import annotations

from math import cos, gamma, pi, sin

import numpy as np

from leafgrad.node import Array
from leafgrad.ops.gamma import EULER_GAMMA
from leafgrad.ops.kernels import in_float64, polynomial

NODES = 32
ANGLES = [pi * (j + 0.5) / (2 * NODES) for j in range(NODES)]  # the middles of equal parts of 0 to π/2
HANKEL_FROM = 25.0  # where Hankel's series holds, and up to which the nodes are close enough


def _hankel(order: int) -> tuple[float, ...]:
    """a_k of DLMF 10.17.1, k up to 23."""
    a = [1.0]
    for k in range(1, 24):
        a.append(a[-1] * (4 * order**2 - (2 * k - 1) ** 2) / (8 * k))
    return tuple(a)


HANKEL = (_hankel(0), _hankel(1))


def _alternating(a: tuple[float, ...]) -> tuple[float, ...]:
    """a_0 - a_1 x + a_2 x² - ..., as a polynomial, highest power first."""
    return tuple(c * (-1) ** k for k, c in enumerate(a))[::-1]


# I: the integral of exp(x cos θ) (DLMF 10.32.3), or Hankel's series (DLMF 10.40.1)


def _ie(order: int, x: Array) -> Array:
    """exp(-x) I(x) for x >= 0."""
    near, far = np.minimum(x, HANKEL_FROM), np.maximum(x, HANKEL_FROM)
    curve = np.sinh if order else np.cosh
    integral = sum(curve(near * cos(angle)) * (cos(angle) ** order / NODES) for angle in ANGLES)
    series = polynomial(1 / far, _alternating(HANKEL[order])) / np.sqrt(2 * pi * far)
    return np.where(x < HANKEL_FROM, np.exp(-near) * integral, series)


@in_float64
def i0e_of(a: Array) -> Array:
    """exp(-|x|) I0(x)"""
    return _ie(0, np.abs(a))


@in_float64
def i1e_of(a: Array) -> Array:
    """exp(-|x|) I1(x)"""
    return np.copysign(_ie(1, np.abs(a)), a)


@in_float64
def i0_of(a: Array) -> Array:
    """I0(x)"""
    return np.exp(np.abs(a)) * _ie(0, np.abs(a))


@in_float64
def i1_of(a: Array) -> Array:
    """I1(x)"""
    return np.exp(np.abs(a)) * np.copysign(_ie(1, np.abs(a)), a)


# J: the integral of cos(x sin θ) cos(nθ), or that of the sines (DLMF 10.9.1); Y: a sum over many J (Neumann's
# series, Abramowitz and Stegun 9.1.88), which is a sum over the same nodes; or Hankel's series (DLMF 10.17.3)


def _neumann(order: int) -> list[float]:
    """The weights of the nodes in Σ (-1)^k (n + 2k) / (k (n + k)) J(n + 2k)."""
    ks, harmonic = range(1, NODES), sin if order else cos
    factor = {k: (-1) ** k * (order + 2 * k) / (k * (order + k)) / NODES for k in ks}
    return [sum(factor[k] * harmonic((order + 2 * k) * angle) for k in ks) for angle in ANGLES]


NEUMANN = (_neumann(0), _neumann(1))


def _j_near(order: int, x: Array) -> Array:
    wave = np.sin if order else np.cos
    return sum(wave(x * sin(angle)) * (sin(angle) ** order / NODES) for angle in ANGLES)


def _y_near(order: int, x: Array) -> Array:
    wave = np.sin if order else np.cos
    rest = sum(wave(x * sin(angle)) * weight for angle, weight in zip(ANGLES, NEUMANN[order], strict=True))
    y = 2 / pi * ((np.log(x / 2) + EULER_GAMMA - order) * _j_near(order, x) - rest)
    return y - 2 / (pi * x) * _j_near(0, x) if order else y


def _j_and_y_far(order: int, x: Array) -> tuple[Array, Array]:
    inverse = 1 / x
    even = polynomial(inverse * inverse, _alternating(HANKEL[order][0::2]))
    odd = polynomial(inverse * inverse, _alternating(HANKEL[order][1::2])) * inverse
    # √2 times the cosine and the sine of x - π/4, or of x - 3π/4, without the rounding of a subtraction
    s, c = np.sin(x), np.cos(x)
    cosine, sine = (s - c, -s - c) if order else (c + s, s - c)
    size = np.sqrt(1 / (pi * x))
    return size * (even * cosine - odd * sine), size * (even * sine + odd * cosine)


def _j(order: int, x: Array) -> Array:
    far, _ = _j_and_y_far(order, np.maximum(x, HANKEL_FROM))
    return np.where(x < HANKEL_FROM, _j_near(order, np.minimum(x, HANKEL_FROM)), far)


def _y(order: int, x: Array) -> Array:
    _, far = _j_and_y_far(order, np.maximum(x, HANKEL_FROM))
    return np.where(x == 0, -np.inf, np.where(x < HANKEL_FROM, _y_near(order, np.minimum(x, HANKEL_FROM)), far))


@in_float64
def j0_of(a: Array) -> Array:
    """J0(x)"""
    return _j(0, np.abs(a))


@in_float64
def j1_of(a: Array) -> Array:
    """J1(x)"""
    return np.copysign(1, a) * _j(1, np.abs(a))


@in_float64
def y0_of(a: Array) -> Array:
    """Y0(x)"""
    return _y(0, a)


@in_float64
def y1_of(a: Array) -> Array:
    """Y1(x)"""
    return _y(1, a)


# K: the series with the logarithm (DLMF 10.31.2) up to 2, and beyond the integral of exp(-x cosh t) cosh(νt)
# (DLMF 10.32.9), where u² = x (cosh t - 1)


def _k_near(order: int, x: Array) -> Array:
    """K(x) for 0 < x <= 2."""
    term = np.ones_like(x)
    total = rest = harmonic = 0.0
    for k in range(18):
        total = total + term
        rest = rest + term * (harmonic + order / (2 * (k + 1)))
        harmonic += 1 / (k + 1)
        term = term * (x * x / 4) / ((k + 1) * (k + 1 + order))
    logarithm = np.log(x / 2) + EULER_GAMMA
    return 1 / x + x / 2 * (logarithm * total - rest) if order else rest - logarithm * total


def _ke_far(order: float, x: Array) -> Array:
    """exp(x) K(x) for x >= 2, or for an imaginary x beyond ±4i."""
    total = 1 / np.sqrt(2 * x)  # the first node has half the weight
    for j in range(1, 21):
        u = STEP * j
        root = np.sqrt(2 * x + u * u)
        growth = np.cosh(2 * order * np.arcsinh(u / np.sqrt(2 * x)))
        total = total + 2 * np.exp(-u * u) * growth / root
    return STEP * total


STEP = 0.32


def _ke(order: int, x: Array) -> Array:
    near = np.minimum(x, 2)
    value = np.where(x <= 2, np.exp(near) * _k_near(order, near), _ke_far(order, np.maximum(x, 2)))
    return np.where(x == 0, np.inf, np.where(x < 0, np.nan, value))


@in_float64
def k0e_of(a: Array) -> Array:
    """exp(x) K0(x)"""
    return _ke(0, a)


@in_float64
def k1e_of(a: Array) -> Array:
    """exp(x) K1(x)"""
    return _ke(1, a)


@in_float64
def k0_of(a: Array) -> Array:
    """K0(x)"""
    return np.exp(-a) * _ke(0, a)


@in_float64
def k1_of(a: Array) -> Array:
    """K1(x)"""
    return np.exp(-a) * _ke(1, a)


@in_float64
def airy_of(a: Array) -> Array:
    """Ai: the series (DLMF 9.4.1) near 0, and else by K of order 1/3 (DLMF 9.6.2), on the left with
    Ai(-x) = 2 Re exp(iπ/3) Ai(x exp(iπ/3)) (DLMF 9.2.12)."""
    right = np.maximum(a, 2.1)
    decay = 2 / 3 * right * np.sqrt(right)
    value_right = np.exp(-decay) * np.sqrt(right / 3) / pi * _ke_far(1 / 3, decay)
    left = np.maximum(-a, 3.4)
    phase = 2j / 3 * left * np.sqrt(left)
    turned = np.exp(1j * pi / 2 - phase) * _ke_far(1 / 3, phase)
    value_left = 2 * np.sqrt(left / 3) / pi * np.real(turned)
    near = np.clip(a, -3.4, 2.1)
    cube = near**3
    f = f_term = 0 * near + 1 / (3 ** (2 / 3) * gamma(2 / 3))
    h = h_term = near / (3 ** (1 / 3) * gamma(1 / 3))
    for k in range(1, 30):
        f_term = f_term * cube / ((3 * k - 1) * 3 * k)
        h_term = h_term * cube / (3 * k * (3 * k + 1))
        f, h = f + f_term, h + h_term
    return np.where(a > 2.1, value_right, np.where(a < -3.4, value_left, f - h))
