"""glossary/memory/*.tsv -> translation memory: sentences translated by people, found but for their figures.

A line is Vietnamese, a tab, English; what a person corrected has two more columns, who and when. The key of
a sentence is its folded words with `#` for every number and `@` for every place; a pair whose key fits is
used only where each of its figures, dates and places stands in its English exactly as often as in its
Vietnamese, so that it can be exchanged. The nearest sentence whose key does not fit is for reviewers only:
nothing is built from it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from pipeline.errors import GlossaryError
from pipeline.figures import CARDINALS_EN, MONTHS_EN, read_number, read_roman, write_number
from pipeline.glossary import IMPORTED, Glossary
from pipeline.markup import one_line
from pipeline.tables import decode, read_bytes
from pipeline.translate.items import Item
from pipeline.vietnamese import fold

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_MONTH = re.compile(rf"\b(?:{'|'.join(MONTHS_EN)})(?= \d|[,.;]|$)")  # "May" before a verb is none
_DIGIT = re.compile(r"\d")
_ROMAN = re.compile(r"\b[IVX]+\b")
_BEFORE_WORD, _AFTER_WORD = r"(?<![\w’'-])", r"(?![\w])"
_LOWER_WORD = re.compile(f"{_BEFORE_WORD}[a-z]+{_AFTER_WORD}")
_EDGE = ".,;:!?…()\"'“”‘’"
_MOST_CANDIDATES = 20
_LEAST_NEAR = 0.7  # of the words; below it, what two sentences share says little
_WIDTHS = (2, 4)  # columns of a line: without and with who and when
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)


class Pair(NamedTuple):
    """A sentence and its English, the file of the memory that holds it, and who corrected it when (UTC, ISO 8601)."""

    vi: str
    en: str
    file: str = ""
    who: str = ""
    when: str = ""


class Near(NamedTuple):
    """A sentence like the one asked for, its English, and how many of the words they share (70 to 100 percent)."""

    vi: str
    en: str
    percent: int


class Memory:
    """The pairs of all files, by key."""

    def __init__(self, files: Sequence[Path], glossary: Glossary) -> None:
        places = {name: glossary.places[code].en for name, code in glossary.province_names.items()}
        self._names: dict[str, list[list[str]]] = {}
        for name in sorted(places, key=len, reverse=True):
            words = [fold(w) for w in name.split()]
            self._names.setdefault(words[0], []).append(words)
        self._english_of = places
        self._keys: dict[str, str] = {}
        self._all = [pair for path in files for pair in read_pairs(path)]
        # Most pairs are never asked for: what opens like a sentence is looked at, and of it what has the same head.
        self._opening_of: dict[str, str] = {}
        self._openings: dict[str, list[Pair]] = {}
        for pair in self._all:
            self._openings.setdefault(self._opening(pair.vi), []).append(pair)
        self._heads: dict[str, dict[str, list[Pair]]] = {}

    @cached_property
    def english(self) -> frozenset[str]:
        """Words that the English of the memory writes in lower case.

        Those of its own pairs alone: a correction changes its own sentence, and no engine's answer to another.
        """
        return frozenset(_LOWER_WORD.findall(self._english))

    def writes_small(self, word: str) -> bool:
        """Whether a word of lower-case letters is one of `english`, without gathering them all."""
        return re.search(rf"{_BEFORE_WORD}{re.escape(word)}{_AFTER_WORD}", self._english) is not None

    @cached_property
    def _english(self) -> str:
        return "\n".join(pair.en for pair in self._all if pair.file != IMPORTED)

    def _opening(self, text: str) -> str:
        """The first word of a head; empty where it is a figure or a place."""
        first = text.split(None, 1)[0]
        if (opening := self._opening_of.get(first)) is None:
            opening = self._opening_of[first] = self._head(first)
        return opening

    def _like(self, text: str) -> Sequence[Pair]:
        """The pairs of the same head."""
        opening = self._opening(text)
        if opening not in self._heads:
            heads = self._heads[opening] = {}
            for pair in self._openings.get(opening, ()):
                heads.setdefault(self._head(pair.vi), []).append(pair)
        return self._heads[opening].get(self._head(text), ())

    def _head(self, text: str) -> str:
        """The first words as they stand in the key, up to a figure or a place."""
        keys: list[str] = []
        for word in text.split(None, 3)[:3]:
            key = fold(word)
            if key in self._names or _DIGIT.search(word):
                break
            keys.append(key.rstrip(_EDGE))
        return " ".join(keys)

    def key(self, text: str) -> str:
        """A sentence -> its folded words without figures, places and final mark."""
        words = _NUMBER.sub("#", text).rstrip(_EDGE + " ").split()
        keys = [fold(w) for w in words]
        kept: list[str] = []
        n = 0
        while n < len(keys):
            length = self._name_length(words, keys, n) if keys[n] in self._names else 0
            if length:
                last = keys[n + length - 1]
                kept.append("@" + last[len(last.rstrip(_EDGE)) :])
            else:
                kept.append(keys[n])
            n += length or 1
        return " ".join(kept)

    def _key_of(self, vi: str) -> str:
        if (key := self._keys.get(vi)) is None:
            key = self._keys[vi] = self.key(vi)
        return key

    def _name_length(self, words: Sequence[str], keys: Sequence[str], n: int) -> int:
        if not words[n][:1].isupper():
            return 0
        for name in self._names[keys[n]]:
            found = [k.rstrip(_EDGE) if i == len(name) - 1 else k for i, k in enumerate(keys[n : n + len(name)])]
            if found == name:
                return len(name)
        return 0

    def places(self, text: str) -> list[Item]:
        """The places of a text, the longest name at each."""
        return [
            Item(match.start(), match.end(), "name", self._english_of[match[0]])
            for match in self._place_pattern.finditer(text)
        ]

    @cached_property
    def _place_pattern(self) -> re.Pattern[str]:
        names = "|".join(re.escape(n) for n in sorted(self._english_of, key=lambda n: (-len(n), n)))
        return re.compile(rf"(?<!\w)(?:{names})(?!\w)" if names else r"(?!)")

    def find(self, source: str, times: Callable[[str], list[Item]]) -> str:
        """A sentence -> its English with its own figures, dates and places; empty where none fits."""
        key = self.key(source)
        candidates = [pair for pair in self._like(source) if self._key_of(pair.vi) == key]
        own = _parts(source, times, self.places) if candidates else []
        exact = [pair for pair in candidates if pair.vi == source]
        for pair in (*exact, *candidates[:_MOST_CANDIDATES]):
            if target := _exchanged(pair.en, _parts(pair.vi, times, self.places), own, pair.vi, source):
                return target
        return ""

    def corrected(self, source: str) -> str:
        """A sentence -> the English that a person gave for it, word for word; empty without one."""
        said = one_line(source)
        return next((pair.en for pair in self._like(source) if pair.file == IMPORTED and pair.vi == said), "")

    def near(self, source: str) -> Near | None:
        """The pair whose Vietnamese is most like a sentence, but for figures and places; None where none is."""
        from rapidfuzz import process  # noqa: PLC0415  # for reviewers only: no build needs it
        from rapidfuzz.distance import Levenshtein  # noqa: PLC0415  # as above

        best = process.extractOne(
            self.key(source).split(), self._words, scorer=Levenshtein.normalized_similarity, score_cutoff=_LEAST_NEAR
        )
        if best is None:
            return None
        _, share, n = best
        pair = self._all[n]
        return Near(pair.vi, pair.en, int(100 * share + 1e-9))  # rounded down: 100 is the same words

    @cached_property
    def _words(self) -> list[list[str]]:
        return [self._key_of(pair.vi).split() for pair in self._all]

    def unexplained(self, vi: str, en: str, times: Callable[[str], list[Item]]) -> list[str]:
        """The figures of an English that its Vietnamese does not say: such a pair is never found."""
        parts = _parts(vi, times, self.places)
        fitted = _fit(en, parts, parts, vi, vi)
        said = " ".join([vi, *(p.english for p in parts)])
        months = [m for m in _MONTH.findall(en) if m not in said]
        return [*_strangers(en, fitted), *months] if fitted else months


def read_pairs(path: Path) -> Iterator[Pair]:
    """The pairs of a file. Raises GlossaryError naming file and row."""
    name = path.name
    text = decode(name, read_bytes(path))
    for row, line in enumerate(unicodedata.normalize("NFC", text).split("\n"), start=1):
        if not line.strip():
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) not in _WIDTHS or not all(cells[:2]):
            raise GlossaryError(name, row, "is not Vietnamese, a tab and English, with or without who and when")
        pair = Pair(cells[0], cells[1], name, *cells[2:])
        if pair.when and not _TIME.fullmatch(pair.when):
            raise GlossaryError(name, row, f"is not a time as in 2025-07-31T08:30:00Z: {pair.when!r}")
        yield pair


def _parts(text: str, times: Callable[[str], list[Item]], places: Callable[[str], list[Item]]) -> list[Item]:
    """Dates, numbers and places of a sentence in order."""
    found = [*times(text), *places(text)]
    for match in _NUMBER.finditer(text):
        if not any(i.start < match.end() and match.start() < i.end for i in found):
            found.append(_number(match))
    return sorted(found, key=lambda i: i.start)


def _number(match: re.Match[str]) -> Item:
    try:
        value = read_number(match[0], "vi")
    except ValueError:
        return Item(match.start(), match.end(), "code", "")
    english = write_number(value, "en")
    word = CARDINALS_EN[int(value)] if value == int(value) and 1 < value < len(CARDINALS_EN) else ""
    return Item(match.start(), match.end(), "figure", english, (word,) if word else ())


def _exchanged(english: str, theirs: Sequence[Item], own: Sequence[Item], vi: str, source: str) -> str:
    """The English of a pair with its parts replaced by our own; empty where that is not certain."""
    fitted = _fit(english, theirs, own, vi, source)
    if fitted is None or _strangers(english, fitted):
        return ""
    parts: list[str] = []
    at = 0
    for start, end, text in fitted.found:
        parts += (english[at:start], text)
        at = end
    return "".join([*parts, english[at:]])


class _Fitted(NamedTuple):
    """Where parts of a pair stand in its English and what comes there instead, and figures that may stand elsewhere."""

    found: list[tuple[int, int, str]]
    loose: Counter[str]


def _fit(english: str, theirs: Sequence[Item], own: Sequence[Item], vi: str, source: str) -> _Fitted | None:
    """The places of our own parts in the English of a pair; None where that is not certain."""
    if [i.kind for i in theirs] != [i.kind for i in own]:
        return None
    swaps: dict[str, str] = {}
    loose = Counter(str(read_roman(word)) for word in _ROMAN.findall(vi))  # "the 14th" of "lần thứ XIV"
    found: list[tuple[int, int, str]] = []
    for their, our in sorted(zip(theirs, own, strict=True), key=lambda p: -len(p[0].english)):
        same = vi[their.start : their.end] == source[our.start : our.end]
        place = _place(english, their, our, found)
        if place is None or not (same or _as_often(english, place, theirs)):
            if not same:
                return None
            loose.update(_numbers(vi[their.start : their.end]))
            continue
        start, end, text = place
        if swaps.setdefault(english[start:end], text) != text or ("1" in (their.english, our.english) and not same):
            return None  # two equal figures that differ now, or one thing that becomes several
        found.append(place)
    return _Fitted(sorted(found), loose)


def _strangers(english: str, fitted: _Fitted) -> Counter[str]:
    """The figures of an English that its Vietnamese does not explain."""
    return Counter(_numbers("".join(_gaps(english, fitted.found)))) - fitted.loose


def _numbers(text: str) -> list[str]:
    """The numbers of a text; the 01 of 01/5 is the 1 of 1 May."""
    return [number.lstrip("0") for number in _NUMBER.findall(text)]


def _place(english: str, their: Item, our: Item, found: Sequence[tuple[int, int, str]]) -> tuple[int, int, str] | None:
    """Where a part of the pair stands in its English, and what comes there instead."""
    ways = (their.english, *their.others)
    new = (our.english, *our.others)
    for n, way in enumerate(ways):
        if not way or not our.english:
            continue
        for match in re.finditer(rf"(?<![\w.,]){re.escape(way)}(?!\w|[.,]\d)", english, re.IGNORECASE):
            if not any(s < match.end() and match.start() < e for s, e, _ in found):
                text = new[n] if n < len(new) else our.english
                if match[0].isupper():
                    text = text.upper()
                elif match[0][0].isupper():
                    text = text[0].upper() + text[1:]
                return match.start(), match.end(), text
    return None


def _as_often(english: str, place: tuple[int, int, str], theirs: Sequence[Item]) -> bool:
    """Whether English says a thing as often as Vietnamese; else it is not known which one to exchange."""
    text = english[place[0] : place[1]].casefold()
    said = len(re.findall(rf"(?<![\w.,]){re.escape(text)}(?!\w|[.,]\d)", english.casefold()))
    return said == sum(text in (i.english.casefold(), *(o.casefold() for o in i.others)) for i in theirs)


def _gaps(english: str, found: Sequence[tuple[int, int, str]]) -> Iterable[str]:
    at = 0
    for start, end, _ in found:
        yield english[at:start] + " "
        at = end
    yield english[at:]
