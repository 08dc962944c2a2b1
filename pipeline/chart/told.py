"""Courses -> the charts and the table's small lines that show them, with their words in one language."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.chart.canvas import Pen
from pipeline.chart.courses import Course, Courses, Point
from pipeline.chart.lines import Dot, LineSheet, Panel, draw_lines, draw_trend
from pipeline.chart.words import Speaker, marked, parted
from pipeline.figures import write_number
from pipeline.history import Kind, month_code, reported
from pipeline.model import Chart, Trend
from pipeline.typeset import capital, mark, month_label, period_of_year, signed, title_period

LEAD = "cpi"  # has a drawing of its own: every report has it, and every month
PANELS = 4  # drawings beside each other
_KINDS: tuple[Kind, ...] = ("month", "cumulative")  # of period, the better one first

Drawn = tuple[str, tuple[Course, ...]]  # a chart's id, and what it draws


def chosen(courses: Courses) -> tuple[Drawn, ...]:
    """The charts that a brief's courses allow: prices alone, and the table's first indicators beside each other."""
    lead = next(filter(None, (courses.latest(LEAD, kind) for kind in _KINDS)), None)
    codes = dict.fromkeys(r.indicator for r in courses.brief.rows if r.indicator.partition(".")[0] != LEAD)
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
        source=_source(speaker),
        alternative=alternative,
        svg=draw_lines(sheet, pen),
        observations=tuple(p.index for c in courses for p in c.points if p.index is not None),
        title_figures=figures,
    )


def trends(speaker: Speaker, courses: Courses, pen: Pen) -> Iterable[Trend]:
    """The small lines of the table's rows whose change has a course. Raises as course_chart() does."""
    for n, row in enumerate(speaker.brief.rows):
        course = None if row.change is None else courses.of(row.change)
        if course is not None:
            alternative = _listed(speaker, course)
            name = f"trend-{n}-{speaker.language}"
            svg = draw_trend(_dots(speaker, course), name, alternative, pen)
            yield Trend(n, speaker.language, alternative, svg)


def _dots(speaker: Speaker, course: Course) -> tuple[Dot, ...]:
    def dot(point: Point) -> Dot:
        o = point.observation
        return Dot(point.month, float(o.value), mark(o) + write_number(o.value, speaker.language), point.index)

    return tuple(map(dot, course.points))


def _amount(speaker: Speaker, point: Point) -> str:
    o = point.observation
    text = f"{mark(o)}{signed(o.value, speaker.language)}%"
    return text if point.index is None else marked(point.index, text)


def _listed(speaker: Speaker, course: Course) -> str:
    """Every point in words ("January 2025 5.04%, March 2025 3.61%")."""
    told = ", ".join(
        f"{capital(title_period(p.observation.period, speaker.language))} {_amount(speaker, p)}" for p in course.points
    )
    return parted(told)[0]


def _title(speaker: Speaker, course: Course) -> str:
    """The newest figure against the one before it."""
    before, now = (p.observation for p in course.points[-2:])
    way = "up" if now.value > before.value else "down" if now.value < before.value else "same"
    same_year = before.period[:4] == now.period[:4]
    write = period_of_year if same_year else title_period
    return speaker.say(
        f"course.title.{way}",
        name=speaker.label(now.indicator),
        now=_amount(speaker, course.points[-1]),
        then=_amount(speaker, course.points[-2]),
        period=period_of_year(now.period, speaker.language),
        before=write(before.period, speaker.language),
    )


def _subtitle(speaker: Speaker, courses: tuple[Course, ...]) -> str:
    first = courses[0]
    key = f"course.measure.{'one' if len(courses) == 1 else 'several'}.{first.kind}"
    months = [p.month for c in courses for p in c.points]
    return speaker.say(
        "course.subtitle",
        measure=speaker.say(key, basis=speaker.basis(first.points[-1].index or 0)),
        place=speaker.pick(speaker.brief.place),
        first=month_label(month_code(min(months)), speaker.language),
        last=month_label(month_code(max(months)), speaker.language),
    )


def _source(speaker: Speaker) -> str:
    """The office with the reports that the figures come from."""
    first, last = (month_label(r, speaker.language) for r in reported(speaker.brief))
    office = speaker.pick(speaker.brief.office) or speaker.pick(speaker.brief.place)
    return speaker.say("course.source", office=office, first=first, last=last)
