"""The layer of multi-head attention."""

from __future__ import annotations

from typing import Any

from leafgrad.nn import functional as F
from leafgrad.nn import init
from leafgrad.nn.linear import Linear
from leafgrad.nn.module import Module
from leafgrad.nn.parameter import Parameter, blank
from leafgrad.tensor import Tensor


class NonDynamicallyQuantizableLinear(Linear):
    """A Linear; PyTorch prints the last layer of its attention under this name.

    >>> NonDynamicallyQuantizableLinear(3, 2)
    NonDynamicallyQuantizableLinear(in_features=3, out_features=2, bias=True)
    """


class MultiheadAttention(Module):
    """Attention of `num_heads` heads: query (L, N, embed_dim), key (S, N, kdim) and value (S, N, vdim).

    Returns `output, weights`: the output (L, N, embed_dim), and the weights (N, L, S), which are None
    without `need_weights`, and each head's (N, heads, L, S) without `average_attn_weights`. With
    `batch_first`, N comes first; without N, everything is. The masks, `add_bias_kv` and `add_zero_attn`
    are those of `functional.multi_head_attention_forward`. Projections are drawn as Xavier's, biases
    start as zeros. A ValueError for heads that do not divide embed_dim.

    >>> import leafgrad
    >>> layer = MultiheadAttention(4, 2, batch_first=True)
    >>> x = leafgrad.ones(2, 5, 4)
    >>> output, weights = layer(x, x, x)
    >>> output.shape, weights.shape
    ((2, 5, 4), (2, 5, 5))
    """

    in_proj_weight: Parameter | None
    q_proj_weight: Parameter | None
    k_proj_weight: Parameter | None
    v_proj_weight: Parameter | None
    in_proj_bias: Parameter | None
    bias_k: Parameter | None
    bias_v: Parameter | None

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        bias: bool = True,
        add_bias_kv: bool = False,
        add_zero_attn: bool = False,
        kdim: int | None = None,
        vdim: int | None = None,
        batch_first: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        if embed_dim <= 0 or num_heads <= 0 or embed_dim % num_heads:
            raise ValueError(
                f"MultiheadAttention: embed_dim and num_heads must be positive, and the heads divide embed_dim, "
                f"got {embed_dim} and {num_heads}"
            )
        self.embed_dim = embed_dim
        self.kdim = embed_dim if kdim is None else kdim
        self.vdim = embed_dim if vdim is None else vdim
        self._qkv_same_embed_dim = self.kdim == embed_dim and self.vdim == embed_dim
        self.num_heads = num_heads
        self.dropout = dropout
        self.batch_first = batch_first
        self.head_dim = embed_dim // num_heads
        packed = self._qkv_same_embed_dim
        sizes: dict[str, tuple[int, ...] | None] = {
            "q_proj_weight": None if packed else (embed_dim, embed_dim),
            "k_proj_weight": None if packed else (embed_dim, self.kdim),
            "v_proj_weight": None if packed else (embed_dim, self.vdim),
            "in_proj_weight": (3 * embed_dim, embed_dim) if packed else None,
            "in_proj_bias": (3 * embed_dim,) if bias else None,
        }
        for name, size in sizes.items():
            self.register_parameter(name, None if size is None else blank(size, device, dtype))
        self.out_proj = NonDynamicallyQuantizableLinear(embed_dim, embed_dim, bias, device, dtype)
        for name in ("bias_k", "bias_v"):
            self.register_parameter(name, blank((1, 1, embed_dim), device, dtype) if add_bias_kv else None)
        self.add_zero_attn = add_zero_attn
        self._reset_parameters()

    def _reset_parameters(self) -> None:
        for weight in (self.in_proj_weight, self.q_proj_weight, self.k_proj_weight, self.v_proj_weight):
            if weight is not None:
                init.xavier_uniform_(weight)
        for bias in (self.in_proj_bias, self.out_proj.bias):
            if bias is not None:
                init.zeros_(bias)
        for added in (self.bias_k, self.bias_v):
            if added is not None:
                init.xavier_normal_(added)

    def forward(
        self,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        key_padding_mask: Tensor | None = None,
        need_weights: bool = True,
        attn_mask: Tensor | None = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple[Tensor, Tensor | None]:
        turned = self.batch_first and query.ndim == 3
        if turned:  # each once, for one tensor given three times is projected by one product
            new = {id(t): t.transpose(0, 1) for t in (query, key, value)}
            query, key, value = new[id(query)], new[id(key)], new[id(value)]
        output, weights = F.multi_head_attention_forward(
            query,
            key,
            value,
            self.embed_dim,
            self.num_heads,
            self.in_proj_weight,
            self.in_proj_bias,
            self.bias_k,
            self.bias_v,
            self.add_zero_attn,
            self.dropout,
            self.out_proj.weight,
            self.out_proj.bias,
            training=self.training,
            key_padding_mask=key_padding_mask,
            need_weights=need_weights,
            attn_mask=attn_mask,
            use_separate_proj_weight=not self._qkv_same_embed_dim,
            q_proj_weight=self.q_proj_weight,
            k_proj_weight=self.k_proj_weight,
            v_proj_weight=self.v_proj_weight,
            average_attn_weights=average_attn_weights,
            is_causal=is_causal,
        )
        return (output.transpose(0, 1) if turned else output), weights
