"""Writing in place, and views: how a gradient stays right, or becomes an error, when memory changes.

1. A write stamps the memory (`Stamp`, shared by a tensor and its views); `recording.like` refuses
   a saved value whose stamp is later than the node that reads it.
2. A write is an ordinary operation on a handle to the old value, followed by a copy into memory.
   The tensor takes the node that the operation made; earlier consumers keep the old one.
3. A view remembers its base and the chain of functions that leads from the base to it. A write
   through a view gives the base a new node: what lies outside the view comes from the base's old
   history, what lies inside from the new value.
4. Every other view of that base *renews* when it is next used: it replays its chain on the base as
   it is now, and so finds its new history.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from leafgrad.errors import ShapeError
from leafgrad.modes import enable_grad, mode
from leafgrad.node import Array, GradFn, Leaf, Node, Snapshot, clock
from leafgrad.operands import operand
from leafgrad.recording import astype, conjugate, elementwise, record, wrap_snapshot
from leafgrad.tensor import Tensor, wrap

#: A chain of view functions, newest first: (what came before, function), or None at the base.
Chain = Any


class View:
    """How a tensor is seen in its base: `tensor = chain(base)`, true since the base had `source`."""

    __slots__ = ("base", "chain", "layout", "source", "untracked")

    def __init__(self, base: Tensor, chain: Chain, source: Any, untracked: bool) -> None:
        self.base = base
        self.chain = chain
        self.source = source
        self.untracked = untracked
        self.layout = base._layout

    def check_layout(self) -> None:
        """A RuntimeError if the chain is of dimensions that the base has no more."""
        if self.layout != self.base._layout:
            raise RuntimeError(
                "a view cannot be used after the dimensions of its base were changed in place, "
                "as by t_() or squeeze_(); make the view again"
            )

    def renew(self, tensor: Tensor) -> None:
        """Give `tensor` the history that its base has now."""
        if self.untracked:
            raise RuntimeError(
                "a view made under no_grad cannot be used after its base was changed in place with "
                "grad mode on; make the view with grad mode on, or change the base under no_grad"
            )
        self.check_layout()
        source = self.base._current().source
        with enable_grad():
            replayed = replay(self.chain, self.base)
        array = tensor._now.array
        if array.size and not np.may_share_memory(replayed._now.array, array):
            tensor._view = None  # the base was given other memory through .data: no view any more
            return
        adopt(tensor, array, replayed._now.source)
        self.source = source


def view(op: str, x: Any, forward: Callable[[Any], Any], backward: GradFn) -> Tensor:
    """The view `forward(x)` of `x`, recorded, and linked to the base whose memory it shares.

    `forward` and `backward` are NumPy code for an array or a Tensor. Where NumPy had to copy, the
    result is an ordinary one without a link.
    """
    if not isinstance(x, Tensor):
        x = Tensor(x)
    now = x._current()
    memory = x.data
    seen = forward(memory)
    out = record(op, seen, (now, backward))
    if seen.size and not np.may_share_memory(seen, memory):
        return out
    link = x._view
    base, chain = (x, None) if link is None else (link.base, link.chain)
    return linked(out, x, base, (chain, forward))


def linked(out: Tensor, x: Tensor, base: Tensor, chain: Chain) -> Tensor:
    """`out`, a view of `x`, now known as what `chain` makes of the base, whose memory all three share."""
    out._now.stamp = x.stamp()
    untracked = not mode.enabled or (x._view is not None and x._view.untracked)
    out._view = View(base, chain, base._now.source, untracked)
    return out


def replay(chain: Chain, x: Any) -> Any:
    """The view functions of the chain, oldest first, applied to `x`: an array or a Tensor."""
    functions = []
    while chain is not None:
        chain, function = chain
        functions.append(function)
    for function in reversed(functions):
        x = function(x)
    return x


def adopt(tensor: Tensor, array: Array, source: Any) -> None:
    """Make `source` the event that `tensor` comes from; it keeps its memory, and `retain_grad`."""
    before = tensor._now.source
    tensor._now = Snapshot(array, source, tensor.stamp())
    if isinstance(source, Node):
        source._tensor = weakref.ref(tensor)
        if isinstance(before, Node) and before.hooks is not None and before.hooks.retain:
            before.hooks.retain = False
            tensor.retain_grad()


def write(op: str, target: Tensor, function: Callable[..., Tensor], /, *args: Any, **kwargs: Any) -> Tensor:
    """Change `target`'s memory to `function(target, *args, **kwargs)`, and its history with it.

    A RuntimeError, with nothing changed, where that cannot be done: a leaf that requires grad (or a
    view of one) with grad mode on, an expanded tensor, a result of another shape or category.
    """
    now = target._current()
    memory = target.data
    base = target if target._view is None else target._view.base
    _check_writable(op, target, base, memory)
    handle = Snapshot(memory, now.source)
    old = wrap(memory)
    old._now = handle
    args = tuple(_apart(a, memory) for a in args)
    kwargs = {name: _apart(a, memory) for name, a in kwargs.items()}
    new = function(old, *args, **kwargs)
    _check_fits(op, target, new)
    value = new._now
    if value.array.dtype != memory.dtype:
        value = new.to(memory.dtype)._now
    held, stamp = weakref.ref(handle), handle.stamp
    del old, handle, new
    kept = held()
    if kept is not None:  # a closure of this very operation reads the old value
        kept.array = memory.copy()
    if stamp is not None:  # `function` made views of it: what reads those later is an error
        stamp.time = next(clock)
    memory[...] = value.array
    target.mark_written()
    if mode.enabled and memory.dtype.kind in "fc" and (value.source is not None or now.source is not None):
        if target is base:
            source = value.source or _constant_from(op, now, memory)
            adopt(target, memory, source)
        else:
            _rewrite_base(op, base, target, value.source)
    return target


def _check_writable(op: str, target: Tensor, base: Tensor, memory: Array) -> None:
    if mode.enabled:
        link = target._view
        for tensor, what in ((target, "a leaf"), (base, "a view of a leaf")):
            if tensor._now.source.__class__ is weakref.ref:
                raise RuntimeError(
                    f"{op}: {what} that requires grad, of shape {tensor.shape}, cannot be changed in place; "
                    "do it under no_grad(), or on a clone()"
                )
        if link is not None and link.untracked and base._now.source is not None:
            raise RuntimeError(f"{op}: a view made under no_grad cannot be changed in place with grad mode on")
        if link is not None:
            link.check_layout()
    if memory.size and any(stride == 0 and n > 1 for stride, n in zip(memory.strides, memory.shape, strict=True)):
        raise RuntimeError(
            f"{op}: several elements of this expanded tensor of shape {memory.shape} are one place in memory; "
            "clone() it before writing"
        )
    if not memory.flags.writeable:
        raise RuntimeError(f"{op}: this tensor of shape {memory.shape} shares a read-only array; clone() it first")


def _check_fits(op: str, target: Tensor, new: Tensor) -> None:
    if new.shape != target.shape:
        raise ShapeError(f"{op}: the result of shape {new.shape} does not fit into the target's shape {target.shape}")
    if not np.can_cast(new.dtype, target.dtype, "same_kind") and (new.dtype.kind, target.dtype.kind) != ("i", "u"):
        raise RuntimeError(
            f"{op}: the result's dtype {new.dtype} cannot be written into a tensor of dtype {target.dtype}; "
            f"convert with .to({new.dtype}) and use the out-of-place operation"
        )


def _apart(x: Any, memory: Array) -> Any:
    """An operand that does not share the memory about to be written: everything is read first."""
    if isinstance(x, Tensor) and np.may_share_memory(x.data, memory):
        return x.clone()
    if isinstance(x, np.ndarray) and np.may_share_memory(x, memory):
        return x.copy()
    return x


def _constant_from(op: str, old: Snapshot, memory: Array) -> Node:
    """The node of a result that no longer depends on its old value: its gradient is zero."""
    return Node(op, [Leaf(old.parent(), np.zeros_like)], memory.shape, memory.dtype)


def _rewrite_base(op: str, base: Tensor, target: Tensor, new: Node | None) -> None:
    """Give `base` the node of a write through its view `target`, which took its value from `new`."""
    assert target._view is not None
    chain = target._view.chain
    now = base._now
    shape = now.array.shape
    order = np.argsort([-abs(stride) for stride in now.array.strides], kind="stable")
    leaves = []
    if now.source is not None:
        kind = np.complex64 if now.array.dtype.kind == "c" else np.float32
        leaves.append(Leaf(now.parent(), lambda g: _masked(g, _outside(chain, shape, order, kind))))
    if new is not None:  # conjugated, for the part that a view takes of a gradient is that of the user's
        leaves.append(Leaf(new, lambda g: conjugate(replay(chain, conjugate(g)))))
    adopt(base, base.data, Node(op, leaves, shape, now.array.dtype))


def _masked(g: Any, mask: Array) -> Any:
    """`g` where the mask is not 0; of complex numbers each part where that part is not."""
    if mask.dtype.kind == "c":
        return np.where(mask.real != 0, np.real(g), 0) + 1j * np.where(mask.imag != 0, np.imag(g), 0)
    return np.where(mask != 0, g, 0)


def _outside(chain: Chain, shape: tuple[int, ...], order: Array, kind: Any) -> Array:
    """1 where the view that `chain` describes does not reach, in a base of this shape, and 0 inside.

    The real or imaginary part of a complex number may be in the view alone: both are 1 or 0 in a mask
    of complex `kind`.
    The mask is laid out in the base's order of axes, so that each step of the chain is a view of it
    where it was one of the base.
    """
    buffer = np.full([shape[i] for i in order], 1 + 1j if kind is np.complex64 else 1, kind)
    mask = np.transpose(buffer, np.argsort(order))
    region = replay(chain, mask)
    if region.size and not np.may_share_memory(region, mask):
        raise RuntimeError("a view that was written is not a view in a tensor of its base's layout; clone() the base")
    region[...] = 0
    return mask


def inplace(name: str, function: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """The in-place twin of an operation: `name` with its underscore, `function` the operation."""

    @wraps(function)
    def twin(self: Tensor, *args: Any, **kwargs: Any) -> Tensor:
        return write(name, self, function, *args, **kwargs)

    twin.__name__ = twin.__qualname__ = name
    twin.__doc__ = f"`{function.__name__}`, written into this tensor's own memory; returns the tensor."
    return twin


def relaid(name: str, function: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """The in-place twin of a view: the tensor itself takes the dimensions of `function(tensor)`, and no
    element moves in memory."""

    @wraps(function)
    def twin(self: Tensor, *args: Any, **kwargs: Any) -> Tensor:
        now = self._current()
        if mode.enabled and now.source.__class__ is weakref.ref:
            raise RuntimeError(
                f"{name}: a leaf that requires grad, of shape {self.shape}, cannot be changed in place; "
                f"use {function.__name__}(), or do it under no_grad()"
            )
        seen = function(self, *args, **kwargs)
        if seen._view is None:
            raise RuntimeError(f"{name}: this tensor of shape {self.shape} cannot be seen so without a copy")
        adopt(self, seen._now.array, seen._now.source if mode.enabled else now.source)
        if self._view is not None:
            self._view = seen._view
        self._layout += 1
        return self

    twin.__name__ = twin.__qualname__ = name
    twin.__doc__ = f"`{function.__name__}` of this tensor itself, in its own memory; returns the tensor."
    return twin


def overwrite(op: str, target: Tensor, value: Any) -> Tensor:
    """Write `value`, broadcast and cast, over all of `target`."""
    return write(op, target, _replaced, value)


def _replaced(old: Tensor, value: Any) -> Tensor:
    """`value` in the shape and dtype of `old`, whose own gradient is zero (with d copy(v) = dv)."""
    x, a, out = placed(value, old.shape)
    return elementwise("copy_", out.astype(old.dtype), (old, np.zeros_like), (x, lambda g: astype(g, a.dtype)))


def placed(value: Any, shape: tuple[int, ...]) -> tuple[Any, Array, Array]:
    """`value` as an operand, its array, and that broadcast to the shape of what it is assigned to.

    As in NumPy's assignment, leading dimensions of size 1 may be too many.
    """
    x, a = operand(value)
    extra = a.ndim - len(shape)
    if extra > 0 and a.shape[:extra] == (1,) * extra:
        x, a = operand(np.reshape(wrap_snapshot(x), a.shape[extra:]))
    try:
        return x, a, np.broadcast_to(a, shape)
    except ValueError:
        raise ShapeError(f"assignment: a value of shape {a.shape} does not fit into shape {shape}") from None
