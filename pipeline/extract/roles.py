"""A clause and its scope -> what its figure is there for, where it states no fact of the report."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.extract.clauses import Clause
from pipeline.extract.context import Scope
from pipeline.extract.drafts import Draft
from pipeline.extract.items import Source
from pipeline.extract.ledger import Note
from pipeline.extract.lexicon import label
from pipeline.extract.spelled import SPELLED
from pipeline.model import Quantity, Role

_RATES = ("percent", "percentage_point", "times")
_MOVES = ("rise", "fall", "exceed", "respectively")


def note(source: Source, clause: Clause, scope: Scope, draft: Draft | None, told: Sequence[Draft]) -> Note:
    """A clause, its scope and what it drafted -> its line in the ledger. `told`: the sentence's drafts before it."""
    if draft is not None:
        return Note("observation", draft)
    quantity = source.quantities[clause.item.quantity]
    named = label(source.lexicon, source.words, source.words.index_at(quantity.span.start))
    if named and (not quantity.unit or quantity.low == 1):
        return Note(named)
    if scope.target:
        return Note("target")
    if (
        (scope.foreign and not scope.season)
        or scope.elsewhere
        or any(i.kind in ("unlike", "versus") for i in clause.tail)
    ):
        return Note("comparison", told[-1] if told else None)
    if _is_change(quantity, clause, told):
        return Note("change", _moved(told) if told else None)
    return Note(_counted(quantity))


def _is_change(quantity: Quantity, clause: Clause, told: Sequence[Draft]) -> bool:
    """Whether a figure is the absolute change beside a growth: signed, behind a verb, or restating in brackets."""
    items = clause.segments[-1].items
    moved = quantity.rule.endswith("+sign") or any(i.kind in _MOVES for i in items)
    restated = told and clause.pushes and all(i.kind in ("approximation", "light", "respectively") for i in items)
    return (quantity.unit != "percent" and (moved or bool(restated))) or quantity.unit == "percentage_point"


def _moved(told: Sequence[Draft]) -> Draft:
    """The growth nearest before, else the last fact, whose growth follows."""
    last = told[-1].observation
    growths = [d for d in told if d.observation.measure == "growth" and d.observation.indicator == last.indicator]
    return growths[-1] if growths else told[-1]


def _counted(quantity: Quantity) -> Role:
    """A whole number of things is a count; what else could not be read stays unread."""
    whole = quantity.low == quantity.low.to_integral_value() and not quantity.scale
    return "count" if quantity.rule == SPELLED or (whole and quantity.unit not in _RATES) else "unread"
