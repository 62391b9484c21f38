"""What a tensor is to Python: numbers, truth, length, iteration, formats, operators, as in PyTorch.

Each paragraph is a program on x = [0.3, 0.7, 1.1], which requires grad; what it puts into `r` is compared.
"""

from __future__ import annotations

import pytest

pytest.importorskip("torch")
from tests.parity.sidebyside import same_program

PROGRAMS = """
import copy; k = {'a': x, 'b': x}; z = copy.deepcopy(k); r = [z['a'] is z['b']]

r = [list(x), len(x), [float(v) for v in x]]

r = [x.sum().item(), float(x.sum()), int(x.sum()), bool(x.sum() > 0), x[0].item(), x.tolist(), x[0].tolist()]

try: bool(x); r = ['no']
except RuntimeError: r = ['err']

r = []
for z in (m.tensor([]), m.tensor([0.0]), m.tensor([[1]]), m.tensor(0)):
    try:
        r.append(bool(z))
    except RuntimeError:
        r.append('err')

try: float(x); r = ['no']
except (RuntimeError, TypeError, ValueError): r = ['err']

try: x.item(); r = ['no']
except (RuntimeError, ValueError): r = ['err']

try: len(x.sum()); r = ['no']
except TypeError: r = ['err']

try: list(x.sum()); r = ['no']
except TypeError: r = ['err']

r = [hash(x) == hash(x), len({x, x, x * 1})]

r = [f'{x.sum():.3f}', '%.2f' % x.sum(), f'{m.tensor(3):d}', round(float(x.sum()), 2)]

r = [[10, 20, 30][m.tensor(1)], list(range(m.tensor(3))), 'abc'[m.tensor([2])]]

try: [1, 2][m.tensor(1.0)]; r = ['no']
except TypeError: r = ['err']

r = [(m.tensor(3) + m.tensor(4)).item(), divmod(7, 2)]

r = [-x, +x, abs(x), ~m.tensor([True]), ~m.tensor([1]), x.T.shape == x.shape]

y = x.double()
r = [y is x, x.to(m.float64) is x, x.contiguous() is x, x.reshape(3) is x, x.float().dtype == m.float32]

y = x.T; r = [y]

r = [isinstance(x, m.Tensor), type(x).__name__]

r = [m.ones(2, 3).shape == (2, 3), tuple(m.ones(2, 3).size()), m.ones(2, 3).size(1)]

r = [m.result_type(m.ones(1), m.ones(1, dtype=m.int64)) == m.float32, m.ones(1).dtype == m.float32]

r = [sum(x), max(x).item(), sorted(x.tolist())]

r = [m.tensor([3, 1, 2]).max().item(), m.max(x, 0), m.tensor([1.0, nan]).max(), m.tensor([True, False]).any()]
"""


@pytest.mark.parametrize("text", PROGRAMS.strip().split("\n\n"))
def test_program(text: str) -> None:
    same_program(text)
