"""Facts and phrases -> sentences in both languages at once.

Every piece is a `Text`: the same words, about the same observations, in Vietnamese and in English.
Patterns come from glossary/phrases-compose.csv; their slots are filled with other pieces, so that a
sentence cannot say in one language what it does not say in the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from pipeline.compose.facts import Facts
from pipeline.errors import GlossaryError
from pipeline.figures import MINUS, MONTHS_EN, write_amount, write_number, write_period
from pipeline.glossary import Glossary, Unit, Word
from pipeline.model import LANGUAGES, Language, Observation, Run, Sentence, Span, Statement
from pipeline.typeset import capital

_SLOT = re.compile(r"\{(\w+)\}")
_BEFORE_MARK = re.compile(r" +(?=[,;.:)])")


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in both languages."""

    vi: Sentence
    en: Sentence

    def observations(self) -> frozenset[int]:
        return frozenset(r.observation for r in self.vi if r.observation is not None)


NOTHING = Text((), ())


def plain(vi: str, en: str) -> Text:
    """Words without a figure."""
    return Text((Run(vi),), (Run(en),))


def vietnamese(vi: str) -> Text:
    """Words that nothing could translate: the English sentence prints them in Vietnamese."""
    return Text((Run(vi),), (Run(vi, language="vi"),))


def _merge(runs: Iterable[Run]) -> list[Run]:
    merged: list[Run] = []
    for run in runs:
        if merged and run.observation is None and merged[-1] == replace(run, text=merged[-1].text):
            merged[-1] = replace(run, text=merged[-1].text + run.text)
        else:
            merged.append(run)
    return merged


def tidy(sentence: Sentence) -> Sentence:
    """Runs -> runs without doubled spaces, spaces before marks, or empty pieces: what empty slots leave behind."""
    runs = _merge(r for r in sentence if r.text)
    cleaned = [
        run if run.observation is not None else replace(run, text=_BEFORE_MARK.sub("", re.sub(r"\s+", " ", run.text)))
        for run in runs
    ]
    if cleaned and cleaned[0].observation is None:
        cleaned[0] = replace(cleaned[0], text=cleaned[0].text.lstrip())
    if cleaned and cleaned[-1].observation is None:
        cleaned[-1] = replace(cleaned[-1], text=cleaned[-1].text.rstrip())
    return tuple(r for r in cleaned if r.text)


def _sentence(runs: Sentence, stop: str) -> Sentence:
    runs = tidy(runs)
    if runs and runs[0].observation is None:
        runs = (replace(runs[0], text=capital(runs[0].text)), *runs[1:])
    ends = runs and runs[-1].text.endswith((".", "!", "?", "…"))
    return runs if ends or not stop else tidy((*runs, Run(stop)))


def statement(
    topic: str, text: Text, *, stop: str = ".", untranslated: bool = False, span: Span | None = None
) -> Statement:
    """A piece -> a whole sentence: capital at the start, full stop at the end. `span`: the words that it quotes."""
    return Statement(topic, _sentence(text.vi, stop), _sentence(text.en, stop), untranslated, span)


def weight(word: Word) -> Decimal:
    """The number in a row of selection.csv; the glossary is not loaded where there is none."""
    return Decimal(word.value)


