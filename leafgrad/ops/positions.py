"""Elements by their position in the flattened tensor: `take`, `put`, `unravel_index`; and positions as unit vectors."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from leafgrad.dims import sizes
from leafgrad.errors import BadIndexError, ShapeError
from leafgrad.operands import operand
from leafgrad.ops.assignment import added, assigned, check_same_dtype
from leafgrad.ops.indexing import check_bounds, indices_of, taken
from leafgrad.ops.shape import reshape
from leafgrad.surface import public
from leafgrad.tensor import Tensor, wrap

__all__ = ["one_hot", "put", "take", "unravel_index"]


@public()
def take(input: Any, index: Any) -> Tensor:
    """The elements at these positions of the flattened input, in the shape of the index. d = dx there

    Negative positions count from the end; an IndexError where one is out of range. (`np.take(t, …)` is
    NumPy's.)

    >>> take(Tensor([[1.0, 2.0], [3.0, 4.0]]), Tensor([0, -1], dtype=int))
    tensor([1., 4.])
    """
    chosen = indices_of("take", index, "int64")
    check_bounds("take", chosen, operand(input)[1].size, negative=True)
    return taken("take", reshape(input, -1), (chosen,))


@public(twin=True)
def put(input: Any, index: Any, source: Any, accumulate: bool = False) -> Tensor:
    """`input` with the elements of `source` at these positions of it, flattened; with `accumulate`, added there.

    d = dx outside (everywhere, with `accumulate`), dsource inside, where the last of those put into one
    place has it. An IndexError where a position is out of range or the numbers of elements differ, a
    RuntimeError where the dtypes do.

    >>> put(Tensor([[1.0, 2.0], [3.0, 4.0]]), Tensor([0, -1], dtype=int), Tensor([7.0, 8.0]))
    tensor([[7., 2.],
            [3., 8.]])
    """
    chosen = indices_of("put", index, "int64")
    check_same_dtype("put", input, source)
    a, b = operand(input)[1], operand(source)[1]
    if chosen.size != b.size:
        raise BadIndexError(f"put: the index has {chosen.size} elements and the source {b.size}; give as many")
    check_bounds("put", chosen, a.size, negative=True)
    write = added if accumulate else assigned
    return reshape(write("put", reshape(input, -1), (chosen.reshape(-1),), reshape(source, -1)), a.shape)


@public(np.unravel_index, method=False)
def unravel_index(indices: Any, shape: int | Sequence[int]) -> tuple[Tensor, ...]:
    """The indices in each dimension of a tensor of that shape, of positions in it flattened; without gradient.

    Positions beyond the end, or negative, begin anew. A TypeError for indices that are not integers, a
    ValueError for a negative size.

    >>> unravel_index(Tensor([3, 5], dtype=int), (3, 4))
    (tensor([0, 1]), tensor([3, 1]))
    """
    _, positions = operand(indices)
    if positions.dtype.kind not in "iu":
        raise TypeError(f"unravel_index: indices must be integers, got {positions.dtype}; use .long()")
    lengths = sizes((shape,) if isinstance(shape, Sequence) else (operator.index(shape),))
    if any(n < 0 for n in lengths):
        raise ValueError(f"unravel_index: sizes must not be negative, got {lengths}")
    if 0 in lengths:
        raise ShapeError(f"unravel_index: a tensor of shape {lengths} has no elements to point at")
    found = []
    for n in reversed(lengths):
        positions, index = np.divmod(positions, np.int64(n))
        found.append(wrap(index))
    return tuple(reversed(found))


@public(method=False)
def one_hot(tensor: Any, num_classes: int = -1) -> Tensor:
    """For each class number a vector of zeros with a one at that position, (…) to (…, num_classes), as int64.

    -1 stands for one class more than the largest number. A RuntimeError for numbers that are not int64,
    negative, or not below `num_classes`, and for no numbers where the classes are not given.

    >>> one_hot(Tensor([0, 2], dtype=int))
    tensor([[1, 0, 0],
            [0, 0, 1]])
    """
    classes = indices_of("one_hot", tensor, "int64")
    if num_classes == -1:
        if not classes.size:
            raise ShapeError("one_hot: the number of classes cannot be found without class numbers; give num_classes")
        num_classes = int(classes.max()) + 1
    if num_classes < 1 and (classes.size or num_classes < 0):
        raise RuntimeError(f"one_hot: num_classes must be positive, got {num_classes}")
    check_bounds("one_hot", classes, num_classes)
    return wrap((classes[..., None] == np.arange(num_classes)).astype(np.int64))
