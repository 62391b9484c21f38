"""Complex numbers: made of two real ones, taken apart, turned round.

The gradients here are those inside the graph, by which dL = Re(Σ g dz); see `recording.conjugate`.
A holomorphic function needs nothing of this: its rule is the one for real numbers.
"""

from __future__ import annotations

from math import pi
from typing import Any

import numpy as np

from leafgrad.errors import ShapeError
from leafgrad.inplace import view
from leafgrad.node import Out
from leafgrad.operands import check_broadcast, operand, tensor_of
from leafgrad.ops.arithmetic import mul
from leafgrad.ops.signs import sign
from leafgrad.ops.trigonometric import cos, sin
from leafgrad.recording import astype, elementwise, like, record
from leafgrad.surface import public
from leafgrad.tensor import Tensor, wrap

__all__ = [
    "angle", "complex", "conj", "conj_physical", "imag", "is_complex", "is_conj", "is_neg", "isreal", "polar", "real",
    "resolve_conj", "resolve_neg", "sgn", "view_as_complex", "view_as_real",
]


@public(method=False)
def complex(real: Any, imag: Any) -> Tensor:
    """`real + i imag`, broadcast; complex64 of two float32, complex128 of two float64. d = dx + i dy

    A RuntimeError for any other dtypes.

    >>> complex(Tensor([1.0, 2.0]), Tensor([3.0, -4.0]))
    tensor([1.+3.j, 2.-4.j])
    """
    (x, a), (y, b) = operand(real), operand(imag)
    if a.dtype != b.dtype or a.dtype not in (np.float32, np.float64):
        raise RuntimeError(
            f"complex: real and imag must both be float32 or both float64, got {a.dtype} and {b.dtype}; "
            "convert one with .to()"
        )
    out = np.empty(check_broadcast(a.shape, b.shape), np.result_type(a.dtype, np.complex64))
    out.real, out.imag = a, b
    return elementwise("complex", out, (x, np.real), (y, lambda g: -np.imag(g)))


@public(method=False)
def polar(abs: Any, angle: Any) -> Tensor:
    """`abs e^(i angle)`, broadcast: the number of that length and angle. d = e^(iφ) dr + i r e^(iφ) dφ

    The dtypes are those that `complex` takes, with its errors.

    >>> polar(Tensor([1.0, 2.0]), Tensor([0.0, 0.0]))
    tensor([1.+0.j, 2.+0.j])
    """
    a, b = operand(abs)[1], operand(angle)[1]
    if a.dtype != b.dtype or a.dtype not in (np.float32, np.float64):
        raise RuntimeError(
            f"polar: abs and angle must both be float32 or both float64, got {a.dtype} and {b.dtype}; "
            "convert one with .to()"
        )
    return complex(mul(abs, cos(angle)), mul(abs, sin(angle)))


@public(np.real, method="_real")
def real(input: Any) -> Tensor:
    """The real part, a view; of a real tensor the tensor itself. d = Re dz

    >>> real(Tensor([1 + 3j, 2 - 4j], dtype="complex64"))
    tensor([1., 2.])
    """
    x = tensor_of(input)
    dtype = x.dtype
    return view("real", x, np.real, lambda g: astype(g, dtype)) if dtype.kind == "c" else x


@public(method="_imag")
def imag(input: Any) -> Tensor:
    """The imaginary part, a view. d = Im dz. A RuntimeError for a real tensor.

    >>> imag(Tensor([1 + 3j, 2 - 4j], dtype="complex64"))
    tensor([ 3., -4.])
    """
    x = tensor_of(input)
    _only_complex("imag", x)
    return view("imag", x, np.imag, lambda g: -1j * g)


def _only_complex(op: str, x: Tensor) -> None:
    if x.dtype.kind != "c":
        raise RuntimeError(f"{op}: needs a complex tensor, got {x.dtype}; convert with .to(leafgrad.complex64)")


@public(method=False)
def view_as_real(input: Any) -> Tensor:
    """A view of complex numbers (...) as pairs of real ones (..., 2). d = (Re dz, Im dz)

    A RuntimeError for a real tensor.

    >>> view_as_real(Tensor([1 + 3j, 2 - 4j], dtype="complex64"))
    tensor([[ 1.,  3.],
            [ 2., -4.]])
    """
    x = tensor_of(input)
    _only_complex("view_as_real", x)
    return view("view_as_real", x, _as_pairs, lambda g: g[..., 0] - 1j * g[..., 1])


def _as_pairs(z: Any) -> Any:
    return view_as_real(z) if isinstance(z, Tensor) else z[..., None].view(z.real.dtype)


