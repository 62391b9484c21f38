"""Tensor: an array, whether it wants a gradient, and the gradient once there is one.

This file says what a tensor *is*. What it can *do* is defined in `ops/`: each operation is one
function there, attached to `Tensor` as a method where it is defined (see `surface.py`).
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from leafgrad.dtypes import get_default_dtype
from leafgrad.errors import ShapeError
from leafgrad.methods import Methods
from leafgrad.node import Array, Hooks, Leaf, Node, Snapshot, Stamp, clock

if TYPE_CHECKING:
    from leafgrad.inplace import View
    from leafgrad.options import device


class Tensor(Methods):
    """A multi-dimensional array that can carry a gradient.

    Python numbers and lists become the default dtype; a NumPy float array keeps its dtype and is
    shared, not copied; an integer array stays integer, and becomes the default float dtype with
    `requires_grad=True`. See `leafgrad.tensor` for a constructor that copies and infers.

    >>> x = Tensor([1.0, 2.0], requires_grad=True)
    >>> (x * x).sum().backward()
    >>> x.grad
    tensor([2., 4.])
    """

    __slots__ = ("__dict__", "__weakref__", "_grad", "_now", "_view")

    _now: Snapshot
    _grad: Tensor | None
    _view: View | None
    # rarely set, so they live in the instance's __dict__ when they are
    _hooks: Hooks | None = None
    _after_accumulate: dict[int, Callable[[Tensor], None]] | None = None
    _layout: int = 0  # how often its dimensions were changed in place: views know which they were made of

    is_cpu, is_cuda, is_sparse, layout = True, False, False, "strided"
    is_meta = is_mps = is_nested = is_quantized = False

    __array_priority__ = 1000.0
    __hash__ = object.__hash__

    def __init__(self, data: Any, requires_grad: bool = False, dtype: Any = None) -> None:
        if isinstance(data, Tensor):
            data = data.data
        if isinstance(data, np.ndarray | np.generic):
            array = np.asarray(data, dtype)
        else:
            array = from_python(data, dtype or get_default_dtype())
        if requires_grad and array.dtype.kind not in "fc" and dtype is None:
            array = array.astype(get_default_dtype())
        self._now = Snapshot(checked(array))
        self._grad = None
        self._view = None
        if requires_grad:
            self.requires_grad_()

    # What it holds

    @property
    def data(self) -> Array:
        """The ndarray itself (0-d arrays too). A write into it cannot be seen by the graph; assigning
        to `.data`, or writing through the tensor's own in-place methods, can."""
        now = self._now
        if isinstance(now.array, np.generic):  # a 0-d result; from here on somebody may share it
            now.array = np.asarray(now.array)
        return now.array

    @data.setter
    def data(self, value: Any) -> None:
        value = value.data if isinstance(value, Tensor) else np.asarray(value)
        source = self._now.source
        if value.dtype.kind not in "fc" and source is not None:
            raise RuntimeError(f"data: a tensor that requires grad must stay floating point, got {value.dtype}")
        self.mark_written()
        self._now = Snapshot(checked(value), source)
        self._view = None
        if self._grad is not None and self._grad.shape != value.shape:
            self._grad = None

    @property
    def grad(self) -> Tensor | None:
        """The gradient that `backward` has accumulated, or None."""
        return self._grad

    @grad.setter
    def grad(self, value: Tensor | None) -> None:
        if value is not None:
            if not isinstance(value, Tensor):
                raise TypeError(f"grad: expected a Tensor or None, got {type(value).__name__}; wrap it in Tensor(...)")
            if value.shape != self.shape or value.dtype != self.dtype:
                raise RuntimeError(
                    f"grad: the gradient of a tensor of shape {self.shape} and dtype {self.dtype} "
                    f"cannot have shape {value.shape} and dtype {value.dtype}"
                )
        self._grad = value

    @property
    def shape(self) -> tuple[int, ...]:
        return self._now.array.shape  # type: ignore[no-any-return]

    @property
    def dtype(self) -> np.dtype[Any]:
        return self._now.array.dtype  # type: ignore[no-any-return]

    @property
    def ndim(self) -> int:
        return self._now.array.ndim  # type: ignore[no-any-return]

    @property
    def itemsize(self) -> int:
        return self.dtype.itemsize

    @property
    def nbytes(self) -> int:
        return self._now.array.nbytes  # type: ignore[no-any-return]

    @property
    def T(self) -> Tensor:
        """A view with all dimensions in reverse order."""
        return self._reversed()

    @property
    def mT(self) -> Tensor:
        """A view with the last two dimensions exchanged: each matrix transposed."""
        return self._matrix_transposed()

    @property
    def H(self) -> Tensor:
        """The conjugate transpose of a matrix."""
        return self._hermitian()

    @property
    def mH(self) -> Tensor:
        """The conjugate transpose of each matrix, in the last two dimensions."""
        return self.adjoint()

    @property
    def real(self) -> Tensor:
        """The real part, a view; of a real tensor the tensor itself."""
        return self._real()

    @real.setter
    def real(self, value: Any) -> None:
        self._real().copy_(value)

    @property
    def imag(self) -> Tensor:
        """The imaginary part of a complex tensor, a view."""
        return self._imag()

    @imag.setter
    def imag(self, value: Any) -> None:
        self._imag().copy_(value)

    @property
    def device(self) -> device:
        """Where the memory is: "cpu"."""
        from leafgrad.options import device

        return device("cpu")

    def __eq__(self, other: object) -> Any:
        return self._equal(other) if _comparable(other) else NotImplemented

    def __ne__(self, other: object) -> Any:
        return self._different(other) if _comparable(other) else NotImplemented

    # Its place in the graph

    def _current(self) -> Snapshot:
        """The snapshot, after a view whose base was rewritten has caught up with its history."""
        view = self._view
        if view is not None and view.source is not view.base._now.source:
            view.renew(self)
        return self._now

    @property
    def requires_grad(self) -> bool:
        return self._current().source is not None

    @requires_grad.setter
    def requires_grad(self, value: bool) -> None:
        self.requires_grad_(value)

    def requires_grad_(self, requires_grad: bool = True) -> Tensor:
        """Ask, in place, for this leaf's gradient (or stop asking); returns the tensor.

        A RuntimeError for integers, and for stopping on a tensor that an operation made.
        """
        now = self._current()
        if isinstance(now.source, Node):
            if not requires_grad:
                raise RuntimeError(
                    f"requires_grad: the result of {now.source.op} always requires grad; "
                    "use detach() for one that does not"
                )
        elif not requires_grad:
            now.source = None
        elif now.array.dtype.kind not in "fc":
            raise RuntimeError(
                f"requires_grad: only floating-point tensors can require gradients, got {now.array.dtype}; use .float()"
            )
        elif now.source is None:
            now.source = weakref.ref(self)
            self._view = None  # from here on it is a leaf of its own, which shares the memory
        return self

    @property
    def grad_fn(self) -> Node | None:
        """The `Node` of the operation that made this tensor; None for a leaf of the graph."""
        source = self._current().source
        return source if isinstance(source, Node) else None

    @property
    def dependencies(self) -> list[Leaf]:
        """The `Leaf`s of the operation that made this tensor; empty for a leaf of the graph."""
        node = self.grad_fn
        return [] if node is None else node.dependencies

    @property
    def is_leaf(self) -> bool:
        """Whether no recorded operation made it: the kind of tensor whose `.grad` backward fills."""
        return self.grad_fn is None

    @property
    def retains_grad(self) -> bool:
        """Whether backward fills `.grad` although this is not a leaf."""
        node = self.grad_fn
        return node is not None and node.hooks is not None and node.hooks.retain

    def mark_written(self) -> None:
        """Tell the graph that this tensor's memory has been written from outside."""
        self.stamp().time = next(clock)

    def stamp(self) -> Stamp:
        """The cell, shared by all who share this memory, that says when it was last written."""
        return self._now.shared_stamp()

    # The way out, to NumPy and Python

    def numpy(self, *, force: bool = False) -> Array:
        """The array, shared; a RuntimeError on a tensor that requires grad (use `detach()`).

        A write into the array cannot be seen by the graph.
        """
        if self.requires_grad and not force:
            raise RuntimeError("numpy: this tensor requires grad, and an array cannot; use t.detach().numpy()")
        return self.data

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        array = self.numpy()
        if dtype is not None and dtype != array.dtype:
            if copy is False:
                raise ValueError(f"__array__: {array.dtype} cannot become {np.dtype(dtype)} without a copy")
            return array.astype(dtype)
        return array.copy() if copy else array

    def item(self) -> Any:
        """The only element, as a Python number; a RuntimeError if there are more or none."""
        array = self._now.array
        if array.size != 1:
            raise ShapeError(f"item: only a tensor of one element has one item, this one has shape {array.shape}")
        return array.item()

    def tolist(self) -> Any:
        """The values as nested Python lists, or as a number for a 0-d tensor."""
        return self._now.array.tolist()

    def __bool__(self) -> bool:
        if self._now.array.size != 1:
            raise RuntimeError(
                f"bool: the truth of a tensor of shape {self.shape} is ambiguous; use .any() or .all()"
            )
        return bool(self._now.array)

    def __float__(self) -> float:
        return float(self.item())

    def __int__(self) -> int:
        return int(self.item())

    def __complex__(self) -> complex:
        return complex(self.item())

    def __index__(self) -> int:
        if self.dtype.kind in "fc":
            raise TypeError(f"index: only integer tensors of one element can be an index, got {self.dtype}")
        return int(self.item())

    def __len__(self) -> int:
        if self.ndim == 0:
            raise TypeError("len() of a 0-d tensor")
        return self.shape[0]

    def __iter__(self) -> Iterator[Tensor]:
        if self.ndim == 0:
            raise TypeError("iteration over a 0-d tensor")
        return (self[i] for i in range(len(self)))

    def __repr__(self) -> str:
        from leafgrad.printing import represent

        return represent(self)

    def _repr_html_(self) -> str:
        from leafgrad.showing import tensor_html

        return tensor_html(self)

    def __format__(self, spec: str) -> str:
        return format(self.item(), spec) if self.ndim == 0 else object.__format__(self, spec)

    # Copies and pickles carry data and flags, and start with a fresh stamp

    def __deepcopy__(self, memo: dict[int, Any]) -> Tensor:
        if not self.is_leaf:
            raise RuntimeError("deepcopy: only leaves of the graph can be copied deeply; use detach().clone()")
        copied = self._rebuild(self.data.copy(), self.requires_grad, None)
        memo[id(self)] = copied
        if self._grad is not None:
            copied._grad = self._grad.detach().clone()
        return copied

    def __reduce__(self) -> Any:
        if not self.is_leaf:
            raise RuntimeError("pickle: only leaves of the graph can be pickled; use detach()")
        return type(self)._rebuild, (self.data, self.requires_grad, self._grad)

    @classmethod
    def _rebuild(cls, array: Array, requires_grad: bool, grad: Tensor | None) -> Tensor:
        tensor = wrap(array, cls=cls)
        tensor._grad = grad
        tensor.requires_grad_(requires_grad)
        return tensor


