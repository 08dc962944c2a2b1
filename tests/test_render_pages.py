"""The finished documents: pages, text, figures, safety."""

from __future__ import annotations

import logging
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pypdfium2
import pytest
from samples import BRIEFS, TEMPLATES, THEME, glossary, langson, poor, statement

from pipeline.chart import chart
from pipeline.editions import Charts, Editions
from pipeline.errors import RenderError, TemplateError
from pipeline.model import LANGUAGES, Brief, Language, Run, Span
from pipeline.render import render
from pipeline.theme import read_theme

NONE = Charts(())


@cache
def made(name: str) -> Editions:
    brief = BRIEFS[name]()
    return render(brief, chart(brief, glossary(), LANGUAGES, THEME), glossary(), LANGUAGES, THEME)


def pages(editions: Editions) -> list[str]:
    document = pypdfium2.PdfDocument(editions.pdf)
    return [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in document]


def joined(text: str) -> str:
    return re.sub(r"\s+", " ", text)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(TEMPLATES, tmp_path / "templates")
    return tmp_path / "templates"


@pytest.fixture
def quiet(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """WeasyPrint must have nothing to complain about."""
    with caplog.at_level(logging.WARNING, logger="weasyprint"):
        yield
    assert not [r.message for r in caplog.records if r.name.startswith("weasyprint")]


def test_the_pdf_is_read_in_the_order_of_the_page() -> None:
    """Programs that index or read aloud take the text as it was painted."""
    first = joined(pages(made("rich"))[0])
    points = [first.index(f"{n} {''.join(r.text for r in p.vi)[:20]}") for n, p in enumerate(langson().points, 1)]
    assert points == sorted(points)
    assert points[-1] < first.index("Chỉ tiêu chủ yếu")
    second = joined(pages(made("rich"))[1])
    wanted = ("Dịch vụ đóng góp", "Thuế sản phẩm trừ", "Khó khăn", "Ghi chú và nguồn")
    places = [second.index(words) for words in wanted]
    assert places == sorted(places)


def test_a_headline_fills_its_lines() -> None:
    """A no-break space before a figure made WeasyPrint leave a word alone on a line."""
    said = (
        Run("Hung Yen’s industrial production rose "),
        Run("9.43%", 0),
        Run(" in the first four months of 2025, with investment from the state budget up "),
        Run("60.20%", 1),
    )
    brief = replace(langson(), headline=replace(langson().headline, en=said))
    editions = render(brief, NONE, glossary(), ("en",), THEME)
    lines = pages(editions)[0].split("\n")
    begin = next(n for n, line in enumerate(lines) if line.startswith("Hung Yen’s"))
    assert lines[begin + 1].startswith("months of\u00a02025, with investment")


@pytest.mark.parametrize(("name", "most"), [("rich", 4), ("poor", 2), ("bloated", 4)])
def test_never_more_than_two_pages_a_language(name: str, most: int) -> None:
    assert len(pages(made(name))) == most


@pytest.mark.usefixtures("quiet")
def test_the_page_is_laid_out_without_complaints() -> None:
    render(langson(), chart(langson(), glossary(), LANGUAGES, THEME), glossary(), LANGUAGES, THEME)


def test_text_comes_out_of_the_pdf_as_it_went_in() -> None:
    vi, vi_back, en, _ = (joined(p) for p in pages(made("rich")))
    for language, page in (("vi", vi), ("en", en)):
        for said in (langson().headline, *langson().points):
            text = "".join(run.text for run in getattr(said, language))
            assert joined(text) in page
    assert "Nguồn: Cục Thống kê tỉnh Lạng Sơn" in vi_back
    for shown in ("Giáo dục 11,54%", "Giao thông −13,2%", "Đã qua 6/12 tháng"):
        assert shown in vi_back


def test_table_figures_come_out_whole() -> None:
    en = joined(pages(made("rich"))[2])
    assert "State budget revenue Jan–Jun 4,307,931 VND million ▲ +11% a year earlier 52.5%" in en
    assert "▼ −0.75% previous month" in en


def test_same_input_gives_the_same_bytes() -> None:
    brief = poor()
    again = render(brief, chart(brief, glossary(), LANGUAGES, THEME), glossary(), LANGUAGES, THEME)
    assert again == made("poor")


def test_pdf_names_its_title_and_is_tagged() -> None:
    document = pypdfium2.PdfDocument(made("rich").pdf)
    assert (
        document.get_metadata_value("Title") == "Lạng Sơn · Bản tin kinh tế - xã hội · Tháng 6 và 6 tháng đầu năm 2023"
    )
    assert document.is_tagged()


def test_what_the_pages_leave_out_is_told_and_stands_in_the_html() -> None:
    text = joined(pages(made("bloated"))[-1])
    assert re.search(r"The two printed pages leave out: charts \(\d+\), table rows \(\d+\), sentences \(\d+\)", text)
    assert made("bloated").html.count("<figure ") == 2 * len({c.id for c in charts_of("bloated").charts})


def charts_of(name: str) -> Charts:
    return chart(BRIEFS[name](), glossary(), LANGUAGES, THEME)


def test_both_languages_show_the_same() -> None:
    _, vi, _, en = pages(made("rich"))
    assert vi.count("Nguồn:") == en.count("Source:")


def test_html_is_one_file_that_asks_for_nothing() -> None:
    html = made("rich").html
    assert not re.search(r"""(?:src|(?<!<a )href)=["'](?!#|data:)""", html)
    assert set(re.findall(r'<a href="(.*?)"', html)) <= {"#vi", "#en", langson().address}
    assert not re.search(r"url\((?!data:)", html)
    assert "@import" not in html
    assert html.count("<script") == 1  # its own, which the policy allows by its hash
    assert "default-src 'none'" in html


def test_html_figures_lead_to_observations() -> None:
    found = re.findall(r'<data class="fig" data-observation="(\d+)" value="([^"]*)"', made("rich").html)
    assert len(found) > 100
    for index, value in found:
        assert format(langson().observations[int(index)].value, "f") == value


def test_html_charts_name_every_figure_they_print() -> None:
    found = re.findall(r'<figure data-observations="([\d ]+)">(.*?)</figure>', made("rich").html, flags=re.DOTALL)
    assert len(found) == len(charts_of("rich").charts)
    for indices, figure in found:
        digits = {re.sub(r"\D", "", t) for t in re.findall(r"[\d.,]+", re.sub(r"<[^>]*>", " ", figure))}
        for index in indices.split():
            value = format(abs(langson().observations[int(index)].value), "f")
            assert re.sub(r"\D", "", value) in digits


def test_html_quotations_lead_to_the_source() -> None:
    quoted = replace(langson().outlook[0], span=Span(7, 70))
    brief = replace(langson(), outlook=(quoted, langson().outlook[1]))
    html = render(brief, NONE, glossary(), ("en",), THEME).html
    assert re.findall(r'<li data-start="(\d+)" data-end="(\d+)">([A-Z]\w+)', html) == [("7", "70", "Work")]


def test_an_inexact_figure_is_marked_on_the_page() -> None:
    index = langson().rows[0].change
    found = tuple(replace(o, approximation="over") if i == index else o for i, o in enumerate(langson().observations))
    page = joined(pages(render(replace(langson(), observations=found), NONE, glossary(), ("en",), THEME))[0])
    assert "▲ >+5.32%" in page
    assert "> = just over." in page


def test_each_language_is_marked() -> None:
    html = made("rich").html
    assert '<article id="vi" lang="vi"' in html
    assert '<article id="en" lang="en"' in html
    assert '<i lang="vi">' in html.partition('<article id="en"')[2]
    assert '<i lang="vi">' not in html.partition('<article id="en"')[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_language_alone(language: Language) -> None:
    editions = render(poor(), NONE, glossary(), (language,), THEME)
    assert len(pages(editions)) == 1
    assert editions.html.count("<article") == 1
    assert "<nav" not in editions.html


def hostile() -> Brief:
    words = '<script>alert("1")</script><img src="http://example.org/x.png">'
    return replace(poor(), points=(statement("grdp", words, words),), address="javascript:alert(1)")


@pytest.mark.usefixtures("quiet")
def test_words_of_the_report_are_never_markup() -> None:
    editions = render(hostile(), NONE, glossary(), LANGUAGES, THEME)
    assert editions.html.count("<script") == 1
    assert "<img" not in editions.html
    assert '<script>alert("1")</script>' in joined(pages(editions)[0])


@pytest.mark.parametrize(
    "asked", ['<img src="http://example.org/x.png" alt="x">', '<img src="file:///etc/hostname" alt="x">']
)
def test_a_page_may_ask_for_nothing_outside_the_templates(folder: Path, asked: str) -> None:
    page = folder / "edition.html.j2"
    page.write_text(page.read_text(encoding="utf-8") + asked, encoding="utf-8")
    with pytest.raises(RenderError, match="outside the templates"):
        render(poor(), NONE, glossary(), ("en",), read_theme(folder))


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ("{{ edition.nothing }}", "nothing"),
        ("{% if %}", "Expected"),
        ("{{ 1 / 0 }}", "division"),
        ("{{ none.x }}", "no attribute"),
    ],
)
def test_a_wrong_template_is_named_with_its_line(folder: Path, wrong: str, reason: str) -> None:
    page = folder / "edition.html.j2"
    lines = page.read_text(encoding="utf-8").split("\n")
    line = next(n for n, text in enumerate(lines) if text.startswith("<h1>")) + 1
    lines.insert(line, wrong)
    page.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(TemplateError, match=rf"edition\.html\.j2, line {line + 1}: .*{reason}"):
        render(poor(), NONE, glossary(), ("en",), read_theme(folder))


