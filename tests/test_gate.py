"""The gate: what holds a brief for a person, each limit by itself, and on the real reports."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from samples import THEME, glossary

from pipeline.fetch import Fetched
from pipeline.history import NoHistory, Replaced
from pipeline.model import LANGUAGES, Finding, Label, Number, Past
from pipeline.press import Press
from pipeline.run import STAGES, Inputs, Results
from pipeline.settings import Gate
from pipeline.watch.gate import gate as judge

TODAY = date(2024, 7, 29)
LOOSE = Gate(recall=Decimal(0), least=0, unread=Decimal(1), untranslated=1000)


def gate(results: Results, limits: Gate) -> list[str]:
    """As on the day on which the report of July 2024 appears."""
    return judge(results, limits, TODAY)


TEXT = """Tình hình kinh tế - xã hội tỉnh Cao Bằng tháng Bảy và 7 tháng đầu năm 2024
Chỉ số sản xuất công nghiệp tháng Bảy ước tăng 2,5% so với tháng trước.
Tổng mức bán lẻ hàng hóa 7 tháng ước đạt 7.120,4 tỷ đồng, tăng 12,5% so với cùng kỳ năm trước.
Chỉ số giá tiêu dùng tháng Bảy tăng 0,3% so với tháng trước.
Kim ngạch xuất khẩu 7 tháng đạt 120 triệu USD, tăng 4% so với cùng kỳ năm trước.
"""


@cache
def read(text: str, history: NoHistory | None = None) -> Results:
    """A text as far as the brief, without its pages."""
    source = Fetched(text.encode(), "report.txt", "text/plain")
    press = Press(glossary(), LANGUAGES, THEME)
    given = Inputs(source.data, source.address, glossary(), None, None, press, history or NoHistory(), source.media)
    results = Results(glossary(), given.history)
    for stage in STAGES[:5]:
        setattr(results, stage.result, stage.make(given, results))
    return results


def with_past(results: Results, *lost: str, report: str = "2024-06") -> Results:
    """The same after a report that had the same figures, and those of `lost`."""
    found = results.extraction.observations
    more = [replace(found[0], indicator=code) for code in lost]
    made = Results(results.glossary, results.history)
    for stage in STAGES[:5]:
        setattr(made, stage.result, getattr(results, stage.result))
    made.__dict__["past"] = tuple(Past(report, o) for o in (*found, *more))
    return made


def test_a_sound_report_goes_through() -> None:
    assert gate(read(TEXT), Gate(least=4)) == []
    assert gate(with_past(read(TEXT)), Gate(recall=Decimal(1))) == []


def test_the_first_report_of_an_area_has_to_be_a_whole_one() -> None:
    (reason,) = gate(read(TEXT), Gate())
    assert reason == "the area's first report has 4 indicators, fewer than 10"


def test_a_month_that_has_not_come_is_a_slip() -> None:
    assert judge(read(TEXT), LOOSE, date(2024, 7, 1)) == []
    assert judge(read(TEXT), LOOSE, date(2024, 6, 30)) == ["it reports on 2024-07, which has not come yet"]


def test_a_report_that_contradicts_itself_is_held_whatever_the_limits() -> None:
    wrong = TEXT + "Thu ngân sách đạt 500 tỷ đồng, trong đó thu nội địa 300 tỷ đồng, thu xuất nhập khẩu 450 tỷ đồng.\n"
    (reason,) = gate(read(wrong), LOOSE)
    assert reason.startswith("check.")


LOST = ("budget.revenue", "budget.expenditure", "tourism.arrivals", "livestock.pig.heads", "crops.rice.output")


@given(st.integers(0, len(LOST)), st.integers(0, 100))
def test_the_share_of_what_is_found_again_decides(lost: int, least: int) -> None:
    results = with_past(read(TEXT), *LOST[:lost])
    known = {o.indicator for o in read(TEXT).extraction.observations if o.indicator in glossary().indicators}
    share = Decimal(len(known)) / (len(known) + lost)
    held = gate(results, replace(LOOSE, recall=Decimal(least) / 100))
    assert bool(held) == (share < Decimal(least) / 100)
    if held:
        assert f"{lost} of {len(known) + lost} indicators of 2024-06 are not found again" in held[0]


def test_what_only_quarters_have_is_not_missed_in_a_month() -> None:
    quarterly = [code for code, row in glossary().indicators.items() if row.time == "quarterly"]
    assert quarterly
    assert gate(with_past(read(TEXT), *quarterly), Gate(recall=Decimal(1))) == []


def test_the_fullest_of_the_last_three_reports_counts() -> None:
    """A thin one that a person let through makes the next ones no thinner."""
    results = with_past(read(TEXT))
    for month, held in (("2024-05", 1), ("2024-02", 0)):
        fuller = with_past(read(TEXT), *LOST, report=month).past
        between = with_past(read(TEXT), report="2024-04").past
        results.__dict__["past"] = (
            *fuller,
            *between,
            *with_past(read(TEXT), report="2024-03").past,
            *with_past(read(TEXT)).past,
        )
        assert len(gate(results, Gate(recall=Decimal(1)))) == held


def test_numbers_that_nobody_understands_hold_it() -> None:
    results = with_past(read(TEXT))
    numbers = results.extraction.numbers
    half = tuple(replace(n, role="unread") if i % 2 else n for i, n in enumerate(numbers))
    results.extraction = replace(results.extraction, numbers=half)
    (reason,) = gate(results, replace(LOOSE, unread=Decimal("0.2")))
    assert reason == f"{len(numbers) // 2} of {len(numbers)} numbers are not understood"
    assert gate(results, replace(LOOSE, unread=Decimal("0.6"))) == []
    results.extraction = replace(results.extraction, numbers=tuple[Number, ...]())
    assert gate(results, replace(LOOSE, unread=Decimal(0))) == []


def test_main_points_left_in_vietnamese_hold_it() -> None:
    results = with_past(read(TEXT))
    points = tuple(replace(p, untranslated=True) for p in results.brief.points)
    results.brief = replace(results.brief, points=points)
    assert len(points) >= 2
    assert gate(results, replace(LOOSE, untranslated=len(points))) == []
    (reason,) = gate(results, replace(LOOSE, untranslated=0))
    assert reason == f"{len(points)} of the main points are left in Vietnamese"


class Known(NoHistory):
    """A history in which the month has a brief already."""

    def replaced(self, _area: str, _month: str) -> Replaced | None:
        return Replaced(1, "2024-07-28")


def test_another_article_of_a_month_that_has_a_brief_is_held() -> None:
    (reason,) = gate(read(TEXT, Known()), LOOSE)
    assert "it replaces edition 1 of its month (of 2024-07-28)" in reason


def test_a_finding_of_the_reader_holds_it_only_where_it_is_an_error() -> None:
    results = with_past(read(TEXT))
    for severity, held in (("error", 1), ("warning", 0), ("info", 0)):
        finding = Finding("read.test", severity, None, Label("x", "something"))  # type: ignore[arg-type]  # a severity
        results.article = replace(read(TEXT).article, findings=(finding,))
        assert len(gate(results, LOOSE)) == held


def test_an_article_on_one_subject_is_held_after_a_whole_report_and_the_next_whole_one_is_not(shared: Path) -> None:
    texts = {m: (shared / "reports" / f"hungyen_2025-0{m}.txt").read_text(encoding="utf-8") for m in (1, 2, 3, 4)}
    months = {m: read(text) for m, text in texts.items()}

    def after(month: int, before: int) -> list[str]:
        made = with_past(months[month])
        made.__dict__["past"] = tuple(
            Past(f"2025-0{before}", o) for o in months[before].extraction.observations
        )  # fmt: skip
        return [r for r in judge(made, Gate(), date(2025, 12, 1)) if "not found again" in r]

    assert after(2, 1) != []  # of February there is one on farming alone
    assert (after(3, 1), after(3, 2), after(4, 3)) == ([], [], [])
