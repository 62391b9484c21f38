"""The larger and the smaller of two, and what keeps values within bounds.

At a tie `maximum` and `minimum` share the gradient evenly, as PyTorch.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from leafgrad.errors import ShapeError
from leafgrad.kept import kept
from leafgrad.operands import operand, real_operands, wrapped_around
from leafgrad.recording import like, record
from leafgrad.surface import public
from leafgrad.tensor import Tensor

__all__ = [
    "clamp", "clamp_max", "clamp_min", "clip", "fmax", "fmin", "maximum", "minimum",
]


@public(np.maximum, tensors=2)
def maximum(input: Any, other: Any) -> Tensor:
    """The larger of each pair, broadcast; NaN if either is. d = dx or dy; at a tie half of each

    >>> maximum(Tensor([1.0, 5.0]), Tensor([3.0]))
    tensor([3., 5.])
    """
    x, y, a, b = real_operands(input, other)
    return record(
        "maximum",
        np.maximum(a, b),
        (x, lambda g: larger_share(g, like(x, g), like(y, g))),
        (y, lambda g: larger_share(g, like(y, g), like(x, g))),
    )


@public(np.minimum, tensors=2)
def minimum(input: Any, other: Any) -> Tensor:
    """The smaller of each pair, broadcast; NaN if either is. d = dx or dy; at a tie half of each

    >>> minimum(Tensor([1.0, 5.0]), Tensor([3.0]))
    tensor([1., 3.])
    """
    x, y, a, b = real_operands(input, other)
    return record(
        "minimum",
        np.minimum(a, b),
        (x, lambda g: larger_share(g, like(y, g), like(x, g))),
        (y, lambda g: larger_share(g, like(x, g), like(y, g))),
    )


def larger_share(g: Any, mine: Any, theirs: Any) -> Any:
    """`g` where mine is the larger, half of it at a tie."""
    return np.where(mine < theirs, 0, np.where(mine == theirs, g / 2, g))


@public(np.fmax, tensors=2)
def fmax(input: Any, other: Any) -> Tensor:
    """The larger of each pair, broadcast; of a NaN and a number the number. d = dx or dy; at a tie dx

    >>> fmax(Tensor([1.0, float("nan")]), Tensor([2.0, 3.0]))
    tensor([2., 3.])
    """
    return _or_the_number("fmax", np.fmax, np.greater_equal, input, other)


@public(np.fmin, tensors=2)
def fmin(input: Any, other: Any) -> Tensor:
    """The smaller of each pair, broadcast; of a NaN and a number the number. d = dx or dy; at a tie dx

    >>> fmin(Tensor([1.0, float("nan")]), Tensor([2.0, 3.0]))
    tensor([1., 3.])
    """
    return _or_the_number("fmin", np.fmin, np.less_equal, input, other)


def _or_the_number(op: str, function: Any, wins: Any, input: Any, other: Any) -> Tensor:
    x, y, a, b = real_operands(input, other)

    def first(g: Any) -> Any:
        return wins(like(x, g), like(y, g)) | np.isnan(like(y, g))

    return record(
        op,
        function(a, b),
        (x, lambda g: kept(g, first(g))),
        (y, lambda g: kept(g, np.logical_not(first(g)))),
    )


@public(twin=True, names=("clip",))
def clamp(input: Any, min: Any = None, max: Any = None) -> Tensor:
    """`input` kept between the bounds, numbers or tensors, either of them optional.

    d = dx where it is within (bounds included), else that of the bound it met. A ShapeError without
    any bound. Where min > max, the result is max.

    >>> clamp(Tensor([-2.0, 0.5, 2.0]), 0, 1)
    tensor([0.0000, 0.5000, 1.0000])
    """
    if min is None and max is None:
        raise ShapeError("clamp: at least one of min and max must be given")
    dtype = operand(input)[1].dtype
    for bound in (min, max):
        if dtype.kind in "iu" and bound.__class__ is int and wrapped_around(bound, dtype) != bound:
            raise RuntimeError(f"clamp: no {dtype} can be {bound}; leave that bound out")
    if max is None:
        return _bounded(input, min, np.maximum, np.greater_equal, np.less)
    if min is None:
        return _bounded(input, max, np.minimum, np.less_equal, np.greater)
    if isinstance(min, Tensor | np.ndarray) or isinstance(max, Tensor | np.ndarray):
        return clamp(clamp(input, min=min), max=max)
    x, low, a, b = real_operands(input, min)
    x, high, a, c = real_operands(x, max)
    return record(
        "clamp",
        np.minimum(np.maximum(a, b), c),
        (x, lambda g: kept(g, (like(x, g) >= low) & (like(x, g) <= high))),
    )


clip = clamp


@public(twin=True, tensors=1)
def clamp_min(input: Any, min: Any) -> Tensor:
    """`clamp(input, min=min)`.

    >>> clamp_min(Tensor([-2.0, 0.5]), 0)
    tensor([0.0000, 0.5000])
    """
    return clamp(input, min=min)


@public(twin=True, tensors=1)
def clamp_max(input: Any, max: Any) -> Tensor:
    """`clamp(input, max=max)`.

    >>> clamp_max(Tensor([-2.0, 0.5]), 0)
    tensor([-2.,  0.])
    """
    return clamp(input, max=max)


def _bounded(input: Any, bound: Any, function: Any, within: Any, beyond: Any) -> Tensor:
    """Clamped on one side; a NaN is neither within the bound nor beyond it."""
    x, y, a, b = real_operands(input, bound)
    return record(
        "clamp",
        function(a, b),
        (x, lambda g: kept(g, within(like(x, g), like(y, g)))),
        (y, lambda g: kept(g, beyond(like(x, g), like(y, g)))),
    )
