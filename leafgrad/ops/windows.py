"""Windows that slide over the last dimensions: where they stand, and what all of them see.

`unfolded` copies what each window sees, `folded` adds it back; each is the other's gradient, so with
the two come all orders.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from leafgrad.errors import ShapeError
from leafgrad.node import Array
from leafgrad.operands import operand
from leafgrad.ops.convolution import Sizes, places
from leafgrad.recording import record
from leafgrad.tensor import Tensor


class Windows(NamedTuple):
    """Where the windows are; the padding behind includes what `ceil_mode` reaches over."""

    size: Sizes
    window: Sizes
    stride: Sizes
    before: Sizes
    after: Sizes
    dilation: Sizes
    counts: Sizes

    @property
    def apart(self) -> bool:
        """Whether no two windows share a place."""
        reach = zip(self.window, self.dilation, self.stride, strict=True)
        return all((k - 1) * d < s for k, d, s in reach)

    def places(self) -> list[tuple[Sizes, tuple[slice, ...]]]:
        """For each element of the window, the slices of the padded dimensions on which it stands."""
        return places(self.window, self.counts, self.stride, self.dilation)

    def inside(self) -> tuple[slice, ...]:
        """Where in the padded dimensions those without padding are."""
        return tuple(slice(p, p + n) for p, n in zip(self.before, self.size, strict=True))

    def padded(self, a: Array, value: Any = 0) -> Array:
        """`a` with this value around it, in its last dimensions."""
        widths = list(zip(self.before, self.after, strict=True))
        if not any(map(any, widths)):
            return a
        return np.pad(a, [(0, 0)] * (a.ndim - len(widths)) + widths, constant_values=value)


def windows(
    op: str, size: Sizes, window: Sizes, stride: Sizes, padding: Sizes, dilation: Sizes, ceil_mode: bool = False
) -> Windows:
    """Windows over dimensions of this size; a ShapeError where none fits."""
    after, count = [], []
    for n, k, s, p, d in zip(size, window, stride, padding, dilation, strict=True):
        reach = d * (k - 1) + 1
        room = n + 2 * p - reach
        fitting = (room + (s - 1 if ceil_mode else 0)) // s + 1
        if ceil_mode and (fitting - 1) * s >= n + p:  # the last window must begin in the input, or before it
            fitting -= 1
        if fitting < 1:
            raise ShapeError(
                f"{op}: a window {window} with dilation {dilation} does not fit into an input of size {size} "
                f"with padding {padding}; use a smaller window"
            )
        count.append(fitting)
        after.append(max((fitting - 1) * s + reach - n - p, 0))
    return Windows(size, window, stride, padding, tuple(after), dilation, tuple(count))


BOTH: tuple[Any, ...] = (slice(None), slice(None))  # examples and channels


def unfolded(x: Any, at: Windows) -> Any:
    """What each window sees of x (N, C, *size), an array or a Tensor: (N, C, *window, *counts)."""
    if isinstance(x, Tensor):
        x, a = operand(x)
        return record("unfold", unfolded(a, at), (x, lambda g: folded(g, at)))
    padded = at.padded(x)
    seen = np.empty((*x.shape[:2], *at.window, *at.counts), x.dtype)
    for element, where in at.places():
        seen[(*BOTH, *element)] = padded[(*BOTH, *where)]
    return seen


def folded(seen: Any, at: Windows) -> Any:
    """What each window saw (N, C, *window, *counts), an array or a Tensor, added up where it stood: (N, C, *size)."""
    if isinstance(seen, Tensor):
        seen, a = operand(seen)
        return record("fold", folded(a, at), (seen, lambda g: unfolded(g, at)))
    total = np.zeros((*seen.shape[:2], *map(sum, zip(at.before, at.size, at.after, strict=True))), seen.dtype)
    for element, where in at.places():
        total[(*BOTH, *where)] += seen[(*BOTH, *element)]
    return np.ascontiguousarray(total[(*BOTH, *at.inside())])
