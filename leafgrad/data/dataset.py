"""Data sets: what has a length and gives a sample for an index."""

import math
from collections.abc import Iterator, Sequence
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from leafgrad.data.collate import default_collate
from leafgrad.random import Generator, default_generator
from leafgrad.tensor import Tensor

Sample = TypeVar("Sample", covariant=True)
Indices = NDArray[np.int64]


class Dataset(Generic[Sample]):
    """The base of data sets: define `__getitem__`, for one sample, and `__len__`.

    Define `get_batch` too where many samples are fetched faster at once than one by one.

    >>> class Squares(Dataset[tuple[int, int]]):
    ...     def __getitem__(self, index):
    ...         return index, index**2
    ...     def __len__(self):
    ...         return 10
    >>> Squares().get_batch([2, 3])
    [tensor([2, 3]), tensor([4, 9])]
    """

    def __getitem__(self, index: int) -> Sample:
        raise NotImplementedError(f"{type(self).__name__} must define __getitem__(index), which returns one sample")

    def __len__(self) -> int:
        raise NotImplementedError(f"{type(self).__name__} must define __len__(), the number of its samples")

    def get_batch(self, indices: Indices) -> Any:
        """Return the samples at `indices` as one batch, as `default_collate` makes it."""
        return default_collate([self[int(index)] for index in indices])

    def __add__(self, other: Any) -> Any:
        from leafgrad.data.combining import ConcatDataset

        return ConcatDataset([self, other])


class IterableDataset(Dataset[Sample]):
    """The base of data sets that are read from start to end: define `__iter__`, and `__len__` if it is known.

    >>> from leafgrad.data import DataLoader
    >>> class Countdown(IterableDataset[int]):
    ...     def __iter__(self):
    ...         return iter([3, 2, 1])
    >>> [batch.tolist() for batch in DataLoader(Countdown(), batch_size=2)]
    [[3, 2], [1]]
    """

    def __iter__(self) -> Iterator[Sample]:
        raise NotImplementedError(f"{type(self).__name__} must define __iter__()")

    def __len__(self) -> int:
        raise TypeError(f"{type(self).__name__} has no length: it is read from start to end")


class TensorDataset(Dataset[tuple[Tensor, ...]]):
    """A data set of tensors of equal length: sample `i` is the tuple of their `i`-th rows.

    NumPy arrays are taken too; they are shared, not copied. Raises `ValueError` where lengths differ.

    >>> dataset = TensorDataset(np.eye(3, dtype=np.float32), np.array([2, 0, 1]))
    >>> dataset[1]
    (tensor([0., 1., 0.]), tensor(0))
    """

    def __init__(self, *tensors: Tensor | NDArray[Any]) -> None:
        self.tensors = tuple(tensor if isinstance(tensor, Tensor) else Tensor(tensor) for tensor in tensors)
        shapes = [tensor.shape for tensor in self.tensors]
        if not shapes or () in shapes or len({shape[0] for shape in shapes}) > 1:
            raise ValueError(f"TensorDataset: expected one or more tensors of one length, got shapes {shapes}")

    def __getitem__(self, index: Any) -> tuple[Tensor, ...]:
        return tuple(tensor[index] for tensor in self.tensors)

    def __len__(self) -> int:
        return len(self.tensors[0])

    def get_batch(self, indices: Indices) -> list[Tensor]:
        """Return one tensor of rows for each tensor of the data set; memory is the batch's own."""
        return [tensor[indices] for tensor in self.tensors]


class Subset(Dataset[Sample]):
    """The part of a data set that `indices` names, in that order.

    >>> list(Subset(["a", "b", "c"], [2, 0]))
    ['c', 'a']
    """

    def __init__(self, dataset: Dataset[Sample] | Sequence[Sample], indices: Sequence[int] | Indices) -> None:
        self.dataset = dataset
        self.indices = indices

    def __getitem__(self, index: int) -> Sample:
        return self.dataset[int(self.indices[index])]

    def __len__(self) -> int:
        return len(self.indices)

    def get_batch(self, indices: Indices) -> Any:
        """Return the batch that the whole data set makes of the samples."""
        return get_batch(self.dataset, np.asarray(self.indices)[indices])


def get_batch(dataset: Dataset[Any] | Sequence[Any], indices: Indices) -> Any:
    """Return a batch of any data set, also of one that is no `Dataset`, such as a list of samples.

    >>> get_batch([1.0, 2.0, 3.0], [0, 2])
    tensor([1., 3.])
    """
    if isinstance(dataset, Dataset):
        return dataset.get_batch(indices)
    return default_collate([dataset[int(index)] for index in indices])


def random_split(
    dataset: Dataset[Sample] | Sequence[Sample],
    lengths: Sequence[int] | Sequence[float],
    generator: Generator | None = None,
) -> list[Subset[Sample]]:
    """Split a data set at random into parts of the given lengths, or of the given fractions of its length.

    Fractions add up to 1; what rounding down leaves over is dealt out to the parts in turn. `generator` is
    the global one by default. Raises `ValueError` where lengths do not add up to `len(dataset)`.

    >>> [len(part) for part in random_split(range(10), [0.75, 0.25])]
    [8, 2]
    """
    counts = _counts(lengths, len(dataset))
    order = (generator or default_generator).numpy.permutation(len(dataset))
    return [Subset(dataset, part.tolist()) for part in np.split(order, np.cumsum(counts)[:-1])]


def _counts(lengths: Sequence[int] | Sequence[float], total: int) -> list[int]:
    if math.isclose(sum(lengths), 1) and all(0 <= fraction <= 1 for fraction in lengths):
        counts = [math.floor(fraction * total) for fraction in lengths]
        for index in range(total - sum(counts)):
            counts[index % len(counts)] += 1
        return counts
    if sum(lengths) != total or any(length < 0 or length != int(length) for length in lengths):
        raise ValueError(
            f"random_split: lengths must be integers that add up to {total}, the length of the data set, "
            f"or fractions that add up to 1, got {lengths}"
        )
    return [int(length) for length in lengths]
