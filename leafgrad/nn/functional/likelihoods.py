"""Losses that are negative log-likelihoods: how improbable a target is, given what was predicted."""

from __future__ import annotations

import warnings
from math import inf, log, pi
from typing import Any

import numpy as np

from leafgrad.errors import ShapeError
from leafgrad.nn.functional.activations import log_one_plus_exp, softplus
from leafgrad.nn.functional.reduction import averaged, constant, reduced, reduction_of
from leafgrad.node import Array
from leafgrad.operands import check_broadcast, floats, operand, operands, tensor_of
from leafgrad.ops.arithmetic import same
from leafgrad.ops.exponential import sigmoid, xlogy
from leafgrad.recording import like, record
from leafgrad.tensor import Tensor

__all__ = [
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "gaussian_nll_loss",
    "kl_div",
    "poisson_nll_loss",
]


def binary_cross_entropy(
    input: Any,
    target: Any,
    weight: Any = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """`-(y log p + (1 - y) log(1 - p))` of probabilities p, times a weight; logarithms stop at -100.

    d = (p - y) / max(p (1 - p), 1e-12) dp + (log(1 - p) - log p) dy. A RuntimeError for p or y outside
    [0, 1] or of different dtypes, a ShapeError where the shapes differ. On logits,
    `binary_cross_entropy_with_logits` is faster and exact.

    >>> binary_cross_entropy(Tensor([0.5, 0.0]), Tensor([1.0, 1.0]), reduction="none")
    tensor([  0.6931, 100.0000])
    """
    op = "binary_cross_entropy"
    reduction = reduction_of(op, reduction, size_average, reduce)
    x, y, a, b, w = _probabilities(op, input, target, weight)
    dtypes = [operand(t)[1].dtype for t in (input, target)]
    if dtypes[0] != dtypes[1]:
        raise RuntimeError(f"{op}: the target must be {dtypes[0]} as the input, got {dtypes[1]}; convert it with .to()")
    for name, array in (("input", a), ("target", b)):
        if not np.all((array >= 0) & (array <= 1)):
            hint = f"; use the sigmoid, or {op}_with_logits" if name == "input" else ""
            raise RuntimeError(f"{op}: all elements of the {name} must be between 0 and 1{hint}")
    with np.errstate(divide="ignore"):
        losses = (b - 1) * _bounded(np.log1p(-a)) - b * _bounded(np.log(a))
    return reduced(
        op,
        losses * w,
        reduction,
        (x, lambda g: g * w * (like(x, g) - like(y, g)) / np.maximum(like(x, g) * (1 - like(x, g)), 1e-12)),
        (y, lambda g: g * w * (_bounded(np.log1p(-like(x, g))) - _bounded(np.log(like(x, g))))),
    )


def _bounded(log: Any) -> Any:
    return np.maximum(log, -100)


def binary_cross_entropy_with_logits(
    input: Any,
    target: Any,
    weight: Any = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    pos_weight: Any = None,
) -> Tensor:
    """`q y log(1 + e^-x) + (1 - y) log(1 + e^x)`: the cross-entropy of sigmoid(x), exact for any x.

    q is `pos_weight`. d = (s (1 - y + q y) - q y) dx + ((q - 1) log(1 + e^-x) - x) dy with
    s = sigmoid(x). A ShapeError where the shapes of input and target differ.

    >>> binary_cross_entropy_with_logits(Tensor([0.0, 1e4]), Tensor([1.0, 0.0]), reduction="none")
    tensor([6.9315e-01, 1.0000e+04])
    """
    op = "binary_cross_entropy_with_logits"
    reduction = reduction_of(op, reduction, size_average, reduce)
    x, y, a, b, w = _probabilities(op, input, target, weight)
    q = _weights(op, pos_weight, a)
    s = sigmoid(x)
    positive = 0 if pos_weight is None else softplus(-tensor_of(input), threshold=inf)
    return reduced(
        op,
        w * (q * b * log_one_plus_exp(-a) + (1 - b) * log_one_plus_exp(a)),
        reduction,
        (x, lambda g: g * w * (like(s, g) * ((q - 1) * like(y, g) + 1) - q * like(y, g))),
        (y, lambda g: g * w * (like(positive, g) * (q - 1) - like(x, g))),
    )


def _probabilities(op: str, input: Any, target: Any, weight: Any) -> tuple[Any, Any, Array, Array, Array | int]:
    """The two operands, their arrays and the weight's, after PyTorch's checks."""
    shape, wanted = operand(target)[1].shape, operand(input)[1].shape
    if shape != wanted:
        raise ShapeError(f"{op}: the target's shape {shape} must be the input's, {wanted}")
    x, y, a, b = operands(floats(op, input)[0], floats(op, target)[0])
    return x, y, a, b, _weights(op, weight, a)


def _weights(op: str, weight: Any, a: Array) -> Array | int:
    if weight is None:
        return 1
    w = constant(op, weight, a.dtype)
    if check_broadcast(w.shape, a.shape) != a.shape:
        raise ShapeError(f"{op}: a weight of shape {w.shape} does not fit an input of shape {a.shape}")
    return w


def kl_div(
    input: Any,
    target: Any,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    log_target: bool = False,
) -> Tensor:
    """`y (log y - x)` for log-probabilities x and probabilities y: their divergence, element by element.

    With `log_target` the target holds log y. The reduction "batchmean" is the sum over the length of
    dimension 0, which is what the divergence means; "mean" warns that it is not.
    d = -y dx + (log y + 1 - x) dy. Source: Kullback and Leibler, "On information and sufficiency" (1951).

    >>> kl_div(Tensor([[-1.0, -1.0]]), Tensor([[0.5, 0.5]]), reduction="batchmean")
    tensor(0.3069)
    """
    per_batch = reduction == "batchmean" and size_average is None and reduce is None
    if reduction == "mean" and size_average is None and reduce is None:
        warnings.warn("kl_div: 'mean' is no divergence, for it divides by all sizes; use 'batchmean'", stacklevel=2)
    reduction = reduction_of("kl_div", "sum" if per_batch else reduction, size_average, reduce)
    x, y = tensor_of(input), tensor_of(target)
    if x.dtype.kind not in "fc" or y.dtype.kind not in "fc":
        raise RuntimeError(f"kl_div: input and target must hold floats, got {x.dtype} and {y.dtype}; call .float()")
    loss = averaged(y.exp() * (y - x) if log_target else xlogy(y, y) - y * x, reduction)
    return loss / x.shape[0] if per_batch and x.ndim else loss


def poisson_nll_loss(
    input: Any,
    target: Any,
    log_input: bool = True,
    full: bool = False,
    size_average: bool | None = None,
    eps: float = 1e-8,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """`e^x - y x`: -log of the probability of the count y if e^x are expected, less log y!.

    Without `log_input`, x itself is the number expected, and the loss `x - y log(x + eps)`. With `full`,
    Stirling's formula for log y! is added where y > 1: `y log y - y + log(2π y) / 2`.
    d = (e^x - y) dx - x dy, or (1 - y / (x + eps)) dx - log(x + eps) dy.

    >>> poisson_nll_loss(Tensor([0.0, 1.0]), Tensor([2.0, 2.0]), reduction="none")
    tensor([1.0000, 0.7183])
    """
    reduction = reduction_of("poisson_nll_loss", reduction, size_average, reduce)
    x, y = tensor_of(input), tensor_of(target)
    losses = x.exp() - y * x if log_input else x - y * (x + eps).log()
    if full:
        stirling = y * y.log() - y + (y * (2 * pi)).log() * 0.5
        losses = losses + stirling.masked_fill(y <= 1, 0)
    return averaged(losses, reduction)


def gaussian_nll_loss(
    input: Any, target: Any, var: Any, full: bool = False, eps: float = 1e-6, reduction: str = "mean"
) -> Tensor:
    """`(log v + (x - y)² / v) / 2`: -log of the density at y if x is expected with the variance v ≥ eps.

    `var` has the input's shape, or lacks its last dimension, or has 1 in one place, or is a float. With
    `full`, `log(2π) / 2` is added. d = (x - y) / v (dx - dy) + (1 - (x - y)² / v) / (2 v) dv; the
    bound eps does not stop dv. A ValueError for a negative variance, or one of another shape.

    >>> gaussian_nll_loss(Tensor([1.0]), Tensor([3.0]), Tensor([4.0]))
    tensor(1.1931)
    """
    reduction = reduction_of("gaussian_nll_loss", reduction)
    x, y, v = tensor_of(input), tensor_of(target), tensor_of(var)
    if (v.data < 0).any():
        raise ValueError(f"gaussian_nll_loss: var, of shape {v.shape}, must not be negative")
    if isinstance(var, float):
        v = v.to(x.dtype).expand(x.shape)
    elif v.shape != x.shape and v.shape == x.shape[:-1]:
        v = v.unsqueeze(-1)
    elif v.shape != x.shape and not _is_one_in_one_place(v.shape, x.shape):
        raise ShapeError(
            f"gaussian_nll_loss: beside an input of shape {x.shape}, var must have shape {x.shape} or "
            f"{x.shape[:-1]}, or 1 in one place, got {v.shape}"
        )
    v = at_least(v, eps)
    losses = (v.log() + (x - y).square() / v) * 0.5
    return averaged(losses + 0.5 * log(2 * pi) if full else losses, reduction)


def _is_one_in_one_place(small: tuple[int, ...], shape: tuple[int, ...]) -> bool:
    return len(small) == len(shape) and [m for m, n in zip(small, shape, strict=True) if m != n] == [1]


def at_least(input: Any, low: float) -> Tensor:
    """`max(x, low)`, with the gradient of x itself, as where PyTorch bounds a value behind autograd's back."""
    x, a = operand(input)
    return record("at_least", np.maximum(a, low), (x, same))
