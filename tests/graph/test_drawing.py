"""What `draw` draws: texts, boxes, folded chains, and the forms in which it is written."""

import re
import xml.etree.ElementTree as ET

import pytest

import leafgrad
from leafgrad import nn
from leafgrad.graph import draw, keep_values
from leafgrad.graph.families import FAMILIES, family_of

SVG = "{http://www.w3.org/2000/svg}"


def titles(drawing, is_open=None):
    scene = drawing.scene(drawing.open if is_open is None else is_open)
    return sorted(item.label.title for item in scene.root.items())


@pytest.fixture
def x():
    return leafgrad.tensor([1.0, 2.0], requires_grad=True)


@pytest.fixture
def model():
    return nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 1)))


def test_values_and_gradients_are_shown_where_they_are_few(x):
    with keep_values():
        loss = (x * 3).sum()
    lines = {item.label.title: item.label.lines for item in draw(loss, {"x": x}, gradients=True).scene(()).root.items()}
    assert lines == {
        "x": ["(2,)", "= [1, 2]", "grad [3, 3]"],
        "mul": ["(2,)", "= [3, 6]", "grad [1, 1]"],
        "sum": ["()", "= 9", "grad 1"],
    }
    assert x.grad is None
    loss.backward(retain_graph=True)
    assert "grad [3, 3]" in draw(loss).svg
    many = draw(leafgrad.ones(5, requires_grad=True) * 2)
    assert "=" not in re.sub(r"<[^>]*>", "", many.svg.split("</style>")[1])


def test_gradients_of_an_operation_with_several_results(x):
    first, second = leafgrad.unbind(x * 1)
    assert "grad 1" in draw(first * second, gradients=True).svg


def test_a_graph_that_backward_has_freed_and_a_constant(x):
    loss = (x * x).sum()
    loss.backward()
    assert titles(draw(loss)) == ["sum"]
    assert titles(draw(leafgrad.ones(2))) == ["leaf"]


def test_names_are_escaped_in_every_form(x, tmp_path):
    name = 'a < b & "c" \\ #d'
    drawing = draw(x.exp(), {name: x})
    texts = [element.text for element in ET.fromstring(drawing.svg).iter(f"{SVG}tspan")]
    assert name in texts
    assert r'label="a < b & \"c\" \\ #d\n(2,)' in drawing.dot
    assert "a #lt; b #amp; #quot;c#quot; \\ #35;d" in drawing.mermaid
    assert "<b>" not in draw(x.exp(), {"<b>": x}).html


def test_boxes_of_the_modules_that_were_called(model, x):
    with keep_values():
        loss = model(x).sum()
    assert titles(draw(loss, depth=0)) == ["Sequential", "leaf", "sum"]
    assert titles(draw(loss, depth=1)) == ["0: Linear", "2: Sequential", "leaf", "relu", "sum"]
    assert "3 operations" not in draw(loss, depth=1).svg and "2 operations" in draw(loss, depth=1).svg
    everything = draw(loss)
    assert titles(everything).count("weight") == 3 and everything.open == set(everything.boxes)
    frames = [text.text for text in ET.fromstring(everything.svg).iter(f"{SVG}text") if text.get("class") == "h"]
    assert frames == ["Sequential", "0: Linear", "2: Sequential", "0: Linear", "1: Linear"]


def test_parameters_of_called_modules_have_names_beside_those_given(model, x):
    with keep_values():
        loss = model(x).sum()
    drawing = draw(loss, {"x": x})
    assert "x" in titles(drawing) and titles(drawing).count("weight") == 3
    assert "2.0.weight (3, 3) float32" in drawing.svg  # the whole name, for who points at it
    assert "model: Sequential" in draw(loss, {"model": model}).svg


def test_boxes_from_the_names_of_parameters(model, x):
    loss = model(x).sum()
    assert draw(loss).boxes == {}
    assert titles(draw(loss, model)).count("weight") == 3
    assert titles(draw(loss, model, depth=0)) == ["0: Linear", "2: Sequential", "leaf", "relu", "sum"]
    by_dict = draw(loss, {"net": model}, depth=0)
    assert "net" in " ".join(titles(by_dict))


def test_a_module_called_twice_has_two_boxes(x):
    layer = nn.Sequential(nn.Linear(2, 2), nn.Tanh())
    with keep_values():
        loss = layer(layer(x) * 2).sum()
    assert titles(draw(loss, depth=0)).count("Sequential") == 2
    assert titles(draw(loss)).count("linear") == 2


