"""Comparisons, tests and logic: their results are bools and carry no gradient."""

from __future__ import annotations

from typing import Any

import numpy as np

from leafgrad.node import Array
from leafgrad.operands import NUMBERS, operand, operands, real_operands
from leafgrad.surface import public
from leafgrad.tensor import Tensor, wrap

__all__ = [
    "allclose", "eq", "equal", "ge", "greater", "greater_equal", "gt", "isclose", "isfinite", "isin", "isinf", "isnan",
    "isneginf", "isposinf", "le", "less", "less_equal", "logical_and", "logical_not", "logical_or", "logical_xor", "lt",
    "ne", "not_equal",
]


def _comparison(name: str, dunder: str, function: Any, sign: str, aliases: tuple[str, ...]) -> Any:
    read = real_operands if sign[0] in "<>" else operands

    def compare(input: Any, other: Any) -> Tensor:
        _, _, a, b = read(input, other)
        return wrap(function(a, b))

    compare.__name__ = compare.__qualname__ = name
    compare.__module__ = __name__
    compare.__doc__ = f"""Where `input {sign} other`, broadcast: a bool tensor, without gradient.

    >>> import leafgrad
    >>> leafgrad.{name}(leafgrad.tensor([1, 2]), 2).tolist()
    {[bool(function(n, 2)) for n in (1, 2)]}
    """
    return public(function, names=(dunder, *aliases), twin=True, tensors=1)(compare)


eq = _comparison("eq", "_equal", np.equal, "==", ())
ne = _comparison("ne", "_different", np.not_equal, "!=", ("not_equal",))
lt = _comparison("lt", "__lt__", np.less, "<", ("less",))
le = _comparison("le", "__le__", np.less_equal, "<=", ("less_equal",))
gt = _comparison("gt", "__gt__", np.greater, ">", ("greater",))
ge = _comparison("ge", "__ge__", np.greater_equal, ">=", ("greater_equal",))
not_equal, less, less_equal, greater, greater_equal = ne, lt, le, gt, ge


@public(function=False, method="__contains__")
def contains(input: Tensor, element: Any) -> bool:
    """Whether some element equals this one, or some part the tensor, broadcast.

    >>> 2 in Tensor([1.0, 2.0])
    True
    """
    return bool(np.any(eq(input, element).data))


def _logic(name: str, function: Any) -> Any:
    def combine(input: Any, other: Any) -> Tensor:
        _, _, a, b = operands(input, other)
        return wrap(function(a, b))

    combine.__name__ = combine.__qualname__ = name
    combine.__module__ = __name__
    combine.__doc__ = f"""NumPy's `{name}` of what is zero or not, broadcast, without gradient.

    >>> import leafgrad
    >>> leafgrad.{name}(leafgrad.tensor([True, False]), leafgrad.tensor(True)).tolist()
    {[bool(function(b, True)) for b in (True, False)]}
    """
    return public(function, twin=True, tensors=2)(combine)


logical_and = _logic("logical_and", np.logical_and)
logical_or = _logic("logical_or", np.logical_or)
logical_xor = _logic("logical_xor", np.logical_xor)


def _test(name: str, function: Any, doc: str, names: tuple[str, ...] = (), twin: bool = False) -> Any:
    def test(input: Any) -> Tensor:
        return wrap(function(operand(input)[1]))

    test.__name__ = test.__qualname__ = name
    test.__module__ = __name__
    test.__doc__ = doc
    return public(function, names=names, twin=twin)(test)


isnan = _test(
    "isnan",
    np.isnan,
    """Where the value is not a number, without gradient.

    >>> isnan(Tensor([1.0, float("nan")])).tolist()
    [False, True]
    """,
)
isinf = _test(
    "isinf",
    np.isinf,
    """Where the value is infinite, without gradient.

    >>> isinf(Tensor([1.0, float("-inf")])).tolist()
    [False, True]
    """,
)
isfinite = _test(
    "isfinite",
    np.isfinite,
    """Where the value is neither infinite nor NaN, without gradient.

    >>> isfinite(Tensor([1.0, float("inf")])).tolist()
    [True, False]
    """,
)
logical_not = _test(
    "logical_not",
    np.logical_not,
    """Where the value is zero or False, without gradient.

    >>> logical_not(Tensor([1.0, 0.0])).tolist()
    [False, True]
    """,
    twin=True,
)


