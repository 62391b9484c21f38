"""Schedules of the learning rate, stepped once an epoch, after the optimiser.

As in PyTorch, all but LambdaLR change the present rate, so that several may act on one optimiser.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from math import cos, pi
from types import FunctionType
from typing import Any

from leafgrad.optim.optimizer import Group, Optimizer


class LRScheduler:
    """The base of all schedules: a subclass defines `next_lr`, a group's rate at epoch `last_epoch`.

    >>> import leafgrad
    >>> from leafgrad import optim
    >>> optimizer = optim.SGD([leafgrad.zeros(1, requires_grad=True)], lr=1.0)
    >>> schedule = optim.lr_scheduler.StepLR(optimizer, step_size=2, gamma=0.1)
    >>> rates = []
    >>> for epoch in range(4):
    ...     rates += schedule.get_last_lr()
    ...     optimizer.step()
    ...     schedule.step()
    >>> rates
    [1.0, 1.0, 0.1, 0.1]
    """

    def __init__(self, optimizer: Optimizer, last_epoch: int = -1) -> None:
        if not isinstance(optimizer, Optimizer):
            raise TypeError(f"{type(self).__name__}: expected an Optimizer, got {type(optimizer).__name__}")
        self.optimizer = optimizer
        for i, group in enumerate(optimizer.param_groups):
            if last_epoch == -1:
                group.setdefault("initial_lr", group["lr"])
            elif "initial_lr" not in group:
                raise KeyError(f"{type(self).__name__}: to resume at an epoch, group {i} needs an 'initial_lr'")
        self.base_lrs = [group["initial_lr"] for group in optimizer.param_groups]
        self.last_epoch = last_epoch
        self.step()

    def next_lr(self, group: Group, base_lr: float) -> float:
        """The rate of a group whose present one is group["lr"] and whose first one was `base_lr`."""
        raise NotImplementedError

    def get_lr(self) -> list[float]:
        """Each group's rate at epoch `last_epoch`, from the present one."""
        return [self.next_lr(*pair) for pair in zip(self.optimizer.param_groups, self.base_lrs, strict=True)]

    def get_last_lr(self) -> list[float]:
        """Each group's rate, as this schedule last set it."""
        return self._last_lr

    def step(self) -> None:
        """Go on to the next epoch."""
        self.last_epoch += 1
        self._last_lr = self.get_lr()
        for group, lr in zip(self.optimizer.param_groups, self._last_lr, strict=True):
            group["lr"] = lr

    def state_dict(self) -> dict[str, Any]:
        """Where the schedule is, without the optimiser."""
        return {name: value for name, value in self.__dict__.items() if name != "optimizer"}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from where another schedule was."""
        self.__dict__.update(state_dict)


class LambdaLR(LRScheduler):
    """The first rate times `lr_lambda(epoch)`; one function for all groups, or a list of one for each."""

    def __init__(
        self,
        optimizer: Optimizer,
        lr_lambda: Callable[[int], float] | Sequence[Callable[[int], float]],
        last_epoch: int = -1,
    ) -> None:
        n = len(optimizer.param_groups)
        self.lr_lambdas = [lr_lambda] * n if callable(lr_lambda) else list(lr_lambda)
        if len(self.lr_lambdas) != n:
            raise ValueError(f"LambdaLR: expected {n} functions, one for each group, got {len(self.lr_lambdas)}")
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        return [base * f(self.last_epoch) for base, f in zip(self.base_lrs, self.lr_lambdas, strict=True)]

    def state_dict(self) -> dict[str, Any]:
        """Where the schedule is; of its functions, only those that are objects with a state."""
        state = super().state_dict()
        state["lr_lambdas"] = [None if isinstance(f, FunctionType) else dict(f.__dict__) for f in self.lr_lambdas]
        return state

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        for f, saved in zip(self.lr_lambdas, state_dict["lr_lambdas"], strict=True):
            if saved is not None:
                f.__dict__.update(saved)
        super().load_state_dict({name: value for name, value in state_dict.items() if name != "lr_lambdas"})


class StepLR(LRScheduler):
    """The rate times gamma every `step_size` epochs."""

    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float = 0.1, last_epoch: int = -1) -> None:
        self.step_size = step_size
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def next_lr(self, group: Group, base_lr: float) -> float:
        due = self.last_epoch > 0 and self.last_epoch % self.step_size == 0
        return group["lr"] * self.gamma if due else group["lr"]  # type: ignore[no-any-return]


class MultiStepLR(LRScheduler):
    """The rate times gamma at each of the milestones."""

    def __init__(
        self, optimizer: Optimizer, milestones: Iterable[int], gamma: float = 0.1, last_epoch: int = -1
    ) -> None:
        self.milestones = sorted(milestones)
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def next_lr(self, group: Group, base_lr: float) -> float:
        due = bisect_right(self.milestones, self.last_epoch) - bisect_left(self.milestones, self.last_epoch)
        return group["lr"] * self.gamma**due  # type: ignore[no-any-return]


class ExponentialLR(LRScheduler):
    """The rate times gamma every epoch."""

    def __init__(self, optimizer: Optimizer, gamma: float, last_epoch: int = -1) -> None:
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def next_lr(self, group: Group, base_lr: float) -> float:
        return group["lr"] * self.gamma if self.last_epoch > 0 else group["lr"]  # type: ignore[no-any-return]


class LinearLR(LRScheduler):
    """The rate times a factor that goes from one to another in `total_iters` epochs."""

    def __init__(
        self,
        optimizer: Optimizer,
        start_factor: float = 1 / 3,
        end_factor: float = 1.0,
        total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:
        if not 0 < start_factor <= 1 or not 0 <= end_factor <= 1:
            raise ValueError(
                "LinearLR: start_factor must be above 0 and at most 1, end_factor from 0 to 1, "
                f"got {start_factor} and {end_factor}"
            )
        self.start_factor = start_factor
        self.end_factor = end_factor
        self.total_iters = total_iters
        super().__init__(optimizer, last_epoch)

    def _factor(self, epoch: int) -> float:
        return self.start_factor + (self.end_factor - self.start_factor) * epoch / self.total_iters

    def next_lr(self, group: Group, base_lr: float) -> float:
        lr: float = group["lr"]
        if self.last_epoch == 0:
            return lr * self.start_factor
        if self.last_epoch > self.total_iters:
            return lr
        return lr * self._factor(self.last_epoch) / self._factor(self.last_epoch - 1)


class CosineAnnealingLR(LRScheduler):
    """The rate along a half cosine, down to `eta_min` at epoch `T_max`.

    Source: Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts" (2017).
    """

    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0, last_epoch: int = -1) -> None:
        self.T_max = T_max
        self.eta_min = eta_min
        super().__init__(optimizer, last_epoch)

    def next_lr(self, group: Group, base_lr: float) -> float:
        lr: float = group["lr"]
        if self.last_epoch == 0:
            return lr
        if (self.last_epoch - 1) % (2 * self.T_max) == self.T_max:  # leaving the bottom, where lr is eta_min
            return lr + (base_lr - self.eta_min) * self._height(1, -1)
        return self.eta_min + (lr - self.eta_min) * self._height(self.last_epoch) / self._height(self.last_epoch - 1)

    def _height(self, epoch: int, sign: int = 1) -> float:
        return (1 + sign * cos(pi * epoch / self.T_max)) / 2
