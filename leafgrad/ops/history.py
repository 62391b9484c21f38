"""What a user asks of a tensor's place in the graph: to leave it, to walk it, to be told of its gradient."""

from __future__ import annotations

from typing import Any

from leafgrad.autograd import RemovableHandle, backward
from leafgrad.node import Hooks, Node
from leafgrad.surface import public
from leafgrad.tensor import Tensor, wrap

__all__ = ["detach", "detach_"]


@public()
def detach(input: Tensor) -> Tensor:
    """The same memory without the history: a new base, whose writes the old one's graph still notices.

    >>> x = Tensor([1.0], requires_grad=True)
    >>> (x * 2).detach().requires_grad
    False
    """
    return wrap(input.data, None, input.stamp())


@public()
def detach_(input: Tensor) -> Tensor:
    """Forget the history, in place; returns the tensor. A RuntimeError on a view."""
    if input._view is not None:
        raise RuntimeError("detach_: a view cannot be detached in place; use detach()")
    input._now.source = None
    return input


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
