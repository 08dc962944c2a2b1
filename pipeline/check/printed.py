"""Printed figures -> the intervals that they stand for (glossary/limits.csv says how wide, and why)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from pipeline.agreement import NEAR
from pipeline.glossary import Glossary
from pipeline.intervals import Interval
from pipeline.model import Approximation, Observation, Quantity

_KINDS = {"level": "level", "share": "share", "contribution": "contribution"}  # other measures are percents
_HUNDRED = Decimal(100)


def _place(value: Decimal) -> Decimal:
    """One unit of the last place printed."""
    return Decimal(1).scaleb(int(value.as_tuple().exponent))


@dataclass(frozen=True, slots=True)
class Printed:
    """How far from a printed figure the true value may lie."""

    glossary: Glossary

    def interval(self, value: Decimal, kind: str, approximation: Approximation = "", *, scale: int = 0) -> Interval:
        """A signed value of a kind ("level", "percent", "change" …) -> what it stands for, in units."""
        limit = self.glossary.limits[f"rounding {kind}"]
        place, size = _place(value), abs(value)
        low, high = size - (limit.low or 0) * place, size + (limit.high or 0) * place
        if approximation in ("under", "about"):
            low = min(low, size * (1 - NEAR))
        if approximation in ("over", "about"):
            high = max(high, size * (1 + NEAR))
        if approximation == "over":
            low = size
        if approximation == "under":
            high = size
        if not size:
            low = -high  # nothing has no sign
        made = Interval(low.scaleb(scale), high.scaleb(scale))
        return -made if value < 0 else made

    def quantity(self, quantity: Quantity, kind: str, sign: int = 1) -> Interval:
        """A quantity of the text, its sign as the words say."""
        size = abs(quantity.low)
        return self.interval(size if sign > 0 else -size, kind, quantity.approximation, scale=quantity.scale)

    def observation(self, o: Observation) -> Interval:
        """What an observation stands for, in units of its unit."""
        if o.rule == "multiple":  # "tăng 2,3 lần" is said of what is 2.3 times as much, and of 2.3 times more
            place = _place(o.value).scaleb(2)
            return Interval(o.value - place, o.value + place + _HUNDRED)
        return self.interval(o.value, _KINDS.get(o.measure, "percent"), o.approximation, scale=o.scale)