def _comparable(other: object) -> bool:
    return isinstance(other, Tensor | np.ndarray | np.generic | int | float | complex | list)


def wrap(array: Array, source: Any = None, stamp: Stamp | None = None, cls: type[Tensor] = Tensor) -> Tensor:
    """A tensor around what an operation has computed, with no conversion of any kind."""
    tensor: Tensor = new(cls)
    tensor._now = now = new(Snapshot)
    now.array = array
    now.source = source
    now.stamp = stamp
    tensor._grad = None
    tensor._view = None
    return tensor


new: Any = object.__new__


def from_python(data: Any, dtype: Any) -> Array:
    """An array of the given dtype from numbers and nested lists, in which tensors may stand."""
    return np.array(_without_tensors(data), dtype)


def _without_tensors(data: Any) -> Any:
    if isinstance(data, Tensor):
        return data.data
    if isinstance(data, list | tuple) and data and not isinstance(data[0], int | float):
        return [_without_tensors(item) for item in data]
    return data


def checked(array: Array) -> Array:
    """The array, if its dtype is one that a tensor can have: a TypeError otherwise."""
    if isinstance(array, np.ndarray | np.generic) and array.dtype.kind not in "fiubc":
        raise TypeError(f"Tensor: cannot hold {array.dtype}; give it numbers or bools")
    return array
