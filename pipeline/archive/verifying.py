"""An archive -> what is wrong with it: every object against its name, every row against the files it came from."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.archive.objects import digest
from pipeline.archive.parcel import MANIFEST
from pipeline.archive.reading import Archive, Entry, observation
from pipeline.archive.sealing import seal
from pipeline.model import Brief, Observation
from pipeline.store import from_json

_BRIEF = "5-brief.json"


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
    # First what lies there, then what is known: what is added meanwhile is either not seen or known.
    lying, left = list(archive.objects.all()), archive.objects.left()
    rests = sorted(archive.objects.incoming.glob("*"))
    with archive.snapshot():
        yield from _index(archive)
        known = {r[0] for r in archive.index.execute("SELECT DISTINCT sha256 FROM file")}
        for path in lying:
            if path.name in known and path == archive.objects.path(path.name):
                continue
            if path.name in left:
                yield Fault(str(path), "left by an addition that was killed", harmless=True)
            else:
                yield Fault(str(path), "no brief has this object")
        for rest in filter(Path.exists, rests):
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
        (sentences,) = archive.index.execute("SELECT count(*) FROM passage").fetchone()
        for table in ("folded", "exact"):
            (indexed,) = archive.index.execute(f"SELECT count(*) FROM {table}_docsize").fetchone()  # noqa: S608  # two names
            if indexed != sentences:
                yield Fault(where, f"the search knows {indexed} of {sentences} sentences")
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
    """The index's rows against the brief's own files, and against what they were."""
    if MANIFEST not in files or _BRIEF not in files:
        yield Fault(name, "has no manifest or no 5-brief.json")
        return
    row = archive.index.execute("SELECT digest, seal FROM brief WHERE id = ?", (entry.id,)).fetchone()
    listed = json.loads(archive.read(entry, MANIFEST))["files"]
    named = {f["name"]: (f["sha256"], f["bytes"]) for f in listed}
    if named != {n: f for n, f in files.items() if n != MANIFEST} or files[MANIFEST][0] != row["digest"]:
        yield Fault(name, "its files are not those of its manifest")
    brief = from_json(archive.read(entry, _BRIEF).decode("utf-8"), Brief)
    told = {_figure(o) for o in brief.observations}
    facts = archive.facts(entry)
    for v in facts:
        if _figure(observation(v)) not in told:
            yield Fault(name, f"the index has a figure that the brief has not: {v.indicator} {v.period} {v.value}")
    if len(facts) != entry.facts:
        yield Fault(name, f"the index has {len(facts)} of its {entry.facts} figures")
    if (brief.slug, brief.area, brief.period.month) != (entry.slug, entry.area, entry.month):
        yield Fault(name, "the index names another place or month than the brief")
    elif seal(archive.index, entry.id) != row["seal"]:
        yield Fault(name, "the index does not say of it what it said when it was added")


def _figure(o: Observation) -> tuple[object, ...]:
    return replace(o, quantity=0, rule="", cause=None), f"{o.value:f}"
