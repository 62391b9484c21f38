"""What `scatter_reduce` and `index_reduce` share: several values brought together in one element.

Sums, products, means, largest and smallest, in which the element's own value takes part or not.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from leafgrad.contributions import Part
from leafgrad.node import Array, Out
from leafgrad.operands import operand
from leafgrad.ops.assignment import added, assigned, untouched
from leafgrad.ops.indexing import scattered
from leafgrad.ops.shape import reshape
from leafgrad.recording import astype, like, record
from leafgrad.tensor import Tensor


def reduced(op: str, input: Any, at: Array, source: Any, reduce: str, include_self: bool) -> Tensor:
    """`input` with what `source` has for these positions in it, flattened, reduced into the elements there."""
    shape = operand(input)[1].shape
    if reduce in ("amax", "amin"):
        return _extreme(op, input, at, source, reduce == "amax", include_self)
    if not include_self:
        input = reshape(assigned(op, reshape(input, -1), (at,), 1 if reduce == "prod" else 0, region=at.shape), shape)
    if reduce == "prod":
        return _multiplied(op, input, at, source)
    total = reshape(added(op, reshape(input, -1), (at,), source, region=at.shape), shape)
    return total if reduce == "sum" else _divided(op, total, at, include_self)


def _divided(op: str, total: Tensor, at: Array, include_self: bool) -> Tensor:
    """The mean, of the total; of integers rounded down. d = dtotal / n"""
    x, a = operand(total)
    if a.dtype.kind == "b":
        raise NotImplementedError(f"{op}: bools have no mean; convert them with .float()")
    count = np.ones(a.size, a.dtype) if include_self else untouched((at,), (a.size,)).astype(a.dtype)
    np.add.at(count, at, 1)
    count = count.reshape(a.shape)
    divide = np.true_divide if a.dtype.kind in "fc" else np.floor_divide
    return record(op, divide(a, count), (x, lambda g: g / count))


def _multiplied(op: str, input: Any, at: Array, source: Any) -> Tensor:
    """d = (the product of the others) d of each factor, where no quotient may be by zero."""
    x, a = operand(input)
    y, b = operand(source)
    shape, size = a.shape, a.size
    product = Out(_product_at(a, at, b))

    def of_input(g: Any) -> Any:
        return g * _product_at(np.ones(shape, a.dtype), at, like(y, g))

    def of_source(g: Any) -> Any:
        factor = like(y, g)
        zero = factor == 0
        zeros = _sum_at(at, astype(zero, g.dtype), size)[at]
        # of a single zero the others are those that are not zero; else they are the product without this one
        others = _product_at(like(x, g), at, np.where(zero & (zeros == 1), 1, factor))
        rest = np.reshape(like(product, g), -1)[at] / np.where(zero, 1, factor)
        slope: Any = np.reshape(g, -1)[at] * np.where(zero & (zeros == 1), np.reshape(others, -1)[at], rest)
        return _final(op, slope) if isinstance(g, Tensor) and np.any(zeros.data > 1) else slope

    return record(op, product, (x, of_input), (y, of_source))


def _final(op: str, slope: Tensor) -> Tensor:
    """The slope, of which there is no further derivative, in PyTorch neither: asking for one is an error."""

    def refuse(g: Any) -> Any:
        raise RuntimeError(f"{op}: no second derivative where several zeros are multiplied into one element")

    return record(op, operand(slope)[1], (slope, refuse))


def _product_at(a: Any, at: Array, factors: Any) -> Any:
    """`a` multiplied at the positions by the factors, in their kind."""
    if isinstance(factors, Tensor):
        return _multiplied("prod", a, at, factors)
    out = np.array(a, order="C")
    np.multiply.at(out.reshape(-1), at, factors)
    return out


def _sum_at(at: Array, g: Any, size: int) -> Any:
    """So many zeros with `g` added at the positions, in its kind."""
    total = scattered(g, (at,), (size,), unique=False)
    return total.added_to(None, (size,), g.dtype) if isinstance(total, Part) else total


def _extreme(op: str, input: Any, at: Array, source: Any, largest: bool, include_self: bool) -> Tensor:
    """d = the mean of those that are equal to the result."""
    x, a = operand(input)
    y, b = operand(source)
    if a.dtype.kind == "c":
        raise NotImplementedError(f"{op}: complex numbers have no order; reduce their abs()")
    shape, size = a.shape, a.size
    takes_part = np.True_ if include_self else untouched((at,), (size,)).reshape(shape)
    out = np.array(np.where(takes_part, a, _beyond_all(a.dtype, largest)), order="C")
    (np.maximum if largest else np.minimum).at(out.reshape(-1), at, b)
    result = Out(out)

    def shares(g: Any) -> tuple[Any, Any, Any]:
        """Where the input is the extreme, where the source is, and `g` divided among them."""
        extreme = like(result, g)
        mine, theirs = (like(x, g) == extreme) & takes_part, like(y, g) == np.reshape(extreme, -1)[at]
        count = astype(mine, g.dtype) + np.reshape(_sum_at(at, astype(theirs, g.dtype), size), shape)
        return mine, theirs, g / count

    def of_input(g: Any) -> Any:
        mine, _, share = shares(g)
        return mine * share

    def of_source(g: Any) -> Any:
        _, theirs, share = shares(g)
        return theirs * np.reshape(share, -1)[at]

    return record(op, result, (x, of_input), (y, of_source))


def _beyond_all(dtype: np.dtype[Any], largest: bool) -> Any:
    """What is never the largest, or never the smallest, among others of that dtype."""
    if dtype.kind == "b":
        return not largest
    if dtype.kind == "f":
        return -np.inf if largest else np.inf
    return np.iinfo(dtype).min if largest else np.iinfo(dtype).max
