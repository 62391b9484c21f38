"""Rows of the activations and of what makes probabilities of scores."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tests.table.case import Case

SPREAD = 4.0  # beyond all kinks: the inputs reach from -7 to 8


def activation(op: str, numpy: Any, *options: Any, note: str = "", rtol: float = 1e-9, **named: Any) -> list[Case]:
    call = lambda m, x: getattr(m.nn.functional, op)(x * SPREAD, *options, **named)  # noqa: E731
    value = lambda a: numpy(a * SPREAD)  # noqa: E731
    return [Case(op, call, value, (shape,), note=note, rtol=rtol) for shape in [(2, 3), ()]]


def _elu(a: np.ndarray, alpha: float = 1.0, scale: float = 1.0, rate: float = 1.0) -> np.ndarray:
    return scale * np.where(a > 0, a, alpha * np.expm1(np.minimum(a, 0) * rate))


def _logistic(a: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-a))


def _softplus(a: np.ndarray, beta: float = 1.0) -> np.ndarray:
    return np.logaddexp(0, beta * a) / beta


def _softmin(a: np.ndarray, axis: int) -> np.ndarray:
    return np.exp(-a) / np.exp(-a).sum(axis, keepdims=True)


ERF = np.vectorize(math.erf, otypes=[float])

PIECES = [
    *activation("relu6", lambda a: np.clip(a, 0, 6)),
    *activation("hardtanh", lambda a: np.clip(a, -2, 1), -2.0, 1.0),
    *activation("hardsigmoid", lambda a: np.clip(a + 3, 0, 6) / 6, rtol=1e-7),
    *activation("hardswish", lambda a: a * np.clip(a + 3, 0, 6) / 6),
    *activation("hardshrink", lambda a: np.where(np.abs(a) > 2, a, 0), 2.0),
    *activation("softshrink", lambda a: np.sign(a) * np.maximum(np.abs(a) - 2, 0), 2.0),
    *activation("leaky_relu", lambda a: np.maximum(a, 0.2 * a), 0.2, note="F"),
    *activation("rrelu", lambda a: np.maximum(a, 0.2 * a), 0.1, 0.3),
    *activation("threshold", lambda a: np.where(a > 1.5, a, -3), 1.5, -3, note="F"),
    *[
        Case("prelu", lambda m, x, w: m.prelu(x, w), lambda a, w, by=by: np.where(a > 0, a, a * w.reshape(by)), (shape, weight))
        for shape, weight, by in [((2, 3), (3,), (3,)), ((2, 3, 2), (3,), (3, 1)), ((2, 3), (), ()), ((4,), (1,), (1,)), ((), (), ())]
    ],
]
CURVES = [
    *activation("elu", lambda a: _elu(a, 0.7), 0.7),
    *activation("celu", lambda a: _elu(a, 0.7, rate=1 / 0.7), 0.7, rtol=1e-7),
    *activation("selu", lambda a: _elu(a, 1.6732632423543772, 1.0507009873554805)),
    *activation("silu", lambda a: a * _logistic(a)),
    *activation("mish", lambda a: a * np.tanh(_softplus(a))),
    *activation("gelu", lambda a: a * (1 + ERF(a / math.sqrt(2))) / 2),
    *activation("gelu", lambda a: a * (1 + np.tanh(math.sqrt(2 / math.pi) * (a + 0.044715 * a**3))) / 2, approximate="tanh", note="tanh"),
    *activation("softplus", lambda a: _softplus(a, 2.0), 2.0, 40.0),
    *activation("logsigmoid", lambda a: -_softplus(-a)),
    *activation("softsign", lambda a: a / (1 + np.abs(a))),
    *activation("tanhshrink", lambda a: a - np.tanh(a)),
    Case("glu", lambda m, x: m.nn.functional.glu(x, 1), lambda a: a[:, :2] * _logistic(a[:, 2:]), ((2, 4),)),
    Case("softmin", lambda m, x: m.nn.functional.softmin(x, 0), lambda a: _softmin(a, 0)),
]
CASES = [*PIECES, *CURVES]

ELSEWHERE: dict[str, str] = {}
