"""The grammar of observations, case by case (tests/corpus/observations.txt)."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pipeline.extract import extract
from pipeline.figures import cumulative_period
from pipeline.glossary import Glossary
from pipeline.model import Article, Block, Observation, ReportingPeriod, Span

CORPUS = Path(__file__).parent / "corpus"


@dataclass
class Case:
    name: str
    area: str
    month: str
    lines: list[str] = field(default_factory=list)
    wanted: list[str] = field(default_factory=list)


def cases(file: str) -> list[Case]:
    """The cases of a file of tests/corpus: a name, the text's lines, and behind `=>` what is found."""
    found: list[Case] = []
    for line in (CORPUS / file).read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            name, _, rest = line[3:].partition(" | ")
            area, month = rest.split()
            found.append(Case(name, area, month))
        elif line.startswith("=> "):
            found[-1].wanted.append(line[3:])
        elif line and found:
            found[-1].lines.append(line)
    return found


def article(case: Case) -> Article:
    lines = [line.removeprefix("# ") for line in case.lines]
    blocks, start = [], 0
    for line, printed in zip(case.lines, lines, strict=True):
        heading = line.startswith("# ")
        blocks.append(Block("heading" if heading else "paragraph", Span(start, start + len(printed)), int(heading)))
        start += len(printed) + 1
    year, month = (int(n) for n in case.month.split("-"))
    period = ReportingPeriod(case.month, None, cumulative_period(year, month))
    return Article("case", "", "", None, case.area, "", period, "\n".join(lines), tuple(blocks))


def line(o: Observation, area: str) -> str:
    part = o.area.removeprefix(area).strip("/")
    value = f"{o.value:f}"
    return " ".join([o.indicator, o.period, o.measure, o.basis or "-", value, o.unit, str(o.scale), part]).strip()


@pytest.mark.parametrize("case", cases("observations.txt"), ids=lambda c: c.name)
def test_case(case: Case, glossary: Glossary) -> None:
    text = article(case)
    observations = extract(text, glossary).observations
    # what is finer than any row of the table of indicators has cases of its own (test_extract_finer.py)
    coded = [o for o in observations if o.indicator in glossary.indicators]
    assert [line(o, case.area) for o in coded] == case.wanted
    for o in observations:
        assert text.text[o.span.start : o.span.end] == o.quote
