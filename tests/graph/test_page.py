"""The page of `explain`, opened in a real browser: its buttons, keys, address and marks.

Chromium (or Chrome) runs without a window, a script clicks, and what the page has become is printed.
"""

import html
import json
import re
import shutil
import subprocess
from html.parser import HTMLParser

import numpy as np
import pytest

import leafgrad
from leafgrad.graph import explain
from leafgrad.graph.page import arrival, framed, table

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
BROWSER = next((path for name in NAMES if (path := shutil.which(name))), None)
needs_browser = pytest.mark.skipif(BROWSER is None, reason="no Chromium or Chrome is installed")

LOOK = """
<script>
const firstLine = e => e.querySelector('tspan').textContent, lastLine = e => e.querySelector('text').lastElementChild;
const marked = name => [...document.querySelectorAll('.' + name)].map(firstLine).join();
const shapes_now = () => [...document.querySelectorAll('[data-node]')].map(
  e => firstLine(e) + ': ' + lastLine(e).textContent).join('; ');
const states = [];
function look() {
  const open = [...document.querySelectorAll('section')].filter(e => !e.hidden);
  states.push({
    place: document.getElementById('place').textContent,
    heading: open.map(e => e.querySelector('h2').textContent).join(),
    running: marked('running'), receiving: marked('receiving'), done: marked('done'), shapes: shapes_now(),
    play: document.getElementById('play').textContent,
  });
  document.documentElement.dataset.states = JSON.stringify(states);
}
const press = key => document.dispatchEvent(new KeyboardEvent('keydown', {key}));
const click = name => document.getElementById(name).click();
SCRIPT
</script>
"""


@pytest.fixture
def explained():
    w = leafgrad.tensor([2.0, 3.0], requires_grad=True)
    return explain((w * w).sum(), names={"w": w})


def in_browser(file, address="", milliseconds=0):
    """The page as it is after its scripts have run for so many milliseconds of virtual time."""
    command = [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={file.parent / 'profile'}"]
    command += [f"--virtual-time-budget={milliseconds + 1000}", "--dump-dom", file.as_uri() + address]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout


def states(explained, tmp_path, script="look();", address="", milliseconds=0):
    """What the page shows at each `look()` of a script that runs in it."""
    file = tmp_path / "page.html"
    file.write_text(explained.html().replace("</body>", LOOK.replace("SCRIPT", script) + "</body>"), encoding="utf-8")
    dom = in_browser(file, address, milliseconds)
    return json.loads(html.unescape(re.search('data-states="([^"]*)"', dom)[1]))


@needs_browser
def test_buttons(explained, tmp_path):
    script = "look(); click('next'); click('next'); look(); click('last'); look(); click('back'); look();"
    start, second, end, third, first = states(explained, tmp_path, script + "click('first'); click('back'); look();")
    assert start == first
    assert start["place"] == "before the first step" and start["heading"] == "Backward from 1 sum"
    assert (start["running"], start["receiving"], start["done"]) == ("", "1 sum", "")
    assert start["shapes"] == "w: ; 2 mul: ; 1 sum: grad 1"
    assert second["place"] == "step 2 of 3" and second["heading"] == "2 mul → w"
    assert (second["running"], second["receiving"], second["done"]) == ("2 mul", "w", "1 sum")
    assert second["shapes"] == "w: grad [2, 3]; 2 mul: grad [1, 1]; 1 sum: grad 1"
    assert third["place"] == "step 3 of 3" and third["shapes"].startswith("w: grad [4, 6];")
    assert end["place"] == "the end" and end["heading"] == "What arrives at the leaves"
    assert (end["running"], end["receiving"], end["done"]) == ("", "", "2 mul,1 sum")


@needs_browser
def test_keys_slider_and_address(explained, tmp_path):
    script = "look(); press('Home'); press('ArrowRight'); look(); press('End'); press('ArrowLeft'); look();"
    seen = states(explained, tmp_path, script + "slider.value = 2; slider.oninput(); look();", address="#step=2")
    assert [state["place"][:6] for state in seen] == ["step 2", "step 1", "step 3", "step 2"]


@needs_browser
def test_playing(explained, tmp_path):
    script = "click('play'); setTimeout(look, 2500); setTimeout(look, 9000);"
    during, after = states(explained, tmp_path, script, milliseconds=9000)
    assert during["place"] == "step 2 of 3" and during["play"] == "pause"
    assert after["place"] == "the end" and after["play"] == "play"


@needs_browser
def test_the_frame_of_a_notebook(explained, tmp_path):
    file = tmp_path / "notebook.html"
    script = "frames[0].document.getElementById('next').click();"
    script += "document.body.dataset.place = frames[0].document.getElementById('place').textContent;"
    page = f"<!DOCTYPE html><body>{framed(explained)}<script>onload = () => {{ {script} }}</script></body>"
    file.write_text(page, encoding="utf-8")
    assert 'data-place="step 1 of 3"' in in_browser(file)


class Tags(HTMLParser):
    """Which elements are open, and what is loaded from elsewhere."""

    def __init__(self):
        super().__init__()
        self.open, self.loaded = [], []

    def handle_starttag(self, tag, attributes):
        if tag not in ("meta", "input", "br"):
            self.open.append(tag)
        self.loaded += [value for name, value in attributes if name in ("src", "href")]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_is_one_well_formed_file(explained, tmp_path):
    explained.save(tmp_path / "page.html")
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    tags = Tags()
    tags.feed(text)
    assert tags.open == [] and tags.loaded == []
    assert text.count("<section") == len(explained) + 2
    assert "https:" not in text and "@import" not in text
    assert explained._repr_html_().startswith("<iframe")


def test_names_cannot_break_out(tmp_path):
    x = leafgrad.tensor([1.0, 2.0], requires_grad=True)
    evil = '</script><script>alert("1")</script>&'
    text = explain((x * x).sum(), names={evil: x}).html()
    assert "<script>alert" not in text
    tags = Tags()
    tags.feed(text)
    assert tags.open == []


def test_every_element_of_a_small_gradient_is_in_its_table():
    assert table(np.arange(6.0).reshape(2, 3)).count("<td") == 6
    assert table(np.array(2.0)).count("<td") == 1
    assert "shape (9, 20)" in table(np.ones((9, 20)))
    assert "the first 3 &times; 4" in table(np.ones((2, 3, 4)))
    assert "nan" in table(np.array([np.nan, 1.0])) and "inf" in table(np.array([np.inf]))
    assert "no elements" in table(np.ones((0, 3))) and "nothing" in table(None)
    assert table([None, np.array(1.0)]).count("result") == 2


def test_what_a_shape_says():
    assert arrival(np.array([1.0, 2.5])) == "grad [1, 2.5]"
    assert arrival(np.ones((3, 4))) == "grad (3, 4)"
    assert arrival(np.full(4, -1.234e-5)) == "grad (4,)"  # too long to be written
    assert arrival([None, np.ones(1)]) == "grad of 1 of 2"
    assert arrival(None) == ""
