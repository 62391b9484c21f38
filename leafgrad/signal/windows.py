"""Windows: weights that fall off towards both ends of M samples, which frame a piece of a signal.

A window is symmetric, or with `sym=False` the first M of a symmetric one of M + 1, which then repeats with period M.
A ValueError where M is negative, or the dtype is not float32 or float64.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Unpack

import numpy as np

from leafgrad.node import Array
from leafgrad.options import Options, made, wanted
from leafgrad.tensor import Tensor

__all__ = [
    "bartlett", "blackman", "cosine", "exponential", "gaussian", "general_cosine", "general_hamming", "hamming", "hann",
    "kaiser", "nuttall",
]


def general_cosine(M: int, *, a: Sequence[float], sym: bool = True, **options: Unpack[Options]) -> Tensor:
    """`Σ_i (-1)^i a[i] cos(2π i n / (M - 1))`, and 1 where M is 1.

    A ValueError where there is no coefficient, a TypeError for no sequence of them.

    >>> general_cosine(3, a=[0.5, 0.5])
    tensor([0., 1., 0.])
    """
    if not isinstance(a, Sequence):
        raise TypeError(f"general_cosine: a must be a list or tuple of coefficients, got {type(a).__name__}")
    if not a:
        raise ValueError("general_cosine: a must not be empty; give at least one coefficient")
    angle = math.pi * (_points("general_cosine", M, sym, options) + 1)
    weights = sum((-1) ** i * c * np.cos(i * angle) for i, c in enumerate(a))
    return _window("general_cosine", np.ones(1) if M == 1 else np.asarray(weights), options)


def general_hamming(M: int, *, alpha: float = 0.54, sym: bool = True, **options: Unpack[Options]) -> Tensor:
    """`alpha - (1 - alpha) cos(2π n / (M - 1))`.

    >>> general_hamming(3, alpha=0.5)
    tensor([0., 1., 0.])
    """
    return general_cosine(M, a=[alpha, 1 - alpha], sym=sym, **options)


def hamming(M: int, *, sym: bool = True, **options: Unpack[Options]) -> Tensor:
    """`0.54 - 0.46 cos(2π n / (M - 1))`.

    >>> hamming(3)
    tensor([0.0800, 1.0000, 0.0800])
    """
    return general_hamming(M, sym=sym, **options)


def hann(M: int, *, sym: bool = True, **options: Unpack[Options]) -> Tensor:
    """`(1 - cos(2π n / (M - 1))) / 2`.

    >>> hann(3)
    tensor([0., 1., 0.])
    """
    return general_hamming(M, alpha=0.5, sym=sym, **options)


def blackman(M: int, *, sym: bool = True, **options: Unpack[Options]) -> Tensor:
    """`0.42 - 0.5 cos(2π n / (M - 1)) + 0.08 cos(4π n / (M - 1))`.

    >>> blackman(3)[1]
    tensor(1.)
    """
    return general_cosine(M, a=[0.42, 0.5, 0.08], sym=sym, **options)


def nuttall(M: int, *, sym: bool = True, **options: Unpack[Options]) -> Tensor:
    """Four cosines with Nuttall's coefficients: minimal 4-term Blackman-Harris. (Heinzel and others, 2002.)

    >>> nuttall(3)
    tensor([3.6280e-04, 1.0000e+00, 3.6280e-04])
    """
    return general_cosine(M, a=[0.3635819, 0.4891775, 0.1365995, 0.0106411], sym=sym, **options)


def bartlett(M: int, *, sym: bool = True, **options: Unpack[Options]) -> Tensor:
    """`1 - |2n / (M - 1) - 1|`: a triangle.

    >>> bartlett(3)
    tensor([0., 1., 0.])
    """
    return _window("bartlett", 1 - np.abs(_points("bartlett", M, sym, options)), options)


def cosine(M: int, *, sym: bool = True, **options: Unpack[Options]) -> Tensor:
    """`sin(π (n + 1/2) / M)`.

    >>> cosine(3)
    tensor([0.5000, 1.0000, 0.5000])
    """
    t = _points("cosine", M, sym, options)
    return _window("cosine", np.cos(math.pi / 2 * t * (1 - 1 / _length(M, sym))), options)


def exponential(
    M: int, *, center: float | None = None, tau: float = 1.0, sym: bool = True, **options: Unpack[Options]
) -> Tensor:
    """`exp(-|n - center| / tau)`, the center being in the middle, and to be given only with `sym=False`.

    A ValueError unless `tau` is positive.

    >>> exponential(3)
    tensor([0.3679, 1.0000, 0.3679])
    """
    if tau <= 0:
        raise ValueError(f"exponential: tau must be positive, got {tau}")
    if sym and center is not None:
        raise ValueError(f"exponential: a symmetric window has its center in the middle, got {center}; leave it out")
    half = (_length(M, sym) - 1) / 2
    n = half * (_points("exponential", M, sym, options) + 1)
    return _window("exponential", np.exp(-np.abs(n - (half if center is None else center)) / tau), options)


def gaussian(M: int, *, std: float = 1.0, sym: bool = True, **options: Unpack[Options]) -> Tensor:
    """`exp(-((n - (M - 1) / 2) / std)² / 2)`. A ValueError unless `std` is positive.

    >>> gaussian(3)
    tensor([0.6065, 1.0000, 0.6065])
    """
    if std <= 0:
        raise ValueError(f"gaussian: std must be positive, got {std}")
    n = (_length(M, sym) - 1) / 2 * _points("gaussian", M, sym, options)
    return _window("gaussian", np.exp(-0.5 * (n / std) ** 2), options)


def kaiser(M: int, *, beta: float = 12.0, sym: bool = True, **options: Unpack[Options]) -> Tensor:
    """`I0(beta sqrt(1 - (2n / (M - 1) - 1)²)) / I0(beta)`. A ValueError where `beta` is negative.

    >>> kaiser(3, beta=0.0)
    tensor([1., 1., 1.])
    """
    if beta < 0:
        raise ValueError(f"kaiser: beta must not be negative, got {beta}")
    t = _points("kaiser", M, sym, options)
    return _window("kaiser", np.i0(beta * np.sqrt(np.maximum(1 - t * t, 0))) / np.i0(beta), options)


def _length(M: int, sym: bool) -> int:
    """Of how many samples the whole symmetric window is; at least 1."""
    return max(M if sym or M == 1 else M + 1, 1)


def _points(op: str, M: int, sym: bool, options: Options) -> Array:
    """M points from -1 to 1, the last left out with `sym=False`; of one alone it is the middle, 0."""
    dtype = wanted(options)
    if dtype not in (np.float32, np.float64):
        raise ValueError(f"{op}: a window is of float32 or float64, got {dtype}")
    if M < 0:
        raise ValueError(f"{op}: the length of a window must not be negative, got {M}")
    last = _length(M, sym) - 1
    return 2 * np.arange(M) / last - 1 if last else np.zeros(M)


def _window(op: str, values: Array, options: Options) -> Tensor:
    return made(op, values.astype(wanted(options)), options)
