"""Padding layers: sequences, images and volumes surrounded by a constant, or by more of themselves."""

from __future__ import annotations

from typing import Any

from leafgrad.nn import functional as F
from leafgrad.nn.functional.conv import Numbers, several
from leafgrad.nn.module import Module
from leafgrad.tensor import Tensor


class _Pad(Module):
    _dims: int
    _mode: str

    def __init__(self, padding: Numbers) -> None:
        super().__init__()
        self.padding = several(type(self).__name__, "padding", padding, 2 * self._dims, None)

    def forward(self, input: Any) -> Tensor:
        return F.pad(input, self.padding, self._mode)

    def extra_repr(self) -> str:
        return f"{self.padding}"


class _ConstantPad(_Pad):
    _mode = "constant"

    def __init__(self, padding: Numbers, value: float) -> None:
        super().__init__(padding)
        self.value = value

    def forward(self, input: Any) -> Tensor:
        return F.pad(input, self.padding, value=self.value)

    def extra_repr(self) -> str:
        return f"padding={self.padding}, value={self.value}"


class _ZeroPad(_ConstantPad):
    def __init__(self, padding: Numbers) -> None:
        super().__init__(padding, 0.0)

    def extra_repr(self) -> str:
        return f"{self.padding}"


class ConstantPad1d(_ConstantPad):
    """Sequences (N, C, L) or (C, L) surrounded by `value`.

    `padding` is (left, right), or one number for all.

    >>> import leafgrad
    >>> ConstantPad1d(1, 3.5)(leafgrad.ones(1, 1, 3)).shape
    (1, 1, 5)
    """

    _dims = 1


class ConstantPad2d(_ConstantPad):
    """Images (N, C, H, W) or (C, H, W) surrounded by `value`.

    `padding` is (left, right, top, bottom), or one number for all.

    >>> import leafgrad
    >>> ConstantPad2d(1, 3.5)(leafgrad.ones(1, 1, 3, 3)).shape
    (1, 1, 5, 5)
    """

    _dims = 2


class ConstantPad3d(_ConstantPad):
    """Volumes (N, C, D, H, W) or (C, D, H, W) surrounded by `value`.

    `padding` is (left, right, top, bottom, front, back), or one number for all.

    >>> import leafgrad
    >>> ConstantPad3d(1, 3.5)(leafgrad.ones(1, 1, 3, 3, 3)).shape
    (1, 1, 5, 5, 5)
    """

    _dims = 3


class ZeroPad1d(_ZeroPad):
    """Sequences (N, C, L) or (C, L) surrounded by zeros.

    `padding` is (left, right), or one number for all.

    >>> import leafgrad
    >>> ZeroPad1d(1)(leafgrad.ones(1, 1, 3)).shape
    (1, 1, 5)
    """

    _dims = 1


class ZeroPad2d(_ZeroPad):
    """Images (N, C, H, W) or (C, H, W) surrounded by zeros.

    `padding` is (left, right, top, bottom), or one number for all.

    >>> import leafgrad
    >>> ZeroPad2d(1)(leafgrad.ones(1, 1, 3, 3)).shape
    (1, 1, 5, 5)
    """

    _dims = 2


class ZeroPad3d(_ZeroPad):
    """Volumes (N, C, D, H, W) or (C, D, H, W) surrounded by zeros.

    `padding` is (left, right, top, bottom, front, back), or one number for all.

    >>> import leafgrad
    >>> ZeroPad3d(1)(leafgrad.ones(1, 1, 3, 3, 3)).shape
    (1, 1, 5, 5, 5)
    """

    _dims = 3


class ReflectionPad1d(_Pad):
    """Sequences (N, C, L) or (C, L) surrounded by their mirror image.

    `padding` is (left, right), or one number for all.

    >>> import leafgrad
    >>> ReflectionPad1d(1)(leafgrad.ones(1, 1, 3)).shape
    (1, 1, 5)
    """

    _dims = 1
    _mode = "reflect"


class ReflectionPad2d(_Pad):
    """Images (N, C, H, W) or (C, H, W) surrounded by their mirror image.

    `padding` is (left, right, top, bottom), or one number for all.

    >>> import leafgrad
    >>> ReflectionPad2d(1)(leafgrad.ones(1, 1, 3, 3)).shape
    (1, 1, 5, 5)
    """

    _dims = 2
    _mode = "reflect"


class ReflectionPad3d(_Pad):
    """Volumes (N, C, D, H, W) or (C, D, H, W) surrounded by their mirror image.

    `padding` is (left, right, top, bottom, front, back), or one number for all.

    >>> import leafgrad
    >>> ReflectionPad3d(1)(leafgrad.ones(1, 1, 3, 3, 3)).shape
    (1, 1, 5, 5, 5)
    """

    _dims = 3
    _mode = "reflect"


class ReplicationPad1d(_Pad):
    """Sequences (N, C, L) or (C, L) surrounded by their edge.

    `padding` is (left, right), or one number for all.

    >>> import leafgrad
    >>> ReplicationPad1d(1)(leafgrad.ones(1, 1, 3)).shape
    (1, 1, 5)
    """

    _dims = 1
    _mode = "replicate"


class ReplicationPad2d(_Pad):
    """Images (N, C, H, W) or (C, H, W) surrounded by their edge.

    `padding` is (left, right, top, bottom), or one number for all.

    >>> import leafgrad
    >>> ReplicationPad2d(1)(leafgrad.ones(1, 1, 3, 3)).shape
    (1, 1, 5, 5)
    """

    _dims = 2
    _mode = "replicate"


class ReplicationPad3d(_Pad):
    """Volumes (N, C, D, H, W) or (C, D, H, W) surrounded by their edge.

    `padding` is (left, right, top, bottom, front, back), or one number for all.

    >>> import leafgrad
    >>> ReplicationPad3d(1)(leafgrad.ones(1, 1, 3, 3, 3)).shape
    (1, 1, 5, 5, 5)
    """

    _dims = 3
    _mode = "replicate"


class CircularPad1d(_Pad):
    """Sequences (N, C, L) or (C, L) surrounded by themselves, again and again.

    `padding` is (left, right), or one number for all.

    >>> import leafgrad
    >>> CircularPad1d(1)(leafgrad.ones(1, 1, 3)).shape
    (1, 1, 5)
    """

    _dims = 1
    _mode = "circular"


class CircularPad2d(_Pad):
    """Images (N, C, H, W) or (C, H, W) surrounded by themselves, again and again.

    `padding` is (left, right, top, bottom), or one number for all.

    >>> import leafgrad
    >>> CircularPad2d(1)(leafgrad.ones(1, 1, 3, 3)).shape
    (1, 1, 5, 5)
    """

    _dims = 2
    _mode = "circular"


class CircularPad3d(_Pad):
    """Volumes (N, C, D, H, W) or (C, D, H, W) surrounded by themselves, again and again.

    `padding` is (left, right, top, bottom, front, back), or one number for all.

    >>> import leafgrad
    >>> CircularPad3d(1)(leafgrad.ones(1, 1, 3, 3, 3)).shape
    (1, 1, 5, 5, 5)
    """

    _dims = 3
    _mode = "circular"
