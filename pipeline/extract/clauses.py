"""A sentence's items -> clauses: each quantity with the words before it (head) and after it (tail).

"Vốn ngoài Nhà nước ước đạt 6.657 tỷ đồng, chiếm 73,42% tổng vốn, tăng 7,59% so với cùng kỳ" has three
quantities; "tổng vốn" is the tail of the second, "so với cùng kỳ" of the third. Brackets nest: what
stands after a closing bracket belongs to the quantity before the opening one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from pipeline.extract.items import Item

VERBS = frozenset({"rise", "fall", "ratio", "multiple", "exceed", "reach", "copula", "share", "contribution"})
STATUSES = frozenset({"estimate", "preliminary", "final"})
_TAIL_ENDS = VERBS | STATUSES | {"lead", "joint", "cause", "respectively", "versus", "target"}
_MOVES = frozenset({"rise", "fall"})
_SEPARATORS = frozenset(",;:(-–—…")


@dataclass
class Segment:
    """Items of a head between two separators; `mark` is the separator before them."""

    mark: str
    items: list[Item] = field(default_factory=list)


@dataclass
class Clause:
    """One quantity and its words. `pops` brackets close before its head, `pushes` open in it."""

    item: Item
    segments: list[Segment]
    asides: list[Item]  # mentions of time in brackets that hold no quantity
    pops: int
    pushes: int
    tail: list[Item] = field(default_factory=list)
    named: Item | None = None
    joined: bool = False  # the name goes on with others ("… giải thể, bỏ địa điểm kinh doanh")
    cause: Item | None = None  # the word of cause after the figure …
    bracketed: bool = False  # … in brackets


class _Bracket(NamedTuple):
    """An open bracket: the quantity that what follows it belongs to, and whether what it holds is an aside."""

    owner: Clause | None
    aside: bool


def _is_and(items: Sequence[Item], at: int) -> bool:
    """Whether "và" at `at` joins two figures rather than two nouns."""
    at = next((n for n in range(at + 1, len(items)) if items[n].kind not in ("light", "locative")), len(items)) - 1
    if at + 1 >= len(items):
        return False
    if items[at + 1].kind == "basis":  # "và so với cùng kỳ tăng …" begins the next figure's head
        return any(i.kind in VERBS for i in items[at + 2 : at + 4])
    return items[at + 1].kind in VERBS | STATUSES | {"quantity", "indicator", "lead"}


def _tail_length(zone: Sequence[Item], following: Sequence[Item]) -> int:
    """How many items after a quantity still belong to it."""
    basis = False
    items = [*zone, *following[:1]]
    for i, item in enumerate(zone):
        if item.kind == "mark" and (item.value in _SEPARATORS or item.value == ")"):
            return i
        if item.kind in _TAIL_ENDS or (item.kind == "and" and (i == 0 or _is_and(items, i))):
            return i
        if basis and item.kind not in ("basis", "bare", "period", "light", "locative", "and", "mark"):
            return i
        basis = basis or item.kind in ("basis", "bare")
    return len(zone)


def _goes_on(items: Sequence[Item], at: int) -> bool:
    """Whether a list of names goes on behind a name: a comma, then words without verb or figure up to the next."""
    if at >= len(items) or items[at].kind != "mark" or items[at].value != ",":
        return False
    for item in items[at + 1 :]:
        if item.kind == "mark":
            return item.value in ",.…" or items[at + 1].kind == "word"
        if item.kind not in ("word", "indicator", "light", "and", "locative"):
            return False
    return any(i.kind in ("word", "indicator") for i in items[at + 1 :])


def _closing(items: Sequence[Item], at: int) -> int | None:
    """The index of the bracket that closes the one at `at`."""
    depth = 0
    for i in range(at, len(items)):
        if items[i].kind == "mark" and items[i].value in "()":
            depth += 1 if items[i].value == "(" else -1
            if depth == 0:
                return i
    return None


def _head(items: Sequence[Item]) -> tuple[list[Segment], list[Item], int]:
    """Items before a quantity -> (segments, times in closed brackets, brackets left open)."""
    segments, asides, pushes = [Segment("")], [], 0
    i = 0
    while i < len(items):
        item = items[i]
        if item.kind == "mark" and item.value == "(":
            if (close := _closing(items, i)) is not None:
                asides += [x for x in items[i:close] if x.kind == "period"]
                i = close + 1
                continue
            pushes += 1
            segments.append(Segment("("))
        elif item.kind == "mark" and item.value in _SEPARATORS:
            segments.append(Segment(item.value))
        elif item.kind in ("lead", "joint"):
            segments.append(Segment(item.kind))
        elif item.kind == "cause":
            segments.append(Segment(item.kind, [item]))
        else:
            segments[-1].items.append(item)
        i += 1
    return segments, asides, pushes


def clauses(sentence: Sequence[Item]) -> tuple[list[Clause], list[Item]]:
    """A sentence's items -> its clauses, and the items after the last quantity's tail."""
    made: list[Clause] = []
    open_owners: list[_Bracket] = []
    start = 0
    for at, item in enumerate(sentence):
        if item.kind != "quantity":
            continue
        zone = list(sentence[start:at])
        head, pops = _split(zone, made, open_owners, sentence[at : at + 1])
        segments, asides, pushes = _head(head)
        # "và tăng cao (+27,11%) so với …": behind its verb a figure in brackets is no aside
        before = (a for a, b in pairwise(segments) if b.mark == "(")
        aside = not any(i.kind in _MOVES for s in before for i in s.items)
        previous = made[-1] if made else None
        made.append(Clause(item, segments, asides, pops, pushes if aside else 0))
        open_owners += [_Bracket(previous if aside else made[-1], aside)] * pushes
        start = at + 1
        if start < len(sentence) and sentence[start].kind == "named":
            made[-1].named = sentence[start]
            start += 1
            made[-1].joined = _goes_on(sentence, start)
    rest, _ = _split(list(sentence[start:]), made, open_owners, ())
    if any(s.mark == ";" for c in made for s in c.segments):
        for clause in made:  # a reason in brackets behind several facts may be any one's
            clause.cause = None if clause.bracketed else clause.cause
    return made, rest


def _cause(zone: Sequence[Item]) -> Item | None:
    """The word of cause that follows a figure at once, after a comma or in a bracket."""
    after = zone[1:] if zone and zone[0].kind == "mark" and zone[0].value in ",(" else zone
    return after[0] if after and after[0].kind == "cause" else None


def _split(
    zone: list[Item], made: list[Clause], owners: list[_Bracket], following: Sequence[Item]
) -> tuple[list[Item], int]:
    """Give the tail of the zone after the last clause to it; return the head and the brackets closed."""
    if not made:
        return zone, 0
    owner: Clause | None = made[-1]
    pops = 0
    while True:
        length = _tail_length(zone, following)
        if owner is not None:
            owner.tail += zone[:length]
        zone = zone[length:]
        closed = next((i for i, x in enumerate(zone) if x.kind == "mark" and x.value == ")"), None)
        opened = next((i for i, x in enumerate(zone) if x.kind == "mark" and x.value == "("), len(zone))
        if owner is not None and owner.cause is None:
            owner.cause = _cause(zone)
            owner.bracketed = bool(zone) and zone[0].value == "("
        if closed is None or closed > opened:
            return zone, pops
        if owners:
            owner, aside = owners.pop()
            pops += aside
        zone = zone[closed + 1 :]
