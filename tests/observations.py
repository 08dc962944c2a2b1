"""Reports made of figures alone: observations over a made-up text, for the tests of later stages."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import get_args

from pipeline.figures import cumulative_period, write_number
from pipeline.model import (
    Article,
    Block,
    Checked,
    Discrepancy,
    Extraction,
    Label,
    Measure,
    Observation,
    Quantity,
    ReportingPeriod,
    Segment,
    Span,
    Translation,
)

GOLD = Path(__file__).with_name("samples_langson.csv")  # the hand-made table of the Lạng Sơn report


class Draft:
    """A report under construction: blocks of text are appended, observations and segments refer to them."""

    def __init__(self, area: str, month: str, quarter: str | None = None) -> None:
        year, number = month.split("-")
        self.area = area
        self.period = ReportingPeriod(month, quarter, cumulative_period(int(year), int(number)))
        self.lines: list[str] = []
        self.blocks: list[Block] = []
        self.observations: list[Observation] = []
        self.quantities: list[Quantity] = []
        self.segments: list[Segment] = []
        self.findings: list[Discrepancy] = []

    @property
    def length(self) -> int:
        return sum(len(line) + 1 for line in self.lines)

    def block(self, text: str, kind: str = "paragraph", level: int = 0, number: str = "") -> Span:
        """Append a line; the sentences of a paragraph become untranslated segments."""
        span = Span(self.length, self.length + len(text))
        self.lines.append(text)
        self.blocks.append(Block(kind, span, level, number))  # type: ignore[arg-type]  # tests pass one of the kinds
        return span

    def sentence(self, vi: str, en: str = "") -> None:
        """A paragraph of one sentence, with its translation where there is one."""
        span = self.block(vi)
        self.segments.append(Segment(span, vi, en, "memory" if en else "none"))

    def fact(
        self,
        key: str,
        value: str,
        unit: str = "percent",
        scale: int = 0,
        *,
        status: str = "",
        approximation: str = "",
        area: str = "",
        until: str = "",
        rule: str = "test",
    ) -> int:
        """Such as "iip 2023-06 growth year_ago", "8.22" -> index of the observation."""
        indicator, period, measure, *basis = key.split()
        if measure not in get_args(Measure):
            raise ValueError(measure)
        amount = Decimal(value)
        printed = write_number(amount, "vi")
        start = self.block(f"{indicator} {printed}.").start
        span = Span(start + len(indicator) + 1, start + len(indicator) + 1 + len(printed))
        self.quantities.append(
            Quantity(span, abs(amount), abs(amount), unit, scale, approximation, "test")  # type: ignore[arg-type]  # one of the four
        )
        self.observations.append(
            Observation(
                indicator, area or self.area, period, measure, basis[0] if basis else "", amount,  # type: ignore[arg-type]  # a measure: see above
                unit, scale, status, span, printed, len(self.quantities) - 1, rule, until=until,  # type: ignore[arg-type]  # a status
                approximation=approximation,  # type: ignore[arg-type]  # one of the four
            )
        )  # fmt: skip
        return len(self.observations) - 1

    def explain(self, key: str, vi: str, en: str = "") -> None:
        """Give an observation a cause: its words, and their English where there is one."""
        named = (*key.split(), "")[:4]
        span = self.block(vi)
        self.segments.append(Segment(span, vi, en, "memory" if en else "none"))
        for i, o in enumerate(self.observations):
            if o.area == self.area and (o.indicator, o.period, o.measure, o.basis) == named:
                self.observations[i] = replace(o, cause=span)
                return
        raise KeyError(key)

    def article(self, title: str = "", office: str = "", address: str = "", published: str | None = None) -> Article:
        text = "\n".join(self.lines)
        return Article(
            "report.txt", address, title, published, self.area, office, self.period, text, tuple(self.blocks)
        )

    def extraction(self) -> Extraction:
        return Extraction(tuple(self.quantities), tuple(self.observations))

    def doubt(self, *indices: int, code: str = "check.sum", severity: str = "error", name: str = "These") -> None:
        """A finding of the source check that puts figures in doubt."""
        spans = tuple(self.observations[i].span for i in indices)
        message = Label(f"{name}: các số không khớp.", f"{name}: the figures disagree.")
        self.findings.append(
            Discrepancy(code, severity, spans, message, Label("1 ≠ 2", "1 ≠ 2"), doubtful=indices)  # type: ignore[arg-type]  # one of three
        )

    def checked(self) -> Checked:
        return Checked(tuple(self.findings))

    def translation(self, engine: str = "") -> Translation:
        return Translation(tuple(self.segments), engine)


def from_table(path: Path, area: str, month: str, quarter: str | None) -> Draft:
    """A table of observations -> a draft that holds them all."""
    draft = Draft(area, month, quarter)
    with path.open(encoding="utf-8", newline="") as f:
        for row in csv.DictReader(f):
            key = " ".join((row["indicator"], row["period"], row["measure"], row["basis"])).strip()
            draft.fact(key, row["value"], row["unit"], int(row["scale"]), area=row["area"])
    return draft


def of(area: str, month: str, facts: Iterable[tuple[str, str]], quarter: str | None = None) -> Draft:
    """Percent facts given as (key, value) pairs -> a draft."""
    draft = Draft(area, month, quarter)
    for key, value in facts:
        draft.fact(key, value)
    return draft
