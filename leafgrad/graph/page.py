"""The page of an explanation: the graph, and beside it one step at a time.

Everything is written beforehand, a section for each step and the graph once; the script only shows one
section, marks shapes, and says on each shape which gradient has arrived there. So the page needs
no server and no network. `#step=3` after its address opens it at the third step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from leafgrad.graph.boxes import boxes_of
from leafgrad.graph.labels import SMALL, elided, numbers
from leafgrad.graph.layout import layout
from leafgrad.graph.scene import box_key, scene, worth_a_box
from leafgrad.graph.svg import escaped, svg

if TYPE_CHECKING:
    from leafgrad.graph.explaining import Explanation, Step

ROWS, COLUMNS = 6, 6  # of an array that a table shows
LONGEST = 34  # characters of a gradient that a shape shows
FRAME_HEIGHT = 560  # pixels, in a notebook

STYLE = """
body { margin: 0; font: 14px/1.45 system-ui, sans-serif; color: #222; background: #fff; }
header { position: sticky; top: 0; z-index: 1; padding: 8px 14px; background: #fff; border-bottom: 1px solid #bbb; }
button { font: inherit; padding: 2px 10px; cursor: pointer; }
input { width: 160px; vertical-align: middle; }
main { display: flex; align-items: flex-start; }
#graph { flex: 0 1 auto; max-width: 55%; max-height: calc(100vh - 46px); overflow: auto; }
#steps { flex: 1 1 320px; min-width: 0; padding: 4px 18px 18px; }
h2 { margin: 10px 0 2px; font-size: 17px; } h3 { margin: 14px 0 3px; font-size: 13px; font-weight: 600; }
p { margin: 2px 0; } .quiet { color: #555; font-size: 13px; }
pre { margin: 8px 0 2px; padding: 7px 10px; white-space: pre-wrap; background: #f3f3f3; border-left: 3px solid #555;
  font: 12.5px/1.4 ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace; }
table { border-collapse: collapse; font: 12px ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace; }
td { border: 1px solid #999; padding: 2px 6px; text-align: right; } td.more { border: 0; color: #555; }
.lg [data-node] { cursor: default; }
.lg [data-node] tspan:last-child { font-style: italic; }
.lg .done { opacity: .4; }
.lg .running rect, .lg .running polygon { fill: #222; stroke: #000; } .lg .running text { fill: #fff; }
.lg .receiving rect:first-of-type, .lg .receiving polygon { stroke: #000; stroke-width: 3.5; }
@media (max-width: 640px) { main { display: block; } #graph { max-width: none; max-height: 50vh; } }
"""

SCRIPT = """
const data = JSON.parse(document.getElementById('data').textContent);
const sections = [...document.querySelectorAll('section')];
const shapes = new Map([...document.querySelectorAll('[data-node]')].map(e => [+e.dataset.node, e]));
const button = Object.fromEntries([...document.querySelectorAll('button')].map(e => [e.id, e]));
const graph = document.getElementById('graph');
const slider = document.getElementById('slider');
const last = sections.length - 1;
let at = 0, timer = null;

function show(step) {
  at = Math.max(0, Math.min(last, step));
  const now = data.steps[at - 1], rest = data.steps.slice(Math.max(at - 1, 0));
  const arrived = new Map([data.start]);
  for (const [, parent, text] of data.steps.slice(0, at)) arrived.set(parent, text);
  for (const [number, shape] of shapes) {
    const left = rest.some(([node]) => node === number);
    shape.classList.toggle('running', !!now && now[0] === number);
    shape.classList.toggle('receiving', now ? now[1] === number : at === 0 && data.start[0] === number);
    shape.classList.toggle('done', data.operations.includes(number) && !left && arrived.has(number));
    shape.querySelector('text').lastElementChild.textContent = arrived.get(number) || '';
  }
  sections.forEach((section, i) => { section.hidden = i !== at; });
  button.first.disabled = button.back.disabled = at === 0;
  button.next.disabled = button.last.disabled = at === last;
  slider.value = at;
  document.getElementById('place').textContent =
    at === 0 ? 'before the first step' : now ? `step ${at} of ${data.steps.length}` : 'the end';
  center(shapes.get(now ? now[0] : data.start[0]).getBoundingClientRect(), graph.getBoundingClientRect());
}

function center(shape, pane) {
  const x = shape.x + shape.width / 2 - pane.x - pane.width / 2;
  const y = shape.y + shape.height / 2 - pane.y - pane.height / 2;
  graph.scrollBy(x, y);
}

function pause() {
  clearInterval(timer);
  timer = null;
  button.play.textContent = 'play';
}

function play() {
  if (timer !== null) return pause();
  if (at === last) show(0);
  button.play.textContent = 'pause';
  timer = setInterval(() => { show(at + 1); if (at === last) pause(); }, 1000);
}

const actions = {
  first: () => show(0), back: () => show(at - 1), next: () => show(at + 1), last: () => show(last), play,
};
const keys = {ArrowLeft: 'back', ArrowRight: 'next', Home: 'first', End: 'last', ' ': 'play'};
for (const [name, act] of Object.entries(actions))
  button[name].onclick = () => { if (name !== 'play') pause(); act(); };
slider.oninput = () => { pause(); show(+slider.value); };
document.addEventListener('keydown', event => {
  const name = keys[event.key];
  if (!name || event.target === slider || (event.key === ' ' && event.target.tagName === 'BUTTON')) return;
  event.preventDefault();
  button[name].onclick();
});
const fromAddress = () => show(+(location.hash.match(/step=(\\d+)/) || [0, 0])[1]);
addEventListener('hashchange', fromAddress);
fromAddress();
"""


def page(explanation: Explanation) -> str:
    """The whole page, as one HTML document."""
    title = escaped(f"backward from {explanation.result}")
    buttons = "\n".join(f'<button id="{name}">{name}</button>' for name in ("first", "back", "next", "last", "play"))
    last = len(explanation) + 1
    sections = [_start(explanation), *map(_section, explanation), _end(explanation)]
    hidden = [section.replace("<section>", "<section hidden>", 1) for section in sections[1:]]
    return "\n".join([
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">',
        f'<meta name="viewport" content="width=device-width"><title>{title}</title>',
        f"<style>{STYLE}</style></head><body>",
        f'<header>{buttons} <input id="slider" type="range" min="0" max="{last}" value="0" aria-label="step">',
        ' <span id="place"></span></header>',
        f'<main><div id="graph">{_graph(explanation)}</div><div id="steps">',
        sections[0],
        *hidden,
        f'</div></main><script type="application/json" id="data">{_data(explanation)}</script>',
        f"<script>{SCRIPT}</script></body></html>\n",
    ])  # fmt: skip


def framed(explanation: Explanation) -> str:
    """The page in a frame of its own, for a notebook's output."""
    return (
        f'<iframe srcdoc="{escaped(page(explanation))}" style="width:100%;height:{FRAME_HEIGHT}px;'
        'border:1px solid #bbb" title="backward, step by step"></iframe>'
    )


# The graph


def _graph(explanation: Explanation) -> str:
    """The drawing, with the numbers of the text, and on each shape a line for the gradient that arrives."""
    entries = explanation.entries
    paths = worth_a_box(boxes_of(entries, explanation.names))
    drawn = scene(entries, paths, {box_key(box.place) for path in paths for box in path}, chain=None)
    places = explanation.places
    longest = {places[entries[-1].value]: arrival(explanation.start)}
    for step in explanation:
        number = places[step.parent]
        longest[number] = max(longest.get(number, ""), arrival(step.total), key=len)
    for item in drawn.root.items():
        (number,) = item.entries
        item.label.title = elided(explanation.labels[entries[number].value])
        item.label.lines = [line for line in item.label.lines if not line.startswith("grad ")]
        item.label.lines.append(longest.get(number, ""))  # the script writes there
    return svg(layout(drawn), f"the graph behind {explanation.result}", legend=False)


def arrival(g: Any) -> str:
    """What a shape says of the gradient that has arrived: its numbers if they are few, else its shape."""
    if g is None:
        return ""
    if isinstance(g, list):
        return f"grad of {sum(each is not None for each in g)} of {len(g)}"
    written = numbers(g) if 0 < g.size <= SMALL else ""
    return f"grad {written if 0 < len(written) <= LONGEST else g.shape}"


def _data(explanation: Explanation) -> str:
    """What the script needs, in a form that may stand in a page."""
    import json

    places = explanation.places
    data = {
        "start": [places[explanation.entries[-1].value], arrival(explanation.start)],
        "steps": [[places[step.node], places[step.parent], arrival(step.total)] for step in explanation],
        "operations": [entry.number for entry in explanation.entries if not entry.is_leaf],
    }
    return json.dumps(data).replace("<", "\\u003c")


# The sections


def _start(explanation: Explanation) -> str:
    return (
        f"<section><h2>Backward from {escaped(explanation.result)}</h2>"
        "<p>Each operation, the youngest first, gives its gradient to a function for each of its operands; what "
        "comes out is added up at the operand. An operation runs when all that used its result has run.</p>"
        f"<h3>the gradient that {escaped(explanation.result)} is given</h3>{table(explanation.start)}</section>"
    )


def _section(step: Step) -> str:
    from leafgrad.graph.explaining import place

    node, parent, rule = escaped(step.name), escaped(step.parent_name), step.recipe
    parts = [f"<h2>{node} &rarr; {parent}</h2>"]
    if rule is not None:
        where = f'<p class="quiet">{escaped(place(rule))}</p>' if rule.file else ""
        parts.append(f"<pre>{escaped(rule.source)}</pre>{where}")
    if step.summed:
        parts.append('<p class="quiet">What it gives is summed over the axes that broadcasting stretched.</p>')
    parts.append(f"<h3>goes in: the gradient of {node}</h3>{table(step.gradient)}")
    region = f", for {escaped(step.region)}" if step.region else ""
    parts.append(f"<h3>comes out{region}</h3>{table(step.contribution)}")
    if step.received > 1:
        parts.append(f"<h3>is added at {parent}: the sum of {step.received} so far</h3>{table(step.total)}")
    elif step.region:
        parts.append(f"<h3>is the first at {parent}, which has so far</h3>{table(step.total)}")
    elif step.contribution is not None:
        parts.append(f"<h3>is kept at {parent}, where it is the first</h3>")
    return f"<section>{''.join(parts)}</section>"


def _end(explanation: Explanation) -> str:
    labels = explanation.labels
    parts = [f"<h3>{escaped(labels[leaf])}.grad</h3>{table(g.data)}" for leaf, g in explanation.gradients.items()]
    return f"<section><h2>What arrives at the leaves</h2>{''.join(parts)}</section>"


# Tables of numbers


def table(g: Any) -> str:
    """A gradient as a small table, darker where it is larger; of a large one a corner.

    >>> table(np.array([0.5]))
    '<table><tr><td style="background:rgba(0,0,0,0.30)">0.5</td></tr></table>'
    """
    if g is None:
        return '<p class="quiet">nothing</p>'
    if isinstance(g, list):
        return "".join(f'<p class="quiet">result {i}</p>{table(each)}' for i, each in enumerate(g, 1))
    if not g.size:
        return f'<p class="quiet">no elements, shape {g.shape}</p>'
    matrix = g.reshape(1, -1) if g.ndim < 2 else g.reshape(-1, *g.shape[-2:])[0]
    rows, columns = matrix.shape
    largest = np.abs(g[np.isfinite(g)]).max(initial=0.0)
    cells = [
        "".join(_cell(x, largest) for x in row[:COLUMNS]) + (_MORE if columns > COLUMNS else "")
        for row in matrix[:ROWS]
    ]
    if rows > ROWS:
        cells.append(_MORE.replace("&hellip;", "&#8942;") * min(columns, COLUMNS))
    text = f"<table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>"
    if g.ndim > 2 or rows > ROWS or columns > COLUMNS:
        first = f", the first {rows} &times; {columns}" if g.ndim > 2 else ""
        text += f'<p class="quiet">{g.dtype}, shape {g.shape}{first}</p>'
    return text


_MORE = '<td class="more">&hellip;</td>'


def _cell(x: Any, largest: float) -> str:
    shade = 0.3 * abs(x) / largest if largest and np.isfinite(x) else 0.0
    return f'<td style="background:rgba(0,0,0,{shade:.2f})">{numbers(x)}</td>'
