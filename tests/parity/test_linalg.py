"""Products and linear algebra at their edges, side by side with PyTorch; L is the linalg of either library."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch")

from tests.parity.sidebyside import same

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")

PRODUCTS = [
    "o(2, 2) @ o(2, 2).double()", "o(2, 2).long() @ o(2, 2)", "o(2, 2).bool() @ o(2, 2).bool()", "m.matmul(o(()), o(2))",
    "m.mm(o(2, 2), o(2))", "m.mm(o(2, 3), o(2, 3))", "m.bmm(o(2, 2, 2), o(1, 2, 2))", "m.mv(o(2, 2), o(2, 2))", "m.mv(o(0, 3), o(3))",
    "m.dot(o(2), o(3))", "m.dot(o(2, 2), o(2))", "m.dot(o(2).bool(), o(2).bool())", "m.dot(o(0), o(0))", "m.vdot(o(2, 2), o(2, 2))",
    "m.inner(o(()), o(2))", "m.inner(o(2, 3), o(4, 1, 3))", "m.inner(o(2).long(), o(2))", "m.inner(o(2), o(3))",
    "m.outer(o(2).long(), o(2))", "m.outer(o(2, 2), o(2))", "o(2).ger(o(3))", "m.outer(o(2).bool(), o(2).bool())",
    "m.addmm(o(2, 2).double(), o(2, 2), o(2, 2))", "m.addmm(o(3, 3), o(2, 2), o(2, 2))", "m.addmm(o(1, 2, 2), o(2, 2), o(2, 2))",
    "m.addmm(o(2, 2).long(), o(2, 2).long(), o(2, 2).long(), alpha=2.5, beta=0.5)", "m.addmm(o(1), o(2, 0), o(0, 2), beta=2)",
    "m.addmm(o(2, 2) * nan, o(2, 2), o(2, 2), beta=0)", "m.addmv(o(()), o(2, 2), o(2), alpha=3)", "m.addmv(o(2) * nan, o(2, 2), o(2), beta=0, alpha=0)",
    "m.addr(o(2, 2).bool(), o(2).bool(), o(2).bool(), alpha=2)", "m.addr(o(2, 2).long(), o(2), o(2))", "m.addr(o(2, 2).long(), o(2).long(), o(2).long(), beta=.5)",
    "m.addbmm(o(()), o(2, 2, 2), o(2, 2, 2))", "m.addbmm(o(2, 2), o(2, 2, 3), o(3, 3, 2))", "m.baddbmm(o(()), o(2, 2, 2), o(2, 2, 2))", "o(2, 2).addmm_(o(2, 3), o(3, 2))",
    "m.tensordot(o(2, 3), o(3, 2), dims=3)", "m.tensordot(o(2, 3), o(1, 2), dims=([1], [0]))", "m.tensordot(o(2, 3), o(3, 2), dims=-1)",
    "m.tensordot(o(2, 3), o(2, 2), dims=1)", "m.tensordot(o(2, 3), o(2, 2), dims=0)", "m.tensordot(o(2, 3), o(3, 2), dims=m.tensor([[1], [0]]))",
    "m.tensordot(o(2, 3), o(3, 3), dims=([1, 0], [0]))", "m.tensordot(o(2, 3), o(3, 3), dims=([1, 1], [0, 1]))",
    "m.chain_matmul(o(2, 2))", "m.chain_matmul(o(2, 2), o(2))", "L.multi_dot([o(2, 2)])", "L.multi_dot([o(2), o(2, 3), o(3)])", "L.multi_dot([o(2), o(2)])",
    "L.multi_dot([o(2, 2), o(3, 2)])", "L.multi_dot([o(2, 2), o(2), o(2, 2)])", "L.multi_dot([o(2, 2), o(2, 2).double()])", "L.multi_dot(o(2, 2, 2))",
    "m.cross(o(3, 3), o(3), dim=-1)", "m.cross(o(2, 4), o(2, 4))", "m.cross(o(3, 4), o(3, 1))", "L.cross(o(3).bool(), o(3).bool())", "L.cross(o(()), o(()))", "L.cross(o(0, 3), o(1, 3))",
    "L.vecdot(o(3).long(), o(3).long())", "L.vecdot(o(3), o(2, 1))", "L.vecdot(o(3), o(4))", "L.vecdot(o(3), o(3).double())", "L.vecdot(o(()), o(()))", "L.vecdot(o(2, 3), o(3), dim=0)",
    "L.vander(o(3).byte())", "L.vander(o(3), N=1)", "L.vander(o(()))", "L.vander(o(3).bool(), N=2)", "L.vander(o(0, 2))",
    "m.vander(m.arange(3), N=0)", "m.vander(m.arange(3), N=-1)", "m.vander(o(2, 2))", "m.vander(m.arange(3), increasing=True)",
    "m.matrix_power(o(2, 2).long(), 2)", "m.matrix_power(o(2, 3), 2)", "L.matrix_power(o(2, 2), -1)", "L.matrix_power(o(2, 2), 1.0)", "m.matrix_power(o(0, 2, 2), 3)",
    "m.matrix_exp(o(2, 2).long())", "m.matrix_exp(o(2, 3))", "m.matrix_exp(o(0, 0))", "m.matrix_exp(o(2, 0, 3, 3))", "m.matrix_exp(o(2, 2) * 20)",
    "L.diagonal(o(2))", "L.diagonal(o(2, 3, 4), offset=1)",
]  # fmt: skip
EQUATIONS = [
    "E(o(2, 3), [0, 1], o(3, 2), [1, 2], [0, 2])", "E(o(2, 3), [0, 1], o(3, 2), [1, 2])", "E(o(2, 3), [..., 1], [...])", "E(o(2, 3), [0, 60])", "E(o(2, 3))",
    "E('ij->k', o(2, 3))", "E('ij->ii', o(2, 3))", "E('ii->i', o(2, 3))", "E('ii->i', o(1, 3))", "E('ij,jk', o(2, 3), o(1, 2))", "E('', o(()))", "E('i...', o(2, 3))", "E('ij->...', o(2, 3))",
    "E('ij', [o(2, 3)])", "E('bA', o(2, 3))", "E('i.j', o(2, 3))", "E('i...j...', o(2, 3))", "E('ij,', o(2, 3), o(()))", "E('ij', o(2, 3), o(3))", "E('i1', o(2, 3))",
    "E('bii->b', o(2, 3, 3))", "E('ii', o(3, 3).byte() * 100)", "E('ij,k->i', o(2, 3).int(), o(2).int())", "E('ij,j->i', o(2, 3).byte() * 100, o(3).byte())", "E('i,j->ij', o(2).long(), o(2))",
]  # fmt: skip
SYSTEMS = [
    "L.inv(o(2, 2).long())", "L.inv(o(2, 2).half())", "L.inv(o(2))", "L.inv(o(2, 3))", "L.inv(o(2, 2))", "L.inv(o(2, 2) * nan)", "L.inv_ex(T([[0., 0], [0, 1]]))[1]", "L.inv_ex(o(3, 2, 2))[1]",
    "L.inv_ex(o(2, 2), check_errors=True)", "L.solve_ex(o(2, 2), o(2))[1]", "L.solve_ex(m.eye(2), o(2))", "L.solve(o(2, 2), o(2))",
    "L.solve(m.eye(2), o(2, 2), left=False)", "L.solve(m.eye(2), o(2), left=False)", "L.solve(m.eye(2).expand(3, 2, 2), o(3, 2))", "L.solve(m.eye(2), o(3, 2))", "L.solve(m.eye(2), o(5, 2, 3))",
    "L.solve(m.eye(2).expand(4, 2, 2), o(2, 3))", "L.solve(m.eye(2), o(2).double())", "L.solve(m.eye(2).expand(4, 2, 2), o(2))", "L.solve(m.eye(2).expand(1, 2, 2), o(3, 2))", "L.solve(z(0, 0), z(0, 2))",
    "L.cholesky(T([[1., 2], [2, 1]]))", "L.cholesky_ex(T([[1., 2], [2, 1]]))[1]", "L.cholesky_ex(T([[-1., 2], [2, 1]]))[1]", "L.cholesky_ex(T([[4., 2, 1], [2, 1, 1], [1, 1, 1]]))[1]", "L.cholesky_ex(T([[1., 2], [2, 1]]), check_errors=True)",
    "L.cholesky(T([[4., 9], [2, 5]]))", "L.cholesky(T([[4., 9], [2, 50]]), upper=True)", "L.cholesky(o(2, 3))", "L.cholesky(z(0, 0))",
    "L.slogdet(z(2, 2))", "L.slogdet(z(0, 0))", "L.det(z(0, 0))", "m.logdet(-m.eye(3))", "m.logdet(z(2, 2))", "L.det(o(2, 3))", "L.det(z(0, 2, 2))",
    "L.solve_triangular(z(2, 2), o(2, 1), upper=True)", "L.solve_triangular(T([[0., 1], [0, 1]]), T([[1.], [2]]), upper=True)", "L.solve_triangular(m.eye(2), o(2), upper=True)", "L.solve_triangular(m.eye(2), o(2, 2))",
    "L.solve_triangular(m.eye(2), o(3, 2, 1), upper=True)", "L.solve_triangular(m.eye(2), o(3, 1), upper=True)", "m.triangular_solve(o(2, 1), o(2, 2), upper=False, transpose=True, unitriangular=True)",
    "L.tensorinv(m.eye(6).reshape(2, 3, 6), ind=2)", "L.tensorinv(m.eye(6).reshape(2, 3, 6), ind=0)", "L.tensorinv(m.eye(6).reshape(2, 3, 6), ind=1)", "L.tensorsolve(m.eye(6).reshape(2, 3, 6), o(2, 2))", "L.tensorsolve(m.eye(6).reshape(2, 6, 3), o(2, 3), dims=(1,))",
    "m.cholesky_inverse(T([[2., 9], [1, 2]]), upper=False)", "m.cholesky_solve(o(2, 1), T([[2., 9], [1, 2]]))", "m.cholesky_solve(o(2), m.eye(2))", "m.cholesky_solve(o(3, 2, 1), m.eye(2))", "m.cholesky_inverse(z(2, 2))",
    "L.lstsq(o(3, 2), o(3, 1))", "L.lstsq(T([[1., 2], [3, 4], [5, 7]]), o(3, 1), driver='gels')", "L.lstsq(T([[1., 2], [3, 4], [5, 7]]), o(3, 1), driver='gelsd')", "L.lstsq(T([[1., 2], [3, 4], [5, 7]]), o(3))", "L.lstsq(o(3, 2), o(3, 1), driver='gelsd')[1:3]",
    "L.lstsq(o(3, 2), o(3, 1), driver='x')", "L.lstsq(o(3, 2), o(2, 1))", "L.lstsq(o(4, 3, 2), o(4, 3))", "L.lstsq(z(3, 0), o(3, 1))", "L.lstsq(z(0, 3), o(0, 1))", "L.lstsq(o(1, 3, 2), o(4, 3, 1))",
    "L.pinv(o(2, 3), 1e-3)", "L.pinv(o(2, 3), rtol=1.)", "L.pinv(o(2, 3), atol=3.)", "L.pinv(o(2, 3), hermitian=True)", "L.pinv(z(2, 3, 0))", "L.pinv(o(3))", "L.pinv(o(2, 2, 2), rtol=T([0.1, 2.]))", "m.pinverse(o(2, 2), 0.1)",
    "L.pinv(m.eye(2) * T([1, 1e-9]), atol=1e-12)", "L.pinv(m.eye(2) * T([1, 1e-9]), atol=0.)",
    "L.matrix_rank(o(3))", "L.matrix_rank(o(2, 3), tol=5.)", "L.matrix_rank(o(2, 3), atol=1., rtol=2.)", "L.matrix_rank(o(2, 2), hermitian=True)", "L.matrix_rank(o(2, 3), hermitian=True)", "L.matrix_rank(z(0, 0))", "L.matrix_rank(z(2, 0, 3))",
    "L.matrix_rank(o(2, 2, 2), atol=T([1., 3.]))", "L.matrix_rank(o(2, 2).long())",
]  # fmt: skip
FACTORS = [
    "L.svd(T([[1., nan], [2, 1]]))", "L.eig(T([[1., nan], [nan, 1]]))", "L.svd(m.eye(2), driver='gesvd')", "L.qr(o(2, 2), mode='x')", "L.eigh(m.eye(2), UPLO='X')", "L.eigvalsh(m.eye(2), UPLO='u')", "L.eigvals(m.eye(2))",
    "L.qr(z(2, 0, 3))", "L.svd(z(2, 0, 3))", "L.qr(T([[1., 2], [3, 4]]), mode='r')", "m.svd(m.eye(2), compute_uv=False)", "m.geqrf(T([[1., 2], [3, 4]]))", "m.geqrf(z(0, 3))", "m.qr(z(3, 2), some=False)",
    "L.lu_factor(m.eye(2), pivot=False)", "L.lu(m.eye(2), pivot=False)", "L.lu_factor(z(2, 2))", "L.lu_factor_ex(z(2, 2))", "L.lu_factor_ex(z(2, 2), check_errors=True)", "L.lu(z(2, 2))", "m.lu(z(2, 2))", "m.lu(z(2, 2), get_infos=True)",
    "m.lu_unpack(m.eye(2), T([1, 2]).int(), unpack_data=False)", "m.lu_unpack(m.eye(2), T([1, 2]).int(), unpack_pivots=False)", "m.lu_unpack(m.eye(2), T([1, 2]))", "m.lu_unpack(m.eye(2), T([1, 3]).int())", "L.lu_solve(z(2, 2), T([1, 2]).int(), o(2, 1))",
    "m.ormqr(o(2, 2), o(3), o(2, 2))", "m.ormqr(o(3, 2), o(2), o(3, 4))", "m.ormqr(o(3, 2), o(2), o(4, 3), left=False)", "L.householder_product(o(2, 3), o(2))", "L.householder_product(o(3, 2), o(3))", "L.householder_product(o(3), o(3))",
    "L.householder_product(o(3, 2), o(2).double())", "m.orgqr(m.eye(3), o(3))", "L.ldl_factor(T([[0., 2], [2, 0]]))", "L.ldl_factor_ex(z(2, 2))", "L.ldl_factor_ex(T([[0., 2, 3], [2, 0, 1], [3, 1, 0]]))", "L.ldl_factor(T([[1., 2], [2, 1]]), hermitian=True)",
    "L.ldl_solve(*L.ldl_factor(T([[0., 2], [2, 0]])), o(2, 1))", "L.ldl_factor(z(2, 2))",
]  # fmt: skip
NORMS = [
    "L.cond(z(0, 0))", "L.cond(z(0, 0), p=1)", "L.cond(z(2, 0, 0), p='fro')", "L.cond(z(2, 3))", "L.cond(o(2, 3), p=1)", "L.cond(o(2, 2), p=1)", "L.cond(z(2, 2), p=-2)", "L.cond(o(2, 2), p='x')", "L.cond(o(3))",
    "L.norm(o(2, 2, 2), ord=2)", "L.norm(o(2, 2, 2))", "L.norm(o(2, 2), ord='nuc', dim=0)", "L.norm(o(2), ord='fro')", "L.norm(o(2, 2), ord=3)", "L.norm(o(2, 2), ord=3, dim=(0,))", "L.norm(o(2, 2), dim=(0, 1, 1))",
    "L.norm(o(2, 2), dtype=m.float64)", "L.norm(o(2, 2).long())", "L.norm(o(()))", "L.norm(o(()), ord=1)", "L.norm(o(()), ord=1, dim=0)", "L.matrix_norm(o(3))", "L.matrix_norm(o(3, 3), dim=(0, 0))", "L.matrix_norm(o(3, 3), dim=0)",
    "L.matrix_norm(o(3, 3), ord=3)", "L.matrix_norm(o(3, 3).long())", "L.matrix_norm(z(0, 3), ord=1)", "L.matrix_norm(z(0, 3), ord=inf)", "L.matrix_norm(z(0, 3), ord=2)", "L.matrix_norm(z(0, 3), ord='nuc')", "L.matrix_norm(z(3, 0), ord=-1)",
    "L.vector_norm(o(2).long())", "L.vector_norm(o(2, 2), ord='fro')", "L.vector_norm(o(2).long(), dtype=m.float32)", "L.vector_norm(o(2), dtype=m.int64)", "L.vector_norm(o(2).double(), dtype=m.float32)", "L.vector_norm(z(0), ord=inf)",
    "L.vector_norm(z(0, 3), ord=inf, dim=1)", "L.vector_norm(o(2, 2), dim=())", "L.norm(o(2, 2).double(), 'nuc', dtype=m.float32)", "L.matrix_norm(o(2, 2).half())", "L.matrix_norm(o(2, 2).half(), ord=2)",
]  # fmt: skip


def edge(m: Any, text: str) -> Any:
    names = {"m": m, "L": m.linalg, "E": m.einsum, "T": m.tensor, "o": m.ones, "z": m.zeros, "nan": float("nan"), "inf": float("inf")}
    try:
        return eval(text, names)
    except m.linalg.LinAlgError as error:  # to `same`, which cannot know it, the RuntimeError that it is in both
        raise RuntimeError(str(error)) from None


@pytest.mark.parametrize("text", [*PRODUCTS, *EQUATIONS, *SYSTEMS, *FACTORS, *NORMS])
def test_edges(text: str) -> None:
    same(lambda m: edge(m, text))


RNG = np.random.default_rng(3)


@pytest.mark.parametrize(
    "code",
    [
        "m.linalg.solve(x, y)", "m.linalg.solve(x, y, left=False)", "m.det(x)", "m.slogdet(x)", "m.linalg.qr(x)", "m.linalg.qr(x[..., :2])", "m.linalg.qr(x[..., :2, :])", "m.linalg.lu(x[..., :2])[1:]",
        "m.linalg.lu_factor(x)[0]", "m.linalg.pinv(x[..., :2])", "m.linalg.pinv(x @ x.mT, hermitian=True)", "m.linalg.eigvalsh(x)", "m.linalg.eigh(x)[1].abs()", "m.linalg.svd(x[..., :2], full_matrices=False)[0].abs()",
        "m.linalg.cholesky(x @ x.mT)", "m.cholesky_solve(y, m.triu(x), upper=True)", "m.cholesky_inverse(m.tril(x))", "m.linalg.lstsq(x[..., :2], y, driver='gels')[:2]", "m.linalg.solve_triangular(x, y, upper=True, left=False)",
        "m.triangular_solve(y, x, transpose=True)[0]", "m.matrix_exp(x)", "m.matrix_exp(5 * x)", "m.matrix_power(x, -3)", "m.matrix_power(x, 0)", "m.linalg.cond(x)", "m.linalg.matrix_norm(x, 'nuc')",
        "m.linalg.matrix_norm(x, -2, (0, 1), True)", "m.linalg.eigvals(x).abs()", "m.linalg.eig(x)[1].abs()", "m.linalg.householder_product(x, y[..., 0])", "m.ormqr(x, y[..., 0], y, transpose=True)", "m.linalg.inv_ex(x)[0]",
        "m.linalg.vander(x[0], N=5)", "m.linalg.multi_dot([x[0], y[0], x[1], y[1]])", "m.tensordot(x, y, ([0, 2], [0, 1]))", "m.einsum('bij,bjk->ik', x, y)", "m.linalg.cross(x, y)", "m.addbmm(x[0], x, y, alpha=3)",
    ],
)  # fmt: skip
def test_values_and_derivatives(code: str) -> None:
    x, y = RNG.normal(size=(2, 3, 3)) + 2 * np.eye(3), RNG.normal(size=(2, 3, 3))
    same(code, x, y, orders=2)
    same(code, x.astype(np.float32), y.astype(np.float32), orders=0)


def test_a_singular_matrix_has_a_determinant_with_a_gradient() -> None:
    same("m.det(x)", np.array([[1.0, 2.0], [2.0, 4.0]]))
    same("m.linalg.det(x)", np.array([[[1.0, 2.0], [2.0, 4.0]], [[1.0, 2.0], [3.0, 4.0]]]))
    same("m.linalg.det(x)", np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [2.0, 4.0, 6.0]]))
