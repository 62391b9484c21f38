"""Transformers: layers of attention stacked to encoders and decoders."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import numpy as np

from leafgrad.errors import ShapeError
from leafgrad.nn import functional as F
from leafgrad.nn import init
from leafgrad.nn.containers import ModuleList
from leafgrad.nn.module import Module
from leafgrad.nn.normalization import LayerNorm
from leafgrad.nn.transformer_layers import Activation, TransformerDecoderLayer, TransformerEncoderLayer
from leafgrad.tensor import Tensor, wrap


class TransformerEncoder(Module):
    """`num_layers` copies of an encoder layer, one after the other, and a last `norm` if given.

    `enable_nested_tensor` and `mask_check` are for PyTorch's fast path, and change nothing here.

    >>> import leafgrad
    >>> TransformerEncoder(TransformerEncoderLayer(4, 2, 8), 2)(leafgrad.ones(5, 2, 4)).shape
    (5, 2, 4)
    """

    def __init__(
        self,
        encoder_layer: TransformerEncoderLayer,
        num_layers: int,
        norm: Module | None = None,
        enable_nested_tensor: bool = True,
        mask_check: bool = True,
    ) -> None:
        super().__init__()
        self.layers = ModuleList([deepcopy(encoder_layer) for _ in range(num_layers)])
        self.num_layers = num_layers
        self.norm = norm
        self.enable_nested_tensor = enable_nested_tensor
        self.mask_check = mask_check

    def forward(
        self,
        src: Tensor,
        mask: Tensor | None = None,
        src_key_padding_mask: Tensor | None = None,
        is_causal: bool | None = None,
    ) -> Tensor:
        x = src
        for layer in self.layers:
            x = layer(x, mask, src_key_padding_mask, bool(is_causal))
        return x if self.norm is None else self.norm(x)


class TransformerDecoder(Module):
    """`num_layers` copies of a decoder layer, one after the other, and a last `norm` if given.

    >>> import leafgrad
    >>> decoder = TransformerDecoder(TransformerDecoderLayer(4, 2, 8), 2)
    >>> decoder(leafgrad.ones(3, 2, 4), leafgrad.ones(5, 2, 4)).shape
    (3, 2, 4)
    """

    def __init__(self, decoder_layer: TransformerDecoderLayer, num_layers: int, norm: Module | None = None) -> None:
        super().__init__()
        self.layers = ModuleList([deepcopy(decoder_layer) for _ in range(num_layers)])
        self.num_layers = num_layers
        self.norm = norm

    def forward(
        self,
        tgt: Tensor,
        memory: Tensor,
        tgt_mask: Tensor | None = None,
        memory_mask: Tensor | None = None,
        tgt_key_padding_mask: Tensor | None = None,
        memory_key_padding_mask: Tensor | None = None,
        tgt_is_causal: bool | None = None,
        memory_is_causal: bool = False,
    ) -> Tensor:
        masks = tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask
        x = tgt
        for layer in self.layers:
            x = layer(x, memory, *masks, bool(tgt_is_causal), memory_is_causal)
        return x if self.norm is None else self.norm(x)


class Transformer(Module):
    """An encoder of src (S, N, d_model) and a decoder of tgt (T, N, d_model) that attends to it: (T, N, d_model).

    With `batch_first`, N comes first; without N, everything is. `custom_encoder` and `custom_decoder`
    replace those of the sizes given. Weights are drawn as Xavier's. A ShapeError where src and tgt
    do not fit.

    >>> import leafgrad
    >>> Transformer(4, 2, 1, 1, 8)(leafgrad.ones(5, 2, 4), leafgrad.ones(3, 2, 4)).shape
    (3, 2, 4)
    """

    def __init__(
        self,
        d_model: int = 512,
        nhead: int = 8,
        num_encoder_layers: int = 6,
        num_decoder_layers: int = 6,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Activation = F.relu,
        custom_encoder: Any = None,
        custom_decoder: Any = None,
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        norms: dict[str, Any] = {"eps": layer_norm_eps, "bias": bias, "device": device, "dtype": dtype}
        sizes = d_model, nhead, dim_feedforward, dropout, activation, layer_norm_eps, batch_first, norm_first, bias
        if custom_encoder is None:
            layer = TransformerEncoderLayer(*sizes, device, dtype)
            custom_encoder = TransformerEncoder(layer, num_encoder_layers, LayerNorm(d_model, **norms))
        if custom_decoder is None:
            other = TransformerDecoderLayer(*sizes, device, dtype)
            custom_decoder = TransformerDecoder(other, num_decoder_layers, LayerNorm(d_model, **norms))
        self.encoder = custom_encoder
        self.decoder = custom_decoder
        for parameter in self.parameters():
            if parameter.ndim > 1:
                init.xavier_uniform_(parameter)
        self.d_model = d_model
        self.nhead = nhead
        self.batch_first = batch_first

    def forward(
        self,
        src: Tensor,
        tgt: Tensor,
        src_mask: Tensor | None = None,
        tgt_mask: Tensor | None = None,
        memory_mask: Tensor | None = None,
        src_key_padding_mask: Tensor | None = None,
        tgt_key_padding_mask: Tensor | None = None,
        memory_key_padding_mask: Tensor | None = None,
        src_is_causal: bool | None = None,
        tgt_is_causal: bool | None = None,
        memory_is_causal: bool = False,
    ) -> Tensor:
        batch = 0 if self.batch_first else 1
        fit = src.ndim == tgt.ndim and (src.ndim == 2 or src.shape[batch] == tgt.shape[batch])
        if not fit or src.shape[-1] != self.d_model or tgt.shape[-1] != self.d_model:
            raise ShapeError(
                f"Transformer: src and tgt must have as many examples and width {self.d_model}, "
                f"got {src.shape} and {tgt.shape}"
            )
        memory = self.encoder(src, src_mask, src_key_padding_mask, src_is_causal)
        masks = tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask
        return self.decoder(tgt, memory, *masks, tgt_is_causal, memory_is_causal)  # type: ignore[no-any-return]

    @staticmethod
    def generate_square_subsequent_mask(sz: int, device: Any = None, dtype: Any = None) -> Tensor:
        """What keeps each place from looking at those behind it: -inf above the diagonal, else 0.

        >>> Transformer.generate_square_subsequent_mask(2)
        tensor([[0., -inf],
                [0., 0.]])
        """
        return wrap(np.triu(np.full((sz, sz), -np.inf, np.float32 if dtype is None else dtype), 1))
