"""All parameters as one vector, and back."""

from __future__ import annotations

from collections.abc import Iterable

from leafgrad.errors import ShapeError
from leafgrad.node import Array
from leafgrad.ops.joining import cat
from leafgrad.tensor import Tensor


def parameters_to_vector(parameters: Iterable[Tensor]) -> Tensor:
    """All parameters, one after the other, in one vector, through which gradients flow.

    >>> import leafgrad
    >>> parameters_to_vector([leafgrad.ones(1, 2), leafgrad.zeros(1)])
    tensor([1., 1., 0.])
    """
    return cat([p.reshape(-1) for p in parameters])


def vector_to_parameters(vec: Tensor, parameters: Iterable[Tensor]) -> None:
    """Write the parts of a vector into the parameters, in order; a ShapeError unless it is as long.

    >>> import leafgrad
    >>> p = leafgrad.zeros(1, 2)
    >>> vector_to_parameters(leafgrad.tensor([3.0, 4.0]), [p])
    >>> p
    tensor([[3., 4.]])
    """
    tensors = list(parameters)
    total = sum(p.data.size for p in tensors)
    if vec.shape != (total,):
        raise ShapeError(f"vector_to_parameters: the parameters need a vector of shape ({total},), got {vec.shape}")
    values: Array = vec.data.copy()  # it may share memory with a parameter
    start = 0
    for p in tensors:
        array = p.data
        array[...] = values[start : start + array.size].reshape(array.shape)
        p.mark_written()
        start += array.size
