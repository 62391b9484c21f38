"""Conv2d and F.conv2d: against the definition, against differences, and where they refuse."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import leafgrad
from leafgrad import nn
from leafgrad.nn import functional as F
from leafgrad.ops import convolution
from tests.nn.helpers import RNG, check, leaf

CASES: list[tuple[tuple[int, ...], tuple[int, ...], dict[str, Any]]] = [
    ((2, 2, 5, 4), (3, 2, 2, 3), {}),
    ((4, 2, 7, 6), (2, 2, 3, 2), {"stride": (2, 1), "padding": 1, "dilation": (1, 2)}),
    ((3, 4, 4, 12), (2, 2, 2, 2), {"groups": 2}),
    ((3, 3, 4, 4), (2, 3, 1, 1), {}),
    ((2, 3, 4), (3, 2, 2, 2), {"padding": "same"}),
]


def by_definition(x: np.ndarray, w: np.ndarray, stride: int, padding: int, dilation: int) -> np.ndarray:
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    reach = [(k - 1) * dilation + 1 for k in w.shape[2:]]
    rows, columns = ((n - r) // stride + 1 for n, r in zip(x.shape[2:], reach, strict=True))
    y = np.empty((len(x), len(w), rows, columns))
    for i in range(rows):
        for j in range(columns):
            seen = x[:, :, i * stride :, j * stride :][:, :, : reach[0] : dilation, : reach[1] : dilation]
            y[:, :, i, j] = np.einsum("ncij,ocij->no", seen, w)
    return y


@pytest.mark.parametrize("stride, padding, dilation", [(1, 0, 1), (2, 0, 1), (1, 2, 1), (2, 1, 2), (3, 2, 1)])
def test_definition(stride: int, padding: int, dilation: int) -> None:
    for n in (1, 3, 8, 12):
        x, w = RNG.normal(size=(n, 2, 9, 8)), RNG.normal(size=(3, 2, 3, 2))
        ours = F.conv2d(x, w, stride=stride, padding=padding, dilation=dilation)
        np.testing.assert_allclose(ours.numpy(), by_definition(x, w, stride, padding, dilation), atol=1e-12)


@pytest.mark.parametrize("x, w, options", CASES)
def test_gradients(x: tuple[int, ...], w: tuple[int, ...], options: dict[str, Any]) -> None:
    check(lambda x, w, b: F.conv2d(x, w, b, **options), x, w, w[:1])
    check(lambda x, w: F.conv2d(x, w, **options), x, w)


def test_in_pieces(monkeypatch: Any) -> None:
    """Where the columns are larger than the workspace they are made in pieces, with equal results."""
    x, w = leaf(16, 2, 6, 6), leaf(3, 2, 3, 3)
    results = []
    for workspace in (2**24, 1000):
        monkeypatch.setattr(convolution, "WORKSPACE", workspace)
        y = F.conv2d(x, w, padding=1)
        results.append((y, *leafgrad.autograd.grad((y * y).sum(), (x, w))))
    for a, b in zip(*results, strict=True):
        np.testing.assert_allclose(a.detach().numpy(), b.detach().numpy(), atol=1e-12)


def test_changed_in_place() -> None:
    for kernel in (1, 3):
        x, w = leaf(1, 1, 4, 4), leaf(1, 1, kernel, kernel)
        z = x * 1
        y = F.conv2d(z, w)
        z.mul_(2)
        with pytest.raises(RuntimeError, match=r"conv2d: a value of shape .* has been changed in place"):
            y.sum().backward()


def test_module() -> None:
    layer = nn.Conv2d(4, 6, (3, 5), stride=2, padding=(1, 2), dilation=2, groups=2)
    assert list(layer.state_dict()) == ["weight", "bias"]
    assert layer.weight.shape == (6, 2, 3, 5) and layer.bias is not None and layer.bias.shape == (6,)
    assert layer.kernel_size == (3, 5) and layer.stride == (2, 2) and layer.padding == (1, 2) and layer.groups == 2
    assert nn.Conv2d(1, 2, 3, bias=False).bias is None
    wide = nn.Conv2d(16, 64, 5)
    bound = 1 / (16 * 25) ** 0.5
    for p in wide.parameters():
        assert np.abs(p.data).max() <= bound and np.abs(p.data).std() > 0.2 * bound
    assert nn.Conv2d(1, 1, 3, dtype=leafgrad.float64).weight.dtype == np.float64


@pytest.mark.parametrize(
    "error, message, call",
    [
        (
            RuntimeError,
            "needs 2 input channels, but the input has shape",
            lambda: F.conv2d(leaf(1, 3, 5, 5), leaf(1, 2, 3, 3)),
        ),
        (RuntimeError, r"must have shape \(N, C, H, W\) or", lambda: F.conv2d(leaf(5, 5), leaf(1, 2, 3, 3))),
        (RuntimeError, r"the weight must have shape \(O,", lambda: F.conv2d(leaf(1, 3, 5, 5), leaf(3, 3))),
        (RuntimeError, "does not fit into the padded input", lambda: F.conv2d(leaf(1, 1, 2, 5), leaf(1, 1, 3, 3))),
        (
            RuntimeError,
            r"the bias must have shape \(2,\)",
            lambda: F.conv2d(leaf(1, 1, 5, 5), leaf(2, 1, 3, 3), leaf(3)),
        ),
        (
            ValueError,
            "groups must be positive and divide the 3",
            lambda: F.conv2d(leaf(1, 2, 5, 5), leaf(3, 1, 3, 3), groups=2),
        ),
        (ValueError, "'same', 'valid' or numbers", lambda: nn.Conv2d(1, 1, 3, padding="full")),
        (ValueError, "needs a stride of 1", lambda: nn.Conv2d(1, 1, 3, stride=2, padding="same")),
        (ValueError, "stride must be a number of at least 1", lambda: nn.Conv2d(1, 1, 3, stride=0)),
        (ValueError, "padding must be a number of at least 0", lambda: nn.Conv2d(1, 1, 3, padding=(-1, 0))),
        (ValueError, "groups must be positive and divide", lambda: nn.Conv2d(3, 4, 3, groups=2)),
        (ValueError, "padding_mode must be one of zeros, reflect", lambda: nn.Conv2d(1, 1, 3, padding_mode="mirror")),
    ],
)
def test_errors(error: type[Exception], message: str, call: Any) -> None:
    with pytest.raises(error, match=message):
        call()
