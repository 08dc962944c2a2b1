"""Drafts -> observations: one row a fact, and the month for what a running total contradicts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from pipeline.agreement import agree, equal, step
from pipeline.extract.causes import is_conceded, is_of_slowness, span_of
from pipeline.extract.items import Item
from pipeline.extract.lexicon import Lexicon
from pipeline.extract.measures import CONTRIBUTED_PERCENT
from pipeline.glossary import Glossary
from pipeline.model import Observation
from pipeline.periods import Calendar

Key = tuple[str, str, str, str, str, str]


class Draft(NamedTuple):
    """An observation and what the text around it says of it.

    `explicit`: its sentence itself names its period; `constant`: it counts at constant prices; `carried`: its sentence
    says of nothing what it is compared with; `official`: its words have all that the label of its indicator has beyond
    the short one ("trên địa bàn").
    """

    observation: Observation
    explicit: bool
    block: int
    constant: bool
    carried: bool
    official: bool

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


def settle(drafts: Sequence[Draft], calendar: Calendar, glossary: Glossary) -> tuple[Observation, ...]:
    """Drafts -> observations in reading order, one row a fact; several where the text states it differently."""
    kept: dict[Key, list[Draft]] = {}
    parts: dict[str, int] = {}  # indicator -> the block with a second amount of its name
    placed = _wider(_within_whole(_once(drafts), glossary))
    timed = _current(_monthly(placed, calendar, glossary))
    for read in _points(timed, glossary):
        draft, o = read, read.observation
        rows = kept.setdefault(draft.key, [])
        again = any(d.block == draft.block for d in rows) and not any(equal(d.observation, o) for d in rows)
        if again and o.indicator in glossary.indicators:  # "dịch vụ khác 35 tỷ" among the other services
            if o.measure != "level" and parts.get(o.indicator) != draft.block:
                continue  # what a second ratio without an amount is of was not understood
            parts[o.indicator] = draft.block
            draft = _finer(draft, "part")
            o, rows = draft.observation, kept.setdefault(draft.key, [])
        near = (d.block != draft.block and agree(d.observation, o) for d in rows)
        same = next((n for n, agrees in enumerate(near) if agrees or equal(rows[n].observation, o)), None)
        if same is not None:
            first = rows[same].observation
            exact = o if step(o) < step(first) else first
            rows[same] = rows[same]._replace(observation=replace(exact, cause=first.cause or o.cause))
        # the same paragraph does not state a fact twice: a second figure is a part with the same name
        elif all(d.block != draft.block for d in rows):
            rows.append(draft)
    return tuple(sorted((d.observation for rows in kept.values() for d in rows), key=lambda o: o.span.start))


def _once(drafts: Sequence[Draft]) -> list[Draft]:
    """Without growths that name no time and that their paragraph gave before for one ("Với mức tăng 9,31%, …")."""
    kept: list[Draft] = []
    for draft in drafts:
        o = draft.observation
        again = (d.observation for d in reversed(kept) if d.block == draft.block and d.explicit)
        same = any(
            (a.indicator, a.area, a.measure, a.basis, a.value) == (o.indicator, o.area, o.measure, o.basis, o.value)
            and a.period != o.period
            for a in again
        )
        if draft.explicit or o.measure != "growth" or not same:
            kept.append(draft)
    return kept


def _within_whole(drafts: Sequence[Draft], glossary: Glossary) -> list[Draft]:
    """Give parts the comparison of their whole's that they fit.

    "… giảm 1,4% so với tháng trước và tăng 5,7% so với cùng kỳ. Trong đó, A giảm 0,6%; B giảm 1,7%": a whole lies
    between its parts.
    """
    of = {part: whole for whole, group in glossary.groups.items() for part in group.parts}
    growths = [d for d in drafts if d.observation.measure == "growth"]
    wholes: dict[tuple[str, str, str, int], dict[str, Decimal]] = {}
    parts: dict[tuple[str, str, str, int], list[Draft]] = {}
    for d in growths:
        o = d.observation
        if o.indicator in glossary.groups and not d.carried:
            wholes.setdefault((o.indicator, o.area, o.period, d.block), {})[o.basis] = o.value
        if d.carried and o.indicator in of:
            parts.setdefault((of[o.indicator], o.area, o.period, d.block), []).append(d)
    better: dict[int, str] = {}
    for key, listed in parts.items():
        low, high = (f(d.observation.value for d in listed) for f in (min, max))
        fitting = [basis for basis, value in wholes.get(key, {}).items() if low <= value <= high]
        if len(listed) > 1 and len({d.observation.basis for d in listed}) == 1 and len(fitting) == 1:
            better.update((d.observation.quantity, fitting[0]) for d in listed)
    return [
        d._replace(observation=replace(d.observation, basis=better[d.observation.quantity]))
        if d.observation.measure == "growth" and d.observation.quantity in better
        else d
        for d in drafts
    ]


def _wider(drafts: Sequence[Draft]) -> list[Draft]:
    """Give what stands before the amount that an indicator's label means a finer code.

    "Thu ngân sách nhà nước 13.428 tỷ đồng. Trong đó, thu ngân sách trên địa bàn 6.078 tỷ đồng": the first has
    transfers from the centre in it.
    """
    labelled: dict[tuple[str, str, str, int], int] = {}
    wider: dict[tuple[str, str, str, int], int] = {}
    for at, d in enumerate(drafts):
        o = d.observation
        place = (o.indicator, o.area, o.period, d.block)
        if o.measure == "level" and d.official and place in wider and place not in labelled:
            labelled[place] = at
        elif o.measure == "level" and not d.official:
            wider.setdefault(place, at)
    return [
        _finer(d, "wider")
        if at < labelled.get((d.observation.indicator, d.observation.area, d.observation.period, d.block), 0)
        else d
        for at, d in enumerate(drafts)
    ]


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
            slack = sum((step(o) for o in (*parts, total)), Decimal(0)) / 2
            if len(parts) > 1 and abs(sum(o.value for o in parts) - total.value) <= slack:
                points.add((whole, *place))
    kept = {(part, area, period) for whole, area, period in points for part in glossary.groups[whole].parts}
    return [
        d for d in drafts
        if d.observation.rule != CONTRIBUTED_PERCENT
        or (d.observation.indicator, d.observation.area, d.observation.period) in kept
    ]  # fmt: skip


def _monthly(drafts: Sequence[Draft], calendar: Calendar, glossary: Glossary) -> list[Draft]:
    """Give the month to figures without a time that a running total contradicts.

    Press articles print the month's figure without a time and the running total (lũy kế) with it. Where
    both would fall on the total's period, the one that names no time is the month's, and so are the
    other figures without a time that stand before that total in the same block.
    """
    total = calendar.cumulative
    named = {d.key: d.observation for d in drafts if d.explicit and d.observation.period == total}
    places = {d.key: d.block for d in drafts if d.explicit and d.observation.period == total}
    monthless = {code for code, i in glossary.indicators.items() if i.time != "flow"}  # of no month but the report's
    until: dict[int, int] = {}
    for draft in drafts:
        other = named.get(draft.key)
        # behind the total in its own paragraph a figure of that name is a part of it
        part = other and places[draft.key] == draft.block and other.span.start < draft.observation.span.start
        if (
            other
            and draft.key[0] not in monthless
            and not part
            and not draft.explicit
            and not equal(other, draft.observation)
        ):
            until[draft.block] = max(until.get(draft.block, 0), draft.observation.span.start + 1, other.span.start)
    return [
        draft._replace(observation=replace(draft.observation, period=calendar.this_month))
        if not draft.explicit
        and draft.observation.period == total
        and draft.observation.indicator not in monthless
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
