"""Every row of the table side by side with PyTorch: values, first and second derivatives, dtypes."""

from __future__ import annotations

import numpy as np
import pytest

import leafgrad
from tests.table import CASES, Case

torch = pytest.importorskip("torch")


@pytest.mark.filterwarnings("ignore:A window was not provided")  # torch's, of its stft
@pytest.mark.parametrize("case", [c for c in CASES if c.torch], ids=str)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_value_and_derivatives_equal_torch(case: Case, dtype: str) -> None:
    arrays = case.arrays(dtype)
    ours = [leafgrad.tensor(a, requires_grad=True) for a in arrays]
    theirs = [torch.tensor(a, requires_grad=True) for a in arrays]
    y, z = case.call(leafgrad, *ours), case.call(torch, *theirs)
    tolerance = {"rtol": case.rtol, "atol": 1e-12} if dtype == "float64" else {"rtol": 3e-5, "atol": 1e-6}
    assert tuple(y.shape) == tuple(z.shape)
    assert str(y.dtype) == str(z.dtype).removeprefix("torch.")
    np.testing.assert_allclose(y.detach().numpy(), z.numpy(force=True), **tolerance)
    if not z.requires_grad:
        assert not y.requires_grad
        return
    g = np.cos(np.arange(y.numel(), dtype=dtype)).reshape(y.shape)
    first = leafgrad.autograd.grad(y, ours, leafgrad.tensor(g), create_graph=True, materialize_grads=True)
    expected = torch.autograd.grad(z, theirs, torch.tensor(g), create_graph=True, materialize_grads=True)
    for a, b in zip(first, expected, strict=True):
        assert a.dtype == np.dtype(dtype)
        np.testing.assert_allclose(a.detach().numpy(), b.numpy(force=True), **tolerance)
    total = sum((a * a * 0.5).sum() + a.sum() for a in first)
    theirs_total = sum((b * b * 0.5).sum() + b.sum() for b in expected)
    if not theirs_total.requires_grad:
        assert not total.requires_grad
        return
    try:
        expected = torch.autograd.grad(theirs_total, theirs, materialize_grads=True)
    except RuntimeError as error:  # for some losses it has the first derivative only
        assert "not implemented" in str(error)
        return
    assert total.requires_grad or not any(b.any() for b in expected)
    if total.requires_grad:
        if dtype == "float32":  # differences of numbers that are nearly the same, in both libraries
            tolerance = {"rtol": 3e-4, "atol": 3e-5}
        second = leafgrad.autograd.grad(total, ours, materialize_grads=True)
        for a, b in zip(second, expected, strict=True):
            np.testing.assert_allclose(a.numpy(), b.numpy(force=True), **tolerance)
