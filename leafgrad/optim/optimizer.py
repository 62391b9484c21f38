"""Optimizer: parameter groups, their state, and the order of events in a step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from math import isfinite
from typing import Any

import numpy as np

from leafgrad.modes import enable_grad
from leafgrad.nn.state import clear_grad
from leafgrad.node import Array
from leafgrad.tensor import Tensor, wrap

Group = dict[str, Any]


class Optimizer:
    """The base of all optimisers: a subclass gives its defaults, and `update`, one parameter's step.

    `params` is an iterable of tensors, or of dicts, each a group with "params" and its own options.
    A step writes parameters in place with plain NumPy and records nothing; it changes nothing at
    all when it raises.

    >>> import leafgrad
    >>> class SignDescent(Optimizer):
    ...     def update(self, group, state, p, g, scratch):
    ...         p -= group["lr"] * np.sign(g)
    >>> w = leafgrad.tensor([1.0, -2.0], requires_grad=True)
    >>> optimizer = SignDescent([w], {"lr": 0.5})
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w
    tensor([ 0.5000, -1.5000], requires_grad=True)
    """

    def __init__(self, params: Iterable[Any], defaults: Mapping[str, Any]) -> None:
        if isinstance(params, Tensor | np.ndarray):
            raise TypeError(f"{self._name}: params must be an iterable of tensors or dicts; put the tensor in a list")
        self.defaults = dict(defaults)
        self.param_groups: list[Group] = []
        self.state: dict[Tensor, dict[str, Any]] = {}
        self._scratch: dict[tuple[Any, ...], Array] = {}
        groups = list(params)
        if not groups:
            raise ValueError(f"{self._name}: got an empty list of parameters")
        if not isinstance(groups[0], dict):
            groups = [{"params": groups}]
        for group in groups:
            self.add_param_group(group)

    @property
    def _name(self) -> str:
        return type(self).__name__

    def add_param_group(self, param_group: Group) -> None:
        """Take on more tensors, with options of their own where they differ from the defaults.

        A ValueError for a tensor that is no leaf, or that the optimiser has already.
        """
        if not isinstance(param_group, dict):
            raise TypeError(f"{self._name}: a parameter group must be a dict, got {type(param_group).__name__}")
        params = param_group["params"]
        if isinstance(params, set):
            raise TypeError(f"{self._name}: parameters need an order, and a set has none; give a list")
        params = [params] if isinstance(params, Tensor) else list(params)
        known = {id(p) for group in self.param_groups for p in group["params"]}
        for p in params:
            if not isinstance(p, Tensor):
                raise TypeError(f"{self._name}: can only optimise tensors, got {type(p).__name__}")
            if not p.is_leaf:
                raise ValueError(f"{self._name}: cannot optimise the result of an operation, of shape {p.shape}")
            if id(p) in known:
                raise ValueError(f"{self._name}: a parameter of shape {p.shape} appears more than once")
            known.add(id(p))
        group = {**self.defaults, **param_group, "params": params}
        self.check(group)
        self.param_groups.append(group)

    def check(self, group: Group) -> None:
        """A ValueError for an option that makes no sense; subclasses add theirs."""
        self._demand(isfinite(group["lr"]) and group["lr"] >= 0, "lr", group)
        decay = group.get("weight_decay", 0)
        self._demand(isfinite(decay) and decay >= 0, "weight_decay", group)

    def _demand(self, sound: bool, option: str, group: Group) -> None:
        if not sound:
            raise ValueError(f"{self._name}: invalid {option}: {group[option]}")

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of all parameters, or set them to zeros in place."""
        for group in self.param_groups:
            for p in group["params"]:
                clear_grad(p, set_to_none)

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Move each parameter that has a gradient; returns what the closure does, if there is one.

        The closure computes the loss anew and calls backward.
        """
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        moving = [(group, p) for group in self.param_groups for p in group["params"] if p.grad is not None]
        for _, p in moving:
            self._check_ready(p)
        for group, p in moving:
            g = p.grad.data
            if group.get("maximize"):
                g = np.negative(g, out=self._buffer("maximize", g))
            with np.errstate(all="ignore"):
                self.update(group, self.state.setdefault(p, {}), p.data, g, self.scratch)
            p.mark_written()
        return loss

    def _check_ready(self, p: Tensor) -> None:
        if p.grad.shape != p.shape or not p.data.flags.writeable:
            raise RuntimeError(f"{self._name}")

    def update(self, group: Group, state: dict[str, Any], p: Array, g: Array, scratch: Any) -> None:
        """Move one parameter, the array `p`, in place, by its gradient, the array `g`, left as it is."""
        raise NotImplementedError
