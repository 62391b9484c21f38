"""Reductions of the elements that a mask lets through."""

from __future__ import annotations

from typing import Any

import numpy as np

from leafgrad.dims import reduced_dims
from leafgrad.dtypes import float32
from leafgrad.masked.masks import filled, highest, lowest, shown
from leafgrad.operands import tensor_of
from leafgrad.ops import extremes, norms, order_statistics, reductions
from leafgrad.surface import public
from leafgrad.tensor import Tensor, wrap


@public(method=False, function=False)
def sum(input: Any, dim: Any = None, *, keepdim: bool = False, dtype: Any = None, mask: Any = None) -> Tensor:
    """`leafgrad.sum` of the elements in the mask; 0 where there are none.

    >>> sum(Tensor([1.0, 2.0, 4.0]), mask=[True, False, True])
    tensor(5.)
    """
    return reductions.sum(filled("sum", input, mask, 0), dim, keepdim, dtype=dtype)


@public(method=False, function=False)
def prod(input: Any, dim: Any = None, *, keepdim: bool = False, dtype: Any = None, mask: Any = None) -> Tensor:
    """`leafgrad.prod` of the elements in the mask, over one or several dimensions; 1 where there are none.

    >>> prod(Tensor([1.0, 2.0, 4.0]), mask=[True, False, True])
    tensor(4.)
    """
    return reductions.prod(filled("prod", input, mask, 1), dim, keepdim, dtype=dtype)


@public(method=False, function=False)
def mean(input: Any, dim: Any = None, *, keepdim: bool = False, dtype: Any = None, mask: Any = None) -> Tensor:
    """`leafgrad.mean` of the elements in the mask; NaN where there are none. A ValueError for integers.

    >>> mean(Tensor([1.0, 2.0, 4.0]), mask=[True, False, True])
    tensor(2.5000)
    """
    x = tensor_of(input)
    if np.dtype(dtype or x.dtype).kind not in "fc":
        raise ValueError(f"masked.mean: needs a floating-point dtype, got {dtype or x.dtype}; pass dtype=")
    return sum(x, dim, keepdim=keepdim, dtype=dtype, mask=mask) / _count("mean", x, dim, keepdim, mask)


def _count(op: str, x: Tensor, dim: Any, keepdim: bool, mask: Any) -> Tensor:
    """How many elements take part."""
    taking = np.ones(x.shape, bool) if mask is None else shown(op, x.shape, mask)
    return wrap(np.sum(taking, axis=reduced_dims(f"masked.{op}", dim, x.ndim), keepdims=keepdim))


@public(method=False, function=False)
def var(
    input: Any, dim: Any = None, unbiased: bool | None = None, *, correction: float | None = None,
    keepdim: bool = False, dtype: Any = None, mask: Any = None,
) -> Tensor:
    """`leafgrad.var` of the elements in the mask; integers give float32.

    >>> var(Tensor([1.0, 2.0, 4.0]), mask=[True, False, True])
    tensor(4.5000)
    """
    return _variance("var", input, dim, unbiased, correction, keepdim, dtype, mask)


@public(method=False, function=False)
def std(
    input: Any, dim: Any = None, unbiased: bool | None = None, *, correction: float | None = None,
    keepdim: bool = False, dtype: Any = None, mask: Any = None,
) -> Tensor:
    """`leafgrad.std` of the elements in the mask; integers give float32.

    >>> std(Tensor([1.0, 2.0, 4.0]), mask=[True, False, True])
    tensor(2.1213)
    """
    return _variance("std", input, dim, unbiased, correction, keepdim, dtype, mask) ** 0.5


def _variance(
    op: str, input: Any, dim: Any, unbiased: bool | None, correction: float | None, keepdim: bool, dtype: Any, mask: Any
) -> Tensor:
    if unbiased is not None and correction is not None:
        raise ValueError(f"masked.{op}: unbiased and correction are two names of one thing; give one of them")
    x = tensor_of(input)
    out = np.dtype(dtype or (x.dtype if x.dtype.kind in "fc" else float32))
    wide = out if out.kind in "fc" else float32
    total = sum(x, dim, keepdim=True, dtype=out, mask=mask)
    centred = x - total / _count(op, x, dim, True, mask)
    lost = correction if correction is not None else 0 if unbiased is False else 1
    free = np.maximum(_count(op, x, dim, keepdim, mask)._now.array - lost, 0)
    squares = sum(centred * centred.conj(), dim, keepdim=keepdim, dtype=wide, mask=mask)
    return (squares / wrap(np.asarray(free))).to(out)


