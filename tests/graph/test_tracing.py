"""What `trace` lists and `print_graph` prints."""

import io

import numpy as np
import pytest

import leafgrad
from leafgrad.graph import print_graph, trace
from leafgrad.ops.splitting import unbind


def printed(t, names=None):
    out = io.StringIO()
    print_graph(t, names, file=out)
    return out.getvalue().splitlines()


@pytest.fixture
def x():
    return leafgrad.tensor([1.0, 2.0], requires_grad=True)


def test_entries(x):
    w = leafgrad.tensor(3.0, dtype=leafgrad.float64, requires_grad=True)
    product = x * w.exp()
    entries = trace(product.sum(), names={"input": x, "product": product})
    assert [entry.op for entry in entries if not entry.is_leaf] == ["exp", "to", "mul", "sum"]
    assert [entry.number for entry in entries] == list(range(len(entries)))
    by_op = {entry.op: entry for entry in entries}
    assert by_op["exp"].dtype == np.float64 and by_op["exp"].shape == ()
    assert by_op["mul"].name == "product" and by_op["mul"].value is product.grad_fn
    leaves = [entry for entry in entries if entry.is_leaf]
    assert [(leaf.name, leaf.shape, leaf.op, leaf.parents) for leaf in leaves] == [
        (None, (), None, ()),
        ("input", (2,), None, ()),
    ]
    assert leaves[0].value is w and leaves[1].value is x


def test_edges_name_each_use_and_point_backwards(x):
    entries = trace((x * x + x).sum())
    for entry in entries:
        assert len(entry.parents) == (0 if entry.is_leaf else len(entry.value.dependencies))
        for parent, leaf in zip(entry.parents, [] if entry.is_leaf else entry.value.dependencies, strict=True):
            assert parent < entry.number and entries[parent].value is leaf.value
    assert next(entry for entry in entries if entry.op == "mul").parents == (0, 0)


def test_a_leaf_and_a_constant_are_graphs_of_one():
    for t in (leafgrad.ones(2), leafgrad.ones(2, requires_grad=True)):
        (entry,) = trace(t, {"t": t})
        assert entry.is_leaf and entry.value is t and entry.name == "t"
    assert printed(t) == ["leaf1 (2,) float32 leaf"]


def test_names_from_a_module(x):
    class Module:
        def named_parameters(self):
            return iter([("layer.weight", x)])

    assert [entry.name for entry in trace(x.sum(), Module())] == ["layer.weight", None]


def test_bad_arguments(x):
    with pytest.raises(TypeError, match="trace: expected a tensor, got ndarray"):
        trace(np.ones(2))
    with pytest.raises(TypeError, match="names must be a dict from names to tensors or a module, got list"):
        trace(x, [x])


def test_printing_shows_the_order_in_which_backward_visits(x):
    w = leafgrad.tensor(3.0, requires_grad=True)
    hidden = x.exp()
    loss = (w * hidden + x).sum()
    assert printed(loss, {"x": x, "hidden": hidden}) == [
        "1 sum          ()   float32 <- 2",
        "2 add          (2,) float32 <- 3, x",
        "3 mul          (2,) float32 <- leaf1, 4",
        "4 exp (hidden) (2,) float32 <- x",
        "leaf1          ()   float32 leaf",
        "x              (2,) float32 leaf",
    ]
    visited = []
    for entry in trace(loss):
        if not entry.is_leaf:
            leaf = entry.value.dependencies[0]
            leaf.grad_fn = lambda g, op=entry.op, function=leaf.grad_fn: visited.append(op) or function(g)
    loss.backward()
    assert visited == ["sum", "add", "mul", "exp"]


def test_a_freed_graph_says_so(x):
    loss = (x * x).sum()
    loss.backward()
    assert printed(loss) == ["1 sum () float32 freed by backward"]


def test_views_writes_and_joint_nodes(x):
    y = x * 2
    y[0].mul_(3)
    assert printed(y.sum())[0].endswith("<- 2")
    first, _ = unbind(x * 1)
    assert [entry.op for entry in trace(first)][-1] == first.grad_fn.op


def test_a_deep_graph():
    t = x = leafgrad.tensor(1.0, requires_grad=True)
    for _ in range(100_000):
        t = t + x
    assert len(printed(t, {"x": x})) == 100_001
