"""Selection and ordering beside PyTorch: values, two derivatives, dtypes and errors, at the edges of each operation."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch")
from tests.parity.sidebyside import same

X = np.arange(12.0).reshape(3, 4) / 7 - 0.6

GATHERING = """
gather(x, 1, i([[0, 1], [3, 3]])) | gather(x, 1, i([[0, -1]])) | gather(x, 1, i([[0, 4]])) | gather(x, 1, i([[0.0]])) | gather(x, 1, i([0]))
gather(x, 1, z(4, 1)) | gather(x, 1, z(0)) | gather(x, 1, z(3, 0)) | gather(x, 2, i([[0]])) | gather(x[0, 0], 0, i([0, 0])) | gather(x[0], 0, i(1))
gather(x[:0], 0, z(0, 4)) | gather(x[:0], 0, z(1, 4)) | gather(x, 0, z(2, 2).int()) | gather(x, 0, z(2, 2).bool())
take_along_dim(x, i([0, 11])) | take_along_dim(x, i([0, -1])) | take_along_dim(x, i([[0], [1], [-1]]), 1) | take_along_dim(x, i([[0, 1]]), -1)
take_along_dim(x, i([[0], [1]]), 1) | take_along_dim(x[:1], i([[0], [1]]), 1) | take_along_dim(x, i([0]), 1) | take_along_dim(x, z(1, 1).int(), 1)
index_select(x, 0, i([0, 2, 0])) | index_select(x, -1, i([], dtype=m.int64)) | index_select(x, 0, i([0, -1])) | index_select(x, 0, i([3]))
index_select(x, 0, i([[0]])) | index_select(x, 0, i([0.0])) | index_select(x, 0, i(1)) | index_select(x[0, 0], 0, i([0])) | index_select(x[0, 0], 0, i([0, 0]))
take(x, i([[0, -1], [-12, 3]])) | take(x, i([12])) | take(x, i([-13])) | take(x.T, i([0, 1])) | take(x[:0], i([0])) | take(x, i([], dtype=m.int64)) | take(x, z(1).int())
masked_select(x, x > 0) | masked_select(x[0], x > 0) | masked_select(x, x[:, :1] > 0) | masked_select(x[0, 0], i([True, False])) | masked_select(x, x)
masked_select(x, i([True, False])) | masked_select(x[:0], x[:0] > 0) | nonzero(x > 0) | nonzero(x > 9, as_tuple=True) | nonzero(x[0, 0]) | nonzero(x[0, 0], as_tuple=True)
nonzero(i([nan, 0.0, -0.0])) | argwhere(i(3.0)) | nonzero_static(x > 0, size=20, fill_value=7) | nonzero_static(x > 0, size=2) | nonzero_static(x, size=-1)
unravel_index(i([[3, 15]]), (3, 4)) | unravel_index(i(-1), 4) | unravel_index(i(3), ()) | unravel_index(i(3.0), (3,)) | unravel_index(i(3), (0, 3)) | unravel_index(i(3), (-1,))
nn.functional.one_hot(i([[0, 2]])) | nn.functional.one_hot(i(2), 4) | nn.functional.one_hot(i([0, 2]), 2) | nn.functional.one_hot(i([-2]), 4)
nn.functional.one_hot(i([], dtype=m.int64)) | nn.functional.one_hot(i([], dtype=m.int64), 4) | nn.functional.one_hot(i([0.0]), 4) | nn.functional.one_hot(i([0]), 0)
"""
WRITING = """
scatter(x, 1, i([[0, 1]]), x[:1, :2]) | scatter(x, 1, i([[0, 1]]), 9.0) | scatter(x, 1, i([[0, -1]]), 9.0) | scatter(x, 1, i([0]), 2) | scatter(x, 1, z(4, 1), 2)
scatter(x, 1, i([[0, 1]]), x[:1, :1]) | scatter(x, 1, i([[0]]), i([[2]])) | scatter(x[0, 0], 0, i([0]), x[0, :1]) | scatter(x, 1, i([[0]]), 2, reduce="mul")
scatter_add(x, 1, i([[0, 0]]), x[:1, :2]) | scatter_add(x, 0, z(2, 4), x[:2]) | scatter_add(x, 1, i([[0]]), 2) | scatter_add(x[0, 0], 0, i([0, 0]), x[0, :2])
index_add(x, 0, i([0, 0]), x[1:], alpha=2) | index_add(x, -1, i([1]), x[:, :1]) | index_add(x, 0, i([0, -1]), x[1:]) | index_add(x, 0, i([0]), x[1:])
index_add(x, 0, i([0, 1]), x[1:, :3]) | index_add(x, 0, i([[0]]), x[:1]) | index_add(x, 0, i([0]), x[:1].float()) | index_add(x, 0, i([], dtype=m.int64), x[:0])
index_add(u, 0, i([0, 0, 1]), u + 1, alpha=-3) | index_add(u, 0, i([0, 0, 1]), u + 1, alpha=300) | index_add(k, 0, i([0, 0, 0]), k, alpha=2)
index_copy(x, 0, i([2, 0]), x[:2]) | index_copy(x, 0, i([0, -1]), x[:2]) | index_copy(x, 0, i([0]), x[:2]) | index_copy(x, 0, z(2).int(), x[:2]) | index_copy(x[0, 0], 0, i(0), x[1, 1])
index_fill(x, 0, i([0, -1]), 5) | index_fill(x, 0, i([0, 0]), x[0, 0]) | index_fill(x, 0, i([3]), 5) | index_fill(x, 0, i([0]), x[0]) | index_fill(u, 0, i([0]), 300) | index_fill(u, 0, i([0]), -1)
put(x, i([[0, -1]]), x[0, :2]) | put(x, i([0, 0]), x[0, :2], accumulate=True) | put(x, i([12]), x[0, :1]) | put(x, i([0, 1]), x[0, :1]) | put(x, i([0]), u[:1]) | put(x[:0], i([0]), x[0, :1])
index_put(x, (i([0, 1]), i([0, 1])), x[0, :2]) | index_put(x, (i([0, 0]),), x[:1, :1], accumulate=True) | index_put(x, (x > 0,), x[0, 0]) | index_put(x, (i([5]),), x[0])
index_put(x, (i([0, 1]), i([0, 1, 2])), x[0, 0]) | index_put(x, (i([0.0]),), x[0]) | index_put(x, (i([0]),) * 3, x[0, 0]) | index_put(x, (0,), x[0]) | index_put(x, i([0]), x[0])
index_put(x, (i([0]),), u[:1]) | index_put(k, (i([0, 0]),), i(True), accumulate=True) | masked_scatter(x, x > 0, x) | masked_scatter(x[0], x > 0, x) | masked_scatter(x, x > 0, x[0, :1])
masked_scatter(x, x, x) | masked_scatter(x, x > 0, u) | masked_fill(x, x > 0, 3) | masked_fill(x[0], x > 0, x[0, 0]) | masked_fill(x, x, 3) | masked_fill(x, x > 0, x[0]) | masked_fill(x, x > 0, 2j)
masked_fill(u, k, 300) | masked_fill(u, k, -1) | masked_fill(u, k, 2.9) | masked_fill(h, k, 1e30) | masked_fill(h, k, inf) | masked_fill(k, k, 2) | masked_fill(z(3), k, nan)
where(x > 0, x, 0) | where(x > 0, 1.5, True) | where(k, u, 2.5) | where(k, h, i(1.0)) | where(x > 0, x, x[0, :3]) | where(x, x, x) | where(x > 0, x) | where(x > 0) | where(k, u, 300) | where(k, u, -1)
where(x > 0, x * nan, x) | fill(x, x[0, 0]) | fill(x, x[0]) | fill(u, 300) | select_scatter(x, x[0], 0, -1) | select_scatter(x, x[:1], 0, 1) | select_scatter(x, x[0], 0, 3) | select_scatter(x, z(4), 0, 1)
slice_scatter(x, x[:, :2], 1, 0, None, 2) | slice_scatter(x, x, 0, -10, 100) | slice_scatter(x, x[:0], 0, 2, 1) | slice_scatter(x, x, 0, 0, 3, 0) | slice_scatter(x, x[:1])
diagonal_scatter(x, x[0, :3], 1) | diagonal_scatter(x, x[0]) | diagonal_scatter(x.reshape(3, 2, 2), x[:2, :2], 0, 0, 2)
"""
ORDER = """
sort(x, 0, True) | sort(x * 0) | sort(x * 0, descending=True) | sort(i([3.0, nan, 1.0, nan, -inf])) | sort(i([3.0, nan, 1.0, nan]), descending=True) | sort(x[0, 0]) | sort(x, 2)
sort(x[:0], 0) | sort(x, stable=True, dim=0) | sort(k, descending=True) | sort(i([0.0, -0.0, 0.0])) | sort(i([1j, 2])) | argsort(x, 0, True) | argsort(x[0, 0]) | argsort(u)
msort(x) | msort(x[0, 0]) | topk(x, 2) | topk(x, 3, 0, False) | topk(x, 4) | topk(x, 0) | topk(x, 5) | topk(x, -1) | topk(x, 1, 2) | topk(x[0, 0], 1) | topk(x[:0], 0, 0)
topk(i([1.0, nan, 2.0]), 2) | topk(i([1.0, nan, 2.0]), 2, largest=False) | topk(k, 1) | topk(x, 2.0) | kthvalue(x, 2, 0) | kthvalue(x, 2, keepdim=True) | kthvalue(x, 0) | kthvalue(x, 5)
kthvalue(x[0, 0], 1) | kthvalue(x[:0], 1, 0) | kthvalue(x[:0], 1) | kthvalue(i([1.0, nan, 2.0]), 3) | kthvalue(k, 1) | maximum(x, -x) | maximum(x, x) | minimum(x, i(nan).double()) | maximum(u, i([-1, 2, 3]))
unique(i([3.0, 1.0, 3.0, nan, nan]), True, True, True) | unique(i([[3, 1], [2, 1], [3, 1]]), dim=0, return_inverse=True, return_counts=True) | unique(i([[3, 3], [2, 2]]), dim=1)
unique(z(0, 3), dim=0, return_inverse=True) | unique(z(0, 3), dim=1) | unique(i(3), return_inverse=True) | unique(i(3), dim=0) | unique(k, return_counts=True) | unique(i([0.0, -0.0]))
unique_consecutive(i([3, 3, 1, 3]), True, True) | unique_consecutive(i([[2, 2, 1], [2, 2, 2]]), True, True, 1) | unique_consecutive(z(0), True, True) | unique_consecutive(i([nan, nan]))
"""
DIAGONALS = """
diagonal(x) | diagonal(x, 5) | diagonal(x, 1, 1, 0) | diagonal(x, -2) | diagonal(x.reshape(3, 2, 2), 1, -1, 0) | diagonal(x[0]) | diagonal(x, 0, 0, 0) | diagonal(x, 0, 0, 2) | diagonal(x[:0])
diag(x, -1) | diag(x[0], -1) | diag(x[0, 0]) | diag(x.reshape(3, 2, 2)) | diag(x[0, :0], 1) | diagflat(x, 1) | diagflat(x[0, 0]) | diag_embed(x, 1) | diag_embed(x, -1, 0, 2) | diag_embed(x, 0, 2, 0)
diag_embed(x, 0, 0, 0) | diag_embed(x, 0, 0, 3) | diag_embed(x[0, 0]) | trace(x) | trace(k[None]) | trace(u[None]) | trace(x[0]) | trace(x[:0]) | tril(x, 1) | triu(x, -1) | tril(x[0]) | triu(k[None])
tril(x.reshape(3, 2, 2), -1) | triu(x[:, :0]) | tril_indices(3, 4, -1) | triu_indices(3, 4, 2, dtype=m.int32) | tril_indices(0, 3) | tril_indices(-1, 3) | triu_indices(2, 2, dtype=m.float32)
"""


def listed(text: str) -> list[str]:
    return [each.strip() for line in text.strip().splitlines() for each in line.split(" | ")]


def program(code: str) -> Any:
    """The call as a function of the library and x, with more tensors at hand: `z` makes zeros of int64, `i` a tensor."""
    compiled = compile(code, code, "eval")

    def run(m: Any, x: Any) -> Any:
        names = {"m": m, "x": x, "i": m.tensor, "z": lambda *size: m.zeros(*size, dtype=m.int64), "nan": np.nan, "inf": np.inf}
        names |= {"u": m.zeros(3, dtype=m.uint8), "h": m.zeros(3, dtype=m.float16), "k": m.tensor([True, False, True])}
        made = eval(compiled, names)
        return list(made) if isinstance(made, tuple) else made

    return run


@pytest.mark.parametrize("code", [code for text in (GATHERING, WRITING, ORDER, DIAGONALS) for code in listed(text)])
def test_calls(code: str) -> None:
    same(program(f"m.{code}"), X, orders=2)


@pytest.mark.parametrize("source", ["x + 0.01", "x - x[0]", "x - x[1]", "x * 0", "x * nan", "x / 0"])
@pytest.mark.parametrize("reduce", ["sum", "prod", "mean", "amax", "amin"])
@pytest.mark.parametrize("include_self", [True, False])
def test_reducing(reduce: str, source: str, include_self: bool) -> None:
    orders = 1 if (source, reduce) == ("x * 0", "prod") else 2  # of several zeros PyTorch has no second derivative either
    how = f"({source})[:2], '{reduce}', include_self={include_self}"
    same(program(f"m.scatter_reduce(x, 0, i([[2, 1, 0, 0], [2, 2, 0, 0]]), {how})"), X, orders=orders)
    if reduce != "sum":
        same(program(f"m.index_reduce(x, 0, i([2, 2]), {how})"), X, orders=orders)


@pytest.mark.parametrize("reduce", ["sum", "prod", "mean", "amax", "amin"])
@pytest.mark.parametrize("dtype", ["uint8", "int8", "int32", "int64", "bool", "float16"])
def test_reducing_other_dtypes(reduce: str, dtype: str) -> None:
    for include_self in (True, False):
        into, source = (f"({rows}.reshape(4) * 9).to(m.{dtype})" for rows in ("x[0]", "x[2]"))
        how = f"'{reduce}', include_self={include_self}"
        same(program(f"m.scatter_reduce({into}, 0, i([0, 0, 0, 2]), {source}, {how})"), X)


IN_PLACE = """
scatter_(1, i([[0, 1]]), y[:1, :2]) | scatter_add_(1, i([[0, 0]]), y[:1, :2]) | scatter_reduce_(1, i([[0, 0]]), y[:1, :2], "mean") | index_add_(0, i([0, 0]), y[1:], alpha=3)
index_copy_(0, i([0, 1]), y[1:]) | index_fill_(0, i([0, 0]), y[0, 0]) | index_reduce_(0, i([0, 0]), y[:2], "prod") | scatter_reduce_(0, z(2, 4), y[:2], "amax") | index_put_((i([0, 1]),), y[:2]) | put_(i([0, -1]), y[0, :2])
masked_scatter_(y > 0, y) | masked_fill_(y > 0, y[0, 0]) | tril_(1) | triu_(1) | fill_diagonal_(3.0) | T.fill_diagonal_(3.0, wrap=True) | fill_diagonal_(y[0, 0].item()) | diagonal().mul_(2)
diagonal(1).copy_(y[0, :3]) | reshape(3, 2, 2).diagonal(0, 2, 1).add_(y[0, :2]) | T.diagonal(1)[:2].mul_(y[0, 0])
"""


@pytest.mark.parametrize("call", listed(IN_PLACE))
def test_in_place(call: str) -> None:
    def run(m: Any, x: Any) -> Any:
        r = x * 1
        made = eval(f"r.{call}", {"r": r, "y": x * 2, "i": m.tensor, "z": lambda *size: m.zeros(*size, dtype=m.int64)})
        return [r, made]

    same(run, X, orders=2)


NUMBERS_ASSIGNED = ["u[0] = 300", "u[0] = -1", "u[k] = -300", "u[0] = 2.9", "k[1] = 0.5", "n[0] = nan", "n[0] = 2.7", "n[[0, 1]] = True", "h[0] = 1e30", "h[0] = 1j", "u[0] = n.sum() + 300"]


@pytest.mark.parametrize("statement", NUMBERS_ASSIGNED)
def test_assigning_numbers(statement: str) -> None:
    code = compile(statement, statement, "exec")

    def run(m: Any) -> Any:
        u, h, n = (m.zeros(3, dtype=dtype) for dtype in (m.uint8, m.float16, m.int64))
        names = {"u": u, "h": h, "n": n, "k": m.tensor([True, False, True]), "nan": np.nan}
        exec(code, names)
        return [u, h, n, names["k"]]

    same(run)
