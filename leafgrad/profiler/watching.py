"""How a profile comes to see what is run: for its duration, watched functions stand in for leafgrad's own.

Every name in a loaded module that is bound to a public operation is bound to the watched one, and
bound back in the end; the same with the methods of `Tensor`, the calls of modules, the steps of
optimisers, and the walk of backward. So nothing is slower while no profile is active, and a function
that was stored elsewhere before the profile began (in a list, in an attribute) is not seen.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ContextDecorator
from functools import cache, wraps
from types import FunctionType
from typing import Any, NamedTuple

import numpy as np

from leafgrad import autograd
from leafgrad.backward import Walk
from leafgrad.graph.stepping import SteppingWalk
from leafgrad.methods import Methods
from leafgrad.node import Leaf
from leafgrad.profiler.events import BACKWARD, ENGINE, MODULE, OPERATION, OPTIMIZER, UPDATE, USER, Event, Recorder
from leafgrad.surface import NUMPY, OPERATIONS
from leafgrad.tensor import Tensor

#: Methods that tell something about a tensor, or the graph, and compute nothing.
QUESTIONS = {
    "dim", "is_contiguous", "register_hook", "register_post_accumulate_grad_hook", "retain_grad", "size",
    "tensor_backward",
}  # fmt: skip


class _Active:
    recorder: Recorder | None = None


active = _Active()
"""The profile that is running, if one is."""


class record_function(ContextDecorator):
    """A context manager and a decorator that gives what is inside a name of its own in the profile.

    Without an active profile it does nothing.

    >>> import leafgrad
    >>> from leafgrad.profiler import profile, record_function
    >>> with profile() as p, record_function("data"):
    ...     _ = leafgrad.ones(3) * 2
    >>> sorted(event.name for event in p.events())
    ['data', 'mul', 'ones']
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.open: list[tuple[Recorder, Event] | None] = []

    def __enter__(self) -> record_function:
        recorder = active.recorder
        self.open.append(None if recorder is None else (recorder, recorder.begin(self.name, USER)))
        return self

    def __exit__(self, *exc: object) -> None:
        entered = self.open.pop()
        if entered is not None:
            recorder, event = entered
            recorder.end(event)


class TimedWalk(SteppingWalk):
    """A backward in which each gradient function, with the addition of what it returns, is an event."""

    def step(self, leaf: Leaf, g: Any) -> None:
        recorder = active.recorder
        if recorder is None:
            super().step(leaf, g)
            return
        held = self.waiting.get(leaf.value)
        event = recorder.gradient(self.node)
        try:
            new = leaf.grad_fn(g)
            if new is not None:
                self._receive(leaf.value, new)
        finally:
            recorder.end(event)
        if new is not None:
            total = self.waiting[leaf.value]
            event.shape = leaf.value.shape
            event.nbytes = _fresh_bytes(new, g)
            if total is not held and total is not new:
                event.nbytes += _fresh_bytes(total, new)


def _fresh_bytes(g: Any, source: Any) -> int:
    """The size of a gradient, unless it lies in the memory of the gradient that it was made from."""
    array, before = _array(g), _array(source)
    if array is None or (before is not None and np.may_share_memory(array, before)):
        return 0
    return int(array.nbytes)


def _array(g: Any) -> Any:
    """The array of a gradient; None where it is not one: a `Part` is added into a buffer, a `Slot` is a place."""
    g = g._now.array if isinstance(g, Tensor) else g
    return g if isinstance(g, np.ndarray | np.generic) else None


class _Binding(NamedTuple):
    """A place where a function is found by name, and what was there before."""

    holder: Any
    name: Any
    before: Any

    def bind(self, value: Any) -> None:
        if isinstance(self.holder, dict):
            self.holder[self.name] = value
        else:
            setattr(self.holder, self.name, value)


def watch() -> list[_Binding]:
    """Put the watched functions into place; returns what `unwatch` needs."""
    bound = []
    for holder, name, before, after in list(_places()):
        binding = _Binding(holder, name, before)
        binding.bind(after)
        bound.append(binding)
    return bound


