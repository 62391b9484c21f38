"""What a user calls things: the names of tensors and of modules, from a dict or from a module."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from leafgrad.tensor import Tensor


def named_tensors(names: Any) -> Iterable[tuple[str, Tensor]]:
    """Pairs of a name and a tensor: the entries of the dict, and all parameters of the modules in it.

    >>> from leafgrad import nn
    >>> [name for name, _ in named_tensors({"net": nn.Linear(2, 1)})]
    ['net.weight', 'net.bias']
    """
    for prefix, named in _entries(names):
        if hasattr(named, "named_parameters"):
            yield from ((_dotted(prefix, name), parameter) for name, parameter in named.named_parameters())
        else:
            yield prefix, named


def named_modules(names: Any) -> Iterable[tuple[str, Any]]:
    """Pairs of a dotted name and a module: the modules given, and all inside them."""
    for prefix, named in _entries(names):
        if hasattr(named, "named_modules"):
            yield from ((_dotted(prefix, name), module) for name, module in named.named_modules())


def _entries(names: Any) -> Iterable[tuple[str, Any]]:
    if names is None:
        return ()
    if hasattr(names, "named_parameters"):
        return (("", names),)
    if not isinstance(names, Mapping):
        raise TypeError(f"trace: names must be a dict from names to tensors or a module, got {type(names).__name__}")
    return names.items()


def _dotted(prefix: str, name: str) -> str:
    return f"{prefix}.{name}" if prefix and name else prefix or name
