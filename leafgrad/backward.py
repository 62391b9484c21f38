"""The engine: gradients flow from outputs to leaves, the youngest node first.

Whatever consumed a node's result was recorded after it, so when a node is the youngest of those
with a gradient waiting, that gradient is complete: each node runs once, and nothing recurses.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from heapq import heappop, heappush
from typing import Any

import numpy as np

from leafgrad import anomaly
from leafgrad.contributions import Part, Slot
from leafgrad.modes import mode
from leafgrad.node import Hooks, Node
from leafgrad.recording import astype, conjugate, running
from leafgrad.tensor import Tensor, wrap


class Walk:
    """One backward pass. All its state is here: nothing is left on nodes when it ends or fails.

    Complex gradients are the graph's, not the user's (see `recording.conjugate`), but for those in
    `retained`.
    """

    def __init__(self, keep_graph: bool, differentiable: bool, wanted: Iterable[Any] | None) -> None:
        self.node: Any = None  # the one that is running
        self.keep_graph = keep_graph
        self.differentiable = differentiable
        self.wanted = None if wanted is None else set(wanted)
        self.waiting: dict[Any, Any] = {}  # gradients in flight, by node or leaf tensor
        self.queue: list[tuple[int, Node]] = []  # the waiting nodes, a heap with the youngest first
        self.owned: set[Any] = set()  # those whose buffer this walk allocated
        self.arrived: dict[Any, Any] = {}  # in the end, those of leaf tensors and of the nodes wanted
        self.retained: list[tuple[Tensor, Any]] = []  # gradients of results that asked to keep them
        self.shared: Any = None  # what `contributions.together` has computed for the running node's parents
        self.met_freed = False
        self.anomaly = anomaly.state.enabled

    def run(self, roots: Sequence[tuple[Any, Any]]) -> None:
        """From the outputs' nodes (or leaf tensors) and gradients, run all that they lead to."""
        needed = None if self.wanted is None else self._leading_to_wanted([root for root, _ in roots])
        for root, g in roots:
            self._receive(root, g)
        outer, enabled = running.walk, mode.enabled
        running.walk = self
        try:
            mode.enabled = self.differentiable
            with np.errstate(all="ignore"):
                self._drain(needed)
        finally:
            running.walk, mode.enabled = outer, enabled
        self.waiting.update(self.arrived)
        self.waiting, self.arrived = {}, self.waiting  # with what no node took out

    def _drain(self, needed: set[Any] | None) -> None:
        queue, waiting, owned, receive = self.queue, self.waiting, self.owned, self._receive
        keep_graph, ndarray = self.keep_graph, np.ndarray
        plain = not (self.anomaly or self.differentiable)
        while queue:
            node = heappop(queue)[1]
            g = waiting.pop(node)
            if node.hooks is not None:
                g = self._through_hooks(node, g)
            dependencies = node.dependencies
            if needed is not None:
                if node in self.wanted:  # type: ignore[operator]
                    self.arrived[node] = g
                if not any(leaf.value in needed for leaf in dependencies):
                    continue
            if not dependencies:
                raise already_freed(node)
            self.node = node
            for leaf in dependencies:
                parent = leaf.value
                if needed is not None and parent not in needed:
                    continue
                new = leaf.grad_fn(g)
                held = waiting.get(parent)
                # nearly always it is the first for a node, or one more for a buffer: `_receive`, written out
                if not plain:
                    if new is not None:
                        receive(parent, new)
                elif held is None:
                    kind = new.__class__
                    fits = parent if parent.__class__ is Node else parent._now.array
                    if (
                        (kind is ndarray or kind is fits.dtype.type)
                        and new.dtype is fits.dtype
                        and new.shape == fits.shape
                    ):
                        waiting[parent] = new
                        if fits is parent:
                            heappush(queue, (-parent.order, parent))
                    elif new is not None:
                        receive(parent, new)
                elif (
                    new.__class__ is ndarray
                    and parent in owned
                    and new.dtype is held.dtype
                    and new.shape == held.shape
                ):
                    held += new  # in place, but for a NumPy scalar
                    waiting[parent] = held
                elif new is not None:
                    receive(parent, new)
            if not keep_graph:
                dependencies.clear()

    def _receive(self, parent: Any, new: Any) -> None:
        """Add one contribution to the gradient that waits at `parent`.

        The first is kept as it is, the second allocates, later ones are added in place into the
        buffer that the walk then owns.
        """
        is_node = parent.__class__ is Node
        store = self.waiting
        old = store.get(parent)
        if new.__class__ is Slot:
            store[parent] = new.added_to(old)
        elif new.__class__ is Part:
            buffer = old if old is None or parent in self.owned else old.copy()
            store[parent] = new.added_to(buffer, parent.shape, parent.dtype)
            self.owned.add(parent)
        else:
            dtype = parent.dtype
            cls = new.__class__
            if (cls is not np.ndarray and cls is not dtype.type) or new.dtype is not dtype or new.shape != parent.shape:
                new = self._fitted(parent, new)
            if self.anomaly:
                anomaly.check(self.node, new)
            if old is None:
                store[parent] = new
            elif parent in self.owned:
                old += new  # an array is added to in place, a NumPy scalar is replaced
                store[parent] = old
            else:
                store[parent] = old + new
                if not self.differentiable:
                    self.owned.add(parent)
        if old is None and is_node:
            heappush(self.queue, (-parent.order, parent))

    def _fitted(self, parent: Any, new: Any) -> Any:
        """The contribution with its parent's dtype; an error where its kind or shape is wrong."""
        op = self.node.op if self.node is not None else "backward"
        if self.differentiable:
            if not isinstance(new, Tensor):
                new = wrap(np.asarray(new))
        elif isinstance(new, Tensor):
            raise TypeError(
                f"{op}: its gradient function returned a Tensor in an ordinary backward; "
                "read saved values with like(x, g), so that arrays stay arrays"
            )
        elif not hasattr(new, "shape"):
            new = np.asarray(new, parent.dtype)
        if new.shape != parent.shape:
            raise RuntimeError(f"{op}: its gradient has shape {new.shape} for an operand of shape {parent.shape}")
        return new if new.dtype == parent.dtype else astype(new, parent.dtype)

    def _through_hooks(self, node: Node, g: Any) -> Any:
        assert node.hooks is not None
        g = through_hooks(node.hooks, node, conjugate(g))
        tensor = node.tensor
        if node.hooks.retain and tensor is not None:
            self.retained.append((tensor, g))
        return conjugate(g)

    def _leading_to_wanted(self, roots: Iterable[Any]) -> set[Any]:
        """The wanted nodes and leaves, and every node of the graph from which one can be reached."""
        assert self.wanted is not None
        found = {root for root in roots if root.__class__ is Node}
        stack = list(found)
        while stack:
            node = stack.pop()
            self.met_freed |= not node.dependencies
            for parent, _ in node.dependencies:
                if parent.__class__ is Node and parent not in found:
                    found.add(parent)
                    stack.append(parent)
        needed = set(self.wanted)
        for node in sorted(found, key=lambda node: node.order):
            if any(leaf.value in needed for leaf in node.dependencies):
                needed.add(node)
        return needed


def through_hooks(hooks: Hooks | None, owner: Node | Tensor, g: Any) -> Any:
    """The owner's gradient after each hook in turn has seen it, and perhaps replaced it."""
    if hooks is None or not hooks.functions:
        return g
    seen = g if isinstance(g, Tensor) else wrap(np.array(g))  # a copy: a hook may keep it, or change it
    for hook in list(hooks.functions.values()):
        replaced = hook(seen)
        if replaced is not None:
            if not isinstance(replaced, Tensor):
                raise TypeError(f"hook: returned {type(replaced).__name__} for a gradient; return a Tensor or None")
            if replaced.shape != owner.shape:
                raise RuntimeError(f"hook: returned shape {replaced.shape} for a gradient of shape {owner.shape}")
            seen = replaced.to(owner.dtype)
    return seen if isinstance(g, Tensor) else seen._now.array


def already_freed(node: Node) -> RuntimeError:
    return RuntimeError(
        f"backward: the graph at {node!r} was freed by an earlier backward through it; "
        "pass retain_graph=True to that one to walk it again"
    )
