"""The argument `inplace` of activations, in one place for all of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import Parameter, signature, unwrap
from typing import Any

from leafgrad.inplace import write
from leafgrad.tensor import Tensor


def with_inplace(function: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """The function with one positional argument more, `inplace`: whether to write the result over the input itself."""
    function = unwrap(function)  # of the argument `out`, which `nn.functional` does not have
    own = signature(function)
    parameters = list(own.parameters.values())
    place = sum(p.kind is Parameter.POSITIONAL_OR_KEYWORD for p in parameters)
    parameters.insert(place, Parameter("inplace", Parameter.POSITIONAL_OR_KEYWORD, default=False, annotation="bool"))
    name = f"{function.__name__}_"

    @wraps(function)
    def chosen(input: Any, *args: Any, inplace: bool = False, **kwargs: Any) -> Tensor:
        if len(args) >= place:
            *args, inplace = args  # type: ignore[assignment]
        if inplace:
            return write(name, input, function, *args, **kwargs)
        return function(input, *args, **kwargs)

    chosen.__signature__ = own.replace(parameters=parameters)  # type: ignore[attr-defined]
    return chosen
