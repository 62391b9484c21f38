"""An LSTM over 64 time steps, hidden 64, batch 32: one training step, forward, backward and SGD.

Once as a cell in a Python loop, and once as the layer that runs over the whole sequence.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from tests.benchmarks.registry import Maker, Step, Workload, pytorch_like, register
from tests.benchmarks.transforming import sgd, sigmoid, transforming

LR = 0.1
TIME, BATCH, INPUT, HIDDEN = 64, 32, 64, 64


def start() -> list[Any]:
    """weight_ih, weight_hh, bias_ih, bias_hh: PyTorch's layout and bounds, gates i, f, g, o."""
    rng = np.random.default_rng(8)
    shapes = ((4 * HIDDEN, INPUT), (4 * HIDDEN, HIDDEN), (4 * HIDDEN,), (4 * HIDDEN,))
    return [rng.uniform(-(HIDDEN**-0.5), HIDDEN**-0.5, shape).astype(np.float32) for shape in shapes]


def sequence() -> tuple[Any, Any]:
    """Inputs, and targets of the hidden state at each time."""
    rng = np.random.default_rng(9)
    x, y = rng.normal(size=(TIME, BATCH, INPUT)), rng.normal(size=(TIME, BATCH, HIDDEN)) * 0.5
    return x.astype(np.float32), y.astype(np.float32)


def with_modules(unrolled: bool, lib: Any) -> Step:
    """leafgrad and PyTorch."""
    nn = lib.nn
    model = nn.LSTMCell(INPUT, HIDDEN) if unrolled else nn.LSTM(INPUT, HIDDEN)
    model.load_state_dict({k: lib.from_numpy(p) for k, p in zip(model.state_dict(), start(), strict=True)})
    optimizer = lib.optim.SGD(model.parameters(), lr=LR)
    x, y = (lib.from_numpy(a) for a in sequence())

    def run() -> Any:
        if not unrolled:
            return model(x)[0]
        h, c = lib.zeros(BATCH, HIDDEN), lib.zeros(BATCH, HIDDEN)
        outputs = []
        for t in range(TIME):
            h, c = model(x[t], (h, c))
            outputs.append(h)
        return lib.stack(outputs)

    def step() -> Sequence[Any]:
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(run(), y)
        loss.backward()
        optimizer.step()
        return (loss,)

    return step


def by_hand() -> Step:
    """NumPy: the inputs of all times in one product, each time's gates by one tanh, the weights' gradients at the end.

    A sigmoid is a tanh of half its argument, so the rows of the weights that make sigmoids are halved.
    """
    w_ih, w_hh, b_ih, b_hh = start()
    x, target = sequence()
    flat_x = x.reshape(TIME * BATCH, INPUT)
    scale = np.full(4 * HIDDEN, 0.5, np.float32)
    scale[2 * HIDDEN : 3 * HIDDEN] = 1
    shift = 1 - scale
    gates = np.empty((TIME, BATCH, 4 * HIDDEN), np.float32)
    slopes, dgates = np.empty_like(gates), np.empty_like(gates)
    flat_gates, flat_dgates = gates.reshape(TIME * BATCH, -1), dgates.reshape(TIME * BATCH, -1)
    i, f, g, o = (gates[..., k * HIDDEN : (k + 1) * HIDDEN] for k in range(4))
    di, df, dg, do = (dgates[..., k * HIDDEN : (k + 1) * HIDDEN] for k in range(4))
    h, c = np.zeros((TIME + 1, BATCH, HIDDEN), np.float32), np.zeros((TIME + 1, BATCH, HIDDEN), np.float32)
    squashed, tmp, dh, dc = np.empty_like(target), np.empty_like(c[0]), np.empty_like(c[0]), np.empty_like(c[0])
    dout, ones = np.empty_like(target), np.ones(TIME * BATCH, np.float32)
    w_x, w_h = np.empty_like(w_ih), np.empty_like(w_hh)
    recurrent = np.empty((BATCH, 4 * HIDDEN), np.float32)

    def step() -> Sequence[Any]:
        matmul, multiply, add, tanh = np.matmul, np.multiply, np.add, np.tanh
        multiply(w_ih, scale[:, None], out=w_x)
        multiply(w_hh, scale[:, None], out=w_h)
        matmul(flat_x, w_x.T, out=flat_gates)
        add(gates, (b_ih + b_hh) * scale, out=gates)
        for t in range(TIME):
            z = gates[t]
            matmul(h[t], w_h.T, out=recurrent)
            add(z, recurrent, out=z)
            tanh(z, out=z)
            multiply(z, scale, out=z)
            add(z, shift, out=z)
            multiply(f[t], c[t], out=c[t + 1])
            multiply(i[t], g[t], out=tmp)
            add(c[t + 1], tmp, out=c[t + 1])
            tanh(c[t + 1], out=squashed[t])
            multiply(o[t], squashed[t], out=h[t + 1])
        np.subtract(h[1:], target, out=dout)
        loss = float(np.vdot(dout, dout)) / dout.size
        multiply(dout, 2 * LR / dout.size, out=dout)  # times the learning rate
        multiply(gates, gates, out=slopes)
        np.subtract(1, slopes[..., 2 * HIDDEN : 3 * HIDDEN], out=slopes[..., 2 * HIDDEN : 3 * HIDDEN])
        for part in (slice(0, 2 * HIDDEN), slice(3 * HIDDEN, None)):
            np.subtract(gates[..., part], slopes[..., part], out=slopes[..., part])
        dh.fill(0)
        dc.fill(0)
        for t in range(TIME - 1, -1, -1):
            add(dh, dout[t], out=dh)
            multiply(dh, squashed[t], out=do[t])
            multiply(squashed[t], squashed[t], out=tmp)
            np.subtract(1, tmp, out=tmp)
            multiply(tmp, o[t], out=tmp)
            multiply(tmp, dh, out=tmp)
            add(dc, tmp, out=dc)
            multiply(dc, g[t], out=di[t])
            multiply(dc, i[t], out=dg[t])
            multiply(dc, c[t], out=df[t])
            multiply(dgates[t], slopes[t], out=dgates[t])
            matmul(dgates[t], w_hh, out=dh)
            multiply(dc, f[t], out=dc)
        np.subtract(w_ih, flat_dgates.T @ flat_x, out=w_ih)
        np.subtract(w_hh, flat_dgates.T @ h[:-1].reshape(TIME * BATCH, HIDDEN), out=w_hh)
        db = ones @ flat_dgates
        np.subtract(b_ih, db, out=b_ih)
        np.subtract(b_hh, db, out=b_hh)
        return (loss,)

    return step


