"""A = L Lᴴ, of matrices that are positive definite, and what it solves."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from leafgrad.errors import LinAlgError, ShapeError
from leafgrad.joint import record_joint
from leafgrad.linalg.matrices import adjoint, check_dtype, lapack, lower, matrix, square_matrix, with_adjoints
from leafgrad.linalg.solving import inv, of_matrices
from leafgrad.node import Array, Out
from leafgrad.operands import operand
from leafgrad.recording import like, record
from leafgrad.surface import public
from leafgrad.tensor import Tensor, wrap


@public(np.linalg.cholesky)
def cholesky(input: Any, upper: bool = False) -> Tensor:
    """The lower triangle L with A = L Lᴴ, or with `upper` its adjoint; only that triangle of A is read.

    dL = L Φ(L⁻¹ dA L⁻ᵀ), where Φ takes the lower triangle and half the diagonal; the gradient of A is
    symmetric. A LinAlgError unless A is positive definite. Source: I. Murray, "Differentiation of the
    Cholesky decomposition" (2016).

    >>> cholesky(Tensor([[4.0, 2.0], [2.0, 5.0]]))
    tensor([[2., 0.],
            [1., 2.]])
    """
    x, a = square_matrix("linalg.cholesky", input)
    turn: Any = adjoint if upper else lambda factor: factor
    out = Out(turn(lapack("linalg.cholesky", INDEFINITE, np.linalg.cholesky, turn(a))))
    eye = np.eye(a.shape[-1], dtype=bool)

    def slope(g: Any) -> Any:
        turned = adjoint(turn(like(out, g)))
        inner = turned @ turn(g)
        mirrored = np.where(eye, inner, 0) + lower(inner, -1) + adjoint(lower(inner, -1))
        half = np.linalg.solve(turned, mirrored / 2)
        return adjoint(np.linalg.solve(turned, adjoint(half)))

    return record_joint("linalg.cholesky", (out,), (x,), with_adjoints(slope))[0]


INDEFINITE = "a matrix is not positive definite; make it so, or use ldl_factor"


class CholeskyEx(NamedTuple):
    """What `cholesky_ex` returns: the factors, and for each 0, or the order of a minor that is not positive."""

    L: Tensor
    info: Tensor


@public(method=False, function=False)
def cholesky_ex(input: Any, *, upper: bool = False, check_errors: bool = False) -> CholeskyEx:
    """`cholesky` that tells of matrices that are not positive definite in `info`, and gives NaN for them.

    With `check_errors` it raises.

    >>> cholesky_ex(Tensor([[1.0, 2.0], [2.0, 1.0]])).info
    tensor(2, dtype=int32)
    """
    _, a = square_matrix("linalg.cholesky_ex", input)
    try:
        return CholeskyEx(cholesky(input, upper=upper), wrap(np.zeros(a.shape[:-2], np.int32)))
    except LinAlgError:
        if check_errors:
            raise
    info = _first_minor(adjoint(a) if upper else a)
    bad = (info > 0)[..., None, None]
    regular = np.where(bad, np.eye(a.shape[-1], dtype=a.dtype), input)
    return CholeskyEx(np.where(bad, float("nan"), cholesky(regular, upper=upper)), wrap(info))  # type: ignore[arg-type]


def _first_minor(a: Array) -> Array:
    """The order, from 1, of each matrix's first leading minor that is not positive, or 0."""
    rest, info = np.copy(a), np.zeros(a.shape[:-2], np.int32)
    for j in range(a.shape[-1]):
        pivot = rest[..., j, j].real
        info[(info == 0) & ~(pivot > 0)] = j + 1
        column = rest[..., j + 1 :, j, None]
        rest[..., j + 1 :, j + 1 :] -= column @ adjoint(column) / np.where(pivot > 0, pivot, 1)[..., None, None]
    return info


@public()
def cholesky_solve(input: Any, L: Any, upper: bool = False) -> Tensor:
    """The X with L Lᴴ X = input, for the factor that `cholesky` returns (Lᴴ L X, with `upper`).

    Batch dimensions broadcast. For A = L Lᴴ, dX = A⁻¹ (dinput - dA X) and dA = dL Lᴴ + L dLᴴ, of all of L,
    as in PyTorch, though only its triangle is read. A LinAlgError where the factor is singular.

    >>> cholesky_solve(Tensor([[4.0], [4.0]]), Tensor([[2.0, 0.0], [0.0, 1.0]]))
    tensor([[1.],
            [4.]])
    """
    (_, b), (_, a) = matrix("cholesky_solve", input, "input"), square_matrix("cholesky_solve", L, "L")
    check_dtype("cholesky_solve", b, a)
    if b.shape[-2] != a.shape[-1]:
        raise ShapeError(f"cholesky_solve: input of shape {b.shape} and L of shape {a.shape} do not fit")
    return of_matrices("cholesky_solve", _product(L, upper), input)


@public()
def cholesky_inverse(input: Any, upper: bool = False) -> Tensor:
    """The inverse X = (L Lᴴ)⁻¹ of the matrix of which `cholesky` gave the factor (Lᴴ L, with `upper`).

    For A = L Lᴴ, dX = -X dA X and dA = dL Lᴴ + L dLᴴ, of all of L, as in PyTorch, though only its triangle
    is read. A LinAlgError where the factor is singular.

    >>> cholesky_inverse(Tensor([[2.0, 0.0], [0.0, 1.0]]))
    tensor([[0.2500, 0.0000],
            [0.0000, 1.0000]])
    """
    square_matrix("cholesky_inverse", input, "input")
    return inv(_product(input, upper))


def _product(factor: Any, is_upper: bool) -> Any:
    """A = L Lᴴ, or Lᴴ L, of the triangle alone, with the gradient of the full matrix."""
    x, a = operand(factor)
    triangle = record("triangle", (np.triu if is_upper else np.tril)(a), (x, lambda g: g))
    return adjoint(triangle) @ triangle if is_upper else triangle @ adjoint(triangle)
