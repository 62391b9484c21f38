"""Indexing and assignment by every kind of key, with every kind of value, beside PyTorch."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch")
import leafgrad
from tests.parity.sidebyside import same

KEYS = """
0 | -1 | 2 | 5 | -4 | 1: | ::2 | 1:0 | -2: | None | ... | 0, 1 | 0, ... | ..., None | ..., 0 | None, 0, ..., None | 0, None, 1
[0, 2] | [] | [0, 1], [1, 2] | [0, 1], 1 | 0, [1, 2] | :, [0, 2] | :, 0, [0, 1] | 0, :, [0, 1] | [0, 1], :, [0, 1] | :, [0, 1], [0, 1]
[0, 1], 0, : | [[0], [1]], [0, 1] | m.tensor([0, 2]) | m.tensor([[0, 2]]), | m.tensor(1) | m.tensor(1), m.tensor(0)
m.tensor(1), :, m.tensor([0, 1]) | m.tensor([True, False, True]) | m.tensor([True, False]) | [True, False, True] | True | False | True, 0
m.tensor(np.arange(12).reshape(3, 4) % 3 == 0) | :, m.tensor(np.arange(8).reshape(4, 2) % 3 == 0) | x > 0 | x[:, 0, 0] > 5 | x[0] > 0
np.array([0, 2]) | np.array(1) | np.int64(1) | m.tensor([0, 2], dtype=m.int32) | m.tensor([0.0, 1.0]) | 0, 0, 0, 0 | () | None, None
m.tensor([], dtype=m.int64) | m.tensor([], dtype=m.int64), 0 | None, m.tensor([0, 1]) | m.tensor([0, 1]), None | 0, ..., m.tensor([0, 1])
m.tensor([0, 1]), None, m.tensor([0, 1]) | [0], ..., [1] | [-1, -2] | [3] | m.tensor(True) | m.tensor(False) | x.argmax() % 3, 1.0 | 1.5
slice(m.tensor(0), m.tensor(2)) | :, ::3, -1: | range(2) | [0, 2], m.tensor([[1], [0]])
"""
KEYS = [key.strip() for line in KEYS.strip().splitlines() for key in line.split(" | ")]
X = np.linspace(-1, 2, 24).reshape(3, 4, 2) + 0.013
Y = np.array([[10.0, 20.0]])


@pytest.mark.parametrize("key", KEYS)
def test_reading(key: str) -> None:
    same(f"x[{key}]", X, orders=2)
    same(f"x[{key}]", X.T.copy().T)  # in column-major order
    same(f"(x * 1)[{key}] * 2", X[:, :, 0].copy())
    for small in (np.arange(5.0), np.array(3.0), np.zeros((0, 3))):
        same(f"x[{key}]", small)


def test_repeated_indices_accumulate() -> None:
    for key in ["[0, 0, 2]", "[0, 0], [1, 1]", "m.tensor([[0, 0], [1, 0]])", ":, [1, 1]", "0, [1, 1]"]:
        same(f"x[{key}] * x[{key}]", X, orders=3)


#: A number of another dtype, a list: PyTorch takes fewer kinds of values than NumPy does.
VALUES = [
    "5",
    "5.5",
    "y",
    "y[0]",
    "x[0, 0]",
    "m.tensor([[[9.0, 8.0]]], dtype=m.float64)",
    "m.tensor(7.0, dtype=m.float64)",
]


@pytest.mark.parametrize("key", [key for key in KEYS if key not in ("False", "m.tensor([0.0, 1.0])")])
def test_assigning(key: str) -> None:
    for value in VALUES:
        same(_assign(f"r[{key}] = {value}"), X, Y, orders=2)
    same(_assign(f"r[{key}] = 5"), np.arange(5), grad=False)
    same(_assign(f"r[{key}] += y[0]"), X, Y, orders=2)
    same(_assign(f"r[{key}] = r[{key}] * 2"), X)
    same(_assign(f"v = r[{key}]\nv *= 3"), X)
    same(_assign(f"r[{key}] = 1", "x"), X)  # a leaf: an error, and nothing changed


def _assign(statement: str, start: str = "x * 1") -> object:
    """A program that runs the statement on r, and returns r, with the text as its name."""
    code = compile(statement, statement, "exec")

    def program(m: object, x: object, y: object = None) -> object:
        names = {"m": m, "np": np, "x": x, "y": y, "r": eval(start, {"x": x})}
        exec(code, names)
        return [names["r"]]

    return program


def test_the_last_of_repeated_assignments_wins_in_the_gradient_too() -> None:
    x = leafgrad.tensor([1.0, 2.0, 3.0], requires_grad=True)
    y = leafgrad.zeros(2)
    y[[0, 0, 1]] = x
    y.sum().backward()
    assert (y.tolist(), x.grad.tolist()) == ([2, 3], [0, 1, 1])
