"""How much of a brief two pages hold: what to leave out, the lowest-ranked first.

Notes are never left out: they say how far the figures may be trusted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from pipeline.model import Brief, Charts, Row

Part = Literal["points", "rows", "charts", "drivers", "difficulties", "outlook"]
Item = TypeVar("Item")

# What a page holds at best; more is not tried.
MOST = {"points": 6, "rows": 18, "charts": 6, "drivers": 5, "difficulties": 4, "outlook": 4}
# Fewer than these are not printed only where nothing else can go.
LEAST = {"points": 3, "rows": 6, "charts": 2, "drivers": 2, "difficulties": 1, "outlook": 1}
# CSS pixels that an item takes, rather too many: too little is left out at a time, never too much. Charts: a row.
TAKES = {"points": 62, "rows": 56, "charts": 290, "drivers": 62, "difficulties": 62, "outlook": 62}


@dataclass(frozen=True, slots=True)
class Room:
    """How many items of each part are printed; items come in rank order, so the last ones go first.

    `short`: the second part follows the first at once instead of beginning a page.
    """

    points: int
    rows: int
    charts: int
    drivers: int
    difficulties: int
    outlook: int
    all_charts: int
    short: bool

    def cut(self, part: Part, items: tuple[Item, ...]) -> tuple[Item, ...]:
        """The items of a part that are printed."""
        return items[: getattr(self, part)]

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

    def smaller(self, front: float, back: float) -> Room | None:
        """Less on the pages that run over by so many pixels; None when nothing is left to leave out."""
        room: Room | None = self
        for excess, ladder in ((front, FRONT), (back, BACK)):
            saved = 0.0
            while room is not None and saved < excess:
                room, less = _step(room, ladder)
                saved += less
        return room

    def fuller(self, most: Room, free: float) -> Room:
        """What had to go at first, taken back into so many free pixels of the second page; never more than `most`."""
        room = self
        for part, count in (("charts", 2), ("drivers", 1), ("difficulties", 1), ("outlook", 1)):
            have, limit = getattr(room, part), getattr(most, part)
            takes = TAKES[part] if part == "charts" else 2 * TAKES[part]  # what went may have been long
            while have < limit and takes <= free:
                have, free = min(limit, have + count), free - takes
            fuller: dict[str, int] = {part: have}
            room = replace(room, **fuller)  # type: ignore[arg-type]  # every part is a whole number
        return room


def _step(room: Room, ladder: Sequence[tuple[Part, int, int]]) -> tuple[Room | None, float]:
    """One item less (charts: a row of two), by the first rung that has one to spare; what that saves."""
    for part, least, count in ladder:
        have: int = getattr(room, part)
        if have > least:
            fewer: dict[str, int] = {part: max(least, have - count)}
            return replace(room, **fewer), TAKES[part]  # type: ignore[arg-type]  # every part is a whole number
    return None, 0.0


# What is left out: part, how many of it stay, how many go at a time; the first rung with one to spare.
FRONT: tuple[tuple[Part, int, int], ...] = (
    ("rows", LEAST["rows"], 1), ("points", LEAST["points"], 1), ("rows", 0, 1), ("points", 1, 1),
)  # fmt: skip
BACK: tuple[tuple[Part, int, int], ...] = (
    ("outlook", 2, 1), ("difficulties", 2, 1), ("drivers", 3, 1),
    ("charts", 4, 2),
    ("outlook", LEAST["outlook"], 1), ("difficulties", LEAST["difficulties"], 1), ("drivers", LEAST["drivers"], 1),
    ("charts", LEAST["charts"], 2),
    ("outlook", 0, 1), ("difficulties", 0, 1), ("drivers", 0, 1), ("charts", 0, 2),
)  # fmt: skip


def _counts(brief: Brief, charts: Charts) -> dict[str, int]:
    parts = ("points", "rows", "drivers", "difficulties", "outlook")
    return {p: len(getattr(brief, p)) for p in parts} | {"charts": len({c.id for c in charts.charts})}


def whole(brief: Brief, charts: Charts) -> Room:
    """Room for everything: the HTML edition."""
    counts = _counts(brief, charts)
    return Room(**counts, all_charts=counts["charts"], short=False)


def first_try(brief: Brief, charts: Charts) -> Room:
    """What two pages would hold at best."""
    counts = _counts(brief, charts)
    tried = {part: min(count, MOST[part]) for part, count in counts.items()}
    return Room(**tried, all_charts=counts["charts"], short=False)
