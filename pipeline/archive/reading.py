"""The archive read: lists of briefs, one brief, series with their vintages, revisions, and the history of a build."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.agreement import agree
from pipeline.archive.objects import Objects, digest
from pipeline.archive.schema import INDEX, connect
from pipeline.errors import ArchiveError
from pipeline.history import REPORTS, Replaced
from pipeline.model import Observation, Past, Span


class Entry(NamedTuple):
    """A brief of the archive; `replaces` is the edition that it took the place of, None for a first one."""

    id: int
    slug: str
    edition: int
    replaces: int | None
    current: bool
    area: str
    month: str
    published: str
    added: str
    place_vi: str
    place_en: str
    period_vi: str
    period_en: str
    headline_vi: str
    headline_en: str
    version: str
    glossary: str
    engine: str
    source: str
    facts: int
    digest: str  # SHA-256 of the manifest


class Vintage(NamedTuple):
    """One report's figure of a fact: what is measured, for which period, and which brief of when says so."""

    indicator: str
    area: str
    measure: str
    basis: str
    period: str
    until: str
    value: Decimal
    unit: str
    scale: int
    status: str
    approximation: str
    start: int
    end: int
    quote: str
    slug: str
    edition: int
    month: str
    published: str
    effective: str

    @property
    def amount(self) -> Decimal:
        """The value in the unit itself, for comparisons; never printed."""
        return self.value.scaleb(self.scale)


_ENTRY = ", ".join("o.edition" if name == "replaces" else f"b.{name}" for name in Entry._fields)
_ENTRIES = f"SELECT {_ENTRY} FROM brief b LEFT JOIN brief o ON o.id = b.replaces"  # noqa: S608  # names alone
_SERIES = "s.indicator, s.area, s.measure, s.basis"
_FACT = """
    f.period, f.until, f.value, f.unit, f.scale, f.status, f.approximation, f.start, f.end, f.quote,
    b.slug, b.edition, b.month, b.published, b.effective
"""
# Every vintage of every fact; a condition and an order come behind it.
VINTAGES = f"SELECT {_SERIES}, {_FACT} FROM fact f JOIN series s ON s.id = f.series JOIN brief b ON b.id = f.brief"  # noqa: S608  # names alone
IN_ORDER = " ORDER BY s.indicator, s.area, s.measure, s.basis, f.period, f.until, b.effective, b.month, b.edition"


def _entry(row: sqlite3.Row) -> Entry:
    return Entry._make((*row[:4], bool(row[4]), *row[5:]))


def vintage(row: Sequence[Any]) -> Vintage:
    """A row of VINTAGES -> the vintage."""
    return Vintage._make((*row[:6], Decimal(row[6]), *row[7:]))


