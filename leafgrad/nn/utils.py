"""Helpers around parameters: clipping gradients, and all parameters as one vector."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from leafgrad.errors import ShapeError
from leafgrad.node import Array
from leafgrad.ops.joining import cat
from leafgrad.tensor import Tensor, wrap


def clip_grad_norm_(
    parameters: Tensor | Iterable[Tensor], max_norm: float, norm_type: float = 2.0, error_if_nonfinite: bool = False
) -> Tensor:
    """Scale the gradients, in place, so that their joint norm is at most `max_norm`.

    Returns the norm before. With `error_if_nonfinite`, a RuntimeError if that is infinite or NaN.

    >>> import leafgrad
    >>> p = leafgrad.tensor([3.0, 4.0], requires_grad=True)
    >>> (p * p / 2).sum().backward()
    >>> clip_grad_norm_(p, max_norm=1.0), p.grad
    (tensor(5.), tensor([0.6000, 0.8000]))
    """
    gradients = _gradients(parameters)
    norms = [np.linalg.norm(g.data.ravel(), norm_type) for g in gradients]
    total = np.linalg.norm(norms, norm_type).astype(gradients[0].dtype) if norms else np.float32(0)
    if error_if_nonfinite and not np.isfinite(total):
        raise RuntimeError(f"clip_grad_norm_: the gradients' norm is {total}, so they cannot be clipped")
    coefficient = min(1.0, float(max_norm) / (float(total) + 1e-6))
    for g in gradients:
        array = g.data
        array *= coefficient
        g.mark_written()
    return wrap(total)


def clip_grad_value_(parameters: Tensor | Iterable[Tensor], clip_value: float) -> None:
    """Clip each element of the gradients, in place, to ±`clip_value`.

    >>> import leafgrad
    >>> p = leafgrad.tensor([1.0, -5.0], requires_grad=True)
    >>> (p * p).sum().backward()
    >>> clip_grad_value_(p, 3.0)
    >>> p.grad
    tensor([ 2., -3.])
    """
    bound = float(clip_value)
    for g in _gradients(parameters):
        np.clip(g.data, -bound, bound, out=g.data)
        g.mark_written()


def _gradients(parameters: Tensor | Iterable[Tensor]) -> list[Tensor]:
    tensors = [parameters] if isinstance(parameters, Tensor) else parameters
    return [p.grad for p in tensors if p.grad is not None]


def parameters_to_vector(parameters: Iterable[Tensor]) -> Tensor:
    """All parameters, one after the other, in one vector, through which gradients flow.

    >>> import leafgrad
    >>> parameters_to_vector([leafgrad.ones(1, 2), leafgrad.zeros(1)])
    tensor([1., 1., 0.])
    """
    return cat([p.reshape(-1) for p in parameters])


def vector_to_parameters(vec: Tensor, parameters: Iterable[Tensor]) -> None:
    """Write the parts of a vector into the parameters, in order; a ShapeError unless it is as long.

    >>> import leafgrad
    >>> p = leafgrad.zeros(1, 2)
    >>> vector_to_parameters(leafgrad.tensor([3.0, 4.0]), [p])
    >>> p
    tensor([[3., 4.]])
    """
    tensors = list(parameters)
    total = sum(p.data.size for p in tensors)
    if vec.shape != (total,):
        raise ShapeError(f"vector_to_parameters: the parameters need a vector of shape ({total},), got {vec.shape}")
    values: Array = vec.data.copy()  # it may share memory with a parameter
    start = 0
    for p in tensors:
        array = p.data
        array[...] = values[start : start + array.size].reshape(array.shape)
        p.mark_written()
        start += array.size
