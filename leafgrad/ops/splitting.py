"""One tensor taken apart into views."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from leafgrad.dims import along, one_dim
from leafgrad.errors import EmptyError
from leafgrad.operands import operand
from leafgrad.ops.indexing import selected
from leafgrad.surface import public
from leafgrad.tensor import Tensor

__all__ = [
    "chunk", "dsplit", "hsplit", "split", "split_with_sizes", "tensor_split", "unbind", "unsafe_chunk",
    "unsafe_split", "unsafe_split_with_sizes", "vsplit",
]


@public(names=("unsafe_split",))
def split(input: Any, split_size_or_sections: Any, dim: int = 0) -> tuple[Tensor, ...]:
    """Views of the tensor in pieces along `dim`: of one size (the last may be smaller), or of each given.

    (`np.split(t, n)` takes the number of pieces.) A RuntimeError where the sizes do not add up.

    >>> [len(piece) for piece in split(Tensor([1.0, 2.0, 3.0]), 2)]
    [2, 1]
    """
    if isinstance(split_size_or_sections, Sequence):
        return split_with_sizes(input, split_size_or_sections, dim)
    size = operator.index(split_size_or_sections)
    total = _length("split", input, dim)
    if size < 0 or (size == 0 and total):
        raise RuntimeError(f"split: the size of a piece must be positive, got {size}")
    return _pieces(input, [*range(0, total, size or 1), total] if total else [0, 0], dim)


unsafe_split = split


@public(names=("unsafe_split_with_sizes",))
def split_with_sizes(input: Any, split_sizes: Sequence[int], dim: int = 0) -> tuple[Tensor, ...]:
    """Views of the tensor in pieces along `dim`, of these sizes. A RuntimeError where they do not add up.

    >>> [len(piece) for piece in split_with_sizes(Tensor([1.0, 2.0, 3.0]), [1, 2])]
    [1, 2]
    """
    total = _length("split_with_sizes", input, dim)
    if sum(split_sizes) != total or any(n < 0 for n in split_sizes):
        raise RuntimeError(f"split: sizes {list(split_sizes)} must not be negative and must add up to {total}")
    return _pieces(input, np.cumsum([0, *split_sizes]).tolist(), dim)


unsafe_split_with_sizes = split_with_sizes


@public(names=("unsafe_chunk",))
def chunk(input: Any, chunks: int, dim: int = 0) -> tuple[Tensor, ...]:
    """Views of the tensor in at most so many pieces of equal size along `dim`; the last may be smaller.

    >>> [len(piece) for piece in chunk(Tensor([1.0, 2.0, 3.0]), 2)]
    [2, 1]
    """
    if chunks <= 0:
        raise RuntimeError(f"chunk: the number of chunks must be positive, got {chunks}")
    total = _length("chunk", input, dim)
    return split(input, -(-total // chunks) if total else [0] * chunks, dim)


unsafe_chunk = chunk


@public(np.array_split)
def tensor_split(input: Any, indices_or_sections: Any, dim: int = 0) -> tuple[Tensor, ...]:
    """Views of the tensor in so many pieces along `dim`, the first ones longer by one where it does not divide
    evenly; or, for a sequence of indices, in pieces that end there.

    A RuntimeError unless there is at least one piece, or where a tensor of them is not int64.

    >>> [len(piece) for piece in tensor_split(Tensor([1.0, 2.0, 3.0]), 2)]
    [2, 1]
    >>> [len(piece) for piece in tensor_split(Tensor([1.0, 2.0, 3.0]), (1, 3))]
    [1, 2, 0]
    """
    total = _length("tensor_split", input, dim)
    if isinstance(indices_or_sections, Tensor):
        if indices_or_sections.dtype != np.int64 or indices_or_sections.ndim > 1:
            raise RuntimeError(
                "tensor_split: a tensor of indices or sections must be int64 and of at most 1 dimension, "
                f"got {indices_or_sections.dtype} of shape {indices_or_sections.shape}"
            )
        indices_or_sections = indices_or_sections.tolist()
    if isinstance(indices_or_sections, Sequence):
        ends = [0, *(slice(n).indices(total)[1] for n in indices_or_sections), total]
        return _pieces(input, ends, dim)
    sections = operator.index(indices_or_sections)
    if sections <= 0:
        raise RuntimeError(f"tensor_split: the number of sections must be positive, got {sections}")
    quotient, longer = divmod(total, sections)
    return _pieces(input, [i * quotient + min(i, longer) for i in range(sections + 1)], dim)


@public(np.hsplit)
def hsplit(input: Any, indices_or_sections: Any) -> tuple[Tensor, ...]:
    """`tensor_split` along dimension 1, or 0 of a vector, into equal pieces.

    A RuntimeError for a 0-d tensor, or where the pieces would not be equal.

    >>> hsplit(Tensor([1.0, 2.0]), 2)
    (tensor([1.]), tensor([2.]))
    """
    return _evenly("hsplit", input, indices_or_sections, 1 if np.ndim(input) > 1 else 0, 1)


@public(np.vsplit)
def vsplit(input: Any, indices_or_sections: Any) -> tuple[Tensor, ...]:
    """`tensor_split` along dimension 0 into equal pieces.

    A RuntimeError for less than 2 dimensions, or where the pieces would not be equal.

    >>> vsplit(Tensor([[1.0], [2.0]]), 2)
    (tensor([[1.]]), tensor([[2.]]))
    """
    return _evenly("vsplit", input, indices_or_sections, 0, 2)


@public(np.dsplit)
def dsplit(input: Any, indices_or_sections: Any) -> tuple[Tensor, ...]:
    """`tensor_split` along dimension 2 into equal pieces.

    A RuntimeError for less than 3 dimensions, or where the pieces would not be equal.

    >>> dsplit(Tensor([[[1.0, 2.0]]]), 2)
    (tensor([[[1.]]]), tensor([[[2.]]]))
    """
    return _evenly("dsplit", input, indices_or_sections, 2, 3)


def _evenly(op: str, input: Any, indices_or_sections: Any, dim: int, least: int) -> tuple[Tensor, ...]:
    shape = np.shape(input)
    if len(shape) < least:
        raise RuntimeError(f"{op}: needs at least {least} dimensions, got shape {shape}; use tensor_split")
    if isinstance(indices_or_sections, int) and (indices_or_sections <= 0 or shape[dim] % indices_or_sections):
        raise RuntimeError(
            f"{op}: dimension {dim} of shape {shape} cannot be divided into {indices_or_sections} equal parts"
        )
    return tensor_split(input, indices_or_sections, dim)


@public()
def unbind(input: Any, dim: int = 0) -> tuple[Tensor, ...]:
    """Views of each element along `dim`.

    >>> unbind(Tensor([[1.0, 2.0], [3.0, 4.0]]))
    (tensor([1., 2.]), tensor([3., 4.]))
    """
    n = _length("unbind", input, dim)
    input = input if isinstance(input, Tensor) else Tensor(input)
    return tuple(selected(input, along(dim % input.ndim, i)) for i in range(n))


def _length(op: str, input: Any, dim: int) -> int:
    """How long the tensor is along `dim`; an EmptyError for 0-d."""
    shape = operand(input)[1].shape
    if not shape:
        raise EmptyError(f"{op}: a 0-d tensor has no dimension to be taken apart along; unsqueeze(0) it first")
    return int(shape[one_dim(op, dim, len(shape))])


def _pieces(input: Any, ends: list[int], dim: int) -> tuple[Tensor, ...]:
    """Views from each of the `ends` to the next."""
    input = input if isinstance(input, Tensor) else Tensor(input)
    return tuple(selected(input, along(dim % input.ndim, slice(a, b))) for a, b in pairwise(ends))
