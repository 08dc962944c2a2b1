"""What moved and why: figures whose cause the report itself states."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.compose.clauses import lead
from pipeline.compose.facts import Reading, said_period
from pipeline.compose.words import Text, Writer, plain, statement
from pipeline.model import GROWTH_BASES, Article, Run, Span, Statement, Translation

MOST = 6
PER_TOPIC = 2
SHORTEST, LONGEST = 10, 220  # characters of a cause that reads as one clause


@dataclass(frozen=True, slots=True)
class Driver:
    """A moved figure and the span of its cause."""

    index: int
    code: str
    cause: Span
    weight: float


def drivers(writer: Writer, article: Article, translation: Translation) -> tuple[Statement, ...]:
    """The most useful movements with their causes, the heaviest first."""
    targets = {s.span: s.target for s in translation.segments if s.target}
    chosen: list[Driver] = []
    for driver in sorted(_all(writer, article), key=lambda d: (-d.weight, d.index)):
        topic = driver.code.partition(".")[0]
        same = sum(d.code.partition(".")[0] == topic for d in chosen)
        if len(chosen) < MOST and same < PER_TOPIC and driver.cause not in {d.cause for d in chosen}:
            chosen.append(driver)
    made = (_statement(writer, article, targets, driver) for driver in chosen)
    return tuple(s for s in made if s is not None)


def _all(writer: Writer, article: Article) -> list[Driver]:
    facts = writer.facts
    found = []
    for i, o in enumerate(facts.observations):
        known = o.indicator in writer.glossary.indicators and o.indicator.partition(".")[0] in writer.glossary.topics
        if o.cause is None or not known or o.measure != "growth" or not o.value:
            continue
        if o.basis not in GROWTH_BASES:
            continue  # on a base year long ago: nothing that has just moved
        period = said_period(o)
        if facts.find(o.indicator, period, o.measure, o.basis) != i or period not in facts.periods(o.indicator):
            continue
        length = len(cause_words(article, o.cause))
        if SHORTEST <= length <= LONGEST:
            found.append(Driver(i, o.indicator, o.cause, _weight(writer, i)))
    return found


def _weight(writer: Writer, index: int) -> float:
    """Headline indicators of the first topics, and large movements, come first."""
    o = writer.facts.observations[index]
    topic = writer.glossary.topics[o.indicator.partition(".")[0]]
    size = min(float(abs(o.value)), 50) / 10
    return size - topic.order / 4 - 2 * o.indicator.count(".")


def cause_words(article: Article, span: Span) -> str:
    """The article's own words of a cause, without the marks around them."""
    words = article.text[span.start : span.end].strip(" \n.,;:…-–")
    if words.count("(") != words.count(")"):
        words = words.partition("(")[0].rstrip() if words.count("(") > words.count(")") else words.rstrip(")")
    return words[:1].lower() + words[1:]  # "Do …" may begin a sentence in the article, never here


def _opening(writer: Writer, words: str) -> str:
    """The words that say themselves that a cause follows ("do", "because"); empty without one."""
    begins = words.casefold()
    surfaces = (w.surface for w in writer.glossary.selection if w.category == "cause")
    return next((s for s in surfaces if begins.startswith(f"{s} ")), "")


def _statement(writer: Writer, article: Article, targets: dict[Span, str], driver: Driver) -> Statement | None:
    o = writer.facts.observations[driver.index]
    figure = lead(writer, Reading(driver.code, said_period(o), None, driver.index, None))
    if figure is None:
        return None
    vi = cause_words(article, driver.cause)
    if not _opening(writer, vi):
        vi = "".join(run.text for run in writer.text("driver.cause", cause=plain(vi, vi)).vi)
    en = targets.get(driver.cause, "").strip(" .,;:")
    return _joined(writer, driver, figure, vi, en)


def _joined(writer: Writer, driver: Driver, figure: Text, vi: str, en: str) -> Statement:
    topic, span = driver.code.partition(".")[0], driver.cause
    if not en:
        # the English sentence says itself that a cause follows
        bare = vi[len(_opening(writer, vi)) :].strip()
        cause = Text((Run(vi),), (Run(bare, language="vi"),))
        return statement(topic, writer.text("driver.quoted", figure=figure, cause=cause), untranslated=True, span=span)
    key, said = ("driver.because", en[:1].lower() + en[1:]) if _opening(writer, en) else ("driver.clause", en)
    return statement(topic, writer.text(key, figure=figure, cause=plain(vi, said)), span=span)
