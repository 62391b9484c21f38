"""Multi-layer perceptrons: one training step, forward, backward and SGD."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np

from tests.benchmarks.registry import Step, Workload, pytorch_like, register
from tests.benchmarks.transforming import cross_entropy, sgd, transforming

LR = 0.1


def start(sizes: Sequence[int]) -> list[Any]:
    """Weights (out, in) and biases (out,) in turn, drawn as `nn.Linear` does."""
    rng = np.random.default_rng(1)
    params = []
    for n, m in pairwise(sizes):
        bound = n**-0.5
        params += [rng.uniform(-bound, bound, (m, n)), rng.uniform(-bound, bound, m)]
    return [p.astype(np.float32) for p in params]


def batch(sizes: Sequence[int], n: int) -> tuple[Any, Any]:
    """Inputs, and as targets classes, or numbers where there is one output."""
    rng = np.random.default_rng(2)
    x = rng.normal(size=(n, sizes[0])).astype(np.float32)
    if sizes[-1] == 1:
        return x, np.sin(x.sum(axis=1, keepdims=True))
    return x, rng.integers(0, sizes[-1], n)


def with_modules(sizes: Sequence[int], n: int, lib: Any) -> Step:
    """leafgrad and PyTorch."""
    nn, classes = lib.nn, sizes[-1] > 1
    layers: list[Any] = []
    for inputs, outputs in pairwise(sizes):
        layers += [nn.Linear(inputs, outputs), nn.ReLU() if classes else nn.Tanh()]
    model = nn.Sequential(*layers[:-1])
    names = list(model.state_dict())
    model.load_state_dict({k: lib.from_numpy(p) for k, p in zip(names, start(sizes), strict=True)})
    optimizer = lib.optim.SGD(model.parameters(), lr=LR)
    loss_of = nn.functional.cross_entropy if classes else nn.functional.mse_loss
    x, y = (lib.from_numpy(a) for a in batch(sizes, n))

    def step() -> Sequence[Any]:
        optimizer.zero_grad()
        loss = loss_of(model(x), y)
        loss.backward()
        optimizer.step()
        return (loss,)

    return step


def by_hand(sizes: Sequence[int], n: int) -> Step:
    """NumPy with every buffer reused: parameters and gradients are one flat array each.

    The learning rate is multiplied into the gradient of the scores, the smallest array that all
    parameters' gradients come from.
    """
    params = start(sizes)
    flat = np.concatenate([p.ravel() for p in params])
    grads = np.empty_like(flat)
    views, slopes = _apart(flat, params), _apart(grads, params)
    weights, biases, dweights, dbiases = views[::2], views[1::2], slopes[::2], slopes[1::2]
    x, y = batch(sizes, n)
    layers = len(weights)
    classes = sizes[-1] > 1
    hidden = [np.empty((n, m), np.float32) for m in sizes[1:]]
    dhidden = [np.empty_like(h) for h in hidden]
    factor = [np.empty_like(h) for h in hidden]
    zeros = [np.zeros_like(h) for h in hidden]
    ones_row = np.ones(n, np.float32)
    ones_column = np.ones((sizes[-1], 1), np.float32)
    rows = np.arange(n) * sizes[-1]

    def scores_to_gradient(z: Any, g: Any) -> float:
        """The loss, with its gradient times the learning rate in `g`; `z` is spent."""
        if not classes:
            np.subtract(z, y, out=g)
            loss = float(np.vdot(g, g)) / n
            np.multiply(g, 2 * LR / n, out=g)
            return loss
        z -= z.max(axis=1, keepdims=True)
        where = rows + y
        chosen = z.ravel()[where]
        np.exp(z, out=g)
        total = g @ ones_column
        loss = float(np.log(total).sum() - chosen.sum()) / n
        g *= np.divide(LR / n, total, dtype=np.float32)
        g.ravel()[where] -= LR / n
        return loss

    def step() -> Sequence[Any]:
        h = x
        for i in range(layers):
            out = np.matmul(h, weights[i].T, out=hidden[i])
            out += biases[i]
            if i < layers - 1:
                if classes:
                    np.maximum(out, zeros[i], out=out)
                else:
                    np.tanh(out, out=out)
            h = out
        g = dhidden[-1]
        loss = scores_to_gradient(h, g)
        for i in range(layers - 1, -1, -1):
            below = hidden[i - 1] if i else x
            np.matmul(g.T, below, out=dweights[i])
            np.matmul(ones_row, g, out=dbiases[i])
            if i:
                g = np.matmul(g, weights[i], out=dhidden[i - 1])
                slope = factor[i - 1]
                if classes:
                    np.greater(below, zeros[i - 1], out=slope)
                else:
                    np.multiply(below, below, out=slope)
                    np.subtract(1, slope, out=slope)
                g *= slope
        np.subtract(flat, grads, out=flat)
        return (loss,)

    return step


def _apart(flat: Any, like: Sequence[Any]) -> list[Any]:
    """Views into a flat array, of the shapes of others."""
    ends = np.cumsum([p.size for p in like])
    return [flat[end - p.size : end].reshape(p.shape) for p, end in zip(like, ends, strict=True)]


def as_function(sizes: Sequence[int], n: int, xp: Any, params: list[Any]) -> Any:
    """The loss for JAX, autograd and MyGrad."""
    x, y = batch_once(tuple(sizes), n)
    last = len(params) // 2 - 1
    for i in range(last + 1):
        x = xp.matmul(x, xp.transpose(params[2 * i])) + params[2 * i + 1]
        if i < last:
            x = xp.maximum(x, 0) if sizes[-1] > 1 else xp.tanh(x)
    return cross_entropy(xp, x, y) if sizes[-1] > 1 else xp.mean((x - y) ** 2)


def batch_once(sizes: tuple[int, ...], n: int) -> tuple[Any, Any]:
    """The batch, classes as rows of zeros and a one; made once."""
    if (sizes, n) not in _batches:
        x, y = batch(sizes, n)
        _batches[sizes, n] = (x, np.eye(sizes[-1], dtype=np.float32)[y]) if sizes[-1] > 1 else (x, y)
    return _batches[sizes, n]


_batches: dict[Any, tuple[Any, Any]] = {}

for name, title, sizes, n, targets in (
    ("mlp", "MLP 784-128-64-10, batch 100, SGD", (784, 128, 64, 10), 100, {"torch": 0.65, "numpy": 1.15}),
    ("mlp64", "MLP 784-64-64-10, batch 64, SGD", (784, 64, 64, 10), 64, {"torch": 0.65, "numpy": 1.15}),
    ("tiny", "MLP 2-16-16-1 tanh, batch 32, SGD", (2, 16, 16, 1), 32, {"torch": 0.2, "numpy": 1.8}),
):
    register(
        Workload(
            name,
            title,
            {
                **pytorch_like(partial(with_modules, sizes, n)),
                "numpy": partial(by_hand, sizes, n),
                **transforming(partial(as_function, sizes, n), partial(start, sizes), sgd(LR)),
            },
            targets,
        )
    )
