"""Sums, means, products, variances and norms over some or all dimensions."""

from __future__ import annotations

from typing import Any

import numpy as np

from leafgrad.dims import kept_shape, one_dim, reduced_dims
from leafgrad.node import Array, Out
from leafgrad.recording import like, operand, record
from leafgrad.surface import public
from leafgrad.tensor import Tensor

__all__ = ["cumsum", "logsumexp", "mean", "norm", "prod", "std", "sum", "var"]


def spread(g: Any, kept: tuple[int, ...], shape: tuple[int, ...]) -> Any:
    """What was reduced to `g`, given back to each element: `g` broadcast over the reduced axes."""
    return np.broadcast_to(np.reshape(g, kept), shape)


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
    wide = _wide(a.dtype, dtype)
    return record("sum", np.sum(a, axis=dims, dtype=wide, keepdims=keepdim), (x, lambda g: spread(g, kept, shape)))


def _wide(dtype: np.dtype[Any], asked: Any) -> Any:
    """In which dtype to add or multiply: int64 for integers and bools, unless another was asked for."""
    return np.int64 if asked is None and dtype.kind in "bui" else asked


@public(np.mean)
def mean(input: Any, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    """The mean over all or some dimensions. d = Σ dx / n. A RuntimeError for integers.

    >>> mean(Tensor([[1.0, 2.0], [3.0, 4.0]]), dim=0)
    tensor([2., 3.])
    """
    x, a = operand(as_dtype(input, dtype))
    if a.dtype.kind not in "fc":
        raise RuntimeError(f"mean: needs a floating-point tensor, got {a.dtype}; call .float() first, or pass dtype")
    dims = reduced_dims("mean", dim, a.ndim)
    shape, kept = a.shape, kept_shape(a.shape, dims)
    n = _count(shape, dims)
    total = np.sum(a, axis=dims, keepdims=keepdim)
    out = total / n if n else total * np.nan
    return record("mean", out, (x, lambda g: spread(g / n, kept, shape)))


def _count(shape: tuple[int, ...], dims: tuple[int, ...]) -> int:
    """How many elements are reduced into one."""
    n = 1
    for d in dims:
        n *= shape[d]
    return n


@public(np.prod)
def prod(input: Any, dim: int | None = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    """The product over all dimensions or one; integers and bools give int64. d = Σ (Π of the others) dx

    >>> prod(Tensor([2.0, 3.0, 4.0]))
    tensor(24.)
    """
    x, a = operand(as_dtype(input, dtype))
    dims = reduced_dims("prod", dim, a.ndim)
    shape, kept = a.shape, kept_shape(a.shape, dims)
    wide = _wide(a.dtype, dtype)
    out = Out(np.prod(a, axis=dims, dtype=wide, keepdims=keepdim))
    if np.all(a):
        return record("prod", out, (x, lambda g: spread(g * like(out, g), kept, shape) / like(x, g)))
    return record("prod", out, (x, lambda g: spread(g, kept, shape) * _product_of_others(like(x, g), dims)))


def _product_of_others(x: Any, dims: tuple[int, ...]) -> Any:
    """For each element the product of those reduced with it; with zeros about, without a division."""
    rest = [d for d in range(x.ndim) if d not in dims]
    order = (*rest, *dims)
    flat = np.reshape(np.transpose(x, order), (*[x.shape[d] for d in rest], -1))
    eye = np.eye(flat.shape[-1], dtype=bool)
    others = np.prod(np.where(eye, 1, flat[..., None, :]), axis=-1)
    return np.transpose(np.reshape(others, [x.shape[d] for d in order]), tuple(np.argsort(order).tolist()))


@public()
def var(
    input: Any, dim: Any = None, unbiased: bool = True, keepdim: bool = False, *, correction: float | None = None
) -> Tensor:
    """The variance, Σ (x - mean)² / (n - correction); the correction is 1 unless said otherwise.

    `unbiased=False` is `correction=0`. d = 2 Σ (x - mean) dx / (n - correction). NumPy's
    `np.var(t, ddof=0)` has its own default.

    >>> var(Tensor([1.0, 2.0, 3.0, 4.0]))
    tensor(1.6667)
    """
    return _variance("var", input, dim, unbiased, keepdim, correction)


@public()
def std(
    input: Any, dim: Any = None, unbiased: bool = True, keepdim: bool = False, *, correction: float | None = None
) -> Tensor:
    """The standard deviation, the root of `var`. d = d var / (2 std), which is 0 where std is 0

    >>> std(Tensor([1.0, 2.0, 3.0, 4.0]))
    tensor(1.2910)
    """
    return _variance("std", input, dim, unbiased, keepdim, correction)


def _variance(op: str, input: Any, dim: Any, unbiased: Any, keepdim: bool, correction: float | None) -> Tensor:
    if isinstance(dim, bool):  # var(unbiased), as PyTorch lets it be called
        dim, unbiased = None, dim
    c = float(unbiased) if correction is None else correction
    x, a = operand(input)
    if a.dtype.kind not in "fc":
        raise RuntimeError(f"{op}: needs a floating-point tensor, got {a.dtype}; call .float() first")
    dims = reduced_dims(op, dim, a.ndim)
    shape, kept = a.shape, kept_shape(a.shape, dims)
    n = max(_count(shape, dims) - c, 0)
    centred = a - np.mean(a, axis=dims, keepdims=True) if a.size else a
    total = np.sum(centred * centred, axis=dims, keepdims=keepdim)
    if not a.size:
        total = total * np.nan
    with np.errstate(divide="ignore", invalid="ignore"):  # of a single element: NaN, as PyTorch
        square = np.divide(total, n, dtype=a.dtype)

    def slope(g: Any) -> Any:
        value = like(x, g)
        return spread(g * (2 / n if n else np.nan), kept, shape) * (value - np.mean(value, axis=dims, keepdims=True))

    if op == "var":
        return record("var", square, (x, slope))
    out = Out(np.sqrt(square))

    def root_slope(g: Any) -> Any:
        root = like(out, g)
        flat = root == 0
        return slope(np.where(flat, 0, g / (2 * np.where(flat, 1, root))))

    return record("std", out, (x, root_slope))


@public()
def norm(input: Any, p: Any = "fro", dim: Any = None, keepdim: bool = False) -> Tensor:
    """The p-norm (Σ |x|^p)^(1/p) over all or some dimensions; also p = 0, inf, -inf and "fro" (2).

    d = sign(x) (|x| / norm)^(p-1) dx, which is 0 where the norm is 0.

    >>> norm(Tensor([3.0, -4.0]))
    tensor(5.)
    """
    x, a = operand(input)
    if a.dtype.kind not in "fc":
        raise RuntimeError(f"norm: needs a floating-point tensor, got {a.dtype}; call .float() first")
    if p == "fro" or p is None:
        p = 2
    if isinstance(p, str):
        raise ValueError(f"norm: p must be a number or 'fro', got {p!r}")
    dims = reduced_dims("norm", dim, a.ndim)
    shape, kept = a.shape, kept_shape(a.shape, dims)
    size = np.abs(a)
    if p == 0:
        count = np.sum(a != 0, axis=dims, keepdims=keepdim, dtype=a.dtype)
        return record("norm", count, (x, lambda g: spread(np.zeros_like(g), kept, shape)))
    if p in (np.inf, -np.inf):
        extreme = (np.max if p > 0 else np.min)(size, axis=dims, keepdims=keepdim)
        return record("norm", extreme, (x, lambda g: _extreme_slope(g, like(x, g), p, dims, kept, shape)))
    if p == 1:
        total = np.sum(size, axis=dims, keepdims=keepdim)
        return record("norm", total, (x, lambda g: spread(g, kept, shape) * np.sign(like(x, g))))
    if p == 2:
        out = Out(np.sqrt(np.sum(a * a, axis=dims, keepdims=keepdim)))
    else:
        out = Out(np.sum(size**p, axis=dims, keepdims=keepdim) ** (1 / p))
    return record("norm", out, (x, lambda g: _norm_slope(g, like(x, g), like(out, g), p, kept, shape)))


def _norm_slope(g: Any, x: Any, out: Any, p: float, kept: tuple[int, ...], shape: tuple[int, ...]) -> Any:
    flat = out == 0
    root = np.where(flat, 1, out)
    if p == 2:
        return x * spread(np.where(flat, 0, g / root), kept, shape)
    zero = x == 0
    ratio = np.where(zero, 0, (np.abs(np.where(zero, 1, x)) / spread(root, kept, shape)) ** (p - 1))
    return np.sign(x) * ratio * spread(np.where(flat, 0, g), kept, shape)


def _extreme_slope(g: Any, x: Any, p: float, dims: Any, kept: tuple[int, ...], shape: tuple[int, ...]) -> Any:
    size = np.abs(x)
    extreme = (np.max if p > 0 else np.min)(size, axis=dims, keepdims=True)
    return np.sign(x) * shared(g, size == extreme, dims, kept, shape)


def shared(g: Any, chosen: Any, dims: Any, kept: tuple[int, ...], shape: tuple[int, ...]) -> Any:
    """`g` given to the chosen elements alone, in equal parts."""
    return np.where(chosen, spread(g, kept, shape) / np.sum(chosen, axis=dims, keepdims=True, dtype=g.dtype), 0)


@public(np.cumsum, twin=True)
def cumsum(input: Any, dim: int | None = None, *, dtype: Any = None) -> Tensor:
    """The running sum along `dim`; integers and bools give int64. d y_i = Σ_{j ≤ i} d x_j

    Without `dim`, of the flattened tensor, as NumPy.

    >>> cumsum(Tensor([1.0, 2.0, 3.0]), dim=0)
    tensor([1., 3., 6.])
    """
    if dim is None:
        input, dim = np.reshape(input, -1), 0
    x, a = operand(as_dtype(input, dtype))
    axis = one_dim("cumsum", dim, a.ndim)
    wide = _wide(a.dtype, dtype)
    if a.ndim == 0:
        return record("cumsum", np.array(a, wide), (x, lambda g: g))
    return record("cumsum", np.cumsum(a, axis, wide), (x, lambda g: np.flip(np.cumsum(np.flip(g, axis), axis), axis)))


@public()
def logsumexp(input: Any, dim: Any, keepdim: bool = False) -> Tensor:
    """`log Σ e^x` over `dim`, without overflow. d = softmax(x) dx

    >>> logsumexp(Tensor([1000.0, 1000.0]), dim=0)
    tensor(1000.6932)
    """
    x, a = operand(input, floating=True)
    dims = reduced_dims("logsumexp", dim, a.ndim)
    shape, kept = a.shape, kept_shape(a.shape, dims)
    out = Out(_log_sum_exp(a, dims) if keepdim else np.squeeze(_log_sum_exp(a, dims), dims))

    def slope(g: Any) -> Any:
        total = spread(like(out, g), kept, shape)
        return spread(g, kept, shape) * np.exp(like(x, g) - total)

    return record("logsumexp", out, (x, slope))


def _log_sum_exp(a: Array, dims: tuple[int, ...]) -> Array:
    """With the largest taken out of the sum, and kept dimensions."""
    top = np.max(a, axis=dims, keepdims=True, initial=-np.inf)
    top = np.where(np.isinf(top), 0, top)  # of nothing but -inf, or with inf in it
    with np.errstate(divide="ignore"):
        return np.log(np.sum(np.exp(a - top), axis=dims, keepdims=True)) + top
