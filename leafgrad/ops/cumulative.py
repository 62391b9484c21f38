"""Running sums, products and extremes along a dimension; a 0-d tensor counts as a line of one."""

from __future__ import annotations

from typing import Any

import numpy as np

from leafgrad.dims import one_dim
from leafgrad.dtypes import float16
from leafgrad.node import Array, Out
from leafgrad.operands import operand
from leafgrad.ops.exponential import log_add_exp
from leafgrad.ops.extremes import Found, picked
from leafgrad.ops.reductions import as_dtype, only_floats, wide
from leafgrad.recording import like, record
from leafgrad.surface import public
from leafgrad.tensor import Tensor, wrap

__all__ = ["cummax", "cummin", "cumprod", "cumsum", "logcumsumexp"]


@public(twin=True)
def cumsum(input: Any, dim: int, *, dtype: Any = None) -> Tensor:
    """The running sum y_i = Σ_{j≤i} x_j along `dim`; integers and bools give int64. d y_i = Σ_{j≤i} d x_j

    >>> cumsum(Tensor([1.0, 2.0, 3.0]), dim=0)
    tensor([1., 3., 6.])
    """
    x, a = operand(as_dtype(input, dtype))
    axis = one_dim("cumsum", dim, a.ndim)
    out = _running(np.cumsum, a, axis, wide(a.dtype, dtype))
    if a.ndim == 0:
        return record("cumsum", out, (x, lambda g: g))
    return record("cumsum", out, (x, lambda g: np.flip(np.cumsum(np.flip(g, axis), axis), axis)))


@public(twin=True)
def cumprod(input: Any, dim: int, *, dtype: Any = None) -> Tensor:
    """The running product y_i = Π_{j≤i} x_j along `dim`; integers and bools give int64.

    d y_k = Σ_{i≤k} (Π_{j<i} x_j) (Π_{i<j≤k} x_j) d x_i, which divides by nothing and so holds for zeros too.

    >>> cumprod(Tensor([1.0, 2.0, 3.0]), dim=0)
    tensor([1., 2., 6.])
    """
    x, a = operand(as_dtype(input, dtype))
    axis = one_dim("cumprod", dim, a.ndim)
    out = Out(_running(np.cumprod, a, axis, wide(a.dtype, dtype)))
    if a.ndim == 0:
        return record("cumprod", out, (x, lambda g: g))

    def slope(g: Any) -> Any:
        y = like(out, g)
        first = np.ones_like(y[_along(axis, None, 1)])
        before = np.concatenate([first, y[_along(axis, None, -1)]], axis)
        return before * _carried_back(like(x, g), g, axis)

    return record("cumprod", out, (x, slope))


@public()
def logcumsumexp(input: Any, dim: int) -> Tensor:
    """The running log of a sum, y_i = log Σ_{j≤i} e^(x_j) along `dim`, without overflow.

    d y_k = Σ_{i≤k} e^(x_i - y_k) d x_i. A NotImplementedError for integers and bools, as in PyTorch.

    >>> logcumsumexp(Tensor([0.0, 0.0, 100.0]), dim=0)
    tensor([  0.0000,   0.6931, 100.0000])
    """
    x, a = operand(input)
    axis = one_dim("logcumsumexp", dim, a.ndim)
    only_floats("logcumsumexp", a.dtype, NotImplementedError)
    out = Out(_running(_log_sums if a.dtype.kind == "c" else np.logaddexp.accumulate, a, axis, None))
    if a.ndim == 0:
        return record("logcumsumexp", out, (x, lambda g: g))

    def slope(g: Any) -> Any:
        y = like(out, g)
        rise = y[_along(axis, None, -1)] - y[_along(axis, 1, None)]
        level = y[_along(axis, None, -1)] == y[_along(axis, 1, None)]  # at an infinity too
        ratio = np.exp(np.where(level, 0, rise))
        unread = np.ones_like(y[_along(axis, None, 1)])
        return np.exp(like(x, g) - y) * _carried_back(np.concatenate([unread, ratio], axis), g, axis)

    return record("logcumsumexp", out, (x, slope))


def _log_sums(a: Array, axis: int, dtype: None) -> Array:
    """The running log of a sum of complex numbers, for which NumPy has no function."""
    sums = np.moveaxis(a.copy(), axis, 0)
    for i in range(1, len(sums)):
        sums[i] = log_add_exp(sums[i - 1], sums[i])
    return np.moveaxis(sums, 0, axis)


def _running(accumulate: Any, a: Array, axis: int, dtype: Any) -> Array:
    """The accumulation along the axis, that of float16 in float32; a 0-d array is its own."""
    if a.ndim == 0:
        return np.array(a, dtype)
    if a.dtype == float16 and dtype is None:
        return accumulate(a.astype(np.float32), axis).astype(np.float16)
    return accumulate(a, axis, dtype)


def _carried_back(factor: Any, g: Any, axis: int) -> Any:
    """r_i = g_i + factor_{i+1} r_{i+1}, which is Σ_{k≥i} g_k Π_{i<j≤k} factor_j, in log n steps.

    After each step r_i has the terms of twice as many k, and `window_i` is the product over as many j.
    """
    r, window, reach = g, factor[_along(axis, 1, None)], 1
    while reach < g.shape[axis]:
        r = np.concatenate(
            [r[_along(axis, None, -reach)] + window * r[_along(axis, reach, None)], r[_along(axis, -reach, None)]], axis
        )
        window = window[_along(axis, None, -reach)] * window[_along(axis, reach, None)]
        reach *= 2
    return r


def _along(axis: int, start: int | None, stop: int | None) -> tuple[slice, ...]:
    """The key of a slice of one dimension."""
    return (*(slice(None),) * axis, slice(start, stop))


@public()
def cummax(input: Any, dim: int) -> Found:
    """The pair (values, indices) of the largest element so far along `dim`; of equal ones the last.

    d values = dx at the indices. A NaN stays.

    >>> cummax(Tensor([1.0, 3.0, 2.0]), dim=0)
    Found(values=tensor([1., 3., 3.]), indices=tensor([0, 1, 1]))
    """
    return _extreme_so_far("cummax", np.maximum, input, dim)


@public()
def cummin(input: Any, dim: int) -> Found:
    """The pair (values, indices) of the smallest element so far along `dim`; of equal ones the last.

    d values = dx at the indices. A NaN stays.

    >>> cummin(Tensor([2.0, 1.0, 3.0]), dim=0)
    Found(values=tensor([2., 1., 1.]), indices=tensor([0, 1, 1]))
    """
    return _extreme_so_far("cummin", np.minimum, input, dim)


def _extreme_so_far(op: str, function: Any, input: Any, dim: int) -> Found:
    x, a = operand(input, real=True)
    axis = one_dim(op, dim, a.ndim)
    if a.ndim == 0:
        return Found(record(op, np.copy(a), (x, lambda g: g)), wrap(np.zeros((), np.int64)))
    chosen = (a == function.accumulate(a, axis)) | np.isnan(a)
    numbers = np.arange(a.shape[axis]).reshape([-1 if d == axis else 1 for d in range(a.ndim)])
    indices = np.maximum.accumulate(np.where(chosen, numbers, 0), axis)
    return Found(picked(op, x, indices, axis, unique=False), wrap(indices.copy()))
