"""Products of vectors, matrices and stacks of matrices; `einsum` has a file of its own.

All but `outer` want both operands in one dtype, as PyTorch: nothing is converted for them.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from leafgrad.dims import dims_of
from leafgrad.errors import ShapeError
from leafgrad.node import Array
from leafgrad.operands import check_broadcast, operand, promoted
from leafgrad.recording import elementwise, like, record
from leafgrad.surface import public
from leafgrad.tensor import Tensor

__all__ = ["bmm", "dot", "ger", "inner", "matmul", "mm", "mv", "outer", "tensordot", "vdot"]


def pair(op: str, input: Any, other: Any) -> tuple[Any, Any, Array, Array]:
    """What closures may hold of the factors, and their arrays; an array or list adapts to a tensor.

    A RuntimeError for two tensors of different dtypes, or of bool, which has no product of matrices.
    """
    (x, a), (y, b) = operand(input), operand(other)
    if a.dtype != b.dtype:
        if isinstance(input, Tensor) and isinstance(other, Tensor):
            raise RuntimeError(
                f"{op}: both tensors must have the same dtype, got {a.dtype} and {b.dtype}; convert one with .to()"
            )
        x, y, a, b = promoted(x, y)
    if a.dtype.kind == "b":
        raise NotImplementedError(f"{op}: there is no product of bool tensors; convert them with .to(), or use & and |")
    return x, y, a, b


@public(np.matmul, operator="matmul", twin=True)
def matmul(input: Any, other: Any) -> Tensor:
    """The product of vectors (k,), matrices (n, k) and stacks of matrices (..., n, k), as `@`.

    Leading dimensions broadcast. dX = G Yᵀ, dY = Xᵀ G. A ShapeError where the inner sizes differ, a
    RuntimeError for tensors of different dtypes.

    >>> matmul(Tensor([[1.0, 2.0], [3.0, 4.0]]), Tensor([1.0, 1.0]))
    tensor([3., 7.])
    """
    x, y, a, b = pair("matmul", input, other)
    if not (a.ndim and b.ndim and a.shape[-1] == b.shape[max(b.ndim - 2, 0)]):
        raise ShapeError(
            f"matmul: shapes {a.shape} and {b.shape} do not fit; the last dimension of the first must equal "
            "the last but one of the second (or its only one)"
        )
    if a.ndim > 2 and b.ndim > 2:
        check_broadcast(a.shape[:-2], b.shape[:-2])
    if a.ndim > 2 and b.ndim == 2:  # one tall product rather than a stack of small ones
        rows = 1
        for n in a.shape[:-1]:
            rows *= n
        flat = matmul(np.reshape(input, (rows, a.shape[-1])), other)
        return np.reshape(flat, (*a.shape[:-1], b.shape[-1]))  # type: ignore[return-value]
    return elementwise(
        "matmul",
        np.matmul(a, b),
        (x, _left_gradient(y, a.ndim, b.ndim)),
        (y, _right_gradient(x, a.ndim, b.ndim)),
    )


def _left_gradient(y: Any, x_ndim: int, y_ndim: int) -> Any:
    """G Yᵀ, where a vector stands for a matrix of one row (on the left) or one column."""
    if y_ndim == 1:  # X y: each row of X is weighted by g
        return lambda g: g[..., None] * like(y, g)
    if x_ndim == 1:  # x Y
        return lambda g: np.matmul(like(y, g), g[..., None])[..., 0]
    return lambda g: np.matmul(g, np.swapaxes(like(y, g), -1, -2))


def _right_gradient(x: Any, x_ndim: int, y_ndim: int) -> Any:
    """Xᵀ G, where a vector stands for a matrix of one row (on the left) or one column."""
    if x_ndim == 1:  # x Y, or x · y
        return lambda g: like(x, g) * g if y_ndim == 1 else like(x, g)[:, None] * g[..., None, :]
    if y_ndim == 1:  # X y
        return lambda g: np.matmul(np.swapaxes(like(x, g), -1, -2), g[..., None])[..., 0]
    return lambda g: np.matmul(np.swapaxes(like(x, g), -1, -2), g)


@public()
def mm(input: Any, mat2: Any) -> Tensor:
    """The product of two matrices, (n, k) and (k, m): `matmul` that takes nothing else. dX = G Yᵀ, dY = Xᵀ G

    >>> mm(Tensor([[1.0, 2.0]]), Tensor([[3.0], [4.0]]))
    tensor([[11.]])
    """
    return _of_ranks("mm", input, mat2, 2, 2)


@public()
def bmm(input: Any, mat2: Any) -> Tensor:
    """The products of two stacks of matrices, (b, n, k) and (b, k, m), which do not broadcast.

    dX = G Yᵀ, dY = Xᵀ G

    >>> bmm(Tensor([[[1.0, 2.0]]]), Tensor([[[3.0], [4.0]]]))
    tensor([[[11.]]])
    """
    return _of_ranks("bmm", input, mat2, 3, 3)


@public()
def mv(input: Any, vec: Any) -> Tensor:
    """The product of a matrix (n, k) and a vector (k,). dX = g yᵀ, dy = Xᵀ g

    >>> mv(Tensor([[1.0, 2.0], [3.0, 4.0]]), Tensor([1.0, 1.0]))
    tensor([3., 7.])
    """
    return _of_ranks("mv", input, vec, 2, 1)


@public()
def dot(input: Any, other: Any) -> Tensor:
    """The product x · y = Σ x y of two vectors of one length. dx = g y, dy = g x

    NumPy's `np.dot(t, u)` takes more.

    >>> dot(Tensor([1.0, 2.0]), Tensor([3.0, 4.0]))
    tensor(11.)
    """
    return _of_ranks("dot", input, other, 1, 1)


def _of_ranks(op: str, input: Any, other: Any, x_ndim: int, y_ndim: int) -> Tensor:
    """`matmul` of operands that have these numbers of dimensions, and of which nothing broadcasts."""
    _, _, a, b = pair(op, input, other)
    if (a.ndim, b.ndim) != (x_ndim, y_ndim):
        raise ShapeError(
            f"{op}: expected tensors of {x_ndim} and {y_ndim} dimensions, got shapes {a.shape} and {b.shape}; "
            "matmul takes others"
        )
    if a.shape[-1] != b.shape[max(y_ndim - 2, 0)] or a.shape[: x_ndim - 2] != b.shape[: max(y_ndim - 2, 0)]:
        raise ShapeError(f"{op}: shapes {a.shape} and {b.shape} do not fit; the sizes that meet must be equal")
    return matmul(input, other)


@public()
def vdot(input: Any, other: Any) -> Tensor:
    """The product Σ conj(x) y of two vectors of one length: `dot`, where they are real.

    >>> vdot(Tensor([1.0, 2.0]), Tensor([3.0, 4.0]))
    tensor(11.)
    """
    _, _, a, b = pair("vdot", input, other)
    if a.ndim != 1 or a.shape != b.shape:
        raise ShapeError(f"vdot: expected two vectors of one length, got shapes {a.shape} and {b.shape}")
    return dot(np.conj(input) if a.dtype.kind == "c" else input, other)


@public(np.inner)
def inner(input: Any, other: Any) -> Tensor:
    """The sums of products over the last dimensions, (..., k) and (*, k): (..., *).

    Of a 0-d tensor and any other, their product. dX = Σ G y, dY = Σ G x over the other's dimensions.

    >>> inner(Tensor([[1.0, 2.0], [3.0, 4.0]]), Tensor([1.0, 1.0]))
    tensor([3., 7.])
    """
    x, y, a, b = pair("inner", input, other)
    if not (a.ndim and b.ndim):
        return elementwise("inner", np.multiply(a, b), (x, lambda g: g * like(y, g)), (y, lambda g: g * like(x, g)))
    if a.shape[-1] != b.shape[-1]:
        raise ShapeError(f"inner: the last dimensions of shapes {a.shape} and {b.shape} differ; they are summed over")
    return tensordot(input, other, ([a.ndim - 1], [b.ndim - 1]))


@public(method="outer")
def outer(input: Any, vec2: Any) -> Tensor:
    """The products of each element of one vector (n,) with each of another (m,): (n, m).

    dx = G y, dy = Gᵀ x. Different dtypes are promoted.

    >>> outer(Tensor([1.0, 2.0]), Tensor([3.0, 4.0]))
    tensor([[3., 4.],
            [6., 8.]])
    """
    x, y, a, b = promoted(operand(input)[0], operand(vec2)[0])
    if a.ndim != 1 or b.ndim != 1:
        raise ShapeError(f"outer: expected two vectors, got shapes {a.shape} and {b.shape}; flatten() them first")
    return record(
        "outer",
        np.multiply(a[:, None], b),
        (x, lambda g: np.matmul(g, like(y, g))),
        (y, lambda g: np.matmul(like(x, g), g)),
    )


@public()
def ger(input: Any, vec2: Any) -> Tensor:
    """`outer`, under the name that BLAS gave it.

    >>> ger(Tensor([1.0, 2.0]), Tensor([3.0]))
    tensor([[3.],
            [6.]])
    """
    return outer(input, vec2)


@public(np.tensordot, method=False)
def tensordot(a: Any, b: Any, dims: Any = 2) -> Tensor:
    """The sum of products over several dimensions at once: the last `dims` of `a` with the first of `b`.

    `dims` may also be a pair of lists, which name the dimensions of `a` and of `b` that meet; where
    one has size 1 there, the other is summed. Every other dimension stays, those of `a` first. The
    gradients are sums of products of this kind too. A ShapeError where sizes do not fit.

    >>> import leafgrad
    >>> tensordot(leafgrad.ones(2, 3, 4), leafgrad.ones(3, 2, 5), ([0, 1], [1, 0])).shape
    (4, 5)
    """
    _, _, left, right = pair("tensordot", a, b)
    mine, theirs = _meeting(dims, left.ndim, right.ndim)
    for i, j in zip(mine, theirs, strict=True):
        n, m = left.shape[i], right.shape[j]
        if n != m and 1 not in (n, m):
            raise ShapeError(f"tensordot: dim {i} of shape {left.shape} and dim {j} of shape {right.shape} differ")
        if n == 1 != m:
            b = np.sum(b, axis=j, keepdims=True, dtype=right.dtype)
        elif m == 1 != n:
            a = np.sum(a, axis=i, keepdims=True, dtype=left.dtype)
    (_, left), (_, right) = operand(a), operand(b)
    kept = [i for i in range(left.ndim) if i not in mine]
    added = [j for j in range(right.ndim) if j not in theirs]
    rows, columns = [left.shape[i] for i in kept], [right.shape[j] for j in added]
    inside = int(np.prod([left.shape[i] for i in mine], dtype=int))
    flat = matmul(
        np.reshape(np.transpose(a, (*kept, *mine)), (int(np.prod(rows, dtype=int)), inside)),
        np.reshape(np.transpose(b, (*theirs, *added)), (inside, int(np.prod(columns, dtype=int)))),
    )
    return np.reshape(flat, (*rows, *columns))  # type: ignore[return-value]


def _meeting(dims: Any, x_ndim: int, y_ndim: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The dimensions of either operand that `dims`, a number or a pair of lists, has summed together."""
    if isinstance(dims, Tensor | np.ndarray):
        dims = dims.tolist()
    if not isinstance(dims, Sequence):
        n = operator.index(dims)
        if not 0 <= n <= min(x_ndim, y_ndim):
            raise ShapeError(f"tensordot: tensors of {x_ndim} and {y_ndim} dimensions have not dims={n} to sum over")
        return tuple(range(x_ndim - n, x_ndim)), tuple(range(n))
    mine, theirs = (dims_of("tensordot", tuple(np.atleast_1d(named).tolist()), ndim)
                    for named, ndim in zip(dims, (x_ndim, y_ndim), strict=True))
    if len(mine) != len(theirs):
        raise ShapeError(f"tensordot: the two lists of dims={dims} must have one length; each pair is summed together")
    return mine, theirs
