"""`profile`: the context manager."""

from __future__ import annotations

import os
from time import perf_counter_ns
from typing import Any

from leafgrad import recording
from leafgrad.profiler.events import Event, Recorder
from leafgrad.profiler.table import Row, averages, laid_out
from leafgrad.profiler.watching import active, watch


class profile:
    """Time and memory of what is run inside, by operation and by module.

    Operations are timed in the forward, their gradient functions in backward (also for a graph that
    was recorded before), modules, optimisers, and what `record_function` names. Memory is counted from the
    sizes of the results and gradients that are allocated, not of what a function uses in between; with
    `profile_memory`, `peak` is the most that Python and NumPy held beyond what was there at the start,
    which makes all of it several times slower.

    An operation takes a few microseconds more while it is watched, and so small operations look slower
    than they are. What leafgrad does in between, and your own code, is in no row; the table's last
    line says how much that is. An operation of your own is timed if it is a `Function`; another that
    calls `record` is only counted, unless `record_function` decorates it. One profile runs at a time,
    of all threads: a RuntimeError for a second one.

    >>> import leafgrad
    >>> from leafgrad import nn
    >>> model = nn.Sequential(nn.Linear(3, 4), nn.Tanh())
    >>> with profile() as p:
    ...     model(leafgrad.ones(2, 3)).sum().backward()
    >>> [row.key for row in p.key_averages("module")]
    ['', 'Sequential', 'Sequential.0', 'Sequential.1']
    >>> {row.key: row.count for row in p.key_averages()}["linear"]
    1
    >>> print(p.table(sort_by="self_cpu_time_total", row_limit=5))  # doctest: +ELLIPSIS
    op ...
    """

    def __init__(self, profile_memory: bool = False) -> None:
        self.profile_memory = profile_memory
        self.recorder = Recorder()
        self.start = self.end = 0  # nanoseconds
        self.peak: int | None = None  # bytes; None without `profile_memory`

    def __enter__(self) -> profile:
        if active.recorder is not None:
            raise RuntimeError("profile: another profile is running; end that one first")
        self.recorder = Recorder()
        self._unwatch = watch()
        if self.profile_memory:
            self._begin_tracing()
        recording.observers.append(self.recorder.observe)
        active.recorder = self.recorder
        self.start = perf_counter_ns()
        return self

    def __exit__(self, *exc: object) -> None:
        self.end = perf_counter_ns()
        active.recorder = None
        recording.observers.remove(self.recorder.observe)
        if self.profile_memory:
            self._end_tracing()
        self._unwatch()

    def _begin_tracing(self) -> None:
        import tracemalloc

        self._traced_before = tracemalloc.is_tracing()
        if not self._traced_before:
            tracemalloc.start()
        tracemalloc.reset_peak()
        self._held_before = tracemalloc.get_traced_memory()[0]

    def _end_tracing(self) -> None:
        import tracemalloc

        self.peak = tracemalloc.get_traced_memory()[1] - self._held_before
        if not self._traced_before:
            tracemalloc.stop()

    @property
    def wall_time(self) -> float:
        """Microseconds from the beginning to the end."""
        return (self.end - self.start) / 1e3

    def events(self) -> list[Event]:
        """All calls in the order in which they began; a RuntimeError while the profile is running."""
        if not self.end:
            raise RuntimeError("profile: it has no result before its end; use it as `with profile() as p:` first")
        return self.recorder.events

    def key_averages(self, group_by: str = "op") -> list[Row]:
        """A row for each operation, optimiser's step and so on, or with "module" for each module.

        In the order in which they first ran. What modules do besides their operations is in
        "Module.__call__", and what the engine does between gradient functions, in "backward".
        """
        return averages(self.events(), group_by)

    def table(
        self, sort_by: str = "self_cpu_time_total", row_limit: int | None = 30, group_by: str = "op"
    ) -> str:
        """The rows as text, those with the largest `sort_by` first.

        `sort_by` is the name of a number in a `Row` ("cpu_time_total", "count", "forward_time", "memory", ...),
        or "key" for the alphabet; a ValueError for another.
        """
        return laid_out(self.key_averages(group_by), sort_by, row_limit, group_by, self.wall_time, self.peak)

    def export_chrome_trace(self, path: str | os.PathLike[str]) -> None:
        """Write the events into a file for chrome://tracing, https://ui.perfetto.dev and their like."""
        import json

        from leafgrad.profiler.chrome import trace_events

        trace: dict[str, Any] = {"displayTimeUnit": "ms", "traceEvents": trace_events(self.events(), self.start)}
        with open(path, "w", encoding="utf-8") as file:
            json.dump(trace, file)

    def __str__(self) -> str:
        return self.table() + "\n\n" + self.table(group_by="module")
