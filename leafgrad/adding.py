"""Scatter-add: `buffer[key] += g` where the key may name an element several times.

`np.add.at` does that one element at a time. Where the key is integer arrays and whole dimensions, as
in the gradient of an embedding, it names rows, and rows can be added many at once as long as each is
named once. So the addition goes in rounds: a round adds one entry of every row that is left, found
by letting the entries overwrite each other's number. Random indices need few rounds; where one row
has many entries, the rest is sorted and summed by row.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from leafgrad.node import Array

FEW = 8192  # elements; below, a round costs more in calls than add.at takes
CROWDED = 8  # entries left for each distinct row; above, sorting is faster than further rounds


def add_at(buffer: Array, key: Any, g: Array, fresh: bool = False) -> None:
    """`np.add.at(buffer, key, g)`; `fresh` says that the buffer holds nothing but zeros."""
    named = _rows(buffer, key) if g.__class__ is np.ndarray and g.size >= FEW else None
    if named is None:
        np.add.at(buffer, key, g)
        return
    table, rows, axis = named
    entries = np.moveaxis(g, range(axis, axis + rows.ndim), range(rows.ndim))
    _add_rows(table, rows.reshape(-1), entries.reshape(rows.size, *table.shape[1:]), fresh)


def _rows(buffer: Array, key: Any) -> tuple[Array, Array, int] | None:
    """The buffer as a table whose rows the key names, their numbers, and where those stand in `g`'s dimensions.

    None for a key that is not one integer array, or several at the front, among whole dimensions.
    """
    items = key if isinstance(key, tuple) else (key,)
    if items[-1] is Ellipsis:
        items = items[:-1]
    at = [i for i, k in enumerate(items) if isinstance(k, np.ndarray) and k.dtype.kind in "iu"]
    whole = [i for i, k in enumerate(items) if isinstance(k, slice) and k == slice(None)]
    if not at or len(at) + len(whole) != len(items):
        return None
    if len(at) == 1:
        return np.moveaxis(buffer, at[0], 0), items[at[0]], at[0]
    n = len(at)
    if at[-1] != n - 1 or not buffer.flags.c_contiguous or not buffer.size:
        return None
    rows = np.ravel_multi_index(np.broadcast_arrays(*items[:n]), buffer.shape[:n], mode="wrap")  # -1 is the last
    return buffer.reshape(-1, *buffer.shape[n:]), np.asarray(rows), 0


def _add_rows(table: Array, rows: Array, entries: Array, fresh: bool) -> None:
    if table.ndim == 1:  # NumPy has a fast loop for this one
        np.add.at(table, rows, entries)
        return
    left = np.arange(len(rows))
    winner = np.empty(len(table), np.intp)
    if fresh:
        table[rows] = entries
        winner[rows] = left
        left = left[winner[rows] != left]
    while left.size:
        named = rows[left]
        winner[named] = left
        won = winner[named] == left
        first = left[won]
        if first.size * CROWDED < left.size:
            _add_sorted(table, named, entries[left])
            return
        table[rows[first]] += entries[first]
        left = left[~won]


def _add_sorted(table: Array, rows: Array, entries: Array) -> None:
    rows = rows % len(table)  # -1 and the last are one row
    order = np.argsort(rows, kind="stable")
    sorted_rows = rows[order]
    starts = np.flatnonzero(np.diff(sorted_rows, prepend=-1))
    table[sorted_rows[starts]] += np.add.reduceat(entries[order], starts, axis=0)
