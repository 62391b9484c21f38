"""Sequences of several lengths in one batch: padded to the longest, or packed without padding.

A packed batch has its sequences sorted by length, the longest first, and holds first the first elements of all,
then the second elements of those that have one, and so on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from leafgrad.creation import full
from leafgrad.errors import ShapeError
from leafgrad.node import Array
from leafgrad.tensor import Tensor


class PackedSequence(NamedTuple):
    """A packed batch: its data (sum of lengths, ...), and how many sequences are that long or longer, for each time.

    `sorted_indices` are the places of the sequences, sorted, in the batch as it was; `unsorted_indices` lead back;
    None where it was sorted already.
    """

    data: Tensor
    batch_sizes: Tensor
    sorted_indices: Tensor | None = None
    unsorted_indices: Tensor | None = None


def pad_sequence(
    sequences: Iterable[Tensor], batch_first: bool = False, padding_value: float = 0.0, padding_side: str = "right"
) -> Tensor:
    """The sequences (T, ...), padded to the longest, as one tensor (T, B, ...), or (B, T, ...) with `batch_first`.

    >>> import leafgrad
    >>> pad_sequence([leafgrad.ones(1), leafgrad.ones(3)], batch_first=True)
    tensor([[1., 0., 0.],
            [1., 1., 1.]])
    """
    given = list(sequences)
    if not given:
        raise RuntimeError("pad_sequence: needs one sequence or more, got none")
    if padding_side not in ("left", "right"):
        raise RuntimeError(f"pad_sequence: padding_side must be 'left' or 'right', got {padding_side!r}")
    longest = max(len(x) for x in given)
    padded = full((len(given), longest, *given[0].shape[1:]), padding_value, dtype=given[0].dtype)
    for i, x in enumerate(given):
        start = longest - len(x) if padding_side == "left" else 0
        padded[i, start : start + len(x)] = x
    return padded if batch_first else padded.transpose(0, 1)


def unpad_sequence(padded_sequences: Tensor, lengths: Any, batch_first: bool = False) -> list[Tensor]:
    """The sequences of these lengths in a tensor that `pad_sequence` made.

    >>> import leafgrad
    >>> unpad_sequence(leafgrad.ones(2, 3), [1, 3], batch_first=True)
    [tensor([1.]), tensor([1., 1., 1.])]
    """
    rows = padded_sequences if batch_first else padded_sequences.transpose(0, 1)
    return [row[: int(n)] for row, n in zip(rows, lengths, strict=True)]


def pack_padded_sequence(
    input: Tensor, lengths: Any, batch_first: bool = False, enforce_sorted: bool = True
) -> PackedSequence:
    """The sequences of these lengths in a padded batch (T, B, ...), packed.

    A RuntimeError where a length is not from 1 to T, or, with `enforce_sorted`, the longest do not come first.

    >>> import leafgrad
    >>> packed = pack_padded_sequence(leafgrad.tensor([[1, 2, 3], [4, 0, 0]]), [3, 1], batch_first=True)
    >>> packed.data, packed.batch_sizes
    (tensor([1, 4, 2, 3]), tensor([2, 1, 1]))
    """
    x = input.transpose(0, 1) if batch_first else input
    counts = np.asarray(lengths, np.int64)
    if counts.shape != (x.shape[1],) or not counts.size or counts.min() < 1 or counts.max() > len(x):
        raise RuntimeError(
            f"pack_padded_sequence: needs a length from 1 to {len(x)} for each of {x.shape[1]} sequences, "
            f"got {counts.tolist()}"
        )
    order = inverse = None
    if not enforce_sorted:
        order = np.argsort(-counts, kind="stable")
        inverse = np.argsort(order)
        x, counts = x[:, order], counts[order]
    elif (np.diff(counts) > 0).any():
        raise RuntimeError("pack_padded_sequence: the longest sequences must come first; pass enforce_sorted=False")
    sizes = (np.arange(counts[0])[:, None] < counts).sum(1)
    indices = [None if each is None else Tensor(each) for each in (order, inverse)]
    return PackedSequence(x[_places(sizes)], Tensor(sizes), *indices)


def _places(sizes: Array) -> tuple[Array, Array]:
    """Where in a padded batch, at which times and of which sequences, the elements of a packed one are."""
    times, which = np.nonzero(np.arange(sizes[0]) < sizes[:, None])
    return times, which


def pad_packed_sequence(
    sequence: PackedSequence, batch_first: bool = False, padding_value: float = 0.0, total_length: int | None = None
) -> tuple[Tensor, Tensor]:
    """A packed batch, padded to the longest sequence or to `total_length`, in its own order; and the lengths.

    >>> import leafgrad
    >>> pad_packed_sequence(pack_sequence([leafgrad.ones(1), leafgrad.ones(2)], enforce_sorted=False), True)
    (tensor([[1., 0.],
            [1., 1.]]), tensor([1, 2]))
    """
    sizes = sequence.batch_sizes.data
    length = len(sizes) if total_length is None else total_length
    if length < len(sizes):
        raise ShapeError(f"pad_packed_sequence: total_length {length} is less than the longest sequence's {len(sizes)}")
    data = sequence.data
    padded = full((length, int(sizes[0]), *data.shape[1:]), padding_value, dtype=data.dtype)
    padded[_places(sizes)] = data
    lengths = Tensor((np.arange(sizes[0])[:, None] < sizes).sum(1))
    if sequence.unsorted_indices is not None:
        padded, lengths = padded[:, sequence.unsorted_indices], lengths[sequence.unsorted_indices]
    return padded.transpose(0, 1) if batch_first else padded, lengths


def pack_sequence(sequences: Sequence[Tensor], enforce_sorted: bool = True) -> PackedSequence:
    """The sequences, packed; errors as of `pack_padded_sequence`.

    >>> import leafgrad
    >>> pack_sequence([leafgrad.tensor([1, 2]), leafgrad.tensor([3])]).data
    tensor([1, 3, 2])
    """
    return pack_padded_sequence(pad_sequence(sequences), [len(x) for x in sequences], enforce_sorted=enforce_sorted)


def unpack_sequence(packed_sequences: PackedSequence) -> list[Tensor]:
    """The sequences in a packed batch, in their own order.

    >>> import leafgrad
    >>> unpack_sequence(pack_sequence([leafgrad.tensor([1, 2]), leafgrad.tensor([3])]))
    [tensor([1, 2]), tensor([3])]
    """
    return unpad_sequence(*pad_packed_sequence(packed_sequences))
