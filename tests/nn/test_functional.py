"""Activations and losses without PyTorch: differences of the first and second order, extremes, dtypes,
memory, and what is said about bad input. `tests/parity/test_nn.py` compares the numbers."""

from __future__ import annotations

import gc
import math
import weakref
from typing import Any

import numpy as np
import pytest

import leafgrad
from leafgrad import Tensor, nn
from leafgrad.gradcheck import gradcheck, gradgradcheck
from leafgrad.nn import functional as F

RNG = np.random.default_rng(1)
X = np.array([[-3.1, -0.6, 0.2, 1.7], [0.9, -1.3, 2.4, -0.2]])
P = np.array([[0.1, 0.7, 0.4, 0.9], [0.5, 0.3, 0.8, 0.6]])
T = np.array([2, 0])
W = np.array([0.5, 1.5, 1.0, 2.0])
GRID = np.array([[[2, 0, -1], [1, 1, 3]]] * 2)
SCORES = RNG.normal(size=(2, 4, 2, 3))

ACTIVATIONS: dict[str, Any] = {
    "relu": F.relu,
    "leaky_relu": lambda x: F.leaky_relu(x, 0.2),
    "tanh": F.tanh,
    "sigmoid": F.sigmoid,
    "softmax": lambda x: F.softmax(x, -1),
    "log_softmax": lambda x: F.log_softmax(x, 0),
    "gelu": F.gelu,
    "gelu-tanh": lambda x: F.gelu(x, "tanh"),
    "silu": F.silu,
    "elu": lambda x: F.elu(x, 0.7),
    "softplus": lambda x: F.softplus(x, 2.0),
    "erf": leafgrad.erf,
}
LOSSES: dict[str, tuple[Any, list[np.ndarray]]] = {
    "mse": (F.mse_loss, [X, P]),
    "l1": (F.l1_loss, [X, P]),
    "huber": (lambda x, y, **r: F.huber_loss(x, y, delta=1.1, **r), [X, P]),
    "smooth_l1": (lambda x, y, **r: F.smooth_l1_loss(x, y, beta=0.6, **r), [X, P]),
    "bce": (lambda x, y, **r: F.binary_cross_entropy(x, y, W, **r), [P, P[::-1]]),
    "bce_logits": (lambda x, y, **r: F.binary_cross_entropy_with_logits(x, y, W, pos_weight=W, **r), [X, P]),
    "cross_entropy": (lambda x, **r: F.cross_entropy(x, T, W, **r), [X]),
    "cross_entropy-grid": (lambda x, **r: F.cross_entropy(x, GRID, ignore_index=-1, **r), [SCORES]),
    "cross_entropy-smooth": (lambda x, **r: F.cross_entropy(x, T, W, label_smoothing=0.2, **r), [X]),
    "cross_entropy-soft": (lambda x, y, **r: F.cross_entropy(x, y, W, label_smoothing=0.2, **r), [X, P]),
    "nll": (lambda x, **r: F.nll_loss(x, T, W, **r), [X]),
}


def leaves(arrays: Any, dtype: Any = np.float64) -> tuple[Tensor, ...]:
    return tuple(Tensor(a.astype(dtype), requires_grad=True) for a in arrays)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_derivatives_of_activations(name: str) -> None:
    assert gradcheck(ACTIVATIONS[name], leaves([X]))
    assert gradgradcheck(ACTIVATIONS[name], leaves([X]))


@pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
@pytest.mark.parametrize("name", LOSSES)
def test_derivatives_of_losses(name: str, reduction: str) -> None:
    loss, arrays = LOSSES[name]
    assert gradcheck(lambda *inputs: loss(*inputs, reduction=reduction), leaves(arrays))
    assert gradgradcheck(lambda *inputs: loss(*inputs, reduction=reduction), leaves(arrays))


def test_derivatives_of_linear() -> None:
    for shape in ((3,), (2, 3), (2, 1, 3)):
        inputs = leaves([RNG.normal(size=shape), RNG.normal(size=(4, 3)), RNG.normal(size=4)])
        assert gradcheck(F.linear, inputs) and gradgradcheck(F.linear, inputs)


@pytest.mark.parametrize("name", [*ACTIVATIONS, *LOSSES])
def test_float32_stays_float32(name: str) -> None:
    function, arrays = LOSSES[name] if name in LOSSES else (ACTIVATIONS[name], [X])
    inputs = leaves(arrays, np.float32)
    out = function(*inputs)
    assert out.dtype == np.float32
    for g in leafgrad.autograd.grad(out.sum(), inputs, create_graph=True):
        assert g is not None and g.dtype == np.float32


