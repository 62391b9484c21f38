"""A = L D Lᵀ, of matrices that are symmetric but not positive definite; without gradients, as in PyTorch.

`LD` and `pivots` are LAPACK's (`sytrf`, lower). D has blocks of 1 or 2 rows on the diagonal, L stands
below them. Before a block is eliminated its last row is exchanged with that of `pivots`, counted from
1, and negative for both rows of a block of 2. Source: J. Bunch, L. Kaufman, "Some stable methods for
calculating inertia and solving symmetric linear systems" (1977).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import sqrt
from typing import Any, NamedTuple

import numpy as np

from leafgrad.errors import LinAlgError, ShapeError
from leafgrad.linalg.matrices import adjoint, check_dtype, matrix, size, square_matrix, transposed
from leafgrad.node import Array
from leafgrad.operands import check_broadcast, operand
from leafgrad.recording import record
from leafgrad.surface import public
from leafgrad.tensor import Tensor, wrap


class LDLFactor(NamedTuple):
    """What `ldl_factor` returns."""

    LD: Tensor
    pivots: Tensor


class LDLFactorEx(NamedTuple):
    """What `ldl_factor_ex` returns; `info` is 0, or the number of the first pivot that is 0."""

    LD: Tensor
    pivots: Tensor
    info: Tensor


@public(method=False, function=False)
def ldl_factor(A: Any, *, hermitian: bool = False) -> LDLFactor:
    """The compact form of A = L D Lᵀ, or with `hermitian` L D Lᴴ, of the lower triangle of each A; no gradient.

    A LinAlgError where a pivot is 0; `ldl_factor_ex` takes those.

    >>> ldl_factor(Tensor([[0.0, 2.0], [2.0, 0.0]])).pivots
    tensor([-2, -2], dtype=int32)
    """
    factored = ldl_factor_ex(A, hermitian=hermitian, check_errors=True)
    return LDLFactor(factored.LD, factored.pivots)


@public(method=False, function=False)
def ldl_factor_ex(A: Any, *, hermitian: bool = False, check_errors: bool = False) -> LDLFactorEx:
    """`ldl_factor` that tells of pivots that are 0 in `info`; with `check_errors` it raises.

    >>> ldl_factor_ex(Tensor([[0.0, 0.0], [0.0, 0.0]])).info
    tensor(1, dtype=int32)
    """
    x, a = square_matrix("linalg.ldl_factor", A)
    mirror = adjoint if hermitian else transposed
    out, pivots = np.tril(a), np.zeros(a.shape[:-1], np.int32)
    info = np.zeros(a.shape[:-2], np.int32)
    for index in np.ndindex(a.shape[:-2]):
        info[index] = _eliminate(out[index], pivots[index], mirror)
    if check_errors and info.any():
        raise LinAlgError("linalg.ldl_factor: a pivot is 0, so ldl_solve would divide by it; use ldl_factor_ex")
    return LDLFactorEx(record("linalg.ldl_factor", out, (x, _no_gradient)), wrap(pivots), wrap(info))


def _no_gradient(g: Any) -> Any:
    raise NotImplementedError("linalg.ldl_factor and ldl_solve have no gradient, as in PyTorch; use linalg.solve")


def _eliminate(out: Array, pivots: Array, mirror: Callable[[Array], Array]) -> int:
    """Turn a lower triangle into its compact form, in place; the number of the first pivot that is 0, or 0."""
    rest = out + mirror(np.tril(out, -1))
    k, n, info = 0, len(out), 0
    while k < n:
        count, p = _pivot(size(rest))
        rest[[count - 1, p]] = rest[[p, count - 1]]
        rest[:, [count - 1, p]] = rest[:, [p, count - 1]]
        pivots[k : k + count] = k + p + 1 if count == 1 else -(k + p + 1)
        block, below = rest[:count, :count], rest[count:, :count]
        if block.any():
            factor = below @ np.linalg.inv(block)
        else:
            factor, info = below, info or k + 1
        out[k : k + count, k : k + count] = np.tril(block)
        out[k + count :, k : k + count] = factor
        rest = rest[count:, count:] - factor @ mirror(below)
        k += count
    return info


def _pivot(sizes: Array) -> tuple[int, int]:
    """How many rows to eliminate, by Bunch's and Kaufman's rule, and which to exchange with their last."""
    first, column = sizes[0, 0], sizes[1:, 0]
    bound = (1 + sqrt(17)) / 8
    if not column.any() or first >= bound * column.max():
        return 1, 0
    p = 1 + int(np.argmax(column))
    row = np.delete(sizes[p], p).max()
    if first * row >= bound * column.max() ** 2:
        return 1, 0
    return (1, p) if sizes[p, p] >= bound * row else (2, p)


@public(method=False, function=False)
def ldl_solve(LD: Any, pivots: Any, B: Any, *, hermitian: bool = False) -> Tensor:
    """The X with A X = B, for the compact form of A that `ldl_factor` returns; no gradient.

    B is (..., n, k), and batch dimensions broadcast.

    >>> ldl_solve(*ldl_factor(Tensor([[0.0, 2.0], [2.0, 0.0]])), Tensor([[2.0], [4.0]]))
    tensor([[2.],
            [1.]])
    """
    (x, a), (y, b) = square_matrix("linalg.ldl_solve", LD, "LD"), matrix("linalg.ldl_solve", B, "B")
    order = operand(pivots)[1]
    check_dtype("linalg.ldl_solve", a, b)
    if order.dtype.kind != "i" or order.shape != a.shape[:-1]:
        raise ShapeError(
            f"linalg.ldl_solve: expected int32 pivots of shape {a.shape[:-1]}, got {order.dtype} of {order.shape}; "
            "pass what ldl_factor returned"
        )
    if b.shape[-2] != a.shape[-1]:
        raise ShapeError(f"linalg.ldl_solve: LD of shape {a.shape} and B of shape {b.shape} do not fit")
    batch = check_broadcast(a.shape[:-2], b.shape[:-2])
    a, order = np.broadcast_to(a, (*batch, *a.shape[-2:])), np.broadcast_to(order, (*batch, order.shape[-1]))
    out = np.broadcast_to(b, (*batch, *b.shape[-2:])).copy()
    for index in np.ndindex(batch):
        _substitute(a[index], order[index], out[index], adjoint if hermitian else transposed)
    return record("linalg.ldl_solve", out, (x, _no_gradient), (y, _no_gradient))


def _substitute(ld: Array, pivots: Array, b: Array, mirror: Callable[[Array], Array]) -> None:
    """Solve L D Lᵀ X = B in place: down through L and the blocks of D, and up through Lᵀ."""
    blocks = list(_blocks(pivots))
    for rows, last, p in blocks:
        b[[last, p]] = b[[p, last]]
        b[rows.stop :] -= ld[rows.stop :, rows] @ b[rows]
        block = np.tril(ld[rows, rows])
        b[rows] = np.linalg.solve(block + mirror(np.tril(block, -1)), b[rows])
    for rows, last, p in reversed(blocks):
        b[rows] -= mirror(ld[rows.stop :, rows]) @ b[rows.stop :]
        b[[last, p]] = b[[p, last]]


def _blocks(pivots: Array) -> Iterator[tuple[slice, int, int]]:
    """For each block its rows, the last of them, and the row that it was exchanged with."""
    k = 0
    while k < len(pivots):
        count = 1 if pivots[k] > 0 else 2
        yield slice(k, k + count), k + count - 1, abs(int(pivots[k])) - 1
        k += count
