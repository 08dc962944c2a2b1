"""Growths against the amounts, ratios, verbs and signs beside them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from pipeline.check.facts import fact_of
from pipeline.check.neighbours import Change, Neighbours, Ratio
from pipeline.check.words import Part, Signed, Teller, both, places, rounded, shown, sum_of
from pipeline.intervals import Interval, change_in_percent, exactly
from pipeline.model import Discrepancy, Label

_HUNDRED = Decimal(100)


def movements(teller: Teller, neighbours: Neighbours) -> Iterator[Discrepancy]:
    """Growths that do not fit the level and the change, the ratio, the verb or the sign beside them."""
    for change in neighbours.changes():
        yield from _change(teller, change)
    for ratio in neighbours.ratios():
        yield from _ratio(teller, ratio)
    for at, quantity in enumerate(teller.facts.extraction.quantities):
        if quantity.unit != "percent":
            continue
        what = teller.quote(quantity.span)
        index = teller.facts.of_quantity.get(at)
        if neighbours.contradicts_its_verb(at):
            what = teller.say("check.said", quote=both(_with_verb(neighbours, at)))
            arithmetic = sum_of(Signed(quantity.low), "% < 0" if quantity.low < 0 else "% > 0")
            yield teller.finding("check.verb", [quantity.span], what, arithmetic, doubtful=[index])
        elif neighbours.direction(at) < 0 and not neighbours.is_signed(at):
            size = teller.facts.printed.quantity(quantity, "percent")
            if size.low > _HUNDRED:
                what = teller.say("check.said", quote=both(_with_verb(neighbours, at)))
                arithmetic = sum_of(quantity.low, "% > 100%")
                yield teller.finding(
                    "check.fall", [quantity.span], what, arithmetic,
                    computed=size, stated=Interval(Decimal(0), _HUNDRED), doubtful=[index],
                )  # fmt: skip


def _with_verb(neighbours: Neighbours, at: int) -> str:
    """A figure with the verb before it."""
    span = neighbours.quantities[at].span
    verb = neighbours.verb_words(at)
    return " ".join(f"{verb}{neighbours.text[span.start : span.end]}".split())


# --- growth, change, level ----------------------------------------------------------------


def _change(teller: Teller, found: Change) -> Iterator[Discrepancy]:
    """A growth and its change: their signs, and their sizes where the level is known."""
    facts = teller.facts
    quantities, printed = facts.extraction.quantities, facts.printed
    growth, change = quantities[found.growth], quantities[found.change]
    stated = printed.quantity(growth, "percent", found.verb)
    level = _level(teller, found)
    moved = printed.quantity(change, "change", found.sign)
    spans = [growth.span, change.span] + ([] if level is None else [quantities[level].span])
    figures = {"growth": teller.amount(growth, found.verb), "change": teller.amount(change, found.sign)}
    what = teller.quote(*spans)
    index = facts.of_quantity.get(found.growth)
    if level is None:
        if found.verb != found.sign:
            arithmetic = sum_of(Signed(growth.low * found.verb), "%; ", Signed(abs(change.low) * found.sign))
            yield teller.finding("check.change_sign", spans, what, arithmetic, doubtful=[index], said=figures)
        return
    amount = quantities[level]
    before = printed.quantity(amount, "level")
    same_unit = not change.unit or not amount.unit or change.unit == amount.unit
    computed = _growth(before, moved)
    of_change, of_growth = _growth(before, -moved), computed
    if computed is None:
        return
    if not same_unit:
        if computed.meets(stated) and not _exchangeable(teller, change.unit, amount.unit):
            arithmetic = _calculation(teller, found, level, computed, " ≈ ")
            yield teller.finding(
                "check.change_unit", spans, what, arithmetic, said={"level": teller.amount(amount), **figures},
            )  # fmt: skip
        return
    if found.verb == found.sign and computed.meets(stated):
        return
    doubtful = [index, facts.of_quantity.get(level)]
    arithmetic = _calculation(teller, found, level, computed, " ≠ ")
    if found.verb == found.sign:
        yield teller.finding(
            "check.change", spans, what, arithmetic, computed=computed, stated=stated, doubtful=doubtful,
            said={"level": teller.amount(amount), **figures},
        )  # fmt: skip
        return
    if of_change is not None and of_change.meets(stated):  # with the other sign everything fits
        doubtful = []
        other = found._replace(sign=-found.sign)
        arithmetic = sum_of(arithmetic, "; ", _calculation(teller, other, level, of_change, " ≈ "))
    elif of_growth is not None and of_growth.meets(-stated):
        doubtful = [index]
    yield teller.finding(
        "check.change_sign", spans, what, arithmetic, computed=computed, stated=stated, doubtful=doubtful, said=figures,
    )  # fmt: skip


def _growth(level: Interval, moved: Interval) -> Interval | None:
    try:
        return change_in_percent(level, moved)
    except ZeroDivisionError:
        return None  # hardly anything before: any growth is possible


def _exchangeable(teller: Teller, first: str, second: str) -> bool:
    """Whether two units count one thing (arrivals are persons or visits)."""
    return any({first, second} <= set(row.units) for row in teller.facts.glossary.indicators.values())


def _level(teller: Teller, found: Change) -> int | None:
    """The quantity of the level: the one before the growth, else the growth's own fact's."""
    facts = teller.facts
    quantities = facts.extraction.quantities
    if found.level is not None:
        return found.level
    index = facts.of_quantity.get(found.growth)
    if index is None or facts.observations[index].measure != "growth":
        return None
    o = facts.observations[index]
    level = facts.find(o.indicator, fact_of(o).when, "level")
    if level is None or not facts.one_block([level, index]):
        return None
    at = facts.observations[level].quantity
    return at if quantities[at].unit == quantities[found.change].unit else None


def _calculation(teller: Teller, found: Change, level: int, computed: Interval, relation: str) -> Label:
    """Such as "12.205,1 − 154,18 = 12.050,92; 154,18 / 12.050,92 = +1,28% ≠ −11,95%"."""
    quantities = teller.facts.extraction.quantities
    amount, change, growth = quantities[level], quantities[found.change], quantities[found.growth]
    moved = abs(change.low).scaleb(change.scale - amount.scale) * found.sign
    before = amount.low - moved
    digits = places(growth.low)
    pieces: list[Part] = [
        amount.low,
        " − " if moved > 0 else " + ",
        abs(moved),
        " = ",
        before,
        "; ",
        moved,
        " / ",
        before,
    ]
    if before:
        pieces += [" = ", Signed(rounded(moved * _HUNDRED / before, digits)), "%", *shown(computed, digits)]
    return sum_of(*pieces, relation, Signed(abs(growth.low) * found.verb), "%")


# --- ratio and growth ---------------------------------------------------------------------


def _ratio(teller: Teller, found: Ratio) -> Iterator[Discrepancy]:
    """A ratio less 100 is the growth; what lies far apart is not of one pair."""
    facts = teller.facts
    quantities, printed = facts.extraction.quantities, facts.printed
    ratio, growth = quantities[found.ratio], quantities[found.growth]
    computed = printed.quantity(ratio, "percent") - exactly(100)
    stated = printed.quantity(growth, "percent", found.verb)
    value = abs(growth.low) * found.verb
    apart = facts.glossary.limits["ratio apart"].high
    if computed.meets(stated) or (apart is not None and abs(ratio.low - _HUNDRED - value) > apart):
        return
    yield teller.finding(
        "check.ratio",
        [ratio.span, growth.span],
        teller.quote(ratio.span, growth.span),
        sum_of(ratio.low, "% − 100% = ", Signed(ratio.low - _HUNDRED), "% ≠ ", Signed(value), "%"),
        computed=computed,
        stated=stated,
        doubtful=[facts.of_quantity.get(found.ratio), facts.of_quantity.get(found.growth)],
        said={"ratio": teller.amount(ratio), "growth": teller.amount(growth, found.verb)},
    )
