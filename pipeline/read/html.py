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
from collections.abc import Iterable, Mapping

from lxml import etree, html

from pipeline.errors import NotAnArticle, SourceError
from pipeline.read.body import iso_date
from pipeline.read.legacy import Charsets, Piece
from pipeline.read.normal import Line, Mark, clean_lines
from pipeline.read.page import CELL_MARK, Page, holds_data, note_sign, settle_or_refuse
from pipeline.vietnamese import keys

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
_NEARLY_ALL = 0.9
_MOST_TAGS = 200_000  # of a page: a long report has ten thousand
_NEAR = 20_000  # characters in which the next line is looked for in what trafilatura found
_SEARCHES = 2_000  # lines that are looked for in all of it
_NOTE = re.compile(r"\[\d{1,2}\]")
_OLD_FONT = re.compile(r"\.vn|vni-", re.IGNORECASE)
_FONT_FAMILY = re.compile(r"font(?:-family)?\s*:[^;]*?([\"']?(?:\.vn|vni-)[\w .-]*)", re.IGNORECASE)
_DAY = re.compile(r"(20\d\d)-(\d\d)-(\d\d)")


Node = tuple[html.HtmlElement, bool]  # an element's text, or with True the text behind it
Repairs = Mapping[Node, str]


def read_page(text: str, name: str, charsets: Charsets, doubt: str = "") -> Page:
    """Text of an HTML file -> its lines and what its head says; `doubt`: why its characters are not sure.

    Raises NotAnArticle where it is no web page, SourceError where it cannot be read.
    """
    if text.count("<") > _MOST_TAGS:
        raise SourceError(f"{name}: more than {_MOST_TAGS:,} tags: not an article")
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
    try:
        root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise NotAnArticle(f"{name}: no web page: {error}") from error
    # What stands deeper than libxml2 goes would be lost in silence.
    if any(entry.type_name == "ERR_NAME_TOO_LONG" or "depth" in entry.message for entry in parser.error_log):
        raise SourceError(f"{name}: its tags lie too deep inside each other: not read")
    repairs = _settle(root, name, charsets, doubt, fonts=_OLD_FONT.search(text) is not None)
    place = _article_element(root)
    around = _Walker(repairs, without=place)
    outside = [line for line, _ in around.walk(root)]
    return Page(
        inside=clean_lines(line for line, _ in _Walker(repairs).walk(place)),
        before=clean_lines(outside[: around.passed]),
        after=clean_lines(outside[around.passed :]),
        title=_title(root, place),
        published=_published(root),
        address=_first(root, "//link[@rel='canonical']/@href", "//meta[@property='og:url']/@content"),
    )


def _settle(root: html.HtmlElement, name: str, charsets: Charsets, doubt: str, *, fonts: bool) -> Repairs:
    """Turn the tree's texts into Unicode where they are not; what was converted, by place."""
    nodes: list[Node] = []
    pieces: list[Piece] = []
    open_fonts = [""]
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event == "start":
            open_fonts.append((_font(element) if fonts else "") or open_fonts[-1])
            if element.text and element.tag not in {"script", "style"}:
                nodes.append((element, False))
                pieces.append(Piece(element.text, open_fonts[-1]))
        else:
            if event == "end":
                open_fonts.pop()
            if element.tail and element is not root:
                nodes.append((element, True))
                pieces.append(Piece(element.tail, open_fonts[-1]))
    repairs: dict[Node, str] = {}
    for (element, behind), settled in zip(nodes, settle_or_refuse(pieces, charsets, name, doubt), strict=True):
        if not settled.repair:
            continue
        repairs[element, behind] = f"converted-{settled.repair}"
        if behind:
            element.tail = settled.text
        else:
            element.text = settled.text
    return repairs


def _font(element: html.HtmlElement) -> str:
    """The font that an element names itself, where it is an old one."""
    face = str(element.get("face") or "")
    if _OLD_FONT.match(face):
        return face
    match = _FONT_FAMILY.search(str(element.get("style") or "")[:1000])
    return match[1] if match else ""


