"""`explain`: backward, one gradient function at a time.

A backward is a row of steps. In each, the gradient of a result goes into one gradient function, the
gradient of one operand comes out, and it is added to what that operand has received so far. Here
the steps are kept, to be read one by one, as text, or as a page with buttons (`page.py`).
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from leafgrad.autograd import starting_gradients
from leafgrad.backward import through_hooks
from leafgrad.contributions import Part, Slot
from leafgrad.graph.labels import numbers
from leafgrad.graph.recipes import Recipe, recipe
from leafgrad.graph.stepping import SteppingWalk
from leafgrad.graph.tracing import Entry, trace
from leafgrad.node import Array, GradFn, Leaf, Node
from leafgrad.tensor import Tensor, wrap

SHOWN = 12  # elements; of a larger array the text has the shape and the range


class Step(NamedTuple):
    """One gradient function was run, and what it returned was added to its operand's gradient.

    Where the node is the joint one of an operation with several results, its gradient is a list,
    with None for the results that received nothing.
    """

    number: int  # from 1
    node: Node  # whose gradient function ran
    name: str  # what the text calls the node
    operand: int  # the place of the operand among the node's dependencies
    parent: Node | Tensor  # the operand: where the gradient goes
    parent_name: str
    grad_fn: GradFn
    gradient: Any  # what went in
    contribution: Array | None  # what came out
    region: str  # the part of the operand that this is the gradient of; empty if it is all
    total: Any  # the operand's gradient so far, with this contribution
    received: int  # how many contributions that is

    @property
    def recipe(self) -> Recipe | None:
        """The rule as it is written, and where; None where no source is found."""
        return recipe(self.grad_fn)

    @property
    def summed(self) -> bool:
        """Whether what the rule gives has been summed over the axes that broadcasting stretched."""
        return getattr(self.grad_fn, "__qualname__", "").startswith("_summed.")

    @property
    def op(self) -> str:
        return self.node.op

    def __str__(self) -> str:
        rule = self.recipe
        lines = [f"step {self.number}: {self.name} -> {self.parent_name}"]
        if rule is not None:
            lines.append(f"    rule      {rule.source}".replace("\n", "\n" + " " * 14))
            lines += [f"    written   {place(rule)}"] if rule.file else []
        if self.summed:
            lines.append("    and then  summed over what broadcasting stretched")
        lines.append(f"    goes in   {shown(self.gradient)}")
        lines.append(f"    comes out {shown(self.contribution)}{' for ' + self.region if self.region else ''}")
        if self.received > 1 or self.region:
            lines.append(f"    added at  {self.parent_name}, which now has {shown(self.total)}")
        elif self.contribution is not None:
            lines.append(f"    kept at   {self.parent_name}")
        return "\n".join(lines)


class Explanation(Sequence[Step]):
    """The steps of one backward: a sequence, a text (`print` it), and a page (`save`, or Jupyter)."""

    def __init__(self, entries: list[Entry], names: Any, start: Any, walk: RecordingWalk) -> None:
        self.entries = entries
        self.names = names
        self.labels = walk.labels
        self.places = {entry.value: entry.number for entry in entries}
        self.start = start  # the gradient that the result was given
        self.steps = walk.steps
        #: What backward would add to the `.grad` of each leaf tensor.
        self.gradients: dict[Tensor, Tensor] = {
            leaf: wrap(np.array(through_hooks(leaf._hooks, leaf, g))) for leaf, g in walk.arrived.items()
        }

    def __len__(self) -> int:
        return len(self.steps)

    def __getitem__(self, i: Any) -> Any:
        return self.steps[i]

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)

    def __repr__(self) -> str:
        return f"<explanation of a backward from {self.result} in {len(self)} steps>"

    def __str__(self) -> str:
        return self.text()

    @property
    def result(self) -> str:
        """What the text calls the tensor where backward began."""
        return self.labels[self.entries[-1].value]

    def text(self) -> str:
        """All steps, one after the other, and what arrives at the leaves."""
        begin = f"backward from {self.result}, which is given the gradient {shown(self.start)}"
        end = [f"{self.labels[leaf]}.grad receives {shown(g.data)}" for leaf, g in self.gradients.items()]
        return "\n\n".join([begin, *map(str, self.steps), "\n".join(end)])

    def html(self) -> str:
        """A page that shows the graph and the steps, with buttons: one file, without a server or a network."""
        from leafgrad.graph.page import page

        return page(self)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the page into a file; `#step=3` after its address opens it at the third step."""
        with open(path, "w", encoding="utf-8") as file:
            file.write(self.html())

    def _repr_html_(self) -> str:
        from leafgrad.graph.page import framed

        return framed(self)


