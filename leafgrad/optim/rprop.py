"""Rprop and ASGD: steps by the sign of the gradient alone, and an average over the path."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Unpack

import numpy as np

from leafgrad.node import Array
from leafgrad.optim.optimizer import Group, Optimizer, Running, State, begin
from leafgrad.optim.sgd import decayed


class Rprop(Optimizer):
    """`p -= s sign(g)`, with an s for each element: Riedmiller and Braun (1993).

    s, at first lr, is multiplied by the larger of `etas` where g kept its sign, by the smaller where g changed it
    (where p then waits a step), and stays within `step_sizes`.

    >>> import leafgrad
    >>> w = leafgrad.tensor([1.0, -2.0], requires_grad=True)
    >>> optimizer = Rprop([w], lr=0.1)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w
    tensor([ 0.9000, -1.9000], requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-2,
        etas: tuple[float, float] = (0.5, 1.2),
        step_sizes: tuple[float, float] = (1e-6, 50),
        *,
        maximize: bool = False,
        **running: Unpack[Running],
    ) -> None:
        defaults = {"lr": lr, "etas": etas, "step_sizes": step_sizes, "maximize": maximize}
        super().__init__(params, defaults, running)

    def check(self, group: Group) -> None:
        super().check(group)
        self.demand(0 < group["etas"][0] < 1 < group["etas"][1], "etas", group)

    def update(self, group: Group, state: State, p: Array, g: Array) -> None:
        if not state:
            begin(state, p, "prev", "step_size")
            state["step_size"].data[...] = group["lr"]
        state["step"] += 1
        before, sizes = state["prev"].data, state["step_size"].data
        shrink, grow = group["etas"]
        agreement = g * before
        sizes *= np.where(agreement > 0, grow, np.where(agreement < 0, shrink, 1)).astype(p.dtype)
        np.clip(sizes, *group["step_sizes"], out=sizes)
        before[...] = np.where(agreement < 0, 0, g)
        p -= np.sign(before) * sizes


class ASGD(Optimizer):
    """Gradient descent, and in the state `ax` the average over the path: Polyak and Juditsky (1992).

    At step n the rate is lr / (1 + lambd lr n)^alpha; the average begins at step `t0`.

    >>> import leafgrad
    >>> w = leafgrad.tensor([1.0, -2.0], requires_grad=True)
    >>> optimizer = ASGD([w], lr=0.1)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w
    tensor([ 0.8000, -1.6000], requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-2,
        lambd: float = 1e-4,
        alpha: float = 0.75,
        t0: float = 1e6,
        weight_decay: float = 0.0,
        *,
        maximize: bool = False,
        **running: Unpack[Running],
    ) -> None:
        defaults = {
            "lr": lr,
            "lambd": lambd,
            "alpha": alpha,
            "t0": t0,
            "weight_decay": weight_decay,
            "maximize": maximize,
        }
        super().__init__(params, defaults, running)

    def update(self, group: Group, state: State, p: Array, g: Array) -> None:
        lr, lambd = float(group["lr"]), float(group["lambd"])
        if not state:
            begin(state, p, "ax")
            state.update(eta=lr, mu=1.0)
        state["step"] += 1
        g = decayed(self, group, p, g)
        p *= 1 - lambd * state["eta"]
        p -= state["eta"] * g
        average = state["ax"].data
        average += (p - average) * state["mu"]
        state["eta"] = lr / (1 + lambd * lr * state["step"]) ** float(group["alpha"])
        state["mu"] = 1 / max(1, state["step"] - float(group["t0"]))