def test_a_missing_template_is_named(folder: Path) -> None:
    (folder / "edition.html.j2").unlink()
    with pytest.raises(TemplateError, match=r"edition\.html\.j2: there is no such template"):
        render(poor(), NONE, glossary(), ("en",), read_theme(folder))


def test_a_missing_style_sheet_is_named(folder: Path) -> None:
    (folder / "print.css").unlink()
    with pytest.raises(TemplateError, match=r"print\.css: cannot be read"):
        render(poor(), NONE, glossary(), ("en",), read_theme(folder))


def test_pages_hold_even_where_the_estimate_is_wrong(folder: Path) -> None:
    sheet = folder / "print.css"
    sheet.write_text(
        sheet.read_text(encoding="utf-8") + ".points li, .sections li { font-size: 12pt }", encoding="utf-8"
    )
    editions = render(langson(), charts_of("rich"), glossary(), LANGUAGES, read_theme(folder))
    assert len(pages(editions)) == 4
    assert "The two printed pages leave out" in joined(pages(editions)[-1])


def test_a_sentence_that_fills_pages_is_an_error() -> None:
    endless = "rất dài " * 3000
    with pytest.raises(RenderError, match="does not fit"):
        render(replace(poor(), points=(statement("grdp", endless, endless),)), NONE, glossary(), ("en",), THEME)


def test_a_brief_without_date_points_rows_or_charts_is_still_a_page() -> None:
    bare = replace(
        poor(), published=None, points=(), rows=(), drivers=(), notes=(), headline=statement("", "Tin", "News")
    )
    assert len(pages(render(bare, NONE, glossary(), LANGUAGES, THEME))) == 2
