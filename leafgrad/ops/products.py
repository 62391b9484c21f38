"""Products of vectors, matrices and stacks of matrices; `einsum` has a file of its own."""

from __future__ import annotations

from typing import Any

import numpy as np

from leafgrad.errors import ShapeError
from leafgrad.recording import check_broadcast, elementwise, like, operand, promoted, record
from leafgrad.surface import public
from leafgrad.tensor import Tensor

__all__ = ["dot", "matmul", "outer"]


@public(np.matmul, operator="matmul", twin=True)
def matmul(input: Any, other: Any) -> Tensor:
    """The product of vectors (k,), matrices (n, k) and stacks of matrices (..., n, k), as `@`.

    Leading dimensions broadcast. dX = G Yᵀ, dY = Xᵀ G. A ShapeError where the inner sizes differ.

    >>> matmul(Tensor([[1.0, 2.0], [3.0, 4.0]]), Tensor([1.0, 1.0]))
    tensor([3., 7.])
    """
    x, y, a, b = promoted(operand(input)[0], operand(other)[0])
    if not (a.ndim and b.ndim and a.shape[-1] == b.shape[max(b.ndim - 2, 0)]):
        raise ShapeError(
            f"matmul: shapes {a.shape} and {b.shape} do not fit; the last dimension of the first must equal "
            "the last but one of the second (or its only one)"
        )
    if a.ndim > 2 and b.ndim > 2:
        check_broadcast(a.shape[:-2], b.shape[:-2])
    if a.ndim > 2 and b.ndim == 2:  # one tall product rather than a stack of small ones
        flat = matmul(np.reshape(input, (-1, a.shape[-1])), other)
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


@public(np.dot)
def dot(input: Any, other: Any) -> Tensor:
    """The product of two vectors, as PyTorch; of anything else, NumPy's `dot`.

    That is the product with a number, a matrix product, or, for stacks, the sum over the last
    dimension of the first and the last but one of the second. dx = g y, dy = g x

    >>> dot(Tensor([1.0, 2.0]), Tensor([3.0, 4.0]))
    tensor(11.)
    """
    a, b = operand(input)[1], operand(other)[1]
    if not (a.ndim and b.ndim):
        return Tensor.__mul__(input if isinstance(input, Tensor) else Tensor(input), other)
    if b.ndim <= 2:
        return matmul(input, other)
    if a.shape[-1] != b.shape[-2]:
        raise ShapeError(f"dot: shapes {a.shape} and {b.shape} do not fit; the summed sizes differ")
    stacked = matmul(np.reshape(input, (*a.shape[:-1], *[1] * (b.ndim - 2), 1, a.shape[-1])), other)
    return np.squeeze(stacked, -2)  # type: ignore[return-value]


@public(np.outer)
def outer(input: Any, other: Any) -> Tensor:
    """The products of each element of one vector (n,) with each of another (m,): (n, m).

    dx = G y, dy = Gᵀ x

    >>> outer(Tensor([1.0, 2.0]), Tensor([3.0, 4.0]))
    tensor([[3., 4.],
            [6., 8.]])
    """
    x, y, a, b = promoted(operand(input)[0], operand(other)[0])
    if a.ndim != 1 or b.ndim != 1:
        raise ShapeError(f"outer: expected two vectors, got shapes {a.shape} and {b.shape}; flatten() them first")
    return record(
        "outer",
        np.multiply(a[:, None], b),
        (x, lambda g: np.matmul(g, like(y, g))),
        (y, lambda g: np.matmul(like(x, g), g)),
    )
