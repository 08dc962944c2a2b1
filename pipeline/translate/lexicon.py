"""glossary/lexicon.tsv -> whether the words of a translation stand for those of its source.

A row is a Vietnamese syllable, how steadily it is expressed by a few English words (light words are joined to
anything), and the stems of the English words that may stand for it. training/lexicon.py makes it from parallel
text by IBM model 1.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from pipeline.errors import GlossaryError
from pipeline.tables import decode, read_bytes
from pipeline.vietnamese import fold

_WORD = re.compile(r"[^\W\d_]+")
_STEM = 5  # letters of an English word that its forms share: "produ(ce|ction|cer)"
_PRIOR = 2  # words believed beforehand, so that one doubtful word of three says little
_ENDINGS = ("ies", "es", "ed", "ing", "s", "d", "e", "y")
_FEW_PARTNERS = 10  # an English word with at most so many has hardly more than one meaning
_RUN = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)*")  # words with nothing but a space between them
ITEM = "\N{OBJECT REPLACEMENT CHARACTER}"  # what stands in a source for what is known to be right
_NAMING = re.compile(rf"(?:^|[,;:(–-])\s*([^\W\d_]+)\s*{ITEM}")  # "trong đó, cá 107 tấn"
_SHARE = re.compile(r"0(?:\.\d+)?|1(?:\.0+)?", re.ASCII)
_STEADY = 0.6  # a syllable at least so steady is one that a translation should express


class Doubt(NamedTuple):
    """What speaks against a translation: the share (0 to 1) of words without a partner on the other side, English
    words of one meaning that no word of the source has, and words of the source that nothing expresses.
    """

    share: float = 0.0
    invented: tuple[str, ...] = ()
    omitted: tuple[str, ...] = ()


class Lexicon:
    """Which English may stand for which Vietnamese."""

    def __init__(self, path: Path, free: Iterable[str], grammar: Iterable[str]) -> None:
        """Read a file. Raises GlossaryError.

        `free` are English words that need nothing to stand for, `grammar` Vietnamese ones that name nothing.
        """
        self._grammar = frozenset(map(fold, grammar))
        self._stems: dict[str, frozenset[str]] = {}
        self._asked: set[str] = set()
        self._free = frozenset(stem for word in free for stem in stems(word))
        for row, line in enumerate(decode(path.name, read_bytes(path)).removesuffix("\n").split("\n"), start=1):
            syllable, steady, stems_of, *more = [*line.split("\t"), "", ""]
            if not _SHARE.fullmatch(steady):
                raise GlossaryError(path.name, row, f"{steady!r} is no share from 0 to 1")
            if not syllable or not stems_of or any(more):
                raise GlossaryError(path.name, row, "is not a syllable, a share and stems, with tabs between")
            if syllable in self._stems:
                raise GlossaryError(path.name, row, f"{syllable!r} stands in an earlier row")
            if float(steady) >= _STEADY:
                self._asked.add(syllable)
            self._stems[syllable] = frozenset(stems_of.split())
        self._partners = Counter(stem for stems_of in self._stems.values() for stem in stems_of)

    def doubt(self, source: str, english: str) -> Doubt:
        """Text and translation, without what is known to be right -> what speaks against it."""
        words = [s for s in stems(english) if s not in self._free]
        runs = [[fold(w) for w in _WORD.findall(run)] for run in _RUN.findall(source)]
        known = [s for run in runs for s in run if s in self._stems]
        possible = frozenset[str]().union(*(self._stems[s] for s in known))
        expressed = frozenset(words)
        strange = [word for word in words if word not in possible]
        lost = {s for s in known if s in self._asked and not self._stems[s] & expressed}
        asked = sum(s in self._asked for s in known)
        share = (len(strange) + sum(s in lost for s in known)) / (len(words) + asked + _PRIOR)
        # Most words are of two syllables, and one of them may stand for both; one that alone names a figure does not.
        omitted = [f"{one} {two}" for run in runs for one, two in pairwise(run) if one in lost and two in lost]
        omitted += [word for word in map(fold, _NAMING.findall(source)) if word in lost - self._grammar]
        return Doubt(share, tuple(s for s in strange if 0 < self._partners[s] <= _FEW_PARTNERS), tuple(omitted))


def syllables(vi: str) -> Iterator[str]:
    """Vietnamese -> its folded syllables."""
    return map(fold, _WORD.findall(vi))


def stems(en: str) -> Iterator[str]:
    """English -> the first letters of its words without their commonest endings."""
    for word in _WORD.findall(en.casefold()):
        ending = next((e for e in _ENDINGS if word.endswith(e) and len(word) - len(e) >= 3), "")
        yield word.removesuffix(ending)[:_STEM]
