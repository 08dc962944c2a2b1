"""Watched pages, feeds and folders -> the article candidates that are new.

A page leads to reports by the words of its links. Which words name one is what the glossary knows of titles
(page.title) and of periods, so that a report that the reader would know by its title is known here by it too.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from pipeline.errors import SourceError
from pipeline.glossary import Glossary
from pipeline.model import Article
from pipeline.read import read_article
from pipeline.read.legacy import Charsets
from pipeline.read.period import mentions, period_grammar, reporting_period
from pipeline.read.words import page_words
from pipeline.settings import Sources
from pipeline.sources import kept_as, read_file
from pipeline.vietnamese import keys, slug, without_diacritics
from pipeline.watch.links import LONGEST, is_document, links_of, resolved
from pipeline.watch.memory import Found, Link
from pipeline.watch.polite import Unchanged, Visited, Visitor

SETTLED = 10.0  # seconds in which nothing was written to a file: it is whole
LEAST = 300  # words of a page beside a document: with fewer the report is the document, the page only announces it
_UNFINISHED = (".part", ".tmp", ".crdownload")
_HIDDEN = (".", "~$")  # "~$": what Word lays beside a document that is open
_TOP = "9999"  # later than any month
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
        documents = [link for link in links or () if is_document(link.address, link.texts)]
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
        text = text[:LONGEST]
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
