"""Connectionist temporal classification: the probability of a sequence of labels whose timing is unknown.

Each step in time names a class or, with the blank, nothing; repeated classes count once unless a blank
parts them. The forward variable α of a step and a place in the target is the probability of all ways to
be there by then, and the backward variable β that of all ways to go on from there to the end, which is
α of both sequences turned around. They are kept as logarithms, in arrays of steps, sequences and places;
the places are the labels with a blank before, between and after them.

Source: Graves et al., "Connectionist temporal classification: labelling unsegmented sequence data with
recurrent neural networks" (2006), sections 4.1 and 4.2.
"""

from __future__ import annotations

from math import inf
from typing import Any

import numpy as np

from leafgrad.errors import ShapeError
from leafgrad.nn.functional.reduction import averaged, reduction_of
from leafgrad.node import Array
from leafgrad.operands import floats, operand
from leafgrad.recording import like, record
from leafgrad.tensor import Tensor

__all__ = ["ctc_loss"]


def ctc_loss(
    log_probs: Any,
    targets: Any,
    input_lengths: Any,
    target_lengths: Any,
    blank: int = 0,
    reduction: str = "mean",
    zero_infinity: bool = False,
) -> Tensor:
    """`-log p(target)` for each sequence of log-probabilities (T, N, C), or for one of (T, C).

    Targets are (N, S), or (Σ target_lengths,) one after the other. The mean is of the losses divided by
    the lengths of their targets. A loss is infinite, or 0 with `zero_infinity`, where the input is too
    short for its target. d = Σ (e^x - p(class at that step | target)) dx: as in PyTorch this supposes that
    x comes from log_softmax, and it has no derivative of its own. RuntimeErrors for lengths, labels and
    shapes that do not fit.

    >>> import leafgrad
    >>> log_probs = leafgrad.log_softmax(leafgrad.zeros(3, 1, 2), -1)
    >>> ctc_loss(log_probs, leafgrad.tensor([[1]]), [3], [1], reduction="none")  # 6 of the 8 ways
    tensor([0.2877])
    """
    reduction = reduction_of("ctc_loss", reduction)
    x, a = floats("ctc_loss", log_probs)
    if a.ndim not in (2, 3) or not a.size:
        raise ShapeError(f"ctc_loss: log_probs must have shape (T, N, C) or (T, C), and elements, got {a.shape}")
    batched = a.reshape(len(a), -1, a.shape[-1])
    steps, count, classes = batched.shape
    if not 0 <= blank < classes:
        raise RuntimeError(f"ctc_loss: blank must be one of the {classes} classes, got {blank}")
    durations = _lengths("input_lengths", input_lengths, count)
    lengths = _lengths("target_lengths", target_lengths, count)
    if durations.max() > steps:
        raise RuntimeError(f"ctc_loss: input_lengths must be at most the {steps} steps, got {durations.max()}")
    ways = _Ways(batched, _padded(targets, lengths, classes), durations, lengths, blank)
    impossible = ways.loss == inf
    losses = np.where(impossible, 0, ways.loss) if zero_infinity else ways.loss

    def slope(g: Any) -> Any:
        lp = like(x, g)
        found = np.exp(operand(lp)[1]).reshape(batched.shape) - ways.occupancy()
        found[:, impossible] = 0 if zero_infinity else np.nan
        found[np.arange(steps)[:, None] >= durations] = 0
        found = found.reshape(a.shape)
        if isinstance(g, Tensor):
            found = record("ctc_loss_backward", found, (lp, _no_second_derivative))
        return (np.reshape(g, (count, 1)) if a.ndim == 3 else g) * found

    out = record("ctc_loss", losses if a.ndim == 3 else losses[0], (x, slope))
    return averaged(out / np.maximum(lengths, 1).astype(a.dtype) if reduction == "mean" else out, reduction)


def _no_second_derivative(g: Any) -> Any:
    raise NotImplementedError("ctc_loss: the gradient has no derivative; do not differentiate through it twice")


