"""A row of the table: how one public operation is called, on what, and what NumPy says the value is.

A case's `call` takes the module (leafgrad, or torch in the parity tests) and its tensors, so the
same row is compared with both libraries. A new operation needs a row here: a test says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Case:
    """One way to call one operation."""

    op: str
    call: Callable[..., Any]
    numpy: Callable[..., Any]
    shapes: tuple[Shape, ...] = ((2, 3),)
    domain: str = "any"
    smooth: bool = True  # has a gradient to check by differences (else it is zero or there is none)
    torch: bool = True  # torch has the same
    rtol: float = 1e-9  # beside torch in float64; more where torch's own constants are of float32
    duck: bool = True  # the value needs nothing but NumPy's protocols
    note: str = ""

    def __str__(self) -> str:
        return "-".join(filter(None, [self.op, self.note, *("x".join(map(str, s)) or "()" for s in self.shapes)]))

    def arrays(self, dtype: Any = np.float64, seed: int = 0) -> list[np.ndarray]:
        """Inputs from the case's domain, well away from kinks and from each other."""
        rng = np.random.default_rng([seed, *self.op.encode()])
        arrays = []
        for shape in self.shapes:
            n = int(np.prod(shape))
            spaced = (rng.permutation(n) - (n - 1) / 2) * (3.0 / max(n, 4)) + 0.11  # distinct, none within 0.03 of 0
            value = {
                "any": spaced,
                "positive": np.abs(spaced) + 0.3,
                "unit": 0.05 + 0.9 * rng.random(n),
                "nonzero": np.where(spaced < 0, spaced - 0.4, spaced + 0.4),
            }[self.domain]
            arrays.append((value + 1e-3 * rng.random(n)).reshape(shape).astype(dtype))
        return arrays


BROADCAST: list[tuple[Shape, Shape]] = [((2, 3), (2, 3)), ((2, 3), (3,)), ((2, 1), (1, 3)), ((), (2, 3)), ((3,), ()), ((2, 0), (1, 1))]


def unary(op: str, numpy: Any, domain: str = "any", smooth: bool = True, **more: Any) -> list[Case]:
    call = lambda m, x: getattr(m, op)(x)  # noqa: E731
    return [Case(op, call, numpy, (shape,), domain, smooth, **more) for shape in [(2, 3), (), (0,)]]


def binary(op: str, numpy: Any, domain: str = "any", smooth: bool = True, **more: Any) -> list[Case]:
    call = lambda m, x, y: getattr(m, op)(x, y)  # noqa: E731
    return [Case(op, call, numpy, pair, domain, smooth, **more) for pair in BROADCAST]


def reduction(op: str, numpy: Any, domain: str = "any", several: bool = True, none: bool = True, **more: Any) -> list[Case]:
    cases = []
    for dim in [*([None] if none else []), 0, -1, *([(0, 2)] if several else [])]:
        for keep in (False, True):
            if dim is None and keep:
                continue
            given = {} if dim is None else {"dim": dim, "keepdim": keep}
            theirs = {} if dim is None else {"axis": dim, "keepdims": keep}
            cases.append(
                Case(
                    op,
                    lambda m, x, given=given: getattr(m, op)(x, **given),
                    lambda a, theirs=theirs: numpy(a, **theirs),
                    ((2, 3, 2),),
                    domain,
                    note=f"dim={dim}{',keep' if keep else ''}".replace(" ", ""),
                    **more,
                )
            )
    return cases
