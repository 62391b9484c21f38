"""Attention: each query takes a mean of the values, weighed by how well their keys answer it.

The weights are one operation, whose gradient needs nothing but the weights themselves, the queries
and the keys: so the scores are never kept, and the second derivative costs no second rule.
"""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np

from leafgrad.errors import ShapeError
from leafgrad.joint import record_joint
from leafgrad.nn.functional.dropout import dropout
from leafgrad.node import Array, Out
from leafgrad.operands import operand, promoted
from leafgrad.ops.products import matmul
from leafgrad.recording import like, stretched
from leafgrad.tensor import Tensor

__all__ = ["scaled_dot_product_attention"]


def scaled_dot_product_attention(
    query: Any,
    key: Any,
    value: Any,
    attn_mask: Any = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    *,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> Tensor:
    """`softmax(Q Kᵀ · scale + mask) V`, for Q (..., L, E), K (..., S, E) and V (..., S, V): (..., L, V).

    Leading dimensions broadcast; `scale` is 1 / √E unless said otherwise. `attn_mask` (..., L, S)
    holds bools, True where a query may look, or numbers to add to the scores; `is_causal` lets query
    i look at keys 0 to i. A query that may look nowhere gives zeros. The weights go through dropout
    (whoever calls says with `dropout_p` whether this is training). With `enable_gqa`, several heads of
    the query (..., H, L, E) share one of the fewer heads of key and value. A ShapeError where the
    shapes do not fit. Source: Vaswani et al., "Attention is all you need" (2017).

    >>> q, v = Tensor([[1.0, 0.0], [0.0, 1.0]]), Tensor([[1.0], [3.0]])
    >>> scaled_dot_product_attention(q, q, v, is_causal=True)
    tensor([[1.0000],
            [2.3395]])
    """
    if attn_mask is not None and is_causal:
        raise RuntimeError("scaled_dot_product_attention: attn_mask and is_causal exclude each other; give one of them")
    if enable_gqa:
        key, value = _shared_heads(query, key), _shared_heads(query, value)
    if operand(query)[1].dtype == np.float16:  # whose sums would be coarse
        query, key, value = (_single(t) for t in (query, key, value))
        mask = None if attn_mask is None else _single(attn_mask)
        return scaled_dot_product_attention(query, key, value, mask, dropout_p, is_causal, scale=scale).to(np.float16)
    q, k, a, b = promoted(operand(query, floating=True, real=True)[0], operand(key, floating=True, real=True)[0])
    m, bias = (None, None) if attn_mask is None else operand(attn_mask)
    shape = _scores_shape(a.shape, b.shape, operand(value)[1].shape, bias)
    added = _causal(shape[-2], shape[-1], a.dtype) if is_causal else _additive(bias, a.dtype)
    weights = _weights(q, k, m, a, b, added, 1 / sqrt(a.shape[-1] or 1) if scale is None else scale, shape)
    return matmul(dropout(weights, dropout_p), value)


def _single(x: Any) -> Tensor:
    tensor = x if isinstance(x, Tensor) else Tensor(x)
    return tensor.to(np.float32) if tensor.dtype == np.float16 else tensor


def _shared_heads(query: Any, x: Any) -> Tensor:
    """x (..., H', S, E) with each head repeated until there are as many as the query (..., H, L, E) has."""
    heads, shape = operand(query)[1].shape[-3:-2], operand(x)[1].shape
    if not heads or len(shape) < 3 or not shape[-3] or heads[0] % shape[-3]:
        raise ShapeError(
            "scaled_dot_product_attention: with enable_gqa, the heads of key and value must divide those of the query, "
            f"got shapes {operand(query)[1].shape} and {shape}"
        )
    tensor = x if isinstance(x, Tensor) else Tensor(x)
    return tensor.repeat_interleave(heads[0] // shape[-3], -3)


def _weights(q: Any, k: Any, mask: Any, a: Array, b: Array, added: Array | None, scale: float, shape: Any) -> Tensor:
    """`softmax(Q Kᵀ · scale + mask)`. With G = P (dP - Σ P dP): dQ = G K · scale, dK = Gᵀ Q · scale, d mask = G."""
    scores = np.matmul(a * scale, np.swapaxes(b, -1, -2))
    if added is not None:
        scores = np.add(scores, added, out=scores if scores.shape == shape else None)
    out = Out(_softmax(scores))

    def slopes(gs: list[Any]) -> tuple[Any, Any, Any]:
        (g,) = gs
        p = like(out, g)
        moved = g * p
        moved -= p * _sums(moved)
        return np.matmul(moved, like(k, g)) * scale, np.matmul(np.swapaxes(moved, -1, -2), like(q, g)) * scale, moved

    lead = shape[:-2]
    parents = stretched(q, (*lead, *a.shape[-2:])), stretched(k, (*lead, *b.shape[-2:])), stretched(mask, shape)
    return record_joint("attention_weights", [out], parents, slopes)[0]


def _softmax(scores: Array) -> Array:
    """e^s / Σ e^s along the last dimension, in place; zeros where all the scores are -inf."""
    top = np.max(scores, axis=-1, keepdims=True, initial=-np.inf)
    top[top == -np.inf] = 0
    scores -= top
    np.exp(scores, out=scores)
    total = _sums(scores)
    total[total == 0] = 1
    scores /= total
    return scores


def _sums(x: Any) -> Any:
    """The sums along the last dimension, which is kept; of short rows, a product with ones is faster."""
    return np.matmul(x, np.ones((x.shape[-1], 1), x.dtype))


def _additive(mask: Array | None, dtype: np.dtype[Any]) -> Array | None:
    """What to add to the scores: a mask of bools as 0 where True and -inf where False."""
    if mask is None or mask.dtype.kind == "f":
        return mask if mask is None else mask.astype(dtype, copy=False)
    if mask.dtype.kind != "b":
        raise RuntimeError(
            f"scaled_dot_product_attention: attn_mask must hold bools or floats, got {mask.dtype}; call .bool()"
        )
    return np.where(mask, np.zeros((), dtype), np.full((), -np.inf, dtype))


def _causal(queries: int, keys: int, dtype: np.dtype[Any]) -> Array:
    return np.triu(np.full((queries, keys), -np.inf, dtype), 1)


def _scores_shape(q: tuple[int, ...], k: tuple[int, ...], v: tuple[int, ...], mask: Array | None) -> tuple[int, ...]:
    """The shape of the weights; a ShapeError where queries, keys, values or the mask do not fit."""
    op = "scaled_dot_product_attention"
    if min(len(q), len(k), len(v)) < 2 or q[-1] != k[-1] or k[-2] != v[-2]:
        raise ShapeError(
            f"{op}: expected query (..., L, E), key (..., S, E) and value (..., S, V), got {q}, {k} and {v}"
        )
    try:
        lead = np.broadcast_shapes(q[:-2], k[:-2], v[:-2])
        scores = (*np.broadcast_shapes(q[:-2], k[:-2]), q[-2], k[-2])
        if mask is None:
            return scores
        shape = np.broadcast_shapes(scores, mask.shape)
        if shape[-2:] == scores[-2:] and np.broadcast_shapes(lead, shape[:-2]) == lead:
            return shape
    except ValueError:
        pass
    raise ShapeError(
        f"{op}: the leading dimensions of query {q}, key {k} and value {v} must broadcast, "
        f"and a mask {None if mask is None else mask.shape} must broadcast to (..., {q[-2]}, {k[-2]})"
    )
