"""The brief of the Lạng Sơn report, word for word, and what poorer reports give."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from compose_samples import brief_of, glossary, langson, words, written
from observations import Draft, of

from pipeline.compose import compose
from pipeline.model import Brief

GOLDEN = Path(__file__).with_name("golden") / "compose" / "lang-son-2023-06.txt"


def said(brief: Brief, language: str = "en") -> list[str]:
    return [words(getattr(p, language)) for p in brief.points]


def test_lang_son_word_for_word() -> None:
    """After a change of phrases: GOLDEN=write pytest tests/test_compose_golden.py, then read the difference aloud."""
    draft = langson()
    article = draft.article(
        "Tình hình kinh tế - xã hội tháng 6, quý II và 6 tháng đầu năm 2023",
        "Cục Thống kê tỉnh Lạng Sơn",
        "https://thongke-langson.example/tin/6-thang",
        "2023-06-30",
    )
    text = written(compose(article, draft.extraction(), draft.checked(), draft.translation(), glossary()))
    if os.environ.get("GOLDEN") == "write":
        GOLDEN.write_text(text, encoding="utf-8")
    assert text.splitlines() == GOLDEN.read_text(encoding="utf-8").splitlines()


def test_lang_son_has_six_points_in_the_order_of_topics() -> None:
    brief = brief_of(langson())
    assert [p.topic for p in brief.points] == ["grdp", "trade", "iip", "cpi", "budget", "enterprises"]


def test_lang_son_has_a_full_table_in_groups() -> None:
    brief = brief_of(langson())
    groups = list(dict.fromkeys(r.group for r in brief.rows))
    assert 12 <= len(brief.rows) <= 18
    assert groups == ["output", "trade", "budget", "services", "agriculture"]
    assert [r.group for r in brief.rows] == sorted((r.group for r in brief.rows), key=groups.index)


HUE: Sequence[tuple[str, str]] = (
    ("trade.exports 2025-02 growth year_ago", "51.5"),
    ("trade.exports 2025-01/2025-02 growth year_ago", "27"),
    ("trade.imports 2025-01/2025-02 growth year_ago", "4.1"),
    ("iip 2025-02 growth year_ago", "14.4"),
    ("iip 2025-01/2025-02 growth year_ago", "10"),
    ("iip.mining 2025-01/2025-02 growth year_ago", "-21.2"),
    ("iip.manufacturing 2025-01/2025-02 growth year_ago", "9.3"),
    ("iip.electricity 2025-01/2025-02 growth year_ago", "22.7"),
    ("cpi 2025-02 growth previous_month", "-0.2"),
    ("cpi 2025-02 growth year_ago", "2"),
    ("tourism.revenue 2025-01/2025-02 growth year_ago", "29"),
)


def test_without_regional_product_trade_leads() -> None:
    brief = brief_of(of("VN-26", "2025-02", HUE))
    assert words(brief.headline.en) == (
        "Hue’s exports rose 27% in the first two months of 2025, with industrial production up 10%"
    )
    assert words(brief.headline.vi) == (
        "Xuất khẩu của Huế tăng 27% trong 2 tháng đầu năm 2025, sản xuất công nghiệp tăng 10%"
    )
    assert said(brief)[:3] == [
        (
            "Exports rose 27% year on year in the first two months, and imports rose 4.1%; in February alone, "
            "exports jumped 51.5%."
        ),
        (
            "Industrial production rose 10% year on year in the first two months, with manufacturing up 9.3% and "
            "electricity generation and distribution up 22.7%, although mining fell 21.2%."
        ),
        "Consumer prices slipped 0.2% in February from January but rose 2% from a year earlier.",
    ]


def test_prices_alone_make_a_brief() -> None:
    draft = of(
        "VN",
        "2026-02",
        (
            ("cpi 2026-02 growth previous_month", "1.14"),
            ("cpi 2026-02 growth year_ago", "3.35"),
            ("cpi 2026-01/2026-02 growth year_ago", "2.94"),
            ("cpi.core 2026-01/2026-02 growth year_ago", "3.47"),
            ("cpi.food_catering 2026-02 growth previous_month", "2.02"),
            ("cpi.transport 2026-02 growth previous_month", "1.23"),
            ("price.gold 2026-02 growth previous_month", "11.42"),
            ("price.gold 2026-02 growth year_ago", "88.42"),
        ),
    )
    brief = brief_of(draft)
    assert words(brief.headline.en) == (
        "Vietnam’s consumer prices rose 1.14% in February 2026 from January and 3.35% from a year earlier"
    )
    assert words(brief.headline.vi) == (
        "Giá tiêu dùng cả nước tháng 2/2026 tăng 1,14% so với tháng 1 và 3,35% so với cùng kỳ năm trước"
    )
    assert said(brief) == [
        (
            "Consumer prices rose 1.14% in February from January and 3.35% from a year earlier; on the month, food and "
            "catering services cost 2.02% more and transport 1.23% more; the average for the first two months was "
            "2.94% higher than a year earlier."
        ),
        "Core inflation averaged 3.47% over the first two months.",
        "Gold prices rose 11.42% in February from January and jumped 88.42% from a year earlier.",
    ]


def test_core_inflation_of_the_month_stands_in_the_headline() -> None:
    draft = of(
        "VN",
        "2026-02",
        (
            ("cpi 2026-02 growth previous_month", "1.14"),
            ("cpi 2026-02 growth year_ago", "3.35"),
            ("cpi.core 2026-02 growth previous_month", "0.82"),
            ("cpi.core 2026-02 growth year_ago", "3.74"),
            ("cpi.core 2026-01/2026-02 growth year_ago", "3.47"),
        ),
    )
    brief = brief_of(draft)
    assert words(brief.headline.en) == (
        "Vietnam’s consumer prices rose 3.35% in February 2026 from a year earlier, with core inflation at 3.74%"
    )
    assert said(brief)[1] == (
        "Core inflation was 0.82% on the month and 3.74% on the year in February, averaging 3.47% over the first two "
        "months."
    )
    assert said(brief, "vi")[1] == (
        "Lạm phát cơ bản tháng 2 tăng 0,82% so với tháng trước và 3,74% so với cùng kỳ năm trước; bình quân 2 tháng "
        "đầu năm tăng 3,47%."
    )


def test_january_compares_with_december_and_the_year_before() -> None:
    draft = Draft("VN-66", "2025-01")
    draft.fact("iip 2025-01 growth previous_month", "-8.61")
    draft.fact("iip 2025-01 growth year_ago", "3.2")
    draft.fact("transport.revenue 2025-01 level", "651", "VND", 9)
    draft.fact("transport.revenue 2025-01 growth previous_month", "-3.82")
    draft.fact("transport.revenue 2025-01 growth year_ago", "11.14")
    brief = brief_of(draft)
    assert brief.period_label.vi == "Tháng 1 năm 2025"
    assert brief.period_label.en == "January 2025"
    assert said(brief) == [
        "Industrial production rose 3.2% year on year in January, although output fell 8.61% from December.",
        (
            "Transport revenue reached VND 651 billion in January, up 11.14% from a year earlier but down 3.82% from "
            "December."
        ),
    ]
    assert said(brief, "vi")[1] == (
        "Doanh thu vận tải tháng 1 đạt 651 tỷ đồng, tăng 11,14% so với cùng kỳ năm trước nhưng giảm 3,82% so với "
        "tháng 12."
    )
    assert said(brief, "vi")[0] == (
        "Sản xuất công nghiệp tháng 1 tăng 3,2% so với cùng kỳ năm trước; so với tháng 12, toàn ngành giảm 8,61%."
    )


def test_everything_falls() -> None:
    draft = Draft("VN-21", "2025-05")
    for code, value in (("grdp", "-1.2"), ("iip", "-6.81"), ("iip.manufacturing", "-11.09")):
        draft.fact(f"{code} 2025-01/2025-05 growth year_ago", value)
    draft.fact("trade.imports 2025-01/2025-05 level", "4170", "USD", 6)
    draft.fact("trade.imports 2025-01/2025-05 growth year_ago", "-8.3")
    draft.fact("budget.revenue 2025-01/2025-05 level", "21295", "VND", 9)
    draft.fact("budget.revenue 2025-01/2025-05 plan_ratio plan", "46.8")
    draft.fact("budget.revenue 2025-01/2025-05 growth year_ago", "-12.5")
    brief = brief_of(draft)
    assert words(brief.headline.en) == (
        "Thanh Hoa’s economy shrank 1.2% in the first five months of 2025, with budget revenue down 12.5%"
    )
    assert said(brief) == [
        "Gross regional domestic product slipped 1.2% year on year in the first five months.",
        "Imports fell 8.3% from a year earlier to USD 4,170 million in the first five months.",
        "Industrial production fell 6.81% year on year in the first five months, with manufacturing down 11.09%.",
        (
            "Budget revenue came to VND 21,295 billion in the first five months, 46.8% of the budget estimate and "
            "12.5% less than a year earlier."
        ),
    ]


def test_a_fall_where_the_rest_rises_moves_up() -> None:
    rising = (
        ("trade.exports 2025-01/2025-05 growth year_ago", "24"),
        ("iip 2025-01/2025-05 growth year_ago", "14.3"),
        ("retail 2025-01/2025-05 growth year_ago", "14.5"),
        ("investment 2025-01/2025-05 growth year_ago", "4"),
    )
    falling = of("VN-21", "2025-05", (*rising, ("transport.revenue 2025-01/2025-05 growth year_ago", "-4")))
    assert [p.topic for p in brief_of(falling).points] == ["trade", "iip", "investment", "transport", "retail"]


def test_a_single_level_is_still_a_brief() -> None:
    draft = Draft("VN-21", "2025-05")
    draft.fact("retail 2025-05 level", "18239", "VND", 9, approximation="over")
    brief = brief_of(draft)
    assert words(brief.headline.en) == "Thanh Hoa: the economy in the first five months of 2025"
    assert said(brief) == ["Retail sales of goods and services reached more than VND 18,239 billion in May."]
    assert said(brief, "vi") == [
        "Tổng mức bán lẻ hàng hóa và doanh thu dịch vụ tiêu dùng tháng 5 đạt hơn 18.239 tỷ đồng."
    ]


def test_a_change_on_the_month_before_makes_no_headline() -> None:
    draft = of("VN-21", "2025-05", [("iip 2025-05 growth previous_month", "14.3")])
    assert words(brief_of(draft).headline.en) == "Thanh Hoa: the economy in the first five months of 2025"


def test_what_goes_the_other_way_is_said_in_the_headline() -> None:
    facts = (("trade.exports", "24"), ("retail", "15"), ("budget.revenue", "-12.5"))
    draft = of("VN-21", "2025-05", [(f"{code} 2025-01/2025-05 growth year_ago", value) for code, value in facts])
    headline = brief_of(draft).headline
    assert words(headline.en) == (
        "Thanh Hoa’s exports rose 24% in the first five months of 2025 while budget revenue fell 12.5%"
    )
    assert words(headline.vi) == (
        "Xuất khẩu của Thanh Hóa tăng 24% trong 5 tháng đầu năm 2025, trong khi thu ngân sách giảm 12,5%"
    )


@pytest.mark.parametrize(
    ("month", "quarter", "facts", "vi", "en"),
    [
        ("2025-02", None, ["2025-02"], "Tháng 2 năm 2025", "February 2025"),
        ("2025-02", None, ["2025-02", "2025-01/2025-02"],
         "Tháng 2 và 2 tháng đầu năm 2025", "February and first two months of 2025"),
        ("2025-03", "2025-Q1", ["2025-03", "2025-Q1"], "Tháng 3 và quý I năm 2025", "March and first quarter of 2025"),
        ("2024-03", "2024-Q1", ["2024-Q1"], "Quý I năm 2024", "First quarter of 2024"),
        ("2024-12", "2024-Q4", ["2024-12", "2024"],
         "Tháng 12, quý IV và cả năm 2024", "December, fourth quarter and full year of 2024"),
        ("2024-09", None, ["2024-01/2024-09"], "9 tháng đầu năm 2024", "First nine months of 2024"),
    ],
)  # fmt: skip
def test_the_edition_is_named_by_what_it_covers(
    month: str, quarter: str | None, facts: list[str], vi: str, en: str
) -> None:
    draft = of("VN-09", month, [(f"iip {period} growth year_ago", "1.5") for period in facts], quarter)
    label = brief_of(draft).period_label
    assert (label.vi, label.en) == (vi, en)


def test_a_plan_missed_moves_a_point_up() -> None:
    draft = of("VN-21", "2025-09", [(f"{code} 2025-01/2025-09 growth year_ago", "4") for code in ("iip", "investment")])
    draft.fact("cpi 2025-09 growth year_ago", "3")
    draft.fact("budget.revenue 2025-01/2025-09 level", "912", "VND", 9)
    draft.fact("budget.revenue 2025-01/2025-09 growth year_ago", "2")
    orders = []
    for ratio in ("74", "33"):
        draft.observations = [o for o in draft.observations if o.measure != "plan_ratio"]
        draft.fact("budget.revenue 2025-01/2025-09 plan_ratio plan", ratio)
        orders.append([p.topic for p in brief_of(draft).points])
    assert orders == [["iip", "cpi", "budget", "investment"], ["iip", "budget", "cpi", "investment"]]
