"""Which frequency each result of a transform is of, and in which order they stand."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from leafgrad.dims import dims_of
from leafgrad.dtypes import get_default_dtype
from leafgrad.node import Array
from leafgrad.operands import tensor_of
from leafgrad.surface import public
from leafgrad.tensor import Tensor, wrap

__all__ = ["fftfreq", "fftshift", "ifftshift", "rfftfreq"]


def fftfreq(n: int, d: float = 1.0, *, dtype: Any = None, device: Any = "cpu", requires_grad: bool = False) -> Tensor:
    """The frequencies of the results of `fft` of n points at distance `d`: 0, 1, …, -2, -1 over n d.

    A RuntimeError for a negative n, and for a dtype that is not floating point.

    >>> fftfreq(5)
    tensor([ 0.0000,  0.2000,  0.4000, -0.4000, -0.2000])
    """
    n = _points("fftfreq", n)
    cycles = np.concatenate([np.arange((n + 1) // 2), np.arange(-(n // 2), 0)])
    return _frequencies("fftfreq", cycles, n, d, dtype, device).requires_grad_(requires_grad)


def rfftfreq(n: int, d: float = 1.0, *, dtype: Any = None, device: Any = "cpu", requires_grad: bool = False) -> Tensor:
    """The frequencies of the results of `rfft` of n points at distance `d`: 0, 1, …, n//2 over n d.

    A RuntimeError for a negative n, and for a dtype that is not floating point.

    >>> rfftfreq(5)
    tensor([0.0000, 0.2000, 0.4000])
    """
    n = _points("rfftfreq", n)
    return _frequencies("rfftfreq", np.arange(n // 2 + 1), n, d, dtype, device).requires_grad_(requires_grad)


def _points(op: str, n: int) -> int:
    if operator.index(n) < 0:
        raise RuntimeError(f"{op}: n must not be negative, got {n}")
    return operator.index(n)


def _frequencies(op: str, cycles: Array, n: int, d: float, dtype: Any, device: Any) -> Tensor:
    wanted = np.dtype(get_default_dtype() if dtype is None else dtype)
    if wanted.kind != "f":
        raise RuntimeError(f"{op}: dtype must be floating point, got {wanted}")
    return wrap(cycles * np.divide(1.0, n * d)).to(device, dtype=wanted)


@public(np.fft.fftshift, method=False, function=False)
def fftshift(input: Any, dim: Any = None) -> Tensor:
    """The results of a transform with frequency 0 in the middle, along all dimensions or those of `dim`.

    It rolls each by n//2, and its gradient back.

    >>> fftshift(fftfreq(4))
    tensor([-0.5000, -0.2500,  0.0000,  0.2500])
    """
    return _rolled("fftshift", input, dim, lambda n: n // 2)


@public(np.fft.ifftshift, method=False, function=False)
def ifftshift(input: Any, dim: Any = None) -> Tensor:
    """The inverse of `fftshift`: frequency 0 back in front.

    >>> ifftshift(Tensor([-0.5, -0.25, 0.0, 0.25]))
    tensor([ 0.0000,  0.2500, -0.5000, -0.2500])
    """
    return _rolled("ifftshift", input, dim, lambda n: -(n // 2))


def _rolled(op: str, input: Any, dim: Any, shift: Any) -> Tensor:
    x = tensor_of(input)
    dims = tuple(range(x.ndim)) if dim is None else dims_of(op, dim, x.ndim)
    if not dims:
        raise RuntimeError(f"{op}: a 0-d tensor has no dimension to shift along")
    return np.roll(x, [shift(x.shape[d]) for d in dims], dims)  # type: ignore[return-value]
