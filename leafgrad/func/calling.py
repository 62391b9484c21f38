"""Calling a module with parameters from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from leafgrad.nn.module import Module
from leafgrad.ops.joining import stack
from leafgrad.tensor import Tensor


def stack_module_state(models: Sequence[Module]) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """The parameters and the buffers, by name, of modules that are alike, each stacked along a new first dimension.

    Parameters are leaves of their own. A RuntimeError for no modules, for modules of several classes, and for some
    in training and others not.

    >>> from leafgrad import nn
    >>> params, buffers = stack_module_state([nn.Linear(2, 1) for _ in range(3)])
    >>> params["weight"].shape
    (3, 1, 2)
    """
    if len({(type(model), model.training) for model in models}) != 1:
        raise RuntimeError("stack_module_state: needs one or more modules, of one class and all in training or none")
    first = models[0]
    params = {
        name: stack([model.get_parameter(name) for model in models]).detach().requires_grad_(p.requires_grad)
        for name, p in first.named_parameters()
    }
    buffers = {name: stack([model.get_buffer(name) for model in models]) for name, _ in first.named_buffers()}
    return params, buffers


def functional_call(
    module: Module,
    parameter_and_buffer_dicts: Any,
    args: Any = None,
    kwargs: dict[str, Any] | None = None,
    *,
    tie_weights: bool = True,
    strict: bool = False,
) -> Any:
    """`module(*args, **kwargs)`, with the given tensors in the place of its parameters and buffers.

    The dict (or sequence of dicts) goes from dotted names to tensors; what is not named stays the
    module's own, unless `strict`. What is one tensor under several names in the module gets what one
    of them is given, unless `tie_weights` is False. The module is as before afterwards, also after an
    exception. A single argument need not be in a tuple. A RuntimeError for a name that the module
    does not have, a ValueError for one that two dicts have.

    >>> from leafgrad import nn, tensor
    >>> layer = nn.Linear(1, 1, bias=False)
    >>> functional_call(layer, {"weight": tensor([[3.0]])}, tensor([[2.0]]))
    tensor([[6.]])
    """
    dicts = parameter_and_buffer_dicts
    given: dict[str, Any] = {}
    for each in [dicts] if isinstance(dicts, Mapping) else dicts:
        if given.keys() & each.keys():
            raise ValueError(f"functional_call: {sorted(given.keys() & each.keys())} are in more than one of the dicts")
        given.update(each)
    own: dict[str, Tensor] = dict(module.named_parameters(remove_duplicate=False))
    own.update(module.named_buffers(remove_duplicate=False))
    unknown, absent = given.keys() - own.keys(), own.keys() - given.keys()
    if unknown or (strict and absent):
        raise RuntimeError(
            f"functional_call: {type(module).__name__} has no {sorted(unknown)}"
            if unknown
            else f"functional_call: with strict=True {sorted(absent)} must be given too"
        )
    names: dict[int, list[str]] = {}
    for name, tensor in own.items():
        names.setdefault(id(tensor), []).append(name)
    swapped: list[tuple[dict[str, Any], str, Any]] = []
    try:
        for name, value in given.items():
            for place in names[id(own[name])] if tie_weights else [name]:
                if place == name or place not in given:
                    path, _, attribute = place.rpartition(".")
                    attributes = module.get_submodule(path).__dict__
                    swapped.append((attributes, attribute, attributes[attribute]))
                    attributes[attribute] = value
        called = args if isinstance(args, tuple) else () if args is None else (args,)
        return module(*called, **(kwargs or {}))
    finally:
        for attributes, attribute, before in reversed(swapped):
            attributes[attribute] = before