def _lengths(name: str, given: Any, count: int) -> Array:
    lengths = operand(given)[1]
    if lengths.dtype.kind not in "iu" or lengths.size != count or lengths.ndim > 1:
        raise RuntimeError(
            f"ctc_loss: {name} must be {count} integers, one for each sequence, got {lengths.dtype} of shape "
            f"{lengths.shape}"
        )
    if lengths.min() < 0:
        raise RuntimeError(f"ctc_loss: {name} must not be negative, got {lengths.min()}")
    return lengths.reshape(count).astype(np.int64)


def _padded(targets: Any, lengths: Array, classes: int) -> Array:
    """The targets as (N, S), with class 0 where there is none."""
    given = operand(targets)[1]
    count, longest, total = len(lengths), lengths.max(), lengths.sum()
    fits = given.shape == (total,) or (given.ndim == 2 and len(given) == count and given.shape[1] >= longest)
    if given.dtype.kind not in "iu" or not fits:
        raise ShapeError(
            f"ctc_loss: with {count} target_lengths of sum {total}, targets must be integers of shape ({total},) or "
            f"({count}, at least {longest}), got {given.dtype} of shape {given.shape}"
        )
    present = np.arange(longest) < lengths[:, None]
    padded = np.zeros(present.shape, np.int64)
    padded[present] = given if given.ndim == 1 else given[:, :longest][present]
    if padded.size and not 0 <= padded.min() <= padded.max() < classes:
        raise RuntimeError(f"ctc_loss: targets must be classes below {classes}, got {padded.min()} to {padded.max()}")
    return padded


class _Ways:
    """The ways to say each target: what each step and place emits, α, and the loss."""

    def __init__(self, log_probs: Array, targets: Array, durations: Array, lengths: Array, blank: int) -> None:
        steps, count, _ = self.shape = log_probs.shape
        labels = np.full((count, 2 * targets.shape[1] + 1), blank)
        labels[:, 1::2] = targets
        last = 2 * lengths
        step, place = np.arange(steps)[:, None, None], np.arange(labels.shape[1])
        which = np.arange(count)
        around = np.where(place <= last[:, None], last[:, None] - place, place)
        inside = (step < durations[:, None]) & (place <= last[:, None])
        self.labels = labels
        self.emitted = np.where(inside, np.take_along_axis(log_probs, labels[None], 2), -inf)
        #: Where each step and place stands when its sequence is turned around; outside it stays.
        self.turned = (
            np.where(inside, durations[:, None] - 1 - step, step),
            which[:, None],
            np.where(inside, around, place),
        )
        self.turned_labels = np.take_along_axis(labels, around, 1)
        self.alpha = _forward(self.emitted, labels)
        end = self.alpha[durations - 1, which]
        likelihood = np.logaddexp(end[which, last], np.where(lengths > 0, end[which, last - 1], -inf))
        self.loss = np.where(durations > 0, -likelihood, np.where(lengths > 0, inf, 0)).astype(log_probs.dtype)

    def occupancy(self) -> Array:
        """The probability, given the target, of each class at each step."""
        beta = _forward(self.emitted[self.turned], self.turned_labels)[self.turned]
        with np.errstate(invalid="ignore"):  # -inf - -inf, where no way leads
            posterior = np.exp(self.alpha + beta - self.emitted + self.loss[:, None])
        occupancy = np.zeros(self.shape, posterior.dtype)
        steps, count, _ = self.shape
        at = np.arange(steps)[:, None, None], np.arange(count)[:, None], self.labels
        np.add.at(occupancy, at, np.where(np.isnan(posterior), 0, posterior))
        return occupancy


def _forward(emitted: Array, labels: Array) -> Array:
    """α: from one step to the next, stay, or go on by one place, or by two past a blank to another label."""
    may_skip = labels[:, 2:] != labels[:, :-2]
    alpha = np.full_like(emitted, -inf)
    alpha[0, :, :2] = emitted[0, :, :2]
    for before, here, emits in zip(alpha[:-1], alpha[1:], emitted[1:], strict=True):
        here[:] = before
        np.logaddexp(here[:, 1:], before[:, :-1], out=here[:, 1:])
        np.logaddexp(here[:, 2:], before[:, :-2], out=here[:, 2:], where=may_skip)
        here += emits
    return alpha
