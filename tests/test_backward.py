"""The engine: each node once, in order, with state that a failure leaves nowhere."""

from __future__ import annotations

import threading

import numpy as np
import pytest

import leafgrad
from leafgrad import elementwise, like, operand, operands, record
from leafgrad.gradcheck import gradcheck
from leafgrad.tensor import Tensor


def leaf(*values: float) -> Tensor:
    return leafgrad.tensor(values, requires_grad=True, dtype=leafgrad.float64)


def counted(calls: list[str], name: str, x: Tensor) -> Tensor:
    """The identity, whose gradient function notes that it ran."""
    x, a = operand(x)
    return record(name, a.copy(), (x, lambda g: (calls.append(name), g)[1]))


def test_a_shared_node_runs_once_after_all_that_used_it() -> None:
    calls: list[str] = []
    x = leaf(2)
    shared = counted(calls, "shared", x * x)
    early = counted(calls, "early", shared * 3)
    late = counted(calls, "late", shared * early)
    (late + shared).sum().backward()
    assert calls == ["late", "early", "shared"]
    assert x.grad.item() == 12 * 8 + 4  # of 3 x⁴ + x²


def test_parents_that_need_no_gradient_are_dropped() -> None:
    x = leaf(1, 2)
    y = x * leafgrad.tensor([3.0, 4.0], dtype=leafgrad.float64)
    assert [leaf.value for leaf in y.dependencies] == [x]
    assert (y.detach() * 2).dependencies == []


def test_dependencies_read_as_empty_once_freed_and_a_second_backward_says_what_to_pass() -> None:
    y = (leaf(1, 2) * 2).sum()
    y.backward()
    assert y.dependencies == []
    with pytest.raises(RuntimeError, match=r"sum.*retain_graph=True"):
        y.backward()


def test_a_failing_gradient_function_leaves_everything_as_it_was() -> None:
    def failing(x: Tensor) -> Tensor:
        x, a = operand(x)

        def grad_fn(g: object) -> object:
            raise KeyError("on purpose")

        return record("failing", a.copy(), (x, grad_fn))

    x, w = leaf(1, 2), leaf(3, 4)
    w.grad = leafgrad.ones(2, dtype=leafgrad.float64)
    loss = (failing(x * 2) + w).sum()
    with pytest.raises(KeyError, match="on purpose"):
        loss.backward()
    assert x.grad is None and w.grad.tolist() == [1, 1] and leafgrad.is_grad_enabled()
    (x * w).sum().backward()
    assert x.grad.tolist() == [3, 4]


@pytest.mark.parametrize(
    "grad_fn, error, message",
    [
        (lambda g: g[:1], RuntimeError, r"bad: its gradient has shape \(1,\) for an operand of shape \(2,\)"),
        (lambda g: Tensor(g), TypeError, "bad: its gradient function returned a Tensor .* like"),
    ],
)
def test_a_wrong_gradient_is_an_error_that_names_the_op(grad_fn: object, error: type, message: str) -> None:
    x = leaf(1, 2)
    with pytest.raises(error, match=message):
        record("bad", x.data * 2, (x, grad_fn)).sum().backward()
    assert x.grad is None


def test_gradients_take_their_parents_dtype() -> None:
    x = leafgrad.tensor([1.0, 2.0], requires_grad=True)
    y = leafgrad.tensor([1.0, 2.0], dtype=leafgrad.float64, requires_grad=True)
    h = leafgrad.tensor([1.0, 2.0], dtype=leafgrad.float16, requires_grad=True)
    (x * y + h).sum().backward()
    assert [t.grad.dtype for t in (x, y, h)] == ["float32", "float64", "float16"]


def test_broadcast_gradients_are_summed_back() -> None:
    x, y = leafgrad.ones(3, 1, requires_grad=True), leafgrad.ones(2, 1, 4, requires_grad=True)
    (x * y).sum().backward()
    assert (x.grad.shape, y.grad.shape) == ((3, 1), (2, 1, 4))
    assert (x.grad.data == 8).all() and (y.grad.data == 3).all()


def test_many_slices_of_one_tensor() -> None:
    x = leafgrad.tensor(np.arange(1000.0), requires_grad=True)
    total = sum(x[i] * i for i in range(1000)) + sum(x[i : i + 2].sum() for i in range(999)) + x[[5, 5]].sum() + x.sum()
    total.backward()
    expected = np.arange(1000) + 3.0
    expected[[0, -1]] -= 1
    expected[5] += 2
    np.testing.assert_array_equal(x.grad.data, expected)


def test_a_zero_dimensional_tensor_may_be_indexed_and_used() -> None:
    x = leaf(3).sum()
    x.retain_grad()
    (x[None] * x + x[...] * x[()]).sum().backward()
    assert x.grad.item() == 12


def test_backward_inside_a_backward_and_in_other_threads() -> None:
    inner, outer = leaf(2), leaf(3)

    def checkpointed(x: Tensor) -> Tensor:
        x, a = operand(x)

        def grad_fn(g: object) -> object:
            with leafgrad.enable_grad():
                again = Tensor(a.copy(), requires_grad=True)
                (again**3 * inner).sum().backward()
            return g * again.grad.data

        return record("checkpointed", a**3, (x, grad_fn))

    (checkpointed(outer * 1) * outer).sum().backward()
    assert (outer.grad.item(), inner.grad.item()) == (2 * 3 * 27 + 27, 27)

    leaves = [leaf(i, i + 1) for i in range(8)]
    threads = [threading.Thread(target=lambda x=x: [(x * x).sum().backward() for _ in range(50)]) for x in leaves]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(x.grad.tolist() == [100 * i, 100 * (i + 1)] for i, x in enumerate(leaves))


def test_a_user_op_through_elementwise() -> None:
    def hypot(x: object, y: object) -> Tensor:
        x, y, a, b = operands(x, y)
        out = leafgrad.Out(np.hypot(a, b))
        return elementwise(
            "hypot", out, (x, lambda g: g * like(x, g) / like(out, g)), (y, lambda g: g * like(y, g) / like(out, g))
        )

    x, y = leaf(3, 5), leaf(4)
    assert gradcheck(hypot, (x, y))
    (first,) = leafgrad.autograd.grad(hypot(x, y).sum(), x, create_graph=True)
    (second,) = leafgrad.autograd.grad(first.sum(), x)
    np.testing.assert_allclose(second.data, 16 / np.hypot([3, 5], 4) ** 3)
