"""What a Module owns: the roles of its attributes, and the places where one could hide from it.

The values themselves are ordinary attributes, in the module's `__dict__`; `module._roles` says which
of them are registered, and as what, in order.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from leafgrad.nn.parameter import Parameter

if TYPE_CHECKING:
    from leafgrad.nn.tree import Tree

PARAMETER = "parameter"
BUFFER = "buffer"
TRANSIENT = "transient buffer"  # one that state_dict leaves out
MODULE = "module"

PLAIN_CONTAINERS = (list, tuple, dict, set, frozenset)
_OUR_OWN = ("_roles", "_forward_hooks", "_forward_pre_hooks")


def owned(module: Tree, *roles: str) -> list[tuple[str, Any]]:
    """The names and values of the attributes registered in these roles, None left out."""
    values = module.__dict__
    named = [(name, values[name]) for name, role in module._roles.items() if role in roles]
    return [pair for pair in named if pair[1] is not None]


def walk(module: Tree, prefix: str = "", remove_duplicate: bool = True) -> Iterator[tuple[str, Any]]:
    """The module and all below it, with dotted names, parents first, in order of registration."""
    seen: set[int] = set()
    stack = [(prefix, module)]
    while stack:
        path, each = stack.pop()
        if remove_duplicate:
            if id(each) in seen:
                continue
            seen.add(id(each))
        yield path, each
        stack.extend((dotted(path, name), child) for name, child in reversed(owned(each, MODULE)))


def members(
    module: Tree, roles: tuple[str, ...], prefix: str, recurse: bool, remove_duplicate: bool
) -> Iterator[tuple[str, Any]]:
    """What is registered in these roles in the module, or the whole tree, with dotted names."""
    refuse_hidden(module)
    seen: set[int] = set()
    for path, each in walk(module, prefix, remove_duplicate) if recurse else [(prefix, module)]:
        for name, value in owned(each, *roles):
            if remove_duplicate:
                if id(value) in seen:
                    continue
                seen.add(id(value))
            yield dotted(path, name), value


def dotted(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def refuse_hidden(root: Tree) -> None:
    """A TypeError if a plain container somewhere in the tree hides a parameter or module from it.

    Assignment refuses them at once (`refuse_hidden_in`); this finds what was appended later.
    """
    for _, module in walk(root):
        for name, value in module.__dict__.items():
            if isinstance(value, PLAIN_CONTAINERS) and name not in _OUR_OWN:
                refuse_hidden_in(value, name, module, root)


def refuse_hidden_in(container: Any, name: str, module: Tree, root: Tree) -> None:
    """A TypeError if the plain container `module.name` holds what `root` does not own."""
    hidden = list(_contents(container))
    if not hidden:
        return
    known = {id(each) for _, each in walk(root)}
    known |= {id(value) for _, each in walk(root) for _, value in owned(each, PARAMETER)}
    for each in hidden:
        if id(each) not in known:
            instead = "ParameterList or ParameterDict" if isinstance(each, Parameter) else "ModuleList or ModuleDict"
            raise TypeError(
                f"{type(module).__name__}.{name}: a {type(each).__name__} inside a plain {type(container).__name__} "
                f"is lost to parameters() and state_dict(); use leafgrad.nn.{instead}"
            )


def _contents(container: Any) -> Iterator[Any]:
    """The parameters and modules in a plain container, at any depth."""
    from leafgrad.nn.tree import Tree

    stack = [container]
    seen: set[int] = set()
    while stack:
        item = stack.pop()
        if isinstance(item, Parameter | Tree):
            yield item
        elif isinstance(item, PLAIN_CONTAINERS) and id(item) not in seen:
            seen.add(id(item))
            stack.extend(item.values() if isinstance(item, dict) else item)
