"""A layout as SVG: shapes, edges, frames and a legend, with nothing but text formatting."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from leafgrad.graph.families import FAMILIES, Family
from leafgrad.graph.layout import LINE, Curve, Layout, Rectangle
from leafgrad.graph.scene import Frame, Item

MARGIN = 14.0
TIP = 6.0  # length of an arrow's head
SAMPLE, LEGEND_CHARACTER, LEGEND_ROW = 30.0, 6.3, 24.0
NARROWEST = 300.0  # so that a legend has room

STYLE = (
    ".lg{font-family:ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace;font-size:10px;fill:#222}"
    ".lg .t{font-size:12px;font-weight:bold}.lg .m{text-anchor:middle}"
    ".lg .e{fill:none;stroke:#666;stroke-width:1.2}.lg .e:hover{stroke:#000;stroke-width:3}.lg .a{fill:#666}"
    ".lg .f{fill:#000;fill-opacity:.035;stroke:#888;stroke-width:1}"
    ".lg .h{font-size:11px;font-weight:bold;fill:#444;stroke:#fafafa;stroke-width:4px;"
    "paint-order:stroke;pointer-events:none}"
    ".lg [data-open]{cursor:pointer}.lg [data-open]:hover{stroke:#000}.lg .o{stroke-width:1.5;stroke-linejoin:round}"
    + "".join(f".lg .k{i}{{fill:{each.fill};stroke:{each.stroke}}}" for i, each in enumerate(FAMILIES))
)


def svg(
    layout: Layout,
    summary: str,
    clicks: Mapping[str, str] | None = None,
    legend: bool = True,
    style: bool = True,
) -> str:
    """The SVG document of a layout. `clicks` says to which state of `folding` a click on a shape leads, by
    its key, or a click on a frame, by its key after a minus."""
    clicks = clicks or {}
    width = max(layout.width, NARROWEST) + 2 * MARGIN
    shift = (width - layout.width) / 2
    used = [family for family in FAMILIES if any(item.family is family for item in layout.items)]
    key, key_height = _legend(used, width) if legend else ("", 0.0)
    height = layout.height + 2 * MARGIN + key_height
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="lg" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'width="{width:.0f}" height="{height:.0f}" role="img">',
        f"<title>{escaped(summary)}</title>",
        f"<style>{STYLE}</style>" if style else "",
        f'<rect width="{width:.0f}" height="{height:.0f}" fill="#fff"/>',
        f'<g transform="translate({shift:.0f} {MARGIN:.0f})">',
        *(_frame(frame, place, clicks) for frame, place in layout.frames.items()),
        *_edges(layout.curves),
        *(_shape(item, place, clicks) for item, place in layout.items.items()),
        *(_heading(frame, place) for frame, place in layout.frames.items()),
        "</g>",
        f'<g transform="translate(0 {layout.height + 2 * MARGIN:.0f})">{key}</g>' if key else "",
        "</svg>",
    ]
    return "\n".join(part for part in parts if part)


def escaped(text: str) -> str:
    """The text as it may stand in XML, also between quotes."""
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(character, entity)
    return "".join(c for c in text if c >= " " or c in "\n\t")


# Edges


def _edges(curves: list[Curve]) -> list[str]:
    """One path for all edges from one source, then the arrows' heads."""
    paths: dict[Item, list[str]] = {}
    tips = []
    for curve in curves:
        end = curve.y1 - (TIP - 1 if curve.is_tip else 0)
        paths.setdefault(curve.source, []).append(_path(curve, end))
        if curve.is_tip:
            half = TIP / 2
            tips.append(f"M{curve.x1:.0f} {curve.y1:.0f}l{-half:.0f} {-TIP:.0f}h{TIP:.0f}z")
    lines = [f'<path class="e" d="{"".join(pieces)}"/>' for pieces in paths.values()]
    return [*lines, f'<path class="a" d="{"".join(tips)}"/>'] if tips else lines


def _path(curve: Curve, end: float) -> str:
    x0, x1, straight = curve.x0, curve.x1, min(curve.straight, end)
    text = f"M{x0:.0f} {curve.y0:.0f}"
    if abs(x0 - x1) < 1:
        return f"{text}L{x1:.0f} {end:.0f}"
    if curve.bend > curve.y0 + 0.5:
        text += f"V{curve.bend:.0f}"
    half = (curve.bend + straight) / 2
    text += f"C{x0:.0f} {half:.0f} {x1:.0f} {half:.0f} {x1:.0f} {straight:.0f}"
    return text + (f"V{end:.0f}" if end > straight + 0.5 else "")


# Frames and shapes


def _frame(frame: Frame, place: Rectangle, clicks: Mapping[str, str]) -> str:
    x, y, width, height = place
    state = clicks.get(f"-{frame.key}")
    data = "" if state is None else f' data-open="{state}"'
    return f'<rect class="f" x="{x:.0f}" y="{y:.0f}" width="{width:.0f}" height="{height:.0f}" rx="8"{data}/>'


