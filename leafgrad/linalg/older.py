"""Linear algebra under the names that it has outside `leafgrad.linalg`, which are PyTorch's older ones."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from leafgrad.errors import ShapeError
from leafgrad.linalg import elimination, leastsquares, orthogonal, products, singular, solving
from leafgrad.linalg.definite import cholesky, cholesky_inverse, cholesky_solve
from leafgrad.linalg.determinants import det, logdet, slogdet
from leafgrad.linalg.elimination import LUFactor, LUFactorEx, lu_unpack
from leafgrad.linalg.exponential import matrix_exp
from leafgrad.linalg.matrices import adjoint, matrix
from leafgrad.linalg.orthogonal import QR, geqrf, ormqr
from leafgrad.linalg.products import matrix_power
from leafgrad.linalg.triangular import triangular_solve
from leafgrad.operands import operand
from leafgrad.ops.conversion import clone
from leafgrad.surface import public
from leafgrad.tensor import Tensor, wrap

__all__ = [
    "chain_matmul", "cholesky", "cholesky_inverse", "cholesky_solve", "cross", "det", "geqrf", "inverse", "logdet",
    "lu", "lu_solve", "lu_unpack", "matrix_exp", "matrix_power", "orgqr", "ormqr", "pinverse", "qr", "slogdet",
    "svd", "triangular_solve", "vander",
]


@public(method=False)
def chain_matmul(*matrices: Any) -> Tensor:
    """The product of the matrices in the order that is fastest: `linalg.multi_dot`, one by one. d as of `matmul`

    >>> chain_matmul(Tensor([[1.0, 2.0]]), Tensor([[3.0], [4.0]]))
    tensor([[11.]])
    """
    if not matrices or any(operand(each)[1].ndim != 2 for each in matrices):
        raise ShapeError("chain_matmul: expected one or more matrices; linalg.multi_dot takes vectors at the ends")
    return products.multi_dot(matrices) if len(matrices) > 1 else clone(matrices[0])


@public()
def cross(input: Any, other: Any, dim: int | None = None) -> Tensor:
    """`linalg.cross` along `dim`, or the first dimension of size 3. dx = y × g, dy = g × x

    >>> cross(Tensor([1.0, 0.0, 0.0]), Tensor([0.0, 1.0, 0.0]))
    tensor([0., 0., 1.])
    """
    if dim is None:
        shape = operand(input)[1].shape
        if 3 not in shape:
            raise ShapeError(f"cross: no dimension of shape {shape} has size 3")
        dim = shape.index(3)
    return products.cross(input, other, dim=dim)


@public()
def inverse(input: Any) -> Tensor:
    """`linalg.inv`: the inverse of each matrix. dX = -X dA X

    >>> inverse(Tensor([[2.0]]))
    tensor([[0.5000]])
    """
    return solving.inv(input)


@public()
def pinverse(input: Any, rcond: float = 1e-15) -> Tensor:
    """`linalg.pinv` with another default: singular values up to `rcond` S_max count as 0.

    >>> pinverse(Tensor([[2.0], [0.0]]))
    tensor([[0.5000, 0.0000]])
    """
    return leastsquares.pinv(input, rtol=rcond)


@public()
def lu(input: Any, pivot: bool = True, get_infos: bool = False) -> LUFactor | LUFactorEx:
    """`linalg.lu_factor_ex`, which tells of pivots that are 0 in a third result if `get_infos` asks for it.

    >>> lu(Tensor([[1.0, 2.0], [2.0, 2.0]])).pivots
    tensor([2, 2], dtype=int32)
    """
    factored = elimination.lu_factor_ex(input, pivot=pivot)
    return factored if get_infos else LUFactor(factored.LU, factored.pivots)


@public()
def lu_solve(input: Any, LU_data: Any, LU_pivots: Any) -> Tensor:
    """`linalg.lu_solve` with the right-hand side first: the X with A X = input. dX = A⁻¹ (dinput - dA X)

    >>> lu_solve(Tensor([[3.0], [4.0]]), *lu(Tensor([[1.0, 2.0], [2.0, 2.0]])))
    tensor([[1.],
            [1.]])
    """
    return elimination.lu_solve(LU_data, LU_pivots, input)


@public()
def orgqr(input: Any, tau: Any) -> Tensor:
    """`linalg.householder_product`, under LAPACK's name: Q of what `geqrf` returns.

    >>> orgqr(Tensor([[1.0], [1.0]]), Tensor([1.0]))
    tensor([[ 0.],
            [-1.]])
    """
    return orthogonal.householder_product(input, tau)


@public()
def qr(input: Any, some: bool = True) -> QR:
    """`linalg.qr` in its reduced mode, or in its complete one with `some=False`.

    >>> import leafgrad
    >>> [t.shape for t in qr(leafgrad.ones(3, 2), some=False)]
    [(3, 3), (3, 2)]
    """
    return orthogonal.qr(input, "reduced" if some else "complete")


class SVD(NamedTuple):
    """What `svd` returns: V, not its adjoint."""

    U: Tensor
    S: Tensor
    V: Tensor


@public()
def svd(input: Any, some: bool = True, compute_uv: bool = True) -> SVD:
    """`linalg.svd` that returns V rather than Vh, and the reduced vectors, or all with `some=False`.

    With `compute_uv=False` U and V are zero, square, and without gradient.

    >>> svd(Tensor([[3.0, 0.0], [0.0, 4.0]])).S
    tensor([4., 3.])
    """
    if compute_uv:
        u, s, vh = singular.svd(input, not some)
        return SVD(u, s, adjoint(vh))
    *batch, m, n = (a := matrix("svd", input)[1]).shape
    zeros = [wrap(np.zeros((*batch, k, k), a.dtype)) for k in (m, n)]
    return SVD(zeros[0], singular.svdvals(input), zeros[1])


@public(method=False)
def vander(x: Any, N: int | None = None, increasing: bool = False) -> Tensor:
    """The powers N - 1 to 0 of each number of a vector (n,), or with `increasing` 0 to N - 1: (n, N).

    N is n unless given. d = Σ_j j x^(j-1) dx_j. Integers give int64.

    >>> vander(Tensor([2.0, 3.0]), 3)
    tensor([[4., 2., 1.],
            [9., 3., 1.]])
    """
    _, a = operand(x)
    if a.ndim != 1:
        raise ShapeError(f"vander: x must be a vector, got shape {a.shape}; linalg.vander takes stacks of them")
    n = a.shape[0] if N is None else N
    if n < 0:
        raise RuntimeError(f"vander: N must not be negative, got {n}")
    made = products.powers("vander", x, n)
    return made if increasing else np.flip(made, 1)  # type: ignore[return-value]
