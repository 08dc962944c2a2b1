"""Briefs -> Atom feeds (RFC 4287) and the sitemap (sitemaps.org)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from pipeline.archive.reading import Entry
from pipeline.archive.site.words import Tongue

AUTHORITY = "songngu.invalid,2026"  # of tag: URIs; they are the same wherever the site lies
ENTRIES = 50  # of a feed
LOCATIONS = 50_000  # of one sitemap
_NOT_XML = re.compile(r"[^\t\n\r -\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")


def text(words: str) -> str:
    """Words -> the text of an element, without what XML cannot hold."""
    return escape(_NOT_XML.sub("", words))


def entry(tongue: Tongue, issue: Entry, points: Sequence[str], page: str, pdf: str, size: int) -> str:
    """A brief, its main points, the addresses of its page and PDF -> an entry; its id is the brief's for ever."""
    headline = tongue.pick(issue.headline_vi, issue.headline_en)
    place, period = tongue.pick(issue.place_vi, issue.place_en), tongue.pick(issue.period_vi, issue.period_en)
    summary = " ".join([tongue.say("feed.summary", place=place, period=period), *points])
    return "\n".join(
        [
            "<entry>",
            f"<id>tag:{AUTHORITY}:brief/{issue.slug}/{tongue.language}</id>",
            f"<title>{text(headline)}</title>",
            f"<updated>{issue.added}</updated>",
            f"<published>{issue.published}T00:00:00+07:00</published>",
            f'<link rel="alternate" type="text/html" hreflang="{tongue.language}" href={quoteattr(page)}/>',
            f'<link rel="enclosure" type="application/pdf" length="{size}" href={quoteattr(pdf)}/>',
            f"<category term={quoteattr(issue.area)} label={quoteattr(place)}/>",
            f"<summary>{text(summary)}</summary>",
            "</entry>",
        ]
    )


def feed(
    tongue: Tongue, name: str, title: str, author: str, own: str, page: str, entries: Iterable[str], updated: str
) -> bytes:
    """A feed's name, title, author, addresses and entries -> the document."""
    parts = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{tongue.language}">',
        f"<id>tag:{AUTHORITY}:{name}/{tongue.language}</id>",
        f"<title>{text(title)}</title>",
        f"<updated>{updated}</updated>",
        f"<author><name>{text(author)}</name></author>",
        f'<link rel="self" type="application/atom+xml" href={quoteattr(own)}/>',
        f'<link rel="alternate" type="text/html" hreflang="{tongue.language}" href={quoteattr(page)}/>',
        *entries,
        "</feed>",
    ]
    return ("\n".join(parts) + "\n").encode()


def sitemaps(pages: Sequence[tuple[str, str]], root: str) -> Iterator[tuple[str, bytes]]:
    """Addresses of pages with their last change, if known -> sitemap.xml, and those it names where one is short."""
    space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    head = '<?xml version="1.0" encoding="utf-8"?>'
    maps = [pages[n : n + LOCATIONS] for n in range(0, len(pages), LOCATIONS)]

    def one(some: Sequence[tuple[str, str]]) -> bytes:
        urls = [
            f"<url><loc>{text(root + page)}</loc>{f'<lastmod>{changed}</lastmod>' if changed else ''}</url>"
            for page, changed in some
        ]
        return ("\n".join([head, f"<urlset {space}>", *urls, "</urlset>"]) + "\n").encode()

    if len(maps) <= 1:
        yield "sitemap.xml", one(pages)
        return
    names = [f"sitemaps/{n + 1}.xml" for n in range(len(maps))]
    for name, some in zip(names, maps, strict=True):
        yield name, one(some)
    listed = [f"<sitemap><loc>{text(root + name)}</loc></sitemap>" for name in names]
    yield "sitemap.xml", ("\n".join([head, f"<sitemapindex {space}>", *listed, "</sitemapindex>"]) + "\n").encode()
