"""An engine that remembers what it was asked: the second build of a report asks the model nothing.

What it offered is kept in one SQLite file, by the engine's name (which holds the model's checksum), so another
model starts afresh. It is a cache: it may be deleted at any time.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from pipeline.translate.engine import Engine, Hypothesis

_TABLE = "CREATE TABLE IF NOT EXISTS offered (engine TEXT, text TEXT, hypotheses TEXT, PRIMARY KEY (engine, text))"
_ROUND = 6  # decimals of a score that are kept
_WAIT = 5  # seconds for another process that writes


class RememberingEngine:
    """The same answers as the engine within."""

    def __init__(self, engine: Engine, file: Path, warn: Callable[[str], None]) -> None:
        self._engine, self._file, self._warn = engine, file, warn
        self.name, self.placeholder = engine.name, engine.placeholder

    def translate(self, texts: Sequence[str]) -> list[list[Hypothesis]]:
        """Texts -> what the engine offers for each, from the file where it is there. Raises TranslationError."""
        wanted = list(dict.fromkeys(texts))
        known = self._read(wanted)
        missing = [text for text in wanted if text not in known]
        if missing:
            new = dict(zip(missing, self._engine.translate(missing), strict=True))
            self._write(new)
            known |= new
        return [known[text] for text in texts]

    def _read(self, texts: Sequence[str]) -> dict[str, list[Hypothesis]]:
        if not self._file.exists():
            return {}
        found: dict[str, list[Hypothesis]] = {}
        try:
            with closing(sqlite3.connect(self._file, timeout=_WAIT)) as connection:
                for text in texts:
                    query = "SELECT hypotheses FROM offered WHERE engine = ? AND text = ?"
                    for (row,) in connection.execute(query, (self.name, text)):
                        found[text] = [Hypothesis(str(english), float(score)) for english, score in json.loads(row)]
        except (sqlite3.Error, ValueError, TypeError) as e:
            self._warn(f"{self._file}: what the model was asked before cannot be read: {e}")
            return {}
        return found

    def _write(self, offered: dict[str, list[Hypothesis]]) -> None:
        rows = [
            (self.name, text, json.dumps([(h.text, round(h.score, _ROUND)) for h in given], ensure_ascii=False))
            for text, given in offered.items()
        ]
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self._file, timeout=_WAIT)) as connection, connection:
                connection.execute(_TABLE)
                connection.executemany("INSERT OR REPLACE INTO offered VALUES (?, ?, ?)", rows)
        except (sqlite3.Error, OSError) as e:
            self._warn(f"{self._file}: what the model offered cannot be kept: {e}")


def cache_file() -> Path:
    """Where it is kept: the XDG Base Directory Specification's folder of caches."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "songngu" / "translations.sqlite"
