"""A parcel into the archive: whole or not at all, once."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from pipeline.answers import answers
from pipeline.archive.objects import Objects, digest
from pipeline.archive.parcel import MANIFEST, Parcel, passages
from pipeline.archive.schema import connect
from pipeline.archive.sealing import seal
from pipeline.archive.searching import plain
from pipeline.errors import ArchiveError
from pipeline.glossary import Glossary
from pipeline.model import Brief
from pipeline.store import locked

_CHUNK = 500  # of the values of one query


class Added(NamedTuple):
    """What an addition did: the brief's slug and edition; `new` is False where it was there already.

    `repaired`: how many of its files lay there damaged, and are whole again.
    """

    slug: str
    edition: int
    new: bool
    repaired: int = 0


class Writer:
    """An archive that is added to. One process adds at a time; others wait."""

    def __init__(
        self, folder: Path, glossary: Glossary, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self.folder, self._glossary, self._now = folder, glossary, now
        self.objects = Objects(folder)

    @contextmanager
    def open(self) -> Iterator[sqlite3.Connection]:
        """The index, with the lock on the archive; what a killed addition has left is taken away first."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with closing(connect(self.folder, create=True)) as index, locked(self.folder):
                index.execute("PRAGMA synchronous = FULL")
                self.objects.clean(self._known(index, sorted(self.objects.left())))
                yield index
        except sqlite3.Error as e:
            raise ArchiveError(f"{self.folder}: the archive's index cannot be written: {e}") from e
        except OSError as e:
            raise ArchiveError(f"{self.folder}: the archive cannot be written: {e.strerror or e}") from e

    def add(self, parcel: Parcel) -> Added:
        """Parcel -> what was done. The same brief again changes nothing.

        Raises ArchiveError where the archive cannot be written; it is then what it was before.
        """
        with self.open() as index:
            return self.put(index, parcel)

    def put(self, index: sqlite3.Connection, parcel: Parcel) -> Added:
        """One of several additions under one lock."""
        contents = {digest(data): data for data in (*parcel.files.values(), parcel.manifest)}
        repaired = self.objects.put(parcel.digest, contents)
        row = index.execute("SELECT slug, edition FROM brief WHERE digest = ?", (parcel.digest,)).fetchone()
        if row is None:
            index.execute("BEGIN IMMEDIATE")
            try:
                edition = self._index(index, parcel)
                index.execute("COMMIT")
            except BaseException:
                if index.in_transaction:  # a full disk may have ended it
                    index.execute("ROLLBACK")
                raise
        self.objects.done(parcel.digest)
        if row is not None:
            return Added(row["slug"], row["edition"], new=False, repaired=repaired)
        return Added(parcel.brief.slug, edition, new=True, repaired=repaired)

    @staticmethod
    def _known(index: sqlite3.Connection, objects: Sequence[str]) -> set[str]:
        known: set[str] = set()
        for n in range(0, len(objects), _CHUNK):
            some = objects[n : n + _CHUNK]
            marks = ", ".join("?" * len(some))
            known |= {r[0] for r in index.execute(f"SELECT sha256 FROM file WHERE sha256 IN ({marks})", some)}  # noqa: S608  # question marks alone
        return known

    def _index(self, index: sqlite3.Connection, parcel: Parcel) -> int:
        brief = parcel.brief
        before = index.execute(
            "SELECT id, edition, added, effective, source FROM brief WHERE slug = ? ORDER BY edition DESC LIMIT 1",
            (brief.slug,),
        ).fetchone()
        edition = 1 if before is None else before["edition"] + 1
        added = self._now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        published = brief.published or added[:10]
        effective = published
        if before is not None:
            added = max(added, before["added"])  # a clock that was put back
            effective = max(published, before["effective"])  # a correction counts after what it corrects
            standing = before["source"] != parcel.source
            index.execute("UPDATE brief SET current = 0, standing = ? WHERE id = ?", (standing, before["id"]))
        printable = answers(brief.observations, self._glossary, brief.doubtful)
        row = {
            "digest": parcel.digest, "slug": brief.slug, "edition": edition,
            "replaces": None if before is None else before["id"], "current": 1, "standing": 1,
            "area": brief.area, "month": brief.period.month, "cumulative": brief.period.cumulative,
            "published": published, "effective": effective, "added": added,
            "place_vi": brief.place.vi, "place_en": brief.place.en,
            "period_vi": brief.period_label.vi, "period_en": brief.period_label.en,
            "headline_vi": "".join(r.text for r in brief.headline.vi),
            "headline_en": "".join(r.text for r in brief.headline.en),
            "version": brief.signature.version, "glossary": brief.signature.glossary,
            "engine": brief.signature.engine, "source": parcel.source, "facts": len(printable),
            "seal": "",
        }  # fmt: skip
        names, marks = ", ".join(row), ", ".join(f":{name}" for name in row)
        number = index.execute(f"INSERT INTO brief ({names}) VALUES ({marks})", row).lastrowid  # noqa: S608  # names alone
        assert number is not None  # noqa: S101  # an INSERT has one
        files = {**parcel.files, MANIFEST: parcel.manifest}
        index.executemany(
            "INSERT INTO file VALUES (?, ?, ?, ?)", [(number, n, digest(d), len(d)) for n, d in files.items()]
        )
        _facts(index, number, brief, printable)
        _passages(index, number, brief)
        index.execute("UPDATE brief SET seal = ? WHERE id = ?", (seal(index, number), number))
        return int(edition)


def _facts(index: sqlite3.Connection, number: int, brief: Brief, printable: Sequence[int]) -> None:
    series: dict[tuple[str, ...], int] = {}
    for i in printable:
        o = brief.observations[i]
        key = (o.indicator, o.area, o.measure, o.basis)
        if key not in series:
            index.execute(
                "INSERT INTO series (indicator, area, measure, basis) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", key
            )
            found = "SELECT id FROM series WHERE (indicator, area, measure, basis) = (?, ?, ?, ?)"
            series[key] = index.execute(found, key).fetchone()[0]
        fact = (
            series[key], o.period, o.until, number, f"{o.value:f}", o.unit, o.scale, o.status, o.approximation,
            o.span.start, o.span.end, o.quote,
        )  # fmt: skip
        index.execute("INSERT INTO fact VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", fact)


def _passages(index: sqlite3.Connection, number: int, brief: Brief) -> None:
    for p in passages(brief):
        codes = "".join(f" {code}" for code in p.indicators) + " "
        row = index.execute(
            "INSERT INTO passage (brief, language, kind, text, indicators) VALUES (?, ?, ?, ?, ?)",
            (number, p.language, p.kind, p.text, codes),
        ).lastrowid
        place = f"{brief.place.vi} {brief.place.en}"  # finds its sentences
        folded = (row, plain(p.text), plain(place))
        index.execute("INSERT INTO folded (rowid, text, place) VALUES (?, ?, ?)", folded)
        index.execute("INSERT INTO exact (rowid, text, place) VALUES (?, ?, ?)", (row, p.text, place))
