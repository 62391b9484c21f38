"""The README keeps its word: its blocks of Python run, and print what it shows; its table is true."""

from __future__ import annotations

import contextlib
import doctest
import importlib
import io
import re
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

README = Path(__file__).parent.parent / "README.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_every_block_of_python_prints_what_is_shown(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    blocks = BLOCK.findall(README.read_text(encoding="utf-8"))
    assert [language for language, _ in blocks].count("python") >= 5
    names: dict[str, Any] = {"__name__": "readme"}
    for i, (language, code) in enumerate(blocks):
        if language == "python":
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                exec(compile(code, f"README.md, block {i}", "exec", dont_inherit=True), names)
            following = blocks[i + 1] if i + 1 < len(blocks) else ("", "")
            check_output(printed.getvalue(), following[1] if following[0] == "text" else "")
        elif language == "pycon":
            report = io.StringIO()
            test = doctest.DocTestParser().get_doctest(code, names, f"README.md, block {i}", str(README), 0)
            failed, _ = doctest.DocTestRunner().run(test, out=report.write, clear_globs=False)
            assert not failed, report.getvalue()
        else:
            assert language in ("sh", "text")


PERCENT = re.compile(r"(\d+)%")


def check_output(printed, shown):
    """They are equal, but a percentage of right answers may be one off: sums round differently on other machines."""
    assert PERCENT.sub("%", printed) == PERCENT.sub("%", shown)
    for a, b in zip(PERCENT.findall(printed), PERCENT.findall(shown), strict=True):
        assert abs(int(a) - int(b)) <= 1


def test_links_lead_to_files_and_headings():
    text = README.read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https:)([^)]+)\)", text)
    headings = {"#" + heading.lower().replace(" ", "-") for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}
    assert links
    assert [link for link in links if link not in headings and not (README.parent / link).exists()] == []


# The table "What differs": what it says of leafgrad and, where PyTorch is installed, of PyTorch

REFUSED = "an error"


def backwards(m):
    return m.arange(3)[::-1].tolist()


def int_and_array(m):
    return tuple(m.zeros(2, 3, 4)[0, :, [0, 1]].shape)


def overwritten_value(m):
    v = m.tensor([1.0, 2.0], requires_grad=True)
    y = m.zeros(2)
    y[[0, 0]] = v
    y.sum().backward()
    return v.grad.tolist()


def write_into_chunk(m):
    x = m.ones(4, requires_grad=True)
    y = x * 1
    first, _ = y.chunk(2)
    first.mul_(2)
    y.sum().backward()
    return x.grad.tolist()


def write_into_unbound(m):
    x = m.ones(2, 2, requires_grad=True)
    y = x * 1
    first, _ = y.unbind()
    first.mul_(2)
    y.sum().backward()
    return x.grad.tolist()


def overlapping_copy(m):
    a = m.arange(4)
    a[1:].copy_(a[:-1])
    return a.tolist()


def gradient_at_a_tie(reduce):
    def of(m):
        x = m.ones(2, requires_grad=True)
        reduce(m, x).sum().backward()
        return x.grad.tolist()

    return of


def forward_warns_of_log_0(m):
    x = m.zeros(1, requires_grad=True)
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        y = m.log(x)
    y.backward()  # a warning here would be an error
    assert x.grad.item() == np.inf
    return bool(heard)


def loaded_floats(m):
    loader = importlib.import_module("torch.utils.data" if m.__name__ == "torch" else "leafgrad.data").DataLoader
    (batch,) = loader([1.0, 2.0], batch_size=2)
    return batch.dtype


def scattered_twice(m):
    v = m.tensor([1.0, 2.0], requires_grad=True)
    m.zeros(2).scatter(0, m.tensor([1, 1]), v).sum().backward()
    return v.grad.tolist()


def hardsigmoid_slope(m):
    x = m.zeros(1, dtype=m.float64, requires_grad=True)
    m.nn.functional.hardsigmoid(x).backward()
    return x.grad.item() == 1 / 6


@pytest.mark.parametrize(
    ("program", "torch_says", "leafgrad_says"),
    [
        (backwards, REFUSED, [2, 1, 0]),
        (int_and_array, (3, 2), (3, 2)),
        (overwritten_value, [1, 1], [0, 1]),
        (write_into_chunk, REFUSED, [2, 2, 1, 1]),
        (write_into_unbound, REFUSED, [[2, 2], [1, 1]]),
        (overlapping_copy, REFUSED, [0, 0, 1, 2]),
        (gradient_at_a_tie(lambda m, x: m.maximum(x, m.ones(2))), [0.5, 0.5], [0.5, 0.5]),
        (gradient_at_a_tie(lambda m, x: x.amax()), [0.5, 0.5], [0.5, 0.5]),
        (gradient_at_a_tie(lambda m, x: x.max()), [0.5, 0.5], [0.5, 0.5]),
        (gradient_at_a_tie(lambda m, x: x.max(0)[0]), [1, 0], [1, 0]),
        (forward_warns_of_log_0, False, True),
        (scattered_twice, [1, 1], [0, 1]),
        (hardsigmoid_slope, False, True),
        (lambda m: type(m.ones(2).shape).__name__, "Size", "tuple"),
        (lambda m: str(m.float32), "torch.float32", "float32"),
        (lambda m: type(m.ones(2).data).__name__, "Tensor", "ndarray"),
        (lambda m: m.ones(2, requires_grad=True).detach().add_(1).tolist(), [2, 2], [2, 2]),
        (lambda m: str(loaded_floats(m)), "torch.float64", "float32"),
    ],
)
@pytest.mark.parametrize("library", ["torch", "leafgrad"])
def test_the_table_beside_pytorch(program, torch_says, leafgrad_says, library):
    m = importlib.import_module(library) if library == "leafgrad" else pytest.importorskip(library)
    expected = torch_says if library == "torch" else leafgrad_says
    if expected is REFUSED:
        with pytest.raises((RuntimeError, ValueError)):
            program(m)
    else:
        assert program(m) == expected
    assert np.zeros((2, 3, 4))[0, :, [0, 1]].shape == (2, 3)
