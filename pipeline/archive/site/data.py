"""What the site asks of the archive's index: rows in order, and digests of them, never all facts at once."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby

from pipeline.archive.reading import IN_ORDER, VINTAGES, Archive, Entry, Vintage, differ, fact_of, vintage
from pipeline.archive.site.output import digest_of
from pipeline.errors import ArchiveError

POINTS = 3  # of a series, that give a finer indicator a page
ROWS = 600  # figures of an indicator that one page shows; beyond, every area has a page of its own
_SLUG, _AREA, _CODE = (
    re.compile(r"[a-z0-9][a-z0-9-]*"),
    re.compile(r"[A-Z]{2}(?:-[A-Z0-9]{1,3})?"),
    re.compile(r"[a-z0-9][a-z0-9_.-]*"),
)


@dataclass(frozen=True, slots=True)
class Held:
    """What is known of an indicator in an area (and the parts of it): how much, and a digest of it."""

    facts: int
    points: int  # periods of the longest series
    areas: tuple[str, ...]
    digest: str


def issues(archive: Archive) -> list[Entry]:
    """Every edition, the newest report first. Raises ArchiveError for a name that can be no address."""
    found = archive.entries(every=True)
    for issue in found:
        if not _SLUG.fullmatch(issue.slug) or not _AREA.fullmatch(issue.area):
            raise ArchiveError(f"{issue.slug!r} of {issue.area!r}: no address can be made of this name")
    return found


def base(area: str) -> str:
    """An area's code -> that of the province ("VN-09/urban" -> VN-09)."""
    return area.partition("/")[0]


def survey(index: sqlite3.Connection, briefs: dict[int, str]) -> dict[str, dict[str, Held]]:
    """Indicator -> area -> what is known; `briefs` are digests by number. One pass over the facts in their order."""
    sql = """
        SELECT s.indicator, s.area, s.measure, s.basis, count(*), count(DISTINCT f.period),
               group_concat(DISTINCT f.brief)
        FROM series s CROSS JOIN fact f ON f.series = s.id GROUP BY s.id
    """
    rows = sorted(index.execute(sql), key=lambda r: (r[0], base(r[1]), *r[1:4]))
    found: dict[str, dict[str, Held]] = {}
    for (indicator, area), group in groupby(rows, key=lambda r: (str(r[0]), base(r[1]))):
        if not _CODE.fullmatch(indicator) or not _AREA.fullmatch(area):
            raise ArchiveError(f"{indicator!r} of {area!r}: no address can be made of this name")
        series = [tuple(r) for r in group]
        parts = [(*r[:4], *sorted(briefs[int(b)] for b in r[6].split(","))) for r in series]
        found.setdefault(indicator, {})[area] = Held(
            sum(r[4] for r in series), max(r[5] for r in series),
            tuple(dict.fromkeys(str(r[1]) for r in series)), digest_of(*parts),
        )  # fmt: skip
    return found


def series_of(index: sqlite3.Connection, indicator: str, areas: Iterable[str]) -> Iterator[tuple[str, list[Vintage]]]:
    """An indicator, areas -> for each area every vintage of every series, in order; of a fact the current ones last.

    What only replaced editions say is no figure any more.
    """
    sql = f"""
        {VINTAGES} WHERE s.indicator = ? AND s.area = ? AND EXISTS (
            SELECT 1 FROM fact o JOIN brief c ON c.id = o.brief
            WHERE (o.series, o.period, o.until) = (f.series, f.period, f.until) AND c.current
        ) {IN_ORDER.replace("b.effective", "b.current, b.effective")}
    """  # noqa: S608  # names alone
    for area in areas:
        yield area, [vintage(r) for r in index.execute(sql, (indicator, area))]


def sentences(index: sqlite3.Connection, brief: int, kinds: tuple[str, ...] = ()) -> list[tuple[str, str, str]]:
    """A brief's sentences: language, kind, text."""
    sql = "SELECT language, kind, text FROM passage WHERE brief = ? ORDER BY id"
    return [(r[0], r[1], r[2]) for r in index.execute(sql, (brief,)) if not kinds or r[1] in kinds]


@contextmanager
def snapshot(archive: Archive) -> Iterator[None]:
    """Meanwhile the index is what it is now, and there is a table of the facts that two briefs tell differently."""
    told = "value || ' ' || scale || ' ' || unit || ' ' || approximation"
    standing = "fact JOIN brief b ON b.id = brief WHERE b.standing"
    with archive.snapshot():  # at its end the table goes: nothing else was written
        archive.index.execute(f"""
            CREATE TEMP TABLE revised AS
            SELECT brief, series, period, until FROM {standing} AND (series, period, until) IN (
                SELECT series, period, until FROM {standing}
                GROUP BY series, period, until HAVING min(brief) < max(brief) AND min({told}) < max({told})
            )
        """)  # noqa: S608  # words of this function alone
        archive.index.execute("CREATE INDEX temp.revised_by_brief ON revised (brief)")
        yield


def revised(index: sqlite3.Connection, briefs: Iterable[int]) -> list[list[Vintage]]:
    """The editions of a brief -> those of their facts that are told differently somewhere: every vintage of each."""
    numbers = list(briefs)
    marks = ", ".join("?" * len(numbers))
    facts = f"SELECT series, period, until FROM temp.revised WHERE brief IN ({marks})"  # noqa: S608  # question marks alone
    sql = f"{VINTAGES} WHERE b.standing AND (f.series, f.period, f.until) IN ({facts}){IN_ORDER}"
    several = (list(group) for _, group in groupby(map(vintage, index.execute(sql, numbers)), key=fact_of))
    return [v for v in several if differ(v)]
