"""Numbers, dates and periods in Vietnamese and English: text -> Decimal and back.

Vietnamese writes 21.294,5 where English writes 21,294.5 (CLDR locales vi and en). Formats are
exact: a figure is written with the digits it was printed with, never rounded, never rescaled, and
`read_number(write_number(x, lang), lang) == x` in both languages.
"""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise

from pipeline.glossary import Scale, Unit
from pipeline.model import Language

NUMBER = re.compile(r"\d+(?:[.,]\d+)*")  # digits and the marks between them
MINUS = "\N{MINUS SIGN}"

# language -> (thousands mark, decimal mark); CLDR 48, <numbers><symbols>.
MARKS: dict[Language, tuple[str, str]] = {"vi": (".", ","), "en": (",", ".")}

MONTHS_EN = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip
ROMAN = ("", "I", "II", "III", "IV")
_ROMAN_LETTERS = {"I": 1, "V": 5, "X": 10}
# "first six months": small numbers are spelled in English running text.
CARDINALS_EN = (
    "", "one", "two", "three", "four", "five", "six", "seven",
    "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip


def write_number(value: Decimal, language: Language) -> str:
    """Decimal -> its digits with the language's marks and U+2212 for minus; every printed digit is kept."""
    group, mark = MARKS[language]
    return format(value, ",f").replace(",", "\0").replace(".", mark).replace("\0", group).replace("-", MINUS)


def read_roman(numeral: str) -> int:
    """A Roman numeral of I, V and X ("XIV") -> its value."""
    values = [_ROMAN_LETTERS[letter] for letter in numeral]
    return sum(-one if one < two else one for one, two in pairwise([*values, 0]))


def read_number(text: str, language: Language) -> Decimal:
    """Digits with the language's marks -> Decimal. Raises ValueError where the marks are misplaced."""
    group, mark = (re.escape(m) for m in MARKS[language])
    plain = text.strip().replace(MINUS, "-")
    if not re.fullmatch(rf"[+-]?(?:\d{{1,3}}(?:{group}\d{{3}})+|\d+)(?:{mark}\d+)?", plain):
        raise ValueError(f"not a number in {language}: {text!r}")
    digits = re.sub(group, "", plain)
    return Decimal(digits.replace(MARKS[language][1], "."))


def write_amount(low: Decimal, high: Decimal, unit: Unit | None, scale: Scale | None, language: Language) -> str:
    """A figure with its unit -> "21.294 tỷ đồng", "VND 21,294 billion"; a range keeps both ends.

    `unit` None writes the bare number. The value is written as printed, whatever the scale.
    """
    number = write_number(low, language)
    if high != low:
        number += f"\N{EN DASH}{write_number(high, language)}"
    if unit is None:
        return number
    word = "" if scale is None else getattr(scale, language)
    pattern = unit.vi if language == "vi" else unit.en_one if low == high == 1 and scale is None else unit.en
    if word and "{scale}" not in pattern:  # a power of ten is never lost
        number = f"{number} {word}"
    return " ".join(pattern.replace("{}", number).replace("{scale}", word).split())


def write_unit(unit: Unit, scale: Scale | None, language: Language) -> str:
    """A unit as write_amount() has it, without a figure ("tỷ đồng", "VND billion"): heads a column, names an axis."""
    word = "" if scale is None else getattr(scale, language)
    pattern = unit.vi if language == "vi" else unit.en
    if word and "{scale}" not in pattern:  # a power of ten is never lost
        pattern = f"{word} {pattern}"
    return " ".join(pattern.replace("{}", "").replace("{scale}", word).split())


def write_date(iso: str, language: Language) -> str:
    """ISO 8601 date -> "30/06/2023" in Vietnamese, "30 June 2023" in (British) English."""
    year, month, day = iso.split("-")
    return f"{day}/{month}/{year}" if language == "vi" else f"{int(day)} {MONTHS_EN[int(month) - 1]} {year}"


def write_period(code: str, language: Language) -> str:
    """Period code of the observation table -> words, without preposition.

    2023-06 -> "tháng 6/2023", "June 2023"; 2023-Q2 -> "quý II/2023", "the second quarter of 2023";
    2023-01/2023-06 -> "6 tháng đầu năm 2023", "the first half of 2023"; 2023 -> "năm 2023", "2023".
    Raises ValueError for anything else.
    """
    if re.fullmatch(r"\d{4}-\d\d-\d\d", code):
        return write_date(code, language)
    if match := re.fullmatch(r"(\d{4})", code):
        return f"năm {code}" if language == "vi" else code
    if match := re.fullmatch(r"(\d{4})-Q([1-4])", code):
        year, quarter = match[1], int(match[2])
        ordinal = ("first", "second", "third", "fourth")[quarter - 1]
        return f"quý {ROMAN[quarter]}/{year}" if language == "vi" else f"the {ordinal} quarter of {year}"
    if match := re.fullmatch(r"(\d{4})-(\d\d)", code):
        year, month = match[1], int(match[2])
        return f"tháng {month}/{year}" if language == "vi" else f"{MONTHS_EN[month - 1]} {year}"
    if match := re.fullmatch(r"(\d{4})-01/\1-(\d\d)", code):
        year, month = match[1], int(match[2])
        if language == "vi":
            return f"{month} tháng đầu năm {year}"
        return f"the first half of {year}" if month == 6 else f"the first {CARDINALS_EN[month]} months of {year}"
    raise ValueError(f"not a period code: {code!r}")


def quarter_of(month: str) -> str:
    """Code of a month -> that of its quarter: 2023-06 -> 2023-Q2."""
    return f"{month[:4]}-Q{(int(month[5:]) + 2) // 3}"


def cumulative_period(year: int, month: int) -> str:
    """Months from January -> canonical code: 1 is the month, 3 the first quarter, 12 the year."""
    return {1: f"{year}-01", 3: f"{year}-Q1", 12: f"{year}"}.get(month, f"{year}-01/{year}-{month:02d}")
