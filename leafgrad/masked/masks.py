"""What a mask leaves out, replaced by what does not change the result."""

from __future__ import annotations

from typing import Any

import numpy as np

from leafgrad.node import Array
from leafgrad.operands import tensor_of
from leafgrad.ops.masking import where
from leafgrad.tensor import Tensor, wrap


def filled(op: str, input: Any, mask: Any, fill: Any) -> Tensor:
    """The input with `fill` outside the mask."""
    x = tensor_of(input)
    filled: Tensor = x if mask is None else where(shown(op, x.shape, mask), x, wrap(np.asarray(fill, x.dtype)))
    return filled


def shown(op: str, shape: tuple[int, ...], mask: Any) -> Array:
    """Where elements of an input of that shape take part."""
    chosen = tensor_of(mask)._now.array.astype(bool)
    if chosen.ndim > len(shape):
        raise IndexError(f"masked.{op}: a mask of shape {chosen.shape} has more dimensions than the input, {shape}")
    return np.broadcast_to(chosen, shape).copy()


def lowest(input: Any) -> Any:
    """What is larger than nothing, in the input's dtype."""
    dtype = tensor_of(input).dtype
    return -np.inf if dtype.kind in "fc" else np.iinfo(dtype).min


def highest(input: Any) -> Any:
    """What is smaller than nothing, in the input's dtype."""
    dtype = tensor_of(input).dtype
    return np.inf if dtype.kind in "fc" else np.iinfo(dtype).max
