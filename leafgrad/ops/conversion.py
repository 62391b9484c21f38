"""The same values in another dtype, or in memory of their own; and what a tensor's values are and how many."""

from __future__ import annotations

from typing import Any

import numpy as np

from leafgrad import dtypes
from leafgrad.inplace import overwrite
from leafgrad.operands import operand
from leafgrad.ops.arithmetic import same
from leafgrad.options import device, formatted, preserve_format
from leafgrad.recording import cast, record, wrap_snapshot
from leafgrad.surface import public
from leafgrad.tensor import Tensor

__all__ = [
    "clone", "fill_", "is_floating_point", "is_inference", "is_nonzero", "is_same_size", "is_signed", "is_tensor",
    "numel", "zero_",
]


@public(np.copy)
def clone(input: Tensor, *, memory_format: Any = preserve_format) -> Tensor:
    """A copy with its own memory, through which gradients flow. d = dx

    >>> clone(Tensor([1.0]))
    tensor([1.])
    """
    x, a = operand(input)
    return record("clone", formatted(np.copy(a), memory_format), (x, same))


@public(function=False, names=("astype",))
def to(
    input: Tensor, *target: Any, dtype: Any = None, device: Any = None, non_blocking: bool = False, copy: bool = False,
    memory_format: Any = preserve_format,
) -> Tensor:
    """The tensor in another dtype (or that of another tensor); itself where nothing changes.

    d = dx in the tensor's own dtype. The target is a dtype, a device, a device and a dtype, or a tensor, after which
    `non_blocking` and `copy` may follow; it may be named instead. The only device is "cpu": a RuntimeError for
    another.

    >>> to(Tensor([1.7]), "int64")
    tensor([1])
    """
    wanted = target_dtype(target, dtype, device) or input.dtype
    if wanted != input.dtype:
        converted = wrap_snapshot(cast(input._current(), wanted))
        return converted if memory_format == preserve_format else clone(converted, memory_format=memory_format)
    asked = copy or [each for each in target if isinstance(each, bool)][1:] == [True]
    changed = formatted(input.data, memory_format) is not input.data
    return clone(input, memory_format=memory_format) if asked or changed else input


def target_dtype(target: tuple[Any, ...], dtype: Any = None, device: Any = None) -> np.dtype[Any] | None:
    """The dtype among what was said, in order or by name, of where to go; None if there was no word of it.

    A RuntimeError for a device other than the CPU.
    """
    for each in target:
        if isinstance(each, Tensor):
            dtype = each.dtype
        elif _is_device(each):
            device = each
        elif each is not None and not isinstance(each, bool):
            dtype = each
    if device is not None:
        _check_device(device)
    return None if dtype is None else np.dtype(dtype)


def _is_device(target: Any) -> bool:
    return not isinstance(target, np.dtype | type) and str(target).partition(":")[0] in ("cpu", "cuda", "mps", "meta")


_check_device = device  # under a name that the argument `device` does not hide


def _shorthand(name: str, dtype: np.dtype[Any]) -> Any:
    def convert(input: Tensor, memory_format: Any = preserve_format) -> Tensor:
        return to(input, dtype, memory_format=memory_format)

    convert.__name__ = convert.__qualname__ = name
    convert.__module__ = __name__
    convert.__doc__ = f"""The tensor as {dtype}. d = dx, if that is floating point

    >>> Tensor([1.0]).{name}().dtype
    dtype('{dtype}')
    """
    return public(function=False)(convert)


half = _shorthand("half", dtypes.float16)
float_ = _shorthand("float", dtypes.float32)
double = _shorthand("double", dtypes.float64)
cfloat = _shorthand("cfloat", dtypes.complex64)
cdouble = _shorthand("cdouble", dtypes.complex128)
byte = _shorthand("byte", dtypes.uint8)
char = _shorthand("char", dtypes.int8)
short = _shorthand("short", dtypes.int16)
int_ = _shorthand("int", dtypes.int32)
long = _shorthand("long", dtypes.int64)
bool_ = _shorthand("bool", dtypes.bool)


@public(function=False)
def type_as(input: Tensor, other: Tensor) -> Tensor:
    """The tensor in the dtype of another.

    >>> type_as(Tensor([1.0]), Tensor([1.0]).long()).dtype
    dtype('int64')
    """
    return to(input, other)


#: The dtypes' names in `type`, after those of C.
TYPES = {
    "float16": "Half", "float32": "Float", "float64": "Double", "uint8": "Byte", "int8": "Char", "int16": "Short",
    "int32": "Int", "int64": "Long", "bool": "Bool", "complex64": "ComplexFloat", "complex128": "ComplexDouble",
}  # fmt: skip