@pytest.mark.parametrize("name", [*ACTIVATIONS, *LOSSES])
def test_a_dropped_graph_is_gone_at_once(name: str) -> None:
    function, arrays = LOSSES[name] if name in LOSSES else (ACTIVATIONS[name], [X])
    gc.collect()
    gc.disable()
    try:
        inputs = [x * 1 for x in leaves(arrays)]
        out = function(*inputs).sum()
        node = weakref.ref(out.grad_fn)
        before = weakref.ref(inputs[0].grad_fn)
        del out, inputs
        assert node() is None and before() is None
    finally:
        gc.enable()


@pytest.mark.parametrize("name", [*ACTIVATIONS, *LOSSES])
def test_an_operand_changed_after_the_fact_is_an_error_or_does_not_matter(name: str) -> None:
    function, arrays = LOSSES[name] if name in LOSSES else (ACTIVATIONS[name], [X])
    for i in range(len(arrays)):
        inputs = leaves(arrays)
        expected = leafgrad.autograd.grad(function(*inputs).sum(), inputs)
        copies = [x * 1 for x in inputs]
        out = function(*copies).sum()
        copies[i].mul_(0.5)
        try:
            found = leafgrad.autograd.grad(out, inputs)
        except RuntimeError as error:
            assert "changed in place" in str(error)
        else:
            for a, b in zip(found, expected, strict=True):
                assert a is not None and b is not None
                np.testing.assert_allclose(a.numpy(), b.numpy())


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_erf(dtype: Any) -> None:
    special = [0.46875, np.inf, -np.inf, 0.0]
    x = np.concatenate([np.linspace(-7, 7, 2001), np.logspace(-30, 0, 61), special]).astype(dtype)
    exact = np.array([math.erf(value) for value in x.tolist()])
    assert np.all(np.abs(leafgrad.erf(x).numpy() - exact) <= 6 * np.spacing(np.abs(exact).astype(dtype)))
    many = np.resize(x, (7, 5000))  # more than one block
    assert np.array_equal(leafgrad.erf(many).numpy(), np.resize(leafgrad.erf(x).numpy(), many.shape))
    assert np.isnan(leafgrad.erf(Tensor([math.nan])).item()) and leafgrad.erf(Tensor([1.0]).half()).dtype == np.float16


def test_activations_in_place() -> None:
    for function in (F.relu, F.leaky_relu, F.elu, F.silu, lambda x, inplace=False: F.dropout(x, 0.0, True, inplace)):
        x = Tensor(X, requires_grad=True)
        y = x * 1
        assert function(y, inplace=True) is y
        assert np.array_equal(y.detach().numpy(), function(Tensor(X)).numpy())
        y.sum().backward()
    with pytest.raises(RuntimeError, match="relu_: a leaf that requires grad"):
        F.relu(Tensor(X, requires_grad=True), inplace=True)


def test_dropout() -> None:
    x = leafgrad.ones(200, 100, requires_grad=True)
    leafgrad.manual_seed(0)
    y = F.dropout(x, 0.3)
    kept = y.detach().numpy() != 0
    assert abs(kept.mean() - 0.7) < 0.02 and np.allclose(y.detach().numpy()[kept], 1 / 0.7)
    y.sum().backward()
    assert np.array_equal(x.grad.numpy(), y.detach().numpy())
    leafgrad.manual_seed(0)
    assert np.array_equal(F.dropout(x, 0.3).detach().numpy(), y.detach().numpy())
    own = leafgrad.Generator().manual_seed(5)
    assert F.dropout(x, 0.5, generator=own).sum().item() != 0
    assert not F.dropout(x, 1.0).any() and F.dropout(x, 0.5, training=False) is x
    layer = nn.Dropout(0.5)
    assert layer.eval()(x) is x and (layer.train()(x) == 0).any()
    assert F.dropout(Tensor(1.0), 0.5).shape == ()
    for bad in (-0.1, 1.1, math.nan):
        for make in (nn.Dropout, lambda p: F.dropout(x, p)):
            with pytest.raises(ValueError, match="between 0 and 1"):
                make(bad)


def test_all_positions_ignored() -> None:
    x = Tensor(X, requires_grad=True)
    loss = F.cross_entropy(x, [-100, -100])
    assert math.isnan(loss.item())
    loss.backward()
    assert not x.grad.any()
    assert math.isnan(F.mse_loss(leafgrad.zeros(0), leafgrad.zeros(0)).item())


def test_infinite_logits_that_carry_no_weight() -> None:
    x = Tensor([[0.0, -math.inf, 1.0]], requires_grad=True)
    for target in ([0], [[0.25, 0.0, 0.75]]):
        loss = F.cross_entropy(x, target)
        (g,) = leafgrad.autograd.grad(loss, x)
        assert math.isfinite(loss.item()) and np.isfinite(g.numpy()).all()


