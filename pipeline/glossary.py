"""glossary/*.csv -> Glossary: the vocabulary as data, checked row by row.

Each table is UTF-8 CSV with a header; its columns are the fields of the row class of the same name
below. A list of surfaces is written `one | two`. Every error names file and row (row 1 is the header);
what tables must say of each other stands in glossary_checks.py.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from pipeline.errors import GlossaryError
from pipeline.glossary_checks import check
from pipeline.glossary_rows import Check, Land, LegacyLetter, Limit, Lookalike, Sense
from pipeline.model import GROWTH_BASES, PLAN_BASES, Label, Language, Observation, Role
from pipeline.tables import Table, read_bytes, rows_of


@dataclass(frozen=True, slots=True)
class Topic:
    """A part of the brief: the first part of indicator codes, its place in the order, its names."""

    code: str
    order: int
    group: str  # the group of the key-indicator table it belongs to; empty: not in the table
    vi: str
    en: str
    KEY: ClassVar = ("code",)
    OPTIONAL: ClassVar = ("group",)


@dataclass(frozen=True, slots=True)
class Indicator:
    """One row serves extraction, translation, charts and templates.

    `vi`, `en`: the official label; `vi_short`, `en_short`: how a sentence or a chart names it.
    `names`: surfaces that mean it anywhere; `within`: surfaces that mean it only where the text
    speaks of one of `contexts` (codes, or first parts of codes). `units`: units that a level of it
    may have (none: it has no level), the observation table's first. `printed`: the unit that a reader
    sees where it is not that one (arrivals are counted in persons and printed as visits). `time`:
    "flow" (over a period), "quarterly" (one that no month has), "stock" (at its end), "herd" (a stock that only
    a day dates, not the end of a month), "season" (a crop of the year).
    """

    code: str
    vi: str
    en: str
    vi_short: str
    en_short: str
    names: tuple[str, ...]
    within: tuple[str, ...]
    contexts: tuple[str, ...]
    units: tuple[str, ...]
    printed: str
    time: str
    KEY: ClassVar = ("code",)
    OPTIONAL: ClassVar = ("names", "within", "contexts", "units", "printed")
    CHOICES: ClassVar = {"time": ("flow", "quarterly", "stock", "herd", "season")}

    @property
    def is_stock(self) -> bool:
        """Whether it is counted at a moment."""
        return self.time in ("stock", "herd")


@dataclass(frozen=True, slots=True)
class Group:
    """An indicator and its parts, in the official order; none lies inside another.

    `complete`: the parts are all that there is to the whole, so that they make it up.
    """

    whole: str
    parts: tuple[str, ...]
    complete: str
    KEY: ClassVar = ("whole",)
    CHOICES: ClassVar = {"complete": ("yes", "no")}


@dataclass(frozen=True, slots=True)
class Family:
    """Finer indicators below one code: `crops.<what>.<aspect>`.

    `near`: codes or topics under which unknown words name a member of it; `words`: words that must stand in
    the lead of their list, none: any; `time`: as an indicator's, or "total" (to a day since ever, where nothing says
    since the year's beginning); `aspects`: whether members have several (area, output); `domains` of terms
    that are members.
    """

    parent: str
    near: tuple[str, ...]
    words: tuple[str, ...]
    time: str
    aspects: str
    domains: tuple[str, ...]
    KEY: ClassVar = ("parent",)
    OPTIONAL: ClassVar = ("words", "aspects", "domains")
    CHOICES: ClassVar = {"time": ("flow", "quarterly", "stock", "total", "season"), "aspects": ("yes", "")}


@dataclass(frozen=True, slots=True)
class Aspect:
    """The last part of a finer code: the nouns that say it and the units that mean it."""

    aspect: str
    surfaces: tuple[str, ...]
    units: tuple[str, ...]
    KEY: ClassVar = ("aspect",)
    OPTIONAL: ClassVar = ("surfaces", "units")


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the statistical glossary and its English, with how it inflects and where it comes from."""

    vi: str
    variants: tuple[str, ...]
    en: str
    en_plural: str
    pos: str
    domain: str
    status: str
    source: str
    note: str
    KEY: ClassVar = ("vi",)
    OPTIONAL: ClassVar = ("variants", "en_plural", "note")
    CHOICES: ClassVar = {
        "pos": ("noun", "verb", "adjective", "adverb", "name", "phrase"),
        "status": ("preferred", "admitted", "forbidden"),
    }


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measure: how the text writes it, how each language prints it.

    `vi`, `en` are patterns with `{}` for the number and, in `en`, `{scale}` for the power of ten's
    word ("VND {} {scale}"). `en_one` is the pattern for exactly one.
    """

    code: str
    surfaces: tuple[str, ...]
    vi: str
    en: str
    en_one: str
    KEY: ClassVar = ("code",)


@dataclass(frozen=True, slots=True)
class Scale:
    """A power of ten written before a unit: nghìn 3, triệu 6, tỷ 9, nghìn tỷ 12."""

    power: int
    surfaces: tuple[str, ...]
    vi: str
    en: str
    KEY: ClassVar = ("power",)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A fixed phrase that says what a figure is compared with: a basis code of the observation table."""

    surfaces: tuple[str, ...]
    basis: str
    vi: str
    en: str
    KEY: ClassVar = ("basis",)
    CHOICES: ClassVar = {"basis": (*GROWTH_BASES, *PLAN_BASES)}


