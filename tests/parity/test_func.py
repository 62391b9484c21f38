"""`leafgrad.func` beside `torch.func`: the same code, the same numbers, the same forms."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import leafgrad

torch = pytest.importorskip("torch")

A = np.linspace(-1.0, 1.5, 6).reshape(2, 3)
V = np.array([0.5, -0.3, 2.0])

PROGRAMS: dict[str, Any] = {
    "grad": lambda m, f, a, v: f.grad(lambda x, y: (x.sin() @ y).sum(), argnums=(0, 1))(a, v),
    "grad of an aux": lambda m, f, a, v: f.grad(lambda x: ((x**2).sum(), {"twice": x * 2}), has_aux=True)(a),
    "grad_and_value": lambda m, f, a, v: f.grad_and_value(lambda x: (x.exp().sum(), x), has_aux=True)(v),
    "grad of grad": lambda m, f, a, v: f.grad(lambda x: (f.grad(lambda y: (y**3 * x).sum())(x) ** 2).sum())(v),
    "grad in a dict": lambda m, f, a, v: f.grad(lambda p: (p["a"] @ p["b"][0]).cos().sum())({"a": a, "b": [v]}),
    "vjp": lambda m, f, a, v: f.vjp(lambda x, y: (x @ y, {"s": y.sum()}), a, v)[1]((a[:, 0], {"s": v[0]})),
    "vjp of one": lambda m, f, a, v: f.vjp(lambda x: x.tanh(), v)[1](v),
    "jvp": lambda m, f, a, v: f.jvp(lambda x, y: (x @ y, x.sum()), (a, v), (a * 2, v - 1)),
    "jvp of an aux": lambda m, f, a, v: f.jvp(lambda x: (x * x, x + 1), (v,), (v,), has_aux=True),
    "jacrev": lambda m, f, a, v: f.jacrev(lambda x, y: (x @ y).exp(), argnums=(0, 1))(a, v),
    "jacrev in trees": lambda m, f, a, v: f.jacrev(lambda p: {"r": (p["x"] ** 2, p["y"].sum())})({"x": v, "y": a}),
    "jacfwd": lambda m, f, a, v: f.jacfwd(lambda x: (x.cos(), x.sum()))(a),
    "hessian": lambda m, f, a, v: f.hessian(lambda x, y: (x @ y).sin().sum(), argnums=(0, 1))(a, v),
    "jacfwd of jacrev": lambda m, f, a, v: f.jacfwd(f.jacrev(lambda x: x.sigmoid()))(v),
    "vmap": lambda m, f, a, v: f.vmap(lambda x, y: (x * y, x.sum()), in_dims=(0, None), out_dims=(1, 0))(a, v),
    "vmap over columns": lambda m, f, a, v: f.vmap(lambda x: x.flip(0), in_dims=1, out_dims=1)(a),
    "vmap of vmap": lambda m, f, a, v: f.vmap(f.vmap(lambda x: x**2))(a),
    "vmap of grad": lambda m, f, a, v: f.vmap(f.grad(lambda w, x: (w * x).sum() ** 2), in_dims=(None, 0))(v, a),
    "jacrev of vmap": lambda m, f, a, v: f.jacrev(f.vmap(lambda x: x.prod()))(a),
}


@pytest.mark.filterwarnings("ignore::DeprecationWarning:torch")  # torch.func.jvp scripts its decompositions
@pytest.mark.parametrize("name", PROGRAMS)
def test_same_as_torch_func(name: str) -> None:
    ours, theirs = (
        _told(PROGRAMS[name](m, m.func, m.tensor(A), m.tensor(V))) for m in (leafgrad, torch)
    )
    _assert_same(ours, theirs)


def _told(made: Any) -> Any:
    if isinstance(made, dict):
        return {key: _told(value) for key, value in made.items()}
    if isinstance(made, tuple | list):
        return type(made)(_told(value) for value in made)
    return made.detach().numpy()


def _assert_same(a: Any, b: Any) -> None:
    assert type(a) is type(b)
    if isinstance(a, np.ndarray):
        assert (a.shape, a.dtype) == (b.shape, b.dtype)
        np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-12)
        return
    assert len(a) == len(b)
    for x, y in zip(*((list(t.items()) if isinstance(t, dict) else t) for t in (a, b)), strict=True):
        if isinstance(a, dict):
            assert x[0] == y[0]
            x, y = x[1], y[1]
        _assert_same(x, y)
