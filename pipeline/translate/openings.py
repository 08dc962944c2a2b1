"""What joins a sentence to those before it ("Tuy nhiên,") is a closed list: it needs no engine."""

from __future__ import annotations

from collections.abc import Collection

from pipeline.glossary import Glossary
from pipeline.translate.items import Masked
from pipeline.translate.patterns import phrase_group
from pipeline.translate.restore import is_name
from pipeline.vietnamese import keys, tokens

_MARKS = ",:"
_LEAST_WORDS = 3  # what is left must be a sentence


class Openings:
    """The rows `translate.opening.*`; `lower` are words that English writes in lower case."""

    def __init__(self, glossary: Glossary, lower: Collection[str]) -> None:
        rows = phrase_group(glossary, "opening").values()
        self._english = {keys(way): english for ways, english in rows for way in ways}
        self._longest = max(map(len, self._english), default=0)
        self._lower = lower

    def part(self, segment: Masked) -> tuple[str, Masked]:
        """A segment -> the English of its opening with its mark, and the rest; "" and the segment without one."""
        words = tokens(segment.source)
        for length in range(min(self._longest, len(words) - _LEAST_WORDS - 1), 0, -1):
            english = self._english.get(tuple(t.key for t in words[:length]))
            if english and words[length].key in _MARKS:
                rest = segment.part(segment.span.start + words[length].end, segment.span.end)
                return f"{english}{words[length].key}", rest
        return "", segment

    def joined(self, opening: str, english: str) -> str:
        """Opening and the English of the rest in one sentence: its first word is small unless it is a name."""
        if not opening:
            return english
        first, space, rest = english.partition(" ")
        if first[1:].islower() and first.casefold() in self._lower and not is_name(english):
            first = first.casefold()
        return f"{opening} {first}{space}{rest}"
