"""What an exercise in a notebook must be made of, and that its check tells right from wrong.

The cells of an exercise stand in this order, told by their tags:

    exercise    what the reader fills in; as committed, a stub
    check       calls a `check_...` function, which prints "not yet: " and what is missing
    solution    folded; begins with the line "# Solution", which is seen while it is folded; defines the same
                names rightly, and calls the check again, which says that it passes

The functions `check_...` are in folded cells with the tag `checks`; they return whether they accept, too.
Since each notebook is executed from top to bottom, its outputs say whether every check refuses the stub and
accepts the solution.
"""

from __future__ import annotations

import ast
from typing import Any

PARTS = ["exercise", "check", "solution"]
REFUSAL = "not yet: "
TITLE = "# Solution\n"


def complaints(notebook: Any) -> list[str]:
    """What is wrong with the exercises of an executed notebook."""
    parts = [(number, part, cell) for number, cell in enumerate(notebook.cells) for part in PARTS if part in tags(cell)]
    found: list[str] = []
    for place, (number, part, cell) in enumerate(parts):
        due = PARTS[place % 3]
        if part != due:
            return [*found, f"cell {number} has the tag {part}, where {due} was due; the order is {', '.join(PARTS)}"]
        if part != "exercise":
            found += [f"cell {number} ({part}): {problem}" for problem in problems(cell, part == "solution")]
    if len(parts) % 3:
        found.append("the last exercise lacks its check or its solution")
    return found


def tags(cell: Any) -> list[str]:
    return cell.metadata.get("tags", [])  # type: ignore[no-any-return]


def problems(cell: Any, solved: bool) -> list[str]:
    """Why a cell does not call a check, or does not show that it refuses (or, if solved, accepts)."""
    found = []
    if solved and not cell.source.startswith(TITLE):
        found.append(f"it must begin with the line {TITLE.strip()!r}: what is first is seen while the cell is folded")
    if not calls_check(cell.source):
        found.append("it must call a check_... function")
    printed = "".join(output.text for output in cell.outputs if output.output_type == "stream")
    refused = any(line.startswith(REFUSAL) for line in printed.splitlines())
    if not printed.strip():
        found.append("the check must print what it finds")
    elif solved == refused:
        due = f"no line that begins with {REFUSAL!r}" if solved else f"a line that begins with {REFUSAL!r}"
        found.append(f"the check must print {due}; it printed {printed!r}")
    values = [output.data["text/plain"] for output in cell.outputs if output.output_type == "execute_result"]
    if values and values != [str(solved)]:
        found.append(f"the check must return {solved}; the cell shows {', '.join(values)}")
    if "varies" in tags(cell):
        found.append("what a check says is compared, so the cell must not have the tag varies")
    return found


def calls_check(source: str) -> bool:
    calls = [node.func for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return any(isinstance(called, ast.Name) and called.id.startswith("check_") for called in calls)
