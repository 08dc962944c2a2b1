"""Rows of a brief -> the key-indicator table: every cell written, so that a template only places it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from pipeline.editions import Trend
from pipeline.figures import MARKS, write_amount
from pipeline.model import Label, Language, Observation, Row
from pipeline.typeset import MEANINGS, Voice, basis_words, capital, mark, month_label, short_period, signed

DIRECTIONS = {1: "▲", -1: "▼", 0: ""}
# Characters that an official label may have; a longer one gives way to the indicator's short name.
LONG: dict[Language, int] = {"vi": 34, "en": 40}


@dataclass(frozen=True, slots=True)
class Piece:
    """Words, or a figure with the observation it prints and its value."""

    text: str
    observation: int | None = None
    value: str = ""
    language: str = ""  # of the words, where it is not the edition's
    tied: str = ""  # the word before a figure that must stand on its line
    address: str = ""  # where the words lead, which are that address


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure split at the decimal mark, so that a column can be aligned on it.

    `sign` is the direction of a change; `mark` stands before a figure that the report gives inexactly.
    """

    whole: str
    rest: str
    figure: Piece
    sign: str = ""
    mark: str = ""


@dataclass(frozen=True, slots=True)
class TableRow:
    """A line of the table; a cell without a figure is None."""

    label: str
    period: str
    status: str
    value: Cell | None
    unit: str
    change: Cell | None
    basis: str
    plan: Cell | None
    trend: Markup  # the change over the months, drawn; empty without a history


