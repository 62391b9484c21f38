"""Tensors made from numbers: values, dtypes and errors of both libraries."""

from __future__ import annotations

import pytest

pytest.importorskip("torch")
from tests.parity.sidebyside import same, torch

CALLS = """
m.full((2,), -9, dtype=m.uint8) | m.full((2,), 300, dtype=m.uint8) | m.full((2,), -2.7, dtype=m.uint8) | m.full((2,), 1e40, dtype=m.float32)
m.full((2,), inf, dtype=m.int64) | m.full((2,), inf) | m.full((2,), 7, dtype=m.bool) | m.full((2,), True) | m.full((2,), m.tensor(3)) | m.full((2,), m.tensor([3]))
m.full((2,), 1j, dtype=m.float32) | m.full((-1,), 2) | m.full_like(m.arange(3), 2.7) | m.scalar_tensor(3) | m.scalar_tensor(300, dtype=m.int8)
m.tensor([300], dtype=m.int8) | m.tensor(-9, dtype=m.uint8) | m.tensor(2.5, dtype=m.int64) | m.tensor(nan, dtype=m.int64) | m.tensor(1e40) | m.tensor(1j, dtype=m.float32)
m.tensor(2**63) | m.tensor([True, 2]) | m.tensor([1, 2.5]) | m.tensor([]) | m.tensor([[1, 2], [3]]) | m.tensor([1], foo=1) | m.tensor([1.0], device="cpu", pin_memory=False)
m.zeros(2, pin_memory=True) | m.zeros(2, device="foo") | m.zeros(2, dtype=m.int64, requires_grad=True) | m.zeros((2,), layout=m.strided) | m.zeros(2, 0)
m.empty(2, 2, memory_format=m.channels_last) | m.ones(2, dtype=m.bool) | m.eye(2, 3) | m.eye(-1) | m.eye(2, -1) | m.eye(0) | m.as_tensor([1, 2], dtype=m.float32, device="cpu")
m.asarray([1, 2]) | m.arange(5) | m.arange(5.0) | m.arange(1, 5, 1.5) | m.arange(0, 5, 1.5, dtype=m.int64) | m.arange(0.5, 5, 1, dtype=m.int32) | m.arange(0, 2.5, 0.5, dtype=m.int64)
m.arange(5, dtype=m.float16) | m.arange(2, dtype=m.bool) | m.arange(m.tensor(3)) | m.arange(m.tensor(3.0)) | m.arange(0, inf) | m.arange(0, nan) | m.arange(0, 3, 0) | m.arange(3, 0)
m.arange(3, 0, -1) | m.arange(-300, 300, 100, dtype=m.uint8) | m.arange(True) | m.arange(3, requires_grad=True) | m.arange(3.0, requires_grad=True) | m.arange(0)
m.linspace(0, 5, 4) | m.linspace(0, 5, 4, dtype=m.int64) | m.linspace(0.7, 5.6, 4, dtype=m.int32) | m.linspace(-5, 5, 4, dtype=m.int8) | m.linspace(0, 5, 0) | m.linspace(0, 5, 1)
m.linspace(0, 5, -1) | m.linspace(m.tensor(0.0), 5, 3) | m.linspace(m.tensor([0.0]), 5, 3) | m.linspace(0, 5, 2, dtype=m.bool) | m.linspace(0, 5, 3, requires_grad=True) | m.linspace(0, 5, 1.0)
m.logspace(0, 2, 4) | m.logspace(0.5, 2.5, 4, dtype=m.int64) | m.logspace(0, 2, 3, base=-2) | m.logspace(0, 2, 3, base=0) | m.logspace(0, 2, 3, dtype=m.float16) | m.logspace(0, 2, -1)
m.zeros(2).new_tensor([1, 2]) | m.arange(3).new_tensor([1.5]) | m.zeros(2).new_zeros(2, 3) | m.zeros(2).new_ones((2,), dtype=m.int64) | m.arange(3).new_full((2,), 2.5)
m.arange(3).new_full((2,), 2.5, requires_grad=True) | m.zeros_like(m.arange(3), dtype=m.float32, requires_grad=True) | m.ones_like(m.zeros(2, 3).t()) | m.zeros_like(m.zeros(2), foo=1)
m.empty_strided((2, 3), (1, 2)).stride() | m.empty_strided((2, 3), (1,)) | m.empty_strided((2, 3), (-1, 2)) | m.empty_permuted((2, 3, 4), (2, 0, 1)).stride() | m.empty_permuted((2, 3), (0, 0))
m.zeros(2).new_empty((2, 0)) | m.zeros(2).new_empty_strided((2, 3), (1, 2)).stride() | m.zeros_like(m.zeros(2, 3).t()).stride() | m.zeros(2, 3, 4, 5).to(memory_format=m.channels_last).stride()
m.zeros(1, dtype=m.uint8).fill_(300) | m.zeros(1).fill_(1j) | m.zeros(1, dtype=m.int64).fill_(2.7) | m.zeros(1).fill_(m.tensor([1.0])) | m.fill_(m.zeros(2), 3) | m.zero_(m.ones(2))
m.ones(2).to(m.int8, True, True) | m.ones(2).to(m.arange(2)) | m.ones(2).to("cpu", m.float64) | m.tensor([300.0, -1.0, 1e20, nan]).byte() | m.tensor([1e20, nan, inf, -inf]).int() | m.tensor([0.1, nan]).bool()
m.tensor([1.7]).char() | m.tensor([1.5]).half() | m.tensor([1]).type() | m.ones(2).type("torch.LongTensor") | m.ones(2).type(m.float64) | m.is_nonzero(m.ones(2)) | m.is_nonzero(m.zeros(1))
m.can_cast(m.float32, m.int32) | m.can_cast(m.int64, m.uint8) | m.can_cast(m.int64, m.bool) | m.is_tensor(3) | m.ones(2).is_signed() | m.arange(2).byte().is_signed() | m.ones(2).nelement()
m.hann_window(5) | m.hann_window(5, False) | m.hann_window(0) | m.hann_window(1) | m.hann_window(-1) | m.hann_window(5, dtype=m.int64) | m.hann_window(5, dtype=m.float16) | m.hann_window(2, requires_grad=True)
m.hamming_window(5, True, 0.5, 0.4) | m.hamming_window(1, True, 0.2) | m.kaiser_window(5, True, 3.0) | m.bartlett_window(5) | m.blackman_window(6, False) | m.signal.windows.cosine(2, sym=False)
m.signal.windows.hann(-1) | m.signal.windows.hann(3, dtype=m.float16) | m.signal.windows.general_cosine(3, a=[]) | m.signal.windows.general_cosine(3, a=3) | m.signal.windows.general_cosine(1, a=[0.3, 0.2])
m.signal.windows.exponential(3, center=1.0) | m.signal.windows.exponential(1, sym=False, center=3.0) | m.signal.windows.exponential(4, tau=-1) | m.signal.windows.gaussian(3, std=0) | m.signal.windows.gaussian(4, sym=False)
m.signal.windows.kaiser(3, beta=-1) | m.signal.windows.kaiser(4, beta=3, sym=False) | m.signal.windows.nuttall(5, requires_grad=True) | m.signal.windows.bartlett(1, sym=False)
"""
CALLS = [call.strip() for line in CALLS.strip().splitlines() for call in line.split(" | ")]


