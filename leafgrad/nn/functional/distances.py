"""Distances and angles between vectors that lie along a dimension."""

from __future__ import annotations

from typing import Any

from leafgrad.dtypes import result_type
from leafgrad.nn.functional.likelihoods import at_least
from leafgrad.operands import check_broadcast, tensor_of
from leafgrad.ops.distances import pdist
from leafgrad.tensor import Tensor

__all__ = ["cosine_similarity", "normalize", "pairwise_distance", "pdist"]


def pairwise_distance(x1: Any, x2: Any, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> Tensor:
    """The p-norm of `x1 - x2 + eps` along the last dimension; the two broadcast. d = that of `norm`

    >>> pairwise_distance(Tensor([[0.0, 0.0]]), Tensor([[3.0, 4.0]]))
    tensor([5.0000])
    """
    difference = tensor_of(x1) - tensor_of(x2) + eps
    return difference.norm(p, -1, keepdim)


def cosine_similarity(x1: Any, x2: Any, dim: int = 1, eps: float = 1e-8) -> Tensor:
    """`a · b / (max(|a|, eps) max(|b|, eps))` for vectors a and b along `dim`; the two broadcast.

    With u and v of length 1, d = (v - (u · v) u) da / |a| + (u - (u · v) v) db / |b|. A RuntimeError for
    integers.

    >>> cosine_similarity(Tensor([[1.0, 0.0]]), Tensor([[3.0, 4.0]]))
    tensor([0.6000])
    """
    a, b = tensor_of(x1), tensor_of(x2)
    shape, dtype = check_broadcast(a.shape, b.shape), result_type(a.data, b.data)
    if dtype.kind not in "fc":
        raise RuntimeError(f"cosine_similarity: floats are needed, got {a.dtype} and {b.dtype}; call .float()")
    a, b = (_unit(x.to(dtype).expand(shape), dim, eps) for x in (a, b))
    return (a * b).sum(dim)


def _unit(x: Tensor, dim: int, eps: float) -> Tensor:
    return x / at_least(x.norm(2, dim, True), eps)


def normalize(input: Any, p: float = 2.0, dim: Any = 1, eps: float = 1e-12) -> Tensor:
    """`x / max(|x|, eps)`, with the p-norm along `dim`. With u = x / |x|, d = (dx - u (u · dx)) / |x| for p = 2.

    >>> normalize(Tensor([[3.0, 4.0]]))
    tensor([[0.6000, 0.8000]])
    """
    x = tensor_of(input)
    return x / x.norm(p, dim, True).clamp(min=eps)
