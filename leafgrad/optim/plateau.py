"""ReduceLROnPlateau: the schedule that looks at how training goes."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import Any

from leafgrad.optim.optimizer import Optimizer
from leafgrad.optim.scheduler import LRScheduler


class ReduceLROnPlateau(LRScheduler):
    """The rate times a factor when a measure has not improved for more than `patience` epochs.

    `step(metrics)` is given the measure, which shall become small, or with mode "max" large. It has improved if it is
    better than the best by the fraction `threshold`, or with `threshold_mode="abs"` by that much. After a reduction
    the next `cooldown` epochs do not count. No rate goes below `min_lr`, one for all groups or a list, nor changes by
    less than `eps`.

    >>> import leafgrad
    >>> from leafgrad import optim
    >>> optimizer = optim.SGD([leafgrad.zeros(1, requires_grad=True)], lr=1.0)
    >>> schedule = ReduceLROnPlateau(optimizer, factor=0.5, patience=1)
    >>> for loss in [3.0, 2.0, 2.0, 2.0]:
    ...     schedule.step(loss)
    >>> schedule.get_last_lr()
    [0.5]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        mode: str = "min",
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        threshold_mode: str = "rel",
        cooldown: int = 0,
        min_lr: float | Sequence[float] = 0.0,
        eps: float = 1e-8,
    ) -> None:
        if not isinstance(optimizer, Optimizer):
            raise TypeError(f"ReduceLROnPlateau: expected an Optimizer, got {type(optimizer).__name__}")
        if factor >= 1:
            raise ValueError(f"ReduceLROnPlateau: factor must be less than 1, got {factor}")
        if mode not in ("min", "max") or threshold_mode not in ("rel", "abs"):
            raise ValueError(
                "ReduceLROnPlateau: mode must be 'min' or 'max', and threshold_mode 'rel' or 'abs', "
                f"got {mode!r} and {threshold_mode!r}"
            )
        groups = optimizer.param_groups
        self.min_lrs = [min_lr] * len(groups) if isinstance(min_lr, float | int) else list(min_lr)
        if len(self.min_lrs) != len(groups):
            raise ValueError(f"ReduceLROnPlateau: expected {len(groups)} min_lrs, one for each group")
        self.optimizer = optimizer
        self.mode = mode
        self.factor = factor
        self.patience = patience
        self.threshold = threshold
        self.threshold_mode = threshold_mode
        self.cooldown = cooldown
        self.eps = eps
        self.last_epoch = 0
        self._last_lr = [group["lr"] for group in groups]
        self.reset()

    def reset(self) -> None:
        """Forget the best measure and what was counted."""
        self.best = inf if self.mode == "min" else -inf
        self.cooldown_counter = self.num_bad_epochs = 0

    @property
    def in_cooldown(self) -> bool:
        """Whether epochs do not count at present."""
        return self.cooldown_counter > 0

    def is_better(self, a: float, best: float) -> bool:
        """Whether the measure `a` is an improvement on `best`."""
        sign = 1 if self.mode == "max" else -1
        step = sign * self.threshold
        return sign * a > sign * (best * (1 + step) if self.threshold_mode == "rel" else best + step)

    def step(self, metrics: Any = None) -> None:
        """Go on to the next epoch; `metrics` is the measure of the one that ends, a number or a 0-d tensor."""
        measure = float(metrics)
        self.last_epoch += 1
        if self.is_better(measure, self.best):
            self.best = measure
            self.num_bad_epochs = 0
        else:
            self.num_bad_epochs += 1
        if self.in_cooldown:
            self.cooldown_counter -= 1
            self.num_bad_epochs = 0
        if self.num_bad_epochs > self.patience:
            for group, least in zip(self.optimizer.param_groups, self.min_lrs, strict=True):
                lr = max(group["lr"] * self.factor, least)
                if group["lr"] - lr > self.eps:
                    group["lr"] = lr
            self.cooldown_counter = self.cooldown
            self.num_bad_epochs = 0
        self._last_lr = [group["lr"] for group in self.optimizer.param_groups]
