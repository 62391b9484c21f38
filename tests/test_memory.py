"""What is freed, and when: with the garbage collector switched off, for every row of the table of ops."""

from __future__ import annotations

import gc
import tracemalloc
import weakref
from collections.abc import Callable, Iterator
from contextlib import suppress

import numpy as np
import pytest

import leafgrad
from leafgrad.tensor import Tensor
from tests.table import CASES, Case


@pytest.fixture
def cycles() -> Iterator[Callable[[], int]]:
    """Counts the objects that only the garbage collector could free."""
    gc.collect()
    gc.freeze()  # what is there already need not be looked at again
    gc.disable()
    yield gc.collect
    gc.enable()
    gc.unfreeze()


def results(case: Case) -> tuple[list[Tensor], Tensor]:
    inputs = [leafgrad.tensor(a, requires_grad=True) for a in case.arrays()]
    return inputs, case.call(leafgrad, *(x * 1.5 for x in inputs))


def dropped(case: Case) -> None:
    results(case)


def walked(case: Case) -> None:
    _, y = results(case)
    if y.requires_grad:
        y.sum().backward()


def walked_twice(case: Case) -> None:
    inputs, y = results(case)
    if y.requires_grad:
        first = leafgrad.autograd.grad(y.sum(), inputs, create_graph=True, materialize_grads=True)
        total = sum((g * g).sum() for g in first)
        if total.requires_grad:
            leafgrad.autograd.grad(total, inputs, materialize_grads=True)


def fed_back(case: Case) -> None:
    """`y.copy_(f(y))` and its like: the result is written over what it was made from, and over itself."""
    operands = [leafgrad.tensor(a, requires_grad=True) * 1.5 for a in case.arrays()]
    with suppress(leafgrad.linalg.LinAlgError, ValueError):  # what is fed back may leave the domain
        _feed_back(case, operands)


def _feed_back(case: Case, operands: list[Tensor]) -> None:
    for _ in range(2):
        y = case.call(leafgrad, *operands)
        for x in operands:
            if y.requires_grad and x.numel():
                x.copy_(y.sum())
                x[(0,) * x.ndim] = y.mean() if y.numel() else 0.0
    y = case.call(leafgrad, *operands)
    if y.requires_grad and y.numel() and 0 not in y.data.strides and y.data.flags.writeable:
        y.copy_((y * y.sum()).tanh())
        y[(0,) * y.ndim] = y.sum()


@pytest.mark.parametrize("program", [dropped, walked, walked_twice, fed_back])
def test_nothing_is_left_to_the_collector(program: Callable[[Case], None], cycles: Callable[[], int]) -> None:
    for case in CASES:  # what NumPy and Python do once only
        program(case)
    cycles()
    left = {}
    for case in CASES:
        program(case)
        left[str(case)] = cycles()
    assert len(left) == len(CASES) and not any(left.values()), {name: n for name, n in left.items() if n}


def test_dropping_a_loss_frees_its_graph_at_once(cycles: Callable[[], int]) -> None:
    x = leafgrad.ones(3, requires_grad=True)
    y = (x * 2).exp()
    node = weakref.ref(y.grad_fn)
    loss = (y * y).sum()
    del y
    assert node() is not None
    del loss
    assert node() is None


def test_backward_frees_arrays_as_it_goes(cycles: Callable[[], int]) -> None:
    """The peak of a backward through 50 steps of 1 MB each holds few of them beyond what forward saved."""
    x = leafgrad.ones(250, 1000, requires_grad=True)  # float32: a megabyte
    tracemalloc.start()
    y = x
    for _ in range(50):
        y = y.exp().log()
    loss = y.sum()
    del y
    saved = tracemalloc.get_traced_memory()[0]
    tracemalloc.reset_peak()
    loss.backward()
    after, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert saved > 45e6
    assert peak < saved + 6e6
    assert after < 4e6  # the gradient, and little else


def test_a_view_written_from_its_own_base_leaves_no_cycle(cycles: Callable[[], int]) -> None:
    x = leafgrad.ones(3, requires_grad=True)
    y = x * 2
    y[0] = y[1] * y[2]
    v = y[1:]
    v.mul_(y[0])
    y.copy_(y.exp())
    del v, y
    assert cycles() == 0


def test_create_graph_into_grad_cycles_and_says_so() -> None:
    x = leafgrad.ones(3, requires_grad=True)
    with pytest.warns(UserWarning, match="reference cycle"):
        (x**3).sum().backward(create_graph=True)
    x.grad = None


@pytest.mark.parametrize("n", [20_000, pytest.param(1_000_000, marks=pytest.mark.slow)])
def test_long_chains(n: int, cycles: Callable[[], int]) -> None:
    x = leafgrad.tensor(1.0, requires_grad=True)
    y = x
    for _ in range(n):
        y = y * 1.0 + 0.0
    y.backward()
    assert x.grad.item() == 1
    y = x
    for _ in range(n):
        y = -y
    del y
    assert cycles() == 0


def test_doubling_sixty_times() -> None:
    x = leafgrad.tensor([1.0], requires_grad=True)
    y = x
    for _ in range(60):
        y = y + y
    y.backward()
    assert x.grad.item() == 2.0**60


def test_long_chains_of_writes_and_views(cycles: Callable[[], int]) -> None:
    x = leafgrad.ones(3, requires_grad=True)
    y = x * 1
    for _ in range(3000):
        y.mul_(1.0)
        y[0].add_(0.0)
    y.sum().backward()
    np.testing.assert_allclose(x.grad.data, 1)
    del y
    assert cycles() == 0
