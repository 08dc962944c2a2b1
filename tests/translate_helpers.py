"""What the tests of the translation stage share: a glossary, articles, quantities read simply."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path

from pipeline.glossary import Glossary, Term, load_glossary
from pipeline.model import Article, Extraction, Quantity, Span
from pipeline.translate import as_article

ROOT = Path(__file__).resolve().parent.parent

TERMS = (
    ("sản xuất công nghiệp", "industrial production", ""),
    ("xuất nhập khẩu", "exports and imports", ""),
    ("dự án", "project", "projects"),
    ("doanh nghiệp", "enterprise", "enterprises"),
    ("chỉ số giá", "price index", "price indices"),
    ("giá thịt lợn", "pork price", "pork prices"),
    ("lúa", "paddy", ""),
)

_UNITS = {
    "%": "percent", "đồng": "VND", "USD": "USD", "ha": "hectare", "tấn": "tonne",
    "điểm phần trăm": "percentage_point", "dự án": "project",
}  # fmt: skip
_SCALES = {"nghìn tỷ": 12, "tỷ": 9, "triệu": 6, "nghìn": 3}
_QUANTITY = re.compile(
    r"\+?(?<![\w.,/-])(\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+,\d+|\d+)"
    r"(?:-(\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+,\d+|\d+))?"
    rf"(?: ({'|'.join(_SCALES)}))?(?: ?({'|'.join(_UNITS)}))?(?![\w/]|[.,]\d)"
)


@cache
def real_glossary() -> Glossary:
    return load_glossary(ROOT / "glossary")


def small_glossary(memory: Sequence[Path] = ()) -> Glossary:
    """The project's tables with a few terms and the memory given, and no lexicon: a tiny model has words of its own."""
    terms = tuple(Term(vi, (), en, many, "noun", "test", "preferred", "test", "") for vi, en, many in TERMS)
    return replace(real_glossary(), terms=terms, memory=tuple(memory), lexicon=None)


def article_of(text: str) -> Article:
    return as_article(text, "test.txt")


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace(".", "").replace(",", "."))


def quantities_of(text: str) -> tuple[Quantity, ...]:
    """Numbers with a few units; what the extraction stage does for real."""
    found: list[Quantity] = []
    for match in _QUANTITY.finditer(text):
        low = _decimal(match[1])
        high = _decimal(match[2]) if match[2] else low
        scale, unit = _SCALES.get(match[3] or "", 0), _UNITS.get(match[4] or "", "")
        found.append(Quantity(Span(*match.span()), low, high, unit, scale, "", "test"))
    return tuple(found)


def extraction_of(article: Article) -> Extraction:
    return Extraction(quantities_of(article.text), ())
