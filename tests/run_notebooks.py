"""Execute the notebooks, each from a clean kernel.

    python -m tests.run_notebooks             fails on an error, a warning, or stale outputs
    python -m tests.run_notebooks --write     stores the outputs instead

An output in the file is stale if its text is not what the cell gives today. Pictures are not
compared, nor cells with the tag `varies`, whose numbers depend on the machine.
"""

from __future__ import annotations

import os
import re
import sys
import time
from pathlib import Path
from typing import Any

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def main(arguments: list[str]) -> int:
    """Run all notebooks, print a line for each, and return how many failed."""
    write = arguments == ["--write"]
    if arguments and not write:
        raise SystemExit("usage: python -m tests.run_notebooks [--write]")
    os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"
    import matplotlib.font_manager  # noqa: F401  # a first import announces its font cache, not in a cell
    import nbformat

    failed = 0
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        started = time.perf_counter()
        committed = nbformat.read(path, as_version=4)
        executed = nbformat.from_dict(committed)
        complaints = run(executed)
        if not complaints and not write:
            complaints = stale(committed, executed)
        if write:
            nbformat.write(executed, path)
        print(f"{path.name}: {'FAILED' if complaints else 'ok'} in {time.perf_counter() - started:.1f} s", flush=True)
        for complaint in complaints:
            print(f"  {complaint}")
        failed += bool(complaints)
    return failed


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
    tags = [cell.metadata.get("tags") for cell in notebook.cells]
    notebook.metadata = METADATA
    for number, (cell, kept) in enumerate(zip(notebook.cells, tags, strict=True)):
        cell.id = f"cell-{number}"
        cell.metadata = {"tags": kept} if kept else {}
        if cell.cell_type == "code":
            cell.outputs = joined(cell.outputs)
        for output in cell.get("outputs", []):
            if "metadata" in output:
                output.metadata = {}


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
