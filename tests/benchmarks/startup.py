"""Import time, beyond that of NumPy alone: fresh processes in turn."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

from tests.benchmarks.registry import LIBRARIES
from tests.benchmarks.worker import environment

CODE = "import time; start = time.perf_counter(); import {}; print(time.perf_counter() - start)"


def import_times(libraries: Sequence[str], rounds: int, threads: int) -> dict[str, list[float]]:
    """The seconds that `import library` takes, by library and round."""
    environ = environment(threads)
    environ.pop("PYTHONDONTWRITEBYTECODE", None)  # the first import compiles, the others find what it wrote
    times: dict[str, list[float]] = {name: [] for name in libraries if name in LIBRARIES}
    for number in range(rounds + 1):
        for name, found in times.items():
            command = [sys.executable, "-c", CODE.format(name)]
            out = subprocess.run(command, env=environ, capture_output=True, text=True, check=True).stdout
            if number:  # the first brings the files into memory
                found.append(float(out.split()[-1]))
    return times
