"""Rows of figures -> bars or dots, in points on a sheet of fixed width.

Every row carries its name and its values, so there is no axis and no legend: a bar has its value at its end,
dots have theirs in a column for each period, headed by the period and the form of its dots.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pipeline.chart.canvas import GAP, LEAD, SIZE, SMALL, SMALL_LEAD, WIDTH, Canvas, Pen, Shape, canvas

HEIGHT = 94.0  # that few lines are spread over, as far as WIDEST_PITCH lets them
NAMES = 100.0  # the widest column of names
DOT_NAMES = 76.0  # the same beside columns of figures
BAR = 7.5
HEAD = 13.0  # height of the columns' headings
WIDEST_PITCH = 22.0
_CAUTION = 1.02  # a page may set a long figure that much wider than it was measured


@dataclass(frozen=True, slots=True)
class Mark:
    """A value drawn as a bar or dot, its figure's text, its colour's name in the theme, which observation it is."""

    value: float
    text: str
    tone: str
    observation: int


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a chart: name, a quiet second line, a mark for each period (none where a figure is missing)."""

    name: str
    detail: str
    marks: tuple[Mark | None, ...]
    whole: bool
    detailed: int | None = None  # the observation that the second line prints


@dataclass(frozen=True, slots=True)
class Sheet:
    """A chart ready for drawing. `track` is the length of a full bar, `mark` a place on it with words.

    `columns` head the figures of a dot plot, one for each mark of a line.
    """

    id: str
    alternative: str
    lines: tuple[Line, ...]
    track: float | None = None
    mark: tuple[float, str] | None = None
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Row:
    """A line with its text broken and its height known."""

    line: Line
    names: list[str]
    details: list[str]
    height: float


def _rows(pen: Pen, lines: Iterable[Line], width: float) -> list[_Row]:
    rows = []
    for line in lines:
        names = pen.wrap(line.name, width, face="semibold" if line.whole else "regular")
        details = pen.wrap(line.detail, width, SMALL)
        text = len(names) * LEAD + len(details) * SMALL_LEAD
        rows.append(_Row(line, names, details, max(text, BAR) + 3.0))
    return rows


def _scale(reach: Iterable[tuple[float, float]], left: float, right: float) -> Callable[[float], float]:
    """Values with the room that their text takes beyond them -> where a value lies between left and right.

    The longest bars for which every value's text still fits; zero is always there.
    """
    reach = list(reach)

    def sides(unit: float) -> tuple[float, float]:
        below = max((text - value * unit for value, text in reach if value < 0), default=0.0)
        return below, max((text + value * unit for value, text in reach if value >= 0), default=0.0)

    short, long = 0.0, (right - left) / (max(abs(value) for value, _ in reach) or 1.0)
    for _ in range(40):
        unit = (short + long) / 2
        short, long = (unit, long) if sum(sides(unit)) <= right - left else (short, unit)
    zero = left + sides(short)[0]
    return lambda value: zero + value * short


def draw(sheet: Sheet, pen: Pen) -> str:
    """Sheet -> an `<svg>` element with its alternative text as title."""
    rows = _rows(pen, sheet.lines, DOT_NAMES if sheet.columns else NAMES)
    head = HEAD if sheet.columns else 0.0
    foot = SMALL_LEAD + 3 if sheet.mark else 0.0
    spare = HEIGHT - foot - sum(r.height for r in rows)
    extra = max(0.0, min(spare / len(rows), WIDEST_PITCH - max(r.height for r in rows)))
    height = head + sum(r.height + extra for r in rows) + foot
    with canvas(pen, sheet.id, WIDTH, height) as drawing:
        (_dots if sheet.columns else _bars)(drawing, pen, sheet, rows, head, extra)
        return drawing.finish(sheet.alternative)


def _left(pen: Pen, rows: list[_Row], widest: float) -> float:
    """Where the drawing begins, right of the names."""
    texts = [pen.width(n) for r in rows for n in r.names] + [pen.width(d, SMALL) for r in rows for d in r.details]
    return min(widest, max(texts)) + GAP


