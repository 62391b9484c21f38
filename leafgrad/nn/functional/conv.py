"""Convolution and transposed convolution: the checks, and the bias; the sums are in `leafgrad.ops.convolution`.

Both are one function each for all numbers of spatial dimensions, with a face for 1, 2 and 3.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from leafgrad.errors import ShapeError
from leafgrad.operands import operand, promoted
from leafgrad.ops.convolution import Geometry, Sizes, convolved, convolved_arrays, input_gradient, weight_gradient
from leafgrad.ops.shape import squeeze, unsqueeze
from leafgrad.recording import like, record
from leafgrad.tensor import Tensor

__all__ = ["conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d"]

Numbers = int | Sequence[int]


def conv1d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Numbers = 1,
    padding: str | Numbers = 0,
    dilation: Numbers = 1,
    groups: int = 1,
) -> Tensor:
    """Sequences (N, C, L) or (C, L), seen through windows of `weight` (O, C / groups, k): (N, O, L'); see `conv2d`.

    >>> conv1d(Tensor([[1.0, 2.0, 4.0]]), Tensor([[[-1.0, 1.0]]]))
    tensor([[1., 2.]])
    """
    return _conv(1, input, weight, bias, stride, padding, dilation, groups)


def conv2d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Numbers = 1,
    padding: str | Numbers = 0,
    dilation: Numbers = 1,
    groups: int = 1,
) -> Tensor:
    """Images (N, C, H, W) or (C, H, W), seen through windows of `weight` (O, C / groups, kh, kw): (N, O, H', W').

    H' = ⌊(H + 2 padding - dilation (kh - 1) - 1) / stride⌋ + 1. `padding` surrounds the images with
    zeros: a number, one each for height and width, "valid" for none, or "same" for H' = H (with a
    stride of 1). `bias` (O,) is added. A ShapeError where the shapes do not fit.

    >>> conv2d(Tensor([[[1.0, 2.0, 3.0]]]), Tensor([[[[1.0, 1.0]]]]), bias=Tensor([10.0]))
    tensor([[[13., 15.]]])
    """
    return _conv(2, input, weight, bias, stride, padding, dilation, groups)


def conv3d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Numbers = 1,
    padding: str | Numbers = 0,
    dilation: Numbers = 1,
    groups: int = 1,
) -> Tensor:
    """Volumes (N, C, D, H, W) or (C, D, H, W), seen through windows of `weight` (O, C / groups, kd, kh, kw).

    See `conv2d`.

    >>> conv3d(Tensor([[[[1.0, 2.0, 3.0]]]]), Tensor([[[[[1.0, 1.0]]]]]))
    tensor([[[[3., 5.]]]])
    """
    return _conv(3, input, weight, bias, stride, padding, dilation, groups)


def _conv(n: int, input: Any, weight: Any, bias: Any, stride: Any, padding: Any, dilation: Any, groups: int) -> Tensor:
    """`Σ w x` over each window, in n spatial dimensions. d = conv(dx, w) + conv(x, dw) + db"""
    x, a = operand(input)
    if a.ndim == n + 1:
        return squeeze(_conv(n, unsqueeze(input, 0), weight, bias, stride, padding, dilation, groups), 0)
    w, m = operand(weight)
    if a.dtype != m.dtype:
        x, w, a, m = promoted(x, w)
    b, c = (None, None) if bias is None else operand(bias)
    at = _geometry(n, a.shape, m.shape, stride, padding, dilation, groups)
    check_bias(at.name, c, m.shape, m.shape[0])
    out, columns = convolved_arrays(a, m, at)
    if c is not None:
        out += c.reshape(-1, *n * (1,))
    return record(
        at.name,
        out,
        (x, lambda g: input_gradient(g, like(w, g), at)),
        (w, lambda g: weight_gradient(like(x, g), g, at, columns)),
        (b, lambda g: np.sum(g, axis=(0, *range(2, n + 2)))),
    )


def _geometry(n: int, x: Sizes, weight: Sizes, stride: Any, padding: Any, dilation: Any, groups: int) -> Geometry:
    """Where the windows are; an error where they cannot be anywhere."""
    op = f"conv{n}d"
    step, spread = several(op, "stride", stride, n, 1), several(op, "dilation", dilation, n, 1)
    check_dimensions(op, n, x, weight)
    if groups < 1 or weight[0] % groups:
        raise ShapeError(f"{op}: groups must be positive and divide the {weight[0]} output channels, got {groups}")
    if x[1] != weight[1] * groups:
        raise ShapeError(
            f"{op}: a weight of shape {weight} with groups={groups} needs {weight[1] * groups} input channels, "
            f"but the input has shape {x}"
        )
    before, after = _padding(op, padding, weight[2:], step, spread)
    sizes = zip(x[2:], before, after, weight[2:], step, spread, strict=True)
    output_size = tuple((m + p + q - d * (k - 1) - 1) // s + 1 for m, p, q, k, s, d in sizes)
    at = Geometry(x, weight, output_size, step, before, after, spread, groups)
    if min(weight[2:]) < 1 or min(output_size) < 1:
        raise ShapeError(
            f"{op}: a window {weight[2:]} with dilation {spread} does not fit into the padded input of size "
            f"{at.padded_size}; use a smaller window or more padding"
        )
    return at


def _padding(op: str, padding: Any, window: Sizes, stride: Sizes, dilation: Sizes) -> tuple[Sizes, Sizes]:
    """How many zeros before and after, in each dimension."""
    check_padding(op, padding, stride)
    if padding == "same":
        total = [d * (k - 1) for k, d in zip(window, dilation, strict=True)]
        return tuple(t // 2 for t in total), tuple(t - t // 2 for t in total)
    around = several(op, "padding", 0 if padding == "valid" else padding, len(window), 0)
    return around, around


def check_padding(op: str, padding: Any, stride: Sizes) -> None:
    """A ShapeError for padding by an unknown name, or "same" where a stride makes the output smaller."""
    if not isinstance(padding, str):
        return
    if padding not in ("same", "valid"):
        raise ShapeError(f"{op}: padding must be 'same', 'valid' or numbers, got {padding!r}")
    if padding == "same" and max(stride) != 1:
        raise ShapeError(f"{op}: padding='same' needs a stride of 1, got {stride}; give the padding in numbers")


# Transposed


def conv_transpose1d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Numbers = 1,
    padding: Numbers = 0,
    output_padding: Numbers = 0,
    groups: int = 1,
    dilation: Numbers = 1,
) -> Tensor:
    """The transpose of `conv1d`: (N, C, L) or (C, L) and a weight (C, O / groups, k) to (N, O, L').

    See `conv_transpose2d`.

    >>> conv_transpose1d(Tensor([[1.0, 2.0]]), Tensor([[[1.0, 10.0]]]))
    tensor([[ 1., 12., 20.]])
    """
    return _conv_transpose(1, input, weight, bias, stride, padding, output_padding, groups, dilation)


def conv_transpose2d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Numbers = 1,
    padding: Numbers = 0,
    output_padding: Numbers = 0,
    groups: int = 1,
    dilation: Numbers = 1,
) -> Tensor:
    """The transpose of `conv2d`: each number of (N, C, H, W) or (C, H, W) lays down a multiple of the window.

    The weight has shape (C, O / groups, kh, kw) and the result (N, O, H', W'), where
    H' = (H - 1) stride - 2 padding + dilation (kh - 1) + output_padding + 1: `padding` is taken off
    on every side, `output_padding`, less than the stride or the dilation, is added behind. `bias`
    (O,) is added. A ShapeError where the shapes do not fit.

    >>> conv_transpose2d(Tensor([[[1.0, 2.0]]]), Tensor([[[[1.0, 10.0]]]]), stride=2)
    tensor([[[ 1., 10.,  2., 20.]]])
    """
    return _conv_transpose(2, input, weight, bias, stride, padding, output_padding, groups, dilation)


def conv_transpose3d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Numbers = 1,
    padding: Numbers = 0,
    output_padding: Numbers = 0,
    groups: int = 1,
    dilation: Numbers = 1,
) -> Tensor:
    """The transpose of `conv3d`: (N, C, D, H, W) or (C, D, H, W) and a weight (C, O / groups, kd, kh, kw).

    See `conv_transpose2d`.

    >>> conv_transpose3d(Tensor([[[[1.0, 2.0]]]]), Tensor([[[[[1.0, 10.0]]]]]))
    tensor([[[[ 1., 12., 20.]]]])
    """
    return _conv_transpose(3, input, weight, bias, stride, padding, output_padding, groups, dilation)


def _conv_transpose(
    n: int, input: Any, weight: Any, bias: Any, stride: Any, padding: Any, more: Any, groups: int, dilation: Any
) -> Tensor:
    """What a convolution's input would receive, were `input` the gradient of its result."""
    x, a = operand(input)
    if a.ndim == n + 1:
        given = unsqueeze(input, 0), weight, bias, stride, padding, more, groups, dilation
        return squeeze(_conv_transpose(n, *given), 0)
    w, m = operand(weight)
    if a.dtype != m.dtype:
        x, w, a, m = promoted(x, w)
    at = _transposed(n, a.shape, m.shape, stride, padding, more, groups, dilation)
    b, c = (None, None) if bias is None else operand(bias)
    check_bias(f"conv_transpose{n}d", c, m.shape, at.input_shape[1])
    out = input_gradient(a, m, at)
    if c is not None:
        out += c.reshape(-1, *n * (1,))
    return record(
        f"conv_transpose{n}d",
        out,
        (x, lambda g: convolved(g, like(w, g), at)),
        (w, lambda g: weight_gradient(g, like(x, g), at)),
        (b, lambda g: np.sum(g, axis=(0, *range(2, n + 2)))),
    )


def _transposed(
    n: int, x: Sizes, weight: Sizes, stride: Any, padding: Any, more: Any, groups: int, dilation: Any
) -> Geometry:
    """The geometry of the convolution whose result has the shape of x."""
    op = f"conv_transpose{n}d"
    step, spread = several(op, "stride", stride, n, 1), several(op, "dilation", dilation, n, 1)
    around, behind = several(op, "padding", padding, n, 0), several(op, "output_padding", more, n, 0)
    check_dimensions(op, n, x, weight)
    if groups < 1 or weight[0] % groups or x[1] != weight[0]:
        raise ShapeError(
            f"{op}: a weight of shape {weight} needs {weight[0]} input channels, which groups={groups} must divide, "
            f"but the input has shape {x}"
        )
    if any(q >= max(s, d) for q, s, d in zip(behind, step, spread, strict=True)):
        raise ShapeError(
            f"{op}: output_padding must be less than the stride {step} or the dilation {spread}, got {behind}"
        )
    sizes = zip(x[2:], step, around, spread, weight[2:], behind, strict=True)
    size = tuple((m - 1) * s - 2 * p + d * (k - 1) + q + 1 for m, s, p, d, k, q in sizes)
    if min(size) < 1 or min(weight[2:]) < 1:
        raise ShapeError(f"{op}: the result of an input {x} and a weight {weight} would have size {size}; pad less")
    # what the windows do not reach stays zero
    after = tuple(max(p - q, 0) for p, q in zip(around, behind, strict=True))
    return Geometry((x[0], weight[1] * groups, *size), weight, x[2:], step, around, after, spread, groups)


# What both check


def check_dimensions(op: str, n: int, x: Sizes, weight: Sizes) -> None:
    sizes = ("L", "H, W", "D, H, W")[n - 1]
    if len(weight) != n + 2:
        channels = "C, O / groups" if "transpose" in op else "O, C / groups"
        raise ShapeError(
            f"{op}: the weight must have shape ({channels}, {('k', 'kh, kw', 'kd, kh, kw')[n - 1]}), got {weight}"
        )
    if len(x) != n + 2:
        raise ShapeError(f"{op}: the input must have shape (N, C, {sizes}) or (C, {sizes}), got {x}")


def check_bias(op: str, bias: Any, weight: Sizes, channels: int) -> None:
    if bias is not None and bias.shape != (channels,):
        raise ShapeError(f"{op}: the bias must have shape ({channels},) beside a weight {weight}, got {bias.shape}")


def several(op: str, name: str, value: Any, count: int, least: int | None) -> Sizes:
    """A number for all spatial dimensions alike, or one each; a ShapeError below the least that makes sense."""
    numbers = tuple(int(n) for n in value) if isinstance(value, Sequence) else (int(value),)
    if len(numbers) == 1:
        numbers *= count
    if len(numbers) != count or (least is not None and min(numbers) < least):
        many = f"{count} of them" if count > 1 else "one in a tuple"
        raise ShapeError(f"{op}: {name} must be a number of at least {least}, or {many}, got {value}")
    return numbers