def test_a_module_keeps_no_trace_of_the_context(model, x):
    original = nn.Module.__call__
    with keep_values(), keep_values():
        assert nn.Module.__call__ is not original
        with pytest.raises(TypeError):
            model(x, x)
    assert nn.Module.__call__ is original
    assert model(x).grad_fn.call is None


def test_long_chains_are_folded_in_their_middle(x):
    t = x
    for _ in range(30):
        t = t.tanh()
    drawing = draw(t)
    assert titles(drawing) == ["24 more", "leaf", *["tanh"] * 6]
    assert titles(draw(t, chain=None)).count("tanh") == 30
    assert titles(draw(t, chain=30)).count("tanh") == 30
    (folded,) = [item for item in drawing.scene(()).root.items() if item.folded]
    assert len(folded.entries) == 24 and titles(drawing, {folded.key}).count("tanh") == 30


def test_what_hangs_at_a_chain_is_folded_with_it(x):
    weight = leafgrad.ones(2, requires_grad=True)
    h = x
    for _ in range(40):
        h = (h * weight + leafgrad.ones(2, requires_grad=True) * 2).tanh()
    assert len(titles(draw(h))) < 20


def test_small_graphs_are_open_and_large_ones_are_readable():
    cell = nn.LSTMCell(2, 2)
    with keep_values():
        h = c = leafgrad.zeros(1, 2)
        for _ in range(40):
            h, c = cell(leafgrad.ones(1, 2), (h, c))
    assert len(titles(draw(h.sum()))) < 60
    assert len(titles(draw(h.sum(), depth=1, chain=None))) >= 120


def test_saving(x, tmp_path):
    drawing = draw((x * 2).sum())
    for suffix, start in ((".svg", "<svg"), (".html", "<!DOCTYPE"), (".dot", "digraph"), (".mmd", "flowchart")):
        drawing.save(tmp_path / f"graph{suffix}")
        assert (tmp_path / f"graph{suffix}").read_text(encoding="utf-8").startswith(start)
    with pytest.raises(ValueError, match=r"suffix must be .svg, .html, .dot or .mmd, got 'graph.png'"):
        drawing.save("graph.png")


def test_html_has_a_picture_for_each_click(model, x):
    with keep_values():
        loss = model(x).sum()
    html = draw(loss)._repr_html_()
    states = re.findall(r'data-state="([^"]*)"', html)
    assert states == [str(i) for i in range(len(states))] and len(states) > 4
    pictures = re.findall(r"<svg.*?</svg>", html, re.S)
    assert len(pictures) == len(states)
    for picture in pictures:
        for element in ET.fromstring(picture).iter():
            assert element.get("data-open", "0") in states
    assert html.count(" hidden>") == len(states) - 1
    assert draw(x.sum())._repr_html_() is None and draw(x.sum())._repr_svg_().startswith("<svg")


def test_dot_and_mermaid_name_each_shape_and_edge(model, x):
    with keep_values():
        loss = model(x).sum()
    drawing = draw(loss)
    scene = drawing.scene(drawing.open)
    assert drawing.dot.count(" -> ") == drawing.mermaid.count(" --> ") == len(scene.edges)
    assert drawing.dot.count("label=") == len(titles(drawing)) + len(drawing.boxes)
    assert drawing.mermaid.count("subgraph") == drawing.mermaid.count("  end\n") == len(drawing.boxes)


def test_bad_arguments(x):
    with pytest.raises(TypeError, match="draw: expected a tensor, got list"):
        draw([x])
    with pytest.raises(TypeError, match="names must be a dict from names to tensors or a module, got list"):
        draw(x, [x])
    with pytest.raises(ValueError, match="it cannot be -1"):
        draw(x, depth=-1)
    with pytest.raises(ValueError, match="it cannot be 0"):
        draw(x, chain=0)


def test_families_are_told_apart_without_colours():
    assert len({family.shape for family in FAMILIES}) == len(FAMILIES)
    assert family_of(None).title == "leaf"
    assert family_of("setitem").title == family_of("fill_").title == "write in place"
    assert family_of("an op of a user's").title == "function"


def test_writes_through_views_in_a_module_keep_boxes_whole():
    class Writer(nn.Module):
        def forward(self, x):
            y = x * 2
            y[0] = y[1] * 3
            return y.exp()

    with keep_values():
        loss = Writer()(leafgrad.ones(2, requires_grad=True)).sum()
    assert titles(draw(loss, depth=0)) == ["Writer", "leaf", "sum"]
