"""Which month, quarter and months from January an article reports on."""

import pytest
from reading import PARAGRAPHS, corpus_rows, glossary

from pipeline.model import ReportingPeriod
from pipeline.read.period import period_grammar, reporting_period
from pipeline.read.words import page_words

GRAMMAR = period_grammar(glossary(), page_words(glossary()))


def period_of(title: str, text: str = "", published: str | None = None) -> ReportingPeriod | None:
    return reporting_period(title, text, published, GRAMMAR)


@pytest.mark.parametrize("row", corpus_rows("read-periods.tsv"), ids=lambda row: row["title"])
def test_corpus_of_titles(row: dict[str, str]) -> None:
    assert period_of(row["title"]) == ReportingPeriod(row["month"], row["quarter"] or None, row["cumulative"])


@pytest.mark.parametrize(
    ("text", "month", "quarter"),
    [
        # the period named most, not the one it is compared with
        ("Tháng 2/2026 giá tăng so với tháng 12/2025. Bình quân 2 tháng đầu năm 2026 tăng 3%.", "2026-02", None),
        ("GRDP quý I/2024 tăng 5%, thấp hơn mức tăng của quý I/2023. Trong quý I/2024 thu 9 tỷ.", "2024-03", "2024-Q1"),
        # the year stands only in a date
        ("Đến ngày 15/5/2025 đã gặt xong. Tháng 5 tăng 4%. Lũy kế 5 tháng đầu năm tăng 6%.", "2025-05", None),
        # a plan for a quarter that is not over
        ("Tháng 8/2024 tăng 2%. Phấn đấu quý III/2024 vượt kế hoạch.", "2024-09", "2024-Q3"),
        ("Tháng 8/2024 tăng 2%. 8 tháng đầu năm 2024 tăng 3%. Quý III/2024 cần vượt.", "2024-08", None),
        # "cả năm" and bare years
        ("Cả năm 2024, GRDP tăng 7%. Cả năm 2024 thu 4 tỷ.", "2024-12", None),
        ("Năm 2024, GRDP tăng 7%, cao hơn năm 2023. Năm 2024 thu 4 tỷ.", "2024-12", None),
        # only figures' last day, and years, are named
        ("Thu từ đầu năm đến ngày 15/2/2024 đạt 4 tỷ, bằng 11% dự toán năm 2024.", "2024-02", None),
        # the year after the one compared with, not the one that a record goes back to
        ("Tháng Một, bán lẻ đạt 4 tỷ, tăng 9% so với cùng kỳ năm 2025, cao nhất kể từ năm 2021.", "2026-01", None),
        # a period with its year outweighs one of a forecast without
        ("Trong tháng 11/2024 đón 5 lượt khách. Dự báo tháng 12 này đón 6 lượt khách.", "2024-11", None),
        # neither the second half nor an age is counted from January
        ("Tháng 6/2024 tăng 1%. Trong 6 tháng cuối năm 2024 và với trẻ 9 tháng tuổi còn việc.", "2024-06", None),
    ],
)
def test_texts_without_title(text: str, month: str, quarter: str | None) -> None:
    period = period_of("", text)
    assert period is not None
    assert (period.month, period.quarter) == (month, quarter)


def test_the_quarter_of_the_text_counts_at_its_end_only() -> None:
    at_end = period_of("Kinh tế tháng 9 năm 2024", "Quý III năm 2024, GRDP tăng 7%.")
    before = period_of("Kinh tế tháng 8 năm 2024", "Phấn đấu quý III năm 2024 tăng 7%.")
    assert at_end is not None
    assert before is not None
    assert (at_end.quarter, before.quarter) == ("2024-Q3", None)


@pytest.mark.parametrize(
    ("published", "month"),
    [("2024-09-02", "2024-08"), ("2024-08-30", "2024-08"), ("2025-01-05", "2024-08"), (None, None)],
)
def test_a_year_that_nobody_names_is_that_of_publication(published: str | None, month: str | None) -> None:
    period = period_of("Kinh tế tháng Tám", "Giá tăng 2%.", published)
    assert (period and period.month) == month


def test_no_period() -> None:
    assert period_of("Kinh tế địa phương", PARAGRAPHS[0].replace("tháng Tám", "kỳ này")) is None


def test_lower_case_five_is_the_year() -> None:
    period = period_of("Kinh tế 6 tháng năm 2024")
    assert period == ReportingPeriod("2024-06", None, "2024-01/2024-06")


def test_the_day_of_publication_tells_more_than_a_year_compared_with() -> None:
    period = period_of("", "Tháng Năm, giá tăng 2% so với tháng trước, tăng 9% so với năm gốc 2019.", "2025-06-02")
    assert period is not None
    assert period.month == "2025-05"
