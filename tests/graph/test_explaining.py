"""`explain` runs what backward runs, in its order, and shows it."""

import numpy as np
import pytest

import leafgrad
from leafgrad import nn
from leafgrad.autograd import Function
from leafgrad.graph import explain, keep_values, print_graph, trace
from leafgrad.graph.explaining import place, shown
from leafgrad.graph.stepping import SteppingWalk
from leafgrad.ops.splitting import unbind
from tests.programs import Program


@pytest.fixture
def w():
    return leafgrad.tensor([2.0, 3.0], requires_grad=True)


def outcome(function):
    """What the function returns, or the text of its error."""
    try:
        return function()
    except RuntimeError as error:
        return str(error)


def watched_backward(loss):
    """The gradient functions that an ordinary backward runs: their nodes and places, in order."""
    ran = []
    for entry in trace(loss):
        if not entry.is_leaf:
            for i, leaf in enumerate(entry.value.dependencies):
                leaf.grad_fn = lambda g, f=leaf.grad_fn, at=(entry.value, i): ran.append(at) or f(g)
    loss.backward()
    return ran


@pytest.mark.parametrize("seed", range(120))
def test_random_programs_run_as_in_backward(seed):
    data = np.random.default_rng(seed).normal(size=(3, 4))
    x = leafgrad.tensor(data, dtype=leafgrad.float64, requires_grad=True)
    loss = outcome(lambda: Program(seed)(x))
    if isinstance(loss, str):
        return
    explained = outcome(lambda: explain(loss))
    ran = outcome(lambda: watched_backward(loss))
    if isinstance(ran, str):
        assert explained == ran
    else:
        assert [(step.node, step.operand) for step in explained] == ran
        assert np.array_equal(explained.gradients[x].data, x.grad.data)
        assert explained[-1].total is not None


def test_a_network_gets_the_gradients_of_backward():
    leafgrad.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 3), nn.Tanh(), nn.LayerNorm(3), nn.Linear(3, 2))
    loss = nn.functional.cross_entropy(model(leafgrad.randn(5, 4)), leafgrad.tensor([0, 1, 1, 0, 1]))
    explained = explain(loss, names=model)
    assert all(p.grad is None for p in model.parameters())
    loss.backward()
    assert set(explained.gradients) == set(model.parameters())
    for p in model.parameters():
        assert np.array_equal(explained.gradients[p].data, p.grad.data)
    assert "3.weight" in {step.parent_name for step in explained}


def test_the_steps_of_a_sum_of_two_uses(w):
    product = w * w
    explained = explain(product.sum(), names={"w": w, "p": product})
    assert [(step.op, step.name, step.parent_name) for step in explained] == [
        ("sum", "1 sum", "2 mul (p)"),
        ("mul", "2 mul (p)", "w"),
        ("mul", "2 mul (p)", "w"),
    ]
    first, second = explained[1:]
    assert first.parent is w and first.node is product.grad_fn and (first.operand, second.operand) == (0, 1)
    assert (first.received, second.received) == (1, 2)
    assert first.total.tolist() == [2, 3] and second.total.tolist() == [4, 6]
    assert first.recipe.source == "lambda g: g * like(y, g)"
    assert len(explained) == 3 and list(explained)[-1] is explained[-1]
    assert repr(explained) == "<explanation of a backward from 1 sum in 3 steps>"


def test_the_text(w):
    b = leafgrad.tensor(1.0, requires_grad=True)
    y = w + b
    text = str(explain((y * y.detach())[0], names={"w": w, "b": b}))
    assert text.startswith("backward from 1 index, which is given the gradient 1\n")
    assert "comes out 1 for [0, ...]" in text and "added at  2 mul, which now has [1, 0]" in text
    assert "    rule      lambda g: g * like(y, g)\n    written   leafgrad/ops/arithmetic.py, line " in text
    assert "    and then  summed over what broadcasting stretched\n" in text
    assert text.endswith("w.grad receives [3, 0]\nb.grad receives 3") or text.endswith(
        "b.grad receives 3\nw.grad receives [3, 0]"
    )


def test_names_are_those_of_print_graph(w, capsys):
    loss = (w.exp() + w).sum()
    print_graph(loss)
    printed = [" ".join(line.split()[:2]) for line in capsys.readouterr().out.splitlines() if line[0].isdigit()]
    assert sorted({step.name for step in explain(loss)}) == printed


