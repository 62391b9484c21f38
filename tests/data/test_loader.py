"""The order, the size and the content of batches."""

import numpy as np
import pytest

import leafgrad
from leafgrad.data import BatchSampler, DataLoader, Dataset, IterableDataset, SequentialSampler, Subset, TensorDataset


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


@pytest.mark.parametrize("batch_size", [0, -1, 2.0, True, "2"])
def test_a_batch_size_that_is_no_positive_integer_is_refused(dataset, batch_size):
    with pytest.raises(ValueError, match="batch_size must be a positive integer"):
        DataLoader(dataset, batch_size)


def test_samples_without_batches():
    assert list(DataLoader([1.0, 2.0], batch_size=None)) == [1.0, 2.0]
    (first, _), _ = DataLoader([(np.zeros(2), "a"), (np.ones(2), "b")], batch_size=None)
    assert isinstance(first, leafgrad.Tensor)


def test_samplers_give_the_order(dataset):
    assert labels(DataLoader(dataset, 2, sampler=[4, 0, 2])) == [[4, 0], [2]]
    assert labels(DataLoader(dataset, 2, sampler=[4, 0, 2], drop_last=True)) == [[4, 0]]
    loader = DataLoader(dataset, batch_sampler=BatchSampler(SequentialSampler(dataset), 3, drop_last=False))
    assert labels(loader) == [[0, 1, 2], [3, 4]] and len(loader) == 2


def test_a_data_set_that_is_read():
    class Countdown(IterableDataset):
        def __iter__(self):
            return iter([3, 2, 1])

    assert [batch.tolist() for batch in DataLoader(Countdown(), 2)] == [[3, 2], [1]]
    assert [batch.tolist() for batch in DataLoader(Countdown(), 2, drop_last=True)] == [[3, 2]]
    assert list(DataLoader(Countdown(), batch_size=None)) == [3, 2, 1]
    with pytest.raises(TypeError, match="has no length"):
        len(DataLoader(Countdown()))


def test_what_is_for_parallel_loading_changes_nothing(dataset):
    loader = DataLoader(dataset, 5, num_workers=2, pin_memory=True, timeout=3, persistent_workers=True)
    assert labels(loader) == [[0, 1, 2, 3, 4]]


@pytest.mark.parametrize(
    "options",
    [
        {"sampler": [0], "shuffle": True},
        {"batch_sampler": [[0]], "batch_size": 2},
        {"batch_sampler": [], "drop_last": True},
    ],
)
def test_options_that_exclude_each_other(dataset, options):
    with pytest.raises(ValueError, match=r"DataLoader: .*goes without"):
        DataLoader(dataset, **options)
