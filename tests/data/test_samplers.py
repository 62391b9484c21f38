"""Samplers: which indices, how many, and that the generator decides."""

import pytest

import leafgrad
from leafgrad.data import BatchSampler, RandomSampler, SequentialSampler, SubsetRandomSampler, WeightedRandomSampler


def generator():
    return leafgrad.Generator().manual_seed(0)


@pytest.mark.parametrize(
    "make",
    [
        lambda g: RandomSampler(range(9), generator=g),
        lambda g: RandomSampler(range(9), replacement=True, num_samples=20, generator=g),
        lambda g: RandomSampler(range(9), num_samples=20, generator=g),
        lambda g: SubsetRandomSampler([7, 8, 3], g),
        lambda g: WeightedRandomSampler([0.1, 0.0, 0.9], 12, generator=g),
        lambda g: WeightedRandomSampler([0.1, 0.5, 0.9], 2, replacement=False, generator=g),
    ],
)
def test_what_is_random(make):
    drawn = list(make(generator()))
    assert drawn == list(make(generator())) and len(drawn) == len(make(None)) == len(list(make(None)))
    assert all(isinstance(index, int) and 0 <= index < 9 for index in drawn)


def test_without_replacement_each_comes_once_a_round():
    drawn = list(RandomSampler(range(4), num_samples=6))
    assert sorted(drawn[:4]) == [0, 1, 2, 3] and len(set(drawn[4:])) == 2
    assert sorted(WeightedRandomSampler([1.0, 2.0], 2, replacement=False)) == [0, 1]


def test_batches():
    sampler = BatchSampler(SequentialSampler("abcde"), 2, drop_last=True)
    assert list(sampler) == [[0, 1], [2, 3]] and len(sampler) == 2


def test_bad_weights():
    for weights in ([0.0], [-1.0, 2.0]):
        with pytest.raises(ValueError, match="must not be negative, nor all zero"):
            WeightedRandomSampler(weights, 1)
