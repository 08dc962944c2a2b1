"""A web page -> the lines of its article and those around it.

trafilatura finds where on a page the article is, better than rules of our own would; but what it returns
lacks parts of a report (short headings such as "a) Nông nghiệp", lone list entries, footnotes, tables that
it takes for layout). So it only shows the place: the element that holds nearly all it found is walked
here, and every piece of text in it becomes a line. What of menus and lists stands inside that element is
cut by the glossary's words afterwards, as in a page saved as text.
"""

from __future__ import annotations

import copy
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree, html

from pipeline.errors import NotAnArticle
from pipeline.read.body import iso_date
from pipeline.read.normal import Line, Mark, clean_lines
from pipeline.read.words import keys

# fmt: off
_SKIPPED = frozenset({
    "script", "style", "noscript", "template", "svg", "math", "iframe", "object", "nav", "head",
    "button", "select", "option", "textarea", "input",
})
_INLINE = frozenset({
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "img",
    "ins", "kbd", "label", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt",
    "u", "var", "wbr",
})
# fmt: on
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_CELLS = frozenset(("td", "th"))
_CELL_LENGTH = 200  # longer cells lay out a page, they are no data
_NEARLY_ALL = 0.9
_CELL_MARK = " | "
_NOTE = re.compile(r"\[\d{1,2}\]")
_NOTE_SIGN = re.compile(r"\s*[\[(]?(\d{1,2})[\])]?\s*")
_METRE = re.compile(r"(?:^|[\s\d/])[kdcm]?m$")
_DAY = re.compile(r"(20\d\d)-(\d\d)-(\d\d)")


@dataclass(frozen=True, slots=True)
class Page:
    """What a web page holds: `inside` are the lines where the article is, the others stand before or after."""

    inside: tuple[Line, ...]
    before: tuple[Line, ...]
    after: tuple[Line, ...]
    title: str
    published: str | None
    address: str


def read_page(text: str, name: str) -> Page:
    """Text of an HTML file -> its lines and what its head says."""
    try:
        root = html.document_fromstring(
            text.encode("utf-8", "replace"), parser=html.HTMLParser(encoding="utf-8", huge_tree=True)
        )
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise NotAnArticle(f"{name}: no web page: {error}") from error
    place = _article_element(root)
    around = _Walker(without=place)
    outside = [line for line, _ in around.walk(root)]
    return Page(
        inside=clean_lines(line for line, _ in _Walker().walk(place)),
        before=clean_lines(outside[: around.passed]),
        after=clean_lines(outside[around.passed :]),
        title=_title(root, place),
        published=_published(root),
        address=_first(root, "//link[@rel='canonical']/@href", "//meta[@property='og:url']/@content"),
    )


class _Walker:
    """Gathers the text of a tree into lines: one for each block, one for each row of a table of data."""

    def __init__(self, without: html.HtmlElement | None = None) -> None:
        self.without = without
        self.passed = 0  # lines found before it
        self.found: list[tuple[Line, html.HtmlElement]] = []
        self.pieces: list[str] = []
        self.links = 0  # open at this point
        self.unlinked = False  # some text of the line is outside of links
        self.marks: list[tuple[Mark, int]] = [("", 0)]
        self.table: html.HtmlElement | None = None  # the table of data that is open

    def walk(self, root: html.HtmlElement) -> list[tuple[Line, html.HtmlElement]]:
        skipped = None
        events = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
        for event, element in events:
            if event == "start":
                if element is self.without:
                    self.flush(root)
                    self.passed = len(self.found)
                note = self.note_number(element)
                if note or element.tag in _SKIPPED or element is self.without:
                    self.add(note)
                    events.skip_subtree()
                    skipped = element
                else:
                    self.start(element)
                continue
            if event == "end" and element is not skipped:
                self.end(element)
            if element is not root:
                self.add(element.tail)
        self.flush(root)
        return self.found

    def start(self, element: html.HtmlElement) -> None:
        if element.tag == "a":
            self.links += 1
        elif element.tag not in _INLINE:
            parent = element.getparent()
            self.edge(element, element if parent is None else parent)
            if element.tag == "table" and self.table is None and _is_data(element):
                self.table = element
            self.marks.append(self.mark_of(element))
        self.add(element.text)

    def end(self, element: html.HtmlElement) -> None:
        if element.tag == "a":
            self.links -= 1
        elif element.tag not in _INLINE:
            self.edge(element, element)
            if self.table is not None and element.tag in _CELLS:
                self.pieces.append(_CELL_MARK)
            self.marks.pop()
            if element is self.table:
                self.table = None

    def mark_of(self, element: html.HtmlElement) -> tuple[Mark, int]:
        if self.table is not None:
            return "row", 0
        if level := _HEADINGS.get(element.tag):
            return "heading", level
        return ("item", 0) if element.tag in {"li", "dt", "dd"} else self.marks[-1]

    def edge(self, element: html.HtmlElement, owner: html.HtmlElement) -> None:
        """A block begins or ends, and so does a line; but a heading stays one, and so does a row of data."""
        one_line = self.table is not None and element.tag not in {"tr", "table", "caption"}
        if one_line or (element.tag == "br" and self.marks[-1][0] == "heading"):
            self.pieces.append(" ")
        else:
            self.flush(owner)

    def add(self, text: str | None) -> None:
        if text:
            # Line breaks of the file are spaces; only <br> breaks a line.
            self.pieces.append(re.sub(r"\s", " ", text))
            self.unlinked = self.unlinked or (self.links == 0 and not text.isspace())

    def flush(self, owner: html.HtmlElement) -> None:
        text = "".join(self.pieces).removesuffix(_CELL_MARK)
        if text.strip():
            mark, level = self.marks[-1]
            self.found.append((Line(text, mark, level, linked=not self.unlinked), owner))
        self.pieces, self.unlinked = [], False

    def note_number(self, element: html.HtmlElement) -> str:
        """A raised number is the sign of a footnote, unless it is the power of a metre; empty for all else."""
        if element.tag != "sup":
            return ""
        sign = _NOTE_SIGN.fullmatch(element.text_content())
        return f"[{sign[1]}]" if sign and not _METRE.search("".join(self.pieces)) else ""


