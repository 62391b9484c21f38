"""A = P L U: elimination with row exchanges, and what it solves.

`LU` is the compact form, with L, of unit diagonal, below the diagonal and U on and above it; `pivots`
says, counted from 1, with which row each row was exchanged, one after the other, as LAPACK does.
"""

from __future__ import annotations

from math import prod
from typing import Any, NamedTuple

import numpy as np

from leafgrad.errors import LinAlgError, ShapeError
from leafgrad.linalg.matrices import adjoint as adjoint_of
from leafgrad.linalg.matrices import check_dtype, diagonal_of, lower, matrix, size, square_matrix, transposed, upper
from leafgrad.linalg.triangular import solve_triangular
from leafgrad.node import Array, Out
from leafgrad.operands import operand
from leafgrad.recording import like, record
from leafgrad.surface import public
from leafgrad.tensor import Tensor, wrap


class LUFactor(NamedTuple):
    """What `lu_factor` returns."""

    LU: Tensor
    pivots: Tensor


class LUFactorEx(NamedTuple):
    """What `lu_factor_ex` returns; `info` is 0, or the number of the first pivot that is 0."""

    LU: Tensor
    pivots: Tensor
    info: Tensor


class LU(NamedTuple):
    """What `lu` and `lu_unpack` return: A = P L U."""

    P: Tensor
    L: Tensor
    U: Tensor


@public(method=False, function=False)
def lu_factor(A: Any, *, pivot: bool = True) -> LUFactor:
    """The compact LU of each matrix (..., m, n), and its pivots (..., min(m, n)).

    dL = L tril(F, -1) and dU = triu(F) U for F = L⁻¹ Pᵀ dA U⁻¹, of a square A. A LinAlgError where a
    pivot is 0 (`lu_factor_ex` takes those), a RuntimeError for `pivot=False`, as PyTorch's on the CPU.
    Source: F. de Hoog, R. Anderssen, M. Lukas, "Differentiation of matrix functionals using triangular
    factorization" (2011).

    >>> lu_factor(Tensor([[1.0, 2.0], [2.0, 2.0]]))
    LUFactor(LU=tensor([[2.0000, 2.0000],
            [0.5000, 1.0000]]), pivots=tensor([2, 2], dtype=int32))
    """
    made, pivots, _ = _factored("linalg.lu_factor", A, pivot, True)
    return LUFactor(made, pivots)


@public(method=False, function=False)
def lu_factor_ex(A: Any, *, pivot: bool = True, check_errors: bool = False) -> LUFactorEx:
    """`lu_factor` that tells of pivots that are 0 in `info`; with `check_errors` it raises.

    >>> lu_factor_ex(Tensor([[0.0, 0.0], [0.0, 0.0]])).info
    tensor(1, dtype=int32)
    """
    return LUFactorEx(*_factored("linalg.lu_factor_ex", A, pivot, check_errors))


@public(method=False, function=False)
def lu(A: Any, *, pivot: bool = True) -> LU:
    """The factors of each A = P L U: a permutation, a lower triangle of unit diagonal, an upper one.

    Of (..., m, n), with k = min(m, n), these are (..., m, m), (..., m, k) and (..., k, n). dL and dU
    are those of `lu_factor`.

    >>> lu(Tensor([[1.0, 2.0], [2.0, 2.0]])).U
    tensor([[2., 2.],
            [0., 1.]])
    """
    made, pivots, _ = _factored("linalg.lu", A, pivot, False)
    return lu_unpack(made, pivots)


def _factored(op: str, A: Any, pivot: bool, check_errors: bool) -> tuple[Tensor, Tensor, Tensor]:
    x, a = matrix(op, A)
    if not pivot:
        raise RuntimeError(f"{op}: pivot=False is not there on the CPU; leave it True")
    value, pivots = eliminated(a)
    zero = diagonal_of(value) == 0
    info = np.where(np.any(zero, -1), np.argmax(zero, -1) + 1, 0) if zero.shape[-1] else np.zeros(zero.shape[:-1])
    if check_errors and info.any():
        raise LinAlgError(f"{op}: a pivot is 0, so lu_solve would divide by it; use lu_factor_ex, or lu")
    out = Out(value)
    m, n = a.shape[-2:]
    k, order = min(m, n), permutation(pivots, m, a.dtype)

    def slope(g: Any) -> Any:
        lu = like(out, g)
        left, right = lower(lu[..., :k, :k], -1) + np.eye(k, dtype=lu.dtype), upper(lu[..., :k, :k])
        below, beside = (lu[..., k:, :k], g[..., k:, :k]), (lu[..., :k, k:], g[..., :k, k:])  # of a long side
        by_left = lower(transposed(left) @ lower(g[..., :k, :k], -1) - beside[1] @ transposed(beside[0]), -1)
        by_right = upper(upper(g[..., :k, :k]) @ transposed(right) - transposed(below[0]) @ below[1])
        square = _from_right(np.linalg.solve(transposed(left), by_left + by_right), right)
        if m > k:
            return order @ np.concatenate([square, _from_right(below[1], right)], -2)
        if n > k:
            return order @ np.concatenate([square, np.linalg.solve(transposed(left), beside[1])], -1)
        return order @ square

    return record(op, out, (x, slope)), wrap(pivots), wrap(info.astype(np.int32))


