"""Whether an engine's output may be believed: the reason why not, or nothing.

Reasons are the last part of the keys `translate.finding.*`. Figures come first: an output that lost,
doubled or added one is never used, however well it reads.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence

from pipeline.figures import CARDINALS_EN
from pipeline.glossary import Glossary
from pipeline.model import TermUse
from pipeline.translate.direction import Directions
from pipeline.translate.items import Item, Masked
from pipeline.translate.patterns import alternatives, phrase_group
from pipeline.translate.restore import placeholder_pattern
from pipeline.vietnamese import key

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
# One word four times in a row, or two to five words three times.
_REPEATED = re.compile(r"\b(\w+)(?:\W+\1\b){3}|\b(\w+(?:\W+\w+){1,4})(?:\W+\2\b){2}", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
# Fewer known words than this say nothing about what is English (a small memory, a test).
_ENOUGH_WORDS = 2000
_UNKNOWN_SHARE = 0.34


class Verifier:
    """The checks of one glossary: its scales, currencies, numbers in words, wrong English and words of direction."""

    def __init__(self, glossary: Glossary, english: Collection[str]) -> None:
        self._english = english
        # An English word that is believed only where the Vietnamese says one of these.
        self._echoes: dict[str, tuple[str, ...]] = {}
        for scale in glossary.scales.values():
            self._echo(scale.en, scale.surfaces)
        for unit in glossary.units.values():
            for word in re.findall(r"\{scale\}|[^\s{}]+", unit.en):
                if word.isupper() or word == "%":
                    self._echo(word, unit.surfaces)
        for ways, en in phrase_group(glossary, "echo").values():
            for word in alternatives(en):
                self._echo(word, ways)
        self._forbidden = [(_keys((t.vi, *t.variants)), _phrase((t.en, t.en_plural))) for t in glossary.forbidden]
        self._terms = glossary.terms
        self._directions = Directions(glossary)

    def _echo(self, word: str, surfaces: Sequence[str]) -> None:
        self._echoes[word] = self._echoes.get(word, ()) + _keys(surfaces)

    def check(self, output: str, masked: Masked, form: str) -> str:
        """Output with placeholders -> the reason to refuse it, empty if there is none."""
        pattern = placeholder_pattern(form)
        found = Counter(int(n) for n in pattern.findall(output))
        rest = pattern.sub(" ", output)
        source = masked.filled([" "] * len(masked.items))
        words = _WORD.findall(rest)
        if not output.strip():
            return "empty"
        if found != Counter(range(len(masked.items))):
            return "lost"
        if re.search(r"\d", rest):
            return "digits"
        if "\N{DOUBLE QUESTION MARK}" in rest or "<unk>" in rest or any(_foreign(w) for w in words):
            return "vietnamese"
        if _REPEATED.search(rest):
            return "repeated"
        if not _proportionate(len(words), sum(map(len, words)), source):
            return "length"
        if self._misnamed(rest, masked):
            return "forbidden"
        return self._judge(words, rest, source) or (
            "direction" if self._directions.turned(output, masked, form) else ""
        )

    def _misnamed(self, rest: str, masked: Masked) -> bool:
        """Whether a term that the engine saw has got English that it must not have.

        What is the right English of a term in the source ("rice" of "gạo") is no other term's wrong one ("thóc").
        """
        said = key(masked.filled([";"] * len(masked.items)))  # a mark keeps the words around an item apart
        wrong = [english for keys, english in self._forbidden if any(k in said for k in keys)]
        if not any(english.search(rest) for english in wrong):
            return False
        right = [t for t in self._terms if any(key(s) in said for s in (t.vi, *t.variants))]
        for term in sorted(right, key=lambda t: -len(t.en)):
            rest = _phrase((term.en_plural, term.en)).sub(";", rest)
        return any(english.search(rest) for english in wrong)

    def _judge(self, words: Sequence[str], rest: str, source: str) -> str:
        """The checks that compare the words of both sides."""
        # "May" is a month, "may" is none: a word of the table in lower case stands for both cases.
        plain = {*words, *(w.casefold() for w in words), *re.findall("%", rest)}
        said = key(source)
        for word in plain & self._echoes.keys():
            if not any(s in said for s in self._echoes[word]):
                return "added"
        source_words = set(re.findall(r"[^\W\d_]+", source.casefold()))
        if len(self._english) >= _ENOUGH_WORDS:
            unknown = [w for w in words if w.islower() and w not in self._english]
            if any(w in source_words for w in unknown):
                return "vietnamese"
            if len(unknown) > max(1, _UNKNOWN_SHARE * len(words)):
                return "english"
        return ""


def missing_terms(target: str, terms: Sequence[tuple[TermUse, tuple[str, ...]]]) -> list[TermUse]:
    """The terms whose English (or one of its other forms) is not in the target."""
    text = target.casefold()
    return [use for use, others in terms if not any(e.casefold() in text for e in (use.en, *others))]


def same_figures(target: str, items: Sequence[Item]) -> bool:
    """Whether a remembered translation prints the figures as they were read; a small one may be spelled."""
    printed = Counter(_NUMBER.findall(target))
    words = set(_WORD.findall(target.casefold()))
    for item in items:
        for number in _NUMBER.findall(item.english) if item.kind == "figure" else ():
            spelled = CARDINALS_EN[int(number)] if number.isdecimal() and int(number) < len(CARDINALS_EN) else ""
            if printed[number]:
                printed[number] -= 1
            elif not spelled or spelled not in words:
                return False
    return True


def _keys(surfaces: Collection[str]) -> tuple[str, ...]:
    return tuple(map(key, surfaces))


def _phrase(forms: Sequence[str]) -> re.Pattern[str]:
    """English words where they stand whole, in any case, one or many."""
    ways = "|".join(re.escape(f) for f in forms if f)
    return re.compile(rf"(?<!\w)(?:{ways})(?:e?s)?(?!\w)", re.IGNORECASE)


def _foreign(word: str) -> bool:
    """Whether a word has letters that English does not."""
    return not word.replace("’", "'").isascii()


def _proportionate(words: int, letters: int, source: str) -> bool:
    """Whether a translation is of a length that its source allows: English needs 0.4 to 1.3 words a syllable."""
    syllables = len(_WORD.findall(source))
    return 0.25 * syllables - 2 <= words <= 2 * syllables + 6 and letters <= 8 * len(source) + 40
