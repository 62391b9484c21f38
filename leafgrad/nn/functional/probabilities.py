"""Probabilities from scores, as layers call them: softmax and its relatives, and samples from them."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from leafgrad.operands import floats, operand, tensor_of
from leafgrad.ops import softmax as operations
from leafgrad.ops.arithmetic import same
from leafgrad.random import Generator, default_generator
from leafgrad.recording import record
from leafgrad.tensor import Tensor

__all__ = ["gumbel_softmax", "log_softmax", "softmax", "softmin"]


def softmax(input: Any, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None) -> Tensor:
    """`e^x / Σ e^x` along `dim`, without overflow. d = s (dx - Σ s dx)

    Without `dim` it is 0 for inputs of 0, 1 or 3 dimensions, else 1, with a warning.

    >>> softmax(Tensor([0.0, 0.0, 1000.0]), dim=0)
    tensor([0., 0., 1.])
    """
    return operations.softmax(input, _dim_of("softmax", input, dim, _stacklevel), dtype=dtype)


def log_softmax(input: Any, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None) -> Tensor:
    """`log softmax(x)` along `dim`, exact where softmax itself would round to 0. d = dx - Σ s dx

    >>> log_softmax(Tensor([0.0, 1000.0]), dim=0)
    tensor([-1000.,     0.])
    """
    return operations.log_softmax(input, _dim_of("log_softmax", input, dim, _stacklevel), dtype=dtype)


def softmin(input: Any, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None) -> Tensor:
    """`softmax(-x)` along `dim`. d = -s (dx - Σ s dx)

    >>> softmin(Tensor([0.0, 0.0, 1000.0]), dim=0)
    tensor([0.5000, 0.5000, 0.0000])
    """
    return operations.softmax(-tensor_of(input), _dim_of("softmin", input, dim, _stacklevel), dtype=dtype)


def _dim_of(op: str, input: Any, dim: int | None, stacklevel: int) -> int:
    if dim is not None:
        return dim
    warnings.warn(f"{op}: to leave the choice of dim to {op} is deprecated; pass dim=", stacklevel=stacklevel)
    return 0 if np.ndim(operand(input)[1]) in (0, 1, 3) else 1


def gumbel_softmax(
    logits: Any,
    tau: float = 1,
    hard: bool = False,
    eps: float = 1e-10,
    dim: int = -1,
    *,
    generator: Generator | None = None,
) -> Tensor:
    """`softmax((x + noise) / tau)`: a sample from the softmax of x, the closer to one-hot the smaller tau.

    With `hard` the value is one-hot, and the gradient still that of the softmax; `eps` has no effect.
    d = s (dx - Σ s dx) / tau. Source: Jang et al., "Categorical reparameterization with Gumbel-softmax"
    (2016).

    >>> gumbel_softmax(Tensor([0.0, 1000.0]), hard=True)
    tensor([0., 1.])
    """
    if eps != 1e-10:
        warnings.warn("gumbel_softmax: eps is deprecated and has no effect", stacklevel=2)
    _, a = floats("gumbel_softmax", logits)
    noise = (generator or default_generator).numpy.gumbel(size=a.shape).astype(a.dtype)
    soft: Tensor = operations.softmax((tensor_of(logits) + noise) / tau, dim)
    if not hard:
        return soft
    likely = np.atleast_1d(soft.data)
    one_hot = np.zeros_like(likely)
    np.put_along_axis(one_hot, np.argmax(likely, axis=dim, keepdims=True), 1, axis=dim)
    return record("gumbel_softmax", one_hot.reshape(a.shape), (soft, same))
