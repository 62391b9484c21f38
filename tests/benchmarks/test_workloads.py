"""The short form: each workload runs, and the libraries agree on its results. No time is asserted.

`pytest tests/benchmarks` also prints pytest-benchmark's own table of what it ran.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

pytest.importorskip("pytest_benchmark")

from tests.benchmarks import rounds, table
from tests.benchmarks.registry import WORKLOADS, load
from tests.benchmarks.startup import import_times
from tests.benchmarks.values import disagreement, fingerprint
from tests.benchmarks.worker import peak

STEPS = 2

CASES = [
    pytest.param(workload.name, library, marks=[pytest.mark.slow] if workload.slow else [])
    for workload in load().values()
    for library in workload.libraries()
    if library != "numpy"
]


@cache
def by_hand(name: str) -> list[list[float]]:
    """What the hand-written NumPy computes."""
    step = WORKLOADS[name].makers["numpy"]()
    return [fingerprint(step()) for _ in range(STEPS)]


@pytest.mark.filterwarnings("default")  # other libraries' warnings are their own
@pytest.mark.parametrize(("name", "library"), CASES)
def test_agrees_with_numpy(name: str, library: str, benchmark: Any) -> None:
    workload = WORKLOADS[name]
    if library == "leafgrad" and (lacking := workload.missing()):
        pytest.skip(f"leafgrad has no {', '.join(lacking)} yet")
    step = workload.makers[library]()
    found: list[list[float]] = []
    benchmark.group = workload.title
    benchmark.pedantic(lambda: found.append(fingerprint(step())), rounds=STEPS, iterations=1)
    while len(found) < STEPS:  # with benchmarks disabled, pedantic runs it once
        found.append(fingerprint(step()))
    for a, b in zip(found, by_hand(name), strict=False):
        assert disagreement(a, b) <= workload.tolerance


def test_rounds_take_turns_and_compare() -> None:
    effort = rounds.Effort(seconds=0, turn=0.001)
    result = rounds.measure(WORKLOADS["tiny"], ["leafgrad", "numpy"], effort)
    assert not result.failed
    assert {name: len(times) for name, times in result.seconds.items()} == {
        "leafgrad": rounds.FEWEST,
        "numpy": rounds.FEWEST,
    }
    low, middle, high = result.ratio("leafgrad", "numpy") or (0, 0, 0)
    assert 0 < low <= middle <= high
    assert result.ratio("leafgrad", "torch") is None
    assert result.peak["leafgrad"] > 1e6


def test_different_losses_are_an_error() -> None:
    with pytest.raises(rounds.Disagreement, match="leafgrad and numpy differ by 5"):
        rounds.compare(WORKLOADS["tiny"], {"numpy": [[1.0]], "leafgrad": [[2.0]]})


def test_fingerprints_differ_where_results_do() -> None:
    assert disagreement([1.0, 2.0], [1.0, 2.0]) == 0
    assert disagreement([1.0], [float("nan")]) == float("inf")
    assert disagreement([1.0], [1.0, 2.0]) == float("inf")
    assert disagreement([0.0], [1e-5]) == pytest.approx(1e-3)


def test_rows() -> None:
    workload = WORKLOADS["mlp"]
    result = rounds.Result({"leafgrad": [0.001, 0.001], "numpy": [0.0005, 0.0005], "torch": [0.002, 0.002]})
    libraries = list(result.seconds)
    rows = [table.header(libraries), table.row(workload, result, libraries)]
    assert rows[1][1:] == ["1.00", "0.500", "2.00", "0.50 (0.50–0.50)", "≤ 0.65 ✓", "2.00 (2.00–2.00)", "≤ 1.15 ✗"]
    assert table.markdown(rows).count("\n") == 2
    assert table.aligned(rows).split("\n")[0].startswith("workload ")


def test_imports_are_timed_and_memory_measured() -> None:
    times = import_times(["leafgrad", "numpy"], rounds=1, threads=1)
    assert all(0 < seconds < 60 for (seconds,) in times.values())
    assert table.import_row(times, ["leafgrad", "numpy"])[0] == "import"
    assert peak() > 1e6
