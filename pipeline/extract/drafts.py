"""Drafts -> observations: one row a fact, the month for what a running total contradicts, and contradictions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import NamedTuple

from pipeline.extract.causes import is_conceded, is_of_slowness, span_of
from pipeline.extract.items import Item
from pipeline.extract.lexicon import Lexicon
from pipeline.extract.measures import CONTRIBUTED_PERCENT
from pipeline.figures import write_amount, write_period
from pipeline.glossary import Glossary
from pipeline.model import Finding, Label, Language, Observation
from pipeline.periods import Calendar

_NEAR = Decimal("0.05")  # how far, of itself, a round figure may be from the exact one

Key = tuple[str, str, str, str, str, str]


class Draft(NamedTuple):
    """An observation and what the text around it says of it.

    `explicit`: its sentence itself names its period; `constant`: its block counts at constant prices.
    """

    observation: Observation
    explicit: bool
    block: int
    constant: bool

    @property
    def key(self) -> Key:
        """What the observation is a fact of."""
        o = self.observation
        return (o.indicator, o.area, o.period, o.measure, o.basis, o.until)


def explain(
    drafts: list[Draft],
    last: int,
    block: int,
    items: Sequence[Item],
    codes_of: Callable[[Item], list[str]],
    lexicon: Lexicon,
) -> None:
    """Take a sentence without figures for the reason of a growth that stands before it.

    "Nguyên nhân tăng cao do …" explains the first growth of the sentence before, whose drafts begin at
    `last`; "Thu ngân sách giảm so với cùng kỳ do …" the growth of that name and direction in this block
    or the one before.
    """
    cause = next((n for n, i in enumerate(items) if i.kind == "cause"), None)
    if cause is None or is_conceded(items) or is_of_slowness(items, lexicon):
        return
    if cause == 0:
        found = [n for n, d in enumerate(drafts) if n >= last and d.block == block]
    else:
        codes = [c for i in items[:cause] if i.kind == "indicator" for c in codes_of(i)]
        verb = next((i.kind for i in items[:cause] if i.kind in ("rise", "fall")), "")
        sign = {"rise": 1, "fall": -1}.get(verb, 0)
        near = [(n, d.observation) for n, d in enumerate(drafts) if d.block >= block - 1]
        found = [n for n, o in near if o.indicator in codes and o.value * sign > 0]
    at = next((n for n in found if drafts[n].observation.measure == "growth"), None)
    if at is not None and drafts[at].observation.cause is None:
        observation = replace(drafts[at].observation, cause=span_of(items[cause:]))
        drafts[at] = drafts[at]._replace(observation=observation)


def settle(
    drafts: Sequence[Draft], calendar: Calendar, glossary: Glossary
) -> tuple[tuple[Observation, ...], tuple[Finding, ...]]:
    """Drafts -> observations in reading order, one row a fact; and what the text states twice, differently."""
    kept: dict[Key, list[Draft]] = {}
    for draft in _points(_current(_monthly(drafts, calendar)), glossary):
        o, rows = draft.observation, kept.setdefault(draft.key, [])
        if o.indicator in glossary.indicators and any(d.block == draft.block for d in rows):
            if not any(_equal(d.observation, o) for d in rows):  # "dịch vụ khác 35 tỷ" among the other services
                draft = _finer(draft, "part")
                o, rows = draft.observation, kept.setdefault(draft.key, [])
        near = (d.block != draft.block and agree(d.observation, o) for d in rows)
        same = next((n for n, agrees in enumerate(near) if agrees or _equal(rows[n].observation, o)), None)
        if same is not None:
            first = rows[same].observation
            exact = o if _step(o) < _step(first) else first
            rows[same] = rows[same]._replace(observation=replace(exact, cause=first.cause or o.cause))
        # the same paragraph does not state a fact twice: a second figure is a part with the same name
        elif all(d.block != draft.block for d in rows):
            rows.append(draft)
    findings = [
        _contradiction([d.observation for d in rows], glossary)
        for rows in kept.values()
        if len(rows) > 1 and rows[0].observation.indicator in glossary.indicators
    ]
    observations = sorted((d.observation for rows in kept.values() for d in rows), key=lambda o: o.span.start)
    return tuple(observations), tuple(findings)


def _points(drafts: Sequence[Draft], glossary: Glossary) -> list[Draft]:
    """Without contributions printed with % that are shares of the growth ("đóng góp 81% vào mức tăng chung").

    They are points where those of a whole's parts add up to its growth, half a unit of each last place allowed.
    """
    points: set[tuple[str, str, str]] = set()
    for whole, group in glossary.groups.items():
        grown = [
            d.observation for d in drafts if d.observation.indicator == whole and d.observation.measure == "growth"
        ]
        for total in grown:
            place = (total.area, total.period)
            parts = [d.observation for d in drafts if d.observation.rule == CONTRIBUTED_PERCENT]
            parts = [o for o in parts if o.indicator in group.parts and (o.area, o.period) == place]
            slack = sum((_step(o) for o in (*parts, total)), Decimal(0)) / 2
            if len(parts) > 1 and abs(sum(o.value for o in parts) - total.value) <= slack:
                points.add((whole, *place))
    kept = {(part, area, period) for whole, area, period in points for part in glossary.groups[whole].parts}
    return [
        d for d in drafts
        if d.observation.rule != CONTRIBUTED_PERCENT
        or (d.observation.indicator, d.observation.area, d.observation.period) in kept
    ]  # fmt: skip


def _amount(o: Observation) -> Decimal:
    return o.value.scaleb(o.scale)


def _step(o: Observation) -> Decimal:
    """The place of the last digit given."""
    return Decimal(1).scaleb(int(o.value.as_tuple().exponent) + o.scale)


def _equal(first: Observation, second: Observation) -> bool:
    return first.unit == second.unit and _amount(first) == _amount(second)


def agree(first: Observation, second: Observation) -> bool:
    """Whether two figures state one amount, each in its own scale and as exactly as it is given.

    The finer one, rounded or cut off at the last place of the coarser one, is that; what is "more than",
    "nearly" or "about" lies on its side of it, and near.
    """
    if first.unit != second.unit:
        return False
    coarse, fine = (first, second) if _step(first) >= _step(second) else (second, first)
    if first.approximation or second.approximation:
        return _allows(first, second) and _allows(second, first)
    cut = [_amount(fine).quantize(_step(coarse), rounding=way) for way in (ROUND_HALF_UP, ROUND_DOWN)]
    return _amount(coarse) in cut


def _allows(inexact: Observation, other: Observation) -> bool:
    """Whether the words before a figure ("hơn 35") leave the other one possible."""
    said, stated = _amount(inexact), _amount(other)
    if said * stated < 0 or abs(said - stated) > abs(said) * _NEAR:
        return False
    return {"over": abs(stated) >= abs(said), "under": abs(stated) <= abs(said)}.get(inexact.approximation, True)


def _monthly(drafts: Sequence[Draft], calendar: Calendar) -> list[Draft]:
    """Give the month to figures without a time that a running total contradicts.

    Press articles print the month's figure without a time and the running total (lũy kế) with it. Where
    both would fall on the total's period, the one that names no time is the month's, and so are the
    other figures without a time that stand before that total in the same block.
    """
    total = calendar.cumulative
    named = {d.key: d.observation for d in drafts if d.explicit and d.observation.period == total}
    places = {d.key: d.block for d in drafts if d.explicit and d.observation.period == total}
    until: dict[int, int] = {}
    for draft in drafts:
        other = named.get(draft.key)
        # behind the total in its own paragraph a figure of that name is a part of it
        part = other and places[draft.key] == draft.block and other.span.start < draft.observation.span.start
        if other and not part and not draft.explicit and not _equal(other, draft.observation):
            until[draft.block] = max(until.get(draft.block, 0), draft.observation.span.start + 1, other.span.start)
    return [
        draft._replace(observation=replace(draft.observation, period=calendar.this_month))
        if not draft.explicit
        and draft.observation.period == total
        and draft.observation.span.start < until.get(draft.block, 0)
        else draft
        for draft in drafts
    ]


def _current(drafts: Sequence[Draft]) -> list[Draft]:
    """Amounts at constant prices are finer facts, where the text gives the same at current prices."""
    current = {d.key for d in drafts if not d.constant}
    return [
        _finer(d, "constant_prices") if d.constant and d.observation.measure == "level" and d.key in current else d
        for d in drafts
    ]


def _finer(draft: Draft, part: str) -> Draft:
    return draft._replace(observation=replace(draft.observation, indicator=f"{draft.observation.indicator}.{part}"))


def _contradiction(rows: Sequence[Observation], glossary: Glossary) -> Finding:
    first, second = rows[0], rows[1]
    indicator = glossary.indicators[first.indicator]

    def say(language: Language) -> str:
        return glossary.say(
            "extract.contradiction",
            language,
            name=getattr(indicator, language),
            period=write_period(first.period, language),
            first=_figure(first, glossary, language),
            second=_figure(second, glossary, language),
        )

    return Finding("extract.contradiction", "error", second.span, Label(say("vi"), say("en")))


def _figure(o: Observation, glossary: Glossary, language: Language) -> str:
    sign = "+" if o.measure == "growth" and o.value > 0 else ""
    return sign + write_amount(o.value, o.value, glossary.printed_unit(o), glossary.scales.get(o.scale), language)
