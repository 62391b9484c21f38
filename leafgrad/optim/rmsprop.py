"""RMSprop, Adagrad and Adadelta: steps divided by the size of the gradients seen so far."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Unpack

import numpy as np

from leafgrad.node import Array
from leafgrad.optim.optimizer import Group, Optimizer, Running, State, begin
from leafgrad.optim.sgd import decayed


class RMSprop(Optimizer):
    """`p -= lr g / (√s + eps)`, where s is a running mean of g²: Hinton's lecture 6 (2012).

        s = alpha s + (1 - alpha) g²

    `centered` takes the running mean of g, squared, from s: Graves, "Generating sequences with recurrent neural
    networks" (2013). With a momentum b, `b = momentum b + g / (√s + eps)` is the step.

    >>> import leafgrad
    >>> w = leafgrad.tensor([1.0, -2.0], requires_grad=True)
    >>> optimizer = RMSprop([w], lr=0.01)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w
    tensor([ 0.9000, -1.9000], requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum: float = 0.0,
        centered: bool = False,
        *,
        maximize: bool = False,
        **running: Unpack[Running],
    ) -> None:
        defaults = {
            "lr": lr,
            "alpha": alpha,
            "eps": eps,
            "weight_decay": weight_decay,
            "momentum": momentum,
            "centered": centered,
            "maximize": maximize,
        }
        super().__init__(params, defaults, running)

    def check(self, group: Group) -> None:
        super().check(group)
        for option in ("alpha", "eps", "momentum"):
            self.demand(group[option] >= 0, option, group)

    def update(self, group: Group, state: State, p: Array, g: Array) -> None:
        alpha, momentum = float(group["alpha"]), float(group["momentum"])
        if not state:
            extras = {"momentum_buffer": momentum > 0, "grad_avg": group["centered"]}
            begin(state, p, "square_avg", *(name for name, there in extras.items() if there))
        state["step"] += 1
        g = decayed(self, group, p, g)
        squares = state["square_avg"].data
        squares *= alpha
        squares += (1 - alpha) * g * g
        if group["centered"]:
            mean = state["grad_avg"].data
            mean += (1 - alpha) * (g - mean)
            squares = squares - mean * mean
        step = g / (np.sqrt(squares) + float(group["eps"]))
        if momentum:
            velocity = state["momentum_buffer"].data
            velocity *= momentum
            velocity += step
            step = velocity
        p -= float(group["lr"]) * step


class Adagrad(Optimizer):
    """`p -= lr g / (√s + eps)`, where s is the sum of all g²: Duchi, Hazan and Singer (2011).

    At step n the rate is lr / (1 + (n - 1) lr_decay); s begins as `initial_accumulator_value`.

    >>> import leafgrad
    >>> w = leafgrad.tensor([1.0, -2.0], requires_grad=True)
    >>> optimizer = Adagrad([w], lr=0.1)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w
    tensor([ 0.9000, -1.9000], requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-2,
        lr_decay: float = 0.0,
        weight_decay: float = 0.0,
        initial_accumulator_value: float = 0.0,
        eps: float = 1e-10,
        *,
        maximize: bool = False,
        **running: Unpack[Running],
    ) -> None:
        defaults = {
            "lr": lr,
            "lr_decay": lr_decay,
            "eps": eps,
            "weight_decay": weight_decay,
            "initial_accumulator_value": initial_accumulator_value,
            "maximize": maximize,
        }
        super().__init__(params, defaults, running)

    def check(self, group: Group) -> None:
        super().check(group)
        for option in ("lr_decay", "eps", "initial_accumulator_value"):
            self.demand(group[option] >= 0, option, group)

    def update(self, group: Group, state: State, p: Array, g: Array) -> None:
        if not state:
            begin(state, p, "sum")
            state["sum"].data[...] = group["initial_accumulator_value"]
        state["step"] += 1
        g = decayed(self, group, p, g)
        squares = state["sum"].data
        squares += g * g
        rate = float(group["lr"]) / (1 + (state["step"] - 1) * float(group["lr_decay"]))
        p -= rate * g / (np.sqrt(squares) + float(group["eps"]))


class Adadelta(Optimizer):
    """`p -= lr d`, where d is g in the size of earlier steps: Zeiler (2012).

        s = rho s + (1 - rho) g²        d = g √(u + eps) / √(s + eps)        u = rho u + (1 - rho) d²

    >>> import leafgrad
    >>> w = leafgrad.tensor([1.0, -2.0], requires_grad=True)
    >>> optimizer = Adadelta([w])
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w
    tensor([ 0.9968, -1.9968], requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1.0,
        rho: float = 0.9,
        eps: float = 1e-6,
        weight_decay: float = 0.0,
        *,
        maximize: bool = False,
        **running: Unpack[Running],
    ) -> None:
        defaults = {"lr": lr, "rho": rho, "eps": eps, "weight_decay": weight_decay, "maximize": maximize}
        super().__init__(params, defaults, running)

    def check(self, group: Group) -> None:
        super().check(group)
        self.demand(0 <= group["rho"] <= 1, "rho", group)
        self.demand(group["eps"] >= 0, "eps", group)

    def update(self, group: Group, state: State, p: Array, g: Array) -> None:
        rho, eps = float(group["rho"]), float(group["eps"])
        if not state:
            begin(state, p, "square_avg", "acc_delta")
        state["step"] += 1
        g = decayed(self, group, p, g)
        squares, steps = state["square_avg"].data, state["acc_delta"].data
        squares *= rho
        squares += (1 - rho) * g * g
        delta = np.sqrt(steps + eps) / np.sqrt(squares + eps) * g
        steps *= rho
        steps += (1 - rho) * delta * delta
        p -= float(group["lr"]) * delta
