"""Distances between the rows of matrices."""

from __future__ import annotations

from typing import Any

import numpy as np

from leafgrad.errors import ShapeError
from leafgrad.node import Array, Out
from leafgrad.operands import check_broadcast, operand
from leafgrad.ops.norms import vector_norm
from leafgrad.recording import like, record, wrap_snapshot
from leafgrad.surface import public
from leafgrad.tensor import Tensor

__all__ = ["cdist", "pdist"]

MODES = ("use_mm_for_euclid_dist_if_necessary", "use_mm_for_euclid_dist", "donot_use_mm_for_euclid_dist")
NECESSARY = 25  # rows; with more of them on either side, the first mode takes a matrix product


@public(method=False)
def cdist(x1: Any, x2: Any, p: float = 2.0, compute_mode: str = MODES[0]) -> Tensor:
    """The p-norms of all differences of a row of `x1` and a row of `x2`: (..., P, M), (..., R, M) -> (..., P, R).

    d = as `norm`, but for p = inf each of several largest differences receives all. With many rows
    the Euclidean distances come from the matrix product in √(|x|² - 2 x·y + |y|²), as PyTorch's do, which is
    less exact for rows close together; `compute_mode="donot_use_mm_for_euclid_dist"` subtracts.
    RuntimeErrors for integers, p < 0, fewer than two dimensions, and unequal M or dtypes.

    >>> cdist(Tensor([[0.0, 0.0]]), Tensor([[3.0, 4.0], [1.0, 0.0]]))
    tensor([[5., 1.]])
    """
    (x, a), (y, b) = operand(x1), operand(x2)
    if a.ndim < 2 or b.ndim < 2 or a.shape[-1] != b.shape[-1]:
        raise ShapeError(f"cdist: needs two tensors of rows of one length, got shapes {a.shape} and {b.shape}")
    _check("cdist", a, p)
    if a.dtype != b.dtype:
        raise RuntimeError(f"cdist: the tensors must have one dtype, got {a.dtype} and {b.dtype}; convert with .to()")
    if compute_mode not in MODES:
        raise ValueError(f"cdist: compute_mode must be one of {', '.join(MODES)}, got {compute_mode!r}")
    batch = check_broadcast(a.shape[:-2], b.shape[:-2])
    x, y = (wrap_snapshot(z).expand(batch + z.shape[-2:]) for z in (x, y))
    if p == 2 and compute_mode != MODES[2] and (compute_mode == MODES[1] or max(a.shape[-2], b.shape[-2]) > NECESSARY):
        return _euclidean(x, y)
    return _lengths("cdist", x[..., :, None, :] - y[..., None, :, :], p)


def _check(op: str, a: Array, p: float) -> None:
    if a.dtype not in (np.float32, np.float64):
        kind = NotImplementedError if a.dtype.kind == "f" else RuntimeError  # as PyTorch's
        raise kind(f"{op}: needs float32 or float64 tensors, got {a.dtype}; convert with .float()")
    if p < 0:
        raise RuntimeError(f"{op}: p must not be negative, got {p}")


def _euclidean(input: Tensor, other: Tensor) -> Tensor:
    """d_ij = |x_i - y_j| by a matrix product. With w = g / d: dx_i = Σ_j w_ij (x_i - y_j), dy_j = its opposite."""
    (x, a), (y, b) = operand(input), operand(other)
    square = np.sum(a * a, -1)[..., :, None] - 2 * (a @ np.swapaxes(b, -1, -2)) + np.sum(b * b, -1)[..., None, :]
    out = Out(np.sqrt(np.maximum(square, 0)))

    def weight(g: Any) -> Any:
        d = like(out, g)
        return np.where(d == 0, 0, g / np.where(d == 0, 1, d))

    def slope(g: Any, mine: Any, theirs: Any) -> Any:
        return np.sum(g, axis=-1, keepdims=True) * like(mine, g) - g @ like(theirs, g)

    return record(
        "cdist",
        out,
        (x, lambda g: slope(weight(g), x, y)),
        (y, lambda g: slope(np.swapaxes(weight(g), -1, -2), y, x)),
    )


def _lengths(op: str, differences: Tensor, p: float) -> Tensor:
    """The p-norms along the last dimension; for p = inf each of several largest receives all of the gradient."""
    if p != np.inf:
        return vector_norm(op, differences, p, -1, False)
    x, a = operand(differences)
    out = Out(np.max(np.abs(a), axis=-1, initial=0))

    def slope(g: Any) -> Any:
        value = like(x, g)
        return np.where(np.abs(value) == like(out, g)[..., None], np.sign(value) * g[..., None], 0)

    return record(op, out, (x, slope))


@public(method=False)
def pdist(input: Any, p: float = 2.0) -> Tensor:
    """The p-norms of the differences of all pairs i < j of the rows of a matrix, in the order of their indices.

    d = as `cdist`. RuntimeErrors for integers, p < 0, and other than two dimensions.

    >>> pdist(Tensor([[0.0, 0.0], [3.0, 4.0], [0.0, 1.0]]))
    tensor([5.0000, 1.0000, 4.2426])
    """
    x, a = operand(input)
    if a.ndim != 2:
        raise ShapeError(f"pdist: needs a matrix of rows, got shape {a.shape}")
    _check("pdist", a, p)
    rows = wrap_snapshot(x)
    first, second = np.triu_indices(len(a), 1)
    return _lengths("pdist", rows[first] - rows[second], p)
