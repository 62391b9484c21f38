"""What the numbers were taken on."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version


def described(libraries: Sequence[str], threads: int) -> list[str]:
    """The processor, the versions, the threads and the date, a line each."""
    versions = [f"Python {platform.python_version()}"] + [f"{name} {_version(name)}" for name in libraries]
    load = f", load {os.getloadavg()[0]:.1f} at the end" if hasattr(os, "getloadavg") else ""
    return [
        f"{_processor()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}",
        ", ".join(versions),
        f"{threads} {'thread' if threads == 1 else 'threads'}{load}; {datetime.now(UTC):%Y-%m-%d}",
    ]


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "?"


def _processor() -> str:
    try:
        with open("/proc/cpuinfo") as lines:
            return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()
