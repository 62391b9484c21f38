"""Reductions and normalisations of the elements that a mask lets through: `leafgrad.masked`.

What the mask leaves out is replaced by what does not change the result, 0 in a sum or -inf in a
maximum, and the ordinary operation does the rest; so the gradient is that operation's, and zero outside
the mask. A mask is True where an element takes part, and broadcasts to the input; None stands for all. An
IndexError for a mask of more dimensions than the input has. `dtype` is that of the result.
"""

from leafgrad.masked.elements import cumprod, cumsum, log_softmax, logaddexp, normalize, softmax, softmin
from leafgrad.masked.reductions import amax, amin, argmax, argmin, logsumexp, mean, median, norm, prod, std, sum, var

__all__ = [
    "amax", "amin", "argmax", "argmin", "cumprod", "cumsum", "log_softmax", "logaddexp", "logsumexp", "mean",
    "median", "norm", "normalize", "prod", "softmax", "softmin", "std", "sum", "var",
]
