"""A profile changes nothing that is computed, and leaves nothing behind."""

import sys
import time
import types

import numpy as np
import pytest

import leafgrad
from leafgrad import nn, optim, recording
from leafgrad.autograd import Function
from leafgrad.ops.arithmetic import mul
from leafgrad.profiler import profile
from leafgrad.surface import NUMPY


def everything_watched():
    """What a profile replaces, as it is now."""
    from leafgrad.methods import Methods

    modules = [module for name, module in sys.modules.items() if name.startswith("leafgrad") or name == __name__]
    names = [vars(module) for module in modules] + [vars(Methods), NUMPY, vars(nn.Module), vars(optim.Optimizer)]
    return [dict(each) for each in names] + [vars(Function)["apply"]]


@pytest.mark.parametrize("error", [None, KeyError])
def test_nothing_is_left_behind(error, x):
    with profile():  # what is imported when first used
        (x * 1).sum().backward()
    before = everything_watched()
    try:
        with profile():
            mul(x, 2).sum().backward()
            if error:
                raise error
    except KeyError:
        pass
    after = everything_watched()
    assert len(before) == len(after)
    for one, other in zip(before[:-1], after[:-1], strict=True):
        assert one.keys() == other.keys() and all(one[name] is other[name] for name in one)
    assert before[-1] is after[-1] and recording.observers == []


def test_a_module_imported_inside_has_the_ordinary_functions_afterwards(monkeypatch):
    late = types.ModuleType("late")
    monkeypatch.setitem(sys.modules, "late", late)
    ordinary = leafgrad.exp
    with profile():
        late.exp, late.Tensor = leafgrad.exp, leafgrad.Tensor
        assert late.exp is not ordinary
    assert late.exp is ordinary is leafgrad.exp


def test_an_error_inside_an_operation_ends_its_event(x):
    with profile() as p:
        with pytest.raises(ValueError):
            x + leafgrad.ones(2)
        x * 2
    assert [(event.name, event.parent) for event in p.events() if event.name in ("add", "mul")] == [
        ("add", None),
        ("mul", None),
    ]


def test_one_at_a_time_and_only_with_a_result():
    p = profile()
    with pytest.raises(RuntimeError, match="it has no result before its end"):
        p.table()
    with p:
        with pytest.raises(RuntimeError, match="another profile is running"), profile():
            pass
        with pytest.raises(RuntimeError, match="it has no result before its end"):
            p.events()
    assert p.events() == []
    with p:
        leafgrad.ones(2)
    assert [event.name for event in p.events()] == ["ones"]
    assert leafgrad.graph.profile is profile


def test_gradients_are_the_same_under_a_profile(model):
    def gradients():
        model.zero_grad()
        out = model(leafgrad.ones(3, 8)) * 1
        out[0].mul_(2)
        (out * out).sum().backward()
        return [p.grad.data.copy() for p in model.parameters()]

    plain = gradients()
    with profile():
        watched = gradients()
    assert all(np.array_equal(a, b) for a, b in zip(plain, watched, strict=True))


@pytest.mark.slow
def test_nothing_is_slower_outside(x):
    def fastest():
        times = []
        for _ in range(30):
            start = time.perf_counter()
            for _ in range(200):
                x * x
            times.append(time.perf_counter() - start)
        return min(times)

    before = fastest()
    with profile():
        x * x
    assert fastest() < 1.2 * before
