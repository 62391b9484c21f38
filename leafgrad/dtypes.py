"""dtypes are NumPy's, under PyTorch's names; and PyTorch's rules of what meets what."""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np

__all__ = [
    "bool",
    "cdouble",
    "cfloat",
    "complex64",
    "complex128",
    "double",
    "float",
    "float16",
    "float32",
    "float64",
    "get_default_dtype",
    "half",
    "int",
    "int8",
    "int16",
    "int32",
    "int64",
    "long",
    "result_type",
    "set_default_dtype",
    "short",
    "uint8",
]

float16 = half = np.dtype(np.float16)
float32 = float = np.dtype(np.float32)
float64 = double = np.dtype(np.float64)
complex64 = cfloat = np.dtype(np.complex64)
complex128 = cdouble = np.dtype(np.complex128)
int8 = np.dtype(np.int8)
int16 = short = np.dtype(np.int16)
int32 = int = np.dtype(np.int32)
int64 = long = np.dtype(np.int64)
uint8 = np.dtype(np.uint8)
bool = np.dtype(np.bool_)

_default = float32


def get_default_dtype() -> np.dtype[Any]:
    """The dtype of tensors made from Python floats.

    >>> get_default_dtype()
    dtype('float32')
    """
    return _default


def set_default_dtype(dtype: Any) -> None:
    """Set the dtype of tensors made from Python floats; a TypeError unless it is a float dtype."""
    global _default
    wanted = np.dtype(dtype)
    if wanted.kind != "f":
        raise TypeError(f"set_default_dtype: only floating-point dtypes can be the default, got {wanted}")
    _default = wanted


def rank(dtype: np.dtype[Any]) -> Any:
    """The category's place among bool < integer (of any sign) < float < complex."""
    return "bifc".index(dtype.kind.replace("u", "i"))


def _scalar_dtype(value: Any) -> np.dtype[Any]:
    """The dtype that a Python number stands for where nothing else decides."""
    if isinstance(value, np.bool_ | builtins.bool):
        return bool
    if isinstance(value, builtins.int):
        return int64
    return np.result_type(_default, np.complex64) if isinstance(value, complex) else _default


def result_type(*operands: Any) -> np.dtype[Any]:
    """PyTorch's promotion, for arrays and Python numbers.

    The highest category wins, and within it tensors with dimensions come before 0-d tensors, and
    those before Python numbers: a lower kind of operand takes part only where its category is
    higher. Source: "Type promotion", in the documentation of `torch.Tensor` attributes.

    >>> result_type(np.zeros(3, np.float32), np.float64(1.0) * np.ones(()), 2)
    dtype('float32')
    """
    groups: list[list[np.dtype[Any]]] = [[], [], []]  # with dimensions, 0-d, numbers
    for x in operands:
        if hasattr(x, "dtype"):
            groups[0 if x.ndim else 1].append(x.dtype)
        else:
            groups[2].append(_scalar_dtype(x))
    result: np.dtype[Any] | None = None
    for group in groups:
        if group:
            dtype = group[0]
            for other in group[1:]:
                dtype = _promote(dtype, other)
            if result is None or rank(dtype) > rank(result):
                of_floats = result is not None and result.kind == "f"
                result = np.result_type(result, np.complex64) if of_floats else dtype  # keeps their precision
    assert result is not None
    return result


def _promote(a: np.dtype[Any], b: np.dtype[Any]) -> np.dtype[Any]:
    """Of two dtypes of one standing: NumPy's answer, but integers never widen a float or a complex."""
    low, high = sorted((a, b), key=rank)
    if rank(low) < 2 <= rank(high):
        return high
    return np.promote_types(a, b)


def check_holds(op: str, dtype: np.dtype[Any], number: Any) -> None:
    """A RuntimeError unless the dtype can hold the number, by PyTorch's rule.

    Unsigned dtypes take negative integers too, which wrap around once; bool takes all.
    """
    if dtype.kind in "iu":
        top = builtins.int(np.iinfo(dtype).max)
        lowest = 0 if dtype.kind == "u" and isinstance(number, builtins.float) else -top - (dtype.kind == "i")
        fits = number.imag == 0 and lowest <= number.real <= top
    elif dtype.kind == "f":
        fits = number.imag == 0 and (not np.isfinite(number) or abs(number) <= np.finfo(dtype).max)
    else:
        fits = True
    if not fits:
        raise RuntimeError(f"{op}: dtype {dtype} cannot hold the value {number}; choose a wider one")
