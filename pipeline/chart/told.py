"""Courses -> the charts and the table's small lines that show them, with their words in one language."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from pipeline.chart.canvas import Pen
from pipeline.chart.courses import Course, Courses, Point
from pipeline.chart.lines import Dot, LineSheet, Panel, draw_lines, draw_trend
from pipeline.chart.marks import marked, parted
from pipeline.chart.words import Speaker, with_marks
from pipeline.editions import Chart, Trend
from pipeline.figures import write_number
from pipeline.history import PRICES, Kind, month_code
from pipeline.typeset import MEANINGS, basis_words, capital, mark, month_label, period_of_year, signed, title_period

PANELS = 4  # drawings beside each other
_KINDS: tuple[Kind, ...] = ("month", "cumulative")  # of period, the better one first

Drawn = tuple[str, tuple[Course, ...]]  # a chart's id, and what it draws


def chosen(courses: Courses) -> tuple[Drawn, ...]:
    """The charts that a brief's courses allow: prices alone, and the table's first indicators beside each other."""
    lead = next(filter(None, (courses.latest(PRICES, kind) for kind in _KINDS)), None)
    codes = dict.fromkeys(r.indicator for r in courses.brief.rows if r.indicator.partition(".")[0] != PRICES)
    found = [tuple(filter(None, (courses.latest(code, kind) for code in codes)))[:PANELS] for kind in _KINDS]
    others = max(found, key=len)
    return tuple(
        (name, drawn) for name, drawn in (("course-lead", (lead,) if lead else ()), ("courses", others)) if drawn
    )


def course_chart(speaker: Speaker, drawn: Drawn, pen: Pen) -> Chart:
    """A chart of courses. Raises ValueError, RuntimeError or OSError where matplotlib fails."""
    name, courses = drawn
    title, figures = parted(_title(speaker, courses[0]))
    subtitle = _subtitle(speaker, courses)
    spoken = " ".join(f"{speaker.label(c.last.indicator)}: {_listed(speaker, c)}." for c in courses)
    alternative = speaker.say("course.alternative", subtitle=subtitle, figures=spoken, title=title)
    months = [p.month for c in courses for p in c.points]
    sheet = LineSheet(
        id=f"{name}-{speaker.language}",
        alternative=alternative,
        panels=tuple(Panel(speaker.label(c.last.indicator), _dots(speaker, c)) for c in courses),
        first=month_label(month_code(min(months)), speaker.language),
        last=month_label(month_code(max(months)), speaker.language),
    )
    return Chart(
        id=name,
        language=speaker.language,
        title=title,
        subtitle=subtitle,
        source=_source(speaker, courses),
        alternative=alternative,
        svg=draw_lines(sheet, pen),
        observations=tuple(p.index for c in courses for p in c.points if p.index is not None),
        title_figures=figures,
    )


def trends(speaker: Speaker, courses: Courses, pen: Pen) -> Iterable[Trend]:
    """The small lines of the table's rows whose change has a course. Raises as course_chart() does."""
    for n, row in enumerate(speaker.brief.rows):
        if row.change is not None and (course := courses.of(row.change)) is not None:
            alternative = speaker.say(
                "course.trend",
                name=speaker.label(row.indicator),
                measure=speaker.say(f"course.measure.one.{course.kind}", basis=speaker.basis(row.change)),
                figures=_listed(speaker, course),
            )
            name = f"trend-{n}-{speaker.language}"
            svg = draw_trend(_dots(speaker, course), name, alternative, pen)
            yield Trend(n, course.points[0].report, speaker.language, alternative, svg)


def _dots(speaker: Speaker, course: Course) -> tuple[Dot, ...]:
    def dot(point: Point) -> Dot:
        o = point.observation
        return Dot(point.month, float(o.value), mark(o) + write_number(o.value, speaker.language), point.index)

    return tuple(map(dot, course.points))


def _amount(speaker: Speaker, point: Point, *, absolute: bool = False) -> str:
    """A figure in a sentence: "more than 5%" where the report gives it so; `absolute` where a verb has the sign."""
    o = point.observation
    value = f"{write_number(abs(o.value), speaker.language) if absolute else signed(o.value, speaker.language)}%"
    text = value if point.index is None else marked(point.index, value)
    sign = o.approximation if absolute or o.value >= 0 else MEANINGS.get(mark(o), "")
    return speaker.say(f"inexact.{sign}", figure=text) if sign else text


def _listed(speaker: Speaker, course: Course) -> str:
    """Every point in words ("January 2025 +5.04%, March 2025 +3.61%")."""
    told = ", ".join(
        f"{title_period(p.observation.period, speaker.language)} {_amount(speaker, p)}" for p in course.points
    )
    return parted(told)[0]


def _title(speaker: Speaker, course: Course) -> str:
    """The newest figure, and the one before it; or since when there was none like it."""
    before, now = course.points[-2:]
    same_year = before.observation.period[:4] == now.observation.period[:4]
    name_before = period_of_year if same_year else title_period
    then = _amount(speaker, before, absolute=True)
    if _way(before) != _way(now):
        then = speaker.say(f"course.then.{_way(before)}", figure=then)
    beside = speaker.say("course.after", then=then, before=name_before(before.observation.period, speaker.language))
    if course.record is not None:
        least = "at_least" if course.record.since is None else "since"
        month = month_code(course.record.first if course.record.since is None else course.record.since)
        beside = speaker.say(f"course.{course.record.way}.{least}", month=title_period(month, speaker.language))
    return capital(
        speaker.say(
            f"course.title.{_way(now)}",
            name=speaker.name(now.observation.indicator),
            now=_amount(speaker, now, absolute=True),
            period=period_of_year(now.observation.period, speaker.language),
            beside=beside,
        )
    )


def _way(point: Point) -> str:
    value = point.observation.value
    return "rose" if value > 0 else "fell" if value < 0 else "flat"


def _subtitle(speaker: Speaker, courses: tuple[Course, ...]) -> str:
    first = courses[0]
    key = f"course.measure.{'one' if len(courses) == 1 else 'several'}.{first.kind}"
    months = [p.month for c in courses for p in c.points]
    return speaker.say(
        "course.subtitle",
        measure=speaker.say(key, basis=basis_words(speaker.glossary, "chart.basis", first.last, speaker.language)),
        place=speaker.pick(speaker.brief.place),
        first=month_label(month_code(min(months)), speaker.language),
        last=month_label(month_code(max(months)), speaker.language),
    )


def _source(speaker: Speaker, courses: tuple[Course, ...]) -> str:
    """The office with the reports that the figures come from, and what marks and thin lines mean."""
    points = [p for c in courses for p in c.points]
    first, last = (month_label(pick(p.report for p in points), speaker.language) for pick in (min, max))
    office = speaker.pick(speaker.brief.office) or speaker.pick(speaker.brief.place)
    source = speaker.say("course.source", office=office, first=first, last=last)
    if any(after.month - before.month > 1 for c in courses for before, after in pairwise(c.points)):
        source = speaker.say("course.gap", source=source)
    return with_marks(speaker, source, [p.observation for p in points])
