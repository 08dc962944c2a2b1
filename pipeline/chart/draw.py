"""Plot and words -> SVG by matplotlib, in points on a sheet of fixed width.

Text stays text (searchable, read aloud, small) in the theme's family; bars carry their names and
values, so there is neither axis nor legend. The same input gives the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import escape
from io import StringIO
from typing import Any

from pipeline.typeset import Theme

WIDTH = 248.0  # points; half of A4's text width
HEIGHT = 94.0  # at least; charts beside each other then share a height
NAMES = 100.0  # the widest column of names
SIZE, SMALL = 7.2, 6.2
LEAD, SMALL_LEAD = 8.8, 7.6
GAP = 5.0  # between name and bar, bar and value
BAR = 7.5
THIN = 5.2
WIDEST_PITCH = 26.0


@dataclass(frozen=True, slots=True)
class Mark:
    """A value drawn as a bar, what stands at its end, and its colour's name in the theme."""

    value: float
    text: str
    tone: str


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a chart: name, a quiet second line, one or two marks."""

    name: str
    detail: str
    marks: tuple[Mark, ...]
    whole: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """A chart ready for drawing. `track` is the length of a full bar, `mark` a place on it with words."""

    id: str
    alternative: str
    lines: tuple[Line, ...]
    track: float | None = None
    mark: tuple[float, str] | None = None


class Pen:
    """Text and rectangles on a matplotlib figure measured in points from the top left."""

    def __init__(self, theme: Theme) -> None:
        from matplotlib.ft2font import FT2Font, LoadFlags  # noqa: PLC0415  # a heavy import

        self.theme = theme
        self._flags = LoadFlags.NO_HINTING
        self._fonts = {w: FT2Font(str(theme.face(w))) for w in ("regular", "semibold")}
        self._sizes: dict[tuple[str, float, str], float] = {}

    def width(self, text: str, size: float = SIZE, face: str = "regular") -> float:
        """Points that the text takes."""
        key = (text, size, face)
        if key not in self._sizes:
            font = self._fonts[face]
            font.set_size(size, 72)
            font.set_text(text, 0.0, flags=self._flags)
            self._sizes[key] = font.get_width_height()[0] / 64
        return self._sizes[key]

    def wrap(self, text: str, width: float, size: float = SIZE) -> list[str]:
        """Words in as few lines as fit; a single long word stays whole."""
        lines: list[str] = []
        for word in text.split():
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and self.width(longer, size) <= width:
                lines[-1] = longer
            else:
                lines.append(word)
        return lines


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
        names = pen.wrap(line.name, NAMES)
        details = pen.wrap(line.detail, NAMES, SMALL)
        text = len(names) * LEAD + len(details) * SMALL_LEAD
        bars = BAR if len(line.marks) == 1 else len(line.marks) * (THIN + 2.6)
        rows.append(_Row(line, names, details, max(text, bars) + 3.0))
    return rows


def _scale(pen: Pen, sheet: Sheet, left: float) -> Callable[[float], float]:
    """Where a value lies across the sheet: the longest bars for which every value's text still fits."""
    reach = [(m.value, pen.width(m.text, SIZE, "semibold") + GAP) for line in sheet.lines for m in line.marks]
    if sheet.track:  # values stand behind the whole track
        reach = [(max(value, sheet.track), text) for value, text in reach]

    def sides(unit: float) -> tuple[float, float]:
        below = max((text - value * unit for value, text in reach if value < 0), default=0.0)
        return below, max((text + value * unit for value, text in reach if value >= 0), default=0.0)

    short, long = 0.0, WIDTH / (max(abs(value) for value, _ in reach) or 1.0)
    for _ in range(40):
        unit = (short + long) / 2
        short, long = (unit, long) if sum(sides(unit)) <= WIDTH - left else (short, unit)
    zero = left + sides(short)[0]
    return lambda value: zero + value * short


