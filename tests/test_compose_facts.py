"""Which figures may be printed at all."""

from __future__ import annotations

import pytest
from compose_samples import brief_of, langson, statements, words
from observations import Draft, of

from pipeline.figures import write_date


def printed(draft: Draft) -> set[int]:
    brief = brief_of(draft)
    runs = {r.observation for s in statements(brief) for r in (*s.vi, *s.en)}
    cells = {cell for row in brief.rows for cell in (row.level, row.change, row.plan)}
    return {i for i in runs | cells if i is not None}


def test_two_figures_for_one_fact_are_both_left_out() -> None:
    draft = of("VN-09", "2023-06", [("iip 2023-01/2023-06 growth year_ago", "6.81")])
    draft.fact("iip 2023-01/2023-06 growth year_ago", "6.18")
    assert printed(draft) == set()


def test_the_same_figure_said_twice_is_printed() -> None:
    draft = of("VN-09", "2023-06", [("iip 2023-01/2023-06 growth year_ago", "6.81")])
    draft.fact("iip 2023-01/2023-06 growth year_ago", "6.81")
    assert printed(draft) == {0}


def test_the_same_amount_in_another_scale_is_no_contradiction() -> None:
    draft = Draft("VN-09", "2023-06")
    draft.fact("retail 2023-01/2023-06 level", "15489.4", "VND", 9)
    draft.fact("retail 2023-01/2023-06 level", "15489400", "VND", 6)
    assert printed(draft) == {0}


def test_other_areas_and_other_years_are_not_the_report() -> None:
    draft = Draft("VN-09", "2023-06")
    draft.fact("cpi 2023-06 growth previous_month", "-0.02", area="VN-09/urban")
    draft.fact("iip 2023-01/2023-06 growth year_ago", "9.9", area="VN")
    draft.fact("iip 2022-01/2022-06 growth year_ago", "8.8")
    draft.fact("iip 2023 growth year_ago", "7.7")
    draft.fact("iip 2023-05 growth year_ago", "6.6")
    assert printed(draft) == set()


@pytest.mark.parametrize(("approximation", "shown"), [("", {0}), ("over", set())])
def test_almost_twice_is_not_a_figure_of_one_hundred_percent(approximation: str, shown: set[int]) -> None:
    draft = Draft("VN-09", "2023-06")
    draft.fact("trade.total 2023-01/2023-06 growth year_ago", "100", approximation=approximation, rule="multiple")
    assert printed(draft) == shown


def test_what_no_table_can_write_is_left_out() -> None:
    draft = Draft("VN-09", "2023-06")
    draft.fact("retail 2023-01/2023-06 level", "15489.4", "VND", 10)
    draft.fact("trade.exports 2023-01/2023-06 level", "15489.4", "GBP", 6)
    assert printed(draft) == set()


def test_nearly_and_more_than_are_said() -> None:
    draft = Draft("VN-09", "2023-06")
    draft.fact("iip 2023-01/2023-06 growth year_ago", "-6", approximation="under")
    point = brief_of(draft).points[0]
    assert words(point.en) == "Industrial production fell nearly 6% year on year in the first half."
    assert words(point.vi) == "Sản xuất công nghiệp 6 tháng đầu năm giảm gần 6% so với cùng kỳ năm trước."


def test_a_figure_up_to_a_day_names_the_day() -> None:
    draft = Draft("VN-44", "2024-03", "2024-Q1")
    draft.fact("budget.revenue 2024-Q1 level", "713", "VND", 9, approximation="over", until="2024-03-15")
    draft.fact("budget.revenue 2024-Q1 plan_ratio provincial_plan", "18.28", until="2024-03-15")
    draft.fact("budget.revenue 2024-Q1 growth year_ago", "7.75", until="2024-03-15")
    point = brief_of(draft).points[0]
    assert words(point.en) == (
        "Budget revenue reached more than VND 713 billion by 15 March 2024, 18.28% of the provincial estimate and "
        "7.75% more than a year earlier."
    )
    day = write_date("2024-03-15", "vi")
    assert words(point.vi).startswith(f"Thu ngân sách nhà nước trên địa bàn tính đến {day} đạt hơn 713 tỷ đồng, bằng")


def test_a_figure_up_to_a_day_is_no_contradiction_of_the_whole_period() -> None:
    draft = Draft("VN-44", "2024-03", "2024-Q1")
    draft.fact("budget.revenue 2024-Q1 growth year_ago", "7.75", until="2024-03-15")
    draft.fact("budget.revenue 2024-Q1 growth year_ago", "8.1")
    assert "in the first quarter" in words(brief_of(draft).points[0].en)
    assert "8.1%" in words(brief_of(draft).points[0].en)


def test_the_input_is_not_changed() -> None:
    draft = langson()
    before = (draft.article(), draft.extraction(), draft.translation())
    brief = brief_of(draft)
    assert (draft.article(), draft.extraction(), draft.translation()) == before
    assert brief.observations == before[1].observations
    assert brief_of(draft) == brief
