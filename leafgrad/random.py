"""Random tensors, from a generator that `manual_seed` sets."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any, Unpack

import numpy as np

from leafgrad import options
from leafgrad.creation import shape_of
from leafgrad.node import Array
from leafgrad.options import Options, made, of_dtype, wanted
from leafgrad.surface import both_names
from leafgrad.tensor import Tensor

__all__ = [
    "Generator", "default_generator", "get_rng_state", "initial_seed", "manual_seed", "rand", "rand_like", "randint",
    "randint_like", "randn", "randn_like", "randperm", "seed", "set_rng_state",
]


class Generator:
    """A source of random numbers with a state of its own.

    >>> a, b = Generator().manual_seed(1), Generator().manual_seed(1)
    >>> a.numpy.integers(100) == b.numpy.integers(100)
    np.True_
    """

    def __init__(self, device: Any = "cpu") -> None:
        self.device = options.device(device)
        self._rng: np.random.Generator | None = None
        self._seed: int | None = None

    @property
    def numpy(self) -> np.random.Generator:
        """NumPy's generator inside, made when it is first used: `numpy.random` is slow to import."""
        if self._rng is None:
            self.seed()
        assert self._rng is not None
        return self._rng

    def manual_seed(self, seed: int) -> Generator:
        """Start again from this seed; returns the generator."""
        self._seed = int(seed) % 2**64  # PyTorch takes negative ones too
        self._rng = np.random.default_rng(self._seed)
        return self

    def seed(self) -> int:
        """Start again from a seed that the system draws, which is returned."""
        self.manual_seed(int.from_bytes(os.urandom(8), "little"))
        return self.initial_seed()

    def initial_seed(self) -> int:
        """The seed from which it last started."""
        return self.seed() if self._seed is None else self._seed

    def clone_state(self) -> Generator:
        """Another generator, in the same state."""
        other = Generator(self.device)
        other._rng, other._seed = deepcopy(self.numpy), self._seed
        return other

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


def seed() -> int:
    """Seed that generator with a number which the system draws, and return it."""
    return default_generator.seed()


def initial_seed() -> int:
    """The seed from which that generator last started.

    >>> _ = manual_seed(3)
    >>> initial_seed()
    3
    """
    return default_generator.initial_seed()


def get_rng_state() -> dict[str, Any]:
    """The state of that generator, which `set_rng_state` takes: PyTorch's is a tensor, this is NumPy's dict.

    >>> state = get_rng_state()
    >>> first = rand(2)
    >>> set_rng_state(state)
    >>> bool((rand(2) == first).all())
    True
    """
    return default_generator.get_state()


def set_rng_state(new_state: dict[str, Any]) -> None:
    """Have that generator go on from a state that `get_rng_state` gave."""
    default_generator.set_state(new_state)


@contextmanager
def fork_rng(devices: Any = None, enabled: bool = True) -> Iterator[None]:
    """As a context manager, restores the state of that generator at the end.

    >>> _ = manual_seed(3)
    >>> with fork_rng():
    ...     first = rand(2)
    >>> bool((rand(2) == first).all())
    True
    """
    state = default_generator.get_state()
    try:
        yield
    finally:
        if enabled:
            default_generator.set_state(state)


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
