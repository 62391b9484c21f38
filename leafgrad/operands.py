"""What an operation is given, made into what it computes with: `operand`, `operands`, and their kin.

A tensor, an array, a list or a number becomes a snapshot, which closures may hold, and an array. Two
operands are promoted to one dtype by PyTorch's rules, and marked where broadcasting stretches them.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from leafgrad.dtypes import get_default_dtype, result_type
from leafgrad.errors import ShapeError
from leafgrad.node import Array, Snapshot
from leafgrad.recording import cast, stretched, wrap_snapshot
from leafgrad.tensor import Tensor, checked, from_python


def operand(x: Any, *, floating: bool = False, real: bool = False) -> tuple[Any, Array]:
    """What a closure may hold of `x`, and the array to compute with.

    With `floating`, integers and bools become the default float dtype; with `real`, complex numbers
    are a NotImplementedError, which is PyTorch's: they have no order, and not every function.
    """
    now = x._current() if isinstance(x, Tensor) else x if isinstance(x, Snapshot) else constant(x)
    if real and now.array.dtype.kind == "c":
        raise _not_of_complex(now.array.dtype)
    if floating and now.array.dtype.kind not in "fc":
        now = Snapshot(now.array.astype(get_default_dtype()))
    return now, now.array


def tensor_of(x: Any) -> Tensor:
    """`x` as a tensor, for an operation composed of others."""
    return x if isinstance(x, Tensor) else wrap_snapshot(operand(x)[0])


def floats(op: str, x: Any) -> tuple[Any, Array]:
    """`operand(x)` for what PyTorch has for floats alone; a NotImplementedError, which is PyTorch's, for others."""
    now, a = operand(x)
    if a.dtype.kind != "f":
        raise NotImplementedError(f"{op}: the input must hold floats, got {a.dtype}; call .float()")
    return now, a


def constant(x: Any, dtype: Any = None) -> Snapshot:
    """A snapshot of a number, a list or an array; of Python's in that dtype, or in the one inferred."""
    if isinstance(x, str | bytes | dict | set) or x is None:
        raise TypeError(f"{_calling_op()}: expected a tensor, an array or a number, got {type(x).__name__}")
    if isinstance(x, np.ndarray | np.generic) or hasattr(x, "__array_function__"):
        return Snapshot(checked(x))
    array = checked(from_python(x, dtype))
    if dtype is None and array.dtype.kind in "fc":  # Python's own floats are wider than the default
        default = get_default_dtype()
        array = array.astype(default if array.dtype.kind == "f" else np.result_type(default, np.complex64))
    return Snapshot(array)


def _calling_op() -> str:
    """The name of the public function, outside this file, that is being run."""
    frame: Any = sys._getframe(1)
    while frame.f_code.co_filename == __file__ or frame.f_code.co_name.startswith("_"):
        frame = frame.f_back
    return str(frame.f_code.co_name)


#: 0-d results are NumPy scalars of these classes inside, whose arithmetic is faster than that of 0-d arrays.
SCALARS = frozenset((np.float16, np.float32, np.float64))


#: What stays a number beside a tensor, and adapts to its dtype.
NUMBERS = bool | int | float | complex


def operands(x: Any, y: Any, bools: bool = True) -> tuple[Any, Any, Array, Array]:
    """What closures may hold of two operands, and their arrays, promoted to one dtype.

    An operand that broadcasting stretches is marked, so that `record` sums its gradient back. Python
    numbers stay what they are: NumPy, like PyTorch, lets them adapt to the array beside them. A
    ShapeError, naming the calling op, where the shapes do not broadcast; a RuntimeError for a bool
    beside another dtype, where it has no `bools`.
    """
    if isinstance(x, Tensor):
        x = x._now if x._view is None else x._current()
        a = x.array
        if isinstance(y, Tensor):
            y = y._now if y._view is None else y._current()
            b = y.array
            kind = a.__class__
            if kind is b.__class__ and kind in SCALARS:
                return x, y, a, b
            if a.dtype is b.dtype and a.shape == b.shape:
                return (x, y, a, b) if a.shape else (x, y, a[()], b[()])
        elif y.__class__ is float and a.dtype.kind == "f":
            return x, y, a, y
    x, y = _operand_or_number(x), _operand_or_number(y)
    if not bools and (_is_bool(x) or _is_bool(y)):
        raise RuntimeError(f"{_calling_op()}: is not defined for bools; use ^ or logical_xor(), or call .int() first")
    x, y, a, b = promoted(x, y)
    if a.__class__ is np.ndarray or b.__class__ is np.ndarray:
        shape = check_broadcast(np.shape(a), np.shape(b))
        x, y = stretched(x, shape), stretched(y, shape)
    elif not isinstance(x, Snapshot) and not isinstance(y, Snapshot):
        raise TypeError(f"{_calling_op()}: {x!r} and {y!r} are numbers; one operand at least must be a tensor")
    return x, y, a, b


