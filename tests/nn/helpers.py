"""What the tests of the layers share."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np

import leafgrad
from leafgrad.gradcheck import gradcheck, gradgradcheck

RNG = np.random.default_rng(0)


def leaf(*shape: int, dtype: Any = leafgrad.float64) -> leafgrad.Tensor:
    """A random leaf that requires grad."""
    return leafgrad.tensor(RNG.standard_normal(shape), dtype=dtype, requires_grad=True)


def check(function: Callable[..., Any], *shapes: tuple[int, ...]) -> None:
    """First and second derivatives against differences, float32 that stays, and a graph that goes with its result."""
    inputs = tuple(leaf(*shape) for shape in shapes)
    assert gradcheck(function, inputs)
    assert gradgradcheck(function, inputs)
    inputs = tuple(leaf(*shape, dtype=leafgrad.float32) for shape in shapes)
    results = function(*inputs)
    results = results if isinstance(results, tuple) else (results,)
    for y in results:
        assert y.dtype == np.float32 and y.data.flags.c_contiguous
    leafgrad.autograd.backward([y.sum() for y in results])
    assert all(x.grad is None or x.grad.dtype == np.float32 for x in inputs)
    gc.disable()
    try:
        results = function(*inputs)
        results = results if isinstance(results, tuple) else (results,)
        nodes = [weakref.ref(y.grad_fn) for y in results if y.grad_fn is not None]
        del results, y
        assert nodes and all(node() is None for node in nodes)
    finally:
        gc.enable()
