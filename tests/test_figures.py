"""Numbers, amounts, dates and periods, written and read in both languages."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.extract.quantities import read_digits
from pipeline.figures import (
    MINUS,
    cumulative_period,
    read_number,
    read_roman,
    write_amount,
    write_date,
    write_number,
    write_period,
)
from pipeline.glossary import Glossary
from pipeline.model import LANGUAGES, Language

numbers = st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12)
exact = st.builds(
    lambda digits, places: Decimal(digits).scaleb(-places), st.integers(-(10**15), 10**15), st.integers(0, 6)
)


@given(exact, st.sampled_from(LANGUAGES))
def test_what_is_written_reads_back(value: Decimal, language: Language) -> None:
    back = read_number(write_number(value, language), language)
    assert back == value
    assert back.as_tuple().exponent == value.as_tuple().exponent  # 5.20 stays 5.20


@given(exact.filter(lambda v: v >= 0))
def test_the_extraction_reads_what_vietnamese_writes(value: Decimal) -> None:
    assert read_digits(write_number(value, "vi"))[0] == value


@given(exact.filter(lambda v: v >= 0))
def test_a_figure_never_changes_between_the_languages(value: Decimal) -> None:
    digits = {language: "".join(c for c in write_number(value, language) if c.isdigit()) for language in LANGUAGES}
    assert digits["vi"] == digits["en"]


@pytest.mark.parametrize(
    ("text", "language"),
    [("1.201,2", "en"), ("1,201.2", "vi"), ("12.34", "vi"), ("12,34", "en"), ("1.2345", "vi"), ("", "vi"), ("a", "en")],
)
def test_misplaced_marks_are_refused(text: str, language: Language) -> None:
    with pytest.raises(ValueError, match="not a number"):
        read_number(text, language)


@pytest.mark.parametrize(
    ("digits", "value"),
    [
        ("21.294", "21294"), ("1.201,2", "1201.2"), ("5,20", "5.20"), ("6.53", "6.53"), ("98.59", "98.59"),
        ("0.123", "0.123"), ("123,158", "123.158"), ("4.307.931", "4307931"), ("1,234,567", "1234567"), ("06", "6"),
    ],
)  # fmt: skip
def test_digits_as_offices_print_them(digits: str, value: str) -> None:
    assert read_digits(digits)[0] == Decimal(value)


@given(st.from_regex(r"\d+([.,]\d+){0,4}", fullmatch=True))
def test_no_digits_are_ever_refused(digits: str) -> None:
    value, rule = read_digits(digits)
    assert value >= 0
    assert rule


@pytest.mark.parametrize(
    ("value", "unit", "scale", "vi", "en"),
    [
        ("21294", "VND", 9, "21.294 tỷ đồng", "VND 21,294 billion"),
        ("4307931", "VND", 6, "4.307.931 triệu đồng", "VND 4,307,931 million"),
        ("2285", "USD", 6, "2.285 triệu USD", "USD 2,285 million"),
        ("5.32", "percent", 0, "5,32%", "5.32%"),
        ("-0.75", "percent", 0, f"{MINUS}0,75%", f"{MINUS}0.75%"),
        ("0.83", "percentage_point", 0, "0,83 điểm phần trăm", "0.83 percentage points"),
        ("1", "hectare", 0, "1 ha", "1 hectare"),
        ("3.9", "tonne", 6, "3,9 triệu tấn", "3.9 million tonnes"),
        ("52.82", "quintal/hectare", 0, "52,82 tạ/ha", "52.82 quintals per hectare"),
        ("1.2", "quintal/hectare", 3, "1,2 nghìn tạ/ha", "1.2 thousand quintals per hectare"),
    ],
)
def test_amounts(value: str, unit: str, scale: int, vi: str, en: str, glossary: Glossary) -> None:
    number = Decimal(value)
    for language, text in zip(LANGUAGES, (vi, en), strict=True):
        written = write_amount(number, number, glossary.units[unit], glossary.scales.get(scale), language)
        assert written == text


def test_a_range_keeps_both_ends(glossary: Glossary) -> None:
    ends = Decimal(5000), Decimal(15000)
    assert write_amount(*ends, glossary.units["VND/kg"], None, "vi") == "5.000–15.000 đồng/kg"
    assert write_amount(*ends, glossary.units["VND/kg"], None, "en") == "VND 5,000–15,000 per kg"


@pytest.mark.parametrize(
    ("code", "vi", "en"),
    [
        ("2023-06", "tháng 6/2023", "June 2023"),
        ("2023-Q2", "quý II/2023", "the second quarter of 2023"),
        ("2023-01/2023-06", "6 tháng đầu năm 2023", "the first half of 2023"),
        ("2024-01/2024-09", "9 tháng đầu năm 2024", "the first nine months of 2024"),
        ("2023", "năm 2023", "2023"),
        ("2023-06-30", "30/06/2023", "30 June 2023"),
    ],
)
def test_periods(code: str, vi: str, en: str) -> None:
    assert (write_period(code, "vi"), write_period(code, "en")) == (vi, en)


@pytest.mark.parametrize("code", ["", "2023-Q5", "2023-01/2024-06", "June"])
def test_what_is_no_period_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match="not a period"):
        write_period(code, "en")


def test_roman_numerals() -> None:
    assert [read_roman(n) for n in ("I", "IV", "VIII", "IX", "XIV", "XXVI")] == [1, 4, 8, 9, 14, 26]


def test_dates() -> None:
    assert write_date("2023-06-05", "vi") == "05/06/2023"
    assert write_date("2023-06-05", "en") == "5 June 2023"


def test_cumulative_periods_are_canonical() -> None:
    assert [cumulative_period(2024, m) for m in (1, 2, 3, 12)] == ["2024-01", "2024-01/2024-02", "2024-Q1", "2024"]