BAD: list[tuple[type[Exception], str, Any]] = [
    (RuntimeError, r"linear: the input has shape \(2, 4\), but Linear\(in_features=3", lambda: nn.Linear(3, 2)(X)),
    (ValueError, r"linear: the input has shape \(\)", lambda: nn.Linear(3, 2)(1.0)),
    (ValueError, r"linear: the weight must have shape", lambda: F.linear(X, W)),
    (ValueError, r"linear: the bias must have shape \(2,\)", lambda: F.linear(X, X, W)),
    (ValueError, "mse_loss: reduction must be .* got 'avg'", lambda: F.mse_loss(X, X, reduction="avg")),
    (ValueError, "CrossEntropyLoss: reduction", lambda: nn.CrossEntropyLoss(reduction="")),
    (ValueError, "cross_entropy: reduction", lambda: F.cross_entropy(X, T, reduction="average")),
    (RuntimeError, "huber_loss: delta must be positive, got 0", lambda: F.huber_loss(X, X, delta=0)),
    (RuntimeError, "smooth_l1_loss: beta must not be negative, got -1", lambda: F.smooth_l1_loss(X, X, beta=-1)),
    (ValueError, "gelu: approximate must be 'none' or 'tanh', got 'fast'", lambda: F.gelu(X, "fast")),
    (ValueError, r"binary_cross_entropy: the target's shape \(2, 1\)", lambda: F.binary_cross_entropy(P, P[:, :1])),
    (RuntimeError, "all elements of the input must be between 0 and 1", lambda: F.binary_cross_entropy(X, P)),
    (RuntimeError, r"a weight of shape \(3, 2, 4\)", lambda: F.binary_cross_entropy(P, P, np.ones((3, 2, 4)))),
    (RuntimeError, "weights get no gradient", lambda: F.cross_entropy(X, T, Tensor(W, requires_grad=True))),
    (IndexError, "cross_entropy: class 4 is out of range for 4 classes", lambda: F.cross_entropy(X, [0, 4])),
    (IndexError, "nll_loss: class -1 is out of range", lambda: F.nll_loss(X, [0, -1])),
    (ValueError, r"needs class indices of shape \(2,\), got \(2, 1\)", lambda: F.cross_entropy(X, [[0], [1]])),
    (RuntimeError, "class indices must be integers, got float64 of shape", lambda: F.cross_entropy(X, P[:, 0])),
    (RuntimeError, r"the weight must have shape \(4,\)", lambda: F.cross_entropy(X, T, [1.0, 2.0])),
    (RuntimeError, "label_smoothing must be between 0 and 1, got 2", lambda: F.cross_entropy(X, T, label_smoothing=2)),
    (RuntimeError, r"the input must have shape \(N, C, ...\)", lambda: F.cross_entropy(1.0, 0)),
    (TypeError, "softmax", lambda: leafgrad.softmax(X)),
    (TypeError, "mse_loss: expected a tensor, an array or a number, got str", lambda: F.mse_loss("a", X)),
]


@pytest.mark.parametrize(("error", "message", "call"), BAD, ids=[message for _, message, _ in BAD])
def test_bad_input(error: type[Exception], message: str, call: Any) -> None:
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize("loss", [F.mse_loss, F.l1_loss, F.smooth_l1_loss, F.huber_loss])
def test_a_target_of_another_shape_warns(loss: Any) -> None:
    with pytest.warns(UserWarning, match=r"the target's shape \(4,\) differs from the input's \(2, 4\)"):
        loss(X, W)


def test_weights_of_losses_are_buffers() -> None:
    loss = nn.CrossEntropyLoss(weight=W).float()
    assert list(loss.state_dict()) == ["weight"] and loss.weight is not None and loss.weight.dtype == np.float32
    assert list(nn.BCEWithLogitsLoss(pos_weight=[1.0]).state_dict()) == ["pos_weight"]
    assert list(nn.MSELoss().state_dict()) == []


@pytest.mark.parametrize("shape", [(1, 1), (5, 3), (64, 10)])
def test_the_usual_cross_entropy_agrees_with_the_general_one(shape):
    rng = np.random.default_rng(shape)
    scores, classes = rng.normal(size=shape) * 10, rng.integers(0, shape[1], shape[0])
    results = []
    for weight in (None, np.ones(shape[1])):
        x = leafgrad.tensor(scores, requires_grad=True)
        loss = F.cross_entropy(x, classes, weight)
        (first,) = leafgrad.autograd.grad(loss * loss, x, create_graph=True)
        (second,) = leafgrad.autograd.grad((first * scores).sum(), x, create_graph=True)
        (third,) = leafgrad.autograd.grad((second * second).sum(), x)
        x.grad = None
        F.cross_entropy(x, classes, weight).backward()
        results.append([t.detach().numpy() for t in (loss, first, second, third, x.grad)])
    for ours, general in zip(*results, strict=True):
        np.testing.assert_allclose(ours, general, rtol=1e-10, atol=1e-13)
