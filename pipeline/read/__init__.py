"""read: the bytes of a page, text or document -> the article alone, in its normal form."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import PurePath
from urllib.parse import unquote, urlsplit

from pipeline.errors import NotAnArticle, SourceError
from pipeline.glossary import Glossary
from pipeline.model import Article
from pipeline.read.blocks import article_blocks, article_text, repair_findings
from pipeline.read.body import Body, Judge, cut_article, cut_tables, judge, published_beside, title_above
from pipeline.read.decode import decode, require_vietnamese
from pipeline.read.docx import read_docx
from pipeline.read.grid import tell_tables
from pipeline.read.html import read_page
from pipeline.read.kinds import is_address, kind_of, promised
from pipeline.read.legacy import Charsets, Piece
from pipeline.read.letters import Letters, letters_of, mend_letters
from pipeline.read.normal import Line, join_lines, part_words
from pipeline.read.page import Page, RawLine, broken, settle_lines
from pipeline.read.pdf import read_pdf
from pipeline.read.period import period_grammar, reporting_period
from pipeline.read.place import area_of, office_of, place_grammar
from pipeline.read.split import split_lines
from pipeline.read.words import PageWords, page_words
from pipeline.read.xlsx import read_xlsx

_GLUED = ("rise", "fall", "reach", "share", "estimate", "and")  # categories of words that writers glue to others
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)


def read_article(data: bytes, name: str, glossary: Glossary, media: str = "") -> Article:
    """File's bytes and name, Glossary -> Article

    Reads a web page (.html, .htm), plain text (.txt), a Word document (.docx), a PDF with text (.pdf) or an
    appendix of tables (.xlsx). `name` is a file's name or the address it was fetched from, `media` the media
    type that a server gave ("text/html; charset=utf-8"); what the bytes hold counts more than either.
    Raises SourceError where the file cannot be read as Vietnamese text, NotAnArticle where it holds no
    statistical report.
    """
    words = page_words(glossary)
    periods = period_grammar(glossary, words)
    places = place_grammar(glossary, words)
    judged = judge(words, periods, places)
    page = _mended(_page(data, name, media, Charsets.of(glossary)), letters_of(glossary), glossary, judged)
    require_vietnamese("\n".join(line.text for line in (*page.before, *page.inside, *page.after)), name)
    body = _body(page, judged, glossary)
    if not body.lines:
        raise NotAnArticle(
            f"{name}: no report in it: there is no running text, or too little (a login page, an infographic?)"
        )
    lines = join_lines(body.lines)
    text = article_text(lines)
    if not _has_figures(text, words, tables=page.tables):
        raise NotAnArticle(f"{name}: no report in it: the text holds no figures")
    title = lines[0].text if lines[0].mark == "title" else ""
    published = page.published or body.published or published_beside(title, page.before, judged)
    period = reporting_period(title, text, published, periods)
    if period is None:
        raise NotAnArticle(f"{name}: no report in it: the text does not say which month, quarter or year it is about")
    around = "\n".join(line.text for line in (*page.before, *body.around, *page.after))
    area = area_of(title, text, around, places)
    if area is None:
        raise NotAnArticle(f"{name}: no report in it: the text does not say which province or city it is about")
    blocks = article_blocks(lines, words)
    return Article(
        source=_source(name),
        address=name if is_address(name) else page.address,
        title=title,
        published=published,
        area=area,
        office=office_of(area, text, around, glossary, places),
        period=period,
        text=text,
        blocks=blocks,
        findings=repair_findings(lines, blocks, glossary),
    )


def _page(data: bytes, name: str, media: str, charsets: Charsets) -> Page:
    kind = kind_of(data, name, media)
    match kind:
        case "docx":
            return read_docx(data, name, charsets)
        case "xlsx":
            return read_xlsx(data, name, charsets)
        case "pdf":
            return read_pdf(data, name, charsets)
    charset = _CHARSET.search(media)
    try:
        decoded = decode(data, name, charset[1] if charset else "")
    except SourceError as e:
        if data and promised(name):
            raise SourceError(f"{name}: damaged: its bytes are those of no {promised(name)} file") from e
        raise
    if kind == "page":
        return read_page(decoded.text, name, charsets, decoded.doubt)
    lines = [RawLine((Piece(part),)) for part in broken(decoded.text)]
    return Page(settle_lines(lines, charsets, name, decoded.doubt))


def _mended(page: Page, letters: Letters, glossary: Glossary, judged: Judge) -> Page:
    """A page with its letters mended, words written together parted, and its overlong lines split."""
    glued = frozenset(w.surface for w in glossary.words if w.category in _GLUED)

    def mend(lines: Iterable[Line]) -> tuple[Line, ...]:
        return part_words(mend_letters(lines, letters), glued)

    [title] = mend([Line(page.title)]) if page.title else [Line("")]
    inside = split_lines(mend(page.inside), glossary, judged)
    return replace(page, inside=inside, before=mend(page.before), after=mend(page.after), title=title.text)


def _body(page: Page, judged: Judge, glossary: Glossary) -> Body:
    if page.tables:
        return cut_tables(tell_tables(page.inside, judged.words, glossary), judged)
    return cut_article(page.inside, page.title or title_above(page.before, page.inside, judged), judged)


def _has_figures(text: str, words: PageWords, *, tables: bool) -> bool:
    """Whether figures stand in the text; in a table their units stand elsewhere."""
    return any(map(str.isdigit, text)) if tables else words.has_figure(text)


def _source(name: str) -> str:
    """The name of a file, or the last part of an address."""
    if not is_address(name):
        return PurePath(name).name
    parts = urlsplit(name)
    return PurePath(unquote(parts.path)).name or parts.netloc
