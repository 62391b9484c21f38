"""Average-pooling: each window reduced to its mean, or to another power mean.

A mean over a window is a mean along each dimension in turn, so all are resamplings with equal weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from leafgrad.errors import ShapeError
from leafgrad.nn.functional.conv import Numbers
from leafgrad.nn.functional.pooling import check_images, pool_windows
from leafgrad.nn.functional.uneven import adaptive_size, adaptive_windows
from leafgrad.node import Array
from leafgrad.operands import operand
from leafgrad.ops.rectifiers import relu
from leafgrad.ops.resampling import Taps, resampled
from leafgrad.ops.windows import Windows
from leafgrad.tensor import Tensor, wrap

__all__ = [
    "adaptive_avg_pool1d",
    "adaptive_avg_pool2d",
    "adaptive_avg_pool3d",
    "avg_pool1d",
    "avg_pool2d",
    "avg_pool3d",
    "lp_pool1d",
    "lp_pool2d",
    "lp_pool3d",
]


def avg_pool1d(
    input: Any,
    kernel_size: Numbers,
    stride: Numbers | None = None,
    padding: Numbers = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Tensor:
    """The mean of each window of sequences (N, C, L) or (C, L): (N, C, L'); see `avg_pool2d`.

    >>> avg_pool1d(Tensor([[1.0, 2.0, 5.0, 4.0]]), 2)
    tensor([[1.5000, 4.5000]])
    """
    return _avg_pool(1, input, kernel_size, stride, padding, ceil_mode, count_include_pad, None)


def avg_pool2d(
    input: Any,
    kernel_size: Numbers,
    stride: Numbers | None = None,
    padding: Numbers = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Tensor:
    """The mean of each window of images (N, C, H, W) or (C, H, W): (N, C, H', W').

    H' = ⌊(H + 2 padding - kernel_size) / stride⌋ + 1, or rounded up with `ceil_mode`, where windows may
    reach over the edge. The stride is the kernel_size unless said otherwise. The sum is divided by the
    number of elements, the zeros of the padding among them if `count_include_pad`, or by
    `divisor_override`. A ShapeError where no window fits, or for padding by more than half a window.

    >>> avg_pool2d(Tensor([[[1.0, 2.0, 5.0, 4.0], [3.0, 0.0, 5.0, 6.0]]]), 2)
    tensor([[[1.5000, 5.0000]]])
    """
    return _avg_pool(2, input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)


def avg_pool3d(
    input: Any,
    kernel_size: Numbers,
    stride: Numbers | None = None,
    padding: Numbers = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Tensor:
    """The mean of each window of volumes (N, C, D, H, W) or (C, D, H, W); see `avg_pool2d`.

    >>> avg_pool3d(Tensor([[[[1.0, 2.0], [5.0, 4.0]]]]), (1, 2, 2))
    tensor([[[[3.]]]])
    """
    return _avg_pool(3, input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)


def _avg_pool(
    n: int,
    input: Any,
    kernel_size: Any,
    stride: Any,
    padding: Any,
    ceil_mode: bool,
    count_include_pad: bool,
    divisor: int | None,
) -> Tensor:
    op = f"avg_pool{n}d"
    a = operand(input, real=True)[1]
    check_images(op, a.shape, n)
    if divisor == 0:
        raise ShapeError(f"{op}: divisor_override must not be zero; leave it None for the number of elements")
    at = pool_windows(op, a.shape[-n:], kernel_size, stride, padding, 1, ceil_mode)
    integers = a.dtype.kind in "iu"
    taps, counts = [], np.ones((), np.int64)
    for d in range(n):
        source, valid, count = _means(at, d, count_include_pad)
        if divisor is not None:
            count = np.full_like(count, divisor if d == 0 else 1)
        counts = np.multiply.outer(counts, count)
        taps.append(Taps.rows(at.size[d], source, 1 if integers else 1 / count[:, None], valid))
    sums = resampled(op, input if isinstance(input, Tensor) else wrap(a), taps)
    if integers:  # divided as integers are, towards zero
        return wrap((np.sign(sums.data * counts) * (np.abs(sums.data) // np.abs(counts))).astype(a.dtype))
    return sums  # type: ignore[no-any-return]


def _means(at: Windows, d: int, count_include_pad: bool) -> tuple[Array, Array, Array]:
    """Along dimension d, what each window sees, which of that is not padding, and how many elements it counts."""
    starts = np.arange(at.counts[d]) * at.stride[d] - at.before[d]
    source = starts[:, None] + np.arange(at.window[d])
    valid = (source >= 0) & (source < at.size[d])
    counted = source < at.size[d] + at.before[d] if count_include_pad else valid
    return source, valid, np.sum(counted, axis=1)


# Adaptive


def adaptive_avg_pool1d(input: Any, output_size: Numbers) -> Tensor:
    """The means of `output_size` parts of (N, C, L) or (C, L); see `adaptive_avg_pool2d`.

    >>> adaptive_avg_pool1d(Tensor([[1.0, 2.0, 5.0, 4.0, 3.0]]), 2)
    tensor([[2.6667, 4.0000]])
    """
    return _adaptive_avg_pool(1, input, output_size)


def adaptive_avg_pool2d(input: Any, output_size: Any) -> Tensor:
    """The mean of each window of (N, C, H, W) or (C, H, W), so that the result has the `output_size`.

    Window i of H' covers rows ⌊i H / H'⌋ to ⌈(i + 1) H / H'⌉; None in a pair `output_size` keeps that
    size. A ShapeError for what are not images.

    >>> adaptive_avg_pool2d(Tensor([[[1.0, 2.0, 5.0], [4.0, 3.0, 0.0]]]), (1, None))
    tensor([[[2.5000, 2.5000, 2.5000]]])
    """
    return _adaptive_avg_pool(2, input, output_size)


def adaptive_avg_pool3d(input: Any, output_size: Any) -> Tensor:
    """The mean of each window of (N, C, D, H, W) or (C, D, H, W); see `adaptive_avg_pool2d`.

    >>> adaptive_avg_pool3d(Tensor([[[[1.0, 2.0], [5.0, 4.0]]]]), 1)
    tensor([[[[3.]]]])
    """
    return _adaptive_avg_pool(3, input, output_size)


def _adaptive_avg_pool(n: int, input: Any, output_size: Any) -> Tensor:
    op = f"adaptive_avg_pool{n}d"
    a = operand(input, real=True)[1]
    check_images(op, a.shape, n)
    if a.dtype.kind != "f":
        raise NotImplementedError(f"{op}: the input must be floating-point, got {a.dtype}; call .float()")
    taps = []
    for size, count in zip(a.shape[-n:], adaptive_size(op, output_size, a.shape[-n:]), strict=True):
        start, stop = adaptive_windows(size, count)
        source = start[:, None] + np.arange(np.max(stop - start, initial=0))
        taps.append(Taps.rows(size, source, 1 / (stop - start)[:, None], source < stop[:, None]))
    return resampled(op, input if isinstance(input, Tensor) else wrap(a), taps)  # type: ignore[no-any-return]


# Power means


def lp_pool1d(
    input: Any, norm_type: float, kernel_size: int, stride: int | None = None, ceil_mode: bool = False
) -> Tensor:
    """`(Σ x^p)^(1/p)` over each window of sequences (N, C, L) or (C, L), where p is `norm_type`; see `lp_pool2d`.

    >>> lp_pool1d(Tensor([[3.0, 4.0, 6.0, 8.0]]), 2, 2)
    tensor([[ 5., 10.]])
    """
    return _lp_pool(1, input, norm_type, kernel_size, stride, ceil_mode)


def lp_pool2d(
    input: Any, norm_type: float, kernel_size: Numbers, stride: Numbers | None = None, ceil_mode: bool = False
) -> Tensor:
    """`(Σ x^p)^(1/p)` over each window of (N, C, H, W) or (C, H, W), where p is `norm_type`.

    Windows are as those of `avg_pool2d`; one that reaches over the edge counts as if it were full of
    the mean. A negative sum gives 0.

    >>> lp_pool2d(Tensor([[[3.0, 4.0, 6.0, 8.0]]]), 2, (1, 2))
    tensor([[[ 5., 10.]]])
    """
    return _lp_pool(2, input, norm_type, kernel_size, stride, ceil_mode)


def lp_pool3d(
    input: Any, norm_type: float, kernel_size: Numbers, stride: Numbers | None = None, ceil_mode: bool = False
) -> Tensor:
    """`(Σ x^p)^(1/p)` over each window of (N, C, D, H, W) or (C, D, H, W); see `lp_pool2d`.

    >>> lp_pool3d(Tensor([[[[3.0, 4.0, 6.0, 8.0]]]]), 2, (1, 1, 2))
    tensor([[[[ 5., 10.]]]])
    """
    return _lp_pool(3, input, norm_type, kernel_size, stride, ceil_mode)


def _lp_pool(n: int, input: Any, p: float, kernel_size: Any, stride: Any, ceil_mode: bool) -> Tensor:
    x = input if isinstance(input, Tensor) else Tensor(input)
    mean = _avg_pool(n, x**p, kernel_size, stride, 0, ceil_mode, True, None)
    elements = prod(kernel_size) if isinstance(kernel_size, Sequence) else kernel_size**n
    return (mean.sign() * relu(mean.abs()) * elements) ** (1 / p)
