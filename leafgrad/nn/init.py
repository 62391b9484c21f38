"""Initialisation: filling tensors in place, outside the graph, and returning them.

Sources: Glorot and Bengio (2010) for `xavier_*`, He et al. (2015) for `kaiming_*`, Saxe et al.
(2014) for `orthogonal_`. A `generator` replaces the one that `leafgrad.manual_seed` seeds.
"""

from __future__ import annotations

from math import ceil, prod, sqrt
from typing import Any

import numpy as np

from leafgrad.errors import ShapeError
from leafgrad.modes import no_grad
from leafgrad.node import Array
from leafgrad.ops.error_function import erf_of, erfinv_of
from leafgrad.random import Generator, default_generator
from leafgrad.tensor import Tensor

_GAINS = {
    "linear": 1.0,
    "conv1d": 1.0,
    "conv2d": 1.0,
    "conv3d": 1.0,
    "sigmoid": 1.0,
    "tanh": 5 / 3,
    "relu": sqrt(2),
    "selu": 3 / 4,
}


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """The factor by which weights must be larger for the variance to survive the nonlinearity.

    `param` is leaky_relu's negative slope (0.01 unless given). A ValueError for an unknown name.

    >>> calculate_gain("tanh")
    1.6666666666666667
    """
    if nonlinearity == "leaky_relu":
        slope = 0.01 if param is None else param
        return sqrt(2 / (1 + slope * slope))
    if nonlinearity not in _GAINS:
        known = ", ".join(["leaky_relu", *_GAINS])
        raise ValueError(f"calculate_gain: unknown nonlinearity {nonlinearity!r}; known are {known}")
    return _GAINS[nonlinearity]


def _filled(tensor: Tensor, values: Any) -> Tensor:
    """The tensor, written; or the array, for `layer.weight.data` is one."""
    if not isinstance(tensor, Tensor):
        Tensor(tensor).copy_(values)
        return tensor
    with no_grad():
        return tensor.copy_(values)


def _rng(generator: Generator | None) -> np.random.Generator:
    return (generator or default_generator).numpy


def constant_(tensor: Tensor, val: float) -> Tensor:
    """Every element `val`.

    >>> import leafgrad
    >>> constant_(leafgrad.empty(2), 0.5)
    tensor([0.5000, 0.5000])
    """
    return _filled(tensor, val)


def ones_(tensor: Tensor) -> Tensor:
    """Every element 1."""
    return _filled(tensor, 1)


def zeros_(tensor: Tensor) -> Tensor:
    """Every element 0."""
    return _filled(tensor, 0)


def eye_(tensor: Tensor) -> Tensor:
    """The identity, as far as a matrix of this shape goes; a ShapeError unless it is a matrix."""
    _check_matrix("eye_", tensor)
    return _filled(tensor, np.eye(tensor.shape[0], tensor.shape[1]))


def _check_matrix(name: str, tensor: Tensor) -> None:
    if tensor.ndim != 2:
        raise ShapeError(f"{name}: needs a matrix, got shape {tensor.shape}")


def uniform_(tensor: Tensor, a: float = 0.0, b: float = 1.0, generator: Generator | None = None) -> Tensor:
    """Uniform numbers in [a, b)."""
    return _filled(tensor, _rng(generator).uniform(a, b, tensor.shape))


def normal_(tensor: Tensor, mean: float = 0.0, std: float = 1.0, generator: Generator | None = None) -> Tensor:
    """Normal numbers of that mean and standard deviation."""
    return _filled(tensor, _rng(generator).normal(mean, std, tensor.shape))


def trunc_normal_(
    tensor: Tensor,
    mean: float = 0.0,
    std: float = 1.0,
    a: float = -2.0,
    b: float = 2.0,
    generator: Generator | None = None,
) -> Tensor:
    """Normal numbers conditioned on lying in [a, b], by inverting the distribution function."""
    low, high = erf_of((np.array([a, b], np.float64) - mean) / (std * sqrt(2)))
    x = erfinv_of(_rng(generator).uniform(low, high, tensor.shape)) * (std * sqrt(2)) + mean
    return _filled(tensor, np.clip(x, a, b))


def xavier_uniform_(tensor: Tensor, gain: float = 1.0, generator: Generator | None = None) -> Tensor:
    """Uniform numbers of variance gain² 2 / (fan_in + fan_out)."""
    bound = gain * sqrt(6 / sum(_fans("xavier_uniform_", tensor)))
    return uniform_(tensor, -bound, bound, generator)


