"""Writing at a key: `x[key] = value`, `index_put`, and what every operation that writes somewhere shares.

`assigned` and `added` give a copy of a tensor with values at a key, or added there. A key is what
NumPy's indexing takes: slices, masks, integer arrays. Of values assigned to one element the last
wins, and it alone receives the gradient; of values added each counts.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from leafgrad.adding import add_at
from leafgrad.dtypes import check_holds
from leafgrad.errors import ShapeError
from leafgrad.inplace import overwrite, placed, write
from leafgrad.node import Array, Snapshot
from leafgrad.operands import operand
from leafgrad.ops.indexing import read, selected, split_key
from leafgrad.recording import astype, cast, record, unbroadcast, wrap_snapshot
from leafgrad.surface import public
from leafgrad.tensor import Tensor

__all__ = ["index_put"]


@public(function=False, method="__setitem__")
def assign(input: Tensor, key: Any, value: Any) -> None:
    """Write `value`, broadcast and cast, to the elements that the key names; of repeated ones the last wins.

    A RuntimeError for a number that the dtype cannot hold.
    """
    basic, arrays = split_key(key, input.shape)
    target = selected(input, (...,) if basic is None else basic)
    if isinstance(value, int | complex) or (isinstance(value, float) and input.dtype.kind not in "fc"):
        value = wrap_snapshot(filling("setitem", value, input.dtype))
    if arrays is None:
        overwrite("setitem", target, value)
    else:
        write("setitem", target, lambda old, new: assigned("setitem", old, arrays, new), value)


@public(twin=True)
def index_put(input: Any, indices: Any, values: Any, accumulate: bool = False) -> Tensor:
    """`input` with `input[indices] = values`, or with `accumulate` `+= values`, where each repetition counts.

    `indices` is a tuple of integer or bool tensors, `values` broadcasts. d = dx outside (everywhere,
    with `accumulate`), dvalues inside. A RuntimeError where dtypes differ or shapes do not fit, an
    IndexError where an index is out of range.

    >>> index_put(Tensor([1.0, 2.0]), (Tensor([0, 0], dtype=int),), Tensor(5.0), accumulate=True)
    tensor([11.,  2.])
    """
    if not isinstance(indices, tuple | list) or not all(isinstance(k, Tensor | np.ndarray) for k in indices):
        raise TypeError("index_put: indices must be a tuple of tensors; for other keys assign to x[key]")
    x, a = operand(input)
    _, key = split_key(tuple(np.atleast_1d(k.data if isinstance(k, Tensor) else k) for k in indices), a.shape)
    if key is None:
        raise ShapeError("index_put: indices must hold one tensor at least")
    read("index_put", a, key)
    check_same_dtype("index_put", x, values)
    return (added if accumulate else assigned)("index_put", x, key, values)


def assigned(
    op: str, input: Any, key: tuple[Any, ...], value: Any, *, unique: bool = False, region: Any = None
) -> Tensor:
    """`input` with `value`, broadcast and cast, at the key.

    `unique` says that it names no element twice, and `region` what shape it selects, where that is known.
    d = dx elsewhere, dvalue there (where it was the last).
    """
    x, a = operand(input)
    shape = a.shape
    region = read(op, a, key).shape if region is None else region
    y, b, new = placed(value, region)
    before, dtype = b.shape, b.dtype
    out = np.array(a)
    out[key] = new

    def of_value(g: Any) -> Any:
        seen = g[key] if unique else np.where(_lasting(key, region, shape), g[key], 0)
        return astype(unbroadcast(seen, before), dtype)

    return record(op, out, (x, lambda g: np.where(untouched(key, shape), g, 0)), (y, of_value))


def untouched(key: tuple[Any, ...], shape: tuple[int, ...]) -> Array:
    """True at the elements of that shape that the key does not name."""
    outside = np.ones(shape, bool)
    outside[key] = False
    return outside


def _lasting(key: tuple[Any, ...], region: tuple[int, ...], shape: tuple[int, ...]) -> Array:
    """True where an assignment at the key is the last one to its element."""
    number = np.empty(shape, np.intp)  # of the assignment that each element keeps
    order = np.arange(np.prod(region, dtype=int)).reshape(region)
    number[key] = order
    return np.asarray(number[key] == order)


def added(op: str, input: Any, key: tuple[Any, ...], value: Any, *, region: Any = None) -> Tensor:
    """`input` with `value`, broadcast, added at the key, whose region may be known, as often as it is named.

    d = dx + dvalue
    """
    x, a = operand(input)
    y, b, new = placed(value, read(op, a, key).shape if region is None else region)
    before = b.shape
    out = np.array(a)
    add_at(out, key, new)
    return record(op, out, (x, lambda g: g), (y, lambda g: unbroadcast(g[key], before)))


def check_same_dtype(op: str, input: Any, source: Any) -> None:
    """A RuntimeError unless both have one dtype; a TypeError for a number in the place of the source."""
    if isinstance(source, bool | int | float | complex):
        raise TypeError(f"{op}: the source must be a tensor, got the number {source}")
    a, b = operand(input)[1], operand(source)[1]
    if a.dtype != b.dtype:
        raise RuntimeError(f"{op}: the source must be of the input's dtype {a.dtype}, got {b.dtype}; convert it first")


def filling(op: str, value: Any, dtype: np.dtype[Any]) -> Snapshot:
    """The number or 0-d tensor that a tensor of this dtype is to be filled with, as an operand of that dtype.

    A RuntimeError where the dtype cannot hold it, a ShapeError for a value with dimensions.
    """
    if isinstance(value, bool | int | float | complex):
        check_holds(op, dtype, value)
        return Snapshot(np.asarray(value).astype(dtype))
    x, a = operand(value)
    if a.ndim:
        raise ShapeError(f"{op}: value must be a number or 0-d, got shape {a.shape}; use where()")
    if a.dtype != dtype:
        check_holds(op, dtype, a.item())
        x = cast(x, dtype)
    return x  # type: ignore[no-any-return]
