"""Expressions of time in Vietnamese reports: text -> mentions, and their codes in a reporting period.

A mention says what the words say ("tháng 6", no year); `Calendar.code` says what that is in a report
of a given month ("2023-06"), in the period codes of the observation table.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from pipeline.figures import cumulative_period
from pipeline.model import ReportingPeriod

Kind = Literal[
    "day", "until", "between", "month", "month_end", "quarter", "months", "rest", "year", "this_month", "to_date"
]
ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}


@dataclass(frozen=True, slots=True)
class Mention:
    """Words of time at `start`-`end`; fields that the words do not give are None.

    `until`: up to a day or the end of a month; `between`: from one day to another;
    `months`: the first `months` of a year; `rest`: its last months (not yet reported).
    """

    start: int
    end: int
    kind: Kind
    year: int | None = None
    month: int | None = None
    day: int | None = None
    quarter: int | None = None
    months: int | None = None
    from_year: int | None = None
    from_month: int | None = None


def _patterns(cardinals: dict[str, int]) -> list[tuple[Kind, re.Pattern[str]]]:
    """The grammar of time; `cardinals` are the glossary's numbers in words."""
    word = "|".join(sorted((re.escape(w) for w in cardinals), key=len, reverse=True))
    n = rf"(?:\d{{1,2}}|{word})(?!\w)"
    month, quarter = rf"tháng\s+(?P<month>{n})", rf"qu[ýí]\s+(?P<quarter>IV|III|II|I|[1-4]|{word})\b"
    year = r"(?:\s*(?:/|-|–|\bnăm\b)?\s*(?P<year>20\d\d|19\d\d)(?!\d))"
    date = r"(?P<{0}day>\d{{1,2}})\s*(?:[/-]|\s+tháng\s+)\s*(?P<{0}month>\d{{1,2}})"
    date += r"(?:\s*(?:[/-]|\s+năm\s+)\s*(?P<{0}year>\d{{4}}))?(?![\d%,.]\d|/\d|\s*%)"
    day = r"(?:ngày\s+)?(?:\d{1,2}\s*[-–,]\s*)?" + date.format("")
    full = day.replace("))?(?!", "))(?!")  # a date without the word "ngày" needs its year
    first = r"(?:ngày\s+)?" + date.format("from_")
    until = r"(?:\s+cho)?\s+(?:đến|tới)(?:\s+hết)?(?:\s+thời\s+điểm)?\s+"
    opening = r"(?:từ\s+)?đầu\s+năm(?:\s+20\d\d)?"
    now = r"(?:nay|thời\s+điểm\s+(?:này|hiện\s+tại|báo\s+cáo))"
    rows: list[tuple[Kind, str]] = [
        ("between", rf"từ\s+{first}\s*(?:-|–|đến|tới)(?:\s+hết)?\s*{day}"),
        ("between", rf"ngày\s+{first}\s*[-–]\s*{day}"),
        ("until", rf"{opening}{until}{day}"),
        ("until", rf"{opening}{until}(?:cuối\s+)?{month}{year}?"),
        ("to_date", rf"{opening}(?:{until}{now})?"),
        ("until", rf"(?:đến|tới)\s+(?:hết\s+)?(?:thời\s+điểm\s+)?ngày\s+{day}"),
        ("until", rf"(?:đến|tới)\s+(?:hết\s+)?(?:thời\s+điểm\s+)?{full}"),
        ("day", rf"ngày\s+{day}"),
        ("day", rf"(?<![\d/.,]){full}"),
        ("month_end", rf"(?:cuối|hết)\s+{month}{year}?"),
        ("month_end", rf"(?:cuối|hết)\s+{quarter}{year}?"),
        ("rest", rf"{n}\s+tháng\s+(?:cuối|còn\s+lại)(?:\s+của)?(?:\s+năm)?{year}?"),
        ("months", rf"(?<![\d/.,])(?P<months>{n})\s+tháng(?:\s+đầu)?(?:\s+của)?(?:\s+năm(?!\s+{n}\s))?{year}?"),
        ("month", rf"{month}{year}?"),
        ("quarter", rf"{quarter}{year}?"),
        ("this_month", rf"(?:trong\s+)?tháng\s+(?:này|báo\s+cáo|qua)|trong\s+tháng(?!\w)(?!\s+{n})"),
        ("to_date", rf"(?:cho\s+)?đến\s+{now}|l(?:ũy|uỹ)\s+kế|cộng\s+dồn"),
        ("year", rf"(?:cả\s+)?năm{year}"),
        ("year", r"(?<=gốc )\(?(?P<year>20\d\d)"),
        ("year", r"năm\s+(?P<last>trước|ngoái)"),
    ]
    return [(kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in rows]


class PeriodReader:
    """text -> mentions of time in reading order, none overlapping; `cardinals` are numbers in words."""

    def __init__(self, cardinals: Iterable[tuple[str, int]]) -> None:
        """Take pairs of a word and its number ("ba", 3)."""
        self._cardinals = dict(cardinals)
        self._patterns = _patterns(self._cardinals)

    def _number(self, text: str | None) -> int | None:
        if text is None:
            return None
        key = " ".join(text.casefold().split())
        return int(key) if key.isdigit() else ROMAN.get(key) or self._cardinals.get(key)

    def find(self, text: str) -> list[Mention]:
        """Where patterns overlap, the earlier start wins, then the longer one."""
        found = sorted(self._all(text), key=lambda m: (m.start, -m.end))
        kept: list[Mention] = []
        for mention in found:
            if not kept or mention.start >= kept[-1].end:
                kept.append(mention)
        return kept

    def _all(self, text: str) -> Iterator[Mention]:
        for kind, pattern in self._patterns:
            for match in pattern.finditer(text):
                if match.start() and (text[match.start() - 1].isalnum() or text[match.start() - 1] == "_"):
                    continue
                groups = match.groupdict()
                numbers = {k: self._number(groups.get(k)) for k in ("month", "day", "quarter", "months")}
                year = groups.get("year")
                if not _plausible(numbers):
                    continue
                yield Mention(
                    match.start(),
                    match.start() + len(match[0].rstrip()),
                    kind,
                    year=-1 if groups.get("last") else int(year) if year else None,
                    **numbers,
                    from_year=self._number(groups.get("from_year")),
                    from_month=self._number(groups.get("from_month")),
                )


def _plausible(numbers: dict[str, int | None]) -> bool:
    limits = {"month": 12, "day": 31, "quarter": 4, "months": 12}
    return all(n is None or 1 <= n <= limits[k] for k, n in numbers.items())


@dataclass(frozen=True, slots=True)
class Calendar:
    """What mentions mean in a report whose last month is `year`-`month`."""

    year: int
    month: int

    @classmethod
    def of(cls, period: ReportingPeriod) -> Calendar:
        """The reporting period -> its calendar."""
        year, month = period.month.split("-")
        return cls(int(year), int(month))

    @property
    def this_month(self) -> str:
        """Code of the month reported on."""
        return f"{self.year}-{self.month:02d}"

    @property
    def cumulative(self) -> str:
        """Code of the months from January to the month reported on."""
        return cumulative_period(self.year, self.month)

    def code(self, mention: Mention, *, stock: bool = False) -> str | None:
        """A mention -> period code; None when it lies outside the report's year or after its month.

        `stock`: days and ends of months stay days (a herd on 31 January) instead of meaning the months
        up to them (enterprises registered up to 31 January).
        """
        year = self.year if mention.year is None else self.year - 1 if mention.year == -1 else mention.year
        if mention.kind in ("this_month", "to_date"):
            return self.this_month if mention.kind == "this_month" else self.cumulative
        if mention.kind == "rest" or year != self.year:
            return None
        if mention.kind == "year":
            return str(year) if self.month == 12 else ""
        if mention.kind == "quarter":
            return f"{year}-Q{mention.quarter}" if (mention.quarter or 0) * 3 - 2 <= self.month else None
        if mention.kind == "months":
            return cumulative_period(year, mention.months or 0) if (mention.months or 13) <= self.month else None
        month = (mention.quarter or 0) * 3 or mention.month or 0
        if not 1 <= month <= self.month:
            return None
        if mention.kind in ("month_end", "day", "until") and stock:
            return f"{year}-{month:02d}-{mention.day or calendar.monthrange(year, month)[1]:02d}"
        if mention.kind in ("month", "day"):
            return f"{year}-{month:02d}"
        if mention.kind == "between" and self._about_a_month(mention, month):
            return f"{year}-{month:02d}"
        return cumulative_period(year, month)

    def _about_a_month(self, mention: Mention, month: int) -> bool:
        start = mention.from_month or month
        return (month - start) % 12 <= 1
