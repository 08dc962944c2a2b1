"""Brief, Glossary -> Charts: findings drawn, with words for those who cannot see them."""

from __future__ import annotations

from pipeline.chart.draw import Line, Mark, Pen, Sheet, draw
from pipeline.chart.plot import Bar, Plot
from pipeline.chart.select import choose
from pipeline.chart.words import Speaker, detail, elapsed, figure_label, series, words
from pipeline.errors import RenderError
from pipeline.glossary import Glossary
from pipeline.model import Brief, Chart, Charts, Language
from pipeline.theme import Theme


def chart(brief: Brief, glossary: Glossary, languages: tuple[Language, ...], theme: Theme) -> Charts:
    """Brief, Glossary -> Charts, as many as the observations allow, the most telling first.

    Every chart is there in each language, one after the other. Raises GlossaryError for a missing
    phrase, RenderError where matplotlib fails.
    """
    plots = choose(brief.observations, brief.area, glossary, brief.doubtful)
    pen = _pen(theme) if plots else None
    return Charts(
        tuple(
            _chart(Speaker(brief, glossary, language), plot, pen)
            for plot in plots
            if pen is not None
            for language in languages
        )
    )


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
        legend=tuple(zip(series(speaker, plot), ("accent", "soft"), strict=False)),
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
    )


def _line(speaker: Speaker, plot: Plot, bar: Bar) -> Line:
    marks = []
    for index, text, tones in (
        (bar.figure, figure_label(speaker, plot, bar), ("total" if bar.whole else "accent", "fall")),
        (bar.second, "" if bar.second is None else speaker.amount(bar.second), ("soft", "soft_fall")),
    ):
        if index is not None:
            value = speaker.observation(index).value
            marks.append(Mark(float(value), text, tones[value < 0], index))
    return Line(speaker.label(bar.indicator), detail(speaker, plot, bar), tuple(marks), bar.whole)
