"""Anomaly detection names the op whose gradient is NaN, and the line that called it."""

from __future__ import annotations

import pytest

import leafgrad
from leafgrad.autograd import detect_anomaly, set_detect_anomaly
from leafgrad.tensor import Tensor


def nan_in_backward(x: Tensor) -> Tensor:
    return (x * 0).sqrt() * 0  # this line is named


def test_the_op_and_the_line_are_named() -> None:
    x = leafgrad.tensor(1.0, requires_grad=True)
    with (
        detect_anomaly(),
        pytest.raises(RuntimeError, match=r"sqrt: its gradient is NaN .*\n?.*test_anomaly.py.*in nan_in_backward"),
    ):
        nan_in_backward(x).backward()
    assert x.grad is None


def test_detection_ends_with_its_context() -> None:
    x = leafgrad.tensor(1.0, requires_grad=True)
    with detect_anomaly(), set_detect_anomaly(False):
        nan_in_backward(x).backward()
    nan_in_backward(x).backward()
    with detect_anomaly(check_nan=False):
        nan_in_backward(x).backward()
    assert x.grad.isnan()


def test_what_was_recorded_before_is_still_named_by_op() -> None:
    y = nan_in_backward(leafgrad.tensor(1.0, requires_grad=True))
    with detect_anomaly(), pytest.raises(RuntimeError, match=r"sqrt: .* detection was off then"):
        y.backward()


def test_nan_in_second_derivatives_too() -> None:
    x = leafgrad.tensor(0.0, requires_grad=True)
    with detect_anomaly():
        (g,) = leafgrad.autograd.grad(x**1.5, x, create_graph=True)
        with pytest.raises(RuntimeError, match="its gradient is NaN"):
            (g * 0 + (x * 0).sqrt() * 0).backward()
