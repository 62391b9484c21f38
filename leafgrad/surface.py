"""How one function becomes all its faces: a method, an in-place twin, NumPy's function, both
libraries' argument names.

An operation is written once, in `ops/`, and decorated with `public`. What that adds is listed for
editors and type checkers in `methods.pyi`, which `python -m tests.stubs` generates.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from leafgrad.inplace import inplace
from leafgrad.methods import Methods

F = TypeVar("F", bound=Callable[..., Any])

#: NumPy's name of an argument -> PyTorch's, which is the one in our signatures.
ARGUMENT_NAMES = {"axis": "dim", "keepdims": "keepdim", "axes": "dims"}

#: NumPy's function -> ours, for `np.f(t)`; `dispatch` adds those that differ in more than names.
NUMPY: dict[Any, Callable[..., Any]] = {}

#: Every public operation by name: what the table of ops in the tests must cover.
OPERATIONS: dict[str, Callable[..., Any]] = {}


def public(
    *numpy: Any,
    method: bool | str = True,
    operator: str | None = None,
    twin: bool = False,
    names: tuple[str, ...] = (),
    function: bool = True,
) -> Callable[[F], F]:
    """Give a function its faces.

    `numpy` are the NumPy functions it answers for, `method` whether (or under which name) it is a
    method of Tensor, `operator` the infix operator it is (reflected and augmented too), `twin` whether that has an in-place form with an underscore, `names` further
    names of the method, and `function` whether it is also a function of `leafgrad`.
    """

    def decorate(written: F) -> F:
        made: Any = written
        code = written.__code__
        arguments = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
        renamed = {theirs: ours for theirs, ours in ARGUMENT_NAMES.items() if ours in arguments}
        if renamed:
            made = accepting(renamed, written)
        for theirs in numpy:
            NUMPY[theirs] = made
        if function:
            OPERATIONS[written.__name__] = made
        if method:
            name = method if isinstance(method, str) else written.__name__
            for each in (name, *names):
                setattr(Methods, each, made)
            if twin:
                for each in (name, *names):
                    if not each.startswith("__"):
                        setattr(Methods, each + "_", inplace(each + "_", made))
        if operator:
            setattr(Methods, f"__{operator}__", made)
            setattr(Methods, f"__r{operator}__", _reflected(made))
            setattr(Methods, f"__i{operator}__", getattr(Methods, f"{written.__name__}_"))
        return made  # type: ignore[no-any-return]

    return decorate


def _reflected(function: Callable[..., Any]) -> Callable[..., Any]:
    def reflected(self: Any, other: Any) -> Any:
        return function(other, self)

    return reflected


def accepting(renamed: dict[str, str], function: F) -> F:
    """The function, which now takes some arguments under a second name too."""

    @wraps(function)
    def translated(*args: Any, **kwargs: Any) -> Any:
        if kwargs:
            for theirs, ours in renamed.items():
                if theirs in kwargs:
                    if ours in kwargs:
                        raise TypeError(f"{function.__name__}: got both {ours} and {theirs}, two names of one argument")
                    kwargs[ours] = kwargs.pop(theirs)
        return function(*args, **kwargs)

    return translated  # type: ignore[return-value]