class Archive:
    """An archive that is read. Methods raise ArchiveError where what is asked for is not there."""

    def __init__(self, folder: Path, index: sqlite3.Connection) -> None:
        self.folder, self.index = folder, index
        self.objects = Objects(folder)

    def entries(self, area: str = "", period: str = "", *, every: bool = False, limit: int = -1) -> list[Entry]:
        """The briefs, the newest report first; `every`: replaced editions too."""
        sql = f"{_ENTRIES} WHERE (b.current OR ?) AND (? IN ('', b.area)) AND b.month LIKE ? || '%'"
        order = " ORDER BY b.month DESC, b.published DESC, b.area, b.edition DESC LIMIT ?"
        return [_entry(r) for r in self.index.execute(sql + order, (every, area, period, limit))]

    def entry(self, slug: str, edition: int | None = None) -> Entry:
        """One brief: that edition of it, else the current one."""
        sql = f"{_ENTRIES} WHERE b.slug = ? AND (b.edition = ? OR (? IS NULL AND b.current))"
        row = self.index.execute(sql, (slug, edition, edition)).fetchone()
        if row is None:
            what = slug if edition is None else f"{slug}, edition {edition}"
            raise ArchiveError(f"{self.folder}: no brief {what} (`songngu archive list` names them)")
        return _entry(row)

    def editions(self, slug: str) -> list[Entry]:
        """Every edition of a brief, the first one first."""
        return [_entry(r) for r in self.index.execute(f"{_ENTRIES} WHERE b.slug = ? ORDER BY b.edition", (slug,))]

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Meanwhile the index is what it is now, whatever is added."""
        self.index.execute("BEGIN")
        try:
            yield
        finally:
            self.index.execute("ROLLBACK")

    def files(self, entry: Entry) -> dict[str, tuple[str, int]]:
        """A brief's files: name -> SHA-256 and size."""
        rows = self.index.execute("SELECT name, sha256, bytes FROM file WHERE brief = ? ORDER BY name", (entry.id,))
        return {r["name"]: (r["sha256"], r["bytes"]) for r in rows}

    def read(self, entry: Entry, name: str) -> bytes:
        """One file of a brief, checked against its hash."""
        if name not in (files := self.files(entry)):
            raise ArchiveError(f"{entry.slug}: no file {name}: it has {', '.join(files)}")
        sha = files[name][0]
        try:
            data = self.objects.read(sha)
        except OSError as e:
            raise ArchiveError(f"{self.objects.path(sha)}: cannot be read: {e.strerror}") from e
        if digest(data) != sha:
            raise ArchiveError(f"{self.objects.path(sha)}: damaged (`songngu archive verify` tells more)")
        return data

    def vintages(
        self, indicator: str = "", area: str = "", measure: str = "", basis: str | None = None
    ) -> Iterator[Vintage]:
        """Every edition's figures of what is measured, period by period, the earliest first."""
        return self._told("1", (), (indicator, area, measure, basis))

    def series(
        self, indicator: str, area: str = "", measure: str = "", basis: str | None = None, as_of: str = ""
    ) -> list[Vintage]:
        """Of every period the latest report's figure, or the latest one of those known on a day.

        Of a report with several editions the last one counts, also for what it does not say any more.
        """
        known, given = "b.current", ()
        if as_of:
            later = "SELECT 1 FROM brief n WHERE n.slug = b.slug AND n.edition > b.edition AND n.effective <= ?"
            known, given = f"b.effective <= ? AND NOT EXISTS ({later})", (as_of, as_of)  # type: ignore[assignment]  # two texts for none
        return list(latest(self._told(known, given, (indicator, area, measure, basis))))

    def revisions(self, indicator: str = "", area: str = "") -> list[list[Vintage]]:
        """Facts of which a later report gives another figure: every report's of each, the first print first.

        A figure printed more or less exactly is the same one; an edition that read its source again counts alone.
        """
        found = self._told("b.standing", (), (indicator, area, "", None))
        facts = ([*several] for _, several in groupby(found, key=fact_of))
        return [v for v in facts if differ(v)]

    def _told(
        self, condition: str, given: tuple[str, ...], wanted: tuple[str, str, str, str | None]
    ) -> Iterator[Vintage]:
        """The figures of those briefs (b) for which a condition holds, fact by fact, the earliest first."""
        indicator, area, measure, basis = wanted
        sql = f"""
            SELECT s.id, {_SERIES} FROM series s
            WHERE (? = '' OR s.indicator = ?) AND (? IN ('', s.area)) AND (? IN ('', s.measure))
            AND (? IS NULL OR s.basis = ?) ORDER BY {_SERIES}
        """  # noqa: S608  # names alone
        found = self.index.execute(sql, (indicator, indicator, area, measure, basis, basis)).fetchall()
        # Each series lies in the order of its facts: nothing has to be sorted but the vintages of one.
        facts = f"""
            SELECT {_FACT} FROM fact f JOIN brief b ON b.id = f.brief
            WHERE f.series = ? AND {condition} ORDER BY f.period, f.until
        """  # noqa: S608  # conditions of this class alone
        for number, *measured in found:
            rows = (vintage((*measured, *r)) for r in self.index.execute(facts, (number, *given)))
            for _, several in groupby(rows, key=fact_of):
                yield from sorted(several, key=lambda v: (v.effective, v.month, v.edition))

    def facts(self, entry: Entry) -> list[Vintage]:
        """A brief's own printable figures."""
        return [vintage(r) for r in self.index.execute(f"{VINTAGES} WHERE f.brief = ?{IN_ORDER}", (entry.id,))]

    def past(self, area: str, month: str) -> tuple[Past, ...]:
        """What the area's reports of earlier months said: the oldest report first."""
        sql = "SELECT id FROM brief WHERE area = ? AND month < ? AND current ORDER BY month DESC LIMIT ?"
        briefs = [r["id"] for r in self.index.execute(sql, (area, month, REPORTS))]
        return tuple(
            Past(v.month, observation(v))
            for brief in reversed(briefs)
            for v in map(vintage, self.index.execute(f"{VINTAGES} WHERE f.brief = ?{IN_ORDER}", (brief,)))
        )


def observation(v: Vintage) -> Observation:
    """A vintage -> the observation that it is; the rule that read it is not kept."""
    return Observation(
        v.indicator, v.area, v.period, v.measure, v.basis, v.value, v.unit, v.scale, v.status,  # type: ignore[arg-type]  # checked when it was added
        Span(v.start, v.end), v.quote, 0, "archive", until=v.until, approximation=v.approximation,  # type: ignore[arg-type]  # as above
    )  # fmt: skip


def fact_of(v: Vintage) -> tuple[str, ...]:
    """A vintage -> what it is a figure of."""
    return v.indicator, v.area, v.measure, v.basis, v.period, v.until


def differ(vintages: Sequence[Vintage]) -> bool:
    """Whether vintages of one fact give different figures, not the first one's more or less exactly."""
    return any(not agree(observation(vintages[0]), observation(later)) for later in vintages[1:])


def latest(vintages: Iterable[Vintage]) -> Iterator[Vintage]:
    """Vintages in their order -> the last one of each fact."""
    for _, several in groupby(vintages, key=fact_of):
        *_, last = several
        yield last


@contextmanager
def opened(folder: Path) -> Iterator[Archive]:
    """An archive's folder -> the archive, for reading. Raises ArchiveError."""
    with closing(connect(folder, create=False)) as index:
        try:
            yield Archive(folder, index)
        except sqlite3.Error as e:
            raise ArchiveError(f"{folder}: the archive's index cannot be read: {e}") from e


@dataclass(frozen=True, slots=True)
class ArchiveHistory:
    """An archive as what was said before the source of that SHA-256; one yet to be made has nothing."""

    folder: Path
    source: str

    def past(self, area: str, month: str) -> tuple[Past, ...]:
        """An area's code, a month -> figures of its earlier reports, the oldest report first."""
        if not (self.folder / INDEX).exists():
            return ()
        with opened(self.folder) as archive:
            return archive.past(area, month)

    def replaced(self, area: str, month: str) -> Replaced | None:
        """The last edition that was made of another source; the same source again replaces what it replaced."""
        if not (self.folder / INDEX).exists():
            return None
        with opened(self.folder) as archive:
            sql = "SELECT edition, published, source FROM brief WHERE area = ? AND month = ? ORDER BY edition DESC"
            rows = archive.index.execute(sql, (area, month)).fetchall()
        others = (Replaced(r["edition"], r["published"]) for r in rows if r["source"] != self.source)
        return next(others, None)
