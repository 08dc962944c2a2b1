"""Brief and charts -> what the templates print: every text written, nothing left to compute."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from markupsafe import Markup

from pipeline.editions import Chart, Charts, Figure
from pipeline.figures import write_date
from pipeline.glossary import Glossary
from pipeline.model import Brief, Language, Sentence, Span, Statement
from pipeline.render.evidence import Quotation
from pipeline.render.room import Room
from pipeline.render.table import Piece, Setter, Table
from pipeline.typeset import JOINER, tied


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence; `foreign` when words of it are Vietnamese in another edition: nothing could translate them.

    `span`: the source's words that it quotes.
    """

    pieces: tuple[Piece, ...]
    foreign: bool = False
    span: Span | None = None

    @property
    def text(self) -> str:
        """All its words."""
        return "".join(p.tied + p.text for p in self.pieces)


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart with its SVG ready to stand in the page; `observations`: those it prints, spaces between them."""

    id: str
    title: Said
    subtitle: Said
    source: str
    svg: Markup
    observations: str


@dataclass(frozen=True, slots=True)
class Section:
    """A headed list of sentences, and the heading of what goes on in another column."""

    name: str
    title: str
    continued: str
    sentences: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """Sections under each other, a chart before them where one was left over."""

    picture: Picture | None
    sections: tuple[Section, ...]


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
    early: tuple[Picture, ...]  # charts on the first page, after the table
    pictures: tuple[Picture, ...]
    columns: tuple[Column, ...]
    told: bool  # the columns stand on the first page
    notes: tuple[Said, ...]
    left_out: str
    short: bool
    dense: bool
    evidence: tuple[tuple[int, Quotation], ...] = ()  # of the observations that it prints: where they were read

    @property
    def sections(self) -> tuple[Section, ...]:
        """The sections in their order."""
        return tuple(s for c in self.columns for s in c.sections)


_ADDRESS = re.compile(r"(https?://[^\s<>\"]*[^\s<>\".,;:!?)\]])")


def _sentence(s: Setter, sentence: Sentence) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    for r in sentence:
        if r.observation is not None:
            pieces.append(s.figure(r.observation, r.text))
            continue
        for n, words in enumerate(_ADDRESS.split(r.text)):
            if words:
                pieces.append(Piece(tied(words), language=r.language or "", address=words if n % 2 else ""))
    return tuple(pieces)


def _headline(said: Said) -> Said:
    """A headline has no line that begins with a figure alone: that stays with the word before it.

    Not by a no-break space: before an element WeasyPrint then breaks the line at any other place.
    """
    kept = list(said.pieces)
    for n, (piece, after) in enumerate(pairwise(said.pieces)):
        if after.observation is not None and piece.observation is None and piece.text.endswith(" "):
            rest, space, word = piece.text[:-1].rpartition(" ")
            kept[n], kept[n + 1] = replace(piece, text=rest + space), replace(after, tied=f"{word} ")
    return replace(said, pieces=tuple(kept))


def _statement(s: Setter, statement: Statement) -> Said:
    sentence: Sentence = getattr(statement, s.language)
    return Said(_sentence(s, sentence), any(r.language for r in sentence), statement.span)


def _statements(s: Setter, statements: tuple[Statement, ...]) -> tuple[Said, ...]:
    return tuple(_statement(s, statement) for statement in statements)


def evident(made: Edition, quoted: Sequence[Quotation]) -> Edition:
    """An edition with the report's sentences of the figures that it prints."""
    said = (made.headline, *made.points, *made.notes, *(s for section in made.sections for s in section.sentences))
    printed = {p.observation for one in said for p in one.pieces if p.observation is not None}
    cells = (c for group in made.table.groups for row in group.rows for c in (row.value, row.change, row.plan) if c)
    printed |= {int(n) for p in (*made.early, *made.pictures) for n in p.observations.split()}
    printed |= {c.figure.observation for c in cells if c.figure.observation is not None}
    return replace(made, evidence=tuple((n, quoted[n]) for n in sorted(printed)))


def left_out(s: Setter, room: Room) -> str:
    """What the pages say about what is not on them; nothing where all is."""
    missing = room.missing(s.brief)
    what = [s.say(f"left_out.{kind}", count=str(count)) for kind, count in missing.items() if count]
    return s.say("left_out", what=", ".join(what)) if what else ""


# Fixed texts that the templates name as say.<key>.
FIXED = (
    "evidence", "languages", "logo", "name", "edition", "points", "table", "charts", "notes", "in_vietnamese",
    "column.indicator", "column.period", "column.value", "column.unit", "column.change", "column.basis", "column.trend",
    "column.plan",
)  # fmt: skip


def _words(s: Setter, text: str, figures: Sequence[Figure]) -> Said:
    """A chart's words, tied, with the figures that they print."""
    set_text, places = tied(text), []
    place = 0
    for letter in text:  # tied() puts joiners in and changes spaces, nothing else
        while set_text[place] == JOINER != letter:
            place += 1
        places.append(place)
        place += 1
    places.append(len(set_text))
    pieces: list[Piece] = []
    end = 0
    for figure in figures:
        start, stop = places[figure.span.start], places[figure.span.end]
        pieces += [Piece(set_text[end:start]), s.figure(figure.observation, set_text[start:stop])]
        end = stop
    return Said(tuple(p for p in (*pieces, Piece(set_text[end:])) if p.text))


def _picture(s: Setter, chart: Chart) -> Picture:
    # The SVG is this program's own; everything in it that came from outside was escaped when drawn.
    svg = Markup(chart.svg)  # noqa: S704  # see above
    shown = " ".join(map(str, chart.observations))
    title, subtitle = _words(s, chart.title, chart.title_figures), _words(s, chart.subtitle, chart.subtitle_figures)
    return Picture(chart.id, title, subtitle, chart.source, svg, shown)


def edition(brief: Brief, charts: Charts, glossary: Glossary, language: Language, room: Room) -> Edition:
    """Brief, Charts -> one language's edition, as much of it as the room allows; the sections in one column."""
    s = Setter(brief, glossary, language, charts.trends)
    sections = tuple(
        Section(name, s.say(name), s.say("continued", title=s.say(name)), _statements(s, said))
        for name, said in (
            ("drivers", room.cut("drivers", brief.drivers)),
            ("difficulties", room.cut("difficulties", brief.difficulties)),
            ("outlook", room.cut("outlook", brief.outlook)),
        )
        if said
    )
    pictures = tuple(
        _picture(s, c) for c in room.cut("charts", tuple(c for c in charts.charts if c.language == language))
    )
    return Edition(
        language=language,
        language_name=s.say("language"),
        say={key.replace(".", "_"): s.say(key) for key in FIXED},
        document=s.say("document", place=s.pick(brief.place), period=s.pick(brief.period_label)),
        place=s.pick(brief.place),
        period=s.pick(brief.period_label),
        published=s.say("published", date=write_date(brief.published, language)) if brief.published else "",
        title=s.pick(brief.title),
        headline=_headline(_statement(s, brief.headline)),
        points=_statements(s, room.cut("points", brief.points)),
        table=s.table(room.rows_of(brief.rows)),
        early=pictures[: room.early],
        pictures=pictures[room.early :],
        columns=(Column(None, sections),) if sections else (),
        told=room.told,
        notes=_statements(s, brief.notes),
        left_out=left_out(s, room),
        short=room.short,
        dense=room.dense,
    )
