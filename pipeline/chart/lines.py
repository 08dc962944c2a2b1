"""Figures over the months -> lines: drawings beside each other on one sheet, or one in a row of a table.

The months have their true distance, and a line is thin and pale where one is missing. Every drawing has a scale of its
own, so its figures stand at its points; there is no axis but the first and the last month.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from pipeline.chart.canvas import GAP, LEAD, SIZE, SMALL, SMALL_LEAD, WIDTH, Canvas, Pen, canvas

TREND_WIDTH, TREND_HEIGHT = 40.0, 8.0  # points, in a table
_HEIGHT, _LOW = 96.0, 36.0  # of a drawing alone, and of one of several
_BETWEEN = 16.0  # two drawings beside each other
_UNDER = 5.0  # two drawings under each other
_HEAD = 3.0  # between a drawing and its name


@dataclass(frozen=True, slots=True)
class Dot:
    """A figure at its month (a running number), its text, and which observation of the brief it is, if any."""

    month: int
    value: float
    text: str
    observation: int | None


@dataclass(frozen=True, slots=True)
class Panel:
    """One line: its name, its dots in order."""

    name: str
    dots: tuple[Dot, ...]


@dataclass(frozen=True, slots=True)
class LineSheet:
    """Drawings that share their months, whose first and last are named."""

    id: str
    alternative: str
    panels: tuple[Panel, ...]
    first: str
    last: str


def draw_lines(sheet: LineSheet, pen: Pen) -> str:
    """LineSheet -> an `<svg>` element with its alternative text as title."""
    several = len(sheet.panels) > 1
    width = (WIDTH - _BETWEEN) / 2 if several else WIDTH
    names = [pen.wrap(p.name, width, face="semibold") if several else [] for p in sheet.panels]
    heads = [max(len(n) for n in names[i : i + 2]) * LEAD + _HEAD for i in range(0, len(names), 2)]
    each = (_LOW if several else _HEIGHT) + SMALL_LEAD + _UNDER
    months = [d.month for p in sheet.panels for d in p.dots]
    with canvas(pen, sheet.id, WIDTH, sum(heads) + each * len(heads)) as drawing:
        top = 0.0
        for row, head in enumerate(heads):
            for column, panel in enumerate(sheet.panels[row * 2 : row * 2 + 2]):
                left = column * (width + _BETWEEN)
                for n, name in enumerate(names[row * 2 + column]):
                    drawing.text(left, top + (n + 0.5) * LEAD, name, SIZE, "ink", weight=600)
                frame = _Frame(left, top + head, width, each - SMALL_LEAD - _UNDER)
                _panel(drawing, pen, panel, frame, min(months), max(months))
                y = frame.top + frame.height + SMALL_LEAD / 2
                drawing.text(left, y, sheet.first, SMALL, "muted")
                drawing.text(left + width, y, sheet.last, SMALL, "muted", ha="right")
            top += head + each
        return drawing.finish(sheet.alternative)


def draw_trend(dots: Sequence[Dot], name: str, alternative: str, pen: Pen) -> str:
    """Dots -> a line without words, its last point marked, as an `<svg>` element with its alternative text."""
    with canvas(pen, name, TREND_WIDTH, TREND_HEIGHT) as drawing:
        months, values = [d.month for d in dots], [d.value for d in dots]
        places = list(
            zip(_spread(months, 1.5, TREND_WIDTH - 2.5), _spread(values, TREND_HEIGHT - 2.2, 2.2), strict=True)
        )
        _segments(drawing, dots, places, 0.9)
        drawing.dot(*places[-1], "accent", size=1.6)
        return drawing.finish(alternative)


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where a drawing lies, names and months not counted."""

    left: float
    top: float
    width: float
    height: float


def _spread(values: Sequence[float], low: float, high: float) -> list[float]:
    """Values -> places, the smallest at low and the greatest at high; in the middle where all are one."""
    least, most = min(values), max(values)
    if least == most:
        return [(low + high) / 2] * len(values)
    return [low + (v - least) / (most - least) * (high - low) for v in values]


def _segments(drawing: Canvas, dots: Sequence[Dot], places: Sequence[tuple[float, float]], thick: float) -> None:
    """Lines between months that follow each other, thin and pale ones over missing months; a month alone is a dot."""
    for n, (one, two) in enumerate(pairwise(dots)):
        near = two.month - one.month == 1
        drawing.line(places[n : n + 2], "accent" if near else "soft", thick if near else thick / 2)
    for n, dot in enumerate(dots):
        if all(abs(dot.month - d.month) != 1 for d in (*dots[max(0, n - 1) : n], *dots[n + 1 : n + 2])):
            drawing.dot(*places[n], "accent", size=thick * 0.9)


def _panel(drawing: Canvas, pen: Pen, panel: Panel, frame: _Frame, first: int, last: int) -> None:
    widths = [pen.width(d.text, SMALL, "semibold") for d in panel.dots]
    inset = max(widths) / 2 + 1
    left, right = frame.left + inset, frame.left + frame.width - inset
    high, low = frame.top + SMALL_LEAD + GAP / 2, frame.top + frame.height - SMALL_LEAD - GAP / 2
    values = [d.value for d in panel.dots]
    heights = _spread(values, low, high)
    pitch = (right - left) / max(1, last - first)
    places = [(left + (d.month - first) * pitch, y) for d, y in zip(panel.dots, heights, strict=True)]
    if min(values) < 0 < max(values):
        zero = _spread([*values, 0.0], low, high)[-1]
        drawing.line([(frame.left, zero), (frame.left + frame.width, zero)], "muted", 0.5)
    _segments(drawing, panel.dots, places, 1.3)
    labels = [(x, y + _side(heights, n) * (SMALL_LEAD / 2 + 2)) for n, (x, y) in enumerate(places)]
    told = _told(panel.dots, labels, max(widths) + 2)
    for n, dot in enumerate(panel.dots):
        newest = n == len(places) - 1
        drawing.dot(*places[n], "accent", size=2.2 if newest else 1.6)
        if n in told:
            with drawing.observation(dot.observation):
                drawing.text(*labels[n], dot.text, SMALL, "ink", weight=600 if newest else 400, ha="center")


def _side(heights: Sequence[float], n: int) -> int:
    """Where a dot's figure stands: below a low point (1), above any other (-1)."""
    return 1 if heights[n] > max(heights[m] for m in (n - 1, n + 1) if 0 <= m < len(heights)) else -1


def _told(dots: Sequence[Dot], labels: Sequence[tuple[float, float]], width: float) -> set[int]:
    """Which dots have their figures: ends, turns and the last but one; in narrow room ends and extremes alone.

    Anywhere else a figure would stand on the line.
    """
    values = [d.value for d in dots]

    def apart(n: int, m: int) -> bool:
        return abs(labels[n][0] - labels[m][0]) >= width or abs(labels[n][1] - labels[m][1]) >= SMALL_LEAD

    turns = [n for n in range(1, len(dots) - 1) if (values[n] - values[n - 1]) * (values[n + 1] - values[n]) < 0]
    last = len(dots) - 1
    wanted = {0, *turns, last - 1, last}  # a title tells the last but one
    if all(apart(n, m) for n, m in combinations(wanted, 2)):
        return wanted
    told: set[int] = set()
    for n in (last, values.index(max(values)), values.index(min(values)), 0):
        if all(n == m or apart(n, m) for m in told):
            told.add(n)
    return told
