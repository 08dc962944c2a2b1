"""One fact, several figures: what the report states twice and differently."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.agreement import agree
from pipeline.check.neighbours import Neighbours
from pipeline.check.words import Teller, sum_of
from pipeline.model import Discrepancy


def contradictions(teller: Teller, _: Neighbours) -> Iterator[Discrepancy]:
    """Facts of the table of indicators whose figures do not agree, as exactly as each is given.

    Facts finer than it have their names from the report's own words, and two clauses may use the same words
    for different things: of these nothing is said.
    """
    facts = teller.facts
    for fact, rows in facts.stated.items():
        first = facts.observations[rows[0]]
        others = [i for i in rows[1:] if not agree(first, facts.observations[i])]
        if fact.indicator not in facts.glossary.indicators or not others:
            continue
        stated = [rows[0], *others]
        figures = [teller.figure(i) for i in stated]
        yield teller.finding(
            "check.contradiction",
            (facts.observations[i].span for i in stated),
            teller.of(rows[0]),
            sum_of(*(p for n, f in enumerate(figures) for p in ((" ≠ ", f) if n else (f,)))),
            computed=facts.interval(others[-1]),
            stated=facts.interval(rows[0]),
            doubtful=rows,
            said={"figures": teller.listed(figures)},
        )
