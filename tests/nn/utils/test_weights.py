"""Weights that are computed from other parameters."""

import numpy as np
import pytest

import leafgrad
from leafgrad import nn


@pytest.mark.parametrize("dim", [0, 1, -1, None])
def test_weight_norm(dim):
    layer = nn.Linear(3, 2)
    weight, x = layer.weight.detach().clone(), leafgrad.ones(1, 3)
    before = layer(x)
    nn.utils.weight_norm(layer, dim=dim)
    np.testing.assert_allclose(layer(x).detach(), before.detach(), rtol=1e-6)
    assert [name for name, _ in layer.named_parameters()] == ["bias", "weight_g", "weight_v"]
    with leafgrad.no_grad():
        layer.weight_g.mul_(2)
        layer.weight_v.mul_(5)
    layer(x).sum().backward()
    assert layer.weight_g.grad is not None and layer.weight_v.grad is not None
    with pytest.raises(RuntimeError, match="normalised already"):
        nn.utils.weight_norm(layer)
    nn.utils.remove_weight_norm(layer)
    np.testing.assert_allclose(layer.weight.detach(), 2 * weight, rtol=1e-6)
    with pytest.raises(ValueError, match="weight of Linear is not normalised"):
        nn.utils.remove_weight_norm(layer)
