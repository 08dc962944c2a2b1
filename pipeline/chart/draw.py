"""Plot and words -> SVG by matplotlib, in points on a sheet of fixed width.

Text stays text (searchable, read aloud, small) in the theme's family; bars carry their names and
values, so there is no axis, and a legend only where there are two series. The same input gives the
same bytes. matplotlib's SVG renderer is used without its figures and axes, which take ten times as long.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from io import StringIO
from typing import Any

from pipeline.theme import Theme
from pipeline.typeset import Ruler

WIDTH = 248.0  # points; half of A4's text width
HEIGHT = 94.0  # that few lines are spread over, as far as WIDEST_PITCH lets them
NAMES = 100.0  # the widest column of names
SIZE, SMALL = 7.2, 6.2
LEAD, SMALL_LEAD = 8.8, 7.6
GAP = 5.0  # between name and bar, bar and value
BAR = 7.5
THIN = 5.6  # bars in pairs, and the space after each
BETWEEN = 2.6
LEGEND = 12.0  # height of the legend's line
WIDEST_PITCH = 22.0
_OBSERVATION = "observation-"
_CAUTION = 1.02  # a page may set a long figure that much wider than it was measured


@dataclass(frozen=True, slots=True)
class Mark:
    """A value drawn as a bar, what stands at its end, its colour's name in the theme, and which observation it is."""

    value: float
    text: str
    tone: str
    observation: int


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a chart: name, a quiet second line, one or two marks."""

    name: str
    detail: str
    marks: tuple[Mark, ...]
    whole: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """A chart ready for drawing. `track` is the length of a full bar, `mark` a place on it with words.

    `legend` names the colours of two series: text and tone.
    """

    id: str
    alternative: str
    lines: tuple[Line, ...]
    track: float | None = None
    mark: tuple[float, str] | None = None
    legend: tuple[tuple[str, str], ...] = ()


class Pen:
    """What charts are drawn with: a ruler for the theme's faces, and its colours."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self.ruler = Ruler(theme)

    def width(self, text: str, size: float = SIZE, face: str = "regular") -> float:
        """Points that the text takes."""
        return self.ruler.width(text, size, face)

    def wrap(self, text: str, size: float = SIZE, face: str = "regular") -> list[str]:
        """A name in as few lines as its column allows."""
        return self.ruler.wrap(text, NAMES, size, face)


@dataclass(frozen=True, slots=True)
class _Row:
    """A line with its text broken and its height known."""

    line: Line
    names: list[str]
    details: list[str]
    height: float


def _rows(pen: Pen, lines: Iterable[Line]) -> list[_Row]:
    rows = []
    for line in lines:
        names = pen.wrap(line.name, face="semibold" if line.whole else "regular")
        details = pen.wrap(line.detail, SMALL)
        text = len(names) * LEAD + len(details) * SMALL_LEAD
        bars = BAR if len(line.marks) == 1 else len(line.marks) * (THIN + BETWEEN)
        rows.append(_Row(line, names, details, max(text, bars) + 3.0))
    return rows


def _scale(pen: Pen, sheet: Sheet, left: float) -> Callable[[float], float]:
    """Where a value lies across the sheet: the longest bars for which every value's text still fits."""
    reach = [(m.value, pen.width(m.text, SIZE, "semibold") + GAP) for line in sheet.lines for m in line.marks]
    if sheet.track:  # values stand behind the whole track
        reach = [(value if value < 0 else max(value, sheet.track), text) for value, text in reach]

    def sides(unit: float) -> tuple[float, float]:
        below = max((text - value * unit for value, text in reach if value < 0), default=0.0)
        return below, max((text + value * unit for value, text in reach if value >= 0), default=0.0)

    short, long = 0.0, WIDTH / (max(abs(value) for value, _ in reach) or 1.0)
    for _ in range(40):
        unit = (short + long) / 2
        short, long = (unit, long) if sum(sides(unit)) <= WIDTH - left else (short, unit)
    zero = left + sides(short)[0]
    return lambda value: zero + value * short


