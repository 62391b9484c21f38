"""How a tensor is shown: PyTorch's look, digit for digit.

Numbers of one tensor share a format. Floats show four digits after the point; only whole numbers
`1.`; very large, very small or very unequal ones an exponent. More than 1,000 elements are
summarised by the first and last three along each dimension.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np

from leafgrad.dtypes import get_default_dtype
from leafgrad.node import Array
from leafgrad.tensor import Tensor

__all__ = ["set_printoptions"]

PROFILES: dict[str, dict[str, Any]] = {
    "default": {"precision": 4, "threshold": 1000, "edgeitems": 3, "linewidth": 80},
    "short": {"precision": 2, "threshold": 1000, "edgeitems": 2, "linewidth": 80},
    "full": {"precision": 4, "threshold": math.inf, "edgeitems": 3, "linewidth": 80},
}
PREFIX = "tensor("

style = SimpleNamespace(**PROFILES["default"], sci_mode=None)


def set_printoptions(
    precision: int | None = None,
    threshold: float | None = None,
    edgeitems: int | None = None,
    linewidth: int | None = None,
    profile: str | None = None,
    sci_mode: bool | None = None,
) -> None:
    """Set how tensors are shown: digits after the point; the elements from which, and how, to summarise; the width.

    A `profile`, "default", "short" or "full", sets all four first. `sci_mode` says whether floats have an
    exponent; with None, which is also what each call without it sets, the numbers decide.

    >>> set_printoptions(precision=2)
    >>> Tensor([1 / 3])
    tensor([0.33])
    >>> set_printoptions(profile="default")
    """
    given = {"precision": precision, "threshold": threshold, "edgeitems": edgeitems, "linewidth": linewidth}
    if profile is not None and profile.lower() not in PROFILES:
        raise ValueError(f"set_printoptions: profile must be one of {', '.join(PROFILES)}, got {profile!r}")
    chosen = {} if profile is None else PROFILES[profile.lower()]
    vars(style).update(chosen, **{name: n for name, n in given.items() if n is not None}, sci_mode=sci_mode)


def represent(tensor: Tensor) -> str:
    """The values, then what is out of the ordinary: the dtype, the op that made it or its wish for
    a gradient, the size where there are no elements.

    >>> represent(Tensor([[1.5, -2.0], [0.25, 10.0]], requires_grad=True))
    'tensor([[ 1.5000, -2.0000],\\n        [ 0.2500, 10.0000]], requires_grad=True)'
    """
    text = PREFIX + _body(tensor.data, len(PREFIX))
    last_line = len(text) - text.rfind("\n") + 1
    for suffix in _suffixes(tensor):
        if last_line + len(suffix) + 2 > style.linewidth:
            text += ",\n" + " " * len(PREFIX) + suffix
            last_line = len(PREFIX) + len(suffix)
        else:
            text += ", " + suffix
            last_line += len(suffix) + 2
    return text + ")"


def _suffixes(tensor: Tensor) -> list[str]:
    suffixes = []
    array, dtype, default = tensor.data, tensor.dtype, get_default_dtype()
    inferred = [default, np.result_type(default, np.complex64), np.dtype(np.int64), np.dtype(np.bool_)]
    if array.size == 0:
        if array.ndim != 1:
            suffixes.append(f"size={array.shape}")
        inferred = [default]
    if dtype not in inferred:
        suffixes.append(f"dtype={dtype}")
    try:
        node = tensor.grad_fn
        if node is not None:
            suffixes.append(f"grad_fn=<{node.op}>")
        elif tensor.requires_grad:
            suffixes.append("requires_grad=True")
    except RuntimeError:  # a view without history of a base that has been given one
        suffixes.append("grad_fn=<Invalid>")
    return suffixes


def _body(array: Array, indent: int) -> str:
    if array.size == 0:
        return "[]"
    summarise = array.size > style.threshold
    shown = _edges(array) if summarise else array
    if array.dtype.kind == "c":
        form, width = _complex_form(shown)
    else:
        form, width = _form(shown)
    return _nested(array, indent, summarise, form, width + 2)


def _edges(array: Array) -> Array:
    """The elements that a summary shows."""
    for axis, n in enumerate(array.shape):
        if n > 2 * style.edgeitems:
            array = np.take(array, [*range(style.edgeitems), *range(n - style.edgeitems, n)], axis)
    return array


def _form(array: Array) -> tuple[Callable[[Any], str], int]:
    """How one element is written, and the width to which all are aligned."""
    if array.dtype.kind != "f":
        width = max(len(str(value)) for value in array.ravel().tolist())
        return lambda value: f"{value!s:>{width}}", width
    ordinary = array[np.isfinite(array) & (array != 0)]
    text = _text_of_floats(ordinary)
    # zeros and what is not finite do not widen the column, in PyTorch either
    width = max((len(text(value)) for value in ordinary.tolist()), default=1)
    return lambda value: text(value).rjust(width), width


def _text_of_floats(ordinary: Array) -> Callable[[float], str]:
    """The text of one float, in the format that suits these finite ones other than zero."""
    sizes = np.abs(ordinary).astype(np.float64)
    if sizes.size and (_unequal(sizes) if style.sci_mode is None else style.sci_mode):
        return lambda value: f"{value:.{style.precision}e}"
    if np.all(sizes == np.ceil(sizes)):
        return lambda value: f"{value:.0f}." if math.isfinite(value) else f"{value:.0f}"
    return lambda value: f"{value:.{style.precision}f}"


def _unequal(sizes: Array) -> bool:
    return bool(sizes.max() / sizes.min() > 1000 or sizes.max() > 1e8 or sizes.min() < 1e-4)


def value_format(array: Array) -> Callable[[Any], str]:
    """How one element of the array is written.

    >>> value_format(np.array([0.5, 10.0]))(0.5)
    ' 0.5000'
    """
    return (_complex_form(array) if array.dtype.kind == "c" else _form(array))[0]


def _complex_form(array: Array) -> tuple[Callable[[Any], str], int]:
    real, real_width = _form(array.real)
    imag, imag_width = _form(array.imag)

    def form(value: complex) -> str:
        second = imag(value.imag).lstrip() + "j"
        return real(value.real) + (second if second[0] in "+-" else "+" + second)

    return form, real_width + imag_width + 1


def _nested(array: Array, indent: int, summarise: bool, form: Callable[[Any], str], advance: int) -> str:
    if array.ndim == 0:
        return form(array.item())
    cut = summarise and len(array) > 2 * style.edgeitems
    if array.ndim == 1:
        values = [*array[:style.edgeitems].tolist(), *array[-style.edgeitems:].tolist()] if cut else array.tolist()
        cells = [form(value) for value in values]
        if cut:
            cells.insert(style.edgeitems, " ...")
        per_line = max(1, (style.linewidth - indent) // advance)
        lines = [", ".join(cells[i : i + per_line]) for i in range(0, len(cells), per_line)]
        return "[" + (",\n" + " " * (indent + 1)).join(lines) + "]"
    rows = [*array[:style.edgeitems], *array[-style.edgeitems:]] if cut else array
    parts = [_nested(row, indent + 1, summarise, form, advance) for row in rows]
    if cut:
        parts.insert(style.edgeitems, "...")
    between: str = "," + "\n" * (array.ndim - 1) + " " * (indent + 1)
    return "[" + between.join(parts) + "]"
