"""The events of a profile added up by operation or by module, and laid out as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

from leafgrad.profiler.events import BACKWARD, FORWARD, GRADIENT, MODULE, Event


@dataclass
class Row:
    """What the calls of one name took together: times in microseconds, memory in bytes.

    A self time is without the events inside; the sum of all self times is the time that a profile
    accounts for. `forward_time` and `backward_time` are parts of it.
    """

    key: str
    count: int = 0  # calls
    gradient_count: int = 0  # runs of gradient functions
    self_cpu_time_total: float = 0.0
    cpu_time_total: float = 0.0
    forward_time: float = 0.0
    backward_time: float = 0.0
    memory: int = 0
    forward_memory: int = 0
    backward_memory: int = 0

    def add(self, event: Event) -> None:
        """Count the event, but not what is inside it."""
        if event.kind == GRADIENT:
            self.gradient_count += 1
        else:
            self.count += 1
        time = event.self_time / 1e3
        self.self_cpu_time_total += time
        self.memory += event.nbytes
        if event.phase == FORWARD:
            self.forward_time += time
            self.forward_memory += event.nbytes
        elif event.phase == BACKWARD:
            self.backward_time += time
            self.backward_memory += event.nbytes


#: What `table(sort_by=...)` accepts.
SORTABLE = tuple(field.name for field in fields(Row))


def averages(events: Sequence[Event], group_by: str) -> list[Row]:
    """One row for each name, in the order of first appearance."""
    if group_by not in ("op", "module"):
        raise ValueError(f"profile: group_by must be 'op' or 'module', got {group_by!r}")
    return _by_module(events) if group_by == "module" else _by_name(events)


def _by_name(events: Sequence[Event]) -> list[Row]:
    rows: dict[str, Row] = {}
    for event in events:
        key = _key(event)
        row = rows.setdefault(key, Row(key))
        row.add(event)
        if all(_key(outer) != key for outer in _around(event)):  # else it is in that one's total
            row.cpu_time_total += event.duration / 1e3
    return list(rows.values())


def _key(event: Event) -> str:
    """The event's name; modules are told apart in a table of their own."""
    return "Module.__call__" if event.kind == MODULE else event.name


def _around(event: Event) -> Iterator[Event]:
    while event.parent is not None:
        event = event.parent
        yield event


def _by_module(events: Sequence[Event]) -> list[Row]:
    """Rows in which `count` is the module's calls, and the total is that of all modules inside too."""
    rows: dict[str, Row] = {}
    for event in events:
        row = rows.setdefault(event.module, Row(event.module))
        calls = row.count + (event.kind == MODULE)
        row.add(event)
        row.count = calls
    for row in rows.values():
        inside = (each for key, each in rows.items() if key == row.key or (row.key and key.startswith(row.key + ".")))
        row.cpu_time_total = sum(each.self_cpu_time_total for each in inside)
    return list(rows.values())


def laid_out(
    rows: Sequence[Row], sort_by: str, row_limit: int | None, group_by: str, wall_time: float, peak: int | None
) -> str:
    """The table: a line for each row, the first `row_limit` in the order asked for, and a summary."""
    if sort_by not in SORTABLE:
        raise ValueError(f"profile: sort_by must be one of {', '.join(SORTABLE)}, got {sort_by!r}")
    ordered = sorted(rows, key=lambda row: getattr(row, sort_by), reverse=sort_by != "key")
    accounted = sum(row.self_cpu_time_total for row in rows)
    heading = (group_by, "calls", "gradients", "self", "of all", "total", "forward", "backward", "memory")
    lines = [heading, *(_cells(row, wall_time) for row in ordered[:row_limit])]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    text = ["  ".join(_placed(cell, width, i) for i, (cell, width) in enumerate(zip(line, widths, strict=True)))
            for line in lines]  # fmt: skip
    text.insert(1, "-" * (sum(widths) + 2 * len(widths) - 2))
    if row_limit is not None and len(ordered) > row_limit:
        text.append(f"and {len(ordered) - row_limit} more")
    text.append(f"{duration(accounted)} in these calls, of {duration(wall_time)} in all")
    if peak is not None:
        text[-1] += f"; at most {memory(peak)} held beyond what was there at the start"
    return "\n".join(text)


def _cells(row: Row, wall_time: float) -> tuple[str, ...]:
    return (
        row.key or "(no module)",
        str(row.count),
        str(row.gradient_count),
        duration(row.self_cpu_time_total),
        f"{row.self_cpu_time_total / wall_time:.1%}" if wall_time else "",
        duration(row.cpu_time_total),
        duration(row.forward_time),
        duration(row.backward_time),
        memory(row.memory),
    )


def _placed(cell: str, width: int, column: int) -> str:
    return cell.rjust(width) if column else cell.ljust(width)


def duration(microseconds: float) -> str:
    """A time with its unit.

    >>> duration(12.34), duration(12_340.0), duration(2e6), duration(0)
    ('12 µs', '12.34 ms', '2.00 s', '0')
    """
    if not microseconds:
        return "0"
    if microseconds < 1e3:
        return f"{microseconds:.0f} µs"
    return f"{microseconds / 1e3:.2f} ms" if microseconds < 1e6 else f"{microseconds / 1e6:.2f} s"


def memory(nbytes: float) -> str:
    """A size with its unit.

    >>> memory(512), memory(2048), memory(3 * 2**20)
    ('512 B', '2.0 KiB', '3.0 MiB')
    """
    for unit in ("B", "KiB", "MiB"):
        if nbytes < 1024:
            return f"{nbytes:.0f} {unit}" if unit == "B" else f"{nbytes:.1f} {unit}"
        nbytes /= 1024
    return f"{nbytes:.1f} GiB"
