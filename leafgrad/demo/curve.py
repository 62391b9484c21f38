"""The learning curve as an SVG file: text that every browser draws, made without a plotting library."""

import math
from collections.abc import Sequence
from typing import NamedTuple

WIDTH, HEIGHT = 380, 300  # one panel, in SVG's pixels
LEFT, RIGHT, TOP, BOTTOM = 56, 16, 40, 46  # what surrounds its plot
MARKERS = 12  # at most this many along a line


class Series(NamedTuple):
    """One line: its name in the legend, and a value for each epoch."""

    name: str
    values: Sequence[float]


class Panel(NamedTuple):
    """One plot over the epochs: a title with the unit, one or two lines, and bounds that the y axis must include."""

    title: str
    series: Sequence[Series]
    include: Sequence[float]


class Style(NamedTuple):
    """How a line is drawn; dashes and markers tell the lines apart where colours do not."""

    colour: str
    dashes: str
    marker: str


STYLES = (
    Style("#1f4e8c", "", '<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="#1f4e8c"/>'),
    Style(
        "#c25700",
        ' stroke-dasharray="6 3"',
        '<path d="M{x:.1f} {y:.1f}m-3.5 -3.5h7v7h-7z" fill="white" stroke="#c25700" stroke-width="1.5"/>',
    ),
)


def learning_curve(panels: Sequence[Panel]) -> str:
    """Return an SVG picture with the panels side by side; each has axes, ticks, and a legend.

    >>> picture = learning_curve([Panel("loss", [Series("train", [2.0, 1.0]), Series("test", [2.1, 1.2])], [0.0])])
    >>> picture.startswith("<svg "), picture.count("<polyline"), picture.count("epoch")
    (True, 4, 1)
    """
    width = WIDTH * len(panels)
    drawn = "\n".join(_panel(panel, index * WIDTH) for index, panel in enumerate(panels))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{HEIGHT}" viewBox="0 0 {width} {HEIGHT}" '
        'role="img" aria-label="Learning curve" font-family="sans-serif" font-size="12" fill="#222">\n'
        f'<rect width="{width}" height="{HEIGHT}" fill="white"/>\n{drawn}\n</svg>\n'
    )


def ticks(low: float, high: float, whole: bool = False) -> list[float]:
    """Return about five round numbers from `low` to `high`; only integers where `whole` says so.

    >>> ticks(0, 2.3)
    [0.0, 0.5, 1.0, 1.5, 2.0]
    >>> ticks(1, 3, whole=True)
    [1, 2, 3]
    """
    rough = (high - low) / 5
    magnitude: float = 10 ** math.floor(math.log10(rough))
    step = next(magnitude * factor for factor in (1, 2, 5, 10) if magnitude * factor >= rough * 0.999)
    if whole:
        step = max(1, round(step))
    return [index * step for index in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _panel(panel: Panel, offset: float) -> str:
    epochs = len(panel.series[0].values)
    numbers = [*panel.include, *(value for series in panel.series for value in series.values)]
    low, high = min(numbers), max(numbers)
    if low == high:
        low, high = low - 0.5, high + 0.5
    # One epoch alone stands in the middle of its axis.
    first, last = (1.0, float(epochs)) if epochs > 1 else (0.5, 1.5)

    def x(epoch: float) -> float:
        return offset + LEFT + (epoch - first) / (last - first) * (WIDTH - LEFT - RIGHT)

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - (value - low) / (high - low) * (HEIGHT - TOP - BOTTOM)

    left, right, top, bottom = x(first), x(last), y(high), y(low)
    parts = [f'<text x="{left:.1f}" y="{TOP - 18}" font-weight="bold">{panel.title}</text>']
    for tick in ticks(low, high):
        parts.append(f'<path d="M{left:.1f} {y(tick):.1f}H{right:.1f}" stroke="#ddd"/>')
        parts.append(f'<text x="{left - 8:.1f}" y="{y(tick) + 4:.1f}" text-anchor="end">{tick:g}</text>')
    for tick in ticks(first, last, whole=True):
        parts.append(f'<path d="M{x(tick):.1f} {bottom:.1f}v5" stroke="#222"/>')
        parts.append(f'<text x="{x(tick):.1f}" y="{bottom + 18:.1f}" text-anchor="middle">{tick:g}</text>')
    parts.append(f'<path d="M{left:.1f} {top:.1f}V{bottom:.1f}H{right:.1f}" fill="none" stroke="#222"/>')
    parts.append(f'<text x="{(left + right) / 2:.1f}" y="{HEIGHT - 10}" text-anchor="middle">epoch</text>')
    for index, (series, style) in enumerate(zip(panel.series, STYLES, strict=False)):
        points = [(x(epoch), y(value)) for epoch, value in enumerate(series.values, start=1)]
        parts.append(_line(points, style))
        parts.extend(style.marker.format(x=px, y=py) for px, py in points[:: math.ceil(epochs / MARKERS)])
        parts.append(_legend(right - 75 * (len(panel.series) - index), series.name, style))
    return "\n".join(parts)


def _line(points: Sequence[tuple[float, float]], style: Style) -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{path}" fill="none" stroke="{style.colour}" stroke-width="2"{style.dashes}/>'


def _legend(left: float, name: str, style: Style) -> str:
    y = TOP - 22
    sample = _line([(left, y), (left + 30, y)], style) + style.marker.format(x=left + 15, y=y)
    return f'{sample}<text x="{left + 36:.1f}" y="{y + 4}">{name}</text>'
