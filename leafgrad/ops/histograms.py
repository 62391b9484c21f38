"""Counting in bins, and finding the bin: nothing here has a gradient."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod as size_of
from typing import Any, NamedTuple

import numpy as np

from leafgrad.errors import ShapeError
from leafgrad.node import Array
from leafgrad.operands import operand
from leafgrad.surface import public
from leafgrad.tensor import Tensor, wrap

__all__ = ["bincount", "bucketize", "histc", "histogram", "histogramdd", "searchsorted"]


class Histogram(NamedTuple):
    """What `histogram` and `histogramdd` return: the counts, and the edges of the bins of each dimension."""

    hist: Tensor
    bin_edges: Any


@public()
def histc(input: Any, bins: int = 100, min: float = 0, max: float = 0) -> Tensor:
    """How many elements are in each of `bins` equal parts of [min, max], both ends included.

    With `min == max` the range is that of the elements. What lies outside is not counted.
    A NotImplementedError for integers, RuntimeErrors for bins < 1 and a range that is empty or infinite.

    >>> histc(Tensor([1.0, 2.0, 1.0]), bins=4, min=0, max=3)
    tensor([0., 2., 1., 0.])
    """
    _, a = operand(input)
    _check_bins("histc", a, bins)
    if max < min:
        raise RuntimeError(f"histc: max must be larger than min, got {max} and {min}")
    low, high = _range("histc", a, min, max, margin=1)
    if not np.isfinite((high - low) * bins):
        raise RuntimeError(f"histc: the range [{low}, {high}] is too wide for {a.dtype}; convert with .double()")
    inside = a[(a >= low) & (a <= high)]
    part = np.minimum(((inside - low) * bins / (high - low)).astype(np.int64), bins - 1)
    return wrap(np.bincount(part, minlength=bins).astype(a.dtype))


def _check_bins(op: str, a: Array, bins: int) -> None:
    if a.dtype.kind != "f":
        raise NotImplementedError(f"{op}: needs a floating-point tensor, got {a.dtype}; call .float() first")
    if bins < 1:
        raise RuntimeError(f"{op}: bins must be at least 1, got {bins}")


def _range(op: str, a: Array, low: Any, high: Any, margin: float) -> tuple[Any, Any]:
    """The range of the bins in `a`'s dtype: the one given, or the elements' own; never of no length."""
    if low == high and a.size:
        low, high = np.min(a), np.max(a)
    if not (np.isfinite(low) and np.isfinite(high)):
        raise RuntimeError(f"{op}: the range [{low}, {high}] is not finite; give one")
    if low == high:
        low, high = low - margin, high + margin
    return a.dtype.type(low), a.dtype.type(high)


@public()
def histogram(
    input: Any, bins: Any, *, range: Sequence[float] | None = None, weight: Any = None, density: bool = False
) -> Histogram:
    """The pair (hist, bin_edges) of all elements: `bins` equal ones, or a vector of increasing edges.

    `range`, unless it is the elements' own, is for equal bins. A bin has its left edge, the last one
    both. `weight` has `input`'s shape and counts each element so much; `density` divides by the total
    and the bins' widths. Errors as `histogramdd`.

    >>> histogram(Tensor([1.0, 2.0, 1.0]), 2, range=(0.0, 3.0)).hist
    tensor([2., 1.])
    """
    _, a = operand(input)
    flat = None if weight is None else operand(weight)[1]
    if flat is not None and flat.shape != a.shape:
        raise ShapeError(f"histogram: weight must have the input's shape {a.shape}, got {flat.shape}")
    edges = [_edges("histogram", a.reshape(-1), bins, range)]
    counts = _counts("histogram", a.reshape(-1, 1), edges, None if flat is None else flat.reshape(-1), density)
    return Histogram(wrap(counts), wrap(edges[0]))


@public(method=False)
def histogramdd(
    input: Any, bins: Any, range: Sequence[float] | None = None, weight: Any = None, density: bool = False
) -> Histogram:
    """The histogram of points, (..., N) -> one dimension for each of the N coordinates; and N vectors of edges.

    `bins` is a number, one for each coordinate, or a vector of edges for each; `range` the lowest and
    the highest edge of each coordinate in turn, (low_1, high_1, low_2, ...). Otherwise as `histogram`.
    A NotImplementedError for integers, and RuntimeErrors for bins, edges, ranges and weights that do not fit.

    >>> histogramdd(Tensor([[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), bins=2).hist
    tensor([[0., 1.],
            [1., 1.]])
    """
    _, a = operand(input)
    if a.ndim < 2:
        raise ShapeError(f"histogramdd: needs points, a tensor of at least 2 dimensions, got shape {a.shape}")
    n = a.shape[-1]
    bins = bins if isinstance(bins, Sequence) else [bins] * n
    if len(bins) != n:
        raise ShapeError(f"histogramdd: bins must be given for each of the {n} coordinates, got {len(bins)}")
    if range is not None and len(range) != 2 * n:
        raise ShapeError(f"histogramdd: range must have two ends for each of the {n} coordinates, got {len(range)}")
    w = None if weight is None else operand(weight)[1]
    if w is not None and w.shape != a.shape[:-1]:
        raise ShapeError(f"histogramdd: weight must have the points' shape {a.shape[:-1]}, got {w.shape}")
    points = a.reshape(size_of(a.shape[:-1]), n)
    ends: Any = [None] * n if range is None else zip(range[::2], range[1::2], strict=True)
    edges = [_edges("histogramdd", a, each, end) for a, each, end in zip(points.T, bins, ends, strict=True)]
    counts = _counts("histogramdd", points, edges, None if w is None else w.reshape(-1), density)
    return Histogram(wrap(counts), tuple(wrap(edge) for edge in edges))


def _edges(op: str, a: Array, bins: Any, ends: Any) -> Array:
    """The edges given, or those of so many equal bins, counted from both ends as PyTorch does."""
    if isinstance(bins, Tensor | np.ndarray):
        edges = np.copy(operand(bins)[1])
        if edges.dtype != a.dtype or edges.ndim != 1:
            raise RuntimeError(
                f"{op}: the edges must be a vector of dtype {a.dtype}, got {edges.dtype} of shape {edges.shape}"
            )
        _check_bins(op, a, len(edges) - 1)
        return edges
    _check_bins(op, a, bins)
    low, high = (0, 0) if ends is None else ends
    if low > high:
        raise RuntimeError(f"{op}: the range's low end must not exceed the high one, got [{low}, {high}]")
    if ends is None and not a.size:
        low, high = 0, 1
    low, high = _range(op, a if ends is None else a[:0], low, high, margin=0.5)
    step = (high - low) / bins
    number = np.arange(bins + 1)
    return np.where(number < (bins + 1) // 2, low + step * number, high - step * (bins - number)).astype(a.dtype)


def _counts(op: str, points: Array, edges: list[Array], weight: Array | None, density: bool) -> Array:
    """The weights added up in each bin."""
    if weight is not None and weight.dtype != points.dtype:
        raise RuntimeError(f"{op}: weight must have the input's dtype {points.dtype}, got {weight.dtype}")
    shape = tuple(len(edge) - 1 for edge in edges)
    inside = np.ones(len(points), bool)
    numbers = []
    for a, edge, n in zip(points.T, edges, shape, strict=True):
        inside &= (a >= edge[0]) & (a <= edge[-1])
        numbers.append(np.clip(np.searchsorted(edge, a, side="right") - 1, 0, n - 1))
    places = np.ravel_multi_index([number[inside] for number in numbers], shape)
    amounts = None if weight is None else weight[inside]
    hist = np.bincount(places, amounts, size_of(shape)).reshape(shape).astype(points.dtype)
    if density:
        hist = hist / np.sum(hist)
        for i, edge in enumerate(edges):
            hist = hist / np.diff(edge).reshape([-1 if d == i else 1 for d in range(len(edges))])
    return hist


@public(np.bincount)
def bincount(input: Any, weights: Any = None, minlength: int = 0) -> Tensor:
    """How often each of 0, 1, ... occurs in a vector of integers, or the sum of the weights where it does.

    Counts are int64; sums of float32 weights are float32, of others float64. RuntimeErrors for
    negative numbers, other shapes and minlength < 0, a NotImplementedError for floats and bools.

    >>> bincount(Tensor([1, 2, 1], dtype=int), minlength=4).tolist()
    [0, 2, 1, 0]
    """
    _, a = operand(input)
    if a.dtype.kind not in "iu":
        raise NotImplementedError(f"bincount: needs integers, got {a.dtype}")
    if minlength < 0:
        raise RuntimeError(f"bincount: minlength must not be negative, got {minlength}")
    if a.ndim != 1 or (a < 0).any():
        raise ShapeError(f"bincount: needs a vector of numbers that are not negative, got {a}")
    if weights is None:
        return wrap(np.bincount(a, minlength=minlength))
    w = operand(weights)[1]
    if w.shape != a.shape:
        raise ShapeError(f"bincount: needs one weight for each of {len(a)} numbers, got shape {w.shape}")
    sums = np.bincount(a, w.astype(np.float64), minlength)
    return wrap(sums.astype(np.float32) if w.dtype == np.float32 else sums.astype(np.float64))


@public(method=False)
def bucketize(input: Any, boundaries: Any, *, out_int32: bool = False, right: bool = False) -> Tensor:
    """Between which boundaries each element is: the index i with boundaries[i-1] < x <= boundaries[i].

    With `right`, boundaries[i-1] <= x < boundaries[i]. RuntimeErrors as `searchsorted`.

    >>> bucketize(Tensor([1.0, 4.0]), Tensor([1.0, 3.0, 5.0])).tolist()
    [0, 2]
    """
    shape = operand(boundaries)[1].shape
    if len(shape) != 1:
        raise ShapeError(f"bucketize: boundaries must be a vector, got shape {shape}")
    return _search("bucketize", boundaries, input, out_int32, right)


@public(np.searchsorted, method=False)
def searchsorted(
    sorted_sequence: Any, input: Any, *, out_int32: bool = False, right: bool = False, side: str | None = None,
    sorter: Any = None,
) -> Tensor:
    """Where to put each element of `input` into its sorted sequence so that this stays sorted.

    The index i with sequence[i-1] < x <= sequence[i], or with `right` (or `side="right"`)
    sequence[i-1] <= x < sequence[i]. One vector for all, or along the last dimension one sequence for each
    row of `input`. `sorter` are indices that sort the sequence. Without gradient. RuntimeErrors for shapes
    that do not fit, a contradictory `side`, and a sorter that is none.

    >>> searchsorted(Tensor([1.0, 3.0, 5.0]), Tensor([3.0, 6.0])).tolist()
    [1, 3]
    """
    if side not in (None, "left", "right"):
        raise RuntimeError(f"searchsorted: side must be 'left' or 'right', got {side!r}")
    if side == "left" and right:
        raise RuntimeError("searchsorted: side='left' contradicts right=True; give one of them")
    sequence = operand(sorted_sequence)[1]
    if sorter is not None:
        order = operand(sorter)[1]
        if order.shape != sequence.shape:
            raise ShapeError(
                f"searchsorted: sorter must have the sequence's shape {sequence.shape}, got {order.shape}"
            )
        if order.dtype != np.int64:
            raise RuntimeError(f"searchsorted: sorter must be int64, got {order.dtype}; use argsort()")
        if order.size and not 0 <= order.min() <= order.max() < sequence.shape[-1]:
            raise RuntimeError(f"searchsorted: sorter has an index out of range, for {sequence.shape[-1]} elements")
        sequence = np.take_along_axis(sequence, order, -1)
    return _search("searchsorted", sequence, input, out_int32, right or side == "right")


def _search(op: str, sorted_sequence: Any, input: Any, out_int32: bool, right: bool) -> Tensor:
    """For all elements at once, halve what is left of the sequence until nothing is."""
    (_, sequence), (_, a) = operand(sorted_sequence), operand(input)
    if not sequence.ndim:
        raise ShapeError(f"{op}: the sequence must have at least one dimension, got a number")
    if sequence.ndim > 1 and sequence.shape[:-1] != a.shape[:-1]:
        raise ShapeError(
            f"{op}: the sequence must be a vector or have the input's shape {a.shape} but for the last dimension, "
            f"got {sequence.shape}"
        )
    if sequence.dtype.kind == a.dtype.kind == "b":
        raise NotImplementedError(f"{op}: bools have no order; convert with .int() first")
    n = sequence.shape[-1]
    low, high = np.zeros(a.shape, np.int64), np.full(a.shape, n, np.int64)
    for _ in range(n.bit_length()):
        middle = np.minimum((low + high) // 2, n - 1)
        found = sequence[middle] if sequence.ndim == 1 else np.take_along_axis(sequence, middle, -1)
        beyond = (low < high) & ~(found > a if right else found >= a)
        low, high = np.where(beyond, middle + 1, low), np.where(beyond | (low >= high), high, middle)
    return wrap(low.astype(np.int32 if out_int32 else np.int64))
