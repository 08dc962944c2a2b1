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
    quantities = facts.extraction.quantities
    level = _level(teller, found)
    if found.verb != found.sign:
        yield _opposite(teller, found, level)
        return
    if level is None:
        return
    amount, change, growth = quantities[level], quantities[found.change], quantities[found.growth]
    stated = facts.printed.quantity(growth, "percent", found.verb)
    computed = _computed(teller, found, level)
    if computed is None:
        return
    spans = [amount.span, growth.span, change.span]
    said = {"level": teller.amount(amount), **_figures(teller, found)}
    if change.unit and not amount.unit:
        return  # an amount of what no table of units knows
    if change.unit and change.unit != amount.unit:
        # the change fits the level, but not in the unit that it is printed in
        if computed.meets(stated) and not _exchangeable(teller, change.unit, amount.unit):
            arithmetic = _calculation(teller, found, level, computed, " ≈ ")
            yield teller.finding("check.change_unit", spans, teller.quote(*spans), arithmetic, said=said)
    elif not computed.meets(stated):
        yield teller.finding(
            "check.change", spans, teller.quote(*spans), _calculation(teller, found, level, computed, " ≠ "),
            said=said, computed=computed, stated=stated,
            doubtful=[facts.of_quantity.get(found.growth), facts.of_quantity.get(level)],
        )  # fmt: skip


def _opposite(teller: Teller, found: Change, level: int | None) -> Discrepancy:
    """A growth and a change of opposite signs; the level may tell which of them is wrong."""
    facts = teller.facts
    quantities = facts.extraction.quantities
    growth, change = quantities[found.growth], quantities[found.change]
    index = facts.of_quantity.get(found.growth)
    stated = facts.printed.quantity(growth, "percent", found.verb)
    spans, doubtful = [growth.span, change.span], [index]
    arithmetic = sum_of(Signed(abs(growth.low) * found.verb), "%; ", Signed(abs(change.low) * found.sign))
    computed = None
    if level is not None and quantities[level].unit == change.unit:
        spans.append(quantities[level].span)
        other = found._replace(sign=found.verb)
        computed, turned = _computed(teller, found, level), _computed(teller, other, level)
        if computed is not None:
            arithmetic = _calculation(teller, found, level, computed, " ≠ ")
        if turned is not None and turned.meets(stated):  # with the growth's sign the change fits
            doubtful = []
            arithmetic = sum_of(arithmetic, "; ", _calculation(teller, other, level, turned, " ≈ "))
        elif computed is None or not computed.meets(-stated):  # neither sign makes them fit
            doubtful = [index, facts.of_quantity.get(level)]
    return teller.finding(
        "check.change_sign", spans, teller.quote(*spans), arithmetic,
        said=_figures(teller, found), computed=computed, stated=stated, doubtful=doubtful,
    )  # fmt: skip


def _figures(teller: Teller, found: Change) -> dict[str, Label]:
    """The growth and the change with the signs that the words give them."""
    quantities = teller.facts.extraction.quantities
    growth, change = quantities[found.growth], quantities[found.change]
    return {"growth": teller.amount(growth, found.verb), "change": teller.amount(change, found.sign)}


def _computed(teller: Teller, found: Change, level: int) -> Interval | None:
    """The growth that level and change make; None where there may have been hardly anything before."""
    quantities, printed = teller.facts.extraction.quantities, teller.facts.printed
    moved = printed.quantity(quantities[found.change], "change", found.sign)
    try:
        return change_in_percent(printed.quantity(quantities[level], "level"), moved)
    except ZeroDivisionError:
        return None


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
    near = apart is None or abs(ratio.low - _HUNDRED - value) <= apart
    if computed.meets(stated) or not (near or computed.meets(-stated)):
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
