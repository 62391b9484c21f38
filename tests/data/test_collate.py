"""Samples of every kind become batches."""

from typing import NamedTuple

import numpy as np
import pytest

import leafgrad
from leafgrad.data import default_collate


class Pair(NamedTuple):
    image: object
    label: object


@pytest.mark.parametrize(
    ("samples", "dtype"),
    [
        ([1.5, 2.5], np.float32),
        ([1, 2], np.int64),
        ([True, False], np.bool_),
        ([np.float64(1), np.float64(2)], np.float64),
        ([np.uint8(1), np.uint8(2)], np.uint8),
        ([np.zeros(2, np.float32), np.ones(2, np.float32)], np.float32),
        ([leafgrad.tensor([1, 2]), leafgrad.tensor([3, 4])], np.int64),
    ],
)
def test_numbers_arrays_and_tensors_are_stacked(samples, dtype):
    batch = default_collate(samples)
    assert isinstance(batch, leafgrad.Tensor)
    assert batch.dtype == dtype
    np.testing.assert_array_equal(batch.numpy(), np.stack([np.asarray(sample) for sample in samples]))


def test_structure_is_kept():
    samples = [({"x": 1.0, "name": "one"}, [1, 2]), ({"x": 2.0, "name": "two"}, [3, 4])]
    record, columns = default_collate(samples)
    assert record["x"].tolist() == [1.0, 2.0]
    assert record["name"] == ["one", "two"]
    assert [column.tolist() for column in columns] == [[1, 3], [2, 4]]


def test_named_tuples_stay_named():
    batch = default_collate([Pair(1.0, 5), Pair(2.0, 6)])
    assert isinstance(batch, Pair)
    assert batch.label.tolist() == [5, 6]


def test_a_stack_of_tensors_carries_gradients():
    x = leafgrad.tensor([1.0, 2.0], requires_grad=True)
    (default_collate([x, x * 2])).sum().backward()
    assert x.grad.tolist() == [3.0, 3.0]


def test_samples_of_different_length_are_refused():
    with pytest.raises(ValueError, match=r"one length, found lengths \[1, 2\]"):
        default_collate([(1,), (1, 2)])


@pytest.mark.parametrize("samples", [[np.zeros(2), np.zeros(3)], [leafgrad.zeros(2), leafgrad.zeros(3)]])
def test_samples_of_different_shape_are_refused(samples):
    with pytest.raises((ValueError, RuntimeError), match=r"shape|size"):
        default_collate(samples)


def test_samples_of_another_type_are_refused():
    with pytest.raises(TypeError, match=r"samples of type object.*collate_fn"):
        default_collate([object()])
