"""What an engine was asked before, and what of its answers passed: the second build of a report asks it nothing.

Answers are kept in one SQLite file by all that they depend on: the engine's name (which holds the model's
checksum), the glossary's signature but for imported pairs, and the program's revision. It is a cache: it may be
deleted at any time.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

_TABLE = (
    "CREATE TABLE IF NOT EXISTS given (context TEXT, segment TEXT, english TEXT, reason TEXT, day TEXT, "
    "PRIMARY KEY (context, segment)) WITHOUT ROWID"
)
_KEPT_DAYS = 60  # a monthly build and a late one; what was written before that in another context is thrown away
_WAIT = 5  # seconds for another process that writes


class Answer(NamedTuple):
    """The English of a segment, or the reason why it has none."""

    english: str
    reason: str


class Answers:
    """The answers of one engine, glossary and program; what cannot be read or kept is said by `warn`."""

    def __init__(self, file: Path, context: str, warn: Callable[[str], None]) -> None:
        self._file, self._context, self._warn = file, context, warn

    def read(self, segments: Sequence[str]) -> dict[str, Answer]:
        """Segments with their items -> the answers of those that were asked before."""
        query = "SELECT segment, english, reason FROM given WHERE context = ? AND segment = ?"
        found: dict[str, Answer] = {}
        try:
            if not self._file.exists():
                return {}
            with closing(sqlite3.connect(self._file, timeout=_WAIT)) as connection:
                connection.execute(_TABLE)
                for segment in segments:
                    for row in connection.execute(query, (self._context, segment)):
                        found[row[0]] = Answer(str(row[1]), str(row[2]))
        except (sqlite3.Error, OSError) as e:
            self._warn(f"{self._file}: earlier translations cannot be read: {e}")
        return found

    def write(self, answers: Mapping[str, Answer]) -> None:
        """Keep them, all or none."""
        today = datetime.now(UTC).date()
        oldest = today - timedelta(days=_KEPT_DAYS)
        rows = [(self._context, segment, *answer, today.isoformat()) for segment, answer in answers.items()]
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self._file, timeout=_WAIT)) as connection, connection:
                connection.execute(_TABLE)
                stale = "DELETE FROM given WHERE context <> ? AND day < ?"
                connection.execute(stale, (self._context, oldest.isoformat()))
                connection.executemany("INSERT OR REPLACE INTO given VALUES (?, ?, ?, ?, ?)", rows)
        except (sqlite3.Error, OSError) as e:
            self._warn(f"{self._file}: translations cannot be kept: {e}")


def answers_file() -> Path:
    """Where they lie: the XDG Base Directory Specification's folder of caches."""
    named = Path(os.environ.get("XDG_CACHE_HOME", ""))  # a relative one is to be ignored, says the specification
    folder = named if named.is_absolute() else Path(os.path.expanduser("~")) / ".cache"  # noqa: PTH111  # never raises
    return folder / "songngu" / "translations.sqlite"
