"""Reductions and normalisations of the elements that a mask lets through: `leafgrad.masked`.

What the mask leaves out is replaced by what does not change the result, 0 in a sum or -inf in a
maximum, and the ordinary operation does the rest; so the gradient is that operation's, and zero outside
the mask. A mask is True where an element takes part, and broadcasts to the input; None stands for all. An
IndexError for a mask of more dimensions than the input has. `dtype` is that of the result.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from leafgrad.dims import reduced_dims
from leafgrad.dtypes import float32
from leafgrad.nn.functional import softmin as softmin_of_all
from leafgrad.node import Array
from leafgrad.operands import tensor_of
from leafgrad.ops import cumulative, exponential, extremes, norms, order_statistics, reductions
from leafgrad.ops import softmax as scores
from leafgrad.ops.masking import where
from leafgrad.ops.selection import maximum
from leafgrad.surface import public
from leafgrad.tensor import Tensor, wrap

__all__ = [
    "amax", "amin", "argmax", "argmin", "cumprod", "cumsum", "log_softmax", "logaddexp", "logsumexp", "mean",
    "median", "norm", "normalize", "prod", "softmax", "softmin", "std", "sum", "var",
]


def _filled(op: str, input: Any, mask: Any, fill: Any) -> Tensor:
    """The input with `fill` outside the mask."""
    x = tensor_of(input)
    filled: Tensor = x if mask is None else where(_shown(op, x.shape, mask), x, wrap(np.asarray(fill, x.dtype)))
    return filled


def _shown(op: str, shape: tuple[int, ...], mask: Any) -> Array:
    """Where elements of an input of that shape take part."""
    chosen = tensor_of(mask)._now.array.astype(bool)
    if chosen.ndim > len(shape):
        raise IndexError(f"masked.{op}: a mask of shape {chosen.shape} has more dimensions than the input, {shape}")
    return np.broadcast_to(chosen, shape).copy()


def _lowest(input: Any) -> Any:
    """What is larger than nothing, in the input's dtype."""
    dtype = tensor_of(input).dtype
    return -np.inf if dtype.kind in "fc" else np.iinfo(dtype).min


def _highest(input: Any) -> Any:
    """What is smaller than nothing, in the input's dtype."""
    dtype = tensor_of(input).dtype
    return np.inf if dtype.kind in "fc" else np.iinfo(dtype).max


@public(method=False, function=False)
def sum(input: Any, dim: Any = None, *, keepdim: bool = False, dtype: Any = None, mask: Any = None) -> Tensor:
    """`leafgrad.sum` of the elements in the mask; 0 where there are none.

    >>> sum(Tensor([1.0, 2.0, 4.0]), mask=[True, False, True])
    tensor(5.)
    """
    return reductions.sum(_filled("sum", input, mask, 0), dim, keepdim, dtype=dtype)


@public(method=False, function=False)
def prod(input: Any, dim: Any = None, *, keepdim: bool = False, dtype: Any = None, mask: Any = None) -> Tensor:
    """`leafgrad.prod` of the elements in the mask, over one or several dimensions; 1 where there are none.

    >>> prod(Tensor([1.0, 2.0, 4.0]), mask=[True, False, True])
    tensor(4.)
    """
    return reductions.prod(_filled("prod", input, mask, 1), dim, keepdim, dtype=dtype)


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
    shown = np.ones(x.shape, bool) if mask is None else _shown(op, x.shape, mask)
    return wrap(np.sum(shown, axis=reduced_dims(f"masked.{op}", dim, x.ndim), keepdims=keepdim))


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
    return reductions.as_dtype(extremes.amax(_filled("amax", input, mask, _lowest(input)), dim, keepdim), dtype)  # type: ignore[no-any-return]


@public(method=False, function=False)
def amin(input: Any, dim: Any = None, *, keepdim: bool = False, dtype: Any = None, mask: Any = None) -> Tensor:
    """`leafgrad.amin` of the elements in the mask; the highest number where there are none.

    >>> amin(Tensor([1.0, 2.0, 4.0]), mask=[False, True, True])
    tensor(2.)
    """
    return reductions.as_dtype(extremes.amin(_filled("amin", input, mask, _highest(input)), dim, keepdim), dtype)  # type: ignore[no-any-return]


@public(method=False, function=False)
def argmax(
    input: Any, dim: int | None = None, *, keepdim: bool = False, dtype: Any = None, mask: Any = None
) -> Tensor:
    """`leafgrad.argmax` of the elements in the mask, as numbers of the input's dtype (or `dtype`).

    >>> argmax(Tensor([1.0, 2.0, 4.0]), mask=[True, True, False])
    tensor(1.)
    """
    x = tensor_of(input)
    return extremes.argmax(_filled("argmax", x, mask, _lowest(x)), dim, keepdim).to(dtype or x.dtype)


@public(method=False, function=False)
def argmin(
    input: Any, dim: int | None = None, *, keepdim: bool = False, dtype: Any = None, mask: Any = None
) -> Tensor:
    """`leafgrad.argmin` of the elements in the mask, as numbers of the input's dtype (or `dtype`).

    >>> argmin(Tensor([1.0, 2.0, 4.0]), mask=[False, True, True])
    tensor(1.)
    """
    x = tensor_of(input)
    return extremes.argmin(_filled("argmin", x, mask, _highest(x)), dim, keepdim).to(dtype or x.dtype)


