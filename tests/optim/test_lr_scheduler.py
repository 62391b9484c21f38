"""Schedules without PyTorch: resuming, and what they demand. The rates are compared in tests/parity."""

from __future__ import annotations

from typing import Any

import pytest

import leafgrad
from leafgrad import optim
from leafgrad.optim import lr_scheduler


def optimizer(lr: float = 1.0) -> optim.SGD:
    return optim.SGD([leafgrad.zeros(1, requires_grad=True)], lr=lr)


SCHEDULES: list[Any] = [
    lambda o: lr_scheduler.StepLR(o, 3),
    lambda o: lr_scheduler.MultiStepLR(o, [1, 4]),
    lambda o: lr_scheduler.ExponentialLR(o, 0.5),
    lambda o: lr_scheduler.CosineAnnealingLR(o, 4),
    lambda o: lr_scheduler.LinearLR(o),
    lambda o: lr_scheduler.LambdaLR(o, lambda epoch: 1 / (epoch + 1)),
    lambda o: lr_scheduler.LambdaLR(o, Halving()),
]


class Halving:
    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, epoch: int) -> float:
        self.calls += 1
        return 0.5**self.calls


def rates(schedule: lr_scheduler.LRScheduler, steps: int) -> list[float]:
    seen = []
    for _ in range(steps):
        schedule.optimizer.step()
        schedule.step()
        seen += schedule.get_last_lr()
        assert schedule.get_last_lr() == [group["lr"] for group in schedule.optimizer.param_groups]
    return seen


@pytest.mark.parametrize("make", SCHEDULES)
def test_resuming(make: Any, tmp_path: Any) -> None:
    schedule = make(optimizer())
    rates(schedule, 3)
    state = {"schedule": schedule.state_dict(), "optimizer": schedule.optimizer.state_dict()}
    leafgrad.save(state, tmp_path / "state")
    expected = rates(schedule, 5)
    state = leafgrad.load(tmp_path / "state")
    other = make(optimizer())
    other.load_state_dict(state["schedule"])
    other.optimizer.load_state_dict(state["optimizer"])
    assert rates(other, 5) == expected


def test_starting_at_an_epoch() -> None:
    with pytest.raises(KeyError, match="group 0 needs an 'initial_lr'"):
        lr_scheduler.ExponentialLR(optimizer(), 0.5, last_epoch=3)
    resumed = optimizer(0.125)
    resumed.param_groups[0]["initial_lr"] = 1.0
    assert lr_scheduler.ExponentialLR(resumed, 0.5, last_epoch=3).get_last_lr() == [0.0625]


def test_bad_input() -> None:
    with pytest.raises(TypeError, match="StepLR: expected an Optimizer, got list"):
        lr_scheduler.StepLR([], 1)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="expected 1 functions, one for each group, got 2"):
        lr_scheduler.LambdaLR(optimizer(), [float, float])
    with pytest.raises(ValueError, match="got 0 and 1"):
        lr_scheduler.LinearLR(optimizer(), 0, 1)
