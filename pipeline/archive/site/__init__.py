"""An archive as a site of static pages in both languages, which asks no other host for anything.

output.py     what is written, and what goes          data.py     what the index is asked
maker.py      what pages have in common               words.py    one language's words
briefs.py     a brief's page, lists of them           figures.py  indicators and places
tables.py     series with their vintages              drawing.py  lines as SVG
shards.py     what the search reads                   feeds.py    Atom, sitemap
look.py       style, scripts, templates
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.archive.reading import Archive, Entry
from pipeline.archive.searching import bare
from pipeline.archive.site import briefs, data, feeds, figures, look, shards
from pipeline.archive.site.maker import Address, Maker
from pipeline.archive.site.output import digest_of, opened_output
from pipeline.archive.site.words import Tongue
from pipeline.errors import ArchiveError
from pipeline.glossary import Glossary
from pipeline.theme import Theme


class Written(NamedTuple):
    """What a build did: how many files the site has, how many were written, how many taken away."""

    pages: int
    written: int
    removed: int


def build_site(archive: Archive, glossary: Glossary, theme: Theme, out: Path, base_url: str = "") -> Written:
    """Archive -> pages: the whole site in the folder `out`, where only what changed is written.

    The same archive gives the same bytes. `base_url` is the address that the site will have, for feeds and the
    sitemap; links are relative in any case. Raises ArchiveError where the folder is something else's or cannot be
    written, TemplateError for a template.
    """
    if base_url and not base_url.startswith(("https://", "http://")):
        raise ArchiveError(f"{base_url}: not the address of a site (https://…)")
    with opened_output(out) as output, data.snapshot(archive):
        maker = Maker(archive, glossary, theme, output, base_url)
        for path, content in look.assets(theme).items():
            output.put(path, digest_of(content), lambda content=content: content)  # type: ignore[misc]  # a default that binds the loop's value
        every = data.issues(archive)
        current = [i for i in every if i.current]
        by_area: dict[str, list[Entry]] = {}
        for issue in current:
            by_area.setdefault(issue.area, []).append(issue)
        maker.areas = frozenset(by_area)
        figures.choose(maker, data.survey(archive.index, {i.id: f"{i.digest} {i.current}" for i in every}))
        _briefs(maker, every, by_area)
        briefs.lists(maker, current)
        figures.place_pages(maker, by_area)
        figures.indicator_list(maker)
        figures.indicator_pages(maker, figures.latest_figures(maker, by_area))
        _search(maker, current, by_area)
        _feeds(maker, current, by_area)
        maker.single("index.html", "index.html.j2")
        maker.single("404.html", "404.html.j2", maker.host_root)
        for path, content in feeds.sitemaps(sorted(maker.changed.items()), maker.root):
            output.put(path, digest_of(content), lambda content=content: content)  # type: ignore[misc]  # as above
        pages = sum(1 for path in output.paths() if path.endswith(".html") and not path.startswith("briefs/"))
    return Written(pages, output.written, output.removed)


def _briefs(maker: Maker, every: Sequence[Entry], by_area: Mapping[str, Sequence[Entry]]) -> None:
    """Every brief's page and files."""
    around: dict[str, tuple[Entry | None, Entry | None]] = {}
    for issues in by_area.values():
        for n, issue in enumerate(issues):
            later = issues[n - 1] if n else None
            around[issue.slug] = (issues[n + 1] if n + 1 < len(issues) else None, later)
    for slug, group in groupby(sorted(every, key=lambda i: (i.slug, -i.edition)), key=lambda i: i.slug):
        editions = list(group)
        briefs.brief_page(maker, editions, *around[slug])
        for edition in editions:
            briefs.copies(maker, edition)


def _search(maker: Maker, current: Sequence[Entry], by_area: Mapping[str, Sequence[Entry]]) -> None:
    """The search page, and what it reads, year by year."""
    years = []
    for year, group in groupby(current, key=lambda i: i.month[:4]):
        issues = list(group)
        years.append(year)
        seed = digest_of(maker.seed, issues)
        found: dict[str, bytes] = {}
        names = maker.output.known(f"search/{year}/", seed)
        if names is None:
            found = dict(shards.year_files(maker.index, issues))
            names = list(found)
        for name in names:
            maker.output.put(f"search/{year}/{name}", seed, lambda name=name, found=found: found[name])  # type: ignore[misc]  # as in build_site

    def facts(tongue: Tongue, _: Address) -> Mapping[str, Any]:
        areas = sorted(by_area, key=lambda a: bare(tongue.area(a)))
        return {
            "title": tongue.say("search"), "years": years, "areas": [(a, tongue.area(a)) for a in areas],
            "scripts": ("search.js",),
        }  # fmt: skip

    maker.page("search/", "search.html.j2", "search", (years, sorted(by_area)), facts)


def _feeds(maker: Maker, current: Sequence[Entry], by_area: Mapping[str, Sequence[Entry]]) -> None:
    """A feed of all briefs and one for each place, in each language."""
    for area, issues in [("", current), *by_area.items()]:
        newest = sorted(issues, key=lambda i: (i.added, i.month, i.slug), reverse=True)[: feeds.ENTRIES]
        path = f"places/{area}/" if area else ""
        for tongue in maker.tongues:

            def made(
                tongue: Tongue = tongue, area: str = area, path: str = path, newest: Sequence[Entry] = newest
            ) -> bytes:
                return _feed(maker, tongue, area, path, newest)

            maker.output.put(f"{tongue.language}/{path}feed.xml", digest_of(maker.seed, newest), made)


def _feed(maker: Maker, tongue: Tongue, area: str, path: str, newest: Sequence[Entry]) -> bytes:
    lang = tongue.language
    root = maker.root or "../" * (path.count("/") + 1)
    entries = []
    for issue in newest:
        pdf = next(f for f in briefs.files_of(maker, issue) if f.name == briefs.PDF)
        points = [t for language, _, t in data.sentences(maker.index, issue.id, ("points",)) if language == lang]
        page, file = f"{root}{lang}/{maker.brief_page(issue)}", f"{root}briefs/{issue.slug}/{issue.edition}/{pdf.name}"
        entries.append(feeds.entry(tongue, issue, points, page, file, pdf.bytes))
    author = maker.theme.organisation or tongue.say("name")
    title = tongue.say("feed.place", place=tongue.area(area)) if area else tongue.say("name")
    own, page = f"{root}{lang}/{path}feed.xml", f"{root}{lang}/{path}"
    updated = max((i.added for i in newest), default="1970-01-01T00:00:00Z")
    return feeds.feed(tongue, f"feed/{area or 'all'}", title, author, own, page, entries, updated)
