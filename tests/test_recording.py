"""The door into the graph: what is recorded, what closures may read, and when they may not."""

from __future__ import annotations

import numpy as np
import pytest

import leafgrad
from leafgrad import like, operand, record
from leafgrad.tensor import Tensor, wrap


def test_a_node_knows_its_op_shape_dtype_and_time() -> None:
    x = leafgrad.ones(2, 1, requires_grad=True)
    y = x * leafgrad.ones(3)
    z = y.exp()
    node = z.grad_fn
    assert (node.op, node.name(), node.shape, node.dtype) == ("exp", "exp", (2, 3), "float32")
    assert node.order > y.grad_fn.order and node.dependencies[0].value is y.grad_fn
    assert "exp" in repr(node) and node.tensor is z
    del z
    assert node.tensor is None


def test_nothing_is_recorded_without_need() -> None:
    x = leafgrad.ones(2, requires_grad=True)
    with leafgrad.no_grad():
        assert (x * 2).grad_fn is None
    assert (x.detach() * 2).grad_fn is None
    assert (x > 0).grad_fn is None and x.argmax().grad_fn is None and x.long().grad_fn is None


def test_like_gives_the_kind_of_the_gradient() -> None:
    x = leafgrad.ones(2, requires_grad=True)
    held, a = operand(x)
    assert like(held, np.ones(2)) is a
    assert like(held, wrap(np.ones(2))) is x
    assert like(3.0, np.ones(2)) == 3.0
    y = x * 2
    held, _ = operand(y)
    again = like(held, wrap(np.ones(2)))
    assert isinstance(again, Tensor) and again.grad_fn is y.grad_fn


@pytest.mark.parametrize(
    "write", [lambda y: y.add_(1), lambda y: y[:1].zero_(), lambda y: y.detach().mul_(2), lambda y: y.T.fill_(0)]
)
@pytest.mark.parametrize("op", ["square", "exp"])  # the one reads its operand, the other its result
def test_like_refuses_what_has_been_changed_since(write: object, op: str) -> None:
    x = leafgrad.ones(2, requires_grad=True)
    y = x * 2
    z = getattr(y, op)()
    write(y if op == "square" else z)
    with pytest.raises(RuntimeError, match=rf"{op}: a value of shape \(2,\) .* changed in place since; .*clone\(\)"):
        z.sum().backward()
    assert x.grad is None


def test_ops_that_read_nothing_do_not_mind() -> None:
    x = leafgrad.ones(2, requires_grad=True)
    y = x * 2
    z = (y + 1).reshape(2, 1).sum()
    y.mul_(5)
    z.backward()
    assert x.grad.tolist() == [2, 2]


def test_an_array_must_not_meet_a_snapshot_by_accident() -> None:
    held, _ = operand(leafgrad.ones(2, requires_grad=True))
    with pytest.raises(TypeError):
        np.ones(2) * held


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda x: x + leafgrad.ones(4), r"add: shapes \(2, 3\) and \(4,\) cannot be broadcast together"),
        (lambda x: x * np.ones(2), r"mul: shapes \(2, 3\) and \(2,\)"),
        (lambda x: leafgrad.where(x > 0, x, leafgrad.ones(2)), r"where: shapes"),
        (lambda x: x == leafgrad.ones(2), r"shapes \(2, 3\) and \(2,\)"),
        (lambda x: x @ leafgrad.ones(2, 2), r"matmul: shapes \(2, 3\) and \(2, 2\) do not fit"),
        (lambda x: leafgrad.ones(5, 2, 3) @ leafgrad.ones(4, 3, 2), r"matmul: shapes \(5,\) and \(4,\)"),
        (lambda x: x.add_(leafgrad.ones(2, 2, 3)), r"add_: the result of shape \(2, 2, 3\) does not fit .*\(2, 3\)"),
        (lambda x: leafgrad.cat([x, leafgrad.ones(2)]), r"cat: shapes \(2, 3\), \(2,\)"),
        (lambda x: leafgrad.stack([x, x[0]]), "stack: all tensors must have one shape"),
        (lambda x: x.reshape(4), r"reshape: a tensor of shape \(2, 3\), 6 elements, cannot become shape \(4,\)"),
        (lambda x: x.expand(2, 4), r"expand: shape \(2, 3\) cannot be expanded to \(2, 4\)"),
        (lambda x: leafgrad.einsum("ij,jk", x, x), "einsum: index 'j' has size 3 in one operand and 2 in another"),
        (lambda x: leafgrad.outer(x, x), "outer: expected two vectors"),
        (lambda x: leafgrad.cat([]), "cat: expected a non-empty list"),
    ],
)
def test_shapes_that_do_not_fit(call: object, message: str) -> None:
    """PyTorch raises RuntimeError and NumPy ValueError: ShapeError is both."""
    x = leafgrad.ones(2, 3)
    with pytest.raises(leafgrad.ShapeError, match=message) as caught:
        call(x)
    assert isinstance(caught.value, RuntimeError) and isinstance(caught.value, ValueError)
    assert (x == 1).all() and x.stamp().time == 0


