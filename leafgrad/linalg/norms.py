"""Norms of vectors and matrices, and the condition number.

All are composed of the norms of `leafgrad.norm`, of sums and extremes, and of singular values; their
gradients are the gradients of these.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from leafgrad.dims import dims_of
from leafgrad.errors import ShapeError
from leafgrad.linalg.matrices import matrix, square_matrix
from leafgrad.linalg.singular import svdvals
from leafgrad.linalg.solving import inv_ex
from leafgrad.operands import operand
from leafgrad.ops import norms
from leafgrad.ops.extremes import amax, amin
from leafgrad.ops.reductions import sum
from leafgrad.recording import wrap_snapshot
from leafgrad.surface import public
from leafgrad.tensor import Tensor, wrap


@public(method=False, function=False)
def vector_norm(x: Any, ord: Any = 2, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    """The p-norm (Σ |x|^p)^(1/p), p = `ord`, over all or some dimensions; 0 counts what is not 0.

    d = sign(x) (|x| / norm)^(p-1) dx, which is 0 where the norm is 0; for ±inf, the largest and the
    smallest |x|, ties share it evenly. RuntimeErrors as of `leafgrad.norm`.

    >>> vector_norm(Tensor([3.0, -4.0]))
    tensor(5.)
    """
    if isinstance(ord, str):
        raise TypeError(f"linalg.vector_norm: ord must be a number, got {ord!r}; matrix_norm has others")
    return norms.vector_norm("linalg.vector_norm", _in_dtype("linalg.vector_norm", x, dtype), float(ord), dim, keepdim)


def _in_dtype(op: str, x: Any, dtype: Any) -> Any:
    """The input in the dtype that is asked for, which must be a float one that holds all that it holds."""
    x, a = operand(x)
    if dtype is None:
        return wrap_snapshot(x)
    wanted = np.dtype(dtype)
    if a.dtype.kind not in "fc" or wanted.kind not in "fc" or not np.can_cast(a.dtype, wanted):
        raise RuntimeError(f"{op}: a tensor of {a.dtype} cannot be taken as {wanted}; use .to() or another dtype")
    return wrap_snapshot(x).to(wanted)


@public(method=False, function=False)
def matrix_norm(
    A: Any, ord: Any = "fro", dim: Sequence[int] = (-2, -1), keepdim: bool = False, *, dtype: Any = None
) -> Tensor:
    """A norm of the matrices that two dimensions make.

    "fro" is √Σ a², "nuc" the sum of the singular values, 2 (and -2) the largest (smallest) of them, 1
    (-1) the largest (smallest) sum of |a| in a column, inf (-inf) in a row. d = that of these, of which
    ties share the gradient evenly. RuntimeErrors for another `ord`, and for dimensions other than two.

    >>> matrix_norm(Tensor([[3.0, 0.0], [0.0, 4.0]]), "nuc")
    tensor(7.)
    """
    _, a = operand(A)
    if not isinstance(dim, Sequence):
        raise TypeError(f"linalg.matrix_norm: dim must name two dimensions, got {dim!r}; vector_norm takes one")
    A = _in_dtype("linalg.matrix_norm", A, dtype)
    if a.ndim < 2:
        raise ShapeError(f"linalg.matrix_norm: A must have at least 2 dimensions, got shape {a.shape}")
    dims = dims_of("linalg.matrix_norm", tuple(dim), a.ndim)
    if len(dims) != 2:
        raise ShapeError(f"linalg.matrix_norm: dim must name two dimensions, got {dim}")
    if ord == "fro":
        return vector_norm(A, 2, dims, keepdim)
    if ord == "nuc" or (not isinstance(ord, str) and abs(ord) == 2):
        others = [i for i in range(a.ndim) if i not in dims]
        values = svdvals(np.transpose(A, (*others, *dims)))
        made = sum(values, -1) if ord == "nuc" else _extreme(ord, values, -1, False)
        return np.expand_dims(made, tuple(sorted(dims))) if keepdim else made  # type: ignore[return-value]
    if isinstance(ord, str) or abs(ord) not in (1, np.inf):
        raise RuntimeError(f"linalg.matrix_norm: ord must be 'fro', 'nuc', ±1, ±2 or ±inf, got {ord!r}")
    summed, compared = dims if abs(ord) == 1 else dims[::-1]
    sums = vector_norm(A, 1, summed, True)
    made = _extreme(ord, sums, compared, True)
    return made if keepdim else made.squeeze(dims)


def _extreme(ord: float, values: Tensor, dim: int, keepdim: bool) -> Tensor:
    """The largest, which among none is 0, or for a negative `ord` the smallest."""
    if ord < 0:
        return amin(values, dim, keepdim)
    return amax(values, dim, keepdim) if values.shape[dim] else sum(values, dim, keepdim)


@public(method=False, function=False)
def norm(A: Any, ord: Any = None, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    """`vector_norm` or `matrix_norm`: of matrices where two dimensions are meant, or `ord` is a string.

    Without `ord`, the root of the sum of all squares. d = that of the norm. ShapeErrors where `ord` is
    given without `dim` for a tensor of other than one or two dimensions, and for other than one or two
    dimensions in `dim`.

    >>> norm(Tensor([[3.0, 0.0], [0.0, 4.0]]), 1)
    tensor(4.)
    """
    if ord is None:
        return vector_norm(A, 2, dim, keepdim, dtype=dtype)
    ndim = operand(A)[1].ndim
    dims = tuple(range(ndim)) if dim is None else tuple(dim) if isinstance(dim, Sequence) else (dim,)
    if len(dims) not in (1, 2):
        raise ShapeError(f"linalg.norm: ord={ord!r} needs one or two dimensions, got {dims}; name them in dim")
    if len(dims) == 2 or isinstance(ord, str):
        return matrix_norm(A, ord, dims, keepdim, dtype=dtype)
    return vector_norm(A, ord, dims, keepdim, dtype=dtype)


@public(method=False, function=False)
def cond(A: Any, p: Any = None) -> Tensor:
    """The condition number ‖A‖ ‖A⁻¹‖ of each matrix, in the norm `p` of `matrix_norm`; inf of a singular one.

    Without `p`, or for 2 and -2, the quotient of the extreme singular values, and then A need not be
    square. d = that of the norms and the inverse.

    >>> cond(Tensor([[1.0, 0.0], [0.0, 4.0]]))
    tensor(4.)
    """
    _, a = matrix("linalg.cond", A)
    if not a.size:
        return wrap(np.zeros(a.shape[:-2], a.real.dtype))
    if p is None or (not isinstance(p, str) and abs(p) == 2):
        values = svdvals(A)
        return values[..., -1] / values[..., 0] if p == -2 else values[..., 0] / values[..., -1]
    square_matrix("linalg.cond", A)
    inverse, info = inv_ex(A)
    made = matrix_norm(A, p) * matrix_norm(inverse, p)
    return np.where(info.data > 0, float("inf"), made)  # type: ignore[return-value]
