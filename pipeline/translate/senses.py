"""Glossary -> what ambiguous words mean where they stand: "vụ" is a crop beside "lúa" and a case beside "tai nạn"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.glossary import Glossary
from pipeline.glossary_rows import Sense
from pipeline.translate.terms import Entry, Hit
from pipeline.vietnamese import Token, keys

_REACH = 8  # tokens to each side in which a word tells the sense
_STOPS = frozenset(".;:!?…")  # a word beyond one of these tells nothing


class Senses:
    """The rows of senses.csv by their words."""

    def __init__(self, glossary: Glossary) -> None:
        self._of: dict[str, list[tuple[tuple[str, ...], Sense]]] = {}
        self._near: dict[str, tuple[tuple[str, ...], ...]] = {}
        self._inside: dict[str, tuple[tuple[str, ...], ...]] = {}
        for sense in glossary.senses:
            own = keys(sense.vi)
            self._of.setdefault(own[0], []).append((own, sense))
            self._near[sense.sense] = tuple(map(keys, sense.near))
            self._inside[sense.sense] = tuple(map(keys, sense.inside))

    def find(self, tokens: Sequence[Token]) -> Iterator[Hit]:
        """Every ambiguous word whose sense is told by a word near it; the nearest one tells."""
        words = tuple(t.key for t in tokens)
        for first, word in enumerate(words):
            told: list[tuple[int, Hit]] = []
            for own, sense in self._of.get(word, ()):
                last = first + len(own)
                if words[first:last] != own or any(
                    _holds(words, first, last, compound) for compound in self._inside[sense.sense]
                ):
                    continue
                if (distance := self._distance(words, first, last, sense)) is not None:
                    entry = Entry(sense.en_plural or sense.en, "term", sense.en, sense.en_plural)
                    told.append((distance, Hit(first, last, entry)))
            if told:
                yield min(told, key=lambda t: t[0])[1]

    def _distance(self, words: tuple[str, ...], first: int, last: int, sense: Sense) -> int | None:
        """Tokens between the word and the nearest one that tells this sense; None without one."""
        left, right = first, last
        while left > max(0, first - _REACH) and words[left - 1] not in _STOPS:
            left -= 1
        while right < min(len(words), last + _REACH) and words[right] not in _STOPS:
            right += 1
        found = [
            first - (at + len(near)) if at < first else at - last
            for near in self._near[sense.sense]
            for at in (*range(left, first - len(near) + 1), *range(last, right - len(near) + 1))
            if words[at : at + len(near)] == near
        ]
        return min(found, default=None)


def _holds(words: tuple[str, ...], first: int, last: int, compound: tuple[str, ...]) -> bool:
    """Whether tokens `first` to `last` are part of a compound."""
    starts = range(max(0, last - len(compound)), first + 1)
    return any(words[at : at + len(compound)] == compound for at in starts)
