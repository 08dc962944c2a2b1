"""Whom nothing is sent to any more, and why: the suppression list, the scores of bounces, and the tokens given out.

The file lies beside the ledger, and is not under its lock: the way out is open while a brief is being sent. Addresses
are the same however their letters are cased.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Literal, NamedTuple

from pipeline.deliver import tokens
from pipeline.errors import DeliveryError
from pipeline.records import opened_records, together

PEOPLE = "people.sqlite"
LIMIT = 2.0  # the sum of scores that an address is suppressed at
AGE = timedelta(days=100)  # a bounce counts that long: three monthly briefs
Reason = Literal["unsubscribed", "bounced", "removed"]
_VERSION = 1
_TABLES = (
    """CREATE TABLE suppressed (
        email TEXT PRIMARY KEY COLLATE NOCASE,
        reason TEXT NOT NULL,
        since TEXT NOT NULL,  -- ISO 8601, UTC
        detail TEXT NOT NULL
    ) WITHOUT ROWID""",
    """CREATE TABLE bounce (
        email TEXT NOT NULL COLLATE NOCASE,
        message TEXT NOT NULL,  -- the ledger's name of what bounced
        day TEXT NOT NULL,  -- of its first report
        score REAL NOT NULL,
        PRIMARY KEY (email, message)
    ) WITHOUT ROWID""",
    "CREATE TABLE token (identifier BLOB PRIMARY KEY, email TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE report (digest TEXT PRIMARY KEY) WITHOUT ROWID",  # SHA-256 of each report that was read
)


class Suppression(NamedTuple):
    """An address that nothing is sent to, the reason, since when (ISO 8601, UTC), and what it was known by."""

    email: str
    reason: Reason
    since: str
    detail: str


class People:
    """An open people.sqlite; any number of processes may have it open. Raises DeliveryError through opened_people()."""

    def __init__(self, index: sqlite3.Connection) -> None:
        self._index = index

    def together(self) -> AbstractContextManager[None]:
        """What is written meanwhile is on the disk at the end, all or none."""
        return together(self._index)

    # --- the suppression list

    def suppressed(self, email: str) -> str:
        """Why nothing is sent to an address; empty where it may be."""
        row = self._index.execute("SELECT reason FROM suppressed WHERE email = ?", (email,)).fetchone()
        return "" if row is None else str(row[0])

    def suppressions(self) -> list[Suppression]:
        """The list, by address."""
        return [Suppression(*row) for row in self._index.execute("SELECT * FROM suppressed ORDER BY email")]

    def suppress(self, email: str, reason: Reason, now: str, detail: str = "") -> bool:
        """Put an address on the list -> whether that changed it.

        What a person wishes is not covered by what happens later: a reason gives way to one to its right only.
        """
        sql = """INSERT INTO suppressed VALUES (?, ?, ?, ?) ON CONFLICT (email) DO UPDATE
            SET (reason, since, detail) = (excluded.reason, excluded.since, excluded.detail)
            WHERE instr('bounced removed unsubscribed', suppressed.reason)
                < instr('bounced removed unsubscribed', excluded.reason)"""
        return self._index.execute(sql, (email, reason, now, detail)).rowcount > 0

    def restore(self, email: str) -> None:
        """Take an address off the list; what bounced before is forgotten."""
        with self.together():
            self._index.execute("DELETE FROM suppressed WHERE email = ?", (email,))
            self._index.execute("DELETE FROM bounce WHERE email = ?", (email,))

    # --- bounces

    def read_before(self, digest: str) -> bool:
        """Whether a report was read already."""
        return self._index.execute("SELECT 1 FROM report WHERE digest = ?", (digest,)).fetchone() is not None

    def remember(self, digest: str) -> None:
        """A report was read."""
        self._index.execute("INSERT OR IGNORE INTO report VALUES (?)", (digest,))

    def bounced(self, email: str, message: str, day: date, score: float) -> None:
        """A message to an address bounced; of several reports of one message the gravest counts, on the first's day."""
        self._index.execute(
            "INSERT INTO bounce VALUES (?, ?, ?, ?) ON CONFLICT (email, message) DO UPDATE SET"
            " score = max(score, excluded.score), day = min(day, excluded.day)",
            (email, message, day.isoformat(), score),
        )

    def score(self, email: str, day: date) -> float:
        """The sum of an address's scores that still count on a day: of several on one day the highest."""
        sql = """SELECT total(highest) FROM
            (SELECT max(score) AS highest FROM bounce WHERE email = ? AND day > ? GROUP BY day)"""
        return float(self._index.execute(sql, (email, (day - AGE).isoformat())).fetchone()[0])

    def scored(self, email: str, message: str, day: date, score: float, stamp: str, detail: str) -> bool:
        """As bounced(), and whether the address was suppressed for it."""
        self.bounced(email, message, day, score)
        if self.score(email, date.fromisoformat(stamp[:10])) < LIMIT:
            return False
        return self.suppress(email, "bounced", stamp, detail)

    # --- tokens

    def token(self, email: str, key: str) -> str:
        """An address -> its token for the way out, which address_of() knows from now on."""
        identifier = tokens.identifier(email, key)
        # Most were given before: only a new one waits for other processes.
        if self._index.execute("SELECT 1 FROM token WHERE identifier = ?", (identifier,)).fetchone() is None:
            self._index.execute("INSERT OR IGNORE INTO token VALUES (?, ?)", (identifier, email))
        return tokens.token(identifier, key)

    def address_of(self, text: str, key: str) -> str:
        """What may be a token -> the address that it was given for; empty for none."""
        identifier = tokens.identified(text, key)
        row = self._index.execute("SELECT email FROM token WHERE identifier = ?", (identifier,)).fetchone()
        return "" if row is None else str(row[0])


@contextmanager
def opened_people(folder: Path) -> Iterator[People]:
    """The people of a mail folder, which is made where it is not there."""
    with opened_records(folder / PEOPLE, _VERSION, _make, DeliveryError) as index:
        yield People(index)


def _make(index: sqlite3.Connection) -> None:
    for table in _TABLES:
        index.execute(table)
