"""New tensors: from data, or filled with something."""

from __future__ import annotations

from typing import Any

import numpy as np

from leafgrad.dims import sizes
from leafgrad.dtypes import get_default_dtype
from leafgrad.errors import ShapeError
from leafgrad.node import Array
from leafgrad.recording import constant
from leafgrad.surface import both_names, public
from leafgrad.tensor import Tensor, checked, wrap

__all__ = [
    "arange", "as_tensor", "empty", "empty_like", "eye", "from_numpy", "full", "full_like", "linspace", "ones",
    "ones_like", "tensor", "zeros", "zeros_like",
]


def tensor(data: Any, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """A tensor that copies `data` and infers its dtype: Python floats give the default, ints int64.

    A RuntimeError where a gradient is asked of integers or bools.

    >>> tensor([1, 2]), tensor([1.0, 2.0])
    (tensor([1, 2]), tensor([1., 2.]))
    """
    array = data.data if isinstance(data, Tensor) else constant(data, dtype).array
    return wrap(np.array(array, dtype)[()]).requires_grad_(requires_grad)


def as_tensor(data: Any, dtype: Any = None) -> Tensor:
    """`data` as a tensor without a copy where possible; a tensor of that dtype is returned itself.

    >>> a = np.zeros(2)
    >>> as_tensor(a).data is a
    True
    """
    if isinstance(data, Tensor):
        return data if dtype is None else data.to(dtype)
    return wrap(np.asarray(constant(data, dtype).array, dtype))


def from_numpy(ndarray: Array) -> Tensor:
    """A tensor that shares the array's memory. A write into the array cannot be seen by the graph.

    >>> a = np.zeros(2)
    >>> from_numpy(a).add_(1)
    tensor([1., 1.], dtype=float64)
    >>> a
    array([1., 1.])
    """
    if not isinstance(ndarray, np.ndarray):
        raise TypeError(f"from_numpy: expected an ndarray, got {type(ndarray).__name__}; use tensor()")
    return wrap(checked(ndarray))


def _shape(op: str, size: tuple[Any, ...]) -> tuple[int, ...]:
    shape = sizes(size)
    if any(n < 0 for n in shape):
        raise ShapeError(f"{op}: sizes must not be negative, got {shape}")
    return shape


@both_names
def zeros(*size: Any, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Zeros.

    >>> zeros(2, 1)
    tensor([[0.],
            [0.]])
    """
    return wrap(np.zeros(_shape("zeros", size), dtype or get_default_dtype())).requires_grad_(requires_grad)


@both_names
def ones(*size: Any, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Ones.

    >>> ones(2)
    tensor([1., 1.])
    """
    return wrap(np.ones(_shape("ones", size), dtype or get_default_dtype())).requires_grad_(requires_grad)


@both_names
def empty(*size: Any, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Memory as it happens to be.

    >>> empty(2, 3).shape
    (2, 3)
    """
    return wrap(np.empty(_shape("empty", size), dtype or get_default_dtype())).requires_grad_(requires_grad)


@both_names
def full(size: Any, fill_value: Any, *, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """One value everywhere; without a dtype, that which `tensor` infers for the value.

    >>> full((2,), 7.0)
    tensor([7., 7.])
    """
    value = constant(fill_value.data if isinstance(fill_value, Tensor) else fill_value, dtype).array
    return wrap(np.full(_shape("full", (size,)), value, dtype)).requires_grad_(requires_grad)


def arange(start: Any = 0, end: Any = None, step: Any = 1, *, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """The numbers from `start` (0 if only `end` is given) by `step` up to but not including `end`.

    >>> arange(3), arange(1, 2, 0.5)
    (tensor([0, 1, 2]), tensor([1.0000, 1.5000]))
    """
    if end is None:
        start, end = 0, start
    if step == 0 or (end - start) / step < 0:
        raise RuntimeError(f"arange: step {step} does not lead from {start} to {end}")
    array = np.arange(start, end, step)
    wanted = dtype or (get_default_dtype() if array.dtype.kind == "f" else array.dtype)
    return wrap(array.astype(wanted)).requires_grad_(requires_grad)


def linspace(start: float, end: float, steps: int, *, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """`steps` numbers evenly spaced from `start` to `end`, both included.

    >>> linspace(0, 1, 3)
    tensor([0.0000, 0.5000, 1.0000])
    """
    if steps < 0:
        raise ShapeError(f"linspace: the number of steps must not be negative, got {steps}")
    return wrap(np.linspace(start, end, steps, dtype=dtype or get_default_dtype())).requires_grad_(requires_grad)


def eye(n: int, m: int | None = None, *, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Ones on the diagonal of an (n, m) matrix, zeros elsewhere.

    >>> eye(2)
    tensor([[1., 0.],
            [0., 1.]])
    """
    return wrap(np.eye(n, m, dtype=dtype or get_default_dtype())).requires_grad_(requires_grad)


@public(np.zeros_like, method=False)
def zeros_like(input: Tensor, *, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Zeros in the shape and dtype of another tensor.

    >>> zeros_like(Tensor([1.0, 2.0]))
    tensor([0., 0.])
    """
    return full_like(input, 0, dtype=dtype, requires_grad=requires_grad)


@public(np.ones_like, method=False)
def ones_like(input: Tensor, *, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Ones in the shape and dtype of another tensor.

    >>> ones_like(Tensor([5.0, 2.0]))
    tensor([1., 1.])
    """
    return full_like(input, 1, dtype=dtype, requires_grad=requires_grad)


@public(np.full_like, method=False)
def full_like(input: Tensor, fill_value: Any, *, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """One value in the shape and dtype of another tensor.

    >>> full_like(Tensor([1.0, 2.0]), 7)
    tensor([7., 7.])
    """
    return full(input.shape, fill_value, dtype=dtype or input.dtype, requires_grad=requires_grad)


@public(np.empty_like, method=False)
def empty_like(input: Tensor, *, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Memory as it happens to be, in the shape and dtype of another tensor.

    >>> empty_like(Tensor([1.0, 2.0])).shape
    (2,)
    """
    return empty(input.shape, dtype=dtype or input.dtype, requires_grad=requires_grad)
