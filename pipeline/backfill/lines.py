"""The articles of each area in the order of their months: which may be built now, and what was said before each."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from pipeline.archive.reading import ArchiveHistory
from pipeline.backfill.steps import Outcome, Surveyed, Told, unpacked
from pipeline.history import REPORTS
from pipeline.model import Past


class Built(NamedTuple):
    """What came of an article, and the digest of the history that it was built with."""

    outcome: Outcome
    history: str


_NOWHERE = Surveyed("", "", "")


@dataclass(eq=False)
class Item:
    """An article's file, known by the SHA-256 of its bytes, and how far it has come."""

    path: Path
    source: str
    place: Surveyed = _NOWHERE  # until it is surveyed
    said: bytes | None = None  # what foretell() gave
    away: bool = False  # a worker builds it
    built: Built | None = None


@dataclass(eq=False)
class Line:
    """The articles of one area that are not in the archive yet, the earliest month first."""

    area: str
    items: deque[Item] = field(default_factory=deque)

    def next(self) -> Item | None:
        """The first article that nobody builds or has built, if what those before it say is known."""
        for item in self.items:
            if not item.away and item.built is None:
                return item
            if item.said is None:
                return None
        return None

    def history(self, archive: Path, item: Item) -> Told:
        """What the archive will say of the time before an article once those before it in the line are in it."""
        kept = ArchiveHistory(archive, item.source)
        past = kept.past(self.area, item.place.month)
        reports = {report: tuple(said) for report, said in groupby(past, lambda p: p.report)}
        for before in self.items:
            if before.place.month >= item.place.month:
                break
            if before.said is not None:
                reports[before.place.month] = unpacked(before.said)
        latest = sorted(reports)[-REPORTS:]
        told: tuple[Past, ...] = tuple(p for report in latest for p in reports[report])
        return Told(told, kept.replaced(self.area, item.place.month))


def lined_up(items: Iterable[Item]) -> list[Line]:
    """Articles whose places are known -> a line for each area; of one month the order of publication, then of names."""
    in_order = sorted(items, key=lambda i: (i.place.area, i.place.month, i.place.published, str(i.path)))
    return [Line(area, deque(several)) for area, several in groupby(in_order, lambda i: i.place.area)]


def ready(lines: Iterable[Line]) -> Iterator[tuple[Line, Item]]:
    """What may be built now: first what the next addition waits for, then by the length of the line."""
    found = [(line, item) for line in lines if (item := line.next()) is not None]
    yield from sorted(found, key=lambda f: (f[1] is not f[0].items[0], -len(f[0].items)))


def digest(history: Told) -> str:
    """A history -> what tells it from every other one, figures that are printed differently included."""
    return hashlib.sha256(repr(history).encode()).hexdigest()
