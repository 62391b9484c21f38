"""Activations made of straight pieces: rectifiers, bounds, and shrinkage towards 0.

At a kink the slope is that of one of the two sides, and at NaN often 0, in each case as in PyTorch.
"""

from __future__ import annotations

from math import inf
from typing import Any

import numpy as np

from leafgrad.inplace import inplace
from leafgrad.kept import kept
from leafgrad.nn.functional.rewriting import with_inplace
from leafgrad.operands import floats, operand
from leafgrad.ops import rectifiers
from leafgrad.ops.rectifiers import hardshrink, prelu
from leafgrad.random import Generator, default_generator
from leafgrad.recording import like, record
from leafgrad.tensor import Tensor

__all__ = [
    "hardshrink", "hardsigmoid", "hardswish", "hardtanh", "hardtanh_", "leaky_relu", "leaky_relu_", "prelu", "relu",
    "relu6", "relu_", "rrelu", "rrelu_", "softshrink", "threshold", "threshold_",
]

relu = with_inplace(rectifiers.relu)
leaky_relu = with_inplace(rectifiers.leaky_relu)
threshold = with_inplace(rectifiers.threshold)


@with_inplace
def hardtanh(input: Any, min_val: float = -1.0, max_val: float = 1.0) -> Tensor:
    """`x` kept between the bounds. d = dx strictly between them, else 0

    A ValueError where min_val > max_val, a RuntimeError for bools, or a negative bound for unsigned integers.

    >>> hardtanh(Tensor([-3.0, 0.5, 3.0]))
    tensor([-1.0000,  0.5000,  1.0000])
    """
    return _clipped("hardtanh", input, min_val, max_val)


@with_inplace
def relu6(input: Any) -> Tensor:
    """`min(max(x, 0), 6)`. d = dx strictly between 0 and 6, else 0

    >>> relu6(Tensor([-1.0, 2.0, 8.0]))
    tensor([0., 2., 6.])
    """
    return _clipped("relu6", input, 0, 6)


def _clipped(op: str, input: Any, low: float, high: float) -> Tensor:
    if low > high:
        raise ValueError(f"{op}: min_val {low} cannot be greater than max_val {high}")
    x, a = operand(input, real=True)
    kind = a.dtype.kind
    if kind == "b" or (kind == "u" and (low < 0 or high < 0)):
        raise RuntimeError(f"{op}: no bounds {low} and {high} for an input of {a.dtype}; convert it with .float()")
    out = np.clip(a, a.dtype.type(low), a.dtype.type(high))
    return record(op, out, (x, lambda g: kept(g, (like(x, g) > low) & (like(x, g) < high))))


@with_inplace
def hardsigmoid(input: Any) -> Tensor:
    """`relu6(x + 3) / 6`, a sigmoid of straight pieces. d = dx / 6 strictly between -3 and 3, else 0

    Source: Howard et al., "Searching for MobileNetV3" (2019), as of `hardswish`.

    >>> hardsigmoid(Tensor([-4.0, 0.0, 1.5]))
    tensor([0.0000, 0.5000, 0.7500])
    """
    x, a = floats("hardsigmoid", input)
    out = np.clip(a + 3, 0, 6) / 6
    return record("hardsigmoid", out, (x, lambda g: kept(g / 6, (like(x, g) > -3) & (like(x, g) < 3))))


@with_inplace
def hardswish(input: Any) -> Tensor:
    """`x hardsigmoid(x)`. d = (x / 3 + 1/2) dx between -3 and 3, 0 below, dx above

    >>> hardswish(Tensor([1.5, 4.0]))
    tensor([1.1250, 4.0000])
    """
    x, a = floats("hardswish", input)
    return record("hardswish", a * np.clip(a + 3, 0, 6) / 6, (x, lambda g: g * _hardswish_slope(like(x, g))))


def _hardswish_slope(x: Any) -> Any:
    return np.where(x <= -3, 0, np.where(x < 3, x / 3 + 0.5, 1))


def softshrink(input: Any, lambd: float = 0.5) -> Tensor:
    """`x` moved by lambd towards 0, and no further. d = dx where `|x| > lambd`, else 0

    A RuntimeError for a negative lambd.

    >>> softshrink(Tensor([-2.0, 0.3, 2.0]))
    tensor([-1.5000,  0.0000,  1.5000])
    """
    if not 0 <= lambd < inf:
        raise RuntimeError(f"softshrink: lambd must be finite and not negative, got {lambd}")
    x, a = floats("softshrink", input)
    out = a - np.clip(a, -lambd, lambd)
    return record("softshrink", out, (x, lambda g: kept(g, np.abs(like(x, g)) > lambd)))


@with_inplace
def rrelu(
    input: Any,
    lower: float = 1 / 8,
    upper: float = 1 / 3,
    training: bool = False,
    *,
    generator: Generator | None = None,
) -> Tensor:
    """`x` where it is positive, else `r x`, with r drawn for each element between the bounds.

    Unless training, r is the mean of the bounds. d = dx, or r dx. A RuntimeError where lower > upper.
    Source: Xu et al., "Empirical evaluation of rectified activations in convolutional network" (2015).

    >>> rrelu(Tensor([-1.0, 2.0]), 0.1, 0.3)
    tensor([-0.2000,  2.0000])
    """
    if not lower <= upper:
        raise RuntimeError(f"rrelu: the lower bound {lower} must not be above the upper bound {upper}")
    if not training:
        return leaky_relu(input, (lower + upper) / 2)
    x, a = floats("rrelu", input)
    rng = (generator or default_generator).numpy
    slope = np.where(a > 0, 1, rng.uniform(lower, upper, a.shape)).astype(a.dtype)
    return record("rrelu", a * slope, (x, lambda g: g * slope))


relu_ = inplace("relu_", relu)
leaky_relu_ = inplace("leaky_relu_", leaky_relu)
threshold_ = inplace("threshold_", threshold)
hardtanh_ = inplace("hardtanh_", hardtanh)
rrelu_ = inplace("rrelu_", rrelu)
