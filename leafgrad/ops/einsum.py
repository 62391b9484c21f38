"""`einsum`: sums of products over named axes."""

from __future__ import annotations

import string
from typing import Any

import numpy as np

from leafgrad.dtypes import result_type
from leafgrad.errors import ShapeError
from leafgrad.node import Array, Snapshot
from leafgrad.recording import cast, like, operand, record, unbroadcast
from leafgrad.surface import public
from leafgrad.tensor import Tensor

__all__ = ["einsum"]


@public(method=False)
def einsum(equation: str, *tensors: Any) -> Tensor:
    """The sum of products over the axes that the equation names, as NumPy's and PyTorch's `einsum`.

    Indices may repeat within an operand (its diagonal), be summed, and stand behind an ellipsis.
    The gradient of an operand is an einsum too: of the output's gradient with the other operands.
    A ValueError for an equation that does not parse, a ShapeError where it does not fit the shapes.

    >>> import leafgrad
    >>> einsum("ij,j->i", leafgrad.ones(2, 3), leafgrad.ones(3))
    tensor([3., 3.])
    """
    if len(tensors) == 1 and isinstance(tensors[0], list | tuple):
        tensors = tuple(tensors[0])
    held = [operand(t)[0] for t in tensors]
    dtype = result_type(*[x.array for x in held])
    held = [x if x.array.dtype == dtype else cast(x, dtype) for x in held]
    terms, result = spelled_out(equation, [x.array for x in held])
    sizes = _sizes(terms, [x.array.shape for x in held])
    out = np.einsum(f"{','.join(terms)}->{result}", *[x.array for x in held], optimize=len(held) > 1)
    if any(np.may_share_memory(out, x.array) for x in held):
        out = np.copy(out)  # NumPy answers "ij->ji" with a view
    parents = [(x, _gradient(i, held, terms, result, sizes)) for i, x in enumerate(held)]
    return record("einsum", out, *parents)


def spelled_out(equation: str, arrays: list[Array]) -> tuple[list[str], str]:
    """The operands' indices and the result's, with letters for `...` and for an implied result."""
    left, arrow, result = equation.replace(" ", "").partition("->")
    terms = left.split(",")
    if len(terms) != len(arrays):
        raise ValueError(f"einsum: {equation!r} names {len(terms)} operands, but {len(arrays)} were given")
    if not all(c.isalpha() for c in (left + result).replace("...", "").replace(",", "")):
        raise ValueError(f"einsum: {equation!r} may hold letters, '...', ',' and '->' only")
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
        raise ValueError(f"einsum: the result of {equation!r} repeats an index, or has one that no operand has")
    return spelled, result


def _sizes(terms: list[str], shapes: list[tuple[int, ...]]) -> dict[str, int]:
    """The length of each index; operands may have 1 where others have more."""
    sizes: dict[str, int] = {}
    for term, shape in zip(terms, shapes, strict=True):
        for index, n in zip(term, shape, strict=True):
            known = sizes.setdefault(index, n)
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
