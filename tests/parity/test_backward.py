"""`backward` and `grad` with all their arguments, and what the derivatives are, as in PyTorch.

Each paragraph is a program on x = [0.3, 0.7, 1.1], which requires grad; what it puts into `r` is compared.
"""

from __future__ import annotations

import pytest

pytest.importorskip("torch")
from tests.parity.sidebyside import same_program

PROGRAMS = """
def f():
    return x.sum()
f().backward(); f().backward(); r = [x.grad]

y = x * x; y.sum().backward(); r = []
try: y.sum().backward()
except RuntimeError as e: r = ['err']

y = (x * x).sum(); y.backward(retain_graph=True); y.backward(); r = [x.grad]

y = x * 2; y.backward(m.ones(3, dtype=m.float64)); r = [x.grad]

y = x * 2
try: y.backward()
except RuntimeError: r = ['err']

y = x * 2
try: y.backward(m.ones(2, dtype=m.float64))
except RuntimeError: r = ['err', x.grad]

x.sum().backward(m.tensor(2.0)); r = [x.grad]

z = m.zeros(3)
try: z.sum().backward()
except RuntimeError: r = ['err']

g = m.autograd.grad((x * x).sum(), x); r = [type(g).__name__, g, x.grad]

g = m.autograd.grad((x * x).sum(), [x]); r = [g]

g = m.autograd.grad([(x * x).sum(), x.sum()], [x]); r = [g]

g = m.autograd.grad([x * x, x], [x], [m.ones(3, dtype=m.float64), m.ones(3, dtype=m.float64) * 2]); r = [g]

y = m.ones(3)
try: m.autograd.grad(x.sum(), [x, y], allow_unused=True)
except RuntimeError: r = ['err']

y = x * 2; z = (y * y).sum(); g = m.autograd.grad(z, [y, x]); r = [g]

y = x * 2; z = (y * y).sum(); g = m.autograd.grad(z, y); r = [g, x.grad]

y = x * 2; z = (y * y).sum(); z.backward(inputs=[y]); r = [x.grad, y.grad]

y = x * 2; z = (y * y).sum(); z.backward(inputs=[x]); r = [x.grad]

z = x.sum()
try: z.backward(inputs=[])
except RuntimeError: r = ['err']

y = x.sum(); g = m.autograd.grad(y, y); r = [g]

g = m.autograd.grad(x, x, m.ones(3, dtype=m.float64)); r = [g]

x.backward(m.ones(3, dtype=m.float64)); r = [x.grad]

y = (x ** 3).sum(); g, = m.autograd.grad(y, x, create_graph=True)
h, = m.autograd.grad(g.sum(), x, create_graph=True); k, = m.autograd.grad(h.sum(), x); r = [g, h, k]

g = m.ones(3, dtype=m.float64); (x * 1).backward(g); g.add_(5); r = [x.grad, g]

a0, b0, c0 = x; (a0 * b0 + c0).backward(); r = [x.grad]

y = x * 2
for i in range(5): y = y * x + y
y.sum().backward(); r = [x.grad]

y = x
for i in range(60): y = y + y
y.sum().backward(); r = [x.grad]

m.autograd.backward([x.sum(), (x * x).sum()]); r = [x.grad]

m.autograd.backward([x * 2, x * x], [m.ones(3, dtype=m.float64), m.ones(3, dtype=m.float64)]); r = [x.grad]

try: m.autograd.backward([x * 2, x * x], [m.ones(3, dtype=m.float64)]); r = ['no']
except RuntimeError: r = ['err', x.grad]

m.autograd.backward([x.sum(), (x * x).sum()], [None, m.tensor(2.0, dtype=m.float64)]); r = [x.grad]

y = x.sum(); z = m.tensor(2.0)
try: m.autograd.backward([y, z]); r = ['no']
except RuntimeError: r = ['err', x.grad]

y = (x * x).sum(); y.backward(gradient=m.tensor(3.0, dtype=m.float64), retain_graph=True); r = [x.grad]

y = x * x; w = y.sum(); v = (y * 2).sum(); w.backward(retain_graph=True); v.backward(); r = [x.grad]

y = x * x; w = y.sum(); v = (y * 2).sum(); w.backward()
try: v.backward(); r = ['no', x.grad]
except RuntimeError: r = ['err', x.grad]

y = x * x; g = m.autograd.grad(y.sum(), x)
try: m.autograd.grad(y.sum(), x); r = ['no']
except RuntimeError: r = ['err']

y = x * x; s = y.sum(); g = m.autograd.grad(s, y)
try: m.autograd.grad(y.sum(), x); r = ['ok']
except RuntimeError: r = ['err']

y = x.floor() + x.sign() + x.round() + x.ceil(); y.sum().backward(); r = [x.grad]

s = x.sum(); r = [s.grad_fn is not None, x.grad_fn is None, s.grad_fn.next_functions is not None]

f32 = x.float(); f32.sum().backward(); r = [x.grad, x.grad.dtype == m.float64]

h = x.half(); (h * 2).sum().backward(); r = [x.grad]

o = []; h = m.zeros(3, dtype=m.float64)
for i in range(3): h = (h * 0.5 + x).tanh(); o.append(h)
m.stack(o).sum().backward(); r = [x.grad]

m.autograd.grad(x.sum(), x, grad_outputs=m.tensor(3.0, dtype=m.float64))
r = m.autograd.grad(x.sum(), x, grad_outputs=[m.tensor(3.0, dtype=m.float64)])

r = [m.autograd.grad(x * 2, x, grad_outputs=m.ones_like(x))]

r = [x.grad, x.grad is None]

g = m.autograd.grad((x ** 2).sum(), x, create_graph=True)[0]; pen = (g ** 2).sum(); pen.backward(); r = [x.grad]

y = (x * 2).sum(); y.backward(); r = [y.grad_fn is not None, x.grad]

y = x * 2; z = y.sum(); del y; z.backward(); r = [x.grad]

b = m.tensor([1.0, 2.0], dtype=m.float64); y = m.where(x > 0.4, x, m.zeros_like(x)).sum(); y.backward()
r = [x.grad]

s = 0
for v in x: s = s + v * v
s.backward(); r = [x.grad]
"""


@pytest.mark.parametrize("text", PROGRAMS.strip().split("\n\n"))
def test_program(text: str) -> None:
    same_program(text)
