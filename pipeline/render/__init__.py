"""Brief, Charts -> Editions: Jinja templates -> HTML -> PDF."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pipeline.dataset import DataFile
from pipeline.editions import Charts, Editions
from pipeline.errors import RenderError
from pipeline.glossary import Glossary
from pipeline.model import Brief, Language
from pipeline.render.evidence import Quotation
from pipeline.render.pages import Medium, html
from pipeline.render.paper import Fit, Paper, measure
from pipeline.render.room import Heights, Room, planned, whole
from pipeline.render.sizes import PAGE, Sizes
from pipeline.render.table import Setter
from pipeline.render.view import Edition, edition, evident, left_out
from pipeline.theme import Theme
from pipeline.typeset import Ruler

# Pixels that an estimate may be short of the truth, kept free on each page at first.
CAUTION = 5.0


def render(
    brief: Brief,
    charts: Charts,
    glossary: Glossary,
    languages: tuple[Language, ...],
    theme: Theme,
    quoted: Sequence[Quotation] = (),
    enclosed: tuple[DataFile, ...] = (),
) -> Editions:
    """Brief, Charts, Glossary -> Editions: the whole brief as one HTML file, two pages a language as PDF.

    `quoted` are the report's sentences around the brief's observations, for the reader of the HTML; the PDF has
    the files of its data inside.
    What does not fit on the pages is left out, the lowest-ranked first and the same in every language,
    and the notes say so. Raises TemplateError for a wrong template, GlossaryError for a missing
    phrase, RenderError otherwise.
    """
    most = whole(brief, charts)

    def page(editions: tuple[Edition, ...], medium: Medium) -> str:
        return html(theme, editions, medium, brief.published)

    full = {language: edition(brief, charts, glossary, language, most) for language in languages}
    screen = page(tuple(evident(e, quoted) if quoted else e for e in full.values()), "screen")
    ruler = Ruler(theme)
    sizes = {language: Sizes(full[language], ruler) for language in languages}
    paper = Paper(theme.templates)

    def lay_out(room: Room) -> tuple[Any, Fit]:
        editions = (sizes[n].arranged(edition(brief, charts, glossary, n, room)) for n in languages)
        document = paper.lay_out(page(tuple(editions), "print"))
        return document, measure(document, languages, PAGE, short=room.short)

    document = _fitted(most, heights_of(brief, charts, glossary, sizes), lay_out)
    return Editions(html=screen, pdf=paper.write(document, enclosed, brief.published))


def heights_of(brief: Brief, charts: Charts, glossary: Glossary, sizes: dict[Language, Sizes]) -> Heights:
    """What a room takes on paper, by the language that takes most."""

    def first(room: Room) -> float:
        rows = room.rows_of(brief.rows)
        tables = {n: Setter(brief, glossary, n, charts.trends).table(rows) for n in sizes}
        return max(s.front(room, tables[n]) for n, s in sizes.items())

    def second(room: Room) -> float:
        return max(s.back(room, left_out(Setter(brief, glossary, n), room)) for n, s in sizes.items())

    return Heights(first, second)


def _fitted(most: Room, heights: Heights, lay_out: Callable[[Room], tuple[Any, Fit]]) -> Any:
    """Laid out as full as the estimate allows, with less until every page holds what is on it."""
    first = second = PAGE - CAUTION
    room = planned(most, heights, first, second)
    document, fit = lay_out(room)
    while not fit.good:
        tried = room
        while room == tried:
            if first <= 0 or second <= 0:
                raise RenderError("the brief does not fit on two pages for each language, however little is printed")
            first, second = first - fit.first_excess, second - fit.second_excess
            room = planned(most, heights, first, second)
        document, fit = lay_out(room)
    return document
