"""The layers of transformers: attention, and two linear maps, each added to its input and normalised.

Source: Vaswani et al., "Attention is all you need" (2017).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from leafgrad.nn import functional as F
from leafgrad.nn.attention import MultiheadAttention
from leafgrad.nn.dropout import Dropout
from leafgrad.nn.linear import Linear
from leafgrad.nn.module import Module
from leafgrad.nn.normalization import LayerNorm
from leafgrad.tensor import Tensor

Activation = str | Callable[[Tensor], Tensor]


class _Layer(Module):
    """What both kinds of layers share: self-attention, and two linear maps with an activation between."""

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int,
        dropout: float,
        activation: Activation,
        layer_norm_eps: float,
        batch_first: bool,
        norm_first: bool,
        bias: bool,
        device: Any,
        dtype: Any,
        memory: bool,
    ) -> None:
        super().__init__()
        heads: dict[str, Any] = {
            "dropout": dropout, "batch_first": batch_first, "bias": bias, "device": device, "dtype": dtype
        }  # fmt: skip
        self.self_attn = MultiheadAttention(d_model, nhead, **heads)
        if memory:
            self.multihead_attn = MultiheadAttention(d_model, nhead, **heads)
        self.linear1 = Linear(d_model, dim_feedforward, bias, device, dtype)
        self.dropout = Dropout(dropout)
        self.linear2 = Linear(dim_feedforward, d_model, bias, device, dtype)
        self.norm_first = norm_first
        count = 3 if memory else 2
        for k in range(1, count + 1):
            setattr(self, f"norm{k}", LayerNorm(d_model, layer_norm_eps, bias=bias, device=device, dtype=dtype))
        for k in range(1, count + 1):
            setattr(self, f"dropout{k}", Dropout(dropout))
        if isinstance(activation, str):
            if activation not in ("relu", "gelu"):
                raise RuntimeError(
                    f"{type(self).__name__}: activation must be relu, gelu or a function, got {activation}"
                )
            activation = F.relu if activation == "relu" else F.gelu
        self.activation = activation

    def _added(self, x: Tensor, k: int, block: Callable[[Tensor], Tensor]) -> Tensor:
        """x plus what the k-th block makes of it, normalised before the block or after the sum."""
        norm, dropout = getattr(self, f"norm{k}"), getattr(self, f"dropout{k}")
        if self.norm_first:
            return x + dropout(block(norm(x)))  # type: ignore[no-any-return]
        return norm(x + dropout(block(x)))  # type: ignore[no-any-return]

    def _feed_forward(self, x: Tensor) -> Tensor:
        return self.linear2(self.dropout(self.activation(self.linear1(x))))  # type: ignore[no-any-return]


class TransformerEncoderLayer(_Layer):
    """Self-attention, then two linear maps of width `dim_feedforward`, each added to its input and normalised.

    For sequences (S, N, d_model), or (N, S, d_model) with `batch_first`, or without N. With `norm_first`,
    a block's input is normalised and not the sum. `activation` is "relu", "gelu" or a function.

    >>> import leafgrad
    >>> TransformerEncoderLayer(4, 2, 8)(leafgrad.ones(5, 2, 4)).shape
    (5, 2, 4)
    """

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Activation = F.relu,
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        options = activation, layer_norm_eps, batch_first, norm_first, bias, device, dtype
        super().__init__(d_model, nhead, dim_feedforward, dropout, *options, memory=False)

    def forward(
        self,
        src: Tensor,
        src_mask: Tensor | None = None,
        src_key_padding_mask: Tensor | None = None,
        is_causal: bool = False,
    ) -> Tensor:
        def attend(x: Tensor) -> Tensor:
            return self.self_attn(x, x, x, src_key_padding_mask, False, src_mask, is_causal=is_causal)[0]  # type: ignore[no-any-return]

        return self._added(self._added(src, 1, attend), 2, self._feed_forward)


class TransformerDecoderLayer(_Layer):
    """Self-attention, attention to a memory, then two linear maps, each added to its input and normalised.

    For sequences (T, N, d_model) and a memory (S, N, d_model); the options are those of
    TransformerEncoderLayer.

    >>> import leafgrad
    >>> TransformerDecoderLayer(4, 2, 8)(leafgrad.ones(3, 2, 4), leafgrad.ones(5, 2, 4)).shape
    (3, 2, 4)
    """

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Activation = F.relu,
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        options = activation, layer_norm_eps, batch_first, norm_first, bias, device, dtype
        super().__init__(d_model, nhead, dim_feedforward, dropout, *options, memory=True)

    def forward(
        self,
        tgt: Tensor,
        memory: Tensor,
        tgt_mask: Tensor | None = None,
        memory_mask: Tensor | None = None,
        tgt_key_padding_mask: Tensor | None = None,
        memory_key_padding_mask: Tensor | None = None,
        tgt_is_causal: bool = False,
        memory_is_causal: bool = False,
    ) -> Tensor:
        def attend(x: Tensor) -> Tensor:
            return self.self_attn(x, x, x, tgt_key_padding_mask, False, tgt_mask, is_causal=tgt_is_causal)[0]  # type: ignore[no-any-return]

        def remember(x: Tensor) -> Tensor:
            masks = memory_key_padding_mask, False, memory_mask
            return self.multihead_attn(x, memory, memory, *masks, is_causal=memory_is_causal)[0]  # type: ignore[no-any-return]

        return self._added(self._added(self._added(tgt, 1, attend), 2, remember), 3, self._feed_forward)
