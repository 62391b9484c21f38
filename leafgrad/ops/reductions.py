"""Sums, means, products, counts and tests over some or all dimensions."""

from __future__ import annotations

from math import prod as size_of
from typing import Any

import numpy as np

from leafgrad.dims import dims_of, kept_shape, reduced_dims
from leafgrad.dtypes import float16
from leafgrad.node import Array, Out
from leafgrad.operands import operand
from leafgrad.recording import like, record
from leafgrad.surface import public
from leafgrad.tensor import Tensor, wrap

__all__ = ["all", "any", "count_nonzero", "logsumexp", "mean", "nanmean", "nansum", "prod", "sum"]


def spread(g: Any, kept: tuple[int, ...], shape: tuple[int, ...]) -> Any:
    """What was reduced to `g`, given back to each element: `g` broadcast over the reduced axes."""
    return np.broadcast_to(np.reshape(g, kept), shape)


def shared(g: Any, chosen: Any, dims: Any, kept: tuple[int, ...], shape: tuple[int, ...]) -> Any:
    """`g` given to the chosen elements alone, in equal parts; NaN where none is chosen."""
    return spread(g, kept, shape) * chosen / np.sum(chosen, axis=dims, keepdims=True, dtype=g.dtype)


def as_dtype(input: Any, dtype: Any) -> Any:
    """The input, converted first where the caller asks for a dtype of the result."""
    return input if dtype is None else (input if isinstance(input, Tensor) else Tensor(input)).to(dtype)


