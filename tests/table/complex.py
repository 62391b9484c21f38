"""Rows of complex numbers and of transforms; their inputs and results are real, as the table's are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tests.table.case import Case


def _pairs(z: Any) -> np.ndarray:
    return np.stack([z.real, z.imag], -1)


def _of_complex(op: str, call: Callable[..., Any], numpy: Callable[..., Any], **more: Any) -> Case:
    """A row whose operation takes x + iy."""
    return Case(op, lambda m, x, y: call(m, m.complex(x, y)), lambda a, b: numpy(a + 1j * b), ((2, 3), (2, 3)), duck=False, **more)


COMPLEX = [
    Case("complex", lambda m, x, y: m.view_as_real(m.complex(x, y)), lambda a, b: _pairs(a + 1j * b), ((2, 3), (3,)), duck=False),
    Case("polar", lambda m, x, y: m.view_as_real(m.polar(x, y)), lambda a, b: _pairs(a * np.exp(1j * b)), ((2, 1), (3,)), "positive", duck=False),
    Case("view_as_complex", lambda m, x: m.abs(m.view_as_complex(x)), lambda a: np.hypot(a[:, 0], a[:, 1]), ((3, 2),), duck=False),
    _of_complex("view_as_real", lambda m, z: m.view_as_real(z), _pairs),
    _of_complex("real", lambda m, z: m.real(z), np.real),
    _of_complex("imag", lambda m, z: m.imag(z), np.imag),
    _of_complex("conj", lambda m, z: m.imag(m.conj(z)), lambda a: -a.imag),
    _of_complex("conj_physical", lambda m, z: m.real(m.conj_physical(z) * z), lambda a: abs(a) ** 2),
    _of_complex("resolve_conj", lambda m, z: m.imag(m.resolve_conj(m.conj(z))), lambda a: -a.imag),
    _of_complex("resolve_neg", lambda m, z: m.imag(m.resolve_neg(-z)), lambda a: -a.imag),
    _of_complex("angle", lambda m, z: m.angle(z), np.angle),
    _of_complex("sgn", lambda m, z: m.view_as_real(m.sgn(z)), lambda a: _pairs(a / abs(a))),
    _of_complex("abs", lambda m, z: m.abs(z), np.abs, note="complex"),
    _of_complex("matmul", lambda m, z: m.view_as_real(z @ m.exp(z[0])), lambda a: _pairs(a @ np.exp(a[0])), note="complex"),
]
TRANSFORMS = [
    Case("fft", lambda m, x: m.view_as_real(m.fft.fft(x, 4)), lambda a: _pairs(np.fft.fft(a, 4)), duck=False),
    Case("ifftn", lambda m, x: m.view_as_real(m.fft.ifftn(x)), lambda a: _pairs(np.fft.ifftn(a)), duck=False),
    Case("rfftn", lambda m, x: m.view_as_real(m.fft.rfftn(x)), lambda a: _pairs(np.fft.rfftn(a)), ((2, 4),), duck=False),
    Case("ihfft", lambda m, x: m.view_as_real(m.fft.ihfft(x)), lambda a: _pairs(np.fft.ihfft(a)), duck=False, torch=False),
    _of_complex("irfft", lambda m, z: m.fft.irfft(z, 5), lambda a: np.fft.irfft(a, 5)),
    _of_complex("hfft", lambda m, z: m.fft.hfft(z), np.fft.hfft),
    Case("fftshift", lambda m, x: m.fft.fftshift(x), np.fft.fftshift, duck=False),
    Case("stft", lambda m, x: m.view_as_real(m.stft(x, 4, 2, center=False, return_complex=True)), lambda a: _pairs(np.stack([np.fft.rfft(a[i : i + 4]) for i in (0, 2, 4)], 1)), ((8,),), duck=False),
    Case("istft", lambda m, x: m.istft(m.stft(x, 4, 1, return_complex=True) ** 2 * x[0], 4, 1), lambda a: _squared(a) * a[0], ((5,),), duck=False, torch=False),
]  # fmt: skip


def _squared(a: np.ndarray) -> np.ndarray:
    """The signal whose frames are those of `a`, each convolved with itself, as the mean over the frames."""
    padded = np.pad(a, 2, mode="reflect")
    total, count = np.zeros(len(padded)), np.zeros(len(padded))
    for t in range(len(padded) - 3):
        total[t : t + 4] += np.fft.irfft(np.fft.rfft(padded[t : t + 4]) ** 2)
        count[t : t + 4] += 1
    return (total / count)[2:-2]


CASES: list[Case] = [*COMPLEX, *TRANSFORMS]

ELSEWHERE: dict[str, str] = dict.fromkeys(["is_complex", "is_conj", "is_neg", "isreal"], "ops/test_complex.py")
