"""Article, quantities, Glossary -> items: everything whose English is known before any translation.

Figures, dates and laws come before names and terms; among equals the longest wins. What is left and
holds a digit ("Covid-19", "QL.4B") is an item too, so no engine ever sees a digit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pipeline.figures import MINUS, read_number, write_amount, write_number
from pipeline.glossary import Glossary
from pipeline.model import Quantity
from pipeline.translate.items import FIXED, Item
from pipeline.translate.patterns import alternatives, law_patterns, phrase_group
from pipeline.translate.senses import Senses
from pipeline.translate.terms import build_index
from pipeline.translate.times import Times
from pipeline.vietnamese import Token, keys, tokens, without_diacritics

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_YEAR = re.compile(r"(?:19|20)\d\d")
# Words and numbers with digits that nothing else has claimed, as they are told apart; a word has at most 60 letters
# here, so that one of ten thousand takes no longer than as many short ones:
_LEFT_OVER = re.compile(
    # 15/38, 2-3%, 1.279/18.425, -0,5: a sign belongs to its number
    rf"(?P<number>(?<![\w.,])(?:(?<=[\s(])[-−–+])?{_NUMBER.pattern}(?:[/-]{_NUMBER.pattern})*%?(?!\w|[.,]\d))"
    # QL.4B, Covid-19, H5N1, Km18
    r"|(?P<code>(?<!\w)(?=[\w.+-]{0,60}(?:[A-ZĐ]|-))[A-Za-zĐ0-9]+(?:(?:[-+]|(?<!\d)\.)[A-Za-zĐ0-9]+)*(?!\w|[.,]\d))"
    # a footnote's number at the end of a word: "ngân hàng2"
    r"|(?:(?<!\w)[^\W\d_]*[^\W\d_A-ZĐ]{2}|(?<=[^\W\d_A-ZĐ]{2}))(?P<note>\d{1,2})(?!\w|[.,/]\d)"
    r"|(?P<other>\w{0,60}\d(?:[\w.,/+%\-]*[\w%])?)"
)
# What may stand between the names of a list ("Bắc Sơn, Đình Lập và Chi Lăng").
_LIST = re.compile(r"\s*(?:,|\bvà\b|-|–)\s*")
_MOST_SYLLABLES = 4


class Masker:
    """Finds the items of a text; made once from the glossary."""

    def __init__(self, glossary: Glossary) -> None:
        self._glossary = glossary
        self._times = Times(glossary)
        self._laws = law_patterns(glossary)
        self._index = build_index(glossary)
        self._senses = Senses(glossary)
        self._place_english: dict[tuple[str, ...], str] = {}
        for key, (ways, english) in phrase_group(glossary, "place").items():
            for way in ways:
                if not way.endswith(" {name}") or "{name}" not in english:
                    raise glossary.wrong_phrase(key, f"{way!r} must end in {{name}}, and its English must hold it")
                self._place_english[keys(way.removesuffix(" {name}"))] = english
        self._longest = max(map(len, self._place_english), default=0)
        self._introducing = frozenset(way[0] for way in self._place_english)
        self._unit_words = {
            surface: unit.en.replace("{scale}", "").replace("{}", "").strip()
            for unit in glossary.units.values()
            for surface in unit.surfaces
            if any(c.isdecimal() for c in surface)
        }
        heads = glossary.phrases.get("translate.institution.heads")
        self._institutions = frozenset(alternatives(heads.vi)) if heads else frozenset()

    def times(self, text: str) -> list[Item]:
        """Dates and periods."""
        return list(self._times.items(text))

    def items(self, text: str, quantities: Iterable[Quantity]) -> tuple[Item, ...]:
        """Every item of a text, in order and apart from each other."""
        words = tokens(text)
        fixed = [self._figure(text, q) for q in quantities]
        fixed += self._times.items(text)
        fixed += self._named_laws(text)
        taken = _apart(fixed)
        named = list(self._terms(text, words))
        named += self._introduced(text, words, [i for i in named if i.kind == "name"])
        taken = _apart(named, taken)
        return tuple(sorted([*taken, *self._left_over(text, taken)], key=lambda i: i.start))

    def _figure(self, text: str, quantity: Quantity) -> Item:
        scale = self._glossary.scales.get(quantity.scale)
        unit = self._glossary.units.get(quantity.unit)
        start, end = quantity.span.start, quantity.span.end
        english = write_amount(quantity.low, quantity.high, unit, scale, "en")
        if (quantity.unit and unit is None) or (quantity.scale and scale is None):
            english = ""  # a unit or a power of ten that the glossary does not know cannot be left out
        elif unit is None and scale is not None:
            english = f"{english} {scale.en}"
        elif unit is None and _YEAR.fullmatch(text[start:end]):
            english = text[start:end]  # "2021", not "2,021"
        plus = "+" if english and text[start] == "+" else ""
        return Item(start, end, "figure", plus + english)

    def _named_laws(self, text: str) -> Iterator[Item]:
        for pattern in self._laws:
            for match in pattern.regex.finditer(text):
                english = pattern.english.replace("{code}", without_diacritics(match["code"]))
                yield Item(match.start(), match.end(), "law", english)

    def _terms(self, text: str, words: Sequence[Token]) -> Iterator[Item]:
        for hit in (*self._senses.find(words), *self._index.find(words)):
            start, end = words[hit.first].start, words[hit.last - 1].end
            if hit.entry.kind == "name" and not _is_name(text, start, end):
                continue
            entry = hit.entry
            short = (text[start:end],) if text[start:end].isupper() else ()  # "(IIP)" behind its name stays short
            yield Item(start, end, entry.kind, entry.english, short, entry.one, entry.many)

    def _introduced(self, text: str, words: Sequence[Token], known: Sequence[Item]) -> Iterator[Item]:
        """Names that a word before them gives away ("huyện Bắc Sơn"), and those listed after such a name."""
        provinces = {item.start: item for item in known}
        first_at = {t.start: n for n, t in enumerate(words)}
        for first in (n for n, word in enumerate(words) if word.key in self._introducing):
            english, after = self._introduction(words, first)
            if not english or text[words[after - 1].end : words[after].start].strip(" ."):
                continue
            start = words[after].start
            item = provinces.get(start)
            end = item.end if item else _name_end(text, words, after)
            if end is None:
                continue
            name = item.english if item else without_diacritics(text[start:end])
            if listed := list(self._listed(text, words, first_at, end)):
                yield Item(start, end, "name", name)
                yield from listed
            else:
                noun = english.replace("{name}", "").strip().casefold()
                whole = name if name.casefold().endswith(noun) else english.replace("{name}", name)
                yield Item(words[first].start, end, "name", whole)

    def _introduction(self, words: Sequence[Token], first: int) -> tuple[str, int]:
        """The longest introducing words from this token on: their English, and the token after them."""
        for length in range(min(self._longest, len(words) - first - 1), 0, -1):
            way = tuple(t.key for t in words[first : first + length])
            if (english := self._place_english.get(way)) is not None:
                return english, first + length
        return "", first

    def _listed(self, text: str, words: Sequence[Token], first_at: Mapping[int, int], end: int) -> Iterator[Item]:
        """The further names of a list whose first name ends here."""
        while (match := _LIST.match(text, end)) and match.end() in first_at:
            first = first_at[match.end()]
            start, stop = words[first].start, _name_end(text, words, first)
            if stop is None or " " not in text[start:stop] or text[start : words[first].end] in self._institutions:
                return
            yield Item(start, stop, "name", without_diacritics(text[start:stop]))
            end = stop

    def _left_over(self, text: str, taken: Sequence[Item]) -> Iterator[Item]:
        """Words and numbers with digits that nothing has claimed."""
        place = 0
        for start, end in [*((i.start, i.end) for i in taken), (len(text), len(text))]:
            for match in _LEFT_OVER.finditer(text, place, start):
                if any(c.isdecimal() for c in match[0]):
                    yield self._code(match)
            place = end

    def _code(self, match: re.Match[str]) -> Item:
        """A word with digits goes over as it is; numbers change their marks."""
        kind = match.lastgroup or "other"
        start, end = match.span(kind)
        word = match[kind]
        if kind == "number":
            try:
                english = _NUMBER.sub(lambda m: _number(m[0]), word)
                english = MINUS + english[1:] if english[0] in "-–" else english
            except ValueError:
                english = ""
        elif kind == "note":
            english = f" [{word}]"
        elif kind == "code":
            english = without_diacritics(word)
        else:
            # 46.018m2, x4,5: what its marks mean cannot be told; a unit alone ("đồng/m2") can.
            english = self._unit_words.get(word, "")
        return Item(start, end, "code", english)


def _is_name(text: str, start: int, end: int) -> bool:
    """Whether the capitals are those of a name.

    "thái bình" and "Thái bình" (peace) are no province, and the "Mỹ" of "Mỹ Hào" is not America.
    """
    if " " in text[start:end]:
        return any(c.isupper() for c in text[start + 1 : end])
    before, after = text[:start].rsplit(" ", 2)[-2:-1], text[end + 1 : end + 2]
    follows = after.isupper() and text[end : end + 1] == " "
    return text[start].isupper() and not follows and not (before and before[0][:1].isupper())


def _name_end(text: str, words: Sequence[Token], first: int) -> int | None:
    """End of the capitalised words from this token on; None where they are no name."""
    end = None
    for n, token in enumerate(words[first : first + _MOST_SYLLABLES]):
        word = text[token.start : token.end]
        if not (word[0].isupper() and word.isalpha()) or (len(word) > 1 and word.isupper()):
            break
        if n and text[words[first + n - 1].end : token.start] != " ":
            break
        end = token.end
    return end


def _apart(found: Sequence[Item], taken: Sequence[Item] = ()) -> list[Item]:
    """Of overlapping items the longest one, the earlier one among equals; none overlaps `taken`."""
    kept = list(taken)
    occupied = bytearray(max((i.end for i in (*kept, *found)), default=0))
    for item in kept:
        occupied[item.start : item.end] = b"\1" * (item.end - item.start)
    for item in sorted(found, key=lambda i: (i.start - i.end, FIXED.index(i.kind) if i.kind in FIXED else 9, i.start)):
        if not any(occupied[item.start : item.end]):
            occupied[item.start : item.end] = b"\1" * (item.end - item.start)
            kept.append(item)
    return sorted(kept, key=lambda i: i.start)


def _number(word: str) -> str:
    """A number of the text in English marks; one without marks stays as it is ("06/11")."""
    return word if word.isdecimal() else write_number(read_number(word, "vi"), "en")
