"""Plot -> its words in one language: title, subtitle, labels, alternative text.

A title claims only what the observations show: a fraction of growth where contribution and growth
were both printed and their quotient lies there, "rose" and "fell" by the sign of the figure, "most"
and "fastest" where no part of the family is missing and no inexact figure leaves it in doubt. A figure that
the report gives inexactly is marked in the drawing (>, <, ≈) and told in words elsewhere ("more than").
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from pipeline.chart.marks import marked, parted
from pipeline.chart.plot import Bar, Plot
from pipeline.chart.select import months
from pipeline.editions import Figure
from pipeline.figures import write_date, write_number
from pipeline.model import Observation
from pipeline.typeset import (
    MEANINGS,
    Voice,
    amount_words,
    basis_words,
    capital,
    mark,
    period_of_year,
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


# How far from the printed figure an inexact one may lie ("hơn 35%"), as a part of it.
MARGIN = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Words:
    """What a chart says around the drawing."""

    title: str
    subtitle: str
    source: str
    alternative: str
    title_figures: tuple[Figure, ...]
    subtitle_figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Speaker(Voice):
    """One language's way to name and write what a plot holds; `spoken`: in sentences, not at the bars."""

    STAGE = "chart"

    spoken: bool = False

    def observation(self, index: int) -> Observation:
        return self.brief.observations[index]

    def name(self, code: str) -> str:
        """How a sentence names the indicator, ready for its middle."""
        row = self.glossary.indicators[code]
        return row.vi_short if self.language == "vi" else row.en_short

    def label(self, code: str) -> str:
        """How a bar is named: no article, first letter large."""
        return capital(self.name(code).removeprefix("the "))

    def _written(self, index: int, write: Callable[[Decimal], str], *, absolute: bool = False) -> str:
        """A figure with what the report says before it: a mark, or words in a sentence ("more than 5%")."""
        o = self.observation(index)
        text, sign = write(abs(o.value) if absolute else o.value), mark(o)
        if not self.spoken:
            return sign + text
        text = marked(index, text)
        if not sign:
            return text
        if o.value < 0 and not absolute:
            return self.say(f"inexact.{MEANINGS[sign]}", figure=text)
        return self.say(f"inexact.{o.approximation}", figure=text)

    def number(self, index: int) -> str:
        return self._written(index, lambda value: write_number(value, self.language))

    def amount(self, index: int, *, absolute: bool = False) -> str:
        """A figure with its unit, as printed; `absolute` for verbs that say the direction."""
        o = self.observation(index)
        return self._written(index, lambda v: amount_words(self.glossary, o, self.language, v), absolute=absolute)

    def basis(self, index: int) -> str:
        """What a figure is compared with ("budget estimate"); nothing for a contribution."""
        o = self.observation(index)
        return basis_words(self.glossary, "chart.basis", o, self.language) if o.basis else ""

    def change(self, index: int) -> str:
        return self._written(index, lambda value: f"{signed(value, self.language)}%")


def figure_label(speaker: Speaker, plot: Plot, bar: Bar) -> str:
    """What stands at the end of a bar."""
    if plot.family.form == "contributions" or plot.others:  # the subtitle has the unit
        return speaker.number(bar.figure)
    if plot.family.form == "levels":
        change = "" if bar.change is None else f" ({speaker.change(bar.change)})"
        return speaker.number(bar.figure) + change
    return speaker.amount(bar.figure)


def detail(speaker: Speaker, plot: Plot, bar: Bar) -> str:
    """The quiet line under a bar's name: its amount, and its own plan where the chart's is another.

    Under the turnover of trade: the balance, worked out of exports and imports where both are exact.
    """
    if bar.whole and plot.family.id == "trade":
        return _balance(speaker, plot)
    other = plot.family.form == "plan" and speaker.observation(bar.figure).basis != plot.basis
    if bar.amount is None:
        return speaker.basis(bar.figure) if other else ""
    amount = speaker.amount(bar.amount)
    return speaker.say("detail.plan", amount=amount, basis=speaker.basis(bar.figure)) if other else amount


def _balance(speaker: Speaker, plot: Plot) -> str:
    figures = {b.indicator: speaker.observation(b.figure) for b in plot.parts}
    exports, imports = figures.get("trade.exports"), figures.get("trade.imports")
    if exports is None or imports is None or exports.approximation or imports.approximation:
        return ""
    balance = exports.value - imports.value
    key = "balance.surplus" if balance > 0 else "balance.deficit" if balance < 0 else "balance.even"
    return speaker.say(key, amount=amount_words(speaker.glossary, exports, speaker.language, abs(balance)))