def real_operands(x: Any, y: Any) -> tuple[Any, Any, Array, Array]:
    """`operands`, of which none may be complex, as for `operand(x, real=True)`."""
    x, y, a, b = operands(x, y)
    dtype = (a if hasattr(a, "dtype") else b).dtype
    if dtype.kind == "c":
        raise _not_of_complex(dtype)
    return x, y, a, b


def _not_of_complex(dtype: np.dtype[Any]) -> NotImplementedError:
    return NotImplementedError(f"{_calling_op()}: is not defined for {dtype}; take .real, .imag or .abs() of it")


def floating_operands(x: Any, y: Any) -> tuple[Snapshot, Snapshot, Array, Array]:
    """`operands` of a function of floats: integers and bools become the default float dtype, numbers arrays."""
    p, q, a, b = real_operands(x, y)
    dtype = (a if hasattr(a, "dtype") else b).dtype
    if dtype.kind != "f":
        dtype = get_default_dtype()
        p, q, *_ = operands(in_floats(x), in_floats(y))
    x, y = _in_dtype(p, dtype), _in_dtype(q, dtype)
    return x, y, x.array, y.array


def in_floats(x: Any) -> Any:
    """An operand whose integers are in the default float dtype, before promotion: beside bytes -1 would be 255."""
    x = _operand_or_number(x)
    return Snapshot(x.array.astype(get_default_dtype())) if isinstance(x, Snapshot) else x


def _in_dtype(x: Any, dtype: np.dtype[Any]) -> Snapshot:
    return x if isinstance(x, Snapshot) else Snapshot(np.asarray(x, dtype))


def operands_of_floats(x: Any, y: Any, kinds: str = "f") -> tuple[Any, Any, Array, Array]:
    """`operands` of a function that has no integer form: a NotImplementedError but for dtypes of these kinds."""
    x, y, a, b = operands(x, y)
    dtype = (a if hasattr(a, "dtype") else b).dtype
    if dtype.kind not in kinds:
        raise NotImplementedError(f"{_calling_op()}: is of floats, got {dtype}; call .float() first")
    return x, y, a, b


def check_broadcast(*shapes: tuple[int, ...]) -> tuple[int, ...]:
    """The shape that these broadcast to; a ShapeError that names the calling op if they do not."""
    try:
        return np.broadcast_shapes(*shapes)
    except ValueError:
        raise ShapeError(
            f"{_calling_op()}: shapes {' and '.join(map(str, shapes))} cannot be broadcast together; "
            "each dimension must be equal, or 1, counted from the right"
        ) from None


def _operand_or_number(x: Any) -> Any:
    if isinstance(x, np.generic):  # np.float64 is a Python float to PyTorch: it never widens
        x = x.item()
    if isinstance(x, NUMBERS | Snapshot):
        return x
    return operand(x)[0]


def _is_bool(x: Any) -> bool:
    return x.array.dtype.kind == "b" if isinstance(x, Snapshot) else isinstance(x, bool)


def promoted(x: Any, y: Any) -> tuple[Any, Any, Array, Array]:
    a = x.array if isinstance(x, Snapshot) else x
    b = y.array if isinstance(y, Snapshot) else y
    dtype = result_type(a, b)
    if isinstance(x, Snapshot) and a.dtype != dtype:
        x = cast(x, dtype)
        a = x.array
    if isinstance(y, Snapshot) and b.dtype != dtype:
        y = cast(y, dtype)
        b = y.array
    if dtype.kind in "iu":
        x, y, a, b = (wrapped_around(n, dtype) if n.__class__ is int else n for n in (x, y, a, b))
    return x, y, a, b


def wrapped_around(n: int, dtype: np.dtype[Any]) -> int:
    """The integer that the bits of `n` mean in this dtype, as PyTorch has it: 300 is 44 among bytes."""
    bounds = np.iinfo(dtype)
    return n if bounds.min <= n <= bounds.max else (n - bounds.min) % 2**bounds.bits + bounds.min
