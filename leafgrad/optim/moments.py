"""Adamax, NAdam and RAdam: Adam with another scale, a look ahead, and a careful start."""

from __future__ import annotations

from collections.abc import Iterable
from math import sqrt
from typing import Any, Unpack

import numpy as np

from leafgrad.node import Array
from leafgrad.optim.optimizer import Group, Optimizer, Running, State, begin
from leafgrad.optim.sgd import decayed


class _WithMoments(Optimizer):
    """What the three share: betas, eps, and the running mean m of the gradient."""

    second = "exp_avg_sq"

    def check(self, group: Group) -> None:
        super().check(group)
        self.demand(len(group["betas"]) == 2 and all(0 <= beta < 1 for beta in group["betas"]), "betas", group)
        self.demand(group["eps"] >= 0, "eps", group)

    def prepare(self, group: Group, state: State, p: Array, g: Array) -> tuple[Array, Array, Array, float, float]:
        """The gradient with weight decay, m of this step, the second statistic as it was, and the betas."""
        beta1, beta2 = map(float, group["betas"])
        if not state:
            begin(state, p, "exp_avg", self.second)
        state["step"] += 1
        if group.get("decoupled_weight_decay"):
            p *= 1 - float(group["lr"]) * float(group["weight_decay"])
        else:
            g = decayed(self, group, p, g)
        m = state["exp_avg"].data
        m += (1 - beta1) * (g - m)
        return g, m, state[self.second].data, beta1, beta2


class Adamax(_WithMoments):
    """Adam in the largest norm: Kingma and Ba (2015), section 7.

        m = β1 m + (1 - β1) g        u = max(β2 u, |g| + eps)        p -= lr m / (1 - β1ⁿ) / u        at step n

    >>> import leafgrad
    >>> w = leafgrad.tensor([1.0, -2.0], requires_grad=True)
    >>> optimizer = Adamax([w], lr=0.1)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w
    tensor([ 0.9000, -1.9000], requires_grad=True)
    """

    second = "exp_inf"

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        *,
        maximize: bool = False,
        **running: Unpack[Running],
    ) -> None:
        defaults = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay, "maximize": maximize}
        super().__init__(params, defaults, running)

    def update(self, group: Group, state: State, p: Array, g: Array) -> None:
        g, m, largest, beta1, beta2 = self.prepare(group, state, p, g)
        largest *= beta2
        np.maximum(largest, np.abs(g) + float(group["eps"]), out=largest)
        p -= float(group["lr"]) / (1 - beta1 ** state["step"]) * m / largest


class NAdam(_WithMoments):
    """Adam with Nesterov's look ahead: Dozat, "Incorporating Nesterov momentum into Adam" (2016).

    The weight of m grows with the steps, by `momentum_decay`; weight decay may be decoupled, as in AdamW.

    >>> import leafgrad
    >>> w = leafgrad.tensor([1.0, -2.0], requires_grad=True)
    >>> optimizer = NAdam([w], lr=0.1)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w
    tensor([ 0.8944, -1.8944], requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum_decay: float = 4e-3,
        decoupled_weight_decay: bool = False,
        *,
        maximize: bool = False,
        **running: Unpack[Running],
    ) -> None:
        defaults = {
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "momentum_decay": momentum_decay,
            "decoupled_weight_decay": decoupled_weight_decay,
            "maximize": maximize,
        }
        super().__init__(params, defaults, running)

    def check(self, group: Group) -> None:
        super().check(group)
        self.demand(group["momentum_decay"] >= 0, "momentum_decay", group)

    def update(self, group: Group, state: State, p: Array, g: Array) -> None:
        g, m, squares, beta1, beta2 = self.prepare(group, state, p, g)
        step, decay, lr = state["step"], float(group["momentum_decay"]), float(group["lr"])
        now, then = (beta1 * (1 - 0.5 * 0.96 ** (n * decay)) for n in (step, step + 1))
        product = state["mu_product"] = state.get("mu_product", 1.0) * now
        squares *= beta2
        squares += (1 - beta2) * g * g
        size = np.sqrt(squares / (1 - beta2**step)) + float(group["eps"])
        p -= lr * (1 - now) / (1 - product) * g / size
        p -= lr * then / (1 - product * then) * m / size


class RAdam(_WithMoments):
    """Adam which divides by √v only once v is reliable: Liu et al., "On the variance of the adaptive learning
    rate and beyond" (2020). Weight decay may be decoupled, as in AdamW.

    >>> import leafgrad
    >>> w = leafgrad.tensor([1.0, -2.0], requires_grad=True)
    >>> optimizer = RAdam([w], lr=0.1)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w
    tensor([ 0.8000, -1.6000], requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        decoupled_weight_decay: bool = False,
        *,
        maximize: bool = False,
        **running: Unpack[Running],
    ) -> None:
        defaults = {
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "decoupled_weight_decay": decoupled_weight_decay,
            "maximize": maximize,
        }
        super().__init__(params, defaults, running)

    def update(self, group: Group, state: State, p: Array, g: Array) -> None:
        g, m, squares, beta1, beta2 = self.prepare(group, state, p, g)
        step = state["step"]
        squares *= beta2
        squares += (1 - beta2) * g * g
        correction = 1 - beta2**step
        limit = 2 / (1 - beta2) - 1
        length = limit - 2 * step * beta2**step / correction  # of the average that v is
        scale: Any = 1.0
        if length > 5:
            rectified = sqrt((length - 4) * (length - 2) * limit / ((limit - 4) * (limit - 2) * length))
            scale = rectified * sqrt(correction) / (np.sqrt(squares) + float(group["eps"]))
        p -= float(group["lr"]) / (1 - beta1**step) * m * scale
