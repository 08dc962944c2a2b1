"""Observations -> those that a brief may print: of each fact one figure, and one that can be written as it is meant."""

from __future__ import annotations

from collections.abc import Container, Sequence

from pipeline.glossary import Glossary
from pipeline.model import COMPUTED, Checked, Observation


def in_doubt(checked: Checked) -> tuple[int, ...]:
    """Checked -> the indices of the observations that an error of the report puts in doubt, in order."""
    return tuple(sorted({i for f in checked.findings if f.severity == "error" for i in f.doubtful}))


def answers(observations: Sequence[Observation], glossary: Glossary, doubtful: Container[int] = ()) -> tuple[int, ...]:
    """Observations -> the indices of those that may be printed, the first where a fact is stated twice alike.

    A fact that is stated with two different figures has none, and neither has one whose figure is `doubtful`.
    Nor is a figure printed whose unit or power of ten no table can write, or one that is computed from a figure
    which is itself inexact.
    """
    found: dict[tuple[str, ...], int] = {}
    refused: set[tuple[str, ...]] = set()
    for i, o in enumerate(observations):
        fact = (o.indicator, o.area, o.period, o.until, o.measure, o.basis)
        first = observations[found.setdefault(fact, i)]
        if i in doubtful or (first.unit, first.value.scaleb(first.scale)) != (o.unit, o.value.scaleb(o.scale)):
            refused.add(fact)
    return tuple(i for fact, i in found.items() if fact not in refused and _written(observations[i], glossary))


def _written(o: Observation, glossary: Glossary) -> bool:
    known = o.unit in glossary.units and (not o.scale or o.scale in glossary.scales)
    return known and not (o.approximation and o.rule in COMPUTED)
