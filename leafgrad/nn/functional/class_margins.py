"""Losses that are content once the right classes score higher than the wrong ones, by a margin.

They are composed of other operations. What is beyond the margin, or at it, has no gradient, as in
PyTorch.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from leafgrad.errors import ShapeError
from leafgrad.nn.functional.activations import logsigmoid
from leafgrad.nn.functional.reduction import averaged, constant, reduction_of
from leafgrad.node import Array
from leafgrad.operands import floats, operand, tensor_of
from leafgrad.tensor import Tensor

__all__ = ["multi_margin_loss", "multilabel_margin_loss", "multilabel_soft_margin_loss"]


def multi_margin_loss(
    input: Any,
    target: Any,
    p: int = 1,
    margin: float = 1.0,
    weight: Any = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """`Σ w[y] max(margin - x[y] + x[i], 0)^p / C` over all classes i but the right one y; p is 1 or 2.

    Scores are (N, C) with classes (N,), or (C,) with one class. d = w[y] p max(...)^(p-1) (dx[i] - dx[y]) / C.
    A ValueError for another p, a RuntimeError for a class out of range, a ShapeError where shapes do not fit.

    >>> multi_margin_loss(Tensor([[0.1, 0.2, 0.4, 0.8]]), [3])
    tensor(0.3250)
    """
    op = "multi_margin_loss"
    reduction = reduction_of(op, reduction, size_average, reduce)
    if p not in (1, 2):
        raise ValueError(f"{op}: p must be 1 or 2, got {p}")
    x, a, classes = _scores(op, input)
    t = _classes(op, target)
    if t.ndim > 1 or t.size != len(a):
        raise ShapeError(f"{op}: an input of shape {_shape(input)} needs {len(a)} target classes, got shape {t.shape}")
    chosen = t.reshape(len(a), 1)
    if not np.all((chosen >= 0) & (chosen < classes)):
        raise RuntimeError(f"{op}: the target must hold classes below {classes}, got {t.min()} to {t.max()}")
    share = (np.arange(classes) != chosen).astype(a.dtype) / classes
    if weight is not None:
        w = constant(op, weight, a.dtype)
        if w.shape != (classes,):
            raise ShapeError(f"{op}: the weight must have shape ({classes},), one for each class, got {w.shape}")
        share *= w[chosen]
    right = x[np.arange(len(a))[:, None], chosen]
    short = (x - right + margin).relu()
    losses = ((short if p == 1 else short.square()) * share).sum(1)
    return averaged(losses if t.ndim else losses.squeeze(0), reduction)


def multilabel_margin_loss(
    input: Any,
    target: Any,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """`Σ max(1 - x[y] + x[i], 0) / C` over each right class y and each wrong class i.

    Scores and targets are (N, C) or (C,); a row of the target lists the right classes, ended by -1 if they
    are not C. d = (dx[i] - dx[y]) / C where within the margin. RuntimeErrors where shapes differ or a class is out of
    range.

    >>> multilabel_margin_loss(Tensor([0.1, 0.2, 0.4, 0.8]), [3, 0, -1, 1])
    tensor(0.8500)
    """
    op = "multilabel_margin_loss"
    reduction = reduction_of(op, reduction, size_average, reduce)
    x, a, classes = _scores(op, input)
    t = _classes(op, target)
    if t.shape != _shape(input):
        raise ShapeError(f"{op}: the target's shape {t.shape} must be the input's, {_shape(input)}")
    rows = t.reshape(a.shape)
    if not np.all((rows >= -1) & (rows < classes)):
        raise RuntimeError(f"{op}: the target must hold -1 or classes below {classes}, got {t.min()} to {t.max()}")
    listed = np.logical_and.accumulate(rows >= 0, axis=1)
    which = np.arange(len(a))[:, None]
    chosen = np.where(listed, rows, 0)
    wrong = np.ones(a.shape, bool)
    wrong[np.broadcast_to(which, rows.shape)[listed], rows[listed]] = False
    share = (listed[:, :, None] & wrong[:, None]).astype(a.dtype) / classes
    losses = ((x.unsqueeze(1) - x[which, chosen].unsqueeze(2) + 1).relu() * share).sum((1, 2))
    return averaged(losses if t.ndim > 1 else losses.squeeze(0), reduction)


def multilabel_soft_margin_loss(
    input: Any,
    target: Any,
    weight: Any = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """`-(y log s + (1 - y) log(1 - s))` with s = sigmoid(x), times a weight, averaged over the last dimension.

    d = (s - y) dx - x dy, weighed and averaged.

    >>> multilabel_soft_margin_loss(Tensor([[0.0, 1000.0]]), Tensor([[1.0, 1.0]]))
    tensor(0.3466)
    """
    reduction = reduction_of("multilabel_soft_margin_loss", reduction, size_average, reduce)
    x, y = tensor_of(input), tensor_of(target)
    if not x.ndim:
        raise IndexError("multilabel_soft_margin_loss: the input must have classes in its last dimension, got shape ()")
    losses = -(y * logsigmoid(x) + (1 - y) * logsigmoid(-x))
    if weight is not None:
        losses = losses * weight
    return averaged(losses.mean(-1), reduction)


def _scores(op: str, input: Any) -> tuple[Tensor, Array, int]:
    """The scores as (N, C), and C."""
    _, a = floats(op, input)
    if a.ndim > 2 or 0 in a.shape[-1:]:
        raise ShapeError(f"{op}: the input must have shape (N, C) or (C,) with some classes, got {a.shape}")
    classes = a.shape[-1] if a.ndim else 1
    x = tensor_of(input).reshape(-1 if a.size else a.shape[0], classes)
    return x, x.data, classes


def _classes(op: str, target: Any) -> Array:
    t = operand(target)[1]
    if t.dtype.kind not in "iu":
        raise RuntimeError(f"{op}: the target must hold classes, as integers, got {t.dtype}; call .long()")
    return t


def _shape(input: Any) -> tuple[int, ...]:
    return operand(input)[1].shape  # type: ignore[no-any-return]
