"""An archive -> what is wrong with it: every object against its name, every row against the files it came from."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pipeline.archive.objects import digest
from pipeline.archive.parcel import MANIFEST
from pipeline.archive.reading import Archive, Entry
from pipeline.dataset import OBSERVATIONS
from pipeline.store import COLUMNS


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: where (a file, a brief), and what. `harmless`: the next addition clears it away."""

    where: str
    what: str
    harmless: bool = False


def verify(archive: Archive, begin: Callable[[int, int], None] = lambda _done, _all: None) -> Iterator[Fault]:
    """Archive -> its faults, as they are found; `begin` is told how many briefs of how many have been looked at.

    Proves that the index is sound, that every brief has all its files and they are what they were, that every figure
    of the index stands in the brief's table, and that nothing else lies among the objects.
    """
    yield from _index(archive)
    known = {r[0] for r in archive.index.execute("SELECT DISTINCT sha256 FROM file")}
    left = archive.objects.left()
    for path in archive.objects.all():
        if path.name in known and path == archive.objects.path(path.name):
            continue
        if path.name in left:
            yield Fault(str(path), "left by an addition that was killed", harmless=True)
        else:
            yield Fault(str(path), "no brief has this object")
    for rest in sorted(archive.objects.incoming.glob("*")):
        yield Fault(str(rest), "left by an addition that was killed", harmless=True)
    sound: dict[str, bool] = {}
    entries = archive.entries(every=True)
    for n, entry in enumerate(entries):
        begin(n, len(entries))
        yield from _brief(archive, entry, sound)
    begin(len(entries), len(entries))


def _index(archive: Archive) -> Iterator[Fault]:
    where = str(archive.folder)
    try:
        for (told,) in archive.index.execute("PRAGMA integrity_check"):
            if told != "ok":
                yield Fault(where, f"the index: {told}")
        for table, *_ in archive.index.execute("PRAGMA foreign_key_check"):
            yield Fault(where, f"the index: a row of {table} belongs to nothing")
        sql = "SELECT slug FROM brief GROUP BY slug HAVING sum(current) <> 1 OR max(edition) <> count(*)"
        for (slug,) in archive.index.execute(sql):
            yield Fault(slug, "its editions are not one after the other, the last one current")
    except sqlite3.DatabaseError as e:
        yield Fault(where, f"the index: {e}")


def _brief(archive: Archive, entry: Entry, sound: dict[str, bool]) -> Iterator[Fault]:
    name = f"{entry.slug}, edition {entry.edition}"
    files = archive.files(entry)
    for file, (sha, size) in files.items():
        if sha not in sound:
            fault = _object(archive, sha, size)
            sound[sha] = fault is None
            if fault is not None:
                yield Fault(str(archive.objects.path(sha)), f"{file} of {name}: {fault}")
        elif not sound[sha]:
            yield Fault(str(archive.objects.path(sha)), f"{file} of {name}: the same object, damaged")
    if all(sound.get(sha) for sha, _ in files.values()):
        yield from _rows(archive, entry, name, files)


def _object(archive: Archive, sha: str, size: int) -> str | None:
    try:
        data = archive.objects.read(sha)
    except FileNotFoundError:
        return "missing"
    except OSError as e:
        return f"cannot be read: {e.strerror}"
    if len(data) != size:
        return f"{len(data)} bytes instead of {size}"
    return None if digest(data) == sha else "its bytes have changed (bit rot)"


def _rows(archive: Archive, entry: Entry, name: str, files: dict[str, tuple[str, int]]) -> Iterator[Fault]:
    """The index's rows against the brief's own files."""
    if MANIFEST not in files or OBSERVATIONS not in files:
        yield Fault(name, "has no manifest or no table of observations")
        return
    listed = json.loads(archive.read(entry, MANIFEST))["files"]
    if {f["name"]: (f["sha256"], f["bytes"]) for f in listed} != {n: f for n, f in files.items() if n != MANIFEST}:
        yield Fault(name, "its files are not those of its manifest")
    table = csv.DictReader(io.StringIO(archive.read(entry, OBSERVATIONS).decode("utf-8")))
    told = {tuple(row[c] for c in COLUMNS) for row in table}
    facts = archive.facts(entry)
    for v in facts:
        if tuple(f"{v.value:f}" if c == "value" else str(getattr(v, c)) for c in COLUMNS) not in told:
            yield Fault(name, f"the index has a figure that its table has not: {v.indicator} {v.period} {v.value}")
    if len(facts) != entry.facts:
        yield Fault(name, f"the index has {len(facts)} of its {entry.facts} figures")