def xavier_normal_(tensor: Tensor, gain: float = 1.0, generator: Generator | None = None) -> Tensor:
    """Normal numbers of variance gain² 2 / (fan_in + fan_out)."""
    return normal_(tensor, 0.0, gain * sqrt(2 / sum(_fans("xavier_normal_", tensor))), generator)


def kaiming_uniform_(
    tensor: Tensor,
    a: float = 0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Generator | None = None,
) -> Tensor:
    """Uniform numbers of variance gain² / fan, with leaky_relu's negative slope `a` for the gain.

    >>> import leafgrad
    >>> w = kaiming_uniform_(leafgrad.empty(3, 6), nonlinearity="relu")
    >>> bool((w.abs() <= 1).all())
    True
    """
    bound = sqrt(3) * _kaiming_std("kaiming_uniform_", tensor, a, mode, nonlinearity)
    return uniform_(tensor, -bound, bound, generator)


def kaiming_normal_(
    tensor: Tensor,
    a: float = 0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Generator | None = None,
) -> Tensor:
    """Normal numbers of variance gain² / fan, with leaky_relu's negative slope `a` for the gain."""
    return normal_(tensor, 0.0, _kaiming_std("kaiming_normal_", tensor, a, mode, nonlinearity), generator)


def _kaiming_std(name: str, tensor: Tensor, a: float, mode: str, nonlinearity: str) -> float:
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f"{name}: mode must be 'fan_in' or 'fan_out', got {mode!r}")
    fan_in, fan_out = _fans(name, tensor)
    fan = fan_in if mode == "fan_in" else fan_out
    return calculate_gain(nonlinearity, a) / sqrt(fan) if fan else 0.0


def _fans(name: str, tensor: Tensor) -> tuple[int, int]:
    """How many inputs each output sums, and how many outputs each input reaches."""
    if tensor.ndim < 2:
        raise ShapeError(f"{name}: needs at least two dimensions, (out, in, ...), got shape {tensor.shape}")
    outputs, inputs, *window = tensor.shape
    return inputs * prod(window), outputs * prod(window)


def orthogonal_(tensor: Tensor, gain: float = 1.0, generator: Generator | None = None) -> Tensor:
    """Orthogonal rows or columns, whichever are fewer, of length `gain`; (out, ...) is taken as a matrix.

    A ShapeError for fewer than two dimensions.
    """
    if tensor.ndim < 2:
        raise ShapeError(f"orthogonal_: needs at least two dimensions, got shape {tensor.shape}")
    rows = tensor.shape[0]
    columns = prod(tensor.shape[1:])
    tall: Array = _rng(generator).standard_normal((max(rows, columns), min(rows, columns)))
    q, r = np.linalg.qr(tall)
    q *= np.sign(np.diagonal(r))  # QR fixes signs; without this the result is not uniformly drawn
    return _filled(tensor, gain * (q if rows >= columns else q.T).reshape(tensor.shape))


def dirac_(tensor: Tensor, groups: int = 1) -> Tensor:
    """Kernels of a convolution, (out, in, ...), that hand on as many of the channels of each group as there are.

    A ValueError for other than 3 to 5 dimensions, or where the groups do not divide the outputs.

    >>> import leafgrad
    >>> dirac_(leafgrad.empty(2, 2, 3))
    tensor([[[0., 1., 0.],
             [0., 0., 0.]],
    <BLANKLINE>
            [[0., 0., 0.],
             [0., 1., 0.]]])
    """
    shape = tensor.shape
    if not 3 <= len(shape) <= 5 or shape[0] % groups:
        raise ValueError(f"dirac_: needs 3 to 5 dimensions and groups that divide the first, got {shape} and {groups}")
    outputs = shape[0] // groups
    i = np.arange(min(outputs, shape[1]))
    values = np.zeros(shape)
    for group in range(groups):
        middle: Any = (group * outputs + i, i, *(n // 2 for n in shape[2:]))
        values[middle] = 1
    return _filled(tensor, values)


def sparse_(tensor: Tensor, sparsity: float, std: float = 0.01, generator: Generator | None = None) -> Tensor:
    """Normal numbers of that standard deviation, of which the fraction `sparsity` of each column is 0 instead.

    A ShapeError unless it is a matrix.

    >>> import leafgrad
    >>> (sparse_(leafgrad.empty(4, 3), 0.5) == 0).sum(0)
    tensor([2, 2, 2])
    """
    _check_matrix("sparse_", tensor)
    rows, columns = tensor.shape
    values = _rng(generator).normal(0, std, (rows, columns))
    zero = _rng(generator).random((rows, columns)).argsort(0)[: ceil(sparsity * rows)]
    np.put_along_axis(values, zero, 0, 0)
    return _filled(tensor, values)
