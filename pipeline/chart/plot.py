"""What a chart holds before it is put into words or drawn, and which charts there are.

A chart compares observations of one measure, basis and period (of one unit and scale where they are
levels); nothing is rescaled to make it comparable.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from pipeline.glossary import Glossary

Form = Literal["contributions", "growth", "dots", "levels", "plan"]


@dataclass(frozen=True, slots=True)
class Family:
    """Indicators that belong into one chart: a whole (drawn first, apart) and its parts.

    Without parts of its own it has those that the glossary says make up the whole. `fewest` parts must be
    there. `id` names the chart and its phrases (chart.measure.<id>). `instead`: a part, and what lies inside
    it and is shown only where the part itself is not there.
    """

    id: str
    form: Form
    whole: str = ""
    parts: tuple[str, ...] = ()
    fewest: int = 2
    instead: tuple[str, str] | None = None


# In the order of the page. The codes are those of the indicator table. Parts that are added up or
# measured against each other (contributions, levels) never lie inside one another.
FAMILIES = (
    Family("grdp-contributions", "contributions", "grdp", fewest=3),
    Family("grdp-growth", "growth", "grdp"),
    Family("trade", "levels", "trade.total"),
    Family("iip-branches", "dots", "iip"),
    Family("cpi-groups", "growth", "cpi"),
    Family(
        "budget-plan",
        "plan",
        parts=("budget.revenue", "budget.revenue.domestic", "budget.revenue.trade", "budget.expenditure"),
    ),
    Family("retail", "growth", "retail"),
    Family("investment", "growth", "investment", instead=("investment.state", "investment.state_budget")),
    Family("transport", "growth", "transport.revenue"),
    Family(
        "traffic-volumes",
        "growth",
        parts=(
            "transport.freight.volume", "transport.freight.turnover", "transport.passengers.volume",
            "transport.passengers.turnover",
        ),
    ),
    Family(
        "livestock",
        "growth",
        parts=("livestock.buffalo.heads", "livestock.cattle.heads", "livestock.pig.heads", "livestock.poultry.heads"),
    ),
    Family(
        "enterprises",
        "growth",
        parts=(
            "enterprises.new", "enterprises.resumed", "enterprises.suspended", "enterprises.dissolved",
            "enterprises.registered_capital",
        ),
    ),
)  # fmt: skip


def families(glossary: Glossary) -> tuple[Family, ...]:
    """Every family with its parts. Raises GlossaryError where the tables do not say those of a whole."""
    return tuple(f if f.parts else replace(f, parts=glossary.parts(f.whole)) for f in FAMILIES)


@dataclass(frozen=True, slots=True)
class Bar:
    """One indicator: the figure drawn, those of other periods (dots), an amount told beside it, its change.

    `others`, `amount` and `change` are indices of observations like `figure`.
    """

    indicator: str
    figure: int
    others: tuple[int | None, ...] = ()
    amount: int | None = None
    change: int | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Plot:
    """A chart chosen from the data: bars in drawing order, all of `period` and `basis`.

    `until` is the day up to which the figures run where that is before the period's end; `others` are the periods of
    the bars' other figures; `total` is the whole's growth beside contributions; `elapsed` the part of the plan's year
    gone by, in percent.
    """

    family: Family
    period: str
    basis: str
    bars: tuple[Bar, ...]
    until: str = ""
    others: tuple[str, ...] = ()
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
        found = [i for b in self.bars for i in (b.figure, *b.others, b.amount, b.change)] + [self.total]
        return tuple(dict.fromkeys(i for i in found if i is not None))