def _is_data(table: html.HtmlElement) -> bool:
    rows = [[cell for cell in row if cell.tag in _CELLS] for row in table.iter("tr")]
    cells = [cell for row in rows for cell in row]
    return (
        len(rows) > 1
        and max(map(len, rows)) > 1
        and next(table.iterdescendants("table"), None) is None
        and all(len(" ".join(cell.text_content().split())) <= _CELL_LENGTH for cell in cells)
    )


def _article_element(root: html.HtmlElement) -> html.HtmlElement:
    """The innermost element that holds nearly all that trafilatura takes for the article, with its notes."""
    import trafilatura  # noqa: PLC0415  # heavy: its own settings and a dozen modules
    from trafilatura.settings import Document  # noqa: PLC0415  # the same

    body = root.find("body")
    whole = root if body is None else body
    document = trafilatura.bare_extraction(
        copy.deepcopy(root), favor_recall=True, include_comments=False, include_tables=True, with_metadata=False
    )
    text = _squeezed(document.text or "") if isinstance(document, Document) else ""
    weights: defaultdict[html.HtmlElement, int] = defaultdict(int)
    total = 0
    lines = _Walker().walk(whole)
    for line, block in lines:
        part = _squeezed(line.text)
        if part and part in text:
            total += len(part)
            for element in (block, *block.iterancestors()):
                weights[element] += len(part)
    place = whole
    while total and (inner := [child for child in place if weights[child] >= _NEARLY_ALL * total]):
        place = inner[0]
    return _with_notes(place, lines)


def _with_notes(place: html.HtmlElement, lines: Iterable[tuple[Line, html.HtmlElement]]) -> html.HtmlElement:
    """Footnotes may stand beside the text: the element is widened until it holds them."""
    article = next((element for element in (place, *place.iterancestors()) if element.tag == "article"), place)
    notes = [block for line, block in lines if _NOTE.match(line.text.strip())]
    for element in (article, *article.iterancestors()):
        if all(element is block or element in block.iterancestors() for block in notes):
            return element
    return article


def _squeezed(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _first(root: html.HtmlElement, *paths: str) -> str:
    """The first text that one of the XPath expressions finds, empty without one."""
    found = (" ".join(str(value).split()) for path in paths for value in root.xpath(path))
    return next((value for value in found if value), "")


def _text(element: html.HtmlElement) -> str:
    """The text of an element on one line."""
    return " ".join(line.text for line in clean_lines(line for line, _ in _Walker().walk(element)))


def _title(root: html.HtmlElement, place: html.HtmlElement) -> str:
    """The heading that the page's head repeats, else the first chief heading of the article."""
    named = [keys(_first(root, "//meta[@property='og:title']/@content")), keys(_first(root, "//title/text()"))]
    headings = [(element, _text(element)) for element in root.iter("h1", "h2", "h3")]
    for _, text in headings:
        own = keys(text)
        if own and any(name[: len(own)] == own for name in named):
            return text
    chief = (text for element, text in headings if element.tag == "h1" and place in element.iterancestors())
    return next(filter(None, chief), "")


def _published(root: html.HtmlElement) -> str | None:
    stated = _first(
        root,
        "//meta[@property='article:published_time']/@content",
        "//meta[@itemprop='datePublished' or @name='pubdate' or @name='dc.date']/@content",
        "//time/@datetime",
    )
    match = _DAY.match(stated)
    return iso_date(*match.groups()) if match else None
