"""A LeNet-like CNN: one training step, forward, backward and SGD.

Two 5×5 convolutions with 6 and 16 channels, each followed by ReLU and a 2×2 max-pool, and two linear
layers (256-120-10), on 64 images of 28×28.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tests.benchmarks.registry import Step, Workload, pytorch_like, register
from tests.benchmarks.transforming import cross_entropy, sgd, transforming

LR = 0.1
N = 64
SHAPES = ((6, 1, 5, 5), (6,), (16, 6, 5, 5), (16,), (120, 256), (120,), (10, 120), (10,))


def start() -> list[Any]:
    """Weights and biases in turn, drawn as PyTorch's layers do."""
    rng = np.random.default_rng(6)
    params = []
    for weight, bias in zip(SHAPES[::2], SHAPES[1::2], strict=True):
        bound = float(np.prod(weight[1:])) ** -0.5
        params += [rng.uniform(-bound, bound, weight), rng.uniform(-bound, bound, bias)]
    return [p.astype(np.float32) for p in params]


def batch() -> tuple[Any, Any]:
    """Images and classes."""
    rng = np.random.default_rng(7)
    return rng.normal(size=(N, 1, 28, 28)).astype(np.float32), rng.integers(0, 10, N)


def with_modules(lib: Any) -> Step:
    """leafgrad and PyTorch."""
    nn = lib.nn
    model = nn.Sequential(
        nn.Conv2d(1, 6, 5),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(256, 120),
        nn.ReLU(),
        nn.Linear(120, 10),
    )
    model.load_state_dict({k: lib.from_numpy(p) for k, p in zip(model.state_dict(), start(), strict=True)})
    optimizer = lib.optim.SGD(model.parameters(), lr=LR)
    x, y = (lib.from_numpy(a) for a in batch())

    def step() -> Sequence[Any]:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        return (loss,)

    return step


