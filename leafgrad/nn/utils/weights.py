"""Weights that are computed, before each call of a module, from other parameters."""

from __future__ import annotations

from typing import Any, TypeVar

from leafgrad.autograd import RemovableHandle
from leafgrad.nn.module import Module
from leafgrad.nn.parameter import Parameter
from leafgrad.tensor import Tensor

M = TypeVar("M", bound=Module)


def weight_norm(module: M, name: str = "weight", dim: int | None = 0) -> M:
    """Make the parameter `name` of a module `g v / |v|`, of the parameters `name_g` and `name_v`; returns the module.

    Norms are over all dimensions but `dim`, or with None over all. Source: Salimans and Kingma, "Weight
    normalization" (2016). A RuntimeError if that is done already.

    >>> from leafgrad import nn
    >>> [name for name, _ in weight_norm(nn.Linear(2, 3)).named_parameters()]
    ['bias', 'weight_g', 'weight_v']
    """
    handles = module.__dict__.setdefault("_weight_norms", {})
    if name in handles:
        raise RuntimeError(f"weight_norm: {name} is normalised already; call remove_weight_norm() first")
    weight = getattr(module, name)
    delattr(module, name)
    module.register_parameter(f"{name}_g", Parameter(_norm(weight, dim).detach().clone()))
    module.register_parameter(f"{name}_v", Parameter(weight.detach().clone()))

    def compute(module: Module, args: Any) -> None:
        setattr(module, name, _weight(module, name, dim))

    handles[name] = dim, module.register_forward_pre_hook(compute)
    compute(module, ())
    return module


def _weight(module: Module, name: str, dim: int | None) -> Tensor:
    v: Tensor = getattr(module, f"{name}_v")
    return v * (getattr(module, f"{name}_g") / _norm(v, dim))  # type: ignore[no-any-return]


def _norm(v: Tensor, dim: int | None) -> Tensor:
    if dim is None:
        return v.norm()
    return v.norm(dim=tuple(i for i in range(v.ndim) if i != dim % v.ndim), keepdim=True)


def remove_weight_norm(module: M, name: str = "weight") -> M:
    """Make what `weight_norm` made of that parameter one parameter again; returns the module.

    A ValueError if there is nothing to undo.

    >>> from leafgrad import nn
    >>> [name for name, _ in remove_weight_norm(weight_norm(nn.Linear(2, 3))).named_parameters()]
    ['bias', 'weight']
    """
    found: tuple[int | None, RemovableHandle] | None = module.__dict__.get("_weight_norms", {}).pop(name, None)
    if found is None:
        raise ValueError(f"remove_weight_norm: {name} of {type(module).__name__} is not normalised")
    dim, handle = found
    handle.remove()
    weight = _weight(module, name, dim).detach()
    for each in (name, f"{name}_g", f"{name}_v"):
        delattr(module, each)
    module.register_parameter(name, Parameter(weight))
    return module
