"""Observations -> Plots: which charts the data allow, and what each compares."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Sequence
from decimal import Decimal

from pipeline.chart.plot import FAMILIES, Bar, Family, Plot
from pipeline.model import Measure, Observation

# Where several would do: the wider comparison first, then the longer period.
BASES = ("year_ago", "previous_month", "previous_quarter", "december")
PLANS = ("provincial_plan", "plan", "central_plan")

Key = tuple[str, str, str, str]  # indicator, measure, basis, period


class Facts:
    """The observations of the area itself, found by what they say.

    A key that the report gives two different values for is left out: a chart shows only what is sure.
    """

    def __init__(self, observations: Sequence[Observation], known: Container[str]) -> None:
        areas = Counter(o.area for o in observations if "/" not in o.area)
        area = areas.most_common(1)[0][0] if areas else ""
        found: dict[Key, int] = {}
        doubtful: set[Key] = set()
        for i, o in enumerate(observations):
            if o.area != area or o.indicator not in known:
                continue
            key = (o.indicator, o.measure, o.basis, o.period)
            first = observations[found.setdefault(key, i)]
            if (first.value, first.unit, first.scale) != (o.value, o.unit, o.scale):
                doubtful.add(key)
        self.all = observations
        self.index = {key: i for key, i in found.items() if key not in doubtful}

    def find(self, indicator: str, measure: Measure, basis: str, period: str) -> int | None:
        return self.index.get((indicator, measure, basis, period))

    def value(self, index: int) -> Decimal:
        return self.all[index].value

    def settings(self, codes: Iterable[str], measure: Measure) -> dict[tuple[str, str], list[str]]:
        """(basis, period) -> those of the codes that have such an observation, in the order given."""
        wanted = {code: n for n, code in enumerate(codes)}
        met: dict[tuple[str, str], list[str]] = defaultdict(list)
        for code, kind, basis, period in self.index:
            if kind == measure and code in wanted:
                met[basis, period].append(code)
        return {key: sorted(found, key=wanted.__getitem__) for key, found in met.items()}


def months(period: str) -> int:
    """How many months a period code covers; 0 for a day."""
    if re.fullmatch(r"\d{4}", period):
        return 12
    if "-Q" in period:
        return 3
    if "/" in period:
        return int(period[-2:])
    return 1 if re.fullmatch(r"\d{4}-\d\d", period) else 0


def _elapsed(period: str) -> Decimal | None:
    """Months from January -> percent of the year gone by; None for a period that begins later."""
    if re.fullmatch(r"\d{4}-Q1|\d{4}-01|\d{4}-01/\d{4}-\d\d|\d{4}", period):
        return Decimal(months(period) * 100) / 12
    return None


def _best(settings: dict[tuple[str, str], list[str]], bases: tuple[str, ...]) -> tuple[str, str] | None:
    """The setting with most codes; then the earlier basis, then the longer period, then the later one."""
    allowed = [key for key in settings if key[0] in bases]
    return max(
        allowed,
        key=lambda key: (len(settings[key]), -bases.index(key[0]), months(key[1]), key[1]),
        default=None,
    )


def _ranked(facts: Facts, bars: Iterable[Bar]) -> tuple[Bar, ...]:
    """Whole first, then from the highest to the lowest; equal ones keep their order."""
    return tuple(sorted(bars, key=lambda b: (not b.whole, -facts.value(b.figure))))


def _contributions(facts: Facts, family: Family) -> Plot | None:
    settings = facts.settings(family.parts, "contribution")
    setting = _best(settings, ("",))
    if setting is None:
        return None
    bars = [
        Bar(code, index)
        for code in settings[setting]
        if (index := facts.find(code, "contribution", *setting)) is not None
    ]
    total = facts.find(family.whole, "growth", "year_ago", setting[1])
    return Plot(family, setting[1], "year_ago", _ranked(facts, bars), total=total)


def _growth(facts: Facts, family: Family) -> Plot | None:
    settings = facts.settings(family.parts, "growth")
    setting = _best(settings, BASES)
    if setting is None:
        return None
    basis, period = setting
    bars = []
    for code in (family.whole, *settings[setting]):
        index = facts.find(code, "growth", basis, period)
        if index is not None:
            amount = facts.find(code, "level", "", period)
            bars.append(Bar(code, index, amount=amount, whole=code == family.whole))
    return Plot(family, period, basis, _ranked(facts, bars))


def _pairs(facts: Facts, family: Family) -> Plot | None:
    """Growth with a second, shorter period of the same basis beside it, where most parts have one."""
    plot = _growth(facts, family)
    if plot is None:
        return None
    shorter = {
        setting: codes
        for setting, codes in facts.settings((b.indicator for b in plot.parts), "growth").items()
        if setting[0] == plot.basis and months(setting[1]) == 1 < months(plot.period)
    }
    setting = _best(shorter, (plot.basis,))
    if setting is None or len(shorter[setting]) < len(plot.parts):
        return plot
    bars = tuple(
        Bar(b.indicator, b.figure, second=facts.find(b.indicator, "growth", *setting), whole=b.whole) for b in plot.bars
    )
    return Plot(family, plot.period, plot.basis, bars, second_period=setting[1])


def _levels(facts: Facts, family: Family) -> Plot | None:
    """Amounts of one unit and scale, with their growth; the first part's unit and scale count."""
    settings = facts.settings(family.parts, "level")
    setting = _best(settings, ("",))
    if setting is None:
        return None
    bars: list[Bar] = []
    measured: tuple[str, int] | None = None
    for code in (*settings[setting], family.whole):
        index = facts.find(code, "level", *setting)
        if index is None:
            continue
        measured = measured or (facts.all[index].unit, facts.all[index].scale)
        if measured == (facts.all[index].unit, facts.all[index].scale):
            change = facts.find(code, "growth", "year_ago", setting[1])
            bars.append(Bar(code, index, change=change, whole=code == family.whole))
    return Plot(family, setting[1], "", tuple(sorted(bars, key=lambda b: not b.whole)))


def _plan(facts: Facts, family: Family) -> Plot | None:
    """Shares of plan in one period; an indicator without the commonest basis shows its own."""
    settings = facts.settings(family.parts, "plan_ratio")
    setting = _best(settings, PLANS)
    if setting is None or (elapsed := _elapsed(setting[1])) is None:
        return None
    first, period = setting
    bars = []
    for code in family.parts:
        for basis in (first, *PLANS):
            index = facts.find(code, "plan_ratio", basis, period)
            if index is not None:
                bars.append(Bar(code, index, amount=facts.find(code, "level", "", period)))
                break
    return Plot(family, period, first, tuple(bars), elapsed=elapsed)


BUILDERS = {
    "contributions": _contributions,
    "growth": _growth,
    "pairs": _pairs,
    "levels": _levels,
    "plan": _plan,
}


def choose(observations: Sequence[Observation], known: Container[str]) -> tuple[Plot, ...]:
    """Observations -> the plots they allow, in the order of the page. `known`: codes that have a name."""
    facts = Facts(observations, known)
    plots = (BUILDERS[family.form](facts, family) for family in FAMILIES)
    found = [p for p in plots if p is not None and len(p.parts) >= p.family.fewest]
    ids = {p.family.id for p in found}
    # Growth by sector says less than the contributions of the same sectors.
    return tuple(p for p in found if not (p.family.id == "grdp-growth" and "grdp-contributions" in ids))
