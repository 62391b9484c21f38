"""Systems of linear equations whose matrix is a triangle."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from leafgrad.errors import ShapeError
from leafgrad.joint import record_joint
from leafgrad.linalg.matrices import check_dtype, lower, matrix, square_matrix, transposed, upper
from leafgrad.node import Array, Out
from leafgrad.operands import check_broadcast, operand
from leafgrad.recording import like, stretched, wrap_snapshot
from leafgrad.surface import public
from leafgrad.tensor import Tensor


@public(method=False, function=False)
def solve_triangular(A: Any, B: Any, *, upper: bool, left: bool = True, unitriangular: bool = False) -> Tensor:
    """The X with A X = B (or X A = B), where only the upper or lower triangle of A is read.

    With `unitriangular` its diagonal is taken as 1 and not read. Batch dimensions broadcast. A zero
    on the diagonal gives inf or NaN, as in PyTorch. dX = A⁻¹ (dB - dA X), with dA of the triangle.
    Source: M. Giles, "An extended collection of matrix derivative results" (2008), 2.3.1.

    >>> solve_triangular(Tensor([[2.0, 7.0], [1.0, 4.0]]), Tensor([[2.0], [6.0]]), upper=False)
    tensor([[1.0000],
            [1.2500]])
    """
    (_, a), (_, b) = square_matrix("linalg.solve_triangular", A), matrix("linalg.solve_triangular", B, "B")
    check_dtype("linalg.solve_triangular", a, b)
    if not left:
        _check_rows(a, transposed(b))
        turned = _substituted(transposed(A), transposed(B), not upper, unitriangular)
        return transposed(turned)  # type: ignore[no-any-return]
    _check_rows(a, b)
    return _substituted(A, B, upper, unitriangular)


def _check_rows(a: Array, b: Array) -> None:
    if a.shape[-1] != b.shape[-2]:
        raise ShapeError(
            f"linalg.solve_triangular: A of shape {a.shape} and B of shape {b.shape} do not fit; inner sizes differ"
        )
    check_broadcast(a.shape[:-2], b.shape[:-2])


def _substituted(A: Any, B: Any, is_upper: bool, unit: bool) -> Tensor:
    """A⁻¹ B, row by row, each from those before it (below it, if A is an upper triangle)."""
    (x, a), (y, b) = operand(A), operand(B)
    n = a.shape[-1]
    value = np.broadcast_to(b, (*np.broadcast_shapes(a.shape[:-2], b.shape[:-2]), *b.shape[-2:])).copy()
    for i in range(n - 1, -1, -1) if is_upper else range(n):
        known = slice(i + 1, None) if is_upper else slice(i)
        value[..., i, :] -= np.matmul(a[..., i, None, known], value[..., known, :])[..., 0, :]
        if not unit:
            value[..., i, :] /= a[..., i, i, None]
    out = Out(value)

    def triangle(of: Any) -> Any:
        return (upper if is_upper else lower)(of, (1 if is_upper else -1) if unit else 0)

    def slopes(gs: list[Any]) -> tuple[Any, Any]:
        t = triangle(like(x, gs[0]))
        if unit:
            t = t + np.eye(n, dtype=t.dtype)
        right = np.linalg.solve(transposed(t), gs[0])
        return (None if x.source is None else triangle(-right @ transposed(like(out, gs[0])))), right

    parents = stretched(x, out.shape), stretched(y, out.shape)
    return record_joint("linalg.solve_triangular", (out,), parents, slopes)[0]


class TriangularSolve(NamedTuple):
    """What `triangular_solve` returns: the solution, and a copy of the matrix."""

    solution: Tensor
    cloned_coefficient: Tensor


@public()
def triangular_solve(
    input: Any, A: Any, upper: bool = True, transpose: bool = False, unitriangular: bool = False
) -> TriangularSolve:
    """The X with A X = input, or Aᵀ X = input, for a triangle A: PyTorch's older `linalg.solve_triangular`.

    dX = A⁻¹ (dinput - dA X), with dA of the triangle.

    >>> triangular_solve(Tensor([[2.0], [4.0]]), Tensor([[2.0, 1.0], [0.0, 4.0]])).solution
    tensor([[0.5000],
            [1.0000]])
    """
    if transpose:
        solution = solve_triangular(transposed(A), input, upper=not upper, unitriangular=unitriangular)
    else:
        solution = solve_triangular(A, input, upper=upper, unitriangular=unitriangular)
    return TriangularSolve(solution, wrap_snapshot(operand(A)[0]).clone())
