"""Transforms of real signals, which need only half of the results, and of such halves.

`rfft` gives the first half of `fft`, `ihfft` the first half of `ifft`; `hfft` and `irfft` take a half
and give the real result that the whole would have. Along several dimensions only the last is halved.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from leafgrad.fft.primitives import FORWARD, INVERSE
from leafgrad.fft.signals import half_transform, one, real_transform
from leafgrad.surface import public
from leafgrad.tensor import Tensor

__all__ = [
    "hfft", "hfft2", "hfftn", "ihfft", "ihfft2", "ihfftn", "irfft", "irfft2", "irfftn", "rfft", "rfft2", "rfftn",
]


@public(np.fft.rfft, method=False, function=False)
def rfft(input: Any, n: int | None = None, dim: int = -1, norm: str | None = None) -> Tensor:
    """The first n//2 + 1 results of `fft`, of a real signal. dY = F dx

    Arguments and errors are those of `fft`; a RuntimeError for complex numbers.

    >>> rfft(Tensor([1.0, 2.0, 3.0, 4.0]))
    tensor([10.+0.j, -2.+2.j, -2.+0.j])
    """
    return real_transform("rfft", FORWARD, input, *one("rfft", n, dim), norm)


@public(np.fft.ihfft, method=False, function=False)
def ihfft(input: Any, n: int | None = None, dim: int = -1, norm: str | None = None) -> Tensor:
    """The inverse of `hfft`: the first n//2 + 1 results of `ifft`, of a real signal. dY = F⁻¹ dx

    Arguments and errors are those of `fft`; a RuntimeError for complex numbers.

    >>> ihfft(Tensor([1.0, 2.0, 3.0, 4.0]))
    tensor([ 2.5000-0.0000j, -0.5000-0.5000j, -0.5000-0.0000j])
    """
    return real_transform("ihfft", INVERSE, input, *one("ihfft", n, dim), norm)


@public(np.fft.irfft, method=False, function=False)
def irfft(input: Any, n: int | None = None, dim: int = -1, norm: str | None = None) -> Tensor:
    """The inverse of `rfft`: n real numbers, of which the first n//2 + 1 results are given. dy = F⁻¹ dX

    Without `n` it is 2(m - 1) for m given; say it where it is odd. The imaginary parts of the first
    and, with n even, the last count as 0. Arguments and errors are those of `fft`.

    >>> irfft(Tensor([10.0, -2 + 2j, -2.0], dtype="complex64"))
    tensor([1., 2., 3., 4.])
    """
    return half_transform("irfft", INVERSE, input, *one("irfft", n, dim), norm)


@public(np.fft.hfft, method=False, function=False)
def hfft(input: Any, n: int | None = None, dim: int = -1, norm: str | None = None) -> Tensor:
    """The real `fft` of n numbers of which one half conjugates the other, and the first n//2 + 1 are given.

    dy = F dX. `n` is read as in `irfft`; the other arguments and errors are those of `fft`.

    >>> hfft(Tensor([2.5, -0.5 - 0.5j, -0.5], dtype="complex64"))
    tensor([1., 2., 3., 4.])
    """
    return half_transform("hfft", FORWARD, input, *one("hfft", n, dim), norm)


@public(np.fft.rfft2, method=False, function=False)
def rfft2(input: Any, s: Any = None, dim: Any = (-2, -1), norm: str | None = None) -> Tensor:
    """`rfftn` along the last two dimensions, or those of `dim`. dY = F dx

    >>> rfft2(Tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([[10.+0.j, -2.+0.j],
            [-4.+0.j,  0.+0.j]])
    """
    return real_transform("rfft2", FORWARD, input, s, dim, norm)


@public(method=False, function=False)
def ihfft2(input: Any, s: Any = None, dim: Any = (-2, -1), norm: str | None = None) -> Tensor:
    """`ihfftn` along the last two dimensions, or those of `dim`. dY = F⁻¹ dx

    >>> ihfft2(Tensor([[10.0, -2.0], [-4.0, 0.0]]))
    tensor([[1.-0.j, 2.-0.j],
            [3.+0.j, 4.+0.j]])
    """
    return real_transform("ihfft2", INVERSE, input, s, dim, norm)


@public(np.fft.irfft2, method=False, function=False)
def irfft2(input: Any, s: Any = None, dim: Any = (-2, -1), norm: str | None = None) -> Tensor:
    """`irfftn` along the last two dimensions, or those of `dim`. dy = F⁻¹ dX

    >>> irfft2(Tensor([[10.0, -2.0], [-4.0, 0.0]]))
    tensor([[1., 2.],
            [3., 4.]])
    """
    return half_transform("irfft2", INVERSE, input, s, dim, norm)


@public(method=False, function=False)
def hfft2(input: Any, s: Any = None, dim: Any = (-2, -1), norm: str | None = None) -> Tensor:
    """`hfftn` along the last two dimensions, or those of `dim`. dy = F dX

    >>> hfft2(Tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([[10., -2.],
            [-4.,  0.]])
    """
    return half_transform("hfft2", FORWARD, input, s, dim, norm)


@public(np.fft.rfftn, method=False, function=False)
def rfftn(input: Any, s: Any = None, dim: Any = None, norm: str | None = None) -> Tensor:
    """`rfft` along the last of several dimensions, then `fft` along the others. dY = F dx

    `s` and `dim` are read as in `fftn`. Errors are those of `fftn` and `rfft`,
    and a RuntimeError where there is no dimension to transform.

    >>> rfftn(Tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([[10.+0.j, -2.+0.j],
            [-4.+0.j,  0.+0.j]])
    """
    return real_transform("rfftn", FORWARD, input, s, dim, norm)


@public(method=False, function=False)
def ihfftn(input: Any, s: Any = None, dim: Any = None, norm: str | None = None) -> Tensor:
    """The inverse of `hfftn`: `ihfft` along the last of several dimensions, then `ifft` along the others.

    dY = F⁻¹ dx. `s` and `dim` are read as in `fftn`. Errors are those of `fftn` and `ihfft`,
    and a RuntimeError where there is no dimension to transform.

    >>> ihfftn(Tensor([[10.0, -2.0], [-4.0, 0.0]]))
    tensor([[1.-0.j, 2.-0.j],
            [3.+0.j, 4.+0.j]])
    """
    return real_transform("ihfftn", INVERSE, input, s, dim, norm)


@public(np.fft.irfftn, method=False, function=False)
def irfftn(input: Any, s: Any = None, dim: Any = None, norm: str | None = None) -> Tensor:
    """The inverse of `rfftn`: `ifft` along all dimensions but the last, then `irfft` along that. dy = F⁻¹ dX

    `s` and `dim` are read as in `fftn`, the last size as `n` in `irfft`. Errors are those of `fftn` and `irfft`,
    and a RuntimeError where there is no dimension to transform.

    >>> irfftn(Tensor([[10.0, -2.0], [-4.0, 0.0]]))
    tensor([[1., 2.],
            [3., 4.]])
    """
    return half_transform("irfftn", INVERSE, input, s, dim, norm)


@public(method=False, function=False)
def hfftn(input: Any, s: Any = None, dim: Any = None, norm: str | None = None) -> Tensor:
    """`fft` along all dimensions but the last, then `hfft` along that. dy = F dX

    `s` and `dim` are read as in `fftn`, the last size as `n` in `irfft`. Errors are those of `fftn` and `hfft`,
    and a RuntimeError where there is no dimension to transform.

    >>> hfftn(Tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([[10., -2.],
            [-4.,  0.]])
    """
    return half_transform("hfftn", FORWARD, input, s, dim, norm)
