"""The pages of briefs: one for each brief with all its editions, and the lists of them, the newest first."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import groupby
from typing import Any, NamedTuple

from pipeline.archive.reading import Entry, Vintage
from pipeline.archive.site.data import revised, sentences
from pipeline.archive.site.maker import Address, Maker
from pipeline.archive.site.tables import told, when
from pipeline.archive.site.words import Tongue
from pipeline.dataset import ARTICLE, HISTORY, OBSERVATIONS, PACKAGE, SDMX
from pipeline.errors import ArchiveError

HTML, PDF = "brief.html", "brief.pdf"
DATA = (OBSERVATIONS, SDMX, HISTORY, PACKAGE, ARTICLE)
PAGE = 50  # briefs of a page; the first one has as many more as make no page yet


class File(NamedTuple):
    """A file of an edition."""

    name: str
    sha256: str
    bytes: int


def files_of(maker: Maker, issue: Entry) -> list[File]:
    """The files of an edition that the site shows."""
    found = maker.archive.files(issue)
    return [File(name, *found[name]) for name in (HTML, PDF, *DATA) if name in found]


def copies(maker: Maker, issue: Entry) -> None:
    """An edition's files at their permanent addresses: copies, so that nothing done to them reaches the archive."""
    for file in files_of(maker, issue):

        def made(file: File = file) -> bytes:
            return maker.archive.read(issue, file.name)

        maker.output.put(f"briefs/{issue.slug}/{issue.edition}/{file.name}", file.sha256[:32], made)


def brief_page(maker: Maker, editions: Sequence[Entry], before: Entry | None, after: Entry | None) -> None:
    """A brief's editions, the newest first, and the place's briefs before and after it -> its page."""
    issue = editions[0]
    vintages = revised(maker.index, [e.id for e in editions])
    linked = sorted({(v.indicator, maker.indicator_page(v.indicator, v.area)) for several in vintages for v in several})

    @cache
    def findings() -> list[dict[str, Any]]:
        data = maker.archive.read(issue, "3-check.json")
        try:
            return list(json.loads(data)["findings"])
        except (ValueError, LookupError, TypeError) as e:
            raise ArchiveError(f"{issue.slug}: 3-check.json is damaged") from e

    @cache
    def points() -> list[tuple[str, str, str]]:
        return sentences(maker.index, issue.id, ("points",))

    @cache
    def files() -> dict[int, list[File]]:
        return {e.edition: files_of(maker, e) for e in editions}

    def facts(tongue: Tongue, address: Address) -> Mapping[str, Any]:
        lang = tongue.language

        def neighbour(other: Entry | None) -> dict[str, str] | None:
            if other is None:
                return None
            href = address(f"{lang}/{maker.brief_page(other)}")
            return {"href": href, "name": tongue.pick(other.period_vi, other.period_en)}

        def listed(edition: Entry) -> dict[str, Any]:
            at = address(f"briefs/{issue.slug}/{edition.edition}/")
            rows = [
                {
                    "name": f.name,
                    "href": at + f.name,
                    "title": tongue.say(f"file.{f.name}"),
                    "size": tongue.size(f.bytes),
                }
                for f in files()[edition.edition]
            ]
            return {
                "edition": edition, "published": tongue.date(edition.published),
                "added": tongue.date(edition.added[:10]),
                "headline": tongue.pick(edition.headline_vi, edition.headline_en), "html": f"{at}{HTML}#{lang}",
                "pdf": next((r for r in rows if r["name"] == PDF), None),
                "files": [r for r in rows if r["name"] in DATA],
            }  # fmt: skip

        return {
            "issue": issue, "title": tongue.pick(issue.headline_vi, issue.headline_en),
            "place": tongue.pick(issue.place_vi, issue.place_en),
            "period": tongue.pick(issue.period_vi, issue.period_en),
            "place_href": address(f"{lang}/places/{issue.area}/"),
            "editions": [listed(e) for e in editions],
            "points": [text for language, _, text in points() if language == lang],
            "findings": [
                {
                    "severity": f["severity"], "word": tongue.say(f"severity.{f['severity']}"),
                    "message": f["message"][lang], "arithmetic": f["arithmetic"][lang],
                }
                for f in findings()
            ],
            "revisions": [_revision(maker, tongue, address, several, issue.slug) for several in vintages],
            "before": neighbour(before), "after": neighbour(after),
            "feed": f"places/{issue.area}/feed.xml",
        }  # fmt: skip

    made_of = (editions, vintages, linked, before and before.digest, after and after.digest)
    maker.page(maker.brief_page(issue), "brief.html.j2", "briefs", made_of, facts, issue.added[:10])


