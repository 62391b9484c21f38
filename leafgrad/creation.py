"""New tensors: from data, or filled with something.

All take the keywords of `options.Options`: `dtype`, `requires_grad`, `device="cpu"` and what else PyTorch has there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

import numpy as np

from leafgrad.dims import sizes
from leafgrad.dtypes import check_holds
from leafgrad.errors import ShapeError
from leafgrad.node import Array
from leafgrad.operands import constant
from leafgrad.options import Options, made, wanted
from leafgrad.surface import both_names
from leafgrad.tensor import Tensor, checked, from_python

__all__ = [
    "as_tensor", "asarray", "empty", "empty_permuted", "empty_strided", "eye", "from_dlpack", "from_numpy",
    "frombuffer", "full", "ones", "scalar_tensor", "tensor", "zeros",
]


def tensor(data: Any, **options: Unpack[Options]) -> Tensor:
    """A tensor that copies `data` and infers its dtype: Python floats give the default, ints int64.

    A RuntimeError where a gradient is asked of integers or bools, or the dtype cannot hold a number.

    >>> tensor([1, 2]), tensor([1.0, 2.0])
    (tensor([1, 2]), tensor([1., 2.]))
    """
    dtype = options.get("dtype")
    return made("tensor", np.array(_array("tensor", data, dtype), dtype)[()], options)


def _array(op: str, data: Any, dtype: Any) -> Array:
    """The data as an array, for a copy in that dtype; Python's numbers are as wide as they come."""
    if isinstance(data, Tensor):
        return data.data
    if isinstance(data, np.ndarray | np.generic) or dtype is None:
        array = constant(data).array
        if array.dtype == np.uint64 and not isinstance(data, np.ndarray | np.generic):
            raise ValueError(f"{op}: an integer is too large for int64; give numbers below 2**63, or dtype=float64")
        return array
    array = checked(from_python(data, None))
    if np.dtype(dtype).kind == "f" and array.dtype.kind == "c":
        raise TypeError(f"{op}: complex numbers cannot become {np.dtype(dtype)}; take the real part")
    if np.dtype(dtype).kind in "iu" and array.size:
        for extreme in (array.min(), array.max()):
            check_holds(op, np.dtype(dtype), extreme.item())
    return array.astype(dtype)


def as_tensor(data: Any, dtype: Any = None, device: Any = None) -> Tensor:
    """`data` as a tensor without a copy where possible; a tensor of that dtype is returned itself.

    >>> a = np.zeros(2)
    >>> as_tensor(a).data is a
    True
    """
    if isinstance(data, Tensor):
        return data.to(dtype=dtype, device=device)
    return made("as_tensor", np.asarray(_array("as_tensor", data, dtype), dtype), Options(device=device))


def asarray(
    obj: Any, *, dtype: Any = None, device: Any = None, copy: bool | None = None, requires_grad: bool = False
) -> Tensor:
    """`as_tensor`, detached; with `copy` always or never (False) in memory of its own.

    A ValueError where `copy` is False and a copy is needed.

    >>> asarray([1.0, 2.0])
    tensor([1., 2.])
    """
    made_of = as_tensor(obj, dtype, device).detach()
    source = obj.data if isinstance(obj, Tensor) else obj
    shared = isinstance(source, np.ndarray) and np.may_share_memory(made_of.data, source)
    if copy is False and not shared:
        raise ValueError(f"asarray: {type(obj).__name__} cannot become {made_of.dtype} without a copy; leave copy out")
    return (made_of.clone() if copy and shared else made_of).requires_grad_(requires_grad)


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
    return made("from_numpy", checked(ndarray), Options())


def from_dlpack(ext_tensor: Any) -> Tensor:
    """A tensor that shares the memory of what another library made, if it speaks DLPack.

    NumPy before 2.1 lets it be read only.

    >>> from_dlpack(np.arange(2.0))
    tensor([0., 1.], dtype=float64)
    """
    return ext_tensor.detach() if isinstance(ext_tensor, Tensor) else from_numpy(np.from_dlpack(ext_tensor))


def frombuffer(
    buffer: Any, *, dtype: Any, count: int = -1, offset: int = 0, requires_grad: bool = False
) -> Tensor:
    """A tensor that shares the memory of a buffer of `count` numbers (all by default) from byte `offset`.

    A ValueError where the buffer is empty, too short, or no multiple of the dtype's size long.

    >>> frombuffer(b"\x01\x02", dtype="uint8")
    tensor([1, 2], dtype=uint8)
    """
    return from_numpy(np.frombuffer(buffer, dtype, count, offset)).requires_grad_(requires_grad)


