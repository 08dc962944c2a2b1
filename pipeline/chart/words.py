"""Plot -> its words in one language: title, subtitle, labels, alternative text.

A title claims only what the observations show: a fraction of growth where contribution and growth
were both printed and their quotient lies there, "rose" and "fell" by the sign of the figure, "most"
and "fastest" where no part of the family is missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from pipeline.chart.plot import Bar, Plot
from pipeline.chart.select import months
from pipeline.figures import write_amount, write_date, write_number
from pipeline.glossary import Glossary
from pipeline.model import Brief, Label, Language, Observation
from pipeline.typeset import (
    basis_words,
    capital,
    period_of_year,
    phrase,
    short_period,
    signed,
    title_period,
    uncapital,
)

# part of growth, from and below -> phrase; anything else is told in points.
FRACTIONS = (
    (Decimal("0.32"), Decimal("0.345"), "third"),
    (Decimal("0.45"), Decimal("0.495"), "nearly-half"),
    (Decimal("0.495"), Decimal("0.505"), "half"),
    (Decimal("0.505"), Decimal("0.65"), "over-half"),
    (Decimal("0.65"), Decimal("0.685"), "two-thirds"),
    (Decimal("0.685"), Decimal("0.755"), "over-half"),
    (Decimal("0.755"), Decimal(1), "most"),
)


@dataclass(frozen=True, slots=True)
class Words:
    """What a chart says around the drawing."""

    title: str
    subtitle: str
    source: str
    alternative: str


@dataclass(frozen=True, slots=True)
class Speaker:
    """One language's way to name and write what a plot holds."""

    brief: Brief
    glossary: Glossary
    language: Language

    def say(self, key: str, **facts: str) -> str:
        return phrase(self.glossary, f"chart.{key}", self.language, **facts)

    def pick(self, label: Label) -> str:
        return label.vi if self.language == "vi" else label.en

    def observation(self, index: int) -> Observation:
        return self.brief.observations[index]

    def name(self, code: str) -> str:
        """How a sentence names the indicator, ready for its middle."""
        row = self.glossary.indicators[code]
        return row.vi_short if self.language == "vi" else row.en_short

    def label(self, code: str) -> str:
        """How a bar is named: no article, first letter large."""
        return capital(self.name(code).removeprefix("the "))

    def number(self, index: int) -> str:
        return write_number(self.observation(index).value, self.language)

    def amount(self, index: int, *, absolute: bool = False) -> str:
        """A figure with its unit, as printed; `absolute` for verbs that say the direction."""
        o = self.observation(index)
        value = abs(o.value) if absolute else o.value
        unit = self.glossary.printed_unit(o)
        return write_amount(value, value, unit, self.glossary.scales.get(o.scale), self.language)

    def basis(self, index: int) -> str:
        """What a figure is compared with ("budget estimate"); nothing for a contribution."""
        o = self.observation(index)
        return basis_words(self.glossary, "chart.basis", o, self.language) if o.basis else ""

    def change(self, index: int) -> str:
        return f"{signed(self.observation(index).value, self.language)}%"

    def unit(self, index: int) -> str:
        """The unit alone ("tỷ đồng", "VND billion")."""
        o = self.observation(index)
        unit, scale = self.glossary.printed_unit(o), self.glossary.scales.get(o.scale)
        pattern = "" if unit is None else unit.vi if self.language == "vi" else unit.en
        word = "" if scale is None else scale.vi if self.language == "vi" else scale.en
        return " ".join(pattern.replace("{}", "").replace("{scale}", word).split())


def figure_label(speaker: Speaker, plot: Plot, bar: Bar) -> str:
    """What stands at the end of a bar."""
    if plot.family.form == "contributions":
        return speaker.number(bar.figure)
    if plot.family.form == "levels":
        change = "" if bar.change is None else f" ({speaker.change(bar.change)})"
        return speaker.number(bar.figure) + change
    return speaker.amount(bar.figure)


def detail(speaker: Speaker, plot: Plot, bar: Bar) -> str:
    """The quiet line under a bar's name: its amount, and its own plan where the chart's is another."""
    other = plot.family.form == "plan" and speaker.observation(bar.figure).basis != plot.basis
    if bar.amount is None:
        return speaker.basis(bar.figure) if other else ""
    amount = speaker.amount(bar.amount)
    return speaker.say("detail.plan", amount=amount, basis=speaker.basis(bar.figure)) if other else amount


