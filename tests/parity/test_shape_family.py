"""Shapes, joins, pieces, grids, margins: calls on tensors of many shapes, in both libraries, errors included."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch")
from tests.parity.sidebyside import same

SHAPES = [(), (0,), (3,), (2, 3), (2, 0), (1, 3, 1), (2, 3, 4)]
CALLS = """
m.movedim(x, 0, -1) | m.movedim(x, (0, 1), (-1, 0)) | m.movedim(x, (0, 1), (1,)) | m.moveaxis(x, -1, 0)
m.rot90(x) | m.rot90(x, -1) | m.rot90(x, 2, (-1, 0)) | m.rot90(x, 5, (1, 0)) | m.rot90(x, 1, (0, 0)) | m.rot90(x, 1, (0,))
m.fliplr(x) | m.flipud(x) | x.adjoint() | x.mH | m.swapaxes(x, 0, -1) | x.t() | x.swapdims(0, 1) | m.roll(x, 1, ()) | m.roll(x, (1, 2), (0, 0))
m.roll(x, (1, 2), 0) | m.roll(x, (1, 2), ())
x.unflatten(0, (1, -1)) | x.unflatten(-1, (3, 1)) | x.unflatten(0, (2, 2)) | x.unflatten(0, ()) | x.unflatten(0, (-1, -1)) | x.squeeze((0, -1))
m.atleast_1d(x) | m.atleast_2d(x) | m.atleast_3d(x) | m.atleast_1d(x, x) | m.atleast_2d([x, x]) | m.atleast_3d((x,))
x.sum_to_size(1) | x.sum_to_size(3) | x.sum_to_size(1, 3) | x.sum_to_size((2, 1)) | x.sum_to_size(()) | x.sum_to_size(2, 2, 2, 2)
m.broadcast_tensors(x, m.zeros(3, 1)) | m.broadcast_tensors(x) | m.broadcast_to(x, (4, 2, 3)) | m.broadcast_to(x, (-1, 3))
m.repeat_interleave(x, 2) | x.repeat_interleave(2, -1) | m.repeat_interleave(x, m.tensor([1, 0, 2]), -1) | x.repeat_interleave(m.tensor([2]), 0)
x.repeat_interleave(-1) | x.repeat_interleave(2.5) | x.repeat_interleave(2, 3) | m.repeat_interleave(x, 2, 0, output_size=5)
x.select(0, -1) | x.select(-1, 1) | x.select(1, 7) | x.select(3, 0) | x.narrow(0, 1, 1) | x.narrow(-1, -2, 2) | x.narrow(0, 3, 0) | x.narrow(0, 0, -1)
x.narrow(0, m.tensor(1), 1) | x.narrow(0, m.tensor(1.0), 1) | m.narrow_copy(x, 0, 1, 1) | x.narrow(0, 2, 2) | m.select_copy(x, 0, 0)
x.unfold(0, 2, 1) | x.unfold(-1, 2, 2) | x.unfold(0, 1, 3) | x.unfold(0, 0, 1) | x.unfold(-1, 3, 1) | x.unfold(0, -1, 1) | x.unfold(0, 1, 0) | x.unfold(3, 1, 1)
x.tensor_split(2) | x.tensor_split(3, -1) | x.tensor_split((1, 2), -1) | x.tensor_split((-1, 1), 0) | x.tensor_split(0) | x.tensor_split(m.tensor([1, 5]), 0)
x.tensor_split(m.tensor(2)) | x.tensor_split(m.tensor([1.0])) | x.hsplit(1) | x.hsplit(2) | x.hsplit((1,)) | x.vsplit(2) | x.vsplit((1, 1)) | x.dsplit(2) | x.dsplit(0)
m.split_with_sizes(x, (1, 1)) | m.split_with_sizes(x, (1, 2), -1) | m.unsafe_split(x, 2) | m.unsafe_chunk(x, 2, -1) | x.split(2.0) | x.split(-1)
m.hstack((x, x)) | m.vstack((x, x)) | m.dstack((x, x)) | m.column_stack((x, x)) | m.hstack((x,)) | m.vstack((x,)) | m.column_stack((x, m.zeros(3)))
m.block_diag(x, x) | m.block_diag(x, m.tensor([1, 2])) | m.kron(x, m.tensor([1.0, 2.0])) | m.kron(m.tensor([[1.0], [2.0]]), x) | m.kron(x, x)
m.meshgrid(x, x, indexing="ij") | m.meshgrid([x, m.ones(2, dtype=m.float64)], indexing="xy") | m.meshgrid(x, m.ones(2), indexing="ij") | m.meshgrid(x, indexing="no")
m.cartesian_prod(x) | m.cartesian_prod(x, x) | m.combinations(x) | m.combinations(x, 3) | m.combinations(x, 2, True) | m.combinations(x, 0) | m.combinations(x, -1)
m.constant_pad_nd(x, (1, -1), 2) | m.constant_pad_nd(x, (0, 1, -1, 0)) | m.constant_pad_nd(x, (1,))
m.t_copy(x) | m.view_copy(x, (-1,)) | m.expand_copy(x, (2, 2, 3)) | m.unbind_copy(x) | m.unfold_copy(x, 0, 2, 1) | m.squeeze_copy(x, 0) | m.permute_copy(x, (1, 0))
m.as_strided(x * 1, (2, 2), (1, 1)) | m.as_strided(x * 1, (2,), (2,), 1) | m.as_strided(x * 1, (3, 0), (1, 1)) | m.as_strided(x * 1, (50,), (1,)) | m.as_strided(x * 1, (2,), (1, 1))
m.as_strided(x * 1, (2,), (-1,)) | m.as_strided(x * 1, (2, 2), (0, 1)) | m.as_strided_copy(x * 1, (), (), 2)
"""
CALLS = [call.strip() for line in CALLS.strip().splitlines() for call in line.split(" | ")]

#: Where PyTorch takes a 0-d tensor for none and for one of one dimension in one function.
UNLIKE = {(call, ()) for call in ("x.unflatten(0, (1, -1))", "x.unflatten(-1, (3, 1))")}


@pytest.mark.parametrize("call", CALLS)
def test_calls(call: str) -> None:
    for shape in SHAPES:
        if (call, shape) not in UNLIKE:
            same(call, (np.arange(int(np.prod(shape))) * 0.3 - 0.5).reshape(shape), orders=2)
