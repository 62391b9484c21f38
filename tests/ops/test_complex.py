"""Complex numbers: gradients by differences, views and writes, what is refused, how they print."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import leafgrad
from leafgrad.autograd import gradcheck, gradgradcheck
from leafgrad.gradcheck import GradcheckError

A = np.array([[0.3 - 1.2j, -0.7 + 0.4j, 1.1 + 0.2j], [0.5 + 0.9j, -1.3 - 0.6j, 0.8 - 0.1j]])
B = np.array([0.6 + 0.5j, 1.4 - 0.8j, -0.9 + 0.3j])

FUNCTIONS = [
    "x * y", "x / y", "x - 2j * y", "x ** y", "x ** 3", "2 ** x", "x.exp() + x.log() * y.sqrt()",
    "x.sin() * y.cos() + x.tanh()", "x.reciprocal()", "x @ y", "leafgrad.einsum('ij,j->i', x, y)",
    "x.sum(0) * x.mean(0)", "x.prod(1)", "x.cumsum(1)", "x.abs()", "x.angle()", "x.sgn()", "x.conj() * y",
    "x.real * y.imag", "leafgrad.where(x.real > 0, x, y)", "leafgrad.cat([x, x[1:] * y]).T.reshape(-1)", "x.real * y",
    "leafgrad.view_as_real(x) ** 2", "leafgrad.view_as_complex(leafgrad.view_as_real(x) * 2)",
    "leafgrad.polar(x.abs(), y.angle())", "x.square().abs().log()",
]  # fmt: skip


@pytest.mark.parametrize("function", FUNCTIONS)
def test_derivatives_are_those_of_differences_in_both_parts(function: str) -> None:
    x, y = leafgrad.tensor(A, requires_grad=True), leafgrad.tensor(B, requires_grad=True)
    call = eval(f"lambda x, y: {function}", {"leafgrad": leafgrad})
    assert gradcheck(call, (x, y))
    assert gradgradcheck(call, (x, y))


def test_a_gradient_is_the_direction_of_steepest_ascent() -> None:
    z = leafgrad.tensor(3.0 + 4.0j, requires_grad=True)
    z.abs().backward()
    assert z.grad is not None
    assert z.grad.item() == pytest.approx(0.6 + 0.8j)


def test_hooks_and_retained_gradients_are_those_of_the_user() -> None:
    z = leafgrad.tensor(B, requires_grad=True)
    y = z * 2j
    seen: list[Any] = []
    y.retain_grad()
    y.register_hook(seen.append)
    z.register_hook(lambda g: 10 * g)
    y.abs().sum().backward()
    assert y.grad is not None and z.grad is not None
    np.testing.assert_allclose(seen[0].numpy(), 2j * B / abs(2 * B))
    np.testing.assert_allclose(y.grad.numpy(), seen[0].numpy())
    np.testing.assert_allclose(z.grad.numpy(), 10 * 2 * B / abs(B))


def test_a_function_of_ones_own_has_the_users_gradient() -> None:
    class Conjugate(leafgrad.Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            return x.conj()

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            return g.conj()

    assert gradcheck(lambda x: Conjugate.apply(x) * 1j, leafgrad.tensor(A, requires_grad=True))


def test_a_wrong_gradient_is_found() -> None:
    def conj(x: Any) -> Any:
        x, a = leafgrad.operand(x)
        return leafgrad.record("conj", np.conj(a), (x, lambda g: g))

    with pytest.raises(GradcheckError, match=r"input 0\[0, 1\]|input 0\[\d, \d\]"):
        gradcheck(conj, leafgrad.tensor(A, requires_grad=True))


def test_the_parts_are_views_to_read_and_to_write() -> None:
    z = leafgrad.tensor(A)
    z.real[0] = 5
    z.imag.mul_(2)
    leafgrad.view_as_real(z)[1, 0, 1] = 7
    z.imag[0, 0] = -1
    z.real = z.real + 1
    expected = A.copy()
    expected.real[0] = 5
    expected.imag *= 2
    expected[1, 0] = expected[1, 0].real + 7j
    expected[0, 0] = 5 - 1j
    np.testing.assert_array_equal(z.numpy(), expected + 1)
    assert leafgrad.ones(2).real.shape == (2,)


@pytest.mark.parametrize("dtype", [np.complex64, np.complex128])
@pytest.mark.parametrize("strided", [np.s_[:], np.s_[::2], np.s_[::-1], np.s_[:, 1], np.s_[0, 0]])
def test_pairs_of_any_layout(dtype: Any, strided: Any) -> None:
    z = leafgrad.from_numpy(np.tile(A, (2, 1)).astype(dtype))[strided]
    pairs = leafgrad.view_as_real(z)
    np.testing.assert_array_equal(pairs.numpy(), np.stack([z.numpy().real, z.numpy().imag], -1))
    assert np.may_share_memory(pairs.data, z.data)
    np.testing.assert_array_equal(leafgrad.view_as_complex(pairs).numpy(), z.numpy())


def test_tests_of_complex_numbers() -> None:
    z = leafgrad.tensor([1 + 1j, 2])
    assert z.is_complex() and leafgrad.is_complex(z) and not leafgrad.ones(1).is_complex()
    assert leafgrad.isreal(z).tolist() == [False, True]
    assert leafgrad.isreal(leafgrad.arange(2)).tolist() == [True, True]
    assert not (z.conj().is_conj() or z.conj().imag.is_neg())
    assert (z.dtype, z.double().dtype, z.cdouble().dtype) == (leafgrad.complex64, leafgrad.float64, leafgrad.complex128)


R, Z = leafgrad.ones(2, 3), leafgrad.tensor(A)


@pytest.mark.parametrize(
    "call, error, words",
    [
        (lambda: leafgrad.complex(R, R.double()), RuntimeError, "complex: .* float32 and float64; convert"),
        (lambda: leafgrad.complex(R.half(), R.half()), RuntimeError, "complex: .* float16"),
        (lambda: leafgrad.complex(R, leafgrad.ones(2, 2)), RuntimeError, "complex: shapes"),
        (lambda: leafgrad.polar(R.long(), R.long()), RuntimeError, "polar: .* int64"),
        (lambda: leafgrad.imag(R), RuntimeError, "imag: needs a complex tensor, got float32; convert"),
        (lambda: leafgrad.view_as_real(R), RuntimeError, "view_as_real: needs a complex tensor"),
        (lambda: leafgrad.view_as_complex(R), RuntimeError, r"size 2, got shape \(2, 3\)"),
        (lambda: leafgrad.view_as_complex(R.half()), RuntimeError, "float16"),
        (lambda: leafgrad.view_as_complex(R[0, 0]), RuntimeError, r"got shape \(\)"),
        (lambda: leafgrad.view_as_complex(leafgrad.ones(2, 3).T), RuntimeError, "apart in memory; call contiguous"),
        (lambda: (leafgrad.tensor(1j, requires_grad=True) * 2).backward(), RuntimeError, "real scalar outputs"),
        (lambda: leafgrad.sign(Z), RuntimeError, "sgn"),
        (lambda: leafgrad.ones(2).mul_(1j), RuntimeError, "complex64 cannot be written"),
    ],
)  # fmt: skip
def test_what_is_refused(call: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        call()
