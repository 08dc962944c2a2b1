"""check: Article, Extraction, Glossary, Past -> Checked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from pipeline.check.contradictions import contradictions
from pipeline.check.dates import dates
from pipeline.check.earlier import earlier
from pipeline.check.facts import Facts
from pipeline.check.harvests import harvests
from pipeline.check.limits import limits
from pipeline.check.movements import movements
from pipeline.check.neighbours import Neighbours
from pipeline.check.times import times
from pipeline.check.wholes import wholes
from pipeline.check.words import Teller
from pipeline.glossary import Glossary
from pipeline.model import Article, Checked, Discrepancy, Extraction, Past

__all__ = ["check"]

_CHECKS: tuple[Callable[[Teller, Neighbours], Iterator[Discrepancy]], ...] = (
    contradictions, movements, wholes, times, limits, harvests, dates,
)  # fmt: skip


def check(article: Article, extraction: Extraction, glossary: Glossary, past: Iterable[Past] = ()) -> Checked:
    """Article, Extraction, Glossary, Past -> Checked: what figures contradict, in reading order.

    The report's own figures each other, and what earlier reports said (the oldest first).

    Every printed figure stands for what it may have been rounded from (glossary/limits.csv), and a finding is
    made only where no true values can have been printed so. glossary/checks.csv lists the checks and how
    grave each is. Raises GlossaryError where a table lacks a row or a phrase.
    """
    teller = Teller(Facts(article, extraction, glossary))
    neighbours = Neighbours(article.text, extraction.quantities, glossary)
    found = [finding for made in _CHECKS for finding in made(teller, neighbours)]
    found += earlier(teller, past)
    return Checked(tuple(sorted(found, key=lambda f: (f.spans[0].start, f.code, f.spans[-1].end))))
