"""Leaves: their flags, their `.grad` and what it is no alias of, copies, as in PyTorch.

Each paragraph is a program on x = [0.3, 0.7, 1.1], which requires grad; what it puts into `r` is compared.
"""

from __future__ import annotations

import pytest

pytest.importorskip("torch")
from tests.parity.sidebyside import same_program

PROGRAMS = """
y = m.ones(3, requires_grad=True)
try: m.autograd.grad(x.sum(), [x, y])
except RuntimeError: r = ['err']

y = m.ones(3, requires_grad=True); g = m.autograd.grad(x.sum(), [x, y], allow_unused=True); r = [g[0], g[1]]

y = m.ones(3, requires_grad=True); g = m.autograd.grad(x.sum(), [x, y], materialize_grads=True)
r = [g[0], g[1]]

y = m.ones(3, requires_grad=True)
try: g = m.autograd.grad(x.sum(), [x, y], materialize_grads=True, allow_unused=False)
except ValueError: r = ['err']

w = m.ones(3, requires_grad=True, dtype=m.float64); z = (x * w).sum(); z.backward(inputs=[w])
r = [x.grad, w.grad]

w = m.ones(3, requires_grad=True, dtype=m.float64); z = (x * w).sum(); z.backward(inputs=w)
r = [x.grad, w.grad]

y = (x ** 3).sum(); y.backward(create_graph=True); g = x.grad; r = [g.requires_grad]; x.grad = None
g.sum().backward(); r += [x.grad]

y = (x ** 3).sum(); g, = m.autograd.grad(y, x); r = [g.requires_grad, g.is_leaf, g.grad_fn is None]

@m.no_grad
def f():
    return x * 2
y = f(); r = [y.requires_grad, m.is_grad_enabled()]

d = x.detach(); r = [d.requires_grad, d.is_leaf, d.grad_fn is None]; d.requires_grad_()
(d * 2).sum().backward(); r += [d.grad, x.grad]

x.requires_grad_(False); y = x * 2; r = [y.requires_grad, x.requires_grad]; x.requires_grad = True
r += [x.requires_grad]

y = x * 2
try: y.requires_grad_(False); r = ['no']
except RuntimeError: r = ['err']

y = x * 2; y.requires_grad_(); r = [y.requires_grad, y.is_leaf]

z = m.tensor([1, 2])
try: z.requires_grad_(); r = ['no']
except RuntimeError: r = ['err']

z = m.tensor([1, 2])
try: z.requires_grad = True; r = ['no']
except RuntimeError: r = ['err']

x.grad = m.ones(3, dtype=m.float64); x.sum().backward(); r = [x.grad]

g = m.ones(3, dtype=m.float64); x.grad = g; x.sum().backward(); r = [g]

try: x.grad = m.ones(2, dtype=m.float64); r = ['no']
except RuntimeError: r = ['err']

try: x.grad = m.ones(3); r = ['no']
except RuntimeError: r = ['err']

try: x.grad = 3; r = ['no']
except TypeError: r = ['err']

x.sum().backward(); x.grad.zero_(); x.sum().backward(); r = [x.grad]

w = m.ones(3, dtype=m.float64, requires_grad=True); (x + w).sum().backward(); x.grad.add_(5)
r = [w.grad, x.grad]

w = m.ones(3, dtype=m.float64, requires_grad=True); g = m.ones(3, dtype=m.float64); (x + w).backward(g)
x.grad.add_(5); r = [w.grad, x.grad, g]

g = m.ones(3, dtype=m.float64); x.backward(g); g.add_(5); x.grad.add_(1); r = [g.sum() == 18, x.grad]

w = m.ones(1, 3, dtype=m.float64, requires_grad=True); z = m.ones(3, 1, dtype=m.float64, requires_grad=True)
(w.expand(3, 3) + z).sum().backward(); w.grad.add_(1); r = [w.grad, z.grad]

x.sum().backward(); k = x.grad; x.sum().backward(); r = [k is x.grad, k]

x.sum().backward(); k = x.grad.clone(); x.grad = None; (2 * x).sum().backward(); r = [k, x.grad]

x.mean().backward(); x.grad.mul_(2); r = [x.grad]

import copy; x.sum().backward(); z = copy.deepcopy(x); r = [z, z.requires_grad, z.grad, z.is_leaf]
z.grad.add_(1); r += [x.grad]

import copy; z = copy.copy(x); r = [z.requires_grad, z]

import pickle; z = pickle.loads(pickle.dumps(x)); r = [z, z.requires_grad]

w = m.ones(3, dtype=m.float64, requires_grad=True); opt = m
for i in range(3):
    ((w * x) ** 2).sum().backward()
    with m.no_grad():
        w -= 0.01 * w.grad
        w.grad.zero_()
r = [w]

y = x.clone(); y.requires_grad_(); z = y.sum(); z.backward(); r = [x.grad, y.grad is None]

y = (x * 2).long(); r = [y, y.requires_grad]

y = x * 1; v = y.detach(); v.requires_grad_(); z = (v * v).sum(); z.backward(); r = [x.grad, v.grad]

z = (x * 1).requires_grad_(); z.masked_fill_(x > 0.3, 0.0).cumsum_(0); z.sum().backward(); r = [x.grad, z]

z = x * 2; z.requires_grad_(); z.add_(1); z.sum().backward(); r = [x.grad]

x.sum().backward(); x.requires_grad_(False); r = [x.grad]
"""


@pytest.mark.parametrize("text", PROGRAMS.strip().split("\n\n"))
def test_program(text: str) -> None:
    same_program(text)
