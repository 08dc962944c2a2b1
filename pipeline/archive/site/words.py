"""One language's words on the site: fixed phrases, and the names of what the archive knows by code."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from pipeline.archive.reading import Vintage, observation
from pipeline.figures import write_date, write_number, write_period
from pipeline.glossary import Glossary
from pipeline.model import Language
from pipeline.typeset import amount_words, basis_words, capital, mark, signed, uncapital, unit_words
from pipeline.vietnamese import slug

STEM = "site"


@dataclass(frozen=True)
class Names:
    """Terms by the codes that extraction makes of them, in both languages."""

    glossary: Glossary

    @cached_property
    def terms(self) -> dict[str, tuple[str, str]]:
        """A part of a finer code -> its Vietnamese, its English."""
        found: dict[str, tuple[str, str]] = {}
        for term in self.glossary.terms:
            for code in (slug(term.en), slug(term.vi), *map(slug, term.variants)):
                found.setdefault(code, (term.vi, term.en))
        return found


@dataclass(frozen=True)
class Tongue:
    """What one language says."""

    names: Names
    language: Language
    _known: dict[str, str] = field(default_factory=dict)  # what was said is kept: it is said again and again
    _periods: dict[str, str] = field(default_factory=dict)
    _briefs: dict[tuple[str, int], str] = field(default_factory=dict)
    _dates: dict[str, str] = field(default_factory=dict)

    @property
    def glossary(self) -> Glossary:
        return self.names.glossary

    def say(self, key: str, /, **facts: str) -> str:
        """The phrase site.<key>."""
        return self.glossary.say(f"{STEM}.{key}", self.language, **facts)

    def pick(self, vi: str, en: str) -> str:
        """The one of two texts that is of this language."""
        return vi if self.language == "vi" else en

    def indicator(self, code: str) -> str:
        """An indicator's code -> its label; a finer one is named by what lies above it and its own words."""
        if code not in self._known:
            self._known[code] = self._indicator(code)
        return self._known[code]

    def _indicator(self, code: str) -> str:
        row = self.glossary.indicators.get(code)
        if row is not None:
            return self.pick(row.vi, row.en)
        parts = code.split(".")
        for n in range(len(parts) - 1, 0, -1):
            above = ".".join(parts[:n])
            family = f"{STEM}.family.{above}"
            whole, topic = self.glossary.indicators.get(above), self.glossary.topics.get(above)
            if family in self.glossary.phrases or whole is not None or topic is not None:
                name = self.indicator(above) if whole is not None else self.topic(above)
                if family in self.glossary.phrases:
                    name = self.glossary.say(family, self.language)
                return self.say("finer", whole=name, part=", ".join(self._part(p) for p in parts[n:]))
        return capital(", ".join(self._part(p) for p in parts))

    def _part(self, code: str) -> str:
        key = f"{STEM}.aspect.{code}"
        if key in self.glossary.phrases:
            return self.glossary.say(key, self.language)
        if code in self.names.terms:
            return self.pick(*self.names.terms[code])
        return code.replace("-", " ").replace("_", " ")

    def topic(self, code: str) -> str:
        """The first part of an indicator's code -> the topic's name."""
        row = self.glossary.topics.get(code)
        return self.pick(row.vi, row.en) if row is not None else capital(code)

    def area(self, code: str) -> str:
        """An area's code -> its name, with the part of it that is meant ("VN-09/urban")."""
        base, _, part = code.partition("/")
        row = self.glossary.places.get(base)
        name = self.pick(row.vi, row.en) if row is not None else base
        if not part:
            return name
        key = f"{STEM}.part.{part}"
        said = self.glossary.say(key, self.language) if key in self.glossary.phrases else part.replace("-", " ").title()
        return self.say("part", area=name, part=said)

    def period(self, code: str) -> str:
        """A period's code -> its words, a capital first; a code that is none as it is."""
        if code not in self._periods:
            try:
                self._periods[code] = capital(write_period(code, self.language).removeprefix("the "))
            except ValueError:
                self._periods[code] = code
        return self._periods[code]

    def brief(self, month: str, edition: int) -> str:
        """A brief by the month that it reports on ("Brief for April 2025")."""
        key = (month, edition)
        if key not in self._briefs:
            name = self.say("brief.of", period=uncapital(self.period(month), self.language))
            self._briefs[key] = name if edition == 1 else self.say("brief.edition", brief=name, edition=str(edition))
        return self._briefs[key]

    def date(self, iso: str) -> str:
        """A day -> its words."""
        if iso not in self._dates:
            self._dates[iso] = write_date(iso, self.language)
        return self._dates[iso]

    def number(self, v: Vintage) -> str:
        """A figure without its unit but for per cent, as it stands at a point of a drawing."""
        sign = mark(observation(v)) if v.approximation else ""
        if v.measure in ("growth", "contribution"):
            return sign + signed(v.value, self.language) + ("%" if v.unit == "percent" else "")
        return sign + write_number(v.value, self.language) + ("%" if v.unit == "percent" else "")

    def figure(self, v: Vintage) -> str:
        """A figure with its unit, as printed; a change has a sign always."""
        o = observation(v)
        text = amount_words(self.glossary, o, self.language)
        if v.value > 0 and v.measure in ("growth", "contribution"):
            text = f"+{text}"
        return mark(o) + text

    def measure(self, v: Vintage) -> str:
        """What kind of figure it is, and against what ("Change on a year earlier")."""
        basis = ""
        if v.basis:
            basis = basis_words(self.glossary, f"{STEM}.basis", observation(v), self.language)
        key = f"measure.{v.measure}"
        if v.measure == "level":
            return self.say(key, unit=self.unit(v))
        return self.say(f"{key}.basis" if basis and v.measure == "plan_ratio" else key, basis=basis).strip()

    def unit(self, v: Vintage) -> str:
        """The unit alone ("tỷ đồng", "VND billion")."""
        return unit_words(self.glossary, observation(v), self.language)

    def size(self, count: int) -> str:
        """A file's size, in kB or MB."""
        key, amount = (
            ("size.mb", Decimal(count) / 1_000_000) if count >= 1_000_000 else ("size.kb", Decimal(count) / 1000)
        )
        rounded = amount.quantize(Decimal("0.1") if count >= 1_000_000 else Decimal(1))
        return self.say(key, size=write_number(max(rounded, Decimal(1)), self.language))
