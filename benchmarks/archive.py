#!/usr/bin/env python3
"""Fill an archive with plausible briefs and time what is done with it.

usage: archive.py [--months 120] [--provinces 34] [--facts 150] [--dir DIR] [--site]

Briefs are made from observations, without documents. Prints the time of an addition along the way (it should not grow
with the archive), the size of the index, what list, show, series, search and a build's history take once the file is
in memory, and with --site a whole site, the same again, and one more brief.
"""

from __future__ import annotations

import argparse
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from pipeline import __version__
from pipeline.archive.parcel import Parcel
from pipeline.archive.reading import opened
from pipeline.archive.searching import Query, search
from pipeline.archive.site import build_site
from pipeline.archive.writing import Writer
from pipeline.dataset import dataset
from pipeline.editions import Charts
from pipeline.glossary import Glossary, load_glossary
from pipeline.model import (
    Article,
    Brief,
    Checked,
    Extraction,
    Label,
    Observation,
    ReportingPeriod,
    Row,
    Run,
    Signature,
    Span,
    Statement,
    Translation,
)  # fmt: skip
from pipeline.store import to_json
from pipeline.theme import read_theme

ROOT = Path(__file__).parent.parent
SAID = (
    ("{vi} {month} ước tăng ", "{en} rose an estimated ", " so với cùng kỳ năm trước.", " from a year earlier."),
    ("Tính đến hết {month}, {vi} tăng ", "By the end of the month, {en} was up ", ", cao nhất khu vực.", ", a lead."),
)