@pytest.mark.parametrize(
    "call, error, message",
    [
        (lambda x: x[5], IndexError, r"index: index 5 is out of bounds .* shape \(2, 3\)"),
        (lambda x: x[[0, 7]], IndexError, r"index: index 7 is out of bounds .* shape \(2, 3\)"),
        (lambda x: x[0, 0, 0], IndexError, r"index: too many indices .*\(2, 3\)"),
        (lambda x: x["a"], IndexError, "index: only ints, slices"),
        (lambda x: x[leafgrad.ones(2)], IndexError, "index: .* integers or bools, got float32"),
        (lambda x: x.__setitem__([0, 7], 1), IndexError, r"setitem: index 7 is out of bounds"),
        (lambda x: x.sum(2), IndexError, "sum: dim 2 is out of range for a tensor of 2 dimensions"),
        (lambda x: x.sum((0, 0)), RuntimeError, "sum: a dimension appears twice"),
        (lambda x: x.softmax(-3), IndexError, "softmax: dim -3"),
        (lambda x: x.long().mean(), RuntimeError, "mean: needs a floating-point dtype, got int64; call .float"),
        (lambda x: x[:0].max(), RuntimeError, "max: nothing to choose from"),
        (lambda x: x[:0].max(0), IndexError, "max: nothing to choose from"),
        (lambda x: x.long() // 0, RuntimeError, "floor_divide: an integer .*divided by zero; call .float"),
        (lambda x: x.long() % 0, RuntimeError, "remainder: an integer"),
        (lambda x: x.long() ** -1, RuntimeError, "pow: integers .* call .float"),
        (lambda x: x.long().add_(1.5), RuntimeError, "add_: the result's dtype float32 cannot be written .* int64"),
        (lambda x: x.clamp(), RuntimeError, "clamp: at least one"),
        (lambda x: x.div(2, rounding_mode="up"), RuntimeError, "div: rounding_mode"),
        (lambda x: x.masked_fill(x, 0), RuntimeError, "masked_fill: the mask must be bool"),
        (lambda x: x.norm("max"), RuntimeError, "norm: p must be"),
        (lambda x: x.view(4), RuntimeError, "view: .*cannot become"),
        (lambda x: x.T.view(6), RuntimeError, r"view: .* without a copy; use reshape\(\)"),
        (lambda x: x.split(0), RuntimeError, "split: the size of a piece"),
        (lambda x: x.permute(0), RuntimeError, "permute: 1 dims were named for a tensor of 2"),
        (lambda x: x.fill_(leafgrad.ones(2)), RuntimeError, "fill_: value must be a number"),
        (lambda x: x + None, TypeError, "None"),
        (lambda x: x * "a", TypeError, "str"),
        (lambda x: leafgrad.einsum("i->ii", x[0]), ValueError, "einsum: the result of 'i->ii'"),
        (lambda x: bool(x), RuntimeError, r"ambiguous; use .any\(\) or .all\(\)"),
    ],
)  # fmt: skip
def test_bad_requests_name_the_op_and_the_remedy(call: object, error: type, message: str) -> None:
    x = leafgrad.ones(2, 3)
    with pytest.raises(error, match=message):
        call(x)
    assert (x == 1).all() and x.stamp().time == 0


def test_a_users_op_is_named_in_its_errors() -> None:
    def doubled(x: object) -> Tensor:
        x, a = operand(x)
        return record("doubled", a * 2, (x, lambda g: g * 2))

    assert doubled(leafgrad.ones(1, requires_grad=True)).grad_fn.op == "doubled"
    with pytest.raises(TypeError, match="doubled: expected a tensor, an array or a number, got NoneType"):
        doubled(None)
