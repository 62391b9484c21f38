"""Max-unpooling: what max-pooling took, put back at its places."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from leafgrad.errors import ShapeError
from leafgrad.nn.functional.conv import Numbers, several
from leafgrad.nn.functional.pooling import check_images, flat, put_back
from leafgrad.operands import operand
from leafgrad.ops.convolution import Sizes
from leafgrad.recording import record
from leafgrad.tensor import Tensor

__all__ = ["max_unpool1d", "max_unpool2d", "max_unpool3d"]


def max_unpool1d(
    input: Any,
    indices: Any,
    kernel_size: Numbers,
    stride: Numbers | None = None,
    padding: Numbers = 0,
    output_size: Sequence[int] | None = None,
) -> Tensor:
    """What `max_pool1d` took, put back: zeros (N, C, L') or (C, L') with the input at `indices`; see `max_unpool2d`.

    >>> max_unpool1d(Tensor([[5.0, 7.0]]), [[1, 2]], 2)
    tensor([[0., 5., 7., 0.]])
    """
    return _max_unpool(1, input, indices, kernel_size, stride, padding, output_size)


def max_unpool2d(
    input: Any,
    indices: Any,
    kernel_size: Numbers,
    stride: Numbers | None = None,
    padding: Numbers = 0,
    output_size: Sequence[int] | None = None,
) -> Tensor:
    """What `max_pool2d` took, put back: zeros (N, C, H', W') or (C, H', W') with the input at `indices`.

    The indices are places in the flattened H' · W'; of equal ones the last wins. H' is
    (H - 1) stride - 2 padding + kernel_size, or what `output_size` says, within a stride of that.
    d = dx, at the indices. A ShapeError where shapes do not fit or an index is outside.

    >>> max_unpool2d(Tensor([[[5.0, 7.0]]]), [[[1, 6]]], 2)
    tensor([[[0., 5., 0., 0.],
             [0., 0., 7., 0.]]])
    """
    return _max_unpool(2, input, indices, kernel_size, stride, padding, output_size)


def max_unpool3d(
    input: Any,
    indices: Any,
    kernel_size: Numbers,
    stride: Numbers | None = None,
    padding: Numbers = 0,
    output_size: Sequence[int] | None = None,
) -> Tensor:
    """What `max_pool3d` took, put back: zeros (N, C, D', H', W') or that without N; see `max_unpool2d`.

    >>> max_unpool3d(Tensor([[[[5.0]]]]), [[[[1]]]], (1, 1, 2))
    tensor([[[[0., 5.]]]])
    """
    return _max_unpool(3, input, indices, kernel_size, stride, padding, output_size)


def _max_unpool(
    n: int, input: Any, indices: Any, kernel_size: Any, stride: Any, padding: Any, output_size: Any
) -> Tensor:
    op = f"max_unpool{n}d"
    x, a = operand(input, real=True)
    where = operand(indices)[1]
    if where.dtype != np.int64:
        raise RuntimeError(f"{op}: the indices must be int64, got {where.dtype}; call .long()")
    check_images(op, a.shape, n)
    if where.shape != a.shape:
        raise ShapeError(f"{op}: the indices must have the input's shape {a.shape}, got {where.shape}")
    window = several(op, "kernel_size", kernel_size, n, 1)
    step = window if stride is None or stride in ((), []) else several(op, "stride", stride, n, 1)
    around = several(op, "padding", padding, n, 0)
    size = _unpooled_size(op, a.shape[-n:], window, step, around, output_size)
    if where.size and (np.min(where) < 0 or np.max(where) >= prod(size)):
        raise ShapeError(
            f"{op}: an index is outside the result's size {size}: they go from {np.min(where)} to {np.max(where)}"
        )
    lead = a.shape[:-n]
    images = lead if len(lead) == 2 else (1, *lead)
    places = flat(where.reshape(*images, *a.shape[-n:]), (*images, *size))
    shape = a.shape
    return record(
        op, put_back(a, places, (*lead, *size), True), (x, lambda g: np.reshape(np.reshape(g, (-1,))[places], shape))
    )


def _unpooled_size(op: str, size: Sizes, window: Sizes, step: Sizes, around: Sizes, output_size: Any) -> Sizes:
    zipped = zip(size, window, step, around, strict=True)
    usual = tuple((m - 1) * s + k - 2 * p for m, k, s, p in zipped)
    if output_size is None:
        return usual
    asked = tuple(output_size)[-len(size) :]
    if len(output_size) not in (len(size), len(size) + 2):
        raise ValueError(f"{op}: output_size must have {len(size)} or {len(size) + 2} numbers, got {output_size}")
    if not all(abs(m - u) < s for m, u, s in zip(asked, usual, step, strict=True)):
        raise ValueError(f"{op}: output_size must be within a stride {step} of {usual}, got {output_size}")
    return asked
