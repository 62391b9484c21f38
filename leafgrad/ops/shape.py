"""The same elements in the same order, in other sizes: views where NumPy can, copies where it must."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from leafgrad.dims import dims_of, one_dim, sizes
from leafgrad.errors import ShapeError
from leafgrad.inplace import relaid
from leafgrad.inplace import view as as_view
from leafgrad.operands import operand
from leafgrad.surface import public
from leafgrad.tensor import Tensor, wrap

__all__ = [
    "atleast_1d", "atleast_2d", "atleast_3d", "expand_dims", "flatten", "ravel", "reshape", "squeeze", "unflatten",
    "unsqueeze",
]


@public()
def reshape(input: Any, *shape: Any) -> Tensor:
    """The elements in another shape, of which one size may be -1; a view where possible.

    A ShapeError where the number of elements differs.

    >>> reshape(Tensor([1.0, 2.0, 3.0, 4.0]), 2, -1)
    tensor([[1., 2.],
            [3., 4.]])
    """
    before = operand(input)[1].shape
    wanted = _resolved("reshape", before, sizes(shape))
    return as_view("reshape", input, lambda a: np.reshape(a, wanted), lambda g: np.reshape(g, before))


def _resolved(op: str, before: tuple[int, ...], wanted: tuple[int, ...]) -> tuple[int, ...]:
    """The wanted shape, with its -1 replaced by what the number of elements leaves for it."""
    total, known = 1, 1
    for n in before:
        total *= n
    for n in wanted:
        known *= n if n != -1 else 1
    fits = total == known if -1 not in wanted else known > 0 and total % known == 0
    if not fits or wanted.count(-1) > 1 or any(n < -1 for n in wanted):
        raise ShapeError(f"{op}: a tensor of shape {before}, {total} elements, cannot become shape {wanted}")
    return tuple(total // known if n == -1 else n for n in wanted)


@public(function=False)
def view(input: Tensor, *shape: Any) -> Tensor:
    """`reshape` that never copies; a RuntimeError where the layout in memory needs a copy.

    With a dtype instead of sizes, the same bytes read as that dtype (without gradient).

    >>> view(Tensor([1.0, 2.0, 3.0, 4.0]), 2, 2).shape
    (2, 2)
    """
    if len(shape) == 1 and isinstance(shape[0], np.dtype | type):
        return _reinterpreted(input, np.dtype(shape[0]))
    wanted = _resolved("view", input.shape, sizes(shape))
    memory = input.data
    if memory.size and not np.may_share_memory(np.reshape(memory, wanted), memory):
        raise RuntimeError(
            f"view: shape {input.shape} with strides {memory.strides} cannot be seen as {wanted} without a copy; "
            "use reshape()"
        )
    return reshape(input, wanted)


def _reinterpreted(input: Tensor, dtype: np.dtype[Any]) -> Tensor:
    try:
        return wrap(input.data.view(dtype), None, input.stamp())
    except (TypeError, ValueError) as error:
        raise RuntimeError(
            f"view: a tensor of shape {input.shape} and dtype {input.dtype} cannot be read as {dtype}: {error}"
        ) from None


@public(function=False)
def view_as(input: Tensor, other: Tensor) -> Tensor:
    """`view` in the shape of another tensor.

    >>> view_as(Tensor([1.0, 2.0]), Tensor([[0.0], [0.0]])).shape
    (2, 1)
    """
    return view(input, other.shape)


@public(function=False)
def reshape_as(input: Tensor, other: Tensor) -> Tensor:
    """`reshape` to the shape of another tensor.

    >>> reshape_as(Tensor([1.0, 2.0]), Tensor([[0.0], [0.0]])).shape
    (2, 1)
    """
    return reshape(input, other.shape)


@public()
def flatten(input: Any, start_dim: int = 0, end_dim: int = -1) -> Tensor:
    """The dimensions from `start_dim` to `end_dim` run together into one.

    >>> import leafgrad
    >>> flatten(leafgrad.zeros(2, 3, 4), 1).shape
    (2, 12)
    """
    shape = operand(input)[1].shape
    start, end = one_dim("flatten", start_dim, len(shape)), one_dim("flatten", end_dim, len(shape))
    if start > end:
        raise RuntimeError(f"flatten: start_dim {start_dim} comes after end_dim {end_dim}")
    merged = 1
    for n in shape[start : end + 1]:
        merged *= n
    return reshape(input, (*shape[:start], merged, *shape[end + 1 :]))


@public()
def unflatten(input: Any, dim: int, sizes: Sequence[int]) -> Tensor:
    """Dimension `dim` taken apart into dimensions of these `sizes`, of which one may be -1.

    A ShapeError where their product is not the size of `dim`.

    >>> import leafgrad
    >>> unflatten(leafgrad.zeros(2, 12), 1, (3, -1)).shape
    (2, 3, 4)
    """
    shape = operand(input)[1].shape
    at = one_dim("unflatten", dim, len(shape))
    if not sizes:
        raise RuntimeError("unflatten: sizes must not be empty; give the sizes to take the dimension apart into")
    parts = _resolved("unflatten", shape[at : at + 1], tuple(sizes))
    return reshape(input, (*shape[:at], *parts, *shape[at + 1 :]))


@public(np.ravel)
def ravel(input: Any) -> Tensor:
    """All elements in one dimension.

    >>> ravel(Tensor([[1.0], [2.0]]))
    tensor([1., 2.])
    """
    return reshape(input, -1)


@public(np.squeeze, twin=relaid)
def squeeze(input: Any, dim: Any = None) -> Tensor:
    """A view without the dimensions of size 1: all, or those of the named that are of size 1.

    >>> import leafgrad
    >>> squeeze(leafgrad.zeros(1, 3, 1)).shape
    (3,)
    """
    shape = operand(input)[1].shape
    named = range(len(shape)) if dim is None else dims_of("squeeze", dim, len(shape))
    return reshape(input, tuple(n for i, n in enumerate(shape) if n != 1 or i not in named))


@public(np.expand_dims, names=("expand_dims",), twin=relaid)
def unsqueeze(input: Any, dim: int) -> Tensor:
    """A view with a new dimension of size 1 at `dim`.

    >>> import leafgrad
    >>> unsqueeze(leafgrad.zeros(3), 0).shape
    (1, 3)
    """
    shape = operand(input)[1].shape
    at = one_dim("unsqueeze", dim, len(shape) + 1)
    return reshape(input, (*shape[:at], 1, *shape[at:]))


expand_dims = unsqueeze


@public(method=False)
def atleast_1d(*tensors: Any) -> Any:
    """The tensor, or each of several, as a view of at least one dimension.

    >>> atleast_1d(Tensor(1.0))
    tensor([1.])
    """
    return _each(tensors, lambda t: reshape(t, 1) if t.ndim == 0 else t)


@public(method=False)
def atleast_2d(*tensors: Any) -> Any:
    """The tensor, or each of several, as a view of at least two dimensions; a vector becomes a row.

    >>> atleast_2d(Tensor([1.0, 2.0]))
    tensor([[1., 2.]])
    """
    return _each(tensors, lambda t: reshape(t, 1, -1) if t.ndim < 2 else t)


@public(method=False)
def atleast_3d(*tensors: Any) -> Any:
    """The tensor, or each of several, as a view of at least three dimensions.

    A vector of n becomes (1, n, 1), an (m, n) matrix (m, n, 1).

    >>> atleast_3d(Tensor([1.0, 2.0])).shape
    (1, 2, 1)
    """
    return _each(tensors, lambda t: reshape(t, 1, -1, 1) if t.ndim < 2 else unsqueeze(t, 2) if t.ndim == 2 else t)


def _each(tensors: tuple[Any, ...], function: Callable[[Tensor], Tensor]) -> Any:
    """The function of the one tensor, or a tuple with that of each of several (given as such or as a sequence)."""
    if len(tensors) != 1:
        return tuple(function(t if isinstance(t, Tensor) else Tensor(t)) for t in tensors)
    (only,) = tensors
    if isinstance(only, list | tuple) and any(isinstance(t, Tensor) for t in only):
        return _each(tuple(only), function) if len(only) != 1 else (function(only[0]),)
    return function(only if isinstance(only, Tensor) else Tensor(only))
