"""A copy of a tensor with a view of it written over: `select_scatter` and its kin.

Each is the view of the same name, of a clone, and a `copy_` into it; so is its gradient:
d = dinput outside the view, dsrc inside.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from leafgrad.errors import ShapeError
from leafgrad.inplace import overwrite
from leafgrad.operands import operand
from leafgrad.ops.conversion import clone
from leafgrad.ops.diagonals import diagonal
from leafgrad.ops.slicing import select, slice
from leafgrad.ops.strides import as_strided
from leafgrad.surface import public
from leafgrad.tensor import Tensor

__all__ = ["as_strided_scatter", "diagonal_scatter", "select_scatter", "slice_scatter"]


@public()
def select_scatter(input: Any, src: Any, dim: int, index: int) -> Tensor:
    """`input` with `src` in the place of `select(dim, index)`. A RuntimeError where their shapes differ.

    >>> select_scatter(Tensor([[1.0, 2.0], [3.0, 4.0]]), Tensor([7.0, 8.0]), 1, 0)
    tensor([[7., 2.],
            [8., 4.]])
    """
    return _replaced("select_scatter", input, src, lambda copy: select(copy, dim, index))


@public()
def slice_scatter(
    input: Any, src: Any, dim: int = 0, start: int | None = None, end: int | None = None, step: int = 1
) -> Tensor:
    """`input` with `src` in the place of `start:end:step` along `dim`. A RuntimeError where their shapes differ.

    >>> slice_scatter(Tensor([1.0, 2.0, 3.0]), Tensor([7.0, 8.0]), 0, 1)
    tensor([1., 7., 8.])
    """
    return _replaced("slice_scatter", input, src, lambda copy: slice(copy, dim, start, end, step))


@public()
def diagonal_scatter(input: Any, src: Any, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Tensor:
    """`input` with `src` in the place of `diagonal(offset, dim1, dim2)`. A RuntimeError where their shapes differ.

    >>> diagonal_scatter(Tensor([[1.0, 2.0], [3.0, 4.0]]), Tensor([7.0, 8.0]))
    tensor([[7., 2.],
            [3., 8.]])
    """
    return _replaced("diagonal_scatter", input, src, lambda copy: diagonal(copy, offset, dim1, dim2))


@public()
def as_strided_scatter(
    input: Any, src: Any, size: Sequence[int], stride: Sequence[int], storage_offset: int | None = None
) -> Tensor:
    """`input` with `src` in the place of `as_strided(size, stride, storage_offset)`, of elements that do not overlap.

    A RuntimeError where their shapes differ, and where elements of the view share a place.

    >>> as_strided_scatter(Tensor([1.0, 2.0, 3.0]), Tensor([7.0, 8.0]), (2,), (2,))
    tensor([7., 2., 8.])
    """
    return _replaced("as_strided_scatter", input, src, lambda copy: as_strided(copy, size, stride, storage_offset))


def _replaced(op: str, input: Any, src: Any, view: Callable[[Tensor], Tensor]) -> Tensor:
    copy = clone(input)
    target = view(copy)
    given = operand(src)[1].shape
    if given != target.shape:
        raise ShapeError(f"{op}: src of shape {given} must have the shape {target.shape} of what it replaces")
    overwrite(op, target, src)
    return copy
