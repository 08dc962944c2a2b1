"""Rows of phrases-translate.csv -> patterns: how dates, periods and laws are written in Vietnamese.

A pattern is words with fields in braces; ` | ` separates ways of writing the same.

    {d} {m} {y} {q} {n}   day, month, year, quarter, number of months; {y2} a second year
    {code}                the number of a law ("81/2021/NĐ-CP")

Its English may use the fields, and {date} {period} {month} {ordinal} {count}, which are made from them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.errors import GlossaryError
from pipeline.figures import CARDINALS_EN, MONTHS_EN, ROMAN, write_date, write_period
from pipeline.glossary import Glossary
from pipeline.vietnamese import without_diacritics

TABLE = "phrases-translate.csv"

FIELDS = {
    "d": r"0?[1-9]|[12]\d|3[01]",
    "m": r"1[0-2]|0?[1-9]",
    "n": r"1[0-2]|0?[1-9]",
    "y": r"(?:19|20)\d\d",
    "y2": r"(?:19|20)\d\d",
    "q": r"IV|I{1,3}|[1-4]",
    "code": r"(?-i:\d+(?:/\d{4})?[-/](?:[0-9]*[A-ZĐƯ][-A-ZĐƯ0-9/]*)?[A-ZĐƯ]\d*)",
}
ORDINALS = ("", "first", "second", "third", "fourth")


@dataclass(frozen=True, slots=True)
class Pattern:
    """One way of writing something, and its English with fields in braces."""

    regex: re.Pattern[str]
    english: str


def phrase_group(glossary: Glossary, group: str) -> dict[str, tuple[tuple[str, ...], str]]:
    """Rows `translate.<group>.*` -> key: (ways of writing it in Vietnamese, English)."""
    prefix = f"translate.{group}."
    return {
        key: (tuple(way.strip() for way in phrase.vi.split(" | ")), phrase.en)
        for key, phrase in glossary.phrases.items()
        if key.startswith(prefix)
    }


def alternatives(text: str) -> tuple[str, ...]:
    """`one | two` -> its parts."""
    return tuple(part.strip() for part in text.split("|"))


def _regex(way: str) -> re.Pattern[str]:
    """A way of writing with fields -> regular expression; spaces and slashes may be spaced freely."""
    parts: list[str] = []
    for part in re.split(r"(\{\w+\}|\s+|/)", way):
        if match := re.fullmatch(r"\{(\w+)\}", part):
            if match[1] not in FIELDS:
                raise GlossaryError(TABLE, 0, f"unknown field {part} in {way!r}")
            parts.append(f"(?P<{match[1]}>{FIELDS[match[1]]})")
        elif part == "/":
            parts.append(r"\s?/\s?")
        else:
            parts.append(r"\s+" if part.isspace() else re.escape(part))
    # Neither inside a word nor inside a longer number or fraction.
    return re.compile(rf"(?<![\w.,/-]){''.join(parts)}(?![\w]|[./,-]\d)", re.IGNORECASE)


def compile_patterns(glossary: Glossary, group: str) -> tuple[Pattern, ...]:
    """All patterns of a group, in the order of the table."""
    return tuple(Pattern(_regex(way), en) for ways, en in phrase_group(glossary, group).values() for way in ways)


def _derived(fields: dict[str, str]) -> Iterator[dict[str, str]]:
    """Fields as matched -> what English may use, once for each way English has; none if there is no such day."""
    values = {k: v for k, v in fields.items() if k in ("y", "y2")}
    if "code" in fields:
        values["code"] = without_diacritics(fields["code"])
    year = fields.get("y")
    if "m" in fields:
        month = int(fields["m"])
        values["month"] = MONTHS_EN[month - 1]
        if "d" in fields:
            day = int(fields["d"])
            try:  # a leap year where the text names none
                iso = date(int(year or 2000), month, day).isoformat()
            except ValueError:
                return
            values |= {"d": str(day), "date": write_date(iso, "en")}
            if year:
                yield values
                yield values | {"date": f"{values['month']} {day}, {year}"}
                return
        elif year:
            values["period"] = write_period(f"{year}-{month:02d}", "en")
    if "q" in fields:
        quarter = int(fields["q"]) if fields["q"].isdigit() else ROMAN.index(fields["q"].upper())
        values["ordinal"] = ORDINALS[quarter]
        if year:
            values["period"] = write_period(f"{year}-Q{quarter}", "en")
    if "n" in fields:
        count = int(fields["n"])
        values["count"] = CARDINALS_EN[count]
        if count == 1:  # "1 tháng" is "one month": every pattern here speaks of months
            return
        if year:
            plain = f"the first {CARDINALS_EN[count]} months of {year}"
            values["period"] = write_period(f"{year}-01/{year}-{count:02d}", "en")
            yield values
            if values["period"] != plain:
                yield values | {"period": plain}
            return
    yield values


def read_pattern(pattern: Pattern, match: re.Match[str]) -> tuple[str, ...]:
    """A match -> its English, the preferred way first; empty where the fields name no real date."""
    fields = {k: v for k, v in match.groupdict().items() if v is not None}
    ways = (pattern.english.format_map(values) for values in _derived(fields))
    return tuple(dict.fromkeys(ways))


def check_patterns(patterns: Sequence[Pattern]) -> None:
    """Raise GlossaryError where the English of a pattern uses what its Vietnamese cannot give."""
    for pattern in patterns:
        given = set(pattern.regex.groupindex)
        makes = {
            "date": {"d", "m", "y"}, "month": {"m"}, "ordinal": {"q"}, "count": {"n"},
        }  # fmt: skip
        for name in re.findall(r"\{(\w+)\}", pattern.english):
            needs = makes.get(name, {name})
            if name == "period":
                needs = {"y"} | ({"m", "q", "n"} & given or {"m"})
            if not needs <= given:
                raise GlossaryError(TABLE, 0, f"{{{name}}} in {pattern.english!r} has nothing to be made from")
