"""Choosing between values: `where`, the larger and the smaller, bounds and rectifiers.

At a tie `maximum`, `minimum`, `amax`, `amin` and `max()`/`min()` over everything share the gradient
evenly; `max(dim)`/`min(dim)` give it to the index that they return; all as PyTorch.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from leafgrad.dims import kept_shape, one_dim, reduced_dims
from leafgrad.dtypes import result_type
from leafgrad.errors import EmptyError, ShapeError
from leafgrad.masking import kept
from leafgrad.node import Array, Out
from leafgrad.ops.indexing import taken
from leafgrad.ops.reductions import shared
from leafgrad.recording import check_broadcast, elementwise, like, operand, operands, record
from leafgrad.surface import public
from leafgrad.tensor import Tensor, wrap

__all__ = [
    "amax", "amin", "clamp", "clip", "leaky_relu", "masked_fill", "max", "maximum", "min", "minimum", "relu",
    "threshold", "where",
]


class Extreme(NamedTuple):
    """What `max(dim)` and `min(dim)` return: the values, and their (first) indices along `dim`."""

    values: Tensor
    indices: Tensor


@public(np.where, method=False)
def where(condition: Any, input: Any = None, other: Any = None) -> Any:
    """`input` where the condition holds, else `other`; all three broadcast. d = dx or dy, as chosen

    With the condition alone, the indices where it holds, one tensor for each dimension. As a method
    it is `input.where(condition, other)`.

    >>> where(Tensor([1.0, -1.0]) > 0, Tensor([1.0, 2.0]), 0)
    tensor([1., 0.])
    """
    c, chosen = operand(condition)
    if input is None and other is None:
        return tuple(wrap(indices) for indices in np.nonzero(chosen))
    x, y, a, b = operands(input, other)
    if not hasattr(a, "dtype") and not hasattr(b, "dtype"):
        a = np.asarray(a, result_type(a, b))
    check_broadcast(chosen.shape, np.shape(a), np.shape(b))
    return elementwise(
        "where",
        np.where(chosen, a, b),
        (x, lambda g: kept(g, like(c, g))),
        (y, lambda g: kept(g, np.logical_not(like(c, g)))),
    )


@public(function=False, method="where")
def where_method(input: Tensor, condition: Any, other: Any) -> Any:
    """This tensor where the condition holds, else `other`."""
    return where(condition, input, other)


@public(twin=True)
def masked_fill(input: Any, mask: Any, value: Any) -> Tensor:
    """`input` with `value`, a number or a 0-d tensor, where the bool mask holds; mask broadcasts.

    The dtype stays. d = dx outside the mask, Σ dvalue inside. A RuntimeError for a mask that is not bool.

    >>> masked_fill(Tensor([1.0, 2.0]), Tensor([True, False], dtype=bool), -1)
    tensor([-1.,  2.])
    """
    _, chosen = operand(mask)
    if chosen.dtype.kind != "b":
        raise RuntimeError(f"masked_fill: the mask must be bool, got {chosen.dtype}; compare it with something")
    if np.ndim(value.data if isinstance(value, Tensor) else value):
        raise ShapeError(f"masked_fill: value must be a number or 0-d, got shape {value.shape}; use where()")
    filled: Tensor = where(mask, value, input)
    return filled.to(operand(input)[1].dtype)


@public(np.maximum)
def maximum(input: Any, other: Any) -> Tensor:
    """The larger of each pair, broadcast; NaN if either is. d = dx or dy; at a tie half of each

    >>> maximum(Tensor([1.0, 5.0]), 3)
    tensor([3., 5.])
    """
    x, y, a, b = operands(input, other)
    return record(
        "maximum",
        np.maximum(a, b),
        (x, lambda g: larger_share(g, like(x, g), like(y, g))),
        (y, lambda g: larger_share(g, like(y, g), like(x, g))),
    )


@public(np.minimum)
def minimum(input: Any, other: Any) -> Tensor:
    """The smaller of each pair, broadcast; NaN if either is. d = dx or dy; at a tie half of each

    >>> minimum(Tensor([1.0, 5.0]), 3)
    tensor([1., 3.])
    """
    x, y, a, b = operands(input, other)
    return record(
        "minimum",
        np.minimum(a, b),
        (x, lambda g: larger_share(g, like(y, g), like(x, g))),
        (y, lambda g: larger_share(g, like(x, g), like(y, g))),
    )


def larger_share(g: Any, mine: Any, theirs: Any) -> Any:
    """`g` where mine is the larger, half of it at a tie."""
    return np.where(mine < theirs, 0, np.where(mine == theirs, g / 2, g))


@public(np.amax, np.max)
def amax(input: Any, dim: Any = None, keepdim: bool = False) -> Tensor:
    """The largest element over all or some dimensions. Ties share the gradient evenly.

    >>> amax(Tensor([[1.0, 3.0], [5.0, 2.0]]), dim=1)
    tensor([3., 5.])
    """
    return _extreme("amax", np.max, input, dim, keepdim)


@public(np.amin, np.min)
def amin(input: Any, dim: Any = None, keepdim: bool = False) -> Tensor:
    """The smallest element over all or some dimensions. Ties share the gradient evenly.

    >>> amin(Tensor([[1.0, 3.0], [5.0, 2.0]]), dim=1)
    tensor([1., 2.])
    """
    return _extreme("amin", np.min, input, dim, keepdim)


def _extreme(op: str, function: Any, input: Any, dim: Any, keepdim: bool) -> Tensor:
    x, a = operand(input)
    dims = reduced_dims(op, dim, a.ndim)
    shape, kept = a.shape, kept_shape(a.shape, dims)
    _some_elements(op, a, dims)
    out = Out(function(a, axis=dims, keepdims=keepdim))

    def slope(g: Any) -> Any:
        value, extreme = like(x, g), np.reshape(like(out, g), kept)
        chosen = (value == extreme) | (np.isnan(value) & np.isnan(extreme))
        return shared(g, chosen, dims, kept, shape)

    return record(op, out, (x, slope))


def _some_elements(op: str, a: Array, dims: tuple[int, ...]) -> None:
    if any(a.shape[d] == 0 for d in dims):
        raise EmptyError(f"{op}: no largest or smallest among no elements, in a tensor of shape {a.shape}")


@public()
def max(input: Any, dim: Any = None, keepdim: bool = False) -> Any:
    """The largest element; with `dim`, the pair (values, indices); with a tensor, `maximum`.

    The gradient of `max(dim)` goes to the index returned, that of `max()` to all ties evenly.

    >>> max(Tensor([[1.0, 3.0], [5.0, 2.0]]), dim=1)
    Extreme(values=tensor([3., 5.]), indices=tensor([1, 0]))
    """
    return _max_or_min("max", amax, maximum, np.argmax, input, dim, keepdim)


@public()
def min(input: Any, dim: Any = None, keepdim: bool = False) -> Any:
    """The smallest element; with `dim`, the pair (values, indices); with a tensor, `minimum`.

    The gradient of `min(dim)` goes to the index returned, that of `min()` to all ties evenly.

    >>> min(Tensor([[1.0, 3.0], [5.0, 2.0]]), dim=1)
    Extreme(values=tensor([1., 2.]), indices=tensor([0, 1]))
    """
    return _max_or_min("min", amin, minimum, np.argmin, input, dim, keepdim)


def _max_or_min(op: str, over_all: Any, of_two: Any, arg: Any, input: Any, dim: Any, keepdim: bool) -> Any:
    if dim is None:
        return over_all(input, None, keepdim)
    if isinstance(dim, Tensor | np.ndarray):
        return of_two(input, dim)
    _, a = operand(input)
    axis = one_dim(op, dim, a.ndim)
    if a.ndim == 0:
        return Extreme(over_all(input), wrap(np.zeros((), np.int64)))
    _some_elements(op, a, (axis,))
    indices = arg(a, axis=axis, keepdims=True)
    key = tuple(
        indices if d == axis else np.arange(n).reshape([-1 if e == d else 1 for e in range(a.ndim)])
        for d, n in enumerate(a.shape)
    )
    values = taken(op, input, key)
    if keepdim:
        return Extreme(values, wrap(indices))
    return Extreme(np.squeeze(values, axis), wrap(np.squeeze(indices, axis)))  # type: ignore[arg-type]


@public(twin=True, names=("clip",))
def clamp(input: Any, min: Any = None, max: Any = None) -> Tensor:
    """`input` kept between the bounds, numbers or tensors, either of them optional.

    d = dx where it is within (bounds included), else that of the bound it met. A ShapeError without
    any bound. Where min > max, the result is max.

    >>> clamp(Tensor([-2.0, 0.5, 2.0]), 0, 1)
    tensor([0.0000, 0.5000, 1.0000])
    """
    if min is None and max is None:
        raise ShapeError("clamp: at least one of min and max must be given")
    if max is None:
        return _bounded(input, min, np.maximum, np.greater_equal, np.less)
    if min is None:
        return _bounded(input, max, np.minimum, np.less_equal, np.greater)
    if isinstance(min, Tensor | np.ndarray) or isinstance(max, Tensor | np.ndarray):
        return clamp(clamp(input, min=min), max=max)
    x, low, a, b = operands(input, min)
    x, high, a, c = operands(x, max)
    return record(
        "clamp",
        np.minimum(np.maximum(a, b), c),
        (x, lambda g: kept(g, (like(x, g) >= low) & (like(x, g) <= high))),
    )


clip = clamp


def _bounded(input: Any, bound: Any, function: Any, within: Any, beyond: Any) -> Tensor:
    """Clamped on one side; a NaN is neither within the bound nor beyond it."""
    x, y, a, b = operands(input, bound)
    return record(
        "clamp",
        function(a, b),
        (x, lambda g: kept(g, within(like(x, g), like(y, g)))),
        (y, lambda g: kept(g, beyond(like(x, g), like(y, g)))),
    )


@public(method=False)
def threshold(input: Any, threshold: float, value: float) -> Tensor:
    """`input` where it is above the threshold, else `value`. d = dx there, else 0

    >>> threshold(Tensor([0.5, 2.0]), 1.0, -1.0)
    tensor([-1.,  2.])
    """
    x, a = operand(input)
    out = np.where(a <= threshold, a.dtype.type(value), a)
    return record("threshold", out, (x, lambda g: np.where(like(x, g) <= threshold, 0, g)))


@public(twin=True)
def relu(input: Any) -> Tensor:
    """`max(x, 0)`. d = dx where x > 0, else 0 (at 0 too)

    >>> relu(Tensor([-1.0, 2.0]))
    tensor([0., 2.])
    """
    x, a = operand(input)
    out = Out(np.maximum(a, 0))
    return record("relu", out, (x, lambda g: kept(g, like(out, g) != 0)))


@public(method=False)
def leaky_relu(input: Any, negative_slope: float = 0.01) -> Tensor:
    """`x` where it is positive, else `negative_slope x`. d = dx, or negative_slope dx

    >>> leaky_relu(Tensor([-1.0, 2.0]), 0.1)
    tensor([-0.1000,  2.0000])
    """
    x, a = operand(input, floating=True)
    return record(
        "leaky_relu",
        np.where(a > 0, a, a * negative_slope),
        (x, lambda g: np.where(like(x, g) > 0, g, g * negative_slope)),
    )
