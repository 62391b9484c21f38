"""To which module's box each entry of a trace belongs.

Where `keep_values` was active, the calls of modules are known. Elsewhere the dotted names of
parameters tell: an operation that uses `hidden.weight` belongs to `hidden`, and one without
parameters to what the operations before and after it have in common.

A box holds operations that were recorded one after the other, without a gap. Such a box can be
folded into one node, and the graph still has no cycle; a module that is called twice has two boxes.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from itertools import takewhile
from typing import Any, NamedTuple

from leafgrad.graph.calls import Call
from leafgrad.graph.naming import named_modules
from leafgrad.graph.tracing import Entry
from leafgrad.nn.parameter import Parameter
from leafgrad.node import Node


class Box(NamedTuple):
    """A module's call: `place` tells it from every other box, the rest is what it is called."""

    place: tuple[int, ...]  # the box's number within each box around it
    name: str  # as the box around it knows it; empty for an outermost module
    kind: str  # the module's class; empty if not known
    module: Any  # what `identity` says it is: equal for two calls of one module


Path = tuple[Box, ...]

#: Containers that are never called: they get no box of their own.
UNCALLED = ("ModuleList", "ModuleDict")


class _Step(NamedTuple):
    """One level of a path before boxes are numbered."""

    identity: Hashable
    name: str
    kind: str
    module: Any


def boxes_of(entries: Sequence[Entry], names: Any = None) -> list[Path]:
    """For each entry the boxes around it, outermost first."""
    operations = [entry for entry in entries if not entry.is_leaf]
    if any(_call(entry) is not None for entry in operations):
        steps = _by_calls(operations, names)
    else:
        steps = _by_names(entries, names)
    paths = dict(zip([entry.number for entry in operations], _numbered(steps), strict=True))
    users: dict[int, list[Path]] = {}
    for entry in operations:
        for parent in entry.parents:
            if isinstance(entries[parent].value, Parameter):  # other leaves come from outside of any module
                users.setdefault(parent, []).append(paths[entry.number])
    return [paths[i] if i in paths else common(users.get(i, [()])) for i in range(len(entries))]


def common(paths: Sequence[tuple[Any, ...]]) -> tuple[Any, ...]:
    """The steps with which all of the paths begin.

    >>> common([(1, 2, 3), (1, 2), (1, 2, 4)])
    (1, 2)
    """
    return tuple(steps[0] for steps in takewhile(lambda steps: len(set(steps)) == 1, zip(*paths, strict=False)))


def _numbered(steps: Sequence[tuple[_Step, ...]]) -> list[Path]:
    """Boxes from steps: a new box wherever a step is not that of the operation before."""
    result: list[Path] = []
    counts: dict[tuple[int, ...], int] = {}
    before: tuple[_Step, ...] = ()
    path: Path = ()
    for now in steps:
        path = path[: len(common([before, now]))]
        for step in now[len(path) :]:
            around = path[-1].place if path else ()
            number = counts[around] = counts.get(around, -1) + 1
            path = (*path, Box((*around, number), step.name, step.kind, step.module))
        result.append(path)
        before = now
    return result


# From calls


def _by_calls(operations: Sequence[Entry], names: Any) -> list[tuple[_Step, ...]]:
    noted = [_call(entry) for entry in operations]
    calls = [None if call is None else call.path() for call in noted]
    known = {id(module): name for name, module in named_modules(names)}
    for call in {path[0] for path in calls if path}:
        root = call.module()
        for name, module in named_modules(root):
            known.setdefault(id(module), name)
    steps = [None if path is None else _steps(path, known) for path in calls]
    return [_between(steps, i) if step is None else step for i, step in enumerate(steps)]


def _call(entry: Entry) -> Call | None:
    return entry.value.call if isinstance(entry.value, Node) else None


def _steps(calls: Sequence[Call], known: dict[int, str]) -> tuple[_Step, ...]:
    steps, outer = [], ""
    for call in calls:
        module = call.module()
        name = known.get(id(module), "") if module is not None else ""
        steps.append(_Step(call, name.removeprefix(outer + "."), call.kind, id(module) if module else call.kind))
        outer = name
    return tuple(steps)


def _between(steps: Sequence[tuple[_Step, ...] | None], i: int) -> tuple[_Step, ...]:
    """The steps of an event that nobody observed, such as a write through a view: what surrounds it."""
    before = next((step for step in reversed(steps[:i]) if step is not None), ())
    after = next((step for step in steps[i:] if step is not None), ())
    return common([before, after])


# From the names of parameters


def _by_names(entries: Sequence[Entry], names: Any) -> list[tuple[_Step, ...]]:
    own = {entry.number: _owner(entry, entries) for entry in entries if not entry.is_leaf}
    above, below = dict(own), dict(own)
    users: dict[int, list[int]] = {}
    for i in own:
        operands = [above[p] or () for p in entries[i].parents if not entries[p].is_leaf]
        if above[i] is None:
            above[i] = common(operands)
        for parent in entries[i].parents:
            users.setdefault(parent, []).append(i)
    for i in reversed(own):
        if below[i] is None:
            below[i] = common([below[user] or () for user in users.get(i, [])])
    kinds = {name: module for name, module in named_modules(names)}
    paths = [own[i] if own[i] is not None else common([above[i] or (), below[i] or ()]) for i in own]
    return [_named_steps(path or (), kinds) for path in paths]


def _owner(entry: Entry, entries: Sequence[Entry]) -> tuple[str, ...] | None:
    """The module, as the parts of its dotted name, whose parameters the operation uses; None without any."""
    leaves = [entries[parent].name for parent in entry.parents if entries[parent].is_leaf]
    owners = [tuple(name.split(".")[:-1]) for name in leaves if name and "." in name]
    return common(owners) if owners else None


def _named_steps(path: tuple[str, ...], kinds: dict[str, Any]) -> tuple[_Step, ...]:
    steps, outer = [], ""
    for depth in range(1, len(path) + 1):
        dotted = ".".join(path[:depth])
        module = kinds.get(dotted)
        kind = "" if module is None else type(module).__name__
        if kind not in UNCALLED and not (kind == "" and kinds):
            steps.append(_Step(dotted, dotted.removeprefix(outer + "."), kind, dotted))
            outer = dotted
    return tuple(steps)
