"""Inverses and systems of linear equations, A X = B."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from typing import Any, NamedTuple

import numpy as np

from leafgrad.dims import dims_of
from leafgrad.errors import LinAlgError, ShapeError
from leafgrad.joint import record_joint
from leafgrad.linalg.elimination import eliminated
from leafgrad.linalg.matrices import check_dtype, diagonal_of, lapack, square_matrix, transposed
from leafgrad.node import Array, Out
from leafgrad.operands import check_broadcast, operand
from leafgrad.recording import like, record, stretched
from leafgrad.surface import public
from leafgrad.tensor import Tensor, wrap

SINGULAR = "a matrix is singular; lstsq and pinv take those"


@public(np.linalg.inv, method=False, function=False)
def inv(A: Any) -> Tensor:
    """The inverse of each square matrix, (..., n, n). dX = -X dA X, for X = A⁻¹

    A LinAlgError where one is singular. Source: M. Giles, "An extended collection of matrix derivative
    results for forward and reverse mode algorithmic differentiation" (2008), 2.2.3.

    >>> inv(Tensor([[2.0, 0.0], [0.0, 4.0]]))
    tensor([[0.5000, 0.0000],
            [0.0000, 0.2500]])
    """
    x, a = square_matrix("linalg.inv", A)
    out = Out(lapack("linalg.inv", SINGULAR, np.linalg.inv, a))

    def slope(g: Any) -> Any:
        turned = transposed(like(out, g))
        return -turned @ g @ turned

    return record("linalg.inv", out, (x, slope))


class InverseEx(NamedTuple):
    """What `inv_ex` returns: the inverses, and for each 0, or the number of a pivot that is 0."""

    inverse: Tensor
    info: Tensor


@public(method=False, function=False)
def inv_ex(A: Any, *, check_errors: bool = False) -> InverseEx:
    """`inv` that tells of singular matrices in `info` instead of raising, and gives NaN for them.

    With `check_errors` it raises.

    >>> inv_ex(Tensor([[1.0, 1.0], [1.0, 1.0]])).info
    tensor(2, dtype=int32)
    """
    _, a = square_matrix("linalg.inv_ex", A)
    return InverseEx(*_with_info(inv, A, a, 2, check_errors))


def _with_info(function: Callable[[Any], Tensor], A: Any, a: Array, ndim: int, check_errors: bool) -> Any:
    """`function(A)`, with NaN for what singular matrices give, each of `ndim` dimensions, and the info."""
    try:
        return function(A), wrap(np.zeros(a.shape[:-2], np.int32))
    except LinAlgError:
        if check_errors:
            raise
    bad = np.linalg.slogdet(a)[0] == 0
    pivots = np.abs(diagonal_of(eliminated(a)[0]))
    info = np.where(bad, np.argmin(pivots, -1) + 1, 0).astype(np.int32)
    regular = np.where(bad[..., None, None], np.eye(a.shape[-1], dtype=a.dtype), A)
    return np.where(np.reshape(bad, bad.shape + (1,) * ndim), float("nan"), function(regular)), wrap(info)


@public(method=False, function=False)
def solve(A: Any, B: Any, *, left: bool = True) -> Tensor:
    """The X with A X = B, or with `left=False` X A = B. dX = A⁻¹ (dB - dA X)

    A is (..., n, n). B is a vector (n,), a stack of vectors of A's batch dimensions (..., n), or of
    matrices (..., n, k) whose batch dimensions broadcast with those of A. A LinAlgError where a matrix
    is singular. Source: Giles (2008), 2.3.1.

    >>> solve(Tensor([[2.0, 0.0], [0.0, 4.0]]), Tensor([2.0, 2.0]))
    tensor([1.0000, 0.5000])
    """
    return _solved("linalg.solve", A, B, left)


def _solved(op: str, A: Any, B: Any, left: bool) -> Tensor:
    _, a = square_matrix(op, A)
    _, b = operand(B)
    check_dtype(op, a, b)
    if is_stack_of_vectors(a, b):
        if not left:
            raise ShapeError(f"{op}: left=False needs a matrix B, got shape {b.shape}; unsqueeze() it")
        return np.squeeze(_solved(op, A, np.expand_dims(B, -1), True), -1)  # type: ignore[return-value]
    if not left:
        _check_rows(op, a, transposed(b))
        return transposed(of_matrices(op, transposed(A), transposed(B)))  # type: ignore[no-any-return]
    _check_rows(op, a, b)
    return of_matrices(op, A, B)


def is_stack_of_vectors(a: Array, b: Array) -> bool:
    """Whether `b` is taken as vectors: if it is one, or has A's batch dimensions and one more."""
    return bool(b.ndim == 1 or b.shape == a.shape[:-1])


