"""dtypes without PyTorch: the names, the default, and promotion's laws."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import leafgrad
from leafgrad.dtypes import result_type

NAMES = ["float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "bool"]


def test_dtypes_are_numpys() -> None:
    for name in NAMES:
        assert getattr(leafgrad, name) == np.dtype(name)
        assert leafgrad.zeros(1, dtype=name).dtype == leafgrad.zeros(1, dtype=getattr(np, name)).dtype == name
    assert (leafgrad.half, leafgrad.float, leafgrad.double, leafgrad.short, leafgrad.int, leafgrad.long) == (
        "float16", "float32", "float64", "int16", "int32", "int64",
    )  # fmt: skip


@pytest.mark.parametrize(
    "method", ["half", "float", "double", "byte", "char", "short", "int", "long", "bool", "cfloat", "cdouble"]
)
def test_conversion_methods(method: str) -> None:
    x = leafgrad.tensor([1.7, 0.0], requires_grad=True)
    y = getattr(x, method)()
    wanted = {"byte": leafgrad.uint8, "char": leafgrad.int8}.get(method) or getattr(leafgrad, method)
    assert y.dtype == wanted and y.requires_grad == (y.dtype.kind in "fc")
    assert x.type_as(y).dtype == y.dtype
    if y.requires_grad:
        y.abs().sum().backward()
        assert x.grad.dtype == leafgrad.float32


def test_what_a_tensor_is() -> None:
    x = leafgrad.tensor([1.5])
    assert x.type() == "torch.FloatTensor"
    assert x.type("torch.LongTensor").dtype == x.type(leafgrad.int64).dtype == "int64"
    assert leafgrad.is_tensor(x) and not leafgrad.is_tensor(1.5)
    assert leafgrad.is_nonzero(x) and x.is_signed() and not x.byte().is_signed()
    assert (x.device.type, x.device.index, x.device) == ("cpu", None, "cpu")
    with pytest.raises(RuntimeError, match="leafgrad runs on the CPU, got 'cuda'"):
        leafgrad.device("cuda", 0)


def test_to_takes_dtypes_devices_and_tensors() -> None:
    x = leafgrad.ones(2)
    assert x.to("cpu") is x.to(device="cpu") is x.to(leafgrad.float32) is x
    assert (
        x.to("cpu", leafgrad.int64).dtype
        == x.to(device="cpu", dtype="int64").dtype
        == x.to(leafgrad.arange(2)).dtype
        == "int64"
    )
    assert x.to(x, copy=True) is not x
    with pytest.raises(RuntimeError, match="leafgrad runs on the CPU"):
        x.to("cuda")


def test_promotion_is_symmetric_and_keeps_float32() -> None:
    arrays = [np.zeros(shape, dtype) for dtype in NAMES for shape in [(), (2,)]]
    for a, b in itertools.product(arrays, arrays):
        assert result_type(a, b) == result_type(b, a)
    single = leafgrad.ones(2)
    others = [
        np.float64(2),
        2,
        2.5,
        leafgrad.tensor(2.0, dtype=leafgrad.float64),
        leafgrad.tensor([1, 2]),
        np.int64(3),
        np.arange(2),
    ]
    for other in others:
        for op in (lambda a, b: a * b, lambda a, b: a - b, lambda a, b: a / b, lambda a, b: a**b, lambda a, b: a + b):
            assert op(single, other).dtype == op(other, single).dtype == "float32"


def test_the_default_dtype() -> None:
    leafgrad.set_default_dtype("float64")
    try:
        assert leafgrad.tensor(1.0).dtype == leafgrad.zeros(2).dtype == leafgrad.rand(2).dtype == "float64"
        assert (leafgrad.tensor([1]) / 2).dtype == leafgrad.arange(3).exp().dtype == "float64"
    finally:
        leafgrad.set_default_dtype(leafgrad.float32)
    with pytest.raises(TypeError, match="set_default_dtype: only floating-point"):
        leafgrad.set_default_dtype(leafgrad.int64)
