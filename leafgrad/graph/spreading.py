"""The x of every vertex of a layered drawing: near its neighbours, and apart from those beside it.

Within one layer, the places nearest to those desired (in the sense of least squares) that keep all
vertices apart are an isotonic regression, which pooling of adjacent violators solves exactly. Layers take
turns until all have settled.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from leafgrad.graph.layers import Layered

ROUNDS = 10
BETWEEN_SHAPES, BETWEEN_BENDS = 22.0, 10.0
LOOSE, FIRM = 0.01, 1e4  # how much a vertex minds to be moved in a turn that is not its own

Neighbours = dict[int, list[tuple[int, float, float]]]  # vertex -> (neighbour, shift between their centres, weight)


def centres(graph: Layered, width_of: Callable[[int], float]) -> dict[int, float]:
    """The x of the centre of each vertex."""
    gaps = [_gaps(graph, layer, width_of) for layer in graph.layers]
    x: dict[int, float] = {}
    for layer, apart in zip(graph.layers, gaps, strict=True):
        total, at = sum(apart), 0.0
        for vertex, gap in zip(layer, [0.0, *apart], strict=False):
            at += gap
            x[vertex] = at - total / 2
    above, below = _neighbours(graph, width_of)
    both = {v: above.get(v, []) + below.get(v, []) for v in x}
    levels = list(range(len(graph.layers)))
    leaves = {v: below[v] for v in below if v not in above}
    turns = [(above, levels), (below, levels[::-1])] * ROUNDS + [(both, levels), (both, levels[::-1])] * ROUNDS
    turns += [(above, levels), (leaves, levels)]  # in the end each stands below its operands, and leaves above users
    for neighbours, order in turns:
        others = FIRM if neighbours is leaves else LOOSE
        for i in order:
            layer = graph.layers[i]
            desired, weights = zip(*(_desire(v, neighbours.get(v), x, others) for v in layer), strict=True)
            x.update(zip(layer, spread(desired, weights, gaps[i]), strict=True))
    return x


def spread(desired: Sequence[float], weights: Sequence[float], gaps: Sequence[float]) -> list[float]:
    """The places nearest to those desired at which each is at least its gap to the right of the one before.

    >>> spread([0.0, 0.0, 10.0], [1.0, 1.0, 1.0], [4.0, 4.0])
    [-2.0, 2.0, 10.0]
    """
    offset, blocks = 0.0, []  # a block: the sum of weighted places, the sum of weights, how many
    offsets = []
    for place, weight, gap in zip(desired, weights, [0.0, *gaps], strict=True):
        offset += gap
        offsets.append(offset)
        blocks.append((weight * (place - offset), weight, 1))
        while len(blocks) > 1 and blocks[-2][0] * blocks[-1][1] > blocks[-1][0] * blocks[-2][1]:
            total, share, count = blocks.pop()
            blocks[-1] = (blocks[-1][0] + total, blocks[-1][1] + share, blocks[-1][2] + count)
    means = [total / share for total, share, count in blocks for _ in range(count)]
    return [mean + shift for mean, shift in zip(means, offsets, strict=True)]


def _gaps(graph: Layered, layer: Sequence[int], width_of: Callable[[int], float]) -> list[float]:
    """Between the centres of vertices that are next to each other."""
    gaps = []
    for left, right in pairwise(layer):
        is_bend = left >= graph.count and right >= graph.count
        gaps.append((width_of(left) + width_of(right)) / 2 + (BETWEEN_BENDS if is_bend else BETWEEN_SHAPES))
    return gaps


def _neighbours(graph: Layered, width_of: Callable[[int], float]) -> tuple[Neighbours, Neighbours]:
    above: Neighbours = {}
    below: Neighbours = {}
    for start, end, source, _ in graph.segments:
        bends = (start >= graph.count) + (end >= graph.count)
        weight = (1.0, 2.0, 200.0)[bends]  # long edges had rather be straight
        shift = graph.port(start, source, True) * width_of(start) - graph.port(end, source, False) * width_of(end)
        above.setdefault(end, []).append((start, shift, weight))
        below.setdefault(start, []).append((end, -shift, weight))
    return above, below


def _desire(
    vertex: int, neighbours: list[tuple[int, float, float]] | None, x: dict[int, float], others: float
) -> tuple[float, float]:
    """Where a vertex would be, and how much that matters; one without such neighbours stays where it is."""
    if not neighbours:
        return x[vertex], others
    total = sum(weight for _, _, weight in neighbours)
    return sum((x[other] + shift) * weight for other, shift, weight in neighbours) / total, total
