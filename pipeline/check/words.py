"""What a finding says: facts, figures and sums in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

from pipeline.check.facts import Facts
from pipeline.figures import write_amount, write_number, write_period
from pipeline.intervals import Interval
from pipeline.model import LANGUAGES, Bounds, Discrepancy, Label, Language, Observation, Quantity, Severity, Span
from pipeline.typeset import amount_words

_SIGNED = ("growth", "contribution")
_QUOTE = 120  # characters of the report's words that a message repeats


def both(vi: str, en: str | None = None) -> Label:
    return Label(vi, vi if en is None else en)


@dataclass(frozen=True, slots=True)
class Signed:
    """A number in a sum that is written with its sign always."""

    value: Decimal


Part = str | Decimal | Signed | Label


def sum_of(*parts: Part) -> Label:
    """Pieces of a calculation -> the calculation as each language writes numbers."""
    return Label(*("".join(_piece(p, language) for p in parts) for language in LANGUAGES))


def _piece(part: Part, language: Language) -> str:
    if isinstance(part, Label):
        return part.vi if language == "vi" else part.en
    if isinstance(part, Signed):
        return ("+" if part.value > 0 else "") + write_number(part.value, language)
    return part if isinstance(part, str) else write_number(part, language)


def added(values: Sequence[Decimal], unit: str = "") -> list[Part]:
    """Values -> "a + b − c": the pieces of their sum."""
    pieces: list[Part] = []
    for n, value in enumerate(values):
        if n:
            pieces.append(" − " if value < 0 else " + ")
        pieces += [abs(value) if n else value, unit]
    return pieces


def places(value: Decimal) -> int:
    """How many digits stand behind the decimal mark."""
    return max(0, -int(value.as_tuple().exponent))


def rounded(value: Decimal, digits: int) -> Decimal:
    """A computed value as it would have been printed."""
    return value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def shown(interval: Interval, digits: int) -> list[Part]:
    """An interval in brackets, its ends rounded outward to a digit more than the printed figure has."""
    step = Decimal(1).scaleb(-digits - 1)
    low, high = interval.low.quantize(step, rounding=ROUND_FLOOR), interval.high.quantize(step, rounding=ROUND_CEILING)
    return [" [", low, "; ", high, "]"]


@dataclass(frozen=True)
class Teller:
    """Makes findings: severities from glossary/checks.csv, sentences from glossary/phrases-check.csv."""

    facts: Facts

    def finding(
        self,
        code: str,
        spans: Iterable[Span],
        what: Label,
        arithmetic: Label,
        *,
        said: Mapping[str, Label] | None = None,
        computed: Interval | None = None,
        stated: Interval | None = None,
        doubtful: Iterable[int | None] = (),
    ) -> Discrepancy:
        """A finding of a check, its message filled in with `what` it is about and the figures `said`."""
        severity: Severity = "error" if self.facts.glossary.checks[code].severity == "error" else "warning"
        return Discrepancy(
            code,
            severity,
            tuple(sorted(set(spans), key=lambda s: (s.start, s.end))),
            self.say(code, what=what, **(said or {})),
            arithmetic,
            None if computed is None else Bounds(computed.low, computed.high),
            None if stated is None else Bounds(stated.low, stated.high),
            tuple(sorted({i for i in doubtful if i is not None})),
        )

    def say(self, key: str, **figures: Label) -> Label:
        """A phrase in both languages."""
        glossary = self.facts.glossary
        vi = glossary.say(key, "vi", **{k: v.vi for k, v in figures.items()})
        return Label(vi, glossary.say(key, "en", **{k: v.en for k, v in figures.items()}))

    # --- what a finding is about ------------------------------------------------------------

    def of(self, index: int) -> Label:
        """An observation's fact: the indicator's name and the period; without a name, the report's words."""
        o = self.facts.observations[index]
        if o.indicator not in self.facts.glossary.indicators:
            return self.quote(o.span)
        return self.say("check.fact", name=self.name(o), period=_period(o))

    def name(self, o: Observation) -> Label:
        """An indicator's label, with the part of the area that the figure is of."""
        row = self.facts.glossary.indicators.get(o.indicator)
        label = Label(row.vi, row.en) if row else both(o.indicator)
        part = o.area.partition("/")[2]
        return self.say(f"check.{part}", name=label) if part in ("urban", "rural") else label

    def quote(self, *spans: Span) -> Label:
        """The report's words from the first figure to the last one."""
        start, end = min(s.start for s in spans), max(s.end for s in spans)
        words = " ".join(self.facts.text_of(Span(start, end)).split())
        words += ")" * (words.count("(") - words.count(")"))
        if len(words) > _QUOTE:
            words = f"{words[: _QUOTE // 2].rpartition(' ')[0]} … {words[-_QUOTE // 2 :].partition(' ')[2]}"
        return self.say("check.said", quote=both(words))

    # --- figures ----------------------------------------------------------------------------

    def figure(self, index: int) -> Label:
        """An observation's figure with its unit, a growth with its sign."""
        return self.written(self.facts.observations[index])

    def written(self, o: Observation) -> Label:
        """The same of any observation, also of another report."""
        sign = "+" if o.measure in _SIGNED and o.value > 0 else ""
        return Label(*(sign + amount_words(self.facts.glossary, o, language) for language in LANGUAGES))

    def amount(self, quantity: Quantity, sign: int = 0) -> Label:
        """A quantity with its unit, and with the sign that the words give it."""
        glossary = self.facts.glossary
        unit, scale = glossary.units.get(quantity.unit), glossary.scales.get(quantity.scale)
        size = quantity.low if not sign else abs(quantity.low) * sign
        plus = "+" if sign > 0 else ""
        return Label(*(plus + write_amount(size, size, unit, scale, language) for language in LANGUAGES))

    def listed(self, labels: Sequence[Label]) -> Label:
        """Labels -> "a, b and c"."""
        *first, last = labels
        if not first:
            return last
        joined = Label(", ".join(x.vi for x in first), ", ".join(x.en for x in first))
        return self.say("check.and", first=joined, last=last)


def _period(o: Observation) -> Label:
    return Label(*(write_period(o.until or o.period, language) for language in LANGUAGES))


def period_label(code: str) -> Label:
    """A period's code -> its words in both languages."""
    return Label(write_period(code, "vi"), write_period(code, "en"))
