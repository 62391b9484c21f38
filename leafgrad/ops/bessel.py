"""Bessel's functions of orders 0 and 1, and Airy's; `bessel_values` computes them."""

from __future__ import annotations

from typing import Any

import numpy as np

from leafgrad.node import Out
from leafgrad.operands import operand
from leafgrad.ops.bessel_values import (
    airy_of,
    i0_of,
    i0e_of,
    i1_of,
    i1e_of,
    j0_of,
    j1_of,
    k0_of,
    k0e_of,
    k1_of,
    k1e_of,
    y0_of,
    y1_of,
)
from leafgrad.ops.kernels import applied
from leafgrad.recording import like, record
from leafgrad.surface import public
from leafgrad.tensor import Tensor, wrap

__all__ = ["i0"]


@public(twin=True)
def i0(input: Any) -> Tensor:
    """The modified Bessel function I0, Σ (x²/4)^k / k!². d = i1(x) dx

    >>> i0(Tensor([0.0, 1.0]))
    tensor([1.0000, 1.2661])
    """
    x, a = operand(input, floating=True, real=True)
    return record("i0", i0_of(a), (x, lambda g: g * applied(i1, like(x, g))))


@public(method=False)
def i0e(input: Any) -> Tensor:
    """`exp(-|x|) i0(x)`. d = (i1e(x) - sign(x) i0e(x)) dx

    >>> i0e(Tensor([0.0, 1000.0]))
    tensor([1.0000, 0.0126])
    """
    x, a = operand(input, floating=True, real=True)
    out = Out(i0e_of(a))

    def slope(g: Any) -> Any:
        value = like(x, g)
        return g * (applied(i1e, value) - np.sign(value) * like(out, g))

    return record("i0e", out, (x, slope))


@public(method=False)
def i1(input: Any) -> Tensor:
    """The modified Bessel function I1, the derivative of `i0`. d = (i0(x) - i1(x) / x) dx

    >>> i1(Tensor([0.0, 1.0]))
    tensor([0.0000, 0.5652])
    """
    x, a = operand(input, floating=True, real=True)
    out = Out(i1_of(a))

    def slope(g: Any) -> Any:
        value = like(x, g)
        return g * (applied(i0, value) - _over(like(out, g), value, 0.5))

    return record("i1", out, (x, slope))


@public(method=False)
def i1e(input: Any) -> Tensor:
    """`exp(-|x|) i1(x)`. d = (i0e(x) - i1e(x) / x - sign(x) i1e(x)) dx

    >>> i1e(Tensor([0.0, 1000.0]))
    tensor([0.0000, 0.0126])
    """
    x, a = operand(input, floating=True, real=True)
    out = Out(i1e_of(a))

    def slope(g: Any) -> Any:
        value, scaled = like(x, g), like(out, g)
        return g * (applied(i0e, value) - _over(scaled, value, 0.5) - np.sign(value) * scaled)

    return record("i1e", out, (x, slope))


modified_bessel_i0, modified_bessel_i1 = i0, i1


def _over(y: Any, x: Any, at_zero: float) -> Any:
    """`y / x`, whose limit at 0 is given."""
    return np.where(x == 0, at_zero, y / np.where(x == 0, 1, x))


@public(method=False)
def bessel_j0(input: Any) -> Tensor:
    """The Bessel function J0, Σ (-x²/4)^k / k!². d = -bessel_j1(x) dx

    >>> bessel_j0(Tensor([0.0, 1.0]))
    tensor([1.0000, 0.7652])
    """
    x, a = operand(input, floating=True, real=True)
    return record("bessel_j0", j0_of(a), (x, lambda g: -g * applied(bessel_j1, like(x, g))))


@public(method=False)
def bessel_j1(input: Any) -> Tensor:
    """The Bessel function J1, minus the derivative of J0. d = (bessel_j0(x) - bessel_j1(x) / x) dx

    >>> bessel_j1(Tensor([0.0, 1.0]))
    tensor([0.0000, 0.4401])
    """
    x, a = operand(input, floating=True, real=True)
    out = Out(j1_of(a))

    def slope(g: Any) -> Any:
        value = like(x, g)
        return g * (applied(bessel_j0, value) - _over(like(out, g), value, 0.5))

    return record("bessel_j1", out, (x, slope))


