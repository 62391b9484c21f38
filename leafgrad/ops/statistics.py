"""Variances and standard deviations, covariances and correlations."""

from __future__ import annotations

from math import prod as size_of
from typing import Any

import numpy as np

from leafgrad.dims import kept_shape, reduced_dims
from leafgrad.errors import ShapeError
from leafgrad.node import Array, Out
from leafgrad.operands import operand
from leafgrad.ops.complex import complex
from leafgrad.ops.products import matmul
from leafgrad.ops.reductions import average, mean, only_floats, spread
from leafgrad.ops.selection import clamp
from leafgrad.recording import conjugate, like, record, wrap_snapshot
from leafgrad.surface import public
from leafgrad.tensor import Tensor

__all__ = ["corrcoef", "cov", "std", "std_mean", "var", "var_mean"]


@public()
def var(
    input: Any, dim: Any = None, unbiased: bool = True, keepdim: bool = False, *, correction: float | None = None
) -> Tensor:
    """The variance, Σ (x - mean)² / (n - correction); the correction is 1 unless said otherwise.

    `unbiased=False` is `correction=0`. d = 2 Σ (x - mean) dx / (n - correction). NumPy's
    `np.var(t, ddof=0)` has its own default. A RuntimeError for integers.

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


@public()
def var_mean(
    input: Any, dim: Any = None, unbiased: bool = True, keepdim: bool = False, *, correction: float | None = None
) -> tuple[Tensor, Tensor]:
    """The pair of `var` and `mean` over the same dimensions. d = as theirs

    >>> var_mean(Tensor([1.0, 2.0, 3.0, 4.0]))
    (tensor(1.6667), tensor(2.5000))
    """
    over = None if isinstance(dim, bool) else dim
    return _variance("var_mean", input, dim, unbiased, keepdim, correction), mean(input, over, keepdim)


@public()
def std_mean(
    input: Any, dim: Any = None, unbiased: bool = True, keepdim: bool = False, *, correction: float | None = None
) -> tuple[Tensor, Tensor]:
    """The pair of `std` and `mean` over the same dimensions. d = as theirs

    >>> std_mean(Tensor([1.0, 2.0, 3.0, 4.0]))
    (tensor(1.2910), tensor(2.5000))
    """
    over = None if isinstance(dim, bool) else dim
    return _variance("std_mean", input, dim, unbiased, keepdim, correction), mean(input, over, keepdim)


def _variance(op: str, input: Any, dim: Any, unbiased: bool, keepdim: bool, correction: float | None) -> Tensor:
    if isinstance(dim, bool):  # var(unbiased), as PyTorch lets it be called
        dim, unbiased = None, dim
    x, a = operand(input)
    only_floats(op, a.dtype)
    dims = reduced_dims(op, dim, a.ndim)
    shape, kept = a.shape, kept_shape(a.shape, dims)
    free = size_of(shape[d] for d in dims) - (float(unbiased) if correction is None else correction)
    square = _mean_square(a, dims, keepdim, free)
    out = Out((square if op.startswith("var") else np.sqrt(square)).astype(np.real(a).dtype))

    def slope(g: Any) -> Any:
        value = like(x, g)
        centred = value - np.mean(value, axis=dims, keepdims=True)
        if free <= 0 and (dim is None or not shape):  # as PyTorch: the limit, which has no direction
            return spread(g, kept, shape) * np.where(centred == 0, np.nan, np.inf)
        return spread(g * (2 / free if free else np.inf), kept, shape) * conjugate(centred)

    if op.startswith("var"):
        return record(op, out, (x, slope))

    def root_slope(g: Any) -> Any:
        root = like(out, g)
        flat = root == 0
        return slope(np.where(flat, 0, g / (2 * np.where(flat, 1, root))))

    return record(op, out, (x, root_slope))


def _mean_square(a: Array, dims: tuple[int, ...], keepdim: bool, free: float) -> Array:
    """Σ (a - mean)² / free in at least float64, for squares overflow early; NaN or inf where nothing is free."""
    a = a.astype(np.result_type(a.dtype, np.float64))
    centred = a - average(a, dims, True)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.sum(np.abs(centred) ** 2, axis=dims, keepdims=keepdim) / np.float64(max(free, 0))


@public()
def cov(input: Any, *, correction: float = 1, fweights: Any = None, aweights: Any = None) -> Tensor:
    """The covariances of the rows of a matrix, whose columns are observations; of a vector its variance.

    C = Σ_n w_n (x_n - μ)(x_n - μ)ᵀ / f, the second factor conjugated if complex, with the weighted mean μ
    and w = `fweights` (how often each was observed) times `aweights` (its importance);
    f = Σw - correction Σ(w aweights) / Σw. NaN where f is not above 0.
    d = Σ_n w_n (dx_n (x_n - μ)ᵀ + (x_n - μ) dx_nᵀ) / f, and through the aweights too.
    RuntimeErrors for more than two dimensions, and for weights that do not fit.

    >>> cov(Tensor([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]]))
    tensor([[ 1., -1.],
            [-1.,  1.]])
    """
    return _covariance("cov", input, correction, fweights, aweights)


@public()
def corrcoef(input: Any) -> Tensor:
    """The correlations of the rows of a matrix, C_ij / √(C_ii C_jj) of the covariances C, within [-1, 1].

    d = as composed. A RuntimeError for more than two dimensions.

    >>> corrcoef(Tensor([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]]))
    tensor([[ 1., -1.],
            [-1.,  1.]])
    """
    c = _covariance("corrcoef", input, 1, None, None)
    if c.ndim == 0:
        return c / c  # 1, or NaN for what does not vary
    rows = np.arange(len(c))
    deviation = c[rows, rows].real ** 0.5
    c = c / deviation[:, None] / deviation
    return complex(clamp(c.real, -1, 1), clamp(c.imag, -1, 1)) if c.dtype.kind == "c" else clamp(c, -1, 1)


def _covariance(op: str, input: Any, correction: float, fweights: Any, aweights: Any) -> Tensor:
    x, a = operand(input)
    if a.ndim > 2:
        raise ShapeError(f"{op}: expected a matrix of at most two dimensions, got shape {a.shape}")
    if a.dtype.kind == "b":
        raise RuntimeError(f"{op}: bools have no covariance; convert with .float() first")
    rows = wrap_snapshot(x) if a.ndim == 2 else wrap_snapshot(x).reshape(1, -1)
    n = rows.shape[1]
    frequency = 1 if fweights is None else _weights(op, "fweights", fweights, "iu", n)
    importance = 1 if aweights is None else _weights(op, "aweights", aweights, "f", n)
    weight: Any = frequency * importance
    amount: Any = n if isinstance(weight, int) else weight.sum()
    if not isinstance(weight, int) and not amount.item():
        raise RuntimeError(f"{op}: the weights sum to zero; give some observation a positive one")
    centred = rows - np.sum(rows * weight, axis=1, keepdims=True) / amount
    free = amount - (correction if aweights is None else correction * (weight * importance).sum() / amount)
    products: Tensor = matmul(centred, (centred * weight).mT.conj())
    covariances: Tensor = products / (free if free > 0 else free * 0)
    return covariances.squeeze()


def _weights(op: str, name: str, given: Any, kinds: str, n: int) -> Tensor:
    """Weights of n observations, all of them checked."""
    x, w = operand(given)
    if w.ndim > 1 or w.size != n:
        raise ShapeError(f"{op}: {name} must be one weight for each of the {n} observations, got shape {w.shape}")
    if w.dtype.kind not in kinds:
        raise RuntimeError(
            f"{op}: {name} must be {'integers' if 'i' in kinds else 'floats'}, got {w.dtype}; convert them first"
        )
    if np.any(w < 0):
        raise RuntimeError(f"{op}: {name} cannot be negative, got {w.min()}")
    return wrap_snapshot(x)
