"""Rows of the reductions, statistics and cumulative functions."""

from __future__ import annotations

import numpy as np

from tests.table.case import Case, reduction


def _logcumsumexp(a: np.ndarray, axis: int) -> np.ndarray:
    return np.logaddexp.accumulate(a, axis)


def _pairwise(a: np.ndarray, b: np.ndarray, p: float) -> np.ndarray:
    return np.linalg.norm(a[..., :, None, :] - b[..., None, :, :], p, axis=-1)


def _pdist(a: np.ndarray, p: float) -> np.ndarray:
    return _pairwise(a, a, p)[np.triu_indices(len(a), 1)]





#: Two zeros in a line, one in another, and one with none.
ZEROS = np.array([[1.0, 0.0, 1.0, 0.0], [1.0, 1.0, 0.0, 1.0], [1.0, 1.0, 1.0, 1.0]])
GRID = np.array([0.0, 1.0, 1.5])

SUMS = [
    *reduction("nansum", np.nansum),
    *reduction("nanmean", np.nanmean),
    Case("count_nonzero", lambda m, x: m.count_nonzero(x > 0, (0, 2)), lambda a: np.count_nonzero(a > 0, (0, 2)), ((2, 3, 2),), smooth=False),
    Case("prod", lambda m, x: m.prod(x * m.tensor(ZEROS, dtype=x.dtype), 1), lambda a: np.prod(a * ZEROS, 1), ((3, 4),), note="zeros", duck=False),
]
EXTREMES = [
    Case("aminmax", lambda m, x: m.aminmax(x)[1] - m.aminmax(x)[0], np.ptp),
    Case("aminmax", lambda m, x: m.aminmax(x, dim=1, keepdim=True)[0], lambda a: a.min(1, keepdims=True), note="dim"),
]
STATISTICS = [
    Case("var_mean", lambda m, x: m.var_mean(x, 1)[0] + m.var_mean(x, 1)[1], lambda a: a.var(1, ddof=1) + a.mean(1)),
    Case("std_mean", lambda m, x: m.std_mean(x, 1)[0] * m.std_mean(x, 1)[1], lambda a: a.std(1, ddof=1) * a.mean(1)),
    Case("cov", lambda m, x: m.cov(x), np.cov, ((2, 4),)),
    Case("cov", lambda m, x, w: m.cov(x, correction=0, aweights=w), lambda a, w: np.cov(a, ddof=0, aweights=w), ((2, 4), (4,)), "positive", note="aweights", duck=False),
    Case("corrcoef", lambda m, x: m.corrcoef(x)[0, 1], lambda a: np.corrcoef(a)[0, 1], ((2, 4),), "unit"),
]
ORDER = [
    *[Case(op, lambda m, x, op=op: getattr(m, op)(x), lambda a: np.sort(a, None)[2], ((2, 3),), note="all", duck=False) for op in ("median", "nanmedian")],
    *[Case(op, lambda m, x, op=op: getattr(m, op)(x, 1)[0], lambda a: np.median(a, 1), ((2, 3),), duck=False) for op in ("median", "nanmedian")],
    Case("mode", lambda m, x: m.mode(x, 1)[0], lambda a: a.min(1), duck=False),
    *[
        Case(op, lambda m, x, op=op, how=how: getattr(m, op)(x, 0.3, 1, interpolation=how), lambda a, f=f, how=how: f(a, 0.3, 1, method=how), ((2, 4),), note=how, duck=False)
        for op, f in [("quantile", np.quantile), ("nanquantile", np.nanquantile)]
        for how in ("linear", "midpoint")
    ],
]
CUMULATIVE = [
    *[Case("cumprod", lambda m, x, d=d: m.cumprod(x, d), lambda a, d=d: np.cumprod(a, d), ((2, 3),), note=f"dim={d}") for d in (0, -1)],
    Case("cumprod", lambda m, x: m.cumprod(x * m.tensor(ZEROS, dtype=x.dtype), 1), lambda a: np.cumprod(a * ZEROS, 1), ((3, 4),), note="zeros", duck=False),
    *[Case("logcumsumexp", lambda m, x, d=d: m.logcumsumexp(x, d), lambda a, d=d: _logcumsumexp(a, d), ((2, 5),), note=f"dim={d}") for d in (0, -1)],
    *[
        Case(op, lambda m, x, op=op, d=d: getattr(m, op)(x, d)[0], lambda a, f=f, d=d: f.accumulate(a, d), ((3, 4),), note=f"dim={d}", duck=False)
        for op, f in [("cummax", np.maximum), ("cummin", np.minimum)]
        for d in (0, -1)
    ],
]
DIFFERENCES = [
    Case("diff", lambda m, x: m.diff(x), np.diff),
    Case("diff", lambda m, x, y: m.diff(x, 2, 0, append=y), lambda a, b: np.diff(a, 2, 0, append=b), ((3, 2), (1, 2)), note="append"),
    Case("trapezoid", lambda m, x: m.trapezoid(x, dx=2), lambda a: np.trapezoid(a, dx=2)),
    Case("trapezoid", lambda m, y, x: m.trapezoid(y, x, dim=0), lambda b, a: np.trapezoid(b, a, axis=0), ((3, 2), (3,)), note="x"),
    Case("trapz", lambda m, x: m.trapz(x), np.trapezoid),
    Case("cumulative_trapezoid", lambda m, x: m.cumulative_trapezoid(x), lambda a: np.cumsum((a[:, 1:] + a[:, :-1]) / 2, 1)),
    Case("gradient", lambda m, x: m.gradient(x, dim=1, spacing=2)[0], lambda a: np.gradient(a, 2, axis=1)),
    Case("gradient", lambda m, x: m.gradient(x, spacing=[m.tensor(GRID, dtype=x.dtype)], edge_order=2)[0], lambda a: np.gradient(a, GRID, edge_order=2), ((3,),), note="grid", duck=False),
]
NORMS = [
    Case("norm", lambda m, x: m.norm(x, -1.5, dim=1), lambda a: np.linalg.norm(a, -1.5, axis=1), note="p=-1.5"),
    Case("norm", lambda m, x: m.norm(x, 0.5, dim=1), lambda a: np.linalg.norm(a, 0.5, axis=1), note="p=0.5"),
    *[Case("dist", lambda m, x, y, p=p: m.dist(x, y, p), lambda a, b, p=p: np.linalg.norm((a - b).ravel(), p), ((2, 3), (3,)), note=f"p={p}") for p in (2, np.inf)],
    Case("renorm", lambda m, x: m.renorm(x, 2, 0, 0.9), lambda a: a * np.minimum(1, 0.9 / (np.linalg.norm(a, axis=1, keepdims=True) + 1e-7))),
    *[Case("cdist", lambda m, x, y, p=p: m.cdist(x, y, p), lambda a, b, p=p: _pairwise(a, b, p), ((3, 2), (4, 2)), note=f"p={p}", duck=False, torch=False) for p in (1.5, 2, np.inf)],
    Case("cdist", lambda m, x, y: m.cdist(x, y, 2, "use_mm_for_euclid_dist"), lambda a, b: _pairwise(a, b, 2), ((2, 1, 3), (2, 4, 3)), note="product", duck=False, torch=False),
    Case("pdist", lambda m, x: m.pdist(x, 2), lambda a: _pdist(a, 2), ((4, 2),), duck=False, torch=False),
]
CASES: list[Case] = [*SUMS, *EXTREMES, *STATISTICS, *ORDER, *CUMULATIVE, *DIFFERENCES, *NORMS]

ELSEWHERE: dict[str, str] = dict.fromkeys(
    ["bincount", "bucketize", "histc", "histogram", "histogramdd", "searchsorted"], "ops/test_reductions.py"
)
