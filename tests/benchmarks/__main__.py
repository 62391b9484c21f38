"""`python -m tests.benchmarks`: the table of times, and how far leafgrad is from its targets.

The exit status is 1 where two libraries disagree about a loss; a missed target is no error.
"""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.benchmarks.rounds import Effort


def main() -> int:
    """Measure what the command line asks for."""
    options = _arguments()
    # before NumPy is imported; the workers have an environment of their own
    os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"
    from tests.benchmarks.registry import LIBRARIES, installed, load
    from tests.benchmarks.rounds import Effort

    chosen = options.only.split(",") if options.only else [*load(), "import", "memory"]
    unknown = [name for name in chosen if not any(name in known for known in [*load(), "import", "memory"])]
    if options.list or unknown:
        print("\n".join(f"{w.name:16} {w.title}" for w in load().values()))
        print("import           import time\nmemory           peak memory of training an MLP")
        return _no_such(unknown) if unknown else 0
    wanted = options.libraries.split(",") if options.libraries else list(LIBRARIES)
    libraries = [name for name in installed() if name in wanted]
    effort = Effort(options.seconds, options.rounds, options.turn / 1e3, options.threads, options.kept)
    return _print_table(chosen, libraries, effort, options.markdown)


def _no_such(names: list[str]) -> int:
    print(f"no such workload: {', '.join(names)}", file=sys.stderr)
    return 2


def _print_table(chosen: list[str], libraries: list[str], effort: Effort, as_markdown: bool) -> int:
    from tests.benchmarks import machine, rounds, table
    from tests.benchmarks.registry import WORKLOADS
    from tests.benchmarks.startup import import_times

    rows, missing, wrong = [table.header(libraries, effort.kept)], [], []
    for workload in WORKLOADS.values():
        if not any(part in workload.name for part in chosen):
            continue
        if lacking := workload.missing():
            missing.append(f"{workload.title}: leafgrad has no {', '.join(lacking)} yet")
            continue
        print(f"{workload.title} ...", file=sys.stderr, flush=True)
        try:
            result = rounds.measure(workload, [name for name in libraries if name in workload.makers], effort)
        except rounds.Disagreement as error:
            wrong.append(str(error))
            continue
        rows.append(table.row(workload, result, libraries, effort.kept))
        missing += [f"{workload.title}: {name} failed, {why}" for name, why in result.failed.items()]
    if "memory" in chosen:
        print("peak memory ...", file=sys.stderr, flush=True)
        workload = WORKLOADS["mlp"]
        short = rounds.Effort(seconds=1, rounds=20, threads=effort.threads)
        rows.append(table.memory_row(workload.title, rounds.measure(workload, libraries, short).peak, libraries))
    if "import" in chosen:
        print("import ...", file=sys.stderr, flush=True)
        rows.append(table.import_row(import_times(libraries, min(effort.rounds, 15), effort.threads), libraries))
    rows = [[*row, *[""] * (len(rows[0]) - len(row))] for row in rows]
    print("\n".join(machine.described(libraries, effort.threads)), end="\n\n")
    print(table.markdown(rows) if as_markdown else table.aligned(rows))
    print("\n".join(["", *missing, *wrong, *_legend()]))
    return 1 if wrong else 0


def _legend() -> list[str]:
    return [
        "Times are medians in ms of one step; ratios are leafgrad's time in the other's, medians (and quartiles) over",
        "rounds in which the libraries take turns. Losses agree to within 1e-4, or 1e-3 where sums are long.",
    ]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=(__doc__ or "").split("\n")[0])
    parser.add_argument(
        "--only", metavar="NAMES", help="workloads whose names contain one of these, separated by commas"
    )
    parser.add_argument("--libraries", metavar="NAMES", help="of those installed, only these")
    parser.add_argument("--list", action="store_true", help="say what workloads there are, and stop")
    parser.add_argument("--threads", type=int, default=2, help="threads for each library (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=200, help="at most so many (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=10, help="for each workload, about (default: %(default)s)")
    parser.add_argument("--turn", type=float, default=20, metavar="MS", help="length of a turn (default: %(default)s)")
    parser.add_argument("--kept", action="store_true", help="also leafgrad with leafgrad.tuning.keep_freed_memory()")
    parser.add_argument("--markdown", action="store_true", help="print the table for a README")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
