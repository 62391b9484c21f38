"""The only door into the graph: `record`, its sibling `elementwise`, and `like`.

An operation computes its result with NumPy and hands it to `record` with one pair for each operand,
the operand and its gradient function:

    def mul(x, y):
        x, y, a, b = operands(x, y)
        return elementwise("mul", a * b, (x, lambda g: g * like(y, g)), (y, lambda g: g * like(x, g)))

`operands` (or `operand`, for one) gives the snapshots to hold and the arrays to compute with. A
gradient function is plain NumPy on whatever `g` is (an array in an ordinary backward, a Tensor with
`create_graph=True`) and reads a saved operand or result only through `like`, which gives it in the
kind of `g` and refuses if its memory has been written since.
"""

from __future__ import annotations

import sys
import threading
import weakref
from typing import TYPE_CHECKING, Any

import numpy as np

from leafgrad.dtypes import get_default_dtype, result_type
from leafgrad.errors import ShapeError
from leafgrad.modes import mode
from leafgrad.node import Array, GradFn, Leaf, Node, Out, Snapshot, clock
from leafgrad.tensor import Tensor, checked, from_python, new, wrap

if TYPE_CHECKING:
    from leafgrad.backward import Walk


class _Running(threading.local):
    walk: Walk | None = None


running = _Running()
"""The backward walk that this thread is in; `like` asks it which node is running."""

#: Called with each new node: anomaly detection and `graph.keep_values` put a function here.
observers: list[Any] = []


def operand(x: Any, *, floating: bool = False, real: bool = False) -> tuple[Any, Array]:
    """What a closure may hold of `x`, and the array to compute with.

    With `floating`, integers and bools become the default float dtype; with `real`, complex numbers
    are a NotImplementedError, which is PyTorch's: they have no order, and not every function.
    """
    now = x._current() if isinstance(x, Tensor) else x if isinstance(x, Snapshot) else constant(x)
    if real and now.array.dtype.kind == "c":
        raise _not_of_complex(now.array.dtype)
    if floating and now.array.dtype.kind not in "fc":
        now = Snapshot(now.array.astype(get_default_dtype()))
    return now, now.array


def tensor_of(x: Any) -> Tensor:
    """`x` as a tensor, for an operation composed of others."""
    return x if isinstance(x, Tensor) else wrap_snapshot(operand(x)[0])


def floats(op: str, x: Any) -> tuple[Any, Array]:
    """`operand(x)` for what PyTorch has for floats alone; a NotImplementedError, which is PyTorch's, for others."""
    now, a = operand(x)
    if a.dtype.kind != "f":
        raise NotImplementedError(f"{op}: the input must hold floats, got {a.dtype}; call .float()")
    return now, a


def constant(x: Any, dtype: Any = None) -> Snapshot:
    """A snapshot of a number, a list or an array; of Python's in that dtype, or in the one inferred."""
    if isinstance(x, str | bytes | dict | set) or x is None:
        raise TypeError(f"{_calling_op()}: expected a tensor, an array or a number, got {type(x).__name__}")
    if isinstance(x, np.ndarray | np.generic) or hasattr(x, "__array_function__"):
        return Snapshot(checked(x))
    array = checked(from_python(x, dtype))
    if dtype is None and array.dtype.kind in "fc":  # Python's own floats are wider than the default
        default = get_default_dtype()
        array = array.astype(default if array.dtype.kind == "f" else np.result_type(default, np.complex64))
    return Snapshot(array)


def _calling_op() -> str:
    """The name of the public function, outside this file, that is being run."""
    frame: Any = sys._getframe(1)
    while frame.f_code.co_filename == __file__ or frame.f_code.co_name.startswith("_"):
        frame = frame.f_back
    return str(frame.f_code.co_name)


#: 0-d results are NumPy scalars of these classes inside, whose arithmetic is faster than that of 0-d arrays.
SCALARS = frozenset((np.float16, np.float32, np.float64))


#: What stays a number beside a tensor, and adapts to its dtype.
NUMBERS = bool | int | float | complex


