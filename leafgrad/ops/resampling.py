"""Resampling: each number of the result is a weighted sum of a few numbers along one dimension.

Means over windows, enlarging and shrinking are all this, dimension by dimension, with different
weights: a sparse matrix for each dimension. The gradient is the same with the matrix transposed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from leafgrad.node import Array
from leafgrad.operands import operand
from leafgrad.recording import record
from leafgrad.tensor import Tensor


class Taps(NamedTuple):
    """A sparse matrix (outputs, inputs) by its entries: y[target] += weight · x[source], for each of them."""

    inputs: int
    outputs: int
    target: Array
    source: Array
    weight: Array

    @classmethod
    def rows(cls, inputs: int, source: Array, weight: Array, valid: Array | None = None) -> Taps:
        """From a table (outputs, k) of what each result is summed from; only where `valid`, if given."""
        kept = np.ones(source.shape, bool) if valid is None else valid
        target = np.broadcast_to(np.arange(len(source))[:, None], source.shape)
        return cls(inputs, len(source), target[kept], source[kept], np.broadcast_to(weight, source.shape)[kept])

    @property
    def transposed(self) -> Taps:
        return Taps(self.outputs, self.inputs, self.source, self.target, self.weight)

    def layers(self) -> Iterator[tuple[Array, Array, Array]]:
        """The entries in layers, in none of which a target is named twice."""
        order = np.argsort(self.target, kind="stable")
        targets = self.target[order]
        rank = np.arange(len(order)) - np.searchsorted(targets, targets)
        for layer in range(np.max(rank, initial=-1) + 1):
            chosen = order[rank == layer]
            yield self.target[chosen], self.source[chosen], self.weight[chosen]


def resampled(op: str, x: Any, taps: Sequence[Taps]) -> Any:
    """x, an array or a Tensor, resampled along its last dimensions, one for each of the `taps`."""
    if isinstance(x, Tensor):
        x, a = operand(x)
        return record(op, resampled(op, a, taps), (x, lambda g: resampled(op, g, [t.transposed for t in taps])))
    y = x.astype(np.float32) if x.dtype == np.float16 else x  # whose sums would overflow
    for axis, each in enumerate(taps, x.ndim - len(taps)):
        y = _along(y, axis, each)
    return y.astype(x.dtype, copy=y is x)


def _along(x: Array, axis: int, taps: Taps) -> Array:
    y = np.zeros((*x.shape[:axis], taps.outputs, *x.shape[axis + 1 :]), x.dtype)
    lead = (slice(None),) * axis
    for target, source, weight in taps.layers():
        part = x[(*lead, _stepping(source))]
        y[(*lead, _stepping(target))] += part * weight.astype(x.dtype).reshape(-1, *(1,) * (x.ndim - axis - 1))
    return y


def _stepping(index: Array) -> Any:
    """The index as a slice, which is faster, if it goes upward in equal steps."""
    if len(index) == 1:
        return slice(index[0], index[0] + 1)
    steps = np.diff(index)
    if steps[0] > 0 and np.all(steps == steps[0]):
        return slice(index[0], index[-1] + 1, steps[0])
    return index
