"""Rows of products and linear algebra. Matrices are made regular, or positive definite, inside the call.

The older names are not compared with PyTorch here, which warns of them, nor are those whose second
derivatives float32 rounds more than the common tolerance; `test_linalg.py` in `tests/parity` does.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.table.case import Case

SQUARE = ((3, 3),)
STACK = ((2, 3, 3),)
EYE = np.eye(3)


def regular(m: Any, x: Any) -> Any:
    return x + 3 * (EYE if m is np else m.eye(3))


def definite(m: Any, x: Any) -> Any:
    return x @ x.mT + (EYE if m is np else m.eye(3))


def exp_of(a: np.ndarray) -> np.ndarray:
    """By its eigenvalues."""
    values, vectors = np.linalg.eig(a)
    return (vectors * np.exp(values)[..., None, :] @ np.linalg.inv(vectors)).real


def of_square(op: str, numpy: Any, made: Any = regular, shapes: Any = (*SQUARE, *STACK), **more: Any) -> list[Case]:
    """A function of square matrices, under `leafgrad` or, with a dot in its name, under `leafgrad.linalg`."""

    def call(m: Any, x: Any) -> Any:
        function = m
        for part in op.split("."):
            function = getattr(function, part)
        return function(made(m, x))

    return [Case(op, call, lambda a: numpy(made(np, a)), (shape,), duck=False, **more) for shape in shapes]


PRODUCTS = [
    Case("mm", lambda m, x, y: m.mm(x, y), np.matmul, ((2, 3), (3, 4))),
    Case("mv", lambda m, x, y: m.mv(x, y), np.matmul, ((2, 3), (3,))),
    Case("bmm", lambda m, x, y: m.bmm(x, y), np.matmul, ((2, 2, 3), (2, 3, 1))),
    Case("vdot", lambda m, x, y: m.vdot(x, y), np.vdot, ((3,), (3,))),
    Case("ger", lambda m, x, y: m.ger(x, y), np.outer, ((3,), (2,))),
    *[Case("inner", lambda m, x, y: m.inner(x, y), np.inner, pair) for pair in [((2, 3), (3,)), ((2, 3), (2, 1, 3)), ((), (2,))]],
    Case("tensordot", lambda m, x, y: m.tensordot(x, y), np.tensordot, ((2, 2, 3), (2, 3, 2))),
    Case("tensordot", lambda m, x, y: m.tensordot(x, y, ([0], [1])), lambda a, b: np.tensordot(a, b, ([0], [1])), ((2, 3), (2, 2)), note="lists"),
    Case("addmm", lambda m, x, y, z: m.addmm(x, y, z, beta=2, alpha=0.5), lambda a, b, c: 2 * a + 0.5 * b @ c, ((3,), (2, 2), (2, 3))),
    Case("addmv", lambda m, x, y, z: m.addmv(x, y, z), lambda a, b, c: a + b @ c, ((2,), (2, 3), (3,))),
    Case("addr", lambda m, x, y, z: m.addr(x, y, z, alpha=2), lambda a, b, c: a + 2 * np.outer(b, c), ((2, 1), (2,), (3,))),
    Case("baddbmm", lambda m, x, y, z: m.baddbmm(x, y, z), lambda a, b, c: a + b @ c, ((1, 2, 2), (2, 2, 3), (2, 3, 2))),
    Case("addbmm", lambda m, x, y, z: m.addbmm(x, y, z, beta=0), lambda a, b, c: (b @ c).sum(0), ((2, 2), (2, 2, 3), (2, 3, 2))),
    Case("chain_matmul", lambda m, x, y, z: m.chain_matmul(x, y, z), lambda a, b, c: a @ b @ c, ((2, 3), (3, 4), (4, 1)), torch=False),
    Case("linalg.multi_dot", lambda m, x, y, z: m.linalg.multi_dot([x, y, z]), lambda a, b, c: a @ b @ c, ((3,), (3, 4), (4,))),
    Case("cross", lambda m, x, y: m.cross(x, y, 0), lambda a, b: np.cross(a, b, axis=0), ((3, 2), (3, 1))),
    Case("linalg.cross", lambda m, x, y: m.linalg.cross(x, y), np.cross, ((2, 3), (2, 3))),
    Case("linalg.vecdot", lambda m, x, y: m.linalg.vecdot(x, y), lambda a, b: (a * b).sum(-1), ((2, 3), (3,))),
    Case("vander", lambda m, x: m.vander(x), np.vander, ((3,),), torch=False),
    Case("linalg.vander", lambda m, x: m.linalg.vander(x, N=4), lambda a: a[..., None] ** np.arange(4.0), ((2, 3),)),
    *[Case("matrix_power", lambda m, x, n=n: m.matrix_power(x, n), lambda a, n=n: np.linalg.matrix_power(a, n), STACK, note=f"{n}") for n in (1, 5)],
    *of_square("matrix_exp", exp_of),
    Case("linalg.diagonal", lambda m, x: m.linalg.diagonal(x) * 2, lambda a: np.diagonal(a, 0, -2, -1) * 2, STACK),
]
SYSTEMS = [
    *of_square("inverse", np.linalg.inv),
    *of_square("linalg.inv", np.linalg.inv),
    *of_square("det", np.linalg.det),
    *of_square("logdet", lambda a: np.log(np.linalg.det(a)), definite),
    Case("slogdet", lambda m, x: m.slogdet(regular(m, x))[1] * 2, lambda a: 2 * np.linalg.slogdet(regular(np, a))[1], STACK, duck=False),
    *[
        Case("linalg.solve", lambda m, x, y: m.linalg.solve(regular(m, x), y), lambda a, b: np.linalg.solve(regular(np, a), b), pair, duck=False)
        for pair in [((3, 3), (3,)), ((3, 3), (2, 3, 2)), ((2, 3, 3), (3, 1))]
    ],
    Case("linalg.solve", lambda m, x, y: m.linalg.solve(regular(m, x), y, left=False), lambda a, b: b @ np.linalg.inv(regular(np, a)), ((3, 3), (2, 3)), duck=False, note="right"),
    *[
        Case(
            "linalg.solve_triangular",
            lambda m, x, y, k=k: m.linalg.solve_triangular(regular(m, x), y, upper=False, **k),
            lambda a, b, k=k: np.linalg.solve(np.tril(regular(np, a), -1 if k else 0) + (EYE if k else 0), b),
            pair, duck=False, note="unit" if k else "",
        )
        for k, pair in [({}, ((3, 3), (2, 3, 2))), ({"unitriangular": True}, ((2, 3, 3), (3, 1)))]
    ],
    Case("triangular_solve", lambda m, x, y: m.triangular_solve(y, regular(m, x), transpose=True)[0], lambda a, b: np.linalg.solve(np.triu(regular(np, a)).T, b), ((3, 3), (3, 2)), torch=False, duck=False),
    Case("linalg.tensorinv", lambda m, x: m.linalg.tensorinv(regular(m, x).reshape(3, 3, 1), ind=1), lambda a: np.linalg.tensorinv(regular(np, a).reshape(3, 3, 1), ind=1), SQUARE, duck=False),
    Case("linalg.tensorsolve", lambda m, x, y: m.linalg.tensorsolve(regular(m, x).reshape(3, 1, 3), y), lambda a, b: np.linalg.solve(regular(np, a), b[:, 0]), ((3, 3), (3, 1)), duck=False),
    Case("pinverse", lambda m, x: m.pinverse(x), np.linalg.pinv, ((3, 2),), duck=False),
    Case("linalg.pinv", lambda m, x: m.linalg.pinv(x), np.linalg.pinv, ((2, 2, 3),), duck=False),
    Case("linalg.lstsq", lambda m, x, y: m.linalg.lstsq(x, y)[0], lambda a, b: np.linalg.lstsq(a, b)[0], ((3, 2), (3, 2)), duck=False),
]
FACTORS = [
    *of_square("cholesky", np.linalg.cholesky, definite, torch=False),
    *of_square("linalg.cholesky", np.linalg.cholesky, definite),
    Case("cholesky_solve", lambda m, x, y: m.cholesky_solve(y, m.linalg.cholesky(definite(m, x))), lambda a, b: np.linalg.solve(definite(np, a), b), ((3, 3), (3, 2)), duck=False),
    *of_square("cholesky_inverse", lambda a: np.linalg.inv(np.tril(a) @ np.tril(a).T), lambda m, x: np.tril(regular(m, x)) if m is np else m.tril(regular(m, x)), SQUARE),
    *[Case("lu", lambda m, x, i=i: m.linalg.lu(x)[i], lambda a, i=i: by_rows(a)[i], (shape,), duck=False, note="PLU"[i]) for i in (1, 2) for shape in [(3, 3), (2, 3), (3, 2)]],
    Case("lu_solve", lambda m, x, y: m.lu_solve(y, *m.linalg.lu_factor(regular(m, x))), lambda a, b: np.linalg.solve(regular(np, a), b), ((3, 3), (3, 2)), torch=False, duck=False),
    Case("lu_unpack", lambda m, x: m.lu_unpack(*m.linalg.lu_factor(x))[2], lambda a: by_rows(a)[2], SQUARE, duck=False),
    *[Case("qr", lambda m, x, i=i: m.qr(x)[i] * 2, lambda a, i=i: np.linalg.qr(a)[i] * 2, (shape,), torch=False, duck=False, note="QR"[i]) for i in (0, 1) for shape in [(3, 2), (2, 3)]],
    Case("orgqr", lambda m, x, y: m.orgqr(x, y), lambda a, t: reflected(a, t)[:, :2], ((3, 2), (2,)), duck=False),
    Case("ormqr", lambda m, x, y, z: m.ormqr(x, y, z, transpose=True), lambda a, t, c: reflected(a, t).T @ c, ((3, 2), (2,), (3, 1)), duck=False),
    *[Case("svd", lambda m, x, i=i: abs(m.svd(x)[i]), lambda a, i=i: np.abs(np.swapaxes(np.linalg.svd(a, False)[i], 0, 1) if i == 2 else np.linalg.svd(a, False)[i]), ((3, 2),), duck=False, note="USV"[i]) for i in (0, 1, 2)],
    Case("linalg.svdvals", lambda m, x: m.linalg.svdvals(x) * 2, lambda a: 2 * np.linalg.svd(a, compute_uv=False), ((2, 2, 3),), duck=False),
    Case("linalg.eigvalsh", lambda m, x: m.linalg.eigvalsh(definite(m, x)) * 2, lambda a: 2 * np.linalg.eigvalsh(definite(np, a)), STACK, torch=False, duck=False),
    *[Case("linalg.eigh", lambda m, x, i=i: abs(m.linalg.eigh(definite(m, x))[i]), lambda a, i=i: np.abs(np.linalg.eigh(definite(np, a))[i]), SQUARE, duck=False, note="LV"[i]) for i in (0, 1)],
]
NORMS = [
    *[Case("linalg.vector_norm", lambda m, x, p=p: m.linalg.vector_norm(x, p, 1), lambda a, p=p: np.linalg.norm(a, p, 1), note=f"{p}") for p in (2, 1, np.inf)],
    *[
        Case("linalg.matrix_norm", lambda m, x, p=p: m.linalg.matrix_norm(x, p), lambda a, p=p: np.linalg.norm(a, p, (-2, -1)), ((2, 2, 3),), duck=p == "fro", note=f"{p}")
        for p in ("fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf)
    ],
    Case("linalg.norm", lambda m, x: m.linalg.norm(x, 2, keepdim=True), lambda a: np.linalg.norm(a, 2, keepdims=True), duck=False),
    *[of_square("linalg.cond", np.linalg.cond)[0]],
]


def by_rows(a: np.ndarray) -> tuple[np.ndarray, ...]:
    """P, L and U by elimination of one row after the other."""
    m, n = a.shape
    order, u, factors = np.arange(m), a.copy(), np.zeros((m, min(m, n)))
    for j in range(min(m, n)):
        p = j + int(np.argmax(np.abs(u[j:, j])))
        for rows in (u, factors, order):
            rows[[j, p]] = rows[[p, j]]
        factors[j:, j] = u[j:, j] / u[j, j]
        u[j + 1 :] -= np.outer(factors[j + 1 :, j], u[j])
    return np.eye(m)[:, order], factors, u[: min(m, n)]


def reflected(a: np.ndarray, tau: np.ndarray) -> np.ndarray:
    """The product of the reflections that the columns of `a` tell."""
    made = np.eye(len(a))
    for i, t in enumerate(tau):
        v = np.where(np.arange(len(a)) < i, 0, a[:, i])
        v[i] = 1
        made = made @ (np.eye(len(a)) - t * np.outer(v, v))
    return made


CASES: list[Case] = [*PRODUCTS, *SYSTEMS, *FACTORS, *NORMS]

#: Operations and methods without a row (in-place twins apart), and where they are tested instead.
ELSEWHERE: dict[str, str] = {"geqrf": "linalg/test_linalg.py"}
