"""Notes: sources, estimates, errors of the report, what stayed in Vietnamese, and what made the brief."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence

from pipeline.compose.naming import agency, label, office
from pipeline.compose.words import Text, Writer, plain, statement
from pipeline.figures import write_date
from pipeline.history import Replaced
from pipeline.model import (
    COMPUTED,
    Article,
    Block,
    Checked,
    Discrepancy,
    Finding,
    Label,
    Signature,
    Span,
    Statement,
)

# The topics that charts are about; a test keeps them and chart/plot.py together.
CHARTED = frozenset(
    {"grdp", "trade", "iip", "cpi", "budget", "investment", "enterprises", "retail", "transport", "livestock"}
)
DOUBTS = 3  # errors of the report that are told one by one

_MARKER = re.compile(r"(?:\[(\d{1,2})\]|[^\W\d_)](\d{1,2}))[.\s]*$")


def notes(
    writer: Writer,
    article: Article,
    checked: Checked,
    signature: Signature,
    printed: frozenset[int],
    *,
    untranslated: bool,
    quoted: Sequence[str],
    replaced: Replaced | None = None,
) -> tuple[Statement, ...]:
    """What a careful reader wants to know below the brief; `quoted` names the parts that are the report's own words.

    `replaced` is the edition whose place this one takes.

    `printed`: what sentences and table print. Charts are chosen later, so the notes hold for all that they may draw.
    """
    shown = printed | {i for i in _of_topics(writer, CHARTED) if writer.facts.printable(writer.facts.observations[i])}
    table = {t.code for t in writer.glossary.topics.values() if t.group}
    made: list[Text] = []
    if replaced is not None:
        date = plain(write_date(replaced.published, "vi"), write_date(replaced.published, "en"))
        number = plain(str(replaced.edition), str(replaced.edition))
        made.append(writer.text("note.replaces", edition=number, date=date))
    made.extend(_sources(writer, article, shown))
    made.extend(_status(writer, shown))
    made.extend(_doubts(writer, article, checked, printed | _of_topics(writer, table)))
    method = _method(writer, shown, quoted)
    if untranslated:
        # said in the English edition alone
        method = writer.text("note.left_engine" if signature.engine else "note.left_none", first=method)
    made.append(method)
    made.extend(_original(writer, article))
    made.append(_signature(writer, signature))
    return tuple(statement("note", text) for text in made)


def _of_topics(writer: Writer, topics: Container[str]) -> frozenset[int]:
    """The figures of the area itself on these topics."""
    facts, known = writer.facts, writer.glossary.indicators
    own = ((i, o.indicator) for i, o in enumerate(facts.observations) if o.area == facts.area)
    return frozenset(i for i, code in own if code in known and code.partition(".")[0] in topics)


# --- sources ------------------------------------------------------------------------------


def _sources(writer: Writer, article: Article, shown: frozenset[int]) -> Iterator[Text]:
    """The agencies that the report names, with the topics whose figures, shown in the brief, their sections hold.

    An agency whose section holds no such figure is left out; one whose section is not marked stays, without topics.
    """
    named: list[tuple[Label, list[str]]] = []
    for block in article.blocks:
        if block.kind != "source":
            continue
        name = _agency_words(article, block)
        section = _section(article, block.number)
        topics = _topics_of(writer, shown, section)
        if name and (topics or section is None):
            named.append((agency(writer, name), topics))
    if named:
        listed = [_source(writer, name, topics) for name, topics in named]
        yield writer.text("note.sources", list=_list(listed, "; "))


def _agency_words(article: Article, block: Block) -> str:
    """Such as "[1] Nguồn số liệu: Sở Công Thương." -> "Sở Công Thương"."""
    return article.text[block.span.start : block.span.end].rpartition(":")[2].strip(" .")


def _section(article: Article, number: str) -> Span | None:
    """The section (or the paragraph) that ends its heading (or itself) with a footnote's number."""
    blocks = article.blocks if number else ()
    for i, block in enumerate(blocks):
        match = _MARKER.search(article.text[block.span.start : block.span.end])
        if not match or (match[1] or match[2]) != number or block.kind not in ("heading", "paragraph"):
            continue
        if block.kind == "paragraph":
            return block.span
        later = (b for b in blocks[i + 1 :] if b.kind == "heading" and b.level <= block.level)
        following = next(later, None)
        return Span(block.span.start, following.span.start if following else blocks[-1].span.end)
    return None


def _topics_of(writer: Writer, shown: frozenset[int], section: Span | None) -> list[str]:
    if section is None:
        return []
    observed = (writer.facts.observations[i] for i in sorted(shown))
    inside = (o.indicator for o in observed if section.start <= o.span.start and o.span.end <= section.end)
    return _ordered(writer, inside)


