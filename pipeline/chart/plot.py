"""What a chart holds before it is put into words or drawn, and which charts there are.

A chart compares observations of one measure, basis and period (of one unit and scale where they are
levels); nothing is rescaled to make it comparable.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Form = Literal["contributions", "growth", "pairs", "levels", "plan"]


@dataclass(frozen=True, slots=True)
class Family:
    """Indicators that belong into one chart: a whole (drawn first, apart) and its parts.

    `fewest` parts must be there. `id` names the chart and its phrases (chart.measure.<id>). `instead`: a
    part, and what lies inside it and is shown only where the part itself is not there.
    """

    id: str
    form: Form
    whole: str
    parts: tuple[str, ...]
    fewest: int = 2
    instead: tuple[str, str] | None = None


# In the order of the page. The codes are those of the indicator table. Parts that are added up or
# measured against each other (contributions, levels) never lie inside one another.
FAMILIES = (
    Family(
        "grdp-contributions",
        "contributions",
        "grdp",
        ("grdp.agriculture_forestry_fishery", "grdp.industry_construction", "grdp.services", "grdp.product_taxes"),
        fewest=3,
    ),
    Family(
        "grdp-growth",
        "growth",
        "grdp",
        ("grdp.agriculture_forestry_fishery", "grdp.industry_construction", "grdp.services", "grdp.product_taxes"),
    ),
    Family("trade", "levels", "trade.total", ("trade.exports", "trade.imports")),
    Family(
        "iip-branches",
        "pairs",
        "iip",
        ("iip.mining", "iip.manufacturing", "iip.electricity", "iip.water_waste"),
    ),
    Family(
        "cpi-groups",
        "growth",
        "cpi",
        (
            "cpi.food_catering", "cpi.beverages_tobacco", "cpi.garments", "cpi.housing",
            "cpi.household_equipment", "cpi.health", "cpi.transport", "cpi.post_telecom", "cpi.education",
            "cpi.culture_tourism", "cpi.other",
        ),
    ),
    Family(
        "budget-plan",
        "plan",
        "",
        ("budget.revenue", "budget.revenue.domestic", "budget.revenue.trade", "budget.expenditure"),
    ),
    Family(
        "retail",
        "growth",
        "retail",
        ("retail.goods", "retail.accommodation_catering", "retail.travel", "retail.other_services"),
    ),
    Family(
        "investment",
        "growth",
        "investment",
        ("investment.state", "investment.non_state", "investment.fdi"),
        instead=("investment.state", "investment.state_budget"),
    ),
    Family(
        "transport",
        "growth",
        "transport.revenue",
        (
            "transport.revenue.freight", "transport.revenue.passenger", "transport.revenue.warehousing",
            "transport.revenue.postal",
        ),
    ),
    Family(
        "traffic-volumes",
        "growth",
        "",
        (
            "transport.freight.volume", "transport.freight.turnover", "transport.passengers.volume",
            "transport.passengers.turnover",
        ),
    ),
    Family(
        "livestock",
        "growth",
        "",
        ("livestock.buffalo.heads", "livestock.cattle.heads", "livestock.pig.heads", "livestock.poultry.heads"),
    ),
    Family(
        "enterprises",
        "growth",
        "",
        (
            "enterprises.new", "enterprises.resumed", "enterprises.suspended", "enterprises.dissolved",
            "enterprises.registered_capital",
        ),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bar:
    """One indicator: the figure drawn, a second one (pairs), an amount told beside it, its change.

    `second`, `amount` and `change` are indices of observations like `figure`.
    """

    indicator: str
    figure: int
    second: int | None = None
    amount: int | None = None
    change: int | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Plot:
    """A chart chosen from the data: bars in drawing order, all of `period` and `basis`.

    `until` is the day up to which the figures run where that is before the period's end;
    `second_period` is that of the second figures of a pairs chart; `total` the whole's growth beside
    contributions; `elapsed` the part of the plan's year gone by, in percent.
    """

    family: Family
    period: str
    basis: str
    bars: tuple[Bar, ...]
    until: str = ""
    second_period: str | None = None
    total: int | None = None
    elapsed: Decimal | None = None

    @property
    def parts(self) -> tuple[Bar, ...]:
        """The bars without the whole."""
        return tuple(bar for bar in self.bars if not bar.whole)

    @property
    def complete(self) -> bool:
        """Whether every part of the family is there: without that, nothing is the most or the least."""
        return {bar.indicator for bar in self.parts} == set(self.family.parts)

    @property
    def observations(self) -> tuple[int, ...]:
        """Every observation that the chart prints, in drawing order."""
        found = [i for b in self.bars for i in (b.figure, b.second, b.amount, b.change)] + [self.total]
        return tuple(dict.fromkeys(i for i in found if i is not None))