def unwatch(bound: list[_Binding]) -> None:
    """Put back what was there, last first."""
    for binding in reversed(bound):
        binding.bind(binding.before)


def _places() -> Iterator[tuple[Any, Any, Any, Any]]:
    """Where to bind what: the holder of a name, the name, what is there, what shall be there."""
    from leafgrad.function import Function
    from leafgrad.nn.module import Module
    from leafgrad.optim.optimizer import Optimizer

    replaced: dict[Any, Any] = {function: _watched_operation(function) for function in _operations()}
    replaced |= {function: _watched(function, _engine) for function in (autograd.backward, autograd.grad)}
    for module in list(sys.modules.values()):
        for name, value in list(getattr(module, "__dict__", {}).items()):
            if isinstance(value, FunctionType) and value in replaced:
                yield vars(module), name, value, replaced[value]
    for name, value in list(vars(Methods).items()):
        if isinstance(value, FunctionType) and value in replaced:
            yield Methods, name, value, replaced[value]
    for function, value in NUMPY.items():
        if value in replaced:
            yield NUMPY, function, value, replaced[value]
    yield vars(autograd), "Walk", Walk, TimedWalk
    yield Module, "__call__", Module.__call__, _watched(Module.__call__, _module)
    for name in ("step", "zero_grad"):
        yield Optimizer, name, vars(Optimizer)[name], _watched(vars(Optimizer)[name], _optimizer)
    apply = vars(Function)["apply"]
    yield Function, "apply", apply, classmethod(_watched(apply.__func__, _function))


def _operations() -> Iterator[FunctionType]:
    """The functions that are operations: of `leafgrad`, the methods of tensors, and `nn.functional`."""
    from leafgrad import creation, random
    from leafgrad.nn import functional

    named = [*OPERATIONS.values(), *vars(Methods).values()]
    for module in (functional, creation, random):
        named += [getattr(module, name) for name in module.__all__]
    for function in named:
        if isinstance(function, FunctionType) and function.__name__ not in QUESTIONS:
            yield function


# An opener begins the event of a call, if it is one: `opener(recorder, function, args)`

Opener = Callable[[Recorder, Any, tuple[Any, ...]], Event | None]


@cache  # one for all profiles: `dispatch` remembers the signatures of the functions that it has met
def _watched_operation(function: Any) -> Any:
    return _watched(function, _operation)


def _watched(function: Any, opener: Opener) -> Any:
    """The function, whose calls are events while a profile is active."""

    @wraps(function)
    def watched(*args: Any, **kwargs: Any) -> Any:
        recorder = active.recorder
        if recorder is None:
            return function(*args, **kwargs)
        event = opener(recorder, function, args)
        if event is None:
            return function(*args, **kwargs)
        try:
            result = function(*args, **kwargs)
        finally:
            recorder.end(event)
        if event.kind == OPERATION:
            recorder.results(event, args, result)
        return result

    return watched


def _operation(recorder: Recorder, function: Any, args: tuple[Any, ...]) -> Event | None:
    name = function.__name__.removesuffix("_method")
    around = recorder.current.event
    if around is not None and around.kind == OPERATION and around.name == name:
        return None  # `nn.functional.relu`, say, has handed on to `leafgrad.relu`
    return recorder.begin(name, OPERATION)


def _function(recorder: Recorder, function: Any, args: tuple[Any, ...]) -> Event:
    return recorder.begin(args[0].__name__, OPERATION)


def _engine(recorder: Recorder, function: Any, args: tuple[Any, ...]) -> Event:
    return recorder.begin(function.__name__, ENGINE, BACKWARD)


def _optimizer(recorder: Recorder, function: Any, args: tuple[Any, ...]) -> Event:
    name = type(args[0]).__name__
    return recorder.begin(f"Optimizer.{function.__name__}#{name}.{function.__name__}", OPTIMIZER, UPDATE)


def _module(recorder: Recorder, function: Any, args: tuple[Any, ...]) -> Event:
    name = recorder.module_name(args[0])
    return recorder.begin(name, MODULE, module=name)
