"""Progress on a terminal: tqdm's bar where tqdm is installed, one line that updates otherwise.

Where standard error is no terminal (a pipe, a log file), nothing is shown.
"""

import sys
import time
from typing import Protocol, Self, TextIO


class Bar(Protocol):
    """What counts: `update` as the work goes on, `close` at its end, or use it as a context manager."""

    def update(self, n: int = 1) -> object: ...
    def close(self) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, *exception: object) -> None: ...


def progress_bar(total: int, description: str = "", unit: str = "it", visible: bool = True) -> Bar:
    """Return a bar that counts up to `total` on standard error, and wipes itself when it closes.

    `unit` names what is counted; `"B"`, for bytes, is shown as kB and MB.

    >>> with progress_bar(3, "counting") as bar:
    ...     for _ in range(3):
    ...         bar.update()
    """
    stream = sys.stderr
    # A program without a console, such as pythonw, has no standard error.
    if not visible or stream is None or not stream.isatty():
        return QuietBar()
    try:
        from tqdm import tqdm
    except ImportError:
        return LineBar(total, description, unit, stream)
    bar: Bar = tqdm(
        total=total,
        desc=description,
        unit=unit,
        unit_scale=unit == "B",
        leave=False,
        dynamic_ncols=True,
        file=stream,
    )
    return bar


class QuietBar:
    """A bar that shows nothing."""

    def update(self, n: int = 1) -> None:
        """Count `n` more."""

    def close(self) -> None:
        """End the count."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


class LineBar(QuietBar):
    """A bar without tqdm: one line such as `epoch 1/9:  25% 2/8 images`, written over itself.

    >>> import io
    >>> with LineBar(8, "epoch 1/9", "images", stream=io.StringIO()) as bar:
    ...     bar.update(2)
    ...     bar.shown
    'epoch 1/9:  25% 2/8 images'
    """

    def __init__(self, total: int, description: str, unit: str, stream: TextIO) -> None:
        self.total = total
        self.description = description
        self.unit = unit
        self.stream = stream
        self.count = 0
        self.shown = ""
        self.due = time.monotonic()

    def update(self, n: int = 1) -> None:
        """Count `n` more; the line is written again at most ten times a second."""
        self.count += n
        if time.monotonic() >= self.due:
            self.due = time.monotonic() + 0.1
            share = f"{self.count / self.total:4.0%} " if self.total else ""
            self._show(f"{self.description}: {share}{self._counts()}")

    def close(self) -> None:
        """Wipe the line."""
        if self.shown:
            self._show("")
            self.stream.write("\r")
            self.stream.flush()

    def _counts(self) -> str:
        if self.unit == "B":
            return f"{self.count / 1e6:.1f}/{self.total / 1e6:.1f} MB"
        return f"{self.count}/{self.total} {self.unit}"

    def _show(self, text: str) -> None:
        from shutil import get_terminal_size

        # A line as wide as the terminal would wrap, and "\r" returns only to the start of its last row.
        text = text[: get_terminal_size().columns - 1]
        self.stream.write("\r" + text.ljust(len(self.shown)))
        self.stream.flush()
        self.shown = text
