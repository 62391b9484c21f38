"""Norms: of all elements or along dimensions, of differences, and bounded ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from leafgrad.dims import kept_shape, one_dim, reduced_dims
from leafgrad.dtypes import float16
from leafgrad.errors import EmptyError, ShapeError
from leafgrad.node import Array, Out
from leafgrad.operands import operand
from leafgrad.ops.arithmetic import sub
from leafgrad.ops.masking import where
from leafgrad.ops.reductions import as_dtype, only_floats, shared, spread
from leafgrad.ops.signs import direction
from leafgrad.recording import conjugate, like, record, wrap_snapshot
from leafgrad.surface import public
from leafgrad.tensor import Tensor

__all__ = ["dist", "norm", "renorm"]


@public()
def norm(input: Any, p: Any = "fro", dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    """The p-norm (Σ |x|^p)^(1/p) over all or some dimensions, for any p; 0 counts what is not 0.

    `inf` and `-inf` are the largest and the smallest |x|, "fro" is 2, and "nuc" the sum of a matrix's
    singular values. d = sign(x) (|x| / norm)^(p-1) dx, which is 0 where the norm is 0; for p = ±inf the
    ties share it evenly. RuntimeErrors for integers, for p < 0 or inf over no elements, and for "nuc"
    over other than two dimensions.

    >>> norm(Tensor([3.0, -4.0]))
    tensor(5.)
    """
    _, a = operand(input)
    only_floats("norm", a.dtype)
    if isinstance(p, str):
        dims = reduced_dims("norm", dim, a.ndim)
        if p not in ("fro", "nuc"):
            raise RuntimeError(f"norm: p must be a number, 'fro' or 'nuc', got {p!r}")
        if (p == "nuc" and len(dims) != 2) or (isinstance(dim, Sequence) and len(dim) > 2):
            raise ShapeError(f"norm: p={p!r} is the norm of a matrix, got {len(dims)} dimensions; give two in dim")
        if p == "nuc":
            from leafgrad.linalg import matrix_norm

            return matrix_norm(input, "nuc", dims, keepdim, dtype=dtype)
    return vector_norm("norm", as_dtype(input, dtype), 2 if p in ("fro", None) else float(p), dim, keepdim)


def vector_norm(op: str, input: Any, p: float, dim: Any, keepdim: bool) -> Tensor:
    """`norm` for a number p, of the elements as one vector or of vectors along dimensions."""
    x, a = operand(input)
    only_floats(op, a.dtype)
    dims = reduced_dims(op, dim, a.ndim)
    shape, kept = a.shape, kept_shape(a.shape, dims)
    if (p < 0 or p == np.inf) and 0 in [shape[d] for d in dims]:
        raise EmptyError(f"{op}: the {p} norm of no elements is not defined, in a tensor of shape {shape}")
    out = Out(_norm(a, p, dims, keepdim))

    def slope(g: Any) -> Any:
        if p == 0:
            return spread(np.zeros_like(g), kept, shape)
        value = like(x, g)
        if p == 1:
            return spread(g, kept, shape) * direction(value)
        length = np.reshape(like(out, g), kept)
        if abs(p) == np.inf:
            return direction(value) * shared(g, (np.abs(value) == length) | np.isnan(value), dims, kept, shape)
        flat = length == 0
        over = np.where(flat, 1, length)
        if p == 2:
            return conjugate(value) * np.where(flat, 0, np.reshape(g, kept) / over)
        zero = value == 0
        size = np.abs(np.where(zero, 1, value))
        # the power of the ratio overflows last, but for p < 1, where it is the inverse of a small one
        ratio = size ** (p - 1) * over ** (1 - p) if p < 1 else (size / over) ** (p - 1)
        return conjugate(np.sign(value)) * np.where(zero, 0, ratio) * np.where(flat, 0, np.reshape(g, kept))

    return record(op, out, (x, slope))


def _norm(a: Array, p: float, dims: tuple[int, ...], keepdim: bool) -> Array:
    """The p-norm of an array; that of float16 in float32."""
    if a.dtype == float16:
        return _norm(a.astype(np.float32), p, dims, keepdim).astype(np.float16)
    size = np.abs(a)
    over: Any = {"axis": dims, "keepdims": keepdim}
    if p == 0:
        return np.sum(a != 0, dtype=size.dtype, **over)
    if p == 1:
        return np.sum(size, **over)
    if p == 2:
        return np.sqrt(np.sum(size * size, **over))
    if abs(p) == np.inf:
        return (np.max if p > 0 else np.min)(size, **over)
    with np.errstate(divide="ignore"):  # 0 to a negative power
        return np.sum(size**p, **over) ** (1 / p)


@public()
def dist(input: Any, other: Any, p: float = 2) -> Tensor:
    """The p-norm of `input - other`, broadcast. d = that of `norm`. A RuntimeError for integers.

    >>> dist(Tensor([1.0, 2.0]), Tensor([4.0, 6.0]))
    tensor(5.)
    """
    return vector_norm("dist", sub(input, other), p, None, False)


@public(twin=True)
def renorm(input: Any, p: float, dim: int, maxnorm: float) -> Tensor:
    """`input`, each slice along `dim` whose p-norm exceeds `maxnorm` scaled down to that norm.

    y = x maxnorm / (norm + 1e-7) there; d = as composed, through the norm too. RuntimeErrors for fewer
    than two dimensions, p ≤ 0, and maxnorm < 0.

    >>> renorm(Tensor([[1.0, 0.0], [3.0, 4.0]]), 2, 0, 1)
    tensor([[1.0000, 0.0000],
            [0.6000, 0.8000]])
    """
    x, a = operand(input)
    if a.ndim < 2:
        raise ShapeError(f"renorm: needs a tensor of at least 2 dimensions, got shape {a.shape}; unsqueeze it")
    if p <= 0:
        raise RuntimeError(f"renorm: p must be positive, got {p}")
    if maxnorm < 0:
        raise RuntimeError(f"renorm: maxnorm must not be negative, got {maxnorm}")
    axis = one_dim("renorm", dim, a.ndim)
    x = wrap_snapshot(x)
    length = vector_norm("renorm", x, p, [d for d in range(a.ndim) if d != axis], True)
    factor: Tensor = where(length > maxnorm, maxnorm / (length + 1e-7), 1.0)
    return x * factor
