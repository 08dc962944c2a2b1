"""What a point says beside its first figure: the companion, the last month, what stands in for what is missing."""

from __future__ import annotations

from compose_samples import brief_of, words
from observations import Draft, of

from pipeline.model import Brief


def said(brief: Brief, topic: str, language: str = "en") -> str:
    return next(words(getattr(p, language)) for p in brief.points if p.topic == topic)


# --- companions -----------------------------------------------------------------------------


def retail(*parts: tuple[str, str, str], whole: tuple[str, str] = ("11635", "35.37")) -> Draft:
    draft = Draft("VN-66", "2025-01")
    for code, level, change in (("retail", *whole), *parts):
        draft.fact(f"{code} 2025-01 level", level, "VND", 9)
        draft.fact(f"{code} 2025-01 growth year_ago", change)
    return draft


def test_the_companion_is_the_part_that_brought_most() -> None:
    draft = retail(
        ("retail.goods", "3074", "10.95"),
        ("retail.accommodation_catering", "308", "21.42"),
        ("retail.other_services", "8250", "48.21"),
    )
    assert said(brief_of(draft), "retail") == (
        "Retail sales of goods and services reached VND 11,635 billion in January, up 35.37% from a year earlier; "
        "revenue from other services rose 48.21% to VND 8,250 billion."
    )


def test_a_part_that_falls_is_a_contrast_unless_it_is_a_trifle() -> None:
    goods = ("retail.goods", "8074", "10.95")
    falling = said(brief_of(retail(goods, ("retail.travel", "2500", "-35.57"))), "retail")
    assert falling.endswith(", while travel services revenue fell 35.57% to VND 2,500 billion.")
    trifle = said(brief_of(retail(goods, ("retail.travel", "2.5", "-35.57"))), "retail")
    assert trifle.endswith("; retail sales of goods rose 10.95% to VND 8,074 billion.")
    slight = said(brief_of(retail(goods, ("retail.travel", "2500", "-0.9"))), "retail")
    assert slight.endswith("; retail sales of goods rose 10.95% to VND 8,074 billion.")


def test_amounts_in_other_scales_are_weighed_by_their_worth() -> None:
    draft = retail(("retail.goods", "9074", "10.95"))
    draft.fact("retail.travel 2025-01 level", "250000", "VND", 6)
    draft.fact("retail.travel 2025-01 growth year_ago", "40")
    assert "retail sales of goods rose 10.95%" in said(brief_of(draft), "retail")


# --- months ---------------------------------------------------------------------------------


def quarter(month: str, whole: str = "19.06") -> Draft:
    draft = of("VN-66", "2025-03", [("budget.revenue 2025-03 growth year_ago", month)], "2025-Q1")
    draft.fact("budget.revenue 2025-Q1 level", "12109", "VND", 9)
    draft.fact("budget.revenue 2025-Q1 growth year_ago", whole)
    return draft


def test_the_last_month_is_told_where_it_went_elsewhere() -> None:
    assert said(brief_of(quarter("96.18")), "budget") == (
        "Budget revenue reached VND 12,109 billion in the first quarter, up 19.06% from a year earlier; in March "
        "alone, budget revenue jumped 96.18%."
    )
    assert said(brief_of(quarter("-3.1")), "budget", "vi") == (
        "Thu ngân sách nhà nước trên địa bàn quý I đạt 12.109 tỷ đồng, tăng 19,06% so với cùng kỳ năm trước; riêng "
        "tháng 3, thu ngân sách giảm 3,1%."
    )


def test_a_month_like_the_others_is_not_told() -> None:
    assert "alone" not in said(brief_of(quarter("21.4")), "budget")


def test_the_companion_leaps_with_it() -> None:
    draft = quarter("96.18")
    draft.fact("budget.expenditure 2025-Q1 growth year_ago", "17.06")
    draft.fact("budget.expenditure 2025-03 growth year_ago", "53.49")
    assert said(brief_of(draft), "budget").endswith(
        ", and local spending rose 17.06%; in March alone, budget revenue jumped 96.18% and local spending 53.49%."
    )


