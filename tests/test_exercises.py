"""The notebooks as they are committed: their exercises, and what every notebook promises.

That the outputs in the files are those of today is what `python -m tests.run_notebooks` finds out.
"""

from __future__ import annotations

import pytest

from tests import exercises
from tests.run_notebooks import FOLDED, NOTEBOOKS

PATHS = sorted(NOTEBOOKS.glob("*.ipynb"))
LINES = 30  # of code in a cell: what fits on a screen
BYTES = 600_000


@pytest.fixture(params=PATHS, ids=lambda path: path.stem)
def path(request):
    return request.param


@pytest.fixture
def notebook(path):
    return pytest.importorskip("nbformat").read(path, as_version=4)


def test_every_check_refuses_the_stub_and_accepts_the_solution(notebook):
    assert exercises.complaints(notebook) == []
    assert 3 <= sum("exercise" in exercises.tags(cell) for cell in notebook.cells) <= 5


def test_checks_and_solutions_are_folded(notebook):
    for number, cell in enumerate(notebook.cells):
        if not FOLDED.isdisjoint(exercises.tags(cell)):
            assert cell.metadata["jupyter"]["source_hidden"], f"cell {number}"


def test_no_cell_is_longer_than_a_screen(notebook):
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "code" and "checks" not in exercises.tags(cell):
            assert cell.source.count("\n") < LINES, f"cell {number}"


def test_the_file_is_small(path):
    assert path.stat().st_size <= BYTES


def test_nothing_in_it_failed(notebook):
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert outputs
    for output in outputs:
        assert output.output_type != "error"
        assert output.output_type != "stream" or output.name == "stdout"
