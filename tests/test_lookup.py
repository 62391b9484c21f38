"""The lookup table: derivatives by function and position."""

import gc
import weakref

import numpy as np
import pytest

import leafgrad
from leafgrad import Tensor
from leafgrad.autograd import grad
from leafgrad.gradcheck import gradcheck, gradgradcheck
from leafgrad.lookup import BACK_FUNCS, wrap_forward_fn


def multiply(x, y):
    return x * y


@pytest.fixture(autouse=True)
def table(monkeypatch):
    """An own copy of the table for each test."""
    monkeypatch.setattr(BACK_FUNCS, "_table", dict(BACK_FUNCS._table))
    BACK_FUNCS.add_back_func(np.exp, 0, lambda grad_out, out, x: grad_out * out)
    BACK_FUNCS.add_back_func(np.multiply, 0, lambda grad_out, out, x, y: grad_out * y)
    BACK_FUNCS.add_back_func(np.multiply, 1, lambda grad_out, out, x, y: grad_out * x)
    BACK_FUNCS.add_back_func(np.sum, 0, lambda grad_out, out, x, axis=None: np.broadcast_to(grad_out, x.shape))
    BACK_FUNCS.add_back_func(np.transpose, 0, lambda grad_out, out, x: np.transpose(grad_out))


def doubles(*shape, seed=0):
    return Tensor(np.random.default_rng(seed).normal(size=shape), requires_grad=True)


def test_values_and_gradients_of_both_orders():
    exp, mul = wrap_forward_fn(np.exp), wrap_forward_fn(np.multiply)
    x, y = doubles(3), doubles(2, 1, seed=1)
    np.testing.assert_array_equal(mul(x, y).detach().numpy(), np.multiply(x.data, y.data))
    for fn in (lambda x, y: mul(x, y), lambda x, y: exp(mul(x, y)), lambda x, y: mul(exp(x), 2.0)):
        assert gradcheck(fn, (x, y))
        assert gradgradcheck(fn, (x, y))


def test_the_node_is_named_after_the_function():
    x = doubles(2)
    out = wrap_forward_fn(np.exp)(x)
    assert out.grad_fn.op == "exp" and out.dependencies[0].value is x


def test_float32_stays_float32():
    x = Tensor(np.ones(3, np.float32), requires_grad=True)
    out = wrap_forward_fn(np.multiply)(x, 2.0)
    out.sum().backward()
    assert out.dtype == x.grad.dtype == np.float32


def test_a_function_that_is_no_ufunc_and_a_keyword():
    total = wrap_forward_fn(np.sum)
    assert gradcheck(lambda x: total(x, axis=0), doubles(2, 3))


def test_a_result_that_aliases_its_operand_is_copied():
    x = doubles(2, 3)
    out = wrap_forward_fn(np.transpose)(x)
    assert not np.may_share_memory(out.data, x.data)
    assert gradcheck(wrap_forward_fn(np.transpose), x)


def test_a_missing_entry_is_an_error_at_the_call_that_says_what_to_add():
    hypot = wrap_forward_fn(np.hypot)
    x, y = doubles(2), doubles(2, seed=1)
    message = r"hypot: the argument at position 1 requires grad.*BACK_FUNCS\.add_back_func\(hypot, 1,"
    with pytest.raises(NotImplementedError, match=message):
        hypot(x.detach(), y)
    BACK_FUNCS.add_back_func(np.hypot, 1, lambda grad_out, out, x, y: grad_out * y / out)
    assert gradcheck(lambda y: hypot(x.detach(), y), y)  # entries are looked up at the call


def test_no_entry_is_needed_where_no_gradient_is():
    hypot = wrap_forward_fn(np.hypot)
    assert not hypot(doubles(2).detach(), 1.0).requires_grad
    with leafgrad.no_grad():
        assert not hypot(doubles(2), 1.0).requires_grad
    assert wrap_forward_fn(np.argmax)(doubles(2)).dtype.kind == "i"  # integers carry none


def test_without_tensors_it_is_the_function_itself():
    exp = wrap_forward_fn(np.exp)
    assert isinstance(exp(np.ones(2)), np.ndarray)
    BACK_FUNCS.add_back_func(np.exp, 0, lambda grad_out, out, x: grad_out * exp(x))  # of either kind
    assert gradcheck(exp, doubles(2)) and gradgradcheck(exp, doubles(2))


def test_a_changed_operand_or_result_is_an_error():
    mul, exp = wrap_forward_fn(np.multiply), wrap_forward_fn(np.exp)
    x, w = doubles(2), Tensor(np.ones(2))
    out = mul(x, w)
    w.add_(1)
    with pytest.raises(RuntimeError, match=r"multiply: a value of shape \(2,\) .* changed in place"):
        out.sum().backward()
    out = exp(x)
    out.mul_(2)
    with pytest.raises(RuntimeError, match="exp: a value"):
        out.sum().backward()


def test_functions_that_write_are_stopped():
    x = doubles(2)
    with pytest.raises(ValueError, match="read-only"):
        wrap_forward_fn(np.exp)(x, out=Tensor(np.zeros(2)))
    BACK_FUNCS.add_back_func(np.exp, 0, lambda grad_out, out, x: np.multiply(grad_out, out, out=grad_out))
    with pytest.raises(ValueError, match="read-only"):
        wrap_forward_fn(np.exp)(x).sum().backward()


def test_what_the_table_cannot_express_is_an_error():
    x = doubles(2)
    with pytest.raises(TypeError, match="concatenate: argument 0 is a list of tensors"):
        wrap_forward_fn(np.concatenate)([x, x], axis=0, dtype=Tensor([1.0]))
    with pytest.raises(TypeError, match="modf: it has 2 results"):
        wrap_forward_fn(np.modf)(x)
    with pytest.raises(TypeError, match="x requires grad, so it must be passed by position"):
        wrap_forward_fn(lambda x: x)(x=x)


@pytest.mark.parametrize("arguments", [(3, 0, abs), (np.exp, 0, None), (np.exp, -1, abs), (np.exp, "x", abs)])
def test_entries_are_checked(arguments):
    with pytest.raises(TypeError, match="add_back_func"):
        BACK_FUNCS.add_back_func(*arguments)


def test_get_back_func():
    assert BACK_FUNCS.get_back_func(np.multiply, 1)(2.0, None, 3.0, 4.0) == 6.0


def test_a_python_function_of_arrays_and_no_cycle():
    BACK_FUNCS.add_back_func(multiply, 0, lambda grad_out, out, x, y: grad_out * y)
    BACK_FUNCS.add_back_func(multiply, 1, lambda grad_out, out, x, y: grad_out * x)
    gc.disable()
    try:
        x = doubles(2)
        out = wrap_forward_fn(multiply)(x, wrap_forward_fn(np.exp)(x))
        node = weakref.ref(out.dependencies[1].value)
        assert grad(out.sum(), x)[0].shape == (2,)
        del out
        assert node() is None
    finally:
        gc.enable()
