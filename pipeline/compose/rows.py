"""The table of key indicators: which lines, in which groups."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.compose.facts import Reading
from pipeline.compose.words import Writer, weight
from pipeline.model import Label, Row

MOST = 18
ENOUGH = 12


def rows(writer: Writer) -> tuple[Row, ...]:
    """Facts -> the table's lines: the indicators that selection.csv lists, by priority, then any other."""
    found: dict[str, Row] = {}
    for code in _listed(writer):
        if len(found) < MOST and (row := _row(writer, code)):
            found[code] = row
    for code in writer.glossary.indicators:
        if len(found) < ENOUGH and code not in found and (row := _row(writer, code)):
            found[code] = row
    topics, order = writer.glossary.topics, list(writer.glossary.indicators)
    groups = list(dict.fromkeys(t.group for t in sorted(topics.values(), key=lambda t: t.order)))
    return tuple(
        sorted(
            found.values(),
            key=lambda r: (groups.index(r.group), topics[_topic(r.indicator)].order, order.index(r.indicator)),
        )
    )


def _listed(writer: Writer) -> Iterator[str]:
    listed = [w for w in writer.glossary.selection if w.category == "row"]
    yield from (w.surface for w in sorted(listed, key=weight) if w.surface in writer.glossary.indicators)


def _topic(code: str) -> str:
    return code.partition(".")[0]


def _row(writer: Writer, code: str) -> Row | None:
    topic = writer.glossary.topics.get(_topic(code))
    if topic is None or not topic.group:
        return None
    reading = _reading(writer, code)
    if reading is None or (reading.level is None and reading.growth is None):
        return None
    indicator = writer.glossary.indicators[code]
    return Row(topic.group, code, Label(indicator.vi, indicator.en), reading.level, reading.growth, reading.plan)


def _reading(writer: Writer, code: str) -> Reading | None:
    """Prices are read by the month against the year before; everything else over the longest period."""
    if _topic(code) in ("cpi", "price"):
        month = writer.facts.at(code, writer.facts.period.month)
        if month.growth is not None:
            return month
    return writer.facts.reading(code)
