"""Iterate over a data set in batches."""

from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from typing import Any, cast

import numpy as np

from leafgrad.data.collate import default_collate, default_convert
from leafgrad.data.dataset import Dataset, IterableDataset, get_batch
from leafgrad.data.samplers import batches, count_of_batches
from leafgrad.random import Generator, default_generator


class DataLoader:
    """Iterate over a data set in batches of `batch_size` samples; the last batch holds what is left.

    `shuffle` draws a new order for each iteration, from `generator` or the global one; a `sampler` gives an order
    of its own, a `batch_sampler` whole batches of indices; `drop_last` leaves a smaller last batch out. `collate_fn`
    makes a batch of a list of samples; without one the data set's own `get_batch` is used, which for a
    `TensorDataset` is one indexing operation per tensor. With `batch_size=None` single samples come, as tensors.

    Everything is loaded here and now: what PyTorch has for loading in parallel (`num_workers` and the like) is
    taken, and changes nothing.

    Raises `ValueError` for a batch size that is no positive integer, and for options that exclude each other.

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
        batch_size: int | None = 1,
        shuffle: bool | None = None,
        sampler: Iterable[int] | None = None,
        batch_sampler: Iterable[Sequence[int]] | None = None,
        num_workers: int = 0,
        collate_fn: Callable[[list[Any]], Any] | None = None,
        pin_memory: bool = False,
        drop_last: bool = False,
        timeout: float = 0,
        worker_init_fn: Callable[[int], None] | None = None,
        multiprocessing_context: Any = None,
        generator: Generator | None = None,
        *,
        prefetch_factor: int | None = None,
        persistent_workers: bool = False,
        pin_memory_device: str = "",
        in_order: bool = True,
    ) -> None:
        whole = batch_size is None or (isinstance(batch_size, int | np.integer) and batch_size >= 1)
        if isinstance(batch_size, bool) or not whole:
            raise ValueError(f"DataLoader: batch_size must be a positive integer, or None, got {batch_size!r}")
        if batch_sampler is not None and (batch_size != 1 or shuffle or sampler is not None or drop_last):
            raise ValueError("DataLoader: batch_sampler goes without batch_size, shuffle, sampler and drop_last")
        if sampler is not None and shuffle:
            raise ValueError("DataLoader: sampler gives the order, so it goes without shuffle")
        if isinstance(dataset, IterableDataset) and (shuffle or sampler is not None or batch_sampler is not None):
            raise ValueError("DataLoader: an IterableDataset has an order of its own; leave shuffle and samplers out")
        self.dataset = dataset
        self.batch_size = None if batch_size is None or batch_sampler is not None else int(batch_size)
        self.shuffle = bool(shuffle)
        self.sampler = sampler
        self.batch_sampler = batch_sampler
        self.num_workers = num_workers
        self.collate_fn = collate_fn
        self.drop_last = drop_last
        self.generator = generator

    def __len__(self) -> int:
        """The number of batches."""
        if self.batch_sampler is not None:
            return len(cast(Sized, self.batch_sampler))
        count = len(self.dataset if self.sampler is None else cast(Sized, self.sampler))
        return count if self.batch_size is None else count_of_batches(count, self.batch_size, self.drop_last)

    def __iter__(self) -> Iterator[Any]:
        if isinstance(self.dataset, IterableDataset):
            return self._read(self.dataset)
        if self.batch_sampler is None and self.batch_size is None:
            return (self._single(self.dataset[index]) for index in self._order())
        return (self._batch(indices) for indices in self._batches())

    def _read(self, dataset: Iterable[Any]) -> Iterator[Any]:
        if self.batch_size is None:
            return map(self._single, dataset)
        return map(self.collate_fn or default_collate, batches(dataset, self.batch_size, self.drop_last))

    def _single(self, sample: Any) -> Any:
        return (self.collate_fn or default_convert)(sample)

    def _order(self) -> Any:
        if self.sampler is not None:
            return self.sampler
        count = len(self.dataset)
        return (self.generator or default_generator).numpy.permutation(count) if self.shuffle else np.arange(count)

    def _batches(self) -> Iterator[Sequence[int]]:
        if self.batch_sampler is not None or self.batch_size is None:
            return iter(self.batch_sampler or ())
        order, size = self._order(), self.batch_size
        if self.sampler is not None:
            return batches(order, size, self.drop_last)
        return (order[batch * size : (batch + 1) * size] for batch in range(len(self)))

    def _batch(self, indices: Any) -> Any:
        if self.collate_fn is None:
            return get_batch(self.dataset, np.asarray(indices))
        return self.collate_fn([self.dataset[int(index)] for index in indices])
