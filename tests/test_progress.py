"""What the progress bar shows, and where it stays quiet."""

import builtins
import io
from types import SimpleNamespace

import pytest

from leafgrad import progress
from leafgrad.progress import LineBar, QuietBar, progress_bar


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def use_stderr(monkeypatch):
    # The module's view of sys, because pytest sets sys.stderr anew after every fixture.
    return lambda stream: monkeypatch.setattr(progress, "sys", SimpleNamespace(stderr=stream))


@pytest.fixture
def terminal(use_stderr):
    stream = Terminal()
    use_stderr(stream)
    return stream


@pytest.fixture
def without_tqdm(monkeypatch):
    real_import = builtins.__import__

    def refuse(name, *args, **kwargs):
        if name == "tqdm":
            raise ImportError("No module named 'tqdm'")
        return real_import(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", refuse)


def on_screen(stream):
    """The line that a terminal would show after all that was written."""
    line = ""
    for text in stream.getvalue().split("\r"):
        line = text + line[len(text) :]
    return line


def test_it_is_quiet_where_stderr_is_no_terminal(use_stderr):
    stream = io.StringIO()
    use_stderr(stream)
    with progress_bar(2, "work") as bar:
        bar.update()
    assert isinstance(bar, QuietBar)
    assert stream.getvalue() == ""


def test_it_is_quiet_where_there_is_no_stderr(use_stderr):
    use_stderr(None)
    with progress_bar(2, "work") as bar:
        bar.update()
    assert isinstance(bar, QuietBar)


def test_it_is_quiet_on_request(terminal):
    with progress_bar(2, "work", visible=False) as bar:
        bar.update()
    assert terminal.getvalue() == ""


def test_tqdm_is_used_where_it_is_installed(terminal):
    tqdm = pytest.importorskip("tqdm")
    with progress_bar(2, "work") as bar:
        assert isinstance(bar, tqdm.tqdm)
        bar.update()
    assert "work" in terminal.getvalue()
    assert on_screen(terminal).strip() == ""


def test_a_line_is_shown_without_tqdm_and_wiped_at_the_end(terminal, without_tqdm):
    with progress_bar(8, "epoch 1/2", "images") as bar:
        assert isinstance(bar, LineBar)
        bar.update(2)
        assert on_screen(terminal).rstrip() == "epoch 1/2:  25% 2/8 images"
    assert on_screen(terminal).strip() == ""
    assert "\n" not in terminal.getvalue()


def test_a_shorter_line_leaves_nothing_of_a_longer_one(terminal, without_tqdm):
    with progress_bar(10**9, "file", "B") as bar:
        bar.update(10**9)
        bar.due = 0
        bar.update(-(10**9))
        assert on_screen(terminal).rstrip() == "file:   0% 0.0/1000.0 MB"


def test_the_line_is_not_written_for_every_step(terminal, without_tqdm):
    with progress_bar(10, "work") as bar:
        bar.due = float("inf")
        for _ in range(10):
            bar.update()
        assert terminal.getvalue() == ""


def test_an_empty_job_has_no_share(terminal, without_tqdm):
    with progress_bar(0, "work") as bar:
        bar.update(0)
        assert on_screen(terminal).rstrip() == "work: 0/0 it"


def test_the_line_is_cut_to_the_width_of_the_terminal(terminal, without_tqdm, monkeypatch):
    monkeypatch.setenv("COLUMNS", "12")
    with progress_bar(4, "a long description") as bar:
        bar.update()
        assert on_screen(terminal) == "a long desc"
