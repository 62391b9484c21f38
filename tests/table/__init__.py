"""The table of ops that drives the common tests; a file of rows for each family."""

from __future__ import annotations

from tests.table import activations, complex, core, elementwise, linalg, losses, reductions, selection, shapes
from tests.table.case import Case as Case

FAMILIES = [core, elementwise, complex, reductions, selection, linalg, activations, losses, shapes]

CASES: list[Case] = [case for family in FAMILIES for case in family.CASES]

#: Operations and methods without a row (in-place twins apart), and where they are tested instead.
ELSEWHERE: dict[str, str] = {name: file for family in FAMILIES for name, file in family.ELSEWHERE.items()}
