"""MaxPool2d and F.max_pool2d: gradients, ties, places, and where they refuse."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import leafgrad
from leafgrad import nn
from leafgrad.nn import functional as F
from tests.nn.helpers import check, leaf


@pytest.mark.parametrize(
    "shape, options",
    [
        ((2, 2, 4, 6), {"kernel_size": 2}),
        ((2, 5, 5), {"kernel_size": 3, "stride": 1, "padding": 1}),
        ((1, 2, 5, 6), {"kernel_size": (2, 3), "stride": 2, "dilation": (2, 1), "ceil_mode": True}),
    ],
)
def test_gradients(shape: tuple[int, ...], options: dict[str, Any]) -> None:
    check(lambda x: F.max_pool2d(x, **options), shape)


def test_the_first_of_equals_gets_the_gradient() -> None:
    x = leafgrad.ones(1, 1, 3, 3, requires_grad=True)
    values, places = F.max_pool2d(x, 2, stride=1, return_indices=True)
    assert places.tolist() == [[[[0, 1], [3, 4]]]]
    values.sum().backward()
    assert x.grad is not None and x.grad.tolist() == [[[[1, 1, 0], [1, 1, 0], [0, 0, 0]]]]


def test_integers_and_module() -> None:
    layer = nn.MaxPool2d(2, return_indices=True)
    values, places = layer(leafgrad.arange(16).reshape(1, 1, 4, 4))
    assert values.tolist() == [[[[5, 7], [13, 15]]]] == places.tolist()
    assert values.dtype == places.dtype == np.int64
    assert list(layer.state_dict()) == [] and layer.stride == 2


def test_padding_never_wins() -> None:
    x = leafgrad.full((1, 1, 2, 2), -np.inf, requires_grad=True)
    values, places = F.max_pool2d(x, 2, padding=1, return_indices=True)
    assert places.tolist() == [[[[0, 1], [2, 3]]]] and values.tolist() == x.tolist()


@pytest.mark.parametrize(
    "error, message, call",
    [
        (RuntimeError, r"must have shape \(N, C, H, W\)", lambda: F.max_pool2d(leaf(4, 4), 2)),
        (RuntimeError, r"a window \(3, 3\) .* does not fit", lambda: F.max_pool2d(leaf(1, 2, 2, 2), 3)),
        (ValueError, "at most half the window", lambda: F.max_pool2d(leaf(1, 2, 4, 4), 2, padding=2)),
        (ValueError, "kernel_size must be a number of at least 1", lambda: F.max_pool2d(leaf(1, 2, 4, 4), 0)),
    ],
)
def test_errors(error: type[Exception], message: str, call: Any) -> None:
    with pytest.raises(error, match=message):
        call()