def _from_right(g: Any, u: Any) -> Any:
    """G U⁻ᵀ"""
    return transposed(np.linalg.solve(u, transposed(g)))


def eliminated(a: Array) -> tuple[Array, Array]:
    """The compact LU and the pivots, column by column (Crout's order: each column is finished in turn)."""
    m, n = a.shape[-2:]
    k = min(m, n)
    flat = a.reshape(prod(a.shape[:-2]), m, n).copy()
    each = np.arange(len(flat))
    pivots = np.empty((len(flat), k), np.int32)
    for j in range(k):
        flat[:, j:, j] -= np.matmul(flat[:, j:, :j], flat[:, :j, j, None])[..., 0]
        chosen = j + np.argmax(size(flat[:, j:, j]), 1) if len(flat) else each
        pivots[:, j] = chosen + 1
        flat[each, chosen], flat[:, j] = flat[:, j].copy(), flat[each, chosen]
        flat[:, j, j + 1 :] -= np.matmul(flat[:, j, None, :j], flat[:, :j, j + 1 :])[:, 0]
        pivot = flat[:, j, j, None]
        flat[:, j + 1 :, j] /= np.where(pivot == 0, 1, pivot)
    return flat.reshape(a.shape), pivots.reshape(*a.shape[:-2], k)


def permutation(pivots: Array, m: int, dtype: Any) -> Array:
    """The matrices P with A = P L U, (..., m, m), that these exchanges of rows make."""
    flat = pivots.reshape(prod(pivots.shape[:-1]), pivots.shape[-1])
    order = np.tile(np.arange(m), (len(flat), 1))
    each = np.arange(len(flat))
    for j in range(flat.shape[-1]):
        other = flat[:, j] - 1
        order[each, other], order[:, j] = order[:, j].copy(), order[each, other]
    return np.swapaxes(np.eye(m, dtype=dtype)[order], -1, -2).reshape(*pivots.shape[:-1], m, m)


@public(method=False)
def lu_unpack(LU_data: Any, LU_pivots: Any, unpack_data: bool = True, unpack_pivots: bool = True) -> LU:
    """The factors P, L and U of the compact form that `linalg.lu_factor` returns.

    What is not asked for is an empty tensor. d = dL and dU, which the compact form holds side by side.

    >>> factors = lu_unpack(*lu_factor(Tensor([[1.0, 2.0], [2.0, 2.0]])))
    >>> factors.L
    tensor([[1.0000, 0.0000],
            [0.5000, 1.0000]])
    """
    (_, a), (_, pivots) = matrix("lu_unpack", LU_data, "LU_data"), operand(LU_pivots)
    m, n = a.shape[-2:]
    k = min(m, n)
    made = [wrap(np.empty(0, a.dtype)) for _ in range(3)]
    if unpack_pivots:
        _check_pivots("lu_unpack", a, pivots)
        made[0] = wrap(permutation(pivots, m, a.dtype))
    if unpack_data:
        made[1] = lower(LU_data[..., :k], -1) + np.eye(m, k, dtype=a.dtype)
        made[2] = upper(LU_data[..., :k, :])
    return LU(*made)


def _check_pivots(op: str, a: Array, pivots: Array) -> None:
    m, k = a.shape[-2], min(a.shape[-2:])
    if pivots.dtype != np.int32 or pivots.shape != (*a.shape[:-2], k):
        raise ShapeError(
            f"{op}: expected int32 pivots of shape {(*a.shape[:-2], k)}, got {pivots.dtype} of shape {pivots.shape}; "
            "pass what lu_factor returned"
        )
    if pivots.size and not 1 <= pivots.min() <= pivots.max() <= m:
        raise RuntimeError(f"{op}: pivots must be from 1 to {m}, the number of rows; pass what lu_factor returned")


@public(method=False, function=False)
def lu_solve(LU: Any, pivots: Any, B: Any, *, left: bool = True, adjoint: bool = False) -> Tensor:
    """The X with A X = B, or X A = B, for the compact LU of A; with `adjoint`, Aᴴ in the place of A.

    Composed of two triangular systems, which have its gradients. A RuntimeError for wrong pivots.

    >>> lu_solve(*lu_factor(Tensor([[1.0, 2.0], [2.0, 2.0]])), Tensor([[3.0], [4.0]]))
    tensor([[1.],
            [1.]])
    """
    (_, a), (_, b) = square_matrix("linalg.lu_solve", LU, "LU"), matrix("linalg.lu_solve", B, "B")
    check_dtype("linalg.lu_solve", a, b)
    order = operand(pivots)[1]
    _check_pivots("linalg.lu_solve", a, order)
    if not left:
        return adjoint_of(lu_solve(LU, pivots, adjoint_of(B), adjoint=not adjoint))  # type: ignore[no-any-return]
    if b.shape[-2] != a.shape[-1]:
        raise ShapeError(f"linalg.lu_solve: LU of shape {a.shape} and B of shape {b.shape} do not fit")
    exchange = permutation(order, a.shape[-1], a.dtype)
    if adjoint:
        half = solve_triangular(adjoint_of(LU), B, upper=False)
        return exchange @ solve_triangular(adjoint_of(LU), half, upper=True, unitriangular=True)  # type: ignore[no-any-return]
    half = solve_triangular(LU, transposed(exchange) @ B, upper=False, unitriangular=True)
    return solve_triangular(LU, half, upper=True)