def _check_rows(op: str, a: Array, b: Array) -> None:
    if b.ndim < 2 or b.shape[-2] != a.shape[-1]:
        raise ShapeError(f"{op}: A of shape {a.shape} and B of shape {b.shape} do not fit; their inner sizes differ")


def of_matrices(op: str, A: Any, B: Any) -> Tensor:
    """A⁻¹ B, whose shapes are known to fit."""
    (x, a), (y, b) = operand(A), operand(B)
    check_broadcast(a.shape[:-2], b.shape[:-2])
    out = Out(lapack(op, SINGULAR, np.linalg.solve, a, b))

    def slopes(gs: list[Any]) -> tuple[Any, Any]:
        right = np.linalg.solve(transposed(like(x, gs[0])), gs[0])
        return (None if x.source is None else -right @ transposed(like(out, gs[0]))), right

    return record_joint(op, (out,), (stretched(x, out.shape), stretched(y, out.shape)), slopes)[0]


class SolveEx(NamedTuple):
    """What `solve_ex` returns: the solutions, and for each matrix 0, or the number of a pivot that is 0."""

    result: Tensor
    info: Tensor


@public(method=False, function=False)
def solve_ex(A: Any, B: Any, *, left: bool = True, check_errors: bool = False) -> SolveEx:
    """`solve` that tells of singular matrices in `info` instead of raising, and gives NaN for them.

    With `check_errors` it raises.

    >>> solve_ex(Tensor([[1.0, 1.0], [1.0, 1.0]]), Tensor([1.0, 2.0])).info
    tensor(2, dtype=int32)
    """
    _, a = square_matrix("linalg.solve_ex", A)
    vectors = is_stack_of_vectors(a, operand(B)[1])
    return SolveEx(*_with_info(lambda A: _solved("linalg.solve_ex", A, B, left), A, a, 2 - vectors, check_errors))


@public(np.linalg.tensorinv, method=False, function=False)
def tensorinv(A: Any, ind: int = 2) -> Tensor:
    """The inverse of a tensor taken as a matrix, whose rows are the first `ind` dimensions. dX = -X dA X

    Its dimensions are those of A, the columns' first. A ShapeError unless there are as many rows as
    columns, a LinAlgError if there is no inverse.

    >>> import leafgrad
    >>> tensorinv(leafgrad.eye(6).reshape(2, 3, 6)).shape
    (6, 2, 3)
    """
    shape = operand(A)[1].shape
    if ind <= 0:
        raise ShapeError(f"linalg.tensorinv: ind must be positive, got {ind}")
    rows, columns = shape[:ind], shape[ind:]
    n = prod(rows)
    if n != prod(columns):
        raise ShapeError(f"linalg.tensorinv: shape {shape} has {n} rows, but {prod(columns)} columns, for ind={ind}")
    return np.reshape(inv(np.reshape(A, (n, n))), (*columns, *rows))  # type: ignore[return-value]


@public(method=False, function=False)
def tensorsolve(A: Any, B: Any, dims: Sequence[int] | None = None) -> Tensor:
    """The X with `tensordot(A, X, X.ndim) = B`: `solve`, with A taken as a matrix with a row for each element of B.

    Its columns are the dimensions of A after B's, and the shape of X is theirs; `dims` are moved to
    the end first. dX = A⁻¹ (dB - dA X). A ShapeError where A is not square in this sense.

    >>> import leafgrad
    >>> tensorsolve(leafgrad.eye(6).reshape(2, 3, 6), leafgrad.ones(2, 3)).shape
    (6,)
    """
    (_, a), (_, b) = operand(A), operand(B)
    if dims is not None:
        last = dims_of("linalg.tensorsolve", tuple(dims), a.ndim)
        A = np.transpose(A, (*(i for i in range(a.ndim) if i not in last), *last))
        _, a = operand(A)
    columns = a.shape[b.ndim :]
    n = prod(columns)
    if n * n != a.size or n != b.size:
        raise ShapeError(f"linalg.tensorsolve: A of shape {a.shape} is not square, with a row for each of {b.shape}")
    return np.reshape(solve(np.reshape(A, (n, n)), np.reshape(B, n)), columns)  # type: ignore[return-value]
