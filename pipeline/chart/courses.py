"""A brief and what earlier reports said -> courses: one figure over the months, for lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.answers import answers
from pipeline.glossary import Glossary
from pipeline.history import Kind, kinds
from pipeline.model import Brief, Observation

FEWEST = 3  # points that make a course
MONTHS = 13  # from the same month of the year before
RUN = 5  # months before that a highest or lowest figure must stand out from

Key = tuple[str, str, str, str, int, Kind]  # indicator, measure, basis, unit, scale, kind of period


@dataclass(frozen=True, slots=True)
class Point:
    """One month's figure: the number of the month (year x 12 + month - 1), and the observation that it is.

    `report` is the month that its report is on; `index` that of the brief's own observation, None for an earlier one.
    """

    month: int
    observation: Observation
    report: str
    index: int | None


@dataclass(frozen=True, slots=True)
class Record:
    """The newest figure is the highest or lowest `since` a month that had as high a one, or since the `first` known."""

    way: Literal["highest", "lowest"]
    since: int | None
    first: int


@dataclass(frozen=True, slots=True)
class Course:
    """The same measure of one indicator for periods of one kind, in their order; the last point is the brief's own."""

    kind: Kind
    points: tuple[Point, ...]
    record: Record | None = None

    @property
    def last(self) -> Observation:
        """The brief's own figure."""
        return self.points[-1].observation


class Courses:
    """What is known of the brief's own area, by what it measures and over what kind of period.

    Of several reports on one period the last one counts, and before all the brief's own.
    """

    def __init__(self, brief: Brief, glossary: Glossary) -> None:
        self.brief = brief
        self._found: dict[Key, dict[int, Point]] = {}
        for past in brief.past:
            self._add(past.observation, past.report, None)
        for i in answers(brief.observations, glossary, brief.doubtful):
            self._add(brief.observations[i], brief.period.month, i)

    def _add(self, o: Observation, report: str, index: int | None) -> None:
        if o.area == self.brief.area and not o.until:
            for kind, month in kinds(o.period).items():
                self._found.setdefault(_key(o, kind), {})[month] = Point(month, o, report, index)

    def of(self, index: int, wanted: Sequence[Kind] = ("month", "cumulative", "quarter", "day")) -> Course | None:
        """The course that ends with an observation of the brief, of the first wanted kind that has enough points."""
        o = self.brief.observations[index]
        ends = kinds(o.period)
        for kind in (k for k in wanted if k in ends):
            found = self._found.get(_key(o, kind), {})
            first = ends[kind] - MONTHS + 1
            if o.basis == "december":  # the next year is measured against another December
                first = max(first, ends[kind] // 12 * 12)
            points = tuple(found[m] for m in sorted(found) if first <= m <= ends[kind])
            if len(points) >= FEWEST and points[-1].index == index:
                if (o.basis, kind) != ("year_ago", "month"):  # only periods of one length, against one base
                    return Course(kind, points)
                return Course(kind, points, _record([found[m] for m in sorted(found) if m <= ends[kind]]))
        return None

    def latest(self, indicator: str, kind: Kind) -> Course | None:
        """The course of an indicator's change on a year earlier up to the brief's month."""
        period = self.brief.period.month if kind == "month" else self.brief.period.cumulative
        for i, o in enumerate(self.brief.observations):
            if (o.indicator, o.measure, o.basis, o.period) == (indicator, "growth", "year_ago", period):
                course = self.of(i, (kind,))
                if course is not None:
                    return course
        return None


def _record(points: Sequence[Point]) -> Record | None:
    """All points up to the newest -> whether it stands out: exact figures of months without a gap say so."""
    *before, newest = points
    value = newest.observation.value
    ways: tuple[tuple[Literal["highest", "lowest"], int], ...] = (("highest", 1), ("lowest", -1))
    for way, sign in ways:
        after, seen, since = newest, 0, None
        for point in reversed(before):
            if after.month - point.month != 1 or after.observation.approximation or point.observation.approximation:
                break
            if (point.observation.value - value) * sign >= 0:
                since = point.month
                break
            after, seen = point, seen + 1
        if seen >= RUN:
            return Record(way, since, after.month)
    return None


def _key(o: Observation, kind: Kind) -> Key:
    return o.indicator, o.measure, o.basis, o.unit, o.scale, kind
