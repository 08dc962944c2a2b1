"""Verbs of direction, figures, periods and bases in both languages."""

from __future__ import annotations

from dataclasses import replace

import pytest
from compose_samples import glossary, words
from observations import Draft

from pipeline.compose.facts import gather
from pipeline.compose.words import NOTHING, Writer, plain, statement
from pipeline.errors import GlossaryError
from pipeline.model import Run, Statement


def writer_of(draft: Draft) -> Writer:
    return Writer(gather(draft.article(), draft.extraction(), draft.checked(), glossary()), glossary())


def growth(value: str, approximation: str = "") -> Writer:
    draft = Draft("VN-09", "2023-06")
    draft.fact("iip 2023-06 growth year_ago", value, approximation=approximation)
    return writer_of(draft)


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [
        ("100", "tăng mạnh 100%", "jumped 100%"),
        ("101.1", "tăng mạnh 101,1%", "jumped 101.1%"),
        ("322.4", "tăng mạnh 322,4%", "jumped 322.4%"),
        ("50", "tăng mạnh 50%", "jumped 50%"),
        ("49.99", "tăng 49,99%", "rose 49.99%"),
        ("5.20", "tăng 5,20%", "rose 5.20%"),
        ("0.15", "tăng 0,15%", "rose 0.15%"),
        ("0.14", "tăng nhẹ 0,14%", "edged up 0.14%"),
        ("0", "không đổi", "held steady"),
        ("-0.02", "giảm nhẹ 0,02%", "edged down 0.02%"),
        ("-0.15", "giảm 0,15%", "slipped 0.15%"),
        ("-0.75", "giảm 0,75%", "slipped 0.75%"),
        ("-2", "giảm 2%", "fell 2%"),
        ("-49.9", "giảm 49,9%", "fell 49.9%"),
        ("-50", "giảm mạnh 50%", "plunged 50%"),
        ("-62.39", "giảm mạnh 62,39%", "plunged 62.39%"),
    ],
)
def test_a_verb_of_direction_with_its_figure(value: str, vi: str, en: str) -> None:
    moved = growth(value).moved(0)
    assert (words(moved.vi), words(moved.en)) == (vi, en)


@pytest.mark.parametrize(
    ("value", "en"),
    [
        ("100", "doubled"),
        ("101.1", "doubled"),
        ("104.9", "doubled"),
        ("105", "more than doubled"),
        ("199.9", "more than doubled"),
        ("200", "tripled"),
        ("322.4", "more than quadrupled"),
        ("304.9", "quadrupled"),
        ("400", None),
        ("99.9", None),
        ("0", None),
        ("-0.02", None),
        ("-49.9", None),
        ("-50", "halved"),
        ("-62.39", "more than halved"),
    ],
)
def test_a_word_of_magnitude_only_when_the_figure_says_so(value: str, en: str | None) -> None:
    multiple = growth(value).multiple(0)
    assert (None if multiple is None else words(multiple.en)) == en


def test_no_word_of_magnitude_for_a_figure_that_is_not_exact() -> None:
    assert growth("101.1", "over").multiple(0) is None


@pytest.mark.parametrize(
    ("value", "vi", "en"), [("11.09", "+11,09%", "+11.09%"), ("-3.61", "−3,61%", "−3.61%"), ("0", "0%", "0%")]
)
def test_a_change_in_brackets_has_its_sign(value: str, vi: str, en: str) -> None:
    signed = growth(value).signed(0)
    assert (words(signed.vi), words(signed.en)) == (vi, en)


def test_amounts_are_printed_as_they_are() -> None:
    draft = Draft("VN-09", "2023-06")
    draft.fact("grdp 2023-01/2023-06 level", "21294", "VND", 9)
    draft.fact("trade.total 2023-01/2023-06 level", "2285", "USD", 6, approximation="about")
    draft.fact("enterprises.new 2023-01/2023-06 level", "1201", "enterprise")
    draft.fact("grdp.services 2023-01/2023-06 contribution", "2.58", "percentage_point")
    writer = writer_of(draft)
    amounts = [writer.amount(i) for i in range(4)]
    assert [words(a.vi) for a in amounts] == [
        "21.294 tỷ đồng", "khoảng 2.285 triệu USD", "1.201 doanh nghiệp", "2,58 điểm phần trăm",
    ]  # fmt: skip
    assert [words(a.en) for a in amounts] == [
        "VND 21,294 billion", "about USD 2,285 million", "1,201", "2.58 percentage points",
    ]  # fmt: skip
    assert [r for r in amounts[1].en if r.observation is not None] == [Run("USD 2,285 million", 1)]


