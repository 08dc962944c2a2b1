"""glossary/memory/*.tsv -> translation memory: sentences translated by people, found but for their figures.

A line is Vietnamese, a tab, English. The key of a sentence is its folded words with `#` for every number
and `@` for every place; a pair whose key fits is used only where each of its figures, dates and places
stands in its English exactly as often as in its Vietnamese, so that it can be exchanged.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from pathlib import Path

from pipeline.errors import GlossaryError
from pipeline.figures import CARDINALS_EN, read_number, write_number
from pipeline.glossary import Glossary
from pipeline.tables import decode, read_bytes
from pipeline.translate.items import Item
from pipeline.vietnamese import fold

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_LOWER_WORD = re.compile(r"(?<![\w’'-])[a-z]+(?![\w])")
_EDGE = ".,;:!?…()\"'“”‘’"
_MOST_CANDIDATES = 20


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
        self._pairs: dict[str, list[tuple[str, str]]] = {}
        for path in files:
            for vi, en in read_pairs(path):
                self._pairs.setdefault(self._head(vi), []).append((vi, en))

    @cached_property
    def english(self) -> frozenset[str]:
        """Words that the English of the memory writes in lower case."""
        return frozenset(w for pairs in self._pairs.values() for _, en in pairs for w in _LOWER_WORD.findall(en))

    def _head(self, text: str) -> str:
        """The first words as they stand in the key, up to a figure or a place.

        Most pairs of a memory are never asked for: only those whose head fits get their whole key.
        """
        keys: list[str] = []
        for word in text.split(None, 3)[:3]:
            key = fold(word)
            if key in self._names or any(c.isdigit() for c in word):
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
        key, near = self.key(source), self._pairs.get(self._head(source), ())
        candidates = [pair for pair in near if self._key_of(pair[0]) == key]
        own = _parts(source, times, self.places) if candidates else []
        exact = [pair for pair in candidates if pair[0] == source]
        for vi, en in (*exact, *candidates[:_MOST_CANDIDATES]):
            if target := _exchanged(en, _parts(vi, times, self.places), own, vi, source):
                return target
        return ""


def read_pairs(path: Path) -> Iterable[tuple[str, str]]:
    """The pairs of a file. Raises GlossaryError naming file and row."""
    text = decode(path.name, read_bytes(path))
    for row, line in enumerate(unicodedata.normalize("NFC", text).split("\n"), start=1):
        if not line.strip():
            continue
        vi, tab, en = line.partition("\t")
        vi, en = vi.strip(), en.strip()
        if not tab or not vi or not en or "\t" in en:
            raise GlossaryError(path.name, row, "is not Vietnamese, a tab and English")
        yield vi, en


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
    if [i.kind for i in theirs] != [i.kind for i in own]:
        return ""
    swaps: dict[str, str] = {}
    loose: Counter[str] = Counter()
    found: list[tuple[int, int, str]] = []
    for their, our in sorted(zip(theirs, own, strict=True), key=lambda p: -len(p[0].english)):
        same = vi[their.start : their.end] == source[our.start : our.end]
        place = _place(english, their, our, found)
        if place is None or not (same or _as_often(english, place, theirs)):
            if not same:
                return ""
            loose.update(_numbers(vi[their.start : their.end]))
            continue
        start, end, text = place
        if swaps.setdefault(english[start:end], text) != text or ("1" in (their.english, our.english) and not same):
            return ""  # two equal figures that differ now, or one thing that becomes several
        found.append(place)
    found.sort()
    if Counter(_numbers("".join(_gaps(english, found)))) - loose:
        return ""  # a figure of the English that its Vietnamese does not explain
    parts: list[str] = []
    at = 0
    for start, end, text in found:
        parts += (english[at:start], text)
        at = end
    return "".join([*parts, english[at:]])


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
