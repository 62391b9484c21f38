"""Differences of neighbours, and what adds up or divides by them: areas under a curve and slopes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from leafgrad.dims import dims_of, one_dim
from leafgrad.errors import ShapeError
from leafgrad.operands import operand
from leafgrad.ops.comparison import logical_xor
from leafgrad.ops.cumulative import cumsum
from leafgrad.ops.joining import cat
from leafgrad.ops.reductions import sum
from leafgrad.recording import wrap_snapshot
from leafgrad.surface import public
from leafgrad.tensor import Tensor

__all__ = ["cumulative_trapezoid", "diff", "gradient", "trapezoid", "trapz"]


@public(np.diff)
def diff(input: Any, n: int = 1, dim: int = -1, prepend: Any = None, append: Any = None) -> Tensor:
    """The differences x_{i+1} - x_i along `dim`, n times; of bools, whether they differ. d y_i = d x_{i+1} - d x_i

    `prepend` and `append` are put before and behind `input` first. RuntimeErrors for a 0-d tensor, a
    negative n, and shapes that do not fit.

    >>> diff(Tensor([1.0, 4.0, 9.0]))
    tensor([3., 5.])
    """
    x, a = operand(input)
    if a.ndim == 0:
        raise RuntimeError("diff: needs a tensor of at least one dimension, got a 0-d one; unsqueeze it")
    if n < 0:
        raise RuntimeError(f"diff: n must not be negative, got {n}")
    axis = one_dim("diff", dim, a.ndim)
    y = wrap_snapshot(x)
    around = [other for other in (prepend, append) if other is not None]
    for other in around:
        shape = np.shape(other)
        if len(shape) != a.ndim or any(shape[d] != a.shape[d] for d in range(a.ndim) if d != axis):
            raise ShapeError(f"diff: prepend and append must have the shape {a.shape} but along dim {dim}, got {shape}")
    if around and n:
        y = cat([part for part in (prepend, y, append) if part is not None], axis)
    for _ in range(min(n, y.shape[axis] or 1)):
        after, before = _part(y, axis, 1, None), _part(y, axis, None, -1)
        y = logical_xor(after, before) if a.dtype.kind == "b" else after - before
    return y if n else y.clone()


def _part(x: Tensor, axis: int, start: int | None, stop: int | None) -> Tensor:
    """A slice of one dimension."""
    return x[(*(slice(None),) * axis, slice(start, stop))]


@public(np.trapezoid, method=False)
def trapezoid(y: Any, x: Any = None, *, dx: Any = 1, dim: int = -1) -> Tensor:
    """The area under straight lines between points, Σ (y_i + y_{i+1}) (x_{i+1} - x_i) / 2 along `dim`.

    `x` is one coordinate for each point, or has `y`'s shape or one that broadcasts with it; without it
    neighbours are `dx` apart. d = as composed. RuntimeErrors for bools and coordinates that do not
    fit, an IndexError for a 0-d `y`.

    >>> trapezoid(Tensor([1.0, 2.0, 4.0]))
    tensor(4.5000)
    """
    areas, axis = _areas("trapezoid", y, x, dx, dim)
    return sum(areas, axis)


@public(method=False)
def trapz(y: Any, x: Any = None, *, dx: Any = 1, dim: int = -1) -> Tensor:
    """`trapezoid`, under its older name.

    >>> trapz(Tensor([1.0, 2.0, 4.0]), dx=2)
    tensor(9.)
    """
    return trapezoid(y, x, dx=dx, dim=dim)


@public(method=False)
def cumulative_trapezoid(y: Any, x: Any = None, *, dx: Any = 1, dim: int = -1) -> Tensor:
    """The running sums of what `trapezoid` adds up: one element less than `y` along `dim`.

    d = as composed. Errors as `trapezoid`.

    >>> cumulative_trapezoid(Tensor([1.0, 2.0, 4.0]))
    tensor([1.5000, 4.5000])
    """
    areas, axis = _areas("cumulative_trapezoid", y, x, dx, dim)
    return cumsum(areas, axis)


def _areas(op: str, y: Any, x: Any, dx: Any, dim: int) -> tuple[Tensor, int]:
    """The area between each pair of neighbours along `dim`, and that dimension counted from the front."""
    height, a = operand(y)
    if a.ndim == 0:
        raise IndexError(f"{op}: needs points along a dimension, got a 0-d tensor; unsqueeze it")
    axis = one_dim(op, dim, a.ndim)
    if "b" in (a.dtype.kind, "" if x is None else operand(x)[1].dtype.kind):
        raise RuntimeError(f"{op}: bools have no area; convert with .float() first")
    values = wrap_snapshot(height)
    left, right = _part(values, axis, None, -1), _part(values, axis, 1, None)
    if x is None:
        return (left / 2 + right / 2) * dx, axis
    coordinate, b = operand(x)
    points = wrap_snapshot(coordinate)
    if b.ndim == 1 and b.shape[0] != a.shape[axis]:
        raise ShapeError(f"{op}: x must have one value for each of the {a.shape[axis]} points, got {b.shape[0]}")
    if b.ndim == 1:
        points = points.reshape([-1 if d == axis else 1 for d in range(a.ndim)])
    elif b.ndim < a.ndim:
        points = points.reshape((1,) * (a.ndim - b.ndim) + b.shape)
    width = _part(points, axis, 1, None) - _part(points, axis, None, -1)
    return (left + right) * width / 2, axis


@public(method=False)
def gradient(input: Any, *, spacing: Any = 1, dim: Any = None, edge_order: int = 1) -> tuple[Tensor, ...]:
    """The slopes of the sampled function along each dimension, or those in `dim`: a tensor for each.

    Inside, the slope of the parabola through a point and its two neighbours; at the edges that of
    the line through two points, or with `edge_order=2` of the parabola through three. `spacing` is one
    distance for all dimensions, one for each, or a tensor of coordinates for each. d = as composed.
    RuntimeErrors for uint8 and bool, for fewer than `edge_order + 1` points, and for a spacing that
    does not fit. Source: Fornberg, "Generation of Finite Difference Formulas on Arbitrarily Spaced
    Grids" (1988).

    >>> gradient(Tensor([1.0, 4.0, 9.0]), spacing=2)
    (tensor([1.5000, 2.0000, 2.5000]),)
    """
    x, a = operand(input)
    if a.dtype.kind in "ub":
        raise RuntimeError(f"gradient: {a.dtype} has no negative slopes; convert with .float() first")
    if edge_order not in (1, 2):
        raise RuntimeError(f"gradient: edge_order must be 1 or 2, got {edge_order}")
    dims = tuple(range(a.ndim)) if dim is None else dims_of("gradient", dim, a.ndim)
    apart = spacing if isinstance(spacing, Sequence) else [1 if spacing is None else spacing] * len(dims)
    if len(apart) != len(dims):
        raise RuntimeError(f"gradient: spacing must be one or {len(dims)}, one for each dimension, got {len(apart)}")
    for axis, h in zip(dims, apart, strict=True):
        if a.shape[axis] <= edge_order:
            raise ShapeError(
                f"gradient: needs {edge_order + 1} points along each dimension for edge_order={edge_order}, "
                f"got shape {a.shape}"
            )
        if isinstance(spacing, Sequence) and np.ndim(h) and np.shape(h) != (a.shape[axis],):
            raise ShapeError(
                f"gradient: spacing must be one coordinate for each of the {a.shape[axis]} points "
                f"along dim {axis}, got shape {np.shape(h)}"
            )
    y = wrap_snapshot(x)
    return tuple(_slopes(y, axis, h, edge_order) for axis, h in zip(dims, apart, strict=True))


def _slopes(y: Tensor, axis: int, spacing: Any, edge_order: int) -> Tensor:
    def at(start: int, stop: int | None = None) -> Tensor:
        return _part(y, axis, start, stop)

    if np.ndim(spacing):
        steps = diff(spacing)
        h, k = (np.reshape(part, [-1 if d == axis else 1 for d in range(y.ndim)]) for part in (steps[:-1], steps[1:]))
        inner = at(0, -2) * (-k / (h * (h + k))) + at(1, -1) * ((k - h) / (h * k)) + at(2) * (h / (k * (h + k)))
        distances = (steps[0], steps[1 if edge_order == 2 else 0]), (-steps[-1], -steps[-edge_order])
    else:
        inner = (at(2) - at(0, -2)) / spacing / 2
        distances = (spacing, spacing), (-spacing, -spacing)
    first, last = (at(0, 1), at(1, 2), at(2, 3)), (at(-1), at(-2, -1), at(-3, -2))
    edges = [_slope_at_edge(*points, *h, edge_order) for points, h in zip((first, last), distances, strict=True)]
    return cat([edges[0], inner, edges[1]], axis)


def _slope_at_edge(a: Any, b: Any, c: Any, h: Any, k: Any, edge_order: int) -> Any:
    """The slope at the first of three points of which h and k are the distances."""
    if edge_order == 1:
        return (b - a) / h
    return a * (-(2 * h + k) / (h * (h + k))) + b * ((h + k) / (h * k)) - c * (h / (k * (h + k)))
