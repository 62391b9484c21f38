"""state_dict and load_state_dict: shared memory, strictness, and nothing half-loaded."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest

import leafgrad
from leafgrad import nn


def pair() -> nn.Sequential:
    return nn.Sequential(nn.Linear(3, 2), nn.ReLU(), nn.Linear(2, 1))


def snapshot(module: nn.Module) -> dict[str, np.ndarray]:
    return {name: t.numpy().copy() for name, t in module.state_dict().items()}


def test_state_shares_memory_and_needs_no_gradient() -> None:
    model = pair()
    state = model.state_dict()
    assert not any(t.requires_grad for t in state.values())
    state["0.bias"].fill_(7.0)
    assert model[0].bias.tolist() == [7.0, 7.0]
    assert model.state_dict(keep_vars=True)["0.bias"] is model[0].bias
    assert next(iter(model.state_dict(prefix="p."))) == "p.0.weight"


def test_loading_tensors_arrays_and_lists() -> None:
    model, other = pair(), pair()
    assert repr(model.load_state_dict(other.state_dict())) == "<All keys matched successfully>"
    assert all(np.array_equal(a, b) for a, b in zip(snapshot(model).values(), snapshot(other).values(), strict=True))
    model.load_state_dict({name: np.float64(1) * array for name, array in snapshot(other).items()})
    assert model[0].weight.dtype == np.float32 and model[0].weight.requires_grad
    model.load_state_dict({**snapshot(other), "2.bias": [3.0]})
    assert model[2].bias.tolist() == [3.0]


def test_one_error_lists_everything_and_nothing_changes() -> None:
    model = pair()
    before = snapshot(model)
    state: dict[str, Any] = {name: array + 1 for name, array in before.items()}
    state["0.weight"] = np.ones((2, 2))
    state["2.weight"] = np.ones(3)
    state["extra.a"] = state["extra.b"] = state.pop("0.bias")
    state["2.bias"] = "text"
    with pytest.raises(RuntimeError) as caught:
        model.load_state_dict(state)
    message = str(caught.value)
    for part in ("Sequential", 'Missing key(s) in state_dict: "0.bias"', '"extra.a", "extra.b"'):
        assert part in message
    for part in ("(2, 2) in the state dict, (2, 3) in the module, for 0.weight", "for 2.weight", "for 2.bias"):
        assert part in message
    after = snapshot(model)
    assert all(np.array_equal(before[name], after[name]) for name in before)


def test_not_strict() -> None:
    model = pair()
    result = model.load_state_dict({"0.bias": np.ones(2), "other": np.ones(1)}, strict=False)
    assert result.missing_keys == ["0.weight", "2.weight", "2.bias"] and result.unexpected_keys == ["other"]
    assert model[0].bias.tolist() == [1.0, 1.0]
    with pytest.raises(RuntimeError, match="size mismatch"):
        model.load_state_dict({"0.bias": np.ones(3)}, strict=False)
    with pytest.raises(TypeError, match="expected a dict"):
        model.load_state_dict([1, 2])  # type: ignore[arg-type]


def test_values_that_share_the_modules_own_memory() -> None:
    model = nn.Module()
    model.a, model.b = nn.Parameter([1.0]), nn.Parameter([2.0])
    model.load_state_dict({"a": model.b, "b": model.a})
    assert (model.a.item(), model.b.item()) == (2.0, 1.0)


def test_loading_makes_a_stale_graph_an_error() -> None:
    layer = nn.Linear(2, 1)
    loss = (layer(leafgrad.ones(1, 2)) ** 2).sum()
    layer.load_state_dict(copy.deepcopy(layer.state_dict()))
    x = leafgrad.ones(1, 2, requires_grad=True)
    stale = layer(x).sum()
    layer.load_state_dict(copy.deepcopy(layer.state_dict()))
    with pytest.raises(RuntimeError, match="changed in place"):
        stale.backward()
    loss.backward()  # it needs the weight nowhere: its input wants no gradient


def test_none_and_transient_buffers_are_no_state() -> None:
    model = nn.Module()
    model.register_buffer("kept", leafgrad.ones(1))
    model.register_buffer("gone", leafgrad.ones(1), persistent=False)
    model.register_parameter("absent", None)
    assert list(model.state_dict()) == ["kept"]
    with pytest.raises(RuntimeError, match="Unexpected"):
        model.load_state_dict({"kept": [1.0], "absent": [1.0]})
