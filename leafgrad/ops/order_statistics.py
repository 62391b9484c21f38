"""What sorting finds: medians, quantiles, and the most frequent value.

A value found along a dimension is one of the input's elements, and takes the gradient there; of
equal elements it is the one that a stable sort puts at that place.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from leafgrad.dims import kept_shape, one_dim, reduced_dims
from leafgrad.errors import EmptyError, ShapeError
from leafgrad.node import Array
from leafgrad.operands import operand
from leafgrad.ops.arithmetic import lerp
from leafgrad.ops.extremes import Found, found, picked, some_elements
from leafgrad.ops.masking import where
from leafgrad.ops.reductions import shared
from leafgrad.recording import record, wrap_snapshot
from leafgrad.surface import public
from leafgrad.tensor import Tensor

__all__ = ["median", "mode", "nanmedian", "nanquantile", "quantile"]


@public()
def median(input: Any, dim: int | None = None, keepdim: bool = False) -> Any:
    """The element in the middle, the lower of two; with `dim`, the pair (values, indices).

    A NaN is the median of what contains it; of nothing it is NaN. The gradient of `median(dim)` goes to
    the index returned, that of `median()` to all elements equal to it evenly. A NotImplementedError for
    bools, an EmptyError along an empty dimension.

    >>> median(Tensor([[1.0, 3.0, 2.0]]), dim=1)
    Found(values=tensor([2.]), indices=tensor([2]))
    """
    return _median("median", input, dim, keepdim)


@public()
def nanmedian(input: Any, dim: int | None = None, keepdim: bool = False) -> Any:
    """`median` of the elements that are not NaN, or NaN if all are.

    >>> nanmedian(Tensor([1.0, float("nan"), 3.0, 2.0]))
    tensor(2.)
    """
    return _median("nanmedian", input, dim, keepdim)


def _median(op: str, input: Any, dim: int | None, keepdim: bool) -> Any:
    x, a = operand(input, real=True)
    axis = 0 if dim is None else one_dim(op, dim, a.ndim)
    if a.dtype.kind == "b":
        raise NotImplementedError(f"{op}: bools have no median; convert with .int() first")
    if dim is None:
        flat, shape, kept, everything = a.reshape(-1), a.shape, (1,) * a.ndim, tuple(range(a.ndim))
        middle = flat[_middle(op, flat, 0)[0]] if a.size else np.array(np.nan).astype(a.dtype)
        equal = np.isnan(a) if np.isnan(middle) else a == middle
        return record(op, np.array(middle), (x, lambda g: shared(g, equal, everything, kept, shape)))
    some_elements(op, a, (axis,) if a.ndim else ())
    return found(op, x, _middle(op, a, axis) if a.ndim else np.zeros((), np.int64), axis, keepdim)


def _middle(op: str, a: Array, axis: int) -> Array:
    """Where the medians along the axis are, which is kept; the first NaN where that is the median."""
    order = np.argsort(a, axis=axis, kind="stable")  # NaNs come last
    n = a.shape[axis]
    hole = np.isnan(a)
    holes = np.sum(hole, axis=axis, keepdims=True)
    last = n - 1 - holes
    rank = np.maximum(last, 0) // 2 if op == "nanmedian" else np.where(holes > 0, last + 1, (n - 1) // 2)
    return np.take_along_axis(order, rank, axis)


@public()
def mode(input: Any, dim: int = -1, keepdim: bool = False) -> Found:
    """The most frequent value along `dim`, the smallest of several, and the index of its last occurrence.

    d = dx at that index. NaNs are all different. An EmptyError along an empty dimension.

    >>> mode(Tensor([1.0, 3.0, 2.0, 3.0]))
    Found(values=tensor(3.), indices=tensor(3))
    """
    x, a = operand(input, real=True)
    axis = one_dim("mode", dim, a.ndim)
    if not a.ndim:
        return found("mode", x, np.zeros((), np.int64), axis, keepdim)
    some_elements("mode", a, (axis,))
    order = np.argsort(a, axis=axis, kind="stable")
    ordered = np.take_along_axis(a, order, axis)
    place = np.arange(a.shape[axis]).reshape([-1 if d == axis else 1 for d in range(a.ndim)])
    starts = np.not_equal(ordered, np.roll(ordered, 1, axis)) & (place > 0)
    run = place - np.maximum.accumulate(np.where(starts, place, 0), axis)  # how many equal ones came before
    return found("mode", x, np.take_along_axis(order, np.argmax(run, axis, keepdims=True), axis), axis, keepdim)


@public()
def quantile(
    input: Any, q: Any, dim: int | None = None, keepdim: bool = False, *, interpolation: str = "linear"
) -> Tensor:
    """The q-quantiles, for a q in [0, 1] or a vector of them, over all elements or along `dim`.

    At the rank q (n - 1) among the n sorted elements; between two of them, of values a and b at the
    fraction f, `interpolation` takes "linear" (a + f (b - a)), "lower" (a), "higher" (b), "midpoint", or
    "nearest" (half to even). A vector q becomes the first dimension. NaN where there is one. d = that of
    a and b, weighted so. RuntimeErrors for other dtypes than float32 and float64, a `q` of another dtype or
    out of range, no elements, and an unknown interpolation.

    >>> quantile(Tensor([1.0, 2.0, 3.0, 5.0]), Tensor([0.5, 1.0]))
    tensor([2.5000, 5.0000])
    """
    return _quantile("quantile", input, q, dim, keepdim, interpolation)


@public()
def nanquantile(
    input: Any, q: Any, dim: int | None = None, keepdim: bool = False, *, interpolation: str = "linear"
) -> Tensor:
    """`quantile` of the elements that are not NaN, or NaN where all are.

    >>> nanquantile(Tensor([1.0, float("nan"), 3.0]), 0.5)
    tensor(2.)
    """
    return _quantile("nanquantile", input, q, dim, keepdim, interpolation)


#: The rank between two, as each interpolation takes it; the others look at both neighbours.
_ROUNDED: dict[str, Any] = {"lower": np.floor, "higher": np.ceil, "nearest": np.round}


def _quantile(op: str, input: Any, q: Any, dim: int | None, keepdim: bool, interpolation: str) -> Tensor:
    x, a = operand(input, real=True)
    share = wrap_snapshot(operand(q if hasattr(q, "dtype") else np.asarray(q, a.dtype))[0])
    _check_quantile(op, a, share._now.array, interpolation)
    dims = reduced_dims(op, dim, a.ndim)
    rest = [d for d in range(a.ndim) if d not in dims]
    lines = wrap_snapshot(x).permute(*rest, *dims).reshape(*[a.shape[d] for d in rest], -1)
    values = _interpolated(op, lines, share.reshape(-1), interpolation)
    shape = kept_shape(a.shape, dims) if keepdim else tuple(a.shape[d] for d in rest)
    return values.permute(-1, *range(values.ndim - 1)).reshape(share.shape + shape)


def _interpolated(op: str, lines: Tensor, q: Tensor, interpolation: str) -> Tensor:
    """The quantiles of each line of the last dimension: one in its place for each q."""
    a = lines._now.array
    hole = np.isnan(a)
    if op == "nanquantile":
        rank = q * np.maximum(np.sum(~hole, axis=-1, keepdims=True) - 1, 0).astype(a.dtype)
    else:
        broken = np.any(hole, axis=-1, keepdims=True)
        rank = where(broken, a.shape[-1] - 1, q * (a.shape[-1] - 1))
    place = rank._now.array
    order = np.argsort(a, axis=-1, kind="stable")

    def at(ranks: Array) -> Tensor:
        return picked(op, lines, np.take_along_axis(order, ranks.astype(np.int64), -1), a.ndim - 1, unique=False)

    if interpolation in _ROUNDED:
        return at(_ROUNDED[interpolation](place))
    below, above = at(np.floor(place)), at(np.ceil(place))
    fraction = 0.5 if interpolation == "midpoint" else rank - np.floor(place)
    interpolated: Tensor = lerp(below, above, fraction)
    return interpolated


def _check_quantile(op: str, a: Array, q: Array, interpolation: str) -> None:
    if a.dtype not in (np.float32, np.float64):
        raise RuntimeError(f"{op}: needs a float32 or float64 tensor, got {a.dtype}; convert with .float()")
    if not a.size:
        raise EmptyError(f"{op}: no quantile among no elements, in a tensor of shape {a.shape}")
    if q.ndim > 1:
        raise ShapeError(f"{op}: q must be a number or a vector, got shape {q.shape}")
    if q.dtype != a.dtype:
        raise RuntimeError(f"{op}: q must have the input's dtype {a.dtype}, got {q.dtype}; convert it with .to()")
    if not np.all((q >= 0) & (q <= 1)):
        raise RuntimeError(f"{op}: q must be within [0, 1], got {q}")
    if interpolation not in ("linear", "midpoint", *_ROUNDED):
        raise RuntimeError(
            f"{op}: interpolation must be linear, lower, higher, midpoint or nearest, got {interpolation!r}"
        )
