"""Layers of recurrent cells over sequences: LSTM, GRU, and the plain RNN.

A layer takes a sequence (T, N, I) and its first states to its outputs and last states. That of LSTM is
one operation, in `lstm`; the others are spelled out step by step in recorded operations, and their
gradients follow.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from leafgrad.errors import ShapeError
from leafgrad.nn.functional.cells import check_states, gru_step
from leafgrad.nn.functional.dropout import dropout as dropped
from leafgrad.nn.functional.linear import linear
from leafgrad.nn.functional.lstm import cell_in_operations, lstm_layer
from leafgrad.ops.joining import cat, stack
from leafgrad.ops.rectifiers import relu
from leafgrad.ops.trigonometric import tanh
from leafgrad.tensor import Tensor

__all__ = ["gru", "lstm", "rnn_relu", "rnn_tanh"]

Layer = Callable[[Tensor, Sequence[Tensor], Sequence[Tensor]], tuple[Tensor, ...]]


def lstm(
    input: Tensor,
    hx: Sequence[Tensor],
    params: Sequence[Tensor],
    has_biases: bool = True,
    num_layers: int = 1,
    dropout: float = 0.0,
    train: bool = False,
    bidirectional: bool = False,
    batch_first: bool = False,
) -> tuple[Tensor, Tensor, Tensor]:
    """Layers of LSTM over sequences (T, N, I): the last one's outputs (T, N, D H), and all final h and c.

    `hx` is the first h and c, each (num_layers D, N, H), with D = 2 where `bidirectional`, else 1.
    `params` are for each layer and direction `weight_ih` (4 H, I), `weight_hh` (4 H, H) and, with
    `has_biases`, `bias_ih` and `bias_hh` (4 H,). If h is narrower than c, (num_layers D, N, P), a last
    `weight_hr` (P, H) projects it, and `weight_hh` is (4 H, P). With `batch_first`, sequences are
    (N, T, ...). A ShapeError where shapes do not fit, a ValueError where dtypes differ.

    >>> import leafgrad
    >>> h = c = leafgrad.zeros(1, 2, 3)
    >>> params = [leafgrad.ones(12, 4), leafgrad.ones(12, 3), leafgrad.ones(12), leafgrad.ones(12)]
    >>> output, h, c = lstm(leafgrad.ones(5, 2, 4), (h, c), params)
    >>> output.shape, h.shape, c.shape
    ((5, 2, 3), (1, 2, 3), (1, 2, 3))
    """
    h, c = hx
    projected = h.shape[-1] != c.shape[-1]

    def layer(x: Tensor, states: Sequence[Tensor], params: Sequence[Tensor]) -> tuple[Tensor, ...]:
        if projected:
            *weights, w_hr = params
            return _projected_layer(x, *states, w_hr, *weights)
        return lstm_layer(x, *states, *params)

    each = (4 if has_biases else 2) + projected
    shape = num_layers, dropout, train, bidirectional, batch_first
    output, (h_n, c_n) = _layers("lstm", layer, input, (h, c), params, each, *shape)
    return output, h_n, c_n


def gru(
    input: Tensor,
    hx: Tensor,
    params: Sequence[Tensor],
    has_biases: bool = True,
    num_layers: int = 1,
    dropout: float = 0.0,
    train: bool = False,
    bidirectional: bool = False,
    batch_first: bool = False,
) -> tuple[Tensor, Tensor]:
    """Layers of GRU over sequences (T, N, I): the last one's outputs (T, N, D H), and all final h.

    As `lstm`, but `hx` is the first h alone, and the weights and biases are for three gates; see `gru_cell`.

    >>> import leafgrad
    >>> params = [leafgrad.ones(9, 4), leafgrad.ones(9, 3), leafgrad.ones(9), leafgrad.ones(9)]
    >>> output, h = gru(leafgrad.ones(5, 2, 4), leafgrad.zeros(1, 2, 3), params)
    >>> output.shape, h.shape
    ((5, 2, 3), (1, 2, 3))
    """

    def layer(x: Tensor, states: Sequence[Tensor], params: Sequence[Tensor]) -> tuple[Tensor, ...]:
        w_ih, w_hh, b_ih, b_hh = _with_biases(params)
        check_states("gru", x, states[0], w_hh, 3)
        return _over_time(lambda gates, h: gru_step(gates, h, w_hh, b_hh), linear(x, w_ih, b_ih), states[0])

    each = 4 if has_biases else 2
    shape = num_layers, dropout, train, bidirectional, batch_first
    output, (h_n,) = _layers("gru", layer, input, (hx,), params, each, *shape)
    return output, h_n


def rnn_tanh(
    input: Tensor,
    hx: Tensor,
    params: Sequence[Tensor],
    has_biases: bool = True,
    num_layers: int = 1,
    dropout: float = 0.0,
    train: bool = False,
    bidirectional: bool = False,
    batch_first: bool = False,
) -> tuple[Tensor, Tensor]:
    """Layers of `h' = tanh(x W_ihᵀ + h W_hhᵀ + b)` over sequences (T, N, I); as `gru`, with one gate.

    >>> import leafgrad
    >>> params = [leafgrad.ones(3, 4), leafgrad.ones(3, 3), leafgrad.ones(3), leafgrad.ones(3)]
    >>> output, h = rnn_tanh(leafgrad.ones(5, 2, 4), leafgrad.zeros(1, 2, 3), params)
    >>> output.shape, h.shape
    ((5, 2, 3), (1, 2, 3))
    """
    shape = num_layers, dropout, train, bidirectional, batch_first
    return _rnn("rnn_tanh", tanh, input, hx, params, has_biases, *shape)


def rnn_relu(
    input: Tensor,
    hx: Tensor,
    params: Sequence[Tensor],
    has_biases: bool = True,
    num_layers: int = 1,
    dropout: float = 0.0,
    train: bool = False,
    bidirectional: bool = False,
    batch_first: bool = False,
) -> tuple[Tensor, Tensor]:
    """Layers of `h' = relu(x W_ihᵀ + h W_hhᵀ + b)` over sequences (T, N, I); as `gru`, with one gate.

    >>> import leafgrad
    >>> params = [leafgrad.ones(3, 4), leafgrad.ones(3, 3), leafgrad.ones(3), leafgrad.ones(3)]
    >>> output, h = rnn_relu(leafgrad.ones(5, 2, 4), leafgrad.zeros(1, 2, 3), params)
    >>> output.shape, h.shape
    ((5, 2, 3), (1, 2, 3))
    """
    shape = num_layers, dropout, train, bidirectional, batch_first
    return _rnn("rnn_relu", relu, input, hx, params, has_biases, *shape)


def _rnn(
    op: str,
    activation: Callable[[Tensor], Tensor],
    input: Tensor,
    hx: Tensor,
    params: Sequence[Tensor],
    has_biases: bool,
    *shape: Any,
) -> tuple[Tensor, Tensor]:
    def layer(x: Tensor, states: Sequence[Tensor], params: Sequence[Tensor]) -> tuple[Tensor, ...]:
        w_ih, w_hh, b_ih, b_hh = _with_biases(params)
        check_states(op, x, states[0], w_hh, 1)
        step = lambda z, h: activation(z + linear(h, w_hh, b_hh))  # noqa: E731
        return _over_time(step, linear(x, w_ih, b_ih), states[0])

    output, (h_n,) = _layers(op, layer, input, (hx,), params, 4 if has_biases else 2, *shape)
    return output, h_n


def _layers(
    op: str,
    layer: Layer,
    input: Tensor,
    hx: Sequence[Tensor],
    params: Sequence[Tensor],
    each: int,
    num_layers: int,
    dropout: float,
    train: bool,
    bidirectional: bool,
    batch_first: bool,
) -> tuple[Tensor, list[Tensor]]:
    """The outputs of the last of the layers, each of one or two directions, and all final states.

    `each` is how many of the `params` one direction of one layer has.
    """
    directions = 2 if bidirectional else 1
    if len(params) != num_layers * directions * each:
        raise ValueError(
            f"{op}: {num_layers} layers of {directions} directions need {num_layers * directions * each} parameters, "
            f"got {len(params)}"
        )
    if any(len(state) != num_layers * directions for state in hx):
        raise ShapeError(
            f"{op}: {num_layers} layers of {directions} directions need {num_layers * directions} first states, "
            f"got shape {hx[0].shape}"
        )
    x = input.transpose(0, 1) if batch_first else input
    if not len(x):
        raise ShapeError(f"{op}: a sequence must have at least one step, got an input of shape {input.shape}")
    last: list[tuple[Tensor, ...]] = []
    for k in range(num_layers):
        if k and dropout:
            x = dropped(x, dropout, train)
        outputs = []
        for direction in range(directions):
            n = k * directions + direction
            states = [state[n] for state in hx]
            y, *finals = layer(x.flip(0) if direction else x, states, params[n * each : (n + 1) * each])
            outputs.append(y.flip(0) if direction else y)
            last.append(tuple(finals))
        x = outputs[0] if directions == 1 else cat(outputs, -1)
    return (x.transpose(0, 1) if batch_first else x), [stack(states) for states in zip(*last, strict=True)]


def _over_time(step: Callable[[Tensor, Tensor], Tensor], inputs: Tensor, h: Tensor) -> tuple[Tensor, Tensor]:
    """The states after each step, and the last one."""
    outputs = []
    for each in inputs.unbind(0):
        h = step(each, h)
        outputs.append(h)
    return stack(outputs), h


def _projected_layer(x: Tensor, h: Tensor, c: Tensor, w_hr: Tensor, *params: Tensor) -> tuple[Tensor, ...]:
    """One layer of LSTM whose h is projected by `w_hr` (P, H)."""
    w_ih, w_hh, b_ih, b_hh = _with_biases(params)
    outputs = []
    for each in x.unbind(0):
        h, c = cell_in_operations(each, h, c, w_ih, w_hh, b_ih, b_hh)
        h = linear(h, w_hr)
        outputs.append(h)
    return stack(outputs), h, c


def _with_biases(params: Sequence[Tensor]) -> tuple[Tensor, Tensor, Tensor | None, Tensor | None]:
    b_ih, b_hh = params[2:] or (None, None)
    return params[0], params[1], b_ih, b_hh
