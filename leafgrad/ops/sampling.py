"""Random numbers whose distribution a tensor tells, and random numbers written into a tensor.

They have no derivative by what they were drawn from: that gradient is zero, as in PyTorch.
"""

from __future__ import annotations

from typing import Any, Unpack

import numpy as np

from leafgrad.creation import shape_of
from leafgrad.inplace import overwrite
from leafgrad.node import Array
from leafgrad.operands import check_broadcast, operand, operands
from leafgrad.options import Options, made, wanted
from leafgrad.random import Generator, check_range, floating, gaussian, source, uniform
from leafgrad.recording import elementwise, record
from leafgrad.surface import public
from leafgrad.tensor import Tensor

__all__ = ["bernoulli", "binomial", "multinomial", "normal", "poisson"]


@public()
def bernoulli(input: Tensor, p: float | None = None, *, generator: Generator | None = None) -> Tensor:
    """Ones, each with the probability that the tensor has in its place (or `p` in every place), and zeros.

    A RuntimeError where a probability is not from 0 to 1; a NotImplementedError for integers as probabilities.

    >>> bernoulli(Tensor([0.0, 1.0]))
    tensor([0., 1.])
    """
    x, a = operand(input)
    chance = _probability("bernoulli", a, floats=True) if p is None else _probability("bernoulli", np.asarray(p))
    drawn = source(generator).random(a.shape) < chance
    return record("bernoulli", drawn.astype(a.dtype), (x, np.zeros_like))


def _probability(op: str, p: Array, floats: bool = False) -> Array:
    if floats:
        floating(op, p.dtype)
    if not ((p >= 0) & (p <= 1)).all():
        raise RuntimeError(f"{op}: probabilities must be from 0 to 1, got {p.min()} to {p.max()}")
    return p


@public(method=False)
def poisson(input: Tensor, generator: Generator | None = None) -> Tensor:
    """Numbers of events, each of the Poisson distribution whose rate the tensor has in its place.

    A RuntimeError where a rate is negative; a NotImplementedError for integers as rates.

    >>> poisson(Tensor([0.0, 0.0]))
    tensor([0., 0.])
    """
    x, a = operand(input)
    floating("poisson", a.dtype)
    if not (a >= 0).all():
        raise RuntimeError(f"poisson: rates must not be negative, got {a.min()}")
    return record("poisson", np.asarray(source(generator).poisson(a), a.dtype), (x, np.zeros_like))


@public(method=False)
def binomial(count: Tensor, prob: Tensor, generator: Generator | None = None) -> Tensor:
    """How many of `count` trials were won, each with probability `prob`; both broadcast.

    A RuntimeError where a count is negative, or a probability not from 0 to 1; a NotImplementedError for integers.

    >>> binomial(Tensor([3.0, 3.0]), Tensor([0.0, 1.0]))
    tensor([0., 3.])
    """
    x, y, a, b = operands(count, prob)
    chance = _probability("binomial", b, floats=True)
    if not (a >= 0).all():
        raise RuntimeError(f"binomial: counts must not be negative, got {a.min()}")
    drawn = np.asarray(source(generator).binomial(a.astype(np.int64), chance), b.dtype)
    return elementwise("binomial", drawn, (x, np.zeros_like), (y, np.zeros_like))


@public(method=False)
def normal(
    mean: Any, std: Any = 1.0, size: Any = None, *, generator: Generator | None = None,
    **options: Unpack[Options],
) -> Tensor:
    """Normal numbers, each of the mean and the standard deviation in its place: tensors that broadcast, or numbers.

    Of two numbers, a tensor of that `size` (and of the keywords of `Options`). A RuntimeError where a standard
    deviation is negative.

    >>> normal(Tensor([1.0, 2.0]), 0.0)
    tensor([1., 2.])
    >>> normal(0.0, 1.0, (2, 3)).shape
    (2, 3)
    """
    (x, a), (y, b) = operand(mean), operand(std)
    if not (np.real(b) >= 0).all():
        raise RuntimeError(f"normal: standard deviations must not be negative, got {b.min()}")
    if size is None and not isinstance(mean, Tensor) and not isinstance(std, Tensor):
        raise TypeError("normal: mean and std are both numbers; give a size too")
    if size is not None:
        noise = source(generator).standard_normal(shape_of("normal", (size,)))
        return made("normal", np.asarray(a + b * noise, wanted(options)), options)
    dtype = floating("normal", (a if isinstance(mean, Tensor) else b).dtype)
    noise = source(generator).standard_normal(check_broadcast(a.shape, b.shape))
    return elementwise("normal", np.asarray(a + b * noise, dtype), (x, np.zeros_like), (y, np.zeros_like))


@public()
def multinomial(
    input: Tensor, num_samples: int, replacement: bool = False, *, generator: Generator | None = None
) -> Tensor:
    """The indices of so many elements of each row, drawn with probabilities in proportion to the elements.

    Without replacement each is drawn once at most: as those for which an exponential variable of that rate is least.
    (Efraimidis and Spirakis, 2006.) A RuntimeError where a row is not one of weights: finite, not negative, not all
    zero, and enough of them.

    >>> multinomial(Tensor([0.0, 1.0]), 3, replacement=True)
    tensor([1, 1, 1])
    """
    weights = input.data
    if weights.ndim not in (1, 2) or weights.dtype.kind != "f":
        raise RuntimeError(
            f"multinomial: needs a vector or a matrix of floats, got {weights.dtype} of shape {weights.shape}"
        )
    n = weights.shape[-1]
    if num_samples <= 0 or (not replacement and num_samples > n):
        raise RuntimeError(f"multinomial: cannot draw {num_samples} samples of {n} without replacement")
    if not (np.isfinite(weights) & (weights >= 0)).all():
        raise RuntimeError("multinomial: weights must be finite and not negative")
    if ((weights > 0).sum(-1) < (1 if replacement else num_samples)).any():
        raise RuntimeError(f"multinomial: fewer weights of a row than the samples drawn, {num_samples}, are not zero")
    rng = source(generator)
    if replacement:
        ends = np.cumsum(weights.astype(np.float64), -1)
        places = rng.random((*weights.shape[:-1], num_samples)) * ends[..., -1:]
        drawn = (places[..., None] >= ends[..., None, :]).sum(-1)
    else:
        with np.errstate(divide="ignore"):
            waiting = rng.standard_exponential(weights.shape) / weights
        drawn = np.argsort(waiting, -1)[..., :num_samples]
    return Tensor(drawn)


