"""How dimensions are named: negative ones, one or several, and what to say when they do not exist."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

import numpy as np


def one_dim(op: str, dim: Any, ndim: int) -> int:
    """`dim` counted from the front; an IndexError if a tensor of `ndim` dimensions has none such.

    A 0-d tensor is taken as having one dimension, as PyTorch does.
    """
    index = operator.index(dim)
    n = ndim or 1
    if not -n <= index < n:
        raise np.exceptions.AxisError(
            f"{op}: dim {index} is out of range for a tensor of {ndim} dimensions, which has {-n} to {n - 1}"
        )
    return index % n


def dims_of(op: str, dim: Any, ndim: int) -> tuple[int, ...]:
    """One or several dimensions, counted from the front; a RuntimeError if one is named twice.

    None for a 0-d tensor, whose one dimension is only a courtesy.
    """
    dims = tuple(one_dim(op, d, ndim) for d in (dim if isinstance(dim, Sequence) else (dim,)))
    if len(set(dims)) != len(dims):
        raise RuntimeError(f"{op}: a dimension appears twice in dim={dim}")
    return dims if ndim else ()


def reduced_dims(op: str, dim: Any, ndim: int) -> tuple[int, ...]:
    """The dimensions that a reduction over `dim` removes: all of them for None or ()."""
    if dim is None or (isinstance(dim, Sequence) and not dim):
        return tuple(range(ndim))
    return dims_of(op, dim, ndim)


def kept_shape(shape: tuple[int, ...], dims: tuple[int, ...]) -> tuple[int, ...]:
    """The shape with 1 in the place of each reduced dimension."""
    return tuple(1 if i in dims else n for i, n in enumerate(shape))


def sizes(size: tuple[Any, ...]) -> tuple[int, ...]:
    """Sizes given one by one or as one sequence."""
    if len(size) == 1 and isinstance(size[0], Sequence):
        size = tuple(size[0])
    return tuple(operator.index(n) for n in size)


def along(dim: int, item: Any) -> tuple[Any, ...]:
    """The key that indexes dimension `dim` with `item` and takes the others whole."""
    return (*(slice(None),) * dim, item, ...)
