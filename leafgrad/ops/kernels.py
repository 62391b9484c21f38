"""What the special functions are computed with: float64 in blocks, polynomials, and operations in closures."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from leafgrad.node import Array
from leafgrad.tensor import Tensor

BLOCK = 16384  # elements whose temporaries stay in the cache: six times as fast at a million


def in_float64(rule: Callable[..., Array]) -> Callable[..., Array]:
    """The function of float arrays that is computed by `rule` in float64, and rounded to their dtype once.

    Large arrays go through in blocks; several arrays broadcast.
    """

    @wraps(rule)
    def function(*arrays: Array) -> Array:
        dtype = arrays[0].dtype
        wide = [a if a.dtype == np.float64 else a.astype(np.float64) for a in arrays]
        return in_blocks(rule, *wide).astype(dtype)

    return function


def in_blocks(rule: Callable[..., Array], *arrays: Array) -> Array:
    """`rule(*arrays)` of arrays of one dtype, elementwise, a block after another where they are large."""
    if max(a.size for a in arrays) <= BLOCK:
        return rule(*arrays)
    arrays = tuple(np.broadcast_arrays(*arrays))
    flat = [np.ravel(a) for a in arrays]
    out = np.empty_like(flat[0])
    for start in range(0, out.size, BLOCK):
        out[start : start + BLOCK] = rule(*(a[start : start + BLOCK] for a in flat))
    return np.reshape(out, arrays[0].shape)


def polynomial(x: Array, coefficients: tuple[float, ...]) -> Array:
    """Horner's rule, highest power first."""
    value = x * coefficients[0]
    for c in coefficients[1:-1]:
        value = (value + c) * x
    return value + coefficients[-1]


def ratio(x: Array, p: tuple[float, ...], q: tuple[float, ...]) -> Array:
    """The quotient of two polynomials."""
    return polynomial(x, p) / polynomial(x, q)


def applied(op: Callable[..., Tensor], *operands: Any) -> Any:
    """An operation inside a closure, where NumPy has no such function: of arrays it gives an array."""
    result = op(*operands)
    return result if any(isinstance(x, Tensor) for x in operands) else result._now.array
