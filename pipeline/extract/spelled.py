"""Amounts in words: multiples ("gấp đôi", "tăng gần ba lần") and fractions ("một nửa", "ba phần tư")."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from pipeline.extract.items import MARKS
from pipeline.extract.lexicon import Lexicon
from pipeline.extract.quantities import Numeral
from pipeline.periods import Mention
from pipeline.vietnamese import Words

SPELLED = "spelled"  # rule of a number in words
_LONGEST = 3  # words of a verb ("tăng gấp hơn")


def find_spelled(words: Words, mentions: Sequence[Mention], lexicon: Lexicon) -> Iterator[Numeral]:
    """Words -> the numbers that they spell outside times, in reading order; a multiple only behind its verb."""
    timed = {m.start: m.end for m in mentions}
    at = 0
    while at < len(words):
        if end := timed.get(words[at].start):
            at = words.index_at(end)
            continue
        found = lexicon.spelled.match(words.keys, at)
        if not found:
            at += 1
            continue
        after, ((category, value), *_) = found
        start, end = words[at].start, words[after - 1].end
        if category == "portion":
            yield _portion(start, end, Fraction(value))
        else:
            verb = _verb(words, at, lexicon)
            times = "times" in (lexicon.units.match(words.keys, after) or (0, ()))[1]
            if (times and verb in ("multiple", "rise")) or (verb == "multiple" and _ends(words, after, lexicon)):
                yield Numeral(start, end, Decimal(value), SPELLED, "" if times else "times")
        at = after


def _ends(words: Words, at: int, lexicon: Lexicon) -> bool:
    """Whether nothing but a comparison or a mark follows ("gấp đôi so với", not "gấp ba trang giấy")."""
    return at == len(words) or words[at].key in MARKS or lexicon.comparisons.match(words.keys, at) is not None


def _portion(start: int, end: int, value: Fraction) -> Numeral:
    """A fraction as a percentage; one without a last decimal place (a third) is a number of wholes, as 1/3 is."""
    percent = value * 100
    if percent.denominator == 1:
        return Numeral(start, end, Decimal(percent.numerator), SPELLED, "percent")
    return Numeral(start, end, Decimal(value.denominator), "whole", "")


def _verb(words: Words, at: int, lexicon: Lexicon) -> str:
    """Category of the verb right before a token, or before the approximation there."""
    for start in range(max(0, at - _LONGEST), at):
        found = lexicon.words.match(words.keys, start, at)
        if found and found[0] == at:
            category = found[1][0][0]
            return _verb(words, start, lexicon) if category == "approximation" else category
    return ""
