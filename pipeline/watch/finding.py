"""Watched pages, feeds and folders -> the article candidates that are new.

A page leads to reports by the words of its links. Which words name one is what the glossary knows of titles
(page.title) and of periods, so that a report that the reader would know by its title is known here by it too.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import stat
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from email.message import Message
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple
from urllib.parse import unquote, urljoin, urlsplit

from lxml import etree, html

from pipeline.errors import SourceError
from pipeline.fetch import quoted
from pipeline.glossary import Glossary
from pipeline.model import Article
from pipeline.read import read_article
from pipeline.read.decode import decode
from pipeline.read.kinds import kind_of
from pipeline.read.legacy import Charsets, Piece
from pipeline.read.page import settle_or_refuse
from pipeline.read.period import mentions, period_grammar, reporting_period
from pipeline.read.words import page_words
from pipeline.settings import Sources
from pipeline.sources import kept_as, read_file
from pipeline.vietnamese import keys, slug, without_diacritics
from pipeline.watch.memory import Found, Link
from pipeline.watch.polite import Unchanged, Visited, Visitor

SETTLED = 10.0  # seconds in which nothing was written to a file: it is whole
LEAST = 300  # words of a page beside a document: with fewer the report is the document, the page only announces it
_LONGEST = 300  # characters of a link's words that are looked at: a whole card may be a link
_UNFINISHED = (".part", ".tmp", ".crdownload")
_HIDDEN = (".", "~$")  # "~$": what Word lays beside a document that is open
_DOCUMENTS = (".pdf", ".docx", ".xlsx", ".doc", ".xls")  # old ones too: the reader says what to do with them
_LEADING = {"a": "href", "area": "href", "iframe": "src", "embed": "src", "object": "data"}
_ROWS = ("tr", "li")
_FEEDPARSER = (ValueError, LookupError, TypeError, AttributeError, RecursionError)  # what damage makes it raise
_TOP = "9999"  # later than any month
_FEED = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<[?!][^>]*>\s*)*<(?:rss|feed|rdf:RDF)\b")
# What says a period, where a name has no diacritics ("thang-6-va-6-thang-dau-nam-2023", "T5.2024").
_PERIOD_WORDS = ("tháng", "quý", "năm", "đầu", "cả", "nửa", "và")
# Where in a text without diacritics a title may begin: behind what is no letter, with hyphens and without.
_APART = (re.compile(r"[^a-z\s-]+"), re.compile(r"[^a-z\s]+"))


class Trouble(NamedTuple):
    """A source that could not be read, and why (one line)."""

    name: str
    why: str


def find(
    sources: Sources, visitor: Visitor, glossary: Glossary, seen: Callable[[str], bool]
) -> Iterator[Found | Trouble]:
    """Sources -> article candidates whose bytes (SHA-256) are not `seen`, and sources that cannot be read.

    Tell `visitor.memory.taken(found)` as soon as one is safe: until then it comes again. A candidate is what may be a
    report; whether it is one, the reader says. Raises StoreError where the memory cannot be used.
    """
    search = _Search(sources, visitor, glossary, seen)
    for page in sources.pages:
        yield from search.page(page)
    for folder in sources.folders:
        yield from search.folder(folder)


class _Search:
    """One run's search: what was asked for in it is not asked for again."""

    def __init__(self, sources: Sources, visitor: Visitor, glossary: Glossary, seen: Callable[[str], bool]) -> None:
        self._most = sources.most
        self._visitor = visitor
        self._memory = visitor.memory
        self._glossary = glossary
        self._titles = Titles(glossary)
        self._charsets = Charsets.of(glossary)
        self._seen = seen
        self._asked = {resolved(page, page) for page in sources.pages}  # a list is no article of another list

    def page(self, address: str) -> Iterator[Found | Trouble]:
        """A list page or feed, or a page that is an article itself."""
        try:
            got = self._visitor.get(address)
            links = self._known_links(got) if isinstance(got, Unchanged) else links_of(got, self._charsets)
        except SourceError as e:
            yield _trouble(address, e)
            return
        reports = newest_reports(links or (), self._titles)
        if not isinstance(got, Unchanged) and (links is None or self._is_article(got, reports)):
            yield from self._offer(got)
        elif reports:
            if isinstance(got, Visited):
                self._memory.read(got.address, got.etag, got.modified, links or ())
            for link in reports[: self._most]:
                yield from self._article(link.address)
        elif links is not None:
            yield Trouble(
                address,
                f"shows {len(links)} links, none to a monthly report by its title: has the site changed?"
                if links
                else "shows no links: nothing can be found there (does a script fill the page?)",
            )

    def _article(self, address: str) -> Iterator[Found | Trouble]:
        """What a list leads to: an article, or a page that only leads to a document with it."""
        try:
            got = self._get(address)
            if got is None:
                return
            links = self._attached(got)
        except SourceError as e:
            yield _trouble(address, e)
            return
        if isinstance(got, Visited):
            if not links:
                yield from self._offer(got)
                return
            self._memory.read(got.address, got.etag, got.modified, links)
        for link in links:
            try:
                document = self._get(link.address)
            except SourceError as e:
                yield _trouble(link.address, e)
                continue
            if isinstance(document, Visited):
                yield from self._offer(document)

    def _get(self, address: str) -> Visited | Unchanged | None:
        """What lies at an address, None for what this run has asked for already. Raises SourceError."""
        if address in self._asked:
            return None
        self._asked.add(address)
        got = self._visitor.get(address)
        if got.address != address and got.address in self._asked:
            return None
        self._asked.add(got.address)
        return got

    def _known_links(self, got: Unchanged) -> tuple[Link, ...] | None:
        known = self._memory.known(got.address)
        return known.links if known else None

    def _offer(self, got: Visited) -> Iterator[Found]:
        found = Found(got.address, got.data, got.media, _digest(got.data), got.etag, got.modified)
        if self._seen(found.sha256):
            self._memory.taken(found)
        else:
            yield found

    def _is_article(self, got: Visited, reports: Iterable[Link]) -> bool:
        """Whether a page is a report, and does not show the beginnings of several.

        An article has the title of one, and where it leads to others that title is not among theirs.
        """
        article = self._article_in(got)
        others = {keys(text) for link in reports for text in link.texts}
        if article is None or not others:
            return article is not None
        return self._titles.month_of(article.title) is not None and keys(article.title) not in others

    def _attached(self, got: Visited | Unchanged) -> tuple[Link, ...]:
        """The documents that a page leads to, where it says little itself: those named as reports, else all."""
        if isinstance(got, Visited) and self._seen(_digest(got.data)):
            return ()
        try:
            links = self._known_links(got) if isinstance(got, Unchanged) else links_of(got, self._charsets)
        except SourceError:  # it goes to the reader as it is, which says the same
            return ()
        documents = [link for link in links or () if _is_document(link.address, link.texts)]
        if not documents or (isinstance(got, Visited) and _length(self._article_in(got)) >= LEAST):
            return ()
        return tuple((newest_reports(documents, self._titles) or documents)[: self._most])

    def _article_in(self, got: Visited) -> Article | None:
        try:
            return read_article(got.data, got.address, self._glossary, got.media)
        except SourceError:  # no article: an answer here
            return None

    def folder(self, folder: Path) -> Iterator[Found | Trouble]:
        """The files of a folder and those inside it, in order of name; they are only read."""
        faults: list[OSError] = []
        paths: list[Path] = []
        for place, inner, names in os.walk(folder, onerror=faults.append):
            inner[:] = [name for name in inner if not name.startswith(_HIDDEN)]
            paths += [Path(place, name) for name in names if _is_readable(name)]
        yield from (Trouble(str(e.filename), f"cannot be read: {e.strerror}") for e in faults)
        for path in sorted(paths):
            name = os.fsencode(path).decode("utf-8", "replace")  # as read_file() writes it
            try:
                found = self._file(path, name)
            except SourceError as e:
                yield _trouble(name, e)
            except OSError as e:
                yield Trouble(name, f"cannot be read: {e.strerror}")
            else:
                if found and self._seen(found.sha256):
                    self._memory.taken(found)
                elif found:
                    yield found

    def _file(self, path: Path, name: str) -> Found | None:
        """A file, None: it is still being written, is none, or was taken as it is. Raises SourceError, OSError."""
        before = path.stat()
        age = self._visitor.now().timestamp() - max(before.st_mtime, before.st_ctime)
        known = self._memory.known(name)
        # A clock far ahead (of a file server) must not keep a file for ever.
        if not stat.S_ISREG(before.st_mode) or abs(age) < SETTLED or (known and known.etag == _state(before)):
            return None
        data, _ = read_file(str(path))
        return Found(name, data, "", _digest(data), _state(before)) if _state(path.stat()) == _state(before) else None


