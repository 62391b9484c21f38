"""Rows of selection and ordering: by index, by mask, by rank, along diagonals and in triangles."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.table.case import Case

M, V = (2, 3), (3,)
INDEX, ROWS = [[0, 2, 0], [1, 1, 2]], [1, 1, 0]
EACH = (np.arange(2)[:, None], np.array(INDEX))  # the key that INDEX stands for along dim 1
MASK = np.array([[True, False, True], [False, False, True]])
ALL = slice(None)


def _with(a: np.ndarray, key: Any, value: Any, function: Any = None) -> np.ndarray:
    """`a` with the value at the key, or brought together there by a ufunc."""
    out = a.copy()
    if function is None:
        out[key] = value
    else:
        function.at(out, key, value)
    return out


BY_INDEX = [
    Case("gather", lambda m, x: m.gather(x, 1, m.tensor(INDEX)), lambda a: a[EACH]),
    Case("gather", lambda m, x: m.gather(x, 0, m.tensor([[0, 1]])), lambda a: a[[[0, 1]], [[0, 1]]], note="smaller"),
    Case("take_along_dim", lambda m, x: m.take_along_dim(x, m.tensor([[2, 0]]), 1), lambda a: a[:, [2, 0]]),
    Case("take_along_dim", lambda m, x: m.take_along_dim(x, m.tensor(INDEX)), lambda a: a.ravel()[INDEX].ravel(), note="flat"),
    Case("take", lambda m, x: m.take(x, m.tensor([[0, -1], [-1, 3]])), lambda a: a.ravel()[[[0, -1], [-1, 3]]]),
    Case("index_select", lambda m, x: m.index_select(x, 0, m.tensor(ROWS)), lambda a: a[ROWS]),
    Case("index_select", lambda m, x: m.index_select(x, -1, m.tensor(ROWS)), lambda a: a[:, ROWS], note="last"),
    Case("scatter", lambda m, x, y: m.scatter(x, 0, m.tensor([[1, 0]]), y), lambda a, b: _with(a, ([1, 0], [0, 1]), b[0]), (M, (1, 2)), duck=False),
    Case("scatter", lambda m, x: m.scatter(x, 1, m.tensor(INDEX), 5.0), lambda a: _with(a, EACH, 5), duck=False, note="value"),
    Case("scatter_add", lambda m, x, y: m.scatter_add(x, 1, m.tensor(INDEX), y), lambda a, b: _with(a, EACH, b, np.add), (M, M), duck=False),
    *[
        Case("scatter_reduce", lambda m, x, y, how=how: m.scatter_reduce(x, 1, m.tensor(INDEX), y, how), lambda a, b, f=f: _with(a, EACH, b, f), (M, M), duck=False, note=how)
        for how, f in [("sum", np.add), ("prod", np.multiply), ("amax", np.maximum), ("amin", np.minimum)]
    ],
    Case(
        "scatter_reduce",
        lambda m, x, y: m.scatter_reduce(x, 1, m.tensor(INDEX), y, "mean", include_self=False),
        lambda a, b: _with(_with(a, EACH, 0), EACH, b, np.add) / [[2, 1, 1], [1, 2, 1]],
        (M, M),
        duck=False,
        note="mean",
    ),
    Case("index_add", lambda m, x, y: m.index_add(x, 0, m.tensor(ROWS), y, alpha=0.5), lambda a, b: _with(a, ROWS, b / 2, np.add), (M, (3, 3)), duck=False),
    Case("index_copy", lambda m, x, y: m.index_copy(x, 1, m.tensor([2, 0]), y), lambda a, b: _with(a, (ALL, [2, 0]), b), (M, (2, 2)), duck=False),
    Case("index_fill", lambda m, x, y: m.index_fill(x, 1, m.tensor(ROWS), y), lambda a, b: _with(a, (ALL, ROWS), b), (M, ()), duck=False),
    *[  # of index_reduce PyTorch warns that it is new
        Case("index_reduce", lambda m, x, y, how=how: m.index_reduce(x, 0, m.tensor(ROWS), y, how), lambda a, b, f=f: _with(a, ROWS, b, f), (M, (3, 3)), duck=False, torch=False, note=how)
        for how, f in [("prod", np.multiply), ("amax", np.maximum)]
    ],
    Case("put", lambda m, x, y: m.put(x, m.tensor([0, -1]), y), lambda a, b: _with(a, ([0, 1], [0, 2]), b), (M, (2,)), duck=False),
    Case("put", lambda m, x, y: m.put(x, m.tensor([0, 0]), y, True), lambda a, b: _with(a, ([0, 0], [0, 0]), b, np.add), (M, (2,)), duck=False, note="add"),
    Case("index_put", lambda m, x, y: m.index_put(x, (m.tensor([1, 0]), m.tensor(2)), y), lambda a, b: _with(a, ([1, 0], 2), b), (M, (2,)), duck=False),
    Case("index_put", lambda m, x, y: m.index_put(x, (m.tensor(ROWS),), y, True), lambda a, b: _with(a, ROWS, b, np.add), (M, (3, 1)), duck=False, note="add"),
    Case("one_hot", lambda m, x: m.nn.functional.one_hot(m.argsort(x), 4), lambda a: np.eye(4)[np.argsort(a)], smooth=False, duck=False),
    Case("unravel_index", lambda m, x: m.unravel_index(m.argsort(x), (2, 2))[1], lambda a: np.argsort(a) % 2, smooth=False, duck=False),
]
BY_MASK = [
    Case("masked_select", lambda m, x: m.masked_select(x, m.tensor(MASK)), lambda a: a[MASK]),
    Case("masked_select", lambda m, x: m.masked_select(x, m.tensor(MASK)), lambda a: np.broadcast_to(a, M)[MASK], (V,), note="broadcast"),
    Case("masked_scatter", lambda m, x, y: m.masked_scatter(x, m.tensor(MASK), y), lambda a, b: _with(a, MASK, b.ravel()[:3]), (M, (2, 2)), duck=False),
    Case("masked_fill", lambda m, x, y: m.masked_fill(x, m.tensor(MASK), y), lambda a, b: np.where(MASK, b, a), (V, ()), note="tensor"),
    Case("fill", lambda m, x, y: m.fill(x, y), np.full_like, (M, ()), duck=False),
    Case("nonzero", lambda m, x: m.nonzero(x > 0), lambda a: np.argwhere(a > 0), smooth=False),
    Case("argwhere", lambda m, x: m.argwhere(x > 0), lambda a: np.argwhere(a > 0), smooth=False),
    Case("nonzero_static", lambda m, x: m.nonzero_static(x > 0, size=2), lambda a: np.argwhere(a > 0)[:2], smooth=False, duck=False),
]
BY_RANK = [
    Case("sort", lambda m, x: m.sort(x)[0], np.sort),
    Case("sort", lambda m, x: m.sort(x, 0, True)[0], lambda a: -np.sort(-a, 0), note="descending"),
    Case("argsort", lambda m, x: m.argsort(x, 0), lambda a: np.argsort(a, 0), smooth=False),
    Case("msort", lambda m, x: m.msort(x), lambda a: np.sort(a, 0)),
    Case("topk", lambda m, x: m.topk(x, 2)[0], lambda a: -np.sort(-a)[:, :2]),
    Case("topk", lambda m, x: m.topk(x, 1, 0, False)[0], lambda a: np.min(a, 0, keepdims=True), note="smallest"),
    Case("kthvalue", lambda m, x: m.kthvalue(x, 2)[0], lambda a: np.sort(a)[:, 1]),
    Case("kthvalue", lambda m, x: m.kthvalue(x, 1, 0, True)[0], lambda a: np.min(a, 0, keepdims=True), note="keepdim"),
    Case("unique", lambda m, x: m.unique(x > 0), lambda a: np.unique(a > 0), smooth=False, duck=False),
    Case("unique_consecutive", lambda m, x: m.unique_consecutive(m.sort(x > 0)[0]), lambda a: np.tile([False, True], 2), smooth=False, duck=False),
]
DIAGONALS = [
    Case("diagonal", lambda m, x: m.diagonal(x, 1), lambda a: np.diagonal(a, 1)),
    Case("diagonal", lambda m, x: m.diagonal(x, -1, 2, 0), lambda a: np.diagonal(a, -1, 2, 0), ((2, 3, 2),), note="dims"),
    Case("diag", lambda m, x: m.diag(x, -1), lambda a: np.diag(a, -1)),
    Case("diag", lambda m, x: m.diag(x, 1), lambda a: np.diag(a, 1), (V,), duck=False),
    Case("diagflat", lambda m, x: m.diagflat(x), np.diagflat, duck=False),
    Case("diag_embed", lambda m, x: m.diag_embed(x, 1, 0, -1), lambda a: np.stack([np.diag(row, 1) for row in a], 1), duck=False),
    Case("trace", lambda m, x: m.trace(x), np.trace),
    Case("tril", lambda m, x: m.tril(x, -1), lambda a: np.tril(a, -1), ((2, 3, 2),)),
    Case("triu", lambda m, x: m.triu(x, 1), lambda a: np.triu(a, 1)),
    Case("select_scatter", lambda m, x, y: m.select_scatter(x, y, 1, -1), lambda a, b: _with(a, (ALL, -1), b), (M, (2,)), duck=False),
    Case("slice_scatter", lambda m, x, y: m.slice_scatter(x, y, 1, 0, None, 2), lambda a, b: _with(a, (ALL, slice(0, None, 2)), b), (M, (2, 2)), duck=False),
    Case("diagonal_scatter", lambda m, x, y: m.diagonal_scatter(x, y, 1), lambda a, b: _with(a, ([0, 1], [1, 2]), b), (M, (2,)), duck=False),
]
CASES: list[Case] = [*BY_INDEX, *BY_MASK, *BY_RANK, *DIAGONALS]

ELSEWHERE: dict[str, str] = {
    **dict.fromkeys(["tril_indices", "triu_indices", "fill_diagonal_"], "ops/test_diagonals.py"),
    **dict.fromkeys(["as_strided_scatter"], "ops/test_selection.py"),
}
