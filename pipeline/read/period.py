"""Title and text -> the period reported on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial

from pipeline.figures import cumulative_period
from pipeline.model import ReportingPeriod
from pipeline.read.words import PageWords, alternation

_YEAR = r"20\d\d"
_NEVER = "(?!)"  # matches nothing: the place of an empty table
_DAY = re.compile(rf"(?<!\d)\d{{1,2}}/\d{{1,2}}/({_YEAR})(?!\d)")
_BEFORE = 30  # characters in which a word of comparison rules the period after it


@dataclass(frozen=True, slots=True)
class Mention:
    """A period that the text names; `month` is its last month, `year` None where it is not said."""

    kind: str  # "month", "quarter", "cumulative", "year"
    month: int
    year: int | None
    compared: bool  # it is what a figure is compared with


@dataclass(frozen=True, slots=True)
class PeriodGrammar:
    """How periods are written, made from the glossary's words once for an article."""

    pattern: re.Pattern[str]
    comparison: re.Pattern[str]
    values: dict[str, int]


def period_grammar(words: PageWords) -> PeriodGrammar:
    """Words of the glossary -> the patterns of periods."""
    start, later, quarter, span, compared = (
        alternation(words.of(category)) or _NEVER
        for category in ("from-january", "not-from-january", "quarter", "span", "comparison")
    )
    word = rf"{alternation(words.of('number')) or _NEVER}|(?-i:{alternation(words.of('capital-number')) or _NEVER})"
    count = rf"0?[1-9]|1[0-2]|{word}"
    year = rf"(?:\s*/\s*|\s+(?:của\s+)?năm\s+|\s*-\s*)(?P<{{}}>{_YEAR})(?!\w)"
    count_year = rf"(?:\s*/\s*|\s+năm\s+|\s+)(?P<count_year>{_YEAR})"
    patterns = (
        # "6 tháng đầu năm 2023", "9 tháng/2024"; not "6 tháng cuối năm", "3 tháng tuổi"
        rf"(?P<count>{count})\s+tháng(?!\s+(?:{later})\b)(?P<start>\s+(?:{start})\b)?(?:{count_year})?(?!\w)",
        rf"tháng\s+(?P<month>{count})(?![\d.,]\d)(?!\w)(?:{year.format('month_year')})?",
        rf"quý\s+(?P<quarter>[1-4]|{quarter}|{word})(?!\w)(?:{year.format('quarter_year')})?",
        rf"(?P<span>{span})(?!\w)(?:\s+(?:năm\s+)?(?P<span_year>{_YEAR})(?!\w))?",
        rf"năm\s+(?P<year>{_YEAR})(?!\w)",
    )
    return PeriodGrammar(
        pattern=re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})", re.IGNORECASE),
        comparison=re.compile(rf"(?<!\w)(?:{compared})(?!\w)[^.;:(]*$", re.IGNORECASE),
        values={
            surface.casefold(): value
            for category in ("number", "capital-number", "quarter", "span")
            for surface, value in words.numbers(category).items()
        },
    )


def mentions(text: str, grammar: PeriodGrammar) -> tuple[Mention, ...]:
    """Every period named in a text, in reading order."""
    found: list[Mention] = []
    for match in grammar.pattern.finditer(text):
        compared = grammar.comparison.search(text[max(0, match.start() - _BEFORE) : match.start()]) is not None
        named = {name: value for name, value in match.groupdict().items() if value}
        mention = partial(Mention, compared=compared)
        if count := named.get("count"):
            year = _year(named.get("count_year"))
            found.append(mention("cumulative" if year or "start" in named else "count", _value(count, grammar), year))
        elif month := named.get("month"):
            found.append(mention("month", _value(month, grammar), _year(named.get("month_year"))))
        elif quarter := named.get("quarter"):
            found.append(mention("quarter", 3 * _value(quarter, grammar), _year(named.get("quarter_year"))))
        elif span := named.get("span"):
            found.append(mention("cumulative", _value(span, grammar), _year(named.get("span_year"))))
        else:
            found.append(mention("year", 12, _year(named["year"])))
    return tuple(m for m in found if 1 <= m.month <= 12)


def _value(text: str, grammar: PeriodGrammar) -> int:
    plain = " ".join(text.split())
    return int(plain) if plain.isdecimal() else grammar.values[plain.casefold()]


def _year(text: str | None) -> int | None:
    return int(text) if text else None


def reporting_period(title: str, text: str, published: str | None, grammar: PeriodGrammar) -> ReportingPeriod | None:
    """Title first, then the period that the text speaks of most -> what is reported on, None if neither says."""
    named = [m for m in mentions(title, grammar) if not m.compared]
    spoken = mentions(text, grammar)
    current = [m for m in spoken if not m.compared and m.kind != "count"] or [m for m in spoken if m.kind != "count"]
    month = _month_of_title(named) or _month_of_text(_of_year(current, _spoken_year(current, text)))
    if month is None:
        return None
    year = _title_year(named) or _spoken_year(current, text) or _published_year(published, month)
    if year is None:
        return None
    quarter = (month + 2) // 3
    # Before its last month a text may speak of a quarter only as a plan; the title never does.
    sources = named + (_of_year(current, year) if month % 3 == 0 else [])
    speaks = any(m.kind == "quarter" and m.month == 3 * quarter for m in sources)
    return ReportingPeriod(
        month=f"{year}-{month:02d}",
        quarter=f"{year}-Q{quarter}" if speaks else None,
        cumulative=cumulative_period(year, month),
    )


def _month_of_title(named: Iterable[Mention]) -> int | None:
    for kind in ("month", "quarter", "cumulative", "count", "year"):
        if months := [m.month for m in named if m.kind == kind]:
            return max(months)
    return None


def _title_year(named: Iterable[Mention]) -> int | None:
    return max((m.year for m in named if m.year), default=None)


def _spoken_year(current: Iterable[Mention], text: str) -> int | None:
    """The year that the text names most, in periods or else in dates; of equals the latest."""
    years = Counter(m.year for m in current if m.year and m.kind != "year")
    years = years or Counter(int(year) for year in _DAY.findall(text)) or Counter(m.year for m in current if m.year)
    return max(years, key=lambda year: (years[year], year), default=None)


def _of_year(current: Iterable[Mention], year: int | None) -> list[Mention]:
    return [replace(m, year=year) for m in current if m.year in {None, year}]


def _month_of_text(current: Iterable[Mention]) -> int | None:
    """The last month of the period named most; a bare year counts only where nothing finer is named."""
    months = Counter(m.month for m in current if m.kind != "year") or Counter(m.month for m in current)
    return max(months, key=lambda month: (months[month], month), default=None)


def _published_year(published: str | None, month: int) -> int | None:
    """A report appears in or after its last month: the latest such year before the day of publication."""
    if published is None:
        return None
    year, appeared = int(published[:4]), int(published[5:7])
    return year if month <= appeared else year - 1
