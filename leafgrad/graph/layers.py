"""Layers and their order: the first half of a layered drawing (Sugiyama, Tagawa and Toda, 1981).

Every vertex gets a layer below those of its operands. An edge that passes through layers gets a bend
in each, and edges from one source share their bends. Then the layers are sorted, again and again from
the top down and from the bottom up, by the mean position of each vertex's neighbours, and the order
with the fewest crossings is kept.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

SWEEPS = 24
PATIENCE = 6  # sweeps without a gain after which we stop


class Link(NamedTuple):
    """An edge between two elements, by number, of what comes from `source`; `slot` tells operands apart."""

    start: int
    end: int
    source: Any
    slot: int


class Segment(NamedTuple):
    """A piece of an edge between neighbouring layers."""

    start: int
    end: int
    source: Any
    slot: int


@dataclass
class Layered:
    """Elements 0 to n - 1 and bends from n on, in layers from the top, each from left to right."""

    count: int  # of elements
    layers: list[list[int]]
    segments: list[Segment]
    ports: dict[tuple[int, Any, bool], float] = field(default_factory=dict)

    def port(self, vertex: int, source: Any, leaving: bool) -> float:
        """Where on a vertex an edge is attached, from -1/2 at its left to 1/2 at its right."""
        return self.ports.get((vertex, source, leaving), 0.0)


def layered(
    count: int,
    links: Sequence[Link],
    top: Sequence[int],
    bottom: Sequence[int],
    ports: dict[tuple[int, Any, bool], float],
) -> Layered:
    """Layers for elements that are joined without a cycle; those in `bottom` share the last one.

    Those in `top`, which have no operands, begin in the middle of the first.
    """
    layer = _layer_numbers(count, links, top, bottom)
    layers: list[list[int]] = [[] for _ in range(max(layer, default=-1) + 1)]
    for element in range(count):
        if element not in top:
            layers[layer[element]].append(element)
    half = len(layers[0]) // 2 if layers else 0
    if top:
        layers[0][half:half] = top
    bends: dict[tuple[Any, int], int] = {}
    segments: dict[Segment, None] = {}
    for link in links:
        last = link.start
        for passed in range(layer[link.start] + 1, layer[link.end]):
            bend = bends.get((link.source, passed))
            if bend is None:
                bend = bends[link.source, passed] = count + len(bends)
                layers[passed].append(bend)
            segments[Segment(last, bend, link.source, -1)] = None
            last = bend
        segments[Segment(last, link.end, link.source, link.slot)] = None
    result = Layered(count, layers, list(segments), ports)
    _sort_layers(result)
    return result


def _layer_numbers(count: int, links: Sequence[Link], top: Sequence[int], bottom: Sequence[int]) -> list[int]:
    """The longest path from the top; then what has more users than operands moves down to its users."""
    users: list[set[int]] = [set() for _ in range(count)]
    operands: list[set[int]] = [set() for _ in range(count)]
    for link in links:
        users[link.start].add(link.end)
        operands[link.end].add(link.start)
    missing = [len(each) for each in operands]
    order = [element for element in range(count) if not missing[element]]
    layer = [0] * count
    for element in order:
        for user in users[element]:
            layer[user] = max(layer[user], layer[element] + 1)
            missing[user] -= 1
            if not missing[user]:
                order.append(user)
    depth = max(layer, default=0)
    for element in bottom:
        layer[element] = max(depth, 1)
    pinned = {*top, *bottom}
    for element in reversed(order):
        held = [operand for operand in operands[element] if operands[operand]]  # those that are not leaves
        if users[element] and element not in pinned and len(users[element]) > len(held):
            layer[element] = min(layer[user] for user in users[element]) - 1
    return layer


def _sort_layers(graph: Layered) -> None:
    """Put each layer into the order that makes the fewest crossings, of those that are tried."""
    position = {vertex: float(i) for layer in graph.layers for i, vertex in enumerate(layer)}
    above: dict[int, list[tuple[int, float]]] = {}
    below: dict[int, list[tuple[int, float]]] = {}
    for start, end, source, _ in graph.segments:
        above.setdefault(end, []).append((start, graph.port(start, source, True)))
        below.setdefault(start, []).append((end, graph.port(end, source, False)))
    best, fewest, since = [list(layer) for layer in graph.layers], crossings(graph, position), 0
    for sweep in range(SWEEPS):
        if not fewest or since > PATIENCE:
            break
        neighbours = below if sweep % 2 else above
        for layer in reversed(graph.layers) if sweep % 2 else graph.layers:
            middle = {vertex: _mean(neighbours.get(vertex), position, vertex) for vertex in layer}
            # ties keep their order in one sweep and turn it round in the next
            layer.sort(key=lambda v: (middle[v], position[v] * (-1 if sweep % 4 > 1 else 1)))
            position.update((vertex, float(i)) for i, vertex in enumerate(layer))
        now = crossings(graph, position)
        since += 1
        if now < fewest:
            best, fewest, since = [list(layer) for layer in graph.layers], now, 0
    graph.layers = best


def _mean(neighbours: list[tuple[int, float]] | None, position: dict[int, float], vertex: int) -> float:
    if not neighbours:
        return position[vertex]
    return sum(position[other] + port for other, port in neighbours) / len(neighbours)


def crossings(graph: Layered, position: dict[int, float]) -> int:
    """How many pairs of segments cross: the inversions between their ends above and below."""
    level = {vertex: depth for depth, layer in enumerate(graph.layers) for vertex in layer}
    ends: list[list[tuple[float, float]]] = [[] for _ in graph.layers]
    for start, end, source, _ in graph.segments:
        upper = position[start] + graph.port(start, source, True)
        lower = position[end] + graph.port(end, source, False)
        ends[level[start]].append((upper, lower))
    total = 0
    for pairs in ends:
        seen: list[float] = []
        for _, lower in sorted(pairs):
            total += len(seen) - bisect_right(seen, lower)
            insort(seen, lower)
    return total
