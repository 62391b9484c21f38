"""An array that speaks NumPy's protocols and operators, and refuses to become an ndarray."""

from __future__ import annotations

from typing import Any

import numpy as np


class Duck(np.lib.mixins.NDArrayOperatorsMixin):
    """What another library's array, or a tracer, is to leafgrad: nothing but the protocols."""

    def __init__(self, array: np.ndarray) -> None:
        self.hidden = array

    def __array__(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("a duck is no ndarray")

    @property
    def shape(self) -> tuple[int, ...]:
        return self.hidden.shape

    @property
    def ndim(self) -> int:
        return self.hidden.ndim

    @property
    def size(self) -> int:
        return self.hidden.size

    @property
    def dtype(self) -> np.dtype[Any]:
        return self.hidden.dtype

    def astype(self, dtype: Any) -> Duck:
        return Duck(self.hidden.astype(dtype))

    def __getitem__(self, key: Any) -> Any:
        return covered(self.hidden[bare(key)])

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        return covered(getattr(ufunc, method)(*map(bare, inputs), **bare(kwargs)))

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        return covered(func(*bare(args), **bare(kwargs)))


def bare(x: Any) -> Any:
    """The arrays inside the ducks."""
    if isinstance(x, tuple | list):
        return type(x)(map(bare, x))
    if isinstance(x, dict):
        return {key: bare(value) for key, value in x.items()}
    return x.hidden if isinstance(x, Duck) else x


def covered(x: Any) -> Any:
    """Ducks around the arrays."""
    if isinstance(x, tuple | list):
        return type(x)(map(covered, x))
    return Duck(np.asarray(x)) if isinstance(x, np.ndarray | np.generic) else x
