"""What a dependency graph is made of: `Leaf`, `Node`, and the `Snapshot`s that closures hold.

    Tensor ── now ──> Snapshot ── source ──> Node ── dependencies ──> [Leaf(value, grad_fn), ...]
                        │ array                                           │
                        │ stamp                                           └─> a parent's Node, or the
                                                                              parent itself, if a leaf

An operation makes one `Node`, with a `Leaf` for each parent that needs a gradient. A tensor is a
name for its current `Snapshot`: an array together with the event it came from. A write in place
gives the name a new snapshot; closures hold snapshots, so earlier consumers keep the old history,
and no closure ever reaches back to the tensor it helped to make: a graph has no reference cycle.
"""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from leafgrad.graph.calls import Call
    from leafgrad.tensor import Tensor

#: An ndarray, a NumPy scalar standing for a 0-d array, or whatever else speaks NumPy's protocols.
Array: TypeAlias = Any
GradFn: TypeAlias = Callable[[Any], Any]

#: One counter orders both the nodes and the writes: what has a larger number happened later.
clock = itertools.count(1)


class Leaf:
    """One parent of an operation, and how the output's gradient becomes that parent's.

    `value` is the parent tensor where that is a leaf of the graph, else the parent's `Node`;
    `grad_fn(g)` maps the gradient of the output to the gradient of the parent.

    >>> import leafgrad
    >>> x = leafgrad.tensor([1.0, 2.0], requires_grad=True)
    >>> (leaf,) = (x * 3).dependencies
    >>> leaf.value is x, leaf.grad_fn(np.ones(2, np.float32))
    (True, array([3., 3.], dtype=float32))
    """

    __slots__ = ("grad_fn", "value")

    def __init__(self, value: Any, grad_fn: GradFn) -> None:
        self.value = value
        self.grad_fn = grad_fn

    def __iter__(self) -> Iterator[Any]:
        yield self.value
        yield self.grad_fn

    def __repr__(self) -> str:
        return f"Leaf(value={self.value!r}, grad_fn={self.grad_fn!r})"


class Node:
    """The event that made a tensor: the op's name, its `Leaf`s, shape, dtype and order in time."""

    __slots__ = ("__dict__", "__weakref__", "_tensor", "dependencies", "dtype", "hooks", "op", "order", "out", "shape")

    op: str
    dependencies: list[Leaf]
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    order: int
    hooks: Hooks | None  # of the tensor that this event made
    out: Out | None  # the handle through which its own closures read the result
    where: str | None = None  # the line that called the op; only anomaly detection asks for it
    kept: Tensor | None = None  # the value; only `graph.keep_values` asks for it
    call: Call | None = None  # the call of a module in which it was recorded; as `kept`
    _tensor: weakref.ref[Tensor] | None

    def __init__(self, op: str, dependencies: list[Leaf], shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
        self.op = op
        self.dependencies = dependencies
        self.shape = shape
        self.dtype = dtype
        self.order = next(clock)
        self.hooks = None
        self.out = None
        self._tensor = None

    @property
    def tensor(self) -> Tensor | None:
        """The tensor that this event made, while somebody holds it (see `graph.keep_values`)."""
        tensor = self._tensor() if self._tensor is not None else None
        return self.kept if tensor is None or tensor._now.source is not self else tensor

    def name(self) -> str:
        """The op's name, as `torch.Tensor.grad_fn.name()`."""
        return self.op

    @property
    def next_functions(self) -> tuple[tuple[Any, int], ...]:
        """The parents as PyTorch lists them: pairs of a node (or a leaf tensor) and 0."""
        return tuple((leaf.value, 0) for leaf in self.dependencies)

    def __repr__(self) -> str:
        return f"<{self.op} {self.shape} {self.dtype}>"


class Hooks:
    """What a user asked to be called with, or told of, the gradient of a tensor."""

    __slots__ = ("functions", "retain")

    def __init__(self) -> None:
        self.functions: dict[int, GradFn] = {}
        self.retain = False


class Stamp:
    """When a piece of memory was last written; a tensor and its views share one."""

    __slots__ = ("time",)

    def __init__(self) -> None:
        self.time = 0


class Snapshot:
    """What a tensor was at one moment: its array, the event it came from, its memory's stamp.

    `source` is None for a constant, a `Node` for a result, and a weak reference to the tensor for
    a leaf that requires grad (weak, because that tensor holds this snapshot).
    """

    __slots__ = ("__weakref__", "array", "source", "stamp")

    # ndarray * snapshot is an error rather than an array of objects: closures read with `like`
    __array_ufunc__ = None

    def __init__(self, array: Array, source: Any = None, stamp: Stamp | None = None) -> None:
        self.array = array
        self.source = source
        self.stamp = stamp

    @property
    def shape(self) -> tuple[int, ...]:
        return self.array.shape  # type: ignore[no-any-return]

    @property
    def dtype(self) -> np.dtype[Any]:
        return self.array.dtype  # type: ignore[no-any-return]

    def shared_stamp(self) -> Stamp:
        """The stamp, made when somebody first asks; the handle on the same result then has it too."""
        if self.stamp is None:
            self.stamp = Stamp()
            if isinstance(self.source, Node) and self.source.out is not None:
                self.source.out.stamp = self.stamp
        return self.stamp

    def parent(self) -> Any:
        """What a `Leaf` names as its value: the node, the leaf tensor, or None for a constant."""
        source = self.source
        return source() if source.__class__ is weakref.ref else source


class Out(Snapshot):
    """A result that its own closure reads: the array, without its node.

    The node holds the closure that holds this, so a way back would be a cycle. `like` needs none:
    whoever reads a handle in a walk is the running node, and `Node.out` says which handle is its.
    """

    __slots__ = ()
