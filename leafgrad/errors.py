"""Exceptions for readers of both libraries."""


class ShapeError(RuntimeError, ValueError):
    """Shapes that do not fit: PyTorch raises RuntimeError there and NumPy ValueError, so it is both."""
