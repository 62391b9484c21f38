"""What a profile is made of: events with a begin and an end, one inside the other, in each thread."""

from __future__ import annotations

import threading
import weakref
from dataclasses import dataclass
from time import perf_counter_ns
from typing import Any

import numpy as np

from leafgrad.node import Node, Snapshot
from leafgrad.tensor import Tensor

FORWARD, BACKWARD, UPDATE = "forward", "backward", "update"

#: What happened: an operation's call, a gradient function's run, a module's call, and so on.
OPERATION, GRADIENT, MODULE, ENGINE, OPTIMIZER, USER = "op", "gradient", "module", "engine", "optimizer", "user"


@dataclass(slots=True, eq=False)
class Event:
    """One call that was timed; times are in nanoseconds since some point before the profile."""

    name: str
    kind: str
    phase: str  # "forward", "backward" or "update"
    module: str  # the innermost module in which it happened; empty outside of all
    thread: int
    parent: Event | None  # the call inside which it happened
    start: int
    end: int = 0
    inside: int = 0  # the time of the events directly inside it
    nbytes: int = 0  # allocated for its results, without those of the events inside it
    shape: tuple[int, ...] | None = None  # of its result

    @property
    def duration(self) -> int:
        return self.end - self.start

    @property
    def self_time(self) -> int:
        """The time that no event inside it accounts for."""
        return self.end - self.start - self.inside


class _Current(threading.local):
    event: Event | None = None


class Recorder:
    """The events of one profile, in the order in which they began."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.current = _Current()  # the innermost call that each thread is in
        self.origins: weakref.WeakKeyDictionary[Node, tuple[str, str]] = weakref.WeakKeyDictionary()
        self.module_names: dict[Any, str] = {}
        self.counted: weakref.WeakSet[Snapshot] = weakref.WeakSet()  # results whose memory is some event's already

    def begin(self, name: str, kind: str, phase: str = FORWARD, module: str | None = None) -> Event:
        """A new event inside the one that this thread is in."""
        parent = self.current.event
        if parent is not None:
            phase = BACKWARD if parent.phase == BACKWARD else phase
            module = parent.module if module is None else module
        event = Event(name, kind, phase, module or "", threading.get_ident(), parent, 0)
        self.events.append(event)
        self.current.event = event
        event.start = perf_counter_ns()
        return event

    def end(self, event: Event) -> None:
        event.end = perf_counter_ns()
        self.current.event = event.parent
        if event.parent is not None:
            event.parent.inside += event.duration

    def gradient(self, node: Node) -> Event:
        """A new event for a gradient function, under the name and in the module of what recorded its node."""
        name, module = self.origins.get(node, (node.op, ""))
        return self.begin(name, GRADIENT, BACKWARD, module)

    def module_name(self, module: Any) -> str:
        """A module's name: that of its class, with its dotted name inside the outermost module before it."""
        if module not in self.module_names:
            event = self.current.event
            around = event.module + "." if event is not None and event.module else ""
            outermost = around + type(module).__name__
            for name, each in module.named_modules():
                self.module_names.setdefault(each, f"{outermost}.{name}" if name else outermost)
        return self.module_names[module]

    def observe(self, node: Node) -> None:
        """Remember in which call a node was recorded; called with each new one.

        An operation that calls `record` without being one that is watched leaves an event without
        duration, so that it is counted at least.
        """
        event = self.current.event
        if event is None or event.kind not in (OPERATION, GRADIENT):
            event = self.begin(node.op, OPERATION)
            tensor = node.tensor
            event.end = event.start
            self.current.event = event.parent
            if tensor is not None:
                self.results(event, (), tensor)
        self.origins[node] = (event.name if event.kind == OPERATION else node.op, event.module)

    def results(self, event: Event, arguments: tuple[Any, ...], result: Any) -> None:
        """Note the shape and the memory of what a call returned; nothing for memory that was there before."""
        for each in result if isinstance(result, tuple | list) else (result,):
            if not isinstance(each, Tensor):
                continue
            now = each._now
            if event.shape is None:
                event.shape = now.shape
            if now not in self.counted and not any(_share(now, x) for x in arguments):
                event.nbytes += now.array.nbytes
                self.counted.add(now)


def _share(now: Snapshot, argument: Any) -> bool:
    return isinstance(argument, Tensor) and np.may_share_memory(now.array, argument._now.array)