@public(method=False, function=False)
def median(input: Any, dim: int = -1, *, keepdim: bool = False, dtype: Any = None, mask: Any = None) -> Tensor:
    """`leafgrad.nanmedian` along `dim` of the elements in the mask; NaN where there are none.

    A ValueError where there are none among integers.

    >>> median(Tensor([1.0, 2.0, 4.0]), mask=[False, True, True])
    tensor(2.)
    """
    x = tensor_of(input)
    floats = x if x.dtype.kind in "fc" else x.to(float32)
    values: Tensor = order_statistics.nanmedian(_filled("median", floats, mask, np.nan), dim, keepdim)[0]
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
    shown = _filled("norm", input, mask, np.inf if ord == -np.inf else 0)
    return norms.vector_norm("masked.norm", reductions.as_dtype(shown, dtype), float(ord), dim, keepdim)


@public(method=False, function=False)
def normalize(
    input: Any, ord: float, dim: int, *, eps: float = 1e-12, dtype: Any = None, mask: Any = None
) -> Tensor:
    """The elements in the mask divided by their `norm` along `dim`, or by `eps` if that is larger; 0 outside.

    >>> normalize(Tensor([3.0, 2.0, 4.0]), 2, 0, mask=[True, False, True])
    tensor([0.6000, 0.0000, 0.8000])
    """
    length = norm(input, ord, dim, keepdim=True, dtype=dtype, mask=mask)
    return _filled("normalize", input, mask, 0) / maximum(length, wrap(np.asarray(eps, length.dtype)))


@public(method=False, function=False)
def logsumexp(input: Any, dim: Any = None, *, keepdim: bool = False, dtype: Any = None, mask: Any = None) -> Tensor:
    """`leafgrad.logsumexp` of the elements in the mask, in the input's dtype (or `dtype`).

    >>> logsumexp(Tensor([0.0, 2.0, 0.0]), mask=[True, False, True])
    tensor(0.6931)
    """
    x = tensor_of(input)
    return reductions.logsumexp(_filled("logsumexp", x, mask, _lowest(x)), dim, keepdim).to(dtype or x.dtype)


@public(method=False, function=False)
def logaddexp(
    input: Any, other: Any, *, dtype: Any = None, input_mask: Any = None, other_mask: Any = None
) -> Tensor:
    """`leafgrad.logaddexp` of what each of two masks lets through.

    >>> logaddexp(Tensor([0.0, 2.0]), Tensor([0.0, 0.0]), other_mask=[True, False])
    tensor([0.6931, 2.0000])
    """
    x, y = tensor_of(input), tensor_of(other)
    x_shown = _filled("logaddexp", x, input_mask, _lowest(x))
    y_shown = _filled("logaddexp", y, other_mask, _lowest(y))
    return exponential.logaddexp(x_shown, y_shown).to(dtype or x.dtype)


@public(method=False, function=False)
def cumsum(input: Any, dim: int, *, dtype: Any = None, mask: Any = None) -> Tensor:
    """`leafgrad.cumsum` of the elements in the mask, in the input's dtype (or `dtype`).

    >>> cumsum(Tensor([1.0, 2.0, 4.0]), 0, mask=[True, False, True])
    tensor([1., 1., 5.])
    """
    x = tensor_of(input)
    return cumulative.cumsum(_filled("cumsum", x, mask, 0), dim, dtype=dtype or x.dtype)


@public(method=False, function=False)
def cumprod(input: Any, dim: int, *, dtype: Any = None, mask: Any = None) -> Tensor:
    """`leafgrad.cumprod` of the elements in the mask, in the input's dtype (or `dtype`).

    >>> cumprod(Tensor([1.0, 2.0, 4.0]), 0, mask=[True, False, True])
    tensor([1., 1., 4.])
    """
    x = tensor_of(input)
    return cumulative.cumprod(_filled("cumprod", x, mask, 1), dim, dtype=dtype or x.dtype)


@public(method=False, function=False)
def softmax(input: Any, dim: int, *, dtype: Any = None, mask: Any = None) -> Tensor:
    """`leafgrad.softmax` of the elements in the mask; 0 outside.

    >>> softmax(Tensor([0.0, 2.0, 0.0]), 0, mask=[True, False, True])
    tensor([0.5000, 0.0000, 0.5000])
    """
    return scores.softmax(_filled("softmax", input, mask, _lowest(input)), dim, dtype=dtype)


@public(method=False, function=False)
def log_softmax(input: Any, dim: int, *, dtype: Any = None, mask: Any = None) -> Tensor:
    """`leafgrad.log_softmax` of the elements in the mask; -inf outside.

    >>> log_softmax(Tensor([0.0, 2.0, 0.0]), 0, mask=[True, False, True])
    tensor([-0.6931,    -inf, -0.6931])
    """
    return scores.log_softmax(_filled("log_softmax", input, mask, _lowest(input)), dim, dtype=dtype)


@public(method=False, function=False)
def softmin(input: Any, dim: int, *, dtype: Any = None, mask: Any = None) -> Tensor:
    """`softmax(-x)` of the elements in the mask; 0 outside.

    >>> softmin(Tensor([0.0, 2.0, 0.0]), 0, mask=[True, False, True])
    tensor([0.5000, 0.0000, 0.5000])
    """
    return softmin_of_all(_filled("softmin", input, mask, _highest(input)), dim, dtype=dtype)