def _trouble(name: str, error: SourceError) -> Trouble:
    return Trouble(name, str(error).removeprefix(f"{name}: "))


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _length(article: Article | None) -> int:
    return len(article.text.split()) if article else 0


def _state(of: os.stat_result) -> str:
    return f"{of.st_size} {of.st_mtime_ns} {of.st_ctime_ns}"


def _is_readable(name: str) -> bool:
    whole = not name.startswith(_HIDDEN) and not name.casefold().endswith(_UNFINISHED)
    return whole and PurePosixPath(kept_as(name, "")).suffix != ".bin"


def _is_document(address: str, texts: Iterable[str]) -> bool:
    parts = urlsplit(address)
    return any(text.casefold().endswith(_DOCUMENTS) for text in (parts.path, parts.query, *texts))


# --- which words name a report ------------------------------------------------------------


class Titles:
    """How titles of reports begin and speak of their period, with or without diacritics."""

    def __init__(self, glossary: Glossary) -> None:
        words = page_words(glossary)
        self._periods = period_grammar(glossary, words)
        self._starts = frozenset(tuple(slug(surface).split("-")) for surface in words.of("title"))
        cardinals = (part for w in glossary.words if w.category == "cardinal" for part in w.surface.split())
        written = {without_diacritics(word): word for word in (*cardinals, *_PERIOD_WORDS)}
        self._written = {**written, "t": "tháng"}

    def month_of(self, text: str) -> str | None:
        """Words of a link -> the last month that a report so named is about ("2023-06", "" where they do not say it).

        None: they name no report.
        """
        text = text[:_LONGEST]
        plain = without_diacritics(text).casefold()
        if not any(self._begins(part) for apart in _APART for part in apart.split(plain)):
            return None
        tokens = re.findall(r"[a-z]+|\d+|[^\sa-z\d]+", plain)
        for said in (text, " ".join(self._written.get(token, token) for token in tokens)):
            if any(named.kind != "day" for named in mentions(said, self._periods)):
                period = reporting_period(said, said, None, self._periods)
                return period.month if period else ""
        return None

    def _begins(self, part: str) -> bool:
        words = tuple(part.replace("-", " ").split())
        return any(words[: len(start)] == start for start in self._starts)


def newest_reports(links: Iterable[Link], titles: Titles) -> list[Link]:
    """Links -> those that name a report, the newest first.

    One that does not say when stands with the one before it, and at the top without one: lists begin with the newest.
    """
    found: list[tuple[str, Link]] = []
    when = _TOP
    for link in links:
        months = [titles.month_of(text) for text in (*link.texts, _named(link.address))]
        if any(month is not None for month in months):
            when = link.date or next(filter(None, months), when)
            found.append((when, link))
    found.sort(key=lambda dated: dated[0], reverse=True)
    return [link for _, link in found]


def _named(address: str) -> str:
    """The words that an address ends in: of "/bao-cao/thang_6.html" "thang 6"."""
    for part in reversed(urlsplit(address).path.split("/")):
        words = re.sub(r"[-_+.]+", " ", unquote(PurePosixPath(part).stem))
        if any(map(str.isalpha, words)):
            return unicodedata.normalize("NFC", words)
    return ""


# --- where a page leads -------------------------------------------------------------------


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
            yield Link(address, (re.sub(r"<[^<>]*>", " ", entry.get("title", "")[:_LONGEST]),), date)


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
    if row is not None and _is_document(address, (own,)):
        yield row.text_content()[: 2 * _LONGEST]
