"""What `import leafgrad` costs over `import numpy`: the median difference of pairs of fresh interpreters.

    python .ci/import_cost.py    prints it, and fails if it is far over the budget

The limit for failure is wider than the budget, because a busy machine can double any time.
"""

import statistics
import subprocess
import sys

BUDGET, LIMIT = 40, 80  # milliseconds
PAIRS = 15
TIMED = "import time; start = time.perf_counter(); import {}; print((time.perf_counter() - start) * 1e3)"


def milliseconds(module: str) -> float:
    """How long a fresh interpreter takes to import the module."""
    command = [sys.executable, "-c", TIMED.format(module)]
    return float(subprocess.run(command, capture_output=True, check=True, text=True).stdout)


def main() -> int:
    milliseconds("leafgrad")  # the first reads the files from the disk
    pairs = [(milliseconds("numpy"), milliseconds("leafgrad")) for _ in range(PAIRS)]
    numpy = statistics.median(first for first, _ in pairs)
    cost = statistics.median(second - first for first, second in pairs)
    print(f"import numpy {numpy:.0f} ms, import leafgrad {cost:.0f} ms more (budget {BUDGET}, fails above {LIMIT})")
    return cost > LIMIT


if __name__ == "__main__":
    sys.exit(main())
