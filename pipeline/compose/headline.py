"""The headline: the most telling growth figure, then the one other fact that a reader would repeat."""

from __future__ import annotations

from pipeline.compose.clauses import Point, opposite
from pipeline.compose.words import Text, Writer, statement
from pipeline.model import Statement

LAST = 7.8  # topics up to services; crops, herds and prices of gold make no headline


def headline(writer: Writer, points: list[Point]) -> Statement:
    """Points as printed -> the headline. Only what stands in a point may be said in it."""
    telling = [(p, p.growth) for p in points if p.growth is not None and p.rank < LAST and _clear(writer, p, p.growth)]
    if not telling:
        period = writer.period(writer.facts.period.cumulative, year=True)
        return statement("note", writer.text("headline.none", place=writer.place(), period=period), stop="")
    first, growth = telling[0]
    text = _opening(writer, first, growth)
    second = _second(writer, first, growth, telling)
    if second is not None:
        text = _together(writer, text, first.topic, growth, *second)
    return statement(first.topic, text, stop="")


def _clear(writer: Writer, point: Point, growth: int) -> bool:
    """A change that a headline can name without saying what it is compared with: on the year before, or a price."""
    yearly = writer.facts.observations[growth].basis == "year_ago" or point.topic == "cpi"
    return yearly and writer.facts.value(growth) != 0


def _opening(writer: Writer, point: Point, growth: int) -> Text:
    if point.topic == "cpi":
        return _prices(writer, point, growth)
    slots = {"place": writer.place(), "during": writer.during(point.period, year=True)}
    if point.topic == "grdp":
        key = "headline.growth" if writer.facts.value(growth) > 0 else "headline.shrink"
        return writer.text(key, figure=writer.change(growth), **slots)
    return writer.text("headline.first", name=writer.name(point.code, "headline"), moved=writer.moved(growth), **slots)


def _prices(writer: Writer, point: Point, growth: int) -> Text:
    national = writer.facts.area == "VN"
    slots = {
        "place": writer.text("place.country") if national else writer.place(),
        "period": writer.period(point.period, year=True),
    }
    month = writer.facts.find("cpi", point.period, "growth", "previous_month")
    if month is None or month == growth:
        return writer.text("headline.prices", moved=writer.moved(growth), basis=writer.basis(growth), **slots)
    same = writer.direction(month) == writer.direction(growth)
    against = opposite(writer, month, growth)
    return writer.text(
        "headline.prices_but" if against else "headline.prices_same" if same else "headline.prices_two",
        moved=writer.moved(month),
        basis=writer.basis(month),
        moved2=writer.moved(growth),
        figure2=writer.change(growth),
        basis2=writer.basis(growth),
        **slots,
    )


def _second(writer: Writer, first: Point, growth: int, telling: list[tuple[Point, int]]) -> tuple[Point, int] | None:
    """Of the same period: what doubled or halved, else what goes the other way, else the largest change."""
    if first.topic == "cpi":
        return None
    others = [(p, i) for p, i in telling if p.topic not in (first.topic, "cpi") and p.period == first.period]
    multiplied = [(p, i) for p, i in others if writer.multiple(i) is not None]
    against = [(p, i) for p, i in others if opposite(writer, growth, i)]
    largest = sorted(others, key=lambda pair: -writer.facts.value(pair[1]).copy_abs())
    return next(iter((*multiplied, *against, *largest)), None)


def _together(writer: Writer, text: Text, topic: str, growth: int, second: Point, other: int) -> Text:
    multiple = writer.multiple(other)
    against = opposite(writer, growth, other)
    return writer.text(
        "headline.while" if against else "headline.as" if topic == "grdp" else "headline.and",
        first=text,
        name=writer.name(second.code, "headline"),
        moved=writer.moved(other) if multiple is None else multiple,
    )
