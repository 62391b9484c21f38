"""Losses that are content once a score, or a distance, is right by a margin.

They are composed of other operations. What is beyond the margin has no gradient; at the margin itself
there is one, as in PyTorch.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from leafgrad.errors import ShapeError
from leafgrad.nn.functional.activations import logsigmoid
from leafgrad.nn.functional.distances import pairwise_distance
from leafgrad.nn.functional.reduction import averaged, reduction_of
from leafgrad.operands import tensor_of
from leafgrad.tensor import Tensor

__all__ = [
    "cosine_embedding_loss",
    "hinge_embedding_loss",
    "margin_ranking_loss",
    "soft_margin_loss",
    "triplet_margin_loss",
    "triplet_margin_with_distance_loss",
]


# Two classes, named 1 and -1


def soft_margin_loss(
    input: Any,
    target: Any,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """`log(1 + e^(-y x))` for y of 1 or -1, exact for any x. d = -y sigmoid(-y x) dx

    >>> soft_margin_loss(Tensor([0.0, -1000.0]), Tensor([1.0, 1.0]), reduction="none")
    tensor([6.9315e-01, 1.0000e+03])
    """
    reduction = reduction_of("soft_margin_loss", reduction, size_average, reduce)
    return averaged(-logsigmoid(tensor_of(target) * tensor_of(input)), reduction)


def hinge_embedding_loss(
    input: Any,
    target: Any,
    margin: float = 1.0,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """For a distance x, `x` where y is 1 and `max(margin - x, 0)` where y is -1. d = dx, or -dx within the margin

    >>> hinge_embedding_loss(Tensor([0.2, 0.2]), Tensor([1.0, -1.0]), reduction="none")
    tensor([0.2000, 0.8000])
    """
    reduction = reduction_of("hinge_embedding_loss", reduction, size_average, reduce)
    x, y = tensor_of(input), tensor_of(target)
    far = (margin - x).clamp(min=0).masked_fill(y == 1, 0)
    return averaged(far + x.masked_fill(y == -1, 0), reduction)


def margin_ranking_loss(
    input1: Any,
    input2: Any,
    target: Any,
    margin: float = 0.0,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """`max(margin - y (a - b), 0)`: a should be above b where y is 1, below where y is -1. d = y (db - da), or 0

    A ShapeError where the three differ in their number of dimensions.

    >>> margin_ranking_loss(Tensor([0.5]), Tensor([0.2]), Tensor([-1.0]))
    tensor(0.3000)
    """
    reduction = reduction_of("margin_ranking_loss", reduction, size_average, reduce)
    a, b, y = tensor_of(input1), tensor_of(input2), tensor_of(target)
    _same_dimensions("margin_ranking_loss", a, b, y)
    return averaged((-y * (a - b) + margin).clamp(min=0), reduction)


def cosine_embedding_loss(
    input1: Any,
    input2: Any,
    target: Any,
    margin: float = 0.0,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """With the cosine c of each pair, `1 - c` where y is 1 and `max(c - margin, 0)` where y is -1.

    Vectors are (N, D) with a target (N,), or (D,) with a target (). d = -dc, or dc beyond the margin; 1e-12
    is added to the squared lengths. A ShapeError where shapes do not fit.

    >>> cosine_embedding_loss(Tensor([[1.0, 0.0]]), Tensor([[3.0, 4.0]]), Tensor([1.0]))
    tensor(0.4000)
    """
    reduction = reduction_of("cosine_embedding_loss", reduction, size_average, reduce)
    a, b, y = tensor_of(input1), tensor_of(input2), tensor_of(target)
    if y.ndim > 1 or a.ndim != y.ndim + 1 or b.ndim != y.ndim + 1:
        raise ShapeError(
            "cosine_embedding_loss: expected inputs (N, D) and a target (N,), or (D,) and (), got "
            f"{a.shape}, {b.shape} and {y.shape}"
        )
    squares = ((a * a).sum(-1) + 1e-12) * ((b * b).sum(-1) + 1e-12)
    cosine = (a * b).sum(-1) / squares.sqrt()
    apart = (cosine - margin).clamp(min=0)
    return averaged((1 - cosine).masked_fill(y != 1, 0) + apart.masked_fill(y != -1, 0), reduction)


# Three vectors


def triplet_margin_loss(
    anchor: Any,
    positive: Any,
    negative: Any,
    margin: float = 1.0,
    p: float = 2.0,
    eps: float = 1e-6,
    swap: bool = False,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """`max(|a - p| - |a - n| + margin, 0)`: the anchor should be nearer to the positive than to the negative.

    Distances are those of `pairwise_distance`; with `swap`, |p - n| takes the place of |a - n| where it is
    the smaller. d = d|a - p| - d|a - n|, or 0. A ValueError unless margin > 0. Source: Balntas et al.,
    "Learning local feature descriptors with triplets and shallow convolutional neural networks" (2016).

    >>> triplet_margin_loss(Tensor([[0.0, 0.0]]), Tensor([[3.0, 4.0]]), Tensor([[0.0, 2.0]]))
    tensor(4.0000)
    """
    reduction = reduction_of("triplet_margin_loss", reduction, size_average, reduce)
    distance = lambda x, y: pairwise_distance(x, y, p, eps)  # noqa: E731
    return _triplet("triplet_margin_loss", anchor, positive, negative, distance, margin, swap, reduction)


def triplet_margin_with_distance_loss(
    anchor: Any,
    positive: Any,
    negative: Any,
    *,
    distance_function: Callable[[Tensor, Tensor], Tensor] | None = None,
    margin: float = 1.0,
    swap: bool = False,
    reduction: str = "mean",
) -> Tensor:
    """`triplet_margin_loss` with another distance than `pairwise_distance`.

    >>> triplet_margin_with_distance_loss(
    ...     Tensor([0.0]), Tensor([3.0]), Tensor([2.0]), distance_function=lambda x, y: (x - y).abs()
    ... )
    tensor(2.)
    """
    op = "triplet_margin_with_distance_loss"
    reduction = reduction_of(op, reduction)
    return _triplet(op, anchor, positive, negative, distance_function or pairwise_distance, margin, swap, reduction)


def _triplet(
    op: str,
    anchor: Any,
    positive: Any,
    negative: Any,
    distance: Callable[[Tensor, Tensor], Tensor],
    margin: float,
    swap: bool,
    reduction: str,
) -> Tensor:
    if not margin > 0:
        raise ValueError(f"{op}: margin must be greater than 0, got {margin}")
    a, p, n = tensor_of(anchor), tensor_of(positive), tensor_of(negative)
    _same_dimensions(op, a, p, n)
    far = distance(a, n).minimum(distance(p, n)) if swap else distance(a, n)
    return averaged((distance(a, p) - far + margin).clamp(min=0), reduction)


def _same_dimensions(op: str, *tensors: Tensor) -> None:
    if len({t.ndim for t in tensors}) > 1:
        shapes = ", ".join(str(t.shape) for t in tensors)
        raise ShapeError(f"{op}: the tensors must have the same number of dimensions, got {shapes}")
