"""The short-time Fourier transform: how the spectrum of a signal changes, and the way back."""

from __future__ import annotations

from typing import Any

import numpy as np

from leafgrad.errors import ShapeError
from leafgrad.operands import tensor_of
from leafgrad.ops.complex import view_as_real
from leafgrad.ops.padding import pad
from leafgrad.ops.windows import Windows, folded, unfolded, windows
from leafgrad.surface import public
from leafgrad.tensor import Tensor, wrap

__all__ = ["istft", "stft"]

SMALLEST_ENVELOPE = 1e-11  # PyTorch's: a smaller sum of squared windows does not tell the signal


@public()
def stft(
    input: Any,
    n_fft: int,
    hop_length: int | None = None,
    win_length: int | None = None,
    window: Any = None,
    center: bool = True,
    pad_mode: str = "reflect",
    normalized: bool = False,
    onesided: bool | None = None,
    return_complex: bool | None = None,
    align_to_window: bool | None = None,
) -> Tensor:
    """The transforms of frames of the signal: `Y[k, t] = Σ_j w_j x[t hop + j] exp(-2πi jk/n)`, with n = `n_fft`.

    From (L,) or (B, L) to (k, t) or (B, k, t); with `return_complex=False` the parts are a last
    dimension of 2. The `window` of `win_length` elements (ones, as many as `n_fft`, unless given) stands
    in the middle of a frame; the hop is n_fft // 4 unless given. With `center` the signal is padded so
    that frame t has its middle at t hop; without, `align_to_window` pads so that the first window,
    rather than the first frame, begins with the signal. `normalized` divides by √n_fft; of real
    signals and windows only the first n_fft//2 + 1 frequencies are kept if `onesided`, as by default.

    dY is the transform of the frames of w dx. A RuntimeError for a real signal without
    `return_complex`, and for shapes and sizes that do not fit.

    >>> stft(Tensor([1.0, 2.0, 3.0, 4.0]), 2, 2, center=False, return_complex=True)
    tensor([[ 3.+0.j,  7.+0.j],
            [-1.+0.j, -1.+0.j]])
    """
    x = tensor_of(input)
    w = None if window is None else tensor_of(window)
    is_complex = x.dtype.kind == "c" or (w is not None and w.dtype.kind == "c")
    hop, width = _hop_and_width(n_fft, hop_length, win_length)
    if return_complex is None and not is_complex:
        raise RuntimeError("stft: of a real signal, say return_complex=True (or False, for real pairs)")
    if x.dtype.kind not in "fc" or x.ndim not in (1, 2):
        raise RuntimeError(f"stft: needs a floating-point signal (L,) or (B, L), got {x.dtype} of shape {x.shape}")
    if center and align_to_window is not None:
        raise RuntimeError("stft: align_to_window is for center=False only")
    if onesided and is_complex:
        raise RuntimeError("stft: of a complex signal or window all frequencies are needed; leave onesided out")
    if hop < 1:
        raise RuntimeError(f"stft: hop_length must be at least 1, got {hop}")
    _check_window("stft", n_fft, width, w)
    frames = x if x.ndim == 2 else x[None]
    if center:
        frames = pad(frames, (n_fft // 2, n_fft // 2), pad_mode)
    if not 0 < n_fft <= frames.shape[-1]:
        raise ShapeError(f"stft: n_fft must be from 1 to the signal's length {frames.shape[-1]}, got {n_fft}")
    if align_to_window:
        before = (n_fft - width) // 2
        frames = pad(frames, (before, n_fft - width - before))
    seen = unfolded(frames[:, None], _frames("stft", frames.shape[-1], n_fft, hop))[:, 0]
    seen = seen if w is None and width == n_fft else seen * _centred(w, width, n_fft)
    from leafgrad.fft import fft, rfft  # here, for not every program needs it

    transform = fft if is_complex or onesided is False else rfft
    spectrum = transform(seen, dim=1, norm="ortho" if normalized else "backward")
    spectrum = spectrum if x.ndim == 2 else spectrum[0]
    return view_as_real(spectrum) if return_complex is False else spectrum


@public()
def istft(
    input: Any,
    n_fft: int,
    hop_length: int | None = None,
    win_length: int | None = None,
    window: Any = None,
    center: bool = True,
    normalized: bool = False,
    onesided: bool | None = None,
    length: int | None = None,
    return_complex: bool = False,
) -> Tensor:
    """The signal of which `stft` with the same arguments gives `input`: the one nearest to it, in least squares.

    From complex (k, t) or (B, k, t) to (L,) or (B, L), cut or filled up with zeros to `length`. Each
    frame is transformed back and weighted by the window; where frames overlap they are added, and
    divided by the sum of the squares of the windows there, as in D. Griffin and J. Lim, "Signal
    estimation from modified short-time Fourier transform" (1984). dy is the same of dX.

    A RuntimeError for a real input, for shapes and sizes that do not fit, and where that sum is 0, for
    the signal there is unknown.

    >>> signal = Tensor([1.0, 2.0, 3.0, 4.0])
    >>> istft(stft(signal, 2, 1, return_complex=True), 2, 1)
    tensor([1., 2., 3., 4.])
    """
    x = tensor_of(input)
    w = None if window is None else tensor_of(window)
    hop, width = _hop_and_width(n_fft, hop_length, win_length)
    if x.dtype.kind != "c" or x.ndim not in (2, 3) or x.numel() == 0:
        raise RuntimeError(
            f"istft: needs complex numbers (frequencies, frames), perhaps batched, got {x.dtype} of shape {x.shape}"
        )
    if not 0 < hop <= width:
        raise RuntimeError(f"istft: hop_length must be from 1 to the window's {width}, got {hop}")
    _check_window("istft", n_fft, width, w)
    onesided = x.shape[-2] != n_fft if onesided is None else onesided
    if x.shape[-2] != (n_fft // 2 + 1 if onesided else n_fft):
        raise ShapeError(f"istft: {x.shape[-2]} frequencies do not fit n_fft={n_fft} with onesided={onesided}")
    if onesided and return_complex:
        raise RuntimeError("istft: a complex signal needs all frequencies; leave out return_complex or onesided")
    if w is not None and w.dtype.kind == "c" and not return_complex:
        raise RuntimeError("istft: a complex window makes a complex signal; say return_complex=True")
    if length is not None and length < 1:
        raise RuntimeError(f"istft: length must be at least 1, got {length}")
    spectrum = x if x.ndim == 3 else x[None]
    norm = "ortho" if normalized else "backward"
    from leafgrad.fft import ifft, irfft

    seen = ifft(spectrum, dim=1, norm=norm) if return_complex else irfft(spectrum, n_fft, dim=1, norm=norm)
    shape = _centred(w, width, n_fft)
    total = n_fft + hop * (x.shape[-1] - 1)
    at = _frames("istft", total, n_fft, hop)
    start = n_fft // 2 if center else 0
    end = start + length if length is not None else total - start
    y: Tensor = folded((seen * shape)[:, None], at)[:, 0, start:end]
    weights = np.broadcast_to(shape * shape, (n_fft, x.shape[-1]))
    envelope = folded(weights[None, None], at)[0, 0, start:end]
    if not y.numel() or np.min(np.abs(envelope.data)) < SMALLEST_ENVELOPE:
        raise RuntimeError("istft: some elements are in no frame, or where the window is 0; choose a longer window")
    y = y / envelope
    if end > total:
        y = pad(y, (0, end - total))
    return y if x.ndim == 3 else y[0]


def _hop_and_width(n_fft: int, hop_length: int | None, win_length: int | None) -> tuple[int, int]:
    return (n_fft // 4 if hop_length is None else hop_length), (n_fft if win_length is None else win_length)


def _check_window(op: str, n_fft: int, width: int, window: Tensor | None) -> None:
    if not 0 < width <= n_fft:
        raise RuntimeError(f"{op}: win_length must be from 1 to n_fft={n_fft}, got {width}")
    if window is not None and window.shape != (width,):
        raise ShapeError(f"{op}: the window must have shape ({width},), as win_length says, got {window.shape}")


def _frames(op: str, length: int, n_fft: int, hop: int) -> Windows:
    return windows(op, (length,), (n_fft,), (hop,), (0,), (1,))


def _centred(window: Tensor | None, width: int, n_fft: int) -> Tensor:
    """The window as a column of n_fft rows, with zeros around it."""
    before = (n_fft - width) // 2
    column = wrap(np.ones(width, np.float32)) if window is None else window
    return pad(column, (before, n_fft - width - before))[:, None]
