"""Eigenvalues and eigenvectors, A V = V diag(λ)."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from leafgrad.joint import record_joint
from leafgrad.linalg.matrices import adjoint, diagonal_of, lapack, square_matrix, with_adjoints
from leafgrad.node import Array, Out
from leafgrad.recording import cast, like
from leafgrad.surface import public
from leafgrad.tensor import Tensor, wrap

FAILED = "the eigenvalues were not found; look for inf and NaN in the matrix"


class Eigh(NamedTuple):
    """What `eigh` returns: eigenvalues in ascending order, and eigenvectors as columns."""

    eigenvalues: Tensor
    eigenvectors: Tensor


@public(np.linalg.eigh, method=False, function=False)
def eigh(A: Any, UPLO: str = "L") -> Eigh:
    """The eigenvalues λ and orthonormal eigenvectors V of each symmetric (or Hermitian) matrix.

    Only the lower triangle is read, with `UPLO="U"` the upper. dλ = diag(Vᴴ dA V) and dV = V (F ∘ Vᴴ dA V),
    where F_ij = 1 / (λ_j - λ_i) off the diagonal, else 0: infinite where eigenvalues are equal. The
    gradient of A is symmetric. The signs of eigenvectors are arbitrary, and so is the gradient of what
    depends on them. A LinAlgError if LAPACK fails. Source: M. Giles, "An extended collection of matrix
    derivative results" (2008), 3.1.

    >>> eigh(Tensor([[2.0, 0.0], [0.0, 1.0]])).eigenvalues
    tensor([1., 2.])
    """
    x, a = symmetric("linalg.eigh", A, UPLO)
    values, vectors = lapack("linalg.eigh", FAILED, np.linalg.eigh, a, UPLO.upper())
    v, w = Out(vectors), Out(values)
    eye = np.eye(a.shape[-1], dtype=bool)

    def slopes(by_values: Any, by_vectors: Any) -> Any:
        g = by_vectors if by_values is None else by_values
        basis = like(v, g)
        inner = 0 if by_values is None else basis * by_values[..., None, :]
        if by_vectors is not None:
            gaps = np.where(eye, 1, like(w, g)[..., None, :] - like(w, g)[..., None])
            inner = inner + basis @ np.where(eye, 0, adjoint(basis) @ by_vectors / gaps)
        full = inner @ adjoint(basis)
        return (full + adjoint(full)) / 2

    return Eigh(*record_joint("linalg.eigh", (w, v), (x,), with_adjoints(slopes)))


def symmetric(op: str, A: Any, UPLO: str) -> tuple[Any, Array]:
    """`square_matrix`, for which only one triangle is told: "L" or "U"."""
    if UPLO.upper() not in ("L", "U"):
        raise RuntimeError(f"{op}: UPLO must be 'L' or 'U', the triangle that is read, got {UPLO!r}")
    return square_matrix(op, A)


@public(np.linalg.eigvalsh, method=False, function=False)
def eigvalsh(A: Any, UPLO: str = "L") -> Tensor:
    """The eigenvalues of each symmetric (or Hermitian) matrix, in ascending order. dλ = diag(Vᴴ dA V)

    Arguments and errors are those of `eigh`.

    >>> eigvalsh(Tensor([[2.0, 0.0], [0.0, 1.0]]))
    tensor([1., 2.])
    """
    x, a = symmetric("linalg.eigvalsh", A, UPLO)
    if x.source is None:  # without vectors, which only the gradient needs
        return wrap(lapack("linalg.eigvalsh", FAILED, np.linalg.eigvalsh, a, UPLO.upper()))
    return eigh(A, UPLO).eigenvalues


class Eig(NamedTuple):
    """What `eig` returns: eigenvalues in no order, and eigenvectors of length 1 as columns, all complex."""

    eigenvalues: Tensor
    eigenvectors: Tensor


@public(np.linalg.eig, method=False, function=False)
def eig(A: Any) -> Eig:
    """The eigenvalues λ and eigenvectors V of each square matrix, as complex tensors.

    dλ = diag(V⁻¹ dA V) and dV = V (F ∘ V⁻¹ dA V), less what would change the vectors' length or
    angle, with F as for `eigh`: infinite where eigenvalues are equal. A RuntimeError for inf and NaN.
    Source: C. Boeddeker and others, "On the computation of complex-valued gradients with application to
    statistically optimum beamforming" (2017), 4.22.

    >>> eig(Tensor([[0.0, 1.0], [1.0, 0.0]])).eigenvalues.real.sort().values
    tensor([-1.,  1.])
    """
    x, a = square_matrix("linalg.eig", A)
    if not np.all(np.isfinite(a)):
        raise RuntimeError("linalg.eig: the matrix must have no inf and no NaN")
    dtype = np.result_type(a.dtype, np.complex64)
    values, vectors = lapack("linalg.eig", FAILED, np.linalg.eig, a)
    v, w = Out(vectors.astype(dtype)), Out(values.astype(dtype))
    x = x if a.dtype == dtype else cast(x, dtype)
    eye = np.eye(a.shape[-1], dtype=bool)

    def slopes(by_values: Any, by_vectors: Any) -> Any:
        g = by_vectors if by_values is None else by_values
        basis = like(v, g)
        inner = 0 if by_values is None else np.where(eye, by_values[..., None], 0)
        if by_vectors is not None:
            turned = adjoint(basis) @ by_vectors
            freed = turned - adjoint(basis) @ (basis * np.real(diagonal_of(turned))[..., None, :])
            gaps = np.where(eye, 1, np.conj(like(w, g)[..., None, :] - like(w, g)[..., None]))
            inner = inner + np.where(eye, 0, freed / gaps)
        return np.linalg.solve(adjoint(basis), inner @ adjoint(basis))

    return Eig(*record_joint("linalg.eig", (w, v), (x,), with_adjoints(slopes)))


@public(np.linalg.eigvals, method=False, function=False)
def eigvals(A: Any) -> Tensor:
    """The eigenvalues of each square matrix, in no order, as a complex tensor. dλ = diag(V⁻¹ dA V)

    Errors are those of `eig`.

    >>> eigvals(Tensor([[2.0, 1.0], [0.0, 2.0]]))
    tensor([2.+0.j, 2.+0.j])
    """
    return eig(A).eigenvalues
