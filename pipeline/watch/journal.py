"""What became of every article that was noticed: journal.sqlite in the folder of the runs' records.

    found ---> built ---> archived ---> published ---> sent
      |          '------> held ---> approved (goes on as built)
      |                    '------> rejected
      |-----> passed       no report in it
      '-----> failed       cannot be read; tried again only when its bytes change

Each step is on the disk before the next begins, so that a run that died goes on where it was. The bytes of what is not
settled yet lie beside it, in `sources`, and its brief in `built`.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, NamedTuple, get_args

from pipeline.errors import StoreError
from pipeline.records import opened_records
from pipeline.watch.memory import Found

JOURNAL = "journal.sqlite"
State = Literal[
    "found", "built", "held", "approved", "rejected", "passed", "failed", "archived", "published", "sent",
]  # fmt: skip
STATES: tuple[State, ...] = get_args(State)
SHORT = 16  # digits of a source's SHA-256 that name it
_VERSION = 1
_TABLE = """
    CREATE TABLE article (
        source TEXT PRIMARY KEY,  -- SHA-256 of its bytes
        name TEXT NOT NULL,  -- address or file
        media TEXT NOT NULL,
        text TEXT NOT NULL,  -- SHA-256 of the article alone: a page's menus and counters change; empty: not readable
        month TEXT NOT NULL,  -- that it reports on
        state TEXT NOT NULL,
        since TEXT NOT NULL,  -- ISO 8601, UTC
        brief TEXT NOT NULL,  -- its name: lang-son-2023-06
        why TEXT NOT NULL  -- it is held, failed or rejected, a line each
    ) WITHOUT ROWID
"""


class Entry(NamedTuple):
    """An article and how far it has come."""

    source: str
    name: str
    media: str
    text: str
    month: str
    state: State
    since: str
    brief: str
    why: str


# Of articles that were let through, the newest at a place counts: a page may go back to what it said before.
_STANDS = """NOT EXISTS (SELECT 1 FROM article newer WHERE newer.name = article.name AND newer.since > article.since
    AND newer.state IN ('archived', 'published', 'sent'))"""


class Journal:
    """The journal of a folder. Every method is on the disk when it returns; raises StoreError."""

    def __init__(self, folder: Path, index: sqlite3.Connection) -> None:
        self._index = index
        self._sources, self.built = folder / "sources", folder / "built"

    def knows(self, source: str) -> bool:
        """Whether something of that SHA-256 was noticed before, and nothing newer took its place."""
        sql = f"SELECT 1 FROM article WHERE source = ? AND {_STANDS}"  # noqa: S608  # a condition of this module
        return self._index.execute(sql, (source,)).fetchone() is not None

    def knows_article(self, name: str, text: str) -> bool:
        """The same of an article's text; or, without one, whether there was something else than a report there."""
        sql = f"""SELECT 1 FROM article
            WHERE text = ? AND (text != '' OR (name = ? AND state = 'passed')) AND {_STANDS}"""  # noqa: S608  # the same
        return self._index.execute(sql, (text, name)).fetchone() is not None

    def knows_brief(self, name: str) -> bool:
        """Whether a brief of that name was built and not rejected."""
        sql = "SELECT 1 FROM article WHERE brief = ? AND state != 'rejected'"
        return self._index.execute(sql, (name,)).fetchone() is not None

    def found(self, found: Found, text: str, month: str, now: str) -> None:
        """Something is noticed: its bytes are kept until the archive has them."""
        file = self._sources / found.sha256
        part = file.with_suffix(".part")
        try:
            self._sources.mkdir(exist_ok=True)
            with part.open("wb") as opened:
                opened.write(found.data)
                opened.flush()
                os.fsync(opened.fileno())
            part.replace(file)
        except OSError as e:
            raise StoreError(f"{file}: cannot be written: {e.strerror or e}") from e
        row = (found.sha256, found.name, found.media, text, month, "found", now, "", "")
        self._index.execute("INSERT OR REPLACE INTO article VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)

    def data(self, entry: Entry) -> bytes:
        """An article's bytes, until it is settled."""
        try:
            return (self._sources / entry.source).read_bytes()
        except OSError as e:
            raise StoreError(f"{self._sources / entry.source}: cannot be read: {e.strerror}") from e

    def folder(self, entry: Entry) -> Path:
        """Where an article's brief lies until it is settled: nothing else is built there."""
        return self.built / entry.source[:SHORT]

    def set(self, entry: Entry, state: State, now: str, *, brief: str = "", why: str = "") -> Entry:
        """An article's new state. The bytes and the brief of one that is settled go."""
        changed = entry._replace(state=state, since=now, brief=brief or entry.brief, why=why)
        sql = "UPDATE article SET (state, since, brief, why) = (?, ?, ?, ?) WHERE source = ?"
        self._index.execute(sql, (state, now, changed.brief, why, entry.source))
        if state in ("archived", "passed", "failed", "rejected"):
            (self._sources / entry.source).unlink(missing_ok=True)
            shutil.rmtree(self.folder(entry), ignore_errors=True)
        return changed

    def entries(self, *states: State) -> list[Entry]:
        """The articles in these states, in the order of their months: a brief shows what earlier ones said."""
        marks = ", ".join("?" * len(states))
        sql = f"SELECT * FROM article WHERE state IN ({marks}) ORDER BY month, since, name"  # noqa: S608  # question marks
        return [Entry(*row) for row in self._index.execute(sql, states)]


@contextmanager
def opened_journal(folder: Path) -> Iterator[Journal]:
    """The journal in a folder, which is made where it is not there. Raises StoreError."""
    with opened_records(folder / JOURNAL, _VERSION, lambda index: index.execute(_TABLE), StoreError) as index:
        yield Journal(folder, index)
