"""Looking up: integers in, rows of a table out."""

from __future__ import annotations

from typing import Any

import numpy as np

from leafgrad.errors import ShapeError
from leafgrad.node import Array
from leafgrad.ops.indexing import scattered
from leafgrad.recording import operand, record
from leafgrad.tensor import Tensor

__all__ = ["embedding"]


def embedding(
    input: Any,
    weight: Any,
    padding_idx: int | None = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    sparse: bool = False,
) -> Tensor:
    """The rows of `weight` (num_embeddings, embedding_dim) that `input` (*) names: (*, embedding_dim).

    d weight = the gradients of each row's appearances, summed; none for the row `padding_idx`. An
    IndexError for a number outside the table, a NotImplementedError for `max_norm`,
    `scale_grad_by_freq` and `sparse`, which change the table or its gradient behind the graph's back.

    >>> embedding([0, 2], Tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]))
    tensor([[1., 2.],
            [5., 6.]])
    """
    check_options(max_norm, scale_grad_by_freq, sparse)
    w, table = operand(weight)
    if table.ndim != 2:
        raise ShapeError(f"embedding: the weight must have shape (num_embeddings, embedding_dim), got {table.shape}")
    rows = _row_numbers(operand(input)[1], len(table))
    shape = table.shape
    learning = ... if padding_idx is None else rows != checked_padding(padding_idx, len(table))
    if learning is ... or np.all(learning):
        slope = lambda g: scattered(g, (rows,), shape, unique=False)  # noqa: E731
    else:
        named = rows[learning]
        slope = lambda g: scattered(g[learning], (named,), shape, unique=False)  # noqa: E731
    return record("embedding", np.take(table, rows, axis=0), (w, slope))


def _row_numbers(rows: Array, size: int) -> Array:
    """A copy, for the gradient needs them as they are; an IndexError for one that is no row."""
    if rows.dtype.kind not in "iu":
        raise RuntimeError(f"embedding: the input must hold integers, got {rows.dtype}; call .long()")
    if rows.size and (np.min(rows) < 0 or np.max(rows) >= size):
        outside = rows[(rows < 0) | (rows >= size)][0]
        raise IndexError(f"embedding: index {outside} is out of range for a table of {size} rows, 0 to {size - 1}")
    return rows.astype(np.intp)


def check_options(max_norm: float | None, scale_grad_by_freq: bool, sparse: bool) -> None:
    if max_norm is not None:
        raise NotImplementedError("embedding: max_norm is not known; renormalise the weight under no_grad() instead")
    if scale_grad_by_freq:
        raise NotImplementedError("embedding: scale_grad_by_freq is not known; divide the gradient by the counts")
    if sparse:
        raise NotImplementedError("embedding: sparse gradients are not known; leave sparse=False")


def checked_padding(padding_idx: int, size: int) -> int:
    """The padding row counted from the start; a ValueError if there is no such row."""
    if not -size <= padding_idx < size:
        raise ValueError(f"embedding: padding_idx must be within the {size} rows of the table, got {padding_idx}")
    return padding_idx % size
