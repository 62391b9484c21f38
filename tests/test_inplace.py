"""Writing in place, and views: every answer of a random program agrees with central differences."""

from __future__ import annotations

import collections

import numpy as np
import pytest

import leafgrad
from leafgrad.tensor import Tensor
from tests.programs import Program, central_differences

START = np.random.default_rng(0).normal(size=(3, 4)) * 0.5


def _compare(seeds: range) -> None:
    count: collections.Counter[str] = collections.Counter()
    for seed in seeds:
        program = Program(seed, length=8)
        x = leafgrad.tensor(START, requires_grad=True)
        try:
            program(x).backward()
        except RuntimeError as error:
            assert "in place" in str(error) or "clone()" in str(error), (seed, program.text)
            count["raised"] += 1
            continue
        if any("detach" in step or "no gradient" in step for step in program.text):
            count["detached"] += 1  # which differences do not notice
            continue

        def value(a: np.ndarray, program: Program = program) -> float:
            with leafgrad.no_grad():
                return program(leafgrad.tensor(a)).item()

        expected = central_differences(value, START)
        text = "; ".join(program.text)
        np.testing.assert_allclose(x.grad.data, expected, rtol=1e-5, atol=1e-6, err_msg=f"{seed}: {text}")
        count["right"] += 1
    assert count["right"] > 0.3 * len(seeds), count
    assert count["raised"] < 0.4 * len(seeds), count


def test_random_programs() -> None:
    _compare(range(300))


@pytest.mark.slow
def test_many_random_programs() -> None:
    _compare(range(300, 4000))


def leaf(*values: float) -> Tensor:
    return leafgrad.tensor(values, requires_grad=True, dtype=leafgrad.float64)


@pytest.mark.parametrize("name", ["copy_", "fill_", "zero_", "normal_", "uniform_"])
def test_overwriting_forgets_the_history(name: str) -> None:
    x = leaf(1, 2)
    y = x * 3
    argument = {"copy_": (leafgrad.zeros(2),), "fill_": (5,)}.get(name, ())
    assert getattr(y, name)(*argument) is y
    y.sum().backward()
    assert x.grad.tolist() == [0, 0]


def test_values_reach_a_constant_through_writes() -> None:
    x = leaf(2, 3)
    y = leafgrad.zeros(2, 2, dtype=leafgrad.float64)
    view = y[1]
    y[0], y[:, 1] = x, x[0]
    view += x
    assert y.requires_grad and view.requires_grad
    (y * y).sum().backward()
    np.testing.assert_allclose(y.data, [[2, 2], [2, 5]])
    np.testing.assert_allclose(x.grad.data, [4 + 2 * 2 + 2 * 2 + 2 * 5, 10])


def test_integers_take_values_and_no_history() -> None:
    x, n = leaf(2.7, 3.2), leafgrad.tensor([0, 0, 0])
    n[1:] = x
    n[[0]] = x[0]
    assert (n.tolist(), n.requires_grad) == ([2, 2, 3], False)
    assert not n.copy_(leafgrad.cat([x, x[:1]])).requires_grad


def test_a_view_in_which_numpy_sees_a_scalar_is_a_view() -> None:
    y = leafgrad.zeros(3)
    y[1] += 1
    y[True, 0] = 5
    y[2, ...].fill_(7)
    assert y.tolist() == [5, 1, 7]


def test_writes_of_nothing() -> None:
    for key in ([], False, leafgrad.tensor([], dtype=leafgrad.int64)):
        y = leafgrad.zeros(3, 2)
        y[key] += 1
        assert not y.any()
    leafgrad.zeros(2, 0).fill_(1)


def test_detach_() -> None:
    x = leaf(1, 2)
    y = x * 2
    with pytest.raises(RuntimeError, match="view"):
        y[0].detach_()
    assert y.detach_() is y and y.is_leaf and not y.requires_grad


def test_data_may_be_exchanged_and_the_graph_notices() -> None:
    x = leaf(1, 2)
    y = x * x
    x.data = np.array([5.0, 6.0])
    assert x.requires_grad and x.tolist() == [5, 6]
    with pytest.raises(RuntimeError, match=r"mul: .* changed in place"):
        y.sum().backward()
    (x * x).sum().backward()
    assert x.grad.tolist() == [10, 12]


@pytest.mark.parametrize(
    "write",
    [
        lambda y: y.add_(leafgrad.ones(3)),
        lambda y: y.__setitem__(5, 1.0),
        lambda y: y.__setitem__(slice(None), leafgrad.ones(3)),
        lambda y: y.__setitem__([0, 7], 1.0),
        lambda y: y.clamp_(),
        lambda y: y.masked_fill_(y, 0.0),
        lambda y: y.fill_(leafgrad.ones(2)),
        lambda y: y.expand(4, 2).add_(1),
    ],
)
def test_a_failed_write_changes_nothing(write: object) -> None:
    x = leaf(1, 2)
    y = x * 2
    node, stamp = y.grad_fn, y.stamp().time
    with pytest.raises((RuntimeError, IndexError)):
        write(y)
    assert y.tolist() == [2, 4] and y.grad_fn is node and y.stamp().time == stamp
    y.sum().backward()
    assert x.grad.tolist() == [2, 2]


def test_read_only_memory_cannot_be_written() -> None:
    array = np.ones(2)
    array.flags.writeable = False
    with pytest.raises(RuntimeError, match="read-only"):
        leafgrad.from_numpy(array).add_(1)
