"""Functions of angles and of hyperbolas, and their inverses."""

from __future__ import annotations

from math import pi
from typing import Any

import numpy as np

from leafgrad.blocks import in_blocks
from leafgrad.node import Out
from leafgrad.operands import floating_operands, operand
from leafgrad.recording import like, record
from leafgrad.surface import public
from leafgrad.tensor import Tensor

__all__ = [
    "acos", "acosh", "arccos", "arccosh", "arcsin", "arcsinh", "arctan", "arctan2", "arctanh", "asin", "asinh", "atan",
    "atan2", "atanh", "cos", "cosh", "deg2rad", "rad2deg", "sin", "sinc", "sinh", "tan", "tanh",
]


@public(np.sin, twin=True)
def sin(input: Any) -> Tensor:
    """The sine of an angle in radians. d = cos(x) dx

    >>> sin(Tensor([0.0, 1.0]))
    tensor([0.0000, 0.8415])
    """
    x, a = operand(input, floating=True)
    return record("sin", np.sin(a), (x, lambda g: g * np.cos(like(x, g))))


@public(np.cos, twin=True)
def cos(input: Any) -> Tensor:
    """The cosine of an angle in radians. d = -sin(x) dx

    >>> cos(Tensor([0.0, 1.0]))
    tensor([1.0000, 0.5403])
    """
    x, a = operand(input, floating=True)
    return record("cos", np.cos(a), (x, lambda g: -g * np.sin(like(x, g))))


@public(np.tan, twin=True)
def tan(input: Any) -> Tensor:
    """The tangent of an angle in radians. d = (1 + tan²x) dx

    >>> tan(Tensor([0.0, 1.0]))
    tensor([0.0000, 1.5574])
    """
    x, a = operand(input, floating=True)
    out = Out(np.tan(a))
    return record("tan", out, (x, lambda g: g * (1 + np.square(like(out, g)))))


@public(np.arcsin, twin=True, names=("arcsin",))
def asin(input: Any) -> Tensor:
    """The angle in [-π/2, π/2] of this sine; NaN beyond ±1. d = dx / √(1 - x²)

    >>> asin(Tensor([0.0, 1.0]))
    tensor([0.0000, 1.5708])
    """
    x, a = operand(input, floating=True)
    return record("asin", np.arcsin(a), (x, lambda g: g / np.sqrt(1 - np.square(like(x, g)))))


arcsin = asin


@public(np.arccos, twin=True, names=("arccos",))
def acos(input: Any) -> Tensor:
    """The angle in [0, π] of this cosine; NaN beyond ±1. d = -dx / √(1 - x²)

    >>> acos(Tensor([0.0, 1.0]))
    tensor([1.5708, 0.0000])
    """
    x, a = operand(input, floating=True)
    return record("acos", np.arccos(a), (x, lambda g: -g / np.sqrt(1 - np.square(like(x, g)))))


arccos = acos


@public(np.arctan, twin=True, names=("arctan",))
def atan(input: Any) -> Tensor:
    """The angle in [-π/2, π/2] of this tangent. d = dx / (1 + x²)

    >>> atan(Tensor([0.0, 1.0]))
    tensor([0.0000, 0.7854])
    """
    x, a = operand(input, floating=True)
    return record("atan", np.arctan(a), (x, lambda g: g / (1 + np.square(like(x, g)))))


arctan = atan


@public(np.sinh, twin=True)
def sinh(input: Any) -> Tensor:
    """The hyperbolic sine, (e^x - e^-x) / 2. d = cosh(x) dx

    >>> sinh(Tensor([0.0, 1.0]))
    tensor([0.0000, 1.1752])
    """
    x, a = operand(input, floating=True)
    return record("sinh", np.sinh(a), (x, lambda g: g * np.cosh(like(x, g))))


@public(np.cosh, twin=True)
def cosh(input: Any) -> Tensor:
    """The hyperbolic cosine, (e^x + e^-x) / 2. d = sinh(x) dx

    >>> cosh(Tensor([0.0, 1.0]))
    tensor([1.0000, 1.5431])
    """
    x, a = operand(input, floating=True)
    return record("cosh", np.cosh(a), (x, lambda g: g * np.sinh(like(x, g))))


@public(np.tanh, twin=True)
def tanh(input: Any) -> Tensor:
    """The hyperbolic tangent. d = (1 - tanh²x) dx

    >>> tanh(Tensor([0.0, 1.0]))
    tensor([0.0000, 0.7616])
    """
    x, a = operand(input, floating=True)
    out = Out(np.tanh(a))
    return record("tanh", out, (x, lambda g: in_blocks(_tanh_slope, g, like(out, g))))


