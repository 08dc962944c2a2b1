"""Expressions of time in Vietnamese reports: text -> mentions, and their codes in a reporting period.

A mention says what the words say ("tháng 6", no year); `Calendar.code` says what that is in a report
of a given month ("2023-06"), in the period codes of the observation table.
"""

from __future__ import annotations

import calendar
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from pipeline.figures import cumulative_period, quarter_of
from pipeline.glossary import Glossary
from pipeline.model import ReportingPeriod

Kind = Literal[
    "day", "holiday", "until", "between", "month", "month_end", "quarter", "months", "last_months", "duration",
    "year", "whole_year", "years", "plan_years", "school_year", "this_month", "this_quarter", "to_date", "part",
]  # fmt: skip
# Times that stand by their name or number; the other kinds put such times in relation ("đến hết tháng 6").
NAMED: frozenset[Kind] = frozenset((
    "day", "holiday", "month", "quarter", "months", "last_months", "duration",
    "year", "whole_year", "years", "plan_years", "school_year",
))  # fmt: skip
ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}


@dataclass(frozen=True, slots=True)
class Mention:
    """Words of time at `start`-`end`; fields that the words do not give are None.

    `until`: up to a day or the end of a month; `between`: from one day to another; `months`: the first
    `months` of a year, `last_months`: its last ones (not yet reported), `duration`: so many months, not
    counted from January; `years`: from `from_year` to `year`, or until now; `part`: a time that no period code has
    ("tuần đầu tháng 6", "tháng 5 và 6", "5 năm"). `of_year`: the year as words say it, "đầu
    năm" (the), "năm nay" (this), "năm trước" (last); `first`: the first months by word ("6 tháng
    đầu"), `past`: the last ones ("6 tháng qua"); `opening`: from the year's beginning on.
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
    from_day: int | None = None
    of_year: Literal["", "the", "this", "last"] = ""
    first: bool = False
    past: bool = False
    opening: bool = False


_OF_YEAR: dict[str, Literal["this", "last"]] = {"nay": "this", "trước": "last", "ngoái": "last"}
# Where a mention may begin: no word inside a name ("Covid-19 tháng 6").
_WORD = re.compile(r"(?<!\w)(?<![^\W\d_][-–])(?:\d+|[^\W\d_]+)")
_YEAR_WORD = "năm"  # also "five": as a number only with a capital, or before "tháng đầu"


def _date(prefix: str = "", *, full: bool = False) -> str:
    """A day and its month; `full`: with its year."""
    year = rf"(?:\s*(?:[/-]|\s+năm\s+)\s*(?P<{prefix}year>\d{{4}})){'' if full else '?'}"
    day = rf"(?P<{prefix}day>\d{{1,2}})\s*(?:[/-]|\s+tháng\s+)\s*(?P<{prefix}month>\d{{1,2}})"
    return rf"{day}{year}(?![\d%,.]\d|/\d|\s*%)"


class Rule(NamedTuple):
    """One form of a mention, and the words that it may begin with, lower case; "#" for digits."""

    kind: Kind
    openers: frozenset[str]
    pattern: re.Pattern[str]


def _rules(cardinals: Iterable[str]) -> list[Rule]:
    """The grammar of time; `cardinals` are the glossary's numbers in words."""
    words = sorted(
        (r"\s+".join(map(re.escape, w.split())) for w in cardinals if w != _YEAR_WORD), key=len, reverse=True
    )
    word = "|".join([*words, f"(?-i:{_YEAR_WORD.capitalize()})"])
    n = rf"(?:\d{{1,2}}|{word})(?!\w)"
    y = r"(?:19|20)\d\d"
    months = rf"(?P<months>{n}|{_YEAR_WORD}(?=\s+tháng\s+(?:đầu|năm\s+{y})))\s+tháng"
    y_alone = rf"(?P<year>{y})(?!\d|\s?[-–]\s?{y})"
    years = rf"(?P<from_year>{y})\s?[-–]\s?(?P<year>{y})(?!\w|[.,/-]\d)"
    said = r"(?P<said>trước|ngoái|nay)(?!\w)"
    of_year = rf"(?:(?:\s*[/.–-]\s*|\s+(?:của\s+)?năm\s*[/\s]\s*|\s+){y_alone}|\s+(?:của\s+)?năm\s+{said})"
    of_the_year = rf"(?:{of_year}|\s+(?:của\s+)?(?P<the>năm)(?!\w|[^\S\n]+{n}\s))"
    of_half = rf"(?:(?:\s+năm)?\s*[/\s]\s*{y_alone}|\s+{said})"
    apart = r"(?=\s+(?P<apart>tuổi|tới|tiếp\s+theo|trước)(?!\w))"  # an age, months of no one year
    which = rf"(?:\s+(?:(?P<first>đầu)|(?P<last>cuối|còn\s+lại)|(?P<past>qua))(?!\w)|{apart})"
    nth = rf"(?:IV|III|II|I|[1-4]|{word})\b"
    month, quarter = rf"tháng\s+(?P<month>{n})", rf"qu[ýí]\s+(?:qu[ýí]\s+)?(?P<quarter>{nth})"
    before, since = r"(?:\d{1,2}\s*[-–,]\s*)?", r"(?:(?P<from_day>\d{1,2})\s*[-–]\s*|\d{1,2}\s*,\s*)?"
    day, first, the = before + _date(), r"(?:ngày\s+)?" + _date("from_"), r"(?:ngày\s+)?"
    until = r"(?:\s+cho)?\s+(?:đến|tới)(?:\s+hết)?(?:\s+thời\s+điểm)?\s+"
    opening = r"(?P<opening>(?:từ\s+)?đầu\s+năm)(?:\s+20\d\d)?"
    now = r"(?:nay|thời\s+điểm\s+(?:này|hiện\s+tại|báo\s+cáo))"
    some = r"(?:\d{1,2}\s+ngày|tuần|nửa|những\s+ngày)"
    no_nth = rf"(?!\s+(?:quý\s+)?{nth})"
    # kind, the words that it begins with (# digits, n a number), pattern
    rules: list[tuple[Kind, str, str]] = [
        ("between", "từ", rf"từ\s+{first}\s*(?:-|–|đến|tới)(?:\s+hết)?\s*{the}{day}"),
        ("between", "ngày", rf"ngày\s+{first}\s*[-–]\s*{the}{day}"),
        ("until", "từ đầu", rf"{opening}{until}{the}{day}"),
        ("until", "từ đầu", rf"{opening}{until}(?:cuối\s+)?{month}{of_year}?"),
        ("until", "lũy luỹ cộng", rf"(?:l(?:ũy|uỹ)\s+kế|cộng\s+dồn){until}(?:cuối\s+)?{month}{of_year}?"),
        ("to_date", "từ đầu", rf"{opening}(?:{until}{now})?"),
        ("until", "đến tới", rf"(?:đến|tới)\s+(?:hết\s+)?(?:thời\s+điểm\s+)?ngày\s+{day}"),
        ("until", "đến tới", rf"(?:đến|tới)\s+(?:hết\s+)?(?:thời\s+điểm\s+)?{the}{before}{_date(full=True)}"),
        ("until", "đến tới", rf"(?:(?<=tính )(?:đến|tới)(?:\s+hết)?|(?:đến|tới)\s+hết)\s+{day}"),
        ("part", "# tuần nửa những", rf"{some}\s+(?:(?:đầu|giữa|cuối)\s+)?{month}{of_year}?"),
        ("part", "tháng", rf"{month}\s*(?:đến|tới|-|–|và)\s*(?:tháng\s+)?{n}(?!\s+tháng|/\d){of_year}?"),
        ("part", "n", rf"{n}\s+tháng\s+\d{{1,2}}(?:\s*,\s*\d{{1,2}})*\s+và\s+\d{{1,2}}(?!\w|/)"),
        ("part", "#", r"(?<![\d/.,–-])\d{1,2}\s+ngày(?!\w|\s+(?:\d|(?:đầu|giữa|cuối|tháng)(?!\w)))"),
        ("part", "#", r"(?<![\d/.,–-])\d{1,2}\s+năm(?!\w|\s+\d|\s+học)"),
        ("month_end", "cuối hết", rf"(?:cuối|hết)\s+{month}{of_year}?"),
        ("month_end", "cuối hết", rf"(?:cuối|hết)\s+{quarter}{of_year}?"),
        ("month_end", "cuối", rf"cuối\s+(?P<year_end>năm)(?:\s+{y_alone}|\s+{said})"),
        ("this_month", "trong tháng", rf"(?:trong\s+)?tháng\s+(?:này|báo\s+cáo|qua)|trong\s+tháng(?!\w)(?!\s+{n})"),
        ("this_quarter", "trong quý", rf"(?:trong\s+)?quý\s+(?:này|báo\s+cáo)|trong\s+quý(?!\w){no_nth}"),
        ("to_date", "cho đến lũy luỹ cộng", rf"(?:cho\s+)?đến\s+{now}|l(?:ũy|uỹ)\s+kế|cộng\s+dồn"),
        ("day", "ngày", rf"ngày\s+{since}{_date()}"),
        ("day", "# ngày", rf"(?<![\d/.,]){the}{since}{_date(full=True)}"),
        ("day", "# ngày", rf"(?<![\d/.,]){the}(?P<day>\d{{1,2}})\.(?P<month>\d{{1,2}})\.(?P<year>{y})(?!\w|[./,-]\d)"),
        ("holiday", "lễ", rf"lễ\s+(?:{_date('from_')}\s*[-–]\s*)?{_date()}"),
        ("months", "n năm", rf"(?<![\d/.,–-]){months}{which}?{of_the_year}?"),
        ("months", "nửa", rf"(?P<half>nửa)\s+(?P<the>đầu\s+năm|năm\s+đầu)(?!\w){of_half}?"),
        ("month", "tháng", rf"{month}{of_year}?"),
        ("quarter", "quý quí", rf"{quarter}{of_year}?"),
        ("whole_year", "cả", rf"cả\s+(?P<the>năm)(?!\w|\s+học)(?:\s+(?:{y_alone}|{said}))?"),
        ("year", "năm", rf"năm\s+{y_alone}"),
        ("year", "trong", r"trong\s+(?P<the>năm)(?=\s*[,;]|\s+(?:ước|đạt|toàn|tỉnh|có))"),
        ("year", "#", rf"(?:(?<=gốc )|(?<=gốc \()|(?<=so sánh )){y_alone}"),
        ("year", "năm", r"năm\s+(?P<said>trước|ngoái)(?!\w)"),
        ("plan_years", "giai", rf"giai\s+đoạn\s+{years}"),
        ("school_year", "năm", rf"năm\s+học\s+{years}"),
        ("years", "# năm", rf"(?<![.,/-])(?:(?<!\d\s)năm\s+)?{years}"),
        ("years", "kể", rf"kể\s+từ\s+năm\s+(?P<from_year>{y})(?:\s+(?:đến\s+nay|trở\s+lại\s+đây))?(?!\w)"),
    ]
    begins = {"#": ["#"], "n": ["#", _YEAR_WORD, *(w.split()[0] for w in cardinals)]}
    return [
        Rule(
            kind, frozenset(w for o in openers.split() for w in begins.get(o, [o])), re.compile(pattern, re.IGNORECASE)
        )
        for kind, openers, pattern in rules
    ]


