"""A profile in the Trace Event Format, which Chrome's and Perfetto's viewers open.

The format is described in "Trace Event Format" by the Chromium authors. Each call is a complete event
(`"ph": "X"`), with its begin and duration in microseconds; the viewers nest them by time.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from leafgrad.profiler.events import GRADIENT, Event


def trace_events(events: Sequence[Event], start: int) -> list[dict[str, Any]]:
    """The events as the format's objects, after those that name the process and the threads."""
    process = os.getpid()
    threads = {thread: i for i, thread in enumerate(dict.fromkeys(event.thread for event in events), 1)}
    names = [_named("process_name", "leafgrad", process, 0)]
    names += [_named("thread_name", f"thread {i}", process, i) for i in threads.values()]
    return names + [_complete(event, start, process, threads[event.thread]) for event in events]


def _named(what: str, name: str, process: int, thread: int) -> dict[str, Any]:
    return {"ph": "M", "name": what, "pid": process, "tid": thread, "args": {"name": name}}


def _complete(event: Event, start: int, process: int, thread: int) -> dict[str, Any]:
    arguments: dict[str, Any] = {"phase": event.phase}
    if event.module:
        arguments["module"] = event.module
    if event.shape is not None:
        arguments["shape"] = list(event.shape)
    if event.nbytes:
        arguments["allocated bytes"] = event.nbytes
    return {
        "ph": "X",
        "name": f"{event.name} (gradient)" if event.kind == GRADIENT else event.name,
        "cat": event.kind,
        "ts": (event.start - start) / 1e3,
        "dur": event.duration / 1e3,
        "pid": process,
        "tid": thread,
        "args": arguments,
    }
