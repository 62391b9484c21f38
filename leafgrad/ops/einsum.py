"""`einsum`: sums of products over named axes."""

from __future__ import annotations

import string
from typing import Any

import numpy as np

from leafgrad.dtypes import result_type
from leafgrad.errors import ShapeError
from leafgrad.node import Array, Snapshot
from leafgrad.operands import operand
from leafgrad.recording import cast, like, record, unbroadcast
from leafgrad.surface import public
from leafgrad.tensor import Tensor

__all__ = ["einsum"]

#: What the numbers stand for: in this order, because an implied result is sorted.
LETTERS = string.ascii_uppercase + string.ascii_lowercase


@public(method=False)
def einsum(equation: Any, *operands: Any) -> Tensor:
    """The sum of products over the axes that the equation names, as NumPy's and PyTorch's `einsum`.

    Indices may repeat within an operand (its diagonal), be summed, and stand behind an ellipsis.
    Instead of an equation, each operand may be followed by a list of numbers, 0 to 51 and `...`, that
    name its axes, and a last list those of the result. The gradient of an operand is an einsum too:
    of the output's gradient with the other operands. A ShapeError for an equation that does not parse,
    or does not fit the shapes.

    >>> import leafgrad
    >>> einsum("ij,j->i", leafgrad.ones(2, 3), leafgrad.ones(3))
    tensor([3., 3.])
    """
    if not isinstance(equation, str):
        equation, operands = _from_lists((equation, *operands))
    elif len(operands) == 1 and isinstance(operands[0], list | tuple):
        operands = tuple(operands[0])
    held = [operand(t)[0] for t in operands]
    if not held:
        raise ShapeError(f"einsum: {equation!r} was given no operands; each term of the equation names one")
    terms, result = spelled_out(equation, [x.array for x in held])
    sizes = _sizes(terms, [x.array.shape for x in held])
    dtype = result_type(*[x.array for x in held])
    if dtype.kind in "bui" and any(sum(c in term for term in terms) == 1 for c in sizes if c not in result):
        dtype = np.dtype(np.int64)  # an index of one operand is a plain sum, as `sum` makes it
    held = [x if x.array.dtype == dtype else cast(x, dtype) for x in held]
    out = np.einsum(f"{','.join(terms)}->{result}", *[x.array for x in held], optimize=len(held) > 1)
    if any(np.may_share_memory(out, x.array) for x in held):
        out = np.copy(out)  # NumPy answers "ij->ji" with a view
    parents = [(x, _gradient(i, held, terms, result, sizes)) for i, x in enumerate(held)]
    return record("einsum", out, *parents)


def _from_lists(given: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]]:
    """The equation, and the operands, of a call that names axes by numbers."""
    operands, lists = given[: len(given) // 2 * 2 : 2], list(given[1::2])
    if len(given) % 2:
        lists.append(given[-1])
    if not operands or not all(isinstance(names, list | tuple) for names in lists):
        raise ValueError("einsum: expected an equation and its operands, or operands each followed by a list of axes")
    for name in [name for names in lists for name in names]:
        if name is not ... and name not in range(len(LETTERS)):
            raise ValueError(f"einsum: {name!r} cannot name an axis; use ... or a number from 0 to 51")
    terms = ["".join("..." if name is ... else LETTERS[name] for name in names) for names in lists]
    return ",".join(terms[: len(operands)]) + ("->" + terms[-1] if len(given) % 2 else ""), operands


def spelled_out(equation: str, arrays: list[Array]) -> tuple[list[str], str]:
    """The operands' indices and the result's, with letters for `...` and for an implied result."""
    left, arrow, result = equation.replace(" ", "").partition("->")
    terms = left.split(",")
    if len(terms) != len(arrays):
        raise ShapeError(f"einsum: {equation!r} names {len(terms)} operands, but {len(arrays)} were given")
    spoken = [part.replace("...", "", 1) for part in (*terms, result)]
    if not set("".join(spoken)) <= set(LETTERS):
        raise ShapeError(f"einsum: {equation!r} may hold letters, ',', '->', and '...' once in a term, only")
    free = [c for c in string.ascii_letters if c not in equation]
    hidden = [a.ndim - len(term.replace("...", "")) for a, term in zip(arrays, terms, strict=True)]
    for term, a, n in zip(terms, arrays, hidden, strict=True):
        if n < 0 or (n > 0 and "..." not in term):
            raise ShapeError(f"einsum: {term!r} does not name the {a.ndim} dimensions of an operand of shape {a.shape}")
    longest = max([n for n, term in zip(hidden, terms, strict=True) if "..." in term], default=0)
    letters = "".join(free[:longest])
    spelled = [term.replace("...", letters[longest - n :]) for term, n in zip(terms, hidden, strict=True)]
    if not arrow:  # the indices that occur once, in alphabetical order, behind the ellipsis
        named = left.replace("...", "").replace(",", "")
        result = "..." + "".join(c for c in sorted(set(named)) if named.count(c) == 1)
    result = result.replace("...", letters)
    if len(set(result)) != len(result) or not set(result) <= set("".join(spelled)):
        raise ShapeError(f"einsum: the result of {equation!r} repeats an index, or has one that no operand has")
    return spelled, result


def _sizes(terms: list[str], shapes: list[tuple[int, ...]]) -> dict[str, int]:
    """The length of each index; operands may have 1 where others have more."""
    sizes: dict[str, int] = {}
    for term, shape in zip(terms, shapes, strict=True):
        for index, n in zip(term, shape, strict=True):
            known = sizes.setdefault(index, n)
            if n != shape[term.index(index)]:
                raise ShapeError(f"einsum: index {index!r} has two sizes in one operand of shape {shape}")
            if known == 1:
                sizes[index] = n
            elif n not in (1, known):
                raise ShapeError(f"einsum: index {index!r} has size {known} in one operand and {n} in another")
    return sizes


def _gradient(i: int, held: list[Snapshot], terms: list[str], result: str, sizes: dict[str, int]) -> Any:
    """The gradient of operand i, by an einsum of G with the other operands.

    An index repeated within the operand gets a fresh name and a δ that ties it to the first; one
    that stands nowhere else, or only with length 1, gets a vector of ones.
    """
    term, shape, dtype = terms[i], held[i].shape, held[i].dtype
    others = [(terms[j], held[j]) for j in range(len(held)) if j != i]
    full = set(result) | {c for t, x in others for c, n in zip(t, x.shape, strict=True) if n == sizes[c]}
    free = iter(c for c in string.ascii_letters if c not in sizes)
    target, constants = "", []
    for position, c in enumerate(term):
        if c in term[:position]:
            fresh = next(free)
            constants.append((c + fresh, np.eye(sizes[c], dtype=dtype)))
            c = fresh
        elif c not in full:
            constants.append((c, np.ones(sizes[c], dtype)))
        target += c
    spec = ",".join([result, *[t for t, _ in others], *[t for t, _ in constants]]) + "->" + target

    def grad_fn(g: Any) -> Any:
        given = [like(x, g) for _, x in others] + [array for _, array in constants]
        return unbroadcast(np.einsum(spec, g, *given, optimize=True), shape)

    return grad_fn
