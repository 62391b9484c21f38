"""Coordinates: the second half of a layered drawing, for a scene of shapes in frames.

A frame is laid out first, by itself, and is then one element of what is around it. An edge that enters or
leaves a frame goes through a port on its border, which inside is an element of the first or last layer.
Edges bend between layers only, where there are no shapes, so that none runs behind one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from leafgrad.graph.layers import Layered, Link, Segment, layered
from leafgrad.graph.scene import Frame, Item, Scene
from leafgrad.graph.spreading import centres

LINE = 14.0  # height of a line of text
TITLE_CHARACTER, LINE_CHARACTER = 7.3, 6.3  # widths, of a monospaced font
SIDE = 14.0  # between a text and the border of its shape, and in a frame
HEADER = 24.0  # of a frame, with its title
BETWEEN_LAYERS, BESIDE_PORTS = 28.0, 14.0
PORT = 6.0  # width of a port or bend
SLOT = 14.0  # between the arrows into one shape


class Rectangle(NamedTuple):
    """Where a shape or frame is: its upper left corner and its size."""

    x: float
    y: float
    width: float
    height: float


class Curve(NamedTuple):
    """A piece of an edge: straight down to `bend`, from there a curve to `straight`, and straight down again."""

    source: Item
    x0: float
    y0: float
    bend: float
    straight: float
    x1: float
    y1: float
    is_tip: bool


@dataclass
class Layout:
    """Places for everything in a scene."""

    width: float
    height: float
    items: dict[Item, Rectangle] = field(default_factory=dict)
    frames: dict[Frame, Rectangle] = field(default_factory=dict)
    curves: list[Curve] = field(default_factory=list)


def layout(scene: Scene) -> Layout:
    """Lay out a scene: no two shapes overlap, and every shape lies in its frame."""
    owner: dict[Item, list[Frame]] = {}
    _note_owners(scene.root, [], owner)
    root = _lay_out(scene.root, scene.edges, owner, 0)
    result = Layout(root.width, root.height)
    _collect(root, 0.0, 0.0, result)
    return result


def size_of(item: Item) -> tuple[float, float]:
    """Width and height of a shape, from its texts."""
    label = item.label
    widths = [len(label.title) * TITLE_CHARACTER, *(len(line) * LINE_CHARACTER for line in label.lines)]
    return max(max(widths) + 2 * SIDE, 46.0), LINE * (1 + len(label.lines)) + 10.0


@dataclass
class _Placed:
    """A frame after it was laid out, in coordinates of its own."""

    frame: Frame
    width: float = 0.0
    height: float = 0.0
    items: dict[Item, Rectangle] = field(default_factory=dict)
    inner: list[tuple[_Placed, float, float]] = field(default_factory=list)
    curves: list[Curve] = field(default_factory=list)
    entering: dict[Item, float] = field(default_factory=dict)  # x of the port, by the source of the edge
    leaving: dict[Item, float] = field(default_factory=dict)


class _Element(NamedTuple):
    """What has a place of its own in a frame: a shape, an open box, or a port."""

    what: Item | _Placed | None
    width: float
    height: float


def _note_owners(frame: Frame, around: list[Frame], owner: dict[Item, list[Frame]]) -> None:
    for child in frame.children:
        if isinstance(child, Frame):
            _note_owners(child, [*around, child], owner)
        else:
            owner[child] = around


def _lay_out(
    frame: Frame, edges: Sequence[tuple[Item, Item, int]], owner: dict[Item, list[Frame]], depth: int
) -> _Placed:
    own = set(frame.items())
    edges = [edge for edge in edges if edge[0] in own or edge[1] in own]
    elements: list[_Element] = []
    number: dict[Any, int] = {}  # of an element, by its item, its frame, or its port
    for child in frame.children:
        number[child] = len(elements)
        if isinstance(child, Frame):
            placed = _lay_out(child, edges, owner, depth + 1)
            elements.append(_Element(placed, placed.width, placed.height))
        else:
            elements.append(_Element(child, *size_of(child)))
    entering = dict.fromkeys(("enter", a) for a, _, _ in edges if a not in own)
    leaving = dict.fromkeys(("leave", a) for a, b, _ in edges if b not in own)
    for port in (*entering, *leaving):
        number[port] = len(elements)
        elements.append(_Element(None, PORT, 0.0))
    for item in own:  # what lies in an inner frame is seen as that frame
        around = owner[item]
        number[item] = number[around[depth] if len(around) > depth else item]
    links: dict[Link, None] = {}
    for a, b, slot in edges:
        start = number[a if a in own else ("enter", a)]
        end = number[b if b in own else ("leave", a)]
        if start != end:
            links[Link(start, end, a, slot if isinstance(elements[end].what, Item) else -1)] = None
    top, bottom = [number[port] for port in entering], [number[port] for port in leaving]
    graph = layered(len(elements), list(links), top, bottom, _ports(elements))
    return _place(frame, graph, elements, number, depth > 0)


def _ports(elements: Sequence[_Element]) -> dict[tuple[int, Any, bool], float]:
    """Where on each inner frame each edge enters (False) or leaves (True), as a part of the frame's width."""
    return {
        (i, source, is_leaving): x / element.width - 0.5
        for i, element in enumerate(elements)
        if isinstance(element.what, _Placed)
        for is_leaving, xs in ((False, element.what.entering), (True, element.what.leaving))
        for source, x in xs.items()
    }


