"""The rules of gradients, found where they are written."""

import pytest

import leafgrad
from leafgrad import BACK_FUNCS, Function, record, wrap_forward_fn
from leafgrad.graph import recipe, trace


@pytest.fixture
def x():
    return leafgrad.tensor([1.0, 2.0], requires_grad=True)


def rules(t):
    return [each and each.source for each in trace(t)[-1].recipe]


def test_two_rules_on_lines_of_their_own(x):
    y = leafgrad.tensor(2.0, requires_grad=True)  # stretched, so that its rule is wrapped
    assert rules(x * y) == ["lambda g: g * like(y, g)", "lambda g: g * like(x, g)"]


def test_two_rules_on_one_line(x):
    two = record("two", x.data * 2, (x, lambda g: g * 1.0), (x, lambda g: (g * 1.0)))
    assert rules(two) == ["lambda g: g * 1.0", "lambda g: (g * 1.0)"]


def test_a_rule_over_several_lines_and_a_function(x):
    def rule(g):
        half = g / 2
        return half

    result = record(
        "op",
        x.data,
        (x, rule),
        (
            x,
            lambda g: g
            + 0.0,
        ),
    )  # fmt: skip
    assert rules(result) == [
        "def rule(g):\n    half = g / 2\n    return half",
        "lambda g: g + 0.0",
    ]
    found = recipe(rule)
    assert found.file == __file__ and found.line == rule.__code__.co_firstlineno


def test_the_other_doors(x):
    class Double(Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2

        @staticmethod
        def backward(ctx, g):
            return g * 2

    assert rules(Double.apply(x))[0].endswith("return g * 2")

    def tripled(array):
        return array * 3

    BACK_FUNCS.add_back_func(tripled, 0, lambda grad_out, out, x: grad_out * 3)
    assert rules(wrap_forward_fn(tripled)(x)) == ["lambda grad_out, out, x: grad_out * 3"]


def test_where_there_is_no_source(x):
    import numpy as np

    assert rules(record("negative", -x.data, (x, np.negative)))[0].endswith("negative")
    namespace = {}
    exec("rule = lambda g: g", namespace)
    assert rules(record("op", x.data, (x, namespace["rule"]))) == [None]
    assert trace(x)[-1].recipe == ()
