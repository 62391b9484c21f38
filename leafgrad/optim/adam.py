"""Adam and AdamW: steps scaled, element by element, by the gradients seen so far."""

from __future__ import annotations

from collections.abc import Iterable
from math import sqrt
from typing import Any, Unpack

import numpy as np

from leafgrad.node import Array
from leafgrad.optim.optimizer import Group, Optimizer, Running, State, begin
from leafgrad.optim.sgd import decayed


class Adam(Optimizer):
    """Kingma and Ba, "Adam: a method for stochastic optimization" (2015); amsgrad: Reddi et al. (2018).

        m = β1 m + (1 - β1) g               v = β2 v + (1 - β2) g²
        p -= lr m / (1 - β1ⁿ) / (√(v / (1 - β2ⁿ)) + eps)         at step n

    `amsgrad` takes the largest v so far. `weight_decay` adds to the gradient, or shrinks the
    parameter itself if it is decoupled. A ValueError for betas outside [0, 1) and for negative or
    non-finite options.

    >>> import leafgrad
    >>> w = leafgrad.tensor([1.0, -2.0], requires_grad=True)
    >>> optimizer = Adam([w], lr=0.1)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w
    tensor([ 0.9000, -1.9000], requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
        decoupled_weight_decay: bool = False,
        **running: Unpack[Running],
    ) -> None:
        defaults = {
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "amsgrad": amsgrad,
            "maximize": maximize,
            "decoupled_weight_decay": decoupled_weight_decay,
        }
        super().__init__(params, defaults, running)

    def check(self, group: Group) -> None:
        super().check(group)
        self.demand(len(group["betas"]) == 2 and all(0 <= beta < 1 for beta in group["betas"]), "betas", group)
        self.demand(group["eps"] >= 0, "eps", group)

    def update(self, group: Group, state: State, p: Array, g: Array) -> None:
        lr = float(group["lr"])
        beta1, beta2 = map(float, group["betas"])
        if not state:
            begin(state, p, "exp_avg", "exp_avg_sq", *(("max_exp_avg_sq",) if group["amsgrad"] else ()))
        state["step"] += 1
        if group["decoupled_weight_decay"]:
            p *= 1 - lr * float(group["weight_decay"])
        else:
            g = decayed(self, group, p, g)
        scratch = self.scratch("scaled", p)
        m, v = state["exp_avg"].data, state["exp_avg_sq"].data
        m += np.multiply(np.subtract(g, m, out=scratch), 1 - beta1, out=scratch)
        v *= beta2
        v += np.multiply(np.multiply(g, g, out=scratch), 1 - beta2, out=scratch)
        if group["amsgrad"]:
            largest = state["max_exp_avg_sq"].data
            v = np.maximum(largest, v, out=largest)
        np.sqrt(v, out=scratch)
        scratch /= sqrt(1 - beta2 ** state["step"])
        scratch += float(group["eps"])
        np.divide(m, scratch, out=scratch)
        scratch *= lr / (1 - beta1 ** state["step"])
        p -= scratch


class AdamW(Adam):
    """Adam with decoupled weight decay: Loshchilov and Hutter (2019).

    >>> import leafgrad
    >>> AdamW([leafgrad.ones(2, requires_grad=True)]).defaults["weight_decay"]
    0.01
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.01,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
        **running: Unpack[Running],
    ) -> None:
        options = {"maximize": maximize, "decoupled_weight_decay": True, **running}
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad, **options)  # type: ignore[arg-type]