# Random numbers written over all elements


@public(function=False)
def uniform_(input: Tensor, a: float = 0.0, b: float = 1.0, *, generator: Generator | None = None) -> Tensor:
    """Write uniform numbers in [a, b) over all elements; returns the tensor. A RuntimeError unless a ≤ b."""
    dtype = floating("uniform_", input.dtype)
    if a > b:
        raise RuntimeError(f"uniform_: the bounds must be in order, got a={a} and b={b}")
    return overwrite("uniform_", input, uniform(source(generator), input.shape, dtype) * (b - a) + a)


@public(function=False)
def normal_(input: Tensor, mean: float = 0.0, std: float = 1.0, *, generator: Generator | None = None) -> Tensor:
    """Write normal numbers over all elements; returns the tensor. A RuntimeError for a negative `std`."""
    floating("normal_", input.dtype)
    if std < 0:
        raise RuntimeError(f"normal_: the standard deviation must not be negative, got {std}")
    return overwrite("normal_", input, mean + std * gaussian(source(generator), input.shape, input.dtype))


@public(function=False)
def log_normal_(input: Tensor, mean: float = 1.0, std: float = 2.0, *, generator: Generator | None = None) -> Tensor:
    """Write numbers whose logarithm is normal over all elements; returns the tensor. A RuntimeError unless `std` > 0.

    >>> (log_normal_(Tensor([0.0, 0.0])) > 0).all()
    tensor(True)
    """
    floating("log_normal_", input.dtype, "f")
    _positive("log_normal_", "std", std)
    return overwrite("log_normal_", input, source(generator).lognormal(mean, std, input.shape))


@public(function=False)
def exponential_(input: Tensor, lambd: float = 1.0, *, generator: Generator | None = None) -> Tensor:
    """Write exponential numbers of rate `lambd` over all elements; returns the tensor. A RuntimeError unless it is > 0.

    >>> (exponential_(Tensor([0.0, 0.0])) >= 0).all()
    tensor(True)
    """
    floating("exponential_", input.dtype, "f")
    _positive("exponential_", "lambd", lambd)
    return overwrite("exponential_", input, source(generator).standard_exponential(input.shape) / lambd)


@public(function=False)
def cauchy_(input: Tensor, median: float = 0.0, sigma: float = 1.0, *, generator: Generator | None = None) -> Tensor:
    """Write numbers of the Cauchy distribution over all elements; returns the tensor. A RuntimeError unless
    `sigma` > 0.

    >>> cauchy_(Tensor([0.0, 0.0])).shape
    (2,)
    """
    floating("cauchy_", input.dtype, "f")
    _positive("cauchy_", "sigma", sigma)
    return overwrite("cauchy_", input, median + sigma * source(generator).standard_cauchy(input.shape))


@public(function=False)
def geometric_(input: Tensor, p: float, *, generator: Generator | None = None) -> Tensor:
    """Write over all elements in which of a row of trials, each won with probability `p`, the first was won.

    Returns the tensor. A RuntimeError unless 0 < p < 1.

    >>> (geometric_(Tensor([0.0, 0.0]), 0.5) >= 1).all()
    tensor(True)
    """
    if not 0 < p < 1:
        raise RuntimeError(f"geometric_: p must be between 0 and 1, got {p}")
    return overwrite("geometric_", input, source(generator).geometric(p, input.shape))


@public(function=False)
def bernoulli_(input: Tensor, p: Any = 0.5, *, generator: Generator | None = None) -> Tensor:
    """Write ones, each with probability `p` (a number or a tensor of them), and zeros; returns the tensor.

    >>> bernoulli_(Tensor([3.0, 3.0]), 1.0)
    tensor([1., 1.])
    """
    chance = _probability("bernoulli_", operand(p)[1], floats=isinstance(p, Tensor))
    return overwrite("bernoulli_", input, source(generator).random(input.shape) < chance)


@public(function=False)
def random_(input: Tensor, low: int = 0, high: Any = None, *, generator: Generator | None = None) -> Tensor:
    """Write integers from `low` to before `high` over all elements; returns the tensor.

    With one bound it is `high`; with none they are those that the dtype holds exactly. A RuntimeError where there are
    none in between, or the dtype cannot hold them.

    >>> (random_(Tensor([0.0, 0.0]), 1, 3) <= 2).all()
    tensor(True)
    """
    dtype = input.dtype
    if high is None:
        low, high = 0, low or _beyond(dtype)
    check_range("random_", low, high, dtype)
    return overwrite("random_", input, source(generator).integers(low, high, input.shape))


def _beyond(dtype: np.dtype[Any]) -> int:
    """The first integer that is too large for the dtype, or not exact in it."""
    if dtype.kind == "f":
        return int(2 ** (np.finfo(dtype).nmant + 1))
    return 2 if dtype.kind == "b" else int(np.iinfo(dtype).max)


def _positive(op: str, name: str, value: float) -> None:
    if not value > 0:
        raise RuntimeError(f"{op}: {name} must be positive, got {value}")
