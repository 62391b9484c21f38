"""`leafgrad.cuda`: what a program asks before it decides to run on the CPU, and what is harmless there.

>>> import leafgrad
>>> leafgrad.device("cuda" if leafgrad.cuda.is_available() else "cpu")
'cpu'
"""

__all__ = ["device_count", "empty_cache", "is_available", "manual_seed", "manual_seed_all", "synchronize"]


def is_available() -> bool:
    """Whether there is a GPU to compute on: no."""
    return False


def device_count() -> int:
    """How many there are: 0."""
    return 0


def manual_seed(seed: int) -> None:
    """Nothing, as in PyTorch without a GPU: `leafgrad.manual_seed` seeds the CPU's generator."""


manual_seed_all = manual_seed


def empty_cache() -> None:
    """Nothing, as in PyTorch without a GPU."""


def synchronize(device: None = None) -> None:
    """Nothing: operations have ended when they return."""
