"""The order of the stages, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from pipeline.check import check
from pipeline.compose import compose
from pipeline.dataset import HISTORY, DataFile, dataset
from pipeline.editions import Charts, Editions
from pipeline.errors import NotAnArticle
from pipeline.extract import extract
from pipeline.glossary import Glossary
from pipeline.history import History, NoHistory
from pipeline.model import Article, Brief, Checked, Extraction, Past, Translation
from pipeline.press import Printing
from pipeline.read import read_article
from pipeline.render.evidence import quotations
from pipeline.sources import SOURCES, kept_as
from pipeline.store import to_json
from pipeline.translate import Answers, Engine, translate


@dataclass(frozen=True)
class Inputs:
    """What a run is given: a source's bytes and name (or address), and the world around it."""

    data: bytes
    name: str
    glossary: Glossary
    engine: Engine | None
    kept: Answers | None  # what the engine answered before
    press: Printing
    history: History = field(default_factory=NoHistory)
    media: str = ""  # the media type that the source's server gave


@dataclass
class Results:
    """What the stages have made; each stage reads what those before it set."""

    glossary: Glossary
    history: History = field(compare=False)
    article: Article = field(init=False)
    extraction: Extraction = field(init=False)
    checked: Checked = field(init=False)
    translation: Translation = field(init=False)
    brief: Brief = field(init=False)
    charts: Charts = field(init=False)
    editions: Editions = field(init=False)
    files: dict[str, bytes | None] = field(init=False)  # of the run's folder; None: none of that name

    @cached_property
    def past(self) -> tuple[Past, ...]:
        """What earlier reports of the article's area said."""
        return self.history.past(self.article.area, self.article.period.month)

    @cached_property
    def dataset(self) -> tuple[DataFile, ...]:
        """The files for other programs."""
        return dataset(self.article, self.extraction.observations, self.brief, self.glossary)


class Stage(NamedTuple):
    """One arrow: its name (a folder of pipeline/), the file and the result that keep what it makes."""

    name: str
    file: str
    result: str
    make: Callable[[Inputs, Results], object]


def _printed(inputs: Inputs, results: Results) -> Editions:
    """The documents; meanwhile what the earlier stages made is put into files."""
    r = results
    quoted = quotations(r.article, r.translation, r.brief.observations)
    finished = inputs.press.render(r.brief, r.charts, quoted, r.dataset)
    r.files = {**dict.fromkeys((*SOURCES, HISTORY)), kept_as(inputs.name, inputs.media): inputs.data}
    r.files |= {s.file: to_json(getattr(r, s.result)).encode() for s in STAGES if s.file.endswith(".json")}
    r.files |= {file.name: file.data for file in r.dataset}
    editions = finished()
    r.files |= {"brief.html": editions.html.encode(), "brief.pdf": editions.pdf}
    return editions


STAGES = (
    Stage("read", "1-article.json", "article", lambda i, _: read_article(i.data, i.name, i.glossary, i.media)),
    Stage("extract", "2-extraction.json", "extraction", lambda i, r: observed(extract(r.article, i.glossary), i.name)),
    Stage("check", "3-check.json", "checked", lambda i, r: check(r.article, r.extraction, i.glossary, r.past)),
    Stage(
        "translate",
        "4-translation.json",
        "translation",
        lambda i, r: translate(r.article, r.extraction, i.glossary, i.engine, i.kept),
    ),
    Stage(
        "compose",
        "5-brief.json",
        "brief",
        lambda i, r: compose(
            r.article,
            r.extraction,
            r.checked,
            r.translation,
            i.glossary,
            r.past,
            r.history.replaced(r.article.area, r.article.period.month),
        ),
    ),
    Stage("chart", "6-charts.json", "charts", lambda i, r: i.press.chart(r.brief)),
    Stage("render", "brief.pdf", "editions", _printed),
)


def run(inputs: Inputs, begin: Callable[[Stage], None]) -> Results:
    """Inputs -> what every stage made; `begin` is called as each begins.

    Raises NotAnArticle where no statistical fact could be read.
    """
    results = Results(inputs.glossary, inputs.history)
    for stage in STAGES:
        begin(stage)
        setattr(results, stage.result, stage.make(inputs, results))
    return results


def observed(extraction: Extraction, name: str) -> Extraction:
    """The extraction of a source's name, as it is. Raises NotAnArticle where no statistical fact could be read."""
    if not extraction.observations:
        raise NotAnArticle(f"{name}: no report in it: no statistical fact could be read")
    return extraction
