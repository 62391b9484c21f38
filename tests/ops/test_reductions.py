"""What is particular to the reductions and their kin: zeros, float16, sizes, and what errors say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import leafgrad
from leafgrad.gradcheck import gradcheck, gradgradcheck


def leaf(values: Any, dtype: Any = np.float64) -> leafgrad.Tensor:
    return leafgrad.tensor(np.array(values, dtype), requires_grad=True)


@pytest.mark.parametrize("zeros", [(), (1,), (0, 3), (2, 3)])
@pytest.mark.parametrize("op", [leafgrad.prod, lambda x: leafgrad.cumprod(x, 0)], ids=["prod", "cumprod"])
def test_products_with_zeros_have_all_derivatives(op: Any, zeros: tuple[int, ...]) -> None:
    values = np.array([1.5, -0.7, 2.0, 0.4, 1.1])
    values[list(zeros)] = 0
    assert gradcheck(op, (leaf(values),))
    assert gradgradcheck(op, (leaf(values),))


def test_the_gradient_of_a_long_product_with_a_zero_needs_no_square_of_its_length() -> None:
    values = np.ones(200_000)
    values[1234] = 0
    x = leaf(values)
    leafgrad.prod(x).backward()
    assert x.grad is not None
    assert x.grad.sum().item() == x.grad[1234].item() == 1


@pytest.mark.parametrize("op", ["sum", "mean", "var", "norm"])
def test_float16_is_added_up_in_a_wider_dtype(op: str) -> None:
    x = leafgrad.tensor(np.full((4096, 2), 0.5, np.float16))
    wide = getattr(leafgrad, op)(x.double(), dim=0)
    result = getattr(leafgrad, op)(x, dim=0)
    assert result.dtype == np.float16
    np.testing.assert_array_equal(result.numpy(), wide.numpy().astype(np.float16))


def test_the_variance_of_large_float32_does_not_overflow_on_the_way() -> None:
    assert leafgrad.std(leafgrad.tensor([3e38, 0.0])).item() == pytest.approx(3e38 / np.sqrt(2), rel=1e-6)


def test_logcumsumexp_at_infinities() -> None:
    x = leaf([-np.inf, -np.inf, 1.0])
    leafgrad.logcumsumexp(x, 0).backward(leafgrad.tensor([1.0, 2.0, 3.0]).double())
    assert x.grad is not None
    np.testing.assert_array_equal(x.grad.numpy(), [np.nan, np.nan, 3])


def test_a_large_level_does_not_drown_the_gradient_of_logcumsumexp() -> None:
    """e^(x_i - y_k) depends on differences only; PyTorch loses them beside the level."""
    x = leaf([1e9, 1e9])
    leafgrad.logcumsumexp(x, 0).backward(leafgrad.tensor([1.0, 2.0]).double())
    assert x.grad is not None
    np.testing.assert_allclose(x.grad.numpy(), [2, 1], rtol=1e-6)


@pytest.mark.parametrize("right", [False, True])
@pytest.mark.parametrize("n", [0, 1, 2, 7, 8, 100])
def test_searchsorted_is_numpys_along_each_row(n: int, right: bool) -> None:
    rng = np.random.default_rng(n)
    rows, values = np.sort(rng.integers(0, 50, (3, n)), -1), rng.integers(-1, 52, (3, 40))
    expected = [np.searchsorted(row, v, "right" if right else "left") for row, v in zip(rows, values, strict=True)]
    np.testing.assert_array_equal(leafgrad.searchsorted(rows, values, right=right).numpy(), expected)


def test_histogramdd_is_numpys() -> None:
    points = np.random.default_rng(0).random((50, 2))
    weight = np.random.default_rng(1).random(50)
    hist, edges = leafgrad.histogramdd(points, (3, 4), weight=weight, density=True)
    expected, expected_edges = np.histogramdd(points, (3, 4), weights=weight, density=True)
    np.testing.assert_allclose(hist.numpy(), expected)
    for ours, theirs in zip(edges, expected_edges, strict=True):
        np.testing.assert_allclose(ours.numpy(), theirs)


def test_numpys_cumulative_functions_flatten_and_pytorchs_need_a_dim() -> None:
    x = leaf([[1, 2], [3, 4]])
    assert np.cumsum(x).tolist() == [1, 3, 6, 10]
    assert np.cumprod(x, axis=1).tolist() == [[1, 2], [3, 12]]
    with pytest.raises(TypeError, match="dim"):
        leafgrad.cumsum(x)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda x: leafgrad.amax(x[:0], 0), IndexError, r"amax: nothing to choose from .* \(0, 3\)"),
        (lambda x: leafgrad.mean(x.long()), RuntimeError, "mean: needs a floating-point dtype, got int64"),
        (lambda x: leafgrad.nanmean(x, dtype=int), RuntimeError, "nanmean: needs a floating-point dtype, got int64"),
        (lambda x: leafgrad.softmax(x.long(), 0), NotImplementedError, "softmax: needs a floating-point dtype"),
        (lambda x: leafgrad.max(2, x), TypeError, "max: expected a tensor, got the number 2"),
        (lambda x: leafgrad.argmax(x > 0), RuntimeError, "argmax: does not take bools"),
        (lambda x: leafgrad.median(x > 0), NotImplementedError, "median: bools have no median"),
        (lambda x: leafgrad.quantile(x, 2.0), RuntimeError, r"quantile: q must be within \[0, 1\], got 2.0"),
        (lambda x: leafgrad.quantile(x, 0.5, interpolation="best"), RuntimeError, "must be linear, .* got 'best'"),
        (lambda x: leafgrad.diff(x, prepend=x[0]), RuntimeError, r"diff: prepend and append .* got \(3,\)"),
        (lambda x: leafgrad.trapezoid(x, x[0, :2]), RuntimeError, "x must have one value for each of the 3"),
        (lambda x: leafgrad.gradient(x, spacing=(1, 2, 3)), RuntimeError, "gradient: spacing must be one or 2"),
        (lambda x: leafgrad.gradient(x, spacing=[x[0], x[0]]), RuntimeError, r"one coordinate for each of the 2"),
        (lambda x: leafgrad.cov(x, fweights=[1.0, 2.0, 3.0]), RuntimeError, "fweights must be integers, got float32"),
        (lambda x: leafgrad.cov(x, fweights=[1, 2]), RuntimeError, r"fweights must be one weight for each of the 3"),
        (lambda x: leafgrad.norm(x[:0], np.inf), RuntimeError, "norm: the inf norm of no elements"),
        (lambda x: leafgrad.norm(x, "nuc", 0), RuntimeError, "norm: p='nuc' is the norm of a matrix, got 1 dimensions"),
        (lambda x: leafgrad.renorm(x[0], 2, 0, 1), RuntimeError, r"renorm: needs a tensor of at least 2 dimensions"),
        (lambda x: leafgrad.cdist(x, x[:, :2]), RuntimeError, r"cdist: .* got shapes \(2, 3\) and \(2, 2\)"),
        (lambda x: leafgrad.cdist(x, x, compute_mode="fast"), ValueError, "compute_mode must be one of"),
        (lambda x: leafgrad.histc(x, 3, 0, np.inf), RuntimeError, r"histc: the range \[0, inf\] is not finite"),
        (lambda x: leafgrad.bincount(x[0].long() - 5), RuntimeError, "bincount: needs a vector of numbers that"),
        (lambda x: leafgrad.histogram(x, 3, range=(2.0, 1.0)), RuntimeError, "histogram: the range's low end must not"),
        (lambda x: leafgrad.histogramdd(x, (2,)), RuntimeError, "for each of the 3 coordinates, got 1"),
        (lambda x: leafgrad.searchsorted(x, x, side="middle"), RuntimeError, "side must be 'left' or 'right'"),
        (lambda x: leafgrad.bucketize(x, x), RuntimeError, r"boundaries must be a vector, got shape \(2, 3\)"),
    ],
)  # fmt: skip
def test_errors_name_the_operation_and_what_is_wrong(call: Any, error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        call(leafgrad.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]))
