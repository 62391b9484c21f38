"""Indexing: by int, slice, `...`, None, masks, integer arrays, tensors, and mixtures of them.

A key is taken apart, as PyTorch does it: first what selects a view (ints, slices, `...`, None), then
the masks and integer arrays, which copy. Negative steps, which PyTorch refuses, work as in NumPy; an
array of uint8 is a mask, as in PyTorch. A list is one array of indices, as in NumPy, where PyTorch still
takes some lists for tuples, with a warning that it will not always. What writes at a key is in `assignment.py`.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from leafgrad.contributions import Part
from leafgrad.errors import BadIndexError
from leafgrad.inplace import view
from leafgrad.node import Array
from leafgrad.operands import operand
from leafgrad.recording import record
from leafgrad.surface import public
from leafgrad.tensor import Tensor


@public(function=False, method="__getitem__")
def index(input: Tensor, key: Any) -> Tensor:
    """The elements that the key names: a view for ints and slices, a copy for masks and arrays.

    d = dx there; an element named twice receives both. An IndexError where a key is out of range.

    >>> index(Tensor([1.0, 2.0, 3.0]), [0, 0, 2])
    tensor([1., 1., 3.])
    """
    basic, arrays = split_key(key, input.shape)
    if basic is not None:
        input = selected(input, basic)
    return input if arrays is None else taken("index", input, arrays)


def split_key(key: Any, shape: tuple[int, ...]) -> tuple[tuple[Any, ...] | None, tuple[Any, ...] | None]:
    """A key as two: what selects a view, and the arrays to index that view with; None for neither."""
    items = [_item(k) for k in (key if isinstance(key, tuple) else (key,))]
    if not any(isinstance(k, np.ndarray) for k in items):
        return tuple(items) if any(k is Ellipsis for k in items) else (*items, ...), None
    used = sum(k.ndim if _is_mask(k) else 1 for k in items if k is not None and k is not Ellipsis)
    if used > len(shape):
        raise IndexError(f"index: too many indices ({used}) for a tensor of shape {shape}")
    if not any(k is Ellipsis for k in items):
        items.append(Ellipsis)
    basic: list[Any] = []
    arrays: list[Any] = []
    for k in items:
        if isinstance(k, np.ndarray):
            if _is_mask(k) and k.size == 0:  # which NumPy takes for one of any shape
                place = sum(each is not None for each in basic)
                if k.shape != shape[place : place + k.ndim]:
                    raise IndexError(f"index: a mask of shape {k.shape} at dim {place} of a tensor of shape {shape}")
            basic += [slice(None)] * (k.ndim if _is_mask(k) else 1)
            arrays.append(k)
        elif k is Ellipsis:
            rest = len(shape) - used
            basic += [slice(None)] * rest
            arrays += [slice(None)] * rest
        else:
            basic.append(k)
            if not isinstance(k, int):
                arrays.append(slice(None))
    trivial = all(isinstance(k, slice) and k == slice(None) for k in basic)
    return None if trivial else (*basic, ...), tuple(arrays)


def _is_mask(k: Any) -> bool:
    return isinstance(k, np.ndarray) and k.dtype.kind == "b"


def _item(k: Any) -> Any:
    """One item of a key as NumPy takes it; arrays are copied, for the gradient needs them as they are."""
    if k is None or k is Ellipsis:
        return k
    if isinstance(k, slice):
        return slice(*(None if end is None else operator.index(end) for end in (k.start, k.stop, k.step)))
    if isinstance(k, Tensor):
        k = k.data
    if isinstance(k, np.ndarray) and k.dtype == np.uint8:
        return k.astype(bool)
    if isinstance(k, bool | np.bool_):
        return np.array(k)
    if isinstance(k, list | tuple | range):
        try:
            k = np.array([item.data if isinstance(item, Tensor) else item for item in k])
        except ValueError:
            raise IndexError(f"index: {k} is no array of indices; for several dimensions give a tuple") from None
        k = k.astype(np.intp) if k.size == 0 else k
    if isinstance(k, np.ndarray):
        if k.dtype.kind not in "iub":
            raise IndexError(f"index: arrays used as indices must hold integers or bools, got {k.dtype}")
        return int(k) if k.ndim == 0 and k.dtype.kind != "b" else k.copy()
    try:
        return operator.index(k)
    except TypeError:
        raise IndexError(
            f"index: only ints, slices, ..., None, and integer or bool arrays are indices, got {type(k).__name__}"
        ) from None


def selected(input: Tensor, key: tuple[Any, ...]) -> Tensor:
    """The view `input[key]` of ints, slices, `...` and None."""
    shape = input.shape
    return view("index", input, lambda a: read("index", a, key), lambda g: scattered(g, key, shape, unique=True))


def read(op: str, a: Any, key: tuple[Any, ...]) -> Any:
    """`a[key]`; an IndexError that names the op and the shape where the key is out of range."""
    try:
        if len(key) == 1 and a.__class__ is np.ndarray and a.ndim and a.flags.c_contiguous:
            (rows,) = key
            if rows.__class__ is np.ndarray and rows.dtype.kind in "iu":
                return a.take(rows, 0)  # the same, a third faster
        return a[key]
    except IndexError as error:
        raise IndexError(f"{op}: {error}, in a tensor of shape {a.shape}") from None


def taken(op: str, input: Any, key: tuple[Any, ...], *, unique: bool = False) -> Tensor:
    """`input[key]` by masks and integer arrays, copied; `unique` says that they name no element twice."""
    x, a = operand(input)
    shape = a.shape
    unique = unique or all(isinstance(k, slice) or _is_mask(k) for k in key)
    return record(op, read(op, a, key), (x, lambda g: scattered(g, key, shape, unique)))


def scattered(g: Any, key: Any, shape: tuple[int, ...], unique: bool) -> Any:
    """Zeros of the shape with `g` added at the key: the gradient of indexing."""
    if not isinstance(g, Tensor):
        return Part(key, g, unique)
    x, a = operand(g)
    return record("scatter", Part(key, a, unique).added_to(None, shape, a.dtype), (x, lambda h: h[key]))


def indices_of(op: str, index: Any, dtypes: str = "int32 int64") -> Array:
    """A copy of an array of indices, as int64; a BadIndexError unless its dtype is one of these, or there are none."""
    _, a = operand(index)
    if a.size and str(a.dtype) not in dtypes.split():
        wanted = dtypes.replace(" ", " or ")
        raise BadIndexError(f"{op}: the index must be of dtype {wanted}, got {a.dtype}; use .long()")
    return np.array(a, np.int64)


def check_bounds(op: str, index: Array, n: int, *, negative: bool = False) -> None:
    """A BadIndexError unless all are below `n`, and not negative (or, with `negative`, count from the end)."""
    lowest = -n if negative else 0
    if index.size and not (lowest <= index.min() and index.max() < n):
        wrong = index[(index < lowest) | (index >= n)].flat[0]
        raise BadIndexError(f"{op}: index {wrong} is out of range for {n} elements; give {lowest} to {n - 1}")
