"""Rows of the losses, and of the distances that some of them compare."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tests.table.case import Case, Shape


def loss(op: str, numpy: Any, shapes: tuple[Shape, ...] = ((2, 3), (2, 3)), domain: str = "any", targets: Any = (), note: str = "", duck: bool = False, **options: Any) -> list[Case]:
    """Rows of each loss, and of their mean, with constant `targets` behind the operands."""
    rows = []
    for reduction, reduce in [("none", np.asarray), ("mean", np.mean)]:
        call = lambda m, *ts, reduction=reduction: getattr(m.nn.functional, op)(*ts, *map(m.tensor, targets), reduction=reduction, **options)  # noqa: E731
        rows.append(Case(op, call, lambda *arrays, reduce=reduce: reduce(numpy(*arrays)), shapes, domain, note="-".join(filter(None, [note, reduction])), duck=duck))
    return rows


def _softplus(a: np.ndarray) -> np.ndarray:
    return np.logaddexp(0, a)


def _norm(a: np.ndarray) -> np.ndarray:
    return np.sqrt((a * a).sum(-1))


def _cosine(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return (a * b).sum(-1) / (_norm(a) * _norm(b))


def _multi_margin(a: np.ndarray, p: int, margin: float, weight: np.ndarray) -> np.ndarray:
    short = np.maximum(margin - a[[0, 1], CLASSES][:, None] + a, 0) ** p
    short[[0, 1], CLASSES] = 0
    return weight[CLASSES] * short.mean(1)


def _multilabel_margin(a: np.ndarray) -> np.ndarray:
    right = [[2, 0], [1]]
    wrong = [[1, 3], [0, 2, 3]]
    return np.array([sum(max(0, 1 - row[y] + row[i]) for y in r for i in w) / 4 for row, r, w in zip(a, right, wrong, strict=True)])


def _triplet(a: np.ndarray, p: np.ndarray, n: np.ndarray) -> np.ndarray:
    near, far = _norm(a - p + 1e-6), np.minimum(_norm(a - n + 1e-6), _norm(p - n + 1e-6))
    return np.maximum(near - far + 3, 0)


CLASSES = np.array([2, 0])
SIGNS = np.array([[1, -1, 1], [-1, -1, 1]])
W = np.array([0.5, 2.0, 1.5])
LISTED = np.array([[2, 0, -1, 1], [1, -1, 0, 2]])

DISTANCES = [
    Case("pairwise_distance", lambda m, x, y: m.nn.functional.pairwise_distance(x, y), lambda a, b: _norm(a - b + 1e-6), ((2, 3), (3,))),
    Case("pairwise_distance", lambda m, x, y: m.nn.functional.pairwise_distance(x, y, 1, keepdim=True), lambda a, b: np.abs(a - b + 1e-6).sum(-1, keepdims=True), ((2, 3), (2, 3)), note="p=1"),
    Case("cosine_similarity", lambda m, x, y: m.nn.functional.cosine_similarity(x, y, -1), _cosine, ((2, 3), (3,))),
    Case("normalize", lambda m, x: m.nn.functional.normalize(x), lambda a: a / _norm(a)[:, None]),
    Case("normalize", lambda m, x: m.nn.functional.normalize(x, 1, 0), lambda a: a / np.abs(a).sum(0), note="p=1"),
]
LIKELIHOODS = [
    *loss("kl_div", lambda a, b: b * (np.log(b) - a), domain="unit")[:1],
    *loss("kl_div", lambda a, b: np.exp(b) * (b - a), note="log", log_target=True)[:1],
    *loss("poisson_nll_loss", lambda a, b: np.exp(a) - b * a),
    *loss("poisson_nll_loss", lambda a, b: a - b * np.log(a + 1e-8) + np.where(b > 1, b * np.log(b) - b + np.log(2 * math.pi * b) / 2, 0), domain="positive", note="full", log_input=False, full=True),
    *loss("gaussian_nll_loss", lambda a, b, v: (np.log(v) + (a - b) ** 2 / v) / 2, ((2, 3), (2, 3), (2, 3)), "positive"),
    *loss("gaussian_nll_loss", lambda a, b, v: (np.log(2 * math.pi * v[:, None]) + (a - b) ** 2 / v[:, None]) / 2, ((2, 3), (2, 3), (2,)), "positive", note="full", full=True),
]
MARGINS = [
    *loss("soft_margin_loss", lambda a: _softplus(-SIGNS * a), ((2, 3),), targets=[SIGNS]),
    *loss("hinge_embedding_loss", lambda a: np.where(SIGNS == 1, a, np.maximum(0.7 - a, 0)), ((2, 3),), targets=[SIGNS], margin=0.7),
    *loss("margin_ranking_loss", lambda a, b: np.maximum(0.3 - SIGNS * (a - b), 0), targets=[SIGNS], margin=0.3),
    *loss("cosine_embedding_loss", lambda a, b: np.where([True, False], 1 - _cosine(a, b), np.maximum(_cosine(a, b) + 0.9, 0)), targets=[SIGNS[0, :2]], margin=-0.9, domain="positive"),
    *loss("triplet_margin_loss", _triplet, ((2, 3), (2, 3), (2, 3)), margin=3.0, swap=True),
    *loss("triplet_margin_with_distance_loss", _triplet, ((2, 3), (2, 3), (2, 3)), margin=3.0, swap=True),
    *loss("multi_margin_loss", lambda a: _multi_margin(a, 1, 1.0, np.ones(3)), ((2, 3),), targets=[CLASSES]),
    *[
        Case("multi_margin_loss", lambda m, x: m.nn.functional.multi_margin_loss(x, m.tensor(CLASSES), 2, 0.8, m.tensor(W, dtype=x.dtype)), lambda a: _multi_margin(a, 2, 0.8, W).mean(), note="p=2", duck=False)
    ],
    *loss("multilabel_margin_loss", _multilabel_margin, ((2, 4),), targets=[LISTED]),
    *loss("multilabel_soft_margin_loss", lambda a, b: (b * _softplus(-a) + (1 - b) * _softplus(a)).mean(-1)),
]
CASES = [*DISTANCES, *LIKELIHOODS, *MARGINS]

ELSEWHERE: dict[str, str] = {}
