"""The whole archive as a Data Package (files, tables, SDMX-CSV), and an archive from one, with equal hashes."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.archive.objects import digest
from pipeline.archive.parcel import MANIFEST, parcel
from pipeline.archive.reading import Archive, Entry, Vintage, observation
from pipeline.archive.writing import Added, Writer
from pipeline.dataset import sdmx_csv
from pipeline.errors import ArchiveError
from pipeline.glossary import Glossary
from pipeline.store import COLUMNS, csv_text

DESCRIPTION, BRIEFS, TABLE, SDMX_TABLE, FILES = (
    "datapackage.json",
    "briefs.csv",
    "vintages.csv",
    "series.sdmx.csv",
    "briefs",
)
_BRIEF_COLUMNS = ("slug", "edition", "area", "month", "published", "added", "digest")
_VINTAGE_COLUMNS = ("slug", "edition", "published", *COLUMNS, "until", "approximation")
_TYPES = {"value": "number", "scale": "integer", "start": "integer", "end": "integer", "edition": "integer"}

Begin = Callable[[int, int], None]


def export(archive: Archive, out: Path, begin: Begin = lambda _done, _all: None) -> None:
    """Archive -> a folder: every brief's files, all vintages as a table, the latest ones as SDMX-CSV, a description.

    The folder must not be there yet; it appears when it is whole. Raises ArchiveError.
    """
    with _whole(out) as work, archive.snapshot():
        entries = sorted(archive.entries(every=True), key=lambda e: e.id)
        rows = [[getattr(e, c) for c in _BRIEF_COLUMNS] for e in entries]
        (work / BRIEFS).write_text(csv_text(_BRIEF_COLUMNS, rows), encoding="utf-8")
        (work / TABLE).write_text(csv_text(_VINTAGE_COLUMNS, map(_row, archive.vintages())), encoding="utf-8")
        (work / SDMX_TABLE).write_bytes(sdmx_csv(map(observation, archive.series(""))).encode())
        for n, entry in enumerate(entries):
            begin(n, len(entries))
            folder = work / FILES / entry.slug / str(entry.edition)
            folder.mkdir(parents=True)
            for name in archive.files(entry):
                (folder / name).write_bytes(archive.read(entry, name))
        begin(len(entries), len(entries))
        described = json.dumps(_package(work), ensure_ascii=False, indent=1) + "\n"
        (work / DESCRIPTION).write_text(described, encoding="utf-8")


def _row(v: Vintage) -> list[object]:
    return [f"{v.value:f}" if c == "value" else getattr(v, c) for c in _VINTAGE_COLUMNS]


def _package(work: Path) -> dict[str, Any]:
    """The descriptor of a Data Package, version 2, of the tables; the briefs' files have their own."""
    resources = []
    for name in (BRIEFS, TABLE, SDMX_TABLE):
        data = (work / name).read_bytes()
        resource: dict[str, Any] = {
            "name": name.removesuffix(".csv").replace(".", "-"), "path": name, "format": "csv", "mediatype": "text/csv",
            "encoding": "utf-8", "bytes": len(data), "hash": f"sha256:{digest(data)}",
        }  # fmt: skip
        if name != SDMX_TABLE:
            columns = data.partition(b"\n")[0].decode().split(",")
            fields = [{"name": c, "type": _TYPES.get(c, "string")} for c in columns]
            resource |= {"type": "table", "schema": {"fields": fields, "missingValues": [""]}}
        resources.append(resource)
    profile = "https://datapackage.org/profiles/2.0/datapackage.json"
    return {"$schema": profile, "name": "songngu-archive", "resources": resources}


@contextmanager
def _whole(out: Path) -> Iterator[Path]:
    """A folder beside `out` that takes its name when all is done."""
    if out.exists() or out.is_symlink():
        raise ArchiveError(f"{out}: is there already")
    work = out.absolute().with_name(f".{out.name}.part")
    try:
        shutil.rmtree(work, ignore_errors=True)  # of an export that was killed
        work.mkdir(parents=True)
        yield work
        work.rename(out)
    except OSError as e:
        raise ArchiveError(f"{out}: cannot be written: {e.strerror or e}") from e
    finally:
        shutil.rmtree(work, ignore_errors=True)


def restore(package: Path, folder: Path, glossary: Glossary, begin: Begin = lambda _done, _all: None) -> list[Added]:
    """An exported folder -> the briefs put into an archive, in their order and with their dates.

    Briefs that are there already are passed over. Every file is looked at before the first brief is put in. Raises
    ArchiveError where one is missing, damaged or none of a brief.
    """
    rows = _listed(package / BRIEFS)
    for n, row in enumerate(rows):  # all of them, before the first one is put in
        begin(n, len(rows))
        _files(package, row)
    done = []
    for n, row in enumerate(rows):
        begin(n, len(rows))
        name = f"{row['slug']}, edition {row['edition']}"
        made = parcel(_files(package, row), name)
        said = (made.brief.slug, made.brief.area, made.brief.period.month)
        if said != (row["slug"], row["area"], row["month"]):
            raise ArchiveError(f"{name}: {BRIEFS} names another place or month than the brief")
        added = _time(row["added"], name)
        done.append(Writer(folder, glossary, lambda when=added: when).add(made))  # type: ignore[misc]  # a default of a lambda has no type
    begin(len(rows), len(rows))
    return done


def _listed(file: Path) -> list[dict[str, str]]:
    try:
        rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8")), strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as e:
        raise ArchiveError(f"{file}: no exported archive: {getattr(e, 'strerror', None) or e}") from e
    for row in rows:
        if any(not isinstance(row.get(c), str) for c in _BRIEF_COLUMNS):
            raise ArchiveError(f"{file}: not the table of an exported archive")
    if not rows:
        raise ArchiveError(f"{file}: names no brief")
    return rows


def _time(text: str, name: str) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError as e:
        raise ArchiveError(f"{name}: {text!r} is no time of addition") from e


def _files(package: Path, row: dict[str, str]) -> dict[str, bytes]:
    slug, edition = row["slug"], row["edition"]
    if os.sep in slug or slug in ("", ".", "..") or not edition.isdigit():
        raise ArchiveError(f"{package / BRIEFS}: {slug!r}, edition {edition!r}: no brief's name")
    folder = package / FILES / slug / edition
    try:
        listed = json.loads((folder / MANIFEST).read_bytes())["files"]
        files = {str(f["name"]): f for f in listed}
        if any(os.sep in name or name in (".", "..") for name in files):
            raise ArchiveError(f"{folder / MANIFEST}: a name that leads out of the folder")
        made = {name: (folder / name).read_bytes() for name in files}
    except OSError as e:
        raise ArchiveError(f"{e.filename}: cannot be read: {e.strerror}") from e
    except (ValueError, LookupError, TypeError, RecursionError) as e:
        raise ArchiveError(f"{folder / MANIFEST}: no manifest: {e}") from e
    if any(digest(data) != files[name]["sha256"] for name, data in made.items()) or _digest(folder) != row["digest"]:
        raise ArchiveError(f"{folder}: not what was exported")
    return made


def _digest(folder: Path) -> str:
    return digest((folder / MANIFEST).read_bytes())


def entry_files(archive: Archive, entry: Entry, out: Path) -> None:
    """One brief -> a folder with its files as they were built. Raises ArchiveError."""
    with _whole(out) as work:
        for name in archive.files(entry):
            if name != MANIFEST:
                (work / name).write_bytes(archive.read(entry, name))
