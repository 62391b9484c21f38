"""What is particular to linear algebra: factors that give the matrix back, errors, points without a gradient."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import leafgrad
from leafgrad import linalg

RNG = np.random.default_rng(5)


@pytest.mark.parametrize("shape", [(6, 6), (2, 7, 4), (2, 3, 4, 7), (0, 3, 3), (0, 3), (3, 0)])
def test_lu_gives_the_matrix_back(shape: tuple[int, ...]) -> None:
    a = RNG.normal(size=shape)
    p, lower, upper = linalg.lu(leafgrad.tensor(a))
    np.testing.assert_allclose((p @ lower @ upper).numpy(), a, atol=1e-12)
    assert np.all(np.abs(lower.numpy()) <= 1)


@pytest.mark.parametrize("hermitian", [False, True])
@pytest.mark.parametrize("n", [1, 2, 5, 20])
def test_ldl_solves_indefinite_systems(n: int, hermitian: bool) -> None:
    a = RNG.normal(size=(3, n, n))
    a = a + np.swapaxes(a, -1, -2)
    if n > 1:  # nothing to divide by on the diagonal
        a[0] *= 1 - np.eye(n)
    b = RNG.normal(size=(3, n, 2))
    x = linalg.ldl_solve(*linalg.ldl_factor(leafgrad.tensor(a), hermitian=hermitian), leafgrad.tensor(b))
    np.testing.assert_allclose(a @ x.numpy(), b, atol=1e-8)


def test_geqrf_is_what_householder_product_takes() -> None:
    a = leafgrad.tensor(RNG.normal(size=(2, 5, 3)))
    compact, tau = leafgrad.geqrf(a)
    q, r = linalg.qr(a)
    np.testing.assert_allclose(leafgrad.orgqr(compact, tau).numpy(), q.numpy(), atol=1e-12)
    np.testing.assert_allclose(leafgrad.ormqr(compact, tau, a, transpose=True).numpy()[:, :3], r.numpy(), atol=1e-12)


def test_eigenvectors_give_the_matrix_back() -> None:
    a = RNG.normal(size=(2, 4, 4))
    values, vectors = linalg.eig(leafgrad.tensor(a))
    assert values.dtype == vectors.dtype == leafgrad.complex128
    np.testing.assert_allclose((vectors * values[..., None, :]).numpy(), a @ vectors.numpy(), atol=1e-12)


@pytest.mark.parametrize("norm", [1e-3, 1.0, 30.0, 300.0])
def test_exponential_of_a_rotation(norm: float) -> None:
    turned = linalg.matrix_exp(leafgrad.tensor(np.array([[0, -norm], [norm, 0]])))
    expected = [[np.cos(norm), -np.sin(norm)], [np.sin(norm), np.cos(norm)]]
    np.testing.assert_allclose(turned.numpy(), expected, atol=1e-13 * max(norm, 1))


SINGULAR: Any = [[1.0, 2.0], [2.0, 4.0]]


@pytest.mark.parametrize(
    "call, said",
    [
        (lambda a: linalg.inv(a), "linalg.inv: a matrix is singular; lstsq"),
        (lambda a: linalg.solve(a, a), "linalg.solve: a matrix is singular; lstsq"),
        (lambda a: linalg.solve_ex(a, a, check_errors=True), "linalg.solve_ex: a matrix is singular"),
        (lambda a: linalg.lu_factor(a), "linalg.lu_factor: a pivot is 0"),
        (lambda a: linalg.cholesky(-a), "linalg.cholesky: a matrix is not positive definite; "),
        (lambda a: linalg.svd(a * np.nan), "linalg.svd: the singular values were not found; "),
        (lambda a: linalg.ldl_factor(a * 0), "linalg.ldl_factor: a pivot is 0"),
        (lambda a: leafgrad.matrix_power(a, -1), "linalg.inv: a matrix is singular; "),
    ],
)
def test_matrices_that_cannot_be_treated(call: Any, said: str) -> None:
    with pytest.raises(linalg.LinAlgError, match=said) as caught:
        call(leafgrad.tensor(SINGULAR))
    assert isinstance(caught.value, RuntimeError | np.linalg.LinAlgError)


@pytest.mark.parametrize(
    "call, said",
    [
        (lambda a: linalg.inv(a[:, :1]), r"A must be square, or a stack of square matrices, got shape \(2, 1\)"),
        (lambda a: linalg.inv(a[0]), r"A must have at least 2 dimensions, \(..., m, n\), got shape \(2,\)"),
        (lambda a: linalg.qr(a.long()), "linalg.qr: needs float32, float64 or complex tensors, got int64; convert"),
        (lambda a: linalg.solve(a, a.double()), "must have one dtype, got float32 and float64; convert one"),
        (lambda a: linalg.solve(a, a[:1]), r"A of shape \(2, 2\) and B of shape \(1, 2\) do not fit"),
        (lambda a: linalg.cross(a, a), r"dim -1 of shapes \(2, 2\) and \(2, 2\) must have size 3 in both"),
        (lambda a: leafgrad.mm(a, a[0]), "expected tensors of 2 and 2 dimensions"),
        (lambda a: leafgrad.addmm(a, a[:1], a), r"shape \(2, 2\) does not broadcast to the product's shape \(1, 2\)"),
        (lambda a: leafgrad.lu_unpack(a, leafgrad.tensor([1, 3]).int()), "pivots must be from 1 to 2"),
    ],
)
def test_what_does_not_fit(call: Any, said: str) -> None:
    with pytest.raises(RuntimeError, match=said):
        call(leafgrad.tensor(SINGULAR))


@pytest.mark.parametrize(
    "call, said",
    [
        (lambda a: leafgrad.geqrf(a)[1], "geqrf: it has no gradient"),
        (lambda a: linalg.ldl_factor(a)[0], "linalg.ldl_factor and ldl_solve have no gradient"),
        (lambda a: linalg.qr(a, "r")[1], "mode='r'"),
        (lambda a: linalg.qr(a[:, :1], "complete")[0], "use 'reduced'"),
    ],
)
def test_what_has_no_gradient_says_so(call: Any, said: str) -> None:
    a = leafgrad.tensor([[2.0, 1.0], [1.0, 3.0]], requires_grad=True)
    with pytest.raises(RuntimeError, match=said):
        call(a).sum().backward()


def test_some_of_a_stack_are_singular() -> None:
    a = leafgrad.tensor([SINGULAR, [[2.0, 0.0], [0.0, 4.0]]])
    inverse, info = linalg.inv_ex(a)
    assert info.tolist() == [2, 0]
    assert np.isnan(inverse.numpy()[0]).all() and inverse[1].tolist() == [[0.5, 0.0], [0.0, 0.25]]
    assert linalg.cond(a, 1).tolist() == [np.inf, 2.0]


def test_numpys_names_speak_numpy() -> None:
    a, b = leafgrad.tensor(RNG.normal(size=(2, 2, 2))), leafgrad.tensor(RNG.normal(size=(2, 2)))
    np.testing.assert_allclose(np.linalg.solve(a, b), np.linalg.solve(a.numpy(), b.numpy()))  # of matrices, always
    np.testing.assert_allclose(np.linalg.norm(b, 2), np.linalg.norm(b.numpy(), 2))
    np.testing.assert_allclose(np.dot(b, a), np.dot(b.numpy(), a.numpy()))
    np.testing.assert_allclose(np.linalg.svd(b, full_matrices=False)[1], np.linalg.svd(b.numpy())[1])