def _heading(frame: Frame, place: Rectangle) -> str:
    return f'<text class="h" x="{place.x + 10:.0f}" y="{place.y + 15:.0f}">{escaped(frame.title)}</text>'


def _shape(item: Item, place: Rectangle, clicks: Mapping[str, str]) -> str:
    label, (x, y, width, height) = item.label, place
    state = clicks.get(item.key)
    data = "" if state is None else f' data-open="{state}" tabindex="0" role="button"'
    numbers = f' data-node="{item.entries[0]}"' if not item.folded else ""
    middle = x + width / 2
    top = y + (height - LINE * (1 + len(label.lines))) / 2 + 10.5
    lines = [f'<tspan x="{middle:.0f}" dy="{LINE:.0f}">{escaped(line)}</tspan>' for line in label.lines]
    title = f'<tspan class="t">{escaped(label.title)}</tspan>'
    text = f'<text class="m" x="{middle:.0f}" y="{top:.0f}">{title}{"".join(lines)}</text>'
    tooltip = f"<title>{escaped(label.tooltip)}</title>" if label.tooltip else ""
    return f"<g{numbers}{data}>{tooltip}{_outline(item.family, place)}{text}</g>"


def _outline(family: Family, place: Rectangle) -> str:
    """The border that tells the family, with or without colours."""
    paint = f'class="o k{FAMILIES.index(family)}"'
    return _OUTLINES[family.shape](*place, paint)


def _rounded(x: float, y: float, w: float, h: float, paint: str, radius: float = 6.0) -> str:
    return f'<rect x="{x:.0f}" y="{y:.0f}" width="{w:.0f}" height="{h:.0f}" rx="{radius:.0f}" {paint}/>'


def _plain(x: float, y: float, w: float, h: float, paint: str) -> str:
    return _rounded(x, y, w, h, paint, 2)


def _polygon(points: list[tuple[float, float]], paint: str) -> str:
    corners = " ".join(f"{x:.0f},{y:.0f}" for x, y in points)
    return f'<polygon points="{corners}" {paint}/>'


def _double(x: float, y: float, w: float, h: float, paint: str) -> str:
    return _rounded(x, y, w, h, paint, 0) + _rounded(x + 3, y + 3, w - 6, h - 6, paint, 0)


def _pill(x: float, y: float, w: float, h: float, paint: str) -> str:
    return _rounded(x, y, w, h, paint, min(h / 2, 17.0))


def _hexagon(x: float, y: float, w: float, h: float, paint: str) -> str:
    c = 9.0
    points = [(x + c, y), (x + w - c, y), (x + w, y + h / 2), (x + w - c, y + h), (x + c, y + h), (x, y + h / 2)]
    return _polygon(points, paint)


def _funnel(x: float, y: float, w: float, h: float, paint: str) -> str:
    return _polygon([(x, y), (x + w, y), (x + w - 9, y + h), (x + 9, y + h)], paint)


def _slanted(x: float, y: float, w: float, h: float, paint: str) -> str:
    return _polygon([(x + 9, y), (x + w, y), (x + w - 9, y + h), (x, y + h)], paint)


def _cut(x: float, y: float, w: float, h: float, paint: str) -> str:
    c = 8.0
    points = [(x + c, y), (x + w - c, y), (x + w, y + c), (x + w, y + h - c), (x + w - c, y + h), (x + c, y + h)]
    return _polygon([*points, (x, y + h - c), (x, y + c)], paint)


def _dashed(x: float, y: float, w: float, h: float, paint: str) -> str:
    return _rounded(x, y, w, h, paint + ' stroke-dasharray="5 3"', 0)


def _dotted(x: float, y: float, w: float, h: float, paint: str) -> str:
    return _rounded(x, y, w, h, paint + ' stroke-dasharray="1.5 3" stroke-linecap="round"')


def _stack(x: float, y: float, w: float, h: float, paint: str) -> str:
    return _rounded(x + 2.5, y + 3, w, h, paint) + _rounded(x, y, w, h, paint)


_OUTLINES: dict[str, Callable[..., str]] = {
    "double": _double,
    "plain": _plain,
    "pill": _pill,
    "hexagon": _hexagon,
    "funnel": _funnel,
    "slanted": _slanted,
    "cut": _cut,
    "dashed": _dashed,
    "dotted": _dotted,
    "stack": _stack,
}


def _legend(families: list[Family], width: float) -> tuple[str, float]:
    """Samples of the shapes that occur, in as many rows as they need, and their height."""
    parts: list[str] = []
    x, y = MARGIN, 0.0
    for family in families:
        room = SAMPLE + 8 + len(family.title) * LEGEND_CHARACTER
        if x + room > width - MARGIN and x > MARGIN:
            x, y = MARGIN, y + LEGEND_ROW
        parts.append(_outline(family, Rectangle(x, y, SAMPLE, 15.0)))
        parts.append(f'<text x="{x + SAMPLE + 7:.0f}" y="{y + 11:.0f}">{escaped(family.title)}</text>')
        x += room + 14
    return "".join(parts), y + LEGEND_ROW + 4 if parts else 0.0
