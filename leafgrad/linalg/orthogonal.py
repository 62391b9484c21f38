"""A = Q R, and the Householder reflections of which LAPACK makes its Q."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from leafgrad.errors import ShapeError
from leafgrad.joint import record_joint
from leafgrad.linalg.matrices import adjoint, check_dtype, lower, matrix, upper, with_adjoints
from leafgrad.linalg.triangular import solve_triangular
from leafgrad.node import Out
from leafgrad.operands import operand
from leafgrad.recording import like, record, wrap_snapshot
from leafgrad.surface import public
from leafgrad.tensor import Tensor, wrap


class QR(NamedTuple):
    """What `qr` returns."""

    Q: Tensor
    R: Tensor


@public(np.linalg.qr, method=False, function=False)
def qr(A: Any, mode: str = "reduced") -> QR:
    """The factors of each A = Q R (..., m, n): Q has orthonormal columns, R is an upper triangle.

    For k = min(m, n) these are (..., m, k) and (..., k, n); with mode "complete" (..., m, m) and
    (..., m, n), which has a gradient for m ≤ n only; with mode "r" Q is empty, and there is no gradient.
    For n ≤ m the gradient of A is (G_Q + Q C(M)) R⁻ᴴ with M = R G_Rᴴ - G_Qᴴ Q, where C mirrors the lower
    triangle; for more columns, that of the first m, with what the others add to G_Q. Sources: S. Walter,
    L. Lehmann, R. Lamour, "On evaluating higher-order derivatives of the QR decomposition of tall matrices
    with full column rank" (2012); for n > m, D. Roberts, L. Roberts, "QR and LQ decomposition matrix
    backpropagation algorithms for square, wide, and deep matrices" (2020).

    >>> import leafgrad
    >>> [t.shape for t in qr(leafgrad.ones(3, 2))]
    [(3, 2), (2, 2)]
    """
    x, a = matrix("linalg.qr", A)
    if mode not in ("reduced", "complete", "r"):
        raise RuntimeError(f"linalg.qr: mode must be 'reduced', 'complete' or 'r', got {mode!r}")
    m, n = a.shape[-2:]
    if mode == "r":
        without = _without_gradient("linalg.qr: Q, which the gradient needs, is not computed with mode='r'")
        return QR(wrap(np.zeros(0, a.dtype)), record("linalg.qr", np.linalg.qr(a, "r"), (x, without)))
    left, right = map(Out, np.linalg.qr(a, mode))  # type: ignore[call-overload]
    k = min(m, n)

    def slopes(by_q: Any, by_r: Any) -> Any:
        if mode == "complete" and m > n:
            raise RuntimeError("linalg.qr: of more rows than columns, mode='complete' has no gradient; use 'reduced'")
        g = by_r if by_q is None else by_q
        q, r = like(left, g), like(right, g)
        by_r = np.zeros(r.shape, r.dtype) if by_r is None else by_r
        by_q = np.zeros(q.shape, q.dtype) if by_q is None else by_q
        if n > k:  # the further columns are Q times those of R
            by_q = by_q + q @ (r[..., k:] @ adjoint(by_r[..., k:]))
        square, by_square = r[..., :k], by_r[..., :k]
        inner = square @ adjoint(by_square) - adjoint(by_q) @ q
        half = lower(inner, -1) + np.where(np.eye(k, dtype=bool), inner / 2, 0)
        mirrored = half + adjoint(half)
        first = adjoint(np.linalg.solve(square, adjoint(by_q + q @ mirrored)))
        return first if n == k else np.concatenate([first, q @ by_r[..., k:]], -1)

    return QR(*record_joint("linalg.qr", (left, right), (x,), with_adjoints(slopes)))


def _without_gradient(why: str) -> Any:
    def raising(g: Any) -> Any:
        raise RuntimeError(why)

    return raising


class Geqrf(NamedTuple):
    """What `geqrf` returns."""

    a: Tensor
    tau: Tensor


@public()
def geqrf(input: Any) -> Geqrf:
    """LAPACK's form of the QR decomposition: R and, below it, reflections, whose factors are `tau`; no gradient.

    `linalg.householder_product` makes Q of it.

    >>> geqrf(Tensor([[3.0, 0.0], [4.0, 5.0]])).tau
    tensor([1.6000, 0.0000])
    """
    x, a = matrix("geqrf", input, "input")
    compact, tau = np.linalg.qr(a, "raw")
    why = "geqrf: it has no gradient, as in PyTorch; use linalg.qr"
    return Geqrf(
        record("geqrf", np.swapaxes(compact, -1, -2).copy(), (x, _without_gradient(why))),
        record("geqrf", tau, (x, _without_gradient(why))),
    )


@public(method=False, function=False)
def householder_product(A: Any, tau: Any) -> Tensor:
    """The first n columns of Q = H₁ H₂ ... H_k, (..., m, n), for the reflections H_i = 1 - tau_i v_i v_iᴴ.

    v_i is column i of A below the diagonal, with 1 on it and 0 above. As Q = 1 - V T Vᴴ, for a triangle
    T of k columns, it is composed of products, which have its gradient. Source: T. Joffrain and others,
    "Accumulating Householder transformations, revisited" (2006).

    >>> householder_product(Tensor([[1.0], [1.0]]), Tensor([1.0]))
    tensor([[ 0.],
            [-1.]])
    """
    m, n = _check_reflections("linalg.householder_product", A, tau)
    v, t = _reflections(A, tau)
    return np.eye(m, n, dtype=t.dtype) - v @ (t @ adjoint(v[..., :n, :]))  # type: ignore[no-any-return]


def _check_reflections(op: str, A: Any, tau: Any) -> tuple[int, int]:
    """The shape of each matrix in A, which must be tall, with `tau` for some or all of its columns."""
    (_, a), (_, t) = matrix(op, A), operand(tau)
    check_dtype(op, a, t)
    m, n = a.shape[-2:]
    if m < n or t.ndim != a.ndim - 1 or t.shape[:-1] != a.shape[:-2] or t.shape[-1] > n:
        raise ShapeError(
            f"{op}: A of shape {a.shape} and tau of shape {t.shape} do not fit; expected (..., m, n) and (..., k ≤ n)"
        )
    return m, n


def _reflections(A: Any, tau: Any) -> tuple[Any, Any]:
    """V and T with H₁ H₂ ... H_k = 1 - V T Vᴴ."""
    A, tau = wrap_snapshot(operand(A)[0]), wrap_snapshot(operand(tau)[0])
    k = tau.shape[-1]
    eye = np.eye(k, dtype=tau.dtype)
    v = lower(A[..., :k], -1) + np.eye(A.shape[-2], k, dtype=tau.dtype)
    gram = upper(adjoint(v) @ v, 1)
    return v, solve_triangular(tau[..., None] * gram, eye * tau[..., None, :], upper=True, unitriangular=True)


@public()
def ormqr(input: Any, tau: Any, other: Any, left: bool = True, transpose: bool = False) -> Tensor:
    """Q other, or other Q with `left=False`, for the square Q of `linalg.householder_product`; with `transpose`, Qᴴ.

    Composed, without Q itself, as that is. ShapeErrors where they do not fit.

    >>> ormqr(Tensor([[1.0], [1.0]]), Tensor([1.0]), Tensor([[1.0], [2.0]]))
    tensor([[-2.],
            [-1.]])
    """
    (_, a), (_, t), (_, c) = matrix("ormqr", input, "input"), operand(tau), matrix("ormqr", other, "other")
    check_dtype("ormqr", a, t, c)
    rows = c.shape[-2 if left else -1]
    if a.shape[-2] != rows or t.shape != (*a.shape[:-2], min(rows, a.shape[-1])) or c.shape[:-2] != a.shape[:-2]:
        raise ShapeError(
            f"ormqr: input of shape {a.shape}, tau of {t.shape} and other of {c.shape} do not fit; expected "
            "(..., m, k), (..., min(m, k)) and (..., m, n), or with left=False (..., n, m)"
        )
    v, t = _reflections(input, tau)
    t = adjoint(t) if transpose else t
    return other - (v @ (t @ (adjoint(v) @ other)) if left else other @ v @ t @ adjoint(v))  # type: ignore[no-any-return]
