"""`leafgrad.func`: nesting, containers, what has a history, and errors."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest

import leafgrad
from leafgrad import func, nn
from leafgrad.tensor import Tensor


class Pair(NamedTuple):
    a: Any
    b: Any


X = leafgrad.tensor([0.5, -1.0, 2.0], dtype=leafgrad.float64)


def test_grad_nests() -> None:
    f = lambda x: (x**4).sum()  # noqa: E731
    third = func.grad(lambda x: func.grad(lambda x: func.grad(f)(x).sum())(x).sum())(X)
    np.testing.assert_allclose(third.numpy(), 24 * X.numpy())
    assert not third.requires_grad


def test_gradients_have_the_form_of_the_argument() -> None:
    params = {"w": X, "rest": [Pair(X * 2, None), (X,)]}
    slopes = func.grad(lambda p: (p["w"] * p["rest"][0].a * p["rest"][1][0]).sum())(params)
    assert isinstance(slopes["rest"][0], Pair)
    assert slopes["rest"][0].b is None
    np.testing.assert_allclose(slopes["rest"][1][0].numpy(), 2 * X.numpy() ** 2)


def test_unused_arguments_have_zero_gradients() -> None:
    assert func.grad(lambda x, y: x.sum(), argnums=1)(X, X * 2).tolist() == [0, 0, 0]
    assert func.grad(lambda x: leafgrad.tensor(1.0))(X).tolist() == [0, 0, 0]


def test_the_callers_own_graph_goes_on() -> None:
    w = leafgrad.tensor(3.0, dtype=leafgrad.float64, requires_grad=True)
    inner = func.grad(lambda x: (w * x**2).sum())(X)
    inner.sum().backward()
    np.testing.assert_allclose(w.grad.item(), (2 * X.numpy()).sum())
    x = X.clone().requires_grad_()
    func.grad(lambda x: (x**3).sum())(x).sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), 6 * X.numpy())
    assert not func.grad(lambda x: (x**3).sum())(X).requires_grad
    with leafgrad.no_grad():
        assert not func.grad(lambda x: (x**3).sum())(x).requires_grad


def test_vjp_can_be_called_again() -> None:
    out, pull = func.vjp(lambda x, y: (x * y, {"sum": y.sum()}), X, X + 1)
    assert not out[0].requires_grad
    one, zero = leafgrad.ones_like(X), leafgrad.zeros(dtype=leafgrad.float64)
    for _ in range(2):
        gx, gy = pull((one, {"sum": zero + 2}))
        np.testing.assert_allclose(gx.numpy(), X.numpy() + 1)
        np.testing.assert_allclose(gy.numpy(), X.numpy() + 2)


def test_derivatives_agree_with_each_other() -> None:
    f = lambda x: (x.sin() * x.sum()).exp()  # noqa: E731
    rows, columns = func.jacrev(f)(X), func.jacfwd(f)(X)
    np.testing.assert_allclose(rows.numpy(), columns.numpy(), rtol=1e-12)
    v = leafgrad.tensor([1.0, 2.0, -1.0], dtype=leafgrad.float64)
    out, speed = func.jvp(f, (X,), (v,))
    np.testing.assert_allclose(out.numpy(), f(X).numpy())
    np.testing.assert_allclose(speed.numpy(), rows.numpy() @ v.numpy(), rtol=1e-12)
    scalar = lambda x: f(x).sum()  # noqa: E731
    np.testing.assert_allclose(
        func.hvp(scalar, (X,), (v,)).numpy(), func.hessian(scalar)(X).numpy() @ v.numpy(), rtol=1e-12
    )


def test_jvp_nests_and_differentiates_in_its_tangent() -> None:
    v = leafgrad.ones_like(X).requires_grad_()
    second = func.jvp(lambda x: func.jvp(lambda x: x**3, (x,), (v,))[1], (X,), (v,))[1]
    np.testing.assert_allclose(second.detach().numpy(), 6 * X.numpy())
    second.sum().backward()
    np.testing.assert_allclose(v.grad.numpy(), 12 * X.numpy())


def test_an_empty_argument_has_an_empty_jacobian() -> None:
    assert func.jacfwd(lambda x: leafgrad.stack([x.sum(), x.sum()]))(leafgrad.zeros(0)).shape == (2, 0)
    assert func.jacrev(lambda x: x * 2)(leafgrad.zeros(0)).shape == (0, 0)


def test_functional_call_trains_without_touching_the_module() -> None:
    model = nn.Sequential(nn.Linear(3, 2), nn.Tanh(), nn.Linear(2, 1))
    params = {name: p.detach() * 2 for name, p in model.named_parameters()}
    before = {name: p.detach().clone() for name, p in model.named_parameters()}
    slopes = func.grad(lambda p: func.functional_call(model, p, (leafgrad.ones(4, 3),)).sum())(params)
    assert slopes.keys() == params.keys()
    assert all(leafgrad.equal(before[name], p.detach()) and p.grad is None for name, p in model.named_parameters())
    assert np.all(slopes["2.bias"].numpy() == 4)


def test_functional_call_gives_tied_weights_one_value() -> None:
    model = nn.Sequential(nn.Linear(2, 2, bias=False), nn.Linear(2, 2, bias=False))
    model[1].weight = model[0].weight
    given = {"0.weight": leafgrad.eye(2) * 2}
    assert func.functional_call(model, given, leafgrad.ones(1, 2)).tolist() == [[4, 4]]
    untied = func.functional_call(model, given, leafgrad.ones(1, 2), tie_weights=False)
    np.testing.assert_allclose(untied.detach().numpy(), 2 * model[0].weight.detach().numpy().sum(1)[None], rtol=1e-6)
    with pytest.raises(RuntimeError, match="has no"):
        func.functional_call(model, {"2.weight": leafgrad.eye(2)}, leafgrad.ones(1, 2))


def test_vmap_takes_dimensions_apart_and_puts_them_together() -> None:
    batch = leafgrad.arange(24.0).reshape(2, 3, 4)
    out = func.vmap(lambda p, k: {"a": p["x"] * k, "b": p["y"]}, in_dims=({"x": 1, "y": None}, None), out_dims=-1)(
        {"x": batch, "y": batch}, 2.0
    )
    assert out["a"].shape == (2, 4, 3)
    assert out["b"].shape == (2, 3, 4, 3)
    assert leafgrad.equal(out["a"], (batch * 2).permute(0, 2, 1))


def test_vmap_of_grad_is_a_gradient_for_each_example() -> None:
    w = leafgrad.tensor([1.0, 2.0])
    each = func.vmap(func.grad(lambda w, x: (w @ x) ** 2), in_dims=(None, 0))(w, leafgrad.eye(2))
    assert each.tolist() == [[2, 0], [0, 4]]


def test_vmap_and_random_numbers() -> None:
    draw = lambda x: x + leafgrad.rand(3)  # noqa: E731
    batch = leafgrad.zeros(4, 3)
    with pytest.raises(RuntimeError, match="randomness"):
        func.vmap(draw)(batch)
    same = func.vmap(draw, randomness="same")(batch)
    assert leafgrad.equal(same[0], same[3])
    different = func.vmap(draw, randomness="different")(batch)
    assert not leafgrad.equal(different[0], different[3])


@pytest.mark.parametrize(
    "error, message, call",
    [
        (RuntimeError, "grad: the function must return a scalar", lambda: func.grad(lambda x: x)(X)),
        (RuntimeError, "argnums 2 do not name", lambda: func.grad(lambda x: x.sum(), argnums=2)(X)),
        (RuntimeError, "name an argument twice", lambda: func.grad(lambda x, y: x.sum(), argnums=(0, -2))(X, X)),
        (RuntimeError, "only floating-point inputs", lambda: func.grad(lambda x: x.sum())(leafgrad.arange(3))),
        (RuntimeError, "must return a pair", lambda: func.grad(lambda x: x.sum(), has_aux=True)(X)),
        (TypeError, "the function's result must be a tensor", lambda: func.vjp(lambda x: "x", X)),
        (RuntimeError, "the same structure", lambda: func.vjp(lambda x: x, X)[1]((X, X))),
        (RuntimeError, r"has shape \(2,\) where \(3,\)", lambda: func.vjp(lambda x: x, X)[1](Tensor([1.0, 2.0]))),
        (TypeError, "must be tuples", lambda: func.jvp(lambda x: x, X, X)),
        (RuntimeError, "strict=True", lambda: func.jvp(lambda x: leafgrad.ones(1), (X,), (X,), strict=True)),
        (ValueError, r"one size, got \[2, 3\]", lambda: func.vmap(lambda x, y: x)(X, leafgrad.ones(2))),
        (ValueError, "nothing to map over", lambda: func.vmap(lambda x: x, in_dims=None)(X)),
        (ValueError, "no such dimension", lambda: func.vmap(lambda x: x, in_dims=1)(X)),
        (ValueError, "does not have the structure", lambda: func.vmap(lambda x: x, in_dims=(0, 0))(X)),
        (ValueError, "must return tensors", lambda: func.vmap(lambda x: 1.0)(X)),
        (RuntimeError, "randomness must be", lambda: func.vmap(lambda x: x, randomness="some")),
    ],
)
def test_errors(error: Any, message: str, call: Any) -> None:
    with pytest.raises(error, match=message):
        call()


def test_an_ensemble() -> None:
    models = [nn.Linear(3, 2) for _ in range(4)]
    params, buffers = func.stack_module_state(models)
    assert params["weight"].shape == (4, 2, 3) and params["weight"].is_leaf and params["weight"].requires_grad
    x = leafgrad.ones(5, 3)
    together = func.vmap(lambda p: func.functional_call(models[0], p, (x,)))(params)
    assert buffers == {} and all(leafgrad.allclose(y, model(x)) for y, model in zip(together, models, strict=True))
    with pytest.raises(RuntimeError, match="of one class"):
        func.stack_module_state([*models, nn.ReLU()])
