"""Rectifiers: what is positive passes, the rest is changed or held back. Those that are methods of Tensor too."""

from __future__ import annotations

from typing import Any

import numpy as np

from leafgrad.errors import ShapeError
from leafgrad.kept import kept
from leafgrad.node import Out
from leafgrad.operands import floats, operand
from leafgrad.recording import elementwise, like, record
from leafgrad.surface import public
from leafgrad.tensor import Tensor

__all__ = ["hardshrink", "leaky_relu", "prelu", "relu", "threshold"]


@public(method=False)
def threshold(input: Any, threshold: float, value: float) -> Tensor:
    """`input` where it is above the threshold, else `value`. d = dx there, else 0

    >>> threshold(Tensor([0.5, 2.0]), 1.0, -1.0)
    tensor([-1.,  2.])
    """
    x, a = operand(input, real=True)
    out = np.where(a <= threshold, a.dtype.type(value), a)
    return record("threshold", out, (x, lambda g: np.where(like(x, g) <= threshold, 0, g)))


@public(twin=True)
def relu(input: Any) -> Tensor:
    """`max(x, 0)`. d = dx where x > 0, else 0 (at 0 too). A RuntimeError for bools

    >>> relu(Tensor([-1.0, 2.0]))
    tensor([0., 2.])
    """
    x, a = operand(input, real=True)
    if a.dtype.kind == "b":
        raise RuntimeError("relu: bools have no negative part; call .int() or .float()")
    out = Out(np.maximum(a, 0))
    return record("relu", out, (x, lambda g: kept(g, like(out, g) != 0)))


@public(method=False)
def leaky_relu(input: Any, negative_slope: float = 0.01) -> Tensor:
    """`x` where it is positive, else `negative_slope x`. d = dx, or negative_slope dx

    >>> leaky_relu(Tensor([-1.0, 2.0]), 0.1)
    tensor([-0.1000,  2.0000])
    """
    x, a = floats("leaky_relu", input)
    return record(
        "leaky_relu",
        np.where(a > 0, a, a * negative_slope),
        (x, lambda g: np.where(like(x, g) > 0, g, g * negative_slope)),
    )


@public()
def hardshrink(input: Any, lambd: float = 0.5) -> Tensor:
    """`x`, or 0 where `|x| <= lambd`. d = dx, or 0

    >>> hardshrink(Tensor([-2.0, 0.3, 2.0]))
    tensor([-2.,  0.,  2.])
    """
    x, a = floats("hardshrink", input)
    out = np.where(np.abs(a) <= lambd, 0, a)
    return record("hardshrink", out, (x, lambda g: kept(g, np.abs(like(x, g)) > lambd)))


@public()
def prelu(input: Any, weight: Any) -> Tensor:
    """`x` where it is positive, else `w x`, with one weight w, or one for each channel (dimension 1).

    d = dx, or w dx + x dw. A RuntimeError where the weight is neither a number nor (channels,), or of
    another dtype. Source: He et al., "Delving deep into rectifiers" (2015).

    >>> prelu(Tensor([[-1.0, -2.0]]), Tensor([0.5, 0.25]))
    tensor([[-0.5000, -0.5000]])
    """
    (x, a), (_, b) = floats("prelu", input), floats("prelu", weight)
    channels = a.shape[1] if a.ndim > 1 else 1
    if b.ndim > 1 or (b.size != 1 and b.size != channels):
        raise ShapeError(
            f"prelu: beside an input of shape {a.shape}, the weight must have shape () or ({channels},), got {b.shape}"
        )
    if a.dtype != b.dtype:
        raise RuntimeError(f"prelu: the input is {a.dtype}, but the weight {b.dtype}; convert one with .to()")
    slope, b = operand(np.reshape(weight, (-1, *[1] * (a.ndim - 2)) if a.ndim else ()))
    return elementwise(
        "prelu",
        np.where(a > 0, a, a * b),
        (x, lambda g: np.where(like(x, g) > 0, g, g * like(slope, g))),
        (slope, lambda g: np.where(like(x, g) > 0, 0, g * like(x, g))),
    )
