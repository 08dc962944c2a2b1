"""Words -> the sentences of briefs that have them, those with the same diacritics first.

What is searched is text without diacritics (đ is folded too, which SQLite's tokenizer does not do); what was asked
with them is looked for among the same rows once more.
"""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from dataclasses import dataclass

from pipeline.errors import ArchiveError

_FOLDED = str.maketrans("đĐ", "dD")


def plain(text: str) -> str:
    """Text -> the same with đ as d; the tokenizer takes the other marks away."""
    return text.translate(_FOLDED)


def bare(text: str) -> str:
    """NFC text -> small letters without marks, one for each letter of the text."""
    return "".join(unicodedata.normalize("NFD", letter)[:1] for letter in plain(text)).lower()


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked for: every word or "phrase" must be there; place, period and indicator narrow it down.

    `period` is a year or a month ("2025", "2025-04") of the report. `language` is that of the sentence.
    """

    words: str
    area: str = ""
    period: str = ""
    indicator: str = ""
    language: str = ""
    limit: int = 20


@dataclass(frozen=True, slots=True)
class Hit:
    """A sentence found: its brief, what it is there, and the parts of it that were asked for (start, end)."""

    slug: str
    edition: int
    place_vi: str
    place_en: str
    published: str
    language: str
    kind: str
    text: str
    marks: tuple[tuple[int, int], ...]
    exact: bool


def _terms(words: str) -> list[str]:
    """Words and "phrases" of a query, without what the index does not know."""
    found = [phrase or word for phrase, word in re.findall(r'"([^"]*)"|([^\s"]+)', unicodedata.normalize("NFC", words))]
    return [t for t in (" ".join(re.findall(r"\w+", term)) for term in found) if t]


def search(index: sqlite3.Connection, query: Query) -> list[Hit]:
    """Index, Query -> hits, exact ones first, then by relevance, then the newest brief. Raises ArchiveError."""
    terms = _terms(query.words)
    if not terms:
        raise ArchiveError("nothing to search for: give a word")
    wanted = " AND ".join(f'"{plain(t)}"' for t in terms)
    same = " AND ".join(f'"{t}"' for t in terms)
    narrow = [
        (query.area, "b.area = :area"), (query.indicator, "instr(p.indicators, :code)"),
        (query.language, "p.language = :language"), (query.period, "b.month LIKE :period"),
    ]  # fmt: skip
    where = "".join(f" AND {condition}" for given, condition in narrow if given)
    sql = f"""
        SELECT p.*, b.slug, b.edition, b.place_vi, b.place_en, b.published,
               p.id IN (SELECT rowid FROM exact WHERE exact MATCH :same) AS is_exact
        FROM folded JOIN passage p ON p.id = folded.rowid JOIN brief b ON b.id = p.brief
        WHERE folded MATCH :wanted AND b.current{where}
        ORDER BY is_exact DESC, bm25(folded), b.published DESC, p.id LIMIT :limit
    """  # noqa: S608  # conditions of this function alone
    values = {
        "wanted": wanted, "same": same, "area": query.area, "code": f" {query.indicator} ",
        "language": query.language, "period": f"{query.period}%", "limit": query.limit,
    }  # fmt: skip
    try:
        rows = index.execute(sql, values).fetchall()
    except sqlite3.Error as e:
        raise ArchiveError(f"the archive cannot be searched: {e}") from e
    return [
        Hit(
            r["slug"], r["edition"], r["place_vi"], r["place_en"], r["published"], r["language"], r["kind"], r["text"],
            marks(r["text"], terms), bool(r["is_exact"]),
        )
        for r in rows
    ]  # fmt: skip


def marks(text: str, terms: list[str]) -> tuple[tuple[int, int], ...]:
    """Text, terms -> where their words stand in it, whatever their diacritics, in order and apart."""
    folded = bare(text)
    found = set()
    for term in terms:
        gap = r"\W+".join(re.escape(word) for word in bare(term).split())
        found |= {m.span() for m in re.finditer(rf"(?<!\w){gap}(?!\w)", folded)}
    apart: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if not apart or start >= apart[-1][1]:
            apart.append((start, end))
    return tuple(apart)
