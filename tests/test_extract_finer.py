"""Facts finer than the table of indicators, case by case (tests/corpus/finer.txt)."""

from __future__ import annotations

import pytest
from test_extract_corpus import Case, article, cases, line

from pipeline.extract import extract
from pipeline.glossary import Glossary


@pytest.mark.parametrize("case", cases("finer.txt"), ids=lambda c: c.name)
def test_case(case: Case, glossary: Glossary) -> None:
    observations = extract(article(case), glossary).observations
    assert [line(o, case.area) for o in observations] == case.wanted