def observations(rng: random.Random, glossary: Glossary, area: str, month: str, facts: int) -> list[Observation]:
    """A month's levels and growths of as many indicators as are asked for."""
    found = []
    codes = [c for c, row in glossary.indicators.items() if row.time == "flow"][: facts // 2]
    for n, code in enumerate(codes):
        level, growth = Decimal(rng.randrange(10_000, 900_000)) / 10, Decimal(rng.randrange(-900, 2500)) / 100
        for measure, basis, value, unit, scale in (
            ("level", "", level, "VND", 9), ("growth", "year_ago", growth, "percent", 0),
        ):  # fmt: skip
            quote = f"{value} {unit}"
            span = Span(n * 40, n * 40 + len(quote))
            found.append(
                Observation(code, area, month, measure, basis, value, unit, scale, "estimate", span, quote, n, "made")  # type: ignore[arg-type]  # measures are texts here
            )
    return found


def sentences(rng: random.Random, glossary: Glossary, told: list[Observation], month: str) -> Iterator[Statement]:
    """Points about some of the growths."""
    growths = [i for i, o in enumerate(told) if o.measure == "growth"]
    for i in rng.sample(growths, min(7, len(growths))):
        row = glossary.indicators[told[i].indicator]
        vi, en, vi_end, en_end = rng.choice(SAID)
        figure = Run(f"{told[i].value}%", i)
        names = {"vi": row.vi_short, "en": row.en_short, "month": month}
        yield Statement(
            row.code.partition(".")[0],
            (Run(vi.format(**names)), figure, Run(vi_end)), (Run(en.format(**names)), figure, Run(en_end)),
        )  # fmt: skip


def parcel(rng: random.Random, glossary: Glossary, area: str, month: str, facts: int) -> Parcel:
    """One brief with the files that a build would have written."""
    place = glossary.places[area]
    told = observations(rng, glossary, area, month, facts)
    headline, *points = sentences(rng, glossary, told, month)
    rows = tuple(
        Row(o.indicator.partition(".")[0], o.indicator, Label(row.vi, row.en), 2 * n, 2 * n + 1, None)
        for n, o in enumerate(told[0:36:2])
        if (row := glossary.indicators[o.indicator])
    )
    name, label = Label(place.vi, place.en), Label(f"Tháng {int(month[5:])} năm {month[:4]}", month)
    period = ReportingPeriod(month, None, f"{month[:4]}-01/{month}")
    title = Label(f"Tình hình kinh tế - xã hội {month} {place.vi}", f"Socio-economic situation, {month}")
    brief = Brief(
        title=title, area=area, place=name, slug=f"{place.slug}-{month}", period=period, period_label=label,
        published=f"{month}-28", office=name, address="", headline=headline, points=tuple(points), rows=rows,
        drivers=(), difficulties=(), outlook=(), notes=(), observations=tuple(told),
        signature=Signature(__version__, glossary.signature, ""),
    )  # fmt: skip
    text = title.vi + "\n" + "\n".join(o.quote for o in told)
    article = Article("made.txt", "", title.vi, brief.published, area, place.vi, period, text, ())
    stages = {
        "1-article.json": article, "2-extraction.json": Extraction((), brief.observations), "3-check.json": Checked(()),
        "4-translation.json": Translation((), ""), "5-brief.json": brief, "6-charts.json": Charts(()),
    }  # fmt: skip
    files = {n: to_json(v).encode() for n, v in stages.items()}
    files |= {f.name: f.data for f in dataset(article, brief.observations, brief, glossary)}
    files |= {"brief.pdf": b"%PDF-1.7 " + brief.slug.encode(), "brief.html": b"<!DOCTYPE html>" + brief.slug.encode()}
    return Parcel({**files, "0-source.txt": text.encode()}, brief)


def months(count: int) -> list[str]:
    """The last so many months up to December 2025."""
    last = 2025 * 12 + 11
    return [f"{n // 12}-{n % 12 + 1:02}" for n in range(last - count + 1, last + 1)]


def warm(label: str, act: Callable[[], object], rounds: int = 15) -> None:
    """Print the median of an act that has been done before."""
    act()
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        act()
        times.append(time.perf_counter() - begun)
    print(f"{label:<44}{statistics.median(times) * 1000:>9.1f} ms")


def fill(folder: Path, glossary: Glossary, arguments: argparse.Namespace) -> None:
    """Print how long an addition takes at the beginning, on the way and at the end."""
    areas = [code for code in sorted(glossary.places) if code != "VN"][: arguments.provinces]
    rng = random.Random(1)  # noqa: S311  # no secret
    writer = Writer(folder, glossary, lambda: datetime(2026, 1, 1, tzinfo=UTC))
    wanted = [(month, area) for month in months(arguments.months) for area in areas]
    times: list[float] = []
    begun = time.perf_counter()
    for month, area in wanted:
        made = parcel(rng, glossary, area, month, arguments.facts)
        start = time.perf_counter()
        writer.add(made)
        times.append(time.perf_counter() - start)
    print(f"{len(wanted)} briefs in {time.perf_counter() - begun:.0f} s, the making of them counted")
    step = max(1, len(times) // 6)
    for n in range(0, len(times), step):
        some = times[n : n + step]
        print(f"add, briefs {n + 1} to {n + len(some):<24}{statistics.median(some) * 1000:>9.1f} ms")
    size = (folder / "archive.sqlite").stat().st_size
    print(f"index: {size / 1e6:.0f} MB, {size / len(wanted) / 1000:.1f} kB a brief of {arguments.facts} figures")


def ask(folder: Path, glossary: Glossary) -> None:
    """Print what questions take."""
    with opened(folder) as archive:
        newest = archive.entries(limit=1)[0]
        code = next(c for c, row in glossary.indicators.items() if row.time == "flow")
        warm("list, the newest 50", lambda: archive.entries(limit=50))
        warm("list, everything", archive.entries)
        warm("list, one province", lambda: archive.entries(newest.area))
        warm("show", lambda: (archive.entry(newest.slug), archive.files(newest), archive.editions(newest.slug)))
        warm("series, one province", lambda: archive.series(code, newest.area))
        warm("series, every province", lambda: archive.series(code))
        warm("history of a build", lambda: archive.past(newest.area, newest.month))
        for words in ("tong muc ban le", "Tổng mức bán lẻ", '"so với cùng kỳ"', "retail sales", "khai khoáng 2024"):
            warm(f"search {words}", lambda words=words: search(archive.index, Query(words)))  # type: ignore[misc]  # a default of a lambda has no type


def publish(folder: Path, out: Path, glossary: Glossary, facts: int) -> None:
    """Print what the site takes: whole, unchanged, with one more brief."""
    theme = read_theme(ROOT / "templates")
    for label in ("site, whole", "site, nothing changed", "site, one more brief"):
        if label.endswith("brief"):
            area = next(code for code in sorted(glossary.places) if code != "VN")
            rng = random.Random(2)  # noqa: S311  # no secret
            made = parcel(rng, glossary, area, "2026-01", facts)
            Writer(folder, glossary, lambda: datetime(2026, 2, 1, tzinfo=UTC)).add(made)
        begun = time.perf_counter()
        with opened(folder) as archive:
            done = build_site(archive, glossary, theme, out, "https://example.org/")
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        seconds = time.perf_counter() - begun
        print(f"{label:<44}{seconds:>9.1f} s   {done.pages} pages, {done.written} written, at most {most:.0f} MB")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--months", type=int, default=120)
    parser.add_argument("--provinces", type=int, default=34)
    parser.add_argument("--facts", type=int, default=150)
    parser.add_argument("--dir", type=Path, help="where it is kept, and taken as it is where it is there")
    parser.add_argument("--site", action="store_true")
    arguments = parser.parse_args()
    glossary = load_glossary(ROOT / "glossary")
    with nullcontext(arguments.dir) if arguments.dir else tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        if not (folder / "archive" / "archive.sqlite").exists():
            fill(folder / "archive", glossary, arguments)
        ask(folder / "archive", glossary)
        if arguments.site:
            publish(folder / "archive", folder / "site", glossary, arguments.facts)


if __name__ == "__main__":
    main()
