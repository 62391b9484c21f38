"""Schedules made of others: one after the other, or all at once."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

from leafgrad.optim.optimizer import Optimizer
from leafgrad.optim.scheduler import LRScheduler


class _Combined(LRScheduler):
    """What both share: the schedules, which are of one optimiser, and their state."""

    def __init__(self, optimizer: Optimizer | None, schedulers: Sequence[LRScheduler], last_epoch: int = -1) -> None:
        name = type(self).__name__
        if not schedulers:
            raise ValueError(f"{name}: needs one schedule or more, got none")
        self.optimizer = schedulers[0].optimizer if optimizer is None else optimizer
        if any(each.optimizer is not self.optimizer for each in schedulers):
            raise ValueError(f"{name}: all schedules must be of the same optimiser")
        self._schedulers = list(schedulers)
        self.last_epoch = last_epoch + 1

    def _present(self) -> list[float]:
        return [group["lr"] for group in self.optimizer.param_groups]

    def state_dict(self) -> dict[str, Any]:
        return {**super().state_dict(), "_schedulers": [each.state_dict() for each in self._schedulers]}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        for each, saved in zip(self._schedulers, state_dict["_schedulers"], strict=True):
            each.load_state_dict(saved)
        super().load_state_dict({name: value for name, value in state_dict.items() if name != "_schedulers"})


class SequentialLR(_Combined):
    """One schedule after the other: at each milestone, an epoch, the next begins from its own first rate.

    A ValueError unless there is one milestone less than schedules.

    >>> import leafgrad
    >>> from leafgrad import optim
    >>> from leafgrad.optim.lr_scheduler import ConstantLR, ExponentialLR
    >>> optimizer = optim.SGD([leafgrad.zeros(1, requires_grad=True)], lr=1.0)
    >>> schedules = [ConstantLR(optimizer, factor=0.1, total_iters=9), ExponentialLR(optimizer, gamma=0.5)]
    >>> schedule = SequentialLR(optimizer, schedules, milestones=[2])
    >>> rates = []
    >>> for epoch in range(4):
    ...     rates += schedule.get_last_lr()
    ...     optimizer.step()
    ...     schedule.step()
    >>> rates
    [0.1, 0.1, 1.0, 0.5]
    """

    def __init__(
        self, optimizer: Optimizer, schedulers: Sequence[LRScheduler], milestones: Sequence[int], last_epoch: int = -1
    ) -> None:
        super().__init__(optimizer, schedulers, last_epoch)
        if len(milestones) != len(schedulers) - 1:
            wanted = len(schedulers) - 1
            raise ValueError(f"SequentialLR: needs {wanted} milestones, one less than schedules, got {len(milestones)}")
        self._milestones = list(milestones)
        self._begin(self._schedulers[0])

    def _begin(self, schedule: LRScheduler) -> None:
        for group, lr in zip(self.optimizer.param_groups, schedule.base_lrs, strict=True):
            group["lr"] = lr
        schedule.last_epoch = -1
        schedule.step()
        self._last_lr = self._present()

    def step(self) -> None:
        self.last_epoch += 1
        i = bisect_right(self._milestones, self.last_epoch)
        if i and self._milestones[i - 1] == self.last_epoch:
            self._begin(self._schedulers[i])
        else:
            self._schedulers[i].step()
            self._last_lr = self._present()


class ChainedScheduler(_Combined):
    """All schedules at once: each changes the rate that the one before has left."""

    def __init__(self, schedulers: Sequence[LRScheduler], optimizer: Optimizer | None = None) -> None:
        super().__init__(optimizer, schedulers)
        self._last_lr = self._present()

    def step(self) -> None:
        for each in self._schedulers:
            each.step()
        self._last_lr = self._present()
