"""Optimizer: parameter groups, their state, and the order of events in a step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from math import isfinite
from numbers import Real
from typing import Any, TypedDict

import numpy as np

from leafgrad.autograd import RemovableHandle
from leafgrad.modes import enable_grad
from leafgrad.nn.state import clear_grad
from leafgrad.node import Array
from leafgrad.tensor import Tensor, wrap

Group = dict[str, Any]
State = dict[str, Any]


class Running(TypedDict, total=False):
    """What PyTorch's optimisers may be told of how a step runs; here it runs one way, and these change nothing."""

    foreach: bool | None
    fused: bool | None
    capturable: bool


class Optimizer:
    """The base of all optimisers: a subclass gives its defaults, and `update`, one parameter's step.

    `params` is an iterable of tensors, or of dicts, each a group with "params" and its own options.
    A step writes the parameters in place with plain NumPy and records nothing. Where it raises, no
    parameter has changed.

    >>> import leafgrad
    >>> class SignDescent(Optimizer):
    ...     def update(self, group, state, p, g):
    ...         p -= group["lr"] * np.sign(g)
    >>> w = leafgrad.tensor([1.0, -2.0], requires_grad=True)
    >>> optimizer = SignDescent([w], {"lr": 0.5})
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w
    tensor([ 0.5000, -1.5000], requires_grad=True)
    """

    def __init__(self, params: Iterable[Any], defaults: Mapping[str, Any], running: Running | None = None) -> None:
        unknown = (running or {}).keys() - Running.__annotations__.keys()
        if unknown:
            raise TypeError(f"{self._name}: got an unexpected keyword argument {min(unknown)!r}")
        if isinstance(params, Tensor | np.ndarray) or not isinstance(params, Iterable):
            remedy = "put the tensor in a list" if isinstance(params, Tensor) else "give it model.parameters()"
            raise TypeError(
                f"{self._name}: params must be an iterable of tensors or dicts, got {type(params).__name__}; {remedy}"
            )
        self.defaults = dict(defaults)
        self.param_groups: list[Group] = []
        self.state: dict[Tensor, State] = {}
        self._scratch: dict[tuple[Any, ...], Array] = {}
        self._before_step: dict[int, Any] = {}
        self._after_step: dict[int, Any] = {}
        groups = list(params)
        if not groups:
            raise ValueError(f"{self._name}: got an empty list of parameters")
        for group in groups if isinstance(groups[0], dict) else [{"params": groups}]:
            self.add_param_group(group)

    @property
    def _name(self) -> str:
        return type(self).__name__

    def add_param_group(self, param_group: Group) -> None:
        """Take on more tensors, with options of their own where they differ from the defaults.

        A ValueError for a tensor that is no leaf or that is there already, and for unsound options.
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
        """A ValueError for an option that makes no sense; subclasses add their own demands."""
        if "lr" not in group:
            raise ValueError(f"{self._name}: every parameter group needs a learning rate, lr")
        for option in ("lr", "weight_decay"):
            value = group.get(option, 0.0)
            self.demand(isinstance(value, Real) and isfinite(value) and float(value) >= 0, option, group)

    def demand(self, sound: bool, option: str, group: Group) -> None:
        """A ValueError that names the option and its value, unless it is sound."""
        if not sound:
            name = self._name
            raise ValueError(f"{name}: invalid {option}: {group[option]}; help({name}) says what it may be")

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of all parameters, or set them to zeros in place."""
        for group in self.param_groups:
            for p in group["params"]:
                clear_grad(p, set_to_none)

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Move each parameter that has a gradient; returns what the closure does, if there is one.

        The closure computes the loss anew and calls backward.
        """
        for hook in list(self._before_step.values()):
            hook(self, (closure,), {})
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        moving = [
            (group, p, p.data, p.grad.data, self.state.get(p, {}))
            for group in self.param_groups
            for p in group["params"]
            if p.grad is not None
        ]
        for _, _, array, g, state in moving:
            self._check_ready(array, g, state)
        with np.errstate(all="ignore"):
            for group, p, array, g, state in moving:
                if group.get("maximize"):
                    g = np.negative(g, out=self.scratch("maximize", g))
                self.update(group, state, array, g)
                if state:
                    self.state[p] = state
                p.mark_written()
        for hook in list(self._after_step.values()):
            hook(self, (closure,), {})
        return loss

    def register_step_pre_hook(self, hook: Callable[..., None]) -> RemovableHandle:
        """Have `hook(optimizer, args, kwargs)` called before each step; the handle's `remove()` takes it away."""
        return self._register(self._before_step, hook)

    def register_step_post_hook(self, hook: Callable[..., None]) -> RemovableHandle:
        """Have `hook(optimizer, args, kwargs)` called after each step."""
        return self._register(self._after_step, hook)

    def _register(self, hooks: dict[int, Any], hook: Any) -> RemovableHandle:
        handle = RemovableHandle(hooks)
        hooks[handle.id] = hook
        return handle

    def _check_ready(self, array: Array, g: Array, state: State) -> None:
        shape = array.shape
        if not array.flags.writeable:
            raise RuntimeError(f"{self._name}: a parameter of shape {shape} shares a read-only array; clone it first")
        for other in (g, *state.values()):
            if isinstance(other, np.ndarray | Tensor) and other.shape != shape:
                raise RuntimeError(
                    f"{self._name}: a parameter has shape {shape}, but its gradient or state {other.shape}; "
                    "make a new optimiser after giving a parameter another shape"
                )

    def update(self, group: Group, state: State, p: Array, g: Array) -> None:
        """Move one parameter, the array `p`, in place, by its gradient `g`, which is left as it is.

        `state` is the parameter's own, empty at first: tensors of the parameter's shape, and numbers.
        """
        raise NotImplementedError

    def scratch(self, name: str, like: Array) -> Array:
        """An array of the shape and dtype of another, the same one each time, with anything in it."""
        key = (name, like.shape, like.dtype.char)
        buffer = self._scratch.get(key)
        if buffer is None:
            buffer = self._scratch[key] = np.empty(like.shape, like.dtype)
        return buffer

    def state_dict(self) -> dict[str, Any]:
        """The state and the options, with parameters as numbers, in PyTorch's layout.

        >>> import leafgrad
        >>> from leafgrad import optim
        >>> optim.SGD([leafgrad.zeros(2, requires_grad=True)], lr=0.1).state_dict()["param_groups"][0]["params"]
        [0]
        """
        numbers = {p: i for i, p in enumerate(self._all_params())}
        return {
            "state": {numbers[p]: dict(state) for p, state in self.state.items()},
            "param_groups": [{**group, "params": [numbers[p] for p in group["params"]]} for group in self.param_groups],
        }

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over, as copies, the state and the options of an optimiser for the same parameters.

        A ValueError, with nothing changed, where groups, sizes or shapes differ.
        """
        saved_groups = list(state_dict["param_groups"])
        if len(saved_groups) != len(self.param_groups):
            raise ValueError(
                f"{self._name}.load_state_dict: {len(saved_groups)} parameter groups were saved, "
                f"this optimiser has {len(self.param_groups)}"
            )
        groups = []
        params: dict[Any, Tensor] = {}  # by the numbers they were saved under
        for i, (theirs, ours) in enumerate(zip(saved_groups, self.param_groups, strict=True)):
            if len(theirs["params"]) != len(ours["params"]):
                raise ValueError(
                    f"{self._name}.load_state_dict: group {i} was saved with {len(theirs['params'])} parameters, "
                    f"here it has {len(ours['params'])}"
                )
            params.update(zip(theirs["params"], ours["params"], strict=True))
            group = {**ours, **deepcopy({k: v for k, v in theirs.items() if k != "params"})}
            self.check(group)
            groups.append(group)
        state = {params[i]: self._loaded(params[i], saved) for i, saved in state_dict["state"].items()}
        for ours, group in zip(self.param_groups, groups, strict=True):
            ours.update(group)  # in place: schedulers and users may hold the group
        self.state = state

    def _loaded(self, p: Tensor, entries: Mapping[str, Any]) -> State:
        """A copy of one parameter's state, in the parameter's dtype; "step" is a number."""
        state: State = {}
        for name, value in entries.items():
            if name == "step":
                state[name] = int(value)
            elif isinstance(value, Tensor | np.ndarray):
                array = np.array(value.data if isinstance(value, Tensor) else value, p.dtype)
                if array.shape != p.shape:
                    raise ValueError(
                        f"{self._name}.load_state_dict: {name} has shape {array.shape}, its parameter {p.shape}"
                    )
                state[name] = wrap(array)
            else:
                state[name] = deepcopy(value)
        return state

    def _all_params(self) -> list[Tensor]:
        return [p for group in self.param_groups for p in group["params"]]

    def __repr__(self) -> str:
        lines = [f"{self._name} ("]
        for i, group in enumerate(self.param_groups):
            lines.append(f"Parameter Group {i}")
            lines += [f"    {option}: {group[option]}" for option in sorted(group) if option != "params"]
        return "\n".join([*lines, ")"])


def begin(state: State, p: Array, *names: str) -> None:
    """Set the count of steps, and zeros of the parameter's shape under these names."""
    state["step"] = 0
    for name in names:
        state[name] = wrap(np.zeros_like(p))
