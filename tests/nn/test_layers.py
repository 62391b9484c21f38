"""Linear and the reshaping layers, initialisation, and the helpers around parameters."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import leafgrad
from leafgrad import nn
from leafgrad.errors import ShapeError
from leafgrad.nn import init


@pytest.fixture(autouse=True)
def seeded() -> None:
    leafgrad.manual_seed(0)


@pytest.mark.parametrize("shape", [(5,), (3, 5), (2, 3, 5), (0, 5)])
def test_linear_of_any_leading_dimensions(shape: tuple[int, ...]) -> None:
    layer = nn.Linear(5, 4, dtype=leafgrad.float64)
    x = np.random.default_rng(0).normal(size=shape)
    expected = x @ layer.weight.data.T + layer.bias.data
    np.testing.assert_allclose(layer(x).detach().numpy(), expected)
    plain = nn.Linear(5, 4, bias=False)
    assert plain.bias is None and list(plain.state_dict()) == ["weight"]
    assert plain(leafgrad.ones(*shape)).shape == (*shape[:-1], 4)


@pytest.mark.parametrize(
    ("method", "variance"),
    [
        (None, 1 / (3 * 400)),
        ("xavier", 2 / 700),
        ("he", 2 / 400),
        ("he_leaky", 2 / 400),
        ("normal", 1 / 400),
        ("uniform", 1 / 400),
    ],
)
def test_init_methods(method: str | None, variance: float) -> None:
    layer = nn.Linear(400, 300, init_method=method)
    assert layer.weight.data.var() == pytest.approx(variance, rel=0.03)
    assert layer.bias.data.any() == (method is None)
    assert np.abs(layer.bias.data).max() <= 1 / math.sqrt(400)
    before = layer.weight.data.copy()
    layer.reset_parameters()
    assert not np.array_equal(before, layer.weight.data)


def test_bad_layers() -> None:
    with pytest.raises(ValueError, match=r"Linear: init_method must be one of None, 'xavier'.* got 'best'"):
        nn.Linear(2, 2, init_method="best")
    with pytest.raises(ValueError, match="negative"):
        nn.Linear(-1, 2)
    with pytest.raises(ShapeError, match=r"Unflatten: dimension 1 of shape \(2, 7\) cannot become \(3, 4\)"):
        nn.Unflatten(1, (3, 4))(leafgrad.ones(2, 7))
    with pytest.raises(ShapeError):
        nn.Unflatten(1, (3, -1))(leafgrad.ones(2, 7))
    with pytest.raises(IndexError):
        nn.Unflatten(2, (7,))(leafgrad.ones(2, 7))


def test_reshaping_layers() -> None:
    x = leafgrad.arange(24.0).reshape(2, 3, 4)
    assert nn.Flatten()(x).shape == (2, 12) and nn.Flatten(0, 1)(x).shape == (6, 4)
    assert nn.Unflatten(-1, (2, -1))(x).shape == (2, 3, 2, 2)
    assert nn.Identity(1, key=2)(x) is x


def test_initialisers() -> None:
    w = leafgrad.empty(300, 200, requires_grad=True)
    assert init.uniform_(w, -1, 3) is w and w.requires_grad and w.is_leaf
    assert w.data.min() >= -1 and w.data.max() < 3 and w.data.mean() == pytest.approx(1, abs=0.03)
    for fill, mean, std in (
        (lambda: init.normal_(w, 2.0, 0.5), 2.0, 0.5),
        (lambda: init.xavier_uniform_(w, gain=2.0), 0.0, 2 * math.sqrt(2 / 500)),
        (lambda: init.xavier_normal_(w), 0.0, math.sqrt(2 / 500)),
        (lambda: init.kaiming_uniform_(w, mode="fan_out", nonlinearity="relu"), 0.0, math.sqrt(2 / 300)),
        (lambda: init.kaiming_normal_(w, a=0.2), 0.0, math.sqrt(2 / 1.04 / 200)),
    ):
        fill()
        assert w.data.mean() == pytest.approx(mean, abs=0.02 * std) and w.data.std() == pytest.approx(std, rel=0.02)
    assert np.all(init.constant_(w, 3).data == 3) and not init.zeros_(w).data.any() and init.ones_(w).data.all()
    assert np.array_equal(init.eye_(leafgrad.empty(2, 3)).data, np.eye(2, 3))
    window = init.kaiming_normal_(leafgrad.empty(50, 20, 3, 3), nonlinearity="relu")
    assert window.data.std() == pytest.approx(math.sqrt(2 / 180), rel=0.03)
    own = leafgrad.Generator().manual_seed(3)
    first = init.normal_(leafgrad.empty(3), generator=own).tolist()
    assert first == init.normal_(leafgrad.empty(3), generator=own.manual_seed(3)).tolist()


def test_truncated_normal() -> None:
    x = init.trunc_normal_(leafgrad.empty(50_000, dtype=leafgrad.float64), 1.0, 2.0, 0.0, 4.0).data
    assert x.min() >= 0 and x.max() <= 4
    from statistics import NormalDist

    exact = NormalDist(1.0, 2.0)
    for point in (0.5, 1.0, 2.0, 3.5):
        share = (exact.cdf(point) - exact.cdf(0)) / (exact.cdf(4) - exact.cdf(0))
        assert (x < point).mean() == pytest.approx(share, abs=0.01)
    assert np.abs(init.trunc_normal_(leafgrad.empty(1000), std=0.02).data).max() < 0.12


@pytest.mark.parametrize("shape", [(5, 3), (3, 5), (4, 2, 3)])
def test_orthogonal(shape: tuple[int, ...]) -> None:
    q = init.orthogonal_(leafgrad.empty(*shape, dtype=leafgrad.float64), gain=2.0).data.reshape(shape[0], -1)
    gram = q @ q.T if q.shape[0] <= q.shape[1] else q.T @ q
    np.testing.assert_allclose(gram, 4 * np.eye(len(gram)), atol=1e-12)


def test_bad_initialisation() -> None:
    vector = leafgrad.empty(3)
    for function in (init.xavier_uniform_, init.kaiming_normal_, init.orthogonal_, init.eye_):
        with pytest.raises(ShapeError, match=r"got shape \(3,\)"):
            function(vector)
    with pytest.raises(ValueError, match="mode must be 'fan_in' or 'fan_out', got 'fan'"):
        init.kaiming_uniform_(leafgrad.empty(2, 2), mode="fan")
    with pytest.raises(ValueError, match="unknown nonlinearity 'step'"):
        init.calculate_gain("step")


def with_gradients(*values: Any) -> list[leafgrad.Tensor]:
    params = [leafgrad.zeros(*np.shape(v), requires_grad=True) for v in values]
    for p, v in zip(params, values, strict=True):
        p.grad = leafgrad.tensor(v)
    return params


def test_clipping() -> None:
    params = [*with_gradients([3.0, 0.0], [[4.0]]), leafgrad.zeros(2, requires_grad=True)]
    assert nn.utils.clip_grad_norm_(params, 10.0).item() == 5.0
    assert params[0].grad.tolist() == [3.0, 0.0]
    total = nn.utils.clip_grad_norm_((p for p in params), 1.0)
    assert (total.item(), total.dtype) == (5.0, np.float32)
    np.testing.assert_allclose(params[1].grad.numpy(), [[0.8]], rtol=1e-6)
    assert nn.utils.clip_grad_norm_([], 1.0).item() == 0.0
    (broken,) = with_gradients([math.nan, 1.0])
    with pytest.raises(RuntimeError, match="the gradients' norm is nan"):
        nn.utils.clip_grad_norm_(broken, 1.0, error_if_nonfinite=True)
    assert broken.grad.tolist()[1] == 1.0
    (p,) = with_gradients([-5.0, 0.5])
    nn.utils.clip_grad_value_(p, 2)
    assert p.grad.tolist() == [-2.0, 0.5]


def test_parameters_as_one_vector() -> None:
    model = nn.Linear(3, 2)
    vector = nn.utils.parameters_to_vector(model.parameters())
    assert vector.shape == (8,) and vector.requires_grad
    vector.sum().backward()
    assert np.all(model.weight.grad.numpy() == 1)
    nn.utils.vector_to_parameters(leafgrad.arange(8.0), model.parameters())
    assert model.weight.tolist() == [[0, 1, 2], [3, 4, 5]] and model.bias.tolist() == [6, 7]
    assert model.weight.requires_grad and model.weight.is_leaf
    with pytest.raises(ShapeError, match=r"need a vector of shape \(8,\), got \(7,\)"):
        nn.utils.vector_to_parameters(leafgrad.ones(7), model.parameters())
