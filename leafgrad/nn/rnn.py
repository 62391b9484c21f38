"""Recurrent layers over whole sequences: RNN, GRU and LSTM. Their cells are in `cells`."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

from leafgrad.creation import zeros
from leafgrad.errors import ShapeError
from leafgrad.nn import functional as F
from leafgrad.nn.cells import Recurrent
from leafgrad.nn.utils.rnn import PackedSequence, pack_sequence, unpack_sequence
from leafgrad.ops.joining import cat, stack
from leafgrad.tensor import Tensor


class RNNBase(Recurrent):
    """Layers over sequences, of `mode` "RNN_TANH", "RNN_RELU", "GRU" or "LSTM"; what RNN, GRU and LSTM share."""

    def __init__(
        self,
        mode: str,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(input_size, hidden_size, bias)
        name = type(self).__name__
        if num_layers < 1:
            raise ValueError(f"{name}: num_layers must be positive, got {num_layers}")
        for option, value in (("bias", bias), ("batch_first", batch_first)):
            if not isinstance(value, bool):
                raise TypeError(f"{name}: {option} must be True or False, got {value!r}")
        if isinstance(dropout, bool) or not 0 <= dropout <= 1:
            raise ValueError(f"{name}: dropout must be between 0 and 1, got {dropout}")
        if proj_size and mode != "LSTM":
            raise ValueError(f"{name}: only LSTM has a proj_size, got {proj_size}")
        if not 0 <= proj_size < hidden_size:
            raise ValueError(
                f"{name}: proj_size must be from 0 to less than hidden_size {hidden_size}, got {proj_size}"
            )
        if dropout and num_layers == 1:
            warnings.warn(f"{name}: dropout acts between layers, and here is only one", stacklevel=3)
        self.mode = mode
        self.num_layers = num_layers
        self.batch_first = batch_first
        self.dropout = float(dropout)
        self.bidirectional = bidirectional
        self.proj_size = proj_size
        gates = {"LSTM": 4, "GRU": 3}.get(mode, 1)
        for layer in range(num_layers):
            inputs = self._output_size * len(self._directions) if layer else input_size
            for direction in self._directions:
                suffix = f"_l{layer}{direction}"
                self._register_parameters(suffix, gates, inputs, self._output_size, device, dtype)
                if proj_size:
                    self._add("weight_hr" + suffix, (proj_size, hidden_size), True, device, dtype)
        self.reset_parameters()

    @property
    def _directions(self) -> tuple[str, ...]:
        return ("", "_reverse") if self.bidirectional else ("",)

    @property
    def _output_size(self) -> int:
        return self.proj_size or self.hidden_size

    @property
    def all_weights(self) -> list[list[Tensor]]:
        """The parameters of each layer and direction."""
        kinds = ["weight_ih", "weight_hh", *(["bias_ih", "bias_hh"] if self.bias else [])]
        kinds += ["weight_hr"] if self.proj_size else []
        suffixes = [f"_l{layer}{direction}" for layer in range(self.num_layers) for direction in self._directions]
        return [[getattr(self, kind + suffix) for kind in kinds] for suffix in suffixes]

    def flatten_parameters(self) -> None:
        """Nothing: that is for another device."""

    def _run(self, input: Any, hx: Sequence[Tensor] | None, widths: Sequence[int]) -> list[Any]:
        """The outputs and the final states, for first states of these widths or, without any, zeros."""
        if isinstance(input, PackedSequence):
            return self._run_packed(input, hx, widths)
        name = type(self).__name__
        batch = 0 if self.batch_first else 1
        if input.ndim not in (2, 3) or input.shape[-1] != self.input_size:
            order = "(N, T, input_size)" if self.batch_first else "(T, N, input_size)"
            raise ShapeError(
                f"{name}: the input must have shape {order}, or that without N, and input_size {self.input_size}, "
                f"got {input.shape}"
            )
        if input.dtype != self.weight_hh_l0.dtype:
            raise ValueError(
                f"{name}: the input is {input.dtype}, but the weights are {self.weight_hh_l0.dtype}; use .to()"
            )
        single = input.ndim == 2
        x = input.unsqueeze(batch) if single else input
        sizes = [(self.num_layers * len(self._directions), x.shape[batch], width) for width in widths]
        if hx is None:
            states = [zeros(size, dtype=self.weight_hh_l0.dtype) for size in sizes]
        else:
            wanted = [(size[0], size[2]) if single else size for size in sizes]
            for which, state, shape in zip("hc", hx, wanted, strict=False):
                if state.shape != shape:
                    raise ShapeError(f"{name}: the first {which} must have shape {shape}, got {state.shape}")
            states = [state.unsqueeze(1) for state in hx] if single else list(hx)
        function = getattr(F, self.mode.lower())
        params = [parameter for each in self.all_weights for parameter in each]
        options = self.num_layers, self.dropout, self.training, self.bidirectional, self.batch_first
        output, *last = function(x, states if self.mode == "LSTM" else states[0], params, self.bias, *options)
        return [output.squeeze(batch), *(h.squeeze(1) for h in last)] if single else [output, *last]

    def _run_packed(self, packed: PackedSequence, hx: Sequence[Tensor] | None, widths: Sequence[int]) -> list[Any]:
        """`_run` for each group of sequences of one length; states are in the order of the batch as it was."""
        sequences = unpack_sequence(packed._replace(sorted_indices=None, unsorted_indices=None))
        if hx is not None and packed.sorted_indices is not None:
            hx = [h[:, packed.sorted_indices] for h in hx]
        batch = 0 if self.batch_first else 1
        outputs: list[Tensor] = []
        lasts = []
        while len(outputs) < len(sequences):
            start, length = len(outputs), len(sequences[len(outputs)])
            group = [x for x in sequences[start:] if len(x) == length]
            first = None if hx is None else [h[:, start : start + len(group)] for h in hx]
            output, *last = self._run(stack(group, batch), first, widths)
            outputs += output.unbind(batch)
            lasts.append(last)
        states = [cat(parts, 1) for parts in zip(*lasts, strict=True)]
        if packed.unsorted_indices is not None:
            states = [h[:, packed.unsorted_indices] for h in states]
        return [packed._replace(data=pack_sequence(outputs).data), *states]

    def extra_repr(self) -> str:
        said = [f"{self.input_size}, {self.hidden_size}"]
        said += [f"proj_size={self.proj_size}"] if self.proj_size else []
        said += [f"num_layers={self.num_layers}"] if self.num_layers != 1 else []
        said += [f"bias={self.bias}"] if not self.bias else []
        said += [f"batch_first={self.batch_first}"] if self.batch_first else []
        said += [f"dropout={self.dropout}"] if self.dropout else []
        said += [f"bidirectional={self.bidirectional}"] if self.bidirectional else []
        return ", ".join(said)


class RNN(RNNBase):
    """Layers of `h' = tanh(x W_ihᵀ + h W_hhᵀ + b)` over sequences (T, N, input_size); or of relu.

    Returns `output, h_n`: (T, N, D hidden_size), and (num_layers D, N, hidden_size), where D is 2 if
    `bidirectional`, else 1. With `batch_first`, sequences are (N, T, ...); without N, everything is.
    `hx` is the first h, zeros unless given. A packed batch (`nn.utils.rnn`) gives a packed output, and the
    states at each sequence's own end. `dropout` acts between layers. The parameters of layer k are `weight_ih_lk`,
    `weight_hh_lk`, `bias_ih_lk`, `bias_hh_lk`, and those with `_reverse`, drawn uniformly from ±1 / √hidden_size.
    A ShapeError where shapes do not fit.

    >>> import leafgrad
    >>> output, h = RNN(3, 4, num_layers=2)(leafgrad.ones(5, 2, 3))
    >>> output.shape, h.shape
    ((5, 2, 4), (2, 2, 4))
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        nonlinearity: str = "tanh",
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        if nonlinearity not in ("tanh", "relu"):
            raise ValueError(f"RNN: nonlinearity must be 'tanh' or 'relu', got {nonlinearity!r}")
        shape = num_layers, bias, batch_first, dropout, bidirectional, 0, device, dtype
        super().__init__(f"RNN_{nonlinearity.upper()}", input_size, hidden_size, *shape)
        self.nonlinearity = nonlinearity

    def forward(self, input: Any, hx: Tensor | None = None) -> tuple[Any, Tensor]:
        output, h_n = self._run(input, None if hx is None else (hx,), (self.hidden_size,))
        return output, h_n


