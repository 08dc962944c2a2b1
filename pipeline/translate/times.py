"""Mentions of time -> their English: `figures` writes dates and periods, phrases-translate.csv the rest.

A row `translate.time.<kind>` is the English of a kind of mention, `<kind>-year` of one with its year and
`<kind>-first` of the first months. What has no row has no English of its own ("năm trước", "cả năm"
are parts of terms and comparisons).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.figures import CARDINALS_EN, MONTHS_EN, write_date, write_period
from pipeline.glossary import Glossary
from pipeline.periods import Kind, Mention, PeriodReader
from pipeline.translate.items import Item
from pipeline.translate.patterns import phrase_group

_ORDINALS = ("", "first", "second", "third", "fourth")
_FIELDS: dict[Kind, frozenset[str]] = {
    "holiday": frozenset(("date",)),
    "month": frozenset(("month",)),
    "quarter": frozenset(("ordinal",)),
    "months": frozenset(("count",)),
    "last_months": frozenset(("count",)),
    "duration": frozenset(("count",)),
    "whole_year": frozenset(),
    "years": frozenset(("from_year",)),
    "plan_years": frozenset(("from_year",)),
    "school_year": frozenset(("from_year",)),
}
_DIGITS = re.compile(r"\d+")
# Neither inside a word nor inside a longer number or fraction.
_ALONE = (re.compile(r"(?<![\w.,/-])"), re.compile(r"(?!\w|[./,-]\d)"))


class Times:
    """Finds the dates and periods of a text and knows their English."""

    def __init__(self, glossary: Glossary) -> None:
        self._reader = PeriodReader.of(glossary)
        self._phrases = _rows(glossary, "time")
        self._years = _rows(glossary, "year")
        for key, english in self._phrases.items():
            _check(glossary, key, english)

    def items(self, text: str) -> Iterator[Item]:
        """The dates and periods whose English says every figure that they print."""
        for mention in self._reader.named(text):
            if not (_ALONE[0].match(text, mention.start) and _ALONE[1].match(text, mention.end)):
                continue
            printed = {int(n) for n in _DIGITS.findall(text, mention.start, mention.end)}
            if printed <= _numbers(mention) and (ways := self._ways(mention)):
                yield Item(mention.start, mention.end, "time", ways[0], ways[1:])

    def _ways(self, mention: Mention) -> tuple[str, ...]:
        """The English of a mention, the preferred way first; empty where it has none of its own."""
        if mention.months == 1:  # "1 tháng" is "one month": every phrase speaks of months
            return ()
        if mention.from_day and not mention.from_month and mention.from_day >= (mention.day or 0):
            return ()  # "28-02/3" begins in the month before
        ways = list(_calendar(mention))
        year = str(mention.year) if mention.year else self._years.get(mention.of_year, "")
        key = f"{mention.kind}-year" if year else f"{mention.kind}-first" if mention.first else mention.kind
        if key in self._phrases and (mention.year or mention.kind != "whole_year"):
            ways.append(self._phrases[key].format_map(_fields(mention) | {"year": year}))
        ways += [way.replace("\N{EN DASH}", dash) for dash in ("-", " - ") for way in ways]
        return tuple(dict.fromkeys(ways))


def _rows(glossary: Glossary, group: str) -> dict[str, str]:
    rows = phrase_group(glossary, group).items()
    return {key.removeprefix(f"translate.{group}."): english for key, (_, english) in rows}


def _check(glossary: Glossary, key: str, english: str) -> None:
    """Raise GlossaryError where a row is of no kind of mention, or uses what such a mention cannot give."""
    kind, _, of = key.partition("-")
    row = f"translate.time.{key}"
    given = next((fields for name, fields in _FIELDS.items() if name == kind), None)
    if given is None or of not in ("", "year", "first"):
        raise glossary.wrong_phrase(row, f"{row!r} is no kind of time")
    for name in re.findall(r"\{(\w+)\}", english):
        if name not in given and not (name == "year" and of == "year"):
            raise glossary.wrong_phrase(row, f"{{{name}}} in {english!r} has nothing to be made from")


def _numbers(mention: Mention) -> set[int | None]:
    """Every number that a mention has understood."""
    return {
        mention.year, mention.month, mention.day, mention.quarter, mention.months,
        mention.from_year, mention.from_month, mention.from_day,
    }  # fmt: skip


def _fields(mention: Mention) -> dict[str, str]:
    """What a row's English may use."""
    return {
        "date": _date(mention),
        "month": MONTHS_EN[(mention.month or 1) - 1],
        "ordinal": _ORDINALS[mention.quarter or 0],
        "count": CARDINALS_EN[mention.months or 0],
        "from_year": str(mention.from_year),
    }


def _date(mention: Mention) -> str:
    """Write 15 May, 15–20 May, 30 April–1 May, with the year where it is said."""
    if mention.month is None or mention.day is None:
        return ""
    day, since = f"{mention.day} {MONTHS_EN[mention.month - 1]}", mention.from_day or ""
    if mention.year:
        day = write_date(f"{mention.year}-{mention.month:02d}-{mention.day:02d}", "en")
    if mention.from_month:
        since = f"{since} {MONTHS_EN[mention.from_month - 1]}"
    return f"{since}\N{EN DASH}{day}" if since else day


def _calendar(mention: Mention) -> Iterator[str]:
    """The ways of writing a mention that the calendar gives alone, the British one first."""
    match mention:
        case Mention(kind="day", year=year):
            british = _date(mention)
            yield british
            day, _, month = british.removesuffix(f" {year}").partition(" ")
            yield f"{month} {day}, {year}" if year else f"{month} {day}"
        case Mention(kind="month", year=int(year), month=int(month)):
            yield write_period(f"{year}-{month:02d}", "en")
        case Mention(kind="quarter", year=int(year), quarter=int(quarter)):
            yield write_period(f"{year}-Q{quarter}", "en")
        case Mention(kind="months", year=int(year), months=int(months)):
            yield write_period(f"{year}-01/{year}-{months:02d}", "en")
        case Mention(kind="year", year=int(year)):
            yield write_period(str(year), "en")
