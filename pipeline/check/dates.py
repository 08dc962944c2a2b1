"""Days that no calendar has, documents from the future, and figures of times the report cannot know."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from datetime import date

from pipeline.check.neighbours import Neighbours
from pipeline.check.times import stretch
from pipeline.check.words import Teller, both, sum_of
from pipeline.figures import write_date
from pipeline.model import Discrepancy, Label, Observation, Span
from pipeline.vietnamese import alternation

# A day, a month and a year; a year with a mark or digit behind it is part of a document's number.
_FULL = (
    r"(?P<day>\d{1,2})\s?(?:/|-|\s+tháng\s+)\s?(?P<month>\d{1,2})"
    r"\s?(?:/|-|\s+năm\s+)\s?(?P<year>(?:19|20)\d\d)(?![\d/-])"
)
_DAY = r"(?P<day>\d{1,2})(?:/|\s+tháng\s+)(?P<month>\d{1,2})(?![\d/,.%-]\d|/|\d|\s*%)"
# "số 12/2023/NQ-HĐND", "số 670/QĐ-UBND": a number, and letters joined by a hyphen.
_DOCUMENT = r"số\s+\d+(?:/\d{4})?/[A-ZĐ]{2,}[\w]*\s?-\s?[A-ZĐ][\w-]*(?:\s+của\s+[^\d.;,()]{0,60}?)?\s*,?\s+"


def dates(teller: Teller, _: Neighbours) -> Iterator[Discrepancy]:
    """Every date of the text, and the period of every observation."""
    facts = teller.facts
    text = facts.article.text
    word = alternation(w.surface for w in facts.glossary.arithmetic if w.category == "day")
    met: set[int] = set()
    for pattern in (rf"(?<![\d/.,-]){_FULL}", rf"(?<!\w)(?:{word})\s+{_DAY}"):
        for match in re.finditer(pattern, text, re.IGNORECASE):
            if match.start("day") in met:
                continue  # the same day, read with its year before
            met.add(match.start("day"))
            year = int(match["year"]) if "year" in match.re.groupindex else 2000  # a leap year where none is named
            month = int(match["month"])
            if not 1 <= month <= 12 and "year" not in match.re.groupindex:
                continue  # "số ngày 20/30": no date at all
            if _day(year, month, int(match["day"])) is None:
                span = Span(match.start("day"), match.end())
                yield teller.finding("check.date", [span], teller.quote(span), _why(match, year))
    yield from _documents(teller)
    for i in range(len(facts.observations)):
        yield from _late(teller, i)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _why(match: re.Match[str], year: int) -> Label:
    """The month that is none, or the days that the month has."""
    month = int(match["month"])
    if not 1 <= month <= 12:
        return sum_of(match["month"], " ∉ [1; 12]")
    return sum_of(match["day"], " ∉ [1; ", str(calendar.monthrange(year, month)[1]), "]")


def _documents(teller: Teller) -> Iterator[Discrepancy]:
    """Documents dated after the report's publication, or without one after the year reported on."""
    article = teller.facts.article
    latest = date.fromisoformat(article.published or f"{article.period.month[:4]}-12-31")
    word = alternation(w.surface for w in teller.facts.glossary.arithmetic if w.category == "day")
    for match in re.finditer(rf"{_DOCUMENT}(?:{word})\s+{_FULL}", article.text):
        day = _day(int(match["year"]), int(match["month"]), int(match["day"]))
        if day is not None and day > latest:
            span = Span(*match.span())
            yield teller.finding(
                "check.document_date", [span], teller.quote(span),
                sum_of(both(_iso(day)), " > ", both(latest.isoformat())),
                said={"date": _said(day), "published": _said(latest)},
            )  # fmt: skip


def _iso(day: date) -> str:
    return day.isoformat()


def _said(day: date) -> Label:
    return Label(write_date(day.isoformat(), "vi"), write_date(day.isoformat(), "en"))


def _late(teller: Teller, index: int) -> Iterator[Discrepancy]:
    """A figure of a period after the reporting month, or up to a day after the publication."""
    article, o = teller.facts.article, teller.facts.observations[index]
    end = _end(o)
    if end is None:
        return
    year, month = (int(n) for n in article.period.month.split("-"))
    reported = date(year, month, calendar.monthrange(year, month)[1])
    season = teller.facts.season(o.indicator) and len(o.period) == len("2023")
    if end > reported and not season:
        arithmetic = sum_of(both(_iso(end)), " > ", both(_iso(reported)))
        yield teller.finding(
            "check.later",
            [o.span],
            teller.of(index),
            arithmetic,
            doubtful=[index],
            said={"figure": teller.figure(index)},
        )
        return
    day = o.until or (o.period if stretch(o.period) is None else "")
    if article.published and day > article.published and o.status != "estimate":
        yield teller.finding(
            "check.published", [o.span], teller.of(index), sum_of(both(day), " > ", both(article.published)),
            doubtful=[index], said={
                "figure": teller.figure(index), "date": _said(date.fromisoformat(day)),
                "published": _said(date.fromisoformat(article.published)),
            },
        )  # fmt: skip


def _end(o: Observation) -> date | None:
    """The last day that an observation covers; None for a code that is no period."""
    try:
        if o.until:
            return date.fromisoformat(o.until)
        months = stretch(o.period)
        if months is None:
            return date.fromisoformat(o.period)
    except ValueError:
        return None
    year, month = divmod(months.last - 1, 12)
    return date(year, month + 1, calendar.monthrange(year, month + 1)[1])
