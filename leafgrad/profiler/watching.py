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
from importlib import import_module
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from leafgrad import autograd
from leafgrad.graph.stepping import SteppingWalk
from leafgrad.methods import Methods
from leafgrad.node import Leaf
from leafgrad.profiler.events import BACKWARD, ENGINE, MODULE, OPERATION, OPTIMIZER, UPDATE, USER, Event, Recorder
from leafgrad.surface import NUMPY, OPERATIONS
from leafgrad.tensor import Tensor

#: Where the public operations are found.
NAMESPACES = (
    "leafgrad", "leafgrad.fft", "leafgrad.layers", "leafgrad.linalg", "leafgrad.masked", "leafgrad.nn.functional",
    "leafgrad.signal.windows", "leafgrad.special",
)  # fmt: skip

#: Where they are written: what else stands in a namespace is no operation.
HOMES = (
    "leafgrad.creation", "leafgrad.fft", "leafgrad.likeness", "leafgrad.linalg", "leafgrad.masked",
    "leafgrad.nn.functional", "leafgrad.ops", "leafgrad.random", "leafgrad.sequences", "leafgrad.signal",
    "leafgrad.surface",
)  # fmt: skip

#: Public functions that tell something about a tensor, or the graph, and compute nothing.
QUESTIONS = {
    "data_ptr", "dim", "element_size", "is_complex", "is_conj", "is_contiguous", "is_floating_point", "is_nonzero",
    "is_signed", "is_tensor", "manual_seed", "numel", "register_hook", "register_post_accumulate_grad_hook",
    "retain_grad", "size", "storage_offset", "stride", "tensor_backward",
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


def watch() -> Callable[[], None]:
    """Put the watched functions into place; returns what puts back the others."""
    for name in NAMESPACES:  # some are imported when first used: here, so that their functions are seen
        import_module(name)
    replaced: dict[Any, Any] = {function: _watched_operation(function) for function in _operations()}
    replaced |= {function: _watched(function, _engine) for function in (autograd.backward, autograd.grad)}
    before = [(holder, name, vars(holder)[name]) for holder, name, _ in _attributes()]
    for holder, name, watched in list(_attributes()):
        setattr(holder, name, watched)
    _rebind(replaced)

    def unwatch() -> None:
        _rebind({watched: function for function, watched in replaced.items()})
        for holder, name, value in before:
            setattr(holder, name, value)

    return unwatch


def _operations() -> Iterator[FunctionType]:
    """The functions that are operations: in the namespaces, the methods of tensors, and behind NumPy's functions."""
    spaces = [*(vars(sys.modules[name]) for name in NAMESPACES), vars(Methods)]
    public = [value for space in spaces for name, value in space.items() if not name.startswith("_")]
    operators = [value for name, value in vars(Methods).items() if name.startswith("__")]
    for value in (*public, *operators, *OPERATIONS.values(), *NUMPY.values()):
        if type(value) is FunctionType and value.__module__.startswith(HOMES) and value.__name__ not in QUESTIONS:
            yield value


def _rebind(replaced: dict[Any, Any]) -> None:
    """Wherever one of these functions is bound, in a module, as a method or to a NumPy function, bind another."""
    # `type`, for objects of other libraries may answer `isinstance` with a warning
    modules = [module for module in list(sys.modules.values()) if issubclass(type(module), ModuleType)]
    for space in (NUMPY, *map(vars, modules)):
        for name, value in list(space.items()):
            if type(value) is FunctionType and value in replaced:
                space[name] = replaced[value]
    for name, value in list(vars(Methods).items()):
        if type(value) is FunctionType and value in replaced:
            setattr(Methods, name, replaced[value])


def _attributes() -> Iterator[tuple[Any, str, Any]]:
    """What else is watched: its holder, its name there, and what stands in for it."""
    from leafgrad.function import Function
    from leafgrad.nn.module import Module
    from leafgrad.optim.optimizer import Optimizer

    yield autograd, "Walk", TimedWalk
    yield Module, "__call__", _watched(Module.__call__, _module)
    for name in ("step", "zero_grad"):
        yield Optimizer, name, _watched(vars(Optimizer)[name], _optimizer)
    yield Function, "apply", classmethod(_watched(vars(Function)["apply"].__func__, _function))


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
