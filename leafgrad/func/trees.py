"""Nested tuples, lists and dicts, seen as the row of what stands in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from leafgrad.tensor import Tensor


def values(tree: Any) -> list[Any]:
    """What stands in the tree, in order; None stands for nothing.

    >>> values((1, [2, {"a": 3}], None))
    [1, 2, 3]
    """
    if tree is None:
        return []
    if isinstance(tree, Mapping):
        tree = list(tree.values())
    return [v for branch in tree for v in values(branch)] if isinstance(tree, tuple | list) else [tree]


def rebuilt(tree: Any, values: Iterable[Any]) -> Any:
    """A tree of the same form with other values.

    >>> rebuilt((1, [2, {"a": 3}], None), "xyz")
    ('x', ['y', {'a': 'z'}], None)
    """
    return _rebuilt(tree, iter(values))


def _rebuilt(tree: Any, values: Iterator[Any]) -> Any:
    if tree is None:
        return None
    if isinstance(tree, Mapping):
        return type(tree)({key: _rebuilt(branch, values) for key, branch in tree.items()})  # type: ignore[call-arg]
    if isinstance(tree, tuple | list):
        branches = [_rebuilt(branch, values) for branch in tree]
        return type(tree)(*branches) if hasattr(tree, "_fields") else type(tree)(branches)
    return next(values)


def mapped(function: Callable[[Any], Any], tree: Any) -> Any:
    """The function applied to each value of a tree."""
    return rebuilt(tree, map(function, values(tree)))


def tensors(op: str, what: str, tree: Any) -> list[Tensor]:
    """The tensors of a tree; a TypeError where something else stands in it."""
    found = values(tree)
    for value in found:
        if not isinstance(value, Tensor):
            raise TypeError(f"{op}: {what} must be a tensor or a container of tensors, got {type(value).__name__}")
    return found


def like_tree(op: str, what: str, given: Any, wanted: Any) -> list[Tensor]:
    """The tensors of a tree that must have another's form and shapes; a RuntimeError where it has not."""
    found, templates = tensors(op, what, given), values(wanted)
    if len(found) != len(templates) or mapped(lambda _: None, given) != mapped(lambda _: None, wanted):
        raise RuntimeError(f"{op}: {what} must have the same structure as what it belongs to, a tensor for each tensor")
    for value, template in zip(found, templates, strict=True):
        if value.shape != template.shape:
            raise RuntimeError(f"{op}: {what} has shape {value.shape} where {template.shape} is needed")
    return found