@pytest.mark.parametrize(
    ("basis", "period", "vi", "en"),
    [
        ("previous_month", "2023-06", "so với tháng 5", "from May"),
        ("previous_month", "2023-01", "so với tháng 12", "from December"),
        ("december", "2023-06", "so với tháng 12/2022", "from December 2022"),
        ("base_2019", "2023-06", "so với năm gốc 2019", "from the base year 2019"),
        ("year_ago", "2023-06", "so với cùng kỳ năm trước", "from a year earlier"),
    ],
)
def test_what_a_change_is_compared_with(basis: str, period: str, vi: str, en: str) -> None:
    draft = Draft("VN-09", period)
    draft.fact(f"iip {period} growth {basis}", "1.5")
    said = writer_of(draft).basis(0)
    assert (words(said.vi), words(said.en)) == (vi, en)


@pytest.mark.parametrize(
    ("key", "vi", "en"),
    [
        ("credit.loans 2025-01-31 growth december", "so với cuối năm 2024", "from end-2024"),
        ("price.gold 2025-01 growth december", "so với tháng 12/2024", "from December 2024"),
        ("budget.revenue 2025-01 plan_ratio plan", "dự toán năm", "of the budget estimate"),
        ("budget.revenue 2025-01 plan_ratio provincial_plan", "dự toán tỉnh giao", "of the provincial estimate"),
        ("investment 2025-01 plan_ratio plan", "kế hoạch năm", "of the annual plan"),
    ],
)
def test_a_basis_in_the_words_of_its_indicator(key: str, vi: str, en: str) -> None:
    draft = Draft("VN-66", "2025-01")
    draft.fact(key, "1.5")
    said = writer_of(draft).basis(0)
    assert (words(said.vi), words(said.en)) == (vi, en)


@pytest.mark.parametrize(
    ("code", "period", "vi", "en"),
    [
        ("iip", "2023-06", "tháng 6", "in June"),
        ("iip", "2023-Q2", "quý II", "in the second quarter"),
        ("iip", "2023-01/2023-06", "6 tháng đầu năm", "in the first half"),
        ("iip", "2022-01/2022-05", "5 tháng đầu năm 2022", "in the first five months of 2022"),
        ("credit.loans", "2023-06-30", "tính đến 30/06/2023", "at 30 June 2023"),
        ("budget.revenue", "2023-11-15", "tính đến 15/11/2023", "by 15 November 2023"),
        ("livestock.pig.heads", "2023-01/2023-06", "cuối tháng 6", "at the end of June"),
        ("crops.grain.output", "2023", "trong vụ", "this season"),
    ],
)
def test_when_it_was_so(code: str, period: str, vi: str, en: str) -> None:
    said = writer_of(Draft("VN-09", "2023-06")).when(code, period)
    assert (words(said.vi), words(said.en)) == (vi, en)


def test_an_empty_slot_leaves_no_trace() -> None:
    writer = writer_of(Draft("VN-09", "2023-06"))
    text = writer.text("lead.level", subject=plain("xuất khẩu", "exports"), when=NOTHING, level=plain("nhiều", "much"))
    assert statement("trade", text) == Statement(
        "trade", (Run("Xuất khẩu đạt nhiều."),), (Run("Exports reached much."),)
    )


def test_a_figure_at_the_start_keeps_what_follows_small() -> None:
    text = plain("225 doanh nghiệp", "225 enterprises")
    assert words(statement("enterprises", text).en) == "225 enterprises."


def test_a_missing_phrase_is_named() -> None:
    with pytest.raises(GlossaryError, match=r"phrases-compose\.csv: key 'compose\.nowhere' is missing"):
        writer_of(Draft("VN-09", "2023-06")).text("nowhere")


def test_an_unknown_slot_is_named() -> None:
    with pytest.raises(
        GlossaryError, match=r"phrases-compose\.csv, row \d+: compose\.join\.and has an unknown slot \{first\}"
    ):
        writer_of(Draft("VN-09", "2023-06")).text("join.and", second=NOTHING)


def test_a_table_of_bounds_without_its_lowest_row_is_named() -> None:
    writer = growth("-3")
    rows = tuple(w for w in writer.glossary.selection if w.surface not in ("fall", "plunge"))
    writer = Writer(writer.facts, replace(writer.glossary, selection=rows))
    with pytest.raises(GlossaryError, match=r"selection\.csv: no row of category 'move'"):
        writer.direction(0)