def operands(x: Any, y: Any, bools: bool = True) -> tuple[Any, Any, Array, Array]:
    """What closures may hold of two operands, and their arrays, promoted to one dtype.

    An operand that broadcasting stretches is marked, so that `record` sums its gradient back. Python
    numbers stay what they are: NumPy, like PyTorch, lets them adapt to the array beside them. A
    ShapeError, naming the calling op, where the shapes do not broadcast; a RuntimeError for a bool
    beside another dtype, where it has no `bools`.
    """
    if isinstance(x, Tensor):
        x = x._now if x._view is None else x._current()
        a = x.array
        if isinstance(y, Tensor):
            y = y._now if y._view is None else y._current()
            b = y.array
            kind = a.__class__
            if kind is b.__class__ and kind in SCALARS:
                return x, y, a, b
            if a.dtype is b.dtype and a.shape == b.shape:
                return (x, y, a, b) if a.shape else (x, y, a[()], b[()])
        elif y.__class__ is float and a.dtype.kind == "f":
            return x, y, a, y
    x, y = _operand_or_number(x), _operand_or_number(y)
    if not bools and (_is_bool(x) or _is_bool(y)):
        raise RuntimeError(f"{_calling_op()}: is not defined for bools; use ^ or logical_xor(), or call .int() first")
    x, y, a, b = promoted(x, y)
    if a.__class__ is np.ndarray or b.__class__ is np.ndarray:
        shape = check_broadcast(np.shape(a), np.shape(b))
        x, y = stretched(x, shape), stretched(y, shape)
    elif not isinstance(x, Snapshot) and not isinstance(y, Snapshot):
        raise TypeError(f"{_calling_op()}: {x!r} and {y!r} are numbers; one operand at least must be a tensor")
    return x, y, a, b


def real_operands(x: Any, y: Any) -> tuple[Any, Any, Array, Array]:
    """`operands`, of which none may be complex, as for `operand(x, real=True)`."""
    x, y, a, b = operands(x, y)
    dtype = (a if hasattr(a, "dtype") else b).dtype
    if dtype.kind == "c":
        raise _not_of_complex(dtype)
    return x, y, a, b


def _not_of_complex(dtype: np.dtype[Any]) -> NotImplementedError:
    return NotImplementedError(f"{_calling_op()}: is not defined for {dtype}; take .real, .imag or .abs() of it")


def floating_operands(x: Any, y: Any) -> tuple[Snapshot, Snapshot, Array, Array]:
    """`operands` of a function of floats: integers and bools become the default float dtype, numbers arrays."""
    p, q, a, b = real_operands(x, y)
    dtype = (a if hasattr(a, "dtype") else b).dtype
    if dtype.kind != "f":
        dtype = get_default_dtype()
        p, q, *_ = operands(in_floats(x), in_floats(y))
    x, y = _in_dtype(p, dtype), _in_dtype(q, dtype)
    return x, y, x.array, y.array


def in_floats(x: Any) -> Any:
    """An operand whose integers are in the default float dtype, before promotion: beside bytes -1 would be 255."""
    x = _operand_or_number(x)
    return Snapshot(x.array.astype(get_default_dtype())) if isinstance(x, Snapshot) else x


def _in_dtype(x: Any, dtype: np.dtype[Any]) -> Snapshot:
    return x if isinstance(x, Snapshot) else Snapshot(np.asarray(x, dtype))


def operands_of_floats(x: Any, y: Any, kinds: str = "f") -> tuple[Any, Any, Array, Array]:
    """`operands` of a function that has no integer form: a NotImplementedError but for dtypes of these kinds."""
    x, y, a, b = operands(x, y)
    dtype = (a if hasattr(a, "dtype") else b).dtype
    if dtype.kind not in kinds:
        raise NotImplementedError(f"{_calling_op()}: is of floats, got {dtype}; call .float() first")
    return x, y, a, b


def check_broadcast(*shapes: tuple[int, ...]) -> tuple[int, ...]:
    """The shape that these broadcast to; a ShapeError that names the calling op if they do not."""
    try:
        return np.broadcast_shapes(*shapes)
    except ValueError:
        raise ShapeError(
            f"{_calling_op()}: shapes {' and '.join(map(str, shapes))} cannot be broadcast together; "
            "each dimension must be equal, or 1, counted from the right"
        ) from None


def _operand_or_number(x: Any) -> Any:
    if isinstance(x, np.generic):  # np.float64 is a Python float to PyTorch: it never widens
        x = x.item()
    if isinstance(x, NUMBERS | Snapshot):
        return x
    return operand(x)[0]


