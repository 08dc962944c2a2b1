"""A series -> a drawing: a panel for each measure, basis and kind of period that it has."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.archive.reading import Vintage, observation
from pipeline.chart.canvas import Pen
from pipeline.chart.lines import Dot, LineSheet, Panel, draw_lines
from pipeline.errors import ArchiveError
from pipeline.figures import write_number
from pipeline.glossary import Glossary
from pipeline.history import Kind, kinds, month_code
from pipeline.model import Language, Observation
from pipeline.theme import Theme
from pipeline.typeset import basis_words, mark, month_label, unit_words

Key = tuple[str, str, str, str, int, Kind]  # area, measure, basis, unit, scale, kind of period


def courses(series: Sequence[Vintage]) -> dict[Key, dict[int, Vintage]]:
    """Vintages, one of each fact -> by what may stand on one line: month's number -> vintage."""
    found: dict[Key, dict[int, Vintage]] = {}
    for v in series:
        if v.until:
            continue
        for kind, month in kinds(v.period).items():
            found.setdefault((v.area, v.measure, v.basis, v.unit, v.scale, kind), {})[month] = v
    return {key: dict(sorted(points.items())) for key, points in found.items() if len(points) > 1}


def series_svg(series: Sequence[Vintage], glossary: Glossary, theme: Theme, language: Language) -> str:
    """One indicator's vintages, one of each fact -> SVG. Raises ArchiveError where no two of them make a line."""
    drawn = courses(series)
    if not drawn:
        raise ArchiveError("no two figures of this series make a line")
    panels, told = [], []
    for (area, _, basis, _, _, kind), points in drawn.items():
        newest = observation(list(points.values())[-1])
        against = f" {basis_words(glossary, 'chart.basis', newest, language)}" if basis else ""
        words = (
            _place(area, glossary, language),
            _measure(newest, glossary, language) + against,
            glossary.say(f"chart.series.{kind}", language),
        )
        dots = tuple(
            Dot(month, float(v.value), mark(observation(v)) + write_number(v.value, language), None)
            for month, v in points.items()
        )
        panels.append(Panel(", ".join(words), dots))
        figures = (f"{v.period} {d.text}" for v, d in zip(points.values(), dots, strict=True))
        told.append(f"{panels[-1].name}: {', '.join(figures)}")
    months = [m for points in drawn.values() for m in points]
    first, last = (month_label(month_code(pick(months)), language) for pick in (min, max))
    code = series[0].indicator
    row = glossary.indicators.get(code)
    name = code if row is None else str(getattr(row, language))
    sheet = LineSheet(f"series-{code}", f"{name}. {'. '.join(told)}", tuple(panels), first, last)
    svg = draw_lines(sheet, Pen(theme))
    return svg if "xmlns=" in svg else svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)


def _place(area: str, glossary: Glossary, language: Language) -> str:
    """The place's name; of a part of it, its code as well."""
    code, _, part = area.partition("/")
    place = glossary.places.get(code)
    name = code if place is None else str(getattr(place, language))
    return f"{name} ({part})" if part else name


def _measure(o: Observation, glossary: Glossary, language: Language) -> str:
    """What is measured; of a level its unit."""
    if o.measure != "level":
        return glossary.say(f"chart.series.{o.measure}", language)
    return unit_words(glossary, o, language)