class PeriodReader:
    """text -> mentions of time in reading order, none overlapping; `cardinals` are numbers in words."""

    def __init__(self, cardinals: Iterable[tuple[str, int]]) -> None:
        """Take pairs of a word and its number ("ba", 3)."""
        self._cardinals = dict(cardinals)
        rules = _rules(self._cardinals)
        self._rules = _by_opener(rules)
        self._named = _by_opener(rule for rule in rules if rule.kind in NAMED)

    @classmethod
    def of(cls, glossary: Glossary) -> PeriodReader:
        """The glossary's numbers in words -> the reader of its language."""
        return cls((w.surface, int(w.value)) for w in glossary.words if w.category == "cardinal")

    def find(self, text: str) -> list[Mention]:
        """All expressions of time. Where they overlap, the earlier start wins, then the longer one."""
        return _apart(self._all(text, self._rules))

    def named(self, text: str) -> list[Mention]:
        """The times said by name or number alone, without "đến", "cuối", "từ … đến" and what has no name."""
        return _apart(self._all(text, self._named))

    def _all(self, text: str, rules: Mapping[str, Sequence[Rule]]) -> Iterator[Mention]:
        for word in _WORD.finditer(text):
            key = "#" if word[0].isdigit() else word[0].lower()
            for rule in rules.get(key, ()):
                if (match := rule.pattern.match(text, word.start())) and (mention := self._mention(rule.kind, match)):
                    yield mention

    def _mention(self, kind: Kind, match: re.Match[str]) -> Mention | None:
        """A match -> what it says; None where there is no such day or month."""
        groups = {k: " ".join(v.casefold().split()) for k, v in match.groupdict().items() if v}
        numbers = {k: self._number(v) for k, v in groups.items() if k in _LIMITS or k.endswith("year")}
        if "half" in groups:
            numbers["months"] = 6
        if "year_end" in groups:
            numbers["month"] = 12
        if kind == "months":
            kind = "last_months" if "last" in groups else "duration" if groups.keys() & {"apart", "past"} else kind
        if not _plausible(numbers):
            return None
        of_year = _OF_YEAR[groups["said"]] if "said" in groups else "the" if "the" in groups else ""
        return Mention(
            match.start(),
            match.start() + len(match[0].rstrip()),
            kind,
            **numbers,
            of_year="" if "year" in numbers else of_year,
            first="first" in groups,
            past="past" in groups,
            opening="opening" in groups,
        )

    def _number(self, key: str) -> int:
        return int(key) if key.isdigit() else ROMAN.get(key) or self._cardinals[key]


