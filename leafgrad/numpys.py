"""Those of NumPy's functions that differ from PyTorch's in more than names: here they speak NumPy."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from leafgrad.dims import dims_of, one_dim
from leafgrad.dispatch import array_of, numpys
from leafgrad.linalg.norms import norm as matrix_or_vector_norm
from leafgrad.linalg.solving import of_matrices
from leafgrad.ops import (
    arithmetic,
    broadcasting,
    comparison,
    complex,
    conversion,
    cumulative,
    grids,
    joining,
    masking,
    padding,
    permuting,
    products,
    reductions,
    rounding,
    scatter,
    selection,
    shape,
    slicing,
    sorting,
    statistics,
)
from leafgrad.ops.einsum import einsum as einsum_of_tensors
from leafgrad.ops.indexing import selected, taken
from leafgrad.tensor import Tensor


@numpys(np.imag)
def imag(val: Tensor) -> Tensor:
    return complex.imag(val) if val.dtype.kind == "c" else np.zeros_like(val)  # type: ignore[return-value]


@numpys(np.transpose)
def transpose(a: Tensor, axes: Sequence[int] | None = None) -> Tensor:
    return permuting.reverse_dims(a) if axes is None else permuting.permute(a, *axes)


@numpys(np.reshape)
def reshape(a: Tensor, /, shape: Any, order: str = "C") -> Tensor:
    if order != "C":
        raise TypeError(f"np.reshape: tensors are reshaped in order 'C' only, got {order!r}")
    return a.reshape(shape)


@numpys(np.var)
def var(
    a: Tensor, axis: Any = None, dtype: Any = None, out: None = None, ddof: float = 0, keepdims: bool = False, *,
    correction: float | None = None,
) -> Any:
    a = reductions.as_dtype(a, dtype)
    return statistics.var(a, axis, keepdim=keepdims, correction=ddof if correction is None else correction)


@numpys(np.std)
def std(
    a: Tensor, axis: Any = None, dtype: Any = None, out: None = None, ddof: float = 0, keepdims: bool = False, *,
    correction: float | None = None,
) -> Any:
    a = reductions.as_dtype(a, dtype)
    return statistics.std(a, axis, keepdim=keepdims, correction=ddof if correction is None else correction)


@numpys(np.cumsum)
def cumsum(a: Tensor, axis: int | None = None, dtype: Any = None, out: None = None) -> Tensor:
    return cumulative.cumsum(*(np.ravel(a), 0) if axis is None else (a, axis), dtype=dtype)


@numpys(np.cumprod)
def cumprod(a: Tensor, axis: int | None = None, dtype: Any = None, out: None = None) -> Tensor:
    return cumulative.cumprod(*(np.ravel(a), 0) if axis is None else (a, axis), dtype=dtype)


@numpys(np.clip)
def clip(a: Tensor, a_min: Any = None, a_max: Any = None, *, min: Any = None, max: Any = None) -> Tensor:
    return selection.clamp(a, min if a_min is None else a_min, max if a_max is None else a_max)


@numpys(np.flip)
def flip(m: Tensor, axis: Any = None) -> Tensor:
    axes = range(m.ndim) if axis is None else axis if isinstance(axis, Sequence) else (axis,)
    return permuting.flip(m, *axes)


@numpys(np.expand_dims)
def expand_dims(a: Tensor, axis: Any) -> Tensor:
    ndim = a.ndim + (len(axis) if isinstance(axis, Sequence) else 1)
    new = dims_of("expand_dims", axis, ndim)
    sizes = iter(a.shape)
    return a.reshape([1 if i in new else next(sizes) for i in range(ndim)])


@numpys(np.repeat)
def repeat(a: Tensor, repeats: Any, axis: int | None = None) -> Tensor:
    if axis is None:
        a, axis = a.reshape(-1), 0
    axis = one_dim("np.repeat", axis, a.ndim)
    chosen = np.repeat(np.arange(a.shape[axis]), array_of(repeats))
    return taken("repeat", a, (slice(None),) * axis + (chosen,))


@numpys(np.matrix_transpose)
def matrix_transpose(x: Tensor, /) -> Tensor:
    return x.mT


@numpys(np.dot)
def dot(a: Any, b: Any) -> Tensor:
    if not (np.ndim(a) and np.ndim(b)):
        return arithmetic.mul(a, b)
    return products.tensordot(a, b, ([np.ndim(a) - 1], [max(np.ndim(b) - 2, 0)]))


@numpys(np.outer)
def outer(a: Any, b: Any) -> Tensor:
    return products.outer(np.ravel(a), np.ravel(b))


@numpys(np.linalg.solve)
def solve(a: Any, b: Any) -> Tensor:
    if np.ndim(b) == 1:
        return np.squeeze(of_matrices("np.linalg.solve", a, np.expand_dims(b, -1)), -1)  # type: ignore[return-value]
    return of_matrices("np.linalg.solve", a, b)


@numpys(np.linalg.norm)
def norm(x: Tensor, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Tensor:
    return matrix_or_vector_norm(x, ord, axis, keepdims)


@numpys(np.take)
def take(a: Tensor, indices: Any, axis: int | None = None) -> Tensor:
    if axis is None:
        a, axis = a.reshape(-1), 0
    return taken("take", a, (slice(None),) * one_dim("np.take", axis, a.ndim) + (np.array(array_of(indices)),))


@numpys(np.take_along_axis)
def take_along_axis(arr: Tensor, indices: Any, axis: int | None = -1) -> Tensor:
    return scatter.take_along_dim(arr, indices, axis)


@numpys(np.sort)
def sort(a: Tensor, axis: int | None = -1) -> Tensor:
    return sorting.sort(a.reshape(-1) if axis is None else a, -1 if axis is None else axis).values


@numpys(np.where)
def where(condition: Any, /, *choices: Any) -> Any:
    numbers = isinstance(condition, Tensor | np.ndarray) and condition.dtype.kind != "b"
    return masking.where(condition != 0 if numbers else condition, *choices)


@numpys(np.nonzero)
def nonzero(a: Tensor) -> tuple[Tensor, ...]:
    return masking.nonzero(a, as_tuple=True)  # type: ignore[no-any-return]


@numpys(np.tile)
def tile(A: Tensor, reps: Any) -> Tensor:
    return broadcasting.tile(A, reps)


@numpys(np.pad)
def pad(array: Tensor, pad_width: Any, mode: str = "constant", *, constant_values: float = 0) -> Tensor:
    pairs = np.broadcast_to(np.asarray(pad_width), (array.ndim, 2)).tolist()
    return padding.pad(array, [n for pair in reversed(pairs) for n in pair], mode, constant_values)


@numpys(np.atleast_1d)
def atleast_1d(*arys: Any) -> Any:
    return shape.atleast_1d(*arys)


@numpys(np.atleast_2d)
def atleast_2d(*arys: Any) -> Any:
    return shape.atleast_2d(*arys)


@numpys(np.atleast_3d)
def atleast_3d(*arys: Any) -> Any:
    return shape.atleast_3d(*arys)


@numpys(np.broadcast_arrays)
def broadcast_arrays(*args: Any, subok: bool = False) -> tuple[Tensor, ...]:
    return broadcasting.broadcast_tensors(*args)


@numpys(np.meshgrid)
def meshgrid(*xi: Any, copy: bool = True, sparse: bool = False, indexing: str = "xy") -> tuple[Tensor, ...]:
    grids_ = grids.meshgrid(*(np.ravel(x) for x in xi), indexing=indexing)
    return tuple(grid.clone() for grid in grids_) if copy else grids_


@numpys(np.lib.stride_tricks.sliding_window_view)
def sliding_window_view(x: Tensor, window_shape: int, axis: int, *, writeable: bool = False) -> Tensor:
    return slicing.unfold(x, axis, window_shape, 1)


@numpys(np.split)
def split(ary: Tensor, indices_or_sections: Any, axis: int = 0) -> list[Tensor]:
    total = ary.shape[axis]
    if not isinstance(indices_or_sections, int):
        ends = [0, *indices_or_sections, total]
    elif total % indices_or_sections:
        raise ValueError(f"np.split: {total} cannot be divided into {indices_or_sections} equal parts")
    else:
        ends = list(range(0, total + 1, total // indices_or_sections or 1))
    lead = (slice(None),) * (axis % ary.ndim)
    return [selected(ary, (*lead, slice(a, b), ...)) for a, b in pairwise(ends)]


@numpys(np.shape)
def shape_of(a: Tensor) -> tuple[int, ...]:
    return a.shape


@numpys(np.ndim)
def ndim(a: Tensor) -> int:
    return a.ndim


@numpys(np.size)
def size(a: Tensor, axis: int | None = None) -> int:
    return conversion.numel(a) if axis is None else a.shape[axis]


@numpys(np.may_share_memory)
def may_share_memory(a: Any, b: Any) -> bool:
    return np.may_share_memory(array_of(a), array_of(b))


@numpys(np.round, np.around)
def round(a: Tensor, decimals: int = 0) -> Tensor:
    return rounding.round(a, decimals=decimals)


@numpys(np.isclose)
def isclose(a: Any, b: Any, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False) -> Tensor:
    return comparison.close(a, b, rtol, atol, equal_nan)


@numpys(np.allclose)
def allclose(a: Any, b: Any, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False) -> bool:
    return bool(comparison.close(a, b, rtol, atol, equal_nan).data.all())


@numpys(np.array_equal)
def array_equal(a1: Any, a2: Any) -> bool:
    return comparison.equal(a1, a2)


@numpys(np.concatenate)
def concatenate(arrays: Any, axis: int | None = 0) -> Tensor:
    if axis is None:
        arrays, axis = [np.ravel(a) for a in arrays], 0
    return joining.cat(arrays, axis)


@numpys(np.einsum)
def einsum(*operands: Any, optimize: Any = False) -> Tensor:
    return einsum_of_tensors(*operands)


@numpys(np.stack)
def stack(arrays: Any, axis: int = 0) -> Tensor:
    return joining.stack(arrays, axis)
