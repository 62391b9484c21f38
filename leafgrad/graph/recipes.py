"""Where a gradient function is written: the text of its rule, its file and line.

The code object of a function says at which lines and columns its instructions were written. The
function in the file's syntax tree whose text just encloses them all is the one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import lru_cache
from types import CodeType
from typing import Any, NamedTuple

import leafgrad

HERE = os.path.dirname(leafgrad.__file__)

#: In what leafgrad puts around a rule, the rule itself goes by one of these names.
WRAPPED = ("grad_fn", "back_fn", "function")


class Recipe(NamedTuple):
    """The rule of one operand's gradient, as it is written."""

    source: str  # the text of the lambda or function
    file: str | None  # None for a function without a Python source, such as NumPy's
    line: int | None

    def __str__(self) -> str:
        return self.source


def recipe(grad_fn: Callable[[Any], Any]) -> Recipe | None:
    """What is written where this gradient function was made; None where no source can be found.

    The sum over broadcast axes and the other wrappers that leafgrad puts around a rule are passed over.

    >>> import leafgrad
    >>> x = leafgrad.tensor([1.0, 2.0], requires_grad=True)
    >>> found = recipe(x.exp().dependencies[0].grad_fn)
    >>> print(found.source)
    lambda g: g * like(out, g)
    >>> found.file.endswith("exponential.py")
    True
    """
    rule = innermost(grad_fn)
    code = getattr(rule, "__code__", None)
    if code is None:
        name = getattr(rule, "__qualname__", None) or getattr(rule, "__name__", None)
        return Recipe(f"{getattr(rule, '__module__', 'numpy')}.{name}", None, None) if name else None
    source = _written(code.co_filename, code.co_firstlineno, code.co_name, _extent(code))
    return Recipe(source, code.co_filename, code.co_firstlineno) if source else None


def innermost(grad_fn: Callable[..., Any]) -> Callable[..., Any]:
    """The rule inside the functions of leafgrad that call it, such as that which sums over broadcast axes."""
    while True:
        inner = getattr(grad_fn, "__wrapped__", None) or _called_by(grad_fn)
        if inner is None:
            return grad_fn
        grad_fn = inner


def _called_by(wrapper: Any) -> Callable[..., Any] | None:
    code = getattr(wrapper, "__code__", None)
    if code is None or not code.co_filename.startswith(HERE):
        return None
    held = dict(zip(code.co_freevars, wrapper.__closure__ or (), strict=True))
    for name in WRAPPED:
        if name in held:
            inner = held[name].cell_contents
            inner = getattr(inner, "backward", inner)  # a Function keeps its rule there
            return inner if callable(inner) else None
    return None


def _extent(code: CodeType) -> tuple[int, int, int, int]:
    """From which line and column to which the instructions were written; columns count bytes."""
    places: list[Any] = [place for place in code.co_positions() if None not in place and place[2:] != (0, 0)]
    if not places:
        return code.co_firstlineno, 0, code.co_firstlineno, 0
    start = min((line, column) for line, _, column, _ in places)
    end = max((line, column) for _, line, _, column in places)
    return (*start, *end)


@lru_cache(maxsize=4096)
def _written(file: str, line: int, name: str, extent: tuple[int, int, int, int]) -> str | None:
    """The text of the smallest function of that name in the file that encloses the extent."""
    start, end = extent[:2], extent[2:]
    spans = [
        (node_end, text)
        for node_name, first, node_start, node_end, text in _functions(file)
        if node_name == name and first == line and node_start <= start and end <= node_end
    ]
    return min(spans)[1] if spans else None


@lru_cache(maxsize=64)
def _functions(file: str) -> list[tuple[str, int, tuple[int, int], tuple[int, int], str]]:
    """Name, first line, start, end and text of each function that is written in a file or a notebook's cell."""
    import ast
    import linecache

    text = "".join(linecache.getlines(file))
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return []
    return list(_spans(tree, text))


def _spans(tree: Any, text: str) -> Iterator[tuple[str, int, tuple[int, int], tuple[int, int], str]]:
    import ast
    import textwrap

    lines = text.splitlines()
    for node in ast.walk(tree):
        if isinstance(node, ast.Lambda):
            source = ast.get_source_segment(text, node) or ""
            source = " ".join(line.strip() for line in source.splitlines())
            yield "<lambda>", node.lineno, (node.lineno, node.col_offset), _end(node), source
        elif isinstance(node, ast.FunctionDef):
            source = textwrap.dedent("\n".join(lines[node.lineno - 1 : node.end_lineno]))
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            yield node.name, first, (first, 0), _end(node), source


def _end(node: Any) -> tuple[int, int]:
    return node.end_lineno, node.end_col_offset
