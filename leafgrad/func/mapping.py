"""`vmap`: a function of one example, applied to a batch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from leafgrad.func.trees import rebuilt, values
from leafgrad.ops.joining import stack
from leafgrad.random import default_generator
from leafgrad.tensor import Tensor

__all__ = ["vmap"]


def vmap(
    func: Callable[..., Any],
    in_dims: Any = 0,
    out_dims: Any = 0,
    randomness: str = "error",
    *,
    chunk_size: int | None = None,
) -> Callable[..., Any]:
    """The function that applies `func` to each example of a batch, and stacks the results.

    `in_dims` says which dimension of each argument counts the examples: a number for all of them, a
    tuple with one entry for each, or a tree of the arguments' form; None leaves an argument whole.
    `out_dims` says where that dimension goes in the results. `randomness` is "error" (a RuntimeError
    if random numbers are drawn from the default generator), "different" for each example, or "same".
    A ValueError where sizes or dimensions do not fit.

    The examples are run one after another: what this saves is writing, not time. `chunk_size` is
    accepted, and needless.

    >>> vmap(lambda x, y: x @ y)(Tensor([[1.0, 2.0], [3.0, 4.0]]), Tensor([[1.0, 0.0], [0.0, 1.0]]))
    tensor([1., 4.])
    """
    if randomness not in ("error", "different", "same"):
        raise RuntimeError(f"vmap: randomness must be 'error', 'different' or 'same', got {randomness!r}")
    if chunk_size is not None and chunk_size <= 0:
        raise ValueError(f"vmap: chunk_size must be positive, got {chunk_size}")

    @wraps(func)
    def batched(*args: Any, **kwargs: Any) -> Any:
        if not args:
            raise ValueError("vmap: the function is called without arguments; pass at least one tensor by position")
        dims = _spread(in_dims if not isinstance(in_dims, list) else tuple(in_dims), args, "in_dims")
        given = values(args)
        size = _batch_size(given, dims)
        named = {name: _spread(0, value, "in_dims") for name, value in kwargs.items()}
        start = default_generator.get_state()
        outs = []
        for i in range(size):
            if randomness == "same":
                default_generator.set_state(start)
            example = rebuilt(args, [_taken(x, d, i) for x, d in zip(given, dims, strict=True)])
            keywords = {
                name: rebuilt(value, [_taken(x, d, i) for x, d in zip(values(value), named[name], strict=True)])
                for name, value in kwargs.items()
            }
            outs.append(func(*example, **keywords))
        if randomness == "error" and default_generator.get_state() != start:
            default_generator.set_state(start)
            raise RuntimeError("vmap: the function draws random numbers; pass randomness='different' or 'same'")
        return _joined(outs, out_dims)

    return batched


def _spread(dims: Any, tree: Any, what: str) -> list[int | None]:
    """One entry for each value of the tree, where an entry above stands for all that is below it."""
    if dims is None or isinstance(dims, int):
        return [dims] * len(values(tree))
    if isinstance(tree, Mapping) and isinstance(dims, Mapping) and tree.keys() == dims.keys():
        return [d for key in tree for d in _spread(dims[key], tree[key], what)]
    if isinstance(tree, tuple | list) and isinstance(dims, tuple | list) and len(tree) == len(dims):
        return [d for below, branch in zip(dims, tree, strict=True) for d in _spread(below, branch, what)]
    raise ValueError(f"vmap: {what} {dims!r} does not have the structure of what it describes")


def _batch_size(given: list[Any], dims: list[int | None]) -> int:
    sizes = set()
    for x, d in zip(given, dims, strict=True):
        if d is None:
            continue
        if not isinstance(x, Tensor):
            raise ValueError(f"vmap: in_dims {d} for an argument of type {type(x).__name__}; pass a tensor, or None")
        if not -x.ndim <= d < x.ndim:
            raise ValueError(f"vmap: in_dims {d} for a tensor of shape {x.shape}, which has no such dimension")
        sizes.add(x.shape[d])
    if len(sizes) > 1:
        raise ValueError(f"vmap: the mapped dimensions must have one size, got {sorted(sizes)}")
    if not sizes:
        raise ValueError("vmap: in_dims is None for every argument, so there is nothing to map over")
    (size,) = sizes
    if not size:
        raise ValueError("vmap: the batch is empty, so the form of the result cannot be known")
    return int(size)


def _taken(x: Any, dim: int | None, i: int) -> Any:
    return x if dim is None else x[(slice(None),) * (dim % x.ndim) + (i,)]


def _joined(outs: list[Any], out_dims: Any) -> Any:
    places = _spread(out_dims, outs[0], "out_dims")
    columns = zip(*[values(out) for out in outs], strict=True)
    return rebuilt(outs[0], [_stacked(column, d) for column, d in zip(columns, places, strict=True)])


def _stacked(column: Any, dim: int | None) -> Any:
    for value in column:
        if not isinstance(value, Tensor):
            raise ValueError(f"vmap: the function must return tensors, got {type(value).__name__}")
    return column[0] if dim is None else stack(column, dim)
