"""The table that the benchmark prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median

from tests.benchmarks.registry import LIBRARIES, Workload
from tests.benchmarks.rounds import KEPT, Result

MISSED = " ✗"
MET = " ✓"


def header(libraries: Sequence[str], kept: bool = False) -> list[str]:
    """The first row; `kept` adds leafgrad with `keep_freed_memory()`."""
    return [
        "workload",
        *(f"{LIBRARIES[name]}, ms" for name in libraries),
        "to PyTorch",
        "target",
        "to NumPy",
        "target",
        *(("memory kept, ms", "to PyTorch") if kept else ()),
    ]


def row(workload: Workload, result: Result, libraries: Sequence[str], kept: bool = False) -> list[str]:
    """A workload's: medians of the times, and of leafgrad's share of PyTorch's and NumPy's, with quartiles."""
    times = [
        milliseconds(median(result.seconds[name]))
        if name in result.seconds
        else result.failed.get(name, "").split(":")[0]
        for name in libraries
    ]
    cells = [workload.title, *times]
    for other in ("torch", "numpy"):
        cells += ratio_and_target(result.ratio("leafgrad", other), workload.targets.get(other))
    if kept:
        cells.append(milliseconds(median(result.seconds[KEPT])) if KEPT in result.seconds else "")
        cells.append(ratio_and_target(result.ratio(KEPT, "torch"), None)[0])
    return cells


def ratio_and_target(ratio: tuple[float, float, float] | None, target: float | None) -> list[str]:
    """Two cells: the ratio with its quartiles, and the target with a mark."""
    shown = "" if ratio is None else f"{ratio[1]:.2f} ({ratio[0]:.2f}–{ratio[2]:.2f})"
    if target is None:
        return [shown, ""]
    mark = "" if ratio is None else MISSED if ratio[1] > target else MET
    return [shown, f"≤ {target}{mark}"]


def milliseconds(seconds: float) -> str:
    """Three digits or so."""
    ms = seconds * 1e3
    return f"{ms:.0f}" if ms >= 100 else f"{ms:.1f}" if ms >= 10 else f"{ms:.2f}" if ms >= 1 else f"{ms:.3f}"


def import_row(times: Mapping[str, Sequence[float]], libraries: Sequence[str]) -> list[str]:
    """Import times; the target is in milliseconds beyond NumPy's."""
    cells = ["import", *(milliseconds(median(times[name])) if name in times else "" for name in libraries)]
    cells += ratio_and_target(Result(dict(map(_as_list, times.items()))).ratio("leafgrad", "torch"), None)
    beyond = median([a - b for a, b in zip(times["leafgrad"], times["numpy"], strict=True)]) * 1e3
    return [*cells, f"+ {beyond:.0f} ms", f"≤ + 40 ms{MISSED if beyond > 40 else MET}"]


def _as_list(item: tuple[str, Sequence[float]]) -> tuple[str, list[float]]:
    return item[0], list(item[1])


def memory_row(title: str, peak: Mapping[str, int], libraries: Sequence[str]) -> list[str]:
    """Peak memory in MB."""
    cells = [f"peak memory of training, MB: {title}"]
    cells += [f"{peak[name] / 1e6:.0f}" if name in peak else "" for name in libraries]
    for other, target in (("torch", 0.25), ("numpy", None)):
        share = peak["leafgrad"] / peak[other] if other in peak else None
        shown = "" if share is None else f"{share:.2f}"
        mark = "" if share is None or target is None else MISSED if share > target else MET
        cells += [shown, "" if target is None else f"≤ {target}{mark}"]
    return cells


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Columns for a terminal."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(
            cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(line, widths, strict=True))
        )
        for line in rows
    ]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


def markdown(rows: Sequence[Sequence[str]]) -> str:
    """A table for a README."""
    first, *rest = ["| " + " | ".join(line) + " |" for line in rows]
    return "\n".join([first, "|---" + "|---:" * (len(rows[0]) - 1) + "|", *rest])
