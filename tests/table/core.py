"""Rows of the operations that leafgrad had first: arithmetic to shape."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tests.table.case import BROADCAST, Case, binary, reduction, unary


def _logsumexp(a: np.ndarray, axis: Any = None, keepdims: bool = False) -> Any:
    return np.log(np.sum(np.exp(a), axis=axis, keepdims=keepdims))


def _softmax(a: np.ndarray, axis: int) -> np.ndarray:
    return np.exp(a) / np.exp(a).sum(axis, keepdims=True)


MASK = np.array([[True, False, True], [False, False, True]])

ARITHMETIC = [
    *binary("add", np.add),
    Case("add", lambda m, x, y: m.add(x, y, alpha=2), lambda a, b: a + 2 * b, ((2, 3), (3,)), note="alpha"),
    *binary("sub", np.subtract),
    *binary("mul", np.multiply),
    *binary("div", np.divide, "nonzero"),
    Case("div", lambda m, x: 2 / x, lambda a: 2 / a, domain="nonzero", note="scalar"),
    Case("div", lambda m, x, y: m.div(x, y, rounding_mode="trunc"), lambda a, b: np.trunc(a / b), ((2, 3), (3,)), "nonzero", False, note="trunc"),
    *binary("floor_divide", np.floor_divide, "nonzero", smooth=False, torch=False),
    *binary("remainder", np.remainder, "nonzero"),
    *binary("pow", np.power, "positive"),
    *[Case("pow", lambda m, x, n=n: x**n, lambda a, n=n: a**n, domain="nonzero", note=f"{n}") for n in (0, 1, 2, 3, 4, -1, -2)],
    Case("pow", lambda m, x: x**0.5, lambda a: a**0.5, domain="positive", note="0.5"),
    Case("pow", lambda m, x: 2**x, lambda a: 2**a, note="2**x", torch=False),  # PyTorch rounds log 2 to float32
    *unary("neg", np.negative),
    *unary("positive", np.positive),
    *unary("abs", np.abs),
    *unary("sign", np.sign, smooth=False),
    *unary("sqrt", np.sqrt, "positive"),
    *unary("square", np.square),
    *unary("reciprocal", np.reciprocal, "nonzero"),
    *unary("floor", np.floor, smooth=False),
    *unary("ceil", np.ceil, smooth=False),
    *unary("round", np.round, smooth=False),
]
EXPONENTIAL = [
    *unary("exp", np.exp),
    *unary("expm1", np.expm1),
    *unary("log", np.log, "positive"),
    *unary("log1p", np.log1p, "positive"),
    *unary("sin", np.sin),
    *unary("cos", np.cos),
    *unary("tanh", np.tanh),
    *unary("sigmoid", lambda a: 1 / (1 + np.exp(-a))),
    *unary("erf", np.vectorize(math.erf, otypes=[float])),
]
PRODUCTS = [
    *[
        Case("matmul", lambda m, x, y: m.matmul(x, y), np.matmul, pair)
        for pair in [
            ((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((2, 3), (3, 4)), ((2, 2, 3), (3,)), ((3,), (2, 3, 2)),
            ((2, 2, 3), (3, 2)), ((2, 3), (2, 3, 2)), ((2, 1, 2, 3), (3, 3, 2)), ((1, 2, 3), (4, 3, 2)), ((2, 0), (0, 3)),
        ]
    ],
    Case("matmul", lambda m, x, y: x @ y, np.matmul, ((2, 3), (3, 4)), note="@"),
    Case("dot", lambda m, x, y: m.dot(x, y), np.dot, ((3,), (3,))),
    Case("dot", lambda m, x, y: np.dot(x, y), np.dot, ((2, 3), (3, 2)), torch=False),
    Case("dot", lambda m, x, y: np.dot(x, y), np.dot, ((2, 3), (4, 3, 2)), torch=False),
    Case("outer", lambda m, x, y: m.outer(x, y), np.outer, ((3,), (2,))),
    *[
        Case("einsum", lambda m, *ts, spec=spec: m.einsum(spec, *ts), lambda *arrays, spec=spec: np.einsum(spec, *arrays), shapes, note=spec)
        for spec, shapes in [
            ("ij,jk->ik", ((2, 3), (3, 2))), ("ij,jk", ((2, 3), (3, 2))), ("ij->ji", ((2, 3),)), ("ij->", ((2, 3),)),
            ("ij->j", ((2, 3),)), ("ii->i", ((3, 3),)), ("ii", ((3, 3),)), ("iij->ji", ((2, 2, 3),)), ("i,i->", ((3,), (3,))),
            ("i,j->ij", ((3,), (2,))), ("...ij,...jk->...ik", ((2, 2, 3), (3, 2))), ("...i->...", ((2, 3),)),
            ("b...,b...->...", ((2, 3), (2, 3))), ("ij,jk,kl->il", ((2, 3), (3, 2), (2, 2))), ("bij,bj->bi", ((2, 2, 3), (2, 3))),
            ("ij,ij->ij", ((2, 3), (1, 3))), ("ij,k->i", ((2, 3), (2,))), ("i...i->...", ((2, 3, 2),)),
        ]
    ],
]
REDUCTIONS = [
    *reduction("sum", np.sum),
    *reduction("mean", np.mean),
    *reduction("prod", np.prod, several=False),
    *reduction("amax", np.max, none=False),
    *reduction("amin", np.min, none=False),
    *reduction("var", lambda a, **k: np.var(a, ddof=1, **k)),
    *reduction("std", lambda a, **k: np.std(a, ddof=1, **k)),
    Case("var", lambda m, x: m.var(x, dim=1, correction=0), lambda a: np.var(a, 1), note="correction=0"),
    *reduction("logsumexp", _logsumexp, none=False),
    Case("sum", lambda m, x: m.sum(x), np.sum, ((),)),
    Case("sum", lambda m, x: m.sum(x, 1), lambda a: np.sum(a, 1), ((2, 0),), note="empty"),
    *[
        Case("norm", lambda m, x, p=p: m.norm(x, p, dim=1), lambda a, p=p: np.linalg.norm(a, p, axis=1), note=f"p={p}")
        for p in (1, 2, 3, 2.5, np.inf, -np.inf)
    ],
    Case("norm", lambda m, x: m.norm(x, 0, dim=1), lambda a: np.linalg.norm(a, 0, axis=1), note="p=0", smooth=False),
    Case("norm", lambda m, x: m.norm(x), np.linalg.norm, note="all"),
    Case("norm", lambda m, x: m.norm(x, 2, (0, 1), True), lambda a: np.linalg.norm(a).reshape(1, 1), note="keep"),
    *[Case("cumsum", lambda m, x, d=d: m.cumsum(x, d), lambda a, d=d: np.cumsum(a, d), note=f"dim={d}") for d in (0, -1)],
    *[Case("softmax", lambda m, x, d=d: m.softmax(x, d), lambda a, d=d: _softmax(a, d), note=f"dim={d}") for d in (0, -1)],
    *[
        Case("log_softmax", lambda m, x, d=d: m.log_softmax(x, d), lambda a, d=d: np.log(_softmax(a, d)), note=f"dim={d}")
        for d in (0, -1)
    ],
    *[
        Case(op, lambda m, x, op=op, d=d: getattr(m, op)(x, *d), lambda a, f=f, d=d: f(a, *d), note=f"dim={d}", smooth=False)
        for op, f in [("all", np.all), ("any", np.any), ("argmax", np.argmax), ("argmin", np.argmin)]
        for d in [(), (0,), (-1,)]
    ],
]
SELECTION = [
    *binary("maximum", np.maximum),
    *binary("minimum", np.minimum),
    *[
        Case("where", lambda m, x, y: m.where(x > 0, x, y), lambda a, b: np.where(a > 0, a, b), pair)
        for pair in BROADCAST
    ],
    *[
        Case(op, lambda m, x, op=op: getattr(m, op)(x), f, note="all")
        for op, f in [("max", np.max), ("min", np.min)]
    ],
    *[
        Case(op, lambda m, x, op=op, k=k: getattr(m, op)(x, 1, k)[0], lambda a, f=f, k=k: f(a, 1, keepdims=k), note=f"dim=1,{k}")
        for op, f in [("max", np.max), ("min", np.min)]
        for k in (False, True)
    ],
    Case("max", lambda m, x, y: m.max(x, y), np.maximum, ((2, 3), (3,)), note="two"),
    Case("min", lambda m, x, y: m.min(x, y), np.minimum, ((2, 3), (3,)), note="two"),
    Case("clamp", lambda m, x: m.clamp(x, -0.5, 0.7), lambda a: np.clip(a, -0.5, 0.7), note="both"),
    Case("clamp", lambda m, x: m.clamp(x, min=0.2), lambda a: np.maximum(a, 0.2), note="min"),
    Case("clamp", lambda m, x: m.clamp(x, max=0.2), lambda a: np.minimum(a, 0.2), note="max"),
    Case("clamp", lambda m, x, y, z: m.clamp(x, y, z), lambda a, b, c: np.minimum(np.maximum(a, b), c), ((2, 3), (2, 3), (2, 3)), note="tensors"),
    Case("masked_fill", lambda m, x: m.masked_fill(x, x > 0, 2.0), lambda a: np.where(a > 0, 2.0, a)),
    Case("threshold", lambda m, x: (m.threshold if hasattr(m, "like") else m.nn.functional.threshold)(x, 0.2, 5.0), lambda a: np.where(a > 0.2, a, 5.0)),
    *unary("relu", lambda a: np.maximum(a, 0)),
    Case("leaky_relu", lambda m, x: (m.leaky_relu if hasattr(m, "like") else m.nn.functional.leaky_relu)(x, 0.1), lambda a: np.where(a > 0, a, 0.1 * a)),
]
KEYS: list[Any] = [
    0, -1, slice(1, None), (slice(None), 1), (..., 0), (None, 0), (slice(None), None, slice(0, 2)), (slice(None, None, 2), slice(1, 3)),
    [0, 1, 0], ([0, 1], [1, 2]), (slice(None), [0, 2, 2]), (0, [1, 1]), MASK, (slice(None), [True, False, True]), (..., [0, 0]),
]
INDEXING = [
    *[Case("index", lambda m, x, k=k: x[k], lambda a, k=k: a[k], note=str(k).replace(" ", "")) for k in KEYS],
    Case("index", lambda m, x: x[0, :, [1, 0]], lambda a: a[0][:, [1, 0]], ((2, 3, 2),), note="0,:,list"),
    Case("index", lambda m, x: x[::-1, 1], lambda a: a[::-1, 1], torch=False, note="::-1"),
]
SHAPE = [
    Case("reshape", lambda m, x: m.reshape(x, (3, -1)), lambda a: a.reshape(3, -1)),
    Case("view", lambda m, x: x.view(3, 2), lambda a: a.reshape(3, 2)),
    Case("flatten", lambda m, x: m.flatten(x, 1), lambda a: a.reshape(2, 6), ((2, 3, 2),)),
    Case("ravel", lambda m, x: m.ravel(x), np.ravel),
    Case("permute", lambda m, x: m.permute(x, (2, 0, 1)), lambda a: a.transpose(2, 0, 1), ((2, 3, 4),)),
    Case("transpose", lambda m, x: m.transpose(x, 0, -1), lambda a: a.swapaxes(0, -1), ((2, 3, 4),)),
    Case("t", lambda m, x: m.t(x), np.transpose),
    Case("T", lambda m, x: x.T, np.transpose),
    Case("mT", lambda m, x: x.mT, lambda a: a.swapaxes(-1, -2), ((2, 3, 4),)),
    Case("squeeze", lambda m, x: m.squeeze(x), np.squeeze, ((1, 3, 1),)),
    Case("squeeze", lambda m, x: m.squeeze(x, 0), lambda a: a[0], ((1, 3, 1),), note="dim"),
    Case("unsqueeze", lambda m, x: m.unsqueeze(x, -1), lambda a: a[..., None]),
    Case("expand", lambda m, x: x.expand(4, -1, 3), lambda a: np.broadcast_to(a, (4, 2, 3)), ((2, 1),)),
    Case("broadcast_to", lambda m, x: m.broadcast_to(x, (2, 3)), lambda a: np.broadcast_to(a, (2, 3)), ((3,),)),
    Case("flip", lambda m, x: m.flip(x, (0, -1)), np.flip),
    Case("roll", lambda m, x: m.roll(x, 2), lambda a: np.roll(a, 2)),
    Case("roll", lambda m, x: m.roll(x, (1, -1), (0, 1)), lambda a: np.roll(a, (1, -1), (0, 1)), note="dims"),
    Case("repeat", lambda m, x: x.repeat(2, 1, 2), lambda a: np.tile(a, (2, 1, 2))),
    Case("tile", lambda m, x: m.tile(x, (2,)), lambda a: np.tile(a, 2)),
    Case("tile", lambda m, x: m.tile(x, (2, 1, 1, 2)), lambda a: np.tile(a, (2, 1, 1, 2)), note="new dims"),
]
JOINING = [
    Case("cat", lambda m, x, y: m.cat([x, y], 1), lambda a, b: np.concatenate([a, b], 1), ((2, 3), (2, 1))),
    Case("cat", lambda m, x: m.cat([x, x * 2, x]), lambda a: np.concatenate([a, 2 * a, a]), note="same"),
    Case("stack", lambda m, x, y: m.stack([x, y], -1), lambda a, b: np.stack([a, b], -1), ((2, 3), (2, 3))),
    Case("stack", lambda m, x, y: m.stack([x, y]), lambda a, b: np.stack([a, b]), ((), ())),
    Case("split", lambda m, x: m.split(x, 2, 1)[1] * 2, lambda a: a[:, 2:] * 2),
    Case("split", lambda m, x: m.split(x, [1, 2], 1)[1] * 2, lambda a: a[:, 1:] * 2, note="sections"),
    Case("chunk", lambda m, x: m.chunk(x, 2, 1)[0] * 2, lambda a: a[:, :2] * 2),
    Case("unbind", lambda m, x: m.unbind(x, 1)[2] * 2, lambda a: a[:, 2] * 2),
    Case("pad", lambda m, x: (m.pad if hasattr(m, "like") else m.nn.functional.pad)(x, (1, 2, 0, 1), value=3.0), lambda a: np.pad(a, [(0, 1), (1, 2)], constant_values=3.0), duck=False),
    Case("pad", lambda m, x: (m.pad if hasattr(m, "like") else m.nn.functional.pad)(x, (-1, 1)), lambda a: np.pad(a[:, 1:], [(0, 0), (0, 1)]), note="crop", duck=False),
]
CONVERSION = [
    Case("detach", lambda m, x: m.detach(x) * 2, lambda a: a * 2, smooth=False),
    *[
        Case(f"{op}_like", lambda m, x, op=op, v=v: getattr(m, f"{op}_like")(x, *v), lambda a, f=f, v=v: f(a, *v), smooth=False, duck=False)
        for op, f, v in [("zeros", np.zeros_like, ()), ("ones", np.ones_like, ()), ("full", np.full_like, (7,))]
    ],
    *[
        Case(f"bitwise_{op}", lambda m, x, y, op=op: getattr(m, f"bitwise_{op}")(x > 0, y > 0), lambda a, b, f=f: f(a > 0, b > 0), ((2, 3), (3,)), smooth=False)
        for op, f in [("and", np.bitwise_and), ("or", np.bitwise_or), ("xor", np.bitwise_xor)]
    ],
    Case("bitwise_not", lambda m, x: m.bitwise_not(x > 0), lambda a: ~(a > 0), smooth=False),
    Case("clone", lambda m, x: m.clone(x), np.copy),
    Case("to", lambda m, x: x.to(m.float64) * 2, lambda a: a.astype(np.float64) * 2, duck=False),
    Case("contiguous", lambda m, x: x.T.contiguous(), np.transpose, duck=False),
    *[
        Case(op, lambda m, x, y, op=op: getattr(m, op)(x, y), f, ((2, 3), (3,)), smooth=False)
        for op, f in [
            ("eq", np.equal), ("ne", np.not_equal), ("lt", np.less), ("le", np.less_equal), ("gt", np.greater), ("ge", np.greater_equal),
            ("isclose", np.isclose), ("logical_and", np.logical_and), ("logical_or", np.logical_or), ("logical_xor", np.logical_xor),
        ]
    ],
    *[c for op, f in [("isnan", np.isnan), ("isinf", np.isinf), ("isfinite", np.isfinite), ("logical_not", np.logical_not)] for c in unary(op, f, smooth=False)],
]
CASES: list[Case] = [*ARITHMETIC, *EXPONENTIAL, *PRODUCTS, *REDUCTIONS, *SELECTION, *INDEXING, *SHAPE, *JOINING, *CONVERSION]

#: Operations and methods without a row (in-place twins apart), and where they are tested instead.
ELSEWHERE: dict[str, str] = {
    **dict.fromkeys(["allclose", "equal", "is_floating_point", "numel", "size", "dim", "ndimension", "is_contiguous", "cpu"], "test_tensor.py"),
    **dict.fromkeys(["half", "float", "double", "short", "int", "long", "bool", "type_as"], "test_dtypes.py"),
    **dict.fromkeys(["backward", "retain_grad", "register_hook", "register_post_accumulate_grad_hook"], "test_autograd.py"),
    **dict.fromkeys(["copy_", "fill_", "zero_", "normal_", "uniform_", "detach_"], "test_inplace.py"),
    **dict.fromkeys(["expand_as", "reshape_as", "view_as"], "test_tensor.py"),
    **dict.fromkeys(["empty_like"], "test_creation.py"),
}
