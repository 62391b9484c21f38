"""Reductions, statistics and cumulative functions beside PyTorch: special values, empty sizes, dtypes, errors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.parity.sidebyside import same

inf, nan = np.inf, np.nan
ARRAYS: dict[str, Any] = {
    "matrix": np.linspace(-1.3, 2.0, 12).reshape(4, 3)[[2, 0, 3, 1]],
    "number": np.array(1.7),
    "no rows": np.zeros((0, 3)),
    "ties": np.array([[1.0, 2, 2], [0, 0.5, 0], [3, 1, 3]]),
    "nan": np.array([[1.0, nan, 2], [nan, nan, nan], [4, 1, 3]]),
    "int": np.array([[3, -1, 2], [0, 0, 5]]),
    "uint8": np.array([[200, 100, 3], [0, 0, 5]], np.uint8),
    "bool": np.array([[True, False], [False, False]]),
}
EVERY = pytest.mark.parametrize("name", ARRAYS)


def over(ops: str, *options: str) -> list[str]:
    return [f"m.{op}(x{', ' + option if option else ''})" for op in ops.split() for option in options]


REDUCTIONS = [
    *over("sum mean nansum nanmean amax amin all any", "", "0", "-1, True", "(0, 1)", "dim=()", "dim=None, keepdim=True", "2"),
    *over("count_nonzero", "", "1", "(0, 1)"),
    *over("prod max min argmax argmin median nanmedian", "", "0", "-1, True", "2"),
    *over("mode", "1", "-1, True", "2"),
    *over("logsumexp", "0", "(0, 1), True", "2"),
    *over("aminmax", "", "dim=0", "dim=-1, keepdim=True"),
    *over("sum prod nansum", "dtype=m.float64"),
    *over("var std var_mean std_mean", "", "0", "False", "(0, 1), True, True", "dim=1, correction=0", "dim=0, unbiased=False, keepdim=True"),
    "m.var(x, dim=1, correction=3)",
    "m.argmax(x, None, True)",
]
RUNNING = [
    *over("cumsum cumprod cummax cummin logcumsumexp", "0", "-1"),
    *over("diff", "", "2, 0", "9", "prepend=x", "1, 0, x, x", "-1"),
    *over("trapz cumulative_trapezoid", "", "dx=2.5, dim=0", "x * x", "m.tensor([1., 2., 4.])"),
    *over("gradient", "", "spacing=2, dim=1", "edge_order=2", "spacing=(1, 2)", "edge_order=3", "dim=(0, 0)"),
]
NORMS = [
    *over("norm", "", "2, 0", "1, 0", "0", "inf, -1, True", "-inf", "3, (0, 1)", "-1, 1", "'foo'", "'fro', 2", "2, dtype=m.float64"),
    *over("renorm", "2, 0, 1", "1, -1, 2.5", "inf, 0, 0", "0, 0, 1", "2, 0, -1"),
    *over("dist", "x * 2 + 1", "x + 1, 1", "x - 1, inf"),
]
STATISTICS = [
    *over("cov", "", "correction=0", "aweights=m.tensor([1., 2, .5], dtype=m.float64)", "fweights=m.tensor([1, 2, 0])", "fweights=m.tensor([1, -1, 0])"),
    *over("quantile nanquantile", ".3", ".3, 0", "m.tensor([.1, .5], dtype=x.dtype), -1, True", "1.5", "m.tensor([[.5]], dtype=x.dtype)"),
    *[f"m.quantile(x, .4, 0, interpolation='{how}')" for how in ("lower", "higher", "nearest", "midpoint", "foo")],
    "m.corrcoef(x)",
]
DIFFERENT = {
    ("cumprod", "nan"): "PyTorch divides by the result, so that one NaN spreads to the gradients of all",
    ("renorm", "nan"): "a NaN's norm is not above the limit, but its gradient is NaN here",
    ("trapz", "no rows"): "PyTorch's area of nothing is a constant",
    ("cumulative_trapezoid", "uint8"): "PyTorch adds the neighbours in uint8, which overflows",
}


@EVERY
@pytest.mark.parametrize("code", [*REDUCTIONS, *RUNNING, *NORMS, *STATISTICS])
def test_as_in_pytorch(code: str, name: str) -> None:
    if (code[2 : code.index("(")], name) not in DIFFERENT:
        same(code, ARRAYS[name])


ROWS = np.array([[0.3, 1.0, -2.0], [1.0, 1.0, 0.5], [0.3, 1.0, -2.0]])


@pytest.mark.parametrize("code", over("cdist", *[f"x[:2] * 1.5, {p}" for p in (0, 0.5, 1, 1.5, 2, 3, "inf", -1)], "x[0]", "x[:, :2]") + over("pdist", *[str(p) for p in (0, 1, 2, 3.5, "inf", -1)]))
@pytest.mark.parametrize("array", [ROWS, ROWS[:1], ROWS[:, :0], ROWS.astype(np.float32), ROWS.astype(int)], ids=lambda a: f"{a.dtype}{a.shape}")
def test_distances(code: str, array: np.ndarray) -> None:
    same(code, array)


def test_distances_of_many_rows_and_batches() -> None:
    many = np.sin(np.arange(60 * 4.0)).reshape(2, 30, 4)
    same("m.cdist(x, y)", many, many[:1, :, ::-1] + 0.1)
    same("m.cdist(x, y, compute_mode='donot_use_mm_for_euclid_dist')", many[:, :3], many[0, :4] + 0.1)


COUNTING = [
    *over("histc", "", "3", "5, -1, 2", "4, 2, 1", "0"),
    *over("histogram", "3", "4, range=(0., 2.)", "3, weight=x * x, density=True", "m.tensor([-1., 0, 1, 3], dtype=x.dtype)", "3, range=(2., 1.)"),
    *over("histogramdd", "2", "(2, 3, 2)", "2, density=True", "2, range=(0., 2, 0, 2, -1, 1)"),
    *over("bincount", "", "minlength=4", "minlength=-1"),
    *over("bucketize", *[f"m.tensor({b}), right={r}" for b in ("[0., 1., 2.]", "[0, 1, 2]", "[]", "2.") for r in (True, False)]),
    "m.searchsorted(m.sort(x)[0], x, right=True)",
    "m.searchsorted(m.tensor([0., 1, nan]), x, out_int32=True)",
    "m.searchsorted(x, x, side='foo')",
    "m.searchsorted(x, x, side='left', right=True)",
    "m.searchsorted(x, x, sorter=m.argsort(x))",
    "m.searchsorted(x, 1.5)",
]


@pytest.mark.parametrize("name", ["matrix", "ties", "no rows", "int"])
@pytest.mark.parametrize("code", COUNTING)
def test_counting(code: str, name: str) -> None:
    same(code, ARRAYS[name], grad=False)


@pytest.mark.parametrize("code", ["m.bincount(x)", "m.bincount(x, m.tensor([1., 2, 3]))", "m.bincount(x, x)", "m.bincount(x - 2)", "m.bincount(x, m.tensor([1., 2]))", "m.bincount(x, minlength=-1)", "m.histc(x)"])
def test_counts_of_integers(code: str) -> None:
    same(code, np.array([1, 3, 1]))
