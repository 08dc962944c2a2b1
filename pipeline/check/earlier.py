"""A report's figures against what earlier reports said: restated facts, and growths from figures that were others.

Offices revise, so nothing here says which report is wrong, and nothing is put in doubt: a person looks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from pipeline.check.facts import Fact, fact_of
from pipeline.check.words import Teller, period_label, places, shown, sum_of
from pipeline.history import kinds, month_code
from pipeline.intervals import exactly
from pipeline.model import Discrepancy, Past

_HUNDRED = Decimal(100)
_BACK = {"year_ago": 12, "previous_month": 1}  # how many months before a growth's base lies


def earlier(teller: Teller, past: Iterable[Past]) -> Iterator[Discrepancy]:
    """Teller, earlier reports' figures (the oldest report first) -> what does not fit them.

    Crops are left out: their several seasons share a period.
    """
    facts = teller.facts
    known = {fact_of(p.observation): p for p in past if not facts.season(p.observation.indicator)}
    for fact in facts.stated:
        index = facts.find(fact.indicator, fact.when, fact.measure, fact.basis)
        if index is None or facts.season(fact.indicator):
            continue
        if fact in known:
            yield from _restated(teller, index, known[fact])
        if fact.measure == "growth" and fact.basis in _BACK:
            yield from _base(teller, fact, index, known)


def _restated(teller: Teller, index: int, past: Past) -> Iterator[Discrepancy]:
    facts, o, before = teller.facts, teller.facts.observations[index], past.observation
    if o.unit != before.unit or facts.interval(index).meets(facts.printed.observation(before)):
        return
    said = {"figure": teller.figure(index), "before": teller.written(before), "report": period_label(past.report)}
    arithmetic = sum_of(said["figure"], " ≠ ", said["before"])
    yield teller.finding("check.restated", [o.span], teller.of(index), arithmetic, said=said)


def _base(teller: Teller, fact: Fact, growth: int, known: Mapping[Fact, Past]) -> Iterator[Discrepancy]:
    """The level that a growth was measured from, against the one that an earlier report gave."""
    facts = teller.facts
    level = facts.find(fact.indicator, fact.when, "level")
    period = _before(fact.when.period, _BACK[fact.basis])
    if level is None or period is None or fact.when.until:
        return
    past = known.get(Fact(fact.indicator, fact.when._replace(period=period), "level", ""))
    amount = facts.observations[level]
    if past is None or past.observation.unit != amount.unit:
        return
    factor = exactly(1) + facts.interval(growth) / exactly(_HUNDRED)
    if factor.low <= 0:
        return
    computed, stated = facts.interval(level) / factor, facts.printed.observation(past.observation)
    if computed.meets(stated):
        return
    said = {
        "level": teller.figure(level), "growth": teller.figure(growth), "period": period_label(period),
        "before": teller.written(past.observation), "report": period_label(past.report),
    }  # fmt: skip
    scale = exactly(Decimal(1).scaleb(amount.scale))
    within = shown(computed / scale, places(amount.value))
    change = facts.observations[growth].value
    sign = " − " if change < 0 else " + "
    arithmetic = sum_of(said["level"], " / (1", sign, abs(change), "%) =", *within, " ≠ ", said["before"])
    spans = [amount.span, facts.observations[growth].span]
    yield teller.finding("check.base", spans, teller.of(level), arithmetic, said=said, computed=computed, stated=stated)


def _before(period: str, months: int) -> str | None:
    """A period's code -> that of the same length so many months before; None where there is none of that length."""
    if months == 12:
        return re.sub(r"\d{4}(?=-|/|$)", lambda m: str(int(m[0]) - 1), period)
    month = kinds(period).get("month")
    return None if month is None else month_code(month - months)
