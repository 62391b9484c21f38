"""A drawing as HTML, whose boxes open and fold: a picture for each state, and one line of script.

The states that one click leads to from the first view are drawn beforehand, as many as there is room for,
and a click shows another one. So the page needs no network, no server and no layout in the browser, and
without scripts it is the first view.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leafgrad.graph.svg import STYLE, escaped

if TYPE_CHECKING:
    from leafgrad.graph.drawing import Drawing

#: Shapes in all pictures together, each about 300 bytes: in the output of a cell, and in a file.
ROOM_IN_CELL, ROOM_IN_FILE = 250, 6000
PATIENCE = 8  # states for which there is no room, after which no more are tried

#: Shows the picture whose state the clicked shape or button names; inline, for notebooks drop script elements.
CLICK = (
    "const b=event.target.closest('[data-open]');"
    "if(b&amp;&amp;(event.type=='click'||event.key=='Enter'))"
    "this.querySelectorAll('[data-state]').forEach(e=>e.hidden=e.dataset.state!=b.dataset.open)"
)

BUTTON = "font:12px sans-serif;margin:2px 4px 6px 0;padding:2px 8px;cursor:pointer"
BUTTONS = (("first view", ""), ("fold all", "none"), ("open all", "all"))


def fragment(drawing: Drawing, room: int = ROOM_IN_CELL) -> str:
    """The drawing as a piece of HTML, for a notebook's output."""
    states = _states(drawing, room)
    number: dict[frozenset[str], str] = {}
    for is_open in states.values():
        number.setdefault(is_open, str(len(number)))
    clicks = {name: number[is_open] for name, is_open in states.items()}
    pictures = []
    for is_open, state in number.items():
        picture = drawing.picture(is_open, clicks, style=False)
        hidden = "" if state == "0" else " hidden"
        pictures.append(f'<div data-state="{state}" style="overflow:auto"{hidden}>{picture}</div>')
    bar = "".join(
        f'<button style="{BUTTON}" data-open="{clicks[name]}">{text}</button>'
        for text, name in BUTTONS
        if name in clicks and len(number) > 1
    )
    body = f'<style>{STYLE}</style><div>{bar}</div>{"".join(pictures)}'
    return f'<div onclick="{CLICK}" onkeydown="{CLICK}">{body}</div>'


def document(drawing: Drawing) -> str:
    """The drawing as a whole HTML page."""
    title = escaped(repr(drawing)[1:-1])
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>'
    body = fragment(drawing, ROOM_IN_FILE)
    return f'<!DOCTYPE html>\n<html lang="en"><head>{head}</head>\n<body>{body}</body></html>\n'


def _states(drawing: Drawing, room: int) -> dict[str, frozenset[str]]:
    """The boxes that are open after each click, by its name: none, all, and each box opened (`key`) or folded
    (`-key`), the outermost boxes first, until there is no more room."""
    first = drawing.open
    wanted = {"": first}
    if drawing.boxes:
        wanted |= {"none": frozenset(), "all": frozenset(drawing.boxes)}
    shapes = list(drawing.scene(first).root.items())
    wanted |= {item.key: first | {item.key} for item in shapes if item.key.startswith("chain")}
    for key in sorted(drawing.boxes, key=lambda key: (drawing.boxes[key], key)):
        around = {other for other in drawing.boxes if f"{key}.".startswith(f"{other}.")}
        inside = {other for other in first if f"{other}.".startswith(f"{key}.")}
        wanted[key] = first | around
        wanted["-" + key] = wanted[key] - inside - {key}
    states: dict[str, frozenset[str]] = {}
    drawn = {first}
    left, misses = room - len(shapes), 0
    for name, is_open in wanted.items():
        if is_open not in drawn and misses < PATIENCE:
            size = sum(1 for _ in drawing.scene(is_open).root.items())
            if size <= left:
                drawn.add(is_open)
                left -= size
            else:
                misses += 1
        if is_open in drawn:
            states[name] = is_open
    return states
