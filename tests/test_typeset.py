"""The theme and the short forms that charts and pages share."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from samples import TEMPLATES, glossary

from pipeline.errors import TemplateError
from pipeline.typeset import phrase, read_theme, short_period, signed, title_period


@pytest.mark.parametrize(
    ("code", "vi", "en"),
    [
        ("2023-06", "Tháng 6", "June"),
        ("2023-Q2", "Quý II", "Q2"),
        ("2023-01/2023-06", "6 tháng", "Jan–Jun"),
        ("2023-06-30", "30/6", "30 June"),
        ("2023", "Năm 2023", "2023"),
    ],
)
def test_short_period(code: str, vi: str, en: str) -> None:
    assert short_period(code, "vi") == vi
    assert short_period(code, "en") == en


def test_a_period_in_a_subtitle_has_no_article() -> None:
    assert title_period("2023-01/2023-06", "en") == "first half of 2023"


def test_a_change_has_a_sign_unless_nothing_changed() -> None:
    assert [signed(Decimal(v), "vi") for v in ("5.32", "-0.75", "0")] == ["+5,32", "−0,75", "0"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(TEMPLATES, tmp_path / "templates")
    return tmp_path / "templates"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('accent = "#1b5480"', 'accent = "blue"', "colours.accent"),
        ('accent = "#1b5480"', 'accent = "#1b5480', "line 11"),
        ('family = "Inter"', "", "typeface.family"),
        ('"Inter-Italic"', '"Inter-Slanted"', "fonts/Inter-Slanted.otf"),
    ],
)
def test_a_wrong_theme_is_named(folder: Path, old: str, new: str, said: str) -> None:
    theme = folder / "theme.toml"
    theme.write_text(theme.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(TemplateError, match=f"theme.toml.*{said}"):
        read_theme(folder)


def test_a_missing_theme_is_named(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=r"theme\.toml: cannot be read"):
        read_theme(tmp_path)


def test_a_missing_phrase_or_name_is_told() -> None:
    with pytest.raises(TemplateError, match=r"phrases-render\.csv: 'render\.nothing'"):
        phrase(glossary(), "render.nothing", "en")
    with pytest.raises(TemplateError, match="needs 'date'"):
        phrase(glossary(), "render.published", "en")
