"""Tensors as Jupyter shows them."""

import re
import struct
import zlib
from base64 import b64decode
from html.parser import HTMLParser

import numpy as np
import pytest

import leafgrad
from leafgrad.showing import PICTURES, png


class Balanced(HTMLParser):
    """Every element that is opened is closed, in order."""

    def __init__(self):
        super().__init__()
        self.open = []

    def handle_starttag(self, tag, attrs):
        if tag not in ("img", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def shown(t):
    html = t._repr_html_()
    parser = Balanced()
    parser.feed(html)
    assert parser.open == []
    return html


def cells(html):
    return re.findall(r"<td[^>]*>([^<]*)</td>", html)


def pixels(html):
    data = b64decode(re.search(r"base64,([^\"]*)", html)[1])
    width, height = struct.unpack(">II", data[16:24])
    start = data.index(b"IDAT") + 4
    (length,) = struct.unpack(">I", data[start - 8 : start - 4])
    lines = np.frombuffer(zlib.decompress(data[start : start + length]), np.uint8).reshape(height, 1 + 3 * width)
    return lines[:, 1:].reshape(height, width, 3)


def test_numbers_and_small_tables():
    assert cells(shown(leafgrad.tensor(3.5))) == ["3.5000"]
    assert cells(shown(leafgrad.tensor([1, 2]))) == ["1", "2"]
    assert cells(shown(leafgrad.tensor([[True], [False]]))) == ["True", "False"]
    assert cells(shown(leafgrad.tensor([1 + 2j]))) == ["1.+2.j"]
    assert "no elements" in shown(leafgrad.zeros(0, 3))


def test_shape_dtype_gradient_and_origin():
    x = leafgrad.tensor([1.0, 2.0], requires_grad=True)
    assert "requires grad" in shown(x) and "gradient" not in shown(x)
    y = x * 2
    assert "made by <code>mul</code>" in shown(y) and "(2,)" in shown(y) and "float32" in shown(y)
    y.sum().backward()
    assert cells(shown(x)) == ["1.", "2.", "2.", "2."]
    assert "<b>Parameter</b>" in shown(leafgrad.nn.Linear(2, 1).weight)


def test_what_is_not_finite_is_marked():
    html = shown(leafgrad.tensor([1.0, float("nan"), float("inf")]))
    assert html.count("repeating-linear-gradient") == 2


def test_long_tables_are_shortened():
    assert cells(shown(leafgrad.arange(100))) == ["0", "1", "2", "3", "…", "96", "97", "98", "99"]
    assert len(cells(shown(leafgrad.zeros(1000, 3)))) == 9 * 3


def test_matrices_are_pictures():
    html = shown(leafgrad.arange(400).reshape(20, 20))
    image = pixels(html)
    assert image.shape == (20, 20, 3) and (np.diff(image[..., 0].ravel().astype(int)) >= 0).all()
    assert "0 (dark) to 399 (light)" in html
    assert pixels(shown(leafgrad.ones(20, 20))).shape == (20, 20, 3)


def test_the_order_of_signed_values_is_seen_without_colours():
    values = np.linspace(-1, 1, 400, dtype=np.float32).reshape(20, 20)
    html = shown(leafgrad.from_numpy(values))
    lightness = pixels(html).astype(float) @ [0.299, 0.587, 0.114]
    assert (np.diff(lightness.ravel()) > -1).all() and np.ptp(lightness) > 150
    assert "zero is grey" in html


def test_nan_and_infinities_in_a_picture():
    t = leafgrad.zeros(20, 20)
    t[0, 0], t[1, 1], t[2, 2] = float("nan"), float("inf"), 1.0
    html = shown(t)
    assert "1 NaN" in html and tuple(pixels(html)[0, 0]) == (214, 0, 147)
    assert tuple(pixels(html)[1, 1]) == (255, 255, 255)
    assert "NaN" in shown(leafgrad.full((20, 20), float("nan")))


def test_stacks_and_huge_tensors_are_cut():
    html = shown(leafgrad.rand(40, 8, 8))
    assert html.count("<img") == PICTURES and "the first 10 of 40" in html
    html = shown(leafgrad.rand(2000, 1000))
    assert "one in 21 rows and columns" in html and len(html) < 20_000
    assert len(shown(leafgrad.rand(300_000))) < 2000


def test_a_view_that_was_left_behind_can_still_be_shown():
    base = leafgrad.zeros(3)
    with leafgrad.no_grad():
        view = base[:2]
    base.mul_(leafgrad.ones(3, requires_grad=True))
    assert "left behind" in shown(view)


@pytest.mark.parametrize("shape", [(1, 1), (3, 2)])
def test_png(shape):
    data = png(np.full((*shape, 3), 7, np.uint8))
    assert data.startswith(b"\x89PNG\r\n\x1a\n") and data.endswith(b"IEND" + struct.pack(">I", zlib.crc32(b"IEND")))
