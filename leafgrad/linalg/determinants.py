"""Determinants, themselves and by sign and logarithm."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from leafgrad.joint import record_joint
from leafgrad.linalg.matrices import adjoint, square_matrix, transposed, with_adjoints
from leafgrad.node import Out
from leafgrad.ops.exponential import log
from leafgrad.ops.masking import where
from leafgrad.recording import like, record
from leafgrad.surface import public
from leafgrad.tensor import Tensor


@public(np.linalg.det)
def det(input: Any) -> Tensor:
    """The determinant of each square matrix. d = tr(adj(A) dA), which is det(A) tr(A⁻¹ dA) for a regular A

    The second derivative at a matrix that lacks more than one rank is NaN. Source: M. Giles, "An
    extended collection of matrix derivative results" (2008), 2.2.4; for the adjugate of a singular
    matrix by its singular values, G. W. Stewart, "On the adjugate matrix" (1998).

    >>> det(Tensor([[2.0, 1.0], [0.0, 3.0]]))
    tensor(6.)
    """
    x, a = square_matrix("linalg.det", input)
    out = Out(np.linalg.det(a))
    if np.all(out.array):
        cofactors: Any = lambda g: like(out, g)[..., None, None] * transposed(np.linalg.inv(like(x, g)))  # noqa: E731
    else:
        cofactors = lambda g: transposed(_adjugate(like(x, g)))  # noqa: E731
    return record("linalg.det", out, (x, lambda g: g[..., None, None] * cofactors(g)))


def _adjugate(a: Any) -> Any:
    """det(A) A⁻¹, without the inverse: that of the diagonal matrix of singular values, turned back."""
    u, s, vh = np.linalg.svd(a)
    others = np.prod(np.where(np.eye(s.shape[-1], dtype=bool), 1, s[..., None, :]), -1)
    sign = np.linalg.det(u) * np.linalg.det(vh)
    return sign[..., None, None] * (adjoint(vh) * others[..., None, :]) @ adjoint(u)


class Slogdet(NamedTuple):
    """What `slogdet` returns: det A = sign exp(logabsdet)."""

    sign: Tensor
    logabsdet: Tensor


@public(np.linalg.slogdet)
def slogdet(input: Any) -> Slogdet:
    """The sign of the determinant (of length 1, if complex), and the logarithm of its absolute value.

    d logabsdet = Re tr(A⁻¹ dA), d sign = sign i Im tr(A⁻¹ dA); a singular matrix gives 0 and -inf, and
    has no gradient. Source: Giles (2008), 2.2.4.

    >>> slogdet(Tensor([[1.0, 2.0], [3.0, 4.0]]))
    Slogdet(sign=tensor(-1.), logabsdet=tensor(0.6931))
    """
    x, a = square_matrix("linalg.slogdet", input)
    sign, logabsdet = map(np.asarray, np.linalg.slogdet(a))
    turn = Out(sign)

    def slopes(by_sign: Any, by_log: Any) -> Any:
        weight = np.zeros_like(by_sign) if by_log is None else by_log
        if by_sign is not None and a.dtype.kind == "c":
            weight = weight - 1j * np.imag(np.conj(by_sign) * like(turn, by_sign))
        return weight[..., None, None] * adjoint(np.linalg.inv(like(x, weight)))

    return Slogdet(*record_joint("linalg.slogdet", (turn, logabsdet), (x,), with_adjoints(slopes)))


@public()
def logdet(input: Any) -> Tensor:
    """The logarithm of the determinant, NaN where it is negative. d = tr(A⁻¹ dA)

    >>> logdet(Tensor([[2.0, 0.0], [0.0, 2.0]]))
    tensor(1.3863)
    """
    sign, logabsdet = slogdet(input)
    if sign.dtype.kind == "c":
        return log(sign) + logabsdet
    return where(sign.data < 0, float("nan"), logabsdet)  # type: ignore[no-any-return]
