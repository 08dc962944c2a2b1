"""How the edition, its period and its publisher are named."""

from __future__ import annotations

from pipeline.compose.words import Text, Writer, plain, tidy
from pipeline.figures import MONTHS_EN
from pipeline.glossary import Place
from pipeline.model import Article, Label, Sentence
from pipeline.typeset import capital
from pipeline.vietnamese import Words, fold, key, keys, without_diacritics


def words(sentence: Sentence) -> str:
    """The words of a sentence without their observations."""
    return "".join(run.text for run in tidy(sentence))


def label(text: Text, *, capitals: bool = False) -> Label:
    vi, en = words(text.vi), words(text.en)
    return Label(capital(vi), capital(en)) if capitals else Label(vi, en)


def _said(writer: Writer, period: str) -> bool:
    """The report says anything of this period itself."""
    return any(o.period == period for o in writer.facts.observations)


def edition(writer: Writer) -> Text:
    """Such as "June, second quarter and first half of 2023", without a capital."""
    period = writer.facts.period
    year = plain(period.month[:4], period.month[:4])
    number = int(period.month[5:])
    month = writer.text("label.month", month=plain(str(number), MONTHS_EN[number - 1]))
    parts = [month] if _said(writer, period.month) else []
    if period.quarter and period.quarter != period.cumulative:
        parts.append(_span(writer, period.quarter))
    if period.cumulative != period.month and _said(writer, period.cumulative):
        parts.append(_span(writer, period.cumulative))
    if not parts:
        parts = [month]
    if len(parts) == 1:
        only_month = parts[0] is month
        return writer.text("label.one_month" if only_month else "label.one", first=parts[0], year=year)
    joined = parts[-2] if len(parts) == 2 else writer.text("label.comma", first=parts[0], second=parts[1])
    return writer.text("label.one", first=writer.text("join.and", first=joined, second=parts[-1]), year=year)


def _span(writer: Writer, code: str) -> Text:
    """Such as "second quarter", "first half": a period without article and year."""
    if len(code) == 4:
        return writer.text("label.year")
    text = writer.period(code)
    vi = words(text.vi).removesuffix(" năm")
    return plain(vi, words(text.en).removeprefix("the "))


def title(writer: Writer) -> Label:
    return label(writer.text("title", place=writer.place(), period=edition(writer)))


def office(writer: Writer, article: Article) -> Label:
    """The publisher as the article names it, and its English name."""
    if not article.office:
        return Label("", "")
    publisher = "office.country" if article.area == "VN" else "office.province"
    named = plain(article.office, article.office)
    return label(writer.text(publisher, office=named, place=writer.place()))


def agency(writer: Writer, name: str) -> Label:
    """An agency -> its name in both languages: by the glossary's terms, else without diacritics."""
    place = writer.glossary.places[writer.facts.area]
    english, rest = _term(writer, name)
    english = capital(english)
    if not english:
        return Label(name, without_diacritics(name))
    if rest and _names(place, rest):
        local = writer.text("note.local", agency=plain(name, english), place=plain(place.vi, place.en))
        return label(local)
    return Label(name, english) if not rest else Label(name, without_diacritics(name))


def _names(place: Place, rest: str) -> bool:
    return any(key(name) in key(rest) for name in (place.vi, *place.variants))


def _term(writer: Writer, name: str) -> tuple[str, str]:
    """The English of the longest glossary term that a name begins with, and the words after it."""
    own = Words(name)
    size, english = 0, ""
    for term in writer.glossary.terms:
        for surface in (term.vi, *term.variants):
            if fold(surface.split()[0]) != own[0].key:
                continue
            length = len(words := keys(surface))
            if length > size and tuple(own.keys[:length]) == words:
                size, english = length, term.en
    return english, name[own[size - 1].end :].strip() if size else name
