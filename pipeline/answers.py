"""Observations -> those that a brief may print: of each fact one figure, and one that can be written as it is meant."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.glossary import Glossary
from pipeline.model import COMPUTED, Observation


def answers(observations: Sequence[Observation], glossary: Glossary) -> tuple[int, ...]:
    """Observations -> the indices of those that may be printed, the first where a fact is stated twice alike.

    A fact that is stated with two different figures has none. Nor is a figure printed whose unit or power
    of ten no table can write, or one that is computed from a figure which is itself inexact.
    """
    found: dict[tuple[str, ...], int] = {}
    doubtful: set[tuple[str, ...]] = set()
    for i, o in enumerate(observations):
        fact = (o.indicator, o.area, o.period, o.until, o.measure, o.basis)
        first = observations[found.setdefault(fact, i)]
        if (first.unit, first.value.scaleb(first.scale)) != (o.unit, o.value.scaleb(o.scale)):
            doubtful.add(fact)
    return tuple(i for fact, i in found.items() if fact not in doubtful and _written(observations[i], glossary))


def _written(o: Observation, glossary: Glossary) -> bool:
    known = o.unit in glossary.units and (not o.scale or o.scale in glossary.scales)
    return known and not (o.approximation and o.rule in COMPUTED)
