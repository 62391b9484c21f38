"""The texts on a drawing: what a shape says, and what it says when pointed at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from leafgrad.dtypes import get_default_dtype
from leafgrad.graph.tracing import Entry
from leafgrad.tensor import Tensor

SMALL = 4  # elements of a value that is written out
LONGEST, LONGEST_VALUE = 26, 34  # characters of a name, and of a line of numbers


@dataclass
class Label:
    """A title, lines below it, and a longer text for who points at the shape."""

    title: str
    lines: list[str]
    tooltip: str = ""


def describe(entry: Entry, gradient: Tensor | None = None, within: str = "") -> Label:
    """What a shape says of an operation or a leaf: name, shape, and values where they are few.

    Within a module's box a parameter needs no more than the rest of its name.
    """
    dtype = "" if entry.dtype == get_default_dtype() else f" {entry.dtype}"
    lines = [f"{entry.shape}{dtype}"]
    if entry.is_leaf:
        title = entry.name or "leaf"
        value: Tensor | None = entry.value  # type: ignore[assignment]
    else:
        assert entry.op is not None
        title = f"{entry.name} = {entry.op}" if entry.name else entry.op
        value = entry.value.tensor  # type: ignore[union-attr]
    lines += _few("= ", value)
    if gradient is None and entry.is_leaf and entry.value.grad is not None:  # type: ignore[union-attr]
        gradient = entry.value.grad  # type: ignore[union-attr]
    lines += _few("grad ", gradient)
    return Label(elided(title.removeprefix(within)), lines, _tooltip(entry, title))


def _few(prefix: str, t: Tensor | None) -> list[str]:
    """A line with the numbers of a tensor, if they fit on one."""
    if t is None or not 0 < t.data.size <= SMALL:
        return []
    line = prefix + numbers(t.data)
    return [line] if len(line) <= LONGEST_VALUE else []


def numbers(array: Any) -> str:
    """A few numbers in short: four significant digits.

    >>> numbers(Tensor([[1.0, 2.5], [1 / 3, 1e6]]).data)
    '[[1, 2.5], [0.3333, 1e+06]]'
    """
    if array.ndim:
        return "[" + ", ".join(numbers(row) for row in array) + "]"
    value = array.item()
    return f"{value:.4g}" if isinstance(value, float | complex) else str(value)


def elided(text: str, longest: int = LONGEST) -> str:
    """The text with its middle left out where it is too long.

    >>> elided("transformer.blocks.0.attention.weight", 20)
    'transformer…n.weight'
    """
    if len(text) <= longest:
        return text
    head = (longest + 1) // 2 + 1
    return f"{text[:head]}…{text[head + 1 - longest :]}"


def _tooltip(entry: Entry, title: str) -> str:
    heading = f"{title} {entry.shape} {entry.dtype}"
    if entry.is_leaf:
        return heading
    rules = [f"operand {i}: {rule}" for i, rule in enumerate(entry.recipe, 1) if rule is not None]
    return "\n".join([heading, *rules])