@public(method=False, function=False)
def amax(input: Any, dim: Any = None, *, keepdim: bool = False, dtype: Any = None, mask: Any = None) -> Tensor:
    """`leafgrad.amax` of the elements in the mask; the lowest number where there are none.

    >>> amax(Tensor([1.0, 2.0, 4.0]), mask=[True, True, False])
    tensor(2.)
    """
    return reductions.as_dtype(extremes.amax(filled("amax", input, mask, lowest(input)), dim, keepdim), dtype)  # type: ignore[no-any-return]


@public(method=False, function=False)
def amin(input: Any, dim: Any = None, *, keepdim: bool = False, dtype: Any = None, mask: Any = None) -> Tensor:
    """`leafgrad.amin` of the elements in the mask; the highest number where there are none.

    >>> amin(Tensor([1.0, 2.0, 4.0]), mask=[False, True, True])
    tensor(2.)
    """
    return reductions.as_dtype(extremes.amin(filled("amin", input, mask, highest(input)), dim, keepdim), dtype)  # type: ignore[no-any-return]


@public(method=False, function=False)
def argmax(
    input: Any, dim: int | None = None, *, keepdim: bool = False, dtype: Any = None, mask: Any = None
) -> Tensor:
    """`leafgrad.argmax` of the elements in the mask, as numbers of the input's dtype (or `dtype`).

    >>> argmax(Tensor([1.0, 2.0, 4.0]), mask=[True, True, False])
    tensor(1.)
    """
    x = tensor_of(input)
    return extremes.argmax(filled("argmax", x, mask, lowest(x)), dim, keepdim).to(dtype or x.dtype)


@public(method=False, function=False)
def argmin(
    input: Any, dim: int | None = None, *, keepdim: bool = False, dtype: Any = None, mask: Any = None
) -> Tensor:
    """`leafgrad.argmin` of the elements in the mask, as numbers of the input's dtype (or `dtype`).

    >>> argmin(Tensor([1.0, 2.0, 4.0]), mask=[False, True, True])
    tensor(1.)
    """
    x = tensor_of(input)
    return extremes.argmin(filled("argmin", x, mask, highest(x)), dim, keepdim).to(dtype or x.dtype)


@public(method=False, function=False)
def median(input: Any, dim: int = -1, *, keepdim: bool = False, dtype: Any = None, mask: Any = None) -> Tensor:
    """`leafgrad.nanmedian` along `dim` of the elements in the mask; NaN where there are none.

    A ValueError where there are none among integers.

    >>> median(Tensor([1.0, 2.0, 4.0]), mask=[False, True, True])
    tensor(2.)
    """
    x = tensor_of(input)
    floats = x if x.dtype.kind in "fc" else x.to(float32)
    values: Tensor = order_statistics.nanmedian(filled("median", floats, mask, np.nan), dim, keepdim)[0]
    if floats is x:
        return values
    if np.isnan(values._now.array).any():
        raise ValueError("masked.median: no median among no integers; convert with .float(), or let some element in")
    return values.to(dtype or x.dtype)


@public(method=False, function=False)
def norm(
    input: Any, ord: float = 2.0, dim: Any = None, *, keepdim: bool = False, dtype: Any = None, mask: Any = None
) -> Tensor:
    """`leafgrad.norm` for a number p = `ord` of the elements in the mask.

    >>> norm(Tensor([3.0, 2.0, 4.0]), mask=[True, False, True])
    tensor(5.)
    """
    x = filled("norm", input, mask, np.inf if ord == -np.inf else 0)
    return norms.vector_norm("masked.norm", reductions.as_dtype(x, dtype), float(ord), dim, keepdim)


@public(method=False, function=False)
def logsumexp(input: Any, dim: Any = None, *, keepdim: bool = False, dtype: Any = None, mask: Any = None) -> Tensor:
    """`leafgrad.logsumexp` of the elements in the mask, in the input's dtype (or `dtype`).

    >>> logsumexp(Tensor([0.0, 2.0, 0.0]), mask=[True, False, True])
    tensor(0.6931)
    """
    x = tensor_of(input)
    return reductions.logsumexp(filled("logsumexp", x, mask, lowest(x)), dim, keepdim).to(dtype or x.dtype)
