"""Wholes and their parts: levels, shares, contributions and growths that cannot all hold.

Which parts a whole has, and whether they are all of it, stands in glossary/groups.csv; town and country are
the parts of every area. Of a fact that is stated with several figures nothing is concluded here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from pipeline.check.facts import Facts, When
from pipeline.check.neighbours import Neighbours
from pipeline.check.words import Part, Signed, Teller, added, period_label, places, rounded, shown, sum_of
from pipeline.intervals import exactly, hull, total
from pipeline.model import Discrepancy, Label, Observation
from pipeline.vietnamese import alternation

_HUNDRED = Decimal(100)
_AREAS = ("urban", "rural")


class Parts(NamedTuple):
    """A whole's figure, the figures of its parts that are stated, and whether these are all parts."""

    whole: int
    parts: tuple[int, ...]
    complete: bool


def wholes(teller: Teller, neighbours: Neighbours) -> Iterator[Discrepancy]:
    """Sums, shares, contributions and growths of every whole in every area and time."""
    facts = teller.facts
    for when in facts.whens("level"):
        for found in _families(facts, when, "level"):
            yield from _levels(teller, found)
    for when in facts.whens("share"):
        yield from _shares(teller, neighbours, when)
    for when in facts.whens("contribution"):
        yield from _contributions(teller, when)
    for when in facts.whens("growth"):
        for found in _families(facts, when, "growth"):
            yield from _growths(teller, found)


def _families(facts: Facts, when: When, measure: str) -> Iterator[Parts]:
    """Every whole of an area and time that has a figure, with its parts: by kind, and by town and country."""
    for group in facts.glossary.groups.values():
        for basis in facts.bases(group.whole, when) if measure == "growth" else [""]:
            whole = facts.find(group.whole, when, measure, basis)
            rows = [facts.find(part, when, measure, basis) for part in group.parts]
            parts = tuple(i for i in rows if i is not None)
            if whole is not None and parts:
                yield Parts(whole, parts, group.complete == "yes" and len(parts) == len(rows))
    if "/" in when.area:
        return
    for indicator in facts.glossary.indicators:
        for basis in facts.bases(indicator, when) if measure == "growth" else [""]:
            whole = facts.find(indicator, when, measure, basis)
            if whole is None:
                continue
            rows = [facts.find(indicator, when._replace(area=f"{when.area}/{a}"), measure, basis) for a in _AREAS]
            parts = tuple(i for i in rows if i is not None)
            if parts:
                yield Parts(whole, parts, len(parts) == len(rows))


# --- levels -------------------------------------------------------------------------------


def _levels(teller: Teller, found: Parts) -> Iterator[Discrepancy]:
    """Parts that do not make their whole, or are more than it."""
    facts = teller.facts
    whole, *parts = (facts.observations[i] for i in (found.whole, *found.parts))
    if any(p.unit != whole.unit for p in parts) or _mixed(facts, (found.whole, *found.parts)):
        return
    stated = facts.interval(found.whole)
    intervals = {i: facts.interval(i) for i in found.parts}
    computed = total(intervals.values())
    inside = total(intervals[i] for i in found.parts if not facts.marked(facts.observations[i].indicator, "beside"))
    positive = not any(facts.signed(o.indicator) for o in (whole, *parts))
    spans = [o.span for o in (whole, *parts)]
    for i, part in zip(found.parts, parts, strict=True):
        if positive and intervals[i].low > stated.high and not facts.marked(part.indicator, "beside"):
            yield teller.finding(
                "check.part", [whole.span, part.span], teller.of(found.whole),
                sum_of(_in(part, whole), " > ", whole.value),
                computed=intervals[i], stated=stated, doubtful=[found.whole, i],
                said={
                    "part": sum_of(teller.name(part), " (", teller.figure(i), ")"),
                    "whole": teller.figure(found.whole),
                },
            )  # fmt: skip
            return
    more = positive and inside.low > stated.high
    if more or (found.complete and not computed.meets(stated) and not inside.meets(stated)):
        values = [_in(p, whole) for p in parts]
        relation = " ≠ " if found.complete else " > "
        arithmetic = sum_of(*added(values), " = ", sum(values, Decimal()), relation, whole.value)
        yield teller.finding(
            "check.sum", spans, teller.of(found.whole), arithmetic,
            computed=computed, stated=stated, doubtful=[found.whole, *found.parts],
            said={"whole": teller.figure(found.whole)},
        )  # fmt: skip


