"""Whether an engine's output may be believed: the reason why not, or nothing.

Reasons are the last part of the keys `translate.finding.*`. Figures come first: an output that lost,
doubled or added one is never used, however well it reads.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from functools import lru_cache

from pipeline.figures import CARDINALS_EN
from pipeline.glossary import Glossary
from pipeline.translate.bounds import Bounds, unbracketed
from pipeline.translate.direction import Directions
from pipeline.translate.items import Item, Masked
from pipeline.translate.lexicon import ITEM, Doubt, Lexicon
from pipeline.translate.patterns import alternatives, phrase_group
from pipeline.translate.restore import placeholder_pattern
from pipeline.vietnamese import key, without_diacritics

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
# A word, or two to five of them, twice in a row.
_REPEATED = re.compile(r"\b(\w{3,})\s+\1\b|\b(\w+(?:\s+\w+){1,4})\s+\2\b", re.IGNORECASE)
_INSIDE = re.compile(r"[\w,)%]\s*$")  # what stands before a word that opens no sentence
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_ORDERED = ("figure", "code", "name", "term")
_NEAR = 1  # how far apart in the source two items may stand that change places
_FREE_FIGURES = 1  # so many figures may change places with each other
_ORDINAL_NO = re.compile(r"\b[Nn]os?\.(?=\s)")  # "Storm No. 3" denies nothing
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
        written = (*(t.en for t in glossary.terms), *(p.en for p in glossary.places.values()))
        self._capital = {w for english in written for w in _WORD.findall(english) if w[0].isupper()}
        self._directions = Directions(glossary)
        self._negations = Negations(glossary)
        self._bounds = Bounds(glossary)
        functions = alternatives(glossary.phrases["translate.function.words"].en)
        grammar = [w.surface for w in glossary.words]
        self._lexicon = Lexicon(glossary.lexicon, functions, grammar) if glossary.lexicon else None

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
        if _REPEATED.search(pattern.sub(" ; ", output)):
            return "repeated"
        if not _proportionate(len(words), sum(map(len, words)), source):
            return "length"
        if self._misnamed(rest, masked):
            return "forbidden"
        if reason := self._judge(words, rest, source):
            return reason
        if self._unheard(rest, source):
            return "name"
        if self._directions.turned(output, masked, form):
            return "direction"
        if self._bounds.turned(output, masked, form):
            return "bound"
        order = [int(n) for n in pattern.findall(output)]
        if _moved(order, masked.items) or unbracketed(output, masked, form):
            return "moved"
        return "negation" if self._negations.turned(rest, source) else ""

    def doubt(self, output: str, masked: Masked, form: str) -> Doubt:
        """What speaks against the words outside of items."""
        if self._lexicon is None:
            return Doubt()
        source = masked.filled([ITEM] * len(masked.items))
        return self._lexicon.doubt(source, placeholder_pattern(form).sub(" ", output))

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

    def _unheard(self, rest: str, source: str) -> bool:
        """Whether a name is written as the source does not write it ("Hu Nghi" of "Hữu Nghị")."""
        if len(self._english) < _ENOUGH_WORDS:
            return False
        said = {without_diacritics(w) for w in _WORD.findall(source)}
        names = (m[0] for m in _WORD.finditer(rest) if m[0].istitle() and _INSIDE.search(rest, 0, m.start()))
        return any(n not in said and n.casefold() not in self._english and n not in self._capital for n in names)

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


class Negations:
    """The glossary's words that deny: what Vietnamese denies English must, and the reverse."""

    def __init__(self, glossary: Glossary) -> None:
        rows = {key.rpartition(".")[2]: row for key, row in phrase_group(glossary, "negation").items()}
        self._plain, (_, denying) = _keys(rows["plain"][0]), rows["plain"]
        self._denying = frozenset(alternatives(denying))
        self._near, (_, plain) = _keys(rows["words"][0]), rows["words"]
        self._said = frozenset(alternatives(plain))
        self._prefixes = alternatives(rows["prefix"][1])
        self._inert = _keys(rows["inert"][0])  # "không khí" (air) denies nothing

    def turned(self, english_text: str, source: str) -> bool:
        """English, Vietnamese -> whether one side denies what the other does not."""
        said = key(source)
        for inert in self._inert:
            said = said.replace(inert, " ; ")
        english = {w.casefold() for w in _WORD.findall(_ORDINAL_NO.sub(" ", english_text))}
        if english & self._said and not any(s in said for s in self._near):
            return True
        if not any(s in said for s in self._plain) or english & self._denying:
            return False
        return not any(w.startswith(self._prefixes) for w in english)


def _moved(order: Sequence[int], items: Sequence[Item]) -> bool:
    """Whether figures and what they belong to stand in another order: with "A 5%, B 6%" each may get the other's.

    A date moves freely, and what is near may change places ("5% of A").
    """
    told = [n for n in order if items[n].kind in _ORDERED]
    rank = {n: place for place, n in enumerate(sorted(told))}
    figures = [n for n in told if items[n].kind == "figure"]
    if len(figures) > _FREE_FIGURES and figures != sorted(figures):
        return True
    return any(rank[a] - rank[b] > _NEAR for place, a in enumerate(told) for b in told[place + 1 :])


def missing_terms(target: str, items: Sequence[Item]) -> list[Item]:
    """The terms whose English (or one of its other forms) is not in the target."""
    terms = (i for i in items if i.kind == "term")
    return [i for i in terms if not _phrase((i.english, i.one, i.many)).search(target)]


class Figures:
    """How a person may write a figure: in digits, a small one and a few others in words ("doubled", "a third")."""

    def __init__(self, glossary: Glossary) -> None:
        self._ways: dict[str, re.Pattern[str]] = {
            str(n): _phrase((word,)) for n, word in enumerate(CARDINALS_EN) if word
        }
        for figures, words in phrase_group(glossary, "spelled").values():
            for figure in figures:
                cardinal = CARDINALS_EN[int(figure)] if figure.isdecimal() else ""
                self._ways[figure] = _phrase((cardinal, *alternatives(words)))
        scales = "|".join(re.escape(s.en) for s in glossary.scales.values())
        self._scale = re.compile(rf" (?P<scale>{scales})\b")

    def same(self, target: str, items: Sequence[Item]) -> bool:
        """Whether a remembered translation prints the figures as they were read."""
        printed = Counter(_NUMBER.findall(target))
        for item in items:
            way = self._ways.get(item.english)
            for number in _NUMBER.findall(item.english) if item.kind == "figure" else ():
                spelled = way or self._ways.get(number)
                if printed[number]:
                    printed[number] -= 1
                    if not self._magnified(number, item.english, target):
                        return False
                elif spelled is None or not spelled.search(target):
                    return False
        return True

    def _magnified(self, number: str, english: str, target: str) -> bool:
        """Whether a figure is printed with its power of ten and its currency: "VND 5 million" is no "VND 5 billion"."""
        scale = self._scale.search(english)
        if scale:
            between = r"(?:\s*(?:[-–]|to|and|or)\s*[\d.,]+)?"  # "5 to 7 billion"
            if not re.search(rf"(?<![\d.,]){re.escape(number)}{between}[\s-]*{scale['scale']}", target):
                return False
        return all(way.search(target) for code, way in self._ways.items() if code.isalpha() and code in english.split())


def _keys(surfaces: Collection[str]) -> tuple[str, ...]:
    return tuple(map(key, surfaces))


@lru_cache(maxsize=4096)
def _phrase(forms: tuple[str, ...]) -> re.Pattern[str]:
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
