"""Title and text -> the period reported on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from pipeline.figures import cumulative_period
from pipeline.glossary import Glossary
from pipeline.model import ReportingPeriod
from pipeline.periods import Mention, PeriodReader
from pipeline.read.words import PageWords
from pipeline.vietnamese import alternation

_NEVER = "(?!)"  # matches nothing: the place of an empty table
_BEFORE = 30  # characters in which a word of comparison rules the period after it


Kind = Literal["day", "month", "quarter", "cumulative", "count", "year"]


@dataclass(frozen=True, slots=True)
class Named:
    """A day or period that the text names; `month` is its last month, `year` None where it is not said."""

    kind: Kind
    month: int
    year: int | None
    compared: bool  # it is what a figure is compared with


@dataclass(frozen=True, slots=True)
class PeriodGrammar:
    """How periods are written and compared with, made from the glossary's words once for an article."""

    reader: PeriodReader
    comparison: re.Pattern[str]
    plan: re.Pattern[str]  # words that begin the part of a title about the time to come


def period_grammar(glossary: Glossary, words: PageWords) -> PeriodGrammar:
    """Words of the glossary -> what periods are found by."""
    compared = alternation(words.of("comparison")) or _NEVER
    comparison = re.compile(rf"(?<!\w)(?:{compared})(?!\w)[^.;:(]*$", re.IGNORECASE)
    plan = re.compile(rf"(?<!\w)(?:{alternation(words.of('plan')) or _NEVER})(?!\w)", re.IGNORECASE)
    return PeriodGrammar(PeriodReader.of(glossary), comparison, plan)


def mentions(text: str, grammar: PeriodGrammar) -> tuple[Named, ...]:
    """Every day and period named in a text that may be reported on, in reading order."""
    found: list[Named] = []
    for mention in grammar.reader.named(text):
        if named := _kind_and_month(mention):
            before = text[max(0, mention.start - _BEFORE) : mention.start]
            compared = mention.of_year == "last" or grammar.comparison.search(before) is not None
            found.append(Named(*named, mention.year, compared))
    return tuple(found)


def _kind_and_month(mention: Mention) -> tuple[Kind, int] | None:
    match mention:
        case Mention(kind="day" | "month" as kind, month=int(month)):
            return kind, month
        case Mention(kind="quarter", quarter=int(quarter)):
            return "quarter", 3 * quarter
        case Mention(kind="months", months=int(months)):
            return ("cumulative" if mention.year or mention.of_year else "count"), months
        case Mention(kind="whole_year"):
            return "cumulative", 12
        case Mention(kind="year", year=int()):
            return "year", 12
    return None  # the last months of a year, an age, a plan of several years


def reporting_period(title: str, text: str, published: str | None, grammar: PeriodGrammar) -> ReportingPeriod | None:
    """Title first, then the period that the text speaks of most -> what is reported on, None if neither says."""
    named = [m for m in mentions(_reported(title, grammar), grammar) if not m.compared and m.kind != "day"]
    spoken = mentions(text, grammar)
    days = [m for m in spoken if m.kind == "day" and not m.compared]
    periods = [m for m in spoken if m.kind not in ("day", "count")]
    current = [m for m in periods if not m.compared] or periods
    spoken_year = _spoken_year(current, days)
    of_year = _of_year(current, spoken_year)
    month = _month_of_title(named) or _month_of_text(of_year) or _last_day(text, spoken_year, grammar)
    year = _title_year(named) or spoken_year
    if month is None:  # years alone are named
        month, year = 12, year or _bare_year(current)
    year = year or _published_year(published, month) or _year_after(spoken) or _bare_year(current)
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


def _reported(title: str, grammar: PeriodGrammar) -> str:
    """A title without what it says of the time to come: "tháng 5, nhiệm vụ tháng 6 năm 2025" -> "tháng 5, ".

    A word of planning before any period ("tình hình thực hiện kế hoạch tháng 5") belongs to the report.
    """
    for plan in grammar.plan.finditer(title):
        if mentions(title[: plan.start()], grammar):
            return title[: plan.start()]
    return title


def _month_of_title(named: Iterable[Named]) -> int | None:
    for kind in ("month", "quarter", "cumulative", "count", "year"):
        if months := [m.month for m in named if m.kind == kind]:
            return max(months)
    return None


def _title_year(named: Iterable[Named]) -> int | None:
    return max((m.year for m in named if m.year), default=None)


def _spoken_year(current: Iterable[Named], days: Iterable[Named]) -> int | None:
    """The year that the text names most, in periods or else in dates; of equals the latest."""
    years = Counter(m.year for m in current if m.year and m.kind != "year") or Counter(m.year for m in days if m.year)
    return _most_named(years)


def _year_after(spoken: Iterable[Named]) -> int | None:
    """The year after the last one that the text compares with ("so với cùng kỳ năm 2025")."""
    last = max((m.year for m in spoken if m.compared and m.kind == "year" and m.year), default=None)
    return None if last is None else last + 1


def _bare_year(current: Iterable[Named]) -> int | None:
    """The year named most, without a month or as a whole."""
    return _most_named(Counter(m.year for m in current if m.year))


def _most_named(numbers: Counter[int]) -> int | None:
    return max(numbers, key=lambda n: (numbers[n], n), default=None)


def _of_year(current: Iterable[Named], year: int | None) -> list[Named]:
    return [m for m in current if m.year in {None, year}]


def _month_of_text(current: Iterable[Named]) -> int | None:
    """The last month of the period named most, one with its year counting twice."""
    return _most_named(Counter(m.month for m in current for _ in range(1 + bool(m.year)) if m.kind != "year"))


def _last_day(text: str, year: int | None, grammar: PeriodGrammar) -> int | None:
    """The month of the day of a year that figures most often run to ("từ đầu năm đến ngày 15/2/2024")."""
    until = (m for m in grammar.reader.find(text) if m.kind in ("until", "between") and m.year == year and m.day)
    return _most_named(Counter(m.month for m in until if m.month))


def _published_year(published: str | None, month: int) -> int | None:
    """A report appears in or after its last month: the latest such year before the day of publication."""
    if published is None:
        return None
    year, appeared = int(published[:4]), int(published[5:7])
    return year if month <= appeared else year - 1