@public(method=False)
def bessel_y0(input: Any) -> Tensor:
    """The Bessel function Y0, minus infinity at 0 and NaN below. d = -bessel_y1(x) dx

    >>> bessel_y0(Tensor([0.0, 1.0]))
    tensor([  -inf, 0.0883])
    """
    x, a = operand(input, floating=True, real=True)
    return record("bessel_y0", y0_of(a), (x, lambda g: -g * applied(bessel_y1, like(x, g))))


@public(method=False)
def bessel_y1(input: Any) -> Tensor:
    """The Bessel function Y1, minus infinity at 0 and NaN below. d = (bessel_y0(x) - bessel_y1(x) / x) dx

    >>> bessel_y1(Tensor([0.0, 1.0]))
    tensor([   -inf, -0.7812])
    """
    x, a = operand(input, floating=True, real=True)
    out = Out(y1_of(a))
    return record(
        "bessel_y1",
        out,
        (x, lambda g: g * (applied(bessel_y0, like(x, g)) - like(out, g) / like(x, g))),
    )


@public(method=False)
def modified_bessel_k0(input: Any) -> Tensor:
    """The modified Bessel function K0, infinite at 0 and NaN below. d = -modified_bessel_k1(x) dx

    >>> modified_bessel_k0(Tensor([0.0, 1.0]))
    tensor([   inf, 0.4210])
    """
    x, a = operand(input, floating=True, real=True)
    return record("modified_bessel_k0", k0_of(a), (x, lambda g: -g * applied(modified_bessel_k1, like(x, g))))


@public(method=False)
def modified_bessel_k1(input: Any) -> Tensor:
    """The modified Bessel function K1, infinite at 0 and NaN below. d = -(K0(x) + K1(x) / x) dx

    >>> modified_bessel_k1(Tensor([0.0, 1.0]))
    tensor([   inf, 0.6019])
    """
    x, a = operand(input, floating=True, real=True)
    out = Out(k1_of(a))
    return record(
        "modified_bessel_k1",
        out,
        (x, lambda g: -g * (applied(modified_bessel_k0, like(x, g)) + like(out, g) / like(x, g))),
    )


@public(method=False)
def scaled_modified_bessel_k0(input: Any) -> Tensor:
    """`exp(x) K0(x)`. d = exp(x) (K0(x) - K1(x)) dx

    >>> scaled_modified_bessel_k0(Tensor([1.0, 1000.0]))
    tensor([1.1445, 0.0396])
    """
    x, a = operand(input, floating=True, real=True)
    out = Out(k0e_of(a))
    return record(
        "scaled_modified_bessel_k0",
        out,
        (x, lambda g: g * (like(out, g) - applied(scaled_modified_bessel_k1, like(x, g)))),
    )


@public(method=False)
def scaled_modified_bessel_k1(input: Any) -> Tensor:
    """`exp(x) K1(x)`. d = exp(x) (K1(x) - K0(x) - K1(x) / x) dx

    >>> scaled_modified_bessel_k1(Tensor([1.0, 1000.0]))
    tensor([1.6362, 0.0396])
    """
    x, a = operand(input, floating=True, real=True)
    out = Out(k1e_of(a))

    def slope(g: Any) -> Any:
        value, scaled = like(x, g), like(out, g)
        return g * (scaled - applied(scaled_modified_bessel_k0, value) - scaled / value)

    return record("scaled_modified_bessel_k1", out, (x, slope))


@public(method=False)
def spherical_bessel_j0(input: Any) -> Tensor:
    """`sin(x) / x`, which is 1 at 0. d = (cos(x) - sin(x) / x) / x dx

    >>> spherical_bessel_j0(Tensor([0.0, 1.0]))
    tensor([1.0000, 0.8415])
    """
    x, a = operand(input, floating=True, real=True)
    out = Out(np.where(np.isinf(a), 0, _over(np.sin(a), a, 1.0)))

    def slope(g: Any) -> Any:
        value = like(x, g)
        flat = value == 0  # where the slope is 0, and its own -1/3
        return g * np.where(flat, value / -3, (np.cos(value) - like(out, g)) / np.where(flat, 1, value))

    return record("spherical_bessel_j0", out, (x, slope))


@public(method=False)
def airy_ai(input: Any) -> Tensor:
    """The Airy function Ai, which solves y'' = x y and vanishes for large x. It carries no gradient, as in PyTorch.

    >>> airy_ai(Tensor([0.0, 1.0]))
    tensor([0.3550, 0.1353])
    """
    return wrap(airy_of(operand(input, floating=True, real=True)[1]))