def _in(o: Observation, whole: Observation) -> Decimal:
    """A value in the power of ten of another."""
    return o.value.scaleb(o.scale - whole.scale)


def _mixed(facts: Facts, indices: Sequence[int]) -> bool:
    """Whether levels may not be added: of crops, whose seasons share a period, or at prices of two years."""
    observed = [facts.observations[i] for i in indices]
    if any(facts.season(o.indicator) for o in observed) and not facts.one_block(indices):
        return True
    words = alternation(w.surface for w in facts.glossary.words if w.category == "constant_prices")
    blocks = {facts.block(i) for i in indices}
    texts = [facts.text_of(facts.article.blocks[n].span) for n in blocks if n >= 0]
    return len(blocks) > 1 and any(re.search(words, text, re.IGNORECASE) for text in texts)


# --- shares -------------------------------------------------------------------------------


def _shares(teller: Teller, neighbours: Neighbours, when: When) -> Iterator[Discrepancy]:
    """Shares of one whole; those that the words call shares of something else ("của cả nước") do not count."""
    facts = teller.facts
    for group in facts.glossary.groups.values():
        rows = [facts.find(part, when, "share") for part in group.parts]
        parts = [i for i in rows if i is not None and neighbours.is_of_whole(facts.observations[i].quantity)]
        if not parts:
            continue
        ranged = [facts.observations[i] for i in parts]
        computed = total(facts.interval(i) for i in parts)
        complete = group.complete == "yes" and len(parts) == len(rows)
        # shares of a group within a group may be of the outermost whole: those make less than 100
        outermost = not any(group.whole in g.parts for g in facts.glossary.groups.values())
        if computed.low > _HUNDRED or (complete and outermost and _HUNDRED not in computed):
            values = [o.value for o in ranged]
            yield teller.finding(
                "check.share_sum", (o.span for o in ranged), _of(teller, group.whole, ranged[0]),
                sum_of(*added(values, "%"), " = ", sum(values, Decimal()), "% ≠ 100%"),
                computed=computed, stated=exactly(100), doubtful=parts,
            )  # fmt: skip
        for i in parts:
            yield from _share(teller, when, i)


def _of(teller: Teller, code: str, o: Observation) -> Label:
    """A whole that has no figure of its own, in a part's period."""
    row = teller.facts.glossary.indicators[code]
    return teller.say("check.fact", name=Label(row.vi, row.en), period=period_label(o.until or o.period))


def _share(teller: Teller, when: When, index: int) -> Iterator[Discrepancy]:
    """A share that its part's level and no whole above it give."""
    facts = teller.facts
    part = facts.observations[index]
    level = facts.find(part.indicator, when, "level")
    above = [facts.find(code, when, "level") for code in _ancestors(facts, part.indicator)]
    known = [i for i in above if i is not None]
    if level is None or not known or len(known) < len(above) or _mixed(facts, (index, level, *known)):
        return
    stated = facts.interval(index)
    for i in known:
        whole = facts.interval(i)
        if 0 in whole or facts.observations[i].unit != facts.observations[level].unit:
            return
        computed = facts.interval(level) * exactly(100) / whole
        if computed.meets(stated):
            return
    whole_row, level_row = facts.observations[known[0]], facts.observations[level]
    computed = facts.interval(level) * exactly(100) / facts.interval(known[0])
    value, digits = _in(level_row, whole_row), places(part.value)
    quotient = rounded(value * _HUNDRED / whole_row.value, digits)
    yield teller.finding(
        "check.share", (o.span for o in (part, level_row, whole_row)), teller.of(index),
        sum_of(value, " / ", whole_row.value, " = ", quotient, "%", *shown(computed, digits), " ≠ ", part.value, "%"),
        computed=computed, stated=stated, doubtful=[index, level, known[0]], said={"share": teller.figure(index)},
    )  # fmt: skip


