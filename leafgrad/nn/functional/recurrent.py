"""Layers of recurrent cells over sequences: LSTM, GRU, and the plain RNN.

A layer takes a sequence (T, N, I) and its first states to its outputs and last states. That of LSTM is
one operation, in `lstm`; the others are spelled out step by step in recorded operations, and their
gradients follow.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from leafgrad.errors import ShapeError
from leafgrad.nn.functional.dropout import dropout as dropped
from leafgrad.nn.functional.linear import linear
from leafgrad.nn.functional.lstm import cell_in_operations, lstm_layer
from leafgrad.ops.exponential import sigmoid
from leafgrad.ops.joining import cat, stack
from leafgrad.ops.rectifiers import relu
from leafgrad.ops.trigonometric import tanh
from leafgrad.tensor import Tensor

__all__ = ["gru", "gru_cell", "lstm", "rnn_relu", "rnn_relu_cell", "rnn_tanh", "rnn_tanh_cell"]

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
        _check_states("gru", x, states[0], w_hh, 3)
        return _over_time(lambda gates, h: _gru_step(gates, h, w_hh, b_hh), linear(x, w_ih, b_ih), states[0])

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
        _check_states(op, x, states[0], w_hh, 1)
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


# One step


def gru_cell(input: Any, hx: Any, w_ih: Any, w_hh: Any, b_ih: Any = None, b_hh: Any = None) -> Tensor:
    """One step of GRU, `h' = (1 - z) n + z h`: from x (N, I) and h (N, H) to the next h.

        r, z = sigmoid(...), sigmoid(...)   of x W_ihᵀ + b_ih + h W_hhᵀ + b_hh
        n = tanh(x W_ihᵀ + b_ih + r (h W_hhᵀ + b_hh))

    `w_ih` has shape (3 H, I), `w_hh` (3 H, H), and the biases (3 H,), for r, z and n in this order.
    Source: Cho et al., "Learning phrase representations using RNN encoder-decoder" (2014). A ShapeError
    where shapes do not fit.

    >>> import leafgrad
    >>> gru_cell(leafgrad.ones(2, 4), leafgrad.zeros(2, 3), leafgrad.ones(9, 4), leafgrad.ones(9, 3)).shape
    (2, 3)
    """
    x, h = _states("gru_cell", input, hx, w_hh, 3)
    return _gru_step(linear(x, w_ih, b_ih), h, w_hh, b_hh)


def _gru_step(gates: Tensor, h: Tensor, w_hh: Any, b_hh: Any) -> Tensor:
    from_x, from_h = gates.chunk(3, -1), linear(h, w_hh, b_hh).chunk(3, -1)
    r, z = sigmoid(from_x[0] + from_h[0]), sigmoid(from_x[1] + from_h[1])
    n = tanh(from_x[2] + r * from_h[2])
    return n + z * (h - n)


def rnn_tanh_cell(input: Any, hx: Any, w_ih: Any, w_hh: Any, b_ih: Any = None, b_hh: Any = None) -> Tensor:
    """One step, `h' = tanh(x W_ihᵀ + b_ih + h W_hhᵀ + b_hh)`, from x (N, I) and h (N, H).

    `w_ih` has shape (H, I), `w_hh` (H, H), and the biases (H,). A ShapeError where shapes do not fit.

    >>> rnn_tanh_cell(Tensor([[1.0]]), Tensor([[0.5]]), Tensor([[1.0]]), Tensor([[2.0]]))
    tensor([[0.9640]])
    """
    x, h = _states("rnn_tanh_cell", input, hx, w_hh, 1)
    return tanh(linear(x, w_ih, b_ih) + linear(h, w_hh, b_hh))


def rnn_relu_cell(input: Any, hx: Any, w_ih: Any, w_hh: Any, b_ih: Any = None, b_hh: Any = None) -> Tensor:
    """One step, `h' = relu(x W_ihᵀ + b_ih + h W_hhᵀ + b_hh)`; see `rnn_tanh_cell`.

    >>> rnn_relu_cell(Tensor([[1.0]]), Tensor([[0.5]]), Tensor([[1.0]]), Tensor([[2.0]]))
    tensor([[2.]])
    """
    x, h = _states("rnn_relu_cell", input, hx, w_hh, 1)
    return relu(linear(x, w_ih, b_ih) + linear(h, w_hh, b_hh))


def _states(op: str, input: Any, hx: Any, w_hh: Any, gates: int) -> tuple[Tensor, Tensor]:
    x, h = (t if isinstance(t, Tensor) else Tensor(t) for t in (input, hx))
    _check_states(op, x, h, w_hh if isinstance(w_hh, Tensor) else Tensor(w_hh), gates)
    return x, h


def _check_states(op: str, x: Tensor, h: Tensor, w_hh: Tensor, gates: int) -> None:
    """A ShapeError where h is not (N, H), for x (..., N, I) and a weight of so many gates (gates H, H)."""
    wanted = (*x.shape[-2:-1], w_hh.shape[-1])
    if h.shape != wanted or w_hh.shape[0] != gates * w_hh.shape[-1]:
        raise ShapeError(
            f"{op}: beside an input of shape {x.shape} and weights of shape {w_hh.shape}, h must have shape {wanted}, "
            f"got {h.shape}"
        )
