"""Normalisation: each example brought to mean 0 and variance 1, then scaled and shifted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

import numpy as np

from leafgrad.errors import ShapeError
from leafgrad.operands import operand
from leafgrad.recording import like, record
from leafgrad.tensor import Tensor

__all__ = ["layer_norm"]


def layer_norm(
    input: Any, normalized_shape: Sequence[int], weight: Any = None, bias: Any = None, eps: float = 1e-5
) -> Tensor:
    """`(x - mean) / √(variance + eps) · w + b` over the last dimensions, which are `normalized_shape`.

    x has shape (*, *normalized_shape), w and b that of `normalized_shape`. With z the normalised x
    and h = w g: dx = (h - mean(h) - z mean(h z)) / √(variance + eps), dw = Σ g z, db = Σ g. Source:
    Ba, Kiros and Hinton, "Layer normalization" (2016). A ShapeError where the shapes do not fit.

    >>> layer_norm(Tensor([[1.0, 3.0], [5.0, 5.0]]), (2,))
    tensor([[-1.0000,  1.0000],
            [ 0.0000,  0.0000]])
    """
    x, a = operand(input, floating=True, real=True)
    w, scale = _parameter(weight)
    b, shift = _parameter(bias)
    inner = tuple(normalized_shape)
    check_inner("layer_norm", a.shape, inner, {"weight": weight, "bias": bias})
    shape, size = a.shape, prod(inner)
    rows = prod(shape[: len(shape) - len(inner)])
    ones = np.ones(size, a.dtype)
    z, root = _normalized(np.reshape(a, (rows, size)), ones, eps)

    def normalized(g: Any) -> tuple[Any, Any]:
        """z and 1 / √(variance + eps): as they were computed, or with their history."""
        if not isinstance(g, Tensor):
            return z, root
        return _normalized(np.reshape(like(x, g), (rows, size)), ones, eps)

    def slope(g: Any) -> Any:
        z, root = normalized(g)
        h = np.reshape(g if w is None else g * like(w, g), (rows, size))
        return np.reshape((h - _means(h, ones) - z * _means(h * z, ones)) * root, shape)

    def slope_of_weight(g: Any) -> Any:
        return _total(np.reshape(g, (rows, size)) * normalized(g)[0], inner)

    out = np.reshape(z, shape) * (1 if scale is None else scale)  # memory of its own, for z is kept
    if shift is not None:
        out += shift
    return record(
        "layer_norm",
        out,
        (x, slope),
        (w, slope_of_weight),
        (b, lambda g: _total(np.reshape(g, (rows, size)), inner)),
    )


def _normalized(x: Any, ones: Any, eps: float) -> tuple[Any, Any]:
    """Rows with mean 0 and variance 1, and the 1 / √(variance + eps) that made them so."""
    centred = x - _means(x, ones)
    root = 1 / np.sqrt(_means(centred * centred, ones) + eps)
    return centred * root, root


def _means(x: Any, ones: Any) -> Any:
    """The mean of each row, in a column: for short rows a product with ones is faster than np.mean."""
    return np.matmul(x, ones)[:, None] / (len(ones) or 1)


def _total(x: Any, shape: tuple[int, ...]) -> Any:
    """The sum of the rows, in that shape."""
    return np.reshape(np.matmul(np.ones(x.shape[0], x.dtype), x), shape)


def _parameter(x: Any) -> tuple[Any, Any]:
    return (None, None) if x is None else operand(x)


def check_inner(op: str, x: tuple[int, ...], inner: tuple[int, ...], given: Mapping[str, Any]) -> None:
    """A ShapeError where `inner` are not the last dimensions of x, or not those of the parameters given."""
    if not inner:
        raise ShapeError(f"{op}: normalized_shape must name at least one dimension, got () for an input {x}")
    if x[-len(inner) :] != inner:
        raise ShapeError(
            f"{op}: normalized_shape {inner} must be the last dimensions of the input, which has shape {x}"
        )
    for name, value in given.items():
        if value is not None and np.shape(operand(value)[1]) != inner:
            raise ShapeError(
                f"{op}: the {name} must have the normalized_shape {inner}, got {np.shape(operand(value)[1])}"
            )
