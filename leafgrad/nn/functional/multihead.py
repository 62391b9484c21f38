"""Multi-head attention: queries, keys and values projected, attended to in several heads, and projected back."""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np

from leafgrad.errors import ShapeError
from leafgrad.nn.functional.attention import scaled_dot_product_attention
from leafgrad.nn.functional.dropout import dropout
from leafgrad.nn.functional.linear import linear
from leafgrad.ops.joining import cat
from leafgrad.ops.padding import pad
from leafgrad.ops.softmax import softmax
from leafgrad.tensor import Tensor, wrap

__all__ = ["multi_head_attention_forward"]


def multi_head_attention_forward(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    embed_dim_to_check: int,
    num_heads: int,
    in_proj_weight: Tensor | None,
    in_proj_bias: Tensor | None,
    bias_k: Tensor | None,
    bias_v: Tensor | None,
    add_zero_attn: bool,
    dropout_p: float,
    out_proj_weight: Tensor,
    out_proj_bias: Tensor | None,
    training: bool = True,
    key_padding_mask: Tensor | None = None,
    need_weights: bool = True,
    attn_mask: Tensor | None = None,
    use_separate_proj_weight: bool = False,
    q_proj_weight: Tensor | None = None,
    k_proj_weight: Tensor | None = None,
    v_proj_weight: Tensor | None = None,
    static_k: Tensor | None = None,
    static_v: Tensor | None = None,
    average_attn_weights: bool = True,
    is_causal: bool = False,
) -> tuple[Tensor, Tensor | None]:
    """Attention of `num_heads` heads of query (L, N, E) to key and value (S, N, E): (L, N, E), and the weights.

    `in_proj_weight` (3 E, E) and `in_proj_bias` (3 E,) make queries, keys and values, or with
    `use_separate_proj_weight` the three weights (E, their width); the out-projection takes the heads
    together. Masks are True, or -inf, where nobody may look: `attn_mask` (L, S) or (N heads, L, S), and
    `key_padding_mask` (N, S). `bias_k` and `bias_v` (1, 1, E) add one key and value, `add_zero_attn`
    one of zeros; `static_k` and `static_v` (N heads, S, E / heads) replace the projected ones.
    `is_causal` says that `attn_mask` is the causal one. The weights (N, L, S), the heads' mean or each
    head's, are None unless `need_weights`. All may come without N. A ShapeError where shapes do not fit.
    Source: Vaswani et al., "Attention is all you need" (2017).

    >>> import leafgrad
    >>> x, eye = leafgrad.ones(3, 1, 2), leafgrad.eye(2)
    >>> out, weights = multi_head_attention_forward(
    ...     x, x, x, 2, 1, cat([eye, eye, eye]), None, None, None, False, 0.0, eye, None
    ... )
    >>> out.shape, weights.shape
    ((3, 1, 2), (1, 3, 3))
    """
    op = "multi_head_attention_forward"
    single = query.ndim == 2
    if not key.ndim == value.ndim == query.ndim or query.ndim not in (2, 3):
        raise ShapeError(f"{op}: expected (L, N, E) or (L, E), got {query.shape}, {key.shape} and {value.shape}")
    if single:
        query, key, value = (t.unsqueeze(1) for t in (query, key, value))
        key_padding_mask = None if key_padding_mask is None else key_padding_mask.unsqueeze(0)
    length, n, width = query.shape
    if width != embed_dim_to_check or num_heads < 1 or width % num_heads:
        raise ShapeError(
            f"{op}: the query's width must be {embed_dim_to_check}, which {num_heads} heads divide, got {query.shape}"
        )
    if key.shape[:2] != value.shape[:2] or (not use_separate_proj_weight and key.shape != value.shape):
        raise ShapeError(f"{op}: key and value must have one shape, got {key.shape} and {value.shape}")
    if is_causal and attn_mask is None:
        raise RuntimeError(f"{op}: is_causal is a hint about attn_mask; give that too")
    by_hint = is_causal and key_padding_mask is None and not need_weights
    mask = None if by_hint or attn_mask is None else _additive(op, "attn_mask", attn_mask, query.dtype)
    keys_mask = _additive(op, "key_padding_mask", key_padding_mask, query.dtype)
    if mask is not None and mask.shape not in ((length, len(key)), (n * num_heads, length, len(key))):
        raise ShapeError(
            f"{op}: attn_mask must have shape {(length, len(key))} or {(n * num_heads, length, len(key))}, "
            f"got {mask.shape}"
        )
    if keys_mask is not None and keys_mask.shape != (n, len(key)):
        raise ShapeError(f"{op}: key_padding_mask must have shape {(n, len(key))}, got {keys_mask.shape}")
    separate = (q_proj_weight, k_proj_weight, v_proj_weight) if use_separate_proj_weight else None
    q, k, v = _projected(op, query, key, value, in_proj_weight, in_proj_bias, separate)
    if (bias_k is None) != (bias_v is None):
        raise ValueError(f"{op}: expected both bias_k and bias_v, or neither")
    added = int(add_zero_attn)
    if bias_k is not None and bias_v is not None:
        if static_k is not None or static_v is not None:
            raise ValueError(f"{op}: bias_k and bias_v cannot be added to static keys and values; leave them None")
        k, v = cat([k, bias_k.expand(1, n, width)]), cat([v, bias_v.expand(1, n, width)])
        added += 1
    q = _heads(q, num_heads)
    k = _heads(k, num_heads) if static_k is None else _static(op, "static_k", static_k, n, num_heads, width)
    v = _heads(v, num_heads) if static_v is None else _static(op, "static_v", static_v, n, num_heads, width)
    if add_zero_attn:
        k, v = pad(k, (0, 0, 0, 1)), pad(v, (0, 0, 0, 1))
    if added:
        mask = None if mask is None else pad(mask, (0, added))
        keys_mask = None if keys_mask is None else pad(keys_mask, (0, added))
    if mask is not None and mask.ndim == 3:
        mask = mask.reshape(n, num_heads, length, -1)
    if keys_mask is not None:
        keys_mask = keys_mask.reshape(n, 1, 1, -1)
        mask = keys_mask if mask is None else mask + keys_mask
    p = dropout_p if training else 0.0
    weights = None
    if need_weights:
        scores = (q * sqrt(num_heads / width)) @ k.transpose(-2, -1)
        weights = dropout(softmax(scores if mask is None else scores + mask, -1), p)
        heads = weights @ v
        weights = weights.mean(1) if average_attn_weights else weights
    else:
        heads = scaled_dot_product_attention(q, k, v, mask, p, by_hint)
    out = linear(heads.permute(2, 0, 1, 3).reshape(length, n, width), out_proj_weight, out_proj_bias)
    if single:
        return out.squeeze(1), None if weights is None else weights.squeeze(0)
    return out, weights


