"""A = U diag(S) Vᴴ: singular values and vectors."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from leafgrad.joint import record_joint
from leafgrad.linalg.matrices import adjoint, lapack, matrix, with_adjoints
from leafgrad.node import Out
from leafgrad.recording import like
from leafgrad.surface import public
from leafgrad.tensor import Tensor, wrap

FAILED = "the singular values were not found; look for inf and NaN in the matrix"


class SVD(NamedTuple):
    """What `svd` returns: singular values S in descending order, and vectors as columns of U and rows of Vh."""

    U: Tensor
    S: Tensor
    Vh: Tensor


@public(np.linalg.svd, method=False, function=False)
def svd(A: Any, full_matrices: bool = True, *, driver: str | None = None) -> SVD:
    """The singular values and vectors of each matrix (..., m, n), with k = min(m, n) values.

    U is (..., m, m) and Vh (..., n, n), or with `full_matrices=False` (..., m, k) and (..., k, n). For
    dP = Uᴴ dA V: dS = Re diag(dP), dU = U (F ∘ (dP S + S dPᴴ)) + (1 - U Uᴴ) dA V S⁻¹ and dV alike, where
    F_ij = 1 / (S_j² - S_i²) off the diagonal: infinite where singular values are equal. The signs of
    vectors are arbitrary, and so is the gradient of what depends on them; the vectors beyond k, which
    the full matrices add, have none, as in PyTorch. A LinAlgError if LAPACK fails, as it does on NaN.
    Source: J. Townsend, "Differentiating the singular value decomposition" (2016).

    >>> svd(Tensor([[3.0, 0.0], [0.0, 4.0]])).S
    tensor([4., 3.])
    """
    x, a = matrix("linalg.svd", A)
    if driver is not None:
        raise RuntimeError(f"linalg.svd: there are no drivers to choose from on the CPU, got {driver!r}; leave it None")
    left, values, right = map(Out, lapack("linalg.svd", FAILED, np.linalg.svd, a, full_matrices))
    m, n = a.shape[-2:]
    k = min(m, n)
    eye = np.eye(k, dtype=bool)

    def slopes(by_u: Any, by_s: Any, by_vh: Any) -> Any:
        g = by_s if by_s is not None else by_u if by_u is not None else by_vh
        u, s, vh = like(left, g)[..., :k], like(values, g), like(right, g)[..., :k, :]
        if by_u is None and by_vh is None:
            return u * by_s[..., None, :] @ vh
        inner = 0 if by_s is None else np.where(eye, by_s[..., None], 0)
        gaps = np.where(eye, 1, (s[..., None, :] - s[..., None]) * (s[..., None, :] + s[..., None]))
        if by_u is not None:
            turned = adjoint(u) @ by_u[..., :k]
            skew = turned - adjoint(turned)
            inner = inner + np.where(eye, 0, skew / gaps) * s[..., None, :] + _along(skew, s)
        if by_vh is not None:
            turned = vh @ adjoint(by_vh[..., :k, :])
            inner = inner + s[..., None] * np.where(eye, 0, (turned - adjoint(turned)) / gaps)
        total = u @ inner @ vh
        if by_u is not None and m > k:
            beyond = by_u[..., :k] / s[..., None, :]
            total = total + (beyond - u @ (adjoint(u) @ beyond)) @ vh
        if by_vh is not None and n > k:
            beyond = by_vh[..., :k, :] / s[..., None]
            total = total + u @ (beyond - (beyond @ adjoint(vh)) @ vh)
        return total

    return SVD(*record_joint("linalg.svd", (left, values, right), (x,), with_adjoints(slopes)))


def _along(skew: Any, s: Any) -> Any:
    """What turning both vectors of a pair by one angle adds, where they are complex: nothing in real ones."""
    if skew.dtype.kind != "c":
        return 0
    return np.where(np.eye(s.shape[-1], dtype=bool), skew / (2 * s[..., None, :]), 0)


@public(method=False, function=False)
def svdvals(A: Any, *, driver: str | None = None) -> Tensor:
    """The singular values of each matrix, in descending order. dS = Re diag(Uᴴ dA V)

    Errors are those of `svd`.

    >>> svdvals(Tensor([[3.0, 0.0], [0.0, 4.0]]))
    tensor([4., 3.])
    """
    x, a = matrix("linalg.svdvals", A)
    if x.source is None and driver is None:  # without vectors, which only the gradient needs
        return wrap(lapack("linalg.svdvals", FAILED, np.linalg.svd, a, compute_uv=False))
    return svd(A, False, driver=driver).S
