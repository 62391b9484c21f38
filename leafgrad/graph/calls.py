"""Which module's call a node was recorded in: the boxes of a drawing.

`keep_values` stands in front of `Module.__call__` while it is active, and at no other time.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any


class Call:
    """One call of a module, inside the call of another or not."""

    __slots__ = ("kind", "module", "within")

    def __init__(self, module: Any, within: Call | None) -> None:
        self.module = weakref.ref(module)  # weakly: a module may keep a result, whose nodes hold this
        self.kind = type(module).__name__
        self.within = within

    def path(self) -> list[Call]:
        """The calls around this one, outermost first, and itself."""
        calls: list[Call] = [self]
        while calls[-1].within is not None:
            calls.append(calls[-1].within)
        return calls[::-1]


class _Running(threading.local):
    call: Call | None = None


running = _Running()
_contexts: list[None] = []


@contextmanager
def noting_calls() -> Iterator[None]:
    """Inside, `running.call` is the innermost call of a module in this thread."""
    from leafgrad.nn.module import Module

    if _contexts:  # an outer context is already noting them
        yield
        return
    original = Module.__call__

    @wraps(original)
    def noted(self: Module, *args: Any, **kwargs: Any) -> Any:
        outer = running.call
        running.call = Call(self, outer)
        try:
            return original(self, *args, **kwargs)
        finally:
            running.call = outer

    _contexts.append(None)
    Module.__call__ = noted  # type: ignore[method-assign]
    try:
        yield
    finally:
        Module.__call__ = original  # type: ignore[method-assign]
        _contexts.pop()