@public(method=False)
def view_as_complex(input: Any) -> Tensor:
    """A view of pairs of real numbers (..., 2) as complex ones (...). d = dx + i dy

    A RuntimeError unless the dtype is float32 or float64, and the last dimension has size 2 and lies
    in one piece in memory.

    >>> view_as_complex(Tensor([[1.0, 3.0], [2.0, -4.0]]))
    tensor([1.+3.j, 2.-4.j])
    """
    x = tensor_of(input)
    array = x.data
    if array.dtype not in (np.float32, np.float64):
        raise RuntimeError(f"view_as_complex: needs float32 or float64, got {array.dtype}; convert with .to()")
    if array.ndim == 0 or array.shape[-1] != 2:
        raise ShapeError(f"view_as_complex: the last dimension must have size 2, got shape {array.shape}")
    if array.strides[-1] not in (array.itemsize, -array.itemsize):
        raise RuntimeError(
            f"view_as_complex: the pairs of this tensor of shape {array.shape} are apart in memory; "
            "call contiguous() first"
        )
    return view("view_as_complex", x, _as_complex, lambda g: np.stack((np.real(g), -np.imag(g)), -1))


def _as_complex(pairs: Any) -> Any:
    if isinstance(pairs, Tensor):
        return view_as_complex(pairs)
    if pairs.strides[-1] < 0:  # as no tensor of PyTorch's is: a copy
        pairs = pairs.copy()
    return pairs.view(np.result_type(pairs.dtype, np.complex64))[..., 0]


@public(np.conjugate)
def conj(input: Any) -> Tensor:
    """The complex conjugate `x - iy`; a real tensor itself. d = conj(dz)

    It has memory of its own, where PyTorch's is a view that conjugates when it is read.

    >>> conj(Tensor([1 + 3j], dtype="complex64"))
    tensor([1.-3.j])
    """
    x, a = operand(input)
    if a.dtype.kind != "c":
        return tensor_of(input)
    return record("conj", np.conj(a), (x, np.conj))


@public(twin=True)
def conj_physical(input: Any) -> Tensor:
    """The complex conjugate, as `conj`. d = conj(dz)

    >>> conj_physical(Tensor([1 + 3j], dtype="complex64"))
    tensor([1.-3.j])
    """
    return conj(input)


@public()
def resolve_conj(input: Tensor) -> Tensor:
    """The tensor itself: `conj` leaves nothing to be done later.

    >>> resolve_conj(Tensor([1.0]))
    tensor([1.])
    """
    return input


@public()
def resolve_neg(input: Tensor) -> Tensor:
    """The tensor itself: no negation is left to be done later.

    >>> resolve_neg(Tensor([1.0]))
    tensor([1.])
    """
    return input


@public()
def is_conj(input: Tensor) -> bool:
    """False: no tensor here is a view that conjugates when it is read.

    >>> is_conj(Tensor([1 + 3j], dtype="complex64").conj())
    False
    """
    return False


@public()
def is_neg(input: Tensor) -> bool:
    """False: no tensor here is a view that negates when it is read.

    >>> is_neg(-Tensor([1.0]))
    False
    """
    return False


@public()
def is_complex(input: Tensor) -> bool:
    """Whether the dtype is complex64 or complex128.

    >>> is_complex(Tensor([1.0]))
    False
    """
    return input.dtype.kind == "c"


@public(np.isreal)
def isreal(input: Any) -> Tensor:
    """Where the imaginary part is 0, without gradient.

    >>> isreal(Tensor([1 + 3j, 2], dtype="complex64")).tolist()
    [False, True]
    """
    return wrap(np.isreal(operand(input)[1]))


@public(np.angle)
def angle(input: Any) -> Tensor:
    """The angle from the positive real axis, in radians. d = Im(dz / z), which is 0 at 0

    Of a real number it is 0, or π if negative, with a zero gradient.

    >>> angle(Tensor([1j, -1.0], dtype="complex64"))
    tensor([1.5708, 3.1416])
    """
    x, a = operand(input, floating=True)
    if a.dtype.kind == "c":
        return record("angle", np.angle(a), (x, lambda g: g * _angle_slope(like(x, g))))
    out = np.where(np.isnan(a), a, np.where(a < 0, a.dtype.type(pi), a.dtype.type(0)))
    return record("angle", out, (x, np.zeros_like))


def _angle_slope(z: Any) -> Any:
    zero = z == 0
    return np.where(zero, 0, -1j / np.where(zero, 1, z))


@public(np.sign, twin=True)
def sgn(input: Any) -> Tensor:
    """`z / |z|`, and 0 at 0; of a real number its sign. d = (dz - y Re(conj(y) dz)) / |z|

    The gradient is 0 at 0, and everywhere for real numbers.

    >>> sgn(Tensor([3 + 4j, 0.0], dtype="complex64"))
    tensor([0.6000+0.8000j, 0.0000+0.0000j])
    """
    x, a = operand(input)
    if a.dtype.kind != "c":
        return sign(input)
    size = np.abs(a)
    out = Out(a / np.where(size == 0, 1, size))

    def slope(g: Any) -> Any:
        y, length = like(out, g), np.abs(like(x, g))
        zero = length == 0
        return np.where(zero, 0, (g - np.real(g * y) * np.conj(y)) / np.where(zero, 1, length))

    return record("sgn", out, (x, slope))
