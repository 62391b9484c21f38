"""Exceptions for readers of both libraries."""


class ShapeError(RuntimeError, ValueError):
    """Shapes that do not fit: PyTorch raises RuntimeError there and NumPy ValueError, so it is both."""


class EmptyError(ShapeError, IndexError):
    """Nothing to choose from, where PyTorch raises now a RuntimeError, now an IndexError."""