def test_the_graph_and_gradients_stay_as_they_were(w):
    loss = (w * w).sum()
    for _ in range(2):
        explain(loss)
    assert w.grad is None
    loss.backward()
    assert w.grad.tolist() == [4, 6]


def test_gradient_and_hooks_are_those_of_backward(w):
    y = w * 1
    y.register_hook(lambda g: g * 10)
    w.register_hook(lambda g: g + 1)
    explained = explain(y, leafgrad.tensor([1.0, 2.0]))
    assert explained.start.tolist() == [1, 2]
    assert explained[0].gradient.tolist() == [10, 20]
    assert explained.gradients[w].tolist() == [11, 21]


def test_errors_are_those_of_backward(w):
    with pytest.raises(RuntimeError, match=r"explain: grad can be implicitly created only for scalar outputs"):
        explain(w * 2)
    with pytest.raises(RuntimeError, match=r"explain: a tensor of shape \(2,\) does not require grad"):
        explain(leafgrad.ones(2))
    with pytest.raises(TypeError, match="expected a tensor, got ndarray"):
        explain(np.ones(2))
    loss = (w * w).sum()
    loss.backward()
    with pytest.raises(RuntimeError, match="was freed by an earlier backward"):
        explain(loss)


def test_a_leaf_is_explained_without_steps():
    t = leafgrad.tensor(1.0, requires_grad=True)
    explained = explain(t)
    assert len(explained) == 0 and explained.gradients[t].item() == 1


def test_parts_and_joint_nodes_say_what_they_are(w):
    a, _ = unbind(w * 1)
    _, (h, _) = nn.LSTM(2, 3)(leafgrad.ones(1, 1, 2))
    explained = explain(a * w[1] + h.sum())
    regions = {step.region for step in explained}
    assert {"[0, ...]", "[1, ...]", "result 2 of 3"} <= regions
    joint = next(step for step in explained if isinstance(step.gradient, list))
    assert joint.gradient[0] is None and joint.gradient[1].shape == (1, 3)
    assert "result 1: nothing; result 2: [[1, 1, 1]]" in str(joint)


def test_a_rule_of_the_users_own(w):
    class Double(Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2

        @staticmethod
        def backward(ctx, g):
            return g * 2

    step = explain(Double.apply(w).sum())[1]
    assert "return g * 2" in step.recipe.source
    assert place(step.recipe).startswith("test_explaining.py, line ")
    assert place(step.recipe._replace(file="/tmp/ipykernel_12/34.py", line=2)) == "a cell, line 2"
    assert step.op == "Double" and not step.summed


def test_no_contribution(w):
    class Stop(Function):
        @staticmethod
        def forward(ctx, x):
            return x * 1

        @staticmethod
        def backward(ctx, g):
            return None

    step = explain((Stop.apply(w) + w).sum())[-1]
    assert step.contribution is None and "comes out nothing" in str(step) and "kept" not in str(step)


def test_values_in_short():
    big = np.linspace(-1, 1, 20)
    assert shown(big) == "float64 (20,), from -1 to 1"
    big[0] = np.nan
    assert shown(big).endswith(", some not finite")
    assert shown(np.full(20, np.inf)).endswith("not one of them finite")
    assert shown(np.ones((0, 2))) == "no elements, (0, 2)" and shown(None) == "nothing"


def test_the_walk_for_readers_treats_inputs_as_the_engine_does(w, monkeypatch):
    def gradients():
        y = w * 2
        z = (y * y).sum()
        return [g.tolist() for g in leafgrad.autograd.grad(z, [y, w])]

    expected = gradients()
    monkeypatch.setattr(leafgrad.autograd, "Walk", SteppingWalk)
    assert gradients() == expected
    first = leafgrad.autograd.grad((w**3).sum(), w, create_graph=True)[0]
    assert leafgrad.autograd.grad(first.sum(), w)[0].tolist() == [12, 18]


def test_calls_of_modules_are_boxes_of_the_page():
    model = nn.Sequential(nn.Linear(2, 2), nn.Tanh())
    with keep_values():
        loss = model(leafgrad.ones(1, 2)).sum()
    assert "0: Linear" in explain(loss, names=model).html()
