"""Losses between scores and classes: cross-entropy and the negative log-likelihood.

Classes stand in dimension 1 of (N, C, d1, ...), or in the only one of (C,).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from leafgrad.errors import ShapeError
from leafgrad.nn.functional.reduction import constant, mean, reduction_of
from leafgrad.node import Array, GradFn
from leafgrad.operands import floats, operand, operands
from leafgrad.ops.softmax import log_softmax, softmax
from leafgrad.recording import like, record
from leafgrad.tensor import Tensor

__all__ = ["cross_entropy", "nll_loss"]


def cross_entropy(
    input: Any,
    target: Any,
    weight: Any = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Tensor:
    """`-Σ y log softmax(x)` over the classes, for scores x of shape (N, C, ...) or (C,).

    The target holds class indices of shape (N, ...) or (), or probabilities y in the shape of the
    input. `weight` (C,) weighs the classes, `label_smoothing` moves that share of y to all classes
    evenly, positions whose index is `ignore_index` count nothing, and the mean is over the rest, by
    weight. d = (Σy softmax(x) - y) dx. An IndexError for an index that is no class.

    >>> cross_entropy(Tensor([[0.0, 0.0], [0.0, 1e4]]), [0, 1])
    tensor(0.3466)
    """
    reduction = reduction_of("cross_entropy", reduction, size_average, reduce)
    if not 0 <= label_smoothing <= 1:
        raise RuntimeError(f"cross_entropy: label_smoothing must be between 0 and 1, got {label_smoothing}")
    x, a = floats("cross_entropy", input)
    axis = _class_axis("cross_entropy", a.shape)
    t, b = operand(target)
    plain = weight is None and not label_smoothing and ignore_index < 0 and reduction == "mean"
    usual = plain and a.ndim == 2 and b.dtype == np.int64 and b.shape == a.shape[:1] and a.dtype != np.float16
    if usual and b.size and b.min() >= 0 and b.max() < a.shape[1]:
        return _mean_over_rows(x, a, b.copy())
    by_class = _class_weights("cross_entropy", weight, a, axis)
    if b.dtype.kind == "f" and b.shape == a.shape:
        if ignore_index >= 0:
            raise RuntimeError(f"cross_entropy: probabilities have no index {ignore_index} to ignore; leave it out")
        x, t, a, b = operands(x, t)
        return _against_probabilities(x, t, b, log_softmax(x, axis), by_class, axis, reduction, label_smoothing)
    logp = log_softmax(x, axis)
    chosen = _chosen("cross_entropy", b, a, axis, by_class, ignore_index)
    y = chosen.spread(a)
    if label_smoothing:
        counted = np.expand_dims(chosen.valid, axis) * by_class
        y = y * (1 - label_smoothing) + counted * (label_smoothing / a.shape[axis])
        losses = _expected(y, logp.data, axis)
    else:
        losses = chosen.losses(logp.data)
    mass = np.sum(y, axis=axis, keepdims=True)
    return _averaged(
        "cross_entropy",
        losses,
        reduction,
        np.sum(chosen.share),
        axis,
        (x, lambda g: g * (np.exp(like(logp, g)) * mass - y)),
    )


def _mean_over_rows(x: Any, a: Array, t: Array) -> Tensor:
    """The usual call, scores (N, C), a valid index for each row, no options: one exponential serves
    the value and the gradient, (softmax(x) - onehot(t)) / N."""
    n, classes = a.shape
    rows = np.arange(n)
    e = a - np.maximum.reduce(a, axis=1, keepdims=True)
    chosen = e[rows, t]
    np.exp(e, out=e)
    total = np.matmul(e, np.ones((classes, 1), a.dtype))
    loss = np.add.reduce(np.log(total[:, 0]) - chosen, axis=0) / n
    e /= total

    def slope(g: Any) -> Any:
        share = g / n
        d = (softmax(like(x, g), 1) if isinstance(g, Tensor) else e) * share
        d[rows, t] -= share
        return d

    return record("cross_entropy", loss, (x, slope))


def _against_probabilities(
    x: Any, t: Any, b: Array, logp: Tensor, by_class: Array, axis: int, reduction: str, smoothing: float
) -> Tensor:
    """The cross-entropy where the target holds probabilities, which may want a gradient too."""

    def weighed(p: Any) -> Any:
        return by_class * (p * (1 - smoothing) + smoothing / max(b.shape[axis], 1))

    def slope(g: Any) -> Any:
        y = weighed(like(t, g))
        return g * (np.exp(like(logp, g)) * np.sum(y, axis=axis, keepdims=True) - y)

    losses = _expected(weighed(b), logp.data, axis)
    by_target = by_class * (smoothing - 1)
    return _averaged(
        "cross_entropy",
        losses,
        reduction,
        losses.size,
        axis,
        (x, slope),
        (t, lambda g: g * by_target * like(logp, g)),
    )


def nll_loss(
    input: Any,
    target: Any,
    weight: Any = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """`-x[target]`, for log-probabilities x of shape (N, C, ...) or (C,) and class indices.

    The options are those of `cross_entropy`. d = -dx[target]

    >>> nll_loss(Tensor([[-0.5, -1.0], [-2.0, -0.1]]), [0, 0])
    tensor(1.2500)
    """
    reduction = reduction_of("nll_loss", reduction, size_average, reduce)
    x, a = floats("nll_loss", input)
    axis = _class_axis("nll_loss", a.shape)
    by_class = _class_weights("nll_loss", weight, a, axis)
    chosen = _chosen("nll_loss", operand(target)[1], a, axis, by_class, ignore_index)
    y = chosen.spread(a)
    total = np.sum(chosen.share)
    return _averaged("nll_loss", chosen.losses(a), reduction, total, axis, (x, lambda g: -g * y))


class _Chosen(NamedTuple):
    """The classes that the targets name: where they stand in the input, and what each one weighs."""

    where: tuple[Array, ...]
    valid: Array
    share: Array

    def losses(self, logp: Array) -> Array:
        return np.where(self.valid, -logp[self.where] * self.share, 0)

    def spread(self, like: Array) -> Array:
        """The shares, at their classes, in an array of zeros."""
        y = np.zeros_like(like)
        y[self.where] = self.share
        return y


def _chosen(op: str, t: Array, a: Array, axis: int, by_class: Array, ignore_index: int) -> _Chosen:
    shape, classes = a.shape, a.shape[axis]
    wanted = shape[:axis] + shape[axis + 1 :]
    if axis == 0 and t.shape == (1,):
        t = t.reshape(())
    if t.dtype.kind not in "iu":
        raise RuntimeError(
            f"{op}: class indices must be integers, got {t.dtype} of shape {t.shape}; "
            "call .long(), or give probabilities in the shape of the input"
        )
    if t.shape != wanted:
        raise ShapeError(f"{op}: an input of shape {shape} needs class indices of shape {wanted}, got {t.shape}")
    valid = t != ignore_index
    if t.size and (t.min() < 0 or t.max() >= classes):
        outside = valid & ((t < 0) | (t >= classes))
        if outside.any():
            raise IndexError(f"{op}: class {t[outside][0]} is out of range for {classes} classes")
        t = np.where(valid, t, 0)
    grid = [np.arange(n).reshape(-1, *[1] * (t.ndim - d - 1)) for d, n in enumerate(wanted)]
    where = (*grid[:axis], t, *grid[axis:])
    return _Chosen(where, valid, by_class.reshape(-1)[t] * valid)


def _class_axis(op: str, shape: tuple[int, ...]) -> int:
    if not shape:
        raise ShapeError(f"{op}: the input must have shape (N, C, ...) or (C,), got ()")
    return 0 if len(shape) == 1 else 1


def _class_weights(op: str, weight: Any, a: Array, axis: int) -> Array:
    """The weights, or ones, laid along the classes' dimension of the input."""
    classes = a.shape[axis]
    if isinstance(weight, Tensor) and weight.dtype != a.dtype:
        raise RuntimeError(f"{op}: the weight must be {a.dtype} as the input, got {weight.dtype}; use .to()")
    w = np.ones(classes, a.dtype) if weight is None else constant(op, weight, a.dtype)
    if w.shape != (classes,):
        raise ShapeError(f"{op}: the weight must have shape ({classes},), one for each class, got {w.shape}")
    return w.reshape(classes, *[1] * (a.ndim - axis - 1))


def _expected(y: Array, logp: Array, axis: int) -> Array:
    """-Σ y log p, where a class of no weight counts nothing even if its log p is infinite."""
    with np.errstate(invalid="ignore"):
        return -np.sum(np.where(y == 0, 0, y * logp), axis=axis)


def _averaged(op: str, losses: Array, reduction: str, total: Any, axis: int, *parents: tuple[Any, GradFn]) -> Tensor:
    """Record the losses, their sum, or their mean over `total`; gradient functions are those of the losses."""
    if reduction == "none":
        return record(op, losses, *[(x, _along(grad_fn, axis)) for x, grad_fn in parents])
    if reduction == "sum":
        return record(op, np.sum(losses), *parents)
    return mean(op, losses, total, *parents)


def _along(grad_fn: GradFn, axis: int) -> GradFn:
    return lambda g: grad_fn(np.expand_dims(g, axis))
