"""Convolution of images: the checks, and the bias; the sums are in `leafgrad.ops.convolution`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from leafgrad.errors import ShapeError
from leafgrad.ops.convolution import Geometry, Pair, convolved_arrays, input_gradient, weight_gradient
from leafgrad.ops.shape import squeeze, unsqueeze
from leafgrad.recording import like, operand, promoted, record
from leafgrad.tensor import Tensor

__all__ = ["conv2d"]


def conv2d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: int | Sequence[int] = 1,
    padding: str | int | Sequence[int] = 0,
    dilation: int | Sequence[int] = 1,
    groups: int = 1,
) -> Tensor:
    """Images (N, C, H, W) or (C, H, W), seen through windows of `weight` (O, C / groups, kh, kw): (N, O, H', W').

    H' = ⌊(H + 2 padding - dilation (kh - 1) - 1) / stride⌋ + 1. `padding` surrounds the images with
    zeros: a number, one each for height and width, "valid" for none, or "same" for H' = H (with a
    stride of 1). `bias` (O,) is added. A ShapeError where the shapes do not fit.

    >>> conv2d(Tensor([[[1.0, 2.0, 3.0]]]), Tensor([[[[1.0, 1.0]]]]), bias=Tensor([10.0]))
    tensor([[[13., 15.]]])
    """
    x, a = operand(input)
    if a.ndim == 3:
        return squeeze(conv2d(unsqueeze(input, 0), weight, bias, stride, padding, dilation, groups), 0)
    w, m = operand(weight)
    if a.dtype != m.dtype:
        x, w, a, m = promoted(x, w)
    b, c = (None, None) if bias is None else operand(bias)
    at = _geometry(a.shape, m.shape, stride, padding, dilation, groups)
    if c is not None and c.shape != m.shape[:1]:
        raise ShapeError(f"conv2d: the bias must have shape ({m.shape[0]},) beside a weight {m.shape}, got {c.shape}")
    out, columns = convolved_arrays(a, m, at)
    if c is not None:
        out += c[:, None, None]
    return record(
        "conv2d",
        out,
        (x, lambda g: input_gradient(g, like(w, g), at)),
        (w, lambda g: weight_gradient(like(x, g), g, at, columns)),
        (b, lambda g: np.sum(g, axis=(0, 2, 3))),
    )


def _geometry(
    x: tuple[int, ...], weight: tuple[int, ...], stride: Any, padding: Any, dilation: Any, groups: int
) -> Geometry:
    """Where the windows are; an error where they cannot be anywhere."""
    if len(weight) != 4:
        raise ShapeError(f"conv2d: the weight must have shape (O, C / groups, kh, kw), got {weight}")
    if len(x) != 4:
        raise ShapeError(f"conv2d: the input must have shape (N, C, H, W) or (C, H, W), got {x}")
    step, spread = pair("conv2d", "stride", stride, 1), pair("conv2d", "dilation", dilation, 1)
    if groups < 1 or weight[0] % groups:
        raise ValueError(f"conv2d: groups must be positive and divide the {weight[0]} output channels, got {groups}")
    if x[1] != weight[1] * groups:
        raise ShapeError(
            f"conv2d: a weight of shape {weight} with groups={groups} needs {weight[1] * groups} input channels, "
            f"but the input has shape {x}"
        )
    before, after = _padding(padding, weight[2:], step, spread)
    at = Geometry(x, weight, step, before, after, spread, groups)
    if min(weight[2:]) < 1 or min(at.output_size) < 1:
        raise ShapeError(
            f"conv2d: a window {weight[2:]} with dilation {spread} does not fit into the padded input of size "
            f"{at.padded_size}; use a smaller window or more padding"
        )
    return at


def _padding(padding: Any, window: tuple[int, ...], stride: Pair, dilation: Pair) -> tuple[Pair, Pair]:
    """The rows and columns of zeros before and after."""
    check_padding(padding, stride)
    if padding == "same":
        (height, width), (far, wide) = window, dilation
        total = (far * (height - 1), wide * (width - 1))
        before = (total[0] // 2, total[1] // 2)
        return before, (total[0] - before[0], total[1] - before[1])
    around = (0, 0) if padding == "valid" else pair("conv2d", "padding", padding, 0)
    return around, around


def check_padding(padding: Any, stride: Pair) -> None:
    """A ValueError for padding by an unknown name, or "same" where a stride makes the output smaller."""
    if not isinstance(padding, str):
        return
    if padding not in ("same", "valid"):
        raise ValueError(f"conv2d: padding must be 'same', 'valid' or numbers, got {padding!r}")
    if padding == "same" and stride != (1, 1):
        raise ValueError(f"conv2d: padding='same' needs a stride of 1, got {stride}; give the padding in numbers")


def pair(op: str, name: str, value: Any, least: int) -> Pair:
    """A number for height and width alike, or one each; a ValueError below the least that makes sense."""
    both = tuple(int(n) for n in value) if isinstance(value, Sequence) else (int(value),)
    if len(both) == 1:
        both *= 2
    if len(both) != 2 or min(both) < least:
        raise ValueError(f"{op}: {name} must be a number of at least {least}, or a pair of them, got {value}")
    return both[0], both[1]