def columns(speaker: Speaker, plot: Plot) -> tuple[str, ...]:
    """What heads the figures of each period of a dots chart; nothing for one period."""
    return tuple(short_period(p, speaker.language) for p in (plot.period, *plot.others)) if plot.others else ()


def elapsed(speaker: Speaker, plot: Plot) -> str:
    """What the mark of time says."""
    return speaker.say("elapsed", months=str(months(plot.period)))


def _names(speaker: Speaker, plot: Plot, like: Bar) -> str:
    """Every part that has the figure of this one ("khai khoáng và sản xuất điện")."""
    names = [speaker.name(b.indicator) for b in plot.parts if _same(speaker, b, like)]
    text = names[-1]
    for name in reversed(names[:-1]):
        text = speaker.say("and", first=name, second=text) if text == names[-1] else f"{name}, {text}"
    return text


def _same(speaker: Speaker, one: Bar, other: Bar) -> bool:
    """Whether two bars have the same figure, inexact in the same way."""
    a, b = speaker.observation(one.figure), speaker.observation(other.figure)
    return (a.value, mark(a)) == (b.value, mark(b))


def _ends(speaker: Speaker, plot: Plot) -> tuple[Bar, Bar]:
    """The highest and the lowest part."""
    ranked = sorted(plot.parts, key=lambda b: (speaker.observation(b.figure).value, _reach(speaker, b)))
    return ranked[-1], ranked[0]


def _reach(speaker: Speaker, bar: Bar) -> tuple[Decimal, Decimal]:
    """Between what and what a bar's true figure lies."""
    o = speaker.observation(bar.figure)
    side, spread = mark(o), abs(o.value) * MARGIN
    return o.value - (spread if side in ("<", "≈") else 0), o.value + (spread if side in (">", "≈") else 0)


def _beyond(speaker: Speaker, plot: Plot, bar: Bar, *, above: bool) -> bool:
    """Whether no part lies above (or below) this one, as far as the figures say: only then is it the most.

    Equal exact figures are the most together.
    """
    exact = not mark(speaker.observation(bar.figure))
    others = [b for b in plot.parts if b is not bar and not (exact and _same(speaker, b, bar))]
    low, high = _reach(speaker, bar)
    if above:
        return plot.complete and all(_reach(speaker, b)[1] <= low for b in others)
    return plot.complete and all(_reach(speaker, b)[0] >= high for b in others)


def _when(speaker: Speaker, plot: Plot) -> str:
    """The plot's time, ready to stand alone ("First half of 2023", "By 15 March 2024")."""
    if plot.until:
        return capital(speaker.say("until", date=write_date(plot.until, speaker.language)))
    return capital(title_period(plot.period, speaker.language))


def _contribution_title(speaker: Speaker, plot: Plot) -> str:
    top, bottom = _ends(speaker, plot)
    high, low = (speaker.observation(b.figure).value for b in (top, bottom))
    total = None if plot.total is None else speaker.observation(plot.total)
    if low < 0 and (high <= 0 or (total is not None and total.value < 0)):
        name = _names(speaker, plot, bottom)
        key = "title.drag" if _beyond(speaker, plot, bottom, above=False) else "title.part"
        return speaker.say(key, name=name, value=speaker.amount(bottom.figure))
    name = _names(speaker, plot, top)
    alone = sum(_same(speaker, b, top) for b in plot.parts) == 1
    exact = total is not None and not mark(total) and not mark(speaker.observation(top.figure))
    if total is not None and total.value > 0 and alone and exact:
        for start, end, key in FRACTIONS:
            if start <= high / total.value < end:
                return speaker.say(f"title.share.{key}", name=name)
    key = "title.contribution" if _beyond(speaker, plot, top, above=True) else "title.part"
    return speaker.say(key, name=name, value=speaker.amount(top.figure))


