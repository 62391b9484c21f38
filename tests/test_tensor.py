"""What a tensor is: its data, its flags, its place among Python's and NumPy's objects."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

import leafgrad
from leafgrad.tensor import Tensor


def leaf(*values: float) -> Tensor:
    return leafgrad.tensor(values, requires_grad=True, dtype=leafgrad.float64)


def test_the_constructor_shares_float_arrays_and_converts_the_rest() -> None:
    a = np.ones(2)
    assert Tensor(a).data is a and Tensor(a).dtype == "float64"
    assert Tensor([1, 2]).dtype == Tensor(1.5).dtype == "float32"
    assert Tensor(np.array([1, 2])).dtype == "int64"
    assert Tensor(np.array([1, 2]), requires_grad=True).dtype == "float32"
    assert Tensor([1.0], dtype=leafgrad.float64).dtype == "float64"
    with pytest.raises(TypeError, match="numbers or bools"):
        Tensor(np.array(["a"]))
    with pytest.raises(RuntimeError, match="requires_grad"):
        Tensor([1], dtype=leafgrad.int64, requires_grad=True)


@pytest.mark.parametrize(
    "make", [lambda: leafgrad.tensor(5.0), lambda: leaf(1, 2).sum(), lambda: leafgrad.ones(2)[0] * 2]
)
def test_data_is_always_an_array(make: object) -> None:
    t = make()
    assert type(t.data) is np.ndarray and t.data.shape == () and t.data is t.data


@pytest.mark.parametrize(
    "call, expected",
    [
        (lambda t: t.size(), (2, 3)), (lambda t: t.size(-1), 3), (lambda t: t.dim(), 2), (lambda t: t.ndimension(), 2),
        (lambda t: t.numel(), 6), (lambda t: (t.itemsize, t.nbytes, t.device), (4, 24, "cpu")),
        (lambda t: t.is_contiguous(), True), (lambda t: t.T.is_contiguous(), False), (lambda t: t.cpu() is t, True),
        (lambda t: t.is_floating_point(), True), (lambda t: t.equal(t.clone()), True), (lambda t: t.equal(t[0]), False),
        (lambda t: t.allclose(t + 1e-9), True), (lambda t: t.view_as(leafgrad.ones(6)).shape, (6,)),
        (lambda t: t.reshape_as(leafgrad.ones(3, 2)).shape, (3, 2)),
        (lambda t: t[0].expand_as(leafgrad.ones(4, 3)).shape, (4, 3)), (lambda t: t.tolist(), [[0, 1, 2], [3, 4, 5]]),
    ],
)  # fmt: skip
def test_small_questions(call: object, expected: object) -> None:
    assert call(leafgrad.arange(6.0).reshape(2, 3)) == expected


def test_the_way_to_numpy_is_shared_and_guarded() -> None:
    x = leaf(1, 2)
    for convert in (np.asarray, np.array, lambda t: t.numpy(), lambda t: np.ones(2).__setitem__(slice(None), t)):
        with pytest.raises(RuntimeError, match=r"detach\(\)"):
            convert(x)
    shared = x.detach().numpy()
    shared[0] = 7
    assert x.tolist() == [7, 2] and np.asarray(x.detach()) is not None
    assert x.numpy(force=True) is x.data
    assert np.asarray(x.detach(), dtype=np.float32).dtype == np.float32
    with pytest.raises(ValueError, match="without a copy"):
        np.asarray(x.detach(), dtype=np.float32, copy=False)


def test_copies_carry_data_flags_and_gradient_and_share_nothing() -> None:
    x = leaf(1, 2)
    (x * x).sum().backward()
    x.mark_written()
    twins = {"deep": copy.deepcopy(x), "pickle": pickle.loads(pickle.dumps(x))}
    for twin in twins.values():
        assert twin.requires_grad and twin.is_leaf and twin.tolist() == [1, 2] and twin.grad.tolist() == [2, 4]
        assert twin.stamp().time == 0
        assert not np.may_share_memory(twin.data, x.data) and not np.may_share_memory(twin.grad.data, x.grad.data)
    both = copy.deepcopy([x, x])
    assert both[0] is both[1]
    for refused in (copy.deepcopy, pickle.dumps):
        with pytest.raises(RuntimeError, match=r"detach\(\)"):
            refused(x * 2)


def test_iteration_carries_gradients() -> None:
    x = leaf(2, 3, 4)
    a, b, c = x
    (a * b + c).backward()
    assert x.grad.tolist() == [3, 2, 1]
    assert [t.item() for t in reversed(list(x))] == [4, 3, 2] and sum(x).item() == 9


def test_equality_with_what_is_no_number() -> None:
    x = leaf(1, 2)
    assert (x == None) is False and (x != None) is True and (x == None) is False  # noqa: E711
    assert (x == "a") is False and x in [x] and x not in ["a", None]
    assert (x == 1).tolist() == [True, False] and (x == np.array([1, 2])).all()
    assert len({x, x, x * 1}) == 2


def test_flags() -> None:
    x = leaf(1, 2)
    y = x * 2
    assert (x.is_leaf, y.is_leaf, x.grad_fn, y.grad_fn.op) == (True, False, None, "mul")
    assert y.grad_fn.tensor is y and y.grad_fn.next_functions == ((x, 0),)
    with pytest.raises(RuntimeError, match=r"mul always requires grad; use detach\(\)"):
        y.requires_grad = False
    x.requires_grad_(False)
    assert not x.requires_grad and y.requires_grad
    x.requires_grad = True
    for wrong, error in ((leafgrad.ones(3), RuntimeError), (leafgrad.ones(2), RuntimeError), (np.ones(2), TypeError)):
        with pytest.raises(error, match="grad: "):
            x.grad = wrong
    assert x.grad is None
    x.grad = leafgrad.ones(2, dtype=leafgrad.float64)
    x.data = np.ones(3)
    assert x.grad is None and x.shape == (3,)


@pytest.mark.parametrize("convert", [bool, int, float, complex, lambda t: [10, 20][t], lambda t: t.item()])
def test_one_element_is_a_number_and_more_are_not(convert: object) -> None:
    assert convert(leafgrad.tensor([1])) in (1, 20)
    for t in (leafgrad.ones(2, 2), leafgrad.ones(0)):
        with pytest.raises((RuntimeError, TypeError)):
            convert(t)


@pytest.mark.parametrize("convert", [len, list])
def test_a_0d_tensor_has_no_length(convert: object) -> None:
    with pytest.raises(TypeError, match="0-d tensor"):
        convert(leafgrad.tensor(1.0))


def test_elements_in_python() -> None:
    x, y = leafgrad.tensor([[1, 2], [3, 4]]), leafgrad.tensor([10, 20])
    assert x.clone().apply_(lambda n: n * n).tolist() == [[1, 4], [9, 16]]
    assert x.clone().map_(y, lambda a, b: a + b).tolist() == [[11, 22], [13, 24]]
    with pytest.raises(TypeError, match="map_: what Python computes has no gradient"):
        leaf(1).apply_(abs)
    assert 3 in x and 5 not in x and y not in x
    assert leafgrad.is_same_size(x, x) and not x.is_same_size(y) and not x.is_inference()


def test_in_place_functions() -> None:
    x = leafgrad.tensor([4.0, 9.0])
    assert leafgrad.sqrt_(x) is x and x.tolist() == [2, 3]
    assert "sqrt_" in dir(leafgrad) and not hasattr(leafgrad, "sqrt__")


def test_names_of_pytorch_that_are_others_here() -> None:
    x = leafgrad.LongTensor([1, 2])
    assert isinstance(x.dtype, leafgrad.dtype) and isinstance(x.shape, leafgrad.Size) and x[leafgrad.newaxis].ndim == 2
    assert leafgrad.FloatTensor(2, 3).shape == (2, 3) and leafgrad.vmap is leafgrad.func.vmap
    assert not leafgrad.cuda.is_available() and leafgrad.get_default_device() == "cpu"
    with pytest.raises(RuntimeError, match="leafgrad runs on the CPU"):
        leafgrad.set_default_device("cuda")
