"""How one function becomes all its faces: a method, an in-place twin, NumPy's function, both
libraries' argument names.

An operation is written once, in `ops/`, and decorated with `public`. What that adds is listed for
editors and type checkers in `methods.pyi`, which `python -m tests.stubs` generates.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from functools import wraps
from inspect import CO_VARARGS
from typing import Any, TypeVar

from leafgrad.inplace import inplace
from leafgrad.methods import Methods
from leafgrad.operands import NUMBERS
from leafgrad.out import with_out

F = TypeVar("F", bound=Callable[..., Any])

#: NumPy's name of an argument -> PyTorch's, of which the function has one in its signature.
ARGUMENT_NAMES = {
    "axis": ("dim", "dims"),
    "axes": ("dims", "dim"),
    "axis0": ("dim0",),
    "axis1": ("dim1",),
    "axis2": ("dim0", "dim2"),  # NumPy's swapaxes counts from 1, and a swap may be told in either order
    "k": ("diagonal", "offset"),
    "keepdims": ("keepdim",),
    "shape": ("size",),
    "shift": ("shifts",),
}

#: NumPy's function -> ours, for `np.f(t)`; `dispatch` adds those that differ in more than names.
NUMPY: dict[Any, Callable[..., Any]] = {}

#: Every public operation by name: what the table of ops in the tests must cover.
OPERATIONS: dict[str, Callable[..., Any]] = {}


def public(
    *numpy: Any,
    method: bool | str = True,
    operator: str | None = None,
    twin: bool | Callable[[str, Any], Any] = False,
    names: tuple[str, ...] = (),
    function: bool = True,
    tensors: int = 0,
) -> Callable[[F], F]:
    """Give a function its faces.

    `numpy` are the NumPy functions it answers for, `method` whether (or under which name) it is a
    method of Tensor, `operator` the infix operator it is (reflected and augmented too), `twin`
    whether that has an in-place form with an underscore (or what makes that: `relaid`, for a view),
    `names` further names of the method, `function` whether it is also a function of `leafgrad`, and
    `tensors` of how many leading arguments that function, as PyTorch's, refuses a Python number.
    """

    def decorate(written: F) -> F:
        made: Any = both_names(written)
        for theirs in numpy:
            NUMPY[theirs] = made
        if function:
            OPERATIONS[written.__name__] = made
        if method:
            name = method if isinstance(method, str) else written.__name__
            for each in (name, *names):
                setattr(Methods, each, made)
            if twin:
                in_place = inplace if isinstance(twin, bool) else twin
                for each in (name, *names):
                    if not each.startswith("__"):
                        setattr(Methods, each + "_", in_place(each + "_", made))
        if operator:
            setattr(Methods, f"__{operator}__", made)
            setattr(Methods, f"__r{operator}__", _reflected(made))
            setattr(Methods, f"__i{operator}__", getattr(Methods, f"{written.__name__}_"))
        if tensors:
            made = _without_numbers(made, written.__code__.co_varnames[:tensors])
        if function or not method:  # if neither, it is in a namespace
            made = with_out(made)
        return made  # type: ignore[no-any-return]

    return decorate


def _without_numbers(function: Callable[..., Any], names: tuple[str, ...]) -> Callable[..., Any]:
    """The function, with a TypeError for a Python number among its leading arguments, of these names."""

    @wraps(function)
    def checked(*args: Any, **kwargs: Any) -> Any:
        for name, x in (*zip(names, args, strict=False), *((name, kwargs.get(name)) for name in names)):
            if isinstance(x, NUMBERS):
                raise TypeError(f"{function.__name__}: {name} must be a tensor, got {x!r}; wrap it in leafgrad.tensor")
        return function(*args, **kwargs)

    return checked


def _reflected(function: Callable[..., Any]) -> Callable[..., Any]:
    def reflected(self: Any, other: Any) -> Any:
        return function(other, self)

    reflected.__name__ = reflected.__qualname__ = function.__name__
    return reflected


def both_names(function: F) -> F:
    """The function, which now takes NumPy's names of its arguments too, and its `*sizes` by name."""
    code = function.__code__
    count = code.co_argcount + code.co_kwonlyargcount
    gathered = code.co_varnames[count] if code.co_flags & CO_VARARGS else None
    arguments = {*code.co_varnames[:count], gathered}
    renamed = {theirs: ours for theirs in ARGUMENT_NAMES if (ours := our_name(theirs, arguments)) is not None}
    if gathered is not None:
        renamed[gathered] = gathered
    if not renamed:
        return function

    @wraps(function)
    def translated(*args: Any, **kwargs: Any) -> Any:
        for theirs in renamed.keys() & kwargs.keys() if kwargs else ():
            ours, value = renamed[theirs], kwargs.pop(theirs)
            if ours in kwargs:
                raise TypeError(f"{function.__name__}: got both {ours} and {theirs}, two names of one argument")
            if ours == gathered:
                args = (*args, value)
            else:
                kwargs[ours] = value
        return function(*args, **kwargs)

    return translated  # type: ignore[return-value]


def our_name(theirs: str, arguments: Container[str | None]) -> str | None:
    """What these `arguments` call the one that NumPy calls `theirs`, if they have it."""
    if theirs in arguments:
        return None
    return next((ours for ours in ARGUMENT_NAMES.get(theirs, ()) if ours in arguments), None)