def test_growth_of_the_quarter_beside_that_of_the_half_year() -> None:
    draft = of(
        "VN-09",
        "2023-06",
        [("grdp 2023-01/2023-06 growth year_ago", "5.32"), ("grdp 2023-Q2 growth year_ago", "6.1")],
        "2023-Q2",
    )
    assert said(brief_of(draft), "grdp").endswith("; growth in the second quarter alone was 6.1%.")
    assert said(brief_of(draft), "grdp", "vi").endswith("; riêng quý II tăng 6,1%.")


# --- industry, prices -----------------------------------------------------------------------


def branches(**changes: str) -> str:
    facts = [(f"iip.{code} 2025-01 growth year_ago", value) for code, value in changes.items()]
    return said(brief_of(of("VN-66", "2025-01", [("iip 2025-01 growth year_ago", "9.62"), *facts])), "iip")


def test_manufacturing_comes_first_and_a_branch_that_stands_out_second() -> None:
    assert branches(manufacturing="9.24", electricity="8.62", water_waste="21.85").endswith(
        ", with manufacturing up 9.24% and water supply and waste management up 21.85%."
    )
    assert branches(manufacturing="9.24", electricity="8.62").endswith(", with manufacturing up 9.24%.")
    assert branches(manufacturing="11", mining="30").endswith(", with manufacturing up 11% and mining up 30%.")
    assert branches(manufacturing="11", mining="3").endswith(", led by manufacturing (+11%).")


def test_a_price_of_several_months_has_a_line_of_its_own() -> None:
    facts = [("cpi 2025-03 growth year_ago", "3.61"), ("cpi 2025-Q1 growth year_ago", "4.0")]
    brief = brief_of(of("VN-66", "2025-03", facts, "2025-Q1"))
    assert [r.label.vi for r in brief.rows] == [
        "Chỉ số giá tiêu dùng (CPI)",
        "Chỉ số giá tiêu dùng (CPI), bình quân",
    ]
    assert said(brief, "cpi").endswith("; the average for the first quarter was 4.0% higher than a year earlier.")
    alone = brief_of(of("VN-66", "2025-03", facts[1:], "2025-Q1"))
    assert [r.label.en for r in alone.rows] == ["Consumer price index (CPI), average"]


# --- enterprises, what stands in ------------------------------------------------------------


def test_enterprises_without_a_change_have_their_capital() -> None:
    draft = Draft("VN-66", "2025-01")
    draft.fact("enterprises.new 2025-01 level", "178", "enterprise")
    draft.fact("enterprises.registered_capital 2025-01 level", "2766", "VND", 9)
    draft.fact("enterprises.suspended 2025-01 level", "433", "enterprise")
    brief = brief_of(draft)
    assert said(brief, "enterprises") == (
        "New business registrations numbered 178 in January, with registered capital of VND 2,766 billion; 433 "
        "enterprises suspended operations."
    )
    assert said(brief, "enterprises", "vi") == (
        "Trong tháng 1 có 178 doanh nghiệp thành lập mới, tổng vốn đăng ký 2.766 tỷ đồng; 433 doanh nghiệp tạm ngừng "
        "hoạt động."
    )


def test_more_suspended_than_founded_is_said() -> None:
    draft = Draft("VN-44", "2024-03", "2024-Q1")
    draft.fact("enterprises.new 2024-Q1 level", "79", "enterprise")
    draft.fact("enterprises.new 2024-Q1 growth year_ago", "-33.61")
    draft.fact("enterprises.registered_capital 2024-Q1 growth year_ago", "-74.13")
    draft.fact("enterprises.suspended 2024-Q1 level", "218", "enterprise")
    assert said(brief_of(draft), "enterprises") == (
        "New business registrations fell 33.61% from a year earlier to 79 in the first quarter, with registered "
        "capital down 74.13%; 218 enterprises suspended operations."
    )


