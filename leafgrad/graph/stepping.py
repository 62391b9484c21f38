"""`SteppingWalk`: a backward that can be watched, one gradient function at a time.

The engine's loop in `backward.py` is written for speed. This is the same loop written for reading:
nodes are taken in the same order, and what arrives is added by the engine's own `_receive`. Whoever
wants to see the steps (`explain`) or time them (`profile`) overrides `step`.
"""

from __future__ import annotations

from heapq import heappop
from typing import Any

from leafgrad.backward import Walk, already_freed
from leafgrad.node import Leaf


class SteppingWalk(Walk):
    """One backward pass that goes through `step` for each gradient function it runs."""

    def step(self, leaf: Leaf, g: Any) -> None:
        """Run one gradient function of `self.node`, and add what it returns at the parent."""
        new = leaf.grad_fn(g)
        if new is not None:
            self._receive(leaf.value, new)

    def _drain(self, needed: set[Any] | None) -> None:
        while self.queue:
            node = heappop(self.queue)[1]
            g = self.waiting.pop(node)
            if node.hooks is not None:
                g = self._through_hooks(node, g)
            if self.wanted is not None and node in self.wanted:
                self.arrived[node] = g
            leaves = [leaf for leaf in node.dependencies if needed is None or leaf.value in needed]
            if needed is not None and not leaves:
                continue
            if not node.dependencies:
                raise already_freed(node)
            self.node = node
            for leaf in leaves:
                self.step(leaf, g)
            if not self.keep_graph:
                node.dependencies.clear()
