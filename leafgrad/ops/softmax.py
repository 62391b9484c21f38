"""Probabilities from scores: softmax and its logarithm."""

from __future__ import annotations

from typing import Any

import numpy as np

from leafgrad.dims import one_dim
from leafgrad.node import Array, Out
from leafgrad.operands import operand
from leafgrad.ops.reductions import as_dtype, only_floats
from leafgrad.recording import like, record
from leafgrad.surface import public
from leafgrad.tensor import Tensor

__all__ = ["log_softmax", "softmax"]


@public()
def softmax(input: Any, dim: int, *, dtype: Any = None) -> Tensor:
    """`e^x / Σ e^x` along `dim`, without overflow. d = s (dx - Σ s dx)

    A NotImplementedError for integers without `dtype`, as in PyTorch.

    >>> softmax(Tensor([0.0, 0.0, 1000.0]), dim=0)
    tensor([0., 0., 1.])
    """
    x, a = operand(as_dtype(input, dtype), real=True)
    axis = _axis("softmax", dim, a)
    e = np.exp(shifted(a, axis))
    out = Out(e / np.sum(e, axis=axis, keepdims=True))

    def slope(g: Any) -> Any:
        weighted = g * like(out, g)
        return weighted - like(out, g) * np.sum(weighted, axis=axis, keepdims=True)

    return record("softmax", out, (x, slope))


@public()
def log_softmax(input: Any, dim: int, *, dtype: Any = None) -> Tensor:
    """`log softmax(x)` along `dim`, exact where softmax itself would round to 0. d = dx - Σ s dx

    A NotImplementedError for integers without `dtype`, as in PyTorch.

    >>> log_softmax(Tensor([0.0, 1000.0]), dim=0)
    tensor([-1000.,     0.])
    """
    x, a = operand(as_dtype(input, dtype), real=True)
    axis = _axis("log_softmax", dim, a)
    out = Out(log_normalised(a, axis))
    return record(
        "log_softmax",
        out,
        (x, lambda g: g - np.exp(like(out, g)) * np.sum(g, axis=axis, keepdims=True)),
    )


def _axis(op: str, dim: int, a: Array) -> int | tuple[()]:
    axis = one_dim(op, dim, a.ndim)
    only_floats(op, a.dtype, NotImplementedError)
    return axis if a.ndim else ()


def log_normalised(a: Array, axis: int | tuple[()]) -> Array:
    """log(e^a / Σ e^a) of an array."""
    centred = shifted(a, axis)
    return centred - np.log(np.sum(np.exp(centred), axis=axis, keepdims=True))


def shifted(a: Array, axis: int | tuple[()]) -> Array:
    """`a` less its largest element along the axis, so that exponentials stay finite."""
    return a - np.max(a, axis=axis, keepdims=True, initial=-np.inf)
