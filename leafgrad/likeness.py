"""New tensors in the likeness of another: `zeros_like` in its shape and dtype, `new_zeros` in its dtype only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

import numpy as np

from leafgrad.creation import empty, empty_strided, full, number, ones, tensor, zeros
from leafgrad.options import Options, made, of_dtype, wanted
from leafgrad.surface import public
from leafgrad.tensor import Tensor

__all__ = ["empty_like", "full_like", "ones_like", "zeros_like"]


@public(np.zeros_like, method=False)
def zeros_like(input: Tensor, **options: Unpack[Options]) -> Tensor:
    """Zeros in the shape and dtype of another tensor.

    >>> zeros_like(Tensor([1.0, 2.0]))
    tensor([0., 0.])
    """
    return full_like(input, 0, **options)


@public(np.ones_like, method=False)
def ones_like(input: Tensor, **options: Unpack[Options]) -> Tensor:
    """Ones in the shape and dtype of another tensor.

    >>> ones_like(Tensor([5.0, 2.0]))
    tensor([1., 1.])
    """
    return full_like(input, 1, **options)


@public(np.full_like, method=False)
def full_like(input: Tensor, fill_value: Any, **options: Unpack[Options]) -> Tensor:
    """One value in the shape and dtype of another tensor.

    >>> full_like(Tensor([1.0, 2.0]), 7)
    tensor([7., 7.])
    """
    dtype = wanted(options, input.dtype)
    return made("full_like", np.full_like(input.data, number("full_like", fill_value, dtype), dtype), options)


@public(np.empty_like, method=False)
def empty_like(input: Tensor, **options: Unpack[Options]) -> Tensor:
    """Memory as it happens to be, in the shape and dtype of another tensor.

    >>> empty_like(Tensor([1.0, 2.0])).shape
    (2,)
    """
    return made("empty_like", np.empty_like(input.data, wanted(options, input.dtype)), options)


@public(function=False)
def new_tensor(input: Tensor, data: Any, **options: Unpack[Options]) -> Tensor:
    """A copy of `data` in the dtype of this tensor.

    >>> new_tensor(Tensor([1.0]), [2, 3])
    tensor([2., 3.])
    """
    return tensor(data, **of_dtype(input, options))


@public(function=False)
def new_zeros(input: Tensor, *size: Any, **options: Unpack[Options]) -> Tensor:
    """Zeros of another size, in the dtype of this tensor.

    >>> new_zeros(Tensor([1.0]), 2)
    tensor([0., 0.])
    """
    return zeros(*size, **of_dtype(input, options))


@public(function=False)
def new_ones(input: Tensor, *size: Any, **options: Unpack[Options]) -> Tensor:
    """Ones of another size, in the dtype of this tensor.

    >>> new_ones(Tensor([5.0]), 2)
    tensor([1., 1.])
    """
    return ones(*size, **of_dtype(input, options))


@public(function=False)
def new_full(input: Tensor, size: Any, fill_value: Any, **options: Unpack[Options]) -> Tensor:
    """One value, of another size, in the dtype of this tensor.

    >>> new_full(Tensor([5.0]), (2,), 7)
    tensor([7., 7.])
    """
    return full(size, fill_value, **of_dtype(input, options))


@public(function=False)
def new_empty(input: Tensor, *size: Any, **options: Unpack[Options]) -> Tensor:
    """Memory as it happens to be, of another size, in the dtype of this tensor.

    >>> new_empty(Tensor([5.0]), 2).shape
    (2,)
    """
    return empty(*size, **of_dtype(input, options))


@public(function=False)
def new_empty_strided(
    input: Tensor, size: Sequence[int], stride: Sequence[int], **options: Unpack[Options]
) -> Tensor:
    """`empty_strided` in the dtype of this tensor.

    >>> new_empty_strided(Tensor([5.0]), (2, 2), (1, 2)).stride()
    (1, 2)
    """
    return empty_strided(size, stride, **of_dtype(input, options))
