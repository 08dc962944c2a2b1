"""Which period a figure covers: its clause's time, its indicator's nature -> a period code."""

from __future__ import annotations

from datetime import date, timedelta

from pipeline.extract.context import Scope
from pipeline.extract.measures import Reading
from pipeline.periods import Calendar, Mention

_MONTHLY = ("month", "this_month")
_UNDATED = {"stock": _MONTHLY, "herd": (*_MONTHLY, "month_end")}  # kinds of mention that state no day of a stock


def period_of(calendar: Calendar, time: str, reading: Reading, scope: Scope, *, monthly: bool) -> str | None:
    """A reading in its scope -> period code, None where the time named has none.

    `time` is the indicator's ("flow", "quarterly" flow, "stock", "herd", "index" of a stock, "total", "season").
    `monthly`: its subject is compared with the previous month as well, so that without a time it is the month's.
    """
    if scope.season and time != "season":
        return None
    if reading.measure == "growth" and scope.basis == "previous_quarter" and time not in _UNDATED:
        return calendar.this_quarter
    if time == "season":
        return str(calendar.year)
    undated = scope.mention is None or scope.mention.kind in _UNDATED.get(time, ())
    if undated and time in _UNDATED:
        return calendar.cumulative  # the contract's period of a stock without a stated day
    if time == "quarterly" and calendar.month % 3 == 0 and (scope.mention is None or scope.mention.kind in _MONTHLY):
        return calendar.cumulative  # no month has a domestic product
    stock = time in ("stock", "herd", "index") or (time == "total" and _is_day(scope.mention))
    code_named = calendar.code(scope.mention, stock=stock) if scope.mention else calendar.cumulative
    if time == "stock" and scope.mention and scope.mention.kind in ("until", "day", "month_end"):
        return code_named  # a stock of that day, whatever it is compared with
    if reading.measure == "growth" and scope.basis == "previous_month":
        return calendar.this_month if not scope.named or "/" in (code_named or "") else code_named
    if not scope.named and monthly:
        return calendar.this_month
    return code_named


def _is_day(mention: Mention | None) -> bool:
    """Whether a mention is of a day that nothing is counted to from the beginning of the year."""
    return mention is not None and mention.kind in ("until", "day") and not mention.opening


def until(calendar: Calendar, mention: Mention | None, period: str) -> str:
    """The day named as the end of a running total, where it comes before the end of the period; ISO 8601."""
    if (
        mention is None
        or (mention.kind != "until" and (mention.from_month, mention.from_day) != (1, 1))
        or not mention.day
        or not mention.month
        or len(period) == len("2023-06-30")
    ):
        return ""
    day = date(calendar.year, mention.month, mention.day)
    return day.isoformat() if (day + timedelta(days=1)).month == day.month else ""
