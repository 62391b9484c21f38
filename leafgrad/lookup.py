"""The lookup table: a NumPy function becomes differentiable, its derivatives are looked up.

The third of the three doors for a new op (see also `record` and `Function`):

    BACK_FUNCS.add_back_func(np.hypot, 0, lambda grad_out, out, x, y: grad_out * x / out)
    BACK_FUNCS.add_back_func(np.hypot, 1, lambda grad_out, out, x, y: grad_out * y / out)
    hypot = wrap_forward_fn(np.hypot)

A `back_fn` is plain NumPy, as every gradient function is: in an ordinary backward it is given
arrays, with `create_graph=True` tensors.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from leafgrad.function import read_only
from leafgrad.modes import mode
from leafgrad.node import GradFn, Out, Snapshot
from leafgrad.operands import operand
from leafgrad.recording import elementwise, like, record
from leafgrad.tensor import Tensor, wrap


class BackFunctions:
    """Derivatives by NumPy function and position of the argument; `BACK_FUNCS` is the table in use."""

    def __init__(self) -> None:
        self._table: dict[tuple[Any, int], Callable[..., Any]] = {}

    def add_back_func(self, np_func: Callable[..., Any], position: int, back_fn: Callable[..., Any]) -> None:
        """Enter `back_fn(grad_out, out, *args, **kwargs)`, the gradient of the argument at `position`.

        It may have the shape of the result where `np_func` is a ufunc, else that of the argument.
        It must not write into what it is given. A TypeError unless both are functions and
        `position` is a number from 0 on.

        >>> BACK_FUNCS.add_back_func(np.sinh, 0, lambda grad_out, out, x: grad_out * np.cosh(x))
        """
        if not callable(np_func) or not callable(back_fn):
            raise TypeError(f"add_back_func: expected two functions, got {np_func!r} and {back_fn!r}")
        if not isinstance(position, int) or position < 0:
            raise TypeError(f"add_back_func: position counts {_name(np_func)}'s arguments from 0, got {position!r}")
        self._table[np_func, position] = back_fn

    def get_back_func(self, np_func: Callable[..., Any], position: int) -> Callable[..., Any]:
        """The entry for one argument; a NotImplementedError that says how to add it if there is none."""
        try:
            return self._table[np_func, position]
        except KeyError:
            name = _name(np_func)
            raise NotImplementedError(
                f"{name}: the argument at position {position} requires grad, but no derivative is known for it; "
                f"BACK_FUNCS.add_back_func({name}, {position}, lambda grad_out, out, *args: ...) adds one, "
                "and detach() does without"
            ) from None


BACK_FUNCS = BackFunctions()


def wrap_forward_fn(np_func: Callable[..., Any]) -> Callable[..., Any]:
    """A differentiable function of tensors from a function of arrays, such as NumPy's.

    Its derivatives come from `BACK_FUNCS` when it is called, its result's dtype from `np_func`;
    without a tensor among the arguments it is `np_func`. A NotImplementedError if an argument that
    requires grad has no entry, a TypeError if one is passed by keyword or inside a list.

    >>> BACK_FUNCS.add_back_func(np.cbrt, 0, lambda grad_out, out, x: grad_out / (3 * out * out))
    >>> cbrt = wrap_forward_fn(np.cbrt)
    >>> x = Tensor([1.0, 8.0], requires_grad=True)
    >>> y = cbrt(x)
    >>> y.sum().backward()
    >>> y.tolist(), x.grad
    ([1.0, 2.0], tensor([0.3333, 0.0833]))
    """
    op = _name(np_func)
    broadcasts = isinstance(np_func, np.ufunc) and np_func.signature is None
    recorder = elementwise if broadcasts else record

    @wraps(np_func)
    def function(*args: Any, **kwargs: Any) -> Any:
        if not any(isinstance(x, Tensor) for x in (*args, *kwargs.values())):
            return np_func(*args, **kwargs)
        _check_arguments(op, args, kwargs)
        kwargs = {name: _array(x) for name, x in kwargs.items()}
        held = [operand(x)[0] if isinstance(x, Tensor) else x for x in args]
        arrays = [_array(x) for x in args]
        result = np_func(*arrays, **kwargs)
        if isinstance(result, tuple | list):
            raise TypeError(f"{op}: it has {len(result)} results, the lookup table serves one; write a Function for it")
        array = np.asarray(result)
        if any(isinstance(x, np.ndarray) and np.may_share_memory(array, x) for x in (*arrays, *kwargs.values())):
            array = array.copy()
        if array.dtype.kind not in "fc" or not mode.enabled:
            return wrap(array)
        out = Out(array)

        def looked_up(position: int) -> GradFn:
            back_fn = BACK_FUNCS.get_back_func(np_func, position)
            return lambda g: back_fn(read_only(g), _read(out, g), *(_read(x, g) for x in held), **kwargs)

        sources = [i for i, x in enumerate(held) if isinstance(x, Snapshot) and x.source is not None]
        return recorder(op, out, *((held[i], looked_up(i)) for i in sources))

    return function


def _check_arguments(op: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    for name, x in kwargs.items():
        if isinstance(x, Tensor) and x.requires_grad:
            raise TypeError(f"{op}: {name} requires grad, so it must be passed by position, as derivatives are entered")
    for i, x in enumerate((*args, *kwargs.values())):
        if isinstance(x, list | tuple) and any(isinstance(each, Tensor) for each in x):
            raise TypeError(
                f"{op}: argument {i} is a {type(x).__name__} of tensors, but a derivative belongs to a whole argument; "
                "pass each tensor as an argument of its own"
            )


def _array(x: Any) -> Any:
    """The array of a tensor for `np_func` to read; it must not write into it behind the graph's back."""
    return read_only(x.data) if isinstance(x, Tensor) else x


def _read(x: Any, g: Any) -> Any:
    return read_only(like(x, g))


def _name(np_func: Any) -> str:
    return getattr(np_func, "__name__", None) or repr(np_func)
