"""F.scaled_dot_product_attention."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import leafgrad
from leafgrad.nn.functional import scaled_dot_product_attention as attend
from tests.nn.helpers import RNG, check, leaf

MASK = np.array([[True, False, True, True], [False] * 4, [False, True, False, False]])


def test_gradients() -> None:
    q, k, v = (2, 3, 2), (2, 4, 2), (2, 4, 3)
    check(attend, q, k, v)
    check(lambda q, k, v: attend(q, k, v, is_causal=True, scale=0.3), q, k, v)
    check(lambda q, k, v: attend(q, k, v, MASK), q, k, v)
    check(attend, q, k, v, (3, 4))
    check(lambda q, kv: attend(q, kv, kv), (2, 1, 3, 2), (2, 4, 2))
    check(lambda x: attend(x, x, x), (3, 2))


def test_a_mask_of_more_dimensions() -> None:
    check(attend, (3, 2), (4, 2), (2, 4, 2), (2, 3, 4))


def test_values() -> None:
    q, k, v = RNG.normal(size=(5, 4)), RNG.normal(size=(7, 4)), RNG.normal(size=(7, 3))
    weights = np.exp(q @ k.T / 2)
    np.testing.assert_allclose(attend(q, k, v).numpy(), weights / weights.sum(1, keepdims=True) @ v)
    assert np.isfinite(attend(q * 1e4, k * 1e4, v).numpy()).all()
    nowhere = attend(q[:3], k[:4], v[:4], MASK)
    assert nowhere[1].tolist() == [0, 0, 0]


def test_dropout() -> None:
    leafgrad.manual_seed(0)
    q = leafgrad.zeros(1, 1000, 4)
    y = attend(q, q, leafgrad.ones(1, 1000, 1), dropout_p=0.5)
    assert float(y.numpy().std()) > 0.01 and abs(float(y.mean()) - 1) < 0.01


@pytest.mark.parametrize(
    "error, message, call",
    [
        (RuntimeError, r"expected query \(\.\.\., L, E\)", lambda: attend(leaf(3, 2), leaf(4, 3), leaf(4, 3))),
        (RuntimeError, r"expected query \(\.\.\., L, E\)", lambda: attend(leaf(3, 2), leaf(4, 2), leaf(5, 3))),
        (RuntimeError, r"expected query \(\.\.\., L, E\)", lambda: attend(leaf(2), leaf(4, 2), leaf(4, 3))),
        (RuntimeError, "must broadcast", lambda: attend(leaf(2, 3, 2), leaf(3, 4, 2), leaf(3, 4, 3))),
        (
            RuntimeError,
            r"must broadcast to \(\.\.\., 3, 4\)",
            lambda: attend(leaf(3, 2), leaf(4, 2), leaf(4, 3), leaf(2, 2)),
        ),
        (RuntimeError, "exclude each other", lambda: attend(leaf(3, 2), leaf(4, 2), leaf(4, 3), MASK, is_causal=True)),
        (
            RuntimeError,
            "must hold bools or floats, got int64",
            lambda: attend(leaf(3, 2), leaf(4, 2), leaf(4, 3), MASK.astype(int)),
        ),
        (ValueError, "p must be between 0 and 1", lambda: attend(leaf(3, 2), leaf(4, 2), leaf(4, 3), dropout_p=2.0)),
    ],
)
def test_errors(error: type[Exception], message: str, call: Any) -> None:
    with pytest.raises(error, match=message):
        call()
