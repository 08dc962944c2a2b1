"""What earlier runs took, and which servers asked to be left alone: watch.sqlite in the folder of the runs' records.

Deleting the file is safe: everything is then asked for once more.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from pipeline.errors import StoreError
from pipeline.records import opened_records

MEMORY = "watch.sqlite"
_VERSION = 1
_TABLES = (
    """CREATE TABLE taken (
        name TEXT PRIMARY KEY,  -- an address, or a file's path
        etag TEXT NOT NULL,
        modified TEXT NOT NULL,
        links TEXT  -- JSON, what a page that is no article itself leads to
    ) WITHOUT ROWID""",
    """CREATE TABLE pause (
        host TEXT PRIMARY KEY,
        until TEXT NOT NULL  -- ISO 8601 with its offset
    ) WITHOUT ROWID""",
)


class Found(NamedTuple):
    """An article candidate: its address or its file's path, its bytes, the media type that its server gave.

    `etag`, `modified`: the validators that came with it (RFC 9110); a file's are its size and times.
    """

    name: str
    data: bytes
    media: str
    sha256: str
    etag: str = ""
    modified: str = ""


class Link(NamedTuple):
    """Where a page leads, by what words; `date`: when a feed says that it appeared (ISO 8601), empty elsewhere."""

    address: str
    texts: tuple[str, ...]
    date: str = ""


class Taken(NamedTuple):
    """What is kept of something that was taken: its validators, and the links of a page that is no article itself."""

    etag: str
    modified: str
    links: tuple[Link, ...] | None


class Memory:
    """The memory of a folder. Every method is on the disk when it returns."""

    def __init__(self, index: sqlite3.Connection) -> None:
        self._index = index

    def taken(self, found: Found) -> None:
        """What was found is safe elsewhere: it need not come again before it changes."""
        self._keep(found.name, found.etag, found.modified, None)

    def read(self, name: str, etag: str, modified: str, links: Iterable[Link]) -> None:
        """A page that leads to articles: it need not come again before it changes, its links are kept."""
        self._keep(name, etag, modified, json.dumps(list(links), ensure_ascii=False))

    def _keep(self, name: str, etag: str, modified: str, links: str | None) -> None:
        if etag or modified:
            self._index.execute("REPLACE INTO taken VALUES (?, ?, ?, ?)", (name, etag, modified, links))
        else:
            self._index.execute("DELETE FROM taken WHERE name = ?", (name,))

    def known(self, name: str) -> Taken | None:
        """What was taken under a name, None for what is to come whole."""
        row = self._index.execute("SELECT etag, modified, links FROM taken WHERE name = ?", (name,)).fetchone()
        if row is None:
            return None
        links = None if row[2] is None else tuple(Link(a, tuple(t), d) for a, t, d in json.loads(row[2]))
        return Taken(row[0], row[1], links)

    def pause(self, host: str, until: datetime) -> None:
        """A host that asks to be left alone until then."""
        self._index.execute("REPLACE INTO pause VALUES (?, ?)", (host, until.isoformat(timespec="seconds")))

    def paused(self, host: str) -> datetime | None:
        """Until when a host asked to be left alone, None: it never did."""
        row = self._index.execute("SELECT until FROM pause WHERE host = ?", (host,)).fetchone()
        return None if row is None else datetime.fromisoformat(row[0])


@contextmanager
def opened_memory(folder: Path) -> Iterator[Memory]:
    """The memory in a folder, made where it is not there. Raises StoreError."""
    with opened_records(folder / MEMORY, _VERSION, _make, StoreError) as index:
        yield Memory(index)


def _make(index: sqlite3.Connection) -> None:
    for table in _TABLES:
        index.execute(table)
