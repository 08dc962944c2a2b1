"""Which charts the data allow, and what they compare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
from samples import glossary, langson, observation

from pipeline.chart.plot import Plot, families
from pipeline.chart.select import choose, months
from pipeline.errors import GlossaryError
from pipeline.model import Approximation, Observation


def plots(*found: Observation) -> dict[str, Plot]:
    return {p.family.id: p for p in choose(found, "VN-09", glossary())}


def codes(plot: Plot) -> list[str]:
    return [bar.indicator for bar in plot.bars]


def values(plot: Plot, found: Sequence[Observation]) -> list[Decimal]:
    return [found[bar.figure].value for bar in plot.bars]


def test_rich_report_gives_the_six_charts_of_the_page_first() -> None:
    found = choose(langson().observations, "VN-09", glossary())
    ids = [p.family.id for p in found]
    assert ids[:6] == ["grdp-contributions", "trade", "iip-branches", "cpi-groups", "budget-plan", "retail"]
    assert "grdp-growth" not in ids  # the same sectors' contributions say more


def test_nothing_observed_gives_no_chart() -> None:
    assert plots() == {}


def test_too_few_parts_give_no_chart() -> None:
    assert plots(observation("iip", "6.8"), observation("iip.mining", "0.98")) == {}


def test_sectors_without_contributions_are_compared_by_growth() -> None:
    found = [
        observation("grdp", "5"),
        observation("grdp.services", "5.2"),
        observation("grdp.industry_construction", "6"),
    ]
    assert codes(plots(*found)["grdp-growth"]) == ["grdp", "grdp.industry_construction", "grdp.services"]


def test_groups_are_compared_on_the_basis_that_has_more_of_them() -> None:
    month = "2023-06"
    found = [
        observation("cpi.transport", "-13.2", period=month),
        observation("cpi.education", "11.5", period=month),
        observation("cpi.transport", "0.1", basis="previous_month", period=month),
        observation("cpi.education", "0", basis="previous_month", period=month),
        observation("cpi.housing", "0.3", basis="previous_month", period=month),
    ]
    plot = plots(*found)["cpi-groups"]
    assert plot.basis == "previous_month"
    assert codes(plot) == ["cpi.housing", "cpi.transport", "cpi.education"]


def test_prices_of_the_month_come_before_those_of_more_months() -> None:
    groups = ["education", "transport", "housing", "food_catering", "garments"]
    month = [observation(f"cpi.{g}", str(n + 1), period="2025-03") for n, g in enumerate(groups[:3])]
    against = [observation(f"cpi.{g}", "0.1", basis="previous_month", period="2025-03") for g in groups]
    quarter = [observation(f"cpi.{g}", str(n + 1), period="2025-Q1") for n, g in enumerate(groups)]
    plot = plots(*quarter, *against, *month)["cpi-groups"]
    assert (plot.period, plot.basis) == ("2025-03", "year_ago")
    assert plots(*quarter, *month[:2])["cpi-groups"].period == "2025-Q1"


def test_investment_from_the_budget_is_not_beside_the_sector_it_lies_in() -> None:
    found = [
        observation("investment.state_budget", "26"),
        observation("investment.non_state", "7.59"),
        observation("investment.fdi", "3"),
    ]
    plot = plots(*found)["investment"]
    assert set(codes(plot)) == {"investment.state_budget", "investment.non_state", "investment.fdi"}
    assert not plot.complete
    plot = plots(*found, observation("investment.state", "20"))["investment"]
    assert set(codes(plot)) == {"investment.state", "investment.non_state", "investment.fdi"}
    assert plot.complete


def test_figures_up_to_a_day_stay_apart_and_have_no_mark_of_time() -> None:
    until = [
        replace(observation(f"budget.{code}", value, "plan_ratio", "plan", period="2024-Q1"), until="2024-03-15")
        for code, value in (("revenue", "18"), ("revenue.domestic", "19"), ("expenditure", "30"))
    ]
    plot = plots(*until, observation("budget.revenue.trade", "16", "plan_ratio", "plan", period="2024-Q1"))[
        "budget-plan"
    ]
    assert (plot.until, plot.elapsed) == ("2024-03-15", None)
    assert "budget.revenue.trade" not in codes(plot)


def test_a_falling_part_comes_last() -> None:
    plot = plots(*langson().observations)["cpi-groups"]
    ranked = values(plot, langson().observations)[1:]
    assert ranked == sorted(ranked, reverse=True)
    assert ranked[-1] == Decimal("-13.2")
    assert plot.bars[0].whole


def test_amounts_of_another_scale_are_not_compared() -> None:
    found = [
        observation("trade.exports", "1280", "level", "", unit="USD", scale=6),
        observation("trade.imports", "1.005", "level", "", unit="USD", scale=9),
    ]
    assert "trade" not in plots(*found)


def test_amounts_in_another_currency_are_not_compared() -> None:
    found = [
        observation("trade.exports", "1280", "level", "", unit="USD", scale=6),
        observation("trade.imports", "1005", "level", "", unit="VND", scale=6),
    ]
    assert "trade" not in plots(*found)


def test_a_figure_that_the_report_contradicts_is_left_out() -> None:
    found = [
        observation("retail.goods", "25.08"),
        observation("retail.travel", "14.98"),
        observation("retail.other_services", "9.79"),
        observation("retail.travel", "41.98"),
    ]
    assert codes(plots(*found)["retail"]) == ["retail.goods", "retail.other_services"]


def test_a_figure_printed_twice_alike_is_kept() -> None:
    found = [observation("retail.goods", "25.08"), observation("retail.travel", "14.98")]
    assert len(plots(*found, found[0])["retail"].parts) == 2


@pytest.mark.parametrize(("approximation", "parts"), [("", 3), ("over", 2)])
def test_what_is_computed_from_an_inexact_figure_is_not_drawn(approximation: Approximation, parts: int) -> None:
    doubled = replace(observation("retail.travel", "100"), rule="multiple", approximation=approximation)
    found = [observation("retail.goods", "25.08"), observation("retail.other_services", "3"), doubled]
    assert len(plots(*found)["retail"].parts) == parts


def test_families_of_a_whole_have_its_parts() -> None:
    parts = {f.id: f.parts for f in families(glossary())}
    assert parts["iip-branches"] == ("iip.mining", "iip.manufacturing", "iip.electricity", "iip.water_waste")
    assert all(len(p) >= 2 for p in parts.values())
    without = {whole: group for whole, group in glossary().groups.items() if whole != "iip"}
    with pytest.raises(GlossaryError, match=r"groups\.csv: no parts of 'iip'"):
        families(replace(glossary(), groups=without))


def test_parts_of_the_area_are_not_the_area() -> None:
    found = [
        observation("retail.goods", "25.08"),
        observation("retail.travel", "14.98"),
        observation("retail.other_services", "3", area="VN-09/rural"),
    ]
    assert len(plots(*found)["retail"].parts) == 2


def test_an_indicator_without_a_name_is_not_drawn() -> None:
    found = [observation("retail.goods", "25.08"), observation("retail.travel", "14.98")]
    named = {code: row for code, row in glossary().indicators.items() if code != "retail.travel"}
    assert choose(found, "VN-09", replace(glossary(), indicators=named)) == ()


def test_industry_shows_quarter_and_month_beside_the_months_so_far() -> None:
    found = langson().observations
    plot = plots(*found)["iip-branches"]
    assert (plot.period, plot.others) == ("2023-01/2023-06", ("2023-Q2", "2023-06"))
    assert all(b.others[1] is not None and found[b.others[1]].period == "2023-06" for b in plot.bars)


def test_industry_of_one_period_has_single_bars() -> None:
    found = [observation("iip.mining", "1", period="2025-01"), observation("iip.manufacturing", "2", period="2025-01")]
    plot = plots(*found)["iip-branches"]
    assert plot.others == ()
    assert all(b.others == () for b in plot.bars)


def test_industry_shows_a_quarter_only_where_every_branch_has_it() -> None:
    found = [
        observation(code, "3", period=period)
        for code in ("iip.mining", "iip.manufacturing")
        for period in ("2023-01/2023-06", "2023-Q2", "2023-06")
    ]
    assert plots(*found)["iip-branches"].others == ("2023-Q2", "2023-06")
    assert plots(*found[:-2], found[-1])["iip-branches"].others == ("2023-06",)


def test_time_gone_by_is_measured_from_january() -> None:
    plot = plots(*langson().observations)["budget-plan"]
    assert plot.elapsed == 50


def test_a_plan_of_another_kind_keeps_its_basis() -> None:
    found = langson().observations
    plot = plots(*found)["budget-plan"]
    bases = {b.indicator: found[b.figure].basis for b in plot.bars}
    assert plot.basis == "provincial_plan"
    assert bases["budget.revenue.trade"] == "plan"


def test_every_observation_a_plot_prints_is_named() -> None:
    plot = plots(*langson().observations)["trade"]
    measures = {langson().observations[i].measure for i in plot.observations}
    assert measures == {"level", "growth"}


def test_months_of_a_period() -> None:
    codes_ = ("2023", "2023-Q2", "2023-01/2023-05", "2023-06", "2023-06-30")
    assert [months(code) for code in codes_] == [12, 3, 5, 1, 0]
