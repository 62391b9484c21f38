"""What takes singular and rectangular matrices: pseudo-inverse, least squares, rank."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from leafgrad.errors import ShapeError
from leafgrad.joint import record_joint
from leafgrad.linalg.matrices import adjoint, check_dtype, lapack, matrix, square_matrix, with_adjoints
from leafgrad.linalg.singular import FAILED
from leafgrad.linalg.solving import is_stack_of_vectors
from leafgrad.node import Array, Out
from leafgrad.operands import check_broadcast, operand
from leafgrad.recording import like
from leafgrad.surface import public
from leafgrad.tensor import Tensor, wrap


@public(method=False, function=False)
def pinv(A: Any, rcond: Any = None, hermitian: bool = False, *, atol: Any = None, rtol: Any = None) -> Tensor:
    """The pseudo-inverse P of each matrix (..., m, n): (..., n, m), with A P A = A and P A P = P.

    Singular values up to max(atol, rtol S_max) count as 0; `rtol` (or `rcond`) is ε max(m, n) unless one
    of the two is given. With `hermitian`, A is symmetric, and eigenvalues do instead.
    dP = -P dA P + P Pᴴ dAᴴ (1 - A P) + (1 - P A) dAᴴ Pᴴ P, as long as the rank stays. A LinAlgError
    where LAPACK fails. Source: G. Golub, V. Pereyra, "The differentiation of pseudo-inverses and
    nonlinear least squares problems whose variables separate" (1973), 4.12.

    >>> pinv(Tensor([[2.0, 0.0], [0.0, 0.0]]))
    tensor([[0.5000, 0.0000],
            [0.0000, 0.0000]])
    """
    x, a = (square_matrix if hermitian else matrix)("linalg.pinv", A)
    if hermitian:
        values, right = lapack("linalg.pinv", FAILED, np.linalg.eigh, a)
        left = right
    else:
        left, values, right = lapack("linalg.pinv", FAILED, np.linalg.svd, a, full_matrices=False)
        right = adjoint(right)
    kept = _above(np.abs(values), a, atol, rcond if rtol is None else rtol)
    inverse = np.where(kept, 1 / np.where(kept, values, 1), 0)
    out = Out(right * inverse[..., None, :] @ adjoint(left))

    def slope(g: Any) -> Any:
        value, p = like(x, g), like(out, g)
        turned, back = adjoint(p), adjoint(g)
        outside = back @ p @ turned
        inside = turned @ p @ back
        return -turned @ g @ turned + outside - value @ (p @ outside) + inside - inside @ p @ value

    return record_joint("linalg.pinv", (out,), (x,), with_adjoints(slope))[0]


def _above(sizes: Array, a: Array, atol: Any, rtol: Any) -> Array:
    """Which sizes, of singular values or eigenvalues of `a`, do not count as 0."""
    absolute = 0.0 if atol is None else operand(atol)[1]
    if rtol is None:
        relative = np.where(np.greater(absolute, 0), 0, np.finfo(a.dtype).eps * max(a.shape[-2:]))
    else:
        relative = operand(rtol)[1]
    largest = np.max(sizes, -1, initial=0)
    return sizes > np.maximum(absolute, relative * largest)[..., None]


@public(method=False, function=False)
def matrix_rank(A: Any, tol: Any = None, hermitian: bool = False, *, atol: Any = None, rtol: Any = None) -> Tensor:
    """The number of singular values of each matrix above max(atol, rtol S_max), or above `tol`; no gradient.

    `rtol` is ε max(m, n) unless one of the two is given. With `hermitian`, A is symmetric, and its
    eigenvalues' sizes do instead.

    >>> matrix_rank(Tensor([[1.0, 1.0], [1.0, 1.0]]))
    tensor(1)
    """
    if tol is not None:
        atol, rtol = tol, 0.0
    _, a = (square_matrix if hermitian else matrix)("linalg.matrix_rank", A)
    if hermitian:
        sizes = np.abs(lapack("linalg.matrix_rank", FAILED, np.linalg.eigvalsh, a))
    else:
        sizes = lapack("linalg.matrix_rank", FAILED, np.linalg.svd, a, compute_uv=False)
    return wrap(np.sum(_above(sizes, a, atol, rtol) if a.size else np.zeros(sizes.shape, bool), -1))


class LeastSquares(NamedTuple):
    """What `lstsq` returns; what its driver does not find is empty."""

    solution: Tensor
    residuals: Tensor
    rank: Tensor
    singular_values: Tensor


@public(method=False, function=False)
def lstsq(A: Any, B: Any, rcond: float | None = None, *, driver: str | None = None) -> LeastSquares:
    """The X of least ‖A X - B‖, and of those the least ‖X‖: X = A⁺ B, with `pinv`'s gradient.

    A is (..., m, n), and B (..., m, k) or, as for `solve`, vectors. Singular values up to `rcond` S_max
    count as 0, ε max(m, n) unless given. The `driver` says what else is found, though it is LAPACK's
    singular value decomposition always: "gelsy", the default, the rank; "gels" the residuals
    Σ |A X - B|² (m > n), "gelsd" and "gelss" both, if the rank is n, and singular values. ShapeErrors
    where A and B do not fit, a RuntimeError for another driver.

    >>> lstsq(Tensor([[1.0], [1.0]]), Tensor([[1.0], [3.0]])).rank
    tensor(1)
    """
    (_, a), (_, b) = matrix("linalg.lstsq", A), operand(B)
    check_dtype("linalg.lstsq", a, b)
    driver = "gelsy" if driver is None else driver
    if driver not in ("gels", "gelsy", "gelsd", "gelss"):
        raise RuntimeError(f"linalg.lstsq: driver must be 'gels', 'gelsy', 'gelsd' or 'gelss', got {driver!r}")
    vectors = is_stack_of_vectors(a, b)
    if vectors:
        B = np.expand_dims(B, -1)
        _, b = operand(B)
    m, n = a.shape[-2:]
    if b.ndim < 2 or b.shape[-2] != m:
        raise ShapeError(f"linalg.lstsq: A of shape {a.shape} and B of shape {b.shape} do not fit; both need {m} rows")
    check_broadcast(a.shape[:-2], b.shape[:-2])
    empty = np.zeros(0, a.real.dtype)
    solution = pinv(A, rtol=0.0 if driver == "gels" else rcond) @ B
    rank = wrap(np.zeros(0, np.int64)) if driver == "gels" else matrix_rank(A, rtol=rcond)
    residuals: Any = np.abs(np.reshape(solution, -1)[:0])  # empty, with a history, as PyTorch's
    if m > n and driver != "gelsy" and np.all(rank.data == n):
        rest = np.abs(A @ solution - B)
        residuals = np.sum(rest * rest, -2)
    values = np.linalg.svd(a, compute_uv=False) if driver in ("gelsd", "gelss") else empty
    return LeastSquares(solution[..., 0] if vectors else solution, residuals, rank, wrap(values))
