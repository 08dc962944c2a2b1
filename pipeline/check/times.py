"""A figure's month, quarter and running total, which hold each other: amounts and growths that cannot both be."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple

from pipeline.check.facts import Facts
from pipeline.check.neighbours import Neighbours
from pipeline.check.words import Signed, Teller, added, period_label, sum_of
from pipeline.intervals import hull, total
from pipeline.model import Discrepancy


class Stretch(NamedTuple):
    """The months that a figure covers, counted from year 0, the last one included."""

    first: int
    last: int


def stretch(period: str) -> Stretch | None:
    """A period's code -> its months; None for a day."""
    if match := re.fullmatch(r"(\d{4})(?:-(\d\d))?(?:/\d{4}-(\d\d))?", period):
        year = int(match[1]) * 12
        first = int(match[2] or 1)
        last = int(match[3] or match[2] or 12)
        return Stretch(year + first, year + last)
    if match := re.fullmatch(r"(\d{4})-Q([1-4])", period):
        last = int(match[1]) * 12 + int(match[2]) * 3
        return Stretch(last - 2, last)
    return None


def times(teller: Teller, _: Neighbours) -> Iterator[Discrepancy]:
    """Amounts of flows that no negative part can be in, and growths on the year before."""
    facts = teller.facts
    for (indicator, measure), rows in _flows(facts).items():
        if measure == "level" and not facts.signed(indicator):
            yield from _longer(teller, rows)
        for whole in rows:
            yield from _chain(teller, rows, whole, measure)


def _flows(facts: Facts) -> Mapping[tuple[str, str], dict[Stretch, int]]:
    """Indicator of a flow and measure -> what is stated of its periods, area by area.

    Only whole periods count (no figure up to a day), and only indicators of the table: a finer one has its
    name from the words, which may be the same for two things.
    """
    found: dict[tuple[str, str], dict[Stretch, int]] = defaultdict(dict)
    for fact in facts.stated:
        row = facts.glossary.indicators.get(fact.indicator)
        months = stretch(fact.when.period)
        known = row is not None and row.time == "flow" and months is not None and not fact.when.until
        kept = fact.measure == "level" or (fact.measure == "growth" and fact.basis == "year_ago")
        if known and kept and months and "/" not in fact.when.area:
            index = facts.find(*fact)
            if index is not None:
                found[fact.indicator, fact.measure][months] = index
    return found


def _longer(teller: Teller, rows: Mapping[Stretch, int]) -> Iterator[Discrepancy]:
    """A shorter period whose amount is above that of a longer one around it."""
    facts = teller.facts
    for inner, i in rows.items():
        around = [o for o in rows if o != inner and o.first <= inner.first and inner.last <= o.last]
        for outer in sorted(around, key=lambda s: s.last - s.first):
            j = rows[outer]
            part, whole = facts.observations[i], facts.observations[j]
            if part.unit != whole.unit or facts.interval(i).low <= facts.interval(j).high:
                continue
            yield teller.finding(
                "check.period", [part.span, whole.span], teller.of(i),
                sum_of(part.value.scaleb(part.scale - whole.scale), " > ", whole.value),
                computed=facts.interval(i), stated=facts.interval(j), doubtful=[i, j],
                said={"part": teller.figure(i), "whole": teller.figure(j), "longer": period_label(whole.period)},
            )  # fmt: skip
            break


def _chains(rows: Mapping[Stretch, int], at: int, last: int) -> Iterator[list[Stretch]]:
    """Every row of periods that follow each other from a month to another."""
    if at > last:
        yield []
        return
    for piece in rows:
        if piece.first == at and piece.last <= last:
            for rest in _chains(rows, piece.last + 1, last):
                yield [piece, *rest]


def _chain(teller: Teller, rows: Mapping[Stretch, int], whole: Stretch, measure: str) -> Iterator[Discrepancy]:
    """Periods that make up a longer one: their amounts make its amount, their growths lie around its growth."""
    facts = teller.facts
    others = {s: i for s, i in rows.items() if s != whole}
    for chain in _chains(others, whole.first, whole.last):
        pieces = [facts.observations[others[s]] for s in chain]
        o, doubtful = facts.observations[rows[whole]], [rows[whole], *(others[s] for s in chain)]
        if any(p.unit != o.unit for p in pieces):
            continue
        intervals = [facts.interval(others[s]) for s in chain]
        computed = total(intervals) if measure == "level" else hull(intervals)
        stated = facts.interval(rows[whole])
        if computed.meets(stated):
            continue
        values = [p.value.scaleb(p.scale - o.scale) for p in pieces]
        if measure == "level":
            code, arithmetic = "check.period_sum", sum_of(*added(values), " = ", sum(values, Decimal()), " ≠ ", o.value)
        else:
            code = "check.period_between"
            ends = Signed(min(values)), "%; ", Signed(max(values))
            arithmetic = sum_of(Signed(o.value), "% ∉ [", *ends, "%]")
        yield teller.finding(
            code, (p.span for p in (o, *pieces)), teller.of(rows[whole]), arithmetic,
            computed=computed, stated=stated, doubtful=doubtful, said={"whole": teller.figure(rows[whole])},
        )  # fmt: skip
