"""How much of a brief two pages hold: what is printed, the highest-ranked first.

Notes are never left out: they say how far the figures may be trusted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from pipeline.editions import Charts
from pipeline.model import Brief, Row

Part = Literal["points", "rows", "charts", "drivers", "difficulties", "outlook"]
Item = TypeVar("Item")

# What the first page holds at best; more is not tried.
POINTS, ROWS = 6, 18


@dataclass(frozen=True, slots=True)
class Room:
    """How many items of each part are printed; items come in rank order, so the last ones go first.

    `early`: charts that follow the table on the first page; `told`: the sections follow it there, before the
    charts; `short`: the second part follows the first at once instead of beginning a page; `dense`: the first
    page is set closer.
    """

    points: int
    rows: int
    charts: int
    drivers: int
    difficulties: int
    outlook: int
    all_charts: int
    early: int = 0
    told: bool = False
    short: bool = False
    dense: bool = False

    def cut(self, part: Part, items: tuple[Item, ...]) -> tuple[Item, ...]:
        """The items of a part that are printed."""
        return items[: getattr(self, part)]

    @property
    def said(self) -> dict[str, int]:
        """Sentences of each section."""
        return {"drivers": self.drivers, "difficulties": self.difficulties, "outlook": self.outlook}

    def missing(self, brief: Brief) -> dict[str, int]:
        """How many charts, table rows and sentences are not printed."""
        sentences = ("points", "drivers", "difficulties", "outlook")
        return {
            "charts": self.all_charts - self.charts,
            "rows": len(brief.rows) - self.rows,
            "statements": sum(len(getattr(brief, p)) - getattr(self, p) for p in sentences),
        }

    def rows_of(self, rows: tuple[Row, ...]) -> tuple[Row, ...]:
        """The rows that are printed: the longest group loses its last row first, so that every group stays."""
        kept = list(rows)
        while len(kept) > self.rows:
            groups = Counter(r.group for r in kept)
            longest = max(groups, key=lambda g: (groups[g], max(n for n, r in enumerate(kept) if r.group == g)))
            kept.pop(max(n for n, r in enumerate(kept) if r.group == longest))
        return tuple(kept)

    def with_part(self, part: Part, count: int) -> Room:
        """The room with so many items of a part."""
        counts: dict[str, int] = {part: count}
        return replace(self, **counts)  # type: ignore[arg-type]  # every part is a whole number


# What goes from the first page: part, how many of it stay; the first rung with one to spare.
FRONT: tuple[tuple[Part, int], ...] = (("rows", 6), ("points", 3), ("rows", 0), ("points", 1))

# How the second part fills: part and how many of it, as far as there are so many. Charts come in twos.
BACK: tuple[tuple[Part, int], ...] = (
    ("charts", 2), ("drivers", 2), ("difficulties", 1), ("outlook", 1),
    ("charts", 4), ("drivers", 3), ("difficulties", 2), ("outlook", 2),
    ("charts", 6), ("drivers", 5), ("difficulties", 4), ("outlook", 4),
    ("charts", 8), ("drivers", 8), ("difficulties", 6), ("outlook", 6),
)  # fmt: skip


def whole(brief: Brief, charts: Charts) -> Room:
    """Room for everything: the HTML edition."""
    pictures = len({c.id for c in charts.charts})
    return Room(
        points=len(brief.points),
        rows=len(brief.rows),
        charts=pictures,
        drivers=len(brief.drivers),
        difficulties=len(brief.difficulties),
        outlook=len(brief.outlook),
        all_charts=pictures,
    )


@dataclass(frozen=True, slots=True)
class Heights:
    """What a room takes: on the first page, and its second part; of the language that takes most."""

    first: Callable[[Room], float]
    second: Callable[[Room], float]


def planned(most: Room, heights: Heights, first: float, second: float) -> Room:
    """The fullest room whose pages are not higher than `first` and `second`; the least one where none is.

    What is free after the table takes charts, else the sections where all of them fit. The first page is set
    closer where that saves a page or brings more onto it.
    """
    front = replace(
        most, points=min(most.points, POINTS), rows=min(most.rows, ROWS),
        charts=0, drivers=0, difficulties=0, outlook=0,
    )  # fmt: skip
    while heights.first(front) > first and (smaller := _less(front)) is not None:
        front = smaller
    for dense in (False, True):
        one = replace(most, points=front.points, rows=front.rows, short=True, dense=dense)
        if heights.first(one) + heights.second(one) <= first:
            return one
    loose, close = (_early(replace(front, dense=dense), most, heights, first) for dense in (False, True))
    begun = close if close.early > loose.early else loose
    for dense in (False, True):
        told = replace(most, points=front.points, rows=front.rows, charts=0, told=True, dense=dense)
        if not begun.early and any(told.said.values()) and heights.first(told) <= first:
            begun = told
            break
    return _filled(begun, most, heights, second)


def _less(room: Room) -> Room | None:
    for part, least in FRONT:
        have: int = getattr(room, part)
        if have > least:
            return room.with_part(part, have - 1)
    return None


def _early(room: Room, most: Room, heights: Heights, limit: float) -> Room:
    """As many rows of charts as the first page has space for after the table."""
    while room.charts < most.charts:
        count = min(room.charts + 2, most.charts)
        more = replace(room, charts=count, early=count)
        if heights.first(more) > limit:
            break
        room = more
    return room


def _filled(room: Room, most: Room, heights: Heights, limit: float) -> Room:
    """The second page, filled as far as it goes: what does not fit leaves its place to what comes after it."""
    for part, wanted in BACK:
        for count in range(getattr(room, part) + 1, min(wanted, getattr(most, part)) + 1):
            fuller = room.with_part(part, count)
            if heights.second(fuller) <= limit:
                room = fuller
    return room
