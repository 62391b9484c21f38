"""The text of tensors is PyTorch's, but for the dtype's prefix and what follows from its length."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leafgrad import Tensor

torch = pytest.importorskip("torch")

DTYPES = ["float16", "float32", "float64", "int8", "uint8", "int16", "int32", "int64", "bool", "complex64"]


def same_line(text: str) -> str:
    """The text with its dtype and size on the line where the values end."""
    return re.sub(r",\s+(dtype|size|requires_grad)", r", \1", text)


@st.composite
def arrays(draw: st.DrawFn) -> np.ndarray:
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shape = draw(st.one_of(st.lists(st.integers(0, 8), max_size=4), st.sampled_from([[1001], [40, 30], [7, 7, 30]])))
    dtype = draw(st.sampled_from(DTYPES))
    scale = 10.0 ** draw(st.integers(-6, 9))
    values = random.normal(size=shape) * (min(scale, 100) if dtype in ("int8", "uint8", "int16") else scale)
    style = draw(st.sampled_from(["plain", "whole", "wide", "special"]))
    if style == "whole":
        values = np.round(values)
    elif style == "wide" and dtype.startswith("float"):
        values = values**3
    elif style == "special" and dtype.startswith("float"):
        values = np.where(random.random(shape) < 0.4, random.choice([0, -0.0, np.nan, np.inf, -np.inf], shape), values)
    if dtype == "complex64":
        values = values + 1j * random.normal(size=shape)
    with np.errstate(all="ignore"):
        return np.asarray(np.abs(values) if dtype == "uint8" else values).astype(dtype)


@settings(max_examples=300, deadline=None)
@given(arrays(), st.booleans())
def test_text_equals_torch(array: np.ndarray, requires_grad: bool) -> None:
    requires_grad = requires_grad and array.dtype.kind == "f"
    ours = Tensor(array, requires_grad=requires_grad)
    theirs = torch.from_numpy(array).requires_grad_(requires_grad)
    assert same_line(repr(ours)) == same_line(repr(theirs)).replace("torch.", "")
