"""Optimisers without PyTorch: what they demand, what they promise. The trajectories are in tests/parity."""

from __future__ import annotations

import copy
import math
import pickle
from typing import Any

import numpy as np
import pytest

import leafgrad
from leafgrad import nn, optim

nan, inf = math.nan, math.inf


def weights(*shapes: tuple[int, ...]) -> list[leafgrad.Tensor]:
    params = [leafgrad.ones(*shape, requires_grad=True) for shape in shapes or [(3,)]]
    for p in params:
        p.grad = leafgrad.ones(*p.shape)
    return params


OPTIMIZERS: list[Any] = [
    lambda p: optim.SGD(p, lr=0.1),
    lambda p: optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.1),
    lambda p: optim.Adam(p, lr=0.1, amsgrad=True, weight_decay=0.1),
    lambda p: optim.AdamW(p, lr=0.1),
    lambda p: optim.RMSprop(p, momentum=0.9, centered=True),
    lambda p: optim.Adagrad(p),
    lambda p: optim.Adadelta(p),
    lambda p: optim.Adamax(p),
    lambda p: optim.NAdam(p),
    lambda p: optim.RAdam(p),
    lambda p: optim.Rprop(p),
    lambda p: optim.ASGD(p),
]


@pytest.mark.parametrize("make", OPTIMIZERS)
def test_a_step_is_in_place_and_outside_the_graph(make: Any) -> None:
    (p,) = weights()
    array, grad = p.data, p.grad.data.copy()
    optimizer = make([p])
    for _ in range(3):
        optimizer.step()
    assert p.data is array and not np.any(array == 1) and array.dtype == np.float32
    assert p.is_leaf and p.requires_grad and np.array_equal(p.grad.data, grad)


def test_a_step_makes_a_graph_through_the_old_value_an_error() -> None:
    (p,) = weights()
    loss = (p * p).sum()
    optim.SGD([p], lr=0.1).step()
    with pytest.raises(RuntimeError, match="changed in place"):
        loss.backward()


def test_what_has_no_gradient_stays_and_gets_no_state() -> None:
    p, q = weights((3,), (2,))
    q.grad = None
    optimizer = optim.Adam([p, q])
    optimizer.step()
    assert q.tolist() == [1.0, 1.0] and list(optimizer.state) == [p]
    assert optim.SGD([p]).state_dict()["state"] == {}


def test_closure() -> None:
    (p,) = weights()
    optimizer = optim.SGD([p], lr=0.25)

    def closure() -> leafgrad.Tensor:
        optimizer.zero_grad()
        loss = (p * p).sum()
        loss.backward()
        return loss

    with leafgrad.no_grad():
        assert optimizer.step(closure).item() == 3.0
    assert p.tolist() == [0.5] * 3


def test_zero_grad() -> None:
    (p,) = weights()
    optimizer = optim.SGD([p])
    held = p.grad
    optimizer.zero_grad(set_to_none=False)
    assert p.grad is held and held.tolist() == [0.0] * 3
    p.grad = p * 2  # a gradient with a history
    optimizer.zero_grad(set_to_none=False)
    assert not p.grad.requires_grad and not p.grad.any()
    optimizer.zero_grad()
    assert p.grad is None


BAD: list[tuple[type[Exception], str, Any]] = [
    (ValueError, "SGD: got an empty list of parameters", lambda: optim.SGD([])),
    (ValueError, "empty", lambda: optim.Adam(iter([]))),
    (TypeError, "SGD: params must be an iterable of tensors or dicts", lambda: optim.SGD(leafgrad.ones(2))),
    (TypeError, "got method; give it model.parameters", lambda: optim.SGD(nn.Linear(1, 1).parameters)),
    (ValueError, "SGD: invalid lr: fast", lambda: optim.SGD(weights(), lr="fast")),
    (TypeError, "Adam: can only optimise tensors, got ndarray", lambda: optim.Adam([np.ones(2)])),
    (TypeError, "a set has none", lambda: optim.SGD([{"params": set(weights())}])),
    (TypeError, "must be a dict, got Tensor", lambda: optim.SGD([{"params": weights()}, weights()[0]])),
    (ValueError, r"cannot optimise the result of an operation, of shape \(3,\)", lambda: optim.SGD([weights()[0] * 2])),
    (ValueError, r"a parameter of shape \(3,\) appears more than once", lambda: optim.SGD(weights() * 2)),
    (ValueError, "more than once", lambda: optim.SGD([{"params": (p := weights())}, {"params": p}])),
    *[(ValueError, f"SGD: invalid lr: {lr}", lambda lr=lr: optim.SGD(weights(), lr=lr)) for lr in (nan, -0.1, inf)],
    *[(ValueError, f"Adam: invalid lr: {lr}", lambda lr=lr: optim.Adam(weights(), lr=lr)) for lr in (nan, -0.1, inf)],
    (ValueError, "AdamW: invalid weight_decay: -1", lambda: optim.AdamW(weights(), weight_decay=-1)),
    (ValueError, "SGD: invalid weight_decay: nan", lambda: optim.SGD(weights(), weight_decay=nan)),
    (ValueError, "SGD: invalid momentum: -0.5", lambda: optim.SGD(weights(), momentum=-0.5)),
    (ValueError, "SGD: invalid momentum: nan", lambda: optim.SGD(weights(), momentum=nan)),
    (ValueError, r"Adam: invalid betas: \(0.9, 1.0\)", lambda: optim.Adam(weights(), betas=(0.9, 1.0))),
    (ValueError, r"Adam: invalid betas: \(-0.1, 0.9\)", lambda: optim.Adam(weights(), betas=(-0.1, 0.9))),
    (ValueError, "Adam: invalid eps: -1e-08", lambda: optim.Adam(weights(), eps=-1e-8)),
    (ValueError, "momentum=0.0 and dampening=0.0", lambda: optim.SGD(weights(), nesterov=True)),
    (ValueError, "dampening=0.5", lambda: optim.SGD(weights(), momentum=0.9, dampening=0.5, nesterov=True)),
    (ValueError, "SGD: invalid lr: nan", lambda: optim.SGD([{"params": weights(), "lr": nan}], lr=0.1)),
]


