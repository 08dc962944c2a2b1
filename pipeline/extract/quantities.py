"""Text -> quantities: every number that is an amount, with its unit, scale and span.

Numbers inside dates and periods, document numbers, headings and names (QL.4B, H5N1, Km18) are not
amounts. Vietnamese writes 21.294,5; a point before one, two or more than three digits is read as the
decimal mark that the writer meant (6.53% among 6,53%), a space behind the mark of thousands as a slip (5. 226).
"""

from __future__ import annotations

import re
import typing
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from pipeline.extract.lexicon import Lexicon
from pipeline.figures import NUMBER
from pipeline.model import Approximation, Quantity, Span
from pipeline.periods import Mention
from pipeline.vietnamese import Words

_GROUPED = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_PLAIN = re.compile(r"\d+(?:,\d+)?")
_ENGLISH = re.compile(r"\d{1,3}(?:,\d{3}){2,}(?:\.\d+)?|\d{1,3}(?:,\d{3})+\.\d+")
_POINT = re.compile(r"\d+\.\d+")
_TORN = re.compile(r"(?<=[^\W\d_] )\d{1,3}(?:\.\d{3})*\. \d{3}(?:,\d+)?(?![\d/]|[.,]\d)")
_RANGE_MARK = re.compile(r"\s*[-–—]\s*")
_SIGN = re.compile(r"(?<=\()\s*([+\-−–])\s?$|(?<=[^\S\n])([+\-−–])$|(?<=[:,] )([+−])\s$")
# Number of a document, a form, a standard: 81/2021/NĐ-CP, 670/QĐ-UBND, 14/2013/TT-BYT
DOCUMENT = re.compile(
    r"\d+(?:/\d{4})?\s*/\s*[A-ZĐ][\w\s]{0,4}[-–]?\s?[A-ZĐ]|\d+[-–][A-ZĐ]{2,}[\w]*/[A-Z]{2}|\d+(?=QĐ|NĐ|NQ)"
)
_MOST_PLACES = 2  # digits behind a decimal mark that stands apart from them
# Behind them stands one figure.
_BEFORE_ONE = frozenset({"approximation", "reach", "estimate", "rise", "fall", "share", "copula"})
_BILLION = 9  # a power of ten that stands without a unit for money alone
NOTE = re.compile(r"\[\d+\]")  # the mark of a footnote


class Numeral(NamedTuple):
    """A number as printed, read; `unit` is that of words which say it themselves ("gấp đôi")."""

    start: int
    end: int
    value: Decimal
    rule: str
    unit: str = ""


def read_digits(text: str) -> tuple[Decimal, str]:
    """Digits and marks of a Vietnamese text -> (value, rule); never fails on what `NUMBER` finds."""
    if text.startswith("0") and _POINT.fullmatch(text):
        return Decimal(text), "decimal-point"
    if _GROUPED.fullmatch(text):
        return Decimal(text.replace(".", "").replace(",", ".")), "vietnamese"
    if _PLAIN.fullmatch(text):
        return Decimal(text.replace(",", ".")), "vietnamese"
    if _ENGLISH.fullmatch(text):
        return Decimal(text.replace(",", "")), "english"
    if _POINT.fullmatch(text):
        return Decimal(text), "decimal-point"
    # several marks that fit no rule (12.34.567, 1,23,4): the last mark is the decimal one
    whole, _, part = re.sub(r"[.,](?=.*[.,])", "", text).replace(",", ".").partition(".")
    return Decimal(f"{whole}.{part}" if part else whole), "irregular"


def find_numbers(text: str, periods: Sequence[Mention], names: re.Pattern[str]) -> list[Numeral]:
    """Text -> its numbers in order, without those of periods, documents and names.

    `names` matches the words before a number that take no space (tăng75,8%).
    """
    taken = [(m.start, m.end) for m in periods]
    taken += [m.span() for pattern in (DOCUMENT, NOTE) for m in pattern.finditer(text)]
    taken.sort()
    numbers: list[Numeral] = []
    at = 0
    for match in NUMBER.finditer(text):
        start, end = match.span()
        if numbers and start < numbers[-1].end:
            continue  # the second half of a torn number
        while at < len(taken) and taken[at][1] <= start:
            at += 1
        if at < len(taken) and taken[at][0] < end:
            continue
        before = text[start - 1 : start]
        glued = before.isalpha() and not names.search(text, max(0, start - 12), start)
        if glued or (before and before in ".-/" and text[start - 2 : start - 1].isalpha()):
            continue  # a name: H5N1, QL.4B, F0, Km18
        value, rule = read_digits(match[0])
        if torn := _TORN.match(text, start):
            end, value, rule = torn.end(), read_digits(torn[0].replace(" ", ""))[0], "torn"
        numbers.append(Numeral(start, end, value, rule))
    return numbers