def draw(sheet: Sheet, pen: Pen) -> str:
    """Sheet -> an `<svg>` element with its alternative text as title."""
    from matplotlib import rc_context  # noqa: PLC0415  # a heavy import
    from matplotlib.figure import Figure  # noqa: PLC0415  # a heavy import

    rows = _rows(pen, sheet.lines)
    foot = SMALL_LEAD + 3 if sheet.mark else 0.0
    spare = HEIGHT - foot - sum(r.height for r in rows)
    extra = max(0.0, min(spare / len(rows), WIDEST_PITCH - max(r.height for r in rows)))
    height = max(HEIGHT, sum(r.height + extra for r in rows) + foot)
    # The salt is read while the figure is built and again while it is saved.
    with rc_context({"svg.hashsalt": sheet.id, "svg.fonttype": "none", "font.family": pen.theme.family}):
        figure = Figure(figsize=(WIDTH / 72, height / 72))
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        axes.set_xlim(0, WIDTH)
        axes.set_ylim(height, 0)
        _paint(axes, pen, sheet, rows, extra)
        out = StringIO()
        figure.savefig(out, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return _plain(out.getvalue(), sheet.alternative)


def _paint(axes: Any, pen: Pen, sheet: Sheet, rows: list[_Row], extra: float) -> None:
    colours = pen.theme.colours
    texts = [pen.width(n) for r in rows for n in r.names] + [pen.width(d, SMALL) for r in rows for d in r.details]
    left = min(NAMES, max(texts)) + GAP
    across = _scale(pen, sheet, left)
    top = 0.0
    for row in rows:
        middle = top + (row.height + extra) / 2
        _name(axes, row, middle, colours)
        thick = BAR if len(row.line.marks) == 1 else THIN
        first = middle - (len(row.line.marks) * (thick + 2.6) - 2.6) / 2
        for n, mark in enumerate(row.line.marks):
            y = first + n * (thick + 2.6)
            if sheet.track:
                _box(axes, across(0), y, across(sheet.track) - across(0), thick, colours["wash"])
            _box(axes, across(0), y, across(mark.value) - across(0), thick, colours[mark.tone])
            _value(axes, mark, across(max(mark.value, sheet.track or 0.0) if mark.value >= 0 else mark.value),
                   y + thick / 2, colours)  # fmt: skip
        top += row.height + extra
    if sheet.mark:
        place, words = sheet.mark
        x = across(place)
        axes.plot([x, x], [1, top], color=colours["ink"], linewidth=0.8, clip_on=False)
        half = pen.width(words, SMALL) / 2
        _text(
            axes, min(max(x, half), WIDTH - half), top + SMALL_LEAD / 2 + 1, words, SMALL, colours["ink"], ha="center"
        )
    else:
        axes.plot([across(0)] * 2, [0, top], color=colours["muted"], linewidth=0.6, clip_on=False)


def _name(axes: Any, row: _Row, middle: float, colours: Any) -> None:
    y = middle - (len(row.names) * LEAD + len(row.details) * SMALL_LEAD) / 2
    weight = 600 if row.line.whole else 400
    for text in row.names:
        _text(axes, 0, y + LEAD / 2, text, SIZE, colours["ink"], weight=weight)
        y += LEAD
    for text in row.details:
        _text(axes, 0, y + SMALL_LEAD / 2, text, SMALL, colours["muted"])
        y += SMALL_LEAD


def _value(axes: Any, mark: Mark, x: float, y: float, colours: Any) -> None:
    side = (-GAP / 2, "right") if mark.value < 0 else (GAP / 2, "left")
    _text(axes, x + side[0], y, mark.text, SIZE, colours["ink"], weight=600, ha=side[1])


def _text(
    axes: Any, x: float, y: float, text: str, size: float, colour: str, *, weight: int = 400, ha: str = "left"
) -> None:
    # The baseline is placed here (capital height of Inter: 0.727 em): SVG has no reliable "middle".
    # A dollar sign is money, not mathematics.
    axes.text(
        x, y + size * 0.727 / 2, text, fontsize=size, color=colour, fontweight=weight, ha=ha, va="baseline",
        parse_math=False,
    )  # fmt: skip


def _box(axes: Any, x: float, y: float, width: float, height: float, colour: str) -> None:
    from matplotlib.patches import Rectangle  # noqa: PLC0415  # a heavy import

    axes.add_patch(Rectangle((x, y), width, height, facecolor=colour, edgecolor="none", linewidth=0, clip_on=False))


def _plain(svg: str, alternative: str) -> str:
    """A file by matplotlib -> an element for any page: no prolog, ids, style sheet or idle rotations."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>|<metadata>.*?</metadata>|<!--.*?-->", "", svg, flags=re.DOTALL)
    svg = re.sub(r' (?:id="[^"]*"|transform="rotate\(-0 [^"]*\)")', "", svg)
    svg = re.sub(r'style="([^"]*)"', _attributes, svg)
    svg = re.sub(r"\s*\n\s*", "\n", svg).replace(" \n", "\n").strip()
    return svg.replace(">", f' role="img">\n<title>{escape(alternative)}</title>', 1) + "\n"


def _attributes(style: re.Match[str]) -> str:
    """A style -> attributes, which a page's own style sheet is not asked about."""
    pairs = (part.split(":", 1) for part in style[1].split(";") if part.strip())
    return " ".join(f'{name.strip()}="{value.strip()}"' for name, value in pairs)
