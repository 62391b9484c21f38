"""Timing: the libraries take turns, round after round, and are compared within each round.

A turn is a step that is not timed and then as many as fit into some milliseconds. What disturbs the
machine for a while disturbs all libraries of a round, so the ratio of two times is taken in each round,
and of the ratios the median. The garbage collector is on, as in real use.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import Any

from tests.benchmarks.registry import Workload
from tests.benchmarks.worker import Failed, Worker

CHECKED = 3  # steps whose results are compared before the timing
FEWEST = 5  # rounds, however long they take
KEPT = "kept"


@dataclass(frozen=True)
class Effort:
    """How much time to spend."""

    seconds: float = 10.0  # on each workload, about
    rounds: int = 200  # at most
    turn: float = 0.02  # seconds
    threads: int = 2
    kept: bool = False  # also leafgrad with `keep_freed_memory()`, under the name KEPT


@dataclass
class Result:
    """What the rounds of one workload gave."""

    seconds: dict[str, list[float]] = field(default_factory=dict)  # of a step, by library and round
    failed: dict[str, str] = field(default_factory=dict)  # why a library is not among them
    peak: dict[str, int] = field(default_factory=dict)  # bytes

    def ratio(self, a: str, b: str) -> tuple[float, float, float] | None:
        """The lower quartile, the median and the upper quartile of a's times in b's, if both ran."""
        if a not in self.seconds or b not in self.seconds:
            return None
        ratios = [x / y for x, y in zip(self.seconds[a], self.seconds[b], strict=True)]
        if len(ratios) < 2:
            return ratios[0], ratios[0], ratios[0]
        low, _, high = quantiles(ratios, n=4)
        return low, median(ratios), high


class Disagreement(AssertionError):
    """Two libraries computed different losses."""


def measure(workload: Workload, libraries: Sequence[str], effort: Effort) -> Result:
    """Have the libraries agree, and then take turns. A Disagreement if their results differ."""
    result = Result()
    workers = {name: Worker(workload.name, name, effort.threads) for name in libraries}
    if effort.kept and "leafgrad" in workers:
        workers[KEPT] = Worker(workload.name, "leafgrad", effort.threads, malloc=True)
    try:
        checks = _ask_all(workers, result, check=CHECKED)
        compare(workload, checks)
        once = _ask_all(workers, result, time=2)
        steps = {name: max(1, round(effort.turn / (seconds / 2))) for name, seconds in once.items()}
        times: dict[str, list[float]] = {name: [] for name in workers}
        end = time.monotonic() + effort.seconds
        for done in range(effort.rounds):
            if done >= FEWEST and time.monotonic() > end:
                break
            for name, worker in workers.items():
                times[name].append(worker.ask(time=steps[name]) / steps[name])
        result.seconds = times
        result.peak = _ask_all(workers, result, peak=True)
    finally:
        for worker in workers.values():
            worker.close()
    return result


def _ask_all(workers: dict[str, Worker], result: Result, **question: Any) -> dict[str, Any]:
    """Each worker's answer; those that fail are left out from here on, unless it is leafgrad."""
    answers = {}
    for name, worker in list(workers.items()):
        try:
            answers[name] = worker.ask(**question)
        except Failed as error:
            if name == "leafgrad":
                raise
            result.failed[name] = str(error)
            workers.pop(name).close()
    return answers


def compare(workload: Workload, checks: Mapping[str, Sequence[Sequence[float]]]) -> None:
    """A Disagreement where a library's results are not those of the first."""
    from tests.benchmarks.values import disagreement

    (first, expected), *others = checks.items()
    for name, found in others:
        worst = max(disagreement(a, b) for a, b in zip(expected, found, strict=True))
        if worst > workload.tolerance:
            raise Disagreement(
                f"{workload.name}: {name} and {first} differ by {worst:.1e}, more than {workload.tolerance:.0e}; "
                f"in the first step {found[0][:4]} and {expected[0][:4]}"
            )