def series(speaker: Speaker, plot: Plot) -> tuple[str, ...]:
    """Names of the two series of a pairs chart; none for one series."""
    if plot.second_period is None:
        return ()
    return _when(speaker, plot), capital(title_period(plot.second_period, speaker.language))


def elapsed(speaker: Speaker, plot: Plot) -> str:
    """What the mark of time says."""
    return speaker.say("elapsed", months=str(months(plot.period)))


def _names(speaker: Speaker, bars: tuple[Bar, ...], value: Decimal) -> str:
    """Every bar of that value ("khai khoáng và sản xuất điện")."""
    names = [speaker.name(b.indicator) for b in bars if speaker.observation(b.figure).value == value]
    text = names[-1]
    for name in reversed(names[:-1]):
        text = speaker.say("and", first=name, second=text) if text == names[-1] else f"{name}, {text}"
    return text


def _ends(speaker: Speaker, plot: Plot) -> tuple[Bar, Bar]:
    """The highest and the lowest part."""
    ranked = sorted(plot.parts, key=lambda b: speaker.observation(b.figure).value)
    return ranked[-1], ranked[0]


def _when(speaker: Speaker, plot: Plot) -> str:
    """The plot's time, ready to stand alone ("First half of 2023", "By 15 March 2024")."""
    if plot.until:
        return capital(speaker.say("until", date=write_date(plot.until, speaker.language)))
    return capital(title_period(plot.period, speaker.language))


def _contribution_title(speaker: Speaker, plot: Plot) -> str:
    top, bottom = _ends(speaker, plot)
    high, low = (speaker.observation(b.figure).value for b in (top, bottom))
    total = None if plot.total is None else speaker.observation(plot.total).value
    if low < 0 and (high <= 0 or (total is not None and total < 0)):
        name = _names(speaker, plot.parts, low)
        key = "title.drag" if plot.complete else "title.part"
        return speaker.say(key, name=name, value=speaker.amount(bottom.figure))
    name = _names(speaker, plot.parts, high)
    alone = sum(speaker.observation(b.figure).value == high for b in plot.parts) == 1
    if total and total > 0 and alone:
        for start, end, key in FRACTIONS:
            if start <= high / total < end:
                return speaker.say(f"title.share.{key}", name=name)
    key = "title.contribution" if plot.complete else "title.part"
    return speaker.say(key, name=name, value=speaker.amount(top.figure))


def _growth_title(speaker: Speaker, plot: Plot) -> str:
    top, bottom = _ends(speaker, plot)
    high, low = (speaker.observation(b.figure).value for b in (top, bottom))
    kind = "mixed" if low < 0 < high else "up" if high > 0 else "down" if low < 0 else "flat"
    if kind in ("up", "down") and not plot.complete:
        kind = f"{'some' if high and low and high != low else 'one'}-{kind}"
    return speaker.say(
        f"title.price.{kind}" if plot.family.id == "cpi-groups" else f"title.{kind}",
        top=_names(speaker, plot.parts, high),
        high=speaker.amount(top.figure, absolute=True),
        bottom=_names(speaker, plot.parts, low),
        low=speaker.amount(bottom.figure, absolute=True),
    )


def _levels_title(speaker: Speaker, plot: Plot) -> str:
    first, second = plot.parts[:2]
    names = {"first": speaker.name(first.indicator), "second": speaker.name(second.indicator)}
    if first.change is not None and second.change is not None:
        a, b = (speaker.observation(i).value for i in (first.change, second.change))
        if a and b:
            kind = {(True, True): "both-up", (False, False): "both-down", (True, False): "up-down"}.get(
                (a > 0, b > 0), "down-up"
            )
            amounts = {
                "a": speaker.amount(first.change, absolute=True),
                "b": speaker.amount(second.change, absolute=True),
            }
            return speaker.say(f"title.{kind}", **names, **amounts)
    a, b = (speaker.observation(bar.figure).value for bar in (first, second))
    if a == b:
        return speaker.say("title.equal", **names)
    if a < b:
        names = {"first": names["second"], "second": names["first"]}
    return speaker.say("title.greater", **names)