def _unit(lexicon: Lexicon, words: Words, at: int) -> tuple[int, str, int]:
    """Tokens after a number -> (token after the unit, unit code, power of ten)."""
    scale = lexicon.scales.match(words.keys, at)
    after = scale[0] if scale else at
    unit = lexicon.units.match(words.keys, after)
    if unit:
        return unit[0], unit[1][0], scale[1][0] if scale else 0
    return (after, "", scale[1][0]) if scale else (at, "", 0)


def _said_before(lexicon: Lexicon, words: Words, at: int) -> tuple[str, str]:
    """(category, value) of the word of the grammar right before the number at token `at`; empty for none."""
    matches = (lexicon.words.match(words.keys, start) for start in range(max(0, at - 2), at))
    said = [match[1][0] for match in matches if match and match[0] == at]
    said.sort(key=lambda word: word[0] != "approximation")  # "đạt trên": "trên" as well
    return said[0] if said else ("", "")


def _mended(text: str, first: Numeral, second: Numeral, category: str) -> Numeral | None:
    """A number torn behind its decimal mark ("hơn 2, 5 tỷ USD"), where a verb or "hơn" stands before it."""
    digits = text[second.start : second.end]
    torn = text[first.start : second.start] == f"{first.value}, " and len(digits) <= _MOST_PLACES and digits.isdigit()
    if not torn or category not in _BEFORE_ONE:
        return None
    return Numeral(first.start, second.end, Decimal(f"{first.value}.{digits}"), "torn")


def find_quantities(text: str, words: Words, numbers: Sequence[Numeral], lexicon: Lexicon) -> list[Quantity]:
    """Numbers -> quantities with unit, scale, sign and both ends of ranges."""
    found: list[Quantity] = []
    i = 0
    while i < len(numbers):
        first = last = numbers[i]
        said = _said_before(lexicon, words, words.index_at(first.start))
        at = words.index_at(last.end)
        end, unit, scale = _unit(lexicon, words, at)
        unit = first.unit or unit
        low = first.value
        if i + 1 < len(numbers) and scale and not unit and words[end - 1].end + 1 == numbers[i + 1].start:
            after, unit_after, smaller = _unit(lexicon, words, words.index_at(numbers[i + 1].end))
            if unit_after and smaller < scale:  # 5 tỷ 508 triệu USD
                last, end, unit = numbers[i + 1], after, unit_after
                low, scale = low.scaleb(scale - smaller) + last.value, smaller
                last = last._replace(value=low, rule="compound")
                i += 1
            elif unit_after and scale <= smaller and numbers[i + 1].value < 10**scale:  # 107 nghìn 700 tỷ đồng
                last, end, unit = numbers[i + 1], after, unit_after
                low, scale = low.scaleb(scale) + last.value, smaller
                last = last._replace(value=low, rule="compound")
                i += 1
        elif i + 1 < len(numbers) and unit in ("", "percent"):
            following = numbers[i + 1]
            between = text[words[end - 1].end if end > at else last.end : following.start]
            second = _unit(lexicon, words, words.index_at(following.end))
            if _RANGE_MARK.fullmatch(between) and second[1] and first.value <= following.value:
                last, (end, unit, scale) = following, second
                i += 1
            elif not (unit or scale) and second[1] and (mended := _mended(text, first, following, said[0])):
                first, last, low, (end, unit, scale) = mended, mended, mended.value, second
                i += 1
        if scale >= _BILLION and not unit and end < len(words) and words[end].key in ",;.)":
            unit = "VND"  # "đạt 3.122,2 tỷ, bằng …"
        sign = _SIGN.search(text, max(0, first.start - 3), first.start) if first is last else None
        mark = sign and sign[sign.lastindex or 0]
        negative = mark not in (None, "+")
        start = sign.start(sign.lastindex or 0) if sign else first.start
        approximation = typing.cast("Approximation", said[1] if said[0] == "approximation" else "")
        low = -low if negative else low
        high = low if first is last else last.value
        stop = words[end - 1].end if unit or scale else last.end
        rule = f"{last.rule}+sign" if sign else last.rule
        if text[first.start - 1 : first.start] == "/":
            rule = "whole"  # 06/11 dự án: six of eleven
        found.append(Quantity(Span(start, max(stop, last.end)), low, high, unit, scale, approximation, rule))
        i += 1
    return found
