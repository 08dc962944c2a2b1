"""How high an edition's parts will be on paper, estimated from its texts, in CSS pixels.

The measures are those of templates/print.css. An estimate only says what to try: what is laid out is
measured, and what runs over is laid out again with less.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from pipeline.editions import size_of
from pipeline.render.room import Room
from pipeline.render.table import Cell, Piece, Table
from pipeline.render.view import Column, Edition, Picture, Said, Section
from pipeline.typeset import NO_BREAK, Ruler

MM, PT = 96 / 25.4, 96 / 72
PAGE = 269 * MM  # between the margins
WIDTH, COLUMN = 182 * MM, 87 * MM
H2 = 11.4 * PT + 1.8 * MM
SECTION = 3 * MM
GRID_GAP = 4 * MM
AFTER_CHARTS = 4.5 * MM
BEFORE_BACK = 5 * MM
TREND = 40 * PT  # of a row's small line
PADDING = 2.4 * MM  # beside the cells of the table
FEW = 3  # sentences of one section that stand under each other, across the page
TORN = 60.0  # pixels that a section in two columns must save


class Sizes:
    """Heights of one edition's parts. `edition` holds everything that could be printed."""

    def __init__(self, edition: Edition, ruler: Ruler) -> None:
        self.edition, self.ruler = edition, ruler
        self.points = [self._said(p, 9, 176 * MM, bold=True) * 12.78 * PT + 1.4 * MM for p in edition.points]
        self.charts = [self._picture(p) for p in (*edition.early, *edition.pictures)]
        self.sentences, self.wide = (
            {
                s.name: [self._said(t, 8.2, width - 3.6 * MM) * 8.2 * 1.38 * PT + MM for t in s.sentences]
                for s in edition.sections
            }
            for width in (COLUMN, WIDTH)
        )
        self.notes = " ".join(said.text for said in edition.notes)

    def _lines(self, text: str, size: float, width: float, face: str = "regular") -> int:
        return len(self.ruler.wrap(text, width, size * PT, face))

    def _said(self, said: Said, size: float, width: float, *, bold: bool = False) -> int:
        """Lines of a sentence; figures are never broken, and are bold in the points."""
        words = [0.0]  # the widths of what stands between two spaces
        mark = [Piece(" " + self.edition.say["in_vietnamese"].replace(" ", NO_BREAK))] if said.foreign else []
        for piece in (*said.pieces, *mark):
            figure = piece.observation is not None
            face = "semibold" if figure and bold else "italic" if piece.language else "regular"
            # Figures have digits of one width.
            parts = [re.sub(r"\d", "0", piece.text)] if figure else piece.text.split(" ")
            widths = [self.ruler.width(p, size * PT, face) for p in parts]
            words[-1] += widths[0]
            words += widths[1:]
        space = self.ruler.width(" ", size * PT)
        lines, taken = 1, -space
        for word in filter(None, words):
            taken += space + word
            if taken > width and taken > word:
                lines, taken = lines + 1, word
        return lines

    def _picture(self, picture: Picture) -> float:
        title = self._lines(picture.title.text, 8.6, COLUMN, "semibold") * 10.75 * PT
        subtitle = self._lines(picture.subtitle.text, 6.9, COLUMN) * 8.97 * PT + 2.3 * MM
        width, height = size_of(picture.svg)
        drawing = height * COLUMN / width
        source = self._lines(picture.source, 6.2, COLUMN) * 6.2 * 1.42 * PT + MM
        return 0.5 * PT + 1.6 * MM + title + subtitle + drawing + source

    def front(self, room: Room, table: Table) -> float:
        """The first page: points, table, and what follows it there."""
        points, rows = room.points, sum(len(g.rows) for g in table.groups)
        closer = (4.0 + 0.5 * max(0, points - 1) + 0.8 * rows + 0.5) * MM if room.dense else 0.0
        masthead = (17.25 + 11.36 + 1.2) * PT + 7.6 * MM - closer
        headline = self._lines(self.edition.headline.text, 17.2, 174 * MM, "semibold")
        height = masthead + headline * 21 * PT + 4.5 * MM
        if points:
            height += H2 + sum(self.points[:points]) + 3.6 * MM
        if table.groups:
            height += self._table(table)
        if room.told:
            height += BEFORE_BACK + self._parted(room.said, 0.0)[1] + SECTION
        return height + (BEFORE_BACK + H2 + self.grid(0, room.early) if room.early else 0.0)

    def _table(self, table: Table) -> float:
        rows = [r for g in table.groups for r in g.rows]
        room = WIDTH - sum(self._columns(table)) - PADDING - 5  # the columns share out what rounding leaves
        height = H2 + 8.75 * PT + 1.95 * MM + 1
        for row in rows:
            height += max(1, self._lines(row.label, 7.9, room)) * 9.875 * PT + 1.9 * MM + 1
        height += len(table.groups) * (9.25 * PT + 2.4 * MM + 1)
        return height + (self._lines(table.legend, 6.8, WIDTH) * 6.8 * 1.42 * PT + 1.2 * MM if table.legend else 0.0)

    def _columns(self, table: Table) -> list[float]:
        """Widths of the columns that do not break, with their padding."""
        rows, say = [r for g in table.groups for r in g.rows], self.edition.say

        def column(name: str, texts: Iterable[str], least: float = 0.0) -> float:
            head = self.ruler.width(say[f"column_{name}"], 7 * PT)
            return max([head, least, *(self.ruler.width(t, 7.9 * PT) for t in texts)]) + PADDING

        def figures(name: str, cells: Sequence[Cell | None]) -> float:
            rest = float(table.widths[name].removesuffix("ch")) * self.ruler.width("0", 7.9 * PT)
            whole = max((self.ruler.width(c.mark + c.whole, 7.9 * PT) for c in cells if c), default=0.0)
            return column(name, (), whole + rest)

        widths = [
            column("period", (f"{r.period} {r.status}" for r in rows)),
            figures("change", [r.change for r in rows]) + 7.9 * PT + MM,
            column("basis", (r.basis for r in rows)),
        ]
        if table.levels:
            widths += [figures("value", [r.value for r in rows]), column("unit", (r.unit for r in rows))]
        if table.drawn:
            widths.append(column("trend", (), TREND))
        if table.planned:
            widths.append(figures("plan", [r.plan for r in rows]))
        return widths

    def grid(self, first: int, last: int) -> float:
        """Charts first to last (exclusive) in rows of two, without heading."""
        heights = self.charts[first:last]
        rows = [max(heights[n : n + 2]) for n in range(0, len(heights), 2)]
        return sum(rows) + GRID_GAP * max(0, len(rows) - 1)

    def back(self, room: Room, left_out: str) -> float:
        """The second part: charts not yet shown, the sections, the notes."""
        said = any(room.said.values()) and not room.told
        odd = (room.charts - room.early) % 2 == 1 and said
        height = self._notes(left_out) + (BEFORE_BACK if room.short else 0.0)
        if room.charts - odd > room.early:
            heading = 0.0 if room.early else H2
            height += heading + self.grid(room.early, room.charts - odd) + AFTER_CHARTS
        if said:
            lead = self.charts[room.charts - 1] + GRID_GAP if odd else 0.0
            height += self._parted(room.said, lead)[1] + SECTION
        return height

    def _notes(self, left_out: str) -> float:
        lines = self._lines(f"{self.notes} {left_out}", 6.9, WIDTH)
        return 0.5 * PT + 2 * MM + 8.88 * PT + 0.8 * MM + lines * 10.005 * PT

    def _parted(self, said: dict[str, int], lead: float) -> tuple[int, float]:
        """How many sentences stand in the first of two columns (all: there is one), and how high they are.

        `lead` is what stands before them in the first column.
        """
        units = [
            (name, n) for name, heights in self.sentences.items() for n in range(len(heights[: said.get(name, 0)]))
        ]

        def height(part: list[tuple[str, int]], heights: dict[str, list[float]]) -> float:
            names = dict.fromkeys(name for name, _ in part)
            text = sum(heights[name][n] for name, n in part)
            return text + len(names) * (H2 + SECTION - MM)  # a sentence's margin lies within its section's

        if not lead and (len(units) == 1 or (len({name for name, _ in units}) == 1 and len(units) <= FEW)):
            return len(units), height(units, self.wide)
        splits = [
            (n, max(lead + height(units[:n], self.sentences), height(units[n:], self.sentences)))
            for n in range(0 if lead else 1, len(units))
        ]
        # Sections stay whole where that costs a few lines.
        return min(splits, key=lambda s: s[1] + (TORN if units[s[0] - 1][0] == units[s[0]][0] and s[0] else 0.0))

    def arranged(self, edition: Edition) -> Edition:
        """An edition with its sections in two columns, the chart that no other one stands beside before them."""
        if not edition.sections:
            return edition
        odd = len(edition.pictures) % 2 == 1 and not edition.told
        picture = edition.pictures[-1] if odd else None
        lead = self.charts[len(edition.early) + len(edition.pictures) - 1] + GRID_GAP if odd else 0.0
        count, _ = self._parted({s.name: len(s.sentences) for s in edition.sections}, lead)
        left: list[Section] = []
        right: list[Section] = []
        for section in edition.sections:
            here, count = section.sentences[:count], max(0, count - len(section.sentences))
            rest = section.sentences[len(here) :]
            if here:
                left.append(replace(section, sentences=here))
            if rest:
                right.append(replace(section, sentences=rest, title=section.continued if here else section.title))
        columns = (Column(picture, tuple(left)), Column(None, tuple(right)))
        return replace(
            edition,
            pictures=edition.pictures[:-1] if odd else edition.pictures,
            columns=tuple(c for c in columns if c.picture or c.sections),
        )
