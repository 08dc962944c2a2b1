"""The source check, case by case (tests/corpus/check.txt), through the whole way from text to findings."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from test_extract_corpus import Case, article

from pipeline.check import check
from pipeline.extract import extract
from pipeline.glossary import Glossary
from pipeline.model import Article, Checked, Extraction
from pipeline.store import from_json, to_json

CORPUS = Path(__file__).parent / "corpus" / "check.txt"


@dataclass
class Source:
    name: str
    area: str
    month: str
    published: str | None
    lines: list[str] = field(default_factory=list)
    wanted: list[str] = field(default_factory=list)

    def read(self, glossary: Glossary) -> tuple[Article, Extraction]:
        plain = article(Case(self.name, self.area, self.month, self.lines))
        made = replace(plain, published=self.published)
        return made, extract(made, glossary)


def sources() -> list[Source]:
    found: list[Source] = []
    for line in CORPUS.read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            name, _, rest = line[3:].partition(" | ")
            area, month, published = rest.split()
            found.append(Source(name, area, month, None if published == "-" else published))
        elif line.startswith("=> "):
            found[-1].wanted.append(line[3:])
        elif line and found and not line.startswith("# ---"):
            found[-1].lines.append(line)
    return found


@pytest.mark.parametrize("source", sources(), ids=lambda s: s.name)
def test_case(source: Source, glossary: Glossary) -> None:
    made, extraction = source.read(glossary)
    checked = check(made, extraction, glossary)
    assert [f"{f.code} | {f.arithmetic.vi}" for f in checked.findings] == source.wanted
    for f in checked.findings:
        assert f.severity == glossary.checks[f.code].severity
        assert f.spans == tuple(sorted(f.spans, key=lambda s: s.start))
        assert all(any(c.isdigit() for c in made.text[s.start : s.end]) for s in f.spans)
        assert f.message.vi.endswith(".")
        assert f.message.en.endswith(".")
        assert all(0 <= i < len(extraction.observations) for i in f.doubtful)
    assert from_json(to_json(checked), Checked) == checked


def test_every_check_has_a_case_that_finds_and_one_that_does_not() -> None:
    """What only an extraction from elsewhere can hold, and what needs earlier reports, is tested in test_check.py."""
    found = {line.partition(" | ")[0] for source in sources() for line in source.wanted}
    assert found >= {
        line.partition(",")[0]
        for line in (CORPUS.parents[2] / "glossary" / "checks.csv").read_text(encoding="utf-8").splitlines()[1:]
    } - {"check.later", "check.restated", "check.base"}
    assert sum(not source.wanted for source in sources()) > 25