@dataclass(frozen=True, slots=True)
class Word:
    """A word or phrase of the report's grammar: its class and, where the class has them, its value."""

    surface: str
    category: str
    value: str
    note: str
    KEY: ClassVar = ("surface",)
    OPTIONAL: ClassVar = ("value", "note")


@dataclass(frozen=True, slots=True)
class Marker:
    """Words that make the number right behind them no amount: a law's, a name's, a rank's."""

    surface: str
    role: Role
    KEY: ClassVar = ("surface",)
    CHOICES: ClassVar = {"role": ("legal", "name", "ordinal")}


@dataclass(frozen=True, slots=True)
class Context:
    """Words of headings and lead-ins that say what topic the text under them speaks of."""

    topic: str
    surfaces: tuple[str, ...]
    KEY: ClassVar = ("topic",)


@dataclass(frozen=True, slots=True)
class Place:
    """A province or centrally run city. `until` is the last day of a unit merged away on 1 July 2025."""

    code: str
    slug: str
    vi: str
    en: str
    kind: str
    variants: tuple[str, ...]
    until: str
    merged_into: str
    KEY: ClassVar = ("code",)
    OPTIONAL: ClassVar = ("variants", "until", "merged_into")
    CHOICES: ClassVar = {"kind": ("country", "province", "city")}


@dataclass(frozen=True, slots=True)
class Phrase:
    """A fixed text or sentence pattern of the brief; names in braces are filled in from facts."""

    key: str
    vi: str
    en: str
    KEY: ClassVar = ("key",)


Row = TypeVar("Row")
Key = TypeVar("Key", str, int)

IMPORTED = "00-imported.tsv"  # first of the memory's files: what people gave wins


@dataclass(frozen=True)
class Glossary:
    """All tables, and a signature over their bytes."""

    topics: Mapping[str, Topic]
    indicators: Mapping[str, Indicator]
    groups: Mapping[str, Group]
    families: tuple[Family, ...]
    aspects: tuple[Aspect, ...]
    terms: tuple[Term, ...]
    forbidden: tuple[Term, ...]  # English that a term must not get
    units: Mapping[str, Unit]
    scales: Mapping[int, Scale]
    comparisons: tuple[Comparison, ...]
    words: tuple[Word, ...]
    contexts: tuple[Context, ...]
    labels: tuple[Marker, ...]
    page: tuple[Word, ...]  # words of web pages around and in an article: menus, footers, titles
    arithmetic: tuple[Word, ...]  # words that tie a figure to its neighbour: the source check's
    checks: Mapping[str, Check]
    limits: Mapping[str, Limit]
    land: Mapping[str, Land]
    selection: tuple[Word, ...]  # what the brief chooses by: sections, weights of words, bounds of verbs
    places: Mapping[str, Place]
    encodings: tuple[LegacyLetter, ...]
    lookalikes: tuple[Lookalike, ...]
    senses: tuple[Sense, ...]
    phrases: Mapping[str, Phrase]
    memory: tuple[Path, ...]  # the translation memory's files, read where they are needed
    lexicon: Path | None  # which English words may stand for which Vietnamese ones, read where it is needed
    signature: str  # SHA-256 over all tables, first 12 hexadecimal digits
    uncorrected: str  # the same without what people imported into the memory
    rows: Mapping[str, Mapping[str, int]]  # file -> key, case folded -> number of its row

    def row(self, file: str, key: str) -> int:
        """The number of a row in its file; 0 where there is none."""
        return self.rows.get(file, {}).get(key.casefold(), 0)

    def phrase(self, key: str) -> Phrase:
        """A row of phrases-*.csv. Raises GlossaryError where there is none."""
        if key not in self.phrases:
            raise self.wrong_phrase(key, f"key {key!r} is missing")
        return self.phrases[key]

    def say(self, key: str, language: Language, /, **facts: str) -> str:
        """A phrase in one language, its braces filled in. Raises GlossaryError for a name that nobody gives."""
        try:
            return str(getattr(self.phrase(key), language)).format(**facts)
        except KeyError as e:
            raise self.wrong_phrase(key, f"{key!r} ({language}) needs {e.args[0]!r}, which there is not") from e

    def label(self, key: str, /, **facts: str) -> Label:
        """The same in both languages."""
        return Label(self.say(key, "vi", **facts), self.say(key, "en", **facts))

    def wrong_phrase(self, key: str, reason: str) -> GlossaryError:
        """The error that names a phrase's file and row; a missing phrase has no row."""
        file = f"phrases-{key.partition('.')[0]}.csv"
        return GlossaryError(file, self.row(file, key), reason)

    def parts(self, whole: str) -> tuple[str, ...]:
        """The parts that make up an indicator. Raises GlossaryError where no row says."""
        if whole not in self.groups:
            raise GlossaryError("groups.csv", 0, f"no parts of {whole!r}")
        return self.groups[whole].parts

    def printed_unit(self, observation: Observation) -> Unit | None:
        """The unit that a reader sees behind an observation's figure; None for a code without a row."""
        indicator = self.indicators.get(observation.indicator)
        shown = indicator.printed if indicator and observation.measure == "level" else ""
        return self.units.get(shown or observation.unit)

    @cached_property
    def province_names(self) -> Mapping[str, str]:
        """Every name and variant of a place -> its code."""
        return {name: p.code for p in self.places.values() for name in (p.vi, *p.variants)}


