"""The checks must accept what is right, and reject each kind of wrong gradient with a report."""

import itertools

import numpy as np
import pytest

import leafgrad
from leafgrad import Tensor, like, operand, record
from leafgrad.function import Function
from leafgrad.gradcheck import GradcheckError, gradcheck, gradgradcheck


def doubles(*shape, seed=0):
    return Tensor(np.random.default_rng(seed).normal(size=shape), requires_grad=True)


def square_with(grad_fn, x):
    """x², with the gradient function that a test wants to see rejected."""
    x, a = operand(x)
    return record("square", a * a, (x, lambda g: grad_fn(g, like(x, g))))


def right(g, x):
    return g * 2 * x


# Right gradients


def test_accepts_right_gradients():
    assert gradcheck(lambda x: square_with(right, x), doubles(3)) is True
    assert gradgradcheck(lambda x: square_with(right, x), doubles(3)) is True


def test_several_inputs_and_outputs_of_which_some_have_no_gradient():
    def fn(x, n, y, constant):
        return x * y.sum() * n, y.argmax(), (x * constant).sum(), constant * 2

    inputs = (doubles(2), 3, doubles(2, 2, seed=1), Tensor(np.ones(2)))
    assert gradcheck(fn, inputs)
    assert gradgradcheck(fn, inputs)


def test_the_same_tensor_twice_and_a_result_of_an_operation():
    x = doubles(3)
    assert gradcheck(lambda x, y: x * y, (x, x))
    assert gradcheck(lambda x: x.sin(), x * 2)
    assert gradgradcheck(lambda x: x.sin(), x * 2)
    assert gradcheck(lambda x: x, x)


def test_inputs_that_the_function_holds_rather_than_takes():
    weight = doubles(3)
    before = weight.data.copy()
    assert gradcheck(lambda *_: (weight * weight).sum(), weight)
    assert not np.any(weight.data - before)
    with pytest.raises(GradcheckError):
        gradcheck(lambda *_: (weight.detach() * weight).sum(), weight)


def test_inputs_are_left_as_they_were_also_by_an_error():
    x = doubles(2)
    y = x * x  # a graph that reads x must not be disturbed
    calls = itertools.count()

    def fn(x):
        if next(calls) == 2:
            raise KeyError("stop")
        return x * 1

    now = x._now
    with pytest.raises(KeyError, match="stop"):
        gradcheck(fn, x)
    assert x._now is now
    y.sum().backward()
    assert x.grad.tolist() == (2 * x.data).tolist()


def test_expanded_empty_and_zero_dimensional_inputs():
    assert gradcheck(lambda x: x * x, Tensor(np.broadcast_to(1.5, (3,)), requires_grad=True))
    assert gradcheck(lambda x: x * x, doubles(0))
    assert gradcheck(lambda x: x * x, doubles())


def test_an_output_without_history_must_not_depend_on_the_input():
    with pytest.raises(GradcheckError, match="analytic 0, numerical 1"):
        gradcheck(lambda x: x.detach() * 1, doubles(2))


def test_large_inputs_are_checked_along_directions():
    x = doubles(1000)
    assert gradcheck(lambda x: x.sin(), x)
    assert gradgradcheck(lambda x: x.sin(), x)


def test_tolerances_are_the_users():
    def nearly(g, x):
        return g * (2 * x + 0.01)

    with pytest.raises(GradcheckError):
        gradcheck(lambda x: square_with(nearly, x), doubles(3))
    assert gradcheck(lambda x: square_with(nearly, x), doubles(3), atol=0.1)


# Wrong gradients


def test_a_wrong_gradient_is_reported_with_its_worst_element():
    def wrong(g, x):
        return g * 3 * x

    x = Tensor(np.array([1.0, -5.0, 2.0]), requires_grad=True)
    message = (
        r"3 of the Jacobian's 15 elements are wrong, the worst at output 1\[1\], input 2\[1\]: "
        r"analytic -15, numerical -10"
    )
    with pytest.raises(GradcheckError, match=message):
        gradcheck(lambda n, c, x: (c * n, square_with(wrong, x)), (2.0, Tensor(np.ones(2)), x))


