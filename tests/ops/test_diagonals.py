"""What is particular to diagonals and triangles: views that can be written, and what the table has no row for."""

from __future__ import annotations

import numpy as np
import pytest

import leafgrad
from leafgrad import tensor


def test_a_diagonal_is_a_view_that_can_be_written() -> None:
    x = tensor(np.arange(6.0).reshape(2, 3), requires_grad=True)
    y = x * 1
    d = y.diagonal(1)
    assert np.may_share_memory(d.data, y.data)
    d.mul_(3)
    y.mul_(2)  # the view sees it, and has its history
    assert d.tolist() == y.diagonal(1).tolist() == [6, 30]
    (d.sum() + y.sum()).backward()
    assert x.grad.tolist() == [[2, 12, 2], [2, 2, 12]]


def test_of_more_dimensions_and_layouts() -> None:
    a = np.arange(24.0).reshape(2, 3, 4)
    for array in (a, a[:, ::-1], a.T, a[..., ::2]):
        for dims in [(0, 1), (1, 0), (2, 0), (-1, -2)]:
            for offset in (-2, 0, 1, 3):
                expected = np.diagonal(array, offset, *dims)
                np.testing.assert_array_equal(leafgrad.from_numpy(array).diagonal(offset, *dims).data, expected)


def test_diag_of_a_matrix_is_a_copy() -> None:
    x = leafgrad.zeros(2, 2)
    x.diag().add_(1)
    assert not x.data.any()


def test_fill_diagonal() -> None:
    for shape, wrap in [((3, 3), False), ((2, 4), False), ((7, 3), False), ((7, 3), True), ((3, 3, 3), False)]:
        expected = np.zeros(shape)
        np.fill_diagonal(expected, 2, wrap)
        x = leafgrad.zeros(*shape)
        assert x.fill_diagonal_(2, wrap) is x
        np.testing.assert_array_equal(x.data, expected)
    for shape in [(3,), (2, 3, 3)]:
        with pytest.raises(RuntimeError, match="fill_diagonal_: needs a matrix"):
            leafgrad.zeros(*shape).fill_diagonal_(1)


def test_indices_of_triangles() -> None:
    for ours, theirs in [(leafgrad.tril_indices, np.tril_indices), (leafgrad.triu_indices, np.triu_indices)]:
        for offset in (-2, 0, 1):
            np.testing.assert_array_equal(ours(3, 4, offset).data, np.stack(theirs(3, offset, 4)))
        with pytest.raises(RuntimeError, match="must not be negative"):
            ours(-1, 2)
