"""The same values under another name: detached, copied, in another dtype, written over."""

from __future__ import annotations

from typing import Any

import numpy as np

from leafgrad import dtypes
from leafgrad.autograd import RemovableHandle, backward
from leafgrad.inplace import overwrite
from leafgrad.node import Hooks, Node
from leafgrad.ops.arithmetic import same
from leafgrad.recording import cast, operand, record, wrap_snapshot
from leafgrad.surface import public
from leafgrad.tensor import Tensor, wrap

__all__ = ["clone", "detach", "is_floating_point", "numel"]


@public()
def detach(input: Tensor) -> Tensor:
    """The same memory without the history: a new base, whose writes the old one's graph still notices.

    >>> x = Tensor([1.0], requires_grad=True)
    >>> (x * 2).detach().requires_grad
    False
    """
    return wrap(input.data, None, input.stamp())


@public(np.copy)
def clone(input: Tensor) -> Tensor:
    """A copy with its own memory, through which gradients flow. d = dx

    >>> clone(Tensor([1.0]))
    tensor([1.])
    """
    x, a = operand(input)
    return record("clone", np.copy(a), (x, same))


@public(function=False, names=("astype",))
def to(input: Tensor, *target: Any, dtype: Any = None, device: Any = "cpu", copy: bool = False) -> Tensor:
    """The tensor in another dtype (or that of another tensor); itself where nothing changes.

    d = dx in the tensor's own dtype. The only device is "cpu": a RuntimeError for another.

    >>> to(Tensor([1.7]), "int64")
    tensor([1])
    """
    for each in target:
        if isinstance(each, str) and each.partition(":")[0] in ("cpu", "cuda", "mps"):
            device = each
        else:
            dtype = each.dtype if isinstance(each, Tensor) else each
    if str(device).partition(":")[0] != "cpu":
        raise RuntimeError(f"to: the only device is 'cpu', got {device!r}")
    wanted = input.dtype if dtype is None else np.dtype(dtype)
    if wanted == input.dtype:
        return clone(input) if copy else input
    return wrap_snapshot(cast(input._current(), wanted))


def _shorthand(name: str, dtype: np.dtype[Any]) -> Any:
    def convert(input: Tensor) -> Tensor:
        return to(input, dtype)

    convert.__name__ = convert.__qualname__ = name
    convert.__module__ = __name__
    convert.__doc__ = f"""The tensor as {dtype}.

    >>> Tensor([1.0]).{name}().dtype
    dtype('{dtype}')
    """
    return public(function=False)(convert)


half = _shorthand("half", dtypes.float16)
float_ = _shorthand("float", dtypes.float32)
double = _shorthand("double", dtypes.float64)
short = _shorthand("short", dtypes.int16)
int_ = _shorthand("int", dtypes.int32)
long = _shorthand("long", dtypes.int64)
bool_ = _shorthand("bool", dtypes.bool)


@public(function=False)
def type_as(input: Tensor, other: Tensor) -> Tensor:
    """The tensor in the dtype of another."""
    return to(input, other)


@public(function=False)
def contiguous(input: Tensor) -> Tensor:
    """The tensor with its elements in row-major order in memory: itself, or a copy.

    >>> contiguous(Tensor([[1.0, 2.0]]).T).is_contiguous()
    True
    """
    return input if is_contiguous(input) else clone(input)


@public(function=False)
def is_contiguous(input: Tensor) -> bool:
    """Whether the elements lie in row-major order in memory."""
    return bool(input.data.flags.c_contiguous)


@public(function=False)
def cpu(input: Tensor) -> Tensor:
    """The tensor itself, which is on the only device there is."""
    return input


@public()
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


@public(function=False)
def fill_(input: Tensor, value: Any) -> Tensor:
    """Write one value, a number or a 0-d tensor, over all elements; returns the tensor.

    >>> fill_(Tensor([1.0, 2.0]), 3)
    tensor([3., 3.])
    """
    if np.ndim(value.data if isinstance(value, Tensor) else value):
        raise RuntimeError(f"fill_: value must be a number or 0-d, got shape {value.shape}; use copy_()")
    return overwrite("fill_", input, value)


@public(function=False)
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


@public(function=False)
def detach_(input: Tensor) -> Tensor:
    """Forget the history, in place; returns the tensor. A RuntimeError on a view."""
    if input._view is not None:
        raise RuntimeError("detach_: a view cannot be detached in place; use detach()")
    input._now.source = None
    return input


# What a user asks of a tensor's place in the graph


@public(function=False, method="backward")
def tensor_backward(
    input: Tensor,
    gradient: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    inputs: Any = None,
) -> None:
    """Accumulate the gradient of this tensor into the `.grad` of the leaves it depends on.

    See `leafgrad.autograd.backward`.

    >>> x = Tensor([3.0], requires_grad=True)
    >>> (x * x).backward()
    >>> x.grad
    tensor([6.])
    """
    backward(input, None if gradient is None else [gradient], retain_graph, create_graph, inputs)


@public(function=False)
def retain_grad(input: Tensor) -> None:
    """Ask backward to fill `.grad` although this is not a leaf."""
    if not input.requires_grad:
        raise RuntimeError("retain_grad: this tensor does not require grad, so it will never have one")
    node = input.grad_fn
    if node is not None:
        hooks_of(node).retain = True


@public(function=False)
def register_hook(input: Tensor, hook: Any) -> RemovableHandle:
    """Have `hook(grad)` called when this tensor's gradient is complete; what it returns replaces it.

    Returns a handle with `remove()`. The hook stays with the event that it was put on.

    >>> x = Tensor([1.0], requires_grad=True)
    >>> handle = x.register_hook(lambda g: 10 * g)
    >>> x.sum().backward()
    >>> x.grad
    tensor([10.])
    """
    if not input.requires_grad:
        raise RuntimeError("register_hook: this tensor does not require grad, so a hook would never be called")
    hooks = hooks_of(input.grad_fn or input)
    handle = RemovableHandle(hooks.functions)
    hooks.functions[handle.id] = hook
    return handle


@public(function=False)
def register_post_accumulate_grad_hook(input: Tensor, hook: Any) -> RemovableHandle:
    """Have `hook(tensor)` called each time backward has added to this leaf's `.grad`."""
    if not (input.is_leaf and input.requires_grad):
        raise RuntimeError("register_post_accumulate_grad_hook: only for leaves that require grad")
    if input._after_accumulate is None:
        input._after_accumulate = {}
    handle = RemovableHandle(input._after_accumulate)
    input._after_accumulate[handle.id] = hook
    return handle


def hooks_of(owner: Node | Tensor) -> Hooks:
    """The hooks of a node, or of a leaf tensor; made if there are none yet."""
    if isinstance(owner, Node):
        if owner.hooks is None:
            owner.hooks = Hooks()
        return owner.hooks
    if owner._hooks is None:
        owner._hooks = Hooks()
    return owner._hooks
