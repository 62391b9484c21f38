"""PyTorch's oldest constructors, one for each dtype: `LongTensor([1, 2])`, and `LongTensor(2, 3)` by its sizes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from leafgrad import dtypes
from leafgrad.creation import empty, tensor
from leafgrad.tensor import Tensor

__all__ = [
    "BoolTensor", "ByteTensor", "CharTensor", "DoubleTensor", "FloatTensor", "HalfTensor", "IntTensor", "LongTensor",
    "ShortTensor",
]


def _constructor(name: str, dtype: np.dtype[Any]) -> Callable[..., Tensor]:
    def construct(*data: Any) -> Tensor:
        if len(data) == 1 and not isinstance(data[0], int):
            return tensor(data[0], dtype=dtype)
        return empty(*data, dtype=dtype) if data else empty(0, dtype=dtype)

    construct.__name__ = construct.__qualname__ = name
    construct.__module__ = __name__
    construct.__doc__ = f"""A tensor of {dtype}: of data, or of sizes, with memory as it happens to be.

    >>> {name}([1, 0]).dtype, {name}(2, 3).shape
    (dtype('{dtype}'), (2, 3))
    """
    return construct


BoolTensor = _constructor("BoolTensor", dtypes.bool)
ByteTensor = _constructor("ByteTensor", dtypes.uint8)
CharTensor = _constructor("CharTensor", dtypes.int8)
DoubleTensor = _constructor("DoubleTensor", dtypes.float64)
FloatTensor = _constructor("FloatTensor", dtypes.float32)
HalfTensor = _constructor("HalfTensor", dtypes.float16)
IntTensor = _constructor("IntTensor", dtypes.int32)
LongTensor = _constructor("LongTensor", dtypes.int64)
ShortTensor = _constructor("ShortTensor", dtypes.int16)
