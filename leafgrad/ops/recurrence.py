"""The steps of an LSTM, forward and backward through time, on arrays.

    i, f, o = sigmoid(...), sigmoid(...), sigmoid(...)    g = tanh(...)    each of x W_ihᵀ + h W_hhᵀ + b
    c' = f c + i g                                        h' = o tanh(c')

The four gates are the first dimension of arrays (4, N, H), or (4, T, N, H) for a sequence, in the order
i, f, g, o, so that each gate of a step is one piece of memory. What is not sequential is done for all
steps at once: the products with the inputs, and the gradients of all weights.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from leafgrad.node import Array


def by_gate(w: Array) -> Array:
    """Weights (4 H, n) as (4, n, H), to multiply by from the right."""
    return np.swapaxes(w.reshape(4, len(w) // 4, -1), 1, 2)


def step(gates: Array, c: Array, to_h: Array, to_c: Array, to_squashed: Array) -> None:
    """One step: the gates become their activations in place; h', c' and tanh(c') go where they shall."""
    sigmoids = gates[:2], gates[3]
    for z in sigmoids:  # sigmoid(z) = (1 + tanh(z / 2)) / 2, so one tanh serves all four
        z *= 0.5
    np.tanh(gates, out=gates)
    for z in sigmoids:
        z += 1
        z *= 0.5
    i, f, g, o = gates
    np.multiply(f, c, out=to_c)
    to_c += i * g
    np.tanh(to_c, out=to_squashed)
    np.multiply(o, to_squashed, out=to_h)


def step_back(dh: Array, dc: Array, gates: Array, c: Array, squashed: Array, to_gates: Array) -> Array:
    """From the gradients of h' and c', those of the gates, before their activations, and that of c, returned."""
    i, f, g, o = gates
    through = squashed * squashed
    np.subtract(1, through, out=through)
    through *= o
    through *= dh
    dc = dc + through
    np.multiply(dc, g, out=to_gates[0])
    np.multiply(dc, c, out=to_gates[1])
    np.multiply(dc, i, out=to_gates[2])
    np.multiply(dh, squashed, out=to_gates[3])
    slopes = gates * gates
    np.subtract(gates, slopes, out=slopes)
    tangent = np.multiply(g, g, out=slopes[2])
    np.subtract(1, tangent, out=tangent)
    to_gates *= slopes
    dc *= f
    return dc


class Steps(NamedTuple):
    """A sequence of steps, and what its gradient needs."""

    y: Array  # (T, N, H): each step's h'
    gates: Array  # (4, T, N, H), activated
    c: Array  # (T + 1, N, H), the first before all steps
    squashed: Array  # (T, N, H)

    @classmethod
    def forward(cls, gates: Array, h: Array, c: Array, w_hh: Array) -> Steps:
        """All steps from h and c; `gates` holds the part of the inputs and biases."""
        count, (n, width) = gates.shape[1], c.shape
        y, squashed = np.empty((2, count, n, width), gates.dtype)
        cells = np.empty((count + 1, n, width), gates.dtype)
        cells[0] = c
        w = np.ascontiguousarray(by_gate(w_hh))
        for t in range(count):
            now = gates[:, t]
            now += np.matmul(h, w)
            step(now, cells[t], y[t], cells[t + 1], squashed[t])
            h = y[t]
        return cls(y, gates, cells, squashed)

    def backward(self, dy: Array | None, dh: Array | None, dc: Array | None, w_hh: Array) -> tuple[Array, Array, Array]:
        """The gradients of the gates (4, T, N, H), and of the h and c before all steps."""
        count, n, width = self.y.shape
        moved = np.empty_like(self.gates)
        weights = w_hh.reshape(4, width, width)
        dh = np.zeros((n, width), self.y.dtype) if dh is None else dh
        dc = np.zeros((n, width), self.y.dtype) if dc is None else dc
        for t in reversed(range(count)):
            if dy is not None:
                dh = dh + dy[t]
            now = moved[:, t]
            dc = step_back(dh, dc, self.gates[:, t], self.c[t], self.squashed[t], now)
            dh = summed_products(now, weights)
        return moved, dh, dc


def summed_products(gates: Array, w: Array) -> Array:
    """Σ G_k W_k over the four gates, (4, M, H) and (4, H, n): (M, n)."""
    return np.add.reduce(np.matmul(gates, w), axis=0)