def _ordered(writer: Writer, codes: Iterable[str]) -> list[str]:
    topics = writer.glossary.topics
    known = {t for t in (code.partition(".")[0] for code in codes) if t in topics}
    return sorted(known, key=lambda t: topics[t].order)


def _source(writer: Writer, name: Label, topics: list[str]) -> Text:
    named = plain(name.vi, name.en)
    return writer.text("note.source", agency=named, topics=_topic_names(writer, topics)) if topics else named


def _topic_names(writer: Writer, topics: list[str]) -> Text:
    rows = [writer.glossary.topics[t] for t in topics]
    return _list([plain(r.vi[:1].lower() + r.vi[1:], r.en[:1].lower() + r.en[1:]) for r in rows], ", ")


def _list(texts: list[Text], mark: str) -> Text:
    labels = [label(t) for t in texts]
    return plain(mark.join(x.vi for x in labels), mark.join(x.en for x in labels))


# --- doubt --------------------------------------------------------------------------------


def _status(writer: Writer, shown: frozenset[int]) -> Iterator[Text]:
    for status in ("estimate", "preliminary"):
        observed = (writer.facts.observations[i] for i in shown)
        topics = _ordered(writer, (o.indicator for o in observed if o.status == status))
        if topics:
            yield writer.text(f"note.{status}", list=_topic_names(writer, topics))


def _doubts(writer: Writer, article: Article, checked: Checked, wanted: frozenset[int]) -> Iterator[Text]:
    """Errors of the report that touch a figure of the brief or keep it out, those of the first topics first."""
    topics = writer.glossary.topics

    def order(index: int) -> tuple[int, int, int]:
        o = writer.facts.observations[index]
        return topics[o.indicator.partition(".")[0]].order, o.indicator.count("."), o.span.start

    found = []
    findings: tuple[Finding | Discrepancy, ...] = (*article.findings, *checked.findings)
    for finding in findings:
        touched = [i for i in wanted if finding.severity == "error" and _touches(writer, finding, i)]
        found.extend([(min(map(order, touched)), _doubt(writer, finding))] if touched else [])
    found.sort(key=lambda entry: entry[0])
    yield from (text for _, text in found[:DOUBTS])
    if len(found) > DOUBTS:
        count = str(len(found) - DOUBTS)
        yield writer.text("note.more_doubts", count=plain(count, count))


def _touches(writer: Writer, finding: Finding | Discrepancy, index: int) -> bool:
    """Whether a finding speaks of a figure."""
    if isinstance(finding, Discrepancy):
        spans = finding.spans
        if index in finding.doubtful:
            return True
    else:
        spans = () if finding.span is None else (finding.span,)
    own = writer.facts.observations[index].span
    return any(span.start < own.end and own.start < span.end for span in spans)


def _doubt(writer: Writer, finding: Finding | Discrepancy) -> Text:
    """What is wrong, and that the figures in doubt are left out."""
    said = plain(finding.message.vi, finding.message.en)
    if isinstance(finding, Discrepancy) and finding.doubtful:
        return writer.text("note.left_out", doubt=said)
    return said


def _method(writer: Writer, shown: frozenset[int], quoted: Sequence[str]) -> Text:
    """How the figures and sentences were made."""
    rules = {writer.facts.observations[i].rule for i in shown}
    figures = writer.text("note.figures" if rules.isdisjoint(COMPUTED) else "note.figures_computed")
    if not quoted:
        return writer.text("note.method", figures=figures)
    *parts, last = [writer.text(f"note.part.{part}") for part in quoted]
    named = writer.text("join.and", first=_list(parts, ", "), second=last) if parts else last
    return writer.text("note.method_quoted", figures=figures, list=named)


# --- origin -------------------------------------------------------------------------------


def _original(writer: Writer, article: Article) -> Iterator[Text]:
    if not (article.published or article.address):
        return
    named = office(writer, article)
    parts = [plain(named.vi, named.en)] if named.vi else []
    if article.title:
        parts.append(plain(f"“{article.title}”", f"“{article.title}”"))
    if article.published:
        parts.append(plain(write_date(article.published, "vi"), write_date(article.published, "en")))
    if article.address:
        parts.append(plain(article.address, article.address))
    yield writer.text("note.original", list=_list(parts, ", "))


def _signature(writer: Writer, signature: Signature) -> Text:
    engine = plain(signature.engine, signature.engine) if signature.engine else writer.text("note.no_engine")
    version, glossary = (plain(x, x) for x in (signature.version, signature.glossary))
    return writer.text("note.signature", version=version, glossary=glossary, engine=engine)
