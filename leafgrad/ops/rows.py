"""Reading and writing whole slices along one dimension, which a vector of indices names.

`index_select` reads `input[:, index]` (with `dim=1`), and the others write there. Negative indices are
out of range, but for `index_fill`. A 0-d tensor is taken as having one slice.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from leafgrad.dims import along, one_dim
from leafgrad.errors import BadIndexError
from leafgrad.node import Array
from leafgrad.operands import operand
from leafgrad.ops.accumulation import reduced
from leafgrad.ops.arithmetic import mul
from leafgrad.ops.assignment import added, assigned, check_same_dtype, filling
from leafgrad.ops.indexing import check_bounds, indices_of, taken
from leafgrad.ops.shape import reshape
from leafgrad.recording import wrap_snapshot
from leafgrad.surface import public
from leafgrad.tensor import Tensor

__all__ = ["index_add", "index_copy", "index_fill", "index_reduce", "index_select"]


@public()
def index_select(input: Any, dim: int, index: Any) -> Tensor:
    """A copy of the slices along `dim` that the vector of indices names. d = dx there

    An IndexError where one is out of range, as negative ones are.

    >>> index_select(Tensor([1.0, 2.0, 3.0]), 0, Tensor([2, 2], dtype=int))
    tensor([3., 3.])
    """
    rows, axis, chosen = _rows("index_select", input, dim, indices_of("index_select", index))
    found = taken("index_select", rows, along(axis, chosen))
    return _as_the_input(input, found)


@public(twin=True)
def index_add(input: Any, dim: int, index: Any, source: Any, *, alpha: Any = 1) -> Tensor:
    """`input` with `alpha` times the slices of `source` added to those that the index names. d = dx + alpha dsource

    `source` has the input's dtype and shape, but along `dim` the length of the index: a RuntimeError
    otherwise, and where an index is out of range.

    >>> index_add(Tensor([1.0, 2.0, 3.0]), 0, Tensor([2, 2], dtype=int), Tensor([7.0, 8.0]))
    tensor([ 1.,  2., 18.])
    """
    rows, key, slices = _written("index_add", input, dim, indices_of("index_add", index), source)
    if alpha != 1:
        slices = mul(slices, wrap_snapshot(filling("index_add", alpha, operand(slices)[1].dtype)))
    return _as_the_input(input, added("index_add", rows, key, slices, region=np.shape(slices)))


@public(twin=True)
def index_copy(input: Any, dim: int, index: Any, source: Any) -> Tensor:
    """`input` with the slices that the index names replaced by those of `source`; of repeated ones the last wins.

    d = dx outside, dsource inside (where it was the last). `source` as for `index_add`, and an
    IndexError where an index is out of range.

    >>> index_copy(Tensor([1.0, 2.0, 3.0]), 0, Tensor([2, 0], dtype=int), Tensor([7.0, 8.0]))
    tensor([8., 2., 7.])
    """
    chosen = indices_of("index_copy", index, "int64")
    rows, key, slices = _written("index_copy", input, dim, chosen, source)
    unique = len(np.unique(chosen)) == chosen.size
    return _as_the_input(input, assigned("index_copy", rows, key, slices, unique=unique, region=np.shape(slices)))


@public(twin=True)
def index_fill(input: Any, dim: int, index: Any, value: Any) -> Tensor:
    """`input` with `value`, a number or a 0-d tensor, in the slices along `dim` that the index names.

    d = dx outside, Σ dvalue inside. Negative indices count from the end; an IndexError where one is out
    of range.

    >>> index_fill(Tensor([1.0, 2.0, 3.0]), 0, Tensor([2, 0], dtype=int), -1)
    tensor([-1.,  2., -1.])
    """
    chosen = indices_of("index_fill", index, "int64")
    rows, axis, chosen = _rows("index_fill", input, dim, chosen, negative=True)
    value = filling("index_fill", value, operand(input)[1].dtype)
    return _as_the_input(input, assigned("index_fill", rows, along(axis, np.unique(chosen)), value, unique=True))


@public(twin=True)
def index_reduce(input: Any, dim: int, index: Any, source: Any, reduce: str, *, include_self: bool = True) -> Tensor:
    """`input` with, in the slices that the index names, the "prod", "mean", "amax" or "amin" of those of `source`.

    With `include_self` the input's own value takes part. d = as of the product or mean; the largest or
    smallest share it evenly. `source` and errors as for `index_add`.

    >>> index = Tensor([2, 2], dtype=int)
    >>> index_reduce(Tensor([1.0, 2.0, 3.0]), 0, index, Tensor([7.0, 8.0]), "prod")
    tensor([  1.,   2., 168.])
    """
    if reduce not in ("prod", "mean", "amax", "amin"):
        raise RuntimeError(f"index_reduce: reduce must be 'prod', 'mean', 'amax' or 'amin', got {reduce!r}")
    rows, key, slices = _written("index_reduce", input, dim, indices_of("index_reduce", index), source)
    shape = operand(rows)[1].shape
    at = np.arange(prod(shape)).reshape(shape)[key].reshape(-1)
    return reduced("index_reduce", input, at, reshape(slices, -1), reduce, include_self)


def _rows(op: str, input: Any, dim: int, index: Array, *, negative: bool = False) -> tuple[Any, int, Array]:
    """The input with a dimension at least, `dim` from the front, and the indices as a vector, all checked."""
    shape = operand(input)[1].shape
    axis = one_dim(op, dim, len(shape))
    if index.ndim > 1:
        raise BadIndexError(f"{op}: the index must be a vector, got shape {index.shape}; flatten() it")
    if not shape and index.size != 1 and op != "index_fill":
        raise BadIndexError(f"{op}: a 0-d input has one slice only, got {index.size} indices")
    rows = input if shape else reshape(input, 1)
    check_bounds(op, index, (shape or (1,))[axis], negative=negative)
    return rows, axis, index.reshape(-1)


def _written(op: str, input: Any, dim: int, index: Array, source: Any) -> tuple[Any, tuple[Any, ...], Any]:
    """What to write into, at which key, and what, after all that can be wrong has been checked."""
    rows, axis, chosen = _rows(op, input, dim, index)
    shape, given = operand(input)[1].shape, operand(source)[1].shape
    wanted = (*shape[:axis], chosen.size, *shape[axis + 1 :]) if shape else ()
    if given != wanted and not (given in ((), (1,)) and wanted in ((), (1,)) and chosen.size == 1):
        raise BadIndexError(f"{op}: the source must be of shape {wanted} for {chosen.size} indices, got {given}")
    check_same_dtype(op, input, source)
    return rows, along(axis, chosen), source if given else reshape(source, 1)


def _as_the_input(input: Any, out: Tensor) -> Tensor:
    """The result, made 0-d again where the input was."""
    return out if operand(input)[1].ndim else reshape(out, ())