def _revision(maker: Maker, tongue: Tongue, address: Address, several: list[Vintage], slug: str) -> dict[str, Any]:
    """One fact that briefs tell differently -> its figures in their order, those of this brief marked."""
    first = several[0]
    page = maker.indicator_page(first.indicator, first.area)
    own = [n for n, v in enumerate(several) if v.slug == slug]
    return {
        "name": tongue.indicator(first.indicator), "href": address(f"{tongue.language}/{page}") if page else "",
        "area": tongue.area(first.area) if "/" in first.area else "", "measure": tongue.measure(first),
        "period": when(tongue, first),
        "word": tongue.say("revision.later" if own[-1] < len(several) - 1 else "revision.earlier"),
        "told": [
            (told(tongue, v), v.slug == slug, address(f"{tongue.language}/briefs/{v.slug}/#edition-{v.edition}"))
            for v in several
        ],
    }  # fmt: skip


def item(tongue: Tongue, address: Address, issue: Entry) -> dict[str, str]:
    """A brief in a list."""
    lang = tongue.language
    return {
        "href": address(f"{lang}/briefs/{issue.slug}/"),
        "headline": tongue.pick(issue.headline_vi, issue.headline_en),
        "place": tongue.pick(issue.place_vi, issue.place_en),
        "place_href": address(f"{lang}/places/{issue.area}/"),
        "period": tongue.pick(issue.period_vi, issue.period_en),
        "published": tongue.date(issue.published), "iso": issue.published,
        "pdf": address(f"briefs/{issue.slug}/{issue.edition}/{PDF}"),
        "edition": tongue.say("edition.short", edition=str(issue.edition)) if issue.edition > 1 else "",
    }  # fmt: skip


def by_year(tongue: Tongue, address: Address, issues: Sequence[Entry]) -> list[tuple[str, list[dict[str, str]]]]:
    """Briefs, the newest report first -> those of each year."""
    return [(y, [item(tongue, address, i) for i in g]) for y, g in groupby(issues, key=lambda i: i.month[:4])]


def lists(maker: Maker, current: Sequence[Entry]) -> None:
    """The briefs, the newest report first -> the front page, and pages of older ones, numbered from the oldest on."""
    full = max(0, len(current) // PAGE - 1)
    front = len(current) - full * PAGE
    parts = [(0, current[:front])] + [
        (n, current[len(current) - n * PAGE : len(current) - (n - 1) * PAGE]) for n in range(full, 0, -1)
    ]
    for number, some in parts:

        def facts(
            tongue: Tongue, address: Address, number: int = number, some: Sequence[Entry] = some
        ) -> Mapping[str, Any]:
            lang = tongue.language
            older = full if number == 0 else number - 1
            newer = 0 if number == full else number + 1
            return {
                "years": by_year(tongue, address, some),
                "first": number == 0,
                "title": tongue.say("name") if number == 0 else tongue.say("older.title", number=str(number)),
                "older": address(f"{lang}/page/{older}/") if older else "",
                "newer": address(f"{lang}/page/{newer}/" if newer else f"{lang}/") if number else "",
                "areas": [
                    (tongue.area(a), address(f"{lang}/places/{a}/")) for a in sorted(maker.areas, key=tongue.area)
                ] if number == 0 and len(maker.areas) > 1 else [],
            }  # fmt: skip

        made_of = (some, number, number == full, full if number == 0 else 0, sorted(maker.areas) if number == 0 else ())
        newest = max((i.added for i in some), default="")[:10]
        maker.page(f"page/{number}/" if number else "", "list.html.j2", "briefs", made_of, facts, newest)
