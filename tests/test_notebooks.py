"""The command that opens the notebooks: what it copies, what it says, and that JupyterLab serves notebook 1."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from leafgrad import notebooks

ROOT = Path(__file__).parent.parent


def test_the_notebooks_are_found_in_the_clone_and_in_their_own_folder(monkeypatch):
    for folder in (ROOT, ROOT / "notebooks"):
        monkeypatch.chdir(folder)
        assert notebooks.find().samefile(ROOT / "notebooks")


def test_a_package_without_notebooks_says_where_they_are(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(notebooks, "__file__", str(tmp_path / "leafgrad" / "notebooks.py"))
    with pytest.raises(FileNotFoundError, match="in leafgrad's repository, not in the installed package"):
        notebooks.find()


def test_copies_keep_the_answers_of_a_reader(tmp_path):
    target = notebooks.copy(ROOT / "notebooks", tmp_path / "mine")
    assert (target / notebooks.FIRST).read_bytes() == (ROOT / "notebooks" / notebooks.FIRST).read_bytes()
    (target / notebooks.FIRST).write_text("an answer")
    notebooks.copy(ROOT / "notebooks", target)
    assert (target / notebooks.FIRST).read_text() == "an answer"


def test_a_notebook_is_named_by_its_number(tmp_path):
    for name in ("01_one.ipynb", "12_twelve.ipynb"):
        (tmp_path / name).touch()
    assert notebooks.numbered(tmp_path, "1").name == "01_one.ipynb"
    assert notebooks.numbered(tmp_path, "12").name == "12_twelve.ipynb"
    with pytest.raises(FileNotFoundError, match="there is no notebook 7; there are 1, 12"):
        notebooks.numbered(tmp_path, "7")


def test_without_jupyterlab_the_command_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "jupyterlab", None)
    monkeypatch.setitem(sys.modules, "jupyterlab.labapp", None)
    with pytest.raises(SystemExit, match=r"needs JupyterLab; run pip install '\.\[notebooks\]'"):
        notebooks.main([])


@pytest.mark.slow
def test_jupyterlab_serves_the_first_notebook(tmp_path):
    pytest.importorskip("jupyterlab")
    options = ["--folder", str(tmp_path / "mine"), "--no-browser", "--allow-root"]
    command = [sys.executable, "-m", "leafgrad.notebooks", *options]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr is not None
            address = re.compile(r"(http://127\.0\.0\.1:\d+)/lab/tree/(\S+)\?token=(\w+)")
            host, name, token = next(filter(None, map(address.search, server.stderr))).groups()
            assert name == notebooks.FIRST
            assert json.loads(fetch(f"{host}/api/contents/{name}?token={token}"))["type"] == "notebook"
        finally:
            server.terminate()


def fetch(url):
    """What is at this address; the server prints it a moment before it answers."""
    for _ in range(40):
        try:
            with urllib.request.urlopen(url, timeout=30) as answer:
                return answer.read()
        except urllib.error.URLError:
            time.sleep(0.25)
    raise AssertionError("JupyterLab does not answer")
