"""The largest and the smallest: their values, and where they are.

Where several elements are equally extreme, `amax`, `amin`, `aminmax` and `max()`/`min()` over
everything share the gradient evenly; `max(dim)`/`min(dim)` give it to the index that they return; all
as PyTorch. A NaN is larger, and smaller, than everything; where it is the result, `max()`/`min()`
give the gradient to the NaNs, and the gradient of the others is NaN.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from leafgrad.dims import kept_shape, one_dim, reduced_dims
from leafgrad.errors import EmptyError
from leafgrad.node import Array, Out
from leafgrad.operands import operand
from leafgrad.ops.indexing import scattered
from leafgrad.ops.reductions import shared
from leafgrad.ops.selection import maximum, minimum
from leafgrad.recording import like, record
from leafgrad.surface import public
from leafgrad.tensor import Tensor, wrap

__all__ = ["amax", "amin", "aminmax", "argmax", "argmin", "max", "min"]


class Found(NamedTuple):
    """What a search along a dimension returns: the values, and their indices in that dimension."""

    values: Tensor
    indices: Tensor


class Range(NamedTuple):
    """What `aminmax` returns."""

    min: Tensor
    max: Tensor


@public(np.amax, np.max)
def amax(input: Any, dim: Any = None, keepdim: bool = False) -> Tensor:
    """The largest element over all or some dimensions. d = the mean of dx over the largest elements

    An EmptyError, which is an IndexError, where there is none to choose from.

    >>> amax(Tensor([[1.0, 3.0], [5.0, 2.0]]), dim=1)
    tensor([3., 5.])
    """
    return _extreme("amax", np.max, input, dim, keepdim)


@public(np.amin, np.min)
def amin(input: Any, dim: Any = None, keepdim: bool = False) -> Tensor:
    """The smallest element over all or some dimensions. d = the mean of dx over the smallest elements

    An EmptyError, which is an IndexError, where there is none to choose from.

    >>> amin(Tensor([[1.0, 3.0], [5.0, 2.0]]), dim=1)
    tensor([1., 2.])
    """
    return _extreme("amin", np.min, input, dim, keepdim)


@public()
def aminmax(input: Any, *, dim: int | None = None, keepdim: bool = False) -> Range:
    """The pair (min, max) of `amin` and `amax`, over one dimension or all. d = as theirs

    >>> aminmax(Tensor([1.0, 3.0, 2.0]))
    Range(min=tensor(1.), max=tensor(3.))
    """
    over = None if dim is None else one_dim("aminmax", dim, np.ndim(input))
    return Range(_extreme("aminmax", np.min, input, over, keepdim), _extreme("aminmax", np.max, input, over, keepdim))


def _extreme(op: str, function: Any, input: Any, dim: Any, keepdim: bool) -> Tensor:
    x, a = operand(input, real=True)
    dims = reduced_dims(op, dim, a.ndim)
    shape, kept = a.shape, kept_shape(a.shape, dims)
    some_elements(op, a, dims)
    out = Out(function(a, axis=dims, keepdims=keepdim))

    def slope(g: Any) -> Any:
        value, extreme = like(x, g), np.reshape(like(out, g), kept)
        chosen = value == extreme
        if op in ("max", "min"):
            chosen = chosen | (np.isnan(value) & np.isnan(extreme))
        return shared(g, chosen, dims, kept, shape)

    return record(op, out, (x, slope))


def some_elements(op: str, a: Array, dims: tuple[int, ...]) -> None:
    """An EmptyError if one of the dimensions has no elements."""
    if 0 in [a.shape[d] for d in dims]:
        raise EmptyError(f"{op}: nothing to choose from in a tensor of shape {a.shape}; reduce another dimension")


@public()
def max(input: Any, dim: Any = None, keepdim: bool = False, *, other: Any = None) -> Any:
    """The largest element; with `dim`, the pair (values, indices); with a tensor, `maximum`.

    The gradient of `max(dim)` goes to the index returned, that of `max()` to all ties evenly. An
    EmptyError where there is no element to choose.

    >>> max(Tensor([[1.0, 3.0], [5.0, 2.0]]), dim=1)
    Found(values=tensor([3., 5.]), indices=tensor([1, 0]))
    """
    return _max_or_min("max", np.max, maximum, np.argmax, input, dim if other is None else other, keepdim)


@public()
def min(input: Any, dim: Any = None, keepdim: bool = False, *, other: Any = None) -> Any:
    """The smallest element; with `dim`, the pair (values, indices); with a tensor, `minimum`.

    The gradient of `min(dim)` goes to the index returned, that of `min()` to all ties evenly. An
    EmptyError where there is no element to choose.

    >>> min(Tensor([[1.0, 3.0], [5.0, 2.0]]), dim=1)
    Found(values=tensor([1., 2.]), indices=tensor([0, 1]))
    """
    return _max_or_min("min", np.min, minimum, np.argmin, input, dim if other is None else other, keepdim)


def _max_or_min(op: str, over_all: Any, of_two: Any, arg: Any, input: Any, dim: Any, keepdim: bool) -> Any:
    if isinstance(input, int | float):
        raise TypeError(f"{op}: expected a tensor, got the number {input}; Python's own {op} compares numbers")
    if dim is None:
        return _extreme(op, over_all, input, None, keepdim)
    if isinstance(dim, Tensor | np.ndarray):
        return of_two(input, dim)
    indices = _arg(op, arg, operand(input, real=True)[1], dim, True)
    return found(op, input, indices, dim, keepdim)


@public(np.argmax)
def argmax(input: Any, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """The index of the first largest element, along `dim` or of the flattened tensor.

    An EmptyError where there is no element to choose.

    >>> argmax(Tensor([[1.0, 3.0], [5.0, 2.0]]), dim=1).tolist()
    [1, 0]
    """
    return wrap(_arg("argmax", np.argmax, operand(input, real=True)[1], dim, keepdim))


@public(np.argmin)
def argmin(input: Any, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """The index of the first smallest element, along `dim` or of the flattened tensor.

    An EmptyError where there is no element to choose.

    >>> argmin(Tensor([[1.0, 3.0], [5.0, 2.0]]), dim=1).tolist()
    [0, 1]
    """
    return wrap(_arg("argmin", np.argmin, operand(input, real=True)[1], dim, keepdim))


def _arg(op: str, function: Any, a: Array, dim: int | None, keepdim: bool) -> Array:
    if op.startswith("arg") and a.dtype.kind == "b":
        raise RuntimeError(f"{op}: does not take bools; convert with .int() first")
    axis = None if dim is None else one_dim(op, dim, a.ndim)
    some_elements(op, a, tuple(range(a.ndim)) if axis is None or not a.ndim else (axis,))
    return function(a, axis=axis if a.ndim else None, keepdims=keepdim)


def found(op: str, input: Any, indices: Array, dim: int, keepdim: bool) -> Found:
    """The elements at the `indices`, one for each line along `dim`, and the indices; d values = dx there."""
    x, a = operand(input)
    if not a.ndim:
        return Found(record(op, np.copy(a), (x, lambda g: g)), wrap(indices))
    axis = one_dim(op, dim, a.ndim)
    values = picked(op, x, indices, axis, unique=True)
    if keepdim:
        return Found(values, wrap(indices))
    return Found(np.squeeze(values, axis), wrap(np.squeeze(indices, axis)))  # type: ignore[arg-type]


def picked(op: str, input: Any, indices: Array, axis: int, unique: bool) -> Tensor:
    """`np.take_along_axis`, recorded; `unique` says that no line of the indices names an element twice."""
    x, a = operand(input)
    shape = a.shape
    key = tuple(
        indices if d == axis else np.arange(n).reshape([-1 if e == d else 1 for e in range(a.ndim)])
        for d, n in enumerate(shape)
    )
    return record(op, a[key], (x, lambda g: scattered(g, key, shape, unique)))
