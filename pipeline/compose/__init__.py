"""Compose: what is said of a report, in both languages, from the same facts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipeline import __version__
from pipeline.answers import in_doubt
from pipeline.compose import naming
from pipeline.compose.drivers import drivers
from pipeline.compose.facts import gather
from pipeline.compose.freetext import Selector
from pipeline.compose.headline import headline
from pipeline.compose.notes import notes
from pipeline.compose.points import choose
from pipeline.compose.rows import rows
from pipeline.compose.topics import every
from pipeline.compose.words import Writer, statement
from pipeline.glossary import Glossary
from pipeline.history import PRICES, Replaced, related
from pipeline.model import (
    Article,
    Brief,
    Checked,
    Extraction,
    Observation,
    Past,
    Row,
    Signature,
    Statement,
    Translation,
)

__all__ = ["compose"]


def compose(
    article: Article,
    extraction: Extraction,
    checked: Checked,
    translation: Translation,
    glossary: Glossary,
    past: Iterable[Past] = (),
    replaced: Replaced | None = None,
) -> Brief:
    """Article, Extraction, Checked, Translation, Glossary, Past -> Brief

    What an error of the report puts in doubt is not printed; the notes name the error. Sentences about figures
    are written by the glossary's patterns in each language; sentences on difficulties and outlook are the
    article's own. Raises GlossaryError where a table lacks a phrase.
    """
    writer = Writer(gather(article, extraction, checked, glossary), glossary)
    chosen = choose(writer.facts, every(writer))
    head = headline(writer, chosen)
    points = tuple(statement(p.topic, p.text) for p in chosen)
    table = rows(writer)
    causes = drivers(writer, article, translation)
    selector = Selector(writer, article, translation)
    difficulties, outlook = selector.choose("difficulty"), selector.choose("outlook")
    signature = Signature(__version__, glossary.signature, translation.engine)
    said = (head, *points, *causes, *difficulties, *outlook)
    place = glossary.places[article.area]
    return Brief(
        title=naming.title(writer),
        area=article.area,
        place=naming.label(writer.place()),
        slug=f"{place.slug}-{article.period.month}",
        period=article.period,
        period_label=naming.label(naming.edition(writer), capitals=True),
        published=article.published,
        office=naming.office(writer, article),
        address=article.address,
        headline=head,
        points=points,
        rows=table,
        drivers=causes,
        difficulties=difficulties,
        outlook=outlook,
        notes=notes(
            writer,
            article,
            checked,
            signature,
            _printed(said, table),
            replaced=replaced,
            untranslated=any(s.untranslated for s in said),
            quoted=[
                n for n, part in (("causes", causes), ("difficulties", difficulties), ("outlook", outlook)) if part
            ],
        ),
        observations=extraction.observations,
        signature=signature,
        doubtful=in_doubt(checked),
        past=related(past, _followed(extraction.observations, table), glossary),
    )


def _followed(observations: Sequence[Observation], table: Iterable[Row]) -> list[Observation]:
    """What is worth following over the months: the changes of the table's rows, and any on a year earlier of theirs."""
    rows = {r.indicator for r in table} | {PRICES}
    shown = [observations[r.change] for r in table if r.change is not None]
    return shown + [o for o in observations if o.indicator in rows and (o.measure, o.basis) == ("growth", "year_ago")]


def _printed(said: Iterable[Statement], table: Iterable[Row]) -> frozenset[int]:
    """The indices of every observation that the brief prints."""
    runs = {run.observation for s in said for run in (*s.vi, *s.en)}
    cells = {cell for row in table for cell in (row.level, row.change, row.plan)}
    return frozenset(i for i in runs | cells if i is not None)