def _is_bool(x: Any) -> bool:
    return x.array.dtype.kind == "b" if isinstance(x, Snapshot) else isinstance(x, bool)


def promoted(x: Any, y: Any) -> tuple[Any, Any, Array, Array]:
    a = x.array if isinstance(x, Snapshot) else x
    b = y.array if isinstance(y, Snapshot) else y
    dtype = result_type(a, b)
    if isinstance(x, Snapshot) and a.dtype != dtype:
        x = cast(x, dtype)
        a = x.array
    if isinstance(y, Snapshot) and b.dtype != dtype:
        y = cast(y, dtype)
        b = y.array
    if dtype.kind in "iu":
        x, y, a, b = (wrapped_around(n, dtype) if n.__class__ is int else n for n in (x, y, a, b))
    return x, y, a, b


def wrapped_around(n: int, dtype: np.dtype[Any]) -> int:
    """The integer that the bits of `n` mean in this dtype, as PyTorch has it: 300 is 44 among bytes."""
    bounds = np.iinfo(dtype)
    return n if bounds.min <= n <= bounds.max else (n - bounds.min) % 2**bounds.bits + bounds.min


def cast(x: Snapshot, dtype: np.dtype[Any]) -> Snapshot:
    """`x` in another dtype; its gradient comes back in its own. d cast(x) = cast(dx).

    Of a complex number a real dtype takes the real part, and so does the gradient of a real operand.
    """
    array, before = x.array, x.array.dtype
    if before.kind == "c" and dtype.kind not in "cb":
        array = np.real(array)
    if dtype.kind not in "fc":
        return Snapshot(array.astype(dtype))
    return record("to", array.astype(dtype), (x, lambda g: astype(g, before)))._now


def astype(g: Any, dtype: np.dtype[Any]) -> Any:
    """`g` in another dtype, whatever kind of array `g` is."""
    if isinstance(g, Tensor):
        return wrap_snapshot(cast(g._current(), dtype))
    return (np.real(g) if g.dtype.kind == "c" and dtype.kind == "f" else g).astype(dtype)


def conjugate(g: Any) -> Any:
    """The complex conjugate of `g`, whatever kind of array it is; `g` itself where it is real.

    Inside the graph a real loss has, by a complex `z`, the gradient `g` with dL = Re(Σ g dz), for then
    the rule that is right for real numbers is right for every holomorphic function: d exp(z) is
    exp(z) dz. What users give to backward, and get from it, is PyTorch's, which is the conjugate.
    """
    return np.conj(g) if g.dtype.kind == "c" else g


def wrap_snapshot(snapshot: Snapshot) -> Tensor:
    """A tensor of its own around a snapshot."""
    tensor = wrap(snapshot.array)
    tensor._now = snapshot
    return tensor


def record(op: str, out: Array | Out, *parents: tuple[Any, GradFn]) -> Tensor:
    """The tensor around `out`, with the graph's memory of where it came from.

    Each parent is a pair of an operand (from `operand` or `operands`, or a Tensor) and its gradient
    function, which is given the gradient of the result and returns the operand's, of its shape. An
    operand that needs no gradient is dropped with its closure; without any, or under `no_grad`, the
    result is a constant. Where a closure reads the result itself, `out` is an `Out`.

    >>> import leafgrad
    >>> from leafgrad import like, operand, record
    >>> def cube(x):
    ...     x, a = operand(x)
    ...     return record("cube", a**3, (x, lambda g: g * 3 * like(x, g) ** 2))
    >>> t = leafgrad.tensor(2.0, requires_grad=True)
    >>> cube(t).backward()
    >>> t.grad
    tensor(12.)
    """
    dependencies: list[Leaf] = []
    for x, grad_fn in parents:
        if x.__class__ is not Snapshot:
            if isinstance(x, Tensor):
                x = x._current()
            elif isinstance(x, Stretched):
                grad_fn = _summed(grad_fn, x.array.shape)
            else:
                continue  # a number
        parent = x.source
        if parent.__class__ is weakref.ref:
            parent = parent()  # a leaf; None if nobody holds it, for then nobody can see its gradient
        if parent is not None:
            leaf = new(Leaf)
            leaf.value = parent
            leaf.grad_fn = grad_fn
            dependencies.append(leaf)
    handle = None
    if out.__class__ is Out:
        handle, out = out, out.array
    if not dependencies or not mode.enabled:
        return wrap(out)
    # as above with Leaf(...), it is Node(...) and wrap(...) written out, for they run with every operation
    node = new(Node)
    node.op = op
    node.dependencies = dependencies
    node.shape = out.shape
    node.dtype = out.dtype
    node.order = next(clock)
    node.hooks = None
    node.out = handle
    tensor: Tensor = new(Tensor)
    tensor._now = now = new(Snapshot)
    now.array = out
    now.source = node
    now.stamp = None if handle is None else handle.stamp
    tensor._grad = None
    tensor._view = None
    node._tensor = weakref.ref(tensor)
    if observers:
        for observe in observers:
            observe(node)
    return tensor


