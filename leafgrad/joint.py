"""One event with several outputs: `record_joint`.

    y0 ── Node ──┐
    y1 ── Node ──┼──> the joint Node ── dependencies ──> parents
    y2 ── Node ──┘

Each output puts its gradient into a slot of the joint node, and the joint gradient function runs
once, when all the outputs that were used have done so.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from typing import Any

from leafgrad.contributions import Slot, together
from leafgrad.node import Array, Leaf, Node, Out, Snapshot
from leafgrad.recording import record
from leafgrad.tensor import Tensor


def record_joint(
    op: str,
    outs: Sequence[Array | Out],
    parents: Sequence[Any],
    grad_fn: Callable[[list[Any]], Sequence[Any]],
) -> tuple[Tensor, ...]:
    """`record` for an op with several outputs: the tensors around `outs`, with one common history.

    `grad_fn(gs)` is given the gradients of all outputs, None for those that received none, and
    returns one gradient (or None) for each of the `parents`, which are operands as for `record`.
    An output that `grad_fn` reads is an `Out`.

    >>> import leafgrad
    >>> from leafgrad import operand
    >>> def swap(x, y):
    ...     (x, a), (y, b) = operand(x), operand(y)
    ...     return record_joint("swap", (b.copy(), a.copy()), (x, y), lambda gs: (gs[1], gs[0]))
    >>> x, y = leafgrad.tensor(1.0, requires_grad=True), leafgrad.tensor(2.0, requires_grad=True)
    >>> first, second = swap(x, y)
    >>> first.backward()
    >>> x.grad, y.grad
    (None, tensor(1.))
    """
    parents = [x._current() if isinstance(x, Tensor) else x for x in parents]
    needed = [i for i, x in enumerate(parents) if isinstance(x, Snapshot) and x.source is not None]
    if len(outs) == 1:  # nothing to join
        gradients = together(lambda g: grad_fn([g]), needed)
        return (record(op, outs[0], *((parents[i], gradients[i]) for i in needed)),)
    gradients = together(grad_fn, needed)
    stand_in = outs[0].array if isinstance(outs[0], Out) else outs[0]
    joint = record(op, stand_in, *((parents[i], gradients[i]) for i in needed))._now
    return tuple(_output(op, out, joint, i, len(outs)) for i, out in enumerate(outs))


def _output(op: str, out: Array | Out, joint: Snapshot, index: int, count: int) -> Tensor:
    tensor = record(op, out, (joint, lambda g: Slot(index, count, g)))
    node = tensor.grad_fn
    if isinstance(out, Out) and node is not None:
        out.source = _Source(node)
    return tensor


class _Source:
    """The node of an output that the joint gradient function reads; called, as a weak reference is.

    The output may be dropped while its siblings live, and its node with it. The value is still a
    function of the parents, so a node is made anew when a second derivative asks for one.
    """

    __slots__ = ("dtype", "joint", "node", "op", "shape", "to_slot")

    def __init__(self, node: Node) -> None:
        self.node = weakref.ref(node)
        (leaf,) = node.dependencies
        self.joint = weakref.ref(leaf.value)  # weakly: it holds the function that holds this
        self.to_slot = leaf.grad_fn
        self.op, self.shape, self.dtype = node.op, node.shape, node.dtype

    def __call__(self) -> Node | None:
        node, joint = self.node(), self.joint()
        if node is None and joint is not None:
            node = Node(self.op, [Leaf(joint, self.to_slot)], self.shape, self.dtype)
            self.node = weakref.ref(node)
        return node
