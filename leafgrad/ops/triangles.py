"""Triangles of matrices: what lies on and below a diagonal, or on and above it."""

from __future__ import annotations

from typing import Any, Unpack

import numpy as np

from leafgrad.errors import ShapeError
from leafgrad.operands import operand
from leafgrad.options import Options, made, wanted
from leafgrad.recording import record
from leafgrad.surface import public
from leafgrad.tensor import Tensor

__all__ = ["tril", "tril_indices", "triu", "triu_indices"]


@public(np.tril, twin=True)
def tril(input: Any, diagonal: int = 0) -> Tensor:
    """The lower triangle of each matrix, up to that diagonal, with zeros above it. d = dx there

    A RuntimeError for less than two dimensions.

    >>> tril(Tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([[1., 0.],
            [3., 4.]])
    """
    return _triangle("tril", np.tril, input, diagonal)


@public(np.triu, twin=True)
def triu(input: Any, diagonal: int = 0) -> Tensor:
    """The upper triangle of each matrix, from that diagonal on, with zeros below it. d = dx there

    A RuntimeError for less than two dimensions.

    >>> triu(Tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([[1., 2.],
            [0., 4.]])
    """
    return _triangle("triu", np.triu, input, diagonal)


def _triangle(op: str, function: Any, input: Any, diagonal: int) -> Tensor:
    x, a = operand(input)
    if a.ndim < 2:
        raise ShapeError(f"{op}: needs at least 2 dimensions, got shape {a.shape}")
    return record(op, function(a, diagonal), (x, lambda g: function(g, diagonal)))


@public(method=False)
def tril_indices(row: int, col: int, offset: int = 0, **options: Unpack[Options]) -> Tensor:
    """The indices of the lower triangle of a (row, col) matrix, up to a diagonal: their rows, and their columns.

    (2, n), in row-major order, int64 by default. A RuntimeError for negative sizes, and for a dtype other
    than int32 and int64.

    >>> tril_indices(2, 2)
    tensor([[0, 1, 1],
            [0, 0, 1]])
    """
    return _indices("tril_indices", row, col, lambda i, j: j - i <= offset, options)


@public(method=False)
def triu_indices(row: int, col: int, offset: int = 0, **options: Unpack[Options]) -> Tensor:
    """The indices of the upper triangle of a (row, col) matrix, from a diagonal on: their rows, and their columns.

    (2, n), in row-major order, int64 by default. A RuntimeError for negative sizes, and for a dtype other
    than int32 and int64.

    >>> triu_indices(2, 2)
    tensor([[0, 0, 1],
            [0, 1, 1]])
    """
    return _indices("triu_indices", row, col, lambda i, j: j - i >= offset, options)


def _indices(op: str, row: int, col: int, inside: Any, options: Options) -> Tensor:
    dtype = wanted(options, np.int64)
    if row < 0 or col < 0:
        raise ShapeError(f"{op}: row and col must not be negative, got {row} and {col}")
    if dtype not in (np.int32, np.int64):
        raise NotImplementedError(f"{op}: dtype must be int32 or int64, got {dtype}")
    i, j = np.ogrid[:row, :col]
    return made(op, np.stack(np.nonzero(inside(i, j))).astype(dtype), options)
