"""One source of a Function, run by both libraries: values, gradients of two orders, what is allowed."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import leafgrad
import leafgrad.function

torch = pytest.importorskip("torch")

OURS = SimpleNamespace(lib=leafgrad, Function=leafgrad.function.Function, once=leafgrad.function.once_differentiable)
THEIRS = SimpleNamespace(lib=torch, Function=torch.autograd.Function, once=torch.autograd.function.once_differentiable)
X, Y = np.array([0.5, -1.2, 2.0]), np.array([[1.5], [0.3]])


def product(api: Any) -> Any:
    class Product(api.Function):
        @staticmethod
        def forward(ctx, x, y):
            ctx.save_for_backward(x, y)
            return x * y

        @staticmethod
        def backward(ctx, g):
            x, y = ctx.saved_tensors
            return g * y, g * x  # of the broadcast shape

    return lambda x, y: Product.apply(x, y)


def sin_and_cos(api: Any) -> Any:
    class SinCos(api.Function):
        @staticmethod
        def forward(ctx, x):
            sin, cos = x.sin(), x.cos()
            ctx.save_for_backward(sin, cos)
            return sin, cos

        @staticmethod
        def backward(ctx, g_sin, g_cos):
            sin, cos = ctx.saved_tensors
            return g_sin * cos - g_cos * sin

    def call(x, y):
        sin, cos = SinCos.apply(x * y)
        return sin * cos.exp() + cos

    return call


def second_output_only(api: Any) -> Any:
    class Pair(api.Function):
        @staticmethod
        def forward(ctx, x, y):
            ctx.set_materialize_grads(False)
            ctx.save_for_backward(x, y)
            return x + 0 * y, x * y * y

        @staticmethod
        def backward(ctx, g_first, g):
            assert g_first is None
            x, y = ctx.saved_tensors
            assert ctx.needs_input_grad == (True, True)
            return g * y * y, 2 * g * x * y

    return lambda x, y: Pair.apply(x, y)[1]


def in_two_steps(api: Any) -> Any:
    class Cube(api.Function):
        @staticmethod
        def forward(x, factor, y):
            return x * x * x * factor + y

        @staticmethod
        def setup_context(ctx, inputs, output):
            x, ctx.factor, _ = inputs
            ctx.save_for_backward(x)

        @staticmethod
        def backward(ctx, g):
            (x,) = ctx.saved_tensors
            return g * 3 * x * x * ctx.factor, None, g

    return lambda x, y: Cube.apply(x, 2.0, y)


def identity(api: Any) -> Any:
    class Identity(api.Function):
        @staticmethod
        def forward(ctx, x):
            return x

        @staticmethod
        def backward(ctx, g):
            return g * 5

    return lambda x, y: Identity.apply(x * y) + Identity.apply(y)


def written_in_place(api: Any) -> Any:
    class Negate(api.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.mark_dirty(x)
            return x.mul_(-2)

        @staticmethod
        def backward(ctx, g):
            return g * -2

    def call(x, y):
        z = x * y
        first = z.sin()
        w = z * 1
        out = Negate.apply(w)
        assert out is w
        return first + out * x

    return call


def partly_non_differentiable(api: Any) -> Any:
    class Sorted(api.Function):
        @staticmethod
        def forward(ctx, x):
            mask = x * 0 + 1
            ctx.mark_non_differentiable(mask)
            return x * 2, mask

        @staticmethod
        def backward(ctx, g, g_mask):
            assert not np.any(g_mask.detach().numpy())
            return g * 2

    def call(x, y):
        out, mask = Sorted.apply(x * y)
        assert out.requires_grad and not mask.requires_grad
        return out * mask * y

    return call


CASES = [
    product,
    sin_and_cos,
    second_output_only,
    in_two_steps,
    identity,
    written_in_place,
    partly_non_differentiable,
]


def derivatives(api: Any, case: Any) -> list[Any]:
    grad = api.lib.autograd.grad
    x, y = (api.lib.tensor(a, requires_grad=True) for a in (X, Y))
    out = case(api)(x, y)
    weight = api.lib.tensor(np.cos(np.arange(6.0)).reshape(2, 3))
    first = grad(out, (x, y), weight, create_graph=True)
    second = grad(sum((g * g).sum() for g in first), (x, y), allow_unused=True)
    return [a if a is None else a.detach().numpy() for a in (out, *first, *second)]


@pytest.mark.parametrize("case", CASES)
def test_values_and_derivatives(case: Any) -> None:
    for ours, theirs in zip(derivatives(OURS, case), derivatives(THEIRS, case), strict=True):
        if theirs is None:
            assert ours is None or not ours.any()
        else:
            np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-12)


def error_of(api: Any, backward: Any, *inputs: Any) -> type[BaseException] | None:
    op = type(
        "Op", (api.Function,), {"forward": staticmethod(lambda ctx, *a: a[0] * 2), "backward": staticmethod(backward)}
    )
    args = [api.lib.tensor(a, requires_grad=True) if isinstance(a, np.ndarray) else a for a in inputs]
    try:
        op.apply(*args).sum().backward()
    except Exception as error:
        return RuntimeError if isinstance(error, RuntimeError) else type(error)
    return None


@pytest.mark.parametrize(
    "backward, inputs",
    [
        (lambda ctx, g: (g, g), (X,)),
        (lambda ctx, g: g, (X, X)),
        (lambda ctx, g: (g, None, None), (X,)),
        (lambda ctx, g: g[:2], (X,)),
        (lambda ctx, g: 1.0, (X,)),
        (lambda ctx, g: (g, g), (X, 3.0)),
        (lambda ctx, g: (g, None), (X, 3.0)),
        (lambda ctx, g: None, (X,)),
        (lambda ctx: None, (X,)),
    ],
)
def test_the_same_backwards_are_refused(backward: Any, inputs: Any) -> None:
    assert error_of(OURS, backward, *inputs) is error_of(THEIRS, backward, *inputs)


@pytest.mark.parametrize("api", [OURS, THEIRS])
def test_once_differentiable(api: Any) -> None:
    class Double(api.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2

        @staticmethod
        @api.once
        def backward(ctx, g):
            return g * 2

    x, weight = (api.lib.tensor(X, requires_grad=True) for _ in range(2))
    (first,) = api.lib.autograd.grad(Double.apply(x), x, weight, create_graph=True)
    with pytest.raises(RuntimeError, match="once_differentiable"):
        first.sum().backward()
