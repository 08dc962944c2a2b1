"""Lines -> the same with look-alike letters and full-width characters as a careful person reads them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace

from pipeline.glossary import Glossary
from pipeline.read.normal import Line, is_syllable

LOOKALIKE = "lookalike-letters"
WIDE = "full-width"

_WIDE = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}  # the ASCII characters in full width
_HAS_WIDE = re.compile("[\uff01-\uff5e]")
_WORD = re.compile("(?:[^\\W\\d_]|[\u0300-\u036f])+")
_PLAIN = re.compile(r"[\x00-\x7f\u00c0-\u024f\u1ea0-\u1eff]+")  # Latin letters with and without marks


@dataclass(frozen=True)
class Letters:
    """Characters that stand for Latin letters: always, or inside a word."""

    always: dict[int, str]
    within: dict[int, str]
    standing: re.Pattern[str]  # any of those inside words

    def mend(self, line: Line) -> Line:
        """A clean line -> the same with every letter in its own script, and what was repaired."""
        if _PLAIN.fullmatch(line.text):
            return line
        repairs = set(line.repairs)
        text = line.text
        if _HAS_WIDE.search(text):
            text = text.translate(_WIDE)
            repairs.add(WIDE)
        lettered = text.translate(self.always)
        if self.standing.search(lettered):
            lettered = _WORD.sub(self._word, lettered)
        if lettered != text:
            repairs.add(LOOKALIKE)
        text = " ".join(unicodedata.normalize("NFC", lettered).split())
        return replace(line, text=text, repairs=frozenset(repairs))

    def _word(self, match: re.Match[str]) -> str:
        """A word that holds look-alikes in Latin letters, if it then is a syllable or has Latin letters already."""
        word = match[0]
        if not self.standing.search(word):
            return word
        plain = unicodedata.normalize("NFC", word.translate(self.within))
        mixed = any(c.isascii() for c in word)
        return plain if _PLAIN.fullmatch(plain) and (mixed or (len(plain) > 1 and is_syllable(plain))) else word


def letters_of(glossary: Glossary) -> Letters:
    """Glossary -> its table of look-alikes, ready for use."""
    rows = glossary.lookalikes
    within = {ord(row.letter): row.latin for row in rows if row.when == "word"}
    standing = re.compile("|".join(map(chr, within)) or "(?!)")
    return Letters({ord(row.letter): row.latin for row in rows if row.when == "always"}, within, standing)


def mend_letters(lines: Iterable[Line], letters: Letters) -> tuple[Line, ...]:
    """Clean lines -> the same with their letters mended."""
    return tuple(line for line in map(letters.mend, lines) if line.text)
