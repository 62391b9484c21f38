"""Normalisation layers: what keeps the scale of activations the same from layer to layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from leafgrad.nn import functional as F
from leafgrad.nn import init
from leafgrad.nn.module import Module
from leafgrad.nn.parameter import Parameter, blank
from leafgrad.tensor import Tensor


class LayerNorm(Module):
    """`(x - mean) / √(variance + eps) · weight + bias` over the last dimensions: (*, *normalized_shape).

    `weight` and `bias` have the `normalized_shape`, an int or several; they start as ones and zeros,
    and are None without `elementwise_affine` (or, the bias alone, without `bias`). A ShapeError for
    an input whose last dimensions are others.

    >>> layer = LayerNorm(2)
    >>> layer
    LayerNorm((2,), eps=1e-05, elementwise_affine=True, bias=True)
    >>> layer([[1.0, 3.0]]).detach()
    tensor([[-1.0000,  1.0000]])
    """

    weight: Parameter | None
    bias: Parameter | None

    def __init__(
        self,
        normalized_shape: int | Sequence[int],
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        self.normalized_shape = _shape(normalized_shape)
        self.eps = eps
        self.elementwise_affine = elementwise_affine
        for name, wanted in (("weight", elementwise_affine), ("bias", elementwise_affine and bias)):
            parameter = blank(self.normalized_shape, device, dtype) if wanted else None
            self.register_parameter(name, parameter)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Set the weight to ones and the bias to zeros."""
        if self.weight is not None:
            init.ones_(self.weight)
        if self.bias is not None:
            init.zeros_(self.bias)

    def forward(self, input: Any) -> Tensor:
        return F.layer_norm(input, self.normalized_shape, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        return (
            f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}, "
            f"bias={self.bias is not None}"
        )


def _shape(normalized_shape: int | Sequence[int]) -> tuple[int, ...]:
    return (normalized_shape,) if isinstance(normalized_shape, int) else tuple(int(n) for n in normalized_shape)


class RMSNorm(Module):
    """`x / √(mean(x²) + eps) · weight` over the last dimensions: (*, *normalized_shape).

    `weight` has the `normalized_shape`, an int or several; it starts as ones, and is None without
    `elementwise_affine`. `eps` is the dtype's own unless given. A ShapeError for an input whose last
    dimensions are others.

    >>> layer = RMSNorm(2)
    >>> layer
    RMSNorm((2,), eps=None, elementwise_affine=True)
    >>> layer([[3.0, 3.0]]).detach()
    tensor([[1., 1.]])
    """

    weight: Parameter | None

    def __init__(
        self,
        normalized_shape: int | Sequence[int],
        eps: float | None = None,
        elementwise_affine: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        self.normalized_shape = _shape(normalized_shape)
        self.eps = eps
        self.elementwise_affine = elementwise_affine
        weight = blank(self.normalized_shape, device, dtype) if elementwise_affine else None
        self.register_parameter("weight", weight)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Set the weight to ones."""
        if self.weight is not None:
            init.ones_(self.weight)

    def forward(self, input: Any) -> Tensor:
        return F.rms_norm(input, self.normalized_shape, self.weight, self.eps)

    def extra_repr(self) -> str:
        return f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}"


class LocalResponseNorm(Module):
    """`x / (k + alpha mean(x²))^beta` over `size` neighbouring channels; see `functional.local_response_norm`.

    >>> import leafgrad
    >>> layer = LocalResponseNorm(2)
    >>> layer
    LocalResponseNorm(2, alpha=0.0001, beta=0.75, k=1.0)
    >>> layer(leafgrad.ones(2, 3, 4)).shape
    (2, 3, 4)
    """

    def __init__(self, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> None:
        super().__init__()
        self.size = size
        self.alpha = alpha
        self.beta = beta
        self.k = k

    def forward(self, input: Any) -> Tensor:
        return F.local_response_norm(input, self.size, self.alpha, self.beta, self.k)

    def extra_repr(self) -> str:
        return f"{self.size}, alpha={self.alpha}, beta={self.beta}, k={self.k}"