def elementwise(op: str, out: Array | Out, *parents: tuple[Any, GradFn]) -> Tensor:
    """`record` for an op that broadcasts: a gradient function may return its gradient in the shape
    of the result, and it is summed over the axes along which its operand was stretched.

    >>> import leafgrad
    >>> x, y = leafgrad.ones(3, requires_grad=True), leafgrad.ones(2, 1, requires_grad=True)
    >>> (x * y).sum().backward()
    >>> x.grad, y.grad
    (tensor([2., 2., 2.]), tensor([[3.],
            [3.]]))
    """
    shape = out.shape
    return record(op, out, *[(stretched(x, shape), grad_fn) for x, grad_fn in parents])


def stretched(x: Any, shape: tuple[int, ...]) -> Any:
    """The operand, marked if broadcasting to `shape` repeats it."""
    if isinstance(x, Tensor):
        x = x._current()
    if x.__class__ is not Snapshot or x.source is None or x.array.shape == shape:
        return x
    return Stretched(x.array, x.source, x.shared_stamp())


class Stretched(Snapshot):
    """An operand whose gradient arrives in the shape it was broadcast to."""

    __slots__ = ()


def _summed(grad_fn: GradFn, shape: tuple[int, ...]) -> GradFn:
    return lambda g: unbroadcast(grad_fn(g), shape)


def unbroadcast(g: Any, shape: tuple[int, ...]) -> Any:
    """`g` summed over the axes that broadcasting added to `shape` or stretched."""
    extra = g.ndim - len(shape)
    stretched = [i + extra for i, n in enumerate(shape) if n == 1 and g.shape[i + extra] != 1]
    axes = (*range(extra), *stretched)
    return np.reshape(np.sum(g, axis=axes), shape) if axes else g


def like(x: Any, g: Any) -> Any:
    """A saved operand or result, in the kind of `g`: its array, or a Tensor with its history.

    Raises a RuntimeError if the memory has been written since the running node was recorded, for
    then the value is not the one that the gradient needs. Numbers and arrays pass through.
    """
    kind = x.__class__
    if (kind is Snapshot or kind is Out) and x.stamp is None and g.__class__ is not Tensor:
        return x.array if g.__class__ is np.ndarray else x.array[()]
    if isinstance(x, Tensor):
        x = x._current()
    elif not isinstance(x, Snapshot):
        return x
    stamp = x.stamp
    if stamp is not None:
        walk = running.walk
        if walk is not None and stamp.time > walk.node.order:
            raise RuntimeError(
                f"{walk.node.op}: a value of shape {x.shape} that its gradient needs has been changed in "
                "place since; use the out-of-place operation, or clone() before the change"
            )
    if not isinstance(g, Tensor):
        return x.array
    source = x.source
    if isinstance(x, Out):
        return _result(x)
    if source.__class__ is weakref.ref:
        leaf = source()
        return wrap(x.array, None, stamp) if leaf is None else leaf
    return wrap_snapshot(x)


def _result(x: Out) -> Tensor:
    """The result behind a handle with its history: that of the running node, unless the handle says whose."""
    if x.source is not None:
        node = x.source()
    else:
        node = running.walk.node if running.walk is not None else None
        if node is None or node.out is not x:
            raise RuntimeError(
                "like: only a backward can differentiate a gradient function that reads its own result; "
                "use autograd.grad(..., create_graph=True)"
            )
    tensor = node.tensor if node is not None else None
    return wrap(x.array, node, x.stamp if tensor is None else tensor.stamp())
