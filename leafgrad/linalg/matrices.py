"""What every file here needs: operands that are matrices, their triangles, and LAPACK with our errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from leafgrad.errors import LinAlgError, ShapeError
from leafgrad.node import Array
from leafgrad.operands import operand
from leafgrad.recording import conjugate


def matrix(op: str, input: Any, name: str = "A") -> tuple[Any, Array]:
    """`operand`, of a matrix or a stack of them, (..., m, n), in a dtype that LAPACK knows."""
    x, a = operand(input)
    check_dtype(op, a)
    if a.ndim < 2:
        raise ShapeError(f"{op}: {name} must have at least 2 dimensions, (..., m, n), got shape {a.shape}")
    return x, a


def square_matrix(op: str, input: Any, name: str = "A") -> tuple[Any, Array]:
    """`matrix`, with as many rows as columns."""
    x, a = matrix(op, input, name)
    if a.shape[-1] != a.shape[-2]:
        raise ShapeError(f"{op}: {name} must be square, or a stack of square matrices, got shape {a.shape}")
    return x, a


def check_dtype(op: str, *arrays: Array) -> None:
    """A RuntimeError unless all are float32, or float64, or complex of one of these precisions."""
    for a in arrays:
        if a.dtype.char not in "fdFD":
            raise RuntimeError(f"{op}: needs float32, float64 or complex tensors, got {a.dtype}; convert with .to()")
        if a.dtype != arrays[0].dtype:
            raise RuntimeError(
                f"{op}: all tensors must have one dtype, got {arrays[0].dtype} and {a.dtype}; convert one with .to()"
            )


def lapack(op: str, trouble: str, function: Callable[..., Any], *arrays: Array, **options: Any) -> Any:
    """What NumPy's function returns; where it gives up, a LinAlgError that names the trouble."""
    try:
        return function(*arrays, **options)
    except np.linalg.LinAlgError:
        raise LinAlgError(f"{op}: {trouble}") from None


def with_adjoints(rule: Callable[..., Any]) -> Callable[[list[Any]], list[Any]]:
    """The rule of a function that conjugates, for `record_joint`: from the outputs' gradients to that of A.

    It is written as in the textbooks (and PyTorch), whose gradients are the conjugates of the graph's:
    see `recording.conjugate`.
    """
    return lambda gs: [conjugate(rule(*[None if g is None else conjugate(g) for g in gs]))]


def transposed(a: Any) -> Any:
    """Aᵀ, of each matrix."""
    return np.swapaxes(a, -1, -2)


def adjoint(a: Any) -> Any:
    """Aᴴ, of each matrix: the transpose, and the conjugate if it is complex."""
    return conjugate(np.swapaxes(a, -1, -2))


def lower(a: Any, diagonal: int = 0) -> Any:
    """What stands on and below that diagonal of each matrix, else 0."""
    return np.where(_tri(a, diagonal), a, 0)


def upper(a: Any, diagonal: int = 0) -> Any:
    """What stands on and above that diagonal of each matrix, else 0."""
    return np.where(_tri(a, diagonal - 1), 0, a)


def _tri(a: Any, diagonal: int) -> Array:
    return np.tri(a.shape[-2], a.shape[-1], diagonal, bool)


def size(a: Array) -> Array:
    """How large LAPACK takes the elements to be, where it looks for a pivot: |a|, or |Re a| + |Im a|."""
    return np.abs(a.real) + np.abs(a.imag) if a.dtype.kind == "c" else np.abs(a)


def diagonal_of(a: Any) -> Any:
    """The main diagonals, (..., k)."""
    k = np.arange(min(a.shape[-2:]))
    return a[..., k, k]
