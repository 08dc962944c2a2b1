"""The ledger: every number of the text once, and what it is there for (tests/corpus/ledger.txt)."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_extract_corpus import Case, article, cases, line

from pipeline.extract import extract
from pipeline.figures import NUMBER
from pipeline.glossary import Glossary
from pipeline.model import Article, Extraction
from pipeline.read import read_article


def sound(text: Article, extraction: Extraction) -> None:
    """Nothing is missing, and what a row points to is there."""
    spans = [(n.span.start, n.span.end) for n in extraction.numbers]
    assert [s for s in spans if NUMBER.search(text.text, *s)] == [m.span() for m in NUMBER.finditer(text.text)]
    assert all(a[1] <= b[0] for a, b in pairwise(spans))  # words among them stand between the digits
    for n in extraction.numbers:
        assert (n.observation is not None) or n.role != "observation"
        if n.quantity is not None:
            span = extraction.quantities[n.quantity].span
            assert span.start <= n.span.start < n.span.end <= span.end
    stated_by = {n.observation for n in extraction.numbers if n.role == "observation"}
    assert stated_by == set(range(len(extraction.observations)))


@pytest.mark.parametrize("case", cases("ledger.txt"), ids=lambda c: c.name)
def test_case(case: Case, glossary: Glossary) -> None:
    text = article(case)
    extraction = extract(text, glossary)
    rows = []
    for n in extraction.numbers:
        of = "" if n.observation is None else line(extraction.observations[n.observation], case.area)
        rows.append(" ".join([text.text[n.span.start : n.span.end], n.role, of]).strip())
    assert rows == case.wanted
    sound(text, extraction)


LINES = [line for file in ("observations.txt", "finer.txt", "ledger.txt") for c in cases(file) for line in c.lines]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=100)
@given(
    st.lists(
        st.one_of(
            st.sampled_from(LINES), st.text(max_size=40), st.text("0123456789.,/- %()aÂđ\u0301QLkmha", max_size=40)
        ),
        max_size=6,
    )
)
def test_no_number_of_any_text_is_missing(glossary: Glossary, lines: list[str]) -> None:
    text = article(Case("any", "VN-09", "2023-06", lines))
    sound(text, extract(text, glossary))


MOST = 0.02  # of the numbers of a report may be unread


def test_most_numbers_of_the_reports_are_accounted_for(shared: Path, glossary: Glossary) -> None:
    reports = sorted((shared / "reports").glob("*.txt"))
    assert reports
    for path in reports:
        text = read_article(path.read_bytes(), path.name, glossary)
        extraction = extract(text, glossary)
        sound(text, extraction)
        unread = sum(n.role == "unread" for n in extraction.numbers)
        assert unread <= MOST * len(extraction.numbers), path.stem