def _growth_title(speaker: Speaker, plot: Plot) -> str:
    top, bottom = _ends(speaker, plot)
    high, low = (speaker.observation(b.figure).value for b in (top, bottom))
    kind = "mixed" if low < 0 < high else "up" if high > 0 else "down" if low < 0 else "flat"
    most = _beyond(speaker, plot, top if kind == "up" else bottom, above=kind == "up")
    if kind in ("up", "down") and not most:
        kind = f"{'some' if high and low and not _same(speaker, top, bottom) else 'one'}-{kind}"
    return speaker.say(
        f"title.price.{kind}" if plot.family.id == "cpi-groups" else f"title.{kind}",
        top=_names(speaker, plot, top),
        high=speaker.amount(top.figure, absolute=True),
        bottom=_names(speaker, plot, bottom),
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
    (low, high), (least, most) = (_reach(speaker, bar) for bar in (first, second))
    if low == high == least == most:
        return speaker.say("title.equal", **names)
    if high <= least:
        names = {"first": names["second"], "second": names["first"]}
    elif most > low:  # inexact figures too near to be told apart
        return speaker.say("title.both", a=speaker.amount(first.figure), b=speaker.amount(second.figure), **names)
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
    "dots": _growth_title,
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
    stock = speaker.glossary.indicators[plot.parts[0].indicator].is_stock
    if stock or (plot.period == usual and not plot.others):
        return title
    return speaker.say("title.dated", period=period_of_year(plot.period, language), title=title)


def _subtitle(speaker: Speaker, plot: Plot) -> str:
    key = f"measure.{plot.family.id}"
    if plot.family.form == "levels":
        measure = speaker.say(key, unit=speaker.unit(speaker.observation(plot.bars[0].figure)))
    elif plot.total is not None:
        measure = speaker.say(f"{key}.total", total=speaker.amount(plot.total))
    else:
        some = ".some" if plot.family.id == "cpi-groups" and not plot.complete else ""
        measure = speaker.say(key + some, basis=speaker.basis(_of_basis(speaker, plot).figure))
    periods = [uncapital(_when(speaker, plot), speaker.language)]
    periods += [title_period(p, speaker.language) for p in plot.others]
    period = periods[-1]
    if plot.others:
        period = speaker.say("subtitle.periods", first=", ".join(periods[:-1]), last=period)
    return speaker.say("subtitle", measure=measure, place=speaker.pick(speaker.brief.place), period=period)


def _of_basis(speaker: Speaker, plot: Plot) -> Bar:
    """A bar of the plot's own basis: some show another one's."""
    return next((b for b in plot.bars if speaker.observation(b.figure).basis == plot.basis), plot.bars[0])


def _source(speaker: Speaker, plot: Plot) -> str:
    """The office as the report names it, else the report itself; and what the marks at the bars mean."""
    office = speaker.pick(speaker.brief.office)
    period = uncapital(speaker.pick(speaker.brief.period_label), speaker.language)
    source = speaker.say("source", office=office) if office else speaker.say("source.report", period=period)
    return with_marks(speaker, source, [speaker.observation(i) for i in plot.observations if i != plot.total])


def with_marks(speaker: Speaker, source: str, drawn: Iterable[Observation]) -> str:
    """A chart's source, and what the marks at its figures mean."""
    told = {mark(o) for o in drawn}
    meanings = [speaker.say(f"mark.{key}") for sign, key in MEANINGS.items() if sign in told]
    return speaker.say("source.marks", source=source, marks=", ".join(meanings)) if meanings else source


def _extremes(speaker: Speaker, plot: Plot) -> str:
    """Highest and lowest part; of both series where there are two, each with its time."""
    top, bottom = _ends(speaker, plot)
    told = {
        "highest": speaker.label(top.indicator),
        "high": speaker.amount(top.figure) if plot.others else figure_label(speaker, plot, top),
        "lowest": speaker.label(bottom.indicator),
        "low": speaker.amount(bottom.figure) if plot.others else figure_label(speaker, plot, bottom),
    }
    if not plot.others:
        return speaker.say("extremes", **told)
    parts = [speaker.say("extremes.dated", period=_when(speaker, plot), **told)]
    for n, period in enumerate(plot.others):
        ranked = sorted((speaker.observation(i).value, i) for b in plot.parts if (i := b.others[n]) is not None)
        low, high = ranked[0][1], ranked[-1][1]
        then = {
            "highest": speaker.label(speaker.observation(high).indicator),
            "high": speaker.amount(high),
            "lowest": speaker.label(speaker.observation(low).indicator),
            "low": speaker.amount(low),
        }
        parts.append(speaker.say("extremes.dated", period=capital(title_period(period, speaker.language)), **then))
    return " ".join(parts)


def _form(plot: Plot) -> str:
    """What is seen: dots only where there is another period."""
    return "growth" if plot.family.form == "dots" and not plot.others else plot.family.form


def words(speaker: Speaker, plot: Plot) -> Words:
    """What the chart says in the speaker's language."""
    speaker = replace(speaker, spoken=True)
    title, title_figures = parted(capital(_dated(speaker, plot, TITLES[plot.family.form](speaker, plot))))
    subtitle, subtitle_figures = parted(_subtitle(speaker, plot))
    alternative = speaker.say(
        "alternative",
        kind=speaker.say(f"kind.{_form(plot)}"),
        subtitle=subtitle,
        extremes=_extremes(speaker, plot),
        title=title,
    )
    return Words(title, subtitle, _source(speaker, plot), parted(alternative)[0], title_figures, subtitle_figures)
