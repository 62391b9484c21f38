"""Products: of vectors, of chains of matrices, powers of a matrix and of numbers."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from leafgrad.dims import one_dim
from leafgrad.errors import ShapeError
from leafgrad.linalg.solving import inv
from leafgrad.node import Out
from leafgrad.operands import check_broadcast, operand
from leafgrad.ops import diagonals
from leafgrad.ops.arithmetic import mul
from leafgrad.ops.conversion import clone
from leafgrad.ops.products import matmul as matmul
from leafgrad.ops.products import pair
from leafgrad.recording import elementwise, like, record
from leafgrad.surface import public
from leafgrad.tensor import Tensor


@public(np.cross, np.linalg.cross, method=False, function=False)
def cross(input: Any, other: Any, *, dim: int = -1) -> Tensor:
    """The vector product of the vectors of length 3 along `dim`; the other dimensions broadcast.

    dx = y × g, dy = g × x. ShapeErrors for another length, or different numbers of dimensions.

    >>> cross(Tensor([1.0, 0.0, 0.0]), Tensor([0.0, 1.0, 0.0]))
    tensor([0., 0., 1.])
    """
    x, y, a, b = pair("linalg.cross", input, other)
    if a.ndim != b.ndim:
        raise ShapeError(f"linalg.cross: shapes {a.shape} and {b.shape} must have as many dimensions; unsqueeze() one")
    if not a.ndim:
        raise IndexError("linalg.cross: 0-d tensors have no dimension of size 3")
    axis = one_dim("linalg.cross", dim, a.ndim)
    if a.shape[axis] != 3 or b.shape[axis] != 3:
        raise ShapeError(f"linalg.cross: dim {dim} of shapes {a.shape} and {b.shape} must have size 3 in both")
    check_broadcast(a.shape, b.shape)
    return elementwise(
        "linalg.cross",
        np.cross(a, b, axis=axis),
        (x, lambda g: np.cross(like(y, g), g, axis=axis)),
        (y, lambda g: np.cross(g, like(x, g), axis=axis)),
    )


@public(method=False, function=False)
def vecdot(x: Any, y: Any, *, dim: int = -1) -> Tensor:
    """The products Σ conj(x) y of the vectors along `dim`; the dimensions broadcast. dx = g y, dy = g x

    RuntimeErrors for integers, for tensors of different dtypes, and for shapes that do not broadcast.

    >>> vecdot(Tensor([[1.0, 2.0], [3.0, 4.0]]), Tensor([1.0, 1.0]))
    tensor([3., 7.])
    """
    (_, a), (_, b) = operand(x), operand(y)
    if a.dtype.kind not in "fc" or a.dtype != b.dtype:
        raise RuntimeError(f"linalg.vecdot: needs tensors of one float dtype, got {a.dtype} and {b.dtype}; use .to()")
    check_broadcast(a.shape, b.shape)
    product = mul(np.conj(x) if a.dtype.kind == "c" else x, y)
    return product.sum(one_dim("linalg.vecdot", dim, product.ndim))


@public(np.linalg.multi_dot, method=False, function=False)
def multi_dot(tensors: Any) -> Tensor:
    """The product of two or more matrices, in the order that takes the fewest multiplications.

    The first may be a vector, taken as a row, and the last one, taken as a column. d as of `matmul`.
    RuntimeErrors where shapes do not fit. Source of the order: T. Cormen and others, "Introduction to
    Algorithms", 15.2.

    >>> multi_dot([Tensor([[1.0, 2.0]]), Tensor([[3.0], [4.0]]), Tensor([[5.0]])])
    tensor([[55.]])
    """
    if not isinstance(tensors, list | tuple):
        raise TypeError(f"linalg.multi_dot: expected a list of tensors, got {type(tensors).__name__}")
    arrays = [operand(t)[1] for t in tensors]
    count = len(arrays)
    if count < 2:
        raise ShapeError(f"linalg.multi_dot: expected at least 2 tensors, got {count}")
    for i, a in enumerate(arrays):
        if a.ndim != 2 and not (a.ndim == 1 and i in (0, count - 1)):
            raise ShapeError(f"linalg.multi_dot: tensor {i} must be a matrix (or a vector, at an end), got {a.shape}")
        if a.dtype != arrays[0].dtype:
            raise RuntimeError(f"linalg.multi_dot: tensors have dtypes {arrays[0].dtype} and {a.dtype}; use .to()")
    rows = [1 if arrays[0].ndim == 1 else arrays[0].shape[0], *(a.shape[0] for a in arrays[1:])]
    columns = [*(a.shape[-1] for a in arrays[:-1]), 1 if arrays[-1].ndim == 1 else arrays[-1].shape[1]]
    for i in range(count - 1):
        if columns[i] != rows[i + 1]:
            raise ShapeError(f"linalg.multi_dot: shapes {arrays[i].shape} and {arrays[i + 1].shape} do not fit")
    matrices = [np.reshape(t, size) for t, *size in zip(tensors, rows, columns, strict=True)]
    made = _multiplied(matrices, _cheapest([*rows, columns[-1]]), 0, count - 1)
    kept = [n for n, a in ((rows[0], arrays[0]), (columns[-1], arrays[-1])) if a.ndim == 2]
    return made.reshape(kept)


def _cheapest(sizes: list[int]) -> dict[tuple[int, int], int]:
    """For each run of matrices i to j, after which to split it; sizes[i] and sizes[i + 1] are those of matrix i."""
    cost, split = {(i, i): 0 for i in range(len(sizes) - 1)}, {}
    for length in range(1, len(sizes) - 1):
        for i in range(len(sizes) - 1 - length):
            j = i + length
            costs = {k: cost[i, k] + cost[k + 1, j] + sizes[i] * sizes[k + 1] * sizes[j + 1] for k in range(i, j)}
            split[i, j] = min(costs, key=costs.__getitem__)
            cost[i, j] = costs[split[i, j]]
    return split


def _multiplied(matrices: list[Any], split: dict[tuple[int, int], int], i: int, j: int) -> Tensor:
    if i == j:
        return matrices[i]  # type: ignore[no-any-return]
    k = split[i, j]
    return matmul(_multiplied(matrices, split, i, k), _multiplied(matrices, split, k + 1, j))


@public(np.linalg.matrix_power)
def matrix_power(input: Any, n: int) -> Tensor:
    """The product of n times each square matrix, by repeated squaring; of its inverse, for n < 0.

    d = Σ Aᵏ dA Aⁿ⁻ᵏ⁻¹, as composed. A LinAlgError where an inverse does not exist.

    >>> matrix_power(Tensor([[1.0, 1.0], [0.0, 1.0]]), 5)
    tensor([[1., 5.],
            [0., 1.]])
    """
    n = operator.index(n)
    x, a = operand(input)
    if a.ndim < 2 or a.shape[-1] != a.shape[-2]:
        raise ShapeError(f"linalg.matrix_power: A must be square, or a stack of square matrices, got shape {a.shape}")
    if n == 0:
        return record("linalg.matrix_power", np.zeros_like(a) + np.eye(a.shape[-1], dtype=a.dtype), (x, np.zeros_like))
    power, made = inv(input) if n < 0 else clone(input), None
    n = abs(n)
    while n > 1:
        if n % 2:
            made = power if made is None else matmul(made, power)
        n //= 2
        power = matmul(power, power)
    return power if made is None else matmul(made, power)


@public(method=False, function=False)
def diagonal(A: Any, *, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Tensor:
    """`leafgrad.diagonal` of the last two dimensions, unless others are named: a view. d = dA there

    >>> diagonal(Tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([1., 4.])
    """
    return diagonals.diagonal(A, offset, dim1, dim2)


@public(method=False, function=False)
def vander(x: Any, N: int | None = None) -> Tensor:
    """The powers 0 to N - 1 of each number of x (..., n): (..., n, N), with N = n unless given.

    d = Σ_j j x^(j-1) dx_j. Integers give int64. A RuntimeError for N < 2.

    >>> vander(Tensor([2.0, 3.0]), 3)
    tensor([[1., 2., 4.],
            [1., 3., 9.]])
    """
    _, a = operand(x)
    n = (a.shape[-1] if a.ndim else 0) if N is None else operator.index(N)
    if n < 2:
        raise RuntimeError(f"linalg.vander: N must be at least 2, got {n} for x of shape {a.shape}")
    if a.dtype.kind == "b":
        raise RuntimeError("linalg.vander: x must be a tensor of numbers, got bool; convert it with .to()")
    return powers("linalg.vander", x, n)


def powers(op: str, x: Any, n: int) -> Tensor:
    """The powers 0 to n - 1, in a last dimension of their own."""
    x, a = operand(np.atleast_1d(x))
    if a.dtype.kind in "iu":
        a = a.astype(np.int64)
    degrees = np.arange(n, dtype=a.dtype)
    out = Out(np.power(a[..., None], degrees))
    return record(op, out, (x, lambda g: np.sum(g[..., 1:] * (degrees[1:] * like(out, g)[..., :-1]), -1)))
