"""What every stage makes of the bundled example, kept as golden files (`make golden` writes them anew)."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
from conftest import ROOT
from samples import THEME

from pipeline.editions import Charts
from pipeline.glossary import Glossary
from pipeline.model import LANGUAGES, Article, Brief, Checked, Extraction, Signature, Statement, Translation
from pipeline.press import Press
from pipeline.run import STAGES, Inputs, Results, run
from pipeline.store import from_json, observation_table, to_json

GOLDEN = Path(__file__).parent / "golden" / "lang-son-2023-06"
EXAMPLE = ROOT / "examples" / "lang-son-2023-06.html"
# A new row of the glossary or a new version must not change the golden files.
SIGNED = Signature("0.0.0", "0123456789ab", "")


@pytest.fixture(scope="module")
def results(glossary: Glossary) -> Results:
    fixed = replace(glossary, signature=SIGNED.glossary)
    begun: list[str] = []
    inputs = Inputs(EXAMPLE.read_bytes(), EXAMPLE.name, fixed, None, None, Press(fixed, LANGUAGES, THEME))
    made = run(inputs, lambda stage: begun.append(stage.name))
    assert begun == [s.name for s in STAGES]
    return made


def page_text(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    pages = []
    for page in document:
        text = page.get_textpage()
        pages.append(text.get_text_bounded().replace("\r\n", "\n"))
        text.close()
        page.close()
    document.close()
    return "\n\f\n".join(pages) + "\n"


def golden(results: Results) -> dict[str, str]:
    brief = replace(results.brief, signature=SIGNED)
    charts = Charts(tuple(replace(c, svg=f"{c.svg.count('<text')} texts") for c in results.charts.charts))
    files = {
        "1-article.json": to_json(results.article),
        "2-extraction.json": to_json(results.extraction),
        "observations.csv": observation_table(results.extraction.observations),
        "3-check.json": to_json(results.checked),
        "4-translation.json": to_json(results.translation),
        "5-brief.json": to_json(replace(brief, observations=())),
        "6-charts.json": to_json(charts),
        "brief.txt": page_text(results.editions.pdf),
    }
    # the version stands in a note as well
    return {name: re.sub(r"songngu \d+\.\d+\.\d+", "songngu 0.0.0", text) for name, text in files.items()}


def test_every_stage_makes_what_it_made_before(results: Results) -> None:
    files = golden(results)
    if os.environ.get("GOLDEN") == "write":
        GOLDEN.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (GOLDEN / name).write_text(text, encoding="utf-8")
    for name, text in files.items():
        assert text == (GOLDEN / name).read_text(encoding="utf-8"), f"{name} differs: read it, then `make golden`"


def test_stage_files_read_back_as_they_were(results: Results) -> None:
    for stage, kind in zip(STAGES, (Article, Extraction, Checked, Translation, Brief, Charts), strict=False):
        value = getattr(results, stage.result)
        assert from_json(to_json(value), kind) == value


def test_the_same_input_gives_the_same_bytes(results: Results, glossary: Glossary) -> None:
    fixed = replace(glossary, signature=SIGNED.glossary)
    again = run(
        Inputs(EXAMPLE.read_bytes(), EXAMPLE.name, fixed, None, None, Press(fixed, LANGUAGES, THEME)), lambda _: None
    )
    assert again.editions == results.editions
    assert again == results


def test_both_languages_print_the_same_figures(results: Results) -> None:
    brief = results.brief
    parts = (brief.points, brief.drivers, brief.difficulties, brief.outlook)
    for statement in (brief.headline, *(s for part in parts for s in part)):
        assert isinstance(statement, Statement)
        printed = [sorted(r.observation for r in s if r.observation is not None) for s in (statement.vi, statement.en)]
        assert printed[0] == printed[1]
