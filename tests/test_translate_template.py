"""Headings and lists of figures are written without any engine, or not at all."""

from __future__ import annotations

import pytest
from translate_helpers import article_of, extraction_of, small_glossary

from pipeline.translate import translate


def template(text: str) -> str:
    """The English that a template gives a text; empty where it gives none."""
    article = article_of(text)
    (segment,) = translate(article, extraction_of(article), small_glossary(), None).segments
    return segment.target if segment.method == "template" else ""


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("SẢN XUẤT CÔNG NGHIỆP", "Industrial production"),
        ("2.1. Xuất nhập khẩu", "External trade"),
        ("Doanh nghiệp", "Enterprises"),
        ("Chỉ số giá", "Price index"),
        ("Sản xuất công nghiệp, xuất nhập khẩu, dự án", "Industrial production, external trade and projects"),
        ("Xuất nhập khẩu 6 tháng đầu năm 2023", "External trade in the first half of 2023"),
        ("Lúa 1.307 ha, tăng 0,99%", "Paddy 1,307 hectares, up 0.99%"),
        ("Giá thịt lợn giảm 2,5% so với tháng trước.", "Pork prices fell 2.5% from the previous month."),
        ("Chỉ số giá tăng 0,5%;", "The price index rose 0.5%;"),
        ("Doanh nghiệp ước đạt 1.200", "Enterprises reached an estimated 1,200"),
        ("Lúa tăng 2% (giá thịt lợn giảm 1%).", "Paddy rose 2% (pork prices fell 1%)."),
        ("Quý I năm 2025, lúa tăng 2%.", "In the first quarter of 2025, paddy rose 2%."),
        ("Ngày 15/5/2025, lúa đạt 2 tấn (+0,5 tấn).", "On 15 May 2025, paddy reached 2 tonnes (+0.5 tonnes)."),
        ("Tháng 6/2023", "June 2023"),
        ("Khó khăn, hạn chế", "Difficulties and limitations"),
    ],
)
def test_certain(text: str, english: str) -> None:
    assert template(text) == english


@pytest.mark.parametrize(
    "text",
    [
        "Lúa 1.307 ha, nhìn chung được mùa",
        "Giá thịt lợn không tăng",
        "Xuất nhập khẩu tăng 5% nhờ nhu cầu",
        "Lúa tăng 5% 6%",
        "Lúa tăng 12.34.5",
        "…",
        "5% và",
    ],
)
def test_one_uncertain_word_is_enough_to_refuse(text: str) -> None:
    article = article_of(text)
    segments = translate(article, extraction_of(article), small_glossary(), None).segments
    assert all(s.method == "none" and not s.target for s in segments)