def _tanh_slope(g: Any, t: Any) -> Any:
    return g * (1 - t * t)


@public(np.arcsinh, twin=True, names=("arcsinh",))
def asinh(input: Any) -> Tensor:
    """The inverse of sinh, log(x + √(x² + 1)). d = dx / √(x² + 1)

    >>> asinh(Tensor([0.0, 1.0]))
    tensor([0.0000, 0.8814])
    """
    x, a = operand(input, floating=True)
    return record("asinh", np.arcsinh(a), (x, lambda g: g / np.sqrt(np.square(like(x, g)) + 1)))


arcsinh = asinh


@public(np.arccosh, twin=True, names=("arccosh",))
def acosh(input: Any) -> Tensor:
    """The inverse of cosh, log(x + √(x² - 1)); NaN below 1. d = dx / √(x² - 1)

    >>> acosh(Tensor([1.0, 2.0]))
    tensor([0.0000, 1.3170])
    """
    x, a = operand(input, floating=True)
    is_complex = a.dtype.kind == "c"

    def root(value: Any) -> Any:
        if is_complex:  # the root of the product may be the opposite of this one
            return np.sqrt(value - 1) * np.sqrt(value + 1)
        return np.sqrt(np.square(value) - 1)

    return record("acosh", np.arccosh(a), (x, lambda g: g / root(like(x, g))))


arccosh = acosh


@public(np.arctanh, twin=True, names=("arctanh",))
def atanh(input: Any) -> Tensor:
    """The inverse of tanh, log((1 + x) / (1 - x)) / 2; NaN beyond ±1. d = dx / (1 - x²)

    >>> atanh(Tensor([0.0, 0.5]))
    tensor([0.0000, 0.5493])
    """
    x, a = operand(input, floating=True)
    return record("atanh", np.arctanh(a), (x, lambda g: g / (1 - np.square(like(x, g)))))


arctanh = atanh


@public(np.arctan2, twin=True, names=("arctan2",), tensors=2)
def atan2(input: Any, other: Any) -> Tensor:
    """The angle of the point with ordinate `input` and abscissa `other`, in [-π, π]; broadcast.

    d = (x dy - y dx) / (x² + y²), for y over x

    >>> atan2(Tensor([1.0, -1.0]), Tensor([0.0, -1.0]))
    tensor([ 1.5708, -2.3562])
    """
    y, x, a, b = floating_operands(input, other)

    def over_square(g: Any) -> Any:
        square = np.square(like(x, g)) + np.square(like(y, g))
        return np.where(square == 0, 0, g / np.where(square == 0, 1, square))  # 0 at the origin, as PyTorch

    return record(
        "atan2",
        np.arctan2(a, b),
        (y, lambda g: over_square(g) * like(x, g)),
        (x, lambda g: over_square(g) * -like(y, g)),
    )


arctan2 = atan2


@public(np.sinc, twin=True)
def sinc(input: Any) -> Tensor:
    """`sin(πx) / πx`, which is 1 at 0. d = (cos(πx) - sinc(x)) / x dx

    >>> sinc(Tensor([0.0, 0.5]))
    tensor([1.0000, 0.6366])
    """
    x, a = operand(input, floating=True)
    angle = pi * np.where(a == 0, 1, a)
    out = Out(np.where(a == 0, 1, np.sin(angle) / angle))

    def slope(g: Any) -> Any:
        value = like(x, g)
        flat = value == 0  # where the slope is 0, and its own -π²/3
        by = np.where(flat, 1, value)
        return g * np.where(flat, value * (-pi * pi / 3), (np.cos(pi * value) - like(out, g)) / by)

    return record("sinc", out, (x, slope))


@public(np.deg2rad, np.radians, twin=True)
def deg2rad(input: Any) -> Tensor:
    """Degrees in radians, `π x / 180`. d = π/180 dx

    >>> deg2rad(Tensor([180.0]))
    tensor([3.1416])
    """
    x, a = operand(input, floating=True, real=True)
    return record("deg2rad", a * (pi / 180), (x, lambda g: g * (pi / 180)))


@public(np.rad2deg, np.degrees, twin=True)
def rad2deg(input: Any) -> Tensor:
    """Radians in degrees, `180 x / π`. d = 180/π dx

    >>> rad2deg(Tensor([3.1415927]))
    tensor([180.])
    """
    x, a = operand(input, floating=True, real=True)
    return record("rad2deg", a * (180 / pi), (x, lambda g: g * (180 / pi)))
