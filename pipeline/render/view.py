"""Brief and charts -> what the templates print: every text written, nothing left to compute."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from pipeline.figures import MARKS, write_amount, write_date
from pipeline.glossary import Glossary
from pipeline.model import Brief, Chart, Charts, Label, Language, Observation, Row, Sentence, Statement
from pipeline.render.room import Room
from pipeline.typeset import phrase, short_period, signed

DIRECTIONS = {1: "▲", -1: "▼", 0: ""}


@dataclass(frozen=True, slots=True)
class Piece:
    """Words, or a figure with the observation it prints, its value and the source's words."""

    text: str
    observation: int | None = None
    value: str = ""
    quote: str = ""
    language: str = ""  # of the words, where it is not the edition's


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence; `foreign` when words of it are Vietnamese in another edition: nothing could translate them."""

    pieces: tuple[Piece, ...]
    foreign: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure split at the decimal mark, so that a column can be aligned on it."""

    whole: str
    rest: str
    figure: Piece
    sign: str = ""


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


@dataclass(frozen=True, slots=True)
class Group:
    """Rows of the table that belong together."""

    name: str
    rows: tuple[TableRow, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The key indicators; `widths` are those of what follows the decimal mark, by column.

    `levels`, `planned`: some row has an amount, a share of plan, so there are columns for them.
    """

    groups: tuple[Group, ...]
    widths: dict[str, str]
    levels: bool
    planned: bool
    columns: int
    legend: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart with its SVG ready to stand in the page."""

    id: str
    title: str
    subtitle: str
    source: str
    svg: Markup


@dataclass(frozen=True, slots=True)
class Section:
    """A headed list of sentences."""

    name: str
    title: str
    sentences: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Edition:
    """One language's pages."""

    language: Language
    language_name: str
    say: dict[str, str]
    document: str
    place: str
    period: str
    published: str
    title: str
    headline: Said
    points: tuple[Said, ...]
    table: Table
    pictures: tuple[Picture, ...]
    columns: tuple[tuple[Section, ...], ...]
    beside: bool  # the sections stand beside the last chart
    notes: tuple[Said, ...]
    left_out: str
    short: bool


@dataclass(frozen=True, slots=True)
class Setter:
    """Sets one language's texts."""

    brief: Brief
    glossary: Glossary
    language: Language

    def say(self, key: str, **facts: str) -> str:
        return phrase(self.glossary, f"render.{key}", self.language, **facts)

    def pick(self, label: Label) -> str:
        return label.vi if self.language == "vi" else label.en

    def figure(self, index: int, text: str) -> Piece:
        o = self.brief.observations[index]
        return Piece(text, index, format(o.value, "f"), o.quote)

    def sentence(self, sentence: Sentence) -> tuple[Piece, ...]:
        return tuple(
            Piece(r.text, language=r.language or "") if r.observation is None else self.figure(r.observation, r.text)
            for r in sentence
        )

    def statement(self, statement: Statement) -> Said:
        sentence: Sentence = getattr(statement, self.language)
        return Said(self.sentence(sentence), any(r.language for r in sentence))

    def statements(self, statements: tuple[Statement, ...]) -> tuple[Said, ...]:
        return tuple(self.statement(s) for s in statements)

    def unit(self, o: Observation) -> str:
        """The unit alone ("tỷ đồng", "VND billion"); a code without a unit row is printed as it is."""
        unit = self.glossary.units.get(o.unit)
        if unit is None:
            return o.unit
        scale = self.glossary.scales.get(o.scale)
        word = "" if scale is None else getattr(scale, self.language)
        return " ".join(str(getattr(unit, self.language)).replace("{}", "").replace("{scale}", word).split())

    def cell(self, index: int | None, *, change: bool = False, percent: bool = False) -> Cell | None:
        """An observation -> its cell; `change` brings sign and direction, `percent` the unit's sign."""
        if index is None:
            return None
        o = self.brief.observations[index]
        text = signed(o.value, self.language) if change else write_amount(o.value, o.value, None, None, self.language)
        tail = f"{'' if o.unit == 'percent' else ' '}{self.unit(o)}" if change or percent else ""
        whole, mark, rest = text.partition(MARKS[self.language][1])
        sign = DIRECTIONS[(o.value > 0) - (o.value < 0)] if change else ""
        return Cell(whole, mark + rest + tail, self.figure(index, text + tail), sign)

    def basis(self, index: int | None) -> str:
        if index is None or not (basis := self.brief.observations[index].basis):
            return ""
        if basis.startswith("base_"):
            return self.say("basis.base", year=basis.removeprefix("base_"))
        return self.say(f"basis.{basis}")

    def observed(self, row: Row) -> list[Observation]:
        return [self.brief.observations[i] for i in (row.level, row.change, row.plan) if i is not None]

    def row(self, row: Row, *, marked: bool) -> TableRow:
        first = next(iter(self.observed(row)), None)
        level = None if row.level is None else self.brief.observations[row.level]
        return TableRow(
            label=self.pick(row.label),
            period=short_period(first.period, self.language) if first else "",
            status=self.say(f"status.{first.status}") if first and first.status and marked else "",
            value=self.cell(row.level),
            unit="" if level is None else self.unit(level),
            change=self.cell(row.change, change=True),
            basis=self.basis(row.change),
            plan=self.cell(row.plan, percent=True),
        )

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
        columns = 4 + 2 * levels + planned
        return Table(groups, widths, levels, planned, columns, " ".join(self.legend(rows, sorted(statuses))))

    def legend(self, rows: tuple[Row, ...], statuses: list[str]) -> list[str]:
        """What the marks mean (one status for all is said once), and plans that are not the annual plan."""
        parts = []
        if len(statuses) > 1:
            marks = [
                self.say("legend.mark", mark=self.say(f"status.{s}"), word=self.say(f"status.{s}.word"))
                for s in statuses
                if s
            ]
            parts.append(", ".join(marks) + ".")
        elif statuses and statuses[0]:
            parts.append(self.say(f"status.{statuses[0]}.all"))
        plans: dict[str, list[str]] = {}
        for r in rows:
            if r.plan is not None and (basis := self.brief.observations[r.plan].basis) != "plan":
                plans.setdefault(basis, []).append(self.pick(r.label))
        for basis, labels in plans.items():
            told = self.say(f"plan.{basis}")
            parts.append(self.say("legend.plan", column=self.say("column.plan"), basis=told, labels="; ".join(labels)))
        return parts

    def left_out(self, room: Room) -> str:
        missing = room.missing(self.brief)
        what = [self.say(f"left_out.{kind}", count=str(count)) for kind, count in missing.items() if count]
        return self.say("left_out", what=", ".join(what)) if what else ""


HEADING = 40  # characters that the space around a sentence counts for

# Fixed texts that the templates name as say.<key>.
FIXED = (
    "name", "edition", "points", "table", "charts", "notes", "in_vietnamese",
    "column.indicator", "column.period", "column.value", "column.unit", "column.change", "column.basis", "column.plan",
)  # fmt: skip


def _picture(chart: Chart) -> Picture:
    # The SVG is this program's own; everything in it that came from outside was escaped when drawn.
    return Picture(chart.id, chart.title, chart.subtitle, chart.source, Markup(chart.svg))  # noqa: S704  # see above


def _parted(brief: Brief, sections: tuple[Section, ...]) -> int:
    """How many sections stand in the first of two columns, so that both are about as long.

    The Vietnamese sentences decide for every language: the editions have one layout.
    """
    said = {name: getattr(brief, name) for name in ("drivers", "difficulties", "outlook")}
    lengths = [
        sum(HEADING + sum(len(r.text) for r in s.vi) for s in said[section.name][: len(section.sentences)])
        for section in sections
    ]
    return min(range(1, max(2, len(sections))), key=lambda n: abs(sum(lengths[:n]) - sum(lengths[n:])))


def edition(brief: Brief, charts: Charts, glossary: Glossary, language: Language, room: Room) -> Edition:
    """Brief, Charts -> one language's edition, as much of it as the room allows."""
    s = Setter(brief, glossary, language)
    sections = tuple(
        Section(name, s.say(name), s.statements(said))
        for name, said in (
            ("drivers", room.cut("drivers", brief.drivers)),
            ("difficulties", room.cut("difficulties", brief.difficulties)),
            ("outlook", room.cut("outlook", brief.outlook)),
        )
        if said
    )
    parted = _parted(brief, sections)
    pictures = tuple(_picture(c) for c in room.cut("charts", tuple(c for c in charts.charts if c.language == language)))
    beside = len(pictures) % 2 == 1 and bool(sections)
    return Edition(
        language=language,
        language_name=s.say("language"),
        say={key.replace(".", "_"): s.say(key) for key in FIXED},
        document=s.say("document", place=s.pick(brief.place), period=s.pick(brief.period_label)),
        place=s.pick(brief.place),
        period=s.pick(brief.period_label),
        published=s.say("published", date=write_date(brief.published, language)) if brief.published else "",
        title=s.pick(brief.title),
        headline=s.statement(brief.headline),
        points=s.statements(room.cut("points", brief.points)),
        table=s.table(room.rows_of(brief.rows)),
        pictures=pictures,
        columns=(sections,) if beside or len(sections) < 2 else (sections[:parted], sections[parted:]),
        beside=beside,
        notes=s.statements(brief.notes),
        left_out=s.left_out(room),
        short=room.short,
    )
