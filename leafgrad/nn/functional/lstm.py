"""Long short-term memory: a cell, and a layer of them over a sequence.

The steps themselves are in `leafgrad.ops.recurrence`, on arrays: a layer, forward and backward through
time, is one operation. Under `create_graph` its gradients are instead those of the same formula
spelled out in recorded operations (`spelled_out`), and so have derivatives of their own.

Source: Hochreiter and Schmidhuber, "Long short-term memory" (1997).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from leafgrad.autograd import grad
from leafgrad.errors import ShapeError
from leafgrad.joint import record_joint
from leafgrad.nn.functional.linear import linear
from leafgrad.node import Array, Out
from leafgrad.operands import operand
from leafgrad.ops.arithmetic import same
from leafgrad.ops.exponential import sigmoid
from leafgrad.ops.joining import stack
from leafgrad.ops.recurrence import Steps, by_gate, step, step_back, summed_products
from leafgrad.ops.trigonometric import tanh
from leafgrad.recording import like, record
from leafgrad.tensor import Tensor

__all__ = ["lstm_cell"]


def lstm_cell(
    input: Any, hx: Sequence[Any], w_ih: Any, w_hh: Any, b_ih: Any = None, b_hh: Any = None
) -> tuple[Tensor, Tensor]:
    """One step of LSTM: from x (N, I) and the h and c before, each (N, H), to those after.

    `w_ih` has shape (4 H, I), `w_hh` (4 H, H), and the biases (4 H,), for the input, forget, cell and
    output gates in this order. A ShapeError where shapes do not fit, a ValueError where dtypes differ.

    >>> import leafgrad
    >>> h = c = leafgrad.zeros(2, 3)
    >>> h, c = lstm_cell(leafgrad.ones(2, 4), (h, c), leafgrad.ones(12, 4), leafgrad.ones(12, 3))
    >>> h.shape, c.shape
    ((2, 3), (2, 3))
    """
    p, a = _operands("lstm_cell", 2, input, *hx, w_ih, w_hh, b_ih, b_hh)
    gates = _from_inputs(a)
    gates += np.matmul(a.h, by_gate(a.w_hh))
    h, c, squashed = np.empty_like(a.c), np.empty_like(a.c), np.empty_like(a.c)
    step(gates, a.c, h, c, squashed)
    shape, dtype = h.shape, h.dtype

    def slopes(gs: list[Any]) -> Operands:
        g = gs[0] if gs[1] is None else gs[1]
        if isinstance(g, Tensor):
            return spelled_out(cell_in_operations, p, gs)
        dh, dc = (np.zeros(shape, dtype) if g is None else g for g in gs)
        moved = np.empty_like(gates)
        dc = step_back(dh, dc, gates, like(p.c, g), squashed, moved)
        dh = summed_products(moved, like(p.w_hh, g).reshape(4, shape[1], -1))
        return _slopes(p, g, moved, dh, dc, like(p.h, g))

    return record_joint("lstm_cell", (h, c), p, slopes)  # type: ignore[return-value]


def lstm_layer(
    input: Any, h: Any, c: Any, w_ih: Any, w_hh: Any, b_ih: Any = None, b_hh: Any = None
) -> tuple[Tensor, ...]:
    """One layer in one direction over a sequence (T, N, I): the outputs (T, N, H), the last h, the last c."""
    p, a = _operands("lstm", 3, input, h, c, w_ih, w_hh, b_ih, b_hh)
    steps = Steps.forward(_from_inputs(a), a.h, a.c, a.w_hh)
    y = Out(steps.y)

    def slopes(gs: list[Any]) -> Operands:
        g = next(g for g in gs if g is not None)
        if isinstance(g, Tensor):
            return spelled_out(_layer_in_operations, p, gs)
        dy, dh, dc = gs
        moved, dh, dc = steps.backward(dy, dh, dc, like(p.w_hh, g))
        before = np.concatenate((like(p.h, g)[None], like(y, g)[:-1]))
        return _slopes(p, g, moved, dh, dc, before)

    last_h, last_c = (states[-1].copy() for states in (steps.y, steps.c))
    return record_joint("lstm", (y, last_h, last_c), p, slopes)


class Operands(NamedTuple):
    """What goes into a step or a layer: the operands, or their arrays, or their gradients."""

    x: Any
    h: Any
    c: Any
    w_ih: Any
    w_hh: Any
    b_ih: Any
    b_hh: Any


def _operands(op: str, ndim: int, *given: Any) -> tuple[Operands, Operands]:
    """The operands and their arrays, after the checks; a bias may be None."""
    pairs = [(None, None) if x is None else operand(x) for x in given]
    p, a = Operands(*(p for p, _ in pairs)), Operands(*(a for _, a in pairs))
    if a.x.ndim != ndim or a.w_hh.ndim != 2:
        raise ShapeError(
            f"{op}: expected an input of {ndim} dimensions and weights of 2, got shapes {a.x.shape}, {a.w_ih.shape} "
            f"and {a.w_hh.shape}"
        )
    n, inputs = a.x.shape[-2:]
    hidden = a.w_hh.shape[1]
    wanted = Operands(
        a.x.shape, (n, hidden), (n, hidden), (4 * hidden, inputs), (4 * hidden, hidden), (4 * hidden,), (4 * hidden,)
    )
    for name, array, shape in zip(Operands._fields, a, wanted, strict=True):
        if array is not None and array.shape != shape:
            raise ShapeError(
                f"{op}: beside an input of shape {a.x.shape} and hidden size {hidden}, {name} must have shape {shape}, "
                f"got {array.shape}"
            )
        if array is not None and array.dtype != a.w_hh.dtype:
            raise ValueError(f"{op}: {name} is {array.dtype}, but the weights are {a.w_hh.dtype}; convert with .to()")
    if (p.b_ih is None) != (p.b_hh is None):
        raise ValueError(f"{op}: expected two biases, or none, got one")
    if len(a.x) == 0 and ndim == 3:
        raise ShapeError(f"{op}: a sequence must have at least one step, got an input of shape {a.x.shape}")
    return p, a


def _from_inputs(a: Operands) -> Array:
    """The part of the gates that does not wait for h, x W_ihᵀ + b, by one product a gate for all steps."""
    gates = np.matmul(a.x.reshape(-1, a.x.shape[-1]), by_gate(a.w_ih))
    if a.b_ih is not None:
        gates += by_gate(a.b_ih + a.b_hh)
    return gates.reshape(4, *a.x.shape[:-1], a.w_hh.shape[1])


def _slopes(p: Operands, g: Array, moved: Array, dh: Array, dc: Array, before: Array) -> Operands:
    """All gradients, from those of the gates, and the h before each step."""
    x, w_ih = like(p.x, g), like(p.w_ih, g)
    flat = moved.reshape(4, -1, moved.shape[-1])
    dx = None
    if p.x.source is not None:
        dx = summed_products(flat, w_ih.reshape(4, -1, w_ih.shape[1])).reshape(x.shape)
    units = np.swapaxes(flat, 1, 2)
    steps = flat.shape[1]
    dw_ih, dw_hh = (np.matmul(units, a.reshape(steps, -1)).reshape(len(w_ih), -1) for a in (x, before))
    bias = None if p.b_ih is None else np.matmul(np.ones(steps, flat.dtype), flat).reshape(-1)
    return Operands(dx, dh, dc, dw_ih, dw_hh, bias, bias)


# The same in recorded operations


def spelled_out(function: Callable[..., Sequence[Tensor]], p: Operands, gs: Sequence[Any]) -> Operands:
    """The gradients of `function` of the operands, as functions of the operands and of `gs`."""
    g = next(g for g in gs if g is not None)
    tensors = [None if x is None else like(x, g) for x in p]
    # each under a name of its own, for one tensor may be several operands
    named = [t if t is None or not t.requires_grad else record("same", t.data, (t, same)) for t in tensors]
    outputs = function(*named)
    wanted = [t for t in named if t is not None and t.requires_grad]
    used = [(y, g) for y, g in zip(outputs, gs, strict=True) if g is not None]
    ys, weights = zip(*used, strict=True)
    slopes = iter(grad(ys, wanted, weights, create_graph=True, allow_unused=True))
    return Operands(*(next(slopes) if t is not None and t.requires_grad else None for t in named))


def cell_in_operations(
    x: Tensor, h: Tensor, c: Tensor, w_ih: Tensor, w_hh: Tensor, b_ih: Any, b_hh: Any
) -> tuple[Tensor, Tensor]:
    n = c.shape[-1]
    gates = linear(x, w_ih, b_ih) + linear(h, w_hh, b_hh)
    i, f, o = (sigmoid(gates[:, k * n : (k + 1) * n]) for k in (0, 1, 3))
    c = f * c + i * tanh(gates[:, 2 * n : 3 * n])
    return o * tanh(c), c


def _layer_in_operations(x: Tensor, h: Tensor, c: Tensor, *parameters: Any) -> tuple[Tensor, Tensor, Tensor]:
    outputs = []
    for each in x:
        h, c = cell_in_operations(each, h, c, *parameters)
        outputs.append(h)
    return stack(outputs), h, c
