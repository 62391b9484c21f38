"""NumPy's functions on tensors: `np.exp(t)`, `np.sum(t, axis=0)`, `array * t`.

A function that `surface.public` names is answered by the operation, its arguments renamed. Those that
differ from PyTorch's in more than names are in `numpys.py`.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import cache
from typing import Any

from leafgrad.node import Array
from leafgrad.surface import NUMPY, our_name
from leafgrad.tensor import Tensor


def array_ufunc(self: Tensor, ufunc: Any, method: str, *inputs: Any, out: Any = None, **kwargs: Any) -> Any:
    """Tensor.__array_ufunc__: a ufunc with a tensor among its arguments."""
    if out is not None:
        tensors = [x for x in inputs if isinstance(x, Tensor)]
        if not any(x.requires_grad for x in tensors) and not any(isinstance(x, Tensor) for x in out):
            return getattr(ufunc, method)(*map(array_of, inputs), out=out, **kwargs)
        raise TypeError(
            f"{ufunc.__name__}: an array cannot take a tensor's value in place, for the gradient would be lost; "
            "use the tensor's detach().numpy(), or make the array a tensor"
        )
    function = NUMPY.get(ufunc)
    if method != "__call__" or function is None or kwargs:
        form = ufunc.__name__ if method == "__call__" else f"{ufunc.__name__}.{method}"
        extra = f" with {', '.join(kwargs)}" if kwargs else ""
        raise TypeError(f"np.{form}{extra} is not defined for tensors; use a leafgrad function, or t.detach().numpy()")
    return function(*inputs)


def array_function(self: Tensor, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
    """Tensor.__array_function__: any other NumPy function with a tensor among its arguments."""
    if func.__module__ == "numpy.fft":
        importlib.import_module("leafgrad.fft")  # which enters its functions into the table
    function = NUMPY.get(func)
    if function is None:
        name = f"{func.__module__}.{func.__name__}".replace("numpy", "np", 1)
        raise TypeError(f"{name} is not defined for tensors; use a leafgrad function, or t.detach().numpy()")
    theirs, ours = _parameters(func), _parameters(function)
    if function in _ADAPTED or not theirs:
        return function(*args, **kwargs)
    positional, options = [args[0]], {}
    for value, name in zip(args[1:], list(theirs)[1:], strict=False):
        if name in ours or our_name(name, ours):
            options[name] = value
        elif value is not theirs[name]:
            positional.append(value)
    for name, value in kwargs.items():
        if name not in theirs or value is not theirs[name]:
            options[name] = value
    return function(*positional, **options)


@cache
def _parameters(func: Any) -> dict[str, Any]:
    """The names of a function's arguments, by position, with their defaults.

    None for those written in C, such as `np.where`, of which older versions of NumPy do not tell.
    """
    import inspect

    try:
        return {name: p.default for name, p in inspect.signature(func).parameters.items()}
    except ValueError:
        return {}


_ADAPTED: set[Callable[..., Any]] = set()


def numpys(*functions: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """What answers for these NumPy functions, with their own signature."""

    def decorate(adapted: Callable[..., Any]) -> Callable[..., Any]:
        for function in functions:
            NUMPY[function] = adapted
        _ADAPTED.add(adapted)
        return adapted

    return decorate


def array_of(x: Any) -> Array:
    return x.data if isinstance(x, Tensor) else x


Tensor.__array_ufunc__ = array_ufunc  # type: ignore[attr-defined]
Tensor.__array_function__ = array_function  # type: ignore[attr-defined]
