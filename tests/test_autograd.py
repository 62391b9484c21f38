"""`backward`, `grad` and hooks: what PyTorch cannot say, or says otherwise (its like are in tests/parity)."""

from __future__ import annotations

import numpy as np
import pytest

import leafgrad
from leafgrad.autograd import grad
from leafgrad.tensor import Tensor


def leaf(*values: float) -> Tensor:
    return leafgrad.tensor(values, requires_grad=True, dtype=leafgrad.float64)


def test_a_gradient_is_an_alias_of_nothing() -> None:
    """Not of the gradient given, of another's, of data, nor of what a hook kept."""
    x, y, g = leaf(1, 2), leaf(3, 4), leafgrad.ones(2, dtype=leafgrad.float64)
    kept: list[Tensor] = []
    x.register_hook(kept.append)
    z = x + y
    z.retain_grad()
    z.reshape(2, 1).backward(g.reshape(2, 1))
    z.detach().add_(1)
    gradients = [x.grad, y.grad, z.grad, g, kept[0]]
    for i, t in enumerate(gradients):
        assert t.tolist() == [1, 1]
        assert not any(np.may_share_memory(t.data, other.data) for other in [*gradients[:i], x, y, z])
    a, b, c = grad(x + y, [x, y, x], leafgrad.ones(2, dtype=leafgrad.float64))
    a.add_(5)
    assert (a.tolist(), b.tolist(), c.tolist()) == ([6, 6], [1, 1], [1, 1])


def test_backward_accumulates_into_the_same_tensor() -> None:
    x = leaf(1, 2)
    (x * x).sum().backward()
    first = x.grad
    (x * x).sum().backward()
    assert x.grad is first and first.tolist() == [4, 8]


def test_backward_accepts_numbers_arrays_and_lists() -> None:
    x = leaf(1, 2)
    (x * x).backward(np.array([1.0, 10.0]))
    (x * x).sum().backward(2.0)
    leafgrad.autograd.backward([x.sum(), x], [None, np.ones(2, np.float32)])
    assert x.grad.tolist() == [2 + 4 + 2, 40 + 8 + 2]


def test_retained_gradients_are_counted_once() -> None:
    x = leaf(1, 2)
    y = x * 2
    y.retain_grad()
    (y * y).sum().backward(inputs=[y])
    assert y.grad.tolist() == [4, 8] and x.grad is None and y.retains_grad
    y = x * 2
    y.retain_grad()
    (g,) = grad((y * y).sum(), x)
    assert (g.tolist(), y.grad.tolist()) == ([8, 16], [4, 8])


def test_an_inputs_own_hook_is_seen_whatever_else_is_asked_for() -> None:  # PyTorch: only if it is the only input
    x = leaf(1, 2)
    y = x * 2
    y.register_hook(lambda g: g * 10)
    loss = (y * y).sum()
    assert [g.tolist() for g in grad(loss, [y, x], retain_graph=True)] == [[40, 80], [80, 160]]
    assert grad(loss, y)[0].tolist() == [40, 80]


def test_hooks_run_in_order_without_grad_mode_and_can_be_removed() -> None:
    x, seen = leaf(1, 2), []
    first = x.register_hook(lambda g: seen.append(("first", g.tolist(), leafgrad.is_grad_enabled())) or g * 2)
    x.register_hook(lambda g: seen.append(("second", g.tolist(), leafgrad.is_grad_enabled())))
    x.sum().backward()
    first.remove()
    first.remove()
    x.sum().backward()
    assert seen == [("first", [1, 1], False), ("second", [2, 2], False), ("second", [1, 1], False)]
    assert x.grad.tolist() == [3, 3]


def test_register_post_accumulate_grad_hook_sees_the_sum_and_may_step() -> None:
    x = leaf(1, 2)
    x.register_post_accumulate_grad_hook(lambda t: (t.sub_(t.grad, alpha=0.5), setattr(t, "grad", None)))
    (x * x).sum().backward()
    assert x.tolist() == [0, 0] and x.grad is None and x.requires_grad


@pytest.mark.parametrize(
    "returned, error", [(lambda g: g[:1], RuntimeError), (lambda g: 3.0, TypeError), (lambda g: g.data, TypeError)]
)
def test_a_hook_that_returns_nonsense_changes_nothing(returned: object, error: type) -> None:
    for to in (lambda x: x, lambda x: x * 2):
        x = leaf(1, 2)
        y = to(x)
        y.register_hook(returned)
        with pytest.raises(error, match="hook: returned"):
            y.sum().backward()
        assert x.grad is None


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda x: (x * 2).backward(), r"backward: grad can be implicitly created only for scalar.*\(2,\).*sum"),
        (lambda x: x.detach().sum().backward(), "backward: .*does not require grad.*requires_grad=True"),
        (lambda x: x.sum().backward(inputs=[]), "backward: inputs is empty"),
        (lambda x: grad(x.sum(), []), "grad: inputs is empty"),
        (lambda x: grad(x.sum(), leafgrad.ones(2)), "grad: an input of shape .*requires_grad_"),
        (lambda x: grad(x.sum(), leaf(1)), "grad: an input of shape .*allow_unused=True"),
        (lambda x: (x * 2).backward(leafgrad.ones(3)), r"backward: the gradient has shape \(3,\).*\(2,\)"),
        (lambda x: leafgrad.autograd.backward([x.sum(), x.sum()], [None]), "backward: got 2 outputs but 1 gradients"),
        (lambda x: x.detach().register_hook(print), "register_hook: .*does not require grad"),
        (lambda x: x.detach().retain_grad(), "retain_grad: .*does not require grad"),
        (
            lambda x: (x * 2).register_post_accumulate_grad_hook(print),
            "register_post_accumulate_grad_hook: only for leaves",
        ),
    ],
)
def test_bad_requests(call: object, message: str) -> None:
    x = leaf(1, 2)
    with pytest.raises(RuntimeError, match=message):
        call(x)
    assert x.grad is None


def test_third_derivatives_through_views_and_writes() -> None:
    def f(x: Tensor) -> Tensor:
        y = x * x
        y[0] *= x[1]
        y.T[1].copy_(y[0].exp() * 0.1)
        return (y * y).sum()

    x, h = leaf(0.3, 0.7), 1e-4
    level = f(x)
    for _ in range(3):
        (level,) = grad(level.sum(), x, create_graph=True)

    def second(a: np.ndarray) -> np.ndarray:
        t = leafgrad.tensor(a, requires_grad=True)
        (g,) = grad(f(t), t, create_graph=True)
        return grad(g.sum(), t)[0].data

    slopes = [
        (second(x.data + d).sum() - second(x.data - d).sum()) / (2 * h) for d in (np.array([h, 0]), np.array([0, h]))
    ]
    np.testing.assert_allclose(level.data, slopes, rtol=1e-6)


def test_a_batch_of_gradients() -> None:
    x, unused = leaf(1, 2), leaf(1)
    y = x * x
    rows, nothing = grad(y, [x, unused], leafgrad.eye(2), is_grads_batched=True, allow_unused=True)
    assert rows.tolist() == [[2, 0], [0, 4]] and nothing is None
