"""What a gradient function may return instead of a gradient of its parent's full shape."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from leafgrad.adding import add_at
from leafgrad.node import Array, GradFn
from leafgrad.recording import running


class Part:
    """The gradient of `parent[key]` alone: the walk adds it into the one buffer that it owns.

    With it, n slices of one tensor cost one buffer in backward, not n zero-filled arrays.
    """

    __slots__ = ("g", "key", "unique")

    def __init__(self, key: Any, g: Array, unique: bool) -> None:
        self.key = key
        self.g = g
        self.unique = unique  # no element is named twice, so += counts each

    def added_to(self, buffer: Array | None, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
        """The buffer, made if there is none yet, with this part added in place."""
        fresh = buffer is None
        if buffer is None:
            buffer = np.zeros(shape, dtype)
        elif isinstance(buffer, np.generic):  # of a 0-d parent
            buffer = np.asarray(buffer)
        if not self.unique:
            add_at(buffer, self.key, self.g, fresh)
        elif fresh:
            buffer[self.key] = self.g
        else:
            buffer[self.key] += self.g
        return buffer


class Slot:
    """The gradient of one of an event's several outputs, on its way to the event's joint node."""

    __slots__ = ("count", "g", "index")

    def __init__(self, index: int, count: int, g: Any) -> None:
        self.index = index
        self.count = count
        self.g = g

    def added_to(self, slots: list[Any] | None) -> list[Any]:
        """The list of the joint node's gradients, made if there is none yet, with this one in."""
        if slots is None:
            slots = [None] * self.count
        slots[self.index] = self.g
        return slots


def together(function: Callable[[Any], Sequence[Any]], parents: Sequence[int]) -> dict[int, GradFn]:
    """One gradient function for each of the `parents`, by number, that share one run of `function`.

    `function(g)` returns the gradients of all parents at once. It runs when the first of them asks,
    and the walk that asked holds the results until the last one has its own.
    """

    def picking(i: int) -> GradFn:
        def pick(g: Any) -> Any:
            walk = running.walk
            run = None if walk is None else walk.shared
            if run is None or run[0] is not function or run[1] is not g:
                run = (function, g, function(g))
            if walk is not None:
                walk.shared = None if i == parents[-1] else run
            return run[2][i]

        return pick

    return {i: picking(i) for i in parents}
