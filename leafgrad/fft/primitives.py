"""The three transforms that all others are made of.

Along one dimension of length n, the discrete Fourier transform is the matrix F with the elements
exp(-2πi jk/n), and the inverse is its conjugate over n. Both are symmetric, so each is its own
gradient. Of real numbers only the first n//2 + 1 results are kept, for the others are conjugates of
these, and of such a half a whole real signal is made. These two are each other's transposes, but for
the results that stand for two: a gradient counts these twice in one direction, half in the other.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from leafgrad.node import Array
from leafgrad.operands import operand
from leafgrad.recording import record
from leafgrad.tensor import Tensor


class Direction(NamedTuple):
    """NumPy's transforms of one direction: of a whole signal, to a half, from a half."""

    whole: Callable[..., Any]
    half: Callable[..., Any]
    unhalved: Callable[..., Any]


FORWARD = Direction(np.fft.fftn, np.fft.rfft, np.fft.hfft)
INVERSE = Direction(np.fft.ifftn, np.fft.ihfft, np.fft.irfft)


def whole(op: str, direction: Direction, input: Tensor, dims: tuple[int, ...], norm: str | None) -> Tensor:
    """The transform of complex numbers along some dimensions. dX = F G, the same transform of G."""
    x, a = operand(input)
    out = direction.whole(a, axes=dims, norm=norm) if dims else a.copy()
    return record(op, out, (x, lambda g: direction.whole(g, axes=dims, norm=norm)))


def half(op: str, direction: Direction, input: Tensor, dim: int, norm: str | None) -> Tensor:
    """Of n real numbers along `dim` the first n//2 + 1 results, which are complex.

    dx = Re(F G), from the half G with all but its ends halved.
    """
    x, a = operand(input)
    n, counts = a.shape[dim], _counts(a.shape[dim], dim, a)
    out = direction.half(a, axis=dim, norm=norm)
    return record(op, out, (x, lambda g: direction.unhalved(g / counts, n=n, axis=dim, norm=norm)))


def unhalved(op: str, direction: Direction, input: Tensor, n: int, dim: int, norm: str | None) -> Tensor:
    """From the first n//2 + 1 of n complex numbers along `dim`, the others being conjugates, n real ones.

    dX = F G, of which the first half, with all but its ends doubled.
    """
    x, a = operand(input)
    out = direction.unhalved(a, n=n, axis=dim, norm=norm)
    counts = _counts(n, dim, out)
    return record(op, out, (x, lambda g: direction.half(g, axis=dim, norm=norm) * counts))


def _counts(n: int, dim: int, real: Array) -> Array:
    """How often each of the first n//2 + 1 results stands among all n, shaped to lie along `dim`."""
    counts = np.full(n // 2 + 1, 2, real.dtype)
    counts[0] = 1
    if n % 2 == 0:
        counts[-1] = 1
    return counts.reshape([-1 if i == dim else 1 for i in range(real.ndim)])
