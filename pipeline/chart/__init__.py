"""Brief, Glossary -> Charts: findings drawn, with words for those who cannot see them."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.chart.canvas import Pen
from pipeline.chart.courses import Courses
from pipeline.chart.draw import Line, Mark, Sheet, draw
from pipeline.chart.plot import Bar, Plot
from pipeline.chart.select import choose
from pipeline.chart.told import chosen, course_chart, trends
from pipeline.chart.words import Speaker, columns, detail, elapsed, figure_label, words
from pipeline.editions import Chart, Charts, size_of
from pipeline.errors import RenderError
from pipeline.glossary import Glossary
from pipeline.model import Brief, Language
from pipeline.theme import Theme

AFTER = 2  # charts of the period itself before those of its course
NEAR = 2


def chart(brief: Brief, glossary: Glossary, languages: tuple[Language, ...], theme: Theme) -> Charts:
    """Brief, Glossary -> Charts, as many as the observations allow, the most telling first.

    Every chart is there in each language, one after the other. Raises GlossaryError for a missing
    phrase, RenderError where matplotlib fails.
    """
    plots = choose(brief.observations, brief.area, glossary, brief.doubtful)
    courses = Courses(brief, glossary)
    drawn = chosen(courses)
    if not (plots or drawn):
        return Charts(())
    pen = _pen(theme)
    speakers = [Speaker(brief, glossary, language) for language in languages]
    try:
        charts = [[course_chart(speaker, d, pen) for speaker in speakers] for d in drawn]
        lines = tuple(t for speaker in speakers for t in trends(speaker, courses, pen))
    except (ValueError, RuntimeError, OSError) as e:
        raise RenderError(f"the lines over the months cannot be drawn: {e}") from e
    bars = [[_chart(speaker, plot, pen) for speaker in speakers] for plot in plots]
    ordered = paired([*bars[:AFTER], *charts, *bars[AFTER:]])
    return Charts(tuple(c for several in ordered for c in several), lines)


def paired(charts: Sequence[list[Chart]]) -> list[list[Chart]]:
    """Charts in their order, each in every language -> two that stand beside each other have much the same height.

    A chart comes forward by NEAR places at most.
    """
    left, ordered = list(charts), []
    while left:
        first = left.pop(0)
        ordered.append(first)
        if left:
            beside = min(left[: NEAR + 1], key=lambda c: abs(_height(c) - _height(first)))
            left.remove(beside)
            ordered.append(beside)
    return ordered


def _height(chart: list[Chart]) -> float:
    return max(size_of(c.svg)[1] for c in chart)


def _pen(theme: Theme) -> Pen:
    try:
        return Pen(theme)
    except (OSError, RuntimeError) as e:
        raise RenderError(f"the charts' font cannot be used: {e}") from e


def _chart(speaker: Speaker, plot: Plot, pen: Pen) -> Chart:
    said = words(speaker, plot)
    mark = None if plot.elapsed is None else (float(plot.elapsed), elapsed(speaker, plot))
    sheet = Sheet(
        id=f"{plot.family.id}-{speaker.language}",
        alternative=said.alternative,
        lines=tuple(_line(speaker, plot, bar) for bar in plot.bars),
        track=100.0 if plot.family.form == "plan" else None,
        mark=mark,
        columns=columns(speaker, plot),
    )
    try:
        svg = draw(sheet, pen)
    except (ValueError, RuntimeError, OSError) as e:
        raise RenderError(f"chart {plot.family.id} cannot be drawn: {e}") from e
    return Chart(
        id=plot.family.id,
        language=speaker.language,
        title=said.title,
        subtitle=said.subtitle,
        source=said.source,
        alternative=said.alternative,
        svg=svg,
        observations=plot.observations,
        title_figures=said.title_figures,
        subtitle_figures=said.subtitle_figures,
    )


def _line(speaker: Speaker, plot: Plot, bar: Bar) -> Line:
    value = speaker.observation(bar.figure).value
    tone = "fall" if value < 0 else "total" if bar.whole else "accent"
    marks: list[Mark | None] = [Mark(float(value), figure_label(speaker, plot, bar), tone, bar.figure)]
    for other in bar.others:
        if other is None:
            marks.append(None)
        else:
            marks.append(Mark(float(speaker.observation(other).value), speaker.number(other), tone, other))
    return Line(speaker.label(bar.indicator), detail(speaker, plot, bar), tuple(marks), bar.whole, bar.amount)