@pytest.mark.parametrize(("error", "message", "call"), BAD, ids=[message for _, message, _ in BAD])
def test_bad_input(error: type[Exception], message: str, call: Any) -> None:
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize("make", OPTIMIZERS)
def test_a_step_that_raises_changes_nothing(make: Any) -> None:
    params = weights((3,), (2,), (4,))
    optimizer = make(params)
    optimizer.step()
    params[1].data = np.ones(5, np.float32)
    params[1].grad = leafgrad.ones(5)
    optimizer.state.setdefault(params[1], {"momentum_buffer": leafgrad.ones(2)})
    before = [p.data.copy() for p in params]
    with pytest.raises(RuntimeError, match=r"has shape \(5,\), but its gradient or state \(2,\)"):
        optimizer.step()
    read_only = np.ones(2, np.float32)
    read_only.flags.writeable = False
    params[1].data = read_only
    params[1].grad = leafgrad.ones(2)
    with pytest.raises(RuntimeError, match="read-only"):
        optimizer.step()
    assert all(np.array_equal(a, p.data) for i, (a, p) in enumerate(zip(before, params, strict=True)) if i != 1)


def test_groups() -> None:
    p, q, r = weights((1,), (1,), (1,))
    optimizer = optim.SGD([{"params": p}, {"params": [q], "lr": 0.5}], lr=0.1)
    optimizer.add_param_group({"params": [r], "lr": 0.25})
    optimizer.step()
    np.testing.assert_allclose([p.item(), q.item(), r.item()], [0.9, 0.5, 0.75], rtol=1e-6)
    with pytest.raises(ValueError, match="more than once"):
        optimizer.add_param_group({"params": [r]})
    assert [len(group["params"]) for group in optimizer.param_groups] == [1, 1, 1]
    text = repr(optimizer)
    assert text.startswith("SGD (\nParameter Group 0\n    dampening: 0.0\n    lr: 0.1\n") and text.endswith("\n)")


@pytest.mark.parametrize("make", OPTIMIZERS)
def test_saving_and_resuming(make: Any, tmp_path: Any) -> None:
    def train(params: list[leafgrad.Tensor], optimizer: Any, steps: int) -> None:
        for i in range(steps):
            for p in params:
                p.grad = p.detach() * (i + 1)
            optimizer.step()

    params = weights((3,), (2, 2))
    optimizer = make(params)
    train(params, optimizer, 3)
    leafgrad.save({"model": params, "optimizer": optimizer.state_dict()}, tmp_path / "checkpoint")
    saved = leafgrad.load(tmp_path / "checkpoint")
    resumed_params = saved["model"]
    resumed = make(resumed_params)
    resumed.load_state_dict(saved["optimizer"])
    copies = copy.deepcopy((params, optimizer)), pickle.loads(pickle.dumps((params, optimizer)))
    for others, other in ((resumed_params, resumed), *copies):
        start = [p.data.copy() for p in params]
        assert all(np.array_equal(a, p.data) for a, p in zip(start, others, strict=True))
        train(others, other, 3)
    train(params, optimizer, 3)
    for others in (resumed_params, *(c[0] for c in copies)):
        assert all(np.array_equal(a.data, b.data) for a, b in zip(params, others, strict=True))