@public(function=False, method="type")
def type_(input: Tensor, dtype: Any = None, non_blocking: bool = False) -> Any:
    """The name of the tensor's type, as PyTorch spells it; with a dtype, or such a name of one, the tensor in it.

    >>> type_(Tensor([1.0]))
    'torch.FloatTensor'
    >>> type_(Tensor([1.0]), "torch.LongTensor")
    tensor([1])
    """
    names = {f"torch.{name}Tensor": dtype for dtype, name in TYPES.items()}
    if dtype is None:
        return next(name for name, of in names.items() if of == input.dtype)
    return to(input, names.get(dtype, dtype) if isinstance(dtype, str) else dtype)


@public(function=False)
def cpu(input: Tensor, memory_format: Any = preserve_format) -> Tensor:
    """The tensor itself, which is on the only device there is."""
    return input


@public(names=("nelement",))
def numel(input: Tensor) -> int:
    """The number of elements.

    >>> numel(Tensor([[1.0, 2.0]]))
    2
    """
    return int(input._now.array.size)


@public(function=False)
def size(input: Tensor, dim: int | None = None) -> Any:
    """The shape, or its length along one dimension."""
    return input.shape if dim is None else input.shape[dim]


@public(function=False, names=("ndimension",))
def dim(input: Tensor) -> int:
    """The number of dimensions."""
    return input.ndim


@public()
def is_floating_point(input: Tensor) -> bool:
    """Whether the dtype is float16, float32 or float64.

    >>> is_floating_point(Tensor([1.0]))
    True
    """
    return input.dtype.kind == "f"


@public()
def is_signed(input: Tensor) -> bool:
    """Whether the dtype has negative numbers.

    >>> is_signed(Tensor([1.0]))
    True
    """
    return input.dtype.kind in "ifc"


@public()
def is_same_size(input: Tensor, other: Tensor) -> bool:
    """Whether the shapes are the same.

    >>> is_same_size(Tensor([1.0]), Tensor([2]))
    True
    """
    return input.shape == other.shape


@public()
def is_inference(input: Tensor) -> bool:
    """Whether it was made in PyTorch's inference mode; here none is set apart by that.

    >>> is_inference(Tensor([1.0]))
    False
    """
    return False


@public(function=False)
def apply_(input: Tensor, callable: Any) -> Tensor:
    """Write `callable(number)` over each element, in Python, outside the graph; returns the tensor.

    >>> apply_(Tensor([1.0, 2.0]), lambda n: n * n)
    tensor([1., 4.])
    """
    return map_(input, input, lambda n, _: callable(n))


@public(function=False)
def map_(input: Tensor, tensor: Tensor, callable: Any) -> Tensor:
    """Write `callable(number, the other's number)` over each element, in Python, outside the graph; returns the tensor.

    >>> map_(Tensor([1.0, 2.0]), Tensor([3.0, 4.0]), lambda a, b: a * b)
    tensor([3., 8.])
    """
    if input.requires_grad:
        raise TypeError("map_: what Python computes has no gradient; call detach() first")
    pairs = zip(input.data.ravel().tolist(), np.broadcast_to(tensor.data, input.shape).ravel().tolist(), strict=True)
    return overwrite("map_", input, np.array([callable(*pair) for pair in pairs], input.dtype).reshape(input.shape))


@public()
def is_nonzero(input: Tensor) -> bool:
    """Whether the only element is not zero. A RuntimeError unless there is just one.

    >>> is_nonzero(Tensor([0.5]))
    True
    """
    return bool(input)


@public(method=False)
def is_tensor(obj: Any) -> bool:
    """Whether it is a Tensor.

    >>> is_tensor(Tensor(1.0)), is_tensor(1.0)
    (True, False)
    """
    return isinstance(obj, Tensor)


@public()
def fill_(input: Tensor, value: Any) -> Tensor:
    """Write one value, a number or a 0-d tensor, over all elements; returns the tensor.

    A RuntimeError where the dtype cannot hold it.

    >>> fill_(Tensor([1.0, 2.0]), 3)
    tensor([3., 3.])
    """
    if np.ndim(value.data if isinstance(value, Tensor) else value):
        raise RuntimeError(f"fill_: value must be a number or 0-d, got shape {value.shape}; use copy_()")
    dtypes.check_holds("fill_", input.dtype, value.item() if isinstance(value, Tensor) else value)
    return overwrite("fill_", input, value)


@public()
def zero_(input: Tensor) -> Tensor:
    """Write zeros over all elements; returns the tensor.

    >>> zero_(Tensor([1.0, 2.0]))
    tensor([0., 0.])
    """
    return overwrite("zero_", input, 0)


@public(function=False)
def copy_(input: Tensor, src: Any) -> Tensor:
    """Write `src`, broadcast and cast, over all elements; returns the tensor.

    >>> copy_(Tensor([1.0, 2.0]), Tensor([5.0]))
    tensor([5., 5.])
    """
    return overwrite("copy_", input, src)
