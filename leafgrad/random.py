"""Random tensors, from a generator that `manual_seed` sets."""

from __future__ import annotations

from typing import Any, Unpack

import numpy as np

from leafgrad.creation import shape_of
from leafgrad.node import Array
from leafgrad.options import Options, made, of_dtype, wanted
from leafgrad.surface import both_names
from leafgrad.tensor import Tensor

__all__ = [
    "Generator", "default_generator", "manual_seed", "rand", "rand_like", "randint", "randint_like",
    "randn", "randn_like", "randperm",
]


class Generator:
    """A source of random numbers with a state of its own.

    >>> a, b = Generator().manual_seed(1), Generator().manual_seed(1)
    >>> a.numpy.integers(100) == b.numpy.integers(100)
    np.True_
    """

    def __init__(self, device: Any = "cpu") -> None:
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


def source(generator: Generator | None) -> np.random.Generator:
    """NumPy's generator to draw from: that given, or the one that everything shares."""
    return (generator or default_generator).numpy


@both_names
def rand(*size: Any, generator: Generator | None = None, **options: Unpack[Options]) -> Tensor:
    """Uniform numbers in [0, 1).

    >>> rand(2, 3).shape
    (2, 3)
    """
    shape, dtype = shape_of("rand", size), floating("rand", wanted(options))
    return made("rand", uniform(source(generator), shape, dtype), options)


def floating(op: str, dtype: np.dtype[Any], kinds: str = "fc") -> np.dtype[Any]:
    """The dtype, if it is one of floats (or complex): a NotImplementedError otherwise, as PyTorch's."""
    if dtype.kind not in kinds:
        raise NotImplementedError(f"{op}: there is no such distribution of {dtype}; use a floating-point dtype")
    return dtype


def uniform(rng: np.random.Generator, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
    """In [0, 1) also where the dtype is narrower than float64, which rounding up would leave."""
    if dtype.kind == "c":
        part = np.dtype(dtype.type(0).real.dtype)
        return (uniform(rng, shape, part) + 1j * uniform(rng, shape, part)).astype(dtype)
    if dtype == np.float16:
        return (rng.integers(0, 2**11, shape) / 2**11).astype(dtype)
    return np.asarray(rng.random(shape, dtype))


@both_names
def randn(*size: Any, generator: Generator | None = None, **options: Unpack[Options]) -> Tensor:
    """Normal numbers of mean 0 and variance 1.

    >>> randn(2, 3).shape
    (2, 3)
    """
    shape, dtype = shape_of("randn", size), floating("randn", wanted(options))
    return made("randn", np.asarray(gaussian(source(generator), shape, dtype), dtype), options)


def gaussian(rng: np.random.Generator, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
    """Of mean 0 and variance 1; of complex numbers each part has one half."""
    drawn = rng.standard_normal(shape)
    return (drawn + 1j * rng.standard_normal(shape)) / np.sqrt(2) if dtype.kind == "c" else drawn


def randint(
    low: int = 0, high: Any = None, size: Any = None, *, generator: Generator | None = None, **options: Unpack[Options]
) -> Tensor:
    """Integers from `low` (0 if only `high` is given) up to but not including `high`, int64 unless told otherwise.

    A RuntimeError where there are none in between, or the dtype cannot hold them.

    >>> randint(3, (2, 2)).shape
    (2, 2)
    """
    if size is None:
        low, high, size = 0, low, high
    elif high is None:
        low, high = 0, low
    shape, dtype = shape_of("randint", (tuple(size),)), wanted(options, np.int64)
    check_range("randint", low, high, dtype)
    return made("randint", np.asarray(source(generator).integers(low, high, shape)).astype(dtype), options)


def check_range(op: str, low: int, high: int, dtype: np.dtype[Any]) -> None:
    """A RuntimeError unless there is an integer from `low` to before `high`, and the dtype can hold all of them."""
    if low >= high:
        raise RuntimeError(f"{op}: there is no integer from {low} to before {high}; low must be less than high")
    least, most = low, high
    if dtype.kind == "b":
        least, most = 0, 1
    elif dtype.kind in "iu":
        least, most = np.iinfo(dtype).min, np.iinfo(dtype).max
    if low < least or high - 1 > most:
        raise RuntimeError(f"{op}: {dtype} cannot hold all integers from {low} to {high - 1}")


def randperm(n: int, *, generator: Generator | None = None, **options: Unpack[Options]) -> Tensor:
    """The integers below n in random order. A RuntimeError where n is negative, or the dtype cannot hold them.

    >>> sorted(randperm(3).tolist())
    [0, 1, 2]
    """
    (n,), dtype = shape_of("randperm", (n,)), wanted(options, np.int64)
    if n > 1:
        check_range("randperm", 0, n, dtype)
    return made("randperm", source(generator).permutation(n).astype(dtype), options)


def rand_like(input: Tensor, *, generator: Generator | None = None, **options: Unpack[Options]) -> Tensor:
    """`rand` in the shape and dtype of another tensor.

    >>> rand_like(Tensor([1.0, 2.0])).shape
    (2,)
    """
    return rand(input.shape, generator=generator, **of_dtype(input, options))


def randn_like(input: Tensor, *, generator: Generator | None = None, **options: Unpack[Options]) -> Tensor:
    """`randn` in the shape and dtype of another tensor.

    >>> randn_like(Tensor([1.0, 2.0])).shape
    (2,)
    """
    return randn(input.shape, generator=generator, **of_dtype(input, options))


def randint_like(
    input: Tensor, low: Any = 0, high: Any = None, *, generator: Generator | None = None, **options: Unpack[Options]
) -> Tensor:
    """`randint` in the shape and dtype of another tensor.

    >>> randint_like(Tensor([1.0, 2.0]), 5).dtype
    dtype('float32')
    """
    if high is None:
        low, high = 0, low
    return randint(int(low), int(high), input.shape, generator=generator, **of_dtype(input, options))
