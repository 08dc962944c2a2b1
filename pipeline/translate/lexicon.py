"""glossary/lexicon.tsv -> whether the words of a translation stand for those of its source.

A row is a Vietnamese syllable, how steadily it is expressed by a few English words (light words are joined to
anything), and the stems of the English words that may stand for it. training/lexicon.py makes it from parallel
text by IBM model 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from pipeline.errors import GlossaryError
from pipeline.tables import decode, read_bytes
from pipeline.vietnamese import fold

_WORD = re.compile(r"[^\W\d_]+")
_STEM = 5  # letters of an English word that its forms share: "produ(ce|ction|cer)"
_PRIOR = 2  # words believed beforehand, so that one doubtful word of three says little
_ENDINGS = ("ies", "es", "ed", "ing", "s", "d", "e", "y")
_STEADY = 0.6  # a syllable at least so steady is one that a translation should express


class Lexicon:
    """Which English may stand for which Vietnamese."""

    def __init__(self, path: Path, free: Iterable[str]) -> None:
        """Read a file; `free` are English words that need nothing to stand for. Raises GlossaryError."""
        self._stems: dict[str, frozenset[str]] = {}
        self._asked: set[str] = set()
        self._free = frozenset(stem for word in free for stem in stems(word))
        for row, line in enumerate(decode(path.name, read_bytes(path)).splitlines(), start=1):
            syllable, steady, stems_of, *more = [*line.split("\t"), "", ""]
            try:
                if float(steady) >= _STEADY:
                    self._asked.add(syllable)
            except ValueError:
                raise GlossaryError(path.name, row, f"{steady!r} is no share") from None
            if not syllable or not stems_of or any(more):
                raise GlossaryError(path.name, row, "is not a syllable, a share and stems, with tabs between")
            self._stems[syllable] = frozenset(stems_of.split())

    def doubt(self, source: str, english: str) -> float:
        """Text and translation -> the share (0 to 1) of their words without a partner on the other side."""
        words = [s for s in stems(english) if s not in self._free]
        known = [s for s in syllables(source) if s in self._stems]
        asked = [s for s in known if s in self._asked]
        possible = frozenset[str]().union(*(self._stems[s] for s in known))
        expressed = frozenset(words)
        invented = sum(word not in possible for word in words)
        lost = sum(not self._stems[s] & expressed for s in asked)
        return (invented + lost) / (len(words) + len(asked) + _PRIOR)


def syllables(vi: str) -> Iterator[str]:
    """Vietnamese -> its folded syllables."""
    return map(fold, _WORD.findall(vi))


def stems(en: str) -> Iterator[str]:
    """English -> the first letters of its words without their commonest endings."""
    for word in _WORD.findall(en.casefold()):
        ending = next((e for e in _ENDINGS if word.endswith(e) and len(word) - len(e) >= 3), "")
        yield word.removesuffix(ending)[:_STEM]
