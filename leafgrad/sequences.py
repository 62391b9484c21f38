"""New tensors of evenly spaced numbers."""

from __future__ import annotations

import math
import operator
from typing import Any, Unpack

import numpy as np

from leafgrad.dtypes import get_default_dtype
from leafgrad.errors import ShapeError
from leafgrad.node import Array
from leafgrad.operands import operand
from leafgrad.options import Options, made, wanted
from leafgrad.tensor import Tensor

__all__ = ["arange", "linspace", "logspace", "range"]


def arange(start: Any = 0, end: Any = None, step: Any = 1, **options: Unpack[Options]) -> Tensor:
    """The numbers from `start` (0 if only `end` is given) by `step` up to but not including `end`.

    They are int64 where all three are integers, and else of the default dtype, unless one is given; bounds for
    int64 numbers are cut off to integers first. A RuntimeError where the step is zero or leads away from `end`.

    >>> arange(3), arange(1, 2, 0.5)
    (tensor([0, 1, 2]), tensor([1.0000, 1.5000]))
    """
    if end is None:
        start, end = 0, start
    start, end, step = _number("arange", start), _number("arange", end), _number("arange", step)
    integers = all(isinstance(n, int) for n in (start, end, step))
    dtype = wanted(options, np.int64 if integers else get_default_dtype())
    if dtype.kind == "b":
        raise NotImplementedError("arange: there is no range of bools; choose another dtype")
    if not (math.isfinite(start) and math.isfinite(end)):
        raise RuntimeError(f"arange: the bounds must be finite, got {start} and {end}")
    if step == 0 or (end - start) / step < 0:
        raise RuntimeError(f"arange: step {step} does not lead from {start} to {end}")
    if dtype == np.int64:
        start, end, step = int(start), int(end), int(step)
        if step == 0:
            raise ValueError("arange: a step below 1 is 0 in int64; choose another dtype")
    count = math.ceil((end - start) / step)
    if dtype.kind in "iu":
        start, step = int(start), int(step)
    return made("arange", (start + step * np.arange(count)).astype(dtype), options)


def range(start: Any = 0, end: Any = None, step: Any = 1, **options: Unpack[Options]) -> Tensor:
    """The numbers from `start` by `step` up to and including `end`, of the default dtype unless one is given.

    A RuntimeError where the step is zero or leads away from `end`. (PyTorch would rather that one used `arange`.)

    >>> range(1, 3)
    tensor([1., 2., 3.])
    """
    if end is None:
        start, end = 0, start
    if step == 0 or (end - start) / step < 0:
        raise RuntimeError(f"range: step {step} does not lead from {start} to {end}")
    count = math.floor((end - start) / step) + 1
    return made("range", (start + step * np.arange(count)).astype(wanted(options)), options)


def linspace(start: Any, end: Any, steps: int, **options: Unpack[Options]) -> Tensor:
    """`steps` numbers evenly spaced from `start` to `end`, numbers or 0-d tensors, both included.

    Integers are cut off. A RuntimeError where `steps` is negative or a tensor not 0-d.

    >>> linspace(0, 1, 3)
    tensor([0.0000, 0.5000, 1.0000])
    """
    dtype, (first, last) = _spaced("linspace", start, end, options)
    return made("linspace", _evenly("linspace", first, last, steps).astype(dtype), options)


def logspace(start: Any, end: Any, steps: int, base: float = 10.0, **options: Unpack[Options]) -> Tensor:
    """`base` to the powers `linspace(start, end, steps)`.

    Integers are cut off. A RuntimeError where `steps` is negative or a tensor not 0-d.

    >>> logspace(0, 2, 3)
    tensor([  1.,  10., 100.])
    """
    dtype, (first, last) = _spaced("logspace", start, end, options)
    return made("logspace", (base ** _evenly("logspace", first, last, steps)).astype(dtype), options)


def _spaced(op: str, start: Any, end: Any, options: Options) -> tuple[np.dtype[Any], list[Any]]:
    """The dtype of the result, and its bounds in float64, or cut off where the dtype is one of integers."""
    bounds = [_number(op, start), _number(op, end)]
    default = get_default_dtype()
    if any(isinstance(bound, complex) for bound in bounds):
        default = np.result_type(default, np.complex64)
    dtype = wanted(options, default)
    if dtype.kind == "b":
        raise NotImplementedError(f"{op}: there are no bools in between; choose another dtype")
    return dtype, [int(bound) for bound in bounds] if dtype.kind in "iu" else bounds


def _evenly(op: str, start: Any, end: Any, steps: int) -> Array:
    """From both ends to the middle, so that both are exact. (A single one is the start.)"""
    steps = operator.index(steps)
    if steps < 0:
        raise ShapeError(f"{op}: the number of steps must not be negative, got {steps}")
    step = (end - start) / max(steps - 1, 1)
    i = np.arange(steps)
    return np.where(i < max(steps // 2, 1), start + step * i, end - step * (steps - 1 - i))


def _number(op: str, x: Any) -> Any:
    """The number itself, or that in a 0-d tensor."""
    if not isinstance(x, Tensor | np.ndarray | np.generic):
        return x
    if x.ndim:
        raise RuntimeError(f"{op}: the bounds must be numbers or 0-d tensors, got shape {x.shape}")
    return operand(x)[1].item()
