"""Small SQLite files of records: changes on the disk at once, several processes at work, none of a later version."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from pipeline.errors import SongnguError

WAIT = 30.0  # seconds for another process's write


@contextmanager
def opened_records(
    file: Path, version: int, prepare: Callable[[sqlite3.Connection], object], error: type[SongnguError]
) -> Iterator[sqlite3.Connection]:
    """A file of records -> its connection, which commits each statement unless a transaction is begun.

    File and folder are made where they are not there, the folder for its owner alone; `prepare` makes the tables, or
    what an earlier version made into them. Raises `error` where the file cannot be used.
    """
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with closing(sqlite3.connect(file, timeout=WAIT, isolation_level=None)) as index:
            index.execute("PRAGMA synchronous = FULL")
            found = _version(index)
            if found > version:
                raise error(f"{file}: of a later version of songngu")
            if found < version:
                _use_wal(index)
                with together(index):
                    if _version(index) < version:  # another process may have been first
                        prepare(index)
                        index.execute(f"PRAGMA user_version = {version}")
            yield index
    except sqlite3.Error as e:
        raise error(f"{file}: cannot be used: {e}") from e
    except OSError as e:
        raise error(f"{file.parent}: cannot be written: {e.strerror or e}") from e


def _use_wal(index: sqlite3.Connection) -> None:
    """Let others read while one writes. SQLite does not wait by itself for another process at the same change."""
    end = time.monotonic() + WAIT
    while True:
        try:
            index.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as e:
            if e.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
            time.sleep(0.02)
        else:
            return


@contextmanager
def together(index: sqlite3.Connection) -> Iterator[None]:
    """What is written meanwhile is on the disk at the end, all or none."""
    with index:
        index.execute("BEGIN IMMEDIATE")
        yield


def _version(index: sqlite3.Connection) -> int:
    return int(index.execute("PRAGMA user_version").fetchone()[0])
