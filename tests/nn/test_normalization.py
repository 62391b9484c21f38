"""LayerNorm and F.layer_norm."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import leafgrad
from leafgrad import nn
from leafgrad.nn import functional as F
from tests.nn.helpers import RNG, check, leaf


def test_gradients() -> None:
    check(lambda x, w, b: F.layer_norm(x, (4,), w, b), (3, 4), (4,), (4,))
    check(lambda x, w: F.layer_norm(x, (2, 3), w), (2, 2, 3), (2, 3))
    check(lambda x: F.layer_norm(x, (5,)), (5,))


def test_values() -> None:
    x = RNG.normal(size=(6, 50)) * 100 + 1e4
    z = F.layer_norm(x, (50,)).numpy()
    np.testing.assert_allclose(z, (x - x.mean(1, keepdims=True)) / np.sqrt(x.var(1, keepdims=True) + 1e-5), atol=1e-10)
    same = F.layer_norm(np.full((2, 3), 7.7, np.float32), (3,))  # nothing is left of equal numbers, whatever the eps
    assert same.dtype == np.float32 and np.abs(same.numpy()).max() < 1e-3
    assert F.layer_norm(leafgrad.ones(0, 3), (3,)).shape == (0, 3)


def test_a_result_may_be_written() -> None:
    x = leaf(2, 3)
    y = F.layer_norm(x, (3,))
    expected = leafgrad.autograd.grad((F.layer_norm(x, (3,)) * 2)[0, 0], x)[0]
    y.mul_(2)
    y[0, 0].backward()
    assert x.grad is not None and np.allclose(x.grad.numpy(), expected.numpy())


def test_module() -> None:
    layer = nn.LayerNorm([2, 3])
    assert list(layer.state_dict()) == ["weight", "bias"] and layer.normalized_shape == (2, 3)
    assert layer.weight is not None and layer.weight.tolist() == [[1] * 3] * 2
    assert repr(layer) == "LayerNorm((2, 3), eps=1e-05, elementwise_affine=True, bias=True)"
    assert list(nn.LayerNorm(3, bias=False).state_dict()) == ["weight"]
    assert list(nn.LayerNorm(3, elementwise_affine=False).state_dict()) == []


@pytest.mark.parametrize(
    "message, call",
    [
        (r"\(4,\) must be the last dimensions", lambda: F.layer_norm(leaf(2, 3), (4,))),
        ("must name at least one dimension", lambda: F.layer_norm(leaf(2, 3), ())),
        (r"the weight must have the normalized_shape \(3,\)", lambda: F.layer_norm(leaf(2, 3), (3,), leaf(2))),
        (r"the bias must have the normalized_shape \(3,\)", lambda: F.layer_norm(leaf(2, 3), (3,), leaf(3), leaf(2))),
    ],
)
def test_errors(message: str, call: Any) -> None:
    with pytest.raises(RuntimeError, match=message):
        call()
