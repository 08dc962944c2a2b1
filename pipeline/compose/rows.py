"""The table of key indicators: which lines, in which groups."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.compose.facts import Reading
from pipeline.compose.naming import label
from pipeline.compose.words import Writer, plain, weight
from pipeline.glossary import Word
from pipeline.model import Row

MOST = 18
ENOUGH = 12
PRICES = ("cpi", "price")


def rows(writer: Writer) -> tuple[Row, ...]:
    """Facts -> the table's lines: the indicators that selection.csv lists, by priority, then any other."""
    found: list[Row] = []
    for entry in _listed(writer):
        if len(found) < MOST and (row := _listed_row(writer, entry)):
            found.append(row)
    for code in writer.glossary.indicators:
        known = any(r.indicator == code for r in found)
        if len(found) < ENOUGH and not known and (row := _row(writer, code, _reading(writer, code))):
            found.append(row)
    topics, order = writer.glossary.topics, list(writer.glossary.indicators)
    groups = list(dict.fromkeys(t.group for t in sorted(topics.values(), key=lambda t: t.order)))
    # equal keys keep their order: a month's prices before their average
    return tuple(
        sorted(
            found, key=lambda r: (groups.index(r.group), topics[_topic(r.indicator)].order, order.index(r.indicator))
        )
    )


def _listed(writer: Writer) -> Iterator[Word]:
    yield from sorted((w for w in writer.glossary.selection if w.category in ("row", "row.average")), key=weight)


def _listed_row(writer: Writer, entry: Word) -> Row | None:
    """The line that an entry asks for: an indicator's, or the average of its months since January."""
    if entry.category == "row":
        code = writer.present(entry.surface)
        return _row(writer, code, _reading(writer, code)) if code in writer.glossary.indicators else None
    code, period = entry.surface.partition(" ")[2], writer.facts.period.cumulative
    reading = _reading(writer, code)
    if reading is None or reading.period == period:
        return None  # the average is the indicator's own line already
    return _row(writer, code, writer.facts.at(code, period))


def _topic(code: str) -> str:
    return code.partition(".")[0]


def _row(writer: Writer, code: str, reading: Reading | None) -> Row | None:
    topic = writer.glossary.topics.get(_topic(code))
    if topic is None or not topic.group:
        return None
    if reading is None or (reading.level is None and reading.growth is None):
        return None
    indicator = writer.glossary.indicators[code]
    own = f"row.{code}"
    name = writer.text(own) if writer.known(own) else plain(indicator.vi, indicator.en)
    if _topic(code) in PRICES and reading.period != writer.facts.period.month:
        name = writer.text("row.average", name=name)
    return Row(topic.group, code, label(name, capitals=True), reading.level, reading.growth, reading.plan)


def _reading(writer: Writer, code: str) -> Reading | None:
    """Prices are read by the month against the year before; everything else over the longest period."""
    if _topic(code) in PRICES:
        month = writer.facts.at(code, writer.facts.period.month)
        if month.growth is not None:
            return month
    return writer.facts.reading(code)