@pytest.mark.parametrize("n", [6, 1000])
def test_a_gradient_wrong_in_one_element(n):
    def wrong(g, x):
        factor = np.full(n, 2.0)
        factor[n // 2] = 2.02
        return g * factor * x

    x = Tensor(np.linspace(1, 2, n), requires_grad=True)
    with pytest.raises(GradcheckError, match=rf"1 of the Jacobian's {n * n} .* input 0\[{n // 2}\]"):
        gradcheck(lambda x: square_with(wrong, x), x)


def test_a_wrong_gradient_too_large_to_locate(monkeypatch):
    monkeypatch.setattr("leafgrad.gradcheck.LARGE", 10)
    with pytest.raises(GradcheckError, match="along a random direction of the inputs, backward has the slope"):
        gradcheck(lambda x: square_with(lambda g, x: g * x, x), doubles(600))


def test_a_gradient_of_one_input_of_two_is_missing():
    def product(x, y):
        x, a = operand(x)
        y, b = operand(y)
        return record("product", a * b, (x, lambda g: g * like(y, g)), (y, lambda g: None))

    with pytest.raises(GradcheckError, match=r"input 1\[\d\]: analytic 0"):
        gradcheck(product, (doubles(2), doubles(2, seed=1)))


def test_a_gradient_that_is_nan():
    with pytest.raises(GradcheckError, match="analytic nan"):
        gradcheck(lambda x: square_with(lambda g, x: g * np.nan, x), doubles(2))


def test_a_gradient_not_linear_in_the_one_it_is_given():
    with pytest.raises(GradcheckError, match="not linear"):
        gradcheck(lambda x: square_with(lambda g, x: g * g * 2 * x, x), doubles(2))


def test_a_gradient_of_another_shape():
    with pytest.raises(GradcheckError, match=r"backward failed: square: its gradient has shape \(\)"):
        gradcheck(lambda x: square_with(lambda g, x: np.sum(g), x), doubles(2))


def test_a_gradient_of_another_dtype():
    def single(g, x):
        return (g * 2 * x).astype(np.float32) if isinstance(g, np.ndarray) else g * 2 * x

    with pytest.raises(GradcheckError, match="square: its gradient has dtype float32 for an operand of dtype float64"):
        gradcheck(lambda x: square_with(single, x), doubles(2))


def test_a_tensor_in_an_ordinary_backward():
    with pytest.raises(GradcheckError, match="returned a Tensor in an ordinary backward"):
        gradcheck(lambda x: square_with(lambda g, x: Tensor(g * 2 * x), x), doubles(2))


def test_a_backward_that_is_not_deterministic():
    calls = itertools.count()

    def moody(g, x):
        return g * (2 + 1e-9 * next(calls)) * x

    with pytest.raises(GradcheckError, match=r"not deterministic: .* input 0 that differ by"):
        gradcheck(lambda x: square_with(moody, x), doubles(2))
    assert gradcheck(lambda x: square_with(moody, x), doubles(2), nondet_tol=1e-6, atol=1e-3)


def test_a_gradient_that_differs_with_create_graph():
    def two_faced(g, x):
        return g * 2 * x if isinstance(g, np.ndarray) else g * 2.001 * x

    with pytest.raises(GradcheckError, match="gradient of input 0 differs with create_graph=True"):
        gradcheck(lambda x: square_with(two_faced, x), doubles(2))


def test_a_second_derivative_that_is_lost():
    def forgetful(g, x):
        return g * 2 * (x.detach() if isinstance(x, Tensor) else x)

    assert gradcheck(lambda x: square_with(forgetful, x), doubles(2))
    with pytest.raises(GradcheckError, match=r"input 0\[\d\]: analytic 0"):
        gradgradcheck(lambda x: square_with(forgetful, x), doubles(2))


def test_a_second_derivative_that_is_lost_altogether():
    class Lost(Function):
        @staticmethod
        def forward(ctx, x):
            ctx.slope = 2 * x.data
            return x * x

        @staticmethod
        def backward(ctx, g):
            return Tensor(ctx.slope * g.detach().data)

    assert gradcheck(Lost.apply, doubles(2))
    with pytest.raises(GradcheckError, match="wrong"):
        gradgradcheck(Lost.apply, doubles(2))


def test_answers_false_instead_of_raising():
    assert gradcheck(lambda x: square_with(lambda g, x: g * x, x), doubles(2), raise_exception=False) is False
    assert gradgradcheck(lambda x: square_with(lambda g, x: g * x, x), doubles(2), raise_exception=False) is True


def test_given_grad_outputs():
    x, u = doubles(2), doubles(2, seed=1)
    assert gradgradcheck(lambda x: x.sin(), x, u)
    assert gradgradcheck(lambda x: x.sin(), (x,), (u.detach(),))


# What cannot be checked


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
def test_coarse_dtypes_are_refused(dtype):
    with pytest.raises(ValueError, match=r"input 1 has dtype float\d\d, in which differences are too coarse"):
        gradcheck(lambda n, x: x * x, (1, Tensor(np.ones(2, dtype), requires_grad=True)))
    with pytest.raises(ValueError, match="output 0 has dtype float32"):
        gradcheck(lambda x: x.float(), doubles(2), raise_exception=False)


def test_nothing_to_check():
    with pytest.raises(ValueError, match="no input requires grad"):
        gradcheck(lambda x: x * x, Tensor(np.ones(2)))
    with pytest.raises(ValueError, match="no floating-point result"):
        gradcheck(lambda x: x.argmax(), doubles(2))
    with pytest.raises(TypeError, match="must return tensors, result 0 is of type float"):
        gradcheck(lambda x: 1.0, doubles(2))


def test_grad_mode_does_not_matter():
    with leafgrad.no_grad():
        assert gradcheck(lambda x: x * x, doubles(2))
        assert gradgradcheck(lambda x: x * x, doubles(2))
