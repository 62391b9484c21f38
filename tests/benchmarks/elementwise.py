"""`(sigmoid(a*b+c).tanh()*a).sum()` on large arrays, forward and backward: memory above all."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import numpy as np

from tests.benchmarks.registry import Step, Workload, pytorch_like, register
from tests.benchmarks.transforming import sigmoid, transforming

BLOCK = 16384  # elements; a block and its temporaries stay in a core's cache


def start(n: int) -> list[Any]:
    """a, b and c."""
    rng = np.random.default_rng(3)
    return [rng.normal(size=n).astype(np.float32) for _ in range(3)]


def with_tensors(n: int, lib: Any) -> Step:
    """leafgrad and PyTorch."""
    leaves = [lib.from_numpy(p).requires_grad_() for p in start(n)]
    a, b, c = leaves

    def step() -> Sequence[Any]:
        for leaf in leaves:
            leaf.grad = None
        loss = ((a * b + c).sigmoid().tanh() * a).sum()
        loss.backward()
        return loss, *(leaf.grad for leaf in leaves)

    return step


def by_hand(n: int) -> Step:
    """NumPy: forward and backward block by block, in as many threads as the others have."""
    a, b, c = start(n)
    da, db, dc = (np.empty(n, np.float32) for _ in range(3))
    threads = int(os.environ.get("OMP_NUM_THREADS", "1"))
    pool = ThreadPoolExecutor(threads)
    share = -(-n // threads)

    def part(begin: int) -> float:
        s, t, u = (np.empty(BLOCK, np.float32) for _ in range(3))
        loss = 0.0
        end = min(begin + share, n)
        for i in range(begin, end, BLOCK):
            j = min(i + BLOCK, end)
            loss += _block(a[i:j], b[i:j], c[i:j], da[i:j], db[i:j], dc[i:j], s[: j - i], t[: j - i], u[: j - i])
        return loss

    def step() -> Sequence[Any]:
        return sum(pool.map(part, range(0, n, share))), da, db, dc

    return step


def _block(a: Any, b: Any, c: Any, da: Any, db: Any, dc: Any, s: Any, t: Any, u: Any) -> float:
    np.multiply(a, b, out=s)
    s += c
    s *= 0.5
    np.tanh(s, out=s)
    s *= 0.5
    s += 0.5  # the sigmoid
    np.tanh(s, out=t)
    loss = float(np.dot(t, a))
    np.multiply(t, t, out=u)
    np.subtract(1, u, out=u)
    u *= a
    u *= s
    np.subtract(1, s, out=s)
    np.multiply(u, s, out=dc)
    np.multiply(dc, b, out=da)
    da += t
    np.multiply(dc, a, out=db)
    return loss


def as_function(xp: Any, params: list[Any]) -> Any:
    """The loss for JAX, autograd and MyGrad."""
    a, b, c = params
    return xp.sum(xp.tanh(sigmoid(xp, a * b + c)) * a)


for n, name, target in ((1_000_000, "1e6", 1.7), (10_000_000, "1e7", 0.7)):
    register(
        Workload(
            f"elementwise-{name}",
            f"(sigmoid(a*b+c).tanh()*a).sum(), {name} elements",
            {
                **pytorch_like(partial(with_tensors, n)),
                "numpy": partial(by_hand, n),
                **transforming(as_function, partial(start, n)),
            },
            {"torch": target},
            tolerance=1e-3,
            slow=n > 1_000_000,
        )
    )
