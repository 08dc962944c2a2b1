"""Article, Extraction -> Facts: which figure may be said of an indicator, and for which period."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from pipeline.answers import answers, in_doubt
from pipeline.figures import quarter_of
from pipeline.glossary import Glossary
from pipeline.model import (
    GROWTH_BASES,
    PLAN_BASES,
    Approximation,
    Article,
    Checked,
    Extraction,
    Measure,
    Observation,
    ReportingPeriod,
)

Key = tuple[str, str, str, Measure, str]

_TO_DATE = re.compile(r"(\d{4})-01/\1-\d\d")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Reading:
    """What the report says of an indicator in one period: indices of observations."""

    code: str
    period: str
    level: int | None
    growth: int | None
    plan: int | None


def said_period(observation: Observation) -> str:
    """The period as a sentence must name it: the day that a figure runs up to, where the report names one."""
    return observation.until or observation.period


@dataclass(frozen=True)
class Facts:
    """The observations of a report, found by key."""

    observations: tuple[Observation, ...]
    area: str
    period: ReportingPeriod
    seasonal: frozenset[str]  # indicators of crops, whose period is the year
    index: Mapping[Key, int]  # those that may be printed

    @cached_property
    def _periods(self) -> Mapping[str, tuple[str, ...]]:
        """Indicator -> its periods in the report's own area, the most telling first."""
        seen: dict[str, set[str]] = {}
        for code, area, period, *_ in self.index:
            if area == self.area and self._rank(period) is not None and self._whole(code, period):
                seen.setdefault(code, set()).add(period)
        return {code: tuple(sorted(periods, key=self._order)) for code, periods in seen.items()}

    def _whole(self, code: str, period: str) -> bool:
        """A full year is said before it has ended only of a crop."""
        return len(period) > 4 or period == self.period.cumulative or code in self.seasonal

    def _rank(self, period: str) -> int | None:
        """How telling a period is in this report; None for one the report is not about."""
        year = self.period.month[:4]
        if period == self.period.cumulative:
            return 0
        if match := _TO_DATE.fullmatch(period):
            return 1 if match[1] == year else None
        if _DAY.fullmatch(period):
            return 2 if period.startswith(year) else None
        return {quarter_of(self.period.month): 3, self.period.month: 4, year: 5}.get(period)

    def _order(self, period: str) -> tuple[int, int]:
        """By rank; of two spans from January, or two days, the longer and later one first."""
        digits = int("".join(c for c in period if c.isdigit()))
        return self._rank(period) or 0, -digits

    def approximation(self, index: int) -> Approximation:
        """What the text says before the figure."""
        return self.observations[index].approximation

    def find(self, code: str, period: str, measure: Measure, basis: str = "", part: str = "") -> int | None:
        """The observation of a key in the report's own area, or in a part of it ("urban")."""
        area = f"{self.area}/{part}" if part else self.area
        return self.index.get((code, area, period, measure, basis))

    def printable(self, o: Observation) -> bool:
        """Whether the key of an observation of the report's own area has one answer."""
        return self.find(o.indicator, said_period(o), o.measure, o.basis) is not None

    def first(self, code: str, period: str, measure: Measure, bases: Iterable[str]) -> int | None:
        """The observation on the first of these bases that has one."""
        return next((i for basis in bases if (i := self.find(code, period, measure, basis)) is not None), None)

    def periods(self, code: str) -> tuple[str, ...]:
        return self._periods.get(code, ())

    def reading(self, code: str, bases: tuple[str, ...] = GROWTH_BASES) -> Reading | None:
        """What the report says of an indicator in its most telling period, one with a growth if there is one."""
        readings = [self.at(code, period, bases) for period in self.periods(code)]
        for reading in readings:
            if reading.growth is not None:
                return reading
        return next((r for r in readings if r.level is not None), None)

    def at(self, code: str, period: str, bases: tuple[str, ...] = GROWTH_BASES) -> Reading:
        """What the report says of an indicator in a given period."""
        return Reading(
            code,
            period,
            self.find(code, period, "level"),
            self.first(code, period, "growth", bases),
            self.first(code, period, "plan_ratio", PLAN_BASES),
        )

    def value(self, index: int) -> Decimal:
        return self.observations[index].value


def gather(article: Article, extraction: Extraction, checked: Checked, glossary: Glossary) -> Facts:
    """Article, Extraction, Checked, Glossary -> Facts."""
    observed = extraction.observations
    printable = ((i, observed[i]) for i in answers(observed, glossary, in_doubt(checked)))
    return Facts(
        observed,
        article.area,
        article.period,
        seasonal=frozenset(code for code, row in glossary.indicators.items() if row.time == "season"),
        index={(o.indicator, o.area, said_period(o), o.measure, o.basis): i for i, o in printable},
    )
