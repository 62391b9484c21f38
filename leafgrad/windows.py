"""The windows of `leafgrad.signal.windows` under PyTorch's older names: periodic, and of any floating-point dtype."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Unpack

import numpy as np

from leafgrad.options import Options, made, wanted
from leafgrad.signal import windows
from leafgrad.tensor import Tensor

__all__ = ["bartlett_window", "blackman_window", "hamming_window", "hann_window", "kaiser_window"]


def bartlett_window(window_length: int, periodic: bool = True, **options: Unpack[Options]) -> Tensor:
    """`signal.windows.bartlett(window_length, sym=not periodic)`.

    >>> bartlett_window(4)
    tensor([0.0000, 0.5000, 1.0000, 0.5000])
    """
    return _window("bartlett_window", windows.bartlett, window_length, periodic, options)


def blackman_window(window_length: int, periodic: bool = True, **options: Unpack[Options]) -> Tensor:
    """`signal.windows.blackman(window_length, sym=not periodic)`.

    >>> blackman_window(2)[1]
    tensor(1.)
    """
    return _window("blackman_window", windows.blackman, window_length, periodic, options)


def hann_window(window_length: int, periodic: bool = True, **options: Unpack[Options]) -> Tensor:
    """`signal.windows.hann(window_length, sym=not periodic)`.

    >>> hann_window(4)
    tensor([0.0000, 0.5000, 1.0000, 0.5000])
    """
    return _window("hann_window", windows.hann, window_length, periodic, options)


def hamming_window(
    window_length: int, periodic: bool = True, alpha: float = 0.54, beta: float = 0.46, **options: Unpack[Options]
) -> Tensor:
    """`alpha - beta cos(2π n / N)`, N being `window_length`, or one less where it is not periodic.

    >>> hamming_window(2)
    tensor([0.0800, 1.0000])
    """
    return _window("hamming_window", windows.general_cosine, window_length, periodic, options, a=[alpha, beta])


def kaiser_window(
    window_length: int, periodic: bool = True, beta: float = 12.0, **options: Unpack[Options]
) -> Tensor:
    """`signal.windows.kaiser(window_length, beta=beta, sym=not periodic)`.

    >>> kaiser_window(2, beta=0.0)
    tensor([1., 1.])
    """
    return _window("kaiser_window", windows.kaiser, window_length, periodic, options, beta=beta)


def _window(
    op: str, window: Callable[..., Tensor], window_length: int, periodic: bool, options: Options, **shape: Any
) -> Tensor:
    dtype = wanted(options)
    if window_length < 0 or dtype.kind != "f":
        raise RuntimeError(f"{op}: needs a length that is not negative and a float dtype, got {window_length}, {dtype}")
    values = window(window_length, sym=not periodic, dtype=np.float64, **shape).data
    return made(op, values.astype(dtype), options)
