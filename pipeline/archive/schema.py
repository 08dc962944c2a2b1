"""The archive's index: its tables, and the way from one version of them to the next.

SQLite in WAL mode. `brief` has a row for every edition, `file` says which objects it consists of, `series` and `fact`
hold every printable observation (a later report of the same one is another row, never an overwrite), `passage` the
sentences, which `folded` and `exact` index without and with their diacritics (FTS5; both know no text of their own).
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from pipeline.errors import ArchiveError
from pipeline.store import locked

INDEX = "archive.sqlite"
APPLICATION = 0x736F6E67  # "song": what `file` shows, and what another program's database has not
_WAIT = 30.0  # seconds for another writer

# One script for each version; an index of version n has the first n behind it.
MIGRATIONS = (
    """
    CREATE TABLE brief (
        id INTEGER PRIMARY KEY,
        digest TEXT NOT NULL UNIQUE,  -- SHA-256 of its manifest
        slug TEXT NOT NULL,
        edition INTEGER NOT NULL,  -- 1, 2 ... of the slug
        replaces INTEGER REFERENCES brief (id),
        current INTEGER NOT NULL,  -- 1: no later edition
        standing INTEGER NOT NULL,  -- 1: the last reading of its source; 0: a later edition read the same source again
        area TEXT NOT NULL, month TEXT NOT NULL, cumulative TEXT NOT NULL,
        published TEXT NOT NULL,  -- ISO 8601 date, that of adding where the report has none
        effective TEXT NOT NULL,  -- when it counts from: published, but never before the edition before it
        added TEXT NOT NULL,  -- ISO 8601, UTC
        place_vi TEXT NOT NULL, place_en TEXT NOT NULL,
        period_vi TEXT NOT NULL, period_en TEXT NOT NULL,
        headline_vi TEXT NOT NULL, headline_en TEXT NOT NULL,
        version TEXT NOT NULL, glossary TEXT NOT NULL, engine TEXT NOT NULL,
        source TEXT NOT NULL,  -- SHA-256 of the source as fetched
        facts INTEGER NOT NULL,
        seal TEXT NOT NULL,  -- SHA-256 of what the index says of it (sealing.py)
        UNIQUE (slug, edition)
    );
    CREATE INDEX brief_by_area ON brief (area, month, current);
    CREATE INDEX brief_by_date ON brief (current, published);
    CREATE TABLE file (
        brief INTEGER NOT NULL REFERENCES brief (id), name TEXT NOT NULL,
        sha256 TEXT NOT NULL, bytes INTEGER NOT NULL,
        PRIMARY KEY (brief, name)
    ) WITHOUT ROWID;
    CREATE INDEX file_by_hash ON file (sha256);
    CREATE TABLE series (
        id INTEGER PRIMARY KEY,
        indicator TEXT NOT NULL, area TEXT NOT NULL, measure TEXT NOT NULL, basis TEXT NOT NULL,
        UNIQUE (indicator, area, measure, basis)
    );
    CREATE TABLE fact (
        series INTEGER NOT NULL REFERENCES series (id), period TEXT NOT NULL, until TEXT NOT NULL,
        brief INTEGER NOT NULL REFERENCES brief (id),
        value TEXT NOT NULL, unit TEXT NOT NULL, scale INTEGER NOT NULL,
        status TEXT NOT NULL, approximation TEXT NOT NULL,
        "start" INTEGER NOT NULL, "end" INTEGER NOT NULL, quote TEXT NOT NULL,
        PRIMARY KEY (series, period, until, brief)
    ) WITHOUT ROWID;
    CREATE INDEX fact_by_brief ON fact (brief);
    CREATE TABLE passage (
        id INTEGER PRIMARY KEY, brief INTEGER NOT NULL REFERENCES brief (id),
        language TEXT NOT NULL, kind TEXT NOT NULL, text TEXT NOT NULL,
        indicators TEXT NOT NULL  -- codes, a space around each
    );
    CREATE INDEX passage_by_brief ON passage (brief);
    CREATE VIRTUAL TABLE folded USING fts5 (text, place, content = '', tokenize = "unicode61 remove_diacritics 2");
    CREATE VIRTUAL TABLE exact USING fts5 (text, place, content = '', tokenize = "unicode61 remove_diacritics 0");
    """,
)


def connect(folder: Path, *, create: bool, migrations: Sequence[str] = MIGRATIONS) -> sqlite3.Connection:
    """An archive's folder -> its index, of this program's version; rows are read by name.

    An index of an older version is brought forward, and what it was is kept beside it (`archive-v1.sqlite`). A folder
    that may not be written is read as it is. Raises ArchiveError where there is none and none is to be made, for one
    of a newer program, and for what is none.
    """
    file = folder / INDEX
    if not create and not file.is_file():
        raise ArchiveError(f"{folder}: no archive is there")
    try:
        uri = f"file://{quote(os.fsencode(file.absolute()))}{_mode(folder, file)}"
        connection = sqlite3.connect(uri, uri=True, timeout=_WAIT, isolation_level=None)
        try:
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA foreign_keys = ON")
            if _version(connection, file, len(migrations), create=create) < len(migrations):
                with locked(folder):  # another process may be at it
                    _migrate(connection, file, migrations)
        except BaseException:
            connection.close()
            raise
    except (sqlite3.Error, OSError) as e:
        raise ArchiveError(f"{file}: cannot be used: {e}") from e
    return connection


def _mode(folder: Path, file: Path) -> str:
    """How a folder that may not be written is read: as it lies, unless a log beside the index is to be followed."""
    if os.access(folder, os.W_OK):
        return ""
    log = file.with_name(f"{file.name}-wal")
    return "?mode=ro" if log.exists() and log.stat().st_size else "?mode=ro&immutable=1"


def _version(connection: sqlite3.Connection, file: Path, newest: int, *, create: bool) -> int:
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    owner = int(connection.execute("PRAGMA application_id").fetchone()[0])
    filled = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    if not filled and not create:
        raise ArchiveError(f"{file.parent}: no archive is there")
    if filled and owner != APPLICATION:
        raise ArchiveError(f"{file}: the database of another program")
    if version > newest:
        raise ArchiveError(f"{file}: of a newer songngu (index version {version}); this one reads {newest}")
    return version


def _migrate(connection: sqlite3.Connection, file: Path, migrations: Sequence[str]) -> None:
    version = _version(connection, file, len(migrations), create=True)
    if version == len(migrations):
        return
    if version:
        _keep(connection, file.with_name(f"archive-v{version}.sqlite"))
    connection.execute("PRAGMA journal_mode = WAL")
    steps = "".join(migrations[version:])
    marks = f"PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {len(migrations)};"
    connection.executescript(f"BEGIN IMMEDIATE; {steps} {marks} COMMIT;")


def _keep(connection: sqlite3.Connection, backup: Path) -> None:
    """A copy of the index as it is; one that is there already is of an earlier try and is the better one."""
    if backup.exists():
        return
    part = backup.with_suffix(".part")
    part.unlink(missing_ok=True)
    with closing(sqlite3.connect(part)) as copy:
        connection.backup(copy)
    part.replace(backup)
