"""Area, yield and output of one crop: hectares times quintals per hectare are quintals, ten to a tonne."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from pipeline.check.neighbours import Harvest, Neighbours
from pipeline.check.words import Teller, places, rounded, shown, sum_of
from pipeline.intervals import Interval, exactly
from pipeline.model import Discrepancy, Quantity

_TONNES = Decimal("0.1")  # in a quintal


def harvests(teller: Teller, neighbours: Neighbours) -> Iterator[Discrepancy]:
    """Yields whose area and output, side by side in one paragraph, do not multiply.

    The area meant may be any of the paragraph's before the yield (of what is harvested already, for instance), so
    none of them may fit. Where the three are facts of one crop of the table that is an error; elsewhere the area
    may stand in another paragraph, and it is a warning.
    """
    facts = teller.facts
    for block in facts.article.blocks:
        for found in neighbours.harvests(block.span.start, block.span.end):
            yield from _harvest(teller, found)


def _harvest(teller: Teller, found: Harvest) -> Iterator[Discrepancy]:
    facts = teller.facts
    quantities = facts.extraction.quantities
    rate, output = quantities[found.rate], quantities[found.output]
    if len(_crops(teller, found)) > 1:
        return  # the yield of one, the output of another
    own = [a for a in found.areas if _one_crop(teller, a, found)]
    stated = facts.printed.quantity(output, "level")
    products = {a: _product(teller, quantities[a], rate) for a in found.areas}
    if any(p.meets(stated) for p in products.values()):
        return
    area_at = (own or found.areas)[-1]
    area, computed = quantities[area_at], products[area_at]
    digits = places(output.low)
    value = rounded(area.low.scaleb(area.scale) * rate.low * _TONNES, digits)
    spans = [area.span, rate.span, output.span]
    yield teller.finding(
        "check.harvest" if own else "check.harvest_near", spans, teller.quote(*spans),
        sum_of(
            area.low.scaleb(area.scale), " ha × ", rate.low, " / 10 = ", value, *shown(computed, digits), " ≠ ",
            output.low.scaleb(output.scale),
        ),
        computed=computed, stated=stated, doubtful=[facts.of_quantity.get(n) for n in (area_at, *found[1:])],
        said={"area": teller.amount(area), "rate": teller.amount(rate), "output": teller.amount(output)},
    )  # fmt: skip


def _product(teller: Teller, area: Quantity, rate: Quantity) -> Interval:
    printed = teller.facts.printed
    return printed.quantity(area, "level") * printed.quantity(rate, "level") * exactly(_TONNES)


def _crops(teller: Teller, found: Harvest) -> set[str]:
    """What yield and output are read as facts of."""
    facts = teller.facts
    rows = (facts.of_quantity.get(n) for n in (found.rate, found.output))
    return {facts.observations[i].indicator.rpartition(".")[0] for i in rows if i is not None}


def _one_crop(teller: Teller, area: int, found: Harvest) -> bool:
    """Whether area, yield and output are facts of one crop of the table in one area and time."""
    facts = teller.facts
    rows = [facts.of_quantity.get(n) for n in (area, found.rate, found.output)]
    observed = [facts.observations[i] for i in rows if i is not None]
    crops = {(o.indicator.rpartition(".")[0], o.area, o.period) for o in observed}
    known = all(o.indicator in facts.glossary.indicators for o in observed)
    return len(observed) == len(rows) and len(crops) == 1 and known
