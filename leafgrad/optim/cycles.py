"""Schedules that go up and down: the rate, and with it the momentum."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import cos, floor, pi
from typing import Any

from leafgrad.optim.optimizer import Group, Optimizer
from leafgrad.optim.scheduler import LRScheduler


class CosineAnnealingWarmRestarts(LRScheduler):
    """The rate along half cosines, each down to `eta_min`; the first takes `T_0` epochs, each next `T_mult` times more.

    `step(epoch)` goes to any epoch, also to a fraction of one. Source: Loshchilov and Hutter, "SGDR: stochastic
    gradient descent with warm restarts" (2017).
    """

    def __init__(
        self, optimizer: Optimizer, T_0: int, T_mult: int = 1, eta_min: float = 0.0, last_epoch: int = -1
    ) -> None:
        for option, value in (("T_0", T_0), ("T_mult", T_mult)):
            if not isinstance(value, int) or value < 1:
                raise ValueError(f"CosineAnnealingWarmRestarts: {option} must be a positive integer, got {value!r}")
        self.T_0 = T_0
        self.T_mult = T_mult
        self.eta_min = eta_min
        self._epoch: float = last_epoch
        super().__init__(optimizer, last_epoch)

    def next_lr(self, group: Group, base_lr: float) -> float:
        epoch, length = self._epoch, self.T_0
        while epoch >= length:
            if self.T_mult == 1:
                epoch %= length
            else:
                epoch, length = epoch - length, length * self.T_mult
        return self.eta_min + (base_lr - self.eta_min) * (1 + cos(pi * epoch / length)) / 2

    def step(self, epoch: float | None = None) -> None:
        """Go on to the next epoch, or to that given."""
        self._epoch = self._epoch + 1 if epoch is None else epoch
        if self._epoch < 0:
            raise ValueError(f"CosineAnnealingWarmRestarts: the epoch must not be negative, got {epoch}")
        self.last_epoch = floor(self._epoch) - 1
        super().step()


class _WithMomentum(LRScheduler):
    """What the two below share: beside each rate they set a momentum, SGD's own or the first of Adam's betas."""

    cycle_momentum: bool

    def next_momentum(self) -> float:
        """The momentum at epoch `last_epoch`."""
        raise NotImplementedError

    def _check_momentum(self) -> None:
        if self.cycle_momentum and not {"momentum", "betas"} & self.optimizer.defaults.keys():
            raise ValueError(
                f"{type(self).__name__}: the optimiser has neither momentum nor betas; pass cycle_momentum=False"
            )

    def step(self) -> None:
        super().step()
        if self.cycle_momentum:
            for group in self.optimizer.param_groups:
                if "betas" in group:
                    group["betas"] = (self.next_momentum(), *group["betas"][1:])
                else:
                    group["momentum"] = self.next_momentum()


def _for_each(name: str, value: float | Sequence[float], groups: list[Group]) -> list[float]:
    """The value for each group, of which there is one for all, or a list."""
    values = [value] * len(groups) if isinstance(value, float | int) else list(value)
    if len(values) != len(groups):
        raise ValueError(f"{name}: expected a rate for each of {len(groups)} groups, got {len(values)}")
    return values


class CyclicLR(_WithMomentum):
    """The rate from `base_lr` up to `max_lr` and down again, in steps of batches; the momentum the other way.

    In mode "triangular2" each cycle is half as high as the last, in "exp_range" the height is times gamma every
    batch; `scale_fn`, of the cycle's number or with `scale_mode="iterations"` of the batch's, is a factor of one's own.
    Source: Smith, "Cyclical learning rates for training neural networks" (2017).
    """

    def __init__(
        self,
        optimizer: Optimizer,
        base_lr: float | Sequence[float],
        max_lr: float | Sequence[float],
        step_size_up: int = 2000,
        step_size_down: int | None = None,
        mode: str = "triangular",
        gamma: float = 1.0,
        scale_fn: Callable[[float], float] | None = None,
        scale_mode: str = "cycle",
        cycle_momentum: bool = True,
        base_momentum: float = 0.8,
        max_momentum: float = 0.9,
        last_epoch: int = -1,
    ) -> None:
        if mode not in ("triangular", "triangular2", "exp_range") and scale_fn is None:
            raise ValueError(f"CyclicLR: mode must be triangular, triangular2 or exp_range, got {mode!r}")
        self.optimizer = optimizer
        self.max_lrs = _for_each("CyclicLR", max_lr, optimizer.param_groups)
        self.up = float(step_size_up)
        self.down = self.up if step_size_down is None else float(step_size_down)
        self.mode = mode
        self.gamma = gamma
        self.scale_fn = scale_fn
        self.scale_mode = "iterations" if mode == "exp_range" and scale_fn is None else scale_mode
        self.cycle_momentum = cycle_momentum
        self.base_momentum = base_momentum
        self.max_momentum = max_momentum
        self._check_momentum()
        for group, lr in zip(
            optimizer.param_groups, _for_each("CyclicLR", base_lr, optimizer.param_groups), strict=True
        ):
            if last_epoch == -1:
                group["lr"] = group["initial_lr"] = lr
        super().__init__(optimizer, last_epoch)

    def _height(self) -> float:
        """How far up from the base, from 0 to 1, the rate is."""
        cycle, since = divmod(self.last_epoch, self.up + self.down)
        height = since / self.up if since <= self.up else (self.up + self.down - since) / self.down
        x = cycle + 1 if self.scale_mode == "cycle" else self.last_epoch
        if self.scale_fn is not None:
            return height * self.scale_fn(x)
        return float(height * {"triangular": 1.0, "triangular2": 0.5 ** (x - 1), "exp_range": self.gamma**x}[self.mode])

    def get_lr(self) -> list[float]:
        height = self._height()
        return [base + (top - base) * height for base, top in zip(self.base_lrs, self.max_lrs, strict=True)]

    def next_momentum(self) -> float:
        return self.max_momentum - (self.max_momentum - self.base_momentum) * self._height()

    def state_dict(self) -> dict[str, Any]:
        """Where the schedule is, without the optimiser and `scale_fn`."""
        return {name: value for name, value in super().state_dict().items() if name != "scale_fn"}


class OneCycleLR(_WithMomentum):
    """The rate from `max_lr / div_factor` up to `max_lr`, then far down, batch by batch; the momentum the other way.

    The way up takes the fraction `pct_start` of `total_steps` (or of `epochs * steps_per_epoch`), and the end is at
    the first rate divided by `final_div_factor`; with `three_phase` the way down first mirrors the way up. The way is
    along half cosines, or straight with `anneal_strategy="linear"`. A ValueError for a step too many. Source: Smith and
    Topin, "Super-convergence" (2018).

    >>> import leafgrad
    >>> from leafgrad import optim
    >>> optimizer = optim.SGD([leafgrad.zeros(1, requires_grad=True)], lr=1.0, momentum=0.9)
    >>> schedule = OneCycleLR(optimizer, max_lr=1.0, total_steps=10)
    >>> round(optimizer.param_groups[0]["lr"], 6), optimizer.param_groups[0]["momentum"]
    (0.04, 0.95)
    """

    def __init__(
        self,
        optimizer: Optimizer,
        max_lr: float | Sequence[float],
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        cycle_momentum: bool = True,
        base_momentum: float = 0.85,
        max_momentum: float = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
        last_epoch: int = -1,
    ) -> None:
        if total_steps is None and epochs is not None and steps_per_epoch is not None:
            total_steps = epochs * steps_per_epoch
        if total_steps is None or total_steps < 1:
            raise ValueError(f"OneCycleLR: give total_steps above 0, or epochs and steps_per_epoch, got {total_steps}")
        if not 0 <= pct_start <= 1 or anneal_strategy not in ("cos", "linear"):
            raise ValueError(
                "OneCycleLR: pct_start must be from 0 to 1 and anneal_strategy 'cos' or 'linear', "
                f"got {pct_start} and {anneal_strategy!r}"
            )
        self.optimizer = optimizer
        self.total_steps = total_steps
        self.anneal_strategy = anneal_strategy
        self.cycle_momentum = cycle_momentum
        self._check_momentum()
        top_at = pct_start * total_steps - 1
        self.ends = [0.0, top_at, *([2 * top_at] if three_phase else []), total_steps - 1]
        self.momenta = [max_momentum, base_momentum, max_momentum, *([max_momentum] if three_phase else [])]
        self.rates = []  # of each group, at those ends
        for group, top in zip(
            optimizer.param_groups, _for_each("OneCycleLR", max_lr, optimizer.param_groups), strict=True
        ):
            first = top / div_factor
            self.rates.append([first, top, *([first] if three_phase else []), first / final_div_factor])
            if last_epoch == -1:
                group["initial_lr"] = first
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        if self.last_epoch >= self.total_steps:
            raise ValueError(f"OneCycleLR: step {self.last_epoch + 1} is one too many; there are {self.total_steps}")
        return [self._between(points) for points in self.rates]

    def next_momentum(self) -> float:
        return self._between(self.momenta)

    def _between(self, points: list[float]) -> float:
        """The value at this step on the way that has these points at its ends."""
        i = next((i for i, end in enumerate(self.ends[1:]) if self.last_epoch <= end), len(self.ends) - 2)
        start, end = self.ends[i], self.ends[i + 1]
        done = (self.last_epoch - start) / (end - start)
        if self.anneal_strategy == "cos":
            return points[i + 1] + (points[i] - points[i + 1]) / 2 * (1 + cos(pi * done))
        return points[i] + (points[i + 1] - points[i]) * done
