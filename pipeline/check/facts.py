"""Article, Extraction -> Facts: the observations by what they are facts of, with the interval of each."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from pipeline.agreement import agree
from pipeline.check.printed import Printed
from pipeline.glossary import Glossary
from pipeline.intervals import Interval
from pipeline.model import Article, Extraction, Observation, Span


class When(NamedTuple):
    """Of which area and time a fact is."""

    area: str
    period: str
    until: str


class Fact(NamedTuple):
    """What an observation says the figure of."""

    indicator: str
    when: When
    measure: str
    basis: str


def fact_of(o: Observation) -> Fact:
    """An observation -> its fact."""
    return Fact(o.indicator, When(o.area, o.period, o.until), o.measure, o.basis)


@dataclass(frozen=True)
class Facts:
    """A report's observations, found by fact."""

    article: Article
    extraction: Extraction
    glossary: Glossary

    @property
    def observations(self) -> tuple[Observation, ...]:
        return self.extraction.observations

    @cached_property
    def stated(self) -> Mapping[Fact, list[int]]:
        """Every fact -> the observations that state it, in reading order."""
        found: dict[Fact, list[int]] = defaultdict(list)
        for i, o in enumerate(self.observations):
            found[fact_of(o)].append(i)
        return found

    @cached_property
    def printed(self) -> Printed:
        return Printed(self.glossary)

    def find(self, indicator: str, when: When, measure: str, basis: str = "") -> int | None:
        """The observation of a fact; None where there is none, or figures that contradict each other."""
        rows = self.stated.get(Fact(indicator, when, measure, basis), ())
        if not rows or any(not agree(self.observations[rows[0]], self.observations[i]) for i in rows[1:]):
            return None
        return rows[0]

    def interval(self, index: int) -> Interval:
        return self.printed.observation(self.observations[index])

    def whens(self, measure: str) -> list[When]:
        """Every area and time of a measure, in reading order."""
        return list(dict.fromkeys(fact.when for fact in self.stated if fact.measure == measure))

    def bases(self, indicator: str, when: When) -> list[str]:
        """The bases on which a growth of an indicator is stated."""
        return [f.basis for f in self.stated if (f.indicator, f.when, f.measure) == (indicator, when, "growth")]

    @cached_property
    def of_quantity(self) -> Mapping[int, int]:
        """Index of a quantity -> that of the observation which was read from it."""
        return {o.quantity: i for i, o in enumerate(self.observations)}

    def marked(self, indicator: str, category: str) -> bool:
        """Whether glossary/limits.csv has an indicator in a category ("signed": may be negative)."""
        limit = self.glossary.limits.get(indicator)
        return limit is not None and limit.category == category

    def signed(self, indicator: str) -> bool:
        """Whether an indicator may be negative, as taxes less subsidies may."""
        return self.marked(indicator, "signed")

    def season(self, indicator: str) -> bool:
        """Whether an indicator is of crops, whose several seasons all have the year as their period."""
        row = self.glossary.indicators.get(indicator)
        return row is None or row.time == "season"

    def block(self, index: int) -> int:
        """The number of the block that an observation stands in."""
        start = self.observations[index].span.start
        return bisect_right(self.article.blocks, start, key=lambda b: b.span.start) - 1

    def one_block(self, indices: Iterable[int]) -> bool:
        return len({self.block(i) for i in indices}) == 1

    def text_of(self, span: Span) -> str:
        return self.article.text[span.start : span.end]
