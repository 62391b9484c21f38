"""What `import leafgrad` costs over `import numpy`: the median difference of pairs of fresh interpreters.

    python .ci/import_cost.py    prints it, and fails if it is far over the budget

The median is what to compare with the budget. It fails if even the least of the times is over the limit,
which is wider, because a busy machine can double any time.
"""

import os
import statistics
import subprocess
import sys

BUDGET, LIMIT = 40, 60  # milliseconds
PAIRS = 15
TIMED = "import time; start = time.perf_counter(); import {}; print((time.perf_counter() - start) * 1e3)"


def milliseconds(module: str) -> float:
    """How long a fresh interpreter takes to import the module."""
    command = [sys.executable, "-c", TIMED.format(module)]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return float(subprocess.run(command, capture_output=True, check=True, text=True, env=environment).stdout)


def main() -> int:
    milliseconds("leafgrad")  # the first compiles, where that has not been done, and fills the disk's cache
    pairs = [(milliseconds("numpy"), milliseconds("leafgrad")) for _ in range(PAIRS)]
    numpy = statistics.median(first for first, _ in pairs)
    cost = statistics.median(second - first for first, second in pairs)
    least = min(second for _, second in pairs) - min(first for first, _ in pairs)
    print(f"import numpy {numpy:.0f} ms; import leafgrad {cost:.0f} ms more (budget {BUDGET})")
    print(f"between the fastest of each: {least:.0f} ms (limit {LIMIT})")
    return least > LIMIT


if __name__ == "__main__":
    sys.exit(main())
