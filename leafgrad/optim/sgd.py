"""Stochastic gradient descent, with momentum."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Unpack

import numpy as np

from leafgrad.node import Array
from leafgrad.optim.optimizer import Group, Optimizer, Running, State
from leafgrad.tensor import wrap


class SGD(Optimizer):
    """`p -= lr d`, where d is the gradient, with weight decay, momentum and Nesterov's look ahead:

        d = g + weight_decay p
        b = momentum b + (1 - dampening) d      (at first b = d)
        d = d + momentum b with nesterov, else b

    A ValueError for negative or non-finite options, and for nesterov without momentum or with
    dampening. `maximize` goes uphill.

    >>> import leafgrad
    >>> w = leafgrad.tensor([1.0, -2.0], requires_grad=True)
    >>> optimizer = SGD([w], lr=0.1, momentum=0.9)
    >>> for _ in range(2):
    ...     optimizer.zero_grad()
    ...     (w * w).sum().backward()
    ...     optimizer.step()
    >>> w
    tensor([ 0.4600, -0.9200], requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
        **running: Unpack[Running],
    ) -> None:
        defaults = {
            "lr": lr,
            "momentum": momentum,
            "dampening": dampening,
            "weight_decay": weight_decay,
            "nesterov": nesterov,
            "maximize": maximize,
        }
        super().__init__(params, defaults, running)

    def check(self, group: Group) -> None:
        super().check(group)
        self.demand(group["momentum"] >= 0, "momentum", group)
        if group["nesterov"] and (group["momentum"] <= 0 or group["dampening"] != 0):
            raise ValueError(
                "SGD: nesterov needs a momentum above 0 and no dampening, "
                f"got momentum={group['momentum']} and dampening={group['dampening']}"
            )

    def update(self, group: Group, state: State, p: Array, g: Array) -> None:
        scaled = self.scratch("scaled", p)
        direction = decayed(self, group, p, g)
        momentum = float(group["momentum"])
        if momentum:
            velocity = state.get("momentum_buffer")
            if velocity is None:
                velocity = state["momentum_buffer"] = wrap(np.array(direction))
            else:
                velocity.data *= momentum
                velocity.data += np.multiply(direction, 1 - float(group["dampening"]), out=scaled)
            if group["nesterov"]:
                direction = np.add(np.multiply(velocity.data, momentum, out=scaled), direction, out=scaled)
            else:
                direction = velocity.data
        p -= np.multiply(direction, float(group["lr"]), out=scaled)


def decayed(optimizer: Optimizer, group: Group, p: Array, g: Array) -> Array:
    """The gradient with that of weight_decay p² / 2 added."""
    decay = float(group["weight_decay"])
    if not decay:
        return g
    pulled = np.multiply(p, decay, out=optimizer.scratch("pulled", p))
    return np.add(pulled, g, out=pulled)