def explain(t: Tensor, gradient: Any = None, names: Any = None) -> Explanation:
    """What `t.backward(gradient)` does, step by step.

    It runs a backward, with the hooks of tensors, but no `.grad` changes and the graph is not freed:
    `backward` can follow. The steps keep copies of all gradients, so this is for models that are
    small enough to look at. `names` is a dict from names to tensors, or a module. The errors are
    those of `backward`.

    >>> import leafgrad
    >>> w = leafgrad.tensor([2.0, 3.0], requires_grad=True)
    >>> for step in explain((w * w).sum(), names={"w": w}):
    ...     print(step.name, "->", step.parent_name, step.gradient, step.contribution, step.total)
    1 sum -> 2 mul 1.0 [1. 1.] [1. 1.]
    2 mul -> w [1. 1.] [2. 3.] [2. 3.]
    2 mul -> w [1. 1.] [2. 3.] [4. 6.]
    >>> print(explain(w.sum(), names={"w": w})[0])  # doctest: +ELLIPSIS
    step 1: 1 sum -> w
        rule      ...
        written   leafgrad/ops/reductions.py, line ...
        goes in   1
        comes out [1, 1]
        kept at   w
    """
    entries = trace(t, names)
    ((root, start),) = starting_gradients("explain", t, gradient, False)
    walk = RecordingWalk(labelled(entries))
    walk.run([(root, start)])
    return Explanation(entries, names, np.array(start), walk)


class RecordingWalk(SteppingWalk):
    """A backward that keeps each of its steps, and the graph."""

    def __init__(self, labels: dict[Any, str]) -> None:
        super().__init__(keep_graph=True, differentiable=False, wanted=None)
        self.labels = labels
        self.steps: list[Step] = []
        self.counts: Counter[Any] = Counter()
        self.incoming: Any = None  # a copy of the gradient of the running node, which its steps share
        self.operand = 0

    def step(self, leaf: Leaf, g: Any) -> None:
        if not self.steps or self.steps[-1].node is not self.node:
            self.incoming, self.operand = copied(g), 0
        new = leaf.grad_fn(g)
        if new is not None:
            self._receive(leaf.value, new)
            self.counts[leaf.value] += 1
        contribution, region = _described(new)
        step = Step(
            number=len(self.steps) + 1,
            node=self.node,
            name=self.labels[self.node],
            operand=self.operand,
            parent=leaf.value,
            parent_name=self.labels[leaf.value],
            grad_fn=leaf.grad_fn,
            gradient=self.incoming,
            contribution=contribution,
            region=region,
            total=copied(self.waiting.get(leaf.value)),
            received=self.counts[leaf.value],
        )
        self.steps.append(step)
        self.operand += 1


def copied(g: Any) -> Any:
    """A gradient that is in flight as it is now: later contributions are added into its own memory."""
    if isinstance(g, list):
        return [copied(each) for each in g]
    return None if g is None else np.array(g)


def _described(new: Any) -> tuple[Array | None, str]:
    """The array that a gradient function returned, and which part of its operand it belongs to."""
    if isinstance(new, Part):
        return copied(new.g), f"[{_key(new.key)}]"
    if isinstance(new, Slot):
        return copied(new.g), f"result {new.index + 1} of {new.count}"
    return copied(new), ""


def _key(key: Any) -> str:
    """An index as one writes it.

    >>> _key((slice(1, None), ..., np.array([0, 2])))
    '1:, ..., [0, 2]'
    """
    if isinstance(key, tuple):
        return ", ".join(map(_key, key))
    if isinstance(key, slice):
        bounds = ["" if bound is None else str(bound) for bound in (key.start, key.stop, key.step)]
        return ":".join(bounds if bounds[2] else bounds[:2])
    if isinstance(key, np.ndarray):
        return str(key.tolist()) if key.size <= SHOWN else f"an index of shape {key.shape}"
    return "..." if key is ... else str(key)


def labelled(entries: Iterable[Entry]) -> dict[Any, str]:
    """What to call each node, by its place in the order in which backward visits, and each leaf."""
    visited = list(entries)[::-1]
    operations = [entry for entry in visited if not entry.is_leaf]
    leaves = [entry for entry in visited if entry.is_leaf]
    labels = {e.value: f"{i} {e.op}" + (f" ({e.name})" if e.name else "") for i, e in enumerate(operations, 1)}
    return labels | {entry.value: entry.name or f"leaf{i}" for i, entry in enumerate(leaves, 1)}


def place(rule: Recipe) -> str:
    """The file and line of a rule, the same on every machine."""
    import leafgrad

    file = rule.file or ""
    if "ipykernel" in file or file.startswith("<"):
        return f"a cell, line {rule.line}"
    package = os.path.dirname(os.path.dirname(leafgrad.__file__))
    name = os.path.relpath(file, package) if file.startswith(os.path.dirname(leafgrad.__file__)) else file
    return f"{name if name != file else os.path.basename(file)}, line {rule.line}".replace(os.sep, "/")


def shown(g: Any) -> str:
    """A gradient in a few words: its numbers if they are few, else its shape and their range.

    >>> shown(np.array([[1.0, 2.5], [0.0, 1 / 3]])), shown(np.ones((3, 9)))
    ('[[1, 2.5], [0, 0.3333]]', 'float64 (3, 9), from 1 to 1')
    """
    if isinstance(g, list):
        return "; ".join(f"result {i}: {shown(each)}" for i, each in enumerate(g, 1))
    if g is None:
        return "nothing"
    if g.size <= SHOWN:
        return numbers(g) if g.size else f"no elements, {g.shape}"
    finite = g[np.isfinite(g)]
    within = f"from {finite.min():.4g} to {finite.max():.4g}" if finite.size else "not one of them finite"
    strange = ", some not finite" if 0 < finite.size < g.size else ""
    return f"{g.dtype} {g.shape}, {within}{strange}"