class GRU(RNNBase):
    """Layers of GRU over sequences (T, N, input_size): the last layer's outputs, and all final states.

    Returns `output, h_n` and takes the first h, as `RNN`; the weights and biases are for the gates r, z
    and n of `GRUCell`.

    >>> import leafgrad
    >>> gru = GRU(3, 4, bidirectional=True)
    >>> gru
    GRU(3, 4, bidirectional=True)
    >>> output, h = gru(leafgrad.ones(5, 2, 3))
    >>> output.shape, h.shape
    ((5, 2, 8), (2, 2, 4))
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
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        shape = num_layers, bias, batch_first, dropout, bidirectional, 0, device, dtype
        super().__init__("GRU", input_size, hidden_size, *shape)

    def forward(self, input: Any, hx: Tensor | None = None) -> tuple[Any, Tensor]:
        output, h_n = self._run(input, None if hx is None else (hx,), (self.hidden_size,))
        return output, h_n


class LSTM(RNNBase):
    """Layers of LSTM over sequences (T, N, input_size): the last layer's outputs, and all final states.

    Returns `output, (h_n, c_n)`: (T, N, D hidden_size), and twice (num_layers D, N, hidden_size),
    where D is 2 if `bidirectional`, else 1. With `batch_first`, sequences are (N, T, ...); without
    N, everything is. `hx` is the first h and c, zeros unless given. `dropout` acts between layers.
    The parameters of layer k are `weight_ih_lk`, `weight_hh_lk`, `bias_ih_lk`, `bias_hh_lk`, and
    those with `_reverse`, as in LSTMCell. With a `proj_size`, `weight_hr_lk` makes h, and so the
    outputs, that wide. A ShapeError where shapes do not fit.

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
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        shape = num_layers, bias, batch_first, dropout, bidirectional, proj_size, device, dtype
        super().__init__("LSTM", input_size, hidden_size, *shape)

    def forward(self, input: Any, hx: Sequence[Tensor] | None = None) -> tuple[Any, tuple[Tensor, Tensor]]:
        output, h_n, c_n = self._run(input, hx, (self._output_size, self.hidden_size))
        return output, (h_n, c_n)
