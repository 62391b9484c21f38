"""Random tensors: what they are drawn from, and what cannot be drawn from."""

from __future__ import annotations

import numpy as np
import pytest

import leafgrad

N = 20_000


def rng() -> leafgrad.Generator:
    return leafgrad.Generator().manual_seed(0)


#: A draw of N numbers, and their mean and standard deviation.
DRAWS = {
    "uniform_": (lambda: leafgrad.empty(N).uniform_(-1, 3, generator=rng()), 1, 4 / 12**0.5),
    "normal_": (lambda: leafgrad.empty(N).normal_(2, 3, generator=rng()), 2, 3),
    "log_normal_": (lambda: leafgrad.empty(N).log_normal_(0.5, 0.25, generator=rng()).log(), 0.5, 0.25),
    "exponential_": (lambda: leafgrad.empty(N).exponential_(2, generator=rng()), 0.5, 0.5),
    "geometric_": (lambda: leafgrad.empty(N).geometric_(0.25, generator=rng()), 4, 12**0.5),
    "cauchy_": (lambda: (leafgrad.empty(N).cauchy_(1, 2, generator=rng()) < 3).float(), 0.75, 0.433),
    "bernoulli_": (lambda: leafgrad.empty(N).bernoulli_(leafgrad.full((N,), 0.3), generator=rng()), 0.3, 0.458),
    "random_": (lambda: leafgrad.empty(N).random_(2, 5, generator=rng()), 3, (2 / 3) ** 0.5),
    "bernoulli": (lambda: leafgrad.bernoulli(leafgrad.full((N,), 0.3), generator=rng()), 0.3, 0.458),
    "poisson": (lambda: leafgrad.poisson(leafgrad.full((N,), 4.0), generator=rng()), 4, 2),
    "binomial": (
        lambda: leafgrad.binomial(leafgrad.full((N,), 4.0), leafgrad.tensor(0.25), generator=rng()), 1, 0.75**0.5
    ),
    "normal": (lambda: leafgrad.normal(leafgrad.full((N,), 1.0), 0.5, generator=rng()), 1, 0.5),
    "multinomial": (lambda: leafgrad.multinomial(leafgrad.tensor([1.0, 0, 1]), N, True, generator=rng()).float(), 1, 1),
    "rand": (lambda: leafgrad.rand(N, generator=rng()), 0.5, 12**-0.5),
    "randn": (lambda: leafgrad.randn(N, generator=rng()), 0, 1),
    "randint": (lambda: leafgrad.randint(2, 5, (N,), generator=rng()).float(), 3, (2 / 3) ** 0.5),
}


@pytest.mark.parametrize("name", DRAWS)
def test_mean_and_deviation(name: str) -> None:
    draw, mean, deviation = DRAWS[name]
    drawn = draw()
    assert drawn.dtype == leafgrad.float32
    assert abs(drawn.mean().item() - mean) < 5 * deviation / N**0.5
    assert abs(drawn.std().item() - deviation) < 0.05 * max(deviation, 1)
    assert leafgrad.equal(drawn, draw())


def test_multinomial_without_replacement_draws_each_once() -> None:
    weights = leafgrad.tensor([[1.0, 2, 0, 4], [0, 0, 3, 1]])
    drawn = leafgrad.multinomial(weights, 2, generator=rng())
    assert drawn.shape == (2, 2) and drawn.dtype == leafgrad.int64
    assert sorted(drawn[1].tolist()) == [2, 3] and 2 not in drawn[0].tolist() and len(set(drawn[0].tolist())) == 2
    first = leafgrad.multinomial(leafgrad.tensor([[1.0, 3.0]]).expand(N, 2), 1, generator=rng())
    assert abs(first.float().mean().item() - 0.75) < 0.02


def test_samples_have_no_gradient_by_their_parameters() -> None:
    p = leafgrad.full((3,), 0.5, requires_grad=True)
    written = [(p * 1).exponential_(), (p * 1).random_()]
    for drawn in (leafgrad.bernoulli(p), leafgrad.poisson(p), leafgrad.normal(p, p), *written):
        assert leafgrad.autograd.grad(drawn.sum(), p)[0].tolist() == [0, 0, 0]
    assert not leafgrad.rand_like(p).requires_grad and leafgrad.randint_like(p, 5).dtype == p.dtype


@pytest.mark.parametrize(
    "call, error, message",
    [
        (lambda x: x.uniform_(2, 1), RuntimeError, "in order"),
        (lambda x: x.normal_(0, -1), RuntimeError, "must not be negative"),
        (lambda x: x.log_normal_(0, 0), RuntimeError, "std must be positive"),
        (lambda x: x.exponential_(0), RuntimeError, "lambd must be positive"),
        (lambda x: x.cauchy_(0, -1), RuntimeError, "sigma must be positive"),
        (lambda x: x.geometric_(1), RuntimeError, "between 0 and 1"),
        (lambda x: x.bernoulli_(2.0), RuntimeError, "from 0 to 1"),
        (lambda x: x.random_(5, 5), RuntimeError, "low must be less than high"),
        (lambda x: x.byte().random_(0, 300), RuntimeError, "uint8 cannot hold"),
        (lambda x: x.long().uniform_(), NotImplementedError, "floating-point"),
        (lambda x: leafgrad.bernoulli(x + 1), RuntimeError, "from 0 to 1"),
        (lambda x: leafgrad.bernoulli(x.long()), NotImplementedError, "floating-point"),
        (lambda x: leafgrad.poisson(x - 3), RuntimeError, "must not be negative"),
        (lambda x: leafgrad.normal(x, -1.0), RuntimeError, "must not be negative"),
        (lambda x: leafgrad.normal(0.0, 1.0), TypeError, "give a size"),
        (lambda x: leafgrad.multinomial(x, 3), RuntimeError, "3 samples of 2"),
        (lambda x: leafgrad.multinomial(x, 0), RuntimeError, "cannot draw 0"),
        (lambda x: leafgrad.multinomial(x * 0, 1), RuntimeError, "are not zero"),
        (lambda x: leafgrad.multinomial(x - 2, 1), RuntimeError, "not negative"),
        (lambda x: leafgrad.randint(3, 3, (2,)), RuntimeError, "no integer"),
        (lambda x: leafgrad.randint(0, 300, (2,), dtype="uint8"), RuntimeError, "cannot hold"),
        (lambda x: leafgrad.rand(2, dtype="int64"), NotImplementedError, "floating-point"),
        (lambda x: leafgrad.randperm(-1), RuntimeError, "negative"),
    ],
)
def test_what_cannot_be_drawn(call: object, error: type, message: str) -> None:
    x = leafgrad.ones(2)
    with pytest.raises(error, match=message):
        call(x)
    assert np.array_equal(x.data, [1, 1])