def test_loading_is_strict_and_all_or_nothing() -> None:
    optimizer = optim.Adam(weights((3,), (2,)), lr=0.1)
    optimizer.step()
    state = optimizer.state_dict()
    assert state["state"][0]["step"] == 1 and state["param_groups"][0]["params"] == [0, 1]
    other = optim.Adam(weights((3,), (4,)), lr=0.5)
    for broken, message in (
        ({**state, "param_groups": []}, "0 parameter groups were saved, this optimiser has 1"),
        ({**state, "param_groups": [{**state["param_groups"][0], "params": [0]}]}, "with 1 parameters, here it has 2"),
        ({**state, "param_groups": [{**state["param_groups"][0], "lr": nan}]}, "invalid lr: nan"),
        (state, r"exp_avg has shape \(2,\), its parameter \(4,\)"),
    ):
        with pytest.raises(ValueError, match=message):
            other.load_state_dict(broken)
        assert other.param_groups[0]["lr"] == 0.5 and not other.state
    state["state"][0]["exp_avg"].fill_(9.0)  # a loaded state is a copy
    same = optim.Adam(weights((3,), (2,)))
    same.load_state_dict(state)
    state["state"][0]["exp_avg"].fill_(1.0)
    assert same.state[same.param_groups[0]["params"][0]]["exp_avg"].tolist() == [9.0] * 3


def test_float32_is_kept_with_numpy_options() -> None:
    (p,) = weights()
    optim.SGD([p], lr=np.float64(0.1), momentum=np.float64(0.5), weight_decay=np.float64(0.1)).step()
    optim.Adam([p], lr=np.float64(0.1)).step()
    assert p.dtype == np.float32


def test_a_model_learns() -> None:
    leafgrad.manual_seed(0)
    x = leafgrad.linspace(-2, 2, 64).reshape(-1, 1)
    model = nn.Sequential(nn.Linear(1, 16), nn.Tanh(), nn.Linear(16, 1))
    optimizer = optim.Adam(model.parameters(), lr=0.03)
    for _ in range(300):
        optimizer.zero_grad()
        loss = nn.MSELoss()(model(x), (2 * x).sin())
        loss.backward()
        optimizer.step()
    assert loss.item() < 1e-3


# PyTorch's parameters after eight steps from (0.3, -1.2) down the squares of the distance to 0.1
TRAJECTORIES: list[Any] = [
    ("RMSprop", {}, [0.1017178, -0.7908987]),
    ("RMSprop", {"momentum": 0.5, "centered": True, "alpha": 0.5}, [0.0864848, -0.5975714]),
    (
        "Adagrad", {"lr": 0.1, "lr_decay": 0.1, "weight_decay": 0.1, "initial_accumulator_value": 0.5},
        [0.1392869, -0.8700310],
    ),
    ("Adadelta", {"rho": 0.5, "eps": 0.001}, [0.0999718, -0.7372158]),
    ("Adamax", {"lr": 0.1, "betas": (0.5, 0.7)}, [0.0722036, -0.3255726]),
    ("NAdam", {"lr": 0.1, "momentum_decay": 0.1}, [0.0870827, -0.6185286]),
    ("NAdam", {"lr": 0.1, "weight_decay": 0.1, "decoupled_weight_decay": True}, [0.0873131, -0.5546979]),
    ("RAdam", {"lr": 0.1, "betas": (0.5, 0.9)}, [0.1055794, -0.1904679]),
    ("RAdam", {"lr": 0.1}, [0.1327991, -0.1545763]),
    ("Rprop", {"lr": 0.5, "step_sizes": (0.01, 1.0)}, [0.0200000, 0.0440000]),
    ("ASGD", {"lr": 0.1, "lambd": 0.1, "t0": 3}, [0.1280017, -0.1120105]),
]


@pytest.mark.parametrize(("name", "options", "expected"), TRAJECTORIES, ids=str)
def test_trajectories_of_the_others(name: str, options: dict[str, Any], expected: list[float]) -> None:
    p = leafgrad.tensor([0.3, -1.2], dtype=leafgrad.float64, requires_grad=True)
    optimizer = getattr(optim, name)([p], **options)
    for step in range(8):
        optimizer.zero_grad()
        ((p - 0.1) ** 2).sum().backward()
        optimizer.step()
        if step == 4:  # its state is all that it needs to go on
            state = optimizer.state_dict()
            optimizer = getattr(optim, name)([p], **options)
            optimizer.load_state_dict(state)
    np.testing.assert_allclose(p.detach().numpy(), expected, atol=1e-6)


def test_hooks_of_a_step() -> None:
    seen: list[str] = []
    optimizer = optim.SGD(weights(), lr=0.1)
    before = optimizer.register_step_pre_hook(lambda optimizer, args, kwargs: seen.append("before"))
    optimizer.register_step_post_hook(lambda optimizer, args, kwargs: seen.append("after"))
    optimizer.step(lambda: seen.append("closure"))
    before.remove()
    optimizer.step()
    assert seen == ["before", "closure", "after", "after"]


def test_how_pytorch_would_run_a_step_changes_nothing() -> None:
    assert optim.AdamW(weights(), fused=True, foreach=None).defaults.keys() == optim.AdamW(weights()).defaults.keys()
    with pytest.raises(TypeError, match="SGD: got an unexpected keyword argument 'fast'"):
        optim.SGD(weights(), fast=True)  # type: ignore[call-arg]
