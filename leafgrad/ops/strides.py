"""How a tensor lies in memory: its strides, whether it is contiguous, and views by strides alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from leafgrad.adding import add_at
from leafgrad.dims import one_dim, sizes
from leafgrad.errors import ShapeError
from leafgrad.inplace import linked, relaid
from leafgrad.node import Array
from leafgrad.operands import operand
from leafgrad.ops.arithmetic import same
from leafgrad.options import contiguous_format, formatted, ordered
from leafgrad.recording import record
from leafgrad.surface import public
from leafgrad.tensor import Tensor

__all__ = ["as_strided", "resize_as_"]


@public(function=False)
def stride(input: Tensor, dim: int | None = None) -> Any:
    """How many elements apart in memory neighbours are along each dimension, or along one.

    >>> stride(Tensor([[1.0, 2.0], [3.0, 4.0]]))
    (2, 1)
    """
    steps = tuple(step // input.itemsize for step in input.data.strides)
    return steps if dim is None else steps[one_dim("stride", dim, input.ndim)]


@public(function=False)
def storage_offset(input: Tensor) -> int:
    """The place of the first element in the memory that the tensor is a view of, counted in elements.

    >>> storage_offset(Tensor([1.0, 2.0, 3.0])[1:])
    1
    """
    return _storage("storage_offset", input.data)[1]


@public(function=False)
def element_size(input: Tensor) -> int:
    """The number of bytes of one element.

    >>> element_size(Tensor([1.0]))
    4
    """
    return input.itemsize


@public(function=False)
def data_ptr(input: Tensor) -> int:
    """The address of the first element."""
    return _address(input.data)


@public(function=False)
def is_contiguous(input: Tensor, memory_format: Any = contiguous_format) -> bool:
    """Whether the elements lie in memory in the order of that format: row-major, unless another is named.

    >>> is_contiguous(Tensor([[1.0, 2.0], [3.0, 4.0]]).T)
    False
    """
    return bool(ordered(input.data, memory_format).flags.c_contiguous)


@public(function=False)
def contiguous(input: Tensor, memory_format: Any = contiguous_format) -> Tensor:
    """The tensor with its elements in memory in the order of that format, row-major by default: itself, or a copy.

    d = dx

    >>> contiguous(Tensor([[1.0, 2.0]]).T).is_contiguous()
    True
    """
    if is_contiguous(input, memory_format):
        return input
    x, a = operand(input)
    return record("contiguous", formatted(a, memory_format), (x, same))


@public(twin=relaid)
def as_strided(
    input: Tensor, size: Sequence[int], stride: Sequence[int], storage_offset: int | None = None
) -> Tensor:
    """A view of the memory of the tensor: element (i, j, …) is at `storage_offset + i stride[0] + j stride[1] + …`.

    Places count in elements, from the first of the memory that the tensor itself is a view of; the offset is by
    default the tensor's own. d = dx at the same place; where several elements of the result are one place it receives
    from each, and where several of the tensor's own are one place they share what it receives. What lies outside the
    tensor is a constant. Where elements overlap the result cannot be written. It is a copy where the tensor's base is
    not row-major; one that steps backwards through memory is made row-major first. A RuntimeError for a negative size
    or stride, or a place outside the memory.

    >>> as_strided(Tensor([1.0, 2.0, 3.0]), (2, 2), (1, 1))
    tensor([[1., 2.],
            [2., 3.]])
    """
    if any(step < 0 for step in input.data.strides):
        input = contiguous(input)
    x, a = operand(input)
    shape, steps = tuple(size), tuple(stride)
    memory, own = _storage("as_strided", input.data)
    start = own if storage_offset is None else storage_offset
    if len(shape) != len(steps):
        raise ShapeError(f"as_strided: size {shape} and stride {steps} must have one number for each dimension")
    if start < 0 or any(n < 0 for n in (*shape, *steps)):
        raise RuntimeError(f"as_strided: size {shape}, stride {steps} and offset {start} must not be negative")
    places = _places(shape, steps, start)
    last = int(places.max(initial=start))
    if places.size and last >= memory.size:
        raise RuntimeError(
            f"as_strided: size {shape} with stride {steps} from {start} reaches place {last}, "
            f"beyond the {memory.size} elements in memory"
        )
    own_places = _places(a.shape, [step // a.itemsize for step in a.strides], own)
    base = input if input._view is None else input._view.base
    ahead = start - _storage("as_strided", base.data)[1]
    strided = partial(_strided, shape, steps, ahead, len(np.unique(places)) == places.size)
    inside = base.data.flags.c_contiguous and ahead >= 0 and last - start + ahead < base.data.size
    seen = strided(base.data) if inside else memory[places]
    out = record("as_strided", seen, (x, lambda g: _carried(g, places, own_places, memory.size)))
    return linked(out, input, base, (None, strided)) if inside else out


def _strided(shape: tuple[int, ...], steps: tuple[int, ...], start: int, writeable: bool, base: Any) -> Any:
    """`as_strided` of the base of a view, an array or a tensor: what a write or a gradient through it replays."""
    if isinstance(base, Tensor):
        base = contiguous(base)
        return as_strided(base, shape, steps, base.storage_offset() + start)
    flat = np.reshape(np.ascontiguousarray(base), -1)[start:]
    return np.lib.stride_tricks.as_strided(
        flat, shape, [step * flat.itemsize for step in steps], writeable=writeable and flat.flags.writeable
    )


def _carried(g: Any, places: Array, own_places: Array, total: int) -> Any:
    """The gradient of what is at `own_places` in a memory of so many elements, `g` being of what is at `places`."""
    in_memory = added(g, places, total)
    count = np.bincount(own_places.reshape(-1), minlength=total)[own_places]
    return in_memory[own_places] if (count <= 1).all() else in_memory[own_places] / count.astype(g.dtype)


def added(g: Any, places: Array, total: int) -> Any:
    """A vector of so many zeros, to which each element of `g` is added at its place. d = dg at the places"""
    x, a = operand(g)
    out = np.zeros(total, a.dtype)
    add_at(out, places, a, fresh=True)
    return record("added", out, (x, lambda h: h[places])) if isinstance(g, Tensor) else out


def _storage(op: str, a: Array) -> tuple[Array, int]:
    """All the memory that the array is a view of, as a vector, and the place of its first element there."""
    root, base = a, a
    while base is not None:
        if isinstance(base, np.ndarray):  # NumPy's as_strided puts an object of another kind in between
            root = base
        base = getattr(base, "base", None)
    if not (root.flags.c_contiguous or root.flags.f_contiguous):
        raise RuntimeError(f"{op}: the memory of this tensor of shape {a.shape} has gaps; clone() it first")
    flat = np.ravel(root, "K").view(a.dtype)
    return flat, (_address(a) - _address(flat)) // a.itemsize


def _address(a: Array) -> int:
    return int(a.__array_interface__["data"][0])


def _places(shape: Sequence[int], steps: Sequence[int], start: int) -> Array:
    """Where in memory each element of an array of that shape, with those strides, lies."""
    places = np.array(start)
    for n, step in zip(shape, steps, strict=True):
        places = places[..., None] + step * np.arange(n)
    return places


@public(function=False)
def resize_(input: Tensor, *size: Any, memory_format: Any = contiguous_format) -> Tensor:
    """Give the tensor another size: row by row as many of the elements in its memory as fit, zeros beyond them.

    Returns the tensor. A RuntimeError if it requires grad.

    >>> resize_(Tensor([1.0, 2.0, 3.0]), 2, 2)
    tensor([[1., 2.],
            [3., 0.]])
    """
    shape = sizes(size)
    if input.requires_grad:
        raise RuntimeError("resize_: a tensor that requires grad cannot be resized; use detach() or reshape()")
    if any(n < 0 for n in shape):
        raise ShapeError(f"resize_: sizes must not be negative, got {shape}")
    if shape == input.shape:
        return input
    memory, start = _storage("resize_", input.data)
    total = math.prod(shape)
    elements = memory[start : start + total]
    if elements.size < total:
        elements = np.concatenate([elements, np.zeros(total - elements.size, elements.dtype)])
    input.data = formatted(np.reshape(elements, shape), memory_format)
    return input


@public()
def resize_as_(input: Tensor, the_template: Tensor, *, memory_format: Any = contiguous_format) -> Tensor:
    """`resize_` to the shape of another tensor.

    >>> resize_as_(Tensor([1.0, 2.0]), Tensor([[0.0], [0.0]])).shape
    (2, 1)
    """
    return resize_(input, the_template.shape, memory_format=memory_format)
