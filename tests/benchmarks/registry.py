"""What a workload is, and the list of them all.

A workload is one piece of work written for several libraries. For each there is a maker, which sets
everything up and returns the step to be timed; a step returns what the libraries must agree on:
its loss, and where it updates no parameters, gradients.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib.util import find_spec
from operator import attrgetter
from typing import Any

Step = Callable[[], Sequence[Any]]
Maker = Callable[[], Step]

#: The libraries in the order of the table's columns, and how the table calls them.
LIBRARIES = {
    "leafgrad": "leafgrad",
    "numpy": "NumPy by hand",
    "torch": "PyTorch",
    "jax": "JAX (jit)",
    "autograd": "autograd",
    "mygrad": "MyGrad",
}

#: The files that register workloads, in the order of the table.
FAMILIES = ("mlp", "chains", "elementwise", "cnn", "gpt", "lstm", "gather")


@dataclass(frozen=True)
class Workload:
    """One row of the table."""

    name: str
    title: str
    makers: Mapping[str, Maker]
    targets: Mapping[str, float] = field(default_factory=dict)  # of leafgrad's time in that library's
    needs: tuple[str, ...] = ()  # what leafgrad must have for it, by dotted name
    tolerance: float = 1e-4  # of the difference between two libraries' results, relative to their size
    slow: bool = False  # left out where only the losses are checked

    def missing(self) -> list[str]:
        """What the workload needs of leafgrad and is not there yet."""
        import leafgrad

        return [name for name in self.needs if not _has(leafgrad, name)]

    def libraries(self) -> list[str]:
        """The installed libraries that it is written for, leafgrad first."""
        return [name for name in installed() if name in self.makers]


WORKLOADS: dict[str, Workload] = {}


def register(workload: Workload) -> None:
    """Put a workload into the list."""
    WORKLOADS[workload.name] = workload


def load() -> dict[str, Workload]:
    """All workloads by name."""
    for family in FAMILIES:
        importlib.import_module(f"{__package__}.{family}")
    return WORKLOADS


def installed() -> list[str]:
    """Those of the libraries that can be imported here."""
    return [name for name in LIBRARIES if find_spec(name) is not None]


def pytorch_like(make: Callable[[Any], Step]) -> dict[str, Maker]:
    """Makers for leafgrad and PyTorch from one and the same code: `make` is given the library."""
    return {name: partial(_with_library, make, name) for name in ("leafgrad", "torch")}


def _with_library(make: Callable[[Any], Step], name: str) -> Step:
    return make(importlib.import_module(name))


def _has(package: Any, name: str) -> bool:
    try:
        attrgetter(name)(package)
    except AttributeError:
        return False
    return True
