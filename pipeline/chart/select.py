"""Observations -> Plots: which charts the data allow, and what each compares."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from pipeline.answers import answers
from pipeline.chart.plot import Bar, Family, Plot, families
from pipeline.glossary import Glossary
from pipeline.model import GROWTH_BASES, PLAN_BASES, Measure, Observation

# Prices are told month by month: a month with this many groups is shown rather than a longer period.
MONTHLY = 3

Setting = tuple[str, str, str]  # basis, period, day until which
Key = tuple[str, str, str, str, str]  # indicator, measure, and the setting


class Facts:
    """The observations of the area itself that may be printed, found by what they say."""

    def __init__(
        self, observations: Sequence[Observation], area: str, glossary: Glossary, doubtful: Sequence[int] = ()
    ) -> None:
        self.all = observations
        self.index: dict[Key, int] = {}
        for i in answers(observations, glossary, doubtful):
            o = observations[i]
            if o.area == area and o.indicator in glossary.indicators:
                self.index[o.indicator, o.measure, o.basis, o.period, o.until] = i

    def find(self, indicator: str, measure: Measure, basis: str, period: str, until: str) -> int | None:
        return self.index.get((indicator, measure, basis, period, until))

    def value(self, index: int) -> Decimal:
        return self.all[index].value

    def settings(self, codes: Iterable[str], measure: Measure) -> dict[Setting, list[str]]:
        """Setting -> those of the codes that have such an observation, in the order given."""
        wanted = {code: n for n, code in enumerate(codes)}
        met: dict[Setting, list[str]] = defaultdict(list)
        for code, kind, basis, period, until in self.index:
            if kind == measure and code in wanted:
                met[basis, period, until].append(code)
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


def _best(settings: dict[Setting, list[str]], bases: tuple[str, ...], *, month: bool = False) -> Setting | None:
    """The setting with most codes; then the earlier basis, then the longer period, then the later one.

    `month`: a single month that has MONTHLY codes comes before all that, the earlier basis first.
    """

    def rank(key: Setting) -> tuple[int | str, ...]:
        basis, period, until = key
        order, codes = -bases.index(basis), len(settings[key])
        monthly = month and months(period) == 1 and codes >= MONTHLY
        return monthly, order if monthly else 0, codes, order, months(period), period, until

    return max((key for key in settings if key[0] in bases), key=rank, default=None)


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
    _, period, until = setting
    total = facts.find(family.whole, "growth", "year_ago", period, until)
    return Plot(family, period, "year_ago", _ranked(facts, bars), until, total=total)


def _growth(facts: Facts, family: Family) -> Plot | None:
    settings = facts.settings((*family.parts, *(family.instead or ())), "growth")
    for codes in settings.values():
        if family.instead is not None and set(family.instead) <= set(codes):
            codes.remove(family.instead[1])
    setting = _best(settings, GROWTH_BASES, month=family.id == "cpi-groups")
    if setting is None:
        return None
    basis, period, until = setting
    bars = []
    for code in (family.whole, *settings[setting]):
        index = facts.find(code, "growth", *setting)
        if index is not None:
            amount = facts.find(code, "level", "", period, until)
            bars.append(Bar(code, index, amount=amount, whole=code == family.whole))
    return Plot(family, period, basis, _ranked(facts, bars), until)


def _dots(facts: Facts, family: Family) -> Plot | None:
    """Growth with that of a quarter and of a month beside it, where all parts have it."""
    plot = _growth(facts, family)
    if plot is None:
        return None
    settings = facts.settings((b.indicator for b in plot.parts), "growth")
    others = []
    for length in (3, 1):
        shorter = {
            setting: codes
            for setting, codes in settings.items()
            if months(setting[1]) == length < months(plot.period) and not setting[2] and len(codes) == len(plot.parts)
        }
        setting = _best(shorter, (plot.basis,))
        if setting is not None:
            others.append(setting)
    bars = tuple(
        Bar(b.indicator, b.figure, tuple(facts.find(b.indicator, "growth", *s) for s in others), whole=b.whole)
        for b in plot.bars
    )
    return Plot(family, plot.period, plot.basis, bars, plot.until, others=tuple(period for _, period, _ in others))


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
            change = facts.find(code, "growth", "year_ago", *setting[1:])
            bars.append(Bar(code, index, change=change, whole=code == family.whole))
    _, period, until = setting
    return Plot(family, period, "", tuple(sorted(bars, key=lambda b: not b.whole)), until)


def _plan(facts: Facts, family: Family) -> Plot | None:
    """Shares of plan in one period; an indicator without the commonest basis shows its own."""
    settings = facts.settings(family.parts, "plan_ratio")
    setting = _best(settings, PLAN_BASES)
    if setting is None or (elapsed := _elapsed(setting[1])) is None:
        return None
    first, *when = setting
    bars = []
    for code in family.parts:
        for basis in (first, *PLAN_BASES):
            index = facts.find(code, "plan_ratio", basis, *when)
            if index is not None:
                bars.append(Bar(code, index, amount=facts.find(code, "level", "", *when)))
                break
    period, until = when
    return Plot(family, period, first, tuple(bars), until, elapsed=None if until else elapsed)


BUILDERS = {
    "contributions": _contributions,
    "growth": _growth,
    "dots": _dots,
    "levels": _levels,
    "plan": _plan,
}


def choose(
    observations: Sequence[Observation], area: str, glossary: Glossary, doubtful: Sequence[int] = ()
) -> tuple[Plot, ...]:
    """Observations -> the plots they allow, in the order of the page; only of indicators that have a name.

    `doubtful` are the indices of those that the report itself contradicts: no chart shows them.
    """
    facts = Facts(observations, area, glossary, doubtful)
    plots = (BUILDERS[family.form](facts, family) for family in families(glossary))
    found = [p for p in plots if p is not None and len(p.parts) >= p.family.fewest]
    ids = {p.family.id for p in found}
    # Growth by sector says less than the contributions of the same sectors.
    return tuple(p for p in found if not (p.family.id == "grdp-growth" and "grdp-contributions" in ids))
