"""Settings of PyTorch that leafgrad has at one value: they may be set to that, and to nothing else."""

from __future__ import annotations

from typing import Any

from leafgrad.options import device

__all__ = [
    "are_deterministic_algorithms_enabled", "get_default_device", "get_float32_matmul_precision", "set_default_device",
    "set_float32_matmul_precision", "use_deterministic_algorithms",
]  # fmt: skip


def set_default_device(device: Any) -> None:
    """Nothing: new tensors are on the CPU. A RuntimeError for another device.

    >>> set_default_device("cpu")
    """
    if device is not None:
        _checked(device)


_checked = device  # under a name that the argument `device` does not hide


def get_default_device() -> device:
    """Where new tensors are.

    >>> get_default_device()
    'cpu'
    """
    return device("cpu")


def use_deterministic_algorithms(mode: bool, *, warn_only: bool = False) -> None:
    """Nothing: all algorithms are deterministic, whatever is asked for."""


def are_deterministic_algorithms_enabled() -> bool:
    """Whether equal inputs and seeds give equal results: True.

    >>> are_deterministic_algorithms_enabled()
    True
    """
    return True


def set_float32_matmul_precision(precision: str) -> None:
    """Nothing: products of float32 keep all its digits, which is never less than what is asked for.

    A RuntimeError for a word that is not "highest", "high" or "medium".
    """
    if precision not in ("highest", "high", "medium"):
        raise RuntimeError(f"set_float32_matmul_precision: expected 'highest', 'high' or 'medium', got {precision!r}")


def get_float32_matmul_precision() -> str:
    """How many digits products of float32 keep: "highest".

    >>> get_float32_matmul_precision()
    'highest'
    """
    return "highest"