def _bars(drawing: Canvas, pen: Pen, sheet: Sheet, rows: list[_Row], top: float, extra: float) -> None:
    reach = [(m.value, pen.width(m.text, SIZE, "semibold") + GAP) for r in rows for m in r.line.marks if m]
    if sheet.track:  # values stand behind the whole track
        reach = [(value if value < 0 else max(value, sheet.track), text) for value, text in reach]
    across = _scale(reach, _left(pen, rows, NAMES), WIDTH)
    first = top
    for row in rows:
        middle = top + (row.height + extra) / 2
        _name(drawing, row, middle)
        for mark in filter(None, row.line.marks):
            y = middle - BAR / 2
            if sheet.track:
                drawing.box(across(0), y, across(sheet.track) - across(0), BAR, "wash")
            drawing.box(across(0), y, across(mark.value) - across(0), BAR, mark.tone)
            end = across(max(mark.value, sheet.track or 0.0) if mark.value >= 0 else mark.value)
            _value(drawing, pen, mark, end, middle)
        top += row.height + extra
    if sheet.mark:
        place, words = sheet.mark
        x = across(place)
        drawing.rule(x, first + 1, top, 0.8, "ink")
        half = pen.width(words, SMALL) / 2
        drawing.text(min(max(x, half), WIDTH - half), top + SMALL_LEAD / 2 + 1, words, SMALL, "ink", ha="center")
    elif not sheet.track:
        drawing.rule(across(0), first, top, 0.6, "muted")


# Forms of the dots by column; the first is that of the figures which the chart is about.
_FORMS: tuple[tuple[Shape, str], ...] = (("circle", "accent"), ("diamond", "muted"), ("square", "fall"))
_SIGN = 2.4  # half width of the form beside a heading


def _dots(drawing: Canvas, pen: Pen, sheet: Sheet, rows: list[_Row], head: float, extra: float) -> None:
    widths, figures = [], []
    for n, heading in enumerate(sheet.columns):
        figures.append(max(pen.width(m.text, SIZE, "semibold") for r in rows if (m := r.line.marks[n]) is not None))
        widths.append(max(pen.width(heading, SMALL) + 2 * _SIGN + 3, figures[n]) * _CAUTION + GAP)
    ends = [WIDTH - sum(widths[n + 1 :]) for n in range(len(widths))]
    values = [m.value for r in rows for m in r.line.marks if m is not None]
    right = ends[0] - figures[0] * _CAUTION - GAP  # under the first heading, as far as its figures
    across = _scale([(v, _SIGN + 1) for v in values], _left(pen, rows, DOT_NAMES) + GAP, right)
    for heading, end, (shape, tone) in zip(sheet.columns, ends, _FORMS, strict=False):
        drawing.text(end, head / 2 - 2, heading, SMALL, "muted", ha="right")
        drawing.dot(end - pen.width(heading, SMALL) * _CAUTION - _SIGN - 2.5, head / 2 - 2, tone, shape)
    bottom = head + sum(r.height + extra for r in rows)
    drawing.rule(across(0), head, bottom, 0.6, "muted")
    top = head
    for row in rows:
        middle = top + (row.height + extra) / 2
        _name(drawing, row, middle)
        marks = list(zip(row.line.marks, ends, _FORMS, strict=False))
        places = [across(m.value) for m, _, _ in marks if m is not None]
        drawing.line([(min(places), middle), (max(places), middle)], "rule", 1.6)
        for mark, _, (shape, tone) in reversed(marks):  # the first lies on top
            if mark is not None:
                drawing.dot(across(mark.value), middle, tone, shape)
        for n, (mark, end, _) in enumerate(marks):
            if mark is not None:
                with drawing.observation(mark.observation):
                    drawing.text(end, middle, mark.text, SIZE, "ink", weight=400 if n else 600, ha="right")
        top += row.height + extra


def _name(drawing: Canvas, row: _Row, middle: float) -> None:
    y = middle - (len(row.names) * LEAD + len(row.details) * SMALL_LEAD) / 2
    weight = 600 if row.line.whole else 400
    for text in row.names:
        drawing.text(0, y + LEAD / 2, text, SIZE, "ink", weight=weight)
        y += LEAD
    with drawing.observation(row.line.detailed):
        for text in row.details:
            drawing.text(0, y + SMALL_LEAD / 2, text, SMALL, "muted")
            y += SMALL_LEAD


def _value(drawing: Canvas, pen: Pen, mark: Mark, x: float, y: float) -> None:
    """The figure at the end of its bar, on the sheet even where that leaves no bar at all."""
    width = pen.width(mark.text, SIZE, "semibold") * _CAUTION
    start = max(x - GAP / 2 - width, 0.0) if mark.value < 0 else min(x + GAP / 2, WIDTH - width)
    with drawing.observation(mark.observation):
        drawing.text(start, y, mark.text, SIZE, "ink", weight=600)
