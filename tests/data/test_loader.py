"""The order, the size and the content of batches."""

import numpy as np
import pytest

import leafgrad
from leafgrad.data import DataLoader, Dataset, Subset, TensorDataset


@pytest.fixture
def dataset():
    return TensorDataset(np.arange(10, dtype=np.float32).reshape(5, 2), np.arange(5))


def generator(seed):
    return leafgrad.Generator().manual_seed(seed)


def labels(loader):
    return [batch[1].tolist() for batch in loader]


@pytest.mark.parametrize(
    ("batch_size", "drop_last", "expected"),
    [
        (1, False, [[0], [1], [2], [3], [4]]),
        (2, False, [[0, 1], [2, 3], [4]]),
        (2, True, [[0, 1], [2, 3]]),
        (5, True, [[0, 1, 2, 3, 4]]),
        (9, False, [[0, 1, 2, 3, 4]]),
        (9, True, []),
        (np.int64(4), False, [[0, 1, 2, 3], [4]]),
    ],
)
def test_batches_in_order(dataset, batch_size, drop_last, expected):
    loader = DataLoader(dataset, batch_size, drop_last=drop_last)
    assert labels(loader) == expected
    assert len(loader) == len(expected)


def test_images_and_labels_stay_together(dataset):
    for images, targets in DataLoader(dataset, 2, shuffle=True):
        np.testing.assert_array_equal(images.numpy()[:, 0], 2 * targets.numpy())


def test_an_empty_data_set_has_no_batches():
    loader = DataLoader(TensorDataset(np.zeros((0, 3))), 4, shuffle=True)
    assert len(loader) == 0
    assert list(loader) == []


def test_shuffling_draws_a_new_order_each_time():
    loader = DataLoader(TensorDataset(np.arange(50), np.arange(50)), 50, shuffle=True, generator=generator(0))
    (first,), (second,) = labels(loader), labels(loader)
    assert first != second
    assert sorted(first) == sorted(second) == list(range(50))


def test_the_generator_decides_the_order(dataset):
    orders = [labels(DataLoader(dataset, 5, shuffle=True, generator=generator(seed))) for seed in (1, 1)]
    assert orders[0] == orders[1]


def test_the_global_seed_decides_the_order_without_a_generator(dataset):
    orders = []
    for _ in range(2):
        leafgrad.manual_seed(5)
        orders.append(labels(DataLoader(dataset, 2, shuffle=True)))
    assert orders[0] == orders[1]


def test_reading_in_order_draws_no_random_numbers(dataset):
    leafgrad.manual_seed(0)
    expected = leafgrad.rand(3).tolist()
    leafgrad.manual_seed(0)
    labels(DataLoader(dataset, 2))
    assert leafgrad.rand(3).tolist() == expected


def test_a_tensor_data_set_is_indexed_once_a_batch(dataset, monkeypatch):
    def refuse(self, index):
        raise AssertionError("fetched one by one")

    monkeypatch.setattr(TensorDataset, "__getitem__", refuse)
    assert labels(DataLoader(dataset, 2)) == [[0, 1], [2, 3], [4]]
    assert labels(DataLoader(Subset(dataset, [4, 1]), 2)) == [[4, 1]]


def test_a_data_set_of_ones_own():
    class Squares(Dataset[tuple[float, int]]):
        def __getitem__(self, index):
            assert type(index) is int
            return float(index), index**2

        def __len__(self):
            return 3

    loader = DataLoader(Squares(), 2)
    assert [[column.tolist() for column in batch] for batch in loader] == [[[0, 1], [0, 1]], [[2], [4]]]
    assert list(DataLoader(Squares(), 2, collate_fn=tuple)) == [((0.0, 0), (1.0, 1)), ((2.0, 4),)]


def test_a_list_is_a_data_set():
    assert [batch.tolist() for batch in DataLoader([1.0, 2.0, 3.0], 2)] == [[1, 2], [3]]


def test_collate_fn_receives_the_samples():
    assert list(DataLoader("abcde", 2, collate_fn="".join)) == ["ab", "cd", "e"]


@pytest.mark.parametrize("batch_size", [0, -1, 2.0, True, None, "2"])
def test_a_batch_size_that_is_no_positive_integer_is_refused(dataset, batch_size):
    with pytest.raises(ValueError, match="batch_size must be a positive integer"):
        DataLoader(dataset, batch_size)
