"""A page or feed -> where it leads, and by what words."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterable, Iterator
from email.message import Message
from itertools import groupby
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import etree, html

from pipeline.errors import SourceError
from pipeline.fetch import quoted
from pipeline.read.decode import decode
from pipeline.read.kinds import kind_of
from pipeline.read.legacy import Charsets, Piece
from pipeline.read.page import settle_or_refuse
from pipeline.watch.memory import Link
from pipeline.watch.polite import Visited

LONGEST = 300  # characters of a link's words that are looked at: a whole card may be a link
_DOCUMENTS = (".pdf", ".docx", ".xlsx", ".doc", ".xls")  # old ones too: the reader says what to do with them
_LEADING = {"a": "href", "area": "href", "iframe": "src", "embed": "src", "object": "data"}
_ROWS = ("tr", "li")
_FEEDPARSER = (ValueError, LookupError, TypeError, AttributeError, RecursionError)  # what damage makes it raise
_FEED = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<[?!][^>]*>\s*)*<(?:rss|feed|rdf:RDF)\b")


def links_of(page: Visited, charsets: Charsets) -> tuple[Link, ...] | None:
    """A page or feed -> where it leads, each address once, in their order; None for a document.

    Raises SourceError where it cannot be read.
    """
    if _FEED.match(page.data):
        return _merged(_feed_links(page))
    if kind_of(page.data, page.address, page.media) != "page":
        return None
    return _merged(_page_links(page, charsets))


def resolved(base: str, reference: str) -> str:
    """A reference as a page writes it -> the http(s) address, without its fragment; "" where it is none (RFC 3986)."""
    try:
        parts = urlsplit(quoted(urljoin(base, re.sub(r"[\t\r\n]", "", reference).strip())))
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return ""
    host = parts.netloc.casefold()
    if port == {"http": 80, "https": 443}[parts.scheme]:
        host = host.removesuffix(f":{port}")
    return parts._replace(netloc=host, path=parts.path or "/").geturl()


def _merged(links: Iterable[Link]) -> tuple[Link, ...]:
    found: dict[str, Link] = {}
    for link in links:
        texts = (unicodedata.normalize("NFC", " ".join(text.split())) for text in link.texts)
        before = found.get(link.address, Link(link.address, (), link.date))
        known = dict.fromkeys((*before.texts, *filter(None, texts)))
        found[link.address] = before._replace(texts=tuple(known), date=before.date or link.date)
    return tuple(found.values())


def _feed_links(page: Visited) -> Iterator[Link]:
    import feedparser  # type: ignore[import-untyped]  # noqa: PLC0415  # ships no types; only feeds need it

    headers = {"content-location": page.address, "content-type": page.media}
    try:
        entries = feedparser.parse(io.BytesIO(page.data), response_headers=headers).entries
    except _FEEDPARSER as e:
        raise SourceError(f"{page.address}: a damaged feed ({type(e).__name__}: {' '.join(str(e).split())})") from e
    for entry in entries:
        # dict's own get: feedparser's gives one date for another, and warns.
        when = dict.get(entry, "published_parsed") or dict.get(entry, "updated_parsed")
        date = "-".join(f"{n:02d}" for n in when[:5]) if when else ""
        leads = [entry.get("link", ""), *(part.get("href", "") for part in entry.get("enclosures", ()))]
        for address in filter(None, (resolved(page.address, lead) for lead in leads)):
            yield Link(address, (re.sub(r"<[^<>]*>", " ", entry.get("title", "")[:LONGEST]),), date)


def _page_links(page: Visited, charsets: Charsets) -> list[Link]:
    media = Message()
    media["Content-Type"] = page.media
    decoded = decode(page.data, page.address, str(media.get_param("charset") or ""))
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
    try:
        root = html.document_fromstring(decoded.text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as e:
        raise SourceError(f"{page.address}: no web page: {' '.join(str(e).split())}") from e
    base = next((str(b.get("href")) for b in root.iter("base") if b.get("href")), "")
    base = resolved(page.address, base) or page.address
    itself = resolved(page.address, "")
    pieces: list[tuple[str, Piece]] = []
    for element in root.iter(*_LEADING):
        reference = element.get(_LEADING[element.tag])
        address = resolved(base, reference) if reference else ""
        if address and address != itself:
            pieces += [(address, Piece(text)) for text in _texts(element, address)]
    settled = settle_or_refuse([piece for _, piece in pieces], charsets, page.address, decoded.doubt)
    texts = [(address, part.text) for (address, _), part in zip(pieces, settled, strict=True)]
    return [Link(address, tuple(t for _, t in group)) for address, group in groupby(texts, key=lambda t: t[0])]


def _texts(element: Any, address: str) -> Iterator[str]:
    """A link's own words, its title, those of its pictures; of one to a document those of its row too."""
    yield (own := element.text_content())
    yield element.get("title") or ""
    yield from (picture.get("alt") or "" for picture in element.iter("img"))
    row = next(element.iterancestors(*_ROWS), None)
    if row is not None and is_document(address, (own,)):
        yield row.text_content()[: 2 * LONGEST]


def is_document(address: str, texts: Iterable[str]) -> bool:
    parts = urlsplit(address)
    return any(text.casefold().endswith(_DOCUMENTS) for text in (parts.path, parts.query, *texts))