@dataclass(frozen=True, slots=True)
class Group:
    """Rows of the table that belong together."""

    name: str
    rows: tuple[TableRow, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The key indicators; `widths` are those of what follows the decimal mark, by column.

    `levels`, `planned`, `drawn`: some row has an amount, a share of plan, a trend, so there are columns for them.
    """

    groups: tuple[Group, ...]
    widths: dict[str, str]
    levels: bool
    planned: bool
    drawn: bool
    columns: int
    legend: str


@dataclass(frozen=True, slots=True)
class Setter(Voice):
    """Sets one language's texts, and the drawings that stand between them."""

    STAGE = "render"

    trends: tuple[Trend, ...] = ()  # of the language, in the order of the brief's rows

    def figure(self, index: int, text: str) -> Piece:
        o = self.brief.observations[index]
        return Piece(text, index, format(o.value, "f"))

    def cell(self, index: int | None, *, change: bool = False, percent: bool = False) -> Cell | None:
        """An observation -> its cell; `change` brings sign and direction, `percent` the unit's sign."""
        if index is None:
            return None
        o = self.brief.observations[index]
        text = signed(o.value, self.language) if change else write_amount(o.value, o.value, None, None, self.language)
        tail = f"{'' if o.unit == 'percent' else ' '}{self.unit(o)}" if change or percent else ""
        whole, point, rest = text.partition(MARKS[self.language][1])
        sign = DIRECTIONS[(o.value > 0) - (o.value < 0)] if change else ""
        inexact = mark(o)
        return Cell(whole, point + rest + tail, self.figure(index, inexact + text + tail), sign, inexact)

    def basis(self, index: int | None) -> str:
        if index is None or not (o := self.brief.observations[index]).basis:
            return ""
        return basis_words(self.glossary, "render.basis", o, self.language)

    def label(self, row: Row) -> str:
        """The official label, or the short name where that label would break the line.

        An indicator without names of its own ("services" of GRDP) is not known by its short name alone, and
        a label that says more than the official one is kept.
        """
        label, indicator = self.pick(row.label), self.glossary.indicators.get(row.indicator)
        if len(label) <= LONG[self.language] or indicator is None or not indicator.names:
            return label
        official = Label(indicator.vi, indicator.en)
        short = capital(self.pick(Label(indicator.vi_short, indicator.en_short)).removeprefix("the "))
        return short if label == self.pick(official) and len(short) < len(label) else label

    def period(self, o: Observation) -> str:
        """When the figure is from: a crop's season, a day it runs to, or the period."""
        if o.until:
            return self.say("until", date=short_period(o.until, self.language))
        row = self.glossary.indicators.get(o.indicator)
        if row is not None and row.time == "season":
            return self.say("season", year=o.period[:4])
        return short_period(o.period, self.language)

    def observed(self, row: Row) -> list[Observation]:
        return [self.brief.observations[i] for i in (row.level, row.change, row.plan) if i is not None]

    def row(self, row: Row, *, marked: bool) -> TableRow:
        first = next(iter(self.observed(row)), None)
        level = None if row.level is None else self.brief.observations[row.level]
        return TableRow(
            label=self.label(row),
            period=self.period(first) if first else "",
            status=self.say(f"status.{first.status}") if first and first.status and marked else "",
            value=self.cell(row.level),
            unit="" if level is None else self.unit(level),
            change=self.cell(row.change, change=True),
            basis=self.basis(row.change),
            plan=self.cell(row.plan, percent=True),
            trend=self.trend(row),
        )

    def trend(self, row: Row) -> Markup:
        """The row's small line; nothing where it has none."""
        n = self.brief.rows.index(row)
        # The SVG is this program's own; its words were escaped when it was drawn.
        return Markup("".join(t.svg for t in self.trends if (t.row, t.language) == (n, self.language)))  # noqa: S704  # see above

    def group(self, code: str) -> str:
        """A row's group is a topic code or already a group of the table."""
        topic = self.glossary.topics.get(code)
        return topic.group if topic is not None and topic.group else code

    def table(self, rows: tuple[Row, ...]) -> Table:
        statuses = {o.status for r in rows for o in self.observed(r)[:1]}
        groups = tuple(
            Group(self.say(f"group.{code}"), tuple(self.row(r, marked=len(statuses) > 1) for r in members))
            for code, members in groupby(rows, key=lambda r: self.group(r.group))
        )
        set_rows = [r for g in groups for r in g.rows]
        widths = {
            name: f"{max((len(c.rest) + c.rest.endswith('%') for c in cells if c is not None), default=0)}ch"
            for name, cells in (
                ("value", [r.value for r in set_rows]),
                ("change", [r.change for r in set_rows]),
                ("plan", [r.plan for r in set_rows]),
            )
        }
        levels, planned = any(r.value for r in set_rows), any(r.plan for r in set_rows)
        drawn = any(r.trend for r in set_rows)
        columns = 5 + 2 * levels + planned + drawn
        legend = self.legend(rows, sorted(statuses))
        if drawn:
            since = min(t.since for t in self.trends)
            first, last = (month_label(m, self.language) for m in (since, self.brief.period.month))
            legend.append(self.say("legend.trend", column=self.say("column.trend"), first=first, last=last))
        return Table(groups, widths, levels, planned, drawn, columns, " ".join(legend))

    def meanings(self, marks: list[tuple[str, str]]) -> str:
        """Marks and their words -> the legend's sentence."""
        return ", ".join(self.say("legend.mark", mark=sign, word=word) for sign, word in marks) + "."

    def legend(self, rows: tuple[Row, ...], statuses: list[str]) -> list[str]:
        """What the marks mean (one status for all is said once), and which plan is meant by whom."""
        parts = []
        if len(statuses) > 1:
            marks = [(self.say(f"status.{s}"), self.say(f"status.{s}.word")) for s in statuses if s]
            parts.append(self.meanings(marks))
        elif statuses and statuses[0]:
            parts.append(self.say(f"status.{statuses[0]}.all"))
        inexact = {mark(self.brief.observations[i]) for r in rows for i in (r.level, r.change, r.plan) if i is not None}
        if marks := [(sign, self.say(f"mark.{key}")) for sign, key in MEANINGS.items() if sign in inexact]:
            parts.append(self.meanings(marks))
        plans: dict[str, list[str]] = {}
        for r in rows:
            if r.plan is not None:
                told = basis_words(self.glossary, "render.plan", self.brief.observations[r.plan], self.language)
                plans.setdefault(told, []).append(self.label(r))
        usual = self.say("plan.plan")
        for told, labels in plans.items():
            if told != usual:
                column = self.say("column.plan")
                parts.append(self.say("legend.plan", column=column, basis=told, labels="; ".join(labels)))
        return parts
