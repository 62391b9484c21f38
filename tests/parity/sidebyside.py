"""One piece of code, run by leafgrad and by PyTorch: `m` is the library, x, y, z its tensors.

`same` compares values, shapes, dtypes, `requires_grad`, the derivatives asked for, and what became
of the inputs; where one raises, so must the other, and ours must be caught by who catches theirs.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
import torch.nn.functional

import leafgrad

TOLERANCE = {"float16": (3e-3, 3e-3), "float32": (2e-5, 2e-6), "float64": (1e-8, 1e-11)}


def same(code: Any, *arrays: Any, orders: int = 1, grad: bool = True) -> None:
    """Run the code (an expression, or a function of the library and its tensors) in both libraries."""
    ours, theirs = (_outcome(m, code, arrays, orders, grad) for m in (leafgrad, torch))
    if isinstance(theirs, Exception):
        assert isinstance(ours, Exception), f"PyTorch raises {theirs!r}, leafgrad gives {ours}"
        assert isinstance(ours, type(theirs)), f"PyTorch raises {theirs!r}, leafgrad {ours!r}"
        return
    if isinstance(ours, Exception):
        raise ours
    assert len(ours) == len(theirs)
    for a, b in zip(ours, theirs, strict=True):
        if not isinstance(a, np.ndarray):
            assert a == b
            continue
        assert (a.dtype, a.shape) == (b.dtype, b.shape)
        rtol, atol = TOLERANCE.get(a.dtype.name, (0, 0))
        np.testing.assert_allclose(a, b, rtol=rtol, atol=atol)


def _outcome(m: Any, code: Any, arrays: Any, orders: int, grad: bool) -> Any:
    tensors = [m.tensor(a) if isinstance(a, np.ndarray) else a for a in arrays]
    leaves = [t for t in tensors if grad and isinstance(t, m.Tensor) and t.dtype in (m.float16, m.float32, m.float64)]
    for t in leaves:
        t.requires_grad_()
    names = dict(zip("xyz", tensors, strict=False))
    functional = m.nn.functional
    try:
        made = eval(code, {"m": m, "F": functional, "np": np, **NUMBERS, **names}) if isinstance(code, str) else code(m, *tensors)
    except Exception as error:
        return error
    results = _flat(made)
    facts = [fact for r in results for fact in _facts(m, r)]
    level = [r for r in results if isinstance(r, m.Tensor) and r.requires_grad]
    for _ in range(orders if leaves else 0):
        if not level:
            break
        weights = [m.tensor(np.cos(np.arange(t.numel()) + i).reshape(tuple(t.shape)), dtype=t.dtype) for i, t in enumerate(level)]
        gradients = m.autograd.grad(level, leaves, weights, create_graph=True, materialize_grads=True)
        facts += [fact for g in gradients for fact in _facts(m, g)[:1]]
        level = [g for g in gradients if g.requires_grad]
    return facts + [fact for t in tensors for fact in _facts(m, t)[:1]]


NUMBERS = {"inf": float("inf"), "nan": float("nan")}


def _flat(made: Any) -> list[Any]:
    return [r for each in made for r in _flat(each)] if isinstance(made, list | tuple) else [made]


def _facts(m: Any, result: Any) -> list[Any]:
    if not isinstance(result, m.Tensor):
        return [result]
    return [np.array(result.detach().numpy(**({"force": True} if m is torch else {}))), bool(result.requires_grad)]
