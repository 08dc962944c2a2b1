"""Points -> the five or six that are printed, most important first."""

from __future__ import annotations

from decimal import Decimal

from pipeline.compose.clauses import Point, contrary
from pipeline.compose.facts import Facts

MOST = 6
FEWEST = 5
SECONDARY = 10  # ranks from here on only fill a brief that would be short without them
SURPRISE = 1.25  # how far it moves a point up: past the topic before its own
LARGE = Decimal(50)  # a change that moves a point up by the whole of it; a smaller one by its part
NEARLY = Decimal(90)


def _moves(facts: Facts, point: Point) -> list[Decimal]:
    observed = (facts.observations[i] for i in point.text.observations())
    return [o.value for o in observed if o.measure == "growth"]


def _plan(facts: Facts, point: Point) -> bool:
    """The point prints a plan nearly met with a quarter of the year left, or less than half of what time allows."""
    elapsed = Decimal(facts.period.month[5:]) * 100 / 12
    ratios = (
        o.value for o in map(facts.observations.__getitem__, point.text.observations()) if o.measure == "plan_ratio"
    )
    return any((value >= NEARLY and elapsed <= 75) or value < elapsed / 2 for value in ratios)


def place(facts: Facts, point: Point, against: int) -> tuple[float, float]:
    """Where a point stands: by its topic, moved up by surprise.

    Surprise is a large change, a plan nearly met or missed, and above all a fall where the rest rises.
    """
    largest = max((value.copy_abs() for value in _moves(facts, point)), default=Decimal(0))
    surprise = SURPRISE if _plan(facts, point) else SURPRISE * float(min(largest, LARGE) / LARGE)
    if point.growth is not None and contrary(facts.value(point.growth), Decimal(against)):
        surprise += SURPRISE if surprise < SURPRISE else SURPRISE / 2
    return point.rank - surprise, point.rank


def tendency(facts: Facts, points: list[Point]) -> int:
    """+1 where at least two thirds of the main indicators rise, -1 where they fall, else 0."""
    signs = [1 if facts.value(p.growth) > 0 else -1 for p in points if p.growth is not None and facts.value(p.growth)]
    if len(signs) < 3:
        return 0
    return 1 if 3 * signs.count(1) >= 2 * len(signs) else -1 if 3 * signs.count(-1) >= 2 * len(signs) else 0


def choose(facts: Facts, points: list[Point]) -> list[Point]:
    """All points -> those printed, in their order. Growth of the whole economy always leads."""
    main = [p for p in points if p.rank < SECONDARY]
    against = tendency(facts, main)

    def order(point: Point) -> tuple[float, float]:
        return (0, 0) if point.topic == "grdp" else place(facts, point, against)

    chosen = sorted(main, key=order)[:MOST]
    spare = sorted((p for p in points if p.rank >= SECONDARY), key=lambda p: p.rank)
    said = {i for p in chosen for i in p.text.observations()}
    for point in spare:
        if len(chosen) >= FEWEST:
            break
        if not point.text.observations() & said:
            chosen.append(point)
            said |= point.text.observations()
    return chosen
