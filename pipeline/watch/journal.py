"""What became of every article that was noticed: journal.sqlite in the folder of the runs' records.

    found ---> built ---> archived ---> published ---> sent
      |          '------> held ---> approved (goes on as built)
      |                    '------> rejected
      |-----> passed       no report in it
      '-----> failed       cannot be read; tried again only when its bytes change

Each step is on the disk before the next begins, so that a run that died goes on where it was. The bytes of what is not
archived yet lie beside it, in `sources`.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Literal, NamedTuple, get_args

from pipeline.errors import StoreError
from pipeline.watch.memory import Found

JOURNAL = "journal.sqlite"
State = Literal[
    "found", "built", "held", "approved", "rejected", "passed", "failed", "archived", "published", "sent",
]  # fmt: skip
STATES: tuple[State, ...] = get_args(State)
# What a run still has to do something about, whatever it finds anew.
OPEN: tuple[State, ...] = ("found", "built", "approved", "archived", "published")
_TABLE = """
    CREATE TABLE IF NOT EXISTS article (
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
_WAIT = 30.0  # seconds for another process


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


class Journal:
    """The journal of a folder. Every method is on the disk when it returns; raises StoreError."""

    def __init__(self, folder: Path, index: sqlite3.Connection) -> None:
        self._folder, self._index = folder / "sources", index

    def knows(self, source: str) -> bool:
        """Whether something of that SHA-256 was noticed before."""
        return self._index.execute("SELECT 1 FROM article WHERE source = ?", (source,)).fetchone() is not None

    def knows_article(self, name: str, text: str) -> bool:
        """Whether an article of that text was noticed before; or, without one, something there that had none either."""
        sql = "SELECT 1 FROM article WHERE text = ? AND (text != '' OR name = ?)"
        return self._index.execute(sql, (text, name)).fetchone() is not None

    def knows_brief(self, name: str) -> bool:
        """Whether a brief of that name was built, whatever became of it."""
        return self._index.execute("SELECT 1 FROM article WHERE brief = ?", (name,)).fetchone() is not None

    def found(self, found: Found, text: str, month: str, now: str) -> None:
        """Something is noticed: its bytes are kept until the archive has them."""
        file = self._folder / found.sha256
        part = file.with_suffix(".part")
        try:
            self._folder.mkdir(exist_ok=True)
            with part.open("wb") as opened:
                opened.write(found.data)
                opened.flush()
                os.fsync(opened.fileno())
            part.replace(file)
        except OSError as e:
            raise StoreError(f"{file}: cannot be written: {e.strerror or e}") from e
        row = (found.sha256, found.name, found.media, text, month, "found", now, "", "")
        self._index.execute("INSERT OR IGNORE INTO article VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        self._index.commit()

    def data(self, entry: Entry) -> bytes:
        """An article's bytes, until it is settled."""
        try:
            return (self._folder / entry.source).read_bytes()
        except OSError as e:
            raise StoreError(f"{self._folder / entry.source}: cannot be read: {e.strerror}") from e

    def set(self, entry: Entry, state: State, now: str, *, brief: str = "", why: str = "") -> Entry:
        """An article's new state. The bytes of one that is settled go."""
        changed = entry._replace(state=state, since=now, brief=brief or entry.brief, why=why)
        sql = "UPDATE article SET (state, since, brief, why) = (?, ?, ?, ?) WHERE source = ?"
        self._index.execute(sql, (state, now, changed.brief, why, entry.source))
        self._index.commit()
        if state in ("archived", "passed"):
            (self._folder / entry.source).unlink(missing_ok=True)
        return changed

    def entries(self, *states: State) -> list[Entry]:
        """The articles in these states, in the order of their months: a brief shows what earlier ones said."""
        marks = ", ".join("?" * len(states))
        sql = f"SELECT * FROM article WHERE state IN ({marks}) ORDER BY month, since, name"  # noqa: S608  # question marks
        return [Entry(*row) for row in self._index.execute(sql, states)]


@contextmanager
def opened_journal(folder: Path) -> Iterator[Journal]:
    """The journal in a folder, which is made where it is not there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(folder / JOURNAL, timeout=_WAIT)) as index:
            index.execute("PRAGMA journal_mode = WAL")
            index.execute("PRAGMA synchronous = FULL")
            index.execute(_TABLE)
            yield Journal(folder, index)
    except sqlite3.Error as e:
        raise StoreError(f"{folder / JOURNAL}: cannot be used: {e}") from e
    except OSError as e:
        raise StoreError(f"{folder}: cannot be written: {e.strerror or e}") from e
