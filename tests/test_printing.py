"""How tensors look; `parity/test_printing.py` compares the same with PyTorch at random."""

import numpy as np
import pytest

import leafgrad
from leafgrad import Tensor


@pytest.mark.parametrize(
    "values, text",
    [
        ([1.0, 2.5], "tensor([1.0000, 2.5000])"),
        ([1.0, 2.0], "tensor([1., 2.])"),
        ([1.0, -2.0], "tensor([ 1., -2.])"),
        ([-0.5, 100.25], "tensor([ -0.5000, 100.2500])"),
        (3.0, "tensor(3.)"),
        (3.14159, "tensor(3.1416)"),
        ([0.0, -0.0], "tensor([0., -0.])"),
        ([[1, 2], [3, 4]], "tensor([[1., 2.],\n        [3., 4.]])"),
        ([1e-5, 1.0], "tensor([1.0000e-05, 1.0000e+00])"),
        ([1e9, 2e9], "tensor([1.0000e+09, 2.0000e+09])"),
        ([1.5, 2000.0], "tensor([1.5000e+00, 2.0000e+03])"),
        ([1.0, float("nan")], "tensor([1., nan])"),
        ([0.5, float("inf"), float("-inf")], "tensor([0.5000,    inf,   -inf])"),
        ([], "tensor([])"),
        ([[], [], []], "tensor([], size=(3, 0))"),
    ],
)
def test_floats(values, text):
    assert repr(Tensor(values)) == text


@pytest.mark.parametrize(
    "values, dtype, text",
    [
        ([True, False], None, "tensor([ True, False])"),
        (True, None, "tensor(True)"),
        ([1, -20], None, "tensor([  1, -20])"),
        ([1, 2], "int32", "tensor([1, 2], dtype=int32)"),
        ([1, 2], "float64", "tensor([1., 2.], dtype=float64)"),
        ([], "int64", "tensor([], dtype=int64)"),
        ([[]], "int64", "tensor([], size=(1, 0), dtype=int64)"),
        ([1 + 2j, 1.5 - 0.25j], "complex64", "tensor([1.0000+2.0000j, 1.5000-0.2500j])"),
    ],
)
def test_other_dtypes(values, dtype, text):
    assert repr(leafgrad.tensor(values, dtype=dtype)) == text


def test_the_default_dtype_is_not_shown():
    leafgrad.set_default_dtype(leafgrad.float64)
    try:
        assert repr(leafgrad.tensor([1.0])) == "tensor([1.])"
        assert repr(Tensor(np.ones(1, np.float32))) == "tensor([1.], dtype=float32)"
    finally:
        leafgrad.set_default_dtype(leafgrad.float32)


def test_gradients_are_announced():
    x = Tensor([1.0, 2.0], requires_grad=True)
    assert repr(x) == "tensor([1., 2.], requires_grad=True)"
    assert repr(x * 2) == "tensor([2., 4.], grad_fn=<mul>)"
    assert repr((x * 2).detach()) == "tensor([2., 4.])"
    assert str(x.double()) == "tensor([1., 2.], dtype=float64, grad_fn=<to>)"


def test_a_view_whose_history_is_invalid_can_be_shown():
    y = Tensor([1.0, 2.0])
    with leafgrad.no_grad():
        view = y[:1]
    y.mul_(Tensor([2.0, 3.0], requires_grad=True))
    assert repr(view) == "tensor([2.], grad_fn=<Invalid>)"


def test_long_lines_break():
    assert repr(leafgrad.arange(30.0)) == (
        "tensor([ 0.,  1.,  2.,  3.,  4.,  5.,  6.,  7.,  8.,  9., 10., 11., 12., 13.,\n"
        "        14., 15., 16., 17., 18., 19., 20., 21., 22., 23., 24., 25., 26., 27.,\n"
        "        28., 29.])"
    )
    assert repr(leafgrad.arange(14.0).requires_grad_()).endswith("12., 13.],\n       requires_grad=True)")


def test_more_than_a_thousand_elements_are_summarised():
    assert repr(leafgrad.arange(1001.0)) == "tensor([   0.,    1.,    2.,  ...,  998.,  999., 1000.])"
    assert "..." not in repr(leafgrad.zeros(1000))
    assert repr(leafgrad.zeros(2, 600)) == (
        "tensor([[0., 0., 0.,  ..., 0., 0., 0.],\n        [0., 0., 0.,  ..., 0., 0., 0.]])"
    )
    lines = repr(leafgrad.zeros(100, 11)).splitlines()
    assert len(lines) == 7 and lines[3] == "        ...,"


def test_three_dimensions_are_set_apart():
    assert repr(leafgrad.zeros(2, 1, 2)) == "tensor([[[0., 0.]],\n\n        [[0., 0.]]])"


@pytest.fixture
def default_style():
    yield
    leafgrad.set_printoptions(profile="default")


def test_options(default_style):
    x = Tensor([1.25, 300.0])
    for options, text in (
        ({"precision": 1}, "tensor([  1.2, 300.0])"),
        ({"profile": "short", "sci_mode": True}, "tensor([1.25e+00, 3.00e+02])"),
        ({"profile": "default"}, "tensor([  1.2500, 300.0000])"),
        ({"threshold": 1, "edgeitems": 1, "linewidth": 20}, "tensor([  1.2500,\n        300.0000])"),
    ):
        leafgrad.set_printoptions(**options)
        assert repr(x) == text
    assert repr(leafgrad.arange(4)) == "tensor([0,  ..., 3])"
    with pytest.raises(ValueError, match="profile must be one of default, short, full"):
        leafgrad.set_printoptions(profile="long")
