"""How a tensor shows itself in Jupyter: a small table of its values, or a picture of many.

The values of a picture are grey from black, the least, to white, the greatest. Where there are negative ones,
colours say so, from dark blue over grey, zero, to light yellow; without colours the order is the same. A
NaN is magenta in a picture, and marked in a table.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from leafgrad.node import Array
from leafgrad.printing import value_format
from leafgrad.tensor import Tensor

FEW = 10  # rows or columns of a table that is not shortened
EDGE = 4  # of a shortened one, at each side
PIXELS = 96  # of a picture, at most, in each direction
PICTURES = 10  # of a stack of matrices, at most
WIDTH = 240  # of a picture on the page, about

BLUE, GREY, YELLOW, MAGENTA = (22, 30, 92), (150, 150, 156), (255, 240, 170), (214, 0, 147)
CELL = "padding:1px 7px;text-align:right;font-family:monospace;border:1px solid #ccc"
NOT_FINITE = ";font-weight:bold;background:repeating-linear-gradient(45deg,#fbd3ea 0 4px,#fff 4px 8px);color:#000"


def tensor_html(tensor: Tensor) -> str:
    """What Jupyter shows of a tensor: kind, shape and dtype, the values, and the gradient to open.

    >>> html = tensor_html(Tensor([[1.0, 2.0]], requires_grad=True))
    >>> "(1, 2)" in html and "<table" in html and "requires grad" in html
    True
    """
    parts = [f"<div>{_heading(tensor)}</div>", array_html(tensor.data)]
    if tensor.grad is not None:
        gradient = f"<summary>gradient {tensor.grad.shape}</summary>{array_html(tensor.grad.data)}"
        parts.append(f"<details open>{gradient}</details>")
    return f"<div>{''.join(parts)}</div>"


def _heading(tensor: Tensor) -> str:
    what = [f"<b>{type(tensor).__name__}</b> {tensor.shape}", str(tensor.dtype)]
    try:
        if tensor.grad_fn is not None:
            what.append(f"made by <code>{escaped(tensor.grad_fn.op)}</code>")
        elif tensor.requires_grad:
            what.append("requires grad")
    except RuntimeError:  # a view without history of a base that has been given one
        what.append("a view that its base has left behind")
    return ", ".join(what)


def escaped(text: str) -> str:
    """The text as it may stand in HTML."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def array_html(array: Array) -> str:
    """The values alone: a number, a table, or pictures where there are many in two dimensions."""
    if array.size == 0:
        return "<i>no elements</i>"
    if array.ndim < 2:
        return _table(array.reshape(1, -1))
    height, width = array.shape[-2:]
    if array.dtype.kind != "c" and min(height, width) >= 2 and (array.ndim > 2 or min(height, width) > FEW):
        return _pictures(array.reshape(-1, height, width))
    return _table(array if array.ndim == 2 else array.reshape(-1, width))


# A table


def _table(matrix: Array) -> str:
    rows, columns = (_shown(n) for n in matrix.shape)
    values = matrix[np.ix_([i for i in rows if i is not None], [j for j in columns if j is not None])]
    text = value_format(values)
    lines = []
    for i in rows:
        cells = [_gap("⋮") if i is None else _gap("…") if j is None else _cell(matrix[i, j], text) for j in columns]
        lines.append(f"<tr>{''.join(cells)}</tr>")
    return f'<table style="border-collapse:collapse;margin:4px 0">{"".join(lines)}</table>'


def _shown(n: int) -> list[int | None]:
    """The rows (or columns) to show; None where some are left out."""
    return list(range(n)) if n <= FEW else [*range(EDGE), None, *range(n - EDGE, n)]


def _gap(dots: str) -> str:
    return f'<td style="text-align:center">{dots}</td>'


def _cell(value: Any, text: Callable[[Any], str]) -> str:
    mark = "" if np.isfinite(value) else NOT_FINITE
    return f'<td style="{CELL}{mark}">{text(value.item()).strip()}</td>'


# Pictures


def _pictures(matrices: Array) -> str:
    """The first matrices side by side, in one scale, with what the shades mean."""
    shown = matrices[:PICTURES]
    step = -(-max(shown.shape[1:]) // PIXELS)
    shown = shown[:, ::step, ::step].astype(np.float64)
    finite = shown[np.isfinite(shown)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    scale = max(1, round((WIDTH if len(shown) == 1 else WIDTH / 3) / max(shown.shape[1:])))
    images = "".join(_image(_colours(matrix, low, high), scale) for matrix in shown)
    notes = [f"{low:.4g} (dark) to {high:.4g} (light)" + (", zero is grey" if low < 0 else "")]
    if len(matrices) > PICTURES:
        notes.append(f"the first {PICTURES} of {len(matrices):,}")
    if step > 1:
        notes.append(f"one in {step} rows and columns")
    missing = int(np.isnan(matrices).sum())
    if missing:
        notes.append(f'<b style="color:#d60093">{missing:,} NaN</b> (magenta)')
    return f"<div>{images}</div><div><small>{'; '.join(notes)}</small></div>"


def _colours(matrix: Array, low: float, high: float) -> Array:
    """Red, green and blue of each element."""
    clipped = np.nan_to_num(matrix, nan=0.0, posinf=high, neginf=low)[..., None]
    if low < 0:
        reach = max(-low, high)
        share = np.clip(clipped / reach, -1, 1)
        ends = np.where(share < 0, np.array(BLUE), np.array(YELLOW))
        colours = np.array(GREY) + (ends - np.array(GREY)) * np.abs(share)
    else:
        colours = np.repeat(255 * (clipped - low) / (high - low or 1.0), 3, axis=-1)
    return np.where(np.isnan(matrix)[..., None], np.array(MAGENTA), colours).round().astype(np.uint8)


def _image(pixels: Array, scale: int) -> str:
    from base64 import b64encode

    height, width = pixels.shape[:2]
    style = "image-rendering:pixelated;border:1px solid #999;margin:2px;display:inline-block"
    data = b64encode(png(pixels)).decode()
    return (
        f'<img alt="{height} by {width} values" src="data:image/png;base64,{data}" '
        f'width="{width * scale}" height="{height * scale}" style="{style}">'
    )


def png(pixels: Array) -> bytes:
    """A PNG file of an array (height, width, 3) of bytes: red, green and blue.

    >>> png(np.zeros((2, 3, 3), np.uint8))[1:4]
    b'PNG'
    """
    from struct import pack
    from zlib import compress, crc32

    def chunk(kind: bytes, data: bytes) -> bytes:
        return pack(">I", len(data)) + kind + data + pack(">I", crc32(kind + data))

    height, width = pixels.shape[:2]
    lines = np.zeros((height, 1 + 3 * width), np.uint8)  # each line begins with its filter: 0, none
    lines[:, 1:] = pixels.reshape(height, -1)
    header = pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", compress(lines.tobytes(), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(kind, data) for kind, data in parts)
