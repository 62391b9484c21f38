"""`adding.add_at` against `np.add.at`, for every kind of key, and on both sides of its thresholds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import leafgrad
from leafgrad import adding


def random_key(rng: np.random.Generator, shape: tuple[int, ...]) -> tuple[Any, ...]:
    """Integer arrays (negative ones too) at one place, or at several in front, or between slices of all kinds."""
    of_indices = tuple(rng.integers(0, 12, rng.integers(1, 3)))
    arrays = [rng.integers(-n, n, of_indices) for n in shape]
    kind, at = rng.integers(4), rng.integers(len(shape))
    if kind == 0:
        return tuple(arrays[i] if i == at else slice(None) for i in range(len(shape)))
    if kind == 1:
        return tuple(arrays[: at + 1])
    if kind == 2:
        return (*arrays[: at + 1], *[slice(None, None, -1)] * (len(shape) - at - 1))
    return tuple(arrays[i] if i >= at else slice(None) for i in range(len(shape)))


@pytest.mark.parametrize("few", [0, adding.FEW])
def test_add_at(few: int, monkeypatch: Any) -> None:
    monkeypatch.setattr(adding, "FEW", few)
    rng = np.random.default_rng(0)
    for _ in range(300):
        shape = tuple(rng.integers(1, 6, rng.integers(1, 4)))
        key = random_key(rng, shape)
        for start in (np.zeros(shape), rng.normal(size=shape), rng.normal(size=shape[::-1]).T):
            expected, got = start.copy("K"), start.copy("K")
            g = rng.normal(size=start[key].shape)
            np.add.at(expected, key, g)
            adding.add_at(got, key, g, fresh=not start.any())
            np.testing.assert_allclose(got, expected, atol=1e-12)


@pytest.mark.parametrize("rows", [1, 2, 50, 5000])
def test_crowded_rows(rows: int) -> None:
    """Few rows are sorted and summed, many are added in rounds; in float32 all the same."""
    rng = np.random.default_rng(1)
    index = rng.integers(-rows, rows, 3000)
    table = leafgrad.tensor(rng.normal(size=(rows, 8)), dtype=leafgrad.float32, requires_grad=True)
    g = rng.normal(size=(3000, 8)).astype(np.float32)
    table[index].backward(leafgrad.tensor(g))
    expected = np.zeros((rows, 8))
    np.add.at(expected, index, g.astype(np.float64))
    assert table.grad is not None and table.grad.dtype == np.float32
    np.testing.assert_allclose(table.grad.numpy(), expected, rtol=1e-4, atol=1e-4)
