"""Every family of operations beside PyTorch, over inputs that hypothesis draws; see `generated.py`."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("torch")
from tests.parity import generated, generated_families
from tests.parity.generated import Example
from tests.parity.sidebyside import same

FAMILIES = {
    family.__name__: family()
    for family in [
        generated.unary, generated.binary, generated.reductions, generated.indexing, generated.shaping, generated_families.products, generated_families.rows,
        generated_families.orders, generated_families.places, generated_families.windows, generated_families.losses,
    ]
}  # fmt: skip


#: Where PyTorch has no derivative, or one that fails, values are compared; where it has not the dtype, nothing.
NO_DERIVATIVE = "derivative for .* is not implemented|has no derivative|grad_output to have non-zero size|operator, (on|with) a bool tensor|Could this error message be improved|Only zero batch or zero channel"
NO_DTYPE = "not implemented for|does not support automatic differentiation"


def check(family: st.SearchStrategy[Example], examples: int) -> None:
    """The same examples at each run, so that a failure comes back."""

    @settings(max_examples=examples, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(family)
    def agrees(example: Example) -> None:
        with np.errstate(all="ignore"):
            compare(example, grad=example.orders > 0)

    agrees()


def compare(example: Example, grad: bool) -> None:
    try:
        same(example.code, *example.arrays, orders=example.orders, grad=grad)
    except RuntimeError as error:
        if not grad or not re.search(NO_DERIVATIVE, str(error)):
            raise
        compare(example, grad=False)
    except AssertionError as error:
        if not re.search(f"PyTorch raises .*({NO_DTYPE})", str(error)):
            raise


@pytest.mark.parametrize("family", FAMILIES)
def test_generated_inputs(family: str) -> None:
    check(FAMILIES[family], 400)


@pytest.mark.slow
@pytest.mark.parametrize("family", FAMILIES)
def test_many_generated_inputs(family: str) -> None:
    check(FAMILIES[family], 4000)
