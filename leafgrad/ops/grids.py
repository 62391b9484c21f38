"""What takes every element of one tensor with every element of others: grids, products, combinations."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from leafgrad.operands import operand
from leafgrad.ops.arithmetic import mul
from leafgrad.ops.broadcasting import expand
from leafgrad.ops.indexing import taken
from leafgrad.ops.joining import stack
from leafgrad.ops.permuting import transpose
from leafgrad.ops.shape import reshape
from leafgrad.surface import public
from leafgrad.tensor import Tensor

__all__ = ["cartesian_prod", "combinations", "kron", "meshgrid"]


@public(method=False)
def meshgrid(*tensors: Any, indexing: str | None = None) -> tuple[Tensor, ...]:
    """Views of each vector, expanded along the dimensions of all the others.

    The i-th result is `tensors[i]` along dimension i, with `indexing="xy"` the first two dimensions exchanged. A
    0-d tensor counts as a vector of one. A RuntimeError beyond 1 dimension, or where dtypes differ.

    >>> meshgrid(Tensor([1.0, 2.0]), Tensor([3.0, 4.0]), indexing="ij")[0]
    tensor([[1., 1.],
            [2., 2.]])
    """
    if len(tensors) == 1 and isinstance(tensors[0], list | tuple):
        tensors = tuple(tensors[0])
    if not tensors:
        raise RuntimeError("meshgrid: expected at least one tensor")
    tensors = tuple(t if isinstance(t, Tensor) else Tensor(t) for t in tensors)
    if any(t.ndim > 1 for t in tensors):
        raise RuntimeError(f"meshgrid: tensors must be 0-d or 1-d, got shapes {[t.shape for t in tensors]}")
    if len({t.dtype for t in tensors}) > 1:
        raise RuntimeError(f"meshgrid: tensors must have one dtype, got {[t.dtype.name for t in tensors]}")
    if indexing not in (None, "ij", "xy"):
        raise RuntimeError(f"meshgrid: indexing must be 'ij' or 'xy', got {indexing!r}")
    shape = tuple(t.numel() for t in tensors)
    alone = [[n if i == j else 1 for j, n in enumerate(shape)] for i in range(len(shape))]
    grids = tuple(expand(reshape(t, size), shape) for t, size in zip(tensors, alone, strict=True))
    return tuple(transpose(grid, 0, 1) for grid in grids) if indexing == "xy" and len(shape) > 1 else grids


@public(method=False)
def cartesian_prod(*tensors: Any) -> Tensor:
    """All tuples with one element of each vector, as the rows of a matrix, the last element varying fastest.

    Of one vector, the vector itself. A RuntimeError unless all are vectors of one dtype.

    >>> cartesian_prod(Tensor([1.0, 2.0]), Tensor([3.0, 4.0]))
    tensor([[1., 3.],
            [1., 4.],
            [2., 3.],
            [2., 4.]])
    """
    if any(np.ndim(x) != 1 for x in tensors):
        raise RuntimeError(f"cartesian_prod: tensors must be vectors, got shapes {[np.shape(x) for x in tensors]}")
    grids = meshgrid(*tensors, indexing="ij")
    return grids[0] if len(grids) == 1 else reshape(stack(grids, -1), -1, len(grids))


@public()
def combinations(input: Any, r: int = 2, with_replacement: bool = False) -> Tensor:
    """All choices of `r` elements of a vector, in its order, as the rows of a matrix.

    With replacement an element may be chosen again. A RuntimeError unless `input` is a vector and r not negative.

    >>> combinations(Tensor([1.0, 2.0, 3.0]))
    tensor([[1., 2.],
            [1., 3.],
            [2., 3.]])
    """
    if np.ndim(input) != 1:
        raise RuntimeError(f"combinations: input must be a vector, got shape {np.shape(input)}")
    if r < 0:
        raise RuntimeError(f"combinations: r must not be negative, got {r}")
    if r == 0:
        return Tensor(np.zeros(0, operand(input)[1].dtype))
    choose = itertools.combinations_with_replacement if with_replacement else itertools.combinations
    chosen = np.fromiter(itertools.chain.from_iterable(choose(range(len(input)), r)), np.intp)
    return taken("combinations", input, (chosen.reshape(-1, r),))


@public(np.kron)
def kron(input: Any, other: Any) -> Tensor:
    """The Kronecker product: each element of `input` in the place of a block, that element times `other`.

    d = kron(d input, other) + kron(input, d other). Missing leading dimensions have size 1.

    >>> kron(Tensor([1.0, 2.0]), Tensor([1.0, 10.0]))
    tensor([ 1., 10.,  2., 20.])
    """
    ndim = max(np.ndim(input), np.ndim(other))
    outer = (1,) * (ndim - np.ndim(input)) + np.shape(input)
    inner = (1,) * (ndim - np.ndim(other)) + np.shape(other)
    product = mul(
        reshape(input, [n for size in outer for n in (size, 1)]),
        reshape(other, [n for size in inner for n in (1, size)]),
    )
    return reshape(product, [m * n for m, n in zip(outer, inner, strict=True)])
