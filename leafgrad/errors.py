"""Exceptions for readers of both libraries."""

import numpy as np


class ShapeError(RuntimeError, ValueError):
    """Shapes that do not fit: PyTorch raises RuntimeError there and NumPy ValueError, so it is both."""


class EmptyError(ShapeError, IndexError):
    """Nothing to choose from, where PyTorch raises now a RuntimeError, now an IndexError."""


class BadIndexError(ShapeError, IndexError):
    """An index that does not fit, by value, shape or dtype: PyTorch raises now a RuntimeError, now an IndexError."""


class LinAlgError(RuntimeError, np.linalg.LinAlgError):
    """A matrix that an algorithm cannot treat, such as a singular one: both libraries' class of that name."""
