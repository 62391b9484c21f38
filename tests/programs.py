"""Random programs of operations, views and writes, for the property tests of in-place semantics.

A program is a list of steps on a growing list of tensors, the first of which depends on the input.
It runs unchanged on leafgrad and on PyTorch: only names that both have are used.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np

Step = Callable[[Any, list[Any]], None]


VIEWS: list[tuple[str, Callable[[Any], Any]]] = [
    ("[0]", lambda t: t[0]),
    ("[-1]", lambda t: t[-1]),
    ("[1:]", lambda t: t[1:]),
    ("[:2]", lambda t: t[:2]),
    ("[..., 0]", lambda t: t[..., 0]),
    ("[..., 1:]", lambda t: t[..., 1:]),
    ("[None]", lambda t: t[None]),
    (".T", lambda t: t.permute(*range(t.ndim - 1, -1, -1))),
    (".reshape(-1)", lambda t: t.reshape(-1)),
    (".unsqueeze(-1)", lambda t: t.unsqueeze(-1)),
    (".detach()", lambda t: t.detach()),
]
UNARY: list[tuple[str, Callable[[Any], Any]]] = [
    ("sin", lambda t: t.sin()),
    ("square", lambda t: t * t),
    ("times 0.7", lambda t: t * 0.7),
    ("tanh", lambda t: t.tanh()),
    ("exp of minus square", lambda t: (-(t * t)).exp()),
    ("clone", lambda t: t.clone()),
]
WRITES: list[tuple[str, Callable[[Any, Any], Any]]] = [
    ("add_", lambda t, v: t.add_(v)),
    ("mul_", lambda t, v: t.mul_(v)),
    ("sub_", lambda t, v: t.sub_(v)),
    ("copy_", lambda t, v: t.copy_(v)),
    ("[...] =", lambda t, v: t.__setitem__(..., v)),
    ("[0] =", lambda t, v: t.__setitem__(0, v)),
    ("[[0, -1]] =", lambda t, v: t.__setitem__(sorted({0, t.shape[0] - 1}), v)),  # PyTorch sums over repeated ones
]
SELF_WRITES: list[tuple[str, Callable[[Any], Any]]] = [
    ("sin_", lambda t: t.sin_()),
    ("exp_", lambda t: t.exp_()),
    ("tanh_", lambda t: t.tanh_()),
    ("neg_", lambda t: t.neg_()),
    ("zero_", lambda t: t.zero_()),
    ("mul_(0.5)", lambda t: t.mul_(0.5)),
    ("square by itself", lambda t: t.mul_(t)),
    ("clamp_", lambda t: t.clamp_(-0.9, 0.9)),
]


class Program:
    """A random program of `length` steps, drawn from a seed; `text` says what it does."""

    def __init__(self, seed: int, length: int = 7) -> None:
        self.rng = random.Random(seed)
        self.seed = seed
        self.length = length
        self.text: list[str] = []

    def __call__(self, x: Any) -> Any:
        """Run it on `x` and reduce all that it made to one number."""
        rng = random.Random(self.seed)
        self.text = []
        tensors = [self._base(rng, x)]
        for _ in range(self.length):
            self._step(rng, tensors)
        total = (x * 0.1).sum()
        for i, t in enumerate(tensors):
            total = total + (t * (0.3 + 0.1 * i)).sum()
        return total

    def _base(self, rng: random.Random, x: Any) -> Any:
        kind = rng.randrange(4)
        self.text.append(["t0 = x * 1.5", "t0 = (x.T * 1.5).T", "t0 = (x * 1.5)[:, 1:]", "t0 = no gradient"][kind])
        if kind == 3:
            return x.detach() * 1.5
        return [x * 1.5, (x.T * 1.5).T, (x * 1.5)[:, 1:]][kind]

    def _step(self, rng: random.Random, tensors: list[Any]) -> None:
        i = rng.randrange(len(tensors))
        t = tensors[i]
        kind = rng.random()
        if kind < 0.35 and t.ndim and all(t.shape):
            name, function = rng.choice(VIEWS)
            if (name in ("[1:]", "[:2]") and t.shape[0] < 2) or (name == "[..., 1:]" and t.shape[-1] < 2):
                return
            self.text.append(f"t{len(tensors)} = t{i}{name}")
            tensors.append(function(t))
        elif kind < 0.5:
            name, function = rng.choice(UNARY)
            self.text.append(f"t{len(tensors)} = {name} of t{i}")
            tensors.append(function(t))
        elif kind < 0.6:
            self.text.append(f"{(name := rng.choice(SELF_WRITES))[0]} on t{i}")
            name[1](t)
        else:
            j = rng.randrange(len(tensors))
            name, write = rng.choice(WRITES)
            if name.startswith("[") and name != "[...] =" and not t.ndim:
                return
            self.text.append(f"t{i}.{name} t{j}")
            try:
                write(t, tensors[j])
            except (RuntimeError, ValueError, IndexError) as error:
                if not any(word in str(error) for word in ("shape", "size", "expanded", "broadcast", "match")):
                    raise
                self.text[-1] += "  (does not fit)"


def central_differences(function: Callable[[np.ndarray], float], x: np.ndarray, eps: float = 1e-6) -> np.ndarray:
    """The gradient of a function of an array, element by element."""
    slope = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[i] += eps
        down[i] -= eps
        slope[i] = (function(up) - function(down)) / (2 * eps)
    return slope
