"""Functions of the elements that a mask lets through, which give as many: sums on the way, shares of the whole."""

from __future__ import annotations

from typing import Any

import numpy as np

from leafgrad.masked.masks import filled, highest, lowest
from leafgrad.masked.reductions import norm
from leafgrad.nn.functional import softmin as softmin_of_all
from leafgrad.operands import tensor_of
from leafgrad.ops import cumulative, exponential
from leafgrad.ops import softmax as scores
from leafgrad.ops.selection import maximum
from leafgrad.surface import public
from leafgrad.tensor import Tensor, wrap


@public(method=False, function=False)
def normalize(
    input: Any, ord: float, dim: int, *, eps: float = 1e-12, dtype: Any = None, mask: Any = None
) -> Tensor:
    """The elements in the mask divided by their `norm` along `dim`, or by `eps` if that is larger; 0 outside.

    >>> normalize(Tensor([3.0, 2.0, 4.0]), 2, 0, mask=[True, False, True])
    tensor([0.6000, 0.0000, 0.8000])
    """
    length = norm(input, ord, dim, keepdim=True, dtype=dtype, mask=mask)
    return filled("normalize", input, mask, 0) / maximum(length, wrap(np.asarray(eps, length.dtype)))


@public(method=False, function=False)
def cumsum(input: Any, dim: int, *, dtype: Any = None, mask: Any = None) -> Tensor:
    """`leafgrad.cumsum` of the elements in the mask, in the input's dtype (or `dtype`).

    >>> cumsum(Tensor([1.0, 2.0, 4.0]), 0, mask=[True, False, True])
    tensor([1., 1., 5.])
    """
    x = tensor_of(input)
    return cumulative.cumsum(filled("cumsum", x, mask, 0), dim, dtype=dtype or x.dtype)


@public(method=False, function=False)
def cumprod(input: Any, dim: int, *, dtype: Any = None, mask: Any = None) -> Tensor:
    """`leafgrad.cumprod` of the elements in the mask, in the input's dtype (or `dtype`).

    >>> cumprod(Tensor([1.0, 2.0, 4.0]), 0, mask=[True, False, True])
    tensor([1., 1., 4.])
    """
    x = tensor_of(input)
    return cumulative.cumprod(filled("cumprod", x, mask, 1), dim, dtype=dtype or x.dtype)


@public(method=False, function=False)
def softmax(input: Any, dim: int, *, dtype: Any = None, mask: Any = None) -> Tensor:
    """`leafgrad.softmax` of the elements in the mask; 0 outside.

    >>> softmax(Tensor([0.0, 2.0, 0.0]), 0, mask=[True, False, True])
    tensor([0.5000, 0.0000, 0.5000])
    """
    return scores.softmax(filled("softmax", input, mask, lowest(input)), dim, dtype=dtype)


@public(method=False, function=False)
def log_softmax(input: Any, dim: int, *, dtype: Any = None, mask: Any = None) -> Tensor:
    """`leafgrad.log_softmax` of the elements in the mask; -inf outside.

    >>> log_softmax(Tensor([0.0, 2.0, 0.0]), 0, mask=[True, False, True])
    tensor([-0.6931,    -inf, -0.6931])
    """
    return scores.log_softmax(filled("log_softmax", input, mask, lowest(input)), dim, dtype=dtype)


@public(method=False, function=False)
def softmin(input: Any, dim: int, *, dtype: Any = None, mask: Any = None) -> Tensor:
    """`softmax(-x)` of the elements in the mask; 0 outside.

    >>> softmin(Tensor([0.0, 2.0, 0.0]), 0, mask=[True, False, True])
    tensor([0.5000, 0.0000, 0.5000])
    """
    return softmin_of_all(filled("softmin", input, mask, highest(input)), dim, dtype=dtype)


@public(method=False, function=False)
def logaddexp(
    input: Any, other: Any, *, dtype: Any = None, input_mask: Any = None, other_mask: Any = None
) -> Tensor:
    """`leafgrad.logaddexp` of what each of two masks lets through.

    >>> logaddexp(Tensor([0.0, 2.0]), Tensor([0.0, 0.0]), other_mask=[True, False])
    tensor([0.6931, 2.0000])
    """
    x, y = tensor_of(input), tensor_of(other)
    x_shown = filled("logaddexp", x, input_mask, lowest(x))
    y_shown = filled("logaddexp", y, other_mask, lowest(y))
    return exponential.logaddexp(x_shown, y_shown).to(dtype or x.dtype)