@pytest.mark.parametrize("call", CALLS)
def test_calls(call: str) -> None:
    same(call)


@pytest.mark.parametrize("name", ["float16", "float32", "float64"])
def test_limits_of_floats(name: str) -> None:
    import leafgrad

    ours, theirs = leafgrad.finfo(getattr(leafgrad, name)), torch.finfo(getattr(torch, name))
    assert all(getattr(ours, field) == getattr(theirs, field) for field in ("min", "max", "eps", "tiny", "smallest_normal", "bits", "dtype"))


@pytest.mark.parametrize("name", ["int8", "int16", "int32", "int64", "uint8"])
def test_limits_of_integers(name: str) -> None:
    import leafgrad

    ours, theirs = leafgrad.iinfo(getattr(leafgrad, name)), torch.iinfo(getattr(torch, name))
    assert all(getattr(ours, field) == getattr(theirs, field) for field in ("min", "max", "bits", "dtype"))
    with pytest.raises(TypeError, match="use iinfo"):
        leafgrad.finfo(name)


def test_promotion_of_types() -> None:
    import leafgrad

    names = ["float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "bool", "complex64", "complex128"]
    for a in names:
        for b in names:
            theirs = (getattr(torch, a), getattr(torch, b))
            assert str(torch.promote_types(*theirs)) == f"torch.{leafgrad.promote_types(a, b)}"
            assert torch.can_cast(*theirs) == leafgrad.can_cast(a, b)