def _ancestors(facts: Facts, code: str) -> list[str]:
    """The wholes that an indicator is a part of, the nearest first."""
    groups = facts.glossary.groups.values()
    found = [g.whole for g in groups if code in g.parts]
    return found + [a for whole in found for a in _ancestors(facts, whole)]


# --- contributions ------------------------------------------------------------------------


def _contributions(teller: Teller, when: When) -> Iterator[Discrepancy]:
    """Contributions that do not make the whole's growth, or do not fit their own part's."""
    facts = teller.facts
    for group in facts.glossary.groups.values():
        stated = {part: facts.find(part, when, "contribution") for part in group.parts}
        parts = {part: i for part, i in stated.items() if i is not None}
        for part, i in parts.items():
            yield from _weight(teller, when, part, i)
        # inside a whole that is itself a part, contributions are to the growth of the outermost
        outermost = not any(group.whole in g.parts for g in facts.glossary.groups.values())
        if len(parts) < len(group.parts) or group.complete == "no" or not outermost:
            continue
        bases = [b for b in facts.bases(group.whole, when) if any(b in facts.bases(p, when) for p in parts)]
        growths = [n for b in bases if (n := facts.find(group.whole, when, "growth", b)) is not None]
        computed = total(facts.interval(i) for i in parts.values())
        if not growths or any(computed.meets(facts.interval(n)) for n in growths):
            continue
        growth = growths[0]
        observed = [facts.observations[i] for i in parts.values()]
        values = [o.value for o in observed]
        yield teller.finding(
            "check.contribution_sum",
            (o.span for o in (*observed, facts.observations[growth])),
            teller.of(growth),
            sum_of(*added(values), " = ", sum(values, Decimal()), " ≠ ", facts.observations[growth].value),
            computed=computed,
            stated=facts.interval(growth),
            doubtful=[growth, *parts.values()],
            said={"whole": teller.figure(growth)},
        )


def _weight(teller: Teller, when: When, part: str, index: int) -> Iterator[Discrepancy]:
    """A contribution is the part's growth times its weight in the whole, which lies between 0 and 1."""
    facts = teller.facts
    growths = [i for b in facts.bases(part, when) if (i := facts.find(part, when, "growth", b)) is not None]
    contribution = facts.interval(index)
    possible = [hull([facts.interval(i), exactly(0)]) for i in growths]
    if not growths or facts.signed(part) or any(contribution.meets(p) for p in possible):
        return
    growth, o = facts.observations[growths[0]], facts.observations[index]
    yield teller.finding(
        "check.contribution", [growth.span, o.span], teller.of(index),
        sum_of(Signed(o.value), " ∉ [", *_ends(growth.value), "]"),
        computed=contribution, stated=possible[0], doubtful=[index, growths[0]],
        said={"contribution": teller.figure(index), "growth": teller.figure(growths[0])},
    )  # fmt: skip


def _ends(value: Decimal) -> list[Part]:
    low, high = sorted((value, Decimal(0)))
    return [low, "; ", high]


# --- growths ------------------------------------------------------------------------------


def _growths(teller: Teller, found: Parts) -> Iterator[Discrepancy]:
    """A whole grows faster than its slowest part and slower than its fastest, where all are stated."""
    facts = teller.facts
    if not found.complete:
        return
    observed = [facts.observations[i] for i in (found.whole, *found.parts)]
    stated, parts = facts.interval(found.whole), hull(facts.interval(i) for i in found.parts)
    if parts.meets(stated):
        return
    whole = observed[0]
    ends = sorted(o.value for o in observed[1:])
    yield teller.finding(
        "check.between", (o.span for o in observed), teller.of(found.whole),
        sum_of(Signed(whole.value), "% ∉ [", Signed(ends[0]), "%; ", Signed(ends[-1]), "%]"),
        computed=parts, stated=stated, doubtful=[found.whole, *found.parts], said={"whole": teller.figure(found.whole)},
    )  # fmt: skip
