"""Recurrent layers: LSTM, step by step or over whole sequences."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from math import sqrt
from typing import Any

from leafgrad.creation import empty, zeros
from leafgrad.errors import ShapeError
from leafgrad.nn import functional as F
from leafgrad.nn import init
from leafgrad.nn.module import Module
from leafgrad.nn.parameter import Parameter
from leafgrad.tensor import Tensor


class _Recurrent(Module):
    """What the cell and the layers share: sizes, and parameters drawn from ±1 / √hidden_size."""

    def __init__(self, input_size: int, hidden_size: int, bias: bool) -> None:
        super().__init__()
        name = type(self).__name__
        if input_size < 1 or hidden_size < 1:
            raise ValueError(f"{name}: sizes must be positive, got {input_size} and {hidden_size}")
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.bias = bias

    def _register_parameters(self, suffix: str, inputs: int, dtype: Any) -> None:
        gates = 4 * self.hidden_size
        sizes = {
            "weight_ih": (gates, inputs),
            "weight_hh": (gates, self.hidden_size),
            "bias_ih": (gates,),
            "bias_hh": (gates,),
        }
        for name, size in sizes.items():
            wanted = self.bias or name.startswith("weight")
            self.register_parameter(name + suffix, Parameter(empty(size, dtype=dtype)) if wanted else None)

    def reset_parameters(self) -> None:
        """Draw the parameters anew."""
        bound = 1 / sqrt(self.hidden_size)
        for parameter in self.parameters(recurse=False):
            init.uniform_(parameter, -bound, bound)


class LSTMCell(_Recurrent):
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

    weight_ih: Parameter
    weight_hh: Parameter
    bias_ih: Parameter | None
    bias_hh: Parameter | None

    def __init__(self, input_size: int, hidden_size: int, bias: bool = True, *, dtype: Any = None) -> None:
        super().__init__(input_size, hidden_size, bias)
        self._register_parameters("", input_size, dtype)
        self.reset_parameters()

    def forward(self, input: Tensor, hx: Sequence[Tensor] | None = None) -> tuple[Tensor, Tensor]:
        if input.ndim == 1:
            states = None if hx is None else [state.unsqueeze(0) for state in hx]
            h, c = self.forward(input.unsqueeze(0), states)
            return h.squeeze(0), c.squeeze(0)
        if hx is None:
            hx = [zeros(len(input), self.hidden_size, dtype=self.weight_hh.dtype)] * 2
        return F.lstm_cell(input, hx, self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh)

    def extra_repr(self) -> str:
        return f"{self.input_size}, {self.hidden_size}{'' if self.bias else ', bias=False'}"


class LSTM(_Recurrent):
    """Layers of LSTM over sequences (T, N, input_size): the last layer's outputs, and all final states.

    Returns `output, (h_n, c_n)`: (T, N, D hidden_size), and twice (num_layers D, N, hidden_size),
    where D is 2 if `bidirectional`, else 1. With `batch_first`, sequences are (N, T, ...); without
    N, everything is. `hx` is the first h and c, zeros unless given. `dropout` acts between layers.
    The parameters of layer k are `weight_ih_lk`, `weight_hh_lk`, `bias_ih_lk`, `bias_hh_lk`, and
    those with `_reverse`, as in LSTMCell. A ShapeError where shapes do not fit, a
    NotImplementedError for a `proj_size`.

    >>> import leafgrad
    >>> lstm = LSTM(3, 4, num_layers=2, batch_first=True)
    >>> lstm
    LSTM(3, 4, num_layers=2, batch_first=True)
    >>> output, (h, c) = lstm(leafgrad.ones(2, 5, 3))
    >>> output.shape, h.shape, c.shape
    ((2, 5, 4), (2, 2, 4), (2, 2, 4))
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        *,
        dtype: Any = None,
    ) -> None:
        super().__init__(input_size, hidden_size, bias)
        if num_layers < 1:
            raise ValueError(f"LSTM: num_layers must be positive, got {num_layers}")
        if not 0 <= dropout <= 1:
            raise ValueError(f"LSTM: dropout must be between 0 and 1, got {dropout}")
        if proj_size:
            raise NotImplementedError(f"LSTM: proj_size must be 0, got {proj_size}; put a Linear behind the LSTM")
        if dropout and num_layers == 1:
            warnings.warn("LSTM: dropout acts between layers, and here is only one", stacklevel=2)
        self.mode = "LSTM"
        self.num_layers = num_layers
        self.batch_first = batch_first
        self.dropout = float(dropout)
        self.bidirectional = bidirectional
        self.proj_size = proj_size
        for layer in range(num_layers):
            inputs = hidden_size * len(self._directions) if layer else input_size
            for direction in self._directions:
                self._register_parameters(f"_l{layer}{direction}", inputs, dtype)
        self.reset_parameters()

    @property
    def _directions(self) -> tuple[str, ...]:
        return ("", "_reverse") if self.bidirectional else ("",)

    def forward(self, input: Tensor, hx: Sequence[Tensor] | None = None) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        batch = 0 if self.batch_first else 1
        if input.ndim == 2:
            states = None if hx is None else [state.unsqueeze(1) for state in hx]
            output, (h_n, c_n) = self.forward(input.unsqueeze(batch), states)
            return output.squeeze(batch), (h_n.squeeze(1), c_n.squeeze(1))
        if input.ndim != 3 or input.shape[-1] != self.input_size:
            order = "(N, T, input_size)" if self.batch_first else "(T, N, input_size)"
            raise ShapeError(
                f"LSTM: the input must have shape {order}, or that without N, and input_size {self.input_size}, "
                f"got {input.shape}"
            )
        size = (self.num_layers * len(self._directions), input.shape[batch], self.hidden_size)
        if hx is None:
            hx = [zeros(size, dtype=self.weight_hh_l0.dtype)] * 2
        for name, state in zip(("h", "c"), hx, strict=True):
            if tuple(state.shape) != size:
                raise ShapeError(f"LSTM: the first {name} must have shape {size}, got {tuple(state.shape)}")
        params = list(self.parameters(recurse=False))
        options = self.num_layers, self.dropout, self.training, self.bidirectional, self.batch_first
        output, h_n, c_n = F.lstm(input, hx, params, self.bias, *options)
        return output, (h_n, c_n)

    def extra_repr(self) -> str:
        said = [f"{self.input_size}, {self.hidden_size}"]
        said += [f"num_layers={self.num_layers}"] if self.num_layers != 1 else []
        said += ["bias=False"] if not self.bias else []
        said += ["batch_first=True"] if self.batch_first else []
        said += [f"dropout={self.dropout}"] if self.dropout else []
        said += ["bidirectional=True"] if self.bidirectional else []
        return ", ".join(said)