def _index(rows: Iterable[Row], key: Callable[[Row], Key]) -> dict[Key, Row]:
    return {key(row): row for row in rows}


class _Added(int):
    """The number of a row of the additions, which a message says."""

    def __str__(self) -> str:
        return f"{int(self)} of the additions"


def _merged(table: Table[Row], own: Table[Row]) -> Table[Row]:
    """A table with rows of the additions: in the place of those of the same key, else behind all."""
    rows = dict(zip(table.lines, table.rows, strict=True)) | dict(zip(own.lines, own.rows, strict=True))
    return Table(tuple(rows.values()), {**table.lines, **{key: _Added(line) for key, line in own.lines.items()}})


def _read(folder: Path) -> dict[Path, bytes]:
    files = (*sorted(folder.glob("*.csv")), *folder.glob("lexicon.tsv"), *sorted((folder / "memory").glob("*.tsv")))
    return {path: read_bytes(path) for path in files}


def load_glossary(folder: Path, additions: Path | None = None) -> Glossary:
    """Folder of tables -> Glossary. Raises GlossaryError naming file, row and reason.

    `additions` is a folder of such tables whose rows replace those of the same key and else come to them; its memory
    is asked first, its lexicon instead.
    """
    files, own = _read(folder), _read(additions) if additions else {}
    if additions and not additions.is_dir():
        raise GlossaryError(str(additions), 0, "is no folder of tables")
    digest, uncorrected = hashlib.sha256(), hashlib.sha256()
    for path, data in (*files.items(), *own.items()):
        for over in (digest,) if path.name == IMPORTED else (digest, uncorrected):
            over.update(b"+" * (path in own) + path.name.encode() + b"\0" + data)
    tables: dict[str, Table[Any]] = {}

    def rows(file: str, kind: type[Row]) -> tuple[Row, ...]:
        path = folder / file
        table = rows_of(file, files[path] if path in files else read_bytes(path), kind)
        if additions and (path := additions / file) in own:
            table = _merged(table, rows_of(str(path), own[path], kind))
        tables[file] = table
        return table.rows

    glossary = Glossary(
        topics=_index(rows("topics.csv", Topic), lambda r: r.code),
        indicators=_index(rows("indicators.csv", Indicator), lambda r: r.code),
        groups=_index(rows("groups.csv", Group), lambda r: r.whole),
        families=rows("families.csv", Family),
        aspects=rows("aspects.csv", Aspect),
        terms=rows("terms.csv", Term),
        forbidden=rows("terms_forbidden.csv", Term),
        units=_index(rows("units.csv", Unit), lambda r: r.code),
        scales=_index(rows("scales.csv", Scale), lambda r: r.power),
        comparisons=rows("comparisons.csv", Comparison),
        words=rows("words.csv", Word),
        contexts=rows("contexts.csv", Context),
        labels=rows("labels.csv", Marker),
        page=rows("page.csv", Word),
        arithmetic=rows("arithmetic.csv", Word),
        checks=_index(rows("checks.csv", Check), lambda r: r.code),
        limits=_index(rows("limits.csv", Limit), lambda r: r.name),
        land=_index(rows("land.csv", Land), lambda r: r.code),
        selection=rows("selection.csv", Word),
        places=_index(rows("places.csv", Place), lambda r: r.code),
        encodings=rows("encodings.csv", LegacyLetter),
        lookalikes=rows("letters.csv", Lookalike),
        senses=rows("senses.csv", Sense),
        phrases=_index((p for f in files if f.match("phrases-*.csv") for p in rows(f.name, Phrase)), lambda r: r.key),
        memory=tuple(p for p in (*own, *files) if p.parent not in (folder, additions)),
        lexicon=next((p for p in (*own, *files) if p.name == "lexicon.tsv"), None),
        signature=digest.hexdigest()[:12],
        uncorrected=uncorrected.hexdigest()[:12],
        rows={file: table.lines for file, table in tables.items()},
    )
    for path in own:
        if path.suffix == ".csv" and path.name not in tables:
            raise GlossaryError(str(path), 0, "no table of the glossary has this name")
    check(tables)
    return glossary
