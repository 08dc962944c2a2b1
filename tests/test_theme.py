"""An organisation's name, logo, colours and footer over the theme."""

from __future__ import annotations

import re
from pathlib import Path

import pypdfium2
import pytest
from conftest import ROOT
from samples import SVG_LOGO, THEME, glossary, langson, own_theme

from pipeline.chart import chart
from pipeline.cli import main
from pipeline.editions import Editions
from pipeline.errors import TemplateError
from pipeline.model import LANGUAGES, Language
from pipeline.render import render
from pipeline.theme import Theme

OWN = """
[organisation]
name = "Quỹ Á Châu"
logo = "logo.svg"
footer = "Chỉ dành cho khách hàng / For clients only"
[colours]
accent = "#0A5538"
[dark]
accent = "#77d9ab"
"""


def made(theme: Theme, languages: tuple[Language, ...] = LANGUAGES) -> Editions:
    return render(langson(), chart(langson(), glossary(), languages, theme), glossary(), languages, theme)


def test_an_organisation_signs_its_edition(tmp_path: Path) -> None:
    theme = own_theme(tmp_path, OWN)
    assert theme.colours == {**THEME.colours, "accent": "#0a5538"}
    editions = made(theme)
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(editions.pdf)]
    assert len(pages) == 4
    assert all("For clients only" in page for page in pages)
    assert ["Quỹ Á Châu" in page for page in pages] == [True, False, True, False]
    assert "#0a5538" in editions.html
    assert "#1b5480" not in editions.html
    assert "data:image/svg+xml;base64," in editions.html


def test_without_one_nobody_signs() -> None:
    assert (THEME.organisation, THEME.logo, THEME.footer) == ("", "", "")
    assert "<img" not in made(THEME, ("en",)).html


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[colours]\naccent = 'green'", "colours.accent is not a colour like #1b5480"),
        ("[colours]\nacent = '#123456'", "colours.acent is none of the colours ink, "),
        ("[dark]\npaper = '#12'", "dark.paper is not a colour"),
        ("[typeface]\nfamily = 'Arial'", "typeface cannot be replaced"),
        ("[organization]\nname = 'A'", "organization is none of the tables"),
        ("name = 'A'", "name is none of the tables"),
        ("[organisation]\ntitle = 'A'", "organisation.title is none of name, logo, footer"),
        ("[organisation]\nname = ' '", "organisation.name is not one line of text"),
        ("[organisation]\nname = 5", "organisation.name is not one line"),
        ('[organisation]\nname = "a\\nb"', "organisation.name is not one line"),
        (f"[organisation]\nfooter = '{'x' * 91}'", "organisation.footer has more than 90 characters"),
        ("[organisation]\nlogo = 'logo.svg'", "organisation.name is missing"),
        ("[organisation]\nname = 'A'\nlogo = 'logo.gif'", "logo.gif is neither .svg nor .png"),
        ("[organisation]\nname = 'A'\nlogo = 'none.png'", "none.png cannot be read: No such file"),
        ("[organisation]\nname = 'A'\nlogo = 'own.svg'", "own.svg is no SVG picture"),
        ("[organisation]\nname = 'A'\nlogo = 'cut.png'", "cut.png is no PNG picture"),
        (f"[organisation]\nname = 'A'\nlogo = 'data:{'x' * 2000}'", "organisation.logo has more than 255 characters"),
        ("[organisation", "line 1"),
    ],
)
def test_a_wrong_file_is_named(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "own.svg").write_bytes(b"no picture")
    (tmp_path / "cut.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    with pytest.raises(TemplateError, match=rf"^own\.toml.*{re.escape(said)}"):
        own_theme(tmp_path, text)


@pytest.mark.parametrize("asked", ["http://example.org/x.png", "file:///etc/hostname"])
def test_a_logo_may_ask_for_nothing(tmp_path: Path, asked: str) -> None:
    logo = SVG_LOGO.replace(b"<rect", f'<image href="{asked}" width="2" height="1"/><rect'.encode())
    with pytest.raises(TemplateError, match=f"asks for {asked}"):
        own_theme(tmp_path, OWN, logo)


def test_the_command_line_takes_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own_theme(tmp_path, OWN)
    source = str(ROOT / "examples" / "lang-son-2023-06.html")
    words = ["build", source, "--out", str(tmp_path / "out"), "--lang", "en", "--quiet", "--theme"]
    assert main([*words, str(tmp_path / "own.toml")]) == 0
    assert "Quỹ Á Châu" in (tmp_path / "out" / "lang-son-2023-06" / "brief.html").read_text(encoding="utf-8")
    assert main([*words, str(tmp_path / "none.toml")]) != 0
    assert "none.toml: cannot be read" in capsys.readouterr().err
