"""What is transformed: the input's dtype, the length of the signal, and along which dimensions."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from leafgrad.dims import dims_of, sizes
from leafgrad.dtypes import get_default_dtype
from leafgrad.errors import ShapeError
from leafgrad.fft.primitives import Direction, half, unhalved, whole
from leafgrad.operands import tensor_of
from leafgrad.tensor import Tensor


def transform(op: str, direction: Direction, input: Any, s: Any, dim: Any, norm: str | None) -> Tensor:
    """Complex numbers from complex (or real) ones."""
    _check_norm(op, norm)
    x = _complex(op, input)
    lengths, dims = _lengths(op, x.shape, s, dim)
    return whole(op, direction, _fitted(x, lengths, dims), dims, norm)


def real_transform(op: str, direction: Direction, input: Any, s: Any, dim: Any, norm: str | None) -> Tensor:
    """A half of complex numbers from real ones: it is the last of the dimensions that is halved."""
    _check_norm(op, norm)
    x = _floating(op, input)
    if x.dtype.kind == "c":
        raise RuntimeError(f"{op}: needs a real tensor, got {x.dtype}; take its real part")
    lengths, dims = _lengths(op, x.shape, s, dim)
    _check_some(op, dims)
    y = half(op, direction, _fitted(x, lengths, dims), dims[-1], norm)
    return whole(op, direction, y, dims[:-1], norm) if dims[1:] else y


def half_transform(op: str, direction: Direction, input: Any, s: Any, dim: Any, norm: str | None) -> Tensor:
    """Real numbers from a half of complex ones: it is the last of the dimensions that is halved."""
    _check_norm(op, norm)
    x = _complex(op, input)
    dims = _dims(op, x.ndim, s, dim)
    _check_some(op, dims)
    own = [2 * (n - 1) if i == dims[-1] else n for i, n in enumerate(x.shape)]
    (*others, n), dims = _lengths(op, own, s, dim)
    x = _fitted(x, (*others, n // 2 + 1), dims)
    if others:
        x = whole(op, direction, x, dims[:-1], norm)
    return unhalved(op, direction, x, n, dims[-1], norm)


def one(op: str, n: int | None, dim: int) -> tuple[Any, Any]:
    """The sizes and dimensions of a transform along one dimension, to which n = -1 means nothing."""
    if n is not None and n < 1:
        raise _no_points(op, n)
    return None if n is None else (n,), (operator.index(dim),)


def _dims(op: str, ndim: int, s: Any, dim: Any) -> tuple[int, ...]:
    """The dimensions to transform: without `dim` the last ones, as many as `s` has sizes, or all."""
    if dim is not None:
        dims = dims_of(op, dim if isinstance(dim, int) else tuple(dim), ndim)
        if ndim == 0 and dim != ():
            raise IndexError(f"{op}: a 0-d tensor has no dimension {dim} to transform")
        return dims
    count = ndim if s is None else len(_sizes(s))
    if count > ndim:
        raise ShapeError(f"{op}: got {count} sizes, s={s}, for a tensor of {ndim} dimensions")
    return tuple(range(ndim - count, ndim))


def _lengths(op: str, own: Sequence[int], s: Any, dim: Any) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The length of the signal along each dimension to transform, and these dimensions.

    A size of -1 is the tensor's `own`.
    """
    dims = _dims(op, len(own), s, dim)
    given = (-1,) * len(dims) if s is None else _sizes(s)
    if len(given) != len(dims):
        raise ShapeError(f"{op}: s={s} and dim={dim} must have the same length")
    lengths = tuple(own[d] if n == -1 else n for n, d in zip(given, dims, strict=True))
    for n in lengths:
        if n < 1:
            raise _no_points(op, n)
    return lengths, dims


def _sizes(s: Any) -> tuple[int, ...]:
    return sizes((s,) if isinstance(s, int) else tuple(s))


def _fitted(x: Tensor, lengths: Sequence[int], dims: Sequence[int]) -> Tensor:
    """The tensor cut, or filled up with zeros, to these lengths along these dimensions."""
    wanted = list(x.shape)
    for n, d in zip(lengths, dims, strict=True):
        wanted[d] = n
    if any(n < m for n, m in zip(wanted, x.shape, strict=True)):
        x = x[tuple(slice(n) for n in wanted)]
    missing = [(0, n - m) for n, m in zip(wanted, x.shape, strict=True)]
    return np.pad(x, missing) if any(n for _, n in missing) else x  # type: ignore[return-value]


def _complex(op: str, input: Any) -> Tensor:
    x = _floating(op, input)
    return x if x.dtype.kind == "c" else x.to(np.result_type(x.dtype, np.complex64))


def _floating(op: str, input: Any) -> Tensor:
    x = tensor_of(input)
    if x.dtype == np.float16:
        raise RuntimeError(f"{op}: is not defined for float16; convert with .float()")
    return x if x.dtype.kind in "fc" else x.to(get_default_dtype())


def _check_norm(op: str, norm: str | None) -> None:
    if norm not in (None, "backward", "ortho", "forward"):
        raise RuntimeError(f"{op}: norm must be 'backward', 'ortho' or 'forward', got {norm!r}")


def _check_some(op: str, dims: tuple[int, ...]) -> None:
    if not dims:
        raise RuntimeError(f"{op}: needs at least one dimension to transform")


def _no_points(op: str, n: int) -> ShapeError:
    return ShapeError(f"{op}: a signal of {n} points cannot be transformed; give a size of at least 1")
