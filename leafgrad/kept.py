"""`kept`: a gradient where a mask holds, and zero elsewhere."""

from __future__ import annotations

from typing import Any

import numpy as np

#: The integers as wide as each kind of float.
BITS = {np.dtype(np.float16): np.int16, np.dtype(np.float32): np.int32, np.dtype(np.float64): np.int64}


def kept(g: Any, mask: Any) -> Any:
    """`np.where(mask, g, 0)`, for a mask that broadcasts to the shape of `g`.

    Of an array its bits are multiplied by the mask, as integers: 1 leaves every float as it is, inf
    and NaN too, and 0 makes each the float 0. `np.where` branches on every element, and takes up to
    nine times as long on a random mask.

    >>> kept(np.array([1.0, np.inf, np.nan]), np.array([True, False, False]))
    array([1., 0., 0.])
    """
    if g.__class__ is np.ndarray and g.dtype in BITS:
        return np.multiply(g.view(BITS[g.dtype]), mask).view(g.dtype)
    return np.where(mask, g, 0)
