"""The linear map, and the bilinear one."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from leafgrad.errors import ShapeError
from leafgrad.operands import operand, promoted
from leafgrad.recording import like, record
from leafgrad.tensor import Tensor

__all__ = ["bilinear", "linear"]


def linear(input: Any, weight: Any, bias: Any = None) -> Tensor:
    """`x Wᵀ + b`: (..., in) with a weight (out, in) and a bias (out,) gives (..., out).

    dX = G W, dW = Gᵀ X, db = 1ᵀ G (a product is the fastest sum over rows). A ShapeError where the shapes do not fit.

    >>> linear(Tensor([1.0, 2.0]), Tensor([[3.0, 4.0], [5.0, 6.0]]), Tensor([0.5, 0.0]))
    tensor([11.5000, 17.0000])
    """
    x, a = operand(input)
    w, m = operand(weight)
    b, c = (None, None) if bias is None else operand(bias)
    if a.dtype != m.dtype:
        x, w, a, m = promoted(x, w)
    shape = a.shape
    outputs, inputs = _checked(shape, m.shape, None if c is None else c.shape)
    rows = shape[0] if len(shape) == 2 else prod(shape[:-1])
    out = np.matmul(_shaped(a, (rows, inputs)), m.T)
    if c is not None:
        out += c
    return record(
        "linear",
        _shaped(out, (*shape[:-1], outputs)),
        (x, lambda g: _shaped(np.matmul(_shaped(g, (rows, outputs)), like(w, g)), shape)),
        (w, lambda g: np.matmul(_shaped(g, (rows, outputs)).T, _shaped(like(x, g), (rows, inputs)))),
        (b, lambda g: np.matmul(np.ones(rows, g.dtype), _shaped(g, (rows, outputs)))),
    )


def _shaped(x: Any, shape: tuple[int, ...]) -> Any:
    """`x` in that shape: one tall product is faster than a stack of small ones."""
    return x if x.shape == shape else np.reshape(x, shape)


def _checked(x: tuple[int, ...], weight: tuple[int, ...], bias: tuple[int, ...] | None) -> tuple[int, ...]:
    """The weight's shape, if all three go together."""
    if len(weight) != 2:
        raise ShapeError(f"linear: the weight must have shape (out_features, in_features), got {weight}")
    outputs, inputs = weight
    if not x or x[-1] != inputs:
        raise ShapeError(
            f"linear: the input has shape {x}, but Linear(in_features={inputs}, out_features={outputs}) "
            f"needs a last dimension of {inputs}"
        )
    if bias is not None and bias != (outputs,):
        raise ShapeError(f"linear: the bias must have shape ({outputs},) beside a weight {weight}, got {bias}")
    return weight


def bilinear(input1: Any, input2: Any, weight: Any, bias: Any = None) -> Tensor:
    """`Σ x W y + b`: x (..., in1) and y (..., in2) with a weight (out, in1, in2) and a bias (out,) give (..., out).

    A ShapeError where the shapes do not fit.

    >>> bilinear(Tensor([1.0, 2.0]), Tensor([3.0]), Tensor([[[1.0], [10.0]]]))
    tensor([63.])
    """
    x, y, w = (t if isinstance(t, Tensor) else Tensor(t) for t in (input1, input2, weight))
    if w.ndim != 3 or not x.ndim or x.shape[:-1] != y.shape[:-1] or (x.shape[-1], y.shape[-1]) != w.shape[1:]:
        raise ShapeError(
            "bilinear: expected inputs (..., in1) and (..., in2) and a weight (out, in1, in2), "
            f"got {x.shape}, {y.shape} and {w.shape}"
        )
    outputs, in1, in2 = w.shape
    if bias is not None and np.shape(operand(bias)[1]) != (outputs,):
        raise ShapeError(f"bilinear: the bias must have shape ({outputs},), got {np.shape(operand(bias)[1])}")
    rows = prod(x.shape[:-1])
    half = (x.reshape(rows, in1) @ w.permute(1, 0, 2).reshape(in1, outputs * in2)).reshape(rows, outputs, in2)
    out = (half @ y.reshape(rows, in2, 1)).reshape(*x.shape[:-1], outputs)
    return out if bias is None else out + bias
