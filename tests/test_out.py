"""`out=`: what is written, what is returned, and what is refused before anything is written."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import leafgrad

X = leafgrad.tensor([[3.0, 1.0], [2.0, 4.0]])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_result_is_written_and_out_returned(dtype: str) -> None:
    out = leafgrad.zeros(2, 2, dtype=dtype)
    memory = out.data
    assert leafgrad.add(X, 1, out=out) is out
    assert memory is out.data and memory.tolist() == [[4, 2], [3, 5]]


def test_through_views_and_onto_operands() -> None:
    out = leafgrad.zeros(2, 4)
    leafgrad.exp(X, out=out[:, ::2])
    np.testing.assert_allclose(out.numpy(), [[np.e**3, 0, np.e, 0], [np.e**2, 0, np.e**4, 0]], rtol=1e-6)
    x = leafgrad.tensor([[1.0, 2.0], [3.0, 4.0]])
    leafgrad.add(x, x.T, out=x)
    assert x.tolist() == [[2, 5], [5, 8]]


def test_several_results() -> None:
    values, indices = leafgrad.empty(2), leafgrad.empty(2, dtype=int)
    found = leafgrad.max(X, 1, out=(values, indices))
    assert found.values is values and found.indices is indices
    assert values.tolist() == [3, 4] and indices.tolist() == [0, 1]


def test_an_empty_out_takes_the_shape() -> None:
    out = leafgrad.empty(0)
    leafgrad.mul(X, 2, out=out)
    assert out.shape == (2, 2)


def test_no_gradient_is_lost() -> None:
    x, out = X.clone().requires_grad_(), leafgrad.zeros(2, 2)
    y = out * x
    with pytest.raises(RuntimeError, match="no tensor may require grad"):
        leafgrad.add(x, 1, out=out)
    with pytest.raises(RuntimeError, match="no tensor may require grad"):
        leafgrad.cat([x, x], out=leafgrad.zeros(4, 2))
    with leafgrad.no_grad():
        leafgrad.add(x, 1, out=out)
    with pytest.raises(RuntimeError, match="changed in place"):  # y's gradient needs the old values of out
        y.sum().backward()


@pytest.mark.parametrize(
    "call, error",
    [
        (lambda out: leafgrad.add(X, 0.5, out=out), RuntimeError),  # floats into integers
        (lambda out: leafgrad.eq(X, X, out=out[0]), RuntimeError),  # another shape
        (lambda out: leafgrad.add(X, 1, out=out.numpy()), TypeError),
        (lambda out: leafgrad.add(X, 1, out=(out, out)), TypeError),
        (lambda out: leafgrad.reshape(X, (4,), out=out), TypeError),  # a view
        (lambda out: leafgrad.allclose(X, X, out=out), TypeError),
        (lambda out: X.add(1, out=out), TypeError),  # a method
    ],
)
def test_refusals_leave_out_as_it_was(call: Any, error: Any) -> None:
    out = leafgrad.full((2, 2), 7, dtype=int)
    with pytest.raises(error):
        call(out)
    assert out.tolist() == [[7, 7], [7, 7]]
