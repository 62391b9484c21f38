"""`out=`: a function's result written into a tensor that is already there.

    leafgrad.add(x, y, out=t)       writes x + y into t, and returns t
    leafgrad.sort(x, out=(v, i))    of several results, each into its own

Every function of `leafgrad` whose results are tensors of their own has it (also the few whose twins in
PyTorch have not); views, which share their operand's memory, and methods have not.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from leafgrad.dtypes import rank
from leafgrad.errors import ShapeError
from leafgrad.inplace import overwrite
from leafgrad.modes import mode
from leafgrad.tensor import Tensor


def with_out(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, which also takes `out`, a tensor or a tuple of them, and returns that, filled."""

    @wraps(function)
    def into(*args: Any, out: Any = None, **kwargs: Any) -> Any:
        if out is None:
            return function(*args, **kwargs)
        return written(function.__name__, out, function, args, kwargs)

    return into


def written(op: str, out: Any, function: Callable[..., Any], args: Any, kwargs: dict[str, Any]) -> Any:
    """What `function(*args, **kwargs)` gives, in the memory of `out`, which is returned.

    A RuntimeError, with nothing written, where a gradient would be lost or the dtype or the shape of a
    result does not fit. Only an `out` without elements takes another shape; PyTorch resizes others
    too, and warns that this is wrong.
    """
    targets = out if isinstance(out, tuple | list) else (out,)
    for target in targets:
        if not isinstance(target, Tensor):
            raise TypeError(f"{op}: out must be a Tensor, got {type(target).__name__}")
    if mode.enabled and any(t.requires_grad for t in _tensors((*targets, *args, *kwargs.values()))):
        raise RuntimeError(f"{op}: with out=, no tensor may require grad; use the result, or no_grad()")
    made = function(*args, **kwargs)
    results = made if isinstance(made, tuple | list) else (made,)
    for result in results:
        if not isinstance(result, Tensor) or any(np.may_share_memory(result.data, t.data) for t in _tensors(args)):
            raise TypeError(f"{op}: has no out=, for its result is a view, or no tensor; use copy_()")
    if len(results) != len(targets):
        raise TypeError(f"{op}: out has {len(targets)} tensors, and there are {len(results)} results")
    for target, result in zip(targets, results, strict=True):
        if rank(result.dtype) > rank(target.dtype):
            raise RuntimeError(f"{op}: the result's {result.dtype} cannot be cast to out's {target.dtype}")
        if target.shape != result.shape and target._now.array.size:
            raise ShapeError(f"{op}: out has shape {target.shape}, and the result {result.shape}; give one that fits")
    for target, result in zip(targets, results, strict=True):
        if target.shape == result.shape:
            overwrite(op, target, result)
        else:
            target.data = result.data.astype(target.dtype)
    if not isinstance(made, tuple | list):
        return out
    return made._make(targets) if hasattr(made, "_make") else type(made)(targets)


def _tensors(values: Any) -> Any:
    """The tensors among the values, and in lists and tuples of them."""
    for x in values:
        if isinstance(x, Tensor):
            yield x
        elif isinstance(x, list | tuple):
            yield from _tensors(x)
