"""Activations of straight pieces as modules; the formulas are in `functional/rectifiers.py`."""

from __future__ import annotations

import warnings
from typing import Any

from leafgrad.nn import functional as F
from leafgrad.nn import init
from leafgrad.nn.module import Module
from leafgrad.nn.parameter import Parameter, blank
from leafgrad.tensor import Tensor

__all__ = [
    "Hardshrink", "Hardsigmoid", "Hardswish", "Hardtanh", "LeakyReLU", "PReLU", "RReLU", "ReLU", "ReLU6", "Softshrink",
    "Threshold",
]


class Inplace(Module):
    """The base of activations that can be told to write over their input, and nothing else."""

    def __init__(self, inplace: bool = False) -> None:
        super().__init__()
        self.inplace = inplace

    def extra_repr(self) -> str:
        return "inplace=True" if self.inplace else ""


class Sloped(Inplace):
    """The base of activations that have other options too, whose names are in `options`."""

    options: tuple[str, ...]

    def extra_repr(self) -> str:
        own = [f"{name}={getattr(self, name)}" for name in self.options]
        return ", ".join([*own, "inplace=True"] if self.inplace else own)


class ReLU(Inplace):
    """`max(x, 0)`.

    >>> ReLU()([-1.0, 2.0])
    tensor([0., 2.])
    """

    def forward(self, input: Any) -> Tensor:
        return F.relu(input, self.inplace)


class LeakyReLU(Sloped):
    """`x` where it is positive, else `negative_slope x`.

    >>> LeakyReLU(0.1)([-1.0, 2.0])
    tensor([-0.1000,  2.0000])
    """

    options = ("negative_slope",)

    def __init__(self, negative_slope: float = 0.01, inplace: bool = False) -> None:
        super().__init__(inplace)
        self.negative_slope = negative_slope

    def forward(self, input: Any) -> Tensor:
        return F.leaky_relu(input, self.negative_slope, self.inplace)


class PReLU(Module):
    """`x` where it is positive, else `w x`, with a `weight` (num_parameters,) that is learnt.

    `num_parameters` is 1, or the number of channels in dimension 1.

    >>> PReLU(init=0.5)(Tensor([-1.0, 2.0])).detach()
    tensor([-0.5000,  2.0000])
    """

    weight: Parameter

    def __init__(self, num_parameters: int = 1, init: float = 0.25, device: Any = None, dtype: Any = None) -> None:
        super().__init__()
        self.num_parameters = num_parameters
        self.init = init
        self.weight = blank((num_parameters,), device, dtype)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Give all weights the initial value."""
        init.constant_(self.weight, self.init)

    def forward(self, input: Any) -> Tensor:
        return F.prelu(input, self.weight)

    def extra_repr(self) -> str:
        return f"num_parameters={self.num_parameters}"


class RReLU(Sloped):
    """`x` where it is positive, else `r x`, with r drawn between the bounds while training, else their mean.

    >>> RReLU(0.1, 0.3).eval()(Tensor([-1.0, 2.0]))
    tensor([-0.2000,  2.0000])
    """

    options = "lower", "upper"

    def __init__(self, lower: float = 1 / 8, upper: float = 1 / 3, inplace: bool = False) -> None:
        super().__init__(inplace)
        self.lower = lower
        self.upper = upper

    def forward(self, input: Any) -> Tensor:
        return F.rrelu(input, self.lower, self.upper, self.training, self.inplace)


class Threshold(Sloped):
    """`x` where it is above the threshold, else `value`.

    >>> Threshold(1.0, -1.0)(Tensor([0.5, 2.0]))
    tensor([-1.,  2.])
    """

    options = "threshold", "value"

    def __init__(self, threshold: float, value: float, inplace: bool = False) -> None:
        super().__init__(inplace)
        self.threshold = threshold
        self.value = value

    def forward(self, input: Any) -> Tensor:
        return F.threshold(input, self.threshold, self.value, self.inplace)


class Hardtanh(Sloped):
    """`x` kept between `min_val` and `max_val`; an AssertionError unless the former is the smaller.

    `min_value` and `max_value` are the older names of the two.

    >>> Hardtanh()(Tensor([-3.0, 0.5, 3.0]))
    tensor([-1.0000,  0.5000,  1.0000])
    """

    options: tuple[str, ...] = ("min_val", "max_val")

    def __init__(
        self,
        min_val: float = -1.0,
        max_val: float = 1.0,
        inplace: bool = False,
        min_value: float | None = None,
        max_value: float | None = None,
    ) -> None:
        super().__init__(inplace)
        if min_value is not None or max_value is not None:
            warnings.warn("Hardtanh: min_value and max_value are now min_val and max_val", FutureWarning, stacklevel=2)
        self.min_val = min_val if min_value is None else min_value
        self.max_val = max_val if max_value is None else max_value
        if not self.min_val < self.max_val:
            raise AssertionError(f"Hardtanh: max_val {self.max_val} must be greater than min_val {self.min_val}")

    def forward(self, input: Any) -> Tensor:
        return F.hardtanh(input, self.min_val, self.max_val, self.inplace)


class ReLU6(Hardtanh):
    """`min(max(x, 0), 6)`.

    >>> ReLU6()(Tensor([-1.0, 2.0, 8.0]))
    tensor([0., 2., 6.])
    """

    options = ()

    def __init__(self, inplace: bool = False) -> None:
        super().__init__(0.0, 6.0, inplace)


class Hardsigmoid(Inplace):
    """`relu6(x + 3) / 6`.

    >>> Hardsigmoid()(Tensor([-4.0, 0.0, 1.5]))
    tensor([0.0000, 0.5000, 0.7500])
    """

    def forward(self, input: Any) -> Tensor:
        return F.hardsigmoid(input, self.inplace)

    def extra_repr(self) -> str:
        return ""


class Hardswish(Inplace):
    """`x hardsigmoid(x)`.

    >>> Hardswish()(Tensor([1.5, 4.0]))
    tensor([1.1250, 4.0000])
    """

    def forward(self, input: Any) -> Tensor:
        return F.hardswish(input, self.inplace)

    def extra_repr(self) -> str:
        return ""


class Hardshrink(Module):
    """`x`, or 0 where `|x| <= lambd`.

    >>> Hardshrink()(Tensor([-2.0, 0.3, 2.0]))
    tensor([-2.,  0.,  2.])
    """

    def __init__(self, lambd: float = 0.5) -> None:
        super().__init__()
        self.lambd = lambd

    def forward(self, input: Any) -> Tensor:
        return F.hardshrink(input, self.lambd)

    def extra_repr(self) -> str:
        return f"{self.lambd}"


class Softshrink(Module):
    """`x` moved by lambd towards 0, and no further.

    >>> Softshrink()(Tensor([-2.0, 0.3, 2.0]))
    tensor([-1.5000,  0.0000,  1.5000])
    """

    def __init__(self, lambd: float = 0.5) -> None:
        super().__init__()
        self.lambd = lambd

    def forward(self, input: Any) -> Tensor:
        return F.softshrink(input, self.lambd)

    def extra_repr(self) -> str:
        return f"{self.lambd}"
