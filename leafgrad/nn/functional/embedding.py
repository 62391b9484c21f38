"""Looking up: integers in, rows of a table out, one by one or in bags."""

from __future__ import annotations

from typing import Any

import numpy as np

from leafgrad.errors import ShapeError
from leafgrad.modes import no_grad
from leafgrad.node import Array
from leafgrad.operands import operand
from leafgrad.ops.indexing import scattered
from leafgrad.recording import record
from leafgrad.tensor import Tensor, wrap

__all__ = ["embedding", "embedding_bag"]


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

    d weight = the gradients of each row's appearances, summed, or with `scale_grad_by_freq` averaged;
    none for the row `padding_idx`. With `max_norm`, rows that are looked up and whose p-norm (p is
    `norm_type`) is larger are first scaled down to it, in place. An IndexError for a number outside the
    table, a NotImplementedError for `sparse` gradients.

    >>> embedding([0, 2], Tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]))
    tensor([[1., 2.],
            [5., 6.]])
    """
    refuse_sparse("embedding", sparse)
    table = operand(weight)[1]
    if table.ndim != 2:
        raise ShapeError(f"embedding: the weight must have shape (num_embeddings, embedding_dim), got {table.shape}")
    rows = _row_numbers("embedding", operand(input)[1], len(table))
    if padding_idx is not None:
        padding_idx = checked_padding("embedding", padding_idx, len(table))
    if max_norm is not None:
        _renormalize(weight, rows, max_norm, norm_type)
    return _looked_up(weight, rows, padding_idx, scale_grad_by_freq)


def _looked_up(weight: Any, rows: Array, padding_idx: int | None, scale_grad_by_freq: bool) -> Tensor:
    w, table = operand(weight)
    shape = table.shape
    named: Array = rows
    learning: Any = ...
    if padding_idx is not None and np.any(rows == padding_idx):
        learning = rows != padding_idx
        named = rows[learning]
    counts = np.bincount(named.reshape(-1), minlength=len(table)) if scale_grad_by_freq else None
    share = None if counts is None else (1 / counts[named])[..., None].astype(table.dtype)

    def slope(g: Any) -> Any:
        ours = g if learning is ... else g[learning]
        return scattered(ours if share is None else ours * share, (named,), shape, unique=False)

    return record("embedding", np.take(table, rows, axis=0), (w, slope))


def _renormalize(weight: Any, rows: Array, max_norm: float, norm_type: float) -> None:
    """Scale the rows named down to the norm, in place; the graph is told of the write, not of its reason."""
    if not isinstance(weight, Tensor):
        raise TypeError(
            f"embedding: with max_norm the weight must be a Tensor to write to, got {type(weight).__name__}"
        )
    with no_grad():
        named = np.unique(rows)
        norms = np.linalg.vector_norm(weight.data[named], axis=1, ord=norm_type)
        large = norms > max_norm
        if large.any():
            shrunk = weight.data[named[large]] * (max_norm / (norms[large] + 1e-7))[:, None]
            weight[named[large]] = wrap(shrunk.astype(weight.dtype))


def _row_numbers(op: str, rows: Array, size: int) -> Array:
    """A copy, for the gradient needs them as they are; an IndexError for one that is no row."""
    if rows.dtype not in (np.int32, np.int64):
        raise RuntimeError(f"{op}: the input must hold int32 or int64, got {rows.dtype}; call .long()")
    if rows.size and (np.min(rows) < 0 or np.max(rows) >= size):
        outside = rows[(rows < 0) | (rows >= size)][0]
        raise IndexError(f"{op}: index {outside} is out of range for a table of {size} rows, 0 to {size - 1}")
    return rows.astype(np.intp)


def refuse_sparse(op: str, sparse: bool) -> None:
    if sparse:
        raise NotImplementedError(f"{op}: sparse gradients are not known; leave sparse=False")


def checked_padding(op: str, padding_idx: int, size: int) -> int:
    """The padding row counted from the start; a ShapeError if there is no such row."""
    if not -size <= padding_idx < size:
        raise ShapeError(f"{op}: padding_idx must be within the {size} rows of the table, got {padding_idx}")
    return padding_idx % size


# In bags


def embedding_bag(
    input: Any,
    weight: Any,
    offsets: Any = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    mode: str = "mean",
    sparse: bool = False,
    per_sample_weights: Any = None,
    include_last_offset: bool = False,
    padding_idx: int | None = None,
) -> Tensor:
    """Bags of rows of `weight` (num_embeddings, embedding_dim), each reduced to one: (B, embedding_dim).

    The bags are the rows of `input` (B, n), or the pieces of `input` (n,) that begin at the `offsets`
    (B,), of which `include_last_offset` adds where the last one ends. `mode` is "sum", "mean" or
    "max"; an empty bag gives zeros, and rows `padding_idx` do not count. "sum" may weigh each by
    `per_sample_weights`, of the input's shape. The other options are those of `embedding`. A ShapeError
    or ValueError for arguments that do not go together, an IndexError for a number outside the table.

    >>> embedding_bag([0, 2, 1], Tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), [0, 2], mode="sum")
    tensor([[6., 8.],
            [3., 4.]])
    """
    op = "embedding_bag"
    refuse_sparse(op, sparse)
    given, table = operand(input)[1], operand(weight)[1]
    if mode not in ("sum", "mean", "max"):
        raise ValueError(f"{op}: mode must be sum, mean or max, got {mode!r}")
    if table.ndim != 2:
        raise ShapeError(f"{op}: the weight must have shape (num_embeddings, embedding_dim), got {table.shape}")
    if mode == "max" and scale_grad_by_freq:
        raise RuntimeError(f"{op}: mode 'max' does not know scale_grad_by_freq; leave it False")
    weights = None if per_sample_weights is None else operand(per_sample_weights)[1]
    if weights is not None and (weights.shape != given.shape or mode != "sum"):
        raise (ValueError if weights.shape != given.shape else NotImplementedError)(
            f"{op}: per_sample_weights of shape {weights.shape} need an input of their shape and mode 'sum', "
            f"got {given.shape} and {mode!r}"
        )
    rows = _row_numbers(op, given, len(table))
    starts, stops = _bag_ends(op, given, offsets, include_last_offset)
    if padding_idx is not None:
        padding_idx = checked_padding(op, padding_idx, len(table))
    if max_norm is not None:
        _renormalize(weight, rows, max_norm, norm_type)
    bags = np.repeat(np.arange(len(starts)), stops - starts)
    rows = rows.reshape(-1)[: len(bags)]
    kept = np.arange(len(rows)) if padding_idx is None else np.flatnonzero(rows != padding_idx)
    bags = bags[kept]
    seen = _looked_up(weight, rows, padding_idx, scale_grad_by_freq)[kept]
    shape = (len(starts), table.shape[1])
    if mode == "max":
        return _largest_of_bags(seen, bags, shape)
    if per_sample_weights is not None:
        w = per_sample_weights if isinstance(per_sample_weights, Tensor) else Tensor(per_sample_weights)
        seen = seen * w.reshape(-1)[kept, None]
    total: Tensor = scattered(seen, (bags,), shape, unique=False)
    if mode == "sum":
        return total
    counts = np.maximum(np.bincount(bags, minlength=len(starts)), 1)
    return total / wrap(counts[:, None].astype(table.dtype))


def _bag_ends(op: str, given: Array, offsets: Any, include_last: bool) -> tuple[Array, Array]:
    """Where in the flattened input each bag starts, and where it stops."""
    if given.ndim == 2:
        if offsets is not None:
            raise ValueError(f"{op}: the rows of an input of shape {given.shape} are the bags; leave offsets None")
        ends = np.arange(given.shape[0] + 1) * given.shape[1]
        return ends[:-1], ends[1:]
    if given.ndim != 1 or offsets is None:
        raise ValueError(f"{op}: expected an input of 2 dimensions, or of 1 with offsets, got {given.shape}, {offsets}")
    starts = operand(offsets)[1]
    if starts.ndim != 1:
        raise ValueError(f"{op}: offsets must have one dimension, got shape {starts.shape}")
    if starts.dtype not in (np.int32, np.int64):
        raise RuntimeError(f"{op}: offsets must hold int32 or int64, got {starts.dtype}; call .long()")
    if include_last and not len(starts):
        raise ShapeError(f"{op}: with include_last_offset, offsets must hold at least one number")
    if len(starts) and (starts[0] != 0 or starts[-1] > len(given) or np.any(np.diff(starts) < 0)):
        raise ShapeError(f"{op}: offsets must rise from 0 to at most the input's {len(given)} numbers, got {starts}")
    if include_last:
        return starts[:-1], starts[1:]
    return starts, np.append(starts[1:], len(given))[: len(starts)]


def _largest_of_bags(seen: Tensor, bags: Array, shape: tuple[int, ...]) -> Tensor:
    """In each column, the first of the largest of the rows that share a bag; zeros in the others of this shape."""
    n, columns = len(bags), np.arange(shape[1])
    if not n:
        return wrap(np.zeros(shape, seen.dtype))
    starts = np.flatnonzero(np.diff(bags, prepend=-1))
    largest = np.maximum.reduceat(seen.data, starts)
    filled = bags[starts]
    of_row = np.repeat(np.arange(len(starts)), np.diff(starts, append=n))
    number = np.where(seen.data == largest[of_row], np.arange(n)[:, None], n)
    first = np.minimum.reduceat(number, starts)
    return scattered(seen[first, columns], (filled,), shape, unique=True)  # type: ignore[no-any-return]
