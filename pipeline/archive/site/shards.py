"""The sentences of briefs -> what the search page reads: words by their first two letters, year by year.

A year's sentences have running numbers, those of a brief one after another. `search/<year>/words/<two letters>.json`
has for each word without diacritics its spellings, each with the numbers of its sentences as steps; `briefs.json` the
briefs with their first numbers; `said/<slug>.json` what a brief says. A new brief changes its own year alone, and a
reader's browser holds the words asked for, not the archive.
"""

from __future__ import annotations

import json
import re
import sqlite3
import unicodedata
from array import array
from collections.abc import Iterable, Iterator
from typing import Any

from pipeline.archive.reading import Entry
from pipeline.archive.searching import bare
from pipeline.archive.site.data import sentences
from pipeline.figures import write_date

KINDS = ("headline", "points", "drivers", "difficulties", "outlook", "row")  # in the order of their weight
_WORD = re.compile(r"\w+")
OTHER = "_"


def shard_of(word: str) -> str:
    """A word without diacritics -> the name of its shard."""
    return word[:2] if re.fullmatch(r"[a-z0-9]{1,2}", word[:2]) else OTHER


def year_files(index: sqlite3.Connection, issues: Iterable[Entry]) -> Iterator[tuple[str, bytes]]:
    """The briefs of one year, the newest first -> names of files and what they hold."""
    words: dict[str, dict[str, array[int]]] = {}
    briefs: list[list[Any]] = []
    number = 0
    for issue in issues:
        said = sentences(index, issue.id)
        briefs.append([issue.slug, issue.area, number])
        names = _words(f"{issue.place_vi} {issue.place_en}")  # a place's name finds its sentences
        for _, _, text in said:
            for word in dict.fromkeys([*_words(text), *names]):
                known = words.setdefault(bare(word), {}).setdefault(word, array("L"))
                known.append(number)
            number += 1
        yield f"said/{issue.slug}.json", _json(_brief(issue, said))
    shards: dict[str, dict[str, dict[str, list[int]]]] = {}
    for word in sorted(words):
        spellings = {s: _steps(words[word][s]) for s in sorted(words[word])}
        shards.setdefault(shard_of(word), {})[word] = spellings
    for name in sorted(shards):
        yield f"words/{name}.json", _json(shards[name])
    yield "briefs.json", _json({"briefs": briefs, "end": number, "words": sorted(shards)})


def _brief(issue: Entry, said: list[tuple[str, str, str]]) -> dict[str, Any]:
    return {
        "vi": [issue.headline_vi, issue.place_vi, issue.period_vi, write_date(issue.published, "vi")],
        "en": [issue.headline_en, issue.place_en, issue.period_en, write_date(issue.published, "en")],
        "said": [[language, KINDS.index(kind) if kind in KINDS else len(KINDS), text] for language, kind, text in said],
    }


def _words(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFC", text).lower())


def _steps(numbers: array[int]) -> list[int]:
    return [n - before for n, before in zip(numbers, [0, *numbers[:-1]], strict=True)]


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