def _place(frame: Frame, graph: Layered, elements: list[_Element], number: dict[Any, int], framed: bool) -> _Placed:
    """Put the elements of a frame where they belong, once their layers and order are known."""
    result = _Placed(frame)

    def width_of(vertex: int) -> float:
        return elements[vertex].width if vertex < graph.count else PORT

    x = centres(graph, width_of)
    side, header = (SIDE, HEADER) if framed else (0.0, 0.0)
    left = min((x[v] - width_of(v) / 2 for v in x), default=0.0) - side
    content = max((x[v] + width_of(v) / 2 for v in x), default=0.0) + side - left
    result.width = max(content, len(frame.title) * LINE_CHARACTER + 2 * SIDE if framed else 0.0)
    x = {vertex: centre - left + (result.width - content) / 2 for vertex, centre in x.items()}

    attached = _attachments(graph, elements, x)
    tops, bottoms = _bands(graph, elements, attached, header)
    result.height = bottoms[-1] + (SIDE if framed and tops[-1] < bottoms[-1] else 0.0) if bottoms else header
    level = {vertex: depth for depth, layer in enumerate(graph.layers) for vertex in layer}
    for vertex, element in enumerate(elements):
        band = tops[level[vertex]], bottoms[level[vertex]]
        corner = x[vertex] - element.width / 2, (band[0] + band[1] - element.height) / 2
        if isinstance(element.what, Item):
            result.items[element.what] = Rectangle(*corner, element.width, element.height)
        elif element.what is not None:
            result.inner.append((element.what, *corner))
    middle = [(top + bottom) / 2 for top, bottom in zip(tops, bottoms, strict=True)]
    for key, vertex in number.items():
        if isinstance(key, tuple):
            kind, source = key
            y = middle[level[vertex]]
            (result.entering if kind == "enter" else result.leaving)[source] = x[vertex]
            y0, y1 = (0.0, y) if kind == "enter" else (y, result.height)
            result.curves.append(Curve(source, x[vertex], y0, y1, y1, x[vertex], y1, False))
    for segment, (x0, x1) in attached.items():
        upper, lower = level[segment.start], level[segment.end]
        is_bend = segment.start >= graph.count
        y0 = bottoms[upper] if is_bend else middle[upper] + elements[segment.start].height / 2
        is_bend = segment.end >= graph.count
        y1 = bottoms[lower] if is_bend else middle[lower] - elements[segment.end].height / 2
        is_tip = not is_bend and isinstance(elements[segment.end].what, Item)
        result.curves.append(Curve(segment.source, x0, y0, bottoms[upper], tops[lower], x1, y1, is_tip))
    return result


def _attachments(
    graph: Layered, elements: list[_Element], x: dict[int, float]
) -> dict[Segment, tuple[float, float]]:
    """For each segment, the x where it begins and where it ends: arrows into a shape stand side by side."""
    arriving: dict[int, list[Segment]] = {}
    for segment in graph.segments:
        arriving.setdefault(segment.end, []).append(segment)
    result: dict[Segment, tuple[float, float]] = {}
    for vertex, segments in arriving.items():
        begin = {s: x[s.start] + graph.port(s.start, s.source, True) * _width(elements, s.start) for s in segments}
        segments.sort(key=lambda segment: (begin[segment], segment.slot))
        is_shape = vertex < graph.count and isinstance(elements[vertex].what, Item)
        room = 0.6 * _width(elements, vertex)
        step = min(SLOT, room / max(len(segments) - 1, 1)) if is_shape else 0.0
        for i, segment in enumerate(segments):
            port = graph.port(vertex, segment.source, False) * _width(elements, vertex)
            result[segment] = begin[segment], x[vertex] + port + step * (i - (len(segments) - 1) / 2)
    return result


def _width(elements: list[_Element], vertex: int) -> float:
    return elements[vertex].width if vertex < len(elements) else PORT


def _bands(
    graph: Layered, elements: list[_Element], attached: dict[Segment, tuple[float, float]], header: float
) -> tuple[list[float], list[float]]:
    """Top and bottom of each layer; where edges go far to the side there is more room below it."""
    level = {vertex: depth for depth, layer in enumerate(graph.layers) for vertex in layer}
    widest = [0.0] * len(graph.layers)
    for segment, (x0, x1) in attached.items():
        widest[level[segment.start]] = max(widest[level[segment.start]], abs(x1 - x0))
    heights = [
        max((elements[vertex].height for vertex in layer if vertex < graph.count), default=0.0)
        for layer in graph.layers
    ]
    tops, bottoms = [], []
    y = header
    for height, below, reach in zip(heights, [*heights[1:], 0.0], widest, strict=True):
        tops.append(y)
        bottoms.append(y + height)
        y += height + (BETWEEN_LAYERS if height and below else BESIDE_PORTS) + min(50.0, reach / 10)
    return tops, bottoms


def _collect(placed: _Placed, x: float, y: float, result: Layout) -> None:
    """Add a frame's contents, at their final coordinates."""
    for item, (left, top, width, height) in placed.items.items():
        result.items[item] = Rectangle(x + left, y + top, width, height)
    for curve in placed.curves:
        source, x0, y0, bend, straight, x1, y1, is_tip = curve
        result.curves.append(Curve(source, x0 + x, y0 + y, bend + y, straight + y, x1 + x, y1 + y, is_tip))
    for inner, left, top in placed.inner:
        result.frames[inner.frame] = Rectangle(x + left, y + top, inner.width, inner.height)
        _collect(inner, x + left, y + top, result)
