"""Whether two figures of one fact state the same amount, each as exactly as it is given."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from pipeline.model import Observation

NEAR = Decimal("0.05")  # how far, of itself, a round figure may be from the exact one


def amount(o: Observation) -> Decimal:
    """The value in units, whatever the power of ten it is printed in."""
    return o.value.scaleb(o.scale)


def step(o: Observation) -> Decimal:
    """The place of the last digit given."""
    return Decimal(1).scaleb(int(o.value.as_tuple().exponent) + o.scale)


def equal(first: Observation, second: Observation) -> bool:
    """Whether two figures are the same, each in its own power of ten."""
    return first.unit == second.unit and amount(first) == amount(second)


def agree(first: Observation, second: Observation) -> bool:
    """Whether two figures state one amount, each in its own scale and as exactly as it is given.

    The finer one, rounded or cut off at the last place of the coarser one, is that; what is "more than",
    "nearly" or "about" lies on its side of it, and near.
    """
    if first.unit != second.unit:
        return False
    coarse, fine = (first, second) if step(first) >= step(second) else (second, first)
    if first.approximation or second.approximation:
        return _allows(first, second) and _allows(second, first)
    cut = [amount(fine).quantize(step(coarse), rounding=way) for way in (ROUND_HALF_UP, ROUND_DOWN)]
    return amount(coarse) in cut


def _allows(inexact: Observation, other: Observation) -> bool:
    """Whether the words before a figure ("hơn 35") leave the other one possible."""
    said, stated = amount(inexact), amount(other)
    if said * stated < 0 or abs(said - stated) > abs(said) * NEAR:
        return False
    return {"over": abs(stated) >= abs(said), "under": abs(stated) <= abs(said)}.get(inexact.approximation, True)
