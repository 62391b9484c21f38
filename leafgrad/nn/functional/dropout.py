"""Dropout: noise in training that keeps units from relying on each other.

Single elements are dropped, or whole channels (the slices of dimension 1), and they become 0, or for
the alpha forms the lower end of SELU, of which mean and variance are then restored.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import partial
from math import sqrt
from typing import Any

import numpy as np

from leafgrad.errors import ShapeError
from leafgrad.inplace import write
from leafgrad.nn.functional.activations import SELU_ALPHA, SELU_SCALE
from leafgrad.node import Array
from leafgrad.operands import floats, operand
from leafgrad.random import Generator, default_generator
from leafgrad.recording import record
from leafgrad.tensor import Tensor

__all__ = ["alpha_dropout", "dropout", "dropout1d", "dropout2d", "dropout3d", "feature_alpha_dropout"]


def dropout(
    input: Any, p: float = 0.5, training: bool = True, inplace: bool = False, *, generator: Generator | None = None
) -> Tensor:
    """Each element zeroed with probability p, the others divided by 1 - p; unchanged unless training.

    d = dx / (1 - p) where kept. A ValueError for p outside [0, 1]. Source: Srivastava et al.,
    "Dropout: a simple way to prevent neural networks from overfitting" (2014).

    >>> dropout(Tensor([1.0, 2.0]), training=False)
    tensor([1., 2.])
    """
    return _noisy("dropout", _zeroed, input, p, training, inplace, generator)


def dropout1d(
    input: Any, p: float = 0.5, training: bool = True, inplace: bool = False, *, generator: Generator | None = None
) -> Tensor:
    """`dropout` of whole channels of (N, C, L) or (C, L).

    A ShapeError for an input of other than 2 or 3 dimensions.

    >>> dropout1d(Tensor([[1.0, 2.0]]), training=False)
    tensor([[1., 2.]])
    """
    ndim = operand(input)[1].ndim
    if ndim not in (2, 3):
        raise ShapeError(f"dropout1d: expected an input (N, C, L) or (C, L), got {ndim} dimensions")
    return _noisy("dropout1d", partial(_zeroed, channel=ndim - 2), input, p, training, inplace, generator)


def dropout2d(
    input: Any, p: float = 0.5, training: bool = True, inplace: bool = False, *, generator: Generator | None = None
) -> Tensor:
    """`dropout` of whole channels of (N, C, H, W).

    As in PyTorch, three dimensions are taken as (N, C, L), with a warning, as for any number but 4.

    >>> dropout2d(Tensor([[[[1.0, 2.0]]]]), training=False)
    tensor([[[[1., 2.]]]])
    """
    ndim = operand(input)[1].ndim
    if ndim != 4:
        warnings.warn(
            f"dropout2d: an input of {ndim} dimensions is taken as (N, C, ...); use dropout1d or dropout", stacklevel=2
        )
    return _noisy("dropout2d", partial(_zeroed, channel=1), input, p, training, inplace, generator)


def dropout3d(
    input: Any, p: float = 0.5, training: bool = True, inplace: bool = False, *, generator: Generator | None = None
) -> Tensor:
    """`dropout` of whole channels of (N, C, D, H, W) or (C, D, H, W).

    As in PyTorch, any other number of dimensions than 5 is taken as (C, ...), with a warning unless it is 4.

    >>> dropout3d(Tensor([[[[1.0, 2.0]]]]), training=False)
    tensor([[[[1., 2.]]]])
    """
    ndim = operand(input)[1].ndim
    if ndim not in (4, 5):
        warnings.warn(f"dropout3d: an input of {ndim} dimensions is taken as (C, ...); use dropout", stacklevel=2)
    return _noisy("dropout3d", partial(_zeroed, channel=int(ndim == 5)), input, p, training, inplace, generator)


def alpha_dropout(
    input: Any, p: float = 0.5, training: bool = False, inplace: bool = False, *, generator: Generator | None = None
) -> Tensor:
    """Each element set to -1.7581, the lower end of SELU, with probability p; then `a x + b`.

    a and b are those that keep a mean of 0 and a variance of 1. d = a dx where kept. A ValueError for p
    outside [0, 1]. Source: Klambauer et al., "Self-normalizing neural networks" (2017).

    >>> alpha_dropout(Tensor([1.0, 2.0]), training=False)
    tensor([1., 2.])
    """
    return _noisy("alpha_dropout", _lowered, input, p, training, inplace, generator)


def feature_alpha_dropout(
    input: Any, p: float = 0.5, training: bool = False, inplace: bool = False, *, generator: Generator | None = None
) -> Tensor:
    """`alpha_dropout` of whole channels of (N, C, ...).

    >>> feature_alpha_dropout(Tensor([[1.0, 2.0]]), training=False)
    tensor([[1., 2.]])
    """
    lowered = partial(_lowered, channel=1)
    return _noisy("feature_alpha_dropout", lowered, input, p, training, inplace, generator)


def check_probability(p: float, op: str = "dropout") -> None:
    if not 0 <= p <= 1:
        raise ValueError(f"{op}: the probability p must be between 0 and 1, got {p}")


def _noisy(
    op: str,
    function: Callable[..., Tensor],
    input: Any,
    p: float,
    training: bool,
    inplace: bool,
    generator: Generator | None,
) -> Tensor:
    """`function(input)` while training, in place or not; otherwise the input itself."""
    check_probability(p, op)
    if not training or p == 0:
        return input if isinstance(input, Tensor) else Tensor(input)
    rng = (generator or default_generator).numpy
    return write(f"{op}_", input, function, op, p, rng) if inplace else function(input, op, p, rng)


def _zeroed(input: Any, op: str, p: float, rng: np.random.Generator, channel: int | None = None) -> Tensor:
    x, a = floats(op, input)
    kept = _kept(op, a, p, rng, channel)
    if p < 1:
        kept /= 1 - p
    return record(op, a * kept, (x, lambda g: g * kept))


def _lowered(input: Any, op: str, p: float, rng: np.random.Generator, channel: int | None = None) -> Tensor:
    """`a (m x - s (1 - m)) + a s p`, with the mask m, s = 1.7581 and a² = 1 / ((1 - p) (1 + p s²))."""
    x, a = floats(op, input)
    kept = _kept(op, a, p, rng, channel)
    end = SELU_ALPHA * SELU_SCALE
    scale = 1 / sqrt((1 - p) * (1 + p * end * end)) if p < 1 else 0.0
    shift = (kept - (1 - p)) * (end * scale)
    kept *= scale
    return record(op, a * kept + shift, (x, lambda g: g * kept))


def _kept(op: str, a: Array, p: float, rng: np.random.Generator, channel: int | None) -> Array:
    """1 where kept, 0 where dropped, for each element, or for each channel of that dimension and those before."""
    shape = a.shape
    if channel is not None:
        if len(shape) <= channel:
            raise ShapeError(f"{op}: expected an input with channels in dimension {channel}, got shape {shape}")
        shape = (*shape[: channel + 1], *[1] * (len(shape) - channel - 1))
    return (rng.random(shape, np.float32) >= p).astype(a.dtype)
