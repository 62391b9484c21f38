"""Clipping gradients."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from leafgrad.tensor import Tensor, wrap


def clip_grad_norm_(
    parameters: Tensor | Iterable[Tensor],
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
    foreach: bool | None = None,
) -> Tensor:
    """Scale the gradients, in place, so that their joint norm is at most `max_norm`.

    Returns the norm before. With `error_if_nonfinite`, a RuntimeError if that is infinite or NaN. `foreach`, which
    tells PyTorch how to compute it, changes nothing.

    >>> import leafgrad
    >>> p = leafgrad.tensor([3.0, 4.0], requires_grad=True)
    >>> (p * p / 2).sum().backward()
    >>> clip_grad_norm_(p, max_norm=1.0), p.grad
    (tensor(5.), tensor([0.6000, 0.8000]))
    """
    tensors = _listed(parameters)
    total = get_total_norm(_gradients(tensors), norm_type, error_if_nonfinite)
    clip_grads_with_norm_(tensors, max_norm, total)
    return total


def get_total_norm(
    tensors: Tensor | Iterable[Tensor],
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
    foreach: bool | None = None,
) -> Tensor:
    """The norm of all elements of all these tensors; a RuntimeError if `error_if_nonfinite`, and it is.

    >>> import leafgrad
    >>> get_total_norm([leafgrad.tensor([3.0]), leafgrad.tensor([4.0])])
    tensor(5.)
    """
    arrays = [each.data for each in _listed(tensors)]
    norms = [np.linalg.norm(array.ravel(), norm_type) for array in arrays]
    total = np.linalg.norm(norms, norm_type).astype(arrays[0].dtype) if norms else np.float32(0)
    if error_if_nonfinite and not np.isfinite(total):
        raise RuntimeError(f"clip_grad_norm_: the gradients' norm is {total}, so they cannot be clipped")
    return wrap(total)


def clip_grads_with_norm_(
    parameters: Tensor | Iterable[Tensor], max_norm: float, total_norm: Tensor, foreach: bool | None = None
) -> None:
    """Scale the gradients, in place, by `max_norm / total_norm`, unless that is more than 1.

    >>> import leafgrad
    >>> p = leafgrad.tensor([3.0, 4.0], requires_grad=True)
    >>> (p * p / 2).sum().backward()
    >>> clip_grads_with_norm_(p, 1.0, leafgrad.tensor(5.0))
    >>> p.grad
    tensor([0.6000, 0.8000])
    """
    coefficient = min(1.0, float(max_norm) / (float(total_norm) + 1e-6))
    for g in _gradients(_listed(parameters)):
        array = g.data
        array *= coefficient
        g.mark_written()


def clip_grad_value_(parameters: Tensor | Iterable[Tensor], clip_value: float, foreach: bool | None = None) -> None:
    """Clip each element of the gradients, in place, to ±`clip_value`.

    >>> import leafgrad
    >>> p = leafgrad.tensor([1.0, -5.0], requires_grad=True)
    >>> (p * p).sum().backward()
    >>> clip_grad_value_(p, 3.0)
    >>> p.grad
    tensor([ 2., -3.])
    """
    bound = float(clip_value)
    for g in _gradients(_listed(parameters)):
        np.clip(g.data, -bound, bound, out=g.data)
        g.mark_written()


def _listed(tensors: Tensor | Iterable[Tensor]) -> list[Tensor]:
    return [tensors] if isinstance(tensors, Tensor) else list(tensors)


def _gradients(tensors: list[Tensor]) -> list[Tensor]:
    return [p.grad for p in tensors if p.grad is not None]
