"""Convolution, and its two gradients: three faces of one sum.

Let y be the convolution of x (N, C, *size) with weights w (O, C / groups, *window), in any number of
spatial dimensions, and g a gradient in the shape of y. The sum Σ g y is linear in x, in w and in g, so
its derivative in each of them is a function of the other two:

    convolved(x, w)        what y is           d = convolved(dx, w) + convolved(x, dw)
    input_gradient(g, w)   what x receives
    weight_gradient(x, g)  what w receives

and the gradients of each of the three are the other two. So here are three functions, for arrays and
for Tensors, and with them the derivatives of all orders.

Each is a product of matrices with the columns of x (K, L): what a window of K numbers sees, at each
of its L places. They are filled by one strided copy for each element of the window. Such a copy moves
runs as long as an output row; where rows are short, several examples are laid side by side,
interleaved, so that the runs are longer: (N / s, C, *size, s).

A transposed convolution is `input_gradient` under another name.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import product
from math import prod
from typing import Any, NamedTuple

import numpy as np

from leafgrad.node import Array
from leafgrad.operands import operand
from leafgrad.recording import like, record
from leafgrad.tensor import Tensor

SHORT = 10  # an output row of fewer elements is short ...
BESIDE = 8  # ... and so many examples are then laid side by side
WORKSPACE = 2**21  # bytes; larger columns are made in pieces, and made again for the gradient: fresh memory is slower

Sizes = tuple[int, ...]


class Geometry(NamedTuple):
    """Where the windows are. `before` and `after` are the padding on either side of each spatial dimension."""

    input_shape: Sizes
    weight_shape: Sizes
    output_size: Sizes
    stride: Sizes
    before: Sizes
    after: Sizes
    dilation: Sizes
    groups: int

    @property
    def padded_size(self) -> Sizes:
        return tuple(map(sum, zip(self.input_shape[2:], self.before, self.after, strict=True)))

    @property
    def name(self) -> str:
        return f"conv{len(self.stride)}d"

    @property
    def window(self) -> int:
        """K: how many numbers a window sees."""
        return prod(self.weight_shape[1:])

    @property
    def places(self) -> int:
        """L: where a window stands, in the examples side by side."""
        return prod(self.output_size) * self.beside

    @property
    def pointwise(self) -> bool:
        """Whether a window sees one place only."""
        return prod(self.weight_shape[2:]) == 1

    @property
    def beside(self) -> int:
        """How many examples are laid side by side: a divisor of their number."""
        n = self.input_shape[0]
        if self.output_size[-1] >= SHORT or self.pointwise:
            return 1
        return max(s for s in range(1, BESIDE + 1) if n % s == 0)

    def elements(self) -> Iterator[tuple[Any, Any]]:
        """For each element of the window, its index in the columns, and the places in x where it stands."""
        both = slice(None), slice(None)
        for element, at in places(self.weight_shape[2:], self.output_size, self.stride, self.dilation):
            yield (*both, *element), (*both, *at)

    def pieces(self, itemsize: int, count: int) -> list[slice]:
        """The examples, or groups of them side by side, in pieces that `WORKSPACE` has room for."""
        step = max(WORKSPACE // (self.window * self.groups * self.places * itemsize or 1), 1)
        return [slice(start, start + step) for start in range(0, count, step)]


@lru_cache
def places(window: Sizes, count: Sizes, stride: Sizes, dilation: Sizes) -> list[tuple[Sizes, tuple[slice, ...]]]:
    """For each element of a window, the slices on which it stands as the window moves."""
    along = [
        [slice(i * d, i * d + s * (n - 1) + 1, s) for i in range(k)]
        for k, n, s, d in zip(window, count, stride, dilation, strict=True)
    ]
    return list(zip(product(*map(range, window)), product(*along), strict=True))


# The three faces


def convolved(x: Any, w: Any, at: Geometry) -> Any:
    """y (N, O, *output_size), of arrays or Tensors."""
    if not _recorded(x, w):
        return convolved_arrays(x, w, at)[0]
    x, a = operand(x)
    w, b = operand(w)
    return record(
        at.name,
        convolved_arrays(a, b, at)[0],
        (x, lambda g: input_gradient(g, like(w, g), at)),
        (w, lambda g: weight_gradient(like(x, g), g, at)),
    )


def input_gradient(g: Any, w: Any, at: Geometry) -> Any:
    """The gradient of x where that of y is g."""
    if not _recorded(g, w):
        return _input_gradient(g, w, at)
    g, a = operand(g)
    w, b = operand(w)
    return record(
        f"{at.name}_input",
        _input_gradient(a, b, at),
        (g, lambda h: convolved(h, like(w, h), at)),
        (w, lambda h: weight_gradient(h, like(g, h), at)),
    )


def weight_gradient(x: Any, g: Any, at: Geometry, columns: Array | None = None) -> Any:
    """The gradient of w where that of y is g; `columns` are those of x, if known."""
    if not _recorded(x, g):
        return _weight_gradient(x, g, at, columns)
    x, a = operand(x)
    g, b = operand(g)
    return record(
        f"{at.name}_weight",
        _weight_gradient(a, b, at, columns),
        (x, lambda h: input_gradient(like(g, h), h, at)),
        (g, lambda h: convolved(like(x, h), h, at)),
    )


def _recorded(*operands: Any) -> bool:
    return any(isinstance(x, Tensor) for x in operands)


# The same of arrays; float16 is computed in float32, for its sums would be coarse, and NumPy's products of it are slow


def convolved_arrays(x: Array, w: Array, at: Geometry) -> tuple[Array, Array | None]:
    """y, and the columns of x if they were made in one piece."""
    if x.dtype == np.float16:
        return convolved_arrays(x.astype(np.float32), w.astype(np.float32), at)[0].astype(np.float16), None
    x = _side_by_side(x, at)
    weights = _weights(w, at)
    out = np.empty((len(x), at.groups, weights.shape[1], at.places), np.result_type(x, w))
    pieces = at.pieces(x.itemsize, len(x))
    for piece in pieces:
        seen = _columns(x[piece], at)
        np.matmul(weights, seen, out=out[piece])
    y = _one_by_one(out.reshape(len(x), at.weight_shape[0], *at.output_size, at.beside))
    return y, seen if len(pieces) == 1 else None


def _input_gradient(g: Array, w: Array, at: Geometry) -> Array:
    if g.dtype == np.float16:
        return _input_gradient(g.astype(np.float32), w.astype(np.float32), at).astype(np.float16)
    g = _grouped(g, at)
    weights = np.swapaxes(_weights(w, at), 1, 2)
    channels = at.input_shape[1]
    padded = np.zeros((len(g), channels, *at.padded_size, at.beside), np.result_type(g, w))
    for piece in at.pieces(g.itemsize, len(g)):
        seen = np.matmul(weights, g[piece])
        seen = seen.reshape(len(seen), channels, *at.weight_shape[2:], *at.output_size, at.beside)
        target = padded[piece]
        for element, places in at.elements():
            target[places] += seen[element]
    return _one_by_one(padded[_inside(at)])


def _weight_gradient(x: Array, g: Array, at: Geometry, columns: Array | None) -> Array:
    if g.dtype == np.float16:
        return _weight_gradient(x.astype(np.float32), g.astype(np.float32), at, None).astype(np.float16)
    g = np.swapaxes(_grouped(g, at), 2, 3)
    total = np.zeros((at.groups, at.window, g.shape[3]), np.result_type(x, g))
    if columns is not None:
        total += _summed_products(columns, g)
    else:
        x = _side_by_side(x, at)
        for piece in at.pieces(x.itemsize, len(x)):
            total += _summed_products(_columns(x[piece], at), g[piece])
    return np.ascontiguousarray(np.swapaxes(total, 1, 2)).reshape(at.weight_shape)


def _summed_products(a: Array, b: Array) -> Array:
    """Σ a b over the first dimension of two stacks of matrices; one at a time where the products are larger than a."""
    if b.shape[-1] <= a.shape[-1]:
        return np.matmul(a, b).sum(axis=0)
    total = np.matmul(a[0], b[0])
    for left, right in zip(a[1:], b[1:], strict=True):
        total += np.matmul(left, right)
    return total


def _weights(w: Array, at: Geometry) -> Array:
    """(groups, O / groups, K)."""
    return w.reshape(at.groups, at.weight_shape[0] // at.groups, at.window)


def _columns(x: Array, at: Geometry) -> Array:
    """What each window sees, (N / s, groups, K, L), of padded examples side by side."""
    shape = (len(x), at.groups, at.window, at.places)
    if at.pointwise and at.padded_size == at.output_size:
        return x.reshape(shape)
    seen = np.empty((len(x), x.shape[1], *at.weight_shape[2:], *at.output_size, at.beside), x.dtype)
    for element, places in at.elements():
        seen[element] = x[places]
    return seen.reshape(shape)


def _inside(at: Geometry) -> tuple[slice, ...]:
    """Where in the padded examples they themselves are."""
    sizes = zip(at.before, at.input_shape[2:], strict=True)
    return (slice(None), slice(None), *(slice(start, start + n) for start, n in sizes))


def _side_by_side(x: Array, at: Geometry) -> Array:
    """(N, C, *size) padded, as (N / s, C, *size, s)."""
    n, *each = x.shape
    s = at.beside
    x = np.moveaxis(x.reshape(n // s, s, *each), 1, -1)
    if at.padded_size == tuple(each[1:]):
        return np.ascontiguousarray(x)
    padded = np.zeros((n // s, each[0], *at.padded_size, s), x.dtype)
    padded[_inside(at)] = x
    return padded


def _grouped(g: Array, at: Geometry) -> Array:
    """A gradient (N, O, *output_size) as (N / s, groups, O / groups, L)."""
    s = at.beside
    n, outputs = g.shape[:2]
    beside = np.moveaxis(g.reshape(n // s, s, outputs, prod(at.output_size)), 1, 3)
    return beside.reshape(n // s, at.groups, outputs // at.groups, at.places)


def _one_by_one(x: Array) -> Array:
    """(N / s, C, *size, s) as (N, C, *size)."""
    several, *each, s = x.shape
    return np.ascontiguousarray(np.moveaxis(x, -1, 1)).reshape(several * s, *each)