def _projected(
    op: str, query: Tensor, key: Tensor, value: Tensor, weight: Tensor | None, bias: Tensor | None, separate: Any
) -> Any:
    """Queries, keys and values from what they are made of; by one product where that is the same."""
    biases = (None, None, None) if bias is None else bias.chunk(3)
    if separate is None:
        if weight is None:
            raise ValueError(f"{op}: expected an in_proj_weight, or use_separate_proj_weight and three others")
        if query is key and key is value:
            return linear(query, weight, bias).chunk(3, -1)
        separate = weight.chunk(3)
    if any(w is None for w in separate):
        raise ValueError(f"{op}: use_separate_proj_weight needs q_proj_weight, k_proj_weight and v_proj_weight")
    return [linear(x, w, b) for x, w, b in zip((query, key, value), separate, biases, strict=True)]


def _heads(x: Tensor, heads: int) -> Tensor:
    """(T, N, E) as (N, heads, T, E / heads)."""
    length, n, width = x.shape
    return x.reshape(length, n, heads, width // heads).permute(1, 2, 0, 3)


def _static(op: str, name: str, x: Tensor, n: int, heads: int, width: int) -> Tensor:
    if x.ndim != 3 or x.shape[0] != n * heads or x.shape[2] != width // heads:
        raise ShapeError(f"{op}: {name} must have shape ({n * heads}, S, {width // heads}), got {x.shape}")
    return x.reshape(n, heads, -1, width // heads)


def _additive(op: str, name: str, mask: Any, dtype: Any) -> Any:
    """What to add to the scores: a mask of bools as -inf where True, else 0."""
    if mask is None:
        return None
    mask = mask if isinstance(mask, Tensor) else Tensor(mask)
    if mask.dtype.kind == "b":
        return wrap(np.where(mask.data, np.full((), -np.inf, dtype), np.zeros((), dtype)))
    if mask.dtype.kind != "f":
        raise RuntimeError(f"{op}: {name} must hold bools or floats, got {mask.dtype}; call .bool()")
    return mask
