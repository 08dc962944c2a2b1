"""Small briefs for the tests of the archive: what a build would have written, without its documents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from samples import glossary, langson, observation

from pipeline.archive.parcel import Parcel, parcel
from pipeline.archive.reading import opened
from pipeline.archive.verifying import Fault, verify
from pipeline.archive.writing import Added, Writer
from pipeline.dataset import dataset
from pipeline.editions import Charts
from pipeline.model import Article, Brief, Checked, Extraction, Label, Observation, Run, Statement, Translation
from pipeline.store import to_json

AREAS = {"VN-09": ("lang-son", Label("Lạng Sơn", "Lang Son")), "VN-66": ("hung-yen", Label("Hưng Yên", "Hung Yen"))}


def brief(month: str = "2023-06", *observations: Observation, area: str = "VN-09", published: str = "") -> Brief:
    """The sample brief of another month and place; its own sentences, and the observations given, if any."""
    slug, place = AREAS[area]
    rich = langson()
    told = observations or tuple(o for o in rich.observations if o.period == rich.period.month)
    own = tuple(replace(o, area=area, period=month if o.period == rich.period.month else o.period) for o in told)
    figure = Run(f"{own[0].value:f}%", 0)
    said = Statement(
        "cpi", (Run("Tổng mức bán lẻ và giá tăng "), figure), (Run("Retail sales and prices rose "), figure)
    )
    return replace(
        rich, area=area, place=place, slug=f"{slug}-{month}", published=published or f"{month}-28",
        period=replace(rich.period, month=month, cumulative=f"{month[:4]}-01/{month}"), observations=own,
        points=(), rows=(), drivers=(), doubtful=(), difficulties=(), outlook=(), notes=(),
        headline=said,
    )  # fmt: skip


def prices(month: str, value: str, *more: tuple[str, str], area: str = "VN-09", published: str = "") -> Brief:
    """A brief that says how prices moved in its month, and in other ones."""
    said = ((month, value), *more)
    told = [observation("cpi", figure, period=period, area=area) for period, figure in said]
    return brief(month, *told, area=area, published=published)


def packed(made: Brief, source: str = "nguồn") -> Parcel:
    """A brief -> what its folder would hold."""
    text = f"{made.title.vi}\n{source}"
    article = Article(
        "a.txt", "", made.title.vi, made.published, made.area, made.office.vi, made.period, text, (), ()
    )  # fmt: skip
    stages = {
        "1-article.json": article, "2-extraction.json": Extraction((), made.observations), "3-check.json": Checked(()),
        "4-translation.json": Translation((), ""), "5-brief.json": made, "6-charts.json": Charts(()),
    }  # fmt: skip
    files = {name: to_json(value).encode() for name, value in stages.items()}
    files |= {f.name: f.data for f in dataset(article, made.observations, made, glossary())}
    files |= {"brief.pdf": b"%PDF-1.7 sample", "brief.html": b"<!DOCTYPE html>", "0-source.txt": source.encode()}
    return parcel(files, made.slug)


def clock(when: str = "2023-07-01T00:00:00") -> Callable[[], datetime]:
    """A clock that stands."""
    return lambda: datetime.fromisoformat(when).replace(tzinfo=UTC)


def add(folder: Path, *briefs: Brief, source: str = "nguồn") -> list[Added]:
    """Briefs into an archive."""
    writer = Writer(folder, glossary(), clock())
    return [writer.add(packed(b, source)) for b in briefs]


def faults(folder: Path) -> list[Fault]:
    with opened(folder) as archive:
        return list(verify(archive))


def state(folder: Path) -> list[tuple[str, int, dict[str, tuple[str, int]]]]:
    """What an archive's readers see."""
    with opened(folder) as archive:
        return [(e.slug, e.edition, archive.files(e)) for e in archive.entries(every=True)]
