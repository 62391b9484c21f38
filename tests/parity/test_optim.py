"""leafgrad.optim beside torch.optim: the same trajectories, to the last digits."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import leafgrad

torch = pytest.importorskip("torch")

RNG = np.random.default_rng(0)
LIBRARIES = (leafgrad, torch)
START = [RNG.standard_normal((3, 2)), RNG.standard_normal(4), np.array(0.7)]
TARGET = [RNG.standard_normal((3, 2)), RNG.standard_normal(4), np.array(-0.2)]

SGD: list[dict[str, Any]] = [
    {},
    {"momentum": 0.9},
    {"momentum": 0.9, "dampening": 0.3},
    {"momentum": 0.9, "nesterov": True},
    {"weight_decay": 0.1},
    {"momentum": 0.8, "weight_decay": 0.1, "nesterov": True},
    {"momentum": 0.8, "weight_decay": 0.1, "maximize": True},
    {"maximize": True},
]
ADAM: list[dict[str, Any]] = [
    {},
    {"betas": (0.5, 0.7), "eps": 1e-3},
    {"weight_decay": 0.1},
    {"amsgrad": True, "betas": (0.3, 0.4)},
    {"maximize": True, "weight_decay": 0.2, "amsgrad": True},
    {"betas": (0.0, 0.0)},
]
CASES = [
    *[("SGD", {"lr": 0.05, **options}) for options in SGD],
    *[(name, {"lr": 0.05, **options}) for options in ADAM for name in ("Adam", "AdamW")],
    ("Adam", {"lr": 0.05, "weight_decay": 0.1, "decoupled_weight_decay": True}),
    ("Adam", {}),
    ("AdamW", {}),
]


def start(m: Any, dtype: str) -> list[Any]:
    return [m.tensor(a).to(getattr(m, dtype)).requires_grad_() for a in START]


def run(m: Any, params: list[Any], optimizer: Any, steps: int, schedule: Any = None) -> list[np.ndarray]:
    """The parameters after each step downhill on a bowl with a wave in it."""
    seen = []
    for i in range(steps):
        optimizer.zero_grad(set_to_none=i % 2 == 0)
        targets = [m.tensor(t).to(p.dtype) for p, t in zip(params, TARGET, strict=True)]
        losses = [((p - t) ** 2).sum() + (3 * p).sin().sum() for p, t in zip(params, targets, strict=True)]
        sum(losses[: 2 if i in (3, 4) else 3]).backward()  # the last one: once zeros, once no gradient
        optimizer.step()
        if schedule is not None:
            schedule.step()
        seen += [p.detach().numpy().copy() for p in params]
    return seen


def assert_close(ours: list[np.ndarray], theirs: list[np.ndarray], dtype: str) -> None:
    rtol, atol = (1e-12, 1e-12) if dtype == "float64" else (5e-5, 5e-6)
    for a, b in zip(ours, theirs, strict=True):
        assert a.dtype == b.dtype == np.dtype(dtype)
        np.testing.assert_allclose(a, b, rtol=rtol, atol=atol)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("name", "options"), CASES, ids=str)
def test_trajectory(name: str, options: dict[str, Any], dtype: str) -> None:
    paths = []
    for m in LIBRARIES:
        params = start(m, dtype)
        paths.append(run(m, params, getattr(m.optim, name)(params, **options), 30))
    assert_close(*paths, dtype)


@pytest.mark.parametrize("name", ["SGD", "Adam"])
def test_groups_and_resuming_from_pytorchs_state(name: str) -> None:
    """Ten steps by torch, its state taken over, ten more by both."""
    makers = {
        m: lambda m=m, p=None: getattr(m.optim, name)(
            [{"params": p[:1]}, {"params": p[1:], "lr": 0.2, "weight_decay": 0.1}],
            **({"lr": 0.1, "momentum": 0.9} if name == "SGD" else {"lr": 0.1, "amsgrad": True}),
        )
        for m in LIBRARIES
    }
    theirs = start(torch, "float64")
    their_optimizer = makers[torch](p=theirs)
    run(torch, theirs, their_optimizer, 10)
    state = their_optimizer.state_dict()
    ours = start(leafgrad, "float64")
    for p, q in zip(ours, theirs, strict=True):
        p.data = q.detach().numpy().copy()
    our_optimizer = makers[leafgrad](p=ours)
    assert sorted(our_optimizer.state_dict()) == sorted(state)
    our_optimizer.load_state_dict(
        {
            "param_groups": state["param_groups"],
            "state": {
                i: {k: v.numpy() if isinstance(v, torch.Tensor) else v for k, v in entries.items()}
                for i, entries in state["state"].items()
            },
        }
    )
    paths = [run(m, p, o, 10) for m, p, o in ((leafgrad, ours, our_optimizer), (torch, theirs, their_optimizer))]
    assert_close(*paths, "float64")
    mine, its = our_optimizer.state_dict(), their_optimizer.state_dict()
    assert mine["state"].keys() == its["state"].keys()
    for i, entries in its["state"].items():
        assert mine["state"][i].keys() == entries.keys()
    for a, b in zip(mine["param_groups"], its["param_groups"], strict=True):
        assert a["params"] == b["params"]
        assert a.keys() <= b.keys()


SCHEDULES: list[tuple[str, dict[str, Any]]] = [
    ("StepLR", {"step_size": 3, "gamma": 0.5}),
    ("MultiStepLR", {"milestones": [2, 5, 5, 9], "gamma": 0.5}),
    ("ExponentialLR", {"gamma": 0.9}),
    ("CosineAnnealingLR", {"T_max": 5, "eta_min": 0.01}),
    ("CosineAnnealingLR", {"T_max": 1}),
    ("LambdaLR", {"lr_lambda": lambda epoch: 1 / (1 + epoch)}),
    ("LambdaLR", {"lr_lambda": [lambda epoch: 0.9**epoch, lambda epoch: 1.0]}),
    ("LinearLR", {"start_factor": 0.2, "end_factor": 0.7, "total_iters": 4}),
    ("LinearLR", {}),
]


@pytest.mark.parametrize(("name", "options"), SCHEDULES, ids=lambda value: value if isinstance(value, str) else "")
def test_schedule(name: str, options: dict[str, Any]) -> None:
    rates = []
    for m in LIBRARIES:
        params = start(m, "float64")
        optimizer = m.optim.SGD([{"params": params[:1]}, {"params": params[1:], "lr": 0.02}], lr=0.1)
        schedules = [getattr(m.optim.lr_scheduler, name)(optimizer, **options)]
        schedules.append(m.optim.lr_scheduler.ExponentialLR(optimizer, 0.97))  # a second one on top
        if name == "LambdaLR":
            schedules.pop()
        seen = [[group["lr"] for group in optimizer.param_groups]]
        for _ in range(25):
            optimizer.step()
            for schedule in schedules:
                schedule.step()
            seen.append([group["lr"] for group in optimizer.param_groups])
        assert schedules[-1].get_last_lr() == seen[-1]
        rates.append(seen)
    np.testing.assert_allclose(*rates, rtol=1e-12, atol=1e-15)
