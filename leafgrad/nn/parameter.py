"""Parameter: the kind of tensor that a Module counts as its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from leafgrad.creation import empty
from leafgrad.tensor import Tensor


class Parameter(Tensor):
    """A leaf tensor that a `Module` registers when it is assigned to one of its attributes.

    It shares the memory of the tensor or array it is given, and requires grad unless told
    otherwise. Operations on parameters give plain tensors.

    >>> import leafgrad
    >>> p = Parameter([1.0, 2.0])
    >>> p
    Parameter containing:
    tensor([1., 2.], requires_grad=True)
    >>> type(p * 2)
    <class 'leafgrad.tensor.Tensor'>
    """

    def __init__(self, data: Any, requires_grad: bool = True, dtype: Any = None) -> None:
        super().__init__(data, requires_grad, dtype)
        if isinstance(data, Tensor) and self._now.array is data._now.array:
            self._now.stamp = data.stamp()  # one memory, one stamp: a write here is seen there

    def __repr__(self) -> str:
        return f"Parameter containing:\n{super().__repr__()}"


def blank(size: Sequence[int], device: Any, dtype: Any) -> Parameter:
    """A parameter of this size whose values are still to be drawn."""
    return Parameter(empty(tuple(size), dtype=dtype, device=device))
