"""Whatever a report holds, the pages hold it: nothing runs over an edge, every language has the same pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pypdfium2
import pytest
from samples import BRIEFS, THEME, glossary, langson, poor

from pipeline.chart import chart
from pipeline.model import LANGUAGES, Brief, Label
from pipeline.render import render

MARGIN = 14 / 25.4 * 72  # points; the pages' own (templates/print.css)


def one_indicator() -> Brief:
    brief = poor()
    return replace(
        brief, rows=brief.rows[:1], points=brief.points[:1], drivers=(), difficulties=(), outlook=(), notes=()
    )


def four_hundred_indicators() -> Brief:
    brief = langson()
    return replace(brief, rows=brief.rows * (400 // len(brief.rows) + 1))


def long_names() -> Brief:
    brief = langson()
    name = Label(
        "Sản xuất và phân phối điện, khí đốt, nước nóng, hơi nước và điều hòa không khí trên địa bàn toàn tỉnh",
        "Electricity, gas, hot water, steam and air conditioning supply in the whole territory of the province",
    )
    rows = tuple(replace(r, indicator="iip.of-its-own", label=name) for r in brief.rows)
    place = Label("Thành phố trực thuộc trung ương Bà Rịa - Vũng Tàu", "The centrally run city of Ba Ria - Vung Tau")
    return replace(brief, rows=rows, place=place)


def values(value: str) -> Callable[[], Brief]:
    def brief() -> Brief:
        made = langson()
        return replace(made, observations=tuple(replace(o, value=Decimal(value)) for o in made.observations))

    return brief


EXTREMES: dict[str, Callable[[], Brief]] = {
    **BRIEFS,
    "one indicator": one_indicator,
    "400 indicators": four_hundred_indicators,
    "long names": long_names,
    "huge": values("123456789012.345"),
    "tiny": values("0.00001"),
    "falling": values("-98765.43"),
    "nothing": values("0"),
}


@pytest.mark.parametrize("name", EXTREMES)
def test_the_pages_hold_it(name: str) -> None:
    brief = EXTREMES[name]()
    editions = render(brief, chart(brief, glossary(), LANGUAGES, THEME), glossary(), LANGUAGES, THEME)
    document = pypdfium2.PdfDocument(editions.pdf)
    assert len(document) in (2, 4)
    for number, page in enumerate(document, start=1):
        width, height = page.get_size()
        text = page.get_textpage()
        boxes = [text.get_charbox(n) for n in range(text.count_chars()) if text.get_text_range(n, 1).strip()]
        assert len(boxes) > 50
        over = [b for b in boxes if b[0] < MARGIN - 1 or b[2] > width - MARGIN + 1 or b[1] < 0 or b[3] > height]
        assert over == [], f"page {number}"
