"""The exponential of a matrix."""

from __future__ import annotations

from typing import Any

import numpy as np

from leafgrad.errors import ShapeError
from leafgrad.operands import operand
from leafgrad.recording import astype, wrap_snapshot
from leafgrad.surface import public
from leafgrad.tensor import Tensor

#: The coefficients, from degree 0, of the numerator of Padé's approximation of degree [13/13].
PADE = (
    64764752532480000.0, 32382376266240000.0, 7771770303897600.0, 1187353796428800.0, 129060195264000.0,
    10559470521600.0, 670442572800.0, 33522128640.0, 1323241920.0, 40840800.0, 960960.0, 16380.0, 182.0, 1.0,
)  # fmt: skip

#: Up to this 1-norm the approximation, and its derivative, are exact to float64's precision.
LARGEST = 4.74


@public()
def matrix_exp(input: Any) -> Tensor:
    """exp A = Σ Aᵏ / k! of each square matrix (..., n, n). d = ∫₀¹ e^(sA) dA e^((1-s)A) ds, as composed

    A Padé approximation of A / 2^s, squared s times. Sources: N. Higham, "The scaling and squaring
    method for the matrix exponential revisited" (2005); A. Al-Mohy, N. Higham, "Computing the Fréchet
    derivative of the matrix exponential" (2009), by which its gradient is that of the steps.

    >>> matrix_exp(Tensor([[0.0, 1.0], [0.0, 0.0]]))
    tensor([[1., 1.],
            [0., 1.]])
    """
    x, a = operand(input)
    if a.ndim < 2 or a.shape[-1] != a.shape[-2]:
        raise ShapeError(f"linalg.matrix_exp: A must be square, or a stack of square matrices, got shape {a.shape}")
    if a.dtype.kind not in "fc":
        raise RuntimeError(f"linalg.matrix_exp: needs a floating-point tensor, got {a.dtype}; call .float() first")
    given: Any = wrap_snapshot(x)
    if a.dtype == np.float16:
        return astype(matrix_exp(astype(given, np.dtype(np.float32))), a.dtype)  # type: ignore[no-any-return]
    norm = np.max(np.sum(np.abs(a), -2), -1, initial=0)
    scale = np.log2(np.where(np.isfinite(norm) & (norm > LARGEST), norm / LARGEST, 1))
    squarings = np.ceil(scale)[..., None, None]
    eye = np.eye(a.shape[-1], dtype=a.dtype)
    a1 = given * np.exp2(-squarings).astype(a.real.dtype)
    a2 = a1 @ a1
    a4 = a2 @ a2
    a6 = a4 @ a2
    b = PADE
    odd = a1 @ (a6 @ (b[13] * a6 + b[11] * a4 + b[9] * a2) + b[7] * a6 + b[5] * a4 + b[3] * a2 + b[1] * eye)
    even = a6 @ (b[12] * a6 + b[10] * a4 + b[8] * a2) + b[6] * a6 + b[4] * a4 + b[2] * a2 + b[0] * eye
    made: Any = np.linalg.solve(even - odd, even + odd)
    for i in range(int(np.max(squarings, initial=0))):
        made = np.where(i < squarings, made @ made, made)
    return made  # type: ignore[no-any-return]
