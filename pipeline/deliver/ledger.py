"""Who was sent which brief: the ledger that keeps every brief from going to anybody twice.

A row for each brief and subscriber goes from queued to sending to accepted. It is written before and after each step,
so that a process that is killed leaves behind what the next one must know.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Literal, NamedTuple

from pipeline.errors import DeliveryError
from pipeline.store import locked

LEDGER = "ledger.sqlite"
State = Literal["queued", "sending", "accepted"]
_TABLE = """
    CREATE TABLE IF NOT EXISTS delivery (
        brief TEXT NOT NULL,  -- SHA-256 of its PDF
        email TEXT NOT NULL,
        slug TEXT NOT NULL,
        state TEXT NOT NULL,
        since TEXT NOT NULL,  -- ISO 8601, UTC: when it came into that state
        queued TEXT NOT NULL,  -- when it was queued: the message's date
        detail TEXT NOT NULL,
        PRIMARY KEY (brief, email)
    ) WITHOUT ROWID
"""
_WAIT = 30.0  # seconds for another process


class Delivery(NamedTuple):
    """A brief to a subscriber, and how far it has come."""

    brief: str
    email: str
    slug: str
    state: State
    since: str
    queued: str
    detail: str


class Ledger:
    """The ledger of a folder, while no other process sends from it. Raises DeliveryError."""

    def __init__(self, index: sqlite3.Connection) -> None:
        self._index = index

    def queue(self, brief: str, slug: str, emails: Iterable[str], now: str) -> None:
        """Subscribers who are to have a brief; those who are in the ledger already stay as they are."""
        rows = [(brief, email, slug, "queued", now, now, "") for email in emails]
        self._index.executemany("INSERT OR IGNORE INTO delivery VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        self._index.commit()

    def set(self, delivery: Delivery, state: State, now: str, detail: str = "") -> None:
        """A delivery's new state, on the disk before anything else happens."""
        sql = "UPDATE delivery SET state = ?, since = ?, detail = ? WHERE (brief, email) = (?, ?)"
        self._index.execute(sql, (state, now, detail, delivery.brief, delivery.email))
        self._index.commit()

    def deliveries(self, brief: str = "") -> list[Delivery]:
        """Those of a brief, or all of them, in the order of their queue."""
        sql = "SELECT * FROM delivery WHERE ? IN ('', brief) ORDER BY queued, slug, email"
        return [Delivery(*row) for row in self._index.execute(sql, (brief,))]


@contextmanager
def opened_ledger(folder: Path) -> Iterator[Ledger]:
    """The ledger in a folder, which is made where it is not there; one process at a time."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with locked(folder), closing(sqlite3.connect(folder / LEDGER, timeout=_WAIT)) as index:
            index.execute("PRAGMA journal_mode = WAL")
            index.execute("PRAGMA synchronous = FULL")
            index.execute(_TABLE)
            yield Ledger(index)
    except sqlite3.Error as e:
        raise DeliveryError(f"{folder / LEDGER}: cannot be used: {e}") from e
    except OSError as e:
        raise DeliveryError(f"{folder}: cannot be written: {e.strerror or e}") from e
