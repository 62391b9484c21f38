"""Execute the notebooks, each from a clean kernel.

    python -m tests.run_notebooks             fails on an error, a warning, or stale outputs
    python -m tests.run_notebooks --write     stores the outputs instead
    python -m tests.run_notebooks [--write] notebooks/01_one_derivative.ipynb ...     these only

An output in the file is stale if its text is not what the cell gives today. Pictures are not
compared, nor cells with the tag `varies`, whose numbers depend on the machine. All notebooks
together may take eight minutes. What the tags of exercises mean is in `tests/exercises.py`.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import time
from pathlib import Path
from typing import Any

from tests import exercises

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
LIMIT = 8 * 60  # seconds, for all notebooks together
FOLDED = {"checks", "solution"}  # cells with these tags are shown closed, so that a reader opens them
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def main(arguments: list[str]) -> int:
    """Run the notebooks, print a line for each with its time, and return how many failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.run_notebooks")
    parser.add_argument("--write", action="store_true", help="store the outputs in place of comparing them")
    parser.add_argument("notebooks", nargs="*", type=Path, help="by default all")
    options = parser.parse_args(arguments)
    os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"
    os.environ["PYTHONPATH"] = str(NOTEBOOKS.parent)  # the leafgrad of this folder, whatever is installed
    import matplotlib.font_manager  # noqa: F401  # a first import announces its font cache, not in a cell

    failed = 0
    began = time.perf_counter()
    for path in options.notebooks or sorted(NOTEBOOKS.glob("*.ipynb")):
        started = time.perf_counter()
        complaints = examine(path, options.write)
        print(f"{path.name}: {'FAILED' if complaints else 'ok'} in {time.perf_counter() - started:.1f} s", flush=True)
        for complaint in complaints:
            print(f"  {complaint}")
        failed += bool(complaints)
    seconds = time.perf_counter() - began
    print(f"all in {seconds:.0f} s, of {LIMIT} s that they may take")
    return failed + (seconds > LIMIT)


def examine(path: Path, write: bool) -> list[str]:
    """Execute one notebook and compare or store its outputs; return what is wrong with it."""
    import nbformat

    committed = nbformat.read(path, as_version=4)
    executed = nbformat.from_dict(committed)
    complaints = run(executed) or exercises.complaints(executed)
    if write:
        nbformat.write(executed, path)
    elif not complaints:
        complaints = stale(committed, executed)
    return complaints


def run(notebook: Any) -> list[str]:
    """Execute a notebook, replacing its outputs; return what went wrong."""
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
            cell.execution_count = None
    complaints = []
    client = NotebookClient(
        notebook,
        timeout=300,
        kernel_name="python3",
        resources={"metadata": {"path": NOTEBOOKS}},
        extra_arguments=["--log-level=ERROR"],
    )
    try:
        client.execute()
    except CellExecutionError as error:
        complaints.append(re.sub(r"\x1b\[[0-9;]*m", "", str(error)))
    for number, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", []):
            if output.output_type == "stream" and output.name == "stderr":
                complaints.append(f"cell {number} wrote to stderr: {output.text.strip()}")
    clean(notebook)
    return complaints


def clean(notebook: Any) -> None:
    """Take out what differs from run to run, or names this machine."""
    notebook.metadata = METADATA
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"
        cell.metadata = kept(cell.metadata)
        if cell.cell_type == "code":
            cell.outputs = joined(cell.outputs)
        for output in cell.get("outputs", []):
            if "metadata" in output:
                output.metadata = {}


def kept(metadata: Any) -> dict[str, Any]:
    """Of a cell's metadata, its tags and whether it is folded."""
    tags = metadata.get("tags", [])
    folded = metadata.get("jupyter", {}).get("source_hidden", False) or not FOLDED.isdisjoint(tags)
    return ({"jupyter": {"source_hidden": True}} if folded else {}) | ({"tags": tags} if tags else {})


def joined(outputs: list[Any]) -> list[Any]:
    """The outputs, with what was printed in several pieces made one."""
    whole: list[Any] = []
    for output in outputs:
        before = whole[-1] if whole else None
        if before and output.output_type == before.output_type == "stream" and output.name == before.name:
            before.text += output.text
        else:
            whole.append(output)
    return whole


def stale(committed: Any, executed: Any) -> list[str]:
    """Which cells' committed outputs are not what was computed now."""
    complaints = []
    for number, (old, new) in enumerate(zip(committed.cells, executed.cells, strict=True)):
        if old.cell_type != "code":
            continue
        if old.execution_count != new.execution_count:
            complaints.append(f"cell {number} was not executed in order; run python -m tests.run_notebooks --write")
        elif "varies" not in old.metadata.get("tags", []) and texts(old) != texts(new):
            complaints.append(f"cell {number} is stale: it says {texts(old)}, and gives {texts(new)}")
    return complaints


def texts(cell: Any) -> list[str]:
    """The text outputs of a cell; of a picture, only that there is one."""
    found = []
    for output in cell.outputs:
        if output.output_type == "stream":
            found.append(output.text)
        elif "data" in output:
            found.append("picture" if "image/png" in output.data else output.data["text/plain"])
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