def scalar_tensor(s: Any, **options: Unpack[Options]) -> Tensor:
    """A 0-d tensor of a number, in the default dtype unless one is given. A RuntimeError where that cannot hold it.

    >>> scalar_tensor(3)
    tensor(3.)
    """
    return made("scalar_tensor", number("scalar_tensor", s, wanted(options)), options)


def shape_of(op: str, size: tuple[Any, ...]) -> tuple[int, ...]:
    """The sizes, given one by one or as one sequence; a ShapeError where one is negative."""
    shape = sizes(size)
    if any(n < 0 for n in shape):
        raise ShapeError(f"{op}: sizes must not be negative, got {shape}")
    return shape


@both_names
def zeros(*size: Any, **options: Unpack[Options]) -> Tensor:
    """Zeros.

    >>> zeros(2, 1)
    tensor([[0.],
            [0.]])
    """
    return made("zeros", np.zeros(shape_of("zeros", size), wanted(options)), options)


@both_names
def ones(*size: Any, **options: Unpack[Options]) -> Tensor:
    """Ones.

    >>> ones(2)
    tensor([1., 1.])
    """
    return made("ones", np.ones(shape_of("ones", size), wanted(options)), options)


@both_names
def empty(*size: Any, **options: Unpack[Options]) -> Tensor:
    """Memory as it happens to be.

    >>> empty(2, 3).shape
    (2, 3)
    """
    return made("empty", np.empty(shape_of("empty", size), wanted(options)), options)


def empty_strided(size: Sequence[int], stride: Sequence[int], **options: Unpack[Options]) -> Tensor:
    """Memory as it happens to be, where neighbours along each dimension are `stride` elements apart.

    A RuntimeError for a negative size or stride, or unless there is one of each for every dimension.

    >>> empty_strided((2, 3), (1, 2)).stride()
    (1, 2)
    """
    shape, steps = shape_of("empty_strided", (tuple(size),)), tuple(stride)
    if len(shape) != len(steps) or any(step < 0 for step in steps):
        raise ShapeError(f"empty_strided: size {shape} needs one stride for each dimension, not negative, got {steps}")
    last = sum((n - 1) * step for n, step in zip(shape, steps, strict=True))
    memory = np.empty(0 if 0 in shape else last + 1, wanted(options))
    apart = [step * memory.itemsize for step in steps]
    return made("empty_strided", np.lib.stride_tricks.as_strided(memory, shape, apart), options)


def empty_permuted(size: Sequence[int], physical_layout: Sequence[int], **options: Unpack[Options]) -> Tensor:
    """Memory as it happens to be, contiguous with the dimensions in the order `physical_layout`.

    A RuntimeError unless that names each dimension once.

    >>> empty_permuted((2, 3, 4), (2, 0, 1)).stride()
    (3, 1, 6)
    """
    shape, order = shape_of("empty_permuted", (tuple(size),)), tuple(physical_layout)
    if sorted(order) != list(range(len(shape))):
        raise RuntimeError(f"empty_permuted: physical_layout {order} must name each dimension of size {shape} once")
    inside = np.empty([shape[i] for i in order], wanted(options))
    return made("empty_permuted", np.transpose(inside, np.argsort(order)), options)


@both_names
def full(size: Any, fill_value: Any, **options: Unpack[Options]) -> Tensor:
    """One value everywhere; without a dtype, that which `tensor` infers for the value, a number or a 0-d tensor.

    A RuntimeError where the dtype cannot hold the value.

    >>> full((2,), 7.0)
    tensor([7., 7.])
    """
    value = _array("full", fill_value, None)
    dtype = wanted(options, value.dtype)
    return made("full", np.full(shape_of("full", (size,)), number("full", fill_value, dtype)), options)


def number(op: str, value: Any, dtype: np.dtype[Any]) -> Array:
    """A number, or the one in a 0-d tensor, as a 0-d array of the dtype; a RuntimeError where that cannot hold it."""
    if np.ndim(value):
        raise TypeError(f"{op}: the value must be a number, got a tensor of shape {np.shape(value)}")
    if isinstance(value, Tensor | np.generic | np.ndarray):
        value = value.item()
    check_holds(op, dtype, value)
    return np.asarray(value).astype(dtype)


def eye(n: int, m: int | None = None, **options: Unpack[Options]) -> Tensor:
    """Ones on the diagonal of an (n, m) matrix, zeros elsewhere. A ShapeError where a size is negative.

    >>> eye(2)
    tensor([[1., 0.],
            [0., 1.]])
    """
    shape = shape_of("eye", (n, n if m is None else m))
    return made("eye", np.eye(*shape, dtype=wanted(options)), options)
