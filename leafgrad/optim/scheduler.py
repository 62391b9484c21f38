"""LRScheduler: what all schedules of the learning rate share."""

from __future__ import annotations

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
