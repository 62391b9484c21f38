"""Convolution, and its two gradients: three faces of one sum.

Let y be the convolution of images x (N, C, H, W) with weights w (O, C / groups, kh, kw), and g a
gradient in the shape of y. The sum Σ g y is linear in x, in w and in g, so its derivative in each of
them is a function of the other two:

    convolved(x, w)        what y is           d = convolved(dx, w) + convolved(x, dw)
    input_gradient(g, w)   what x receives
    weight_gradient(x, g)  what w receives

and the gradients of each of the three are the other two. So here are three functions, for arrays and
for Tensors, and with them the derivatives of all orders.

Each is a product of matrices with the columns of x (K, L): what a window of K numbers sees, at each
of its L places. They are filled by one strided copy for each of the kh · kw elements of the window.
Such a copy moves runs as long as an output row; where rows are short, several examples are laid side
by side, interleaved, so that the runs are longer: (N / s, C, H, W, s).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from leafgrad.node import Array
from leafgrad.recording import like, operand, record
from leafgrad.tensor import Tensor

SHORT = 10  # an output row of fewer elements is short ...
BESIDE = 8  # ... and so many examples are then laid side by side
WORKSPACE = 2**21  # bytes; larger columns are made in pieces, and made again for the gradient: fresh memory is slower

Pair = tuple[int, int]


class Geometry(NamedTuple):
    """Where the windows are. `before` and `after` are the padding's rows and columns on either side."""

    input_shape: tuple[int, ...]
    weight_shape: tuple[int, ...]
    stride: Pair
    before: Pair
    after: Pair
    dilation: Pair
    groups: int

    @property
    def padded_size(self) -> Pair:
        height, width = self.input_shape[2:]
        return height + self.before[0] + self.after[0], width + self.before[1] + self.after[1]

    @property
    def output_size(self) -> Pair:
        sizes = zip(self.padded_size, self.weight_shape[2:], self.stride, self.dilation, strict=True)
        height, width = ((n - d * (k - 1) - 1) // s + 1 for n, k, s, d in sizes)
        return height, width

    @property
    def window(self) -> int:
        """K: how many numbers a window sees."""
        _, channels, height, width = self.weight_shape
        return channels * height * width

    @property
    def beside(self) -> int:
        """How many examples are laid side by side: a divisor of their number."""
        n = self.input_shape[0]
        if self.output_size[1] >= SHORT or self.weight_shape[2:] == (1, 1):
            return 1
        return max(s for s in range(1, BESIDE + 1) if n % s == 0)

    def places(self) -> Iterator[tuple[Any, Any]]:
        """For each element of the window, its index in the columns, and the places in x where it stands."""
        for i, j, at in places(self.weight_shape[2:], self.output_size, self.stride, self.dilation):
            yield (slice(None), slice(None), i, j), (slice(None), slice(None), *at)

    def pieces(self, itemsize: int, count: int) -> list[slice]:
        """The examples, or groups of them side by side, in pieces that `WORKSPACE` has room for."""
        rows, columns = self.output_size
        each = self.window * self.groups * rows * columns * self.beside * itemsize
        step = max(WORKSPACE // (each or 1), 1)
        return [slice(start, start + step) for start in range(0, count, step)]


def places(window: tuple[int, ...], count: Pair, stride: Pair, dilation: Pair) -> Iterator[tuple[int, int, Any]]:
    """For each element (i, j) of a window, the rows and columns on which it stands as the window moves."""
    (rows, columns), (down, across), (far, wide) = count, stride, dilation
    for i in range(window[0]):
        for j in range(window[1]):
            y, x = i * far, j * wide
            yield i, j, (slice(y, y + down * (rows - 1) + 1, down), slice(x, x + across * (columns - 1) + 1, across))


# The three faces


def convolved(x: Any, w: Any, at: Geometry) -> Any:
    """y (N, O, H', W'), of arrays or Tensors."""
    if not _recorded(x, w):
        return convolved_arrays(x, w, at)[0]
    x, a = operand(x)
    w, b = operand(w)
    return record(
        "conv2d",
        convolved_arrays(a, b, at)[0],
        (x, lambda g: input_gradient(g, like(w, g), at)),
        (w, lambda g: weight_gradient(like(x, g), g, at)),
    )


def input_gradient(g: Any, w: Any, at: Geometry) -> Any:
    """The gradient of x (N, C, H, W) where that of y is g; a transposed convolution."""
    if not _recorded(g, w):
        return _input_gradient(g, w, at)
    g, a = operand(g)
    w, b = operand(w)
    return record(
        "conv2d_input",
        _input_gradient(a, b, at),
        (g, lambda h: convolved(h, like(w, h), at)),
        (w, lambda h: weight_gradient(h, like(g, h), at)),
    )


def weight_gradient(x: Any, g: Any, at: Geometry, columns: Array | None = None) -> Any:
    """The gradient of w (O, C / groups, kh, kw) where that of y is g; `columns` are those of x, if known."""
    if not _recorded(x, g):
        return _weight_gradient(x, g, at, columns)
    x, a = operand(x)
    g, b = operand(g)
    return record(
        "conv2d_weight",
        _weight_gradient(a, b, at, columns),
        (x, lambda h: input_gradient(like(g, h), h, at)),
        (g, lambda h: convolved(like(x, h), h, at)),
    )


def _recorded(*operands: Any) -> bool:
    return any(isinstance(x, Tensor) for x in operands)


# The same of arrays


def convolved_arrays(x: Array, w: Array, at: Geometry) -> tuple[Array, Array | None]:
    """y, and the columns of x if they were made in one piece."""
    x = _side_by_side(x, at)
    weights = w.reshape(at.groups, -1, at.window)
    rows, columns = at.output_size
    out = np.empty((len(x), at.groups, weights.shape[1], rows * columns * at.beside), np.result_type(x, w))
    pieces = at.pieces(x.itemsize, len(x))
    for piece in pieces:
        seen = _columns(x[piece], at)
        np.matmul(weights, seen, out=out[piece])
    y = _one_by_one(out.reshape(len(x), at.weight_shape[0], rows, columns, at.beside))
    return y, seen if len(pieces) == 1 else None


def _input_gradient(g: Array, w: Array, at: Geometry) -> Array:
    g = _grouped(g, at)
    weights = np.swapaxes(w.reshape(at.groups, -1, at.window), 1, 2)
    (height, width), (top, left) = at.padded_size, at.before
    channels, (rows, columns) = at.input_shape[1], at.output_size
    padded = np.zeros((len(g), channels, height, width, at.beside), np.result_type(g, w))
    for piece in at.pieces(g.itemsize, len(g)):
        seen = np.matmul(weights, g[piece])
        seen = seen.reshape(len(seen), channels, *at.weight_shape[2:], rows, columns, at.beside)
        target = padded[piece]
        for element, places in at.places():
            target[places] += seen[element]
    height, width = at.input_shape[2:]
    return _one_by_one(padded[:, :, top : top + height, left : left + width])


def _weight_gradient(x: Array, g: Array, at: Geometry, columns: Array | None) -> Array:
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


def _columns(x: Array, at: Geometry) -> Array:
    """What each window sees, (N / s, groups, K, L), of padded examples side by side."""
    rows, columns = at.output_size
    shape = (len(x), at.groups, at.window, rows * columns * at.beside)
    if at.weight_shape[2:] == (1, 1) and at.stride == (1, 1):
        return x.reshape(shape)
    seen = np.empty((len(x), x.shape[1], *at.weight_shape[2:], rows, columns, at.beside), x.dtype)
    for element, places in at.places():
        seen[element] = x[places]
    return seen.reshape(shape)


def _side_by_side(x: Array, at: Geometry) -> Array:
    """(N, C, H, W) padded, as (N / s, C, H, W, s)."""
    n, channels, height, width = x.shape
    s = at.beside
    x = np.moveaxis(x.reshape(n // s, s, channels, height, width), 1, 4)
    if at.padded_size == (height, width):
        return np.ascontiguousarray(x)
    top, left = at.before
    padded = np.zeros((n // s, channels, *at.padded_size, s), x.dtype)
    padded[:, :, top : top + height, left : left + width] = x
    return padded


def _grouped(g: Array, at: Geometry) -> Array:
    """A gradient (N, O, H', W') as (N / s, groups, O / groups, L)."""
    s = at.beside
    n, outputs, rows, columns = g.shape
    beside = np.moveaxis(g.reshape(n // s, s, outputs, rows * columns), 1, 3)
    return beside.reshape(n // s, at.groups, outputs // at.groups, rows * columns * s)


def _one_by_one(x: Array) -> Array:
    """(N / s, C, H, W, s) as (N, C, H, W)."""
    return np.ascontiguousarray(np.moveaxis(x, 4, 1)).reshape(-1, *x.shape[1:4])
