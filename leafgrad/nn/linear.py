"""Linear, Bilinear, and the modules that reshape or do nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod, sqrt
from typing import Any

from leafgrad.dims import one_dim
from leafgrad.errors import ShapeError
from leafgrad.nn import functional as F
from leafgrad.nn import init
from leafgrad.nn.module import Module
from leafgrad.nn.parameter import Parameter, blank
from leafgrad.ops.shape import flatten
from leafgrad.tensor import Tensor

_INIT_METHODS: dict[str | None, Callable[[Tensor], Tensor]] = {
    None: lambda w: init.kaiming_uniform_(w, a=sqrt(5)),
    "xavier": init.xavier_uniform_,
    "he": lambda w: init.kaiming_normal_(w, nonlinearity="relu"),
    "he_leaky": lambda w: init.kaiming_normal_(w, a=0.01, nonlinearity="leaky_relu"),
    "normal": lambda w: init.kaiming_normal_(w, nonlinearity="linear"),
    "uniform": lambda w: init.kaiming_uniform_(w, nonlinearity="linear"),
}


class Linear(Module):
    """`x Wᵀ + b`: (..., in_features) to (..., out_features), with `weight` (out, in) and `bias` (out,).

    `init_method` says how the weight is drawn:
    None as PyTorch, uniform of variance 1 / (3 in_features), and the bias from the same bounds;
    otherwise the bias is 0 and the weight "xavier" (uniform), "he" or "he_leaky" (normal, for ReLU
    or LeakyReLU(0.01) before the layer), "normal" or "uniform" (of variance 1 / in_features).
    A ValueError for another, a ShapeError for an input whose last dimension is not in_features.

    >>> import leafgrad
    >>> layer = Linear(3, 2)
    >>> layer
    Linear(in_features=3, out_features=2, bias=True)
    >>> layer(leafgrad.ones(5, 4, 3)).shape
    (5, 4, 2)
    """

    weight: Parameter
    bias: Parameter | None

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
        *,
        init_method: str | None = None,
    ) -> None:
        super().__init__()
        if init_method not in _INIT_METHODS:
            known = ", ".join(map(repr, _INIT_METHODS))
            raise ValueError(f"Linear: init_method must be one of {known}, got {init_method!r}")
        if in_features < 0 or out_features < 0:
            raise ValueError(f"Linear: features cannot be negative, got {in_features} and {out_features}")
        self.in_features = in_features
        self.out_features = out_features
        self.init_method = init_method
        self.weight = blank((out_features, in_features), device, dtype)
        self.register_parameter("bias", blank((out_features,), device, dtype) if bias else None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the parameters anew."""
        _INIT_METHODS[self.init_method](self.weight)
        if self.bias is not None:
            bound = 1 / sqrt(self.in_features) if self.in_features and self.init_method is None else 0.0
            init.uniform_(self.bias, -bound, bound)

    def forward(self, input: Any) -> Tensor:
        return F.linear(input, self.weight, self.bias)

    def extra_repr(self) -> str:
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"


class Bilinear(Module):
    """`Σ x W y + b`: (*, in1_features) and (*, in2_features) to (*, out_features), `weight` (out, in1, in2).

    Weight and `bias` (out_features,) are drawn uniformly from ±1 / √in1_features. A ValueError for
    in1_features below 1, a ShapeError for inputs that do not fit.

    >>> import leafgrad
    >>> layer = Bilinear(3, 4, 2)
    >>> layer
    Bilinear(in1_features=3, in2_features=4, out_features=2, bias=True)
    >>> layer(leafgrad.ones(5, 3), leafgrad.ones(5, 4)).shape
    (5, 2)
    """

    weight: Parameter
    bias: Parameter | None

    def __init__(
        self,
        in1_features: int,
        in2_features: int,
        out_features: int,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        if in1_features < 1:
            raise ValueError(f"Bilinear: in1_features must be positive, got {in1_features}")
        self.in1_features = in1_features
        self.in2_features = in2_features
        self.out_features = out_features
        self.weight = blank((out_features, in1_features, in2_features), device, dtype)
        self.register_parameter("bias", blank((out_features,), device, dtype) if bias else None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the parameters anew."""
        bound = 1 / sqrt(self.in1_features)
        for parameter in self.parameters(recurse=False):
            init.uniform_(parameter, -bound, bound)

    def forward(self, input1: Any, input2: Any) -> Tensor:
        return F.bilinear(input1, input2, self.weight, self.bias)

    def extra_repr(self) -> str:
        return (
            f"in1_features={self.in1_features}, in2_features={self.in2_features}, "
            f"out_features={self.out_features}, bias={self.bias is not None}"
        )


class Identity(Module):
    """What it is given; arguments of the constructor are ignored.

    >>> Identity(54)(3)
    3
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()

    def forward(self, input: Any) -> Any:
        return input


class Flatten(Module):
    """The dimensions from `start_dim` to `end_dim` made one: by default, all but the batch.

    >>> import leafgrad
    >>> Flatten()(leafgrad.ones(5, 4, 3)).shape
    (5, 12)
    """

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        super().__init__()
        self.start_dim = start_dim
        self.end_dim = end_dim

    def forward(self, input: Any) -> Tensor:
        return flatten(input, self.start_dim, self.end_dim)

    def extra_repr(self) -> str:
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class Unflatten(Module):
    """The dimension `dim` divided into the sizes given, one of which may be -1.

    A ShapeError where they do not multiply to its length.

    >>> import leafgrad
    >>> Unflatten(1, (3, 4))(leafgrad.ones(5, 12)).shape
    (5, 3, 4)
    """

    def __init__(self, dim: int, unflattened_size: Sequence[int]) -> None:
        super().__init__()
        self.dim = dim
        self.unflattened_size = tuple(unflattened_size)

    def forward(self, input: Tensor) -> Tensor:
        shape = input.shape
        dim = one_dim("Unflatten", self.dim, input.ndim)
        known = prod(n for n in self.unflattened_size if n != -1)
        if shape[dim] != known and (-1 not in self.unflattened_size or not known or shape[dim] % known):
            raise ShapeError(f"Unflatten: dimension {dim} of shape {shape} cannot become {self.unflattened_size}")
        return input.reshape(*shape[:dim], *self.unflattened_size, *shape[dim + 1 :])

    def extra_repr(self) -> str:
        return f"dim={self.dim}, unflattened_size={self.unflattened_size}"