def _by_opener(rules: Iterable[Rule]) -> Mapping[str, Sequence[Rule]]:
    """Rules -> those that may begin with each word: few words of a text begin any."""
    found: dict[str, list[Rule]] = defaultdict(list)
    for rule in rules:
        for opener in rule.openers:
            found[opener].append(rule)
    return found


_LIMITS = {"month": 12, "day": 31, "quarter": 4, "months": 12, "from_month": 12, "from_day": 31}


def _plausible(numbers: Mapping[str, int]) -> bool:
    if not all(1 <= n <= _LIMITS.get(k, n) for k, n in numbers.items()):
        return False
    year = numbers.get("year") or 2000  # a leap year where the words name none
    return numbers.get("day", 1) <= calendar.monthrange(year, numbers.get("month", 1))[1]


def _apart(found: Iterable[Mention]) -> list[Mention]:
    kept: list[Mention] = []
    for mention in sorted(found, key=lambda m: (m.start, -m.end)):
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
    return kept


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
    def this_quarter(self) -> str:
        """Code of the quarter that the month reported on lies in."""
        return quarter_of(self.this_month)

    @property
    def cumulative(self) -> str:
        """Code of the months from January to the month reported on."""
        return cumulative_period(self.year, self.month)

    def year_of(self, mention: Mention) -> int:
        """The year that a mention names, else the report's."""
        return mention.year or self.year - (mention.of_year == "last")

    def code(self, mention: Mention, *, stock: bool = False) -> str | None:
        """A mention -> period code; None when it lies outside the report's year or after its month.

        `stock`: days and ends of months stay days (credit on 31 January) instead of meaning the months up to them
        (enterprises registered up to 31 January).
        """
        year = self.year_of(mention)
        if mention.kind == "this_month":
            return self.this_month
        if mention.kind == "this_quarter":
            return self.this_quarter if self.month % 3 == 0 else None
        if mention.kind == "to_date":
            return self.cumulative
        if mention.kind in ("holiday", "part"):
            return None  # occasions and parts of months have no code
        if mention.kind in ("years", "plan_years", "school_year"):
            return "" if (mention.from_year or year) <= self.year <= year else None
        if mention.past and mention.months == self.month:
            return self.cumulative
        if mention.kind in ("last_months", "duration") or year != self.year:
            return None
        if mention.kind in ("year", "whole_year"):
            return str(year) if self.month == 12 else ""
        if mention.kind == "quarter":
            return f"{year}-Q{mention.quarter}" if (mention.quarter or 0) * 3 <= self.month else None
        if mention.kind == "months":
            return cumulative_period(year, mention.months or 0) if (mention.months or 13) <= self.month else None
        month = (mention.quarter or 0) * 3 or mention.month or 0
        if not 1 <= month <= self.month or (mention.day or 1) > calendar.monthrange(year, month)[1]:
            return None
        if mention.kind in ("month_end", "day", "until") and stock:
            return f"{year}-{month:02d}-{mention.day or calendar.monthrange(year, month)[1]:02d}"
        if mention.kind in ("month", "day"):
            return f"{year}-{month:02d}"
        if mention.kind == "between":
            return self._between(mention, date(year, month, mention.day or 1))
        return cumulative_period(year, month)

    def _between(self, mention: Mention, end: date) -> str | None:
        """From one day to another -> the month or quarter that it is, or the months from January.

        Offices count some months from the middle of the month before (15/12 to 14/1 is January, 15/12 to
        14/3 the first quarter).
        """
        month, day = mention.from_month or end.month, mention.from_day or 1
        year = mention.from_year or end.year - ((month, day) > (end.month, end.day))
        if day > calendar.monthrange(year, month)[1]:
            return None
        start = date(year, month, day)
        if 27 <= (end - start).days + 1 <= 32:
            return f"{end.year}-{end.month:02d}"
        if date(end.year - 1, 12, 10) <= start <= date(end.year, 1, 1):
            return cumulative_period(end.year, end.month)
        whole = start.day == 1 and end.day == calendar.monthrange(end.year, end.month)[1]
        return (
            f"{end.year}-Q{end.month // 3}" if whole and end.month % 3 == 0 and end.month - start.month == 2 else None
        )
