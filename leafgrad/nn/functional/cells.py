"""One step of a recurrent layer: GRU, and the plain RNN. That of LSTM is in `lstm`."""

from __future__ import annotations

from typing import Any

from leafgrad.errors import ShapeError
from leafgrad.nn.functional.linear import linear
from leafgrad.ops.exponential import sigmoid
from leafgrad.ops.rectifiers import relu
from leafgrad.ops.trigonometric import tanh
from leafgrad.tensor import Tensor

__all__ = ["gru_cell", "rnn_relu_cell", "rnn_tanh_cell"]


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
    return gru_step(linear(x, w_ih, b_ih), h, w_hh, b_hh)


def gru_step(gates: Tensor, h: Tensor, w_hh: Any, b_hh: Any) -> Tensor:
    """The next h, given x W_ihᵀ + b_ih for all three gates."""
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
    check_states(op, x, h, w_hh if isinstance(w_hh, Tensor) else Tensor(w_hh), gates)
    return x, h


def check_states(op: str, x: Tensor, h: Tensor, w_hh: Tensor, gates: int) -> None:
    """A ShapeError where h is not (N, H), for x (..., N, I) and a weight of so many gates (gates H, H)."""
    wanted = (*x.shape[-2:-1], w_hh.shape[-1])
    if h.shape != wanted or w_hh.shape[0] != gates * w_hh.shape[-1]:
        raise ShapeError(
            f"{op}: beside an input of shape {x.shape} and weights of shape {w_hh.shape}, h must have shape {wanted}, "
            f"got {h.shape}"
        )
