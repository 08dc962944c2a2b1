"""Brief, Charts -> Editions: Jinja templates -> HTML -> PDF."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipeline.errors import RenderError
from pipeline.glossary import Glossary
from pipeline.model import Brief, Charts, Editions, Language
from pipeline.render.pages import Medium, html, style
from pipeline.render.paper import Fit, Paper, measure
from pipeline.render.room import Room, first_try, whole
from pipeline.render.view import edition
from pipeline.typeset import read_theme


def render(
    brief: Brief, charts: Charts, glossary: Glossary, languages: tuple[Language, ...], templates: Path
) -> Editions:
    """Brief, Charts, Glossary -> Editions: the whole brief as one HTML file, two pages a language as PDF.

    What does not fit on the pages is left out, the lowest-ranked first and the same in every language,
    and the notes say so. Raises TemplateError for a wrong template or phrase, RenderError otherwise.
    """
    theme = read_theme(templates)

    def page(room: Room, medium: Medium) -> str:
        editions = tuple(edition(brief, charts, glossary, language, room) for language in languages)
        return html(templates, editions, style(templates, theme, medium), medium, brief.published)

    paper = Paper(templates)

    def lay_out(room: Room) -> tuple[Any, Fit]:
        document = paper.lay_out(page(room, "print"))
        return document, measure(document, languages)

    return Editions(
        html=page(whole(brief, charts), "screen"), pdf=paper.write(_fitted(first_try(brief, charts), lay_out))
    )


def _fitted(most: Room, lay_out: Callable[[Room], tuple[Any, Fit]]) -> Any:
    """Laid out with less and less until every language keeps to its pages, then with what space is left."""
    room: Room | None = most
    while room is not None:
        document, fit = lay_out(room)
        if fit.good:
            break
        room = room.smaller(fit.front_excess, fit.back_excess)
    else:
        raise RenderError("the brief does not fit on two pages for each language, however little is printed")
    better = replace(room, short=True) if fit.one_page else room.fuller(most, fit.back_free)
    if better != room:
        again, fit = lay_out(better)
        document = again if fit.good else document
    return document
