"""glossary/*.csv -> Glossary: the vocabulary as data, checked row by row.

Each table is UTF-8 CSV with a header; its columns are the fields of the row class of the same name
below. A list of surfaces is written `one | two`. Every error names file and row (row 1 is the header).
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import ClassVar, TypeVar, get_type_hints

from pipeline.errors import GlossaryError
from pipeline.model import Observation


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
    "flow" (over a period), "stock" (at its end), "season" (a crop of the year).
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
    CHOICES: ClassVar = {"time": ("flow", "stock", "season")}


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
    CHOICES: ClassVar = {"status": ("preferred", "admitted", "forbidden")}


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


@dataclass(frozen=True)
class Glossary:
    """All tables, and a signature over their bytes."""

    topics: Mapping[str, Topic]
    indicators: Mapping[str, Indicator]
    terms: tuple[Term, ...]
    units: Mapping[str, Unit]
    scales: Mapping[int, Scale]
    comparisons: tuple[Comparison, ...]
    words: tuple[Word, ...]
    contexts: tuple[Context, ...]
    page: tuple[Word, ...]  # words of web pages around and in an article: menus, footers, titles
    selection: tuple[Word, ...]  # what the brief chooses by: sections, weights of words, bounds of verbs
    places: Mapping[str, Place]
    phrases: Mapping[str, Phrase]
    memory: tuple[Path, ...]  # the translation memory's files, read where they are needed
    signature: str  # SHA-256 over all tables, first 12 hexadecimal digits

    def printed_unit(self, observation: Observation) -> Unit | None:
        """The unit that a reader sees behind an observation's figure; None for a code without a row."""
        indicator = self.indicators.get(observation.indicator)
        shown = indicator.printed if indicator and observation.measure == "level" else ""
        return self.units.get(shown or observation.unit)

    @cached_property
    def province_names(self) -> Mapping[str, str]:
        """Every name and variant of a place -> its code."""
        return {name: p.code for p in self.places.values() for name in (p.vi, *p.variants)}


def _parse(file: str, row: int, column: str, text: str, kind: object) -> object:
    if kind is int:
        try:
            return int(text)
        except ValueError:
            raise GlossaryError(file, row, f"{column} is not a whole number: {text!r}") from None
    if kind == tuple[str, ...]:
        return tuple(part.strip() for part in text.split("|") if part.strip())
    return text


def read_table(path: Path, kind: type[Row]) -> tuple[Row, ...]:
    """A CSV file -> its rows. Raises GlossaryError for wrong columns, empty fields and duplicates."""
    hints = get_type_hints(kind)
    names = [f.name for f in fields(kind)]  # type: ignore[arg-type]  # every row class is a dataclass
    optional = set(getattr(kind, "OPTIONAL", ()))
    choices: Mapping[str, tuple[str, ...]] = getattr(kind, "CHOICES", {})
    key: tuple[str, ...] = kind.KEY  # type: ignore[attr-defined]  # every row class has one
    rows: list[Row] = []
    seen: dict[tuple[str, ...], int] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as f:
            table = csv.reader(f, strict=True)
            header = next(table, [])
            for wrong in (f"unknown column {n!r}" for n in header if n not in names):
                raise GlossaryError(path.name, 1, wrong)
            for wrong in (f"missing column {n!r}" for n in names if n not in header):
                raise GlossaryError(path.name, 1, wrong)
            for cells in table:
                row = table.line_num
                if len(cells) != len(header):
                    raise GlossaryError(path.name, row, f"{len(cells)} fields, expected {len(header)}")
                cell = {n: c.strip() for n, c in zip(header, cells, strict=True)}
                for name in names:
                    if not cell[name] and name not in optional:
                        raise GlossaryError(path.name, row, f"{name} is empty")
                    if name in choices and cell[name] not in choices[name]:
                        raise GlossaryError(path.name, row, f"{name} must be one of {', '.join(choices[name])}")
                place = tuple(cell[k].casefold() for k in key)
                if place in seen:
                    raise GlossaryError(path.name, row, f"{' '.join(place)!r} stands already in row {seen[place]}")
                seen[place] = row
                rows.append(kind(**{n: _parse(path.name, row, n, cell[n], hints[n]) for n in names}))
    except OSError as e:
        raise GlossaryError(path.name, 0, f"cannot be read: {e.strerror}") from e
    except UnicodeDecodeError as e:
        raise GlossaryError(path.name, 0, f"is not UTF-8 (byte {e.start})") from e
    except csv.Error as e:
        raise GlossaryError(path.name, table.line_num, f"is not proper CSV: {e}") from e
    return tuple(rows)


def _index(rows: Iterable[Row], key: Callable[[Row], Key]) -> dict[Key, Row]:
    return {key(row): row for row in rows}


def _phrases(folder: Path) -> tuple[Phrase, ...]:
    """phrases-<stage>.csv, one table a stage -> all phrases; keys begin with the stage's name."""
    rows: list[Phrase] = []
    for path in sorted(folder.glob("phrases-*.csv")):
        stage = path.stem.removeprefix("phrases-")
        for number, phrase in enumerate(read_table(path, Phrase), start=2):
            if not phrase.key.startswith(f"{stage}."):
                raise GlossaryError(path.name, number, f"key {phrase.key!r} must begin with {stage!r} and a dot")
            rows.append(phrase)
    return tuple(rows)


def load_glossary(folder: Path) -> Glossary:
    """Folder of tables -> Glossary. Raises GlossaryError naming file, row and reason."""
    memory = tuple(sorted((folder / "memory").glob("*.tsv")))
    digest = hashlib.sha256()
    for path in (*sorted(folder.glob("*.csv")), *memory):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return Glossary(
        topics=_index(read_table(folder / "topics.csv", Topic), lambda r: r.code),
        indicators=_index(read_table(folder / "indicators.csv", Indicator), lambda r: r.code),
        terms=read_table(folder / "terms.csv", Term),
        units=_index(read_table(folder / "units.csv", Unit), lambda r: r.code),
        scales=_index(read_table(folder / "scales.csv", Scale), lambda r: r.power),
        comparisons=read_table(folder / "comparisons.csv", Comparison),
        words=read_table(folder / "words.csv", Word),
        contexts=read_table(folder / "contexts.csv", Context),
        page=read_table(folder / "page.csv", Word),
        selection=read_table(folder / "selection.csv", Word),
        places=_index(read_table(folder / "places.csv", Place), lambda r: r.code),
        phrases=_index(_phrases(folder), lambda r: r.key),
        memory=memory,
        signature=digest.hexdigest()[:12],
    )
