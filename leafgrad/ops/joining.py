"""Tensors joined into one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from leafgrad.dims import along, one_dim
from leafgrad.dtypes import result_type
from leafgrad.errors import ShapeError
from leafgrad.operands import operand
from leafgrad.ops.padding import constant_pad_nd
from leafgrad.ops.permuting import t
from leafgrad.ops.shape import atleast_1d, atleast_2d, atleast_3d, reshape
from leafgrad.recording import cast, record
from leafgrad.surface import public
from leafgrad.tensor import Tensor

__all__ = [
    "_chunk_cat", "block_diag", "cat", "column_stack", "concat", "concatenate", "dstack", "hstack", "row_stack",
    "stack", "vstack",
]


def _of_one_dtype(op: str, tensors: Any) -> list[Any]:
    """Snapshots of the tensors, promoted to one dtype."""
    if (isinstance(tensors, Tensor) and tensors.ndim == 0) or not len(tensors):
        raise ShapeError(f"{op}: expected a non-empty list of tensors")
    held = [operand(t)[0] for t in tensors]
    dtype = held[0].array.dtype
    if any(x.array.dtype != dtype for x in held):
        dtype = result_type(*[x.array for x in held])
        held = [x if x.array.dtype == dtype else cast(x, dtype) for x in held]
    return held


@public(method=False)
def cat(tensors: Sequence[Any], dim: int = 0) -> Tensor:
    """The tensors one after the other along `dim`; the other sizes must be equal.

    d = the part of g that came from each. A ShapeError where sizes differ.

    >>> cat([Tensor([1.0]), Tensor([2.0, 3.0])])
    tensor([1., 2., 3.])
    """
    held = _of_one_dtype("cat", tensors)
    if len(held) > 1:  # PyTorch lets an empty vector stand for nothing
        held = [x for x in held if x.shape != (0,)] or held[:1]
    shapes = [x.shape for x in held]
    if () in shapes:
        raise ShapeError(f"cat: shapes {', '.join(map(str, shapes))} must not be 0-d; unsqueeze(0) them, or use stack")
    axis = one_dim("cat", dim, len(shapes[0]))
    rest = {(*shape[:axis], *shape[axis + 1 :], len(shape)) for shape in shapes}
    if len(rest) > 1:
        raise ShapeError(f"cat: shapes {', '.join(map(str, shapes))} must be equal except along dim {dim}")
    ends = np.cumsum([0, *[shape[axis] for shape in shapes]]).tolist()
    keys = [(slice(None),) * axis + (slice(a, b),) for a, b in pairwise(ends)]
    parents = [(x, lambda g, key=key: g[key]) for x, key in zip(held, keys, strict=True)]
    return record("cat", np.concatenate([x.array for x in held], axis), *parents)


concat = concatenate = cat


@public(method=False)
def stack(tensors: Sequence[Any], dim: int = 0) -> Tensor:
    """The tensors, of one shape, side by side along a new dimension. d = g at each one's place

    A ShapeError where shapes differ.

    >>> stack([Tensor([1.0, 2.0]), Tensor([3.0, 4.0])], dim=1)
    tensor([[1., 3.],
            [2., 4.]])
    """
    held = _of_one_dtype("stack", tensors)
    shapes = [x.shape for x in held]
    if len(set(shapes)) > 1:
        raise ShapeError(f"stack: all tensors must have one shape, got {', '.join(map(str, shapes))}")
    axis = one_dim("stack", dim, len(shapes[0]) + 1)
    keys = [along(axis, i) for i in range(len(held))]
    parents = [(x, lambda g, key=key: g[key]) for x, key in zip(held, keys, strict=True)]
    return record("stack", np.stack([x.array for x in held], axis), *parents)


@public(np.hstack, method=False)
def hstack(tensors: Sequence[Any]) -> Tensor:
    """The tensors side by side: `cat` along dimension 1, or 0 for vectors; 0-d tensors count as vectors of one.

    >>> hstack([Tensor([1.0]), Tensor([2.0, 3.0])])
    tensor([1., 2., 3.])
    """
    columns = atleast_1d(*tensors, *tensors[:1])[:-1]  # a tuple for one tensor, too
    return cat(columns, 0 if columns and columns[0].ndim == 1 else 1)


@public(np.vstack, method=False)
def vstack(tensors: Sequence[Any]) -> Tensor:
    """The tensors below each other: `cat` along dimension 0, a vector counting as a row.

    >>> vstack([Tensor([1.0, 2.0]), Tensor([3.0, 4.0])])
    tensor([[1., 2.],
            [3., 4.]])
    """
    return cat([atleast_2d(x) for x in tensors])


row_stack = vstack


@public(np.dstack, method=False)
def dstack(tensors: Sequence[Any]) -> Tensor:
    """The tensors behind each other: `cat` along dimension 2, after `atleast_3d`.

    >>> dstack([Tensor([1.0, 2.0]), Tensor([3.0, 4.0])])
    tensor([[[1., 3.],
             [2., 4.]]])
    """
    return cat([atleast_3d(x) for x in tensors], 2)


@public(np.column_stack, method=False)
def column_stack(tensors: Sequence[Any]) -> Tensor:
    """The tensors side by side, a vector counting as a column.

    >>> column_stack([Tensor([1.0, 2.0]), Tensor([3.0, 4.0])])
    tensor([[1., 3.],
            [2., 4.]])
    """
    return hstack([t(atleast_2d(x)) if np.ndim(x) < 2 else x for x in tensors])


@public(method=False)
def block_diag(*tensors: Any) -> Tensor:
    """A matrix with the tensors, as matrices, along its diagonal and zeros elsewhere. d = g at each one's block

    A vector counts as a row, and a 0-d tensor as a matrix of one element; a RuntimeError beyond 2 dimensions.

    >>> block_diag(Tensor([[1.0], [2.0]]), Tensor(3.0))
    tensor([[1., 0.],
            [2., 0.],
            [0., 3.]])
    """
    if not tensors:
        return Tensor(np.zeros((1, 0), np.float32))
    if any(np.ndim(x) > 2 for x in tensors):
        raise RuntimeError(f"block_diag: tensors must have at most 2 dimensions, got {[np.shape(x) for x in tensors]}")
    held = _of_one_dtype("block_diag", [atleast_2d(x) for x in tensors])
    rows = np.cumsum([0, *[x.shape[0] for x in held]]).tolist()
    columns = np.cumsum([0, *[x.shape[1] for x in held]]).tolist()
    blocks = [(slice(*r), slice(*c)) for r, c in zip(pairwise(rows), pairwise(columns), strict=True)]
    out = np.zeros((rows[-1], columns[-1]), held[0].array.dtype)
    for x, block in zip(held, blocks, strict=True):
        out[block] = x.array
    parents = [(x, lambda g, block=block: g[block]) for x, block in zip(held, blocks, strict=True)]
    return record("block_diag", out, *parents)


@public(method=False)
def _chunk_cat(tensors: Sequence[Any], dim: int, num_chunks: int) -> Tensor:
    """PyTorch's `_chunk_cat`: each tensor in `num_chunks` chunks along `dim`, the last filled up with zeros, each
    chunk with the later dimensions run together, and all first chunks side by side, all second ones, and so on.

    >>> _chunk_cat([Tensor([1.0, 2.0]), Tensor([3.0, 4.0, 5.0])], 0, 2)
    tensor([[1., 3., 4.],
            [2., 5., 0.]])
    """
    chunked = []
    if num_chunks < 1:
        raise RuntimeError(f"_chunk_cat: num_chunks must be positive, got {num_chunks}")
    if any(0 in np.shape(x) for x in tensors):
        raise ShapeError(f"_chunk_cat: tensors must not be empty, got shapes {[np.shape(x) for x in tensors]}")
    for x in tensors:
        axis = one_dim("_chunk_cat", dim, np.ndim(x))
        lead, n = np.shape(x)[:axis], np.shape(x)[axis]
        missing = -n % num_chunks
        full = constant_pad_nd(x, [0, 0] * (np.ndim(x) - axis - 1) + [0, missing])
        width = math.prod(full.shape[axis:]) // num_chunks
        chunked.append(reshape(full, (*lead, num_chunks, width)))
    return cat(chunked, chunked[0].ndim - 1)
