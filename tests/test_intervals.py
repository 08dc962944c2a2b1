"""Intervals hold every result that their values can have, and nothing that they cannot."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pipeline.intervals import Interval, change_in_percent, exactly, hull, total

amounts = st.decimals(min_value=-(10**9), max_value=10**9, places=4)
spans = st.tuples(amounts, amounts).map(lambda ends: Interval(min(ends), max(ends)))


@st.composite
def held(draw: st.DrawFn) -> tuple[Interval, Fraction]:
    """An interval and a value in it, as an exact fraction."""
    interval = draw(spans)
    part = draw(st.fractions(min_value=0, max_value=1, max_denominator=97))
    low, high = Fraction(interval.low), Fraction(interval.high)
    return interval, low + part * (high - low)


def holds(interval: Interval, value: Fraction) -> bool:
    return Fraction(interval.low) <= value <= Fraction(interval.high)


@given(held(), held())
def test_every_result_of_values_lies_in_the_result_of_intervals(
    first: tuple[Interval, Fraction], second: tuple[Interval, Fraction]
) -> None:
    (a, x), (b, y) = first, second
    assert holds(a + b, x + y)
    assert holds(a - b, x - y)
    assert holds(a * b, x * y)
    assert holds(-a, -x)
    assert holds(total([a, b, a]), x + y + x)
    assert holds(hull([a, b]), x)
    if 0 not in b:
        assert holds(a / b, x / y)


@given(spans, spans)
def test_bounds_are_reached(a: Interval, b: Interval) -> None:
    assert (a + b).high == a.high + b.high
    assert (a - b).low == a.low - b.high
    assert (a * b).high in {x * y for x in (a.low, a.high) for y in (b.low, b.high)}


@given(held(), held())
def test_the_growth_of_every_level_and_change_is_possible(
    first: tuple[Interval, Fraction], second: tuple[Interval, Fraction]
) -> None:
    (level, x), (change, y) = first, second
    above = exactly(max(Decimal(0), change.high - level.low) + 1)  # so that there was something before
    level, x = level + above, x + Fraction(above.low)
    assert holds(change_in_percent(level, change), y * 100 / (x - y))


@given(amounts, amounts)
def test_a_quotient_is_rounded_outward_by_hardly_anything(a: Decimal, b: Decimal) -> None:
    assume(b != 0)
    quotient = exactly(a) / exactly(b)
    assert holds(quotient, Fraction(a) / Fraction(b))
    assert quotient.high - quotient.low < Decimal("1e-50")


@given(spans, spans)
def test_intervals_meet_where_a_value_lies_in_both(a: Interval, b: Interval) -> None:
    assert a.meets(b) == b.meets(a)
    assert a.meets(b) == (a.low in b or a.high in b or b.low in a)
    assert not a.meets(Interval(a.high + 1, a.high + 2))


def test_what_is_no_interval_or_has_no_quotient_is_refused() -> None:
    with pytest.raises(ValueError, match="no interval"):
        Interval(Decimal(2), Decimal(1))
    with pytest.raises(ZeroDivisionError):
        exactly(1) / Interval(Decimal(-1), Decimal(1))
    with pytest.raises(ZeroDivisionError):
        change_in_percent(exactly(5), exactly(5))
    with pytest.raises(ValueError, match="empty"):
        hull([])
