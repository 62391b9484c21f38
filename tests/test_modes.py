"""Grad modes: nested, as decorators of functions and of generators, in threads, through exceptions."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

import leafgrad
from leafgrad import enable_grad, inference_mode, is_grad_enabled, no_grad, set_grad_enabled


def test_they_nest_and_survive_exceptions() -> None:
    switch = no_grad()
    with switch:
        with switch, enable_grad():
            assert is_grad_enabled()
        assert not is_grad_enabled()
        with pytest.raises(KeyError), enable_grad():
            raise KeyError
        assert not is_grad_enabled()
    assert is_grad_enabled()


@pytest.mark.parametrize(
    "made",
    [
        lambda: no_grad,
        lambda: no_grad(),
        lambda: inference_mode(),
        lambda: inference_mode,
        lambda: set_grad_enabled(False),
    ],
)
def test_decorated_functions(made: object) -> None:
    @made()
    def depth(n: int) -> bool:
        """Documented."""
        return depth(n - 1) if n else is_grad_enabled()

    assert is_grad_enabled()
    assert depth(3) is False and is_grad_enabled()
    assert (depth.__name__, depth.__doc__) == ("depth", "Documented.")


def test_inference_mode_can_be_off() -> None:
    with inference_mode(False):
        assert is_grad_enabled()


def test_set_grad_enabled_acts_at_once_and_as_a_context() -> None:
    with set_grad_enabled(False):
        assert not is_grad_enabled()
    assert is_grad_enabled()
    set_grad_enabled(False)
    assert not is_grad_enabled()
    set_grad_enabled(True)
    assert is_grad_enabled()


def test_a_decorated_generator_has_the_mode_only_while_it_runs() -> None:
    closed = []

    @no_grad()
    def numbers() -> Iterator[object]:
        try:
            got = yield is_grad_enabled()
            try:
                yield got, is_grad_enabled()
            except KeyError:
                yield "caught", is_grad_enabled()
        finally:
            closed.append(is_grad_enabled())

    generator = numbers()
    assert next(generator) is False and is_grad_enabled()
    assert generator.send("sent") == ("sent", False) and is_grad_enabled()
    assert generator.throw(KeyError) == ("caught", False) and is_grad_enabled()
    generator.close()
    assert closed == [False] and is_grad_enabled()
    assert list(numbers()) == [False, (None, False)]


def test_each_thread_has_its_own_mode() -> None:
    seen = []
    with no_grad():
        thread = threading.Thread(target=lambda: seen.append(is_grad_enabled()))
        thread.start()
        thread.join()
    assert seen == [True]


def test_nothing_is_recorded_but_leaves_can_be_made() -> None:
    x = leafgrad.ones(2, requires_grad=True)
    with no_grad():
        y = x * 2
        w = leafgrad.ones(2, requires_grad=True)
        x.mul_(3)
    assert y.grad_fn is None and not y.requires_grad
    assert w.requires_grad and x.requires_grad and x.is_leaf


def test_inference_mode_is_known_inside() -> None:
    with inference_mode():
        with no_grad(), enable_grad():
            assert leafgrad.is_inference_mode_enabled()
        with inference_mode(False):
            assert not leafgrad.is_inference_mode_enabled()
        assert leafgrad.is_inference_mode_enabled()
    assert not leafgrad.is_inference_mode_enabled()
    assert inference_mode()(leafgrad.is_inference_mode_enabled)()
