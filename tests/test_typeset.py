"""The theme and the short forms that charts and pages share."""

from __future__ import annotations

import shutil
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from samples import TEMPLATES, THEME, glossary, observation

from pipeline.errors import GlossaryError, TemplateError
from pipeline.theme import read_theme
from pipeline.typeset import (
    Ruler,
    basis_words,
    period_of_year,
    short_period,
    signed,
    tied,
    title_period,
    uncapital,
)


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


@pytest.mark.parametrize(
    ("code", "vi", "en"),
    [
        ("2023-06", "tháng 6", "June"),
        ("2023-Q2", "quý II", "the second quarter"),
        ("2023-01/2023-06", "6 tháng đầu năm", "the first half"),
        ("2023", "năm 2023", "2023"),
    ],
)
def test_period_of_the_year(code: str, vi: str, en: str) -> None:
    assert period_of_year(code, "en") == en
    assert period_of_year(code, "vi") == vi


def test_a_month_keeps_its_capital_in_a_sentence() -> None:
    assert uncapital("June and first half of 2023", "en") == "June and first half of 2023"
    assert uncapital("First half of 2023", "en") == "first half of 2023"
    assert uncapital("Tháng 6 năm 2023", "vi") == "tháng 6 năm 2023"


def test_figures_stay_with_their_words_and_ranges_whole() -> None:
    assert tied("khai khoáng giảm 21,2%") == "khai khoáng giảm\u00a021,2%"
    assert tied("nhanh nhất: 7,35%") == "nhanh nhất:\u00a07,35%"
    assert tied("từ 7 - 7,5%, quý I/2024") == "từ\u00a07\u00a0-\u2060\u00a07,5%, quý\u00a0I/\u20602024"
    assert tied("in the year to 28 February 2025") == "in the year to\u00a028\u00a0February\u00a02025"
    assert tied("4 tháng đầu năm") == "4\u00a0tháng đầu năm"
    assert tied("growth of the year") == "growth of the year"


def test_the_basis_is_named_as_its_topic_and_time_name_it() -> None:
    def named(code: str, basis: str) -> str:
        return basis_words(glossary(), "chart.basis", observation(code, "1", basis=basis, period="2025-01"), "en")

    assert named("budget.revenue", "plan") == "budget estimate"
    assert named("trade.exports", "plan") == "annual plan"
    assert named("cpi.housing", "december") == "since December 2024"
    assert named("credit.loans", "december") == "since the end of 2024"


def test_lines_are_as_few_as_fit() -> None:
    ruler = Ruler(THEME)
    text = "một hai ba bốn năm sáu bảy tám chín mười"
    lines = ruler.wrap(text, 40, 8)
    assert " ".join(lines) == text
    assert len(lines) > 2
    assert all(ruler.width(line, 8) <= 40.5 for line in lines)
    for line, after in pairwise(lines):
        assert ruler.width(f"{line} {after.split()[0]}", 8) > 39.5
    assert ruler.wrap("", 40, 8) == []
    assert ruler.width("mm", 16) == pytest.approx(2 * ruler.width("mm", 8))
    assert ruler.width("mm", 8, "semibold") > ruler.width("mm", 8)


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
    with pytest.raises(GlossaryError, match=r"phrases-render\.csv: key 'render\.nothing' is missing"):
        glossary().say("render.nothing", "en")
    with pytest.raises(GlossaryError, match="needs 'date'"):
        glossary().say("render.published", "en")
