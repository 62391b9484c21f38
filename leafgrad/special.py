"""`leafgrad.special`: PyTorch's namespace of special functions.

Those that have a name in `leafgrad` too are the same functions.

>>> import leafgrad
>>> leafgrad.special.erfcx(leafgrad.tensor([0.0, 10.0]))
tensor([1.0000, 0.0561])
"""

from leafgrad.ops.bessel import (
    airy_ai,
    bessel_j0,
    bessel_j1,
    bessel_y0,
    bessel_y1,
    i0,
    i0e,
    i1,
    i1e,
    modified_bessel_i0,
    modified_bessel_i1,
    modified_bessel_k0,
    modified_bessel_k1,
    scaled_modified_bessel_k0,
    scaled_modified_bessel_k1,
    spherical_bessel_j0,
)
from leafgrad.ops.error_function import erf, erfc, erfcx, erfinv, log_ndtr, ndtr, ndtri
from leafgrad.ops.exponential import entr, exp2, expm1, log1p, logit, sigmoid, xlog1py, xlogy
from leafgrad.ops.gamma import digamma, lgamma, mvlgamma, polygamma, zeta
from leafgrad.ops.incomplete_gamma import igamma, igammac
from leafgrad.ops.polynomials import (
    chebyshev_polynomial_t,
    chebyshev_polynomial_u,
    chebyshev_polynomial_v,
    chebyshev_polynomial_w,
    hermite_polynomial_h,
    hermite_polynomial_he,
    laguerre_polynomial_l,
    legendre_polynomial_p,
    shifted_chebyshev_polynomial_t,
    shifted_chebyshev_polynomial_u,
    shifted_chebyshev_polynomial_v,
    shifted_chebyshev_polynomial_w,
)
from leafgrad.ops.reductions import logsumexp
from leafgrad.ops.rounding import round
from leafgrad.ops.softmax import log_softmax, softmax
from leafgrad.ops.trigonometric import sinc

expit = sigmoid
gammainc, gammaincc = igamma, igammac
gammaln, multigammaln = lgamma, mvlgamma
psi = digamma

__all__ = [
    "airy_ai", "bessel_j0", "bessel_j1", "bessel_y0", "bessel_y1", "chebyshev_polynomial_t", "chebyshev_polynomial_u",
    "chebyshev_polynomial_v", "chebyshev_polynomial_w", "digamma", "entr", "erf", "erfc", "erfcx", "erfinv", "exp2",
    "expit", "expm1", "gammainc", "gammaincc", "gammaln", "hermite_polynomial_h", "hermite_polynomial_he", "i0",
    "i0e", "i1", "i1e", "laguerre_polynomial_l", "legendre_polynomial_p", "log1p", "log_ndtr", "log_softmax", "logit",
    "logsumexp", "modified_bessel_i0", "modified_bessel_i1", "modified_bessel_k0", "modified_bessel_k1",
    "multigammaln", "ndtr", "ndtri", "polygamma", "psi", "round", "scaled_modified_bessel_k0",
    "scaled_modified_bessel_k1", "shifted_chebyshev_polynomial_t", "shifted_chebyshev_polynomial_u",
    "shifted_chebyshev_polynomial_v", "shifted_chebyshev_polynomial_w", "sinc", "softmax", "spherical_bessel_j0",
    "xlog1py", "xlogy", "zeta",
]
