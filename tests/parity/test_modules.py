"""PyTorch's own samples of its modules, one test for each module; `module_samples.py` makes and calls them."""

from __future__ import annotations

import pytest

module_samples = pytest.importorskip("tests.parity.module_samples")
INFOS, compare = module_samples.INFOS, module_samples.compare

#: What leafgrad has not, on purpose: modules that learn their sizes at the first call.
ABSENT = [f"LazyConv{transposed}{n}d" for transposed in ("", "Transpose") for n in (1, 2, 3)]
PRESENT = sorted(set(INFOS) - set(ABSENT))


def check(report: module_samples.Report) -> None:
    assert not report.missing
    assert not report.wrong, f"{report}\n" + "\n".join(report.wrong[:5])


@pytest.mark.parametrize("name", PRESENT)
def test_modules_agree(name: str) -> None:
    check(compare(name))


@pytest.mark.parametrize("name", ABSENT)
def test_what_is_absent_is_absent(name: str) -> None:
    assert compare(name).missing, f"{name} is there; take it from the list"


@pytest.mark.slow
@pytest.mark.parametrize("name", PRESENT)
def test_modules_agree_in_float32(name: str) -> None:
    check(compare(name, "float32"))


@pytest.mark.slow
@pytest.mark.parametrize("layout", ["negative strides", "strided"])
@pytest.mark.parametrize("name", PRESENT)
def test_modules_agree_in_other_layouts(name: str, layout: str) -> None:
    check(compare(name, layout=layout, orders=1))