class _Convolution:
    """5×5, then 2×2 max-pool, then ReLU, with the batch as the last axis: all its loops are long.

    Pooling first is the same, and leaves a quarter of the work to the ReLU.
    """

    def __init__(self, weight: Any, bias: Any, size: int) -> None:
        self.filters, self.channels = weight.shape[:2]
        self.weight = weight.reshape(self.filters, -1)
        self.bias = bias.reshape(-1, 1)
        self.out = out = size - 4
        k = self.channels * 25
        self.columns = np.empty((self.channels, 5, 5, out, out, N), np.float32)
        self.flat_columns = self.columns.reshape(k, -1)
        self.y = np.empty((self.filters, out, out, N), np.float32)
        self.flat_y = self.y.reshape(self.filters, -1)
        self.dy = np.empty_like(self.y)
        self.flat_dy = self.dy.reshape(self.filters, -1)
        half = (self.filters, out // 2, out // 2, N)
        self.pooled, self.other, self.mask = (
            np.empty(half, np.float32),
            np.empty(half, np.float32),
            np.empty(half, bool),
        )
        self.quarters = [self.y[:, i::2, j::2] for i in (0, 1) for j in (0, 1)]
        self.dquarters = [self.dy[:, i::2, j::2] for i in (0, 1) for j in (0, 1)]
        self.ones = np.ones(out * out * N, np.float32)

    def forward(self, x: Any) -> Any:
        """From (channels, size, size, N) to (filters, out // 2, out // 2, N)."""
        out = self.out
        for i in range(5):
            for j in range(5):
                self.columns[:, i, j] = x[:, i : i + out, j : j + out]
        np.matmul(self.weight, self.flat_columns, out=self.flat_y)
        a, b, c, d = self.quarters
        np.maximum(a, b, out=self.pooled)
        np.maximum(c, d, out=self.other)
        np.maximum(self.pooled, self.other, out=self.pooled)
        # the bias is the same in all of a window: added after the pool, it costs a quarter
        np.add(self.pooled, self.bias[:, :, None, None], out=self.other)
        return np.maximum(self.other, 0, out=self.other)

    def backward(self, g: Any, dx: Any) -> tuple[Any, Any]:
        """The gradients of weight and bias, and that of the input into `dx`, if there is one."""
        np.greater(self.other, 0, out=self.mask)
        g *= self.mask
        for quarter, dquarter in zip(self.quarters, self.dquarters, strict=True):
            np.equal(quarter, self.pooled, out=self.mask)
            np.multiply(g, self.mask, out=dquarter)
        dweight = np.matmul(self.flat_dy, self.flat_columns.T)
        dbias = np.matmul(self.flat_dy, self.ones)
        if dx is not None:
            np.matmul(self.weight.T, self.flat_dy, out=self.flat_columns)
            dx.fill(0)
            out = self.out
            for i in range(5):
                for j in range(5):
                    dx[:, i : i + out, j : j + out] += self.columns[:, i, j]
        return dweight, dbias


def by_hand() -> Step:
    """NumPy, with the batch as the last axis."""
    params = start()
    images, y = batch()
    x = np.ascontiguousarray(images.transpose(1, 2, 3, 0))
    first = _Convolution(params[0], params[1], 28)
    second = _Convolution(params[2], params[3], 12)
    w1, b1, w2, b2 = params[4], params[5].reshape(-1, 1), params[6], params[7].reshape(-1, 1)
    hidden, scores = np.empty((120, N), np.float32), np.empty((10, N), np.float32)
    dfeatures, dhidden, dpooled = (
        np.empty((256, N), np.float32),
        np.empty_like(hidden),
        np.empty((6, 12, 12, N), np.float32),
    )
    columns = np.arange(N)

    def step() -> Sequence[Any]:
        features = second.forward(first.forward(x)).reshape(256, N)
        np.matmul(w1, features, out=hidden)
        np.add(hidden, b1, out=hidden)
        np.maximum(hidden, 0, out=hidden)
        np.matmul(w2, hidden, out=scores)
        np.add(scores, b2, out=scores)
        np.subtract(scores, scores.max(axis=0), out=scores)
        chosen = scores[y, columns].sum()
        np.exp(scores, out=scores)
        total = scores.sum(axis=0)
        loss = (np.log(total).sum() - chosen) / N
        g = np.multiply(scores, LR / N / total, out=scores)  # of the scores, times the learning rate
        g[y, columns] -= np.float32(LR / N)
        np.matmul(w2.T, g, out=dhidden)
        np.multiply(dhidden, hidden > 0, out=dhidden)
        np.matmul(w1.T, dhidden, out=dfeatures)
        gradients = [
            dhidden @ features.T,
            dhidden.sum(axis=1, keepdims=True),
            g @ hidden.T,
            g.sum(axis=1, keepdims=True),
        ]
        conv2 = second.backward(dfeatures.reshape(16, 4, 4, N), dpooled)
        conv1 = first.backward(dpooled, None)
        for p, d in zip(params, (*conv1, *conv2, *gradients), strict=True):
            p -= d.reshape(p.shape)
        return (loss,)

    return step


def as_function(xp: Any, params: list[Any]) -> Any:
    """The loss for JAX: of the three, the one with convolutions of its own that train in reasonable time."""
    import jax

    x, y = batch()
    for weight, bias in zip(params[:4:2], params[1:4:2], strict=True):
        x = jax.lax.conv_general_dilated(x, weight, (1, 1), "VALID") + bias[:, None, None]
        x = xp.maximum(x, 0)
        x = jax.lax.reduce_window(x, -np.inf, jax.lax.max, (1, 1, 2, 2), (1, 1, 2, 2), "VALID")
    x = x.reshape(N, 256)
    x = xp.maximum(x @ params[4].T + params[5], 0)
    return cross_entropy(xp, x @ params[6].T + params[7], np.eye(10, dtype=np.float32)[y])


register(
    Workload(
        "cnn",
        "CNN, 5×5 convolutions 6 and 16, batch 64, SGD",
        {
            **pytorch_like(with_modules),
            "numpy": by_hand,
            "jax": transforming(as_function, start, sgd(LR))["jax"],
        },
        {"torch": 1.3},
        ("nn.Conv2d", "nn.MaxPool2d"),
        tolerance=1e-3,
    )
)
