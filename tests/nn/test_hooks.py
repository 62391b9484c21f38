"""Hooks of modules in backward."""

from __future__ import annotations

from typing import Any

import pytest

import leafgrad
from leafgrad import nn


class Two(nn.Module):
    def forward(self, a: Any, b: Any, times: int = 2) -> tuple[Any, Any]:
        return a * b, a + b * times


def test_they_see_the_gradients_at_both_seams() -> None:
    seen: list[Any] = []
    module = Two()
    module.register_full_backward_pre_hook(lambda module, outputs: seen.append(outputs))
    handle = module.register_full_backward_hook(lambda module, inputs, outputs: seen.append((inputs, outputs)))
    a, b = leafgrad.tensor(2.0, requires_grad=True), leafgrad.tensor(3.0)
    _, added = module(a, b)
    (added * 5).backward()
    assert [[None if g is None else g.item() for g in each] for each in (seen[0], *seen[1])] == [
        [None, 5],
        [5, None],
        [None, 5],
    ]
    handle.remove()
    module(a, b)[0].backward()
    assert len(seen) == 3 and a.grad.item() == 5 + 3


def test_they_replace_them() -> None:
    layer = nn.Linear(2, 1, bias=False)
    layer.register_full_backward_pre_hook(lambda module, outputs: (outputs[0] * 3,))
    layer.register_full_backward_hook(lambda module, inputs, outputs: inputs[0] * 10)
    x = leafgrad.ones(1, 2, requires_grad=True)
    layer(x).sum().backward()
    assert leafgrad.equal(x.grad, layer.weight * 30) and layer.weight.grad.tolist() == [[3, 3]]
    layer.register_full_backward_hook(lambda module, inputs, outputs: (inputs[0], inputs[0]))
    with pytest.raises(RuntimeError, match="must return 1 gradients, or None, got 2"):
        layer(x).sum().backward()


def test_without_gradients_of_the_arguments_and_in_place() -> None:
    seen: list[Any] = []
    model = nn.Sequential(nn.Linear(2, 2), nn.ReLU(inplace=True))
    for layer in model:
        layer.register_full_backward_hook(lambda module, inputs, outputs: seen.append((type(module).__name__, inputs)))
    model(leafgrad.ones(1, 2)).sum().backward()
    assert [name for name, _ in seen] == ["ReLU", "Linear"] and seen[1][1] == (None,)
    with leafgrad.no_grad():
        model(leafgrad.ones(1, 2))
