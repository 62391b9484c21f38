"""Whether the libraries agree on what they computed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np


def fingerprint(results: Sequence[Any]) -> list[float]:
    """A few numbers of each result that would differ if it did: mean, mean size, and samples."""
    numbers: list[float] = []
    for result in results:
        a = as_array(result).astype(np.float64).ravel()
        at = np.linspace(0, a.size - 1, 7).astype(int)
        numbers += [a[0]] if a.size == 1 else [a.mean(), np.abs(a).mean(), *a[at]]
    return [float(x) for x in numbers]


def as_array(x: Any) -> Any:
    """The array of any library's array, tensor or number."""
    if hasattr(x, "detach"):
        return x.detach().numpy()
    return np.asarray(getattr(x, "data", x) if type(x).__module__.startswith("mygrad") else x)


def disagreement(a: Sequence[float], b: Sequence[float]) -> float:
    """The largest difference of two fingerprints, relative to the numbers' size (at least 1e-2)."""
    if len(a) != len(b):
        return float("inf")
    x, y = np.array(a), np.array(b)
    worst = np.max(np.abs(x - y) / np.maximum(np.maximum(np.abs(x), np.abs(y)), 1e-2))
    return float(worst) if np.isfinite(worst) else float("inf")
