"""Comparisons, tests and logic: their results are bools or indices and carry no gradient."""

from __future__ import annotations

from typing import Any

import numpy as np

from leafgrad.dims import one_dim, reduced_dims
from leafgrad.errors import EmptyError
from leafgrad.node import Array
from leafgrad.recording import operand, operands
from leafgrad.surface import public
from leafgrad.tensor import Tensor, wrap

__all__ = [
    "all", "allclose", "any", "argmax", "argmin", "bitwise_and", "bitwise_not", "bitwise_or", "bitwise_xor", "eq",
    "equal", "ge", "greater", "greater_equal", "gt", "isclose", "isfinite", "isinf", "isnan", "le", "less",
    "less_equal", "logical_and", "logical_not", "logical_or", "logical_xor", "lt", "ne", "not_equal",
]


def _comparison(name: str, dunder: str, function: Any, sign: str, aliases: tuple[str, ...]) -> Any:
    def compare(input: Any, other: Any) -> Tensor:
        _, _, a, b = operands(input, other)
        return wrap(function(a, b))

    compare.__name__ = compare.__qualname__ = name
    compare.__module__ = __name__
    compare.__doc__ = f"""Where `input {sign} other`, broadcast: a bool tensor, without gradient.

    >>> import leafgrad
    >>> leafgrad.{name}(leafgrad.tensor([1, 2]), 2).tolist()
    {[bool(function(n, 2)) for n in (1, 2)]}
    """
    return public(function, names=(dunder, *aliases), twin=True)(compare)


eq = _comparison("eq", "_equal", np.equal, "==", ())
ne = _comparison("ne", "_different", np.not_equal, "!=", ("not_equal",))
lt = _comparison("lt", "__lt__", np.less, "<", ("less",))
le = _comparison("le", "__le__", np.less_equal, "<=", ("less_equal",))
gt = _comparison("gt", "__gt__", np.greater, ">", ("greater",))
ge = _comparison("ge", "__ge__", np.greater_equal, ">=", ("greater_equal",))
not_equal, less, less_equal, greater, greater_equal = ne, lt, le, gt, ge


def _logic(name: str, operator: str | None, function: Any) -> Any:
    def combine(input: Any, other: Any) -> Tensor:
        _, _, a, b = operands(input, other)
        return wrap(function(a, b))

    combine.__name__ = combine.__qualname__ = name
    combine.__module__ = __name__
    combine.__doc__ = f"""NumPy's `{function.__name__}`, broadcast, without gradient.

    >>> import leafgrad
    >>> leafgrad.{name}(leafgrad.tensor([True, False]), True).tolist()
    {[bool(function(b, True)) for b in (True, False)]}
    """
    return public(function, operator=operator, twin=True)(combine)


logical_and = _logic("logical_and", None, np.logical_and)
logical_or = _logic("logical_or", None, np.logical_or)
logical_xor = _logic("logical_xor", None, np.logical_xor)
bitwise_and = _logic("bitwise_and", "and", np.bitwise_and)
bitwise_or = _logic("bitwise_or", "or", np.bitwise_or)
bitwise_xor = _logic("bitwise_xor", "xor", np.bitwise_xor)


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
bitwise_not = _test(
    "bitwise_not",
    np.invert,
    """The bits of integers turned over, or the opposite of bools, without gradient.

    >>> bitwise_not(Tensor([True, False], dtype=bool)).tolist()
    [False, True]
    """,
    ("__invert__",),
    twin=True,
)


@public(np.all)
def all(input: Any, dim: Any = None, keepdim: bool = False) -> Tensor:
    """Whether every element is nonzero, over all or some dimensions, without gradient.

    >>> all(Tensor([[1.0, 0.0], [1.0, 1.0]]), dim=1).tolist()
    [False, True]
    """
    _, a = operand(input)
    return wrap(np.all(a, axis=reduced_dims("all", dim, a.ndim), keepdims=keepdim))


@public(np.any)
def any(input: Any, dim: Any = None, keepdim: bool = False) -> Tensor:
    """Whether some element is nonzero, over all or some dimensions, without gradient.

    >>> any(Tensor([[1.0, 0.0], [0.0, 0.0]]), dim=1).tolist()
    [True, False]
    """
    _, a = operand(input)
    return wrap(np.any(a, axis=reduced_dims("any", dim, a.ndim), keepdims=keepdim))


@public(np.argmax)
def argmax(input: Any, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """The index of the first largest element, along `dim` or of the flattened tensor.

    >>> argmax(Tensor([[1.0, 3.0], [5.0, 2.0]]), dim=1).tolist()
    [1, 0]
    """
    return _arg("argmax", np.argmax, operand(input)[1], dim, keepdim)


@public(np.argmin)
def argmin(input: Any, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """The index of the first smallest element, along `dim` or of the flattened tensor.

    >>> argmin(Tensor([[1.0, 3.0], [5.0, 2.0]]), dim=1).tolist()
    [0, 1]
    """
    return _arg("argmin", np.argmin, operand(input)[1], dim, keepdim)


def _arg(op: str, function: Any, a: Array, dim: int | None, keepdim: bool) -> Tensor:
    axis = None if dim is None else one_dim(op, dim, a.ndim)
    if (a.size if axis is None else (a.shape or (1,))[axis]) == 0:
        raise EmptyError(f"{op}: no largest or smallest among no elements, in a tensor of shape {a.shape}")
    return wrap(function(a, axis=axis if a.ndim else None, keepdims=keepdim))


@public(np.isclose)
def isclose(input: Any, other: Any, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False) -> Tensor:
    """Where `|input - other| <= atol + rtol |other|`, without gradient.

    >>> isclose(Tensor([1.0, 2.0]), Tensor([1.0, 2.1])).tolist()
    [True, False]
    """
    _, _, a, b = operands(input, other)
    return wrap(np.isclose(a, b, rtol, atol, equal_nan))


@public(np.allclose)
def allclose(input: Any, other: Any, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False) -> bool:
    """Whether `isclose` holds everywhere.

    >>> allclose(Tensor([1.0]), Tensor([1.0 + 1e-7]))
    True
    """
    return bool(isclose(input, other, rtol, atol, equal_nan)._now.array.all())


@public(np.array_equal)
def equal(input: Any, other: Any) -> bool:
    """Whether shapes and all values are equal.

    >>> equal(Tensor([1.0, 2.0]), Tensor([1.0, 2.0]))
    True
    """
    return bool(np.array_equal(operand(input)[1], operand(other)[1]))
