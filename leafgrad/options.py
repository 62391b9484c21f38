"""What one may say of any new tensor: its dtype, whether it wants a gradient, and where and how it lies in memory.

leafgrad has one device, the CPU, and one layout, strided; PyTorch's names of them are known, and others refused.
"""

from __future__ import annotations

import builtins
from typing import Any, TypedDict

import numpy as np

from leafgrad.dtypes import get_default_dtype
from leafgrad.node import Array
from leafgrad.out import written
from leafgrad.tensor import Tensor, wrap

__all__ = [
    "Size", "channels_last", "channels_last_3d", "contiguous_format", "device", "preserve_format", "strided",
]

Size: type = tuple  # what a tensor's shape is

strided = "strided"
contiguous_format = "contiguous_format"
preserve_format = "preserve_format"
channels_last = "channels_last"
channels_last_3d = "channels_last_3d"


class device(str):
    """The name of a device, of which there is one: "cpu". A RuntimeError for another.

    >>> device("cpu").type
    'cpu'
    """

    __slots__ = ()

    def __new__(cls, type: Any = "cpu", index: int | None = None) -> device:
        kind, _, number = str(type).partition(":")
        if kind != "cpu" or number not in ("", "0") or index not in (None, 0):
            raise RuntimeError(f"device: leafgrad runs on the CPU, got {str(type)!r}; leave device out, or say 'cpu'")
        return super().__new__(cls, "cpu")

    @property
    def type(self) -> str:
        """The kind of device: "cpu"."""
        return "cpu"

    @property
    def index(self) -> None:  # type: ignore[override]
        """The number of the device among its kind: None, as there is but one."""
        return None


class Options(TypedDict, total=False):
    """The keywords of every function that makes a tensor."""

    dtype: Any
    requires_grad: builtins.bool
    device: Any
    layout: Any
    pin_memory: builtins.bool
    memory_format: Any
    out: Tensor | None


def wanted(options: Options, default: Any = None) -> np.dtype[Any]:
    """The dtype that was asked for; else the default given, or that of Python floats."""
    dtype = options.get("dtype")
    return np.dtype(dtype if dtype is not None else default or get_default_dtype())


def of_dtype(input: Tensor, options: Options) -> Options:
    """The options, with the dtype of the tensor where they have none."""
    return {**options, "dtype": input.dtype} if options.get("dtype") is None else options


def made(op: str, array: Array, options: Options) -> Tensor:
    """The tensor around a new array, as the options want it; or `out`, into which the array is written.

    A TypeError for a keyword that there is not; a RuntimeError for a device, a layout or pinned memory that leafgrad
    does not have, and for a gradient of integers or bools.
    """
    check(op, options)
    tensor = wrap(formatted(array, options.get("memory_format")))
    if options.get("out") is not None:
        return written(op, options["out"], lambda: tensor, (), {})  # type: ignore[no-any-return]
    return tensor.requires_grad_(options.get("requires_grad") or False)


def check(op: str, options: Options) -> None:
    """The errors of `made`."""
    unknown = options.keys() - Options.__annotations__.keys()
    if unknown:
        raise TypeError(f"{op}: got an unexpected keyword argument {min(unknown)!r}")
    if options.get("device") is not None:
        device(options["device"])
    if str(options.get("layout") or strided).rpartition(".")[2] != strided:
        raise RuntimeError(f"{op}: the only layout is strided, got {options['layout']}")
    if options.get("pin_memory"):
        raise RuntimeError(f"{op}: memory can be pinned only for an accelerator, and there is none")


#: Where the channels, which come second, lie last in memory: the order of the dimensions there.
ORDERS = {channels_last: (0, 2, 3, 1), channels_last_3d: (0, 2, 3, 4, 1)}


def formatted(array: Array, memory_format: Any) -> Array:
    """The array with its elements in memory in the order of that format; itself where it has that already."""
    name = _format(memory_format)
    inside = ordered(array, memory_format)
    if name == preserve_format or inside.flags.c_contiguous:
        return array
    copy = np.copy(inside, "C")
    return np.transpose(copy, np.argsort(ORDERS[name])) if name in ORDERS else copy


def ordered(array: Array, memory_format: Any) -> Array:
    """The array with its dimensions in the order in which they lie in memory in that format."""
    order = ORDERS.get(_format(memory_format))
    if order is None:
        return array
    if array.ndim != len(order):
        raise RuntimeError(f"memory_format: {memory_format} is for {len(order)} dimensions, got shape {array.shape}")
    return np.transpose(array, order)


def _format(memory_format: Any) -> str:
    """The name of the format: PyTorch's own objects bear it after a dot."""
    name = str(memory_format or preserve_format).rpartition(".")[2]
    if name not in (contiguous_format, preserve_format, *ORDERS):
        raise RuntimeError(f"memory_format: expected one of PyTorch's, got {memory_format!r}")
    return name
