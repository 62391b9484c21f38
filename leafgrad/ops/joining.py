"""Tensors joined into one, and one taken apart or given a margin."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from leafgrad.dims import one_dim
from leafgrad.dtypes import result_type
from leafgrad.errors import EmptyError, ShapeError
from leafgrad.ops.indexing import selected
from leafgrad.recording import cast, operand, record
from leafgrad.surface import public
from leafgrad.tensor import Tensor

__all__ = ["cat", "chunk", "concat", "concatenate", "pad", "split", "stack", "unbind"]


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
    axis = one_dim("cat", dim, len(shapes[0]))
    rest = {(*shape[:axis], *shape[axis + 1 :], len(shape)) for shape in shapes}
    if len(rest) > 1 or shapes[0] == ():
        raise ShapeError(f"cat: shapes {', '.join(map(str, shapes))} must be equal except along dim {dim}, and not 0-d")
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
    keys = [(slice(None),) * axis + (i, ...) for i in range(len(held))]
    parents = [(x, lambda g, key=key: g[key]) for x, key in zip(held, keys, strict=True)]
    return record("stack", np.stack([x.array for x in held], axis), *parents)


@public()
def split(input: Any, split_size_or_sections: Any, dim: int = 0) -> tuple[Tensor, ...]:
    """Views of the tensor in pieces along `dim`: of one size (the last may be smaller), or of each given.

    (`np.split(t, n)` takes the number of pieces.) A RuntimeError where the sizes do not add up.

    >>> [len(piece) for piece in split(Tensor([1.0, 2.0, 3.0]), 2)]
    [2, 1]
    """
    input = input if isinstance(input, Tensor) else Tensor(input)
    total = _length("split", input, dim)
    axis = dim % input.ndim
    pieces = split_size_or_sections
    if not isinstance(pieces, Sequence):
        if pieces < 0 or (pieces == 0 and total):
            raise RuntimeError(f"split: the size of a piece must be positive, got {pieces}")
        pieces = [min(pieces, total - start) for start in range(0, total, pieces or 1)] or [0]
    if sum(pieces) != total or any(n < 0 for n in pieces):
        raise RuntimeError(f"split: sizes {list(pieces)} must not be negative and must add up to {total}")
    ends = np.cumsum([0, *pieces]).tolist()
    lead = (slice(None),) * axis
    return tuple(selected(input, (*lead, slice(a, b), ...)) for a, b in pairwise(ends))


def _length(op: str, a: Any, dim: int) -> int:
    """How long `a` is along `dim`; an EmptyError for 0-d."""
    if a.ndim == 0:
        raise EmptyError(f"{op}: a 0-d tensor has no dimension to be taken apart along; unsqueeze(0) it first")
    return int(a.shape[one_dim(op, dim, a.ndim)])


@public()
def chunk(input: Any, chunks: int, dim: int = 0) -> tuple[Tensor, ...]:
    """Views of the tensor in at most so many pieces of equal size along `dim`; the last may be smaller.

    >>> [len(piece) for piece in chunk(Tensor([1.0, 2.0, 3.0]), 2)]
    [2, 1]
    """
    if chunks <= 0:
        raise RuntimeError(f"chunk: the number of chunks must be positive, got {chunks}")
    total = _length("chunk", operand(input)[1], dim)
    return split(input, -(-total // chunks) if total else [0] * chunks, dim)


@public()
def unbind(input: Any, dim: int = 0) -> tuple[Tensor, ...]:
    """Views of each element along `dim`.

    >>> unbind(Tensor([[1.0, 2.0], [3.0, 4.0]]))
    (tensor([1., 2.]), tensor([3., 4.]))
    """
    input = input if isinstance(input, Tensor) else Tensor(input)
    n = _length("unbind", input, dim)
    lead = (slice(None),) * (dim % input.ndim)
    return tuple(selected(input, (*lead, i, ...)) for i in range(n))


@public(method=False)
def pad(input: Any, pad: Sequence[int], mode: str = "constant", value: float | None = None) -> Tensor:
    """A copy with a margin of `value` (0 if None), sized as PyTorch's `F.pad`: from the last dimension on.

    `pad` is (left, right, top, bottom, …); a negative size crops. (`np.pad(t, …)` takes NumPy's form.)
    d = g without the margin.

    >>> pad(Tensor([1.0, 2.0]), (1, 2))
    tensor([0., 1., 2., 0., 0.])
    """
    x, a = operand(input)
    if len(pad) % 2 or len(pad) > 2 * a.ndim:
        raise RuntimeError(f"pad: needs one pair for each padded dimension, got {len(pad)} sizes for shape {a.shape}")
    if mode != "constant":
        raise NotImplementedError(f"pad: only mode='constant' is known, got {mode!r}")
    pairs = [(0, 0)] * (a.ndim - len(pad) // 2) + [(pad[i], pad[i + 1]) for i in range(len(pad) - 2, -1, -2)]
    shape = tuple(n + before + after for n, (before, after) in zip(a.shape, pairs, strict=True))
    if any(n < 0 for n in shape):
        raise ShapeError(f"pad: sizes {tuple(pad)} crop more than shape {a.shape} has")
    kept = tuple(slice(max(-before, 0), n - max(-after, 0)) for n, (before, after) in zip(a.shape, pairs, strict=True))
    inner = tuple(
        slice(max(before, 0), n - max(after, 0)) for n, (before, after) in zip(shape, pairs, strict=True)
    )
    cropped = [(s.start, n - s.stop) for s, n in zip(kept, a.shape, strict=True)]
    out = np.full(shape, 0 if value is None else value, a.dtype)
    out[inner] = a[kept]
    if any(before or after for before, after in cropped):
        return record("pad", out, (x, lambda g: np.pad(g[inner], cropped)))
    return record("pad", out, (x, lambda g: g[inner]))
