"""Elementwise formulas on large arrays, evaluated a block at a time.

NumPy computes `g * (1 - t * t)` in three passes, each of which writes an array of full size. Beyond
the cache that is slow, and worse, each new large array is fresh memory, which the system hands over
page by page. In blocks, all but the result stays in the cache.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

BLOCK = 32768  # elements


def in_blocks(formula: Callable[..., Any], first: Any, *others: Any) -> Any:
    """`formula(first, *others)`, an elementwise formula of arguments of one shape and dtype.

    >>> a = np.linspace(0, 1, 100_000)
    >>> np.array_equal(in_blocks(lambda x, y: x * (1 - y), a, a), a * (1 - a))
    True
    """
    if first.__class__ is not np.ndarray or first.size <= BLOCK:
        return formula(first, *others)
    if any(x.__class__ is not np.ndarray or x.shape != first.shape for x in others):
        return formula(first, *others)
    flat = [np.ravel(x) for x in (first, *others)]
    out = np.empty_like(flat[0])
    for start in range(0, out.size, BLOCK):
        block = slice(start, start + BLOCK)
        out[block] = formula(*[x[block] for x in flat])
    return np.reshape(out, first.shape)
