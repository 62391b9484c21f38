"""Random tensors, from a generator that `manual_seed` sets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from leafgrad.dims import sizes
from leafgrad.dtypes import get_default_dtype
from leafgrad.inplace import overwrite
from leafgrad.node import Array
from leafgrad.surface import both_names, public
from leafgrad.tensor import Tensor, wrap

__all__ = ["Generator", "manual_seed", "rand", "rand_like", "randint", "randn", "randn_like", "randperm"]


class Generator:
    """A source of random numbers with a state of its own.

    >>> a, b = Generator().manual_seed(1), Generator().manual_seed(1)
    >>> a.numpy.integers(100) == b.numpy.integers(100)
    np.True_
    """

    def __init__(self) -> None:
        self._rng: np.random.Generator | None = None

    @property
    def numpy(self) -> np.random.Generator:
        """NumPy's generator inside, made when it is first used: `numpy.random` is slow to import."""
        if self._rng is None:
            self._rng = np.random.default_rng()
        return self._rng

    def manual_seed(self, seed: int) -> Generator:
        """Start again from this seed; returns the generator."""
        self._rng = np.random.default_rng(seed)
        return self

    def get_state(self) -> dict[str, Any]:
        """The state, which `set_state` takes."""
        return dict(self.numpy.bit_generator.state)

    def set_state(self, state: dict[str, Any]) -> None:
        """Go on from a state that `get_state` gave."""
        self.numpy.bit_generator.state = state


default_generator = Generator()


def manual_seed(seed: int) -> Generator:
    """Seed the generator that everything uses which is not given its own.

    >>> import leafgrad
    >>> _ = manual_seed(0)
    >>> first = leafgrad.rand(2)
    >>> _ = manual_seed(0)
    >>> leafgrad.equal(first, leafgrad.rand(2))
    True
    """
    return default_generator.manual_seed(seed)


def _drawn(
    draw: Callable[[np.random.Generator], Any], dtype: Any, requires_grad: bool, generator: Generator | None
) -> Tensor:
    array = np.asarray(draw((generator or default_generator).numpy), dtype or get_default_dtype())
    return wrap(array).requires_grad_(requires_grad)


@both_names
def rand(
    *size: Any, dtype: Any = None, requires_grad: bool = False, generator: Generator | None = None
) -> Tensor:
    """Uniform numbers in [0, 1).

    >>> rand(2, 3).shape
    (2, 3)
    """
    shape = sizes(size)
    return _drawn(lambda rng: _uniform(rng, shape, dtype or get_default_dtype()), dtype, requires_grad, generator)


def _uniform(rng: np.random.Generator, shape: tuple[int, ...], dtype: Any) -> Array:
    """In [0, 1) also where the dtype is narrower than float64, which rounding up would leave."""
    if np.dtype(dtype) == np.float16:
        return rng.integers(0, 2**11, shape) / 2**11
    return rng.random(shape, np.float32 if np.dtype(dtype) == np.float32 else np.float64)


@both_names
def randn(
    *size: Any, dtype: Any = None, requires_grad: bool = False, generator: Generator | None = None
) -> Tensor:
    """Normal numbers of mean 0 and variance 1.

    >>> randn(2, 3).shape
    (2, 3)
    """
    shape = sizes(size)
    return _drawn(lambda rng: rng.standard_normal(shape), dtype, requires_grad, generator)


def randint(
    low: int = 0, high: Any = None, size: Any = None, *, dtype: Any = np.int64, generator: Generator | None = None
) -> Tensor:
    """Integers from `low` (0 if only `high` is given) up to but not including `high`.

    >>> randint(3, (2, 2)).shape
    (2, 2)
    """
    if size is None:
        low, high, size = 0, low, high
    return _drawn(lambda rng: rng.integers(low, high, sizes((tuple(size),))), dtype, False, generator)


def randperm(n: int, *, generator: Generator | None = None) -> Tensor:
    """The integers below n in random order.

    >>> sorted(randperm(3).tolist())
    [0, 1, 2]
    """
    return _drawn(lambda rng: rng.permutation(n), np.int64, False, generator)


def rand_like(input: Tensor, *, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """`rand` in the shape and dtype of another tensor."""
    return rand(*input.shape, dtype=dtype or input.dtype, requires_grad=requires_grad)


def randn_like(input: Tensor, *, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """`randn` in the shape and dtype of another tensor."""
    return randn(*input.shape, dtype=dtype or input.dtype, requires_grad=requires_grad)


@public(function=False)
def uniform_(input: Tensor, a: float = 0.0, b: float = 1.0, *, generator: Generator | None = None) -> Tensor:
    """Write uniform numbers in [a, b) over all elements; returns the tensor."""
    return overwrite("uniform_", input, (generator or default_generator).numpy.uniform(a, b, input.shape))


@public(function=False)
def normal_(input: Tensor, mean: float = 0.0, std: float = 1.0, *, generator: Generator | None = None) -> Tensor:
    """Write normal numbers over all elements; returns the tensor."""
    return overwrite("normal_", input, (generator or default_generator).numpy.normal(mean, std, input.shape))
