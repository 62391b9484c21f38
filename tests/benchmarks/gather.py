"""4096 rows of a 10000 by 64 table, forward and backward: by indexing, and as an embedding."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from tests.benchmarks.registry import Step, Workload, pytorch_like, register
from tests.benchmarks.transforming import transforming

ROWS, WIDTH, PICKED = 10_000, 64, 4096


def start() -> list[Any]:
    """The table."""
    return [np.random.default_rng(4).normal(size=(ROWS, WIDTH)).astype(np.float32)]


def picked() -> tuple[Any, Any]:
    """The rows to pick, some of them more than once, and what each element is multiplied by."""
    rng = np.random.default_rng(5)
    return rng.integers(0, ROWS, PICKED), rng.normal(size=(PICKED, WIDTH)).astype(np.float32)


def with_tensors(embedding: bool, lib: Any) -> Step:
    """leafgrad and PyTorch."""
    (table,) = (lib.from_numpy(p).requires_grad_() for p in start())
    index, factor = (lib.from_numpy(a) for a in picked())

    def step() -> Sequence[Any]:
        table.grad = None
        rows = lib.nn.functional.embedding(index, table) if embedding else table[index]
        loss = (rows * factor).sum()
        loss.backward()
        return loss, table.grad

    return step


def by_hand() -> Step:
    """NumPy: of the gradients for one row a winner is assigned, and the others are added one by one."""
    (table,) = start()
    index, factor = picked()
    rows, gradient = np.empty_like(factor), np.empty_like(table)
    flat = gradient.reshape(-1)
    winner = np.empty(ROWS, np.intp)
    order, columns = np.arange(PICKED), np.arange(WIDTH)

    def step() -> Sequence[Any]:
        np.take(table, index, axis=0, out=rows, mode="clip")
        loss = np.vdot(rows, factor)
        gradient.fill(0)
        gradient[index] = factor
        winner[index] = order
        losers = np.flatnonzero(winner[index] != order)
        np.add.at(flat, (index[losers, None] * WIDTH + columns).reshape(-1), factor[losers].reshape(-1))
        return loss, gradient

    return step


def as_function(xp: Any, params: list[Any]) -> Any:
    """The loss for JAX, autograd and MyGrad."""
    index, factor = _picked
    return xp.sum(params[0][index] * factor)


_picked = picked()

for name, title, needs in (
    ("gather", "table[index]: 4096 rows of 10000×64", ()),
    ("embedding", "embedding(index, table), the same", ("nn.functional.embedding",)),
):
    register(
        Workload(
            name,
            title,
            {
                **pytorch_like(partial(with_tensors, name == "embedding")),
                "numpy": by_hand,
                **transforming(as_function, start),
            },
            {"torch": 0.7, "numpy": 1.1},
            needs,
            tolerance=1e-3,
        )
    )
