"""Layers, places and edges of a drawing, on random graphs and on those of models."""

import random

import numpy as np
import pytest

import leafgrad
from leafgrad import nn
from leafgrad.graph.drawing import draw
from leafgrad.graph.layers import Link, crossings, layered
from leafgrad.graph.layout import LINE, LINE_CHARACTER, TITLE_CHARACTER, Rectangle, layout
from leafgrad.graph.spreading import spread
from leafgrad.graph.values import keep_values


def random_graph(size, seed):
    """The sum over what is left of a program of `size` operations on earlier results."""
    rng = random.Random(seed)
    values = [leafgrad.ones(2, requires_grad=True) for _ in range(1 + size // 20)]
    unused = list(values)
    while size > 0:
        recent = values[-8:] if rng.random() < 0.8 else values
        a, b = rng.choice(recent), rng.choice(recent)
        out = rng.choice([lambda a=a: a.tanh(), lambda a=a, b=b: a * b, lambda a=a, b=b: a + b])()
        unused = [t for t in unused if t is not a and t is not b] + [out]
        values.append(out)
        size -= 1
    return leafgrad.stack(unused).sum()


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = nn.Sequential(nn.Linear(3, 3), nn.Tanh(), nn.Linear(3, 3))

    def forward(self, x):
        return x + self.inner(x)


def residual_network():
    model = nn.Sequential(*[Residual() for _ in range(4)], nn.Linear(3, 1))
    with keep_values():
        return model(leafgrad.ones(2, 3, requires_grad=True)).sum()


def overlap(a, b):
    return a.x < b.x + b.width and b.x < a.x + a.width and a.y < b.y + b.height and b.y < a.y + a.height


def inside(inner, outer, slack=0.01):
    return (
        inner.x >= outer.x - slack
        and inner.y >= outer.y - slack
        and inner.x + inner.width <= outer.x + outer.width + slack
        and inner.y + inner.height <= outer.y + outer.height + slack
    )


def points(curve):
    """Places along an edge: down to the bend, the Bézier curve, and down to the end."""
    t = np.linspace(0, 1, 30)
    half = (curve.bend + curve.straight) / 2
    x = (1 - t) ** 3 * curve.x0 + 3 * (1 - t) ** 2 * t * curve.x0 + 3 * (1 - t) * t**2 * curve.x1 + t**3 * curve.x1
    y = (1 - t) ** 3 * curve.bend + 3 * (1 - t) ** 2 * t * half + 3 * (1 - t) * t**2 * half + t**3 * curve.straight
    first = np.linspace(curve.y0, curve.bend, 8)
    last = np.linspace(curve.straight, curve.y1, 8)
    return np.concatenate([np.full(8, curve.x0), x, np.full(8, curve.x1)]), np.concatenate([first, y, last])


def check_drawing(drawing, is_open):
    scene = drawing.scene(is_open)
    places = layout(scene)
    shapes = list(places.items.items())
    assert {item for item, _ in shapes} == set(scene.root.items())
    for i, (_, a) in enumerate(shapes):
        assert inside(a, Rectangle(0, 0, places.width, places.height))
        assert not any(overlap(a, b) for _, b in shapes[:i])
    for item, place in shapes:
        texts = [len(item.label.title) * TITLE_CHARACTER, *(len(line) * LINE_CHARACTER for line in item.label.lines)]
        assert max(texts) < place.width and LINE * len(texts) < place.height
    for frame, place in places.frames.items():
        members = set(frame.items())
        for item, shape in shapes:
            assert inside(shape, place) if item in members else not overlap(shape, place)
        assert len(frame.title) * LINE_CHARACTER < place.width
    corners = np.array([place for _, place in shapes])
    for curve in places.curves:
        x, y = (each[:, None] for each in points(curve))
        left, top, width, height = corners.T
        within = (left + 1 < x) & (x < left + width - 1) & (top + 1 < y) & (y < top + height - 1)
        assert not within.any(), "an edge runs behind a shape"
    return scene, places


@pytest.mark.parametrize("size", [5, 20, 60, 150, pytest.param(300, marks=pytest.mark.slow)])
def test_no_shapes_overlap_and_no_edge_runs_behind_one(size):
    drawing = draw(random_graph(size, seed=size), chain=None)
    scene, places = check_drawing(drawing, drawing.open)
    assert len(places.items) > 0.9 * size
    for a, b, _ in scene.edges:
        assert places.items[a].y + places.items[a].height < places.items[b].y


@pytest.mark.parametrize("depth", [0, 1, 2, 3])
def test_frames_hold_their_shapes_and_no_others(depth):
    drawing = draw(residual_network(), depth=depth, chain=None)
    _, places = check_drawing(drawing, drawing.open)
    assert len(places.frames) == [0, 1, 6, 10][depth]


def test_arrows_end_at_each_operand_of_each_shape():
    x = leafgrad.tensor(1.0, requires_grad=True)
    drawing = draw(x * x)
    _, places = check_drawing(drawing, drawing.open)
    tips = [(curve.x1, curve.y1) for curve in places.curves if curve.is_tip]
    assert len(set(tips)) == 2
    (product,) = [place for item, place in places.items.items() if item.label.title == "mul"]
    assert all(product.x < tip_x < product.x + product.width and tip_y == product.y for tip_x, tip_y in tips)


def test_layers_go_down_and_share_bends():
    links = [Link(0, 1, "a", 0), Link(1, 2, "b", 0), Link(2, 3, "c", 0), Link(0, 3, "a", 1), Link(0, 2, "a", 1)]
    graph = layered(4, links, [], [], {})
    assert [[v for v in layer if v < 4] for layer in graph.layers] == [[0], [1], [2], [3]]
    assert sum(v >= 4 for layer in graph.layers for v in layer) == 2  # and not three


def test_crossings_are_sorted_out():
    links = [Link(i, 4 + (i * 3) % 4, i, 0) for i in range(4)]
    graph = layered(8, links, [], [], {})
    position = {vertex: float(i) for layer in graph.layers for i, vertex in enumerate(layer)}
    assert crossings(graph, position) == 0


def test_spread_is_the_nearest_that_keeps_apart():
    rng = np.random.default_rng(0)
    desired, gaps = rng.normal(size=30) * 20, rng.uniform(1, 5, 29)
    placed = np.array(spread(list(desired), [1.0] * 30, list(gaps)))
    assert (np.diff(placed) >= gaps - 1e-9).all()
    for _ in range(200):  # no other that keeps apart is nearer
        other = np.array(spread(list(desired + rng.normal(size=30)), [1.0] * 30, list(gaps)))
        assert ((placed - desired) ** 2).sum() <= ((other - desired) ** 2).sum() + 1e-9