class _Canvas:
    """Text, boxes and lines on matplotlib's SVG renderer, measured in points from the top left."""

    def __init__(self, pen: Pen, height: float) -> None:
        from matplotlib.backends.backend_svg import RendererSVG  # noqa: PLC0415  # a heavy import
        from matplotlib.font_manager import FontProperties  # noqa: PLC0415  # a heavy import

        self.colours = pen.theme.colours
        self.height = height
        self._out = StringIO()
        self._family = pen.theme.family
        self._font = FontProperties
        renderer: Any = RendererSVG  # matplotlib's stubs leave its renderers untyped
        self._svg = renderer(WIDTH, height, self._out, metadata={"Date": None, "Creator": None})

    def text(
        self, x: float, y: float, text: str, size: float, tone: str, *, weight: int = 400, ha: str = "left"
    ) -> None:
        """One line, centred on the height y, beginning, centred or ending at x."""
        from matplotlib.text import Text  # noqa: PLC0415  # a heavy import

        # The baseline is placed here (capital height of Inter: 0.727 em): SVG has no reliable "middle".
        base = y + size * 0.727 / 2
        anchor = Text(x, self.height - base, ha=ha)
        font = self._font(family=self._family, size=size, weight=weight)
        self._svg.draw_text(self._ink(tone), x, base, text, font, 0, ismath=False, mtext=anchor)

    def box(self, x: float, y: float, width: float, height: float, tone: str) -> None:
        """A filled rectangle; a negative width goes to the left."""
        from matplotlib.colors import to_rgba  # noqa: PLC0415  # a heavy import
        from matplotlib.path import Path  # noqa: PLC0415  # a heavy import
        from matplotlib.transforms import IdentityTransform  # noqa: PLC0415  # a heavy import

        top = self.height - y
        corners = [(x, top), (x + width, top), (x + width, top - height), (x, top - height), (x, top)]
        self._svg.draw_path(
            self._ink(tone, line=0), Path(corners, closed=True), IdentityTransform(), to_rgba(self.colours[tone])
        )

    def rule(self, x: float, top: float, bottom: float, thick: float, tone: str) -> None:
        """An upright line."""
        self.box(x - thick / 2, top, thick, bottom - top, tone)

    def _ink(self, tone: str, line: float = 1.0) -> Any:
        ink = self._svg.new_gc()
        ink.set_foreground(self.colours[tone])
        ink.set_linewidth(line)
        return ink

    @contextmanager
    def group(self, name: str) -> Iterator[None]:
        """What is drawn meanwhile stands in a `<g>` of that id."""
        self._svg.open_group("", gid=name)
        yield
        self._svg.close_group("")

    def finish(self) -> str:
        """The file as drawn."""
        self._svg.finalize()
        return self._out.getvalue()


def draw(sheet: Sheet, pen: Pen) -> str:
    """Sheet -> an `<svg>` element with its alternative text as title."""
    from matplotlib import rc_context  # noqa: PLC0415  # a heavy import

    rows = _rows(pen, sheet.lines)
    head = LEGEND if sheet.legend else 0.0
    foot = SMALL_LEAD + 3 if sheet.mark else 0.0
    spare = HEIGHT - foot - sum(r.height for r in rows)
    extra = max(0.0, min(spare / len(rows), WIDEST_PITCH - max(r.height for r in rows)))
    height = head + sum(r.height + extra for r in rows) + foot
    with rc_context({"svg.hashsalt": sheet.id, "svg.fonttype": "none"}):
        canvas = _Canvas(pen, height)
        _legend(canvas, pen, sheet)
        _paint(canvas, pen, sheet, rows, head, extra)
        return _plain(canvas.finish(), sheet.alternative)


