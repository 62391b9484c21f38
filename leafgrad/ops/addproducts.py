"""A product added to a tensor: `beta input + alpha product`, under BLAS's names for each kind of product.

`beta` and `alpha` are numbers, 1 unless said otherwise, of which integer tensors take the integer part
(but `addr` refuses fractions, as PyTorch). With `beta=0` the input is ignored, be it inf
or NaN. d = beta dinput + alpha dproduct; the product has its own rule.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from leafgrad.errors import ShapeError
from leafgrad.operands import operand, promoted
from leafgrad.ops.products import bmm, mm, mv, outer
from leafgrad.recording import elementwise
from leafgrad.surface import public
from leafgrad.tensor import Tensor

__all__ = ["addbmm", "addmm", "addmv", "addr", "baddbmm"]


@public(twin=True)
def addmm(input: Any, mat1: Any, mat2: Any, *, beta: Any = 1, alpha: Any = 1) -> Tensor:
    """`beta input + alpha mat1 mat2`, of matrices; the input broadcasts. dX = beta G, dY = alpha G Zᵀ, dZ = alpha Yᵀ G

    >>> addmm(Tensor([[1.0]]), Tensor([[1.0, 2.0]]), Tensor([[3.0], [4.0]]), beta=10)
    tensor([[21.]])
    """
    return _added("addmm", input, mm(mat1, mat2), beta, alpha)


@public(twin=True)
def addmv(input: Any, mat: Any, vec: Any, *, beta: Any = 1, alpha: Any = 1) -> Tensor:
    """`beta input + alpha mat vec`; the input broadcasts. dx = beta g, dY = alpha g zᵀ, dz = alpha Yᵀ g

    >>> addmv(Tensor([1.0]), Tensor([[1.0, 2.0]]), Tensor([3.0, 4.0]), alpha=2)
    tensor([23.])
    """
    return _added("addmv", input, mv(mat, vec), beta, alpha)


@public(twin=True)
def addr(input: Any, vec1: Any, vec2: Any, *, beta: Any = 1, alpha: Any = 1) -> Tensor:
    """`beta input + alpha vec1 vec2ᵀ`, their outer product; the input broadcasts, and dtypes are promoted.

    dX = beta G, dy = alpha G z, dz = alpha Gᵀ y

    >>> addr(Tensor([[1.0]]), Tensor([2.0]), Tensor([3.0]))
    tensor([[7.]])
    """
    x, product, a, _ = promoted(operand(input)[0], operand(outer(vec1, vec2))[0])
    if a.dtype.kind in "bui" and (isinstance(beta, float) or isinstance(alpha, float)):
        raise RuntimeError(f"addr: beta={beta} and alpha={alpha} must be integers for tensors of {a.dtype}")
    return _added("addr", x, product, beta, alpha)


@public(twin=True)
def baddbmm(input: Any, batch1: Any, batch2: Any, *, beta: Any = 1, alpha: Any = 1) -> Tensor:
    """`beta input + alpha batch1 batch2`, of stacks of matrices as `bmm` takes them; the input broadcasts.

    dX = beta G, dY = alpha G Zᵀ, dZ = alpha Yᵀ G

    >>> baddbmm(Tensor([1.0]), Tensor([[[2.0]]]), Tensor([[[3.0]]]))
    tensor([[[7.]]])
    """
    return _added("baddbmm", input, bmm(batch1, batch2), beta, alpha)


@public(twin=True)
def addbmm(input: Any, batch1: Any, batch2: Any, *, beta: Any = 1, alpha: Any = 1) -> Tensor:
    """`beta input + alpha Σ batch1 batch2`, the sum of the products of two stacks of matrices (b, n, k) and (b, k, m).

    The input broadcasts to (n, m). dX = beta G, dY = alpha G Zᵀ, dZ = alpha Yᵀ G, for each of the stack

    >>> addbmm(Tensor([[1.0]]), Tensor([[[2.0]], [[3.0]]]), Tensor([[[1.0]], [[10.0]]]))
    tensor([[33.]])
    """
    a, b = operand(batch1)[1], operand(batch2)[1]
    if a.ndim != 3 or b.ndim != 3 or a.shape[0] != b.shape[0] or a.shape[2] != b.shape[1]:
        raise ShapeError(
            f"addbmm: shapes {a.shape} and {b.shape} do not fit; expected stacks of matrices (b, n, k) and (b, k, m)"
        )
    inside = a.shape[0] * a.shape[2]  # the sum of products is the product of all side by side
    wide = np.reshape(np.swapaxes(batch1, 0, 1), (a.shape[1], inside))
    return _added("addbmm", input, mm(wide, np.reshape(batch2, (inside, b.shape[2]))), beta, alpha)


def _added(op: str, input: Any, product: Any, beta: Any, alpha: Any) -> Tensor:
    (x, a), (y, b) = operand(input), operand(product)
    if a.dtype != b.dtype:
        raise RuntimeError(f"{op}: the input is {a.dtype} and the product {b.dtype}; convert one with .to()")
    extra = b.ndim - a.ndim
    if extra < 0 or any(n not in (1, m) for n, m in zip(a.shape, b.shape[extra:], strict=True)):
        raise ShapeError(f"{op}: an input of shape {a.shape} does not broadcast to the product's shape {b.shape}")
    if b.dtype.kind in "bui":
        beta, alpha = (b.dtype.type(int(factor)) for factor in (beta, alpha))
    out = b * alpha if beta == 0 else a * beta + b * alpha
    return elementwise(op, out, (x, lambda g: g * beta), (y, lambda g: g * alpha))
