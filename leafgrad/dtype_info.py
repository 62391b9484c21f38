"""What a dtype can hold, and what becomes of two dtypes that meet."""

from __future__ import annotations

from typing import Any

import numpy as np

from leafgrad.dtypes import get_default_dtype, rank, result_type

__all__ = ["can_cast", "finfo", "iinfo", "promote_types"]


def promote_types(type1: Any, type2: Any) -> np.dtype[Any]:
    """The dtype of what two tensors of these dtypes, both with dimensions, make together.

    >>> import leafgrad
    >>> promote_types(leafgrad.int64, leafgrad.float16)
    dtype('float16')
    """
    return result_type(np.empty(1, type1), np.empty(1, type2))


def can_cast(from_: Any, to: Any) -> bool:
    """Whether a value of one dtype may be written in place into another: one of its category, or a higher one.

    >>> import leafgrad
    >>> can_cast(leafgrad.int64, leafgrad.uint8), can_cast(leafgrad.float32, leafgrad.int64)
    (True, False)
    """
    return bool(rank(np.dtype(from_)) <= rank(np.dtype(to)))


class finfo:
    """The limits of a floating-point dtype (of its parts, if it is complex). A TypeError for another.

    >>> finfo("float32").eps
    1.1920928955078125e-07
    """

    def __init__(self, type: Any = None) -> None:
        dtype = get_default_dtype() if type is None else np.dtype(type)
        if dtype.kind not in "fc":
            raise TypeError(f"finfo: {dtype} is not a floating-point dtype; use iinfo")
        limits = np.finfo(dtype)
        self.bits = int(limits.bits)
        self.eps = float(limits.eps)
        self.max = float(limits.max)
        self.min = float(limits.min)
        self.tiny = self.smallest_normal = float(limits.smallest_normal)
        self.resolution = float(limits.resolution)
        self.dtype = limits.dtype.name

    def __repr__(self) -> str:
        return f"finfo(min={self.min:g}, max={self.max:g}, eps={self.eps:g}, tiny={self.tiny:g}, dtype={self.dtype})"


class iinfo:
    """The limits of an integer dtype. A TypeError for another.

    >>> iinfo("int8")
    iinfo(min=-128, max=127, dtype=int8)
    """

    def __init__(self, type: Any) -> None:
        dtype = np.dtype(type)
        if dtype.kind not in "iu":
            raise TypeError(f"iinfo: {dtype} is not an integer dtype; use finfo")
        limits = np.iinfo(dtype)
        self.bits = int(limits.bits)
        self.max = int(limits.max)
        self.min = int(limits.min)
        self.dtype = dtype.name

    def __repr__(self) -> str:
        return f"iinfo(min={self.min}, max={self.max}, dtype={self.dtype})"
