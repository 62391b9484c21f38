"""Anomaly detection: where a NaN gradient arose, and the line that called the operation."""

from __future__ import annotations

import os
import sys
from contextlib import ContextDecorator
from typing import Any

import numpy as np

from leafgrad import recording
from leafgrad.node import Node

__all__ = ["is_anomaly_check_nan_enabled", "is_anomaly_enabled"]  # of `leafgrad`; the others are in `autograd`

_HERE = os.path.dirname(__file__)


class _State:
    enabled = False
    check_nan = True


state = _State()


def is_anomaly_enabled() -> bool:
    """Whether anomaly detection is on.

    >>> with detect_anomaly():
    ...     is_anomaly_enabled()
    True
    """
    return state.enabled


def is_anomaly_check_nan_enabled() -> bool:
    """Whether it looks for NaN, where it is on."""
    return state.check_nan


class set_detect_anomaly(ContextDecorator):
    """Turn anomaly detection on or off; as a context manager, restores it at the end."""

    def __init__(self, mode: bool, check_nan: bool = True) -> None:
        self.before = state.enabled, state.check_nan
        self._set(mode, check_nan)

    def _set(self, mode: bool, check_nan: bool) -> None:
        if mode != state.enabled:
            (recording.observers.append if mode else recording.observers.remove)(remember_line)
        state.enabled, state.check_nan = mode, check_nan

    def __enter__(self) -> None:
        pass

    def __exit__(self, *exc: object) -> None:
        self._set(*self.before)


class detect_anomaly(set_detect_anomaly):
    """Backward inside names the op whose gradient is NaN and the line that called it.

    >>> import leafgrad
    >>> x = leafgrad.tensor(0.0, requires_grad=True)
    >>> with detect_anomaly():
    ...     ((x * 0).sqrt() * 0).backward()  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    RuntimeError: sqrt: its gradient is NaN for an operand of shape (); ...
    """

    def __init__(self, check_nan: bool = True) -> None:
        super().__init__(True, check_nan)


def remember_line(node: Node) -> None:
    """Note on the node the innermost line outside leafgrad that is being run."""
    frame: Any = sys._getframe(2)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_HERE):
        frame = frame.f_back
    node.where = f'File "{frame.f_code.co_filename}", line {frame.f_lineno}, in {frame.f_code.co_name}'


def check(node: Node | None, g: Any) -> None:
    """A RuntimeError that names the op and its caller, if the gradient it returned has a NaN."""
    array = getattr(getattr(g, "_now", g), "array", g)
    if state.check_nan and node is not None and np.isnan(array).any():
        raise RuntimeError(
            f"{node.op}: its gradient is NaN for an operand of shape {array.shape}; the op was called at "
            f"{node.where or 'a line not recorded: detection was off then'}"
        )
