"""Jacobians, by rows (`jacrev`) or by columns (`jacfwd`), and Hessians."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from typing import Any

import numpy as np

from leafgrad.func.derivatives import Argnums, bound, grad, jvp, vjp
from leafgrad.func.trees import rebuilt, values
from leafgrad.ops.joining import stack
from leafgrad.tensor import Tensor, wrap


def jacrev(func: Callable[..., Any], argnums: Argnums = 0, *, has_aux: bool = False) -> Callable[..., Any]:
    """The function that computes the Jacobian of `func`, row by row: one backward for each element of the result.

    For a result of shape (m...) and an argument of shape (n...) it has shape (m..., n...); for trees
    it is a tree of the result's form, of trees of the argument's (a tuple of them for a tuple of
    `argnums`). With `has_aux` the result is (Jacobian, aux).

    >>> jacrev(lambda x: x * x)(Tensor([1.0, 2.0]))
    tensor([[2., 0.],
            [0., 4.]])
    """

    @wraps(func)
    def jacobian(*args: Any, **kwargs: Any) -> Any:
        chosen, partial = bound("jacrev", func, argnums, args, kwargs)
        out, pull, *aux = vjp(partial, *chosen, has_aux=has_aux)
        results = values(out)
        blocks = []
        for i, y in enumerate(results):
            rows = [values(pull(rebuilt(out, along))) for along in _along(results, i)]
            parts = [_stacked([row[k] for row in rows], y, x) for k, x in enumerate(values(chosen))]
            blocks.append(_form(chosen, argnums, parts))
        made = rebuilt(out, blocks)
        return (made, *aux) if has_aux else made

    return jacobian


def jacfwd(func: Callable[..., Any], argnums: Argnums = 0, *, has_aux: bool = False) -> Callable[..., Any]:
    """As `jacrev`, but column by column: one `jvp` for each element of the arguments.

    >>> jacfwd(lambda x: x.sum() * x)(Tensor([1.0, 2.0]))
    tensor([[4., 1.],
            [2., 5.]])
    """

    @wraps(func)
    def jacobian(*args: Any, **kwargs: Any) -> Any:
        chosen, partial = bound("jacfwd", func, argnums, args, kwargs)
        inputs = [x if isinstance(x, Tensor) else Tensor(x) for x in values(chosen)]
        columns: list[list[Any]] = []  # for each input, the tangents of all results along each of its elements
        out, _, *aux = vjp(partial, *chosen, has_aux=has_aux)  # for the form of the result
        for i in range(len(inputs)):
            speeds = []
            for tangents in _along(inputs, i):
                _, speed, *_ = jvp(partial, rebuilt(chosen, inputs), rebuilt(chosen, tangents), has_aux=has_aux)
                speeds.append(values(speed))
            columns.append(speeds)
        blocks = []
        for k, y in enumerate(values(out)):
            pairs = zip(columns, inputs, strict=True)
            parts = [_stacked([each[k] for each in speeds], y, x, -1) for speeds, x in pairs]
            blocks.append(_form(chosen, argnums, parts))
        made = rebuilt(out, blocks)
        return (made, *aux) if has_aux else made

    return jacobian


def hessian(func: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """The function that computes the second derivatives of `func`: the Jacobian of its Jacobian.

    >>> hessian(lambda x: (x**3).sum())(Tensor([1.0, 2.0]))
    tensor([[ 6.,  0.],
            [ 0., 12.]])
    """
    return jacrev(jacrev(func, argnums), argnums)


def hvp(func: Callable[..., Any], primals: tuple[Any, ...], tangents: tuple[Any, ...]) -> Any:
    """The Hessian of a scalar function times a vector, without the Hessian: the gradient's `jvp`.

    The result has the form of the gradient: a tuple, or for a single primal just its part.

    >>> hvp(lambda x: (x**3).sum(), (Tensor([1.0, 2.0]),), (Tensor([1.0, 1.0]),))
    tensor([ 6., 12.])
    """
    slopes = grad(func, tuple(range(len(primals))))
    product = jvp(slopes, primals, tangents)[1]
    return product[0] if len(primals) == 1 else product


def _along(tensors: Sequence[Tensor], i: int) -> Iterator[list[Tensor]]:
    """The unit vectors of all directions in which tensor i can move while the others stay."""
    still = [wrap(np.zeros(x.shape, x.dtype)) for x in tensors]
    for unit in np.eye(tensors[i].numel(), dtype=tensors[i].dtype):
        yield [*still[:i], wrap(unit.reshape(tensors[i].shape)), *still[i + 1 :]]


def _stacked(parts: Sequence[Tensor], y: Tensor, x: Any, dim: int = 0) -> Tensor:
    """The Jacobian of y in x from its rows (or, with dim -1, its columns)."""
    shape = (*y.shape, *np.shape(x))
    return stack(parts, dim).reshape(shape) if parts else wrap(np.zeros(shape, y.dtype))


def _form(chosen: tuple[Any, ...], argnums: Argnums, parts: list[Tensor]) -> Any:
    made = rebuilt(chosen, parts)
    return made if isinstance(argnums, tuple) else made[0]