def _legend(canvas: _Canvas, pen: Pen, sheet: Sheet) -> None:
    x = 0.0
    for text, tone in sheet.legend:
        canvas.box(x, 1.2, THIN, THIN, tone)
        canvas.text(x + THIN + 3, 1.2 + THIN / 2, text, SMALL, "ink")
        x += THIN + 3 + pen.width(text, SMALL) + 2.4 * GAP


def _paint(canvas: _Canvas, pen: Pen, sheet: Sheet, rows: list[_Row], head: float, extra: float) -> None:
    texts = [pen.width(n) for r in rows for n in r.names] + [pen.width(d, SMALL) for r in rows for d in r.details]
    left = min(NAMES, max(texts)) + GAP
    across = _scale(pen, sheet, left)
    top = head
    for row in rows:
        middle = top + (row.height + extra) / 2
        _name(canvas, row, middle)
        thick = BAR if len(row.line.marks) == 1 else THIN
        first = middle - (len(row.line.marks) * (thick + BETWEEN) - BETWEEN) / 2
        for n, mark in enumerate(row.line.marks):
            y = first + n * (thick + BETWEEN)
            if sheet.track:
                canvas.box(across(0), y, across(sheet.track) - across(0), thick, "wash")
            canvas.box(across(0), y, across(mark.value) - across(0), thick, mark.tone)
            end = across(max(mark.value, sheet.track or 0.0) if mark.value >= 0 else mark.value)
            _value(canvas, pen, mark, end, y + thick / 2)
        top += row.height + extra
    if sheet.mark:
        place, words = sheet.mark
        x = across(place)
        canvas.rule(x, head + 1, top, 0.8, "ink")
        half = pen.width(words, SMALL) / 2
        canvas.text(min(max(x, half), WIDTH - half), top + SMALL_LEAD / 2 + 1, words, SMALL, "ink", ha="center")
    elif not sheet.track:
        canvas.rule(across(0), head, top, 0.6, "muted")


def _name(canvas: _Canvas, row: _Row, middle: float) -> None:
    y = middle - (len(row.names) * LEAD + len(row.details) * SMALL_LEAD) / 2
    weight = 600 if row.line.whole else 400
    for text in row.names:
        canvas.text(0, y + LEAD / 2, text, SIZE, "ink", weight=weight)
        y += LEAD
    for text in row.details:
        canvas.text(0, y + SMALL_LEAD / 2, text, SMALL, "muted")
        y += SMALL_LEAD


def _value(canvas: _Canvas, pen: Pen, mark: Mark, x: float, y: float) -> None:
    """The figure at the end of its bar, on the sheet even where that leaves no bar at all."""
    width = pen.width(mark.text, SIZE, "semibold") * _CAUTION
    start = max(x - GAP / 2 - width, 0.0) if mark.value < 0 else min(x + GAP / 2, WIDTH - width)
    with canvas.group(f"{_OBSERVATION}{mark.observation}"):
        canvas.text(start, y, mark.text, SIZE, "ink", weight=600)


def _plain(svg: str, alternative: str) -> str:
    """A file by matplotlib -> an element for any page: no prolog, ids, style sheet or idle rotations."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>|<metadata>.*?</metadata>|<!--.*?-->", "", svg, flags=re.DOTALL)
    svg = re.sub(rf' id="{_OBSERVATION}(\d+)"', r' data-observation="\1"', svg)
    svg = re.sub(r' (?:id="[^"]*"|transform="rotate\(-?0 [^"]*\)")', "", svg)
    svg = re.sub(r'style="([^"]*)"', _attributes, svg)
    svg = re.sub(r"\s*\n\s*", "\n", svg).replace(" \n", "\n").strip()
    return svg.replace(">", f' role="img">\n<title>{escape(alternative)}</title>', 1) + "\n"


def _attributes(style: re.Match[str]) -> str:
    """A style -> attributes, which a page's own style sheet is not asked about."""
    pairs = (part.split(":", 1) for part in style[1].split(";") if part.strip())
    return " ".join(f'{name.strip()}="{value.strip()}"' for name, value in pairs)
