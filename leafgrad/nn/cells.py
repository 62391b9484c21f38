"""Recurrent cells: one step of an RNN, a GRU or an LSTM."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import Any

from leafgrad.creation import zeros
from leafgrad.errors import ShapeError
from leafgrad.nn import functional as F
from leafgrad.nn import init
from leafgrad.nn.module import Module
from leafgrad.nn.parameter import Parameter, blank
from leafgrad.tensor import Tensor


class Recurrent(Module):
    """What cells and layers share: sizes, and parameters drawn from ±1 / √hidden_size."""

    def __init__(self, input_size: int, hidden_size: int, bias: bool) -> None:
        super().__init__()
        name = type(self).__name__
        for size in (input_size, hidden_size):
            if not isinstance(size, int):
                raise TypeError(f"{name}: sizes must be ints, got {type(size).__name__}")
        if input_size < 1 or hidden_size < 1:
            raise ValueError(f"{name}: sizes must be positive, got {input_size} and {hidden_size}")
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.bias = bias

    def _register_parameters(self, suffix: str, gates: int, inputs: int, width: int, device: Any, dtype: Any) -> None:
        rows = gates * self.hidden_size
        self._add("weight_ih" + suffix, (rows, inputs), True, device, dtype)
        self._add("weight_hh" + suffix, (rows, width), True, device, dtype)
        self._add("bias_ih" + suffix, (rows,), self.bias, device, dtype)
        self._add("bias_hh" + suffix, (rows,), self.bias, device, dtype)

    def _add(self, name: str, size: tuple[int, ...], wanted: bool, device: Any, dtype: Any) -> None:
        self.register_parameter(name, blank(size, device, dtype) if wanted else None)

    def reset_parameters(self) -> None:
        """Draw the parameters anew."""
        bound = 1 / sqrt(self.hidden_size)
        for parameter in self.parameters(recurse=False):
            init.uniform_(parameter, -bound, bound)


class RNNCellBase(Recurrent):
    """A cell of so many gates; what RNNCell, GRUCell and LSTMCell share."""

    weight_ih: Parameter
    weight_hh: Parameter
    bias_ih: Parameter | None
    bias_hh: Parameter | None

    def __init__(
        self, input_size: int, hidden_size: int, bias: bool, num_chunks: int, device: Any = None, dtype: Any = None
    ) -> None:
        super().__init__(input_size, hidden_size, bias)
        self._register_parameters("", num_chunks, input_size, hidden_size, device, dtype)
        self.reset_parameters()

    def _state(self, input: Tensor, h: Tensor | None) -> Tensor:
        """The state given, or zeros; a ShapeError where it or the input does not fit."""
        wanted = (*input.shape[:-1], self.hidden_size)
        if input.ndim not in (1, 2) or input.shape[-1] != self.input_size or (h is not None and h.shape != wanted):
            raise ShapeError(
                f"{type(self).__name__}: expected an input (N, {self.input_size}) and states (N, {self.hidden_size}), "
                f"or both without N, got {input.shape} and {None if h is None else h.shape}"
            )
        return zeros(wanted, dtype=self.weight_hh.dtype) if h is None else h

    def extra_repr(self) -> str:
        return f"{self.input_size}, {self.hidden_size}{'' if self.bias else f', bias={self.bias}'}"


class RNNCell(RNNCellBase):
    """One step, `h' = tanh(x W_ihᵀ + h W_hhᵀ + b)`, or of "relu": x (N, input_size), h (N, hidden_size), or without N.

    h is zeros unless given. `weight_ih`, `weight_hh`, `bias_ih` and `bias_hh` are drawn uniformly from
    ±1 / √hidden_size. A ShapeError where shapes do not fit.

    >>> import leafgrad
    >>> RNNCell(3, 4)(leafgrad.ones(2, 3)).shape
    (2, 4)
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        nonlinearity: str = "tanh",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(input_size, hidden_size, bias, 1, device, dtype)
        self.nonlinearity = nonlinearity

    def forward(self, input: Tensor, hx: Tensor | None = None) -> Tensor:
        if self.nonlinearity not in ("tanh", "relu"):
            raise RuntimeError(f"RNNCell: nonlinearity must be 'tanh' or 'relu', got {self.nonlinearity!r}")
        h = self._state(input, hx)
        cell = F.rnn_tanh_cell if self.nonlinearity == "tanh" else F.rnn_relu_cell
        return cell(input, h, self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh)

    def extra_repr(self) -> str:
        return super().extra_repr() + (f", nonlinearity={self.nonlinearity}" if self.nonlinearity != "tanh" else "")


class GRUCell(RNNCellBase):
    """One step of GRU: x (N, input_size) and h (N, hidden_size), or zeros, to the next h; or all without N.

    `weight_ih` (3 hidden_size, input_size), `weight_hh`, `bias_ih` and `bias_hh` are for the gates r, z
    and n of `functional.gru_cell`, drawn uniformly from ±1 / √hidden_size. A ShapeError where shapes do
    not fit.

    >>> import leafgrad
    >>> GRUCell(3, 4)(leafgrad.ones(2, 3)).shape
    (2, 4)
    """

    def __init__(
        self, input_size: int, hidden_size: int, bias: bool = True, device: Any = None, dtype: Any = None
    ) -> None:
        super().__init__(input_size, hidden_size, bias, 3, device, dtype)

    def forward(self, input: Tensor, hx: Tensor | None = None) -> Tensor:
        h = self._state(input, hx)
        return F.gru_cell(input, h, self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh)


class LSTMCell(RNNCellBase):
    """One step: x (N, input_size), and h and c (N, hidden_size) or zeros, to the next h and c; or all without N.

    `weight_ih` (4 hidden_size, input_size), `weight_hh`, `bias_ih` and `bias_hh` are for the input,
    forget, cell and output gates, in this order, drawn uniformly from ±1 / √hidden_size. A
    ShapeError where shapes do not fit.

    >>> import leafgrad
    >>> cell = LSTMCell(3, 4)
    >>> h, c = cell(leafgrad.ones(2, 3))
    >>> h, c = cell(leafgrad.ones(2, 3), (h, c))
    >>> h.shape, c.shape
    ((2, 4), (2, 4))
    """

    def __init__(
        self, input_size: int, hidden_size: int, bias: bool = True, device: Any = None, dtype: Any = None
    ) -> None:
        super().__init__(input_size, hidden_size, bias, 4, device, dtype)

    def forward(self, input: Tensor, hx: Sequence[Tensor] | None = None) -> tuple[Tensor, Tensor]:
        if input.ndim == 1:
            states = None if hx is None else [state.unsqueeze(0) for state in hx]
            h, c = self.forward(input.unsqueeze(0), states)
            return h.squeeze(0), c.squeeze(0)
        states = [self._state(input, state) for state in (hx or (None, None))]
        return F.lstm_cell(input, states, self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh)
