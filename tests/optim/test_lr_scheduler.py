"""Schedules without PyTorch: resuming, and what they demand. The rates are compared in tests/parity."""

from __future__ import annotations

from typing import Any

import numpy as np
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


# PyTorch's rates of the first seven epochs, where the first rate is 1
RATES: list[Any] = [
    (
        lambda o: lr_scheduler.OneCycleLR(o, max_lr=0.1, total_steps=8),
        [0.004, 0.08192751, 0.09719418, 0.08117457, 0.0555984, 0.0283061, 0.007664159],
    ),
    (
        lambda o: lr_scheduler.OneCycleLR(o, 0.1, None, 4, 2, anneal_strategy="linear", three_phase=True),
        [0.004, 0.07257143, 0.05885714, 0.003809543, 0.002857257, 0.001904971, 0.0009526857],
    ),
    (lambda o: lr_scheduler.CyclicLR(o, 0.01, 0.1, step_size_up=3), [0.01, 0.04, 0.07, 0.1, 0.07, 0.04, 0.01]),
    (
        lambda o: lr_scheduler.CyclicLR(o, 0.01, 0.1, step_size_up=2, step_size_down=1, mode="triangular2"),
        [0.01, 0.055, 0.1, 0.01, 0.0325, 0.055, 0.01],
    ),
    (
        lambda o: lr_scheduler.CyclicLR(o, 0.01, 0.1, step_size_up=2, mode="exp_range", gamma=0.5),
        [0.01, 0.0325, 0.0325, 0.015625, 0.01, 0.01140625, 0.01140625],
    ),
    (
        lambda o: lr_scheduler.CosineAnnealingWarmRestarts(o, 2, T_mult=2, eta_min=0.1),
        [1, 0.55, 1, 0.8681981, 0.55, 0.2318019, 1],
    ),
    (lambda o: lr_scheduler.ConstantLR(o, 0.5, total_iters=3), [0.5, 0.5, 0.5, 1, 1, 1, 1]),
    (lambda o: lr_scheduler.PolynomialLR(o, total_iters=4, power=2.0), [1, 0.5625, 0.25, 0.0625, 0, 0, 0]),
    (
        lambda o: lr_scheduler.MultiplicativeLR(o, lambda epoch: 1 / epoch),
        [1, 1, 0.5, 0.1666667, 0.04166667, 0.008333333, 0.001388889],
    ),
    (
        lambda o: lr_scheduler.SequentialLR(
            o, [lr_scheduler.LinearLR(o, 0.1, total_iters=3), lr_scheduler.ExponentialLR(o, 0.5)], [3]
        ),
        [0.1, 0.4, 0.7, 1, 0.5, 0.25, 0.125],
    ),
    (
        lambda o: lr_scheduler.ChainedScheduler(
            [lr_scheduler.ConstantLR(o, 0.1, 4), lr_scheduler.ExponentialLR(o, 0.9)]
        ),
        [0.1, 0.09, 0.081, 0.0729, 0.6561, 0.59049, 0.531441],
    ),
]


@pytest.mark.parametrize(("make", "expected"), RATES)
def test_rates_of_the_others(make: Any, expected: list[float]) -> None:
    schedule = make(optim.SGD([leafgrad.zeros(1, requires_grad=True)], lr=1.0, momentum=0.9))
    seen = []
    for epoch in range(7):
        seen += [group["lr"] for group in schedule.optimizer.param_groups]
        assert seen[-1:] == schedule.get_last_lr()
        schedule.optimizer.step()
        schedule.step()
        if epoch == 3:  # its state, and the optimiser's, are all that it needs to go on
            state, options = schedule.state_dict(), schedule.optimizer.state_dict()
            schedule = make(optim.SGD([leafgrad.zeros(1, requires_grad=True)], lr=1.0, momentum=0.9))
            schedule.load_state_dict(state)
            schedule.optimizer.load_state_dict(options)
    np.testing.assert_allclose(seen, expected, rtol=1e-6)


def test_the_momentum_goes_the_other_way() -> None:
    for algorithm in (optim.SGD([leafgrad.zeros(1)], lr=1.0, momentum=0.9), optim.Adam([leafgrad.zeros(1)])):
        schedule = lr_scheduler.CyclicLR(algorithm, 0.1, 1.0, step_size_up=2)
        seen = []
        for _ in range(3):
            (group,) = algorithm.param_groups
            seen.append(group["betas"][0] if "betas" in group else group["momentum"])
            schedule.step()
        np.testing.assert_allclose(seen, [0.9, 0.85, 0.8])


def test_a_plateau() -> None:
    def rates_for(losses: list[float], **options: Any) -> list[float]:
        schedule = lr_scheduler.ReduceLROnPlateau(optimizer(1.0), factor=0.5, **options)
        seen = []
        for loss in losses:
            schedule.step(leafgrad.tensor(loss))
            seen += schedule.get_last_lr()
        return seen

    assert rates_for([3.0, 2.0, 2.0, 2.0, 1.0], patience=1) == [1, 1, 1, 0.5, 0.5]
    assert rates_for([1.0, 2.0, 2.0, 2.0], patience=0, mode="max") == [1, 1, 0.5, 0.25]
    assert rates_for([1.0] * 5, patience=0, cooldown=1) == [1, 0.5, 0.5, 0.25, 0.25]
    assert rates_for([1.0] * 4, patience=0, min_lr=0.4) == [1, 0.5, 0.4, 0.4]
    assert rates_for([1.0, 0.8, 0.6], patience=0, threshold=0.3, threshold_mode="abs") == [1, 0.5, 0.5]


def test_bad_input_of_the_others() -> None:
    plain = optim.SGD([leafgrad.zeros(1)], lr=1.0)
    for make, message in (
        (lambda: lr_scheduler.OneCycleLR(plain, 1.0), "give total_steps"),
        (lambda: lr_scheduler.OneCycleLR(optim.Adagrad([leafgrad.zeros(1)]), 1.0, 5), "pass cycle_momentum=False"),
        (lambda: lr_scheduler.OneCycleLR(plain, 1.0, 5, pct_start=2), "pct_start must be from 0 to 1"),
        (lambda: lr_scheduler.CyclicLR(plain, [1.0, 2.0], 3.0, cycle_momentum=False), "a rate for each of 1 groups"),
        (lambda: lr_scheduler.CyclicLR(plain, 1.0, 3.0, mode="round"), "mode must be triangular"),
        (lambda: lr_scheduler.CosineAnnealingWarmRestarts(plain, 0), "T_0 must be a positive integer"),
        (lambda: lr_scheduler.ConstantLR(plain, 2.0), "factor must be above 0"),
        (lambda: lr_scheduler.SequentialLR(plain, [], []), "needs one schedule or more"),
        (lambda: lr_scheduler.SequentialLR(plain, [lr_scheduler.StepLR(plain, 1)], [1]), "needs 0 milestones"),
        (lambda: lr_scheduler.ChainedScheduler([lr_scheduler.StepLR(plain, 1)], optimizer()), "the same optimiser"),
        (lambda: lr_scheduler.ReduceLROnPlateau(plain, mode="mean"), "mode must be 'min' or 'max'"),
        (lambda: lr_scheduler.ReduceLROnPlateau(plain, factor=1.0), "factor must be less than 1"),
    ):
        with pytest.raises(ValueError, match=message):
            make()
    schedule = lr_scheduler.OneCycleLR(plain, 1.0, 1, cycle_momentum=False)
    with pytest.raises(ValueError, match="step 2 is one too many"):
        schedule.step()
