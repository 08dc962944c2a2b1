"""The order of the stages, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from pipeline.chart import chart
from pipeline.compose import compose
from pipeline.extract import extract
from pipeline.glossary import Glossary
from pipeline.model import Article, Brief, Charts, Editions, Extraction, Language, Translation
from pipeline.read import read_article
from pipeline.render import render
from pipeline.translate import Engine, translate


class Stage(NamedTuple):
    """One arrow: its name (a folder of pipeline/) and the file that keeps what it makes."""

    name: str
    file: str
    makes: type


STAGES = (
    Stage("read", "1-article.json", Article),
    Stage("extract", "2-extraction.json", Extraction),
    Stage("translate", "3-translation.json", Translation),
    Stage("compose", "4-brief.json", Brief),
    Stage("chart", "5-charts.json", Charts),
    Stage("render", "brief.pdf", Editions),
)


@dataclass(frozen=True)
class Inputs:
    """What a run is given: a source's bytes and name, and the world around it."""

    data: bytes
    name: str
    glossary: Glossary
    engine: Engine | None
    languages: tuple[Language, ...]
    templates: Path


class Results(NamedTuple):
    """What the stages make, in their order."""

    article: Article
    extraction: Extraction
    translation: Translation
    brief: Brief
    charts: Charts
    editions: Editions


def run(inputs: Inputs, begin: Callable[[Stage], None]) -> Results:
    """Inputs -> what every stage made; `begin` is called as each begins."""
    stage = iter(STAGES)
    glossary, languages = inputs.glossary, inputs.languages
    begin(next(stage))
    article = read_article(inputs.data, inputs.name, glossary)
    begin(next(stage))
    extraction = extract(article, glossary)
    begin(next(stage))
    translation = translate(article, extraction, glossary, inputs.engine)
    begin(next(stage))
    brief = compose(article, extraction, translation, glossary)
    begin(next(stage))
    charts = chart(brief, glossary, languages, inputs.templates)
    begin(next(stage))
    editions = render(brief, charts, glossary, languages, inputs.templates)
    return Results(article, extraction, translation, brief, charts, editions)
