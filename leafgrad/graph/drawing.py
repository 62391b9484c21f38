"""`draw`: the dependency graph of a tensor as a picture.

A trace is put into boxes (`boxes`), these are opened or folded (`scene`), what results gets its places
(`layers`, `spreading`, `layout`) and is written as SVG (`svg`) or as text for other programs
(`diagrams`); a page whose boxes open holds several such pictures (`page`).
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from typing import Any

from leafgrad.graph.boxes import Path, boxes_of
from leafgrad.graph.layout import layout
from leafgrad.graph.scene import Scene, box_key, scene, worth_a_box
from leafgrad.graph.tracing import Entry, trace
from leafgrad.tensor import Tensor, wrap

CROWDED = 60  # shapes from which boxes stay folded, unless the user says how many levels to open


def draw(
    t: Tensor,
    names: Any = None,
    *,
    depth: int | None = None,
    chain: int | None = 10,
    gradients: bool = False,
    legend: bool = True,
) -> Drawing:
    """A drawing of the graph behind `t`, which a notebook shows as it is; operands above results.

    `names` is a module, whose parameters have dotted names, or a dict from names to tensors and modules.
    What was recorded inside `keep_values()` shows its values where they are few, and stands in the
    box of the module that was called; without, parameters' names tell the boxes. `depth` levels
    of boxes are open: 0 folds all, and by default as many are as stay readable; in a notebook or a
    page a click opens or folds one. Of a chain of more than `chain` operations the middle is folded,
    unless that is None.

    A leaf shows its `.grad`, if that is small. With `gradients`, a backward pass from ones is run, which
    changes no `.grad` but runs hooks, and operations show theirs too. A backward without
    `retain_graph=True` frees the graph: draw before it.

    A TypeError if `t` is no tensor or `names` neither of these; a ValueError for a negative depth.

    >>> import leafgrad
    >>> x = leafgrad.tensor([1.0, 2.0], requires_grad=True)
    >>> drawing = draw((x * x.exp()).sum(), names={"x": x})
    >>> drawing
    <Drawing of 3 operations and 1 leaf>
    >>> drawing.svg.startswith("<svg"), drawing.dot.startswith("digraph")
    (True, True)
    """
    if not isinstance(t, Tensor):
        raise TypeError(f"draw: expected a tensor, got {type(t).__name__}")
    if depth is not None and depth < 0:
        raise ValueError(f"draw: depth is how many levels of boxes are open, it cannot be {depth}")
    if chain is not None and chain < 1:
        raise ValueError(f"draw: chain is the longest chain that is not folded (or None), it cannot be {chain}")
    called = _called_modules(t)
    entries = trace(t, called | dict(names) if isinstance(names, Mapping) else names or called)
    paths = worth_a_box(boxes_of(entries, names))
    return Drawing(entries, paths, depth, chain, _gradients(t, entries) if gradients else {}, legend)


class Drawing:
    """What `draw` returns: a graph that shows itself in Jupyter, as `svg`, `html`, `dot` and `mermaid`."""

    def __init__(
        self,
        entries: Sequence[Entry],
        paths: Sequence[Path],
        depth: int | None,
        chain: int | None,
        gradients: dict[int, Any],
        legend: bool,
    ) -> None:
        self._entries = entries
        self._paths = paths
        self._chain = chain
        self._gradients = gradients
        self._legend = legend
        self.boxes = {box_key(box.place): i for path in paths for i, box in enumerate(path)}
        """The keys of all boxes, with the level at which each is: 0 for the outermost."""
        self.open = self.opened_to(self._readable_depth() if depth is None else depth)
        """The keys of those that are open in `svg`."""

    def opened_to(self, depth: int) -> frozenset[str]:
        """The keys of the boxes of the outermost levels."""
        return frozenset(key for key, level in self.boxes.items() if level < depth)

    def _readable_depth(self) -> int:
        deepest = max(self.boxes.values(), default=-1) + 1
        for depth in range(deepest, 0, -1):
            if sum(1 for _ in self.scene(self.opened_to(depth)).root.items()) <= CROWDED:
                return depth
        return 0

    def scene(self, is_open: Collection[str]) -> Scene:
        """What is drawn if the boxes (and chains) with these keys are open."""
        return scene(self._entries, self._paths, is_open, self._gradients, self._chain)

    def picture(
        self, is_open: Collection[str], clicks: Mapping[str, str] | None = None, style: bool = True
    ) -> str:
        """The SVG with these boxes open; `clicks` says to which state of the page a click leads."""
        from leafgrad.graph.svg import svg

        return svg(layout(self.scene(is_open)), repr(self)[1:-1], clicks, self._legend, style)

    @cached_property
    def svg(self) -> str:
        """The drawing as a whole SVG document."""
        return self.picture(self.open)

    @cached_property
    def html(self) -> str:
        """The drawing as HTML with boxes that open and fold when they are clicked; it needs no network."""
        from leafgrad.graph.folding import fragment

        return fragment(self)

    @property
    def dot(self) -> str:
        """The drawing in the language of Graphviz."""
        from leafgrad.graph.diagrams import dot

        return dot(self.scene(self.open))

    @property
    def mermaid(self) -> str:
        """The drawing as a Mermaid flowchart."""
        from leafgrad.graph.diagrams import mermaid

        return mermaid(self.scene(self.open))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write a file, of the kind that its suffix names: .svg, .html, .dot or .mmd; else a ValueError."""
        suffix = os.path.splitext(path)[1].lower()
        if suffix not in (".svg", ".html", ".dot", ".mmd"):
            raise ValueError(f"save: the suffix must be .svg, .html, .dot or .mmd, got {os.fspath(path)!r}")
        if suffix == ".html":
            from leafgrad.graph.folding import document

            text = document(self)
        else:
            text = {".svg": self.svg, ".dot": self.dot, ".mmd": self.mermaid}[suffix]
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def _repr_svg_(self) -> str:
        return self.svg

    def _repr_html_(self) -> str | None:
        return self.html if self.boxes else None  # the SVG says all where there is nothing to open

    def __repr__(self) -> str:
        leaves = sum(entry.is_leaf for entry in self._entries)
        operations = len(self._entries) - leaves
        return f"<Drawing of {_counted(operations, 'operation', 's')} and {_counted(leaves, 'lea', 'ves', 'f')}>"


def _counted(n: int, word: str, many: str, one: str = "") -> str:
    return f"{n} {word}{one if n == 1 else many}"


def _called_modules(t: Tensor) -> dict[str, Any]:
    """The outermost modules whose calls were noted behind `t`, and how to call their parameters."""
    roots = {}
    for entry in trace(t):
        call = None if entry.is_leaf else entry.value.call  # type: ignore[union-attr]
        module = call.path()[0].module() if call is not None else None
        if module is not None:
            roots[id(module)] = module
    modules = list(roots.values())
    if len(modules) == 1:
        return {"": modules[0]}
    return {f"{type(module).__name__}{i}": module for i, module in enumerate(modules)}


def _gradients(t: Tensor, entries: Sequence[Entry]) -> dict[int, Any]:
    """The gradient that arrives at each entry, by its number; no `.grad` is written."""
    import numpy as np

    from leafgrad.backward import Walk

    walk = Walk(keep_graph=True, differentiable=False, wanted=[entry.value for entry in entries])
    walk.run([(entries[-1].value, np.ones(t.shape, t.dtype))])
    return {
        entry.number: wrap(np.array(walk.arrived[entry.value]))
        for entry in entries
        if isinstance(walk.arrived.get(entry.value), np.ndarray | np.generic)
    }
