"""The workshop: one way to build a brief, here or with its press beside, and what tells two workshops apart."""

from __future__ import annotations

import pickle
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from reading import PARAGRAPHS, ROOT, TITLE

from pipeline.errors import GlossaryError, ModelError
from pipeline.fetch import Fetched
from pipeline.history import NoHistory
from pipeline.settings import Making
from pipeline.workshop import workshop, workshop_beside

SOURCE = Fetched("\n".join((TITLE, *PARAGRAPHS)).encode(), "bao-cao.txt", "")


def untold(text: str) -> None:
    raise AssertionError(text)


def test_here_or_beside_another_process_made_of_the_same_settings_the_brief_is_the_same() -> None:
    making: Making = pickle.loads(pickle.dumps(Making(("en",))))  # noqa: S301  # what another process is given
    stages: list[str] = []
    here = workshop(making, untold).build(SOURCE, NoHistory(), lambda stage: stages.append(stage.name))
    with workshop_beside(making, untold) as beside:
        there = beside.build(SOURCE, NoHistory())
    assert there.files == here.files
    assert stages[0] == "read"
    assert (here.files["brief.pdf"] or b"").startswith(b"%PDF-")


def test_an_identity_tells_what_makes_other_briefs_and_nothing_else(tmp_path: Path) -> None:
    def identity(making: Making) -> str:
        return workshop(making, untold).identity

    shutil.copytree(ROOT / "glossary", tmp_path / "elsewhere")
    own = identity(Making())
    assert identity(Making(glossary=tmp_path / "elsewhere")) == own
    (tmp_path / "elsewhere" / "memory" / "own.tsv").write_text("Mưa.\tRain.\n", encoding="utf-8")
    theme = tmp_path / "theme.toml"
    theme.write_text('[organisation]\nname = "A"\n', encoding="utf-8")
    others = {identity(Making(glossary=tmp_path / "elsewhere")), identity(Making(theme=theme))}
    assert len({own, *others}) == 3


def test_a_model_that_nobody_named_is_told_and_done_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "packages" / "translate-vi_en"
    broken.mkdir(parents=True)
    (broken / "metadata.json").write_text('{"from_code": "vi", "to_code": "en"}', encoding="utf-8")
    monkeypatch.setattr("argostranslate.settings.package_data_dir", broken.parent)
    told: list[str] = []
    assert workshop(Making(), told.append).engine is None
    assert [text.partition(":")[0] for text in told] == ["going on without a translation model"]
    with pytest.raises(ModelError):
        workshop(Making(model=broken), untold)


def test_wrong_tables_are_named_before_anything_is_built(tmp_path: Path) -> None:
    with pytest.raises(GlossaryError):
        workshop(replace(Making(), glossary=tmp_path), untold)
