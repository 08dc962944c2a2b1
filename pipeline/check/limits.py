"""What no figure of its kind can be: glossary/limits.csv and glossary/land.csv say what, and why."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from pipeline.check.facts import Facts
from pipeline.check.neighbours import Neighbours
from pipeline.check.words import Teller, sum_of
from pipeline.glossary_rows import Limit
from pipeline.intervals import Interval
from pipeline.model import Discrepancy, Label, Span

_HECTARES = 100  # in a square kilometre


def limits(teller: Teller, neighbours: Neighbours) -> Iterator[Discrepancy]:
    """Observations outside what their measure or indicator allows, and quantities outside what their unit does."""
    facts = teller.facts
    for i, o in enumerate(facts.observations):
        told = neighbours.direction(o.quantity) < 0 and not neighbours.is_signed(o.quantity)
        if o.measure == "growth" and told:
            continue  # a fall is looked at as such
        for name in (o.measure, o.indicator if o.measure == "level" else ""):
            limit = facts.glossary.limits.get(name)
            if limit is not None and limit.category in ("measure", "indicator"):
                value = o.value.scaleb(o.scale)
                yield from _range(teller, limit, o.span, facts.interval(i), value, teller.of(i), teller.figure(i), i)
        if o.measure == "level":
            yield from _whole(teller, i)
            yield from _land(teller, i)
    for at, quantity in enumerate(facts.extraction.quantities):
        limit = facts.glossary.limits.get(quantity.unit)
        if limit is not None and limit.category == "unit" and neighbours.is_level(at):
            interval = facts.printed.quantity(quantity, "level")
            index = facts.of_quantity.get(at)
            what, figure, value = (
                teller.quote(quantity.span),
                teller.amount(quantity),
                quantity.low.scaleb(quantity.scale),
            )
            yield from _range(teller, limit, quantity.span, interval, value, what, figure, index)


def _range(
    teller: Teller,
    limit: Limit,
    span: Span,
    interval: Interval,
    value: Decimal,
    what: Label,
    figure: Label,
    index: int | None,
) -> Iterator[Discrepancy]:
    """A figure that lies wholly outside its limits; `value` is its amount."""
    below = limit.low is not None and interval.high < limit.low
    above = limit.high is not None and interval.low > limit.high
    end = limit.low if below else limit.high
    if not (below or above) or end is None:
        return
    low, high = limit.low, limit.high
    possible = Interval(
        min(end, interval.low) if low is None else low, max(end, interval.high) if high is None else high
    )
    yield teller.finding(
        "check.range", [span], what, sum_of(value, " < " if below else " > ", end),
        computed=interval, stated=possible, doubtful=[index], said={"figure": figure},
    )  # fmt: skip


def _whole(teller: Teller, index: int) -> Iterator[Discrepancy]:
    """A count of what comes one by one."""
    facts = teller.facts
    o = facts.observations[index]
    limit = facts.glossary.limits.get(o.unit)
    count = o.value.scaleb(o.scale)
    known = o.indicator in facts.glossary.indicators  # of others it may be an average: so many people a household
    if limit is None or limit.category != "whole" or not known or count == count.to_integral_value():
        return
    yield teller.finding(
        "check.whole_number", [o.span], teller.of(index), sum_of(count, " ∉ {0; 1; 2; …}"),
        doubtful=[index], said={"figure": teller.figure(index)},
    )  # fmt: skip


def _land(teller: Teller, index: int) -> Iterator[Discrepancy]:
    """An area of land that the place does not have."""
    facts = teller.facts
    o = facts.observations[index]
    limit = facts.glossary.limits.get(o.indicator)
    land = _hectares(facts, o.area.partition("/")[0])
    if limit is None or limit.category != "land" or limit.high is None or land is None or o.unit != "hectare":
        return
    most, area = land * limit.high, facts.interval(index)
    if area.low > most:
        yield teller.finding(
            "check.land", [o.span], teller.of(index),
            sum_of(o.value.scaleb(o.scale), " ha > ", limit.high, " × ", land, " ha"),
            computed=area, stated=Interval(Decimal(0), most), doubtful=[index], said={"figure": teller.figure(index)},
        )  # fmt: skip


def _hectares(facts: Facts, area: str) -> Decimal | None:
    """The land of a place with all that was merged into it: before July 2025 it had less, never more."""
    rows = [area, *(p.code for p in facts.glossary.places.values() if p.merged_into == area)]
    known = [row.km2 for code in rows if (row := facts.glossary.land.get(code)) is not None]
    return sum((km2 for km2 in known if km2 is not None), Decimal(0)) * _HECTARES if known else None
