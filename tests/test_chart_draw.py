"""The drawing: text as text, words for those who cannot see it, the same bytes each time, nothing off the sheet."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from samples import THEME, glossary, langson, observation, poor

from pipeline.chart import chart, paired
from pipeline.chart.canvas import WIDTH, Pen
from pipeline.chart.draw import Line, Mark, Sheet, draw
from pipeline.editions import Chart, Charts
from pipeline.model import LANGUAGES

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def charts() -> Charts:
    return chart(langson(), glossary(), LANGUAGES, THEME)


def texts(svg: str) -> list[str]:
    return ["".join(t.itertext()) for t in ET.fromstring(svg).iter(f"{SVG}text")]  # noqa: S314  # our own file


def test_every_chart_is_there_in_both_languages(charts: Charts) -> None:
    vi, en = ([c.id for c in charts.charts if c.language == language] for language in LANGUAGES)
    assert vi == en
    assert len(vi) >= 4


def test_one_language_alone() -> None:
    assert {c.language for c in chart(poor(), glossary(), ("en",), THEME).charts} == {"en"}


def test_a_brief_without_figures_has_no_chart() -> None:
    assert chart(replace(langson(), observations=()), glossary(), LANGUAGES, THEME).charts == ()


def test_values_stand_in_the_drawing_in_the_language_s_format(charts: Charts) -> None:
    by = {(c.id, c.language): texts(c.svg) for c in charts.charts}
    assert {"11,54%", "−13,2%", "Giáo dục"} <= set(by["cpi-groups", "vi"])
    assert {"11.54%", "−13.2%", "Education"} <= set(by["cpi-groups", "en"])
    assert "1.280 (+322,4%)" in by["trade", "vi"]
    assert "VND 2,700,000 million (budget" in by["budget-plan", "en"]


def test_a_dot_plot_has_a_column_of_figures_for_each_period(charts: Charts) -> None:
    shown = next(c for c in charts.charts if (c.id, c.language) == ("iip-branches", "en"))
    assert texts(shown.svg)[:2] == ["Jan–Jun", "Q2"]
    assert "2.02" in texts(shown.svg)
    assert "−0.69" in texts(shown.svg)  # water supply and waste fell in June


def test_a_figure_that_a_period_lacks_leaves_its_place_empty() -> None:
    both, one = Mark(3.0, "3", "accent", 0), Mark(5.0, "5", "accent", 1)
    lines = (Line("a", "", (both, one), whole=False), Line("b", "", (both, None), whole=False))
    assert texts(draw(Sheet("test", "words", lines, columns=("6 tháng", "Tháng 6")), Pen(THEME))) == [
        "6 tháng", "Tháng 6", "a", "3", "5", "b", "3",
    ]  # fmt: skip


def test_few_lines_make_a_low_sheet() -> None:
    pen = Pen(THEME)
    line = Line("tên", "", (Mark(1.0, "1", "accent", 0),), whole=False)
    two, four = (ET.fromstring(draw(Sheet("test", "words", (line,) * n), pen)).get("height") for n in (2, 4))  # noqa: S314  # our own file
    assert float(str(two).removesuffix("pt")) < 0.6 * float(str(four).removesuffix("pt"))


def test_drawing_carries_its_alternative_text(charts: Charts) -> None:
    for c in charts.charts:
        root = ET.fromstring(c.svg)  # noqa: S314  # our own file
        assert root[0].tag == f"{SVG}title"
        assert root[0].text == c.alternative
        assert root.get("role") == "img"


def test_drawings_can_stand_together_in_one_page(charts: Charts) -> None:
    for c in charts.charts:
        assert ' id="' not in c.svg
        assert "<style" not in c.svg
        assert "style=" not in c.svg


def test_same_input_gives_the_same_bytes(charts: Charts) -> None:
    assert chart(langson(), glossary(), LANGUAGES, THEME) == charts


def test_a_hostile_office_stays_text() -> None:
    found = [observation("retail.goods", "25.08"), observation("retail.travel", "14.98")]
    hostile = replace(langson(), observations=tuple(found), rows=())
    hostile = replace(hostile, place=replace(hostile.place, en="<script>$x$&"))
    (made,) = chart(hostile, glossary(), ("en",), THEME).charts
    root = ET.fromstring(made.svg)  # noqa: S314  # our own file
    assert "<script>$x$&" in str(root[0].text)
    assert "<script>" not in made.svg


@pytest.mark.parametrize("values", [(1.0, -1.0), (-5.0, -0.1), (0.0, 0.0), (322.4, 0.01), (0.0, -7.0)])
def test_bars_and_values_stay_on_the_sheet(values: tuple[float, ...]) -> None:
    pen = Pen(THEME)
    label = "−12.345,67% 6 tháng"
    lines = tuple(
        Line("Một cái tên dài hơn cả bề rộng của cột tên", "", (Mark(v, label, "accent", 0),), whole=False)
        for v in values
    )
    root = ET.fromstring(draw(Sheet("test", "words", lines), pen))  # noqa: S314  # our own file
    for text in root.iter(f"{SVG}text"):
        weight = "semibold" if text.get("font-weight") == "600" else "regular"
        width = pen.width("".join(text.itertext()), float(str(text.get("font-size")).removesuffix("px")), weight)
        x = float(str(text.get("x")))
        left = x - width if text.get("text-anchor") == "end" else x
        assert left >= -0.5
        assert left + width <= WIDTH + 0.5


def test_long_names_make_the_sheet_higher() -> None:
    pen = Pen(THEME)

    def height(name: str) -> float:
        lines = (Line(name, "", (Mark(1.0, "1", "accent", 0),), whole=False),) * 6
        return float(str(ET.fromstring(draw(Sheet("test", "words", lines), pen)).get("height")).removesuffix("pt"))  # noqa: S314  # our own file

    assert height("tên " * 60) > height("tên")


def test_charts_beside_each_other_have_much_the_same_height() -> None:
    def of(height: int) -> list[Chart]:
        return [Chart(str(height), "vi", "", "", "", "", f'<svg width="248pt" height="{height}pt">', ())]

    ordered = paired([of(100), of(190), of(110), of(120), of(180), of(90)])
    assert [c[0].id for c in ordered] == ["100", "110", "190", "180", "120", "90"]
    assert paired([]) == []
