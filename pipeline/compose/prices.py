"""Points on prices: the month's consumer prices with their groups and average, core inflation, gold, the dollar."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pipeline.compose.clauses import Point, opposite
from pipeline.compose.words import Text, Writer

CORE = 7.9  # its place in the order: below what a province's report leads with, before gold


def prices(writer: Writer) -> Iterator[Point]:
    """Consumer prices with the groups at both ends and the average since January; core inflation; gold, the dollar."""
    period = writer.facts.period.month
    consumer = _compared(writer, 4, "cpi", period)
    if consumer is None:
        yield from _average(writer)
    else:
        yield replace(consumer, text=_with_average(writer, _groups(writer, consumer.text, period)))
    yield from _core(writer)
    for rank, code in ((9.5, "price.gold"), (9.6, "price.usd")):
        point = _compared(writer, rank, code, period)
        if point is not None:
            yield point


def _compared(writer: Writer, rank: float, code: str, period: str) -> Point | None:
    """A price of the month against the month before and the year before."""
    facts = writer.facts
    month, year = (facts.find(code, period, "growth", basis) for basis in ("previous_month", "year_ago"))
    main = month if year is None else year
    if main is None:
        return None
    slots = {
        "subject": writer.subject(code),
        "when": writer.when(code, period),
        "moved": writer.moved(main if month is None else month),
        "basis": writer.basis(main if month is None else month),
    }
    key = "lead.growth"
    if month is not None and year is not None:
        slots |= {"moved2": writer.moved(year), "figure": writer.change(year), "basis2": writer.basis(year)}
        same = writer.direction(month) == writer.direction(year)
        key = "cpi.but" if opposite(writer, month, year) else "cpi.same" if same else "cpi.and"
    return Point(code.partition(".")[0], rank, writer.text(key, **slots), code, period, main)


def _groups(writer: Writer, text: Text, period: str) -> Text:
    """The groups that rose and fell most, against the year before or, where that is not told, the month before."""
    facts, groups = writer.facts, writer.glossary.parts("cpi")
    for basis, scope in (("year_ago", "cpi"), ("previous_month", "cpi.month")):
        found = [(i, code) for code in groups if (i := facts.find(code, period, "growth", basis)) is not None]
        found = [pair for pair in found if facts.value(pair[0]) != 0]
        if len(found) < 2:
            continue
        found.sort(key=lambda pair: -facts.value(pair[0]))
        (high, first), (low, second) = found[0], found[-1]
        if facts.value(low) > 0:
            (low, second), way = found[1], "up_up"
        elif facts.value(high) < 0:
            (high, first), (low, second), way = found[-1], found[-2], "down_down"
        else:
            way = "up_down"
        slots = {"lead": text, "first": writer.name(first), "second": writer.name(second)}
        return writer.text(f"{scope}.{way}", up=writer.change(high), down=writer.change(low), **slots)
    return text


def _average_index(writer: Writer, code: str) -> int | None:
    """The average of the months since January against the year before; none where the month is January."""
    period = writer.facts.period.cumulative
    return None if period == writer.facts.period.month else writer.facts.find(code, period, "growth", "year_ago")


def _with_average(writer: Writer, text: Text) -> Text:
    index = _average_index(writer, "cpi")
    if index is None or writer.facts.value(index) == 0:
        return text
    way = "up" if writer.facts.value(index) > 0 else "down"
    period = writer.period(writer.facts.period.cumulative)
    return writer.text(f"cpi.with_average.{way}", lead=text, period=period, figure=writer.change(index))


def _average(writer: Writer) -> Iterator[Point]:
    """The average alone, where the report says nothing of the month."""
    index = _average_index(writer, "cpi")
    if index is None or writer.facts.value(index) == 0:
        return
    period = writer.facts.period.cumulative
    text = writer.text(
        "cpi.average.up" if writer.facts.value(index) > 0 else "cpi.average.down",
        subject=writer.name("cpi"),
        period=writer.period(period),
        figure=writer.change(index),
    )
    yield Point("cpi", 4, text, "cpi", period, index)


def _core(writer: Writer) -> Iterator[Point]:
    """Core inflation of the month, on the month and on the year, and its average; only where prices rise."""
    facts, period = writer.facts, writer.facts.period.month
    month, year = (facts.find("cpi.core", period, "growth", basis) for basis in ("previous_month", "year_ago"))
    average = _average_index(writer, "cpi.core")
    rising = {k: i for k, i in (("month", month), ("year", year), ("average", average)) if i is not None}
    rising = {k: i for k, i in rising.items() if facts.value(i) > 0}
    figures = {k: writer.change(i) for k, i in rising.items()}
    span = writer.period(facts.period.cumulative)
    if "year" not in rising:
        if "average" in rising:
            text = writer.text("core.average_only", average=figures["average"], span=span)
            yield Point("cpi", CORE, text, "cpi.core", facts.period.cumulative, rising["average"])
        return
    key = "core.both" if "month" in rising else "core.year"
    text = writer.text(key, period=writer.period(period), **figures)
    if "average" in rising:
        text = writer.text("core.average", lead=text, average=figures["average"], span=span)
    yield Point("cpi", CORE, text, "cpi.core", period, rising["year"])
