"""One piece of code, run by leafgrad and by PyTorch: `m` is the library, x, y, z, w its tensors.

`same` compares values, shapes, dtypes, `requires_grad`, the derivatives asked for, and what became
of the inputs; where one raises, so must the other, and ours must be caught by who catches theirs.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

import leafgrad

torch = pytest.importorskip("torch")

#: Relative and absolute; the narrowest dtype that occurs decides.
TOLERANCE = {"float16": (3e-3, 3e-3), "float32": (2e-5, 2e-6), "float64": (1e-8, 1e-11), "complex64": (2e-5, 2e-6), "complex128": (1e-8, 1e-11)}


def same(code: Any, *arrays: Any, orders: int = 1, grad: bool = True) -> None:
    """Run the code (an expression, or a function of the library and its tensors) in both libraries.

    What is not contiguous stays so in leafgrad's case; code that writes must then write into copies.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # create_graph=True, and PyTorch's of a variance of one element
        ours, theirs = (_outcome(m, code, arrays, orders, grad) for m in (leafgrad, torch))
    if isinstance(theirs, Exception):
        assert isinstance(ours, Exception), f"PyTorch raises {theirs!r}, leafgrad gives {ours}"
        assert isinstance(ours, type(theirs)), f"PyTorch raises {theirs!r}, leafgrad {ours!r}"
        return
    if isinstance(ours, Exception):
        raise ours
    assert len(ours) == len(theirs)
    rtol, atol = max((TOLERANCE.get(a.dtype.name, (0, 0)) for a in ours if isinstance(a, np.ndarray)), default=(0, 0))
    for a, b in zip(ours, theirs, strict=True):
        if not isinstance(a, np.ndarray):
            assert a == b
            continue
        assert (a.dtype, a.shape) == (b.dtype, b.shape)
        np.testing.assert_allclose(a, b, rtol=rtol, atol=atol)


def same_program(text: str) -> None:
    """Run statements on x = [0.3, 0.7, 1.1], which requires grad, and compare what they put into `r`."""
    code = compile(text, text, "exec")

    def program(m: Any, x: Any) -> Any:
        names = {"m": m, "x": x, "np": np, **NUMBERS}
        exec(code, names)
        return names["r"]

    same(program, np.array([0.3, 0.7, 1.1]), orders=0)


def _outcome(m: Any, code: Any, arrays: Any, orders: int, grad: bool) -> Any:
    tensors = [_tensor(m, a) if isinstance(a, np.ndarray) else a for a in arrays]
    leaves = [t for t in tensors if grad and isinstance(t, m.Tensor) and (t.is_floating_point() or t.is_complex())]
    for t in leaves:
        t.requires_grad_()
    names = {"m": m, "F": m.nn.functional, "np": np, **NUMBERS, **dict(zip("xyzw", tensors, strict=False))}
    try:
        results = _flat(eval(code, names) if isinstance(code, str) else code(m, *tensors))
    except Exception as error:
        return error
    facts = [fact for r in results for fact in _facts(m, r)]
    level = [r for r in results if isinstance(r, m.Tensor) and r.requires_grad]
    for _ in range(orders if leaves else 0):
        level = _gradients(m, level, leaves)
        facts += [_facts(m, g)[0] for g in level]
        level = [g for g in level if g.requires_grad]
    return facts + [fact for t in tensors for fact in _facts(m, t)[:1]]


def _tensor(m: Any, a: Any) -> Any:
    """Of its own memory, or with the strides of the array: PyTorch has no negative ones."""
    if m is torch:
        return m.tensor(a.copy())
    return m.tensor(a) if a.flags.c_contiguous else m.from_numpy(a)


def _gradients(m: Any, outputs: Any, leaves: Any) -> Any:
    """Of the outputs, each weighted by numbers all different; zeros where there are no outputs."""
    if not outputs:
        return [m.zeros_like(t) for t in leaves]
    weights = [np.cos(np.arange(t.numel()) + i).reshape(tuple(t.shape)) for i, t in enumerate(outputs)]
    weights = [w + 1j * np.sin(2 + w) if t.is_complex() else w for w, t in zip(weights, outputs, strict=True)]
    tensors = [m.tensor(w, dtype=t.dtype) for w, t in zip(weights, outputs, strict=True)]
    return m.autograd.grad(outputs, leaves, tensors, create_graph=True, materialize_grads=True)


NUMBERS = {"inf": float("inf"), "nan": float("nan")}


def _flat(made: Any) -> list[Any]:
    return [r for each in made for r in _flat(each)] if isinstance(made, list | tuple) else [made]


def _facts(m: Any, result: Any) -> list[Any]:
    if not isinstance(result, m.Tensor):
        return [result]
    return [np.array(result.detach().numpy(**({"force": True} if m is torch else {}))), bool(result.requires_grad)]
