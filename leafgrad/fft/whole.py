"""Transforms of complex signals, along one dimension, two, or many."""

from __future__ import annotations

from typing import Any

import numpy as np

from leafgrad.fft.primitives import FORWARD, INVERSE
from leafgrad.fft.signals import one, transform
from leafgrad.surface import public
from leafgrad.tensor import Tensor

__all__ = ["fft", "fft2", "fftn", "ifft", "ifft2", "ifftn"]


@public(np.fft.fft, method=False, function=False)
def fft(input: Any, n: int | None = None, dim: int = -1, norm: str | None = None) -> Tensor:
    """The discrete Fourier transform along `dim`, `Y_k = Σ_j x_j exp(-2πi jk/n)`. dY = F dx

    The signal is cut, or filled up with zeros, to `n`; real numbers give complex ones. `norm` says
    where 1/n stands: in the inverse ("backward", the default), here ("forward"), or as 1/√n in both
    ("ortho"). A RuntimeError for another norm, n < 1 and float16, an IndexError for a `dim` that is
    not there.

    >>> fft(Tensor([1.0, 2.0, 3.0, 4.0]))
    tensor([10.+0.j, -2.+2.j, -2.+0.j, -2.-2.j])
    """
    return transform("fft", FORWARD, input, *one("fft", n, dim), norm)


@public(np.fft.ifft, method=False, function=False)
def ifft(input: Any, n: int | None = None, dim: int = -1, norm: str | None = None) -> Tensor:
    """The inverse of `fft` along `dim`, `Y_k = Σ_j x_j exp(2πi jk/n) / n`. dY = F⁻¹ dx

    Arguments and errors are those of `fft`.

    >>> ifft(Tensor([10.0, -2.0, -2.0, -2.0]))
    tensor([1.+0.j, 3.+0.j, 3.+0.j, 3.+0.j])
    """
    return transform("ifft", INVERSE, input, *one("ifft", n, dim), norm)


@public(np.fft.fft2, method=False, function=False)
def fft2(input: Any, s: Any = None, dim: Any = (-2, -1), norm: str | None = None) -> Tensor:
    """`fftn` along the last two dimensions, or those of `dim`. dY = F dx

    >>> fft2(Tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([[10.+0.j, -2.+0.j],
            [-4.+0.j,  0.+0.j]])
    """
    return transform("fft2", FORWARD, input, s, dim, norm)


@public(np.fft.ifft2, method=False, function=False)
def ifft2(input: Any, s: Any = None, dim: Any = (-2, -1), norm: str | None = None) -> Tensor:
    """`ifftn` along the last two dimensions, or those of `dim`. dY = F⁻¹ dx

    >>> ifft2(Tensor([[10.0, -2.0], [-4.0, 0.0]]))
    tensor([[1.+0.j, 2.+0.j],
            [3.+0.j, 4.+0.j]])
    """
    return transform("ifft2", INVERSE, input, s, dim, norm)


@public(np.fft.fftn, method=False, function=False)
def fftn(input: Any, s: Any = None, dim: Any = None, norm: str | None = None) -> Tensor:
    """`fft` along each of several dimensions: those of `dim`, or the last `len(s)`, or all. dY = F dx

    `s` has the length of the signal along each of them, -1 for that of the tensor. Errors are those
    of `fft`, and a RuntimeError where `s` and `dim` do not fit.

    >>> fftn(Tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([[10.+0.j, -2.+0.j],
            [-4.+0.j,  0.+0.j]])
    """
    return transform("fftn", FORWARD, input, s, dim, norm)


@public(np.fft.ifftn, method=False, function=False)
def ifftn(input: Any, s: Any = None, dim: Any = None, norm: str | None = None) -> Tensor:
    """The inverse of `fftn`, with its arguments. dY = F⁻¹ dx

    >>> ifftn(Tensor([[10.0, -2.0], [-4.0, 0.0]]))
    tensor([[1.+0.j, 2.+0.j],
            [3.+0.j, 4.+0.j]])
    """
    return transform("ifftn", INVERSE, input, s, dim, norm)
