"""What the index says of a brief -> a seal: a later change of any row shows."""

from __future__ import annotations

import json
import sqlite3

from pipeline.archive.objects import digest

_FIXED = (
    "digest", "slug", "edition", "replaces", "area", "month", "cumulative", "published", "effective", "added",
    "place_vi", "place_en", "period_vi", "period_en", "headline_vi", "headline_en", "version", "glossary", "engine",
    "source", "facts",
)  # fmt: skip


def seal(index: sqlite3.Connection, brief: int) -> str:
    """A brief's number -> SHA-256 of its row (but for what later editions change), its figures and its sentences."""
    row = index.execute(f"SELECT {', '.join(_FIXED)} FROM brief WHERE id = ?", (brief,)).fetchone()  # noqa: S608  # names alone
    facts = """
        SELECT s.indicator, s.area, s.measure, s.basis, f.period, f.until, f.value, f.unit, f.scale, f.status,
               f.approximation, f.start, f.end, f.quote
        FROM fact f JOIN series s ON s.id = f.series WHERE f.brief = ? ORDER BY 1, 2, 3, 4, 5, 6
    """
    passages = "SELECT id, language, kind, text, indicators FROM passage WHERE brief = ? ORDER BY id"
    told = [tuple(row), *(tuple(r) for sql in (facts, passages) for r in index.execute(sql, (brief,)))]
    return digest(json.dumps(told, ensure_ascii=False).encode())