def _plan_title(speaker: Speaker, plot: Plot) -> str:
    """The first and the last (revenue and expenditure) of those measured against the chart's own plan."""
    same = [b for b in plot.bars if speaker.observation(b.figure).basis == plot.basis]
    first, second = same[0], same[-1]
    return speaker.say(
        "title.plan.one" if first is second else "title.plan.two",
        first=speaker.name(first.indicator),
        a=speaker.amount(first.figure),
        second=speaker.name(second.indicator),
        b=speaker.amount(second.figure),
        basis=speaker.basis(first.figure),
    )


TITLES = {
    "contributions": _contribution_title,
    "growth": _growth_title,
    "pairs": _growth_title,
    "levels": _levels_title,
    "plan": _plan_title,
}


def _dated(speaker: Speaker, plot: Plot, title: str) -> str:
    """A title, opened by its time where a reader would take it for another one.

    The figures of a brief are those from January on, those of prices the month's; herds are counted at a day.
    """
    period, language = speaker.brief.period, speaker.language
    if plot.until:
        return speaker.say("title.until", date=short_period(plot.until, language), title=title)
    usual = period.month if plot.family.id == "cpi-groups" else period.cumulative
    stock = speaker.glossary.indicators[plot.parts[0].indicator].time == "stock"
    if stock or (plot.period == usual and plot.second_period is None):
        return title
    return speaker.say("title.dated", period=period_of_year(plot.period, language), title=title)


def _subtitle(speaker: Speaker, plot: Plot) -> str:
    key = f"measure.{plot.family.id}"
    if plot.family.form == "levels":
        measure = speaker.say(key, unit=speaker.unit(plot.bars[0].figure))
    elif plot.total is not None:
        measure = speaker.say(f"{key}.total", total=speaker.amount(plot.total))
    else:
        some = ".some" if plot.family.id == "cpi-groups" and not plot.complete else ""
        measure = speaker.say(key + some, basis=speaker.basis(_of_basis(speaker, plot).figure))
    period = uncapital(_when(speaker, plot), speaker.language)
    if plot.second_period is not None:
        second = title_period(plot.second_period, speaker.language)
        period = speaker.say("subtitle.pairs", period=period, second=second)
    return speaker.say("subtitle", measure=measure, place=speaker.pick(speaker.brief.place), period=period)


def _of_basis(speaker: Speaker, plot: Plot) -> Bar:
    """A bar of the plot's own basis: some show another one's."""
    return next((b for b in plot.bars if speaker.observation(b.figure).basis == plot.basis), plot.bars[0])


def _source(speaker: Speaker) -> str:
    """The office as the report names it, else the report itself."""
    office = speaker.pick(speaker.brief.office)
    if office:
        return speaker.say("source", office=office)
    return speaker.say("source.report", period=uncapital(speaker.pick(speaker.brief.period_label), speaker.language))


def _extremes(speaker: Speaker, plot: Plot) -> str:
    """Highest and lowest part; of both series where there are two, each with its time."""
    top, bottom = _ends(speaker, plot)
    told = {
        "highest": speaker.label(top.indicator),
        "high": figure_label(speaker, plot, top),
        "lowest": speaker.label(bottom.indicator),
        "low": figure_label(speaker, plot, bottom),
    }
    if plot.second_period is None:
        return speaker.say("extremes", **told)
    first, second = series(speaker, plot)
    ranked = sorted((speaker.observation(b.second).value, b.second) for b in plot.parts if b.second is not None)
    low, high = ranked[0][1], ranked[-1][1]
    then = {
        "highest": speaker.label(speaker.observation(high).indicator),
        "high": speaker.amount(high),
        "lowest": speaker.label(speaker.observation(low).indicator),
        "low": speaker.amount(low),
    }
    return (
        f"{speaker.say('extremes.dated', period=first, **told)} {speaker.say('extremes.dated', period=second, **then)}"
    )


def words(speaker: Speaker, plot: Plot) -> Words:
    """What the chart says in the speaker's language."""
    title = capital(_dated(speaker, plot, TITLES[plot.family.form](speaker, plot)))
    subtitle = _subtitle(speaker, plot)
    return Words(
        title=title,
        subtitle=subtitle,
        source=_source(speaker),
        alternative=speaker.say(
            "alternative",
            kind=speaker.say(f"kind.{plot.family.form}"),
            subtitle=subtitle,
            extremes=_extremes(speaker, plot),
            title=title,
        ),
    )
