"""Chains of dependent operations on next to nothing: what an operation costs beside its arithmetic.

The operations are `* a`, `+ b`, `tanh`, `- a`, over and over; a step runs forward and backward.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from tests.benchmarks.registry import Maker, Step, Workload, pytorch_like, register
from tests.benchmarks.transforming import transforming


def start(shape: tuple[int, ...]) -> list[Any]:
    """x, a and b, chosen so that neither the values nor the gradients die out on the way."""
    a = np.linspace(1, 0.999, int(np.prod(shape)), dtype=np.float32).reshape(shape)
    return [-0.7 * a, a, a * a]


def with_tensors(n: int, shape: tuple[int, ...], lib: Any) -> Step:
    """leafgrad and PyTorch."""
    leaves = [lib.from_numpy(np.asarray(p)).requires_grad_() for p in start(shape)]
    x, a, b = leaves

    def step() -> Sequence[Any]:
        for leaf in leaves:
            leaf.grad = None
        y = x
        for _ in range(n // 4):
            y = y * a
            y = y + b
            y = y.tanh()
            y = y - a
        loss = y.sum()
        loss.backward()
        return loss, *(leaf.grad for leaf in leaves)

    return step


def by_hand(n: int, shape: tuple[int, ...]) -> Step:
    """NumPy: the two values of four that the derivative needs, in one buffer; scalars for ()."""
    x, a, b = (p[()] for p in start(shape))
    if shape == ():
        return lambda: _scalars(n, x, a, b)
    before, after = np.empty((n // 4, *shape), np.float32), np.empty((n // 4, *shape), np.float32)
    y, da, db, g, slope = (np.empty(shape, np.float32) for _ in range(5))

    def step() -> Sequence[Any]:
        multiply, add, subtract = np.multiply, np.add, np.subtract
        now = x
        for kept, t in zip(before, after, strict=True):
            kept[:] = now
            multiply(now, a, out=t)
            add(t, b, out=t)
            np.tanh(t, out=t)
            now = subtract(t, a, out=y)
        loss = y.sum()
        slopes = 1 - after * after
        da.fill(0)
        db.fill(0)
        g.fill(1)
        for i in range(n // 4 - 1, -1, -1):
            subtract(da, g, out=da)
            multiply(g, slopes[i], out=g)
            add(db, g, out=db)
            add(da, multiply(g, before[i], out=slope), out=da)
            multiply(g, a, out=g)
        return loss, g, da, db

    return step


def _scalars(n: int, x: Any, a: Any, b: Any) -> Sequence[Any]:
    values, tanh = [], np.tanh
    y = x
    for _ in range(n // 4):
        t = tanh(y * a + b)
        values.append((y, t))
        y = t - a
    g = one = np.float32(1)
    da = db = np.float32(0)
    for before, t in reversed(values):
        da -= g
        g = g * (one - t * t)
        db += g
        da += g * before
        g = g * a
    return y, g, da, db


def as_function(n: int, xp: Any, params: list[Any]) -> Any:
    """The loss for autograd and MyGrad."""
    y, a, b = params
    for _ in range(n // 4):
        y = y * a
        y = y + b
        y = xp.tanh(y)
        y = y - a
    return xp.sum(y)


def makers(n: int, shape: tuple[int, ...]) -> dict[str, Maker]:
    """Not JAX's: thousands of unrolled operations take minutes to compile, and a scan is no chain of calls."""
    others = transforming(partial(as_function, n), partial(start, shape))
    del others["jax"]
    return {**pytorch_like(partial(with_tensors, n, shape)), "numpy": partial(by_hand, n, shape), **others}


for shape, target in (((), 0.35), ((8,), 0.5)):
    for n in (1_000, 10_000):
        register(
            Workload(
                f"chain{n}-{'8' if shape else '0'}",
                f"chain of {n:,} operations on {'(8,)' if shape else '()'}",
                makers(n, shape),
                {"torch": target},
                tolerance=1e-3,
                slow=n > 1_000,
            )
        )
