"""Exact arithmetic with intervals: what printed figures leave possible.

A printed figure stands for every value that it may have been rounded from, a closed interval. Sums,
differences, products and quotients of intervals hold every result that such values can have: bounds are
exact, or rounded outward where a quotient has no end. Two figures that cannot both hold are two intervals
that do not meet.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal

# Far more digits than products of printed figures have, so that only quotients are ever rounded.
_DOWN, _UP = Context(prec=80, rounding=ROUND_FLOOR), Context(prec=80, rounding=ROUND_CEILING)


@dataclass(frozen=True, slots=True)
class Interval:
    """All values from `low` to `high`, both included; raises ValueError where `low` is the greater."""

    low: Decimal
    high: Decimal

    def __post_init__(self) -> None:
        """Refuse what is no interval."""
        if not self.low <= self.high:
            raise ValueError(f"no interval: {self.low} to {self.high}")

    def __add__(self, other: Interval) -> Interval:
        """All sums."""
        return Interval(_DOWN.add(self.low, other.low), _UP.add(self.high, other.high))

    def __sub__(self, other: Interval) -> Interval:
        """All differences."""
        return Interval(_DOWN.subtract(self.low, other.high), _UP.subtract(self.high, other.low))

    def __neg__(self) -> Interval:
        """All opposite values."""
        return Interval(-self.high, -self.low)

    def __mul__(self, other: Interval) -> Interval:
        """All products."""
        pairs = [(a, b) for a in (self.low, self.high) for b in (other.low, other.high)]
        return Interval(min(_DOWN.multiply(a, b) for a, b in pairs), max(_UP.multiply(a, b) for a, b in pairs))

    def __truediv__(self, other: Interval) -> Interval:
        """All quotients. Raises ZeroDivisionError where the divisor may be nothing."""
        if 0 in other:
            raise ZeroDivisionError(f"{other} holds 0")
        pairs = [(a, b) for a in (self.low, self.high) for b in (other.low, other.high)]
        return Interval(min(_DOWN.divide(a, b) for a, b in pairs), max(_UP.divide(a, b) for a, b in pairs))

    def __contains__(self, value: Decimal | int) -> bool:
        """Whether a value is possible."""
        return self.low <= value <= self.high

    def meets(self, other: Interval) -> bool:
        """Whether one value is possible in both."""
        return self.low <= other.high and other.low <= self.high


def exactly(value: Decimal | int) -> Interval:
    """A value that is known -> the interval that holds nothing else."""
    return Interval(Decimal(value), Decimal(value))


def total(intervals: Iterable[Interval]) -> Interval:
    """All sums with one value of each."""
    return sum(intervals, start=exactly(0))


def hull(intervals: Iterable[Interval]) -> Interval:
    """The smallest interval that holds all of them. Raises ValueError for none."""
    members = list(intervals)
    return Interval(min(m.low for m in members), max(m.high for m in members))


def change_in_percent(level: Interval, change: Interval) -> Interval:
    """A level and how far it has moved -> the growth that this is, in percent of the level before.

    change / (level - change) moves one way with each of the two while the level before is positive, so its
    extremes lie at their ends. Raises ZeroDivisionError where the level before may be nothing or less.
    """
    before = level - change
    if before.low <= 0:
        raise ZeroDivisionError(f"the level before may be {before.low}")
    ends = [exactly(c) * exactly(100) / (exactly(v) - exactly(c)) for v in _ends(level) for c in _ends(change)]
    return hull(ends)


def _ends(interval: Interval) -> tuple[Decimal, Decimal]:
    return interval.low, interval.high
