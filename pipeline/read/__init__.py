"""read: the bytes of a saved page or text file -> the article alone, in its normal form."""

from __future__ import annotations

import re
from pathlib import PurePath

from pipeline.errors import NotAnArticle, SourceError
from pipeline.glossary import Glossary
from pipeline.model import Article
from pipeline.read.blocks import article_blocks, article_text, repair_findings
from pipeline.read.body import cut_article, judge, published_beside, title_above
from pipeline.read.decode import decode, require_vietnamese
from pipeline.read.html import Page, read_page
from pipeline.read.normal import Line, clean_lines, join_lines
from pipeline.read.period import period_grammar, reporting_period
from pipeline.read.place import area_of, office_of, place_grammar
from pipeline.read.words import page_words

_PAGES = frozenset((".html", ".htm"))
_TEXTS = frozenset((".txt",))
# How a page begins that was saved under the name of a text.
_MARKUP = re.compile(r"\s*<(?:!--|(?:!doctype|\?xml|html|head|body|article|div|table|h[1-6]|p)\b)", re.IGNORECASE)


def read_article(data: bytes, name: str, glossary: Glossary) -> Article:
    """File's bytes and name, Glossary -> Article

    Reads a saved web page (.html, .htm) or plain text (.txt), which may be a web page saved as text.
    Raises SourceError where the file cannot be read as Vietnamese text, NotAnArticle where it holds no
    statistical report.
    """
    page = _page(data, name)
    require_vietnamese("\n".join(line.text for line in (*page.before, *page.inside, *page.after)), name)
    words = page_words(glossary)
    periods = period_grammar(glossary, words)
    judged = judge(words, periods)
    body = cut_article(page.inside, page.title or title_above(page.before, page.inside, judged), judged)
    if not body.lines:
        raise NotAnArticle(
            f"{name}: no report in it: there is no running text, or too little (a login page, an infographic?)"
        )
    lines = join_lines(body.lines)
    text = article_text(lines)
    if not words.has_figure(text):
        raise NotAnArticle(f"{name}: no report in it: the text holds no figures")
    title = lines[0].text if lines[0].mark == "title" else ""
    published = page.published or body.published or published_beside(title, page.before, judged)
    period = reporting_period(title, text, published, periods)
    if period is None:
        raise NotAnArticle(f"{name}: no report in it: the text does not say which month, quarter or year it is about")
    places = place_grammar(glossary, words)
    around = "\n".join(line.text for line in (*page.before, *body.around, *page.after))
    area = area_of(title, text, around, places)
    if area is None:
        raise NotAnArticle(f"{name}: no report in it: the text does not say which province or city it is about")
    blocks = article_blocks(lines, words)
    return Article(
        source=PurePath(name).name,
        address=page.address,
        title=title,
        published=published,
        area=area,
        office=office_of(area, text, around, glossary, places),
        period=period,
        text=text,
        blocks=blocks,
        findings=repair_findings(lines, blocks, glossary),
    )


def _page(data: bytes, name: str) -> Page:
    kind = PurePath(name).suffix.casefold()
    if kind not in _PAGES | _TEXTS:
        raise SourceError(f"{name}: not a kind of file that is read (.html, .htm or .txt)")
    text = decode(data, name)
    if kind in _PAGES or _MARKUP.match(text):
        return read_page(text, name)
    return Page(clean_lines([Line(text)]), (), (), "", None, "")
