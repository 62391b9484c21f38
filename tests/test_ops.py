"""Every row of the table of ops, without PyTorch: values, gradients of two orders, dtypes, memory, ducks."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import leafgrad
from leafgrad.contributions import Part
from leafgrad.gradcheck import gradcheck, gradgradcheck
from leafgrad.methods import Methods
from leafgrad.surface import OPERATIONS
from leafgrad.tensor import Tensor, wrap
from tests.duck import Duck
from tests.programs import central_differences
from tests.table import CASES, ELSEWHERE, Case

EVERY = pytest.mark.parametrize("case", CASES, ids=str)
SMOOTH = pytest.mark.parametrize("case", [c for c in CASES if c.smooth], ids=str)


def leaves(case: Case, dtype: Any = np.float64) -> list[Tensor]:
    return [leafgrad.tensor(a, requires_grad=True) for a in case.arrays(dtype)]


@EVERY
def test_value_is_numpys(case: Case) -> None:
    arrays = case.arrays()
    result, expected = case.call(leafgrad, *map(leafgrad.tensor, arrays)), case.numpy(*arrays)
    assert isinstance(result.data, np.ndarray)
    assert result.shape == np.shape(expected)
    np.testing.assert_allclose(result.data, expected, rtol=1e-12, atol=1e-12)


@EVERY
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_is_kept(case: Case, dtype: Any) -> None:
    inputs = leaves(case, dtype)
    result = case.call(leafgrad, *inputs)
    if case.op != "to":
        assert result.dtype == dtype or not result.requires_grad
    if result.requires_grad:
        result.sum().backward()
        assert all(x.grad is None or (x.grad.dtype, x.grad.shape) == (dtype, x.shape) for x in inputs)


@SMOOTH
def test_derivatives_are_those_of_central_differences(case: Case) -> None:
    if all(0 in shape for shape in case.shapes):
        pytest.skip("nothing to differentiate")
    call = lambda *inputs: case.call(leafgrad, *inputs)  # noqa: E731
    assert gradcheck(call, tuple(leaves(case)))
    assert gradgradcheck(call, tuple(leaves(case)))


@pytest.mark.parametrize("case", [c for c in CASES if not c.smooth], ids=str)
def test_what_is_not_smooth_has_no_gradient_or_zero(case: Case) -> None:
    inputs = leaves(case)
    result = case.call(leafgrad, *inputs)
    if result.requires_grad and case.op != "remainder":
        result.sum().backward()
        assert not any(x.grad.data.any() for x in inputs if x.grad is not None)


@EVERY
def test_memory_is_shared_only_by_registered_views(case: Case) -> None:
    inputs = leaves(case)
    result = case.call(leafgrad, *inputs)
    if result._view is None and not any(result is x for x in inputs):
        assert not any(np.may_share_memory(result.data, x.data) for x in inputs)
        assert result.data.flags.writeable


@EVERY
@pytest.mark.parametrize("changed", ["an operand", "the result"])
def test_a_change_after_the_fact_is_an_error_or_harmless(case: Case, changed: str) -> None:
    """A program that writes over an operand or the result: its gradient is right, or an error."""

    def program(*inputs: Tensor) -> Tensor:
        operands = [x * 1.5 for x in inputs]
        result = case.call(leafgrad, *operands)
        if changed == "the result":
            result.mul_(0.7)
        else:
            for operand in operands:
                operand.mul_(0.9).sub_(0.01)
        return sum(((t * t).sum() for t in operands), (result * result).sum())

    arrays = case.arrays()
    if (
        changed == "the result"
        and leafgrad.no_grad()(case.call)(leafgrad, *map(leafgrad.tensor, arrays)).dtype.kind != "f"
    ):
        return
    inputs = leaves(case)
    try:
        program(*inputs).backward()
    except RuntimeError as error:
        assert any(word in str(error) for word in ("changed in place", "clone() it"))
        return
    if not case.smooth:
        return
    for i, x in enumerate(inputs):

        def value(a: np.ndarray, i: int = i) -> float:
            with leafgrad.no_grad():
                tensors = [leafgrad.tensor(a if j == i else b) for j, b in enumerate(arrays)]
                return program(*tensors).item()

        assert x.grad is not None
        np.testing.assert_allclose(x.grad.data, central_differences(value, arrays[i]), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("case", [c for c in CASES if c.duck], ids=str)
def test_values_of_ducks(case: Case) -> None:
    arrays = case.arrays()
    result = case.call(leafgrad, *(wrap(Duck(a)) for a in arrays))._now.array
    assert isinstance(result, Duck)
    np.testing.assert_allclose(result.hidden, case.numpy(*arrays), rtol=1e-12, atol=1e-12)


@EVERY
def test_gradient_functions_take_ducks(case: Case) -> None:
    result = case.call(leafgrad, *leaves(case))
    g = np.cos(np.arange(result.numel(), dtype=np.float64)).reshape(result.shape)
    for _, grad_fn in result.dependencies:
        expected, given = grad_fn(g), grad_fn(Duck(g))
        if isinstance(expected, Part):
            expected, given = expected.g, given.g
        assert isinstance(given, Duck)
        np.testing.assert_allclose(given.hidden, expected)


def test_every_operation_and_method_has_a_row() -> None:
    """Under whatever name; an in-place twin has that of the operation it writes."""
    covered = {case.op for case in CASES} | set(ELSEWHERE)
    names = {name: function.__name__ for name, function in vars(Methods).items() if inspect.isfunction(function)}
    attached = {name for name, written in names.items() if not name.startswith("_") and not covered & {name, written}}
    twins = {
        name for name in attached if name.endswith("_") and inspect.unwrap(getattr(Methods, name)).__name__ in covered
    }
    missing = (set(OPERATIONS) | (attached - twins)) - covered
    assert not missing
    assert set(ELSEWHERE) <= set(OPERATIONS) | set(names)


@pytest.mark.parametrize("name, file", ELSEWHERE.items())
def test_what_has_no_row_is_tested_where_the_table_says(name: str, file: str) -> None:
    assert re.search(rf"\b{name}\b", Path(__file__).parent.joinpath(file).read_text())
