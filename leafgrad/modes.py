"""Grad mode: whether operations record what a backward would need. Each thread has its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ContextDecorator
from functools import wraps
from inspect import isgeneratorfunction
from typing import Any, TypeVar

__all__ = [
    "enable_grad", "inference_mode", "is_grad_enabled", "is_inference_mode_enabled", "no_grad", "set_grad_enabled",
]

F = TypeVar("F", bound=Callable[..., Any])


class _Mode(threading.local):
    enabled = True
    inference = False


mode = _Mode()


def is_grad_enabled() -> bool:
    """Whether operations of this thread are being recorded.

    >>> with no_grad():
    ...     is_grad_enabled()
    False
    """
    return mode.enabled


def is_inference_mode_enabled() -> bool:
    """Whether this thread is inside `inference_mode`.

    >>> with inference_mode():
    ...     is_inference_mode_enabled()
    True
    """
    return mode.inference


class _Switch(ContextDecorator):
    """A context manager, and a decorator, that sets the mode inside and restores it after.

    A decorated generator has the mode while it runs, and its caller the caller's own in between.
    """

    def __init__(self, enabled: bool, inference: bool | None = None) -> None:
        self.enabled = enabled
        self.inference = inference  # None leaves it as it is
        self.before: list[tuple[bool, bool]] = []

    def _recreate_cm(self) -> _Switch:  # each call of a decorated function has its own stack
        return _Switch(self.enabled, self.inference)

    def __call__(self, function: F) -> F:
        return self._steps(function) if isgeneratorfunction(function) else super().__call__(function)

    def _steps(self, function: Any) -> Any:
        """The generator function, each of whose steps runs in the mode."""

        @wraps(function)
        def steps(*args: Any, **kwargs: Any) -> Any:
            generator = function(*args, **kwargs)
            step, given = generator.send, None
            while True:
                try:
                    with self._recreate_cm():
                        made = step(given)
                except StopIteration as end:
                    return end.value
                try:
                    step, given = generator.send, (yield made)
                except BaseException as error:
                    step, given = generator.throw, error

        return steps

    def __enter__(self) -> None:
        self.before.append((mode.enabled, mode.inference))
        mode.enabled = self.enabled
        if self.inference is not None:
            mode.inference = self.inference

    def __exit__(self, *exc: object) -> None:
        mode.enabled, mode.inference = self.before.pop()


class _Named(_Switch):
    """A switch whose direction is in its name: `with no_grad():`, `@no_grad()` and `@no_grad`."""

    direction = False
    inside: bool | None = None

    def __new__(cls, function: F | None = None) -> Any:
        switch = super().__new__(cls)
        if function is None:
            return switch
        cls.__init__(switch)
        return switch(function)

    def __init__(self) -> None:
        super().__init__(self.direction, self.inside)


class no_grad(_Named):
    """Operations inside record nothing.

    >>> import leafgrad
    >>> x = leafgrad.ones(2, requires_grad=True)
    >>> with no_grad():
    ...     (x * 2).requires_grad
    False
    """


class inference_mode(_Named):
    """`no_grad` under the name PyTorch gives its stricter sibling; nothing more is saved here."""

    inside = True

    def __new__(cls, function: F | bool | None = None) -> Any:
        if isinstance(function, bool):
            return _Switch(not function, function)
        return super().__new__(cls, function)


class enable_grad(_Named):
    """Operations inside record, also within `no_grad`.

    >>> with no_grad(), enable_grad():
    ...     is_grad_enabled()
    True
    """

    direction = True


class set_grad_enabled(_Switch):
    """Sets the mode at once; as a context manager, restores it at the end.

    >>> with set_grad_enabled(False):
    ...     is_grad_enabled()
    False
    """

    def __init__(self, enabled: bool) -> None:
        super().__init__(bool(enabled))
        self.before.append((mode.enabled, mode.inference))
        mode.enabled = self.enabled

    def __call__(self, function: F) -> F:
        mode.enabled, mode.inference = self.before.pop()  # it shall hold inside the function, not from here on
        return super().__call__(function)

    def __enter__(self) -> None:
        mode.enabled = self.enabled  # what it was is known since __init__