class _Walker:
    """Gathers the text of a tree into lines: one for each block, one for each row of a table of data."""

    def __init__(self, repairs: Repairs, without: html.HtmlElement | None = None) -> None:
        self.converted = repairs
        self.without = without
        self.repairs: set[str] = set()  # of the line at work
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
                self.add(element.tail, self.converted.get((element, True), "") if self.converted else "")
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
        self.add(element.text, self.converted.get((element, False), "") if self.converted else "")

    def end(self, element: html.HtmlElement) -> None:
        if element.tag == "a":
            self.links -= 1
        elif element.tag not in _INLINE:
            self.edge(element, element)
            if self.table is not None and element.tag in _CELLS:
                self.pieces.append(CELL_MARK)
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

    def add(self, text: str | None, repair: str = "") -> None:
        if text:
            if repair and not text.isspace():
                self.repairs.add(repair)
            # Line breaks of the file are spaces; only <br> breaks a line.
            self.pieces.append(re.sub(r"\s", " ", text))
            self.unlinked = self.unlinked or (self.links == 0 and not text.isspace())

    def flush(self, owner: html.HtmlElement) -> None:
        text = "".join(self.pieces).removesuffix(CELL_MARK)
        if text.strip():
            mark, level = self.marks[-1]
            line = Line(text, mark, level, linked=not self.unlinked, repairs=frozenset(self.repairs))
            self.found.append((line, owner))
        self.pieces, self.unlinked = [], False
        self.repairs.clear()

    def note_number(self, element: html.HtmlElement) -> str:
        """The sign of a footnote that an element is ("[1]"), empty for all others."""
        if element.tag != "sup":
            return ""
        return note_sign(element.text_content(), "".join(self.pieces[-9:]))


def _is_data(table: html.HtmlElement) -> bool:
    if next(table.iterdescendants("table"), None) is not None:
        return False
    rows = [[cell.text_content() for cell in row if cell.tag in _CELLS] for row in table.iter("tr")]
    return bool(rows) and holds_data(rows)


def _article_element(root: html.HtmlElement) -> html.HtmlElement:
    """The innermost element that holds nearly all that trafilatura takes for the article, with its notes."""
    import trafilatura  # noqa: PLC0415  # heavy: its own settings and a dozen modules
    from trafilatura.settings import Document  # noqa: PLC0415  # the same

    body = root.find("body")
    whole = root if body is None else body
    document = trafilatura.bare_extraction(
        copy.deepcopy(root), favor_recall=True, include_comments=False, include_tables=True, with_metadata=False
    )
    found = _Found(_squeezed(document.text or "") if isinstance(document, Document) else "")
    weights: defaultdict[html.HtmlElement, int] = defaultdict(int)
    lines = _Walker({}).walk(whole)
    for line, block in lines:
        weights[block] += found.length_of(_squeezed(line.text))
    _sum_up(whole, weights)
    place = whole
    while weights[whole] and (inner := [c for c in place if weights[c] >= _NEARLY_ALL * weights[whole]]):
        place = inner[0]
    return _with_notes(place, whole, lines)


def _sum_up(whole: html.HtmlElement, weights: defaultdict[html.HtmlElement, int]) -> None:
    """Add to every element's own weight those of all inside it."""
    order = list(whole.iter(etree.Element))
    for element in reversed(order[1:]):  # children stand behind their parents
        weights[element.getparent()] += weights[element]


class _Found:
    """The text that trafilatura found, in which lines are looked for in their order."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.place = 0
        self.searches = _SEARCHES

    def length_of(self, part: str) -> int:
        """The length of a part that stands in the text, 0 for any other."""
        if not part:
            return 0
        at = self.text.find(part, self.place, self.place + _NEAR + len(part))
        if at < 0 and self.searches:
            self.searches -= 1
            at = self.text.find(part)
        if at < 0:
            return 0
        self.place = at + len(part)
        return len(part)


def _with_notes(
    place: html.HtmlElement, whole: html.HtmlElement, lines: Iterable[tuple[Line, html.HtmlElement]]
) -> html.HtmlElement:
    """Footnotes may stand beside the text: the element is widened until it holds them."""
    article = next((element for element in (place, *place.iterancestors()) if element.tag == "article"), place)
    notes: defaultdict[html.HtmlElement, int] = defaultdict(int)
    for line, block in lines:
        notes[block] += _NOTE.match(line.text.strip()) is not None
    _sum_up(whole, notes)
    around = (article, *article.iterancestors())
    return next((element for element in around if notes[element] == notes[whole]), article)


def _squeezed(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _first(root: html.HtmlElement, *paths: str) -> str:
    """The first text that one of the XPath expressions finds, empty without one."""
    found = (" ".join(str(value).split()) for path in paths for value in root.xpath(path))
    return next((value for value in found if value), "")


def _text(element: html.HtmlElement) -> str:
    """The text of an element on one line."""
    return " ".join(line.text for line in clean_lines(line for line, _ in _Walker({}).walk(element)))


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
