"""Choosing by a mask: `where`, what is filled, read or written where a mask holds, and where it holds."""

from __future__ import annotations

from numbers import Number
from typing import Any

import numpy as np

from leafgrad.dtypes import result_type
from leafgrad.errors import ShapeError
from leafgrad.kept import kept
from leafgrad.node import Array, Snapshot
from leafgrad.operands import check_broadcast, operand, operands
from leafgrad.ops.assignment import assigned, check_same_dtype, filling
from leafgrad.ops.indexing import taken
from leafgrad.recording import elementwise, like
from leafgrad.surface import public
from leafgrad.tensor import Tensor, wrap

__all__ = [
    "argwhere", "fill", "masked_fill", "masked_scatter", "masked_select", "nonzero", "nonzero_static", "where",
]


@public(method=False)
def where(condition: Any, input: Any = None, other: Any = None) -> Any:
    """`input` where the bool condition holds, else `other`; all three broadcast. d = dx or dy, as chosen

    With the condition alone, `nonzero(condition, as_tuple=True)`. As a method it is
    `input.where(condition, other)`. A RuntimeError for a condition that is not bool.

    >>> where(Tensor([1.0, -1.0]) > 0, Tensor([1.0, 2.0]), 0)
    tensor([1., 0.])
    """
    if input is None and other is None:
        return nonzero(condition, as_tuple=True)
    if input is None or other is None:
        raise TypeError("where: input and other must be given both, or neither")
    c, chosen = _mask("where", condition)
    dtype = result_type(*(x if isinstance(x, Number) else operand(x)[1] for x in (input, other)))
    input, other = (filling("where", x, dtype) if isinstance(x, Number) else x for x in (input, other))
    x, y, a, b = operands(input, other)
    check_broadcast(chosen.shape, a.shape, b.shape)
    return elementwise(
        "where",
        np.where(chosen, a, b),
        (x, lambda g: kept(g, like(c, g))),
        (y, lambda g: kept(g, np.logical_not(like(c, g)))),
    )


@public(function=False, method="where")
def where_method(input: Tensor, condition: Any, other: Any) -> Any:
    """This tensor where the condition holds, else `other`."""
    return where(condition, input, other)


def _mask(op: str, mask: Any) -> tuple[Any, Array]:
    """The mask as an operand; a RuntimeError unless it is bool (or uint8, as long as PyTorch takes it)."""
    c, chosen = operand(mask)
    if chosen.dtype == np.uint8 and op == "where":
        c = Snapshot(chosen.astype(bool))
    elif chosen.dtype.kind != "b":
        raise RuntimeError(f"{op}: the mask must be bool, got {chosen.dtype}; compare it with something")
    return c, c.array


@public(twin=True)
def masked_fill(input: Any, mask: Any, value: Any) -> Tensor:
    """`input` with `value`, a number or a 0-d tensor, where the bool mask holds; mask broadcasts.

    The dtype stays. d = dx outside the mask, Σ dvalue inside. A RuntimeError for a mask that is not
    bool, and for a value that the dtype cannot hold.

    >>> masked_fill(Tensor([1.0, 2.0]), Tensor([True, False], dtype=bool), -1)
    tensor([-1.,  2.])
    """
    c, chosen = _mask("masked_fill", mask)
    x, a = operand(input)
    y = filling("masked_fill", value, a.dtype)
    check_broadcast(chosen.shape, a.shape)
    return elementwise(
        "masked_fill",
        np.where(chosen, y.array, a),
        (x, lambda g: np.where(like(c, g), 0, g)),
        (y, lambda g: np.where(like(c, g), g, 0)),
    )


@public(method=False)
def fill(input: Any, value: Any) -> Tensor:
    """`value`, a number or a 0-d tensor, in the shape and dtype of `input`. d = Σ dvalue

    >>> fill(Tensor([1.0, 2.0]), 3)
    tensor([3., 3.])
    """
    x, a = operand(input)
    y = filling("fill", value, a.dtype)
    return elementwise("fill", np.full(a.shape, y.array, a.dtype), (x, np.zeros_like), (y, lambda g: g))


@public()
def masked_select(input: Any, mask: Any) -> Tensor:
    """The elements where the bool mask holds, in one dimension; both broadcast. d = dx there

    A RuntimeError for a mask that is not bool.

    >>> masked_select(Tensor([1.0, 2.0, 3.0]), Tensor([True, False, True], dtype=bool))
    tensor([1., 3.])
    """
    _, chosen = _mask("masked_select", mask)
    broadcast, key = _broadcast_together(input, chosen)
    return taken("masked_select", broadcast, (key,))


@public(twin=True)
def masked_scatter(input: Any, mask: Any, source: Any) -> Tensor:
    """`input` with the elements of `source`, one after the other, where the bool mask holds; mask broadcasts.

    d = dx outside the mask, dsource of the elements used. A RuntimeError where there are too few, where
    the dtypes differ, and for a mask that is not bool.

    >>> masked_scatter(Tensor([1.0, 2.0, 3.0]), Tensor([True, False, True], dtype=bool), Tensor([7.0, 8.0]))
    tensor([7., 2., 8.])
    """
    _, chosen = _mask("masked_scatter", mask)
    check_same_dtype("masked_scatter", input, source)
    broadcast, key = _broadcast_together(input, chosen)
    needed, given = int(np.count_nonzero(key)), operand(source)[1].size
    if given < needed:
        raise ShapeError(f"masked_scatter: the mask holds at {needed} elements, and source has only {given}")
    return assigned("masked_scatter", broadcast, (key,), np.reshape(source, -1)[:needed], unique=True)


def _broadcast_together(input: Any, mask: Array) -> tuple[Any, Array]:
    """The two in the shape to which they broadcast; the mask is copied."""
    shape = operand(input)[1].shape
    common = check_broadcast(shape, mask.shape)
    return input if common == shape else np.broadcast_to(input, common), np.array(np.broadcast_to(mask, common))


@public()
def nonzero(input: Any, *, as_tuple: bool = False) -> Any:
    """The indices of the elements that are not zero: a row of (n, ndim) for each, or a vector for each dimension.

    In row-major order, as int64, without gradient. With `as_tuple` a 0-d tensor is taken as having one
    dimension. (`np.nonzero(t)` is the tuple.)

    >>> nonzero(Tensor([[0.0, 5.0], [6.0, 0.0]]))
    tensor([[0, 1],
            [1, 0]])
    """
    _, a = operand(input)
    if as_tuple:
        return tuple(wrap(found) for found in np.nonzero(np.atleast_1d(a)))
    return wrap(np.argwhere(a))


@public(np.argwhere)
def argwhere(input: Any) -> Tensor:
    """The indices of the elements that are not zero, a row for each: `nonzero`.

    >>> argwhere(Tensor([0.0, 5.0]))
    tensor([[1]])
    """
    found: Tensor = nonzero(input)
    return found


@public()
def nonzero_static(input: Any, *, size: int, fill_value: int = -1) -> Tensor:
    """The first `size` rows of `nonzero`, filled up with rows of `fill_value` where there are fewer.

    A RuntimeError for a negative size.

    >>> nonzero_static(Tensor([0.0, 5.0]), size=2)
    tensor([[ 1],
            [-1]])
    """
    if size < 0:
        raise RuntimeError(f"nonzero_static: size must not be negative, got {size}")
    found = np.argwhere(operand(input)[1])[:size]
    return wrap(np.pad(found, ((0, size - len(found)), (0, 0)), constant_values=fill_value))
