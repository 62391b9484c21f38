"""`keep_values`: nodes that answer with their value."""

import gc
import weakref

import pytest

import leafgrad
from leafgrad import recording
from leafgrad.graph import keep_values, trace


@pytest.fixture
def x():
    return leafgrad.tensor([1.0, 2.0], requires_grad=True)


def test_values_are_kept_inside_only(x):
    with keep_values():
        kept = (x * 3).sum()
    lost = (x * 3).sum()
    value = kept.dependencies[0].value.tensor
    assert value.tolist() == [3.0, 6.0] and not value.requires_grad
    assert lost.dependencies[0].value.tensor is None
    assert recording.observers == []


def test_a_tensor_that_is_held_is_the_value(x):
    with keep_values():
        y = x * 3
    assert y.grad_fn.tensor is y


def test_the_mode_is_restored_after_an_error_and_nests(x):
    with pytest.raises(KeyError), keep_values():
        raise KeyError
    with keep_values():
        with keep_values():
            pass
        y = (x * 2).exp()
    assert y.dependencies[0].value.tensor.tolist() == [2.0, 4.0]
    assert recording.observers == []


def test_a_later_write_does_not_change_what_was_kept(x):
    with keep_values():
        y = x * 2
        z = y + 1
        y.add_(10)
        del y
    assert z.dependencies[0].value.tensor.tolist() == [2.0, 4.0]


def test_kept_values_go_with_the_graph(x):
    gc.disable()
    try:
        with keep_values():
            y = (x * 3).sum()
        kept = weakref.ref(y.dependencies[0].value.tensor)
        assert kept() is not None
        del y
        assert kept() is None
    finally:
        gc.enable()


def test_every_operation_of_a_trace_has_its_value(x):
    with keep_values():
        loss = ((x * 3).exp() + x).sum()
    assert [entry.value.tensor.shape for entry in trace(loss) if not entry.is_leaf] == [(2,), (2,), (2,), ()]
