"""Iterate over a data set in batches."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from leafgrad.data.dataset import Dataset, get_batch
from leafgrad.random import Generator, default_generator


class DataLoader:
    """Iterate over a data set in batches of `batch_size` samples; the last batch holds what is left.

    `shuffle` draws a new order for each iteration, from `generator` or the global one; `drop_last` leaves a
    smaller last batch out. `collate_fn` makes a batch of a list of samples; without one the data set's own
    `get_batch` is used, which for a `TensorDataset` is one indexing operation per tensor.

    Raises `ValueError` for a batch size that is no positive integer.

    >>> from leafgrad.data import TensorDataset
    >>> loader = DataLoader(TensorDataset(np.arange(5)), batch_size=2)
    >>> [batch.tolist() for (batch,) in loader]
    [[0, 1], [2, 3], [4]]
    >>> len(loader)
    3
    """

    def __init__(
        self,
        dataset: Dataset[Any] | Sequence[Any],
        batch_size: int = 1,
        shuffle: bool = False,
        *,
        drop_last: bool = False,
        generator: Generator | None = None,
        collate_fn: Callable[[list[Any]], Any] | None = None,
    ) -> None:
        if isinstance(batch_size, bool) or not isinstance(batch_size, int | np.integer) or batch_size < 1:
            raise ValueError(f"DataLoader: batch_size must be a positive integer, got {batch_size!r}")
        self.dataset = dataset
        self.batch_size = int(batch_size)
        self.shuffle = shuffle
        self.drop_last = drop_last
        self.generator = generator
        self.collate_fn = collate_fn

    def __len__(self) -> int:
        """The number of batches."""
        full, rest = divmod(len(self.dataset), self.batch_size)
        return full if self.drop_last or not rest else full + 1

    def __iter__(self) -> Iterator[Any]:
        count = len(self.dataset)
        order = (self.generator or default_generator).numpy.permutation(count) if self.shuffle else np.arange(count)
        for batch in range(len(self)):
            indices = order[batch * self.batch_size : (batch + 1) * self.batch_size]
            if self.collate_fn is None:
                yield get_batch(self.dataset, indices)
            else:
                yield self.collate_fn([self.dataset[int(index)] for index in indices])
