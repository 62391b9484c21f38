"""Tree: how a Module knows which of its attributes are parameters, buffers and modules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Self

from leafgrad.nn.parameter import Parameter
from leafgrad.nn.registry import (
    BUFFER,
    MODULE,
    PARAMETER,
    PLAIN_CONTAINERS,
    TRANSIENT,
    members,
    owned,
    refuse_hidden,
    refuse_hidden_in,
    walk,
)
from leafgrad.tensor import Tensor

if TYPE_CHECKING:
    from leafgrad.nn.module import Module


class Tree:
    """The attributes of a Module that are registered, and the tree that its modules form.

    Values are ordinary attributes; `_roles` says which of them are registered, as what, in order.
    """

    _roles: dict[str, str]

    def __init__(self) -> None:
        self.__dict__["_roles"] = {}

    # Assigning and registering

    def __setattr__(self, name: str, value: Any) -> None:
        roles = self.__dict__.get("_roles")
        if isinstance(value, Parameter | Tree):
            self._own(name, value, PARAMETER if isinstance(value, Parameter) else MODULE)
            return
        role = roles.get(name) if roles else None
        if role is None:
            if isinstance(value, PLAIN_CONTAINERS):
                refuse_hidden_in(value, name, self, self if roles is not None else Tree())
            object.__setattr__(self, name, value)
        elif value is None or (role in (BUFFER, TRANSIENT) and isinstance(value, Tensor)):
            self.__dict__[name] = value
        else:
            wanted = {PARAMETER: "a Parameter", MODULE: "a Module"}.get(role, "a Tensor")
            raise TypeError(
                f"cannot assign '{type(value).__name__}' as {role} '{name}' of {type(self).__name__}: "
                f"{wanted} or None expected"
            )

    def _own(self, name: str, value: Any, role: str) -> None:
        """Set the attribute, registered in this role; last, if it had another role before."""
        roles = self.__dict__.get("_roles")
        if roles is None:
            raise AttributeError(
                f"cannot assign {role} '{name}' before {type(self).__name__} has called super().__init__()"
            )
        if roles.get(name) != role:
            roles.pop(name, None)
            roles[name] = role
        self.__dict__[name] = value

    def __delattr__(self, name: str) -> None:
        object.__delattr__(self, name)
        self._roles.pop(name, None)

    def __getattr__(self, name: str) -> Any:  # only where the ordinary look-up has failed
        hint = "" if "_roles" in self.__dict__ else "; its __init__ must call super().__init__() first"
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'{hint}")

    def __copy__(self) -> Self:
        """A shallow copy: its own register and attributes, of the same parameters and modules."""
        other = object.__new__(type(self))
        other.__dict__.update(self.__dict__)
        other.__dict__["_roles"] = dict(self._roles)
        return other

    def register_parameter(self, name: str, param: Parameter | None) -> None:
        """Register a parameter, or with None the place for one."""
        self._check_name("parameter", name, PARAMETER)
        if param is not None and not isinstance(param, Parameter):
            raise TypeError(f"register_parameter: '{name}' must be a Parameter or None, got {type(param).__name__}")
        self._own(name, param, PARAMETER)

    def register_buffer(self, name: str, tensor: Tensor | None, persistent: bool = True) -> None:
        """Register a tensor that is no parameter, but part of the state: of `state_dict`, if persistent.

        >>> import leafgrad
        >>> module = leafgrad.nn.Module()
        >>> module.register_buffer("mean", leafgrad.zeros(3))
        >>> module.state_dict()
        {'mean': tensor([0., 0., 0.])}
        """
        self._check_name("buffer", name, BUFFER, TRANSIENT)
        if tensor is not None and not isinstance(tensor, Tensor):
            raise TypeError(f"register_buffer: '{name}' must be a Tensor or None, got {type(tensor).__name__}")
        self._own(name, tensor, BUFFER if persistent else TRANSIENT)

    def register_module(self, name: str, module: Module | None) -> None:
        """Register a child module, or with None the place for one; as assigning the attribute does."""
        self._check_name("module", name, MODULE)
        if module is not None and not isinstance(module, Tree):
            raise TypeError(f"register_module: '{name}' must be a Module or None, got {type(module).__name__}")
        self._own(name, module, MODULE)

    add_module = register_module

    def _check_name(self, kind: str, name: str, *roles: str) -> None:
        if not isinstance(name, str):
            raise TypeError(f"register_{kind}: the name must be a string, got {type(name).__name__}")
        if "." in name or name == "":
            raise KeyError(f'register_{kind}: the name can neither be empty nor contain ".", got {name!r}')
        if "_roles" in self.__dict__ and hasattr(self, name) and self._roles.get(name) not in roles:
            raise KeyError(f"register_{kind}: {type(self).__name__} already has an attribute '{name}'")

    # Looking through the tree

    def parameters(self, recurse: bool = True) -> Iterator[Parameter]:
        """The parameters, each once, in order of registration; of the module alone without `recurse`."""
        return (parameter for _, parameter in self.named_parameters(recurse=recurse))

    def named_parameters(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Parameter]]:
        """The parameters with their dotted names."""
        return members(self, (PARAMETER,), prefix, recurse, remove_duplicate)

    def buffers(self, recurse: bool = True) -> Iterator[Tensor]:
        """The buffers, each once, in order of registration."""
        return (buffer for _, buffer in self.named_buffers(recurse=recurse))

    def named_buffers(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Tensor]]:
        """The buffers with their dotted names."""
        return members(self, (BUFFER, TRANSIENT), prefix, recurse, remove_duplicate)

    def children(self) -> Iterator[Module]:
        """The modules assigned to this one, each once."""
        return (child for _, child in self.named_children())

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """The modules assigned to this one, each once, with their names."""
        seen: set[int] = set()
        for name, child in owned(self, MODULE):
            if id(child) not in seen:
                seen.add(id(child))
                yield name, child

    def modules(self) -> Iterator[Module]:
        """This module and all below it, each once."""
        return (module for _, module in self.named_modules())

    def named_modules(self, prefix: str = "", remove_duplicate: bool = True) -> Iterator[tuple[str, Module]]:
        """This module and all below it, with their dotted names; this one's is the prefix."""
        refuse_hidden(self)
        return walk(self, prefix, remove_duplicate)

    def get_submodule(self, target: str) -> Module:
        """The module of that dotted name; an AttributeError if there is none."""
        module: Any = self
        for name in target.split(".") if target else []:
            module = getattr(module, name)
            if not isinstance(module, Tree):
                raise AttributeError(f"get_submodule: '{name}' in '{target}' is not a Module")
        return module  # type: ignore[no-any-return]

    def get_parameter(self, target: str) -> Parameter:
        """The parameter of that dotted name; an AttributeError if there is none."""
        return self._get(target, Parameter, PARAMETER)  # type: ignore[no-any-return]

    def get_buffer(self, target: str) -> Tensor:
        """The buffer of that dotted name; an AttributeError if there is none."""
        return self._get(target, Tensor, BUFFER, TRANSIENT)  # type: ignore[no-any-return]

    def _get(self, target: str, kind: type, *roles: str) -> Any:
        path, _, name = target.rpartition(".")
        module = self.get_submodule(path)
        found = getattr(module, name)
        if not isinstance(found, kind) or module._roles.get(name) not in roles:
            raise AttributeError(f"'{target}' is not a {roles[0]} of {type(self).__name__}")
        return found
