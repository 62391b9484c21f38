"""Activations and dropout beside PyTorch: kinks, NaN and infinities, keywords, dtypes, writing in place, bad input."""

from __future__ import annotations

import numpy as np
import pytest

import leafgrad
from tests.parity.sidebyside import same

POINTS = np.array([np.nan, np.inf, -np.inf, 0.0, -0.0, 1.0, -1.0, 3.0, -3.0, 6.0, 0.5, -0.5])
MATRIX = np.linspace(-8, 7, 24).reshape(2, 3, 4)

SMOOTH = ["silu", "mish", "gelu", "softplus", "logsigmoid", "softsign", "tanhshrink", "sigmoid", "tanh"]
PIECEWISE = ["relu", "relu6", "hardtanh", "hardswish", "softshrink", "hardshrink", "leaky_relu", "rrelu"]
EXPONENTIAL = ["elu", "selu", "celu"]
WITH_OPTIONS = [
    "hardtanh(x, -2, 0.5)", "hardtanh(x, 1, 1)", "softshrink(x, 0)", "hardshrink(x, -1)", "threshold(x, 0.5, 9)", "elu(x, 0.7)",
    "elu(x, -0.5)", "celu(x, 0.5)", "celu(x, -2)", "softplus(x, 3, 2)", "leaky_relu(x, -0.3)", "rrelu(x, 0.1, 0.5)",
    "prelu(x, m.tensor(0.3, dtype=x.dtype))", "glu(x[:, :2], 1)", "softmin(x, 1)", "softmin(x, -1, dtype=m.float64)", "softmax(x)",
    "softmin(x[0])", "log_softmax(x, 1, 3, m.float64)", "hardsigmoid(x).detach()", "dropout(x, 1.0)", "alpha_dropout(x, 1.0, True)",
    "dropout(x, 0.3, False)", "dropout2d(x, 0.0)",
]  # fmt: skip


@pytest.mark.parametrize("name", [*SMOOTH, *PIECEWISE, *EXPONENTIAL])
def test_special_points(name: str) -> None:
    same(f"F.{name}(x)", POINTS, orders=2)


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16])
@pytest.mark.parametrize("call", WITH_OPTIONS)
def test_options(call: str, dtype: type) -> None:
    same(f"F.{call}", MATRIX.astype(dtype), orders=2 if dtype is np.float64 else 0)


@pytest.mark.parametrize("array", [np.array(-0.7), np.zeros((2, 0)), np.arange(-3, 3)], ids=["number", "empty", "int"])
@pytest.mark.parametrize("name", [*PIECEWISE, *EXPONENTIAL, "softsign", "tanhshrink", "mish", "logsigmoid", "hardsigmoid"])
def test_shapes_and_integers(name: str, array: np.ndarray) -> None:
    same(f"F.{name}(x)", array, orders=0)


@pytest.mark.parametrize(
    "call",
    [
        *[f"F.{name}_(x * 1)" for name in ["relu", "elu", "hardtanh", "leaky_relu", "selu", "celu", "rrelu"]],
        *[f"F.{name}(x * 1, inplace=True)" for name in ["relu6", "hardswish", "mish", "silu"]],
        "F.hardsigmoid(x.detach(), True)", "F.rrelu(x, 0.2, 0.2, True)",
        "F.threshold_(x * 1, 0.5, 2)", "F.hardtanh(x * 1, -2, 2, True)", "F.threshold(x * 1, 0.5, 2, True)", "F.elu(x * 1, 0.5, True)",
        "F.leaky_relu(x, inplace=True)", "m.relu_(x.detach())", "m.selu_(x * 1)", "m.celu_(x * 1, 2.0)", "m.threshold_(x * 1, 1, 0)",
        "F.dropout(x, 0.0, True, True)", "F.alpha_dropout(x * 1, 1.0, True, True)",
        "m.hardshrink(x, 2)", "x.hardshrink()", "x.prelu(x[0, :, 0])", "m.rrelu(x)", "m.celu(x, 0.5)", "m.selu(x)",
    ],
)  # fmt: skip
def test_in_place_and_other_faces(call: str) -> None:
    same(call, MATRIX.clip(-2.9, 2.9), orders=1)


PRELU = [(((2, 3), (3,))), ((2, 3, 2), (3,)), ((3,), (1,)), ((), ()), ((), (1,)), ((2, 0), (1,)), ((2, 3), (2,)), ((2, 3), (1, 3)), ((3,), (3,)), ((), (3,))]


@pytest.mark.parametrize(("shape", "weight"), PRELU)
def test_prelu(shape: tuple[int, ...], weight: tuple[int, ...]) -> None:
    x = np.cos(np.arange(np.prod(shape, dtype=int))).reshape(shape)
    same("F.prelu(x, y)", x, np.array(0.3 + np.arange(np.prod(weight, dtype=int)).reshape(weight) / 10), orders=2)


@pytest.mark.parametrize(
    "call",
    [
        "F.softshrink(x, -1)", "F.celu(x, 0)", "F.rrelu(x, 0.5, 0.1)", "F.glu(x, 1)", "F.glu(x[0, 0, 0])", "F.hardtanh(x, 2, 1)",
        "F.prelu(x, x[0, :, 0].float())", "F.relu6(x > 0)", "F.relu(x > 0)", "F.hardtanh((x > 0).to(m.uint8))", "F.dropout(x, 2.0)", "F.dropout1d(x[0, 0])",
        "F.dropout2d(x[0, 0])", "F.feature_alpha_dropout(x[0, 0], 0.5, True)", "F.dropout(x.long())", "m.nn.Hardtanh(1, 1)",
        "m.nn.Dropout(-0.1)", "m.nn.Softmax2d()(x[0])", "F.softmax(x, 3)", "F.relu(x, inplace=True)", "m.nn.PReLU(2)(x)",
    ],
)  # fmt: skip
def test_bad_input(call: str) -> None:
    same(call, MATRIX)


def test_hardsigmoids_slope_is_a_sixth_in_float64_too() -> None:
    """PyTorch's is the float32 nearest to it."""
    x = leafgrad.tensor([1.0], dtype=leafgrad.float64, requires_grad=True)
    leafgrad.nn.functional.hardsigmoid(x).backward()
    assert x.grad is not None and x.grad.item() == 1 / 6
