"""Titles claim what the figures show; labels are in the language's format."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import THEME, glossary, langson, observation

from pipeline.chart import chart as charts_of
from pipeline.chart.marks import marked, parted
from pipeline.chart.plot import FAMILIES
from pipeline.chart.select import choose
from pipeline.chart.words import FRACTIONS, Speaker, figure_label, words
from pipeline.editions import Figure
from pipeline.figures import write_number
from pipeline.model import GROWTH_BASES, LANGUAGES, PLAN_BASES, Approximation, Brief, Label, Language, Observation, Span


def brief(*found: Observation) -> Brief:
    return replace(langson(), observations=found)


def title(language: Language, *found: Observation, chart: str | None = None) -> str:
    made = choose(found, "VN-09", glossary())
    plot = made[0] if chart is None else next(p for p in made if p.family.id == chart)
    return words(Speaker(brief(*found), glossary(), language), plot).title


def contributions(total: str, services: str, industry: str, farming: str, taxes: str = "0") -> list[Observation]:
    parts = {"services": services, "industry_construction": industry, "agriculture_forestry_fishery": farming}
    return [
        observation("grdp", total),
        *(
            observation(f"grdp.{code}", value, "contribution", "", unit="percentage_point")
            for code, value in (parts | {"product_taxes": taxes}).items()
        ),
    ]


@pytest.mark.parametrize(
    ("total", "services", "claim"),
    [
        ("5.32", "2.58", "nearly half of the growth"),  # 48.5%
        ("5", "2.5", "half of the growth"),
        ("5", "2.6", "more than half of the growth"),
        ("5", "3.3", "about two thirds of the growth"),
        ("5", "3.6", "more than half of the growth"),  # 72%: no fraction is near
        ("5", "4", "more than three quarters of the growth"),
        ("5", "2", "contributed most: 2 percentage points"),  # 40%
    ],
)
def test_fraction_of_growth_is_true(total: str, services: str, claim: str) -> None:
    assert claim in title("en", *contributions(total, services, "0.2", "0.1"))


def test_half_is_not_claimed_for_nearly_half() -> None:
    assert (
        title("en", *contributions("5.32", "2.58", "1.73", "0.83", "0.18"))
        == "Services brought nearly half of the growth"
    )
    assert (
        title("vi", *contributions("5.32", "2.58", "1.73", "0.83", "0.18"))
        == "Dịch vụ đóng góp gần một nửa mức tăng trưởng"
    )


def test_what_held_growth_back_is_told_as_such() -> None:
    found = contributions("-1", "0.5", "-1.2", "-0.3")
    assert title("en", *found) == "Industry and construction held growth back most: −1.2 percentage points"


def test_no_fraction_without_the_growth_itself() -> None:
    found = contributions("5", "2.5", "1", "1")[1:]
    assert title("en", *found) == "Services contributed most: 2.5 percentage points"


def test_two_equal_leaders_are_not_one() -> None:
    found = contributions("5", "2.5", "2.5", "0")
    assert (
        title("en", *found) == "Industry and construction as well as services contributed most: 2.5 percentage points"
    )


def test_nothing_is_most_while_a_sector_is_missing() -> None:
    found = contributions("5", "2", "1", "1")[:-1]
    assert title("en", *found) == "Services contributed 2 percentage points"


def test_rise_and_fall_have_their_verbs_and_no_sign() -> None:
    found = [observation("livestock.poultry.heads", "3.88"), observation("livestock.buffalo.heads", "-2.11")]
    assert title("en", *found) == "The poultry flock rose 3.88%, the buffalo herd fell 2.11%"
    assert title("vi", *found) == "Đàn gia cầm tăng 3,88%, đàn trâu giảm 2,11%"


def test_fastest_is_claimed_only_where_no_branch_is_missing() -> None:
    branches = ["mining", "manufacturing", "electricity", "water_waste"]
    found = [observation(f"iip.{b}", str(n + 1)) for n, b in enumerate(branches)]
    assert title("en", *found) == "Water supply and waste management rose fastest, by 4%"
    assert title("en", *found[:-1]) == "Electricity rose 3%, mining 1%"


def test_all_falling_is_told_as_a_fall() -> None:
    branches = ["mining", "manufacturing", "electricity", "water_waste"]
    found = [observation(f"iip.{b}", f"-{n + 1}") for n, b in enumerate(branches)]
    assert title("en", *found) == "Water supply and waste management fell most, by 4%"


def test_prices_cost_more_or_less() -> None:
    assert (
        title("en", *langson().observations, chart="cpi-groups") == "Education cost 11.54% more, transport 13.2% less"
    )
    assert (
        title("vi", *langson().observations, chart="cpi-groups")
        == "Giáo dục tăng giá 11,54%, giao thông giảm giá 13,2%"
    )


def test_trade_is_told_by_its_growth_else_by_its_size() -> None:
    levels = [
        observation("trade.exports", "1005", "level", "", unit="USD", scale=6),
        observation("trade.imports", "1280", "level", "", unit="USD", scale=6),
    ]
    growth = [observation("trade.exports", "322.4"), observation("trade.imports", "-20.6")]
    assert title("en", *levels, *growth) == "Exports rose 322.4%, imports fell 20.6%"
    assert title("en", *levels) == "Imports exceeded exports"


def test_plan_title_compares_shares_of_one_plan() -> None:
    found = [
        observation("budget.revenue", "52.5", "plan_ratio", "provincial_plan"),
        observation("budget.revenue.domestic", "61", "plan_ratio", "provincial_plan"),
        observation("budget.expenditure", "39.1", "plan_ratio", "central_plan"),
    ]
    told = title("en", *found)
    assert told == "Budget revenue reached 52.5% of the provincial estimate, domestic revenue 61%"


def test_alternative_text_tells_kind_highest_lowest_and_finding() -> None:
    plot = next(p for p in choose(langson().observations, "VN-09", glossary()) if p.family.id == "cpi-groups")
    said = words(Speaker(langson(), glossary(), "en"), plot)
    assert said.alternative == (
        "Horizontal bar chart: Consumer prices, groups the report names, % change on a year earlier, Lang Son,"
        " June 2023."
        " Highest: Education, 11.54%. Lowest: Transport, −13.2%. Education cost 11.54% more, transport 13.2% less."
    )
    assert said.source == "Source: Lang Son Statistics Office"


def test_a_pair_s_title_and_alternative_text_name_their_period() -> None:
    plot = next(p for p in choose(langson().observations, "VN-09", glossary()) if p.family.id == "iip-branches")
    said = words(Speaker(langson(), glossary(), "en"), plot)
    assert said.title == "In the first half, manufacturing rose fastest, by 11.09%"
    assert "First half of 2023: highest Manufacturing, 11.09%; lowest Mining" in said.alternative
    assert (
        "June 2023: highest Electricity, 12.99%; lowest Water supply and waste management, −0.69%." in said.alternative
    )
    assert said.alternative.startswith("Dot plot: ")
    single = words(Speaker(langson(), glossary(), "en"), replace(plot, others=()))
    assert single.alternative.startswith("Horizontal bar chart: ")
    vi = words(Speaker(langson(), glossary(), "vi"), plot)
    assert vi.title == "6 tháng đầu năm, công nghiệp chế biến, chế tạo tăng mạnh nhất: 11,09%"


def test_prices_of_another_period_than_the_month_are_dated() -> None:
    groups = ["education", "transport", "housing"]
    found = [observation(f"cpi.{g}", str(n + 1)) for n, g in enumerate(groups)]
    assert title("en", *found).startswith("In the first half, ")
    month = [replace(o, period="2023-06") for o in found]
    assert not title("en", *month).startswith("In ")


def test_all_eleven_groups_are_not_some() -> None:
    parts = glossary().parts("cpi")
    found = [observation(code, str(n), period="2023-06") for n, code in enumerate(parts)]
    (plot,) = choose(found, "VN-09", glossary())
    assert words(Speaker(brief(*found), glossary(), "en"), plot).subtitle.startswith("Consumer prices by group, ")


def test_figures_up_to_a_day_say_so() -> None:
    found = [
        replace(observation(f"budget.{code}", value, "plan_ratio", "plan"), until="2023-06-15")
        for code, value in (("revenue", "48"), ("expenditure", "39"))
    ]
    (plot,) = choose(found, "VN-09", glossary())
    en, vi = (words(Speaker(brief(*found), glossary(), language), plot) for language in ("en", "vi"))
    assert en.title == "By 15 June, budget revenue reached 48% of the budget estimate, local budget expenditure 39%"
    assert en.subtitle == "Per cent of the budget estimate reached, Lang Son, by 15 June 2023"
    assert vi.subtitle == "Phần trăm dự toán năm đã thực hiện, Lạng Sơn, tính đến 15/06/2023"
    assert "kế hoạch" not in vi.title


def test_arrivals_are_counted_in_visits() -> None:
    found = (observation("tourism.arrivals", "814000", "level", "", unit="person"),)
    assert Speaker(brief(*found), glossary(), "en").amount(0) == "814,000 visits"


def test_without_an_office_the_report_is_the_source() -> None:
    nameless = replace(langson(), office=Label("", ""))
    plot = choose(nameless.observations, "VN-09", glossary())[0]
    assert (
        words(Speaker(nameless, glossary(), "en"), plot).source
        == "Source: original report, June and first half of 2023"
    )


def test_a_source_without_an_office_goes_on_in_small_letters() -> None:
    nameless = replace(
        langson(), office=Label("", ""), period_label=Label("6 tháng đầu năm 2025", "First half of 2025")
    )
    plot = choose(nameless.observations, "VN-09", glossary())[0]
    assert words(Speaker(nameless, glossary(), "en"), plot).source == "Source: original report, first half of 2025"


# --- inexact figures -----------------------------------------------------------------------


def inexact(code: str, value: str, approximation: Approximation) -> Observation:
    return replace(observation(code, value), approximation=approximation)


@pytest.mark.parametrize(
    ("approximation", "value", "label", "spoken"),
    [
        ("over", "35", ">35%", "more than 35%"),
        ("under", "35", "<35%", "nearly 35%"),
        ("about", "35", "≈35%", "about 35%"),
        ("over", "-35", "<−35%", "just below −35%"),
        ("under", "-35", ">−35%", "just above −35%"),
        ("about", "-35", "≈−35%", "about −35%"),
        ("", "-35", "−35%", "−35%"),
    ],
)
def test_an_inexact_figure_is_marked_at_its_bar_and_told_in_words_elsewhere(
    approximation: Approximation, value: str, label: str, spoken: str
) -> None:
    found = [inexact("retail.goods", value, approximation), observation("retail.travel", "0")]
    (plot,) = choose(found, "VN-09", glossary())
    speaker = Speaker(brief(*found), glossary(), "en")
    bar = next(b for b in plot.bars if b.indicator == "retail.goods")
    assert figure_label(speaker, plot, bar) == label
    assert f"Retail sales of goods, {spoken}." in words(speaker, plot).alternative


@pytest.mark.parametrize(
    ("approximation", "en", "vi"),
    [
        ("over", "Lang Son Statistics Office. > = just over.", "Cục Thống kê tỉnh Lạng Sơn. > = trên."),
        ("", "Lang Son Statistics Office", "Cục Thống kê tỉnh Lạng Sơn"),
    ],
)  # fmt: skip
def test_marks_are_explained_where_one_is_drawn(approximation: Approximation, en: str, vi: str) -> None:
    found = [inexact("retail.goods", "35", approximation), observation("retail.travel", "2")]
    (plot,) = choose(found, "VN-09", glossary())
    assert words(Speaker(brief(*found), glossary(), "en"), plot).source == f"Source: {en}"
    assert words(Speaker(brief(*found), glossary(), "vi"), plot).source == f"Nguồn: {vi}"


def test_a_title_says_more_than() -> None:
    branches = ["mining", "manufacturing", "electricity"]
    found = [observation(f"iip.{b}", str(n + 1)) for n, b in enumerate(branches)]
    found.append(inexact("iip.water_waste", "35", "over"))
    assert title("en", *found) == "Water supply and waste management rose fastest, by more than 35%"
    assert title("vi", *found).endswith("tăng mạnh nhất: hơn 35%")


@pytest.mark.parametrize(
    ("approximation", "value", "second", "most"),
    [
        ("under", "10", "9.9", False),  # nearly 10% may be less than 9.9%
        ("under", "10", "8", True),
        ("", "10", "10", True),  # both together
        ("over", "10", "10", True),
        ("about", "10", "10", False),
    ],
)
def test_fastest_is_not_claimed_where_an_inexact_figure_leaves_it_in_doubt(
    approximation: Approximation, value: str, second: str, *, most: bool
) -> None:
    found = [
        observation("iip.mining", "1"),
        observation("iip.electricity", "2"),
        observation("iip.manufacturing", second),
    ]
    found.append(inexact("iip.water_waste", value, approximation))
    assert ("fastest" in title("en", *found)) is most


def test_no_fraction_of_an_inexact_growth() -> None:
    found = contributions("5", "2.5", "0.2", "0.1")
    assert "half" in title("en", *found)
    told = title("en", replace(found[0], approximation="over"), *found[1:])
    assert told == "Services contributed most: 2.5 percentage points"


@pytest.mark.parametrize(
    ("imports", "told"),
    [
        ("1000", "Exports exceeded imports"),
        ("1100", "Exports came to more than USD 1,005 million, imports to USD 1,100 million"),
        ("1200", "Imports exceeded exports"),
    ],
)
def test_amounts_too_near_to_be_told_apart_are_only_named(imports: str, told: str) -> None:
    found = [
        replace(observation("trade.exports", "1005", "level", "", unit="USD", scale=6), approximation="over"),
        observation("trade.imports", imports, "level", "", unit="USD", scale=6),
    ]
    assert title("en", *found) == told


def test_an_inexact_change_in_brackets() -> None:
    levels = [observation(f"trade.{c}", "1005", "level", "", unit="USD", scale=6) for c in ("exports", "imports")]
    found = [*levels, inexact("trade.exports", "27", "over"), inexact("trade.imports", "-4", "about")]
    (plot,) = choose(found, "VN-09", glossary())
    speaker = Speaker(brief(*found), glossary(), "en")
    assert [figure_label(speaker, plot, b) for b in plot.bars] == ["1,005 (>+27%)", "1,005 (≈−4%)"]
    assert words(speaker, plot).title == "Exports rose more than 27%, imports fell about 4%"


def test_every_chart_has_its_phrases() -> None:
    keys = {f"chart.measure.{f.id}" for f in FAMILIES} | {f"chart.kind.{f.form}" for f in FAMILIES}
    keys |= {f"chart.basis.{b}" for b in (*GROWTH_BASES, *PLAN_BASES)} | {
        f"chart.title.share.{key}" for _, _, key in FRACTIONS
    }
    assert keys <= set(glossary().phrases)


@given(
    st.lists(st.decimals(-99, 99, places=2), min_size=4, max_size=4),
    st.sampled_from(["vi", "en"]),
)
def test_a_title_never_rises_with_a_fall(changes: list[object], language: Language) -> None:
    branches = ["mining", "manufacturing", "electricity", "water_waste"]
    found = [observation(f"iip.{b}", str(c)) for b, c in zip(branches, changes, strict=True)]
    told = title(language, *found)
    rise, fall = ("tăng", "giảm") if language == "vi" else ("rose", "fell")
    assert (rise in told) == any(o.value > 0 for o in found)
    assert (fall in told) == any(o.value < 0 for o in found) or (rise in told and fall not in told)
    assert "−" not in told


def test_words_say_where_they_print_which_figure() -> None:
    found = langson().observations
    seen = 0
    for made in charts_of(langson(), glossary(), LANGUAGES, THEME).charts:
        told = ((made.title, made.title_figures), (made.subtitle, made.subtitle_figures))
        for text, figure in ((text, f) for text, figures in told for f in figures):
            printed = text[figure.span.start : figure.span.end]
            number = write_number(abs(found[figure.observation].value), made.language)
            assert re.fullmatch(rf"(?:USD |VND )?{re.escape(number)}(?:%| \D+)?", printed)
            assert text[: figure.span.start][-1:] in " ("
            seen += 1
        assert not any("\ue000" <= letter <= "\ue002" for letter in made.title + made.subtitle + made.alternative)
    assert seen > 20


def test_marks_of_figures_are_taken_out_of_a_sentence() -> None:
    text = f"a {marked(3, '5%')}, {marked(12, '6%')} b"
    assert parted(text) == ("a 5%, 6% b", (Figure(Span(2, 4), 3), Figure(Span(6, 8), 12)))
    assert parted("plain") == ("plain", ())
