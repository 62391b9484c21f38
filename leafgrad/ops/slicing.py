"""Views of a part along one dimension: one element, a range, a sliding window."""

from __future__ import annotations

import builtins
import operator
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from leafgrad.dims import along, one_dim
from leafgrad.inplace import view as as_view
from leafgrad.ops.indexing import scattered, selected
from leafgrad.ops.shape import reshape
from leafgrad.surface import public
from leafgrad.tensor import Tensor

__all__ = ["narrow", "select", "slice"]


@public()
def select(input: Tensor, dim: int, index: int) -> Tensor:
    """A view of the element `index` along `dim`, which is dropped. An IndexError where there is none.

    >>> select(Tensor([[1.0, 2.0], [3.0, 4.0]]), 1, 0)
    tensor([1., 3.])
    """
    if input.ndim == 0:
        raise IndexError("select: a 0-d tensor has no dimension to select along; unsqueeze(0) it first")
    axis, index = one_dim("select", dim, input.ndim), operator.index(index)
    n = input.shape[axis]
    if not -n <= index < n:
        raise IndexError(f"select: index {index} is out of range for dim {dim} of shape {input.shape}")
    return selected(input, along(axis, index))


@public()
def narrow(input: Tensor, dim: int, start: Any, length: int) -> Tensor:
    """A view of `length` elements along `dim`, from `start` on, which may be a 0-d tensor.

    An IndexError where `start` is out of range; a RuntimeError where there are not so many elements.

    >>> narrow(Tensor([1.0, 2.0, 3.0]), 0, 1, 2)
    tensor([2., 3.])
    """
    if input.ndim == 0:
        raise RuntimeError("narrow: a 0-d tensor has no dimension to narrow; unsqueeze(0) it first")
    if isinstance(start, Tensor) and (start.ndim or start.dtype.kind not in "iu"):
        raise RuntimeError(
            f"narrow: start must be an int or a 0-d tensor of integers, got {start.dtype} of shape {start.shape}"
        )
    axis, first = one_dim("narrow", dim, input.ndim), operator.index(start)
    n = input.shape[axis]
    if length < 0:
        raise RuntimeError(f"narrow: length must not be negative, got {length}")
    if not -n <= first <= n:
        raise IndexError(f"narrow: start {first} is out of range for dim {dim} of shape {input.shape}")
    first += n if first < 0 else 0
    if first + length > n:
        raise RuntimeError(f"narrow: {length} elements from {first} on are more than dim {dim} of {input.shape} has")
    return selected(input, along(axis, builtins.slice(first, first + length)))


@public(method=False)
def slice(
    input: Tensor, dim: int = 0, start: int | None = None, end: int | None = None, step: int = 1
) -> Tensor:
    """A view of the elements from `start` to before `end` along `dim`, by `step`: Python's `start:end:step`.

    A RuntimeError unless `step` is positive.

    >>> slice(Tensor([1.0, 2.0, 3.0]), 0, 0, None, 2)
    tensor([1., 3.])
    """
    if input.ndim == 0:
        raise RuntimeError("slice: a 0-d tensor has no dimension to slice; unsqueeze(0) it first")
    if step <= 0:
        raise RuntimeError(f"slice: step must be positive, got {step}")
    return selected(input, along(one_dim("slice", dim, input.ndim), builtins.slice(start, end, step)))


@public(function=False)
def unfold(input: Tensor, dimension: int, size: int, step: int) -> Tensor:
    """A view of all windows of `size` elements along `dimension`, each `step` after the last, in a new last dimension.

    d = dx of each window; an element in several windows receives from each. Windows that overlap cannot be
    written. A RuntimeError where `size` is more than there are elements, or `step` is not positive.

    >>> unfold(Tensor([1.0, 2.0, 3.0]), 0, 2, 1)
    tensor([[1., 2.],
            [2., 3.]])
    """
    if input.ndim == 0:
        axis = one_dim("unfold", dimension, 0)
        return reshape(unfold(reshape(input, 1), axis, size, step), -1)
    axis = one_dim("unfold", dimension, input.ndim)
    shape = input.shape
    n = shape[axis]
    if not 0 <= size <= n:
        raise RuntimeError(f"unfold: size must be from 0 to {n}, as dimension {dimension} of {shape} has, got {size}")
    if step <= 0:
        raise RuntimeError(f"unfold: step must be positive, got {step}")
    windows = np.arange(0, n - size + 1, step)[:, None] + np.arange(size)
    key, every = along(axis, windows)[:-1], along(axis, builtins.slice(None, None, step))
    return as_view(
        "unfold",
        input,
        lambda a: sliding_window_view(a, size, axis, writeable=step >= size)[every],
        lambda g: scattered(np.moveaxis(g, -1, axis + 1), key, shape, unique=step >= size),
    )
