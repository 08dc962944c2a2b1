"""Who was sent which brief: the ledger that keeps every brief from going to anybody twice.

    queued ---> sending ---> accepted            by a server, or written into the outbox
       |           |-------> deferred            the server said "not now" (4xx): tried again when it is due
       |           |-------> rejected            the server said "never" (5xx)
       |           '-------> unknown             whether it arrived: tried again only if a person says so
       '-------------------> unsubscribed, bounced   found on the suppression list; accepted ones may bounce later

A row for each brief and subscriber is written before and after each step, so that a process that is killed leaves
behind what the next one must know.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Literal, NamedTuple, get_args

from pipeline.errors import DeliveryError
from pipeline.records import WAIT, opened_records, together
from pipeline.store import locked

LEDGER = "ledger.sqlite"
State = Literal[
    "queued", "sending", "accepted", "deferred", "rejected", "unknown", "unsubscribed", "bounced",
]  # fmt: skip
STATES: tuple[State, ...] = get_args(State)
_VERSION = 2
_TABLE = """
    CREATE TABLE delivery (
        brief TEXT NOT NULL,  -- its name: lang-son-2023-06
        email TEXT NOT NULL COLLATE NOCASE,
        state TEXT NOT NULL,
        since TEXT NOT NULL,  -- ISO 8601, UTC: when it came into that state
        queued TEXT NOT NULL,  -- when it was queued: the message's date
        message TEXT NOT NULL UNIQUE,  -- its Message-ID before the @
        attempts INTEGER NOT NULL,
        due TEXT NOT NULL,  -- when to try a deferred one again
        detail TEXT NOT NULL,  -- what the server said
        PRIMARY KEY (brief, email)
    ) WITHOUT ROWID
"""


class Delivery(NamedTuple):
    """A brief to a subscriber, and how far it has come."""

    brief: str
    email: str
    state: State
    since: str
    queued: str
    message: str
    attempts: int
    due: str
    detail: str


class Ledger:
    """The ledger of a folder, while no other process sends from it. Raises DeliveryError."""

    def __init__(self, index: sqlite3.Connection) -> None:
        self._index = index

    def queue(self, brief: str, people: Iterable[tuple[str, str]], now: str) -> None:
        """Addresses that are to have a brief, each with its message's name; those that are there stay as they are."""
        rows = [(brief, email, "queued", now, now, name, 0, "", "") for email, name in people]
        with together(self._index):
            self._index.executemany("INSERT OR IGNORE INTO delivery VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def set(
        self, delivery: Delivery, state: State, now: str, detail: str = "", *, attempts: int = 0, due: str = ""
    ) -> Delivery:
        """A delivery's new state, on the disk before anything else happens."""
        changed = delivery._replace(state=state, since=now, detail=detail, attempts=attempts, due=due)
        sql = (
            "UPDATE delivery SET (state, since, detail, attempts, due) = (?, ?, ?, ?, ?) WHERE (brief, email) = (?, ?)"
        )
        self._index.execute(sql, (state, now, detail, attempts, due, delivery.brief, delivery.email))
        return changed

    def deliveries(self, brief: str = "") -> list[Delivery]:
        """Those of a brief, or all of them, in the order of their queue."""
        sql = "SELECT * FROM delivery WHERE ? IN ('', brief) ORDER BY queued, brief, email"
        return [Delivery(*row) for row in self._index.execute(sql, (brief,))]

    def by_message(self, name: str) -> Delivery | None:
        """The delivery of a message, by what stands before the @ of its Message-ID."""
        row = self._index.execute("SELECT * FROM delivery WHERE message = ?", (name,)).fetchone()
        return None if row is None else Delivery(*row)


def read_deliveries(folder: Path, brief: str = "") -> list[Delivery]:
    """What the ledger in a folder says, also while another process sends. Raises DeliveryError where there is none."""
    file = folder / LEDGER
    if not file.exists():
        raise DeliveryError(f"{folder}: nothing was sent from there")
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=WAIT)) as index:
            return Ledger(index).deliveries(brief)
    except sqlite3.Error as e:
        raise DeliveryError(f"{file}: cannot be used: {e}") from e


@contextmanager
def opened_ledger(folder: Path) -> Iterator[Ledger]:
    """The ledger in a folder, which is made where it is not there; one process at a time."""
    with opened_records(folder / LEDGER, _VERSION, _prepare, DeliveryError) as index, locked(folder):
        yield Ledger(index)


def _prepare(index: sqlite3.Connection) -> None:
    """Make the table where there is none; take over a ledger of before there were servers."""
    old = index.execute("SELECT 1 FROM sqlite_master WHERE name = 'delivery'").fetchone()
    if old:
        index.execute("ALTER TABLE delivery RENAME TO old")
    index.execute(_TABLE)
    if old:
        # A brief was known by its PDF's hash then, and so was its message's file: what was on its way is unknown.
        index.execute(
            """INSERT OR IGNORE INTO delivery
            SELECT slug, email, CASE state WHEN 'sending' THEN 'unknown' ELSE state END, since, queued,
                brief || email, 0, '', detail FROM old ORDER BY state"""
        )
        index.execute("DROP TABLE old")
