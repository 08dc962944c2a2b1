"""Vintages of an indicator in an area -> what a page shows of a series: drawings, and every figure with its briefs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from pipeline.archive.reading import Vintage
from pipeline.archive.site.drawing import Dot, draw
from pipeline.archive.site.words import Tongue
from pipeline.chart.courses import FEWEST
from pipeline.history import Kind, kinds, month_code
from pipeline.typeset import month_label

KINDS: tuple[Kind, ...] = ("month", "cumulative", "quarter", "day")
# Of several series of an indicator the first of these leads.
LEADING = (("growth", "year_ago"), ("level", ""), ("growth", "previous_month"), ("growth", "december"))


@dataclass(frozen=True, slots=True)
class Told:
    """A figure as one brief told it."""

    figure: str
    slug: str
    edition: int
    brief: str
    published: str


@dataclass(frozen=True, slots=True)
class Line:
    """A row: a period, the latest figure, and those of earlier briefs, the newest first; `revised`: they differ."""

    period: str
    status: str
    told: Told
    earlier: tuple[Told, ...]
    revised: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing with what it says of itself."""

    caption: str
    svg: Markup


@dataclass(frozen=True, slots=True)
class Series:
    """What one measure of an indicator was, over time."""

    area: str
    name: str
    charts: tuple[Chart, ...]
    lines: tuple[Line, ...]

    @property
    def several(self) -> bool:
        """Whether any figure has earlier vintages."""
        return any(line.earlier for line in self.lines)


def rank(measure: str, basis: str) -> tuple[int, str, str]:
    """The place of a measure among those of an indicator."""
    key = (measure, basis)
    return (LEADING.index(key) if key in LEADING else len(LEADING), measure, basis)


def all_series(tongue: Tongue, area: str, vintages: Iterable[Vintage]) -> list[Series]:
    """An area's vintages of one indicator, in order -> its series, the leading one first."""
    found = []
    grouped = groupby(vintages, key=lambda v: (v.measure, v.basis))
    for _, group in sorted(((key, list(g)) for key, g in grouped), key=lambda kg: rank(*kg[0])):
        for _, same in sorted(_by_unit(group).items()):
            name = tongue.measure(same[-1])
            found.append(Series(tongue.area(area), name, tuple(charts(tongue, same)), tuple(_lines(tongue, same))))
    return found


def _by_unit(vintages: list[Vintage]) -> dict[str, list[Vintage]]:
    found: dict[str, list[Vintage]] = {}
    for v in vintages:
        found.setdefault(v.unit, []).append(v)
    return found


def told(tongue: Tongue, v: Vintage) -> Told:
    """A vintage -> how one brief told the figure."""
    name = tongue.brief(v.month, v.edition)
    return Told(tongue.figure(v), v.slug, v.edition, name, tongue.date(v.published))


def when(tongue: Tongue, v: Vintage) -> str:
    """The period of a figure, up to a day where it says so."""
    period = tongue.period(v.period)
    return tongue.say("until", period=period, date=tongue.date(v.until)) if v.until else period


def _lines(tongue: Tongue, vintages: list[Vintage]) -> list[Line]:
    found = []
    for _, group in groupby(vintages, key=lambda v: (v.period, v.until)):
        several = list(group)
        latest = several[-1]
        differ = len({(v.amount, v.approximation) for v in several}) > 1
        status = tongue.say(f"status.{latest.status}") if latest.status else ""
        earlier = tuple(told(tongue, v) for v in reversed(several[:-1]))
        found.append((_place(latest), Line(when(tongue, latest), status, told(tongue, latest), earlier, differ)))
    return [line for _, line in sorted(found, key=lambda pl: pl[0], reverse=True)]


def _place(v: Vintage) -> tuple[int, int, str, str]:
    """Where a period stands: by its last month, the month itself before what ends with it."""
    ends = kinds(v.period)
    return max(ends.values(), default=0), -min((KINDS.index(k) for k in ends), default=9), v.until, v.period


def charts(tongue: Tongue, vintages: list[Vintage], only: Kind | None = None) -> list[Chart]:
    """One series in one unit -> a drawing for each kind of period that has enough points."""
    points: dict[Kind, dict[int, list[Vintage]]] = {}
    for v in vintages:
        if not v.until:
            for kind, month in kinds(v.period).items():
                points.setdefault(kind, {}).setdefault(month, []).append(v)
    found = []
    for kind in KINDS:
        several = points.get(kind, {})
        if len(several) >= FEWEST and only in (None, kind):
            found.append(_chart(tongue, kind, [several[m] for m in sorted(several)], sorted(several)))
    return found


def _chart(tongue: Tongue, kind: Kind, points: list[list[Vintage]], months: list[int]) -> Chart:
    latest = [p[-1] for p in points]
    one_scale = len({v.scale for v in latest}) == 1
    dots = []
    for month, vintages in zip(months, points, strict=True):
        v, one = vintages[-1], [x for x in vintages if x.period == vintages[-1].period]
        said = told(tongue, v)
        source = tongue.say("point.source", brief=said.brief, date=said.published)
        text = tongue.number(v) if one_scale else said.figure
        revised = len({x.amount for x in one}) > 1
        dots.append(Dot(month, float(v.amount), text, (said.figure, tongue.period(v.period), source), revised))
    caption = tongue.say(f"kind.{kind}")
    first, last = tongue.period(latest[0].period), tongue.period(latest[-1].period)
    name = tongue.say(
        "chart.name", kind=caption, indicator=tongue.indicator(latest[-1].indicator),
        measure=tongue.measure(latest[-1]),
        first=first, last=last, low=dots[0].said[0], high=dots[-1].said[0],
    )  # fmt: skip
    return Chart(caption, draw(dots, name, lambda m: month_label(month_code(m), tongue.language)))


def lead(tongue: Tongue, vintages: list[Vintage]) -> tuple[str, Chart] | None:
    """An area's vintages of one indicator -> the drawing that stands for it, with its measure; None without points."""
    grouped = groupby(vintages, key=lambda v: (v.measure, v.basis))
    for key, group in sorted(((key, list(g)) for key, g in grouped), key=lambda kg: rank(*kg[0])):
        if key not in LEADING[:2]:
            continue
        for same in _by_unit(group).values():
            found = charts(tongue, same)
            if found:
                return tongue.measure(same[-1]), found[0]
    return None
