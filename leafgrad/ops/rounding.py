"""Whole numbers near a number: floor, ceil, round, trunc, and the fraction that is left.

Integers are whole already and stay as they are; bools are no numbers here: a NotImplementedError.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from leafgrad.operands import operand
from leafgrad.ops.arithmetic import same
from leafgrad.recording import record
from leafgrad.surface import public
from leafgrad.tensor import Tensor

__all__ = ["ceil", "fix", "floor", "frac", "round", "trunc"]


@public(np.floor, twin=True)
def floor(input: Any) -> Tensor:
    """The largest integer not above. d = 0

    >>> floor(Tensor([1.7, -1.2]))
    tensor([ 1., -2.])
    """
    return _whole("floor", np.floor, input)


@public(np.ceil, twin=True)
def ceil(input: Any) -> Tensor:
    """The smallest integer not below. d = 0

    >>> ceil(Tensor([1.2, -1.7]))
    tensor([ 2., -1.])
    """
    return _whole("ceil", np.ceil, input)


@public(np.trunc, np.fix, twin=True, names=("fix",))
def trunc(input: Any) -> Tensor:
    """The integer part: the nearest integer towards 0. d = 0

    >>> trunc(Tensor([1.7, -1.7]))
    tensor([ 1., -1.])
    """
    return _whole("trunc", np.trunc, input)


fix = trunc


@public(twin=True)
def round(input: Any, *, decimals: int = 0) -> Tensor:
    """The nearest value of that many decimals, ties to even. d = 0

    A NotImplementedError for decimals of integers.

    >>> round(Tensor([0.5, 1.5, 2.4]))
    tensor([0., 2., 2.])
    >>> round(Tensor([123.456]), decimals=-2)
    tensor([100.])
    """
    if decimals == 0:
        return _whole("round", np.round, input)
    x, a = operand(input, real=True)
    if a.dtype.kind not in "fc":
        raise NotImplementedError(f"round: decimals are of floats, got {a.dtype}; call .float() first")
    scale = 10.0 ** (decimals if decimals > 0 else -decimals)
    out = np.round(a * scale) / scale if decimals > 0 else np.round(a / scale) * scale
    return record("round", out, (x, np.zeros_like))


@public(twin=True)
def frac(input: Any) -> Tensor:
    """`input - trunc(input)`: what is behind the point, with the sign of the number. d = dx

    A NotImplementedError for integers and bools.

    >>> frac(Tensor([1.75, -1.25]))
    tensor([ 0.7500, -0.2500])
    """
    x, a = operand(input)
    if a.dtype.kind != "f":
        raise NotImplementedError(f"frac: is of floats, got {a.dtype}; call .float() first")
    return record("frac", a - np.trunc(a), (x, same))


def _whole(op: str, function: Any, input: Any) -> Tensor:
    x, a = operand(input, real=True)
    if a.dtype.kind == "b":
        raise NotImplementedError(f"{op}: is not defined for bools; call .int() or .float() first")
    return record(op, a.copy() if a.dtype.kind in "iu" else function(a), (x, np.zeros_like))
