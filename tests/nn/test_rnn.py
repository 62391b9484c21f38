"""LSTMCell, LSTM and their functions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import leafgrad
from leafgrad import nn
from leafgrad.nn import functional as F
from leafgrad.nn.functional.lstm import Operands, cell_in_operations, lstm_layer, spelled_out
from leafgrad.nn.functional.lstm import _layer_in_operations as layer_in_operations
from tests.nn.helpers import check, leaf

WEIGHTS = (8, 3), (8, 2), (8,), (8,)


def cell(x: Any, h: Any, c: Any, *parameters: Any) -> Any:
    return F.lstm_cell(x, (h, c), *parameters)


def test_gradients() -> None:
    check(cell, (2, 3), (2, 2), (2, 2), *WEIGHTS)
    check(cell, (2, 3), (2, 2), (2, 2), *WEIGHTS[:2])
    check(lstm_layer, (3, 2, 3), (2, 2), (2, 2), *WEIGHTS)
    check(lambda *operands: lstm_layer(*operands)[1], (3, 2, 3), (2, 2), (2, 2), *WEIGHTS[:2])


@pytest.mark.parametrize("used", [(0,), (1,), (2,), (0, 1), (1, 2), (0, 1, 2)])
def test_the_two_backwards_agree(used: tuple[int, ...]) -> None:
    """On arrays through time, and through the same formula in recorded operations: one rule, written twice."""
    for fused, spelled, x in ((cell, cell_in_operations, (4, 3)), (lstm_layer, layer_in_operations, (5, 4, 3))):
        operands = [leaf(*shape) for shape in (x, (4, 2), (4, 2), *WEIGHTS)]
        outputs = fused(*operands)
        ys = [outputs[i] for i in used if i < len(outputs)]
        if not ys:
            continue
        gs = [leaf(*y.shape).detach() for y in ys]
        first = leafgrad.autograd.grad(ys, operands, gs)
        theirs = spelled(*operands)
        for a, b in zip(outputs, theirs, strict=True):
            np.testing.assert_allclose(a.detach().numpy(), b.detach().numpy(), atol=1e-12)
        given = [gs[used.index(i)] if i in used else None for i in range(len(outputs))]
        snapshots = Operands(*(t._current() for t in operands))
        for a, b in zip(first, spelled_out(spelled, snapshots, given), strict=True):
            np.testing.assert_allclose(a.numpy(), b.detach().numpy(), atol=1e-12)


def test_a_sequence_is_its_steps() -> None:
    layer, step = nn.LSTM(3, 4), nn.LSTMCell(3, 4)
    step.load_state_dict({name.removesuffix("_l0"): p for name, p in layer.state_dict().items()})
    x = leaf(5, 2, 3, dtype=leafgrad.float32)
    output, (h_n, c_n) = layer(x)
    h = c = None
    for t in range(5):
        h, c = step(x[t], None if h is None else (h, c))
        np.testing.assert_allclose(output[t].detach().numpy(), h.detach().numpy(), atol=1e-6)
    assert c is not None
    np.testing.assert_allclose(c_n[0].detach().numpy(), c.detach().numpy(), atol=1e-6)
    np.testing.assert_array_equal(h_n[0].detach().numpy(), output[-1].detach().numpy())


def test_results_changed_in_place() -> None:
    layer = nn.LSTM(3, 4)
    output, _ = layer(leafgrad.ones(5, 2, 3))
    output.mul_(2)
    with pytest.raises(RuntimeError, match=r"lstm: a value of shape .* has been changed in place"):
        output.sum().backward()
    output, (h_n, c_n) = layer(leafgrad.ones(5, 2, 3))
    expected = leafgrad.autograd.grad(h_n.sum() * 2 + c_n.sum() * 3, list(layer.parameters()), retain_graph=True)
    h_n.mul_(2)
    c_n.mul_(3)
    got = leafgrad.autograd.grad(h_n.sum() + c_n.sum(), list(layer.parameters()))
    for a, b in zip(got, expected, strict=True):
        np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=1e-4, atol=1e-6)


def test_dropout_acts_between_layers_in_training() -> None:
    leafgrad.manual_seed(0)
    layer = nn.LSTM(3, 4, num_layers=2, dropout=0.5)
    x = leafgrad.ones(5, 2, 3)
    first, second = layer(x)[0], layer(x)[0]
    assert not np.array_equal(first.detach().numpy(), second.detach().numpy())
    layer.eval()
    np.testing.assert_array_equal(layer(x)[0].detach().numpy(), layer(x)[0].detach().numpy())
    with pytest.warns(UserWarning, match="here is only one"):
        nn.LSTM(3, 4, dropout=0.5)


def test_modules() -> None:
    assert list(nn.LSTMCell(3, 4).state_dict()) == ["weight_ih", "weight_hh", "bias_ih", "bias_hh"]
    layer = nn.LSTM(3, 4, num_layers=2, bidirectional=True, bias=False)
    assert list(layer.state_dict()) == [
        f"weight_{kind}_l{k}{direction}" for k in (0, 1) for direction in ("", "_reverse") for kind in ("ih", "hh")
    ]
    assert repr(nn.LSTMCell(3, 4, bias=False)) == "LSTMCell(3, 4, bias=False)"
    for p in nn.LSTM(3, 400).parameters():
        assert np.abs(p.data).max() <= 0.05 and np.abs(p.data).std() > 0.01


def test_frozen_parameters() -> None:
    layer = nn.LSTM(3, 4)
    layer.weight_hh_l0.requires_grad_(False)
    x = leaf(5, 2, 3, dtype=leafgrad.float32)
    (g,) = leafgrad.autograd.grad(layer(x)[0].sum(), x, create_graph=True)
    (g * g).sum().backward()
    assert layer.weight_hh_l0.grad is None and layer.weight_ih_l0.grad is not None and x.grad is not None


@pytest.mark.parametrize(
    "error, message, call",
    [
        (RuntimeError, "input_size 3, got", lambda: nn.LSTM(3, 4)(leafgrad.ones(5, 2, 2))),
        (RuntimeError, "input_size 3, got", lambda: nn.LSTM(3, 4)(leafgrad.ones(5))),
        (
            RuntimeError,
            r"the first h must have shape \(1, 2, 4\)",
            lambda: nn.LSTM(3, 4)(leafgrad.ones(5, 2, 3), [leafgrad.ones(1, 2, 3)] * 2),
        ),
        (RuntimeError, "at least one step", lambda: nn.LSTM(3, 4)(leafgrad.ones(0, 2, 3))),
        (
            RuntimeError,
            r"LSTMCell: expected an input \(N, 3\)",
            lambda: nn.LSTMCell(3, 4)(leafgrad.ones(2, 2)),
        ),
        (
            RuntimeError,
            r"states \(N, 4\)",
            lambda: nn.LSTMCell(3, 4)(leafgrad.ones(2, 3), [leafgrad.ones(3, 4)] * 2),
        ),
        (
            ValueError,
            "x is float64, but the weights are float32",
            lambda: nn.LSTMCell(3, 4)(leafgrad.ones(2, 3, dtype=leafgrad.float64)),
        ),
        (
            ValueError,
            "two biases, or none",
            lambda: cell(*[leaf(*shape) for shape in ((2, 3), (2, 2), (2, 2), *WEIGHTS[:3])]),
        ),
        (ValueError, "sizes must be positive", lambda: nn.LSTM(0, 4)),
        (ValueError, "num_layers must be positive", lambda: nn.LSTM(3, 4, num_layers=0)),
        (ValueError, "dropout must be between 0 and 1", lambda: nn.LSTM(3, 4, dropout=1.5)),
        (ValueError, "to less than hidden_size 4", lambda: nn.LSTM(3, 4, proj_size=4)),
        (
            ValueError,
            "need 4 parameters, got 2",
            lambda: F.lstm(
                leafgrad.ones(5, 2, 3), [leafgrad.ones(1, 2, 2)] * 2, [leafgrad.ones(8, 3), leafgrad.ones(8, 2)]
            ),
        ),
    ],
)
def test_errors(error: type[Exception], message: str, call: Any) -> None:
    with pytest.raises(error, match=message):
        call()
