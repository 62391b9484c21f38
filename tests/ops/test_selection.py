"""What is particular to selecting and writing by index: who receives the gradient, errors, memory."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import leafgrad
from leafgrad import Tensor, tensor
from leafgrad.gradcheck import gradcheck, gradgradcheck

INDEX = tensor([1, 1, 0])


def leaf(*values: float) -> Tensor:
    return tensor(values, dtype=leafgrad.float64, requires_grad=True)


@pytest.mark.parametrize(
    "write",
    [
        lambda x, y: leafgrad.scatter(x, 0, INDEX, y),
        lambda x, y: leafgrad.index_copy(x, 0, INDEX, y),
        lambda x, y: leafgrad.put(x, INDEX, y),
        lambda x, y: leafgrad.index_put(x, (INDEX,), y),
    ],
)
def test_the_last_written_has_the_gradient(write: Any) -> None:
    """PyTorch gives one to all that were written into an element, of which it kept one."""
    x, y = leaf(1, 2, 3), leaf(4, 5, 6)
    out = write(x, y)
    out.sum().backward()
    assert (out.tolist(), x.grad.tolist(), y.grad.tolist()) == ([6, 5, 3], [0, 0, 1], [0, 1, 1])
    assert gradcheck(write, (leaf(1, 2, 3), leaf(4, 5, 6)))
    assert gradgradcheck(write, (leaf(1, 2, 3), leaf(4, 5, 6)))


def test_what_takes_no_part_has_no_share_of_an_extreme() -> None:
    """PyTorch counts the element's own value among the equals even where `include_self` is False."""
    x, y = leaf(0, 0), leaf(0, -1)
    leafgrad.scatter_reduce(x, 0, tensor([0, 0]), y, "amax", include_self=False).sum().backward()
    assert (x.grad.tolist(), y.grad.tolist()) == ([0, 1], [1, 0])


@pytest.mark.parametrize("zeros, orders", [(0, 2), (1, 2), (2, 1), (3, 1)])
def test_products_with_zeros(zeros: int, orders: int) -> None:
    def product(x: Tensor, y: Tensor) -> Tensor:
        return leafgrad.scatter_reduce(x, 0, tensor([1, 0, 0, 0]), y, "prod")

    inputs = leaf(2, 3), leaf(7, *[0] * zeros, *[5] * (3 - zeros))
    assert gradcheck(product, inputs)
    if orders == 2:
        assert gradgradcheck(product, inputs)
        return
    (slope,) = leafgrad.autograd.grad(product(*inputs).sum(), inputs[1], create_graph=True)
    with pytest.raises(RuntimeError, match="several zeros"):
        leafgrad.autograd.grad(slope.sum(), inputs)


def test_as_strided_scatter() -> None:
    """PyTorch's gradient of the input is what it should not be: that of what was replaced."""
    write = lambda x, y: leafgrad.as_strided_scatter(x.reshape(2, 3), y, (2,), (3,), 1)  # noqa: E731
    assert write(leaf(0, 1, 2, 3, 4, 5), leaf(7, 8)).tolist() == [[0, 7, 2], [3, 8, 5]]
    assert gradcheck(write, (leaf(0, 1, 2, 3, 4, 5), leaf(7, 8)))
    with pytest.raises(RuntimeError, match="must have the shape"):
        write(leaf(0, 1, 2, 3, 4, 5), leaf(7))


@pytest.mark.parametrize("function", [leafgrad.unique, leafgrad.unique_consecutive])
def test_unique_refuses_a_gradient(function: Any) -> None:
    with pytest.raises(NotImplementedError, match="no derivative"):
        function(leaf(1, 1, 2)).sum().backward()


def test_scattering_a_tensor_as_the_value() -> None:
    x, value = leaf(1, 2, 3), leaf(5)
    leafgrad.scatter(x, 0, INDEX, value=value[0]).sum().backward()
    assert (x.grad.tolist(), value.grad.tolist()) == ([0, 0, 1], [2])


def test_ties_of_ranks_go_by_place() -> None:
    x = tensor([2.0, 1.0, 2.0, 1.0, 2.0])
    assert leafgrad.sort(x).indices.tolist() == [1, 3, 0, 2, 4]
    assert leafgrad.sort(x, descending=True).indices.tolist() == [0, 2, 4, 1, 3]
    assert leafgrad.topk(x, 4).values.tolist() == [2, 2, 2, 1]


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda x: leafgrad.gather(x, 0, tensor([3])), "gather: index 3 is out of range for 3 elements; give 0 to 2"),
        (lambda x: leafgrad.take(x, tensor([-4])), "take: index -4 is out of range for 3 elements; give -3 to 2"),
        (lambda x: leafgrad.index_select(x, 0, tensor([[0]])), r"the index must be a vector, got shape \(1, 1\)"),
        (lambda x: leafgrad.scatter(x, 0, tensor([0.0]), x), "must be of dtype int32 or int64, got float32"),
        (lambda x: leafgrad.masked_fill(x, x, 1), "masked_fill: the mask must be bool, got float64"),
        (lambda x: leafgrad.topk(x, 4), "topk: k must be from 0 to 3"),
        (lambda x: leafgrad.scatter(x, 0, tensor([0])), "scatter: give either src or value"),
        (lambda x: leafgrad.index_put(x, INDEX, x), "index_put: indices must be a tuple"),
        (lambda x: x[[0, [1, 2]]], "give a tuple"),
        (lambda x: leafgrad.where(x > 0, x), "where: input and other must be given both"),
    ],
)
def test_errors_say_what_to_do(call: Any, message: str) -> None:
    with pytest.raises((RuntimeError, TypeError, IndexError), match=message):
        call(leaf(1, 2, 3))


def test_nothing_is_written_where_something_is_wrong() -> None:
    x = tensor([1.0, 2.0, 3.0])
    for call in [
        lambda: x.index_add_(0, tensor([0, 5]), tensor([1.0, 1.0])),
        lambda: x.scatter_(0, tensor([0, 5]), 1.0),
        lambda: x.put_(tensor([0, 5]), tensor([1.0, 1.0])),
        lambda: x.masked_scatter_(x > 0, tensor([9.0])),
        lambda: x.index_put_((tensor([0, 5]),), tensor([1.0, 1.0])),
    ]:
        with pytest.raises((RuntimeError, IndexError)):
            call()
        assert x.tolist() == [1, 2, 3]


def test_numpys_functions() -> None:
    a = np.array([[3.0, 1.0, 2.0], [6.0, 5.0, 4.0]])
    x, index = tensor(a), np.array([[2, 0], [0, 1]])
    for ours, theirs in [
        (np.sort(x, axis=0), np.sort(a, axis=0)),
        (np.sort(x, axis=None), np.sort(a, axis=None)),
        (np.argsort(x, axis=1), np.argsort(a, axis=1)),
        (np.take(x, index, axis=1), np.take(a, index, axis=1)),
        (np.take(x, index), np.take(a, index)),
        (np.take_along_axis(x, index, axis=1), np.take_along_axis(a, index, axis=1)),
        (np.diagonal(x, 1, axis1=0, axis2=1), np.diagonal(a, 1)),
        (np.triu(x, k=1), np.triu(a, k=1)),
        (np.diag(x, k=-1), np.diag(a, k=-1)),
        (np.argwhere(x > 2), np.argwhere(a > 2)),
        (np.where(x, x, 7), np.where(a, a, 7)),
    ]:
        assert isinstance(ours, Tensor)
        np.testing.assert_array_equal(ours.data, theirs)
