"""`leafgrad.masked` beside `torch.masked`."""

from __future__ import annotations

import numpy as np
import pytest

from tests.parity.sidebyside import same

VALUES = np.array([[0.3, 1.2, -0.7], [2.0, 0.1, 0.4]])
MASKS = ["None", "y", "y[0]", "m.zeros(3) > 1"]
CHOSEN = np.array([[True, False, True], [True, True, False]])


@pytest.mark.parametrize("mask", MASKS)
@pytest.mark.parametrize(
    "call",
    [
        *[f"{op}(x, dim={dim}" for op in ("sum", "prod", "mean", "amax", "amin", "std") for dim in ("None", "0", "(0, 1)")],
        "var(x, 1, correction=0, keepdim=True", "var(x, 0, unbiased=False", "sum(x, 1, keepdim=True, dtype=m.float32",
        "argmax(x, 1", "argmin(x, None, keepdim=True", "median(x, 1", "norm(x, 3, 1", "norm(x, -inf", "normalize(x, 2, 1",
        "logsumexp(x, 1", "cumsum(x, 1", "cumprod(x, 0", "softmax(x, 1", "log_softmax(x, 0", "softmin(x, 1",
    ],
)  # fmt: skip
def test_as_in_pytorch(call: str, mask: str) -> None:
    same(f"m.masked.{call}, mask={mask})", VALUES, CHOSEN)


@pytest.mark.parametrize(
    "code",
    [
        "m.masked.logaddexp(x, x * 2, input_mask=y)", "m.masked.sum(x, mask=y[None])", "m.masked.sum(x.int(), mask=y)",
        "m.masked.mean(x.int(), mask=y)", "m.masked.median(x.int(), 1, mask=y)", "m.masked.var(x.int(), mask=y)",
        "m.masked.median(x.int(), 1, mask=m.zeros(3) > 1)", "m.masked.amax(x.int(), mask=m.zeros(3) > 1)",
    ],
)  # fmt: skip
def test_dtypes_and_errors(code: str) -> None:
    same(code, VALUES, CHOSEN)
