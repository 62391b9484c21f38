"""The linear map, and what a model passes through on its way."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from leafgrad.errors import ShapeError
from leafgrad.inplace import write
from leafgrad.random import Generator, default_generator
from leafgrad.recording import like, operand, promoted, record
from leafgrad.tensor import Tensor

__all__ = ["dropout", "linear"]


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


def dropout(
    input: Any, p: float = 0.5, training: bool = True, inplace: bool = False, *, generator: Generator | None = None
) -> Tensor:
    """Each element zeroed with probability p, the others divided by 1 - p; unchanged unless training.

    A ValueError for p outside [0, 1].

    >>> dropout(Tensor([1.0, 2.0]), training=False)
    tensor([1., 2.])
    """
    check_probability(p)
    if not training or p == 0:
        return input if isinstance(input, Tensor) else Tensor(input)
    rng = (generator or default_generator).numpy
    return write("dropout_", input, _dropped, p, rng) if inplace else _dropped(input, p, rng)


def check_probability(p: float) -> None:
    if not 0 <= p <= 1:
        raise ValueError(f"dropout: the probability p must be between 0 and 1, got {p}")


def _dropped(input: Any, p: float, rng: np.random.Generator) -> Tensor:
    x, a = operand(input, floating=True)
    kept = (rng.random(a.shape, np.float32) >= p).astype(a.dtype)
    if p < 1:
        kept /= 1 - p
    return record("dropout", a * kept, (x, lambda g: g * kept))