def as_function(xp: Any, params: list[Any]) -> Any:
    """The loss for autograd and MyGrad, and for JAX with the loop unrolled."""
    w_ih, w_hh, b_ih, b_hh = params
    x, target = _sequence
    h = c = np.zeros((BATCH, HIDDEN), np.float32)
    loss: Any = 0.0
    for t in range(TIME):
        z = xp.matmul(x[t], xp.transpose(w_ih)) + xp.matmul(h, xp.transpose(w_hh)) + b_ih + b_hh
        i, f, g, o = (z[:, k * HIDDEN : (k + 1) * HIDDEN] for k in range(4))
        c = sigmoid(xp, f) * c + sigmoid(xp, i) * xp.tanh(g)
        h = sigmoid(xp, o) * xp.tanh(c)
        loss = loss + xp.mean((h - target[t]) ** 2) / TIME
    return loss


_sequence = sequence()


def _scanned(xp: Any, params: list[Any]) -> Any:
    """The loss for JAX, as its users write a loop over time."""
    import jax

    w_ih, w_hh, b_ih, b_hh = params
    x, target = _sequence

    def cell(state: Any, z: Any) -> Any:
        h, c = state
        i, f, g, o = xp.split(z + h @ w_hh.T, 4, axis=1)
        c = sigmoid(xp, f) * c + sigmoid(xp, i) * xp.tanh(g)
        h = sigmoid(xp, o) * xp.tanh(c)
        return (h, c), h

    zeros = xp.zeros((BATCH, HIDDEN), np.float32)
    _, outputs = jax.lax.scan(cell, (zeros, zeros), xp.asarray(x) @ w_ih.T + b_ih + b_hh)
    return xp.mean((outputs - target) ** 2)


def makers(unrolled: bool) -> dict[str, Maker]:
    """JAX scans in both; autograd and MyGrad have only the loop."""
    others = transforming(as_function, start, sgd(LR)) if unrolled else {}
    jax = transforming(_scanned, start, sgd(LR))["jax"]
    return {**pytorch_like(partial(with_modules, unrolled)), "numpy": by_hand, **others, "jax": jax}


register(
    Workload(
        "lstm-cell",
        "LSTM cell unrolled, 64 steps, hidden 64, batch 32, SGD",
        makers(True),
        {"torch": 0.65},
        ("nn.LSTMCell",),
    )
)
register(Workload("lstm", "nn.LSTM, the same", makers(False), {"torch": 1.5}, ("nn.LSTM",)))
