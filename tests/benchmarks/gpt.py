"""A stack of two GPT blocks, d 128, 4 heads, 64 tokens, batch 16: one training step with Adam.

A block is `x + attention(norm(x))`, then `x + mlp(norm(x))`, with causal attention and GPT-2's GELU (by
tanh). The stack maps given vectors to given vectors; there is no vocabulary.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import pi, sqrt
from typing import Any

import numpy as np

from tests.benchmarks.registry import Step, Workload, pytorch_like, register
from tests.benchmarks.transforming import transforming

BLOCKS, D, HEADS, TOKENS, BATCH = 2, 128, 4, 64, 16
WIDTH = D // HEADS
LR, BETA1, BETA2, EPS = 1e-3, 0.9, 0.999, 1e-8
#: one block's parameters in the order of the modules
SHAPES = ((D,), (D,), (3 * D, D), (3 * D,), (D, D), (D,), (D,), (D,), (4 * D, D), (4 * D,), (D, 4 * D), (D,))


def start() -> list[Any]:
    """norm, qkv, projection, norm, up, down, of each block: weight and bias."""
    rng = np.random.default_rng(10)
    params: list[Any] = []
    for _ in range(BLOCKS):
        for i, shape in enumerate(SHAPES):
            if i in (0, 1, 6, 7):  # layer norm
                params.append(np.full(shape, 1 - i % 2, np.float32))
            else:
                bound = SHAPES[i - i % 2][1] ** -0.5
                params.append(rng.uniform(-bound, bound, shape).astype(np.float32))
    return params


def vectors() -> tuple[Any, Any]:
    """Inputs and targets."""
    rng = np.random.default_rng(11)
    x, y = rng.normal(size=(2, BATCH, TOKENS, D)).astype(np.float32)
    return x, y


def with_modules(lib: Any) -> Step:
    """leafgrad and PyTorch."""
    nn = lib.nn
    F = nn.functional

    class Block(nn.Module):  # type: ignore[misc,name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.norm1, self.qkv, self.projection = nn.LayerNorm(D), nn.Linear(D, 3 * D), nn.Linear(D, D)
            self.norm2, self.up, self.down = nn.LayerNorm(D), nn.Linear(D, 4 * D), nn.Linear(4 * D, D)

        def forward(self, x: Any) -> Any:
            q, k, v = (
                part.view(BATCH, TOKENS, HEADS, WIDTH).transpose(1, 2)
                for part in self.qkv(self.norm1(x)).chunk(3, dim=-1)
            )
            seen = F.scaled_dot_product_attention(q, k, v, is_causal=True)
            x = x + self.projection(seen.transpose(1, 2).reshape(BATCH, TOKENS, D))
            return x + self.down(F.gelu(self.up(self.norm2(x)), approximate="tanh"))

    model = nn.Sequential(*[Block() for _ in range(BLOCKS)])
    model.load_state_dict({k: lib.from_numpy(p) for k, p in zip(model.state_dict(), start(), strict=True)})
    optimizer = lib.optim.Adam(model.parameters(), lr=LR)
    x, y = (lib.from_numpy(a) for a in vectors())

    def step() -> Sequence[Any]:
        optimizer.zero_grad()
        loss = F.mse_loss(model(x), y)
        loss.backward()
        optimizer.step()
        return (loss,)

    return step


N = BATCH * TOKENS


class _Norm:
    """Layer norm over rows of (N, D), means taken by products with a column of ones."""

    def __init__(self, weight: Any, bias: Any, dweight: Any, dbias: Any) -> None:
        self.weight, self.bias, self.dweight, self.dbias = weight, bias, dweight, dbias
        self.normed, self.out, self.tmp = (np.empty((N, D), np.float32) for _ in range(3))
        self.mean = np.full((D, 1), 1 / D, np.float32)
        self.ones = np.ones(N, np.float32)

    def forward(self, x: Any) -> Any:
        np.subtract(x, x @ self.mean, out=self.normed)
        np.multiply(self.normed, self.normed, out=self.tmp)
        self.rate = 1 / np.sqrt(self.tmp @ self.mean + np.float32(1e-5))
        np.multiply(self.normed, self.rate, out=self.normed)
        np.multiply(self.normed, self.weight, out=self.out)
        return np.add(self.out, self.bias, out=self.out)

    def backward(self, g: Any, add_to: Any) -> None:
        np.multiply(g, self.normed, out=self.tmp)
        np.matmul(self.ones, self.tmp, out=self.dweight)
        np.matmul(self.ones, g, out=self.dbias)
        np.multiply(g, self.weight, out=g)
        np.multiply(g, self.normed, out=self.tmp)
        np.subtract(g, g @ self.mean, out=g)
        np.multiply(self.normed, self.tmp @ self.mean, out=self.tmp)
        np.subtract(g, self.tmp, out=g)
        np.multiply(g, self.rate, out=g)
        np.add(add_to, g, out=add_to)


class _Linear:
    """`x Wᵀ + b` on rows, buffers reused."""

    def __init__(self, weight: Any, bias: Any, dweight: Any, dbias: Any) -> None:
        self.weight, self.bias, self.dweight, self.dbias = weight, bias, dweight, dbias
        self.out = np.empty((N, weight.shape[0]), np.float32)
        self.dx = np.empty((N, weight.shape[1]), np.float32)
        self.ones = np.ones(N, np.float32)

    def forward(self, x: Any) -> Any:
        self.x = x
        np.matmul(x, self.weight.T, out=self.out)
        return np.add(self.out, self.bias, out=self.out)

    def backward(self, g: Any) -> Any:
        np.matmul(g.T, self.x, out=self.dweight)
        np.matmul(self.ones, g, out=self.dbias)
        return np.matmul(g, self.weight, out=self.dx)


class _Block:
    """One block; parameters and gradients are views of the two flat arrays."""

    def __init__(self, params: list[Any], grads: list[Any]) -> None:
        parts = [(*params[i : i + 2], *grads[i : i + 2]) for i in range(0, 12, 2)]
        self.norm1, self.qkv, self.projection = _Norm(*parts[0]), _Linear(*parts[1]), _Linear(*parts[2])
        self.norm2, self.up, self.down = _Norm(*parts[3]), _Linear(*parts[4]), _Linear(*parts[5])
        self.weights = np.empty((BATCH, HEADS, TOKENS, TOKENS), np.float32)
        self.dweights, self.product = np.empty_like(self.weights), np.empty_like(self.weights)
        self.future = np.triu(np.full((TOKENS, TOKENS), -np.inf, np.float32), 1)
        self.ones = np.ones((TOKENS, 1), np.float32)
        self.seen, self.dqkv = np.empty((N, D), np.float32), np.empty((N, 3 * D), np.float32)
        self.heads = np.empty((BATCH, HEADS, TOKENS, WIDTH), np.float32)
        self.middle = np.empty((N, D), np.float32)
        self.out = np.empty((N, D), np.float32)
        self.gate, self.bent, self.dup = (np.empty((N, 4 * D), np.float32) for _ in range(3))

    def forward(self, x: Any) -> Any:
        packed = self.qkv.forward(self.norm1.forward(x)).reshape(BATCH, TOKENS, 3, HEADS, WIDTH)
        self.q, self.k, self.v = q, k, v = [
            np.ascontiguousarray(packed[:, :, i].transpose(0, 2, 1, 3)) for i in range(3)
        ]
        q *= np.float32(WIDTH**-0.5)
        w = np.matmul(q, k.swapaxes(2, 3), out=self.weights)
        w += self.future
        w -= w.max(axis=3, keepdims=True)
        np.exp(w, out=w)
        w *= 1 / (w @ self.ones)
        np.matmul(w, v, out=self.heads)
        self.seen.reshape(BATCH, TOKENS, HEADS, WIDTH)[...] = self.heads.transpose(0, 2, 1, 3)
        middle = np.add(x, self.projection.forward(self.seen), out=self.middle)
        up = self.up.forward(self.norm2.forward(middle))
        for i in range(0, N, 128):
            _gelu(up[i : i + 128], self.gate[i : i + 128], self.bent[i : i + 128], self.dup[i : i + 128])
        return np.add(middle, self.down.forward(self.bent), out=self.out)

    def backward(self, g: Any) -> Any:
        dup = self.down.backward(g)
        np.multiply(dup, self.dup, out=dup)  # the slope of the GELU, from forward
        self.norm2.backward(self.up.backward(dup), g)
        dseen = self.projection.backward(g).reshape(BATCH, TOKENS, HEADS, WIDTH).transpose(0, 2, 1, 3)
        self.heads[...] = dseen
        dq, dk, dv = self.dqkv.reshape(BATCH, TOKENS, 3, HEADS, WIDTH).transpose(2, 0, 3, 1, 4)
        w, dw = self.weights, self.dweights
        dv[...] = w.swapaxes(2, 3) @ self.heads
        np.matmul(self.heads, self.v.swapaxes(2, 3), out=dw)
        np.multiply(dw, w, out=self.product)
        np.subtract(dw, self.product @ self.ones, out=dw)
        np.multiply(dw, w, out=dw)
        np.multiply(dw @ self.k, np.float32(WIDTH**-0.5), out=dq)
        dk[...] = dw.swapaxes(2, 3) @ self.q
        self.norm1.backward(self.qkv.backward(self.dqkv), g)
        return g


_K = np.float32(sqrt(2 / pi))
_CUBIC = np.float32(0.044715)


def _gelu(x: Any, gate: Any, out: Any, slope: Any) -> None:
    """`x (1 + tanh(k (x + 0.044715 x³))) / 2` of a block that fits the cache, and its derivative."""
    np.multiply(x, x, out=slope)
    np.multiply(slope, _CUBIC * _K, out=gate)
    gate += _K
    gate *= x
    np.tanh(gate, out=gate)
    # d = (1 + t) / 2 + x (1 - t²) (k + 3 c k x²) / 2
    slope *= 1.5 * _CUBIC * _K
    slope += _K / 2
    slope *= x
    np.multiply(gate, gate, out=out)
    np.subtract(1, out, out=out)
    slope *= out
    gate += 1
    gate *= 0.5
    slope += gate
    np.multiply(x, gate, out=out)


def by_hand() -> Step:
    """NumPy: parameters, gradients and both moments are one flat array each."""
    params = start()
    flat = np.concatenate([p.ravel() for p in params])
    grads, m, v, tmp = (np.zeros_like(flat) for _ in range(4))
    ends = np.cumsum([p.size for p in params])
    views, slopes = (
        [a[end - p.size : end].reshape(p.shape) for p, end in zip(params, ends, strict=True)] for a in (flat, grads)
    )
    blocks = [_Block(views[i : i + 12], slopes[i : i + 12]) for i in range(0, len(params), 12)]
    x, y = (a.reshape(N, D) for a in vectors())
    g = np.empty_like(x)
    steps = 0

    def step() -> Sequence[Any]:
        nonlocal steps
        h = x
        for block in blocks:
            h = block.forward(h)
        np.subtract(h, y, out=g)
        loss = float(np.vdot(g, g)) / g.size
        np.multiply(g, 2 / g.size, out=g)
        for block in reversed(blocks):
            block.backward(g)
        steps += 1
        for i in range(0, flat.size, 16384):
            part = slice(i, i + 16384)
            _adam(flat[part], grads[part], m[part], v[part], tmp[part], steps)
        return (loss,)

    return step


def _adam(p: Any, g: Any, m: Any, v: Any, tmp: Any, steps: int) -> None:
    np.subtract(g, m, out=tmp)
    tmp *= 1 - BETA1
    m += tmp
    np.multiply(g, g, out=g)
    g *= 1 - BETA2
    v *= BETA2
    v += g
    np.sqrt(v, out=tmp)
    tmp *= (1 - BETA2**steps) ** -0.5
    tmp += EPS
    np.divide(m, tmp, out=tmp)
    tmp *= LR / (1 - BETA1**steps)
    p -= tmp


def as_function(xp: Any, params: list[Any]) -> Any:
    """The loss for JAX and autograd."""
    x, y = _vectors
    for i in range(0, len(params), 12):
        w1, b1, wqkv, bqkv, wp, bp, w2, b2, wu, bu, wd, bd = params[i : i + 12]
        packed = xp.matmul(_normed(xp, x) * w1 + b1, xp.transpose(wqkv)) + bqkv
        packed = xp.transpose(xp.reshape(packed, (BATCH, TOKENS, 3, HEADS, WIDTH)), (2, 0, 3, 1, 4))
        q, k, v = packed[0], packed[1], packed[2]
        scores = xp.matmul(q, xp.transpose(k, (0, 1, 3, 2))) * np.float32(WIDTH**-0.5) + _future
        e = xp.exp(scores - xp.max(scores, axis=3, keepdims=True))
        seen = xp.matmul(e / xp.sum(e, axis=3, keepdims=True), v)
        seen = xp.reshape(xp.transpose(seen, (0, 2, 1, 3)), (BATCH, TOKENS, D))
        x = x + xp.matmul(seen, xp.transpose(wp)) + bp
        up = xp.matmul(_normed(xp, x) * w2 + b2, xp.transpose(wu)) + bu
        bent = up * (xp.tanh(up * (up * up * (_CUBIC * _K) + _K)) + 1) * 0.5
        x = x + xp.matmul(bent, xp.transpose(wd)) + bd
    return xp.mean((x - y) ** 2)


def _normed(xp: Any, x: Any) -> Any:
    centred = x - xp.mean(x, axis=-1, keepdims=True)
    return centred / xp.sqrt(xp.mean(centred**2, axis=-1, keepdims=True) + np.float32(1e-5))


def adam(xp: Any, params: list[Any], state: Any, grads: list[Any]) -> Any:
    """Adam, out of place."""
    steps, m, v = state
    steps = steps + 1
    m = [BETA1 * a + (1 - BETA1) * g for a, g in zip(m, grads, strict=True)]
    v = [BETA2 * a + (1 - BETA2) * g * g for a, g in zip(v, grads, strict=True)]
    rate, fade = LR / (1 - BETA1**steps), (1 - BETA2**steps) ** 0.5
    params = [p - rate * a / (xp.sqrt(b) / fade + EPS) for p, a, b in zip(params, m, v, strict=True)]
    return params, (steps, m, v)


def _makers() -> dict[str, Any]:
    zeros = [np.zeros_like(p) for p in start()]
    others = transforming(as_function, start, adam, (0, zeros, zeros))
    return {"jax": others["jax"], "autograd": others["autograd"]}


_vectors = vectors()
_future = np.triu(np.full((TOKENS, TOKENS), -1e9, np.float32), 1)

register(
    Workload(
        "gpt",
        "GPT, 2 blocks, d 128, 4 heads, 64 tokens, batch 16, Adam",
        {**pytorch_like(with_modules), "numpy": by_hand, **_makers()},
        {"torch": 1.25},
        ("nn.LayerNorm", "nn.functional.scaled_dot_product_attention"),
        tolerance=1e-3,
    )
)
