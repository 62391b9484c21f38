"""Hooks, retained gradients, and grad modes, as in PyTorch.

Each paragraph is a program on x = [0.3, 0.7, 1.1], which requires grad; what it puts into `r` is compared.
"""

from __future__ import annotations

import pytest

pytest.importorskip("torch")
from tests.parity.sidebyside import same_program

PROGRAMS = """
r = []; h = x.register_hook(lambda g: r.append(g.clone())); (x * x).sum().backward(); (x * 3).sum().backward()
r.append(x.grad); h.remove(); x.sum().backward(); r.append(len(r))

h = x.register_hook(lambda g: g * 2); (x * x).sum().backward(); r = [x.grad]

r = []; x.register_hook(lambda g: r.append(1)); x.register_hook(lambda g: g * 2)
x.register_hook(lambda g: r.append(g.clone())); x.sum().backward(); r.append(x.grad)

r = []; y = x * 2; y.register_hook(lambda g: r.append(g.clone()) or g * 10); y.sum().backward()
r.append(x.grad)

r = []; y = x * 2; y.retain_grad(); y.register_hook(lambda g: g * 10); y.sum().backward(); r = [y.grad, x.grad]

r = []; y = x * 2; y.register_hook(lambda g: g * 10); y.retain_grad(); y.sum().backward(); r = [y.grad, x.grad]

y = x * 2; y.retain_grad(); y.retain_grad(); r = [y.retains_grad, x.retains_grad]; y.sum().backward()
r += [y.grad]

x.retain_grad(); x.sum().backward(); r = [x.grad, x.retains_grad]

z = m.ones(3)
try: z.retain_grad()
except RuntimeError: r = ['err']

z = m.ones(3)
try: z.register_hook(lambda g: g)
except RuntimeError: r = ['err']

y = x * 2; y.retain_grad(); (y * y).sum().backward(retain_graph=True); r = [y.grad.clone()]
(y * y).sum().backward(); r += [y.grad, x.grad]

r = []; y = x * 2; y.register_hook(lambda g: r.append('old')); y.mul_(3)
y.register_hook(lambda g: r.append('new')); y.sum().backward(); r.append(x.grad)

r = []; y = x * 2; y.retain_grad(); y.mul_(3); y.sum().backward(); r = [y.grad, x.grad, y.retains_grad]

r = []; y = x * 2; y.register_hook(lambda g: g * 10); z = y * 1; y.mul_(3); (y + z).sum().backward()
r = [x.grad]

r = []; x.register_hook(lambda g: r.append(g.clone()) or g * 5); g = m.autograd.grad((x * x).sum(), x)
r.append(g)

r = []; y = x * 2; y.register_hook(lambda g: g * 5); g = m.autograd.grad((y * y).sum(), [y]); r.append(g)

r = []; y = x * 2; y.retain_grad(); g = m.autograd.grad((y * y).sum(), [x]); r = [g, y.grad]

r = []; y = x * 2; y.retain_grad(); g = m.autograd.grad((y * y).sum(), [y]); r = [g, y.grad]

y = x * 2; y.retain_grad(); (y * y).sum().backward(inputs=[x]); r = [x.grad, y.grad]

def h(g):
    raise KeyError('boom')
hh = x.register_hook(h); r = []
try: (x * x).sum().backward()
except KeyError: r.append('k')
hh.remove(); r.append(x.grad); (x * x).sum().backward(); r.append(x.grad)

r = []; x.register_post_accumulate_grad_hook(lambda t: r.append(t.grad.clone())); (x * x).sum().backward()
x.sum().backward(); r.append(x.grad)

r = []; h = x.register_post_accumulate_grad_hook(lambda t: setattr(t, 'grad', None)); (x * x).sum().backward()
r = [x.grad]

r = []
def hk(g):
    r.append(m.is_grad_enabled())
x.register_hook(hk); (x * x).sum().backward(); m.autograd.grad((x * x).sum(), x, create_graph=True)

r = []
def hk(g):
    r.append(g.requires_grad)
    return g * x
x.register_hook(hk); g, = m.autograd.grad((x * x * x).sum(), x, create_graph=True); r.append(g)
r.append(m.autograd.grad(g.sum(), x))

with x.register_hook(lambda g: g * 7): x.sum().backward()
x.sum().backward(); r = [x.grad]

h = x.register_hook(lambda g: g[:1])
try: x.sum().backward(); r = ['no']
except RuntimeError: r = ['err', x.grad]

h = x.register_hook(lambda g: 3)
try: x.sum().backward(); r = ['no']
except (RuntimeError, TypeError): r = ['err', x.grad]

h = x.register_hook(lambda g: None); x.sum().backward(); r = [x.grad]

h = x.register_hook(lambda g: g.mul_(2)); (x * x).sum().backward(); r = [x.grad]

def hk(g):
    g.mul_(2)
h = x.register_hook(hk); (x * 3).sum().backward(); r = ['inplace-in-hook']

with m.no_grad(): y = x * 2; r = [y.requires_grad, y.is_leaf]

@m.no_grad()
def f():
    return x * 2
y = f(); r = [y.requires_grad, m.is_grad_enabled(), f.__name__]

@m.no_grad()
def gen():
    y = x * 2
    yield y.requires_grad
    yield m.is_grad_enabled()
r = []
for v in gen(): r += [v, m.is_grad_enabled()]

@m.enable_grad()
def gen():
    yield m.is_grad_enabled()
    yield m.is_grad_enabled()
with m.no_grad():
    r = []
    for v in gen():
        r += [v, m.is_grad_enabled()]

with m.no_grad():
    with m.enable_grad():
        y = x * 2
    z = x * 2
w = x * 2; r = [y.requires_grad, z.requires_grad, w.requires_grad]

try:
    with m.no_grad():
        raise ValueError
except ValueError: pass
r = [m.is_grad_enabled()]

with m.set_grad_enabled(False): y = x * 2
z = x * 2; m.set_grad_enabled(False); w = x * 2; m.set_grad_enabled(True)
r = [y.requires_grad, z.requires_grad, w.requires_grad]

m.set_grad_enabled(False); r = [m.is_grad_enabled()]; m.set_grad_enabled(True); r += [m.is_grad_enabled()]

@m.set_grad_enabled(False)
def f():
    return m.is_grad_enabled()
r = [m.is_grad_enabled(), f(), m.is_grad_enabled()]

with m.inference_mode(): y = x * 2; r = [y.requires_grad, m.is_grad_enabled()]

with m.inference_mode(False): y = x * 2; r = [y.requires_grad]

@m.inference_mode()
def f():
    return x * 2
r = [f().requires_grad]

with m.autograd.no_grad(): r = [(x * 2).requires_grad]

@m.no_grad()
def f(k):
    return m.is_grad_enabled() if k == 0 else f(k - 1)
r = [f(3), m.is_grad_enabled()]

r = []
with m.no_grad():
    t = __import__('threading').Thread(target=lambda: r.append(m.is_grad_enabled()))
    t.start()
    t.join()

with m.no_grad(): w = m.ones(2, requires_grad=True); v = m.zeros(2).requires_grad_()
r = [w.requires_grad, w.is_leaf, v.requires_grad]; (w * v).sum().backward(); r += [w.grad]

with m.no_grad(): x * 2; y = x.clone(); y.requires_grad_()
r = [y.requires_grad]

y = x * 1; y.retain_grad(); y.sum().backward(); y.grad.add_(5); r = [x.grad, y.grad]

y = x.view(3, 1); y.retain_grad(); y.sum().backward(); y.grad.add_(5); r = [x.grad, y.grad]

def hk(g):
    w = m.ones(2, requires_grad=True)
    (w * 3).sum().backward()
    r.append(w.grad)
r = []; y = x * 2; y.register_hook(hk); y.sum().backward(); r.append(x.grad)

a1 = x.detach().requires_grad_()
def ck(g):
    with m.enable_grad():
        z = (a1 * a1).sum()
    z.backward()
    r.append(a1.grad.clone())
r = []; y = x * 2; y.register_hook(ck); (y * y).sum().backward(); r.append(x.grad)

with m.autograd.detect_anomaly():
    z = m.tensor(0.0, requires_grad=True)
    try:
        (z.sqrt() * 0).backward()
        r = ['no']
    except RuntimeError:
        r = ['err']

with m.autograd.set_detect_anomaly(True): y = (x * 2).sum()
y.backward(); r = [x.grad]

y = x * 2; y.retain_grad(); z = y.view(3, 1); y.mul_(2); (z * z).sum().backward(); r = [x.grad]

y = x * 2; v = y[0]; v.retain_grad(); y.mul_(2); v.sum().backward(); r = [x.grad, v.grad]

y = x * 2; v = y[:2]; v.register_hook(lambda g: r.append(g.clone())); r = []; y.mul_(2)
(v * v).sum().backward(); r += [x.grad]
"""


@pytest.mark.parametrize("text", PROGRAMS.strip().split("\n\n"))
def test_program(text: str) -> None:
    same_program(text)
