"""The headline: the most telling growth figure, then the one other fact that a reader would repeat."""

from __future__ import annotations

from decimal import Decimal

from pipeline.compose.clauses import Point, contrary, opposite
from pipeline.compose.naming import words
from pipeline.compose.words import Text, Writer, statement, weight
from pipeline.model import Run, Statement

LAST = 7.8  # topics up to services; crops, herds and core prices make one only where there is nothing else
LARGEST = Decimal(100)  # percent: what moved more is no more surprising
CONTRAST = Decimal("1.5")  # a contrast, or a word of magnitude, is repeated sooner
OUTPUT = ("iip", "trade")  # what a whole economy may be said to grow "as" it grows


def headline(writer: Writer, points: list[Point]) -> Statement:
    """Points as printed -> the headline. Only what stands in a point may be said in it."""
    clear = [(p, p.growth) for p in points if p.growth is not None and _clear(writer, p, p.growth)]
    telling = [(p, i) for p, i in clear if p.rank < LAST] or clear[:1]
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
    """A change that a headline can name without saying what it is compared with; gold has no place of its own."""
    yearly = _yearly(writer, growth) or point.code == "cpi"
    return yearly and point.topic != "price" and writer.facts.value(growth) != 0


def _opening(writer: Writer, point: Point, growth: int) -> Text:
    if point.code == "cpi":
        return _prices(writer, point, growth)
    slots = {"place": writer.place(), "during": writer.during(point.period, year=True)}
    if point.topic == "grdp":
        key = "headline.growth" if writer.facts.value(growth) > 0 else "headline.shrink"
        return writer.text(key, figure=writer.change(growth), **slots)
    stock = len(point.period) == 10 and writer.glossary.indicators[point.code].is_stock
    return writer.text(
        "headline.stock" if stock else "headline.first",
        name=_owned(writer, point.code),
        moved=writer.moved(growth),
        period=writer.period(point.period, year=True),
        **slots,
    )


def _owned(writer: Writer, code: str) -> Text:
    """A name behind its owner's: "Hung Yen's pig herd", without the article."""
    name = writer.name(code, "headline")
    return Text(name.vi, (Run(words(name.en).removeprefix("the ")),))


def _prices(writer: Writer, point: Point, growth: int) -> Text:
    facts = writer.facts
    slots = {
        "place": writer.text("place.country") if facts.area == "VN" else writer.place(),
        "period": writer.period(point.period, year=True),
    }
    core = facts.find("cpi.core", point.period, "growth", "year_ago")
    if core is not None and min(facts.value(core), facts.value(growth)) > 0 and _yearly(writer, growth):
        return writer.text(
            "headline.prices_core",
            moved=writer.moved(growth),
            basis=writer.basis(growth),
            core=writer.change(core),
            **slots,
        )
    month = facts.find("cpi", point.period, "growth", "previous_month")
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


def _yearly(writer: Writer, growth: int) -> bool:
    return writer.facts.observations[growth].basis == "year_ago"


def _second(writer: Writer, first: Point, growth: int, telling: list[tuple[Point, int]]) -> tuple[Point, int] | None:
    """Of the same period: the most surprising of what a reader would repeat, a contrast or a doubling before others."""
    if first.topic == "cpi":
        return None
    whole = writer.facts.value(growth)
    others = []
    for point, index in telling:
        value = writer.facts.value(index)
        against = contrary(value, whole)
        if point.topic in (first.topic, "cpi") or point.period != first.period or (value * whole < 0 and not against):
            continue
        surprise = min(value.copy_abs(), LARGEST) * _breadth(writer, point)
        others.append((surprise * (CONTRAST if against or writer.multiple(index) else 1), point, index))
    if not others:
        return None
    _, point, index = max(others, key=lambda entry: entry[0])
    return point, index


def _breadth(writer: Writer, point: Point) -> Decimal:
    """How much of a place's economy a point speaks for: the weight of its indicator, else of its topic."""
    rows = {w.surface: w for w in writer.glossary.selection if w.category == "headline"}
    row = rows.get(f"headline {point.code}") or rows.get(f"headline {point.topic}")
    return Decimal(0) if row is None else weight(row)


def _together(writer: Writer, text: Text, topic: str, growth: int, second: Point, other: int) -> Text:
    multiple = writer.multiple(other)
    slots = {
        "first": text,
        "name": writer.name(second.code, "headline"),
        "moved": writer.moved(other) if multiple is None else multiple,
        "by": writer.moved(other, "by"),
    }
    if opposite(writer, growth, other):
        return writer.text("headline.while", **slots)
    if topic == "grdp" and second.topic in OUTPUT:
        return writer.text("headline.as", **slots)
    return writer.text("headline.with" if multiple is None else "headline.and", **slots)
