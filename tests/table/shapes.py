"""Rows of the operations that rearrange, join, take apart, repeat and pad."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from tests.table.case import Case


def _pad(m: Any) -> Any:
    return m.pad if hasattr(m, "like") else m.nn.functional.pad


PERMUTING = [
    Case("movedim", lambda m, x: m.movedim(x, (0, 1), (-1, 0)), lambda a: np.moveaxis(a, (0, 1), (-1, 0)), ((2, 3, 4),)),
    Case("adjoint", lambda m, x: m.adjoint(x), lambda a: a.swapaxes(-1, -2), ((2, 3, 4),)),
    Case("fliplr", lambda m, x: m.fliplr(x), np.fliplr),
    Case("flipud", lambda m, x: m.flipud(x), np.flipud),
    *[Case("rot90", lambda m, x, k=k: m.rot90(x, k, (0, 2)), lambda a, k=k: np.rot90(a, k, (0, 2)), ((2, 3, 4),), note=f"k={k}") for k in (1, -2)],
]
RESHAPING = [
    Case("unflatten", lambda m, x: m.unflatten(x, -1, (2, -1)), lambda a: a.reshape(2, 2, 3), ((2, 6),)),
    *[Case("atleast_1d", lambda m, x: m.atleast_1d(x), np.atleast_1d, (shape,)) for shape in ((), (2,))],
    *[Case("atleast_2d", lambda m, x: m.atleast_2d(x), np.atleast_2d, (shape,)) for shape in ((), (2,))],
    *[Case("atleast_3d", lambda m, x: m.atleast_3d(x), np.atleast_3d, (shape,)) for shape in ((), (2,), (2, 3))],
]
REPEATING = [
    Case("broadcast_tensors", lambda m, x, y: m.broadcast_tensors(x, y)[0] * 2, lambda a, b: np.broadcast_arrays(a, b)[0] * 2, ((3,), (2, 1))),
    Case("sum_to_size", lambda m, x: x.sum_to_size(1, 3), lambda a: a.sum((0, 1)).reshape(1, 3), ((4, 2, 3),)),
    Case("repeat_interleave", lambda m, x: m.repeat_interleave(x, 2), lambda a: np.repeat(a, 2)),
    Case("repeat_interleave", lambda m, x: m.repeat_interleave(x, m.tensor([2, 0, 1]), 1), lambda a: np.repeat(a, [2, 0, 1], 1), note="dim"),
]
PIECES = [
    Case("select", lambda m, x: m.select(x, 1, -1), lambda a: a[:, -1]),
    Case("narrow", lambda m, x: m.narrow(x, 1, -2, 2), lambda a: a[:, 1:]),
    Case("slice", lambda m, x: m.slice(x, 1, 0, None, 2), lambda a: a[:, ::2], torch=False),
    Case("unfold", lambda m, x: x.unfold(1, 3, 1), lambda a: sliding_window_view(a, 3, 1), ((2, 5),)),
    Case("unfold", lambda m, x: x.unfold(0, 2, 3), lambda a: np.stack([a[:2].T, a[3:5].T]), ((6, 2),), note="apart"),
    Case("split_with_sizes", lambda m, x: m.split_with_sizes(x, (1, 2), 1)[1] * 2, lambda a: a[:, 1:] * 2),
    Case("tensor_split", lambda m, x: m.tensor_split(x, 2, 1)[0] * 2, lambda a: a[:, :2] * 2),
    Case("tensor_split", lambda m, x: m.tensor_split(x, (1, 2), 1)[1] * 2, lambda a: a[:, 1:2] * 2, note="indices"),
    Case("hsplit", lambda m, x: m.hsplit(x, 3)[1] * 2, lambda a: a[:, 1:2] * 2),
    Case("vsplit", lambda m, x: m.vsplit(x, 2)[1] * 2, lambda a: a[1:] * 2),
    Case("dsplit", lambda m, x: m.dsplit(x, 2)[1] * 2, lambda a: a[..., 1:] * 2, ((1, 2, 2),)),
]
JOINING = [
    *[
        Case(op, lambda m, x, y, op=op: getattr(m, op)((x, y)), lambda a, b, f=f: f((a, b)), shapes)
        for op, f in [("hstack", np.hstack), ("vstack", np.vstack), ("dstack", np.dstack), ("column_stack", np.column_stack)]
        for shapes in [((3,), (3,)), ((2, 3), (2, 3))]
    ],
    Case("block_diag", lambda m, x, y: m.block_diag(x, y), lambda a, b: np.block([[a, np.zeros((2, 2))], [np.zeros((1, 3)), b]]), ((2, 3), (2,)), duck=False),
    Case("_chunk_cat", lambda m, x, y: m._chunk_cat([x, y], 0, 2), lambda a, b: np.stack([np.append(a[:2], b[:1]), np.append(a[2:], [0, *b[1:]])]), ((3,), (2,)), duck=False, torch=False),
]
GRIDS = [
    Case("meshgrid", lambda m, x, y: m.meshgrid(x, y, indexing="xy")[1] * 2, lambda a, b: np.meshgrid(a, b)[1] * 2, ((3,), (2,))),
    Case("cartesian_prod", lambda m, x, y: m.cartesian_prod(x, y), lambda a, b: np.array(list(itertools.product(a, b))), ((3,), (2,)), duck=False),
    Case("combinations", lambda m, x: m.combinations(x, 2, True), lambda a: np.array(list(itertools.combinations_with_replacement(a, 2))), ((3,),)),
    *[Case("kron", lambda m, x, y: m.kron(x, y), np.kron, shapes, duck=False) for shapes in [((2, 3), (3, 2)), ((3,), (2, 2)), ((), (2,))]],
]
PADDING = [
    Case("constant_pad_nd", lambda m, x: m.constant_pad_nd(x, (1, -1), 2.0), lambda a: np.pad(a[:, :-1], [(0, 0), (1, 0)], constant_values=2), duck=False),
    *[
        Case("pad", lambda m, x, mode=mode: _pad(m)(x, (2, 1, 1, 0), mode), lambda a, f=f: np.pad(a, [(0, 0), (1, 0), (2, 1)], f), ((2, 2, 3),), note=mode)
        for mode, f in [("reflect", "reflect"), ("replicate", "edge"), ("circular", "wrap")]
    ],
]
COPIES = [
    Case("t_copy", lambda m, x: m.t_copy(x), np.transpose),
    Case("unbind_copy", lambda m, x: m.unbind_copy(x, 1)[0], lambda a: a[:, 0]),
    Case("narrow_copy", lambda m, x: m.narrow_copy(x, 0, 1, 1), lambda a: a[1:]),
]
CASES: list[Case] = [*PERMUTING, *RESHAPING, *REPEATING, *PIECES, *JOINING, *GRIDS, *PADDING, *COPIES]

COPIED = """alias_copy as_strided_copy detach_copy diagonal_copy expand_copy permute_copy select_copy slice_copy split_copy split_with_sizes_copy
    squeeze_copy transpose_copy unfold_copy unsqueeze_copy view_as_complex_copy view_as_real_copy view_copy"""
MEMORY = "as_strided as_strided_ broadcast_shapes data_ptr element_size resize_ resize_as_ storage_offset stride"
LIKE = "new_empty new_empty_strided new_full new_ones new_tensor new_zeros"
RANDOM = "bernoulli bernoulli_ binomial cauchy_ exponential_ geometric_ log_normal_ multinomial normal poisson random_"
ELSEWHERE: dict[str, str] = {
    **dict.fromkeys(COPIED.split(), "ops/test_copies.py"),
    **dict.fromkeys(MEMORY.split(), "ops/test_strides.py"),
    **dict.fromkeys(LIKE.split(), "test_creation.py"),
    **dict.fromkeys(RANDOM.split(), "ops/test_sampling.py"),
    **dict.fromkeys(["byte", "char", "cfloat", "cdouble", "is_nonzero", "is_signed", "is_tensor", "type"], "test_dtypes.py"),
    **dict.fromkeys(["apply_", "is_inference", "is_same_size", "map_"], "test_tensor.py"),
}
