"""Data sets and their parts."""

import numpy as np
import pytest

import leafgrad
from leafgrad.data import Dataset, Subset, TensorDataset, random_split


@pytest.fixture
def dataset():
    return TensorDataset(np.arange(12, dtype=np.float32).reshape(6, 2), np.arange(6))


def generator(seed):
    return leafgrad.Generator().manual_seed(seed)


def test_a_sample_is_a_tuple_of_rows(dataset):
    image, label = dataset[2]
    assert image.tolist() == [4.0, 5.0]
    assert label.item() == 2
    assert len(dataset) == 6


def test_iteration_ends(dataset):
    assert [label.item() for _, label in dataset] == [0, 1, 2, 3, 4, 5]


def test_dtypes_are_kept(dataset):
    assert [tensor.dtype for tensor in dataset.get_batch(np.array([0, 1]))] == [np.float32, np.int64]


def test_arrays_are_shared_and_batches_are_not():
    array = np.zeros((3, 2))
    dataset = TensorDataset(array)
    (batch,) = dataset.get_batch(np.arange(3))
    batch += 1
    assert not array.any()
    array[0] = 7
    assert dataset[0][0].tolist() == [7.0, 7.0]


def test_a_batch_carries_the_gradient_to_the_rows_it_took():
    table = leafgrad.zeros(4, 2, requires_grad=True)
    (batch,) = TensorDataset(table).get_batch(np.array([1, 3, 1]))
    batch.sum().backward()
    assert table.grad.tolist() == [[0, 0], [2, 2], [0, 0], [1, 1]]


@pytest.mark.parametrize("shapes", [[], [(3, 2), (4,)], [()], [(3,), ()]])
def test_tensors_of_different_length_are_refused(shapes):
    with pytest.raises(ValueError, match="TensorDataset: expected one or more tensors of one length"):
        TensorDataset(*[np.zeros(shape) for shape in shapes])


def test_a_data_set_must_say_what_it_holds():
    class Nothing(Dataset[int]):
        pass

    with pytest.raises(NotImplementedError, match="Nothing must define __getitem__"):
        Nothing()[0]
    with pytest.raises(NotImplementedError, match="Nothing must define __len__"):
        len(Nothing())


def test_a_subset_follows_its_indices(dataset):
    subset = Subset(dataset, [5, 0, 3])
    assert len(subset) == 3
    assert [label.item() for _, label in subset] == [5, 0, 3]
    assert subset.get_batch(np.array([2, 0]))[1].tolist() == [3, 5]


def test_a_subset_of_a_subset_of_a_list():
    subset = Subset(Subset([10, 11, 12, 13], [3, 2, 1]), [0, 2])
    assert list(subset) == [13, 11]
    assert subset.get_batch(np.array([1, 0])).tolist() == [11, 13]


def test_a_split_is_a_partition(dataset):
    parts = random_split(dataset, [4, 2], generator(0))
    assert [len(part) for part in parts] == [4, 2]
    assert sorted(label.item() for part in parts for _, label in part) == [0, 1, 2, 3, 4, 5]


def test_the_generator_decides_the_split():
    def split(seed):
        return [list(part) for part in random_split(range(100), [50, 50], generator(seed))]

    assert split(1) == split(1)
    assert split(1) != split(2)


def test_the_global_seed_decides_the_split_without_a_generator():
    splits = []
    for _ in range(2):
        leafgrad.manual_seed(3)
        splits.append([list(part) for part in random_split(range(100), [0.5, 0.5])])
    assert splits[0] == splits[1]


@pytest.mark.parametrize(
    ("lengths", "expected"),
    [([0.8, 0.2], [8, 2]), ([0.5, 0.25, 0.25], [6, 2, 2]), ([1.0], [10]), ([1 / 3] * 3, [4, 3, 3]), ([10, 0], [10, 0])],
)
def test_fractions_are_rounded_down_and_the_rest_dealt_out(lengths, expected):
    assert [len(part) for part in random_split(range(10), lengths)] == expected


@pytest.mark.parametrize("lengths", [[5, 4], [11, -1], [], [0.5, 0.6], [1.5, -0.5], [2.5, 7.5], [float("nan")]])
def test_lengths_that_do_not_add_up_are_refused(lengths):
    with pytest.raises(ValueError, match="add up to 10"):
        random_split(range(10), lengths)