@public(np.isposinf)
def isposinf(input: Any) -> Tensor:
    """Where the value is plus infinity, without gradient. A RuntimeError for complex numbers.

    >>> isposinf(Tensor([1.0, float("inf"), float("-inf")])).tolist()
    [False, True, False]
    """
    return wrap(_ordered("isposinf", input) == np.inf)


@public(np.isneginf)
def isneginf(input: Any) -> Tensor:
    """Where the value is minus infinity, without gradient. A RuntimeError for complex numbers.

    >>> isneginf(Tensor([1.0, float("inf"), float("-inf")])).tolist()
    [False, False, True]
    """
    return wrap(_ordered("isneginf", input) == -np.inf)


def _ordered(op: str, input: Any) -> Array:
    _, a = operand(input)
    if a.dtype.kind == "c":
        raise RuntimeError(f"{op}: complex numbers have no order, got {a.dtype}; use .real or .imag")
    return a


@public(method=False)
def isin(elements: Any, test_elements: Any, *, assume_unique: bool = False, invert: bool = False) -> Tensor:
    """Where an element is one of `test_elements` (or, inverted, is not); either may be a number.

    `assume_unique` changes nothing here. It carries no gradient. A RuntimeError for bools.

    >>> isin(Tensor([1, 2, 3], dtype=int), Tensor([2, 3], dtype=int)).tolist()
    [False, True, True]
    """
    if isinstance(elements, NUMBERS) and isinstance(test_elements, NUMBERS):
        raise TypeError("isin: elements and test_elements are both numbers; one must be a tensor")
    a, b = operand(elements, real=True)[1], operand(test_elements, real=True)[1]
    if "b" in (a.dtype.kind, b.dtype.kind):
        raise RuntimeError("isin: is not defined for bools; call .int() first")
    return wrap(np.isin(a, b, invert=invert))


@public(tensors=2)
def isclose(input: Any, other: Any, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False) -> Tensor:
    """Where `|input - other| <= atol + rtol |other|`, without gradient.

    A RuntimeError where the dtypes differ, for negative tolerances, and for `equal_nan` of integers.

    >>> isclose(Tensor([1.0, 2.0]), Tensor([1.0, 2.1])).tolist()
    [True, False]
    """
    a, b = operand(input)[1], operand(other)[1]
    if a.dtype != b.dtype:
        raise RuntimeError(f"isclose: both must be of one dtype, got {a.dtype} and {b.dtype}; convert one with .to()")
    if rtol < 0 or atol < 0:
        raise RuntimeError(f"isclose: tolerances cannot be negative, got rtol={rtol} and atol={atol}")
    return close(input, other, rtol, atol, equal_nan)


def close(input: Any, other: Any, rtol: float, atol: float, equal_nan: bool) -> Tensor:
    """`isclose` of whatever can be promoted to one dtype."""
    _, _, a, b = operands(input, other)
    return wrap(np.isclose(a, b, rtol, atol, equal_nan))


@public()
def allclose(input: Any, other: Any, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False) -> bool:
    """Whether `isclose` holds everywhere; its errors.

    >>> allclose(Tensor([1.0]), Tensor([1.0 + 1e-7]))
    True
    """
    return bool(np.all(isclose(input, other, rtol, atol, equal_nan)._now.array))


@public(np.array_equal)
def equal(input: Any, other: Any) -> bool:
    """Whether shapes and all values are equal.

    >>> equal(Tensor([1.0, 2.0]), Tensor([1.0, 2.0]))
    True
    """
    return bool(np.array_equal(operand(input)[1], operand(other)[1]))