def test_investment_of_the_state_budget_stands_in_for_all() -> None:
    draft = Draft("VN-66", "2025-01")
    draft.fact("investment.state_budget 2025-01 level", "1594", "VND", 9)
    draft.fact("investment.state_budget 2025-01 plan_ratio plan", "5.53")
    draft.fact("investment.state_budget 2025-01 growth year_ago", "70.12")
    brief = brief_of(draft)
    assert said(brief, "investment") == (
        "Investment from the state budget reached VND 1,594 billion in January, 5.53% of the annual plan and 70.12% "
        "more than a year earlier."
    )
    assert [r.indicator for r in brief.rows] == ["investment.state_budget"]
    draft.fact("investment 2025-01 growth year_ago", "12")
    assert said(brief_of(draft), "investment").startswith("Realised investment rose 12%")


def test_herds_alone_make_a_brief() -> None:
    draft = Draft("VN-66", "2025-02")
    for code, level, scale, change in (
        ("pig", "456537", 0, "1.15"),
        ("poultry", "9162", 3, "1.29"),
        ("cattle", "30445", 0, "0.67"),
        ("buffalo", "4743", 0, "-4.39"),
    ):
        draft.fact(f"livestock.{code}.heads 2025-02-28 level", level, "head", scale)
        draft.fact(f"livestock.{code}.heads 2025-02-28 growth year_ago", change)
    brief = brief_of(draft)
    assert words(brief.headline.en) == "Hung Yen’s pig herd rose 1.15% in the year to 28 February 2025"
    assert [words(p.en) for p in brief.points] == [
        (
            "The pig herd reached 456,537 head at 28 February 2025, up 1.15% from a year earlier; the poultry flock "
            "rose 1.29% to 9,162 thousand head."
        ),
        (
            "The cattle herd reached 30,445 head at 28 February 2025, up 0.67% from a year earlier, while the buffalo "
            "herd fell 4.39% to 4,743 head."
        ),
    ]


# --- headline -------------------------------------------------------------------------------


def headline(*facts: tuple[str, str]) -> str:
    return words(brief_of(of("VN-66", "2025-01", [(f"{c} 2025-01 growth year_ago", v) for c, v in facts])).headline.en)


def test_a_slight_fall_is_no_contrast() -> None:
    told = headline(("iip", "9.62"), ("budget.revenue", "-0.49"), ("retail", "35.37"))
    assert told == "Hung Yen’s industrial production rose 9.62% in January 2025, with retail sales up 35.37%"


def test_what_is_no_part_of_output_is_no_cause_of_growth() -> None:
    assert headline(("grdp", "8.96"), ("investment", "21.46")) == (
        "Hung Yen grew 8.96% in January 2025, with investment up 21.46%"
    )
    assert headline(("grdp", "11.51"), ("iip", "18.67"), ("tourism.revenue", "49.6")) == (
        "Hung Yen grew 11.51% in January 2025 as industrial production rose 18.67%"
    )


def test_the_price_of_gold_is_no_headline() -> None:
    assert headline(("price.gold", "88.42")) == "Hung Yen: the economy in January 2025"
    assert headline(("price.gold", "88.42"), ("retail", "3")) == "Hung Yen’s retail sales rose 3% in January 2025"


# --- the note on figures --------------------------------------------------------------------


def test_computed_changes_are_owned_up_to_only_where_one_is_printed() -> None:
    told = []
    for rule in ("growth", "ratio", "multiple"):
        draft = Draft("VN-66", "2025-01")
        draft.fact("retail 2025-01 growth year_ago", "-12.5", rule=rule)
        told.append(any("the change is computed from it" in words(n.en) for n in brief_of(draft).notes))
    assert told == [False, True, True]