@dataclass(frozen=True)
class Writer:
    """Writes pieces of sentences about the observations of one report."""

    facts: Facts
    glossary: Glossary

    def text(self, key: str, **slots: Text) -> Text:
        """A pattern of the phrase table with its slots filled. Raises GlossaryError for an unknown key or slot."""
        phrase = self.glossary.phrase(f"compose.{key}")
        return Text(self._fill(phrase.key, phrase.vi, "vi", slots), self._fill(phrase.key, phrase.en, "en", slots))

    def _fill(self, key: str, pattern: str, language: Language, slots: dict[str, Text]) -> Sentence:
        runs: list[Run] = []
        for i, piece in enumerate(_SLOT.split(pattern)):
            if i % 2 == 0:
                runs.append(Run(piece))
            elif piece in slots:
                runs.extend(getattr(slots[piece], language))
            else:
                raise self.glossary.wrong_phrase(key, f"{key} has an unknown slot {{{piece}}}")
        return tuple(runs)

    def known(self, key: str) -> bool:
        return f"compose.{key}" in self.glossary.phrases

    # --- names ----------------------------------------------------------------------------

    def name(self, code: str, use: str = "name") -> Text:
        """How a sentence names an indicator; `use` "headline" prefers a shorter name where the table has one."""
        for kind in dict.fromkeys((use, "name")):
            if self.known(f"{kind}.{code}"):
                return self.text(f"{kind}.{code}")
        row = self.glossary.indicators[code]
        return plain(row.vi_short, row.en_short)

    def subject(self, code: str) -> Text:
        """How a sentence that begins with an indicator names it: "the cost of education", "output in mining"."""
        topic, _, part = code.partition(".")
        if self.known(f"subject.{code}") and part:
            return self.text(f"subject.{code}")
        if self.known(f"subject.{topic}") and part:
            return self.text(f"subject.{topic}", name=self.name(code))
        return self.name(code)

    def present(self, code: str) -> str:
        """The indicator, or the one that the table lets stand in for it where the report does not give it."""
        if self.facts.periods(code):
            return code
        instead = (w.surface for w in self.glossary.selection if w.category == "stand_in" and code in w.value.split())
        return next((c for c in instead if self.facts.periods(c)), code)

    def place(self) -> Text:
        """The report's place by name."""
        place = self.glossary.places[self.facts.area]
        return plain(place.vi, place.en)

    # --- figures --------------------------------------------------------------------------

    def _figure(self, index: int, vi: str, en: str) -> Text:
        return Text((Run(vi, index),), (Run(en, index),))

    def _said(self, index: int, figure: Text) -> Text:
        """With "more than", "nearly" or "about" where the report says so."""
        approximation = self.facts.approximation(index)
        return self.text(f"approximation.{approximation}", figure=figure) if approximation else figure

    def _amount(self, index: int, value: Decimal, sign: str = "") -> Text:
        o = self.facts.observations[index]
        scale = self.glossary.scales.get(o.scale)
        written = {lang: sign + write_amount(value, value, self._unit(o), scale, lang) for lang in LANGUAGES}
        return self._figure(index, written["vi"], written["en"])

    def _unit(self, o: Observation) -> Unit | None:
        """A unit's patterns; "enterprises" that the indicator's own name says already are left out."""
        phrase = self.glossary.phrases.get(f"compose.amount.{o.indicator}")
        if phrase and o.measure == "level":
            return Unit(o.unit, (), phrase.vi, phrase.en, phrase.en)
        return self.glossary.printed_unit(o)

    def amount(self, index: int) -> Text:
        """A level or plan ratio as printed, with its unit."""
        return self._said(index, self._amount(index, self.facts.value(index)))

    def change(self, index: int) -> Text:
        """How much something moved, without the sign that the verb says."""
        return self._said(index, self._amount(index, self.facts.value(index).copy_abs()))

    def signed(self, index: int) -> Text:
        """A change in brackets: its sign is said by + or U+2212, or by a word where it is not exact."""
        value = self.facts.value(index)
        if self.facts.approximation(index):
            return self.moved(index, "by")
        return self._amount(index, value.copy_abs(), "+" if value > 0 else MINUS if value < 0 else "")

    def number(self, index: int) -> Text:
        """The bare number, where the words around it say the unit."""
        value = self.facts.value(index)
        return self._said(index, self._figure(index, write_number(value, "vi"), write_number(value, "en")))

    # --- movement -------------------------------------------------------------------------

    def _bound(self, category: str, value: Decimal) -> str:
        """The row of the table of bounds that a change falls under: the highest bound not above it."""
        rows = sorted(((weight(w), w.surface) for w in self.glossary.selection if w.category == category), reverse=True)
        found = next((name for bound, name in rows if value >= bound), None)
        if found is None:
            raise GlossaryError("selection.csv", 0, f"no row of category {category!r} has a bound as low as {value}")
        return found

    def direction(self, index: int) -> str:
        """The verb of direction that the figure allows: "rise", "slip" ..."""
        return self._bound("move", self.facts.value(index))

    def moved(self, index: int, form: str = "move") -> Text:
        """Such as "rose 5.32%", "slipped 0.75%", "held steady"; form "by": "up 5.32%"."""
        name = self.direction(index)
        if form == "by":
            value = self.facts.value(index)
            name = "up" if value > 0 else "down" if value < 0 else "hold"
        return self.text(f"{form}.{name}", figure=self.change(index))

    def multiple(self, index: int, form: str = "multiple") -> Text | None:
        """Such as "doubled", "more than quadrupled" where the figure says so, and says it exactly."""
        if self.facts.approximation(index) or self.facts.observations[index].unit != "percent":
            return None
        key = f"{form}.{self._bound('multiple', self.facts.value(index))}"
        return self.text(key) if self.known(key) else None

    # --- periods and bases ----------------------------------------------------------------

    def period(self, code: str, *, year: bool = False) -> Text:
        """Such as "June", "the first half"; with the year where it is asked for or is not the report's."""
        vi, en = write_period(code, "vi"), write_period(code, "en")
        own = self.facts.period.month[:4]
        if year or len(code) in (4, 10) or code[:4] != own:
            return plain(vi, en)
        return plain(
            vi.removesuffix(f"/{own}").removesuffix(f" {own}"), en.removesuffix(f" of {own}").removesuffix(f" {own}")
        )

    def when(self, code: str, period: str) -> Text:
        """Such as "in the first half", "at 30 June 2023", "at the end of June" for what is counted at a moment."""
        indicator = self.glossary.indicators[code]
        if len(period) == 10:
            return self.text("when.stock_day" if indicator.is_stock else "when.day", period=self.period(period))
        if indicator.time == "season" and len(period) == 4 and period != self.facts.period.cumulative:
            return self.text("when.season")
        if indicator.is_stock:
            return self.text("when.stock", period=self.period(self.facts.period.month))
        return self.text("when.period", period=self.period(period))

    def during(self, period: str, *, year: bool = False) -> Text:
        """Such as "in the first five months", "by 15 March 2024" after a verb, where Vietnamese needs a preposition."""
        return self.text("during.day" if len(period) == 10 else "during.period", period=self.period(period, year=year))

    def basis(self, index: int) -> Text:
        """What a change or plan ratio refers to: "from May", "from a year earlier", "of the annual plan"."""
        o = self.facts.observations[index]
        if o.basis == "previous_month" and len(o.period) == 7 and o.period[5:].isdigit():
            month = int(o.period[-2:])
            return self.text("basis.previous_month", month=plain(f"{(month - 2) % 12 + 1}", MONTHS_EN[month - 2]))
        if o.basis == "december":
            last = str(int(o.period[:4]) - 1)
            stock = self.glossary.indicators[o.indicator].is_stock
            return self.text("basis.december_stock" if stock else "basis.december", year=plain(last, last))
        if o.basis.startswith("base_"):
            base = o.basis.removeprefix("base_")
            return self.text("basis.base", year=plain(base, base))
        own = f"basis.{o.basis}.{o.indicator.partition('.')[0]}"
        if self.known(own):
            return self.text(own)
        row = next((c for c in self.glossary.comparisons if c.basis == o.basis), None)
        if row is None:
            raise GlossaryError("comparisons.csv", 0, f"no words for the basis {o.basis!r}")
        return plain(row.vi, row.en)