@public(np.sum)
def sum(input: Any, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    """The sum over all or some dimensions; integers and bools give int64. d = Σ dx

    >>> sum(Tensor([[1.0, 2.0], [3.0, 4.0]]), dim=0)
    tensor([4., 6.])
    """
    x, a = operand(as_dtype(input, dtype))
    dims = reduced_dims("sum", dim, a.ndim)
    shape, kept = a.shape, kept_shape(a.shape, dims)
    return record("sum", total(a, dims, keepdim, wide(a.dtype, dtype)), (x, lambda g: spread(g, kept, shape)))


def total(a: Array, dims: tuple[int, ...], keepdim: bool, dtype: Any = None) -> Array:
    """The sum of an array; float16 is added up in float32 and rounded once."""
    if a.dtype == float16 and dtype is None:
        return np.sum(a, axis=dims, dtype=np.float32, keepdims=keepdim).astype(np.float16)
    return np.sum(a, axis=dims, dtype=dtype, keepdims=keepdim)


def wide(dtype: np.dtype[Any], asked: Any) -> Any:
    """In which dtype to add or multiply: int64 for integers and bools, unless another was asked for."""
    return np.int64 if asked is None and dtype.kind in "bui" else asked


@public(np.nansum)
def nansum(input: Any, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    """The sum of the elements that are not NaN, over all or some dimensions. d = Σ dx of those

    >>> nansum(Tensor([1.0, float("nan"), 2.0]))
    tensor(3.)
    """
    x, a = operand(input, real=True)
    known = ~np.isnan(a)
    filled = record("nansum", np.where(known, a, 0).astype(a.dtype), (x, lambda g: g * known))
    return sum(filled, dim, keepdim, dtype=dtype)


@public(np.mean)
def mean(input: Any, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    """The mean over all or some dimensions; of nothing, NaN. d = Σ dx / n. A RuntimeError for integers.

    >>> mean(Tensor([[1.0, 2.0], [3.0, 4.0]]), dim=0)
    tensor([2., 3.])
    """
    x, a = operand(as_dtype(input, dtype))
    only_floats("mean", a.dtype)
    dims = reduced_dims("mean", dim, a.ndim)
    shape, kept = a.shape, kept_shape(a.shape, dims)
    n = size_of(shape[d] for d in dims)
    return record("mean", average(a, dims, keepdim), (x, lambda g: spread(g / n, kept, shape)))


def average(a: Array, dims: tuple[int, ...], keepdim: bool) -> Array:
    """The mean of an array, of nothing NaN; float16 is added up in float32."""
    if a.dtype == float16:
        return average(a.astype(np.float32), dims, keepdim).astype(np.float16)
    n = size_of(a.shape[d] for d in dims)
    return np.sum(a, axis=dims, keepdims=keepdim) / (n or np.nan)


def only_floats(op: str, dtype: np.dtype[Any], error: type[RuntimeError] = RuntimeError) -> None:
    """An error for integers and bools; a NotImplementedError, which is a RuntimeError, where PyTorch's is one."""
    if dtype.kind not in "fc":
        raise error(f"{op}: needs a floating-point dtype, got {dtype}; call .float() first")


@public(np.nanmean)
def nanmean(input: Any, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    """The mean of the elements that are not NaN; of none, NaN. d = Σ dx / n of those

    A RuntimeError for integers.

    >>> nanmean(Tensor([1.0, float("nan"), 2.0]))
    tensor(1.5000)
    """
    _, a = operand(input)
    only_floats("nanmean", a.dtype)
    only_floats("nanmean", a.dtype if dtype is None else np.dtype(dtype))
    dims = reduced_dims("nanmean", dim, a.ndim)
    n = np.sum(~np.isnan(a), axis=dims, keepdims=keepdim)
    return nansum(input, dim, keepdim, dtype=dtype) / wrap(n)


@public(np.prod)
def prod(input: Any, dim: int | None = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    """The product over all dimensions or one; integers and bools give int64. d = Σ (Π of the others) dx

    >>> prod(Tensor([2.0, 3.0, 4.0]))
    tensor(24.)
    """
    x, a = operand(as_dtype(input, dtype))
    dims = reduced_dims("prod", dim, a.ndim)
    shape, kept = a.shape, kept_shape(a.shape, dims)
    out = Out(np.prod(a, axis=dims, dtype=wide(a.dtype, dtype), keepdims=keepdim))
    if np.all(a):
        return record("prod", out, (x, lambda g: spread(g * like(out, g), kept, shape) / like(x, g)))
    return record("prod", out, (x, lambda g: spread(g, kept, shape) * _product_of_others(like(x, g), dims)))


def _product_of_others(x: Any, dims: tuple[int, ...]) -> Any:
    """For each element the product of those before it and those after it; no division, for there are zeros."""
    rest = [d for d in range(x.ndim) if d not in dims]
    order = (*rest, *dims)
    lines = np.reshape(np.transpose(x, order), (*[x.shape[d] for d in rest], -1))
    one = np.ones((*lines.shape[:-1], 1), x.dtype)
    before = np.cumprod(np.concatenate([one, lines[..., :-1]], -1), -1)
    after = np.flip(np.cumprod(np.concatenate([one, np.flip(lines[..., 1:], -1)], -1), -1), -1)
    others = np.reshape(before * after, [x.shape[d] for d in order])
    return np.transpose(others, tuple(np.argsort(order).tolist()))


@public()
def logsumexp(input: Any, dim: Any, keepdim: bool = False) -> Tensor:
    """`log Σ e^x` over one or several dimensions, without overflow. d = softmax(x) dx

    >>> logsumexp(Tensor([1000.0, 1000.0]), dim=0)
    tensor(1000.6932)
    """
    x, a = operand(input, floating=True)
    dims = reduced_dims("logsumexp", dim, a.ndim)
    shape, kept = a.shape, kept_shape(a.shape, dims)
    result = _log_sum_exp(a, dims)
    out = Out(result if keepdim else np.squeeze(result, dims))

    def slope(g: Any) -> Any:
        return spread(g, kept, shape) * np.exp(like(x, g) - spread(like(out, g), kept, shape))

    return record("logsumexp", out, (x, slope))


def _log_sum_exp(a: Array, dims: tuple[int, ...]) -> Array:
    """With the largest (real part) taken out of the sum, and kept dimensions."""
    top = np.max(np.real(a), axis=dims, keepdims=True, initial=-np.inf)
    top = np.where(np.isinf(top), 0, top)  # of nothing but -inf, or with inf in it
    with np.errstate(divide="ignore"):
        return np.log(np.sum(np.exp(a - top), axis=dims, keepdims=True)) + top


@public(np.all)
def all(input: Any, dim: Any = None, keepdim: bool = False) -> Tensor:
    """Whether every element is nonzero, over all or some dimensions, without gradient.

    `dim=()` reduces none. The result is bool, but uint8 for uint8, as in PyTorch.

    >>> all(Tensor([[1.0, 0.0], [1.0, 1.0]]), dim=1).tolist()
    [False, True]
    """
    return _test("all", np.all, input, dim, keepdim)


@public(np.any)
def any(input: Any, dim: Any = None, keepdim: bool = False) -> Tensor:
    """Whether some element is nonzero, over all or some dimensions, without gradient.

    `dim=()` reduces none. The result is bool, but uint8 for uint8, as in PyTorch.

    >>> any(Tensor([[1.0, 0.0], [0.0, 0.0]]), dim=1).tolist()
    [True, False]
    """
    return _test("any", np.any, input, dim, keepdim)


def _test(op: str, function: Any, input: Any, dim: Any, keepdim: bool) -> Tensor:
    _, a = operand(input)
    dims = tuple(range(a.ndim)) if dim is None else dims_of(op, dim, a.ndim)
    out = function(a, axis=dims, keepdims=keepdim)
    return wrap(out.astype(np.uint8) if a.dtype == np.uint8 else out)


@public()
def count_nonzero(input: Any, dim: Any = None) -> Tensor:
    """How many elements are not zero, over all or some dimensions: int64, without gradient.

    >>> count_nonzero(Tensor([[1.0, 0.0], [0.0, 0.0]]), dim=1).tolist()
    [1, 0]
    """
    _, a = operand(input)
    return wrap(np.sum(a != 0, axis=reduced_dims("count_nonzero", dim, a.ndim)))
